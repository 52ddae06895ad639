//! How fast a million incidents are judged under 32 readings, on rows that a seed makes.
//!
//! ```text
//! cargo bench --bench assess -- --measure                      ours, as a table
//! cargo bench --bench assess -- --measure --json               the same, for a machine
//! cargo bench --bench assess -- --emit DIR                     rows, tables of truths and what must come out, for others
//! cargo bench --bench assess -- --measure --contested 0.05     a share of the incidents has a second report, asked undisputed
//! ```
//!
//! `benches/side_by_side` measures numpy, Polars, DuckDB and PostgreSQL on the same rows, in turns with ours (`--ask`).
//! No time is printed before every count is what a plain loop says (`judge`).
#![allow(clippy::print_stdout, reason = "what a benchmark prints is its result")]

mod generator;
mod judge;

mod emit;
mod ours;

use std::io::BufRead;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use armistice::domain::evidence::Basis;
use clap::Parser;
use serde_json::{Value, json};

use generator::{Dataset, READINGS};
use judge::{Counts, Rule};
use ours::Engine;

/// Judges generated incidents under generated readings.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many incidents.
    #[arg(long, default_value_t = 1_000_000)]
    rows: usize,
    /// What all chance comes from.
    #[arg(long, default_value_t = 20_250_318)]
    seed: u64,
    /// Which share of the incidents has a second report that disputes the first, 0 to 1; then the basis is undisputed.
    #[arg(long, default_value_t = 0.0)]
    contested: f64,
    /// Write rows, tables and expected counts into this directory.
    #[arg(long, value_name = "DIR")]
    emit: Option<PathBuf>,
    /// Measure the engine.
    #[arg(long)]
    measure: bool,
    /// How often each is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Measure when told to: each line `counts`, `one` or `fitting` on standard input is answered with one line of JSON.
    #[arg(long)]
    ask: bool,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let dataset = Dataset::new(arguments.seed, arguments.rows, arguments.contested);
    let rules: Vec<Rule> = dataset.drafts.iter().map(|draft| Rule::new(draft, &dataset)).collect();
    let expected = judge::expected(&dataset, &rules);
    let fitting = judge::fitting(&dataset);
    if let Some(directory) = &arguments.emit {
        emit::emit(directory, &dataset, &rules, &expected, &fitting).expect("the directory can be written");
    }
    if !arguments.measure && !arguments.ask {
        return;
    }
    let bench = Bench::new(&arguments, &dataset, expected, fitting);
    if arguments.ask {
        println!("{}", bench.about());
        for line in std::io::stdin().lock().lines() {
            println!("{}", bench.round(line.expect("words").trim()));
        }
        return;
    }
    let rounds: Vec<[Value; 3]> =
        (0..arguments.rounds).map(|_| ["counts", "one", "fitting"].map(|what| bench.round(what))).collect();
    bench.print(&rounds, arguments.json);
}

/// The engine, and what it must say.
struct Bench<'d> {
    dataset: &'d Dataset,
    engine: Engine,
    basis: &'static str,
    folded: Duration,
    expected: Vec<Counts>,
    fitting: Vec<[u64; 2]>,
}

impl<'d> Bench<'d> {
    fn new(arguments: &Arguments, dataset: &'d Dataset, expected: Vec<Counts>, fitting: Vec<[u64; 2]>) -> Bench<'d> {
        let (basis, word) =
            if arguments.contested > 0.0 { (Basis::Undisputed, "UNDISPUTED") } else { (Basis::Alleged, "ALLEGED") };
        let started = Instant::now();
        let engine = Engine::new(dataset, basis);
        // The first answer of each kind makes whatever columns it needs; they are part of what was loaded.
        engine.counts(&[0]);
        engine.fitting(&dataset.queries[0]);
        Bench { dataset, engine, basis: word, folded: started.elapsed(), expected, fitting }
    }

    fn about(&self) -> Value {
        json!({
            "engine": "armistice",
            "version": env!("CARGO_PKG_VERSION"),
            "seed": self.dataset.seed,
            "rows": self.dataset.rows.len(),
            "contested": self.dataset.contested.len(),
            "basis": self.basis,
            "loaded_seconds": self.folded.as_secs_f64(),
            "memory_bytes": resident_bytes(),
        })
    }

    /// Measures once. Anything but the expected counts ends the run.
    fn round(&self, what: &str) -> Value {
        match what {
            "counts" => {
                let all: Vec<usize> = (0..READINGS).collect();
                let (counts, took) = self.engine.counts(&all);
                assert_eq!(counts, self.expected, "the engine says what the plain loop says");
                json!({ "counts": counts, "seconds": took.as_secs_f64() })
            }
            "one" => {
                let of_each = (0..READINGS).map(|reading| {
                    let (counts, took) = self.engine.counts(&[reading]);
                    assert_eq!(counts, self.expected[reading..=reading], "and of one reading too");
                    took.as_secs_f64()
                });
                json!({ "seconds": of_each.collect::<Vec<f64>>() })
            }
            "fitting" if !self.dataset.contested.is_empty() => json!({ "seconds": [] }),
            "fitting" => {
                let of_each = self.dataset.queries.iter().zip(&self.fitting).map(|(query, expected)| {
                    let (counts, took) = self.engine.fitting(query);
                    assert_eq!(counts, *expected, "the filter says what the plain loop says");
                    took.as_secs_f64()
                });
                json!({ "seconds": of_each.collect::<Vec<f64>>() })
            }
            _ => json!({ "error": format!("{what} is none of counts, one, fitting") }),
        }
    }

    fn print(&self, rounds: &[[Value; 3]], as_json: bool) {
        let times = |which: usize| {
            let seconds = rounds.iter().flat_map(|round| match &round[which]["seconds"] {
                Value::Array(each) => each.iter().filter_map(Value::as_f64).collect(),
                one => Vec::from_iter(one.as_f64()),
            });
            let mut seconds: Vec<f64> = seconds.collect();
            seconds.sort_by(f64::total_cmp);
            seconds
        };
        let [counts, one, fitting] = [0, 1, 2].map(times);
        let pairs = self.dataset.rows.len() as f64 * READINGS as f64;
        let rate = percentile(&counts, 50).map(|seconds| pairs / seconds);
        if as_json {
            let both = |seconds: &[f64]| json!({ "p50": percentile(seconds, 50), "p99": percentile(seconds, 99) });
            let result = json!({
                "about": self.about(),
                "counts": self.expected,
                "pairs_per_second": rate,
                "one_reading_seconds": both(&one),
                "fitting_seconds": both(&fitting),
            });
            println!("{result:#}");
            return;
        }
        println!(
            "{} incidents, {READINGS} readings, {}; seed {}",
            self.dataset.rows.len(),
            self.basis,
            self.dataset.seed
        );
        println!("loaded in {:.1} s, {} MB resident", self.folded.as_secs_f64(), resident_bytes() / 1_000_000);
        let [breach, none, open] = [0, 1, 2].map(|verdict| self.expected.iter().map(|c| c[verdict]).sum::<u64>());
        println!("breach {breach}, no breach {none}, undetermined {open}, of all readings together");
        println!("all readings: {:.0} M pairs/s", rate.unwrap_or(f64::NAN) / 1e6);
        for (what, seconds) in [("one reading", &one), ("time and place", &fitting)] {
            match percentile(seconds, 50).zip(percentile(seconds, 99)) {
                Some((p50, p99)) => println!("{what}: p50 {:.2} ms, p99 {:.2} ms", p50 * 1e3, p99 * 1e3),
                None => println!("{what}: not asked where incidents are contested"),
            }
        }
    }
}

/// The value that so many of a hundred do not exceed; ascending.
fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// How much memory the process holds; 0 where the system does not say.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).map_or(0, |kib| kib * 1024)
}
