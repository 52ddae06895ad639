//! What a dossier costs in memory, what a snapshot of it costs, and whether a record that was corrected many times is dearer to ask for
//! than one that never was.
//!
//! ```text
//! cargo bench --bench as_of                                    a million incidents with a report each, then corrections
//! cargo bench --bench as_of -- --incidents 100000 --contested 5 --corrected 20000 --corrections 10
//! ```
//!
//! Everything is in this process, without a log or a transport: revisions are made from one report that was admitted, encoded as they
//! would be stored, and folded in.
//!
//! - *memory*: what the process holds more than before, less the bytes of the entries, by row (a row is one thing struck).
//! - *snapshot*: made afresh, after one more report, and from that by other clocks; each with its first count under a reading on all
//!   bases, which makes the tables.
//! - *corrections*: get, list and tally over as many reports, never corrected and corrected so many times, for now and as of the middle.
#![allow(clippy::print_stdout, reason = "what a benchmark prints is its result")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use armistice::domain::admission::{Recording, admit};
use armistice::domain::dossier::Dossier;
use armistice::domain::name::{ActorName, Collection, Id, IncidentName, RecordName};
use armistice::domain::record::{Body, Position, Revision};
use armistice::domain::time::{Span, Zone};
use armistice::view::assess::{Docket, Question};
use armistice::view::choice::{Choice, ReadingSet};
use armistice::view::filter::Filter;
use armistice::view::list::{ListQuery, list};
use armistice::view::records::{Clock, Records};
use armistice::view::snapshot::Snapshot;
use armistice::view::tally::tally;
use armistice::wire::{decode, entry, pb};
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use prost_reflect::{DescriptorPool, DynamicMessage};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures memory, snapshots and corrections.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many incidents, each with a report.
    #[arg(long, default_value_t = 1_000_000)]
    incidents: usize,
    /// How many in a hundred have a second report, which says otherwise.
    #[arg(long, default_value_t = 0)]
    contested: usize,
    /// How many reports are corrected; 0: none, and nothing is compared.
    #[arg(long, default_value_t = 200_000)]
    corrected: usize,
    /// How often each of them is.
    #[arg(long, default_value_t = 50)]
    corrections: usize,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

const STAGE: &str = r#"[
  {"name": "actors/a", "actor": {"type": "ACTOR_TYPE_STATE", "displayName": "A"}},
  {"name": "actors/b", "actor": {"type": "ACTOR_TYPE_STATE", "displayName": "B"}},
  {"name": "places/p", "place": {"type": "PLACE_TYPE_COUNTRY", "displayName": "P"}},
  {"name": "documents/d", "document": {"title": "A list", "published": {"local": "2025-06-01", "timeZone": "UTC"}}},
  {"name": "terms/t", "term": {"displayName": "A halt", "type": "TERM_TYPE_PROHIBITION"}},
  {"name": "instruments/i", "instrument": {"displayName": "A text", "type": "INSTRUMENT_TYPE_UNILATERAL_STATEMENT",
    "stated": {"local": "2025-03-18", "timeZone": "UTC"}}, "citations": [{"document": "documents/d"}]},
  {"name": "readings/r", "reading": {"term": "terms/t", "heldBy": "actors/a", "instrument": "instruments/i", "wording": "energy",
    "operative": "TRISTATE_YES", "attempts": "TRISTATE_NO", "objects": {"include": ["energy"]},
    "window": {"startImmediately": true}}, "citations": [{"document": "documents/d"}]},
  {"name": "incidents/i0", "incident": {"displayName": "A strike near a town"}},
  {"name": "reports/r0", "report": {"incident": "incidents/i0", "claimant": "actors/b", "allegesBreachOf": ["terms/t"], "facts": {
    "occurred": {"local": "2025-03-19T01:20/2025-03-19T01:40", "timeZone": "UTC"}, "place": "places/p", "act": "strike.drone",
    "attributedTo": "actors/a", "against": "actors/b",
    "struck": [{"object": "elec.sub", "facility": "the substation", "effect": "EFFECT_HIT", "weapon": "uav"}]}},
    "citations": [{"document": "documents/d", "locator": "row 17 of 400"}]}
]"#;

/// A dossier as it grows.
struct Growing {
    dossier: Dossier,
    records: Records,
    entries_bytes: usize,
    incident: Revision,
    report: Revision,
}

fn main() {
    let arguments = Arguments::parse();
    memory_and_snapshots(&arguments);
    if arguments.corrected > 0 {
        corrections(&arguments);
    }
}

impl Growing {
    fn new() -> Growing {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("an instant");
        let dossier = decode::new_dossier("d", Some(pb::Dossier::default()), now).expect("a dossier");
        let request = stage();
        let mut new_id = String::new;
        let mut context = decode::Context { dossier: &dossier.id, zone: &dossier.zone, new_id: &mut new_id };
        let mut batch = decode::batch(request.records, &mut context);
        let records = Records::new(entry::Decoder::new(dossier.clone()));
        let recording = Recording { position: 1, time: now, by: "actors/a".to_owned() };
        let admitted = admit(&mut batch, &records, &recording).expect("the stage is valid");
        let of = |collection| {
            let found = admitted.revisions.iter().find(|r| r.name.collection == collection);
            Revision::clone(found.expect("the stage has one"))
        };
        let (incident, report) = (of(Collection::Incidents), of(Collection::Reports));
        let mut growing = Growing { dossier, records, entries_bytes: 0, incident, report };
        for revision in admitted.revisions {
            growing.fold(Revision::clone(&revision));
        }
        growing
    }

    fn fold(&mut self, mut revision: Revision) {
        revision.position = self.records.head() + 1;
        let bytes = entry::encode_revision(&revision, &self.dossier);
        self.entries_bytes += bytes.len();
        self.records.fold(Arc::new(revision), &bytes);
    }

    /// One more incident.
    fn incident(&mut self, number: usize) {
        let name = RecordName { collection: Collection::Incidents, id: id(format!("i{number}")) };
        self.fold(Revision { name, ..self.incident.clone() });
    }

    /// A report about an incident, by its own claimant; `twist` makes it another time, or a contradiction.
    fn report(&mut self, name: String, incident: usize, claimant: &str, author: &str, twist: i64) {
        let mut report =
            Revision { name: RecordName { collection: Collection::Reports, id: id(name) }, ..self.report.clone() };
        let incident = IncidentName::new(id(format!("i{incident}")));
        report.references.retain(|name| name.collection != Collection::Incidents);
        report.references.push(incident.record());
        if let Body::Report(body) = &mut report.body {
            body.incident = incident;
            body.claimant = ActorName::new(id(claimant.to_owned()));
            let facts = body.facts.as_mut().expect("the report has facts");
            facts.attributed_to = Some(ActorName::new(id(author.to_owned())));
            let span = facts.occurred.as_ref().expect("and a time");
            let later =
                |instant: Timestamp| instant.checked_add(SignedDuration::from_mins(twist)).expect("within a few years");
            let moved = Span::new(later(span.earliest), later(span.latest), span.zone.clone());
            facts.occurred = Some(moved.expect("as long as it was"));
        }
        self.fold(report);
    }

    fn grow(&mut self, incidents: usize, contested: usize) {
        for i in 1..=incidents {
            let minutes = i64::try_from(i % 500_000).expect("small");
            self.incident(i);
            self.report(format!("r{i}"), i, "b", "a", minutes);
            if i % 100 < contested {
                self.report(format!("s{i}"), i, "a", "b", minutes);
            }
        }
    }

    fn now(&self) -> Clock {
        Clock { at: self.records.head(), known_by: None }
    }
}

fn stage() -> pb::AppendRecordsRequest {
    let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the build's own descriptors");
    let request = pool.get_message_by_name("armistice.v1.AppendRecordsRequest").expect("a message of the contract");
    let json = format!(r#"{{"records": {STAGE}}}"#);
    let mut json = serde_json::Deserializer::from_str(&json);
    let message = DynamicMessage::deserialize(request, &mut json).expect("the stage is well formed");
    message.transcode_to().expect("the same message")
}

fn id(text: String) -> Id {
    Id::parse(&text).expect("an identifier")
}

fn memory_and_snapshots(arguments: &Arguments) {
    let mut growing = Growing::new();
    let before = resident_bytes();
    let (_, folding) = timed(|| growing.grow(arguments.incidents, arguments.contested));
    let reports = usize::try_from(growing.records.head()).expect("they fit in memory") - arguments.incidents;
    let held = resident_bytes().saturating_sub(before);
    let beyond = held.saturating_sub(growing.entries_bytes);
    println!("{} incidents, {reports} rows, {} contested in a hundred", arguments.incidents, arguments.contested);
    println!("  encoded and folded in     {:8.2} s", folding.as_secs_f64());
    println!("  resident                  {:8.0} MB, of which entries {:.0} MB", mb(held), mb(growing.entries_bytes));
    println!("  beyond the entries        {:8.0} bytes a row", beyond as f64 / reports as f64);

    let (snapshot, fresh) = timed(|| Snapshot::new(&growing.records, growing.now()));
    println!("  a snapshot made afresh    {:8.2} ms", ms(fresh));
    println!("  first count, all bases    {:8.2} ms", ms(timed(|| count(&snapshot)).1));
    println!("  second count              {:8.2} ms", ms(timed(|| count(&snapshot)).1));
    let with_tables = resident_bytes().saturating_sub(before).saturating_sub(growing.entries_bytes);
    println!("  with the tables           {:8.0} bytes a row", with_tables as f64 / reports as f64);

    let (_, one_more) = timed(|| growing.report("another".to_owned(), arguments.incidents / 2, "a", "b", 0));
    println!("  one more report folded in {:8.2} ms", ms(one_more));
    let (after, following) = timed(|| Snapshot::beside(&snapshot, &growing.records, growing.now()));
    println!("  the snapshot after it     {:8.2} ms", ms(following));
    println!("  first count, all bases    {:8.2} ms", ms(timed(|| count(&after)).1));
    let middle = growing.records.head() / 2;
    let day = "2025-07-01T00:00:00Z".parse().expect("an instant");
    for (what, at, known_by) in [
        ("as of the middle", middle, None),
        ("as of the first quarter", middle / 2, None),
        ("known by a day", growing.records.head(), Some(day)),
    ] {
        let (other, made) = timed(|| Snapshot::beside(&after, &growing.records, Clock { at, known_by }));
        let (_, counted) = timed(|| count(&other));
        println!("  {what:25} {:8.2} ms, first count, all bases {:.2} ms", ms(made), ms(counted));
    }
}

fn corrections(arguments: &Arguments) {
    let (count_of, times) = (arguments.corrected, arguments.corrections);
    let mut plain = Growing::new();
    plain.grow(count_of, 0);
    let mut corrected = Growing::new();
    corrected.grow(count_of, 0);
    for round in 1..=times {
        for i in 1..=count_of {
            corrected.report(format!("r{i}"), i, "b", "a", i64::try_from(i % 1000 + round).expect("small"));
        }
    }
    println!("{count_of} reports, never corrected and corrected {times} times each");
    // The middle of the corrections, when every report was there: held against all of those that never were corrected.
    let head = corrected.records.head();
    let clock = |at| Clock { at, known_by: None };
    for (when, at) in [("now", head), ("in the middle", plain.records.head() + (head - plain.records.head()) / 2)] {
        for (what, ask) in [("get", get as fn(&Records, Clock, usize)), ("list", list_all), ("tally", tally_all)] {
            let time = |growing: &Growing, at: Position| {
                let runs = (0..3).map(|_| timed(|| ask(&growing.records, clock(at), count_of)).1);
                runs.min().unwrap_or_default()
            };
            let (a, b) = (time(&plain, plain.records.head()), time(&corrected, at));
            let ratio = b.as_secs_f64() / a.as_secs_f64();
            println!("  {what:6} {when:14} {:9.2} ms {:9.2} ms   {ratio:5.2} times", ms(a), ms(b));
        }
    }
}

fn get(records: &Records, clock: Clock, reports: usize) {
    for i in 1..=reports {
        let name = RecordName { collection: Collection::Reports, id: id(format!("r{}", i * 7919 % reports + 1)) };
        black_box(records.current(&name, clock));
    }
}

fn list_all(records: &Records, clock: Clock, _reports: usize) {
    const PAGE: usize = 1000;
    let query = ListQuery { collections: vec![Collection::Reports], ..ListQuery::default() };
    let mut cursor: Position = 0;
    loop {
        let page: Vec<Arc<Revision>> = list(records, clock, &query, cursor).take(PAGE).collect();
        match page.last() {
            Some(last) => cursor = last.position,
            None => return,
        }
    }
}

fn tally_all(records: &Records, clock: Clock, _reports: usize) {
    count(&Snapshot::new(records, clock));
}

fn count(snapshot: &Snapshot) {
    let readings = Choice { set: Some(ReadingSet::All), ..Choice::default() };
    let bases = armistice::domain::evidence::Basis::ALL.to_vec();
    let question = Question { readings, bases, ..Question::default() };
    let docket = Docket::new(&question, snapshot).expect("nothing to refuse");
    black_box(tally(&docket, &Filter::default(), &[], &Zone::utc()));
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn mb(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// What the process holds, as the system counts it.
fn resident_bytes() -> usize {
    const PAGE_BYTES: usize = 4096;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0) * PAGE_BYTES
}
