//! What it costs to render a briefing as a file, with its charts, its timeline and its map.
//!
//! ```text
//! cargo bench --bench render_briefing                          the largest briefing that is composed, each format twenty times
//! cargo bench --bench render_briefing -- --rounds 100 --incidents 50
//! ```
//!
//! The briefing is made up here: as many days, readings, rows and features as composing puts into one at most.
#![allow(clippy::print_stdout, reason = "what a benchmark prints is its result")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use armistice::render::briefing::render;
use armistice::wire::pb;
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures rendering.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many times each format is rendered.
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// How many incidents the briefing lists, judges and puts on the map.
    #[arg(long, default_value_t = 200)]
    incidents: usize,
    /// What cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

const DAYS: usize = 31;
const READINGS: usize = 6;
const VERDICTS: [pb::Verdict; 4] =
    [pb::Verdict::Breach, pb::Verdict::NoBreach, pb::Verdict::Undetermined, pb::Verdict::NotAssessed];

fn main() {
    let Arguments { rounds, incidents, bench: _ } = Arguments::parse();
    let briefing = briefing(incidents);
    println!("{incidents} incidents, {DAYS} days, {READINGS} readings; {rounds} rounds each");
    let formats = [
        ("markdown", pb::BriefingFormat::Markdown),
        ("html", pb::BriefingFormat::Html),
        ("ninjs", pb::BriefingFormat::Ninjs),
    ];
    for (name, format) in formats {
        let mut times: Vec<Duration> = Vec::with_capacity(rounds);
        let mut bytes = 0;
        for _ in 0..rounds.max(1) {
            let start = Instant::now();
            let (content, _) = black_box(render(black_box(&briefing), format));
            times.push(start.elapsed());
            bytes = content.len();
        }
        times.sort_unstable();
        let (middle, slowest) = (times[times.len() / 2], times[times.len() - 1]);
        println!("{name:10} {bytes:8} bytes   median {middle:8.1?}   slowest {slowest:8.1?}");
    }
}

fn briefing(incidents: usize) -> pb::Briefing {
    let name = |index: usize| format!("dossiers/d/incidents/v{index:04}");
    let told = |index: usize| pb::BriefingSentence {
        text: format!("According to the ministry, facility {index} in the region was struck by drones overnight."),
        records: vec![name(index), format!("dossiers/d/reports/r{index:04}")],
        known_later: index.is_multiple_of(7),
        kind: pb::BriefingSentenceKind::New.into(),
    };
    let row = |index: usize| {
        let judged = (0..READINGS).map(|reading| pb::BriefingCell {
            text: String::new(),
            verdict: VERDICTS[(index + reading) % VERDICTS.len()].into(),
        });
        let head = pb::BriefingCell { text: format!("Strike on facility {index}"), verdict: 0 };
        pb::BriefingRow { cells: std::iter::once(head).chain(judged).collect(), records: vec![name(index)] }
    };
    let head = std::iter::once("Incident".to_owned()).chain((0..READINGS).map(|reading| format!("r{reading}")));
    let table = |basis: &str| pb::BriefingTable {
        caption: format!("Verdicts, basis: {basis}"),
        columns: head.clone().collect(),
        rows: (0..incidents).map(row).collect(),
        note: String::new(),
    };
    let section = |heading: &str, sentences, tables| pb::BriefingSection {
        heading: heading.to_owned(),
        sentences,
        tables,
        kind: pb::BriefingSectionKind::Incidents.into(),
    };
    let header = pb::BriefingHeader {
        dossier: "dossiers/d".into(),
        title: "A month of strikes".into(),
        time_zone: "Europe/Kyiv".into(),
        language: "en".into(),
        ..Default::default()
    };
    pb::Briefing {
        header: Some(header),
        key_points: Vec::new(),
        sections: vec![
            section("Incidents", (0..incidents).map(told).collect(), Vec::new()),
            section("Verdicts", Vec::new(), vec![table("alleged"), table("undisputed")]),
        ],
        charts: charts(incidents),
        features: (0..incidents).map(feature).collect(),
    }
}

fn charts(incidents: usize) -> Vec<pb::BriefingChart> {
    let chart = |kind: pb::BriefingChartKind, title: String, series| pb::BriefingChart {
        kind: kind.into(),
        title,
        unit: "incidents".into(),
        categories: (1..=DAYS).map(|day| format!("2025-03-{day:02}")).collect(),
        series,
        ..Default::default()
    };
    let values = |seed: i64| (0..).map(|day: i64| (day * 7 + seed) % 5).take(DAYS).collect();
    let branches = (0..8).map(|branch| pb::BriefingSeries {
        name: format!("branch {branch}"),
        values: values(branch),
        verdict: 0,
    });
    let verdicts = || {
        VERDICTS.map(|verdict| pb::BriefingSeries { name: String::new(), values: values(3), verdict: verdict.into() })
    };
    let mut charts = vec![chart(pb::BriefingChartKind::IncidentsByDay, "Incidents a day".into(), branches.collect())];
    charts.extend((0..READINGS).map(|reading| {
        chart(pb::BriefingChartKind::VerdictsByDay, format!("Verdicts a day under r{reading}"), verdicts().to_vec())
    }));
    let at = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    let moment = |index: i64| pb::BriefingMoment {
        span: Some(pb::TimeSpan {
            earliest: at(1_740_780_000 + index * 7_200),
            latest: at(1_740_780_000 + index * 7_200 + 3_600),
            ..Default::default()
        }),
        label: format!("Strike on facility {index}"),
        lane: ["contacts", "texts", "incidents", "exchanges"][usize::try_from(index % 4).unwrap_or(0)].to_owned(),
        record: format!("dossiers/d/incidents/v{index:04}"),
    };
    let moments = (0..).map(moment).take(incidents).collect();
    charts.push(pb::BriefingChart {
        moments,
        ..chart(pb::BriefingChartKind::Timeline, "What happened when".into(), Vec::new())
    });
    charts
}

fn feature(index: usize) -> pb::BriefingFeature {
    let (row, column) = (u32::try_from(index / 20).unwrap_or(0), u32::try_from(index % 20).unwrap_or(0));
    let point =
        pb::LatLng { latitude: Some(46.0 + f64::from(row) * 0.37), longitude: Some(28.0 + f64::from(column) * 0.61) };
    pb::BriefingFeature {
        record: format!("dossiers/d/incidents/v{index:04}"),
        label: format!("Facility {index}"),
        point: Some(point),
        radius_m: 3_000.0,
        geojson: String::new(),
        place: String::new(),
        attributed_to: vec![["Russia", "Ukraine"][index % 2].to_owned()],
    }
}
