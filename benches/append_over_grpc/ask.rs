//! How long questions take over a dossier of so many records: the filtered tally, a new reading, groups, another
//! day, a briefing, and after an append.

use std::path::Path;
use std::time::{Duration, Instant};

use armistice::wire::pb;
use pb::assessment_service_client::AssessmentServiceClient;
use pb::briefing_service_client::BriefingServiceClient;
use pb::record_service_client::RecordServiceClient;
use serde_json::{Value, json};
use tonic::transport::Channel;

use super::bulk::fill;
use super::records::{DOSSIER, create_dossier, day, object, place, report};
use super::server::{Machine, Server};

/// How often each question is asked in a round; the first asking is told apart.
const TIMES: u64 = 200;

/// The latencies of one question.
pub(super) struct Asked {
    what: &'static str,
    /// What the first cost, which makes whatever columns it needs.
    first: Duration,
    /// Of the others, ascending.
    latencies: Vec<Duration>,
}

impl Asked {
    fn of(what: &'static str, mut latencies: Vec<Duration>) -> Asked {
        let first = latencies.remove(0);
        latencies.sort_unstable();
        Asked { what, first, latencies }
    }

    /// In milliseconds: the first, and what half and ninety-nine of a hundred did not exceed.
    fn milliseconds(&self) -> [f64; 3] {
        let rank = |percent: usize| self.latencies[(self.latencies.len() * percent).div_ceil(100).max(1) - 1];
        [self.first, rank(50), rank(99)].map(|latency| latency.as_secs_f64() * 1e3)
    }
}

/// Everything that is asked, of half as many incidents as there are records, each with a report.
pub(super) async fn measure_all(directory: &Path, records: u64) -> Vec<Asked> {
    let server = Server::start(&directory.join("data"));
    create_dossier(&server).await;
    fill(&server, records).await;
    let channel = server.channel().await;
    let head = append(&channel).await;
    let filter = |i: u64| pb::IncidentFilter {
        occurred: Some(pb::TimeSpan { local: format!("{}/{}", day(i), day(i + 7)), ..Default::default() }),
        places: vec![place(i)],
        objects: vec![object(i)],
        ..Default::default()
    };
    let tally = |i: u64| pb::TallyRequest {
        parent: DOSSIER.to_owned(),
        readings: Some(pb::ReadingChoice { hypothetical: vec![draft(i)], ..Default::default() }),
        ..Default::default()
    };
    let filtered = |i| pb::TallyRequest { filter: Some(filter(i)), ..tally(0) };
    let grouped =
        |i| pb::TallyRequest { group_by: vec![pb::GroupBy::Week.into(), pb::GroupBy::Object.into()], ..tally(i) };
    let earlier = |i: u64| {
        let position = head - i64::try_from(i * 997).expect("a small number") % head;
        let at = pb::At { at: Some(pb::at::At::Position(position)) };
        let consistency = pb::Consistency { when: Some(pb::consistency::When::At(at)), known_by: None };
        pb::TallyRequest { consistency: Some(consistency), ..tally(0) }
    };
    let mut all = Vec::new();
    all.push(Asked::of("a new reading, all incidents", ask(&channel, TIMES, tally).await));
    all.push(Asked::of("time, place and object", ask(&channel, TIMES, filtered).await));
    all.push(Asked::of("by week and object", ask(&channel, TIMES / 10, grouped).await));
    all.push(Asked::of("as of another position each time", ask(&channel, TIMES / 10, earlier).await));
    // A day in the midst of the record and a month, each with the days before it in its charts.
    let day_of = |i: u64| day(40 + i % 5);
    let month_of = |i: u64| format!("{}/{}", day(30 + i % 5), day(60));
    all.push(Asked::of("the briefing of a day", compose(&channel, TIMES / 10, day_of).await));
    all.push(Asked::of("the briefing of a month", compose(&channel, TIMES / 10, month_of).await));
    let mut after = Vec::new();
    for i in 0..TIMES / 4 {
        append(&channel).await;
        after.extend(ask(&channel, 1, |_| tally(i)).await);
    }
    all.push(Asked::of("after an append each time", after));
    all
}

async fn ask(channel: &Channel, times: u64, question: impl Fn(u64) -> pb::TallyRequest) -> Vec<Duration> {
    let mut client = AssessmentServiceClient::new(channel.clone());
    let mut latencies = Vec::new();
    for i in 0..times {
        let request = question(i);
        let started = Instant::now();
        let answer = client.tally(request).await.expect("it is answered").into_inner();
        latencies.push(started.elapsed());
        assert!(!answer.rows.is_empty(), "a tally without groups has a row, and one with groups has incidents");
    }
    latencies
}

async fn compose(channel: &Channel, times: u64, period: impl Fn(u64) -> String) -> Vec<Duration> {
    let mut client = BriefingServiceClient::new(channel.clone()).max_decoding_message_size(usize::MAX);
    let mut latencies = Vec::new();
    for i in 0..times {
        let request = pb::ComposeBriefingRequest {
            parent: DOSSIER.to_owned(),
            period: Some(pb::TimeSpan { local: period(i), ..Default::default() }),
            ..Default::default()
        };
        let started = Instant::now();
        let answer = client.compose_briefing(request).await.expect("it is composed").into_inner();
        latencies.push(started.elapsed());
        assert!(answer.briefing.is_some_and(|briefing| !briefing.features.is_empty() || !briefing.charts.is_empty()));
    }
    latencies
}

/// Appends a report; the position that it took.
async fn append(channel: &Channel) -> i64 {
    let request =
        pb::AppendRecordsRequest { parent: DOSSIER.to_owned(), records: vec![report()], ..Default::default() };
    let answer = RecordServiceClient::new(channel.clone()).append_records(request).await.expect("it is appended");
    answer.into_inner().records[0].position
}

/// A reading that nobody holds, another one each time.
fn draft(i: u64) -> pb::Reading {
    let list =
        |include: Vec<String>, unclear: Vec<String>| Some(pb::Selection { include, unclear, ..Default::default() });
    pb::Reading {
        term: "terms/halt".to_owned(),
        actors: list(vec!["actors/state".to_owned()], Vec::new()),
        objects: list(vec![object(i)], vec![object(i + 1)]),
        places: list(vec![place(i), place(i + 1)], vec![place(i + 2)]),
        window: Some(pb::Window {
            start: Some(pb::Bound { local: day(i % 50), ..Default::default() }),
            length: Some(pb::TermLength { days: 30, ..Default::default() }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// Prints the result.
pub(super) fn print_table(records: u64, machine: &Machine, asked: &[Asked]) {
    println!("questions over gRPC to a dossier of {records} records, one client");
    println!("{}\n", machine.said());
    println!("question                             first ms    p50 ms    p99 ms");
    for question in asked {
        let [first, p50, p99] = question.milliseconds();
        println!("{:<34}   {first:>8.1}   {p50:>7.2}   {p99:>7.2}", question.what);
    }
}

/// The result for a machine.
pub(super) fn as_json(records: u64, machine: &Machine, asked: &[Asked]) -> Value {
    let questions = asked.iter().map(|question| {
        let [first, p50, p99] = question.milliseconds();
        json!({ "question": question.what, "first_ms": first, "p50_ms": p50, "p99_ms": p99 })
    });
    json!({ "records": records, "machine": machine.as_json(), "questions": questions.collect::<Vec<_>>() })
}
