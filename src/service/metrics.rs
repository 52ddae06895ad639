//! The text of a scrape: everything that is counted, under the names that Prometheus knows it by.
//!
//! Calls are named as the conventions of OpenTelemetry for remote procedure calls name them. No label holds anything that a client
//! chose, so the number of lines is bounded: a method, a code, a bound, a phase.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};

use crate::meter::{Counter, Histogram, Level};

use super::calls::{CODES, is_failure};
use super::observed::Observed;
use super::process::Process;

/// How the text is to be read.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Writes it.
pub(super) fn text(observed: &Arc<Observed>) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Scrape(observed.clone())));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

#[derive(Debug)]
struct Scrape(Arc<Observed>);

/// Where one metric after the other is written.
struct Page<'p>(DescriptorEncoder<'p>);

impl Page<'_> {
    fn metric<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        unit: Option<&'s Unit>,
        kind: MetricType,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        // It adds the full stop itself.
        self.0.encode_descriptor(name, help, unit, kind)
    }

    fn gauge(&mut self, name: &str, help: &str, value: i64) -> fmt::Result {
        self.metric(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    fn bytes(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.metric(name, help, Some(&Unit::Bytes), MetricType::Gauge)?.encode_gauge(&signed(value))
    }

    fn count(&mut self, name: &str, help: &str, counter: &Counter) -> fmt::Result {
        let mut metric = self.metric(name, help, None, MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, _, u64>(&counter.get(), None)
    }

    fn byte_count(&mut self, name: &str, help: &str, counter: &Counter) -> fmt::Result {
        let mut metric = self.metric(name, help, Some(&Unit::Bytes), MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, _, u64>(&counter.get(), None)
    }

    fn durations(&mut self, name: &str, help: &str, histogram: &Histogram) -> fmt::Result {
        observed(self.metric(name, help, Some(&Unit::Seconds), MetricType::Histogram)?, histogram)
    }

    fn sizes(&mut self, name: &str, help: &str, histogram: &Histogram) -> fmt::Result {
        observed(self.metric(name, help, None, MetricType::Histogram)?, histogram)
    }
}

fn observed(mut metric: MetricEncoder<'_>, histogram: &Histogram) -> fmt::Result {
    let read = histogram.read();
    metric.encode_histogram::<NoLabelSet>(read.sum, read.count, &read.buckets, None)
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl Collector for Scrape {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let (server, mut page) = (&*self.0, Page(encoder));
        calls(server, &mut page)?;
        pages(server, &mut page)?;
        connections(server, &mut page)?;
        dossiers(server, &mut page)?;
        log(server, &mut page)?;
        process(&mut page)?;
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        page.metric("armistice_build", "What runs", None, MetricType::Info)?.encode_info(&version)
    }
}

fn calls(server: &Observed, page: &mut Page<'_>) -> fmt::Result {
    let methods = || server.calls.methods.iter();
    let help = "How long calls took, by method and by how they ended";
    let mut durations = page.metric("rpc_server_call_duration", help, Some(&Unit::Seconds), MetricType::Histogram)?;
    for method in methods() {
        let ended = method.ended.iter().enumerate().filter_map(|(code, ended)| Some((code, ended.get()?)));
        for (code, ended) in ended {
            let mut labels = vec![
                ("rpc_system_name", "grpc"),
                ("rpc_method", method.name.as_str()),
                ("rpc_status_code", CODES[code]),
            ];
            if is_failure(code) {
                labels.push(("error_type", CODES[code]));
            }
            observed(durations.encode_family(&labels)?, ended)?;
        }
    }
    // A method that was never called need not be told apart from one that is not there.
    let is_called = |method: &&super::calls::MethodCounts| {
        method.under_way.get() > 0 || method.ended.iter().any(|ended| ended.get().is_some())
    };
    let help = "Calls that have begun and not ended; streams are among them as long as they are open";
    let mut under_way = page.metric("armistice_calls_under_way", help, None, MetricType::Gauge)?;
    for method in methods().filter(is_called) {
        let labels = [("rpc_method", method.name.as_str())];
        under_way.encode_family(&labels)?.encode_gauge(&method.under_way.get())?;
    }
    for (name, help, is_answer) in [
        ("armistice_call_request", "Bytes of the messages of calls that have ended", false),
        ("armistice_call_answer", "Bytes of the answers to calls that have ended", true),
    ] {
        let mut bytes = page.metric(name, help, Some(&Unit::Bytes), MetricType::Counter)?;
        for method in methods().filter(is_called) {
            let counter = if is_answer { &method.answer_bytes } else { &method.request_bytes };
            let labels = [("rpc_method", method.name.as_str())];
            let mut metric = bytes.encode_family(&labels)?;
            metric.encode_counter::<NoLabelSet, _, u64>(&counter.get(), None)?;
        }
    }
    Ok(())
}

/// Requests that are no calls of methods. What a page asks of the API itself is not counted as calls.
fn pages(server: &Observed, page: &mut Page<'_>) -> fmt::Result {
    let help = "How long pages took, by method, by the pattern of the path and by the status they were answered with";
    let mut durations =
        page.metric("http_server_request_duration", help, Some(&Unit::Seconds), MetricType::Histogram)?;
    for (kind, ended) in server.pages.ended() {
        let status = kind.status.to_string();
        let mut labels = vec![
            ("http_request_method", kind.method),
            ("http_route", kind.route),
            ("http_response_status_code", status.as_str()),
        ];
        if kind.status >= 500 {
            labels.push(("error_type", status.as_str()));
        }
        observed(durations.encode_family(&labels)?, &ended)?;
    }
    let help = "Pages that are being made";
    page.gauge("armistice_pages_under_way", help, server.pages.under_way.get())
}

fn connections(server: &Observed, page: &mut Page<'_>) -> fmt::Result {
    let connections = &server.connections;
    page.gauge("armistice_connections_open", "Connections that are open", connections.open.get())?;
    page.count("armistice_connections_accepted", "Connections that were accepted", &connections.accepted)?;
    page.byte_count("armistice_received", "Bytes that came over connections", &connections.received_bytes)?;
    page.byte_count("armistice_sent", "Bytes that were sent over connections", &connections.sent_bytes)
}

fn dossiers(server: &Observed, page: &mut Page<'_>) -> fmt::Result {
    let is_ready = i64::from(server.readiness().is_ready());
    page.gauge(
        "armistice_ready",
        "1 while calls should be sent here, as far as is known without asking the log",
        is_ready,
    )?;
    let loading = |level: &Level| level.get();
    page.gauge("armistice_dossiers_loading", "Dossiers that are being read from the log", loading(&server.loading))?;
    let help = "How long it took to read a dossier from the log when it was first asked for";
    page.durations("armistice_dossier_load_duration", help, &server.load_duration)?;
    page.count(
        "armistice_dossier_load_failures",
        "Dossiers that could not be read from the log",
        &server.load_failures,
    )?;
    let census = server.dossiers().map(|dossiers| dossiers.census()).unwrap_or_default();
    page.gauge("armistice_dossiers_stored", "Dossiers in the log", signed(census.stored))?;
    page.gauge("armistice_dossiers_open", "Dossiers in memory", signed(census.open))?;
    page.gauge(
        "armistice_log_positions",
        "Entries in the log, of all dossiers: the sum of their heads, and one each",
        signed(census.positions),
    )?;
    page.gauge(
        "armistice_appends_waiting",
        "Appends that wait for the writers of their dossiers",
        signed(census.waiting),
    )?;
    page.gauge("armistice_view_records", "Records of the dossiers in memory", signed(census.records))?;
    page.gauge("armistice_view_revisions", "Revisions of the dossiers in memory", signed(census.revisions))?;
    page.gauge("armistice_view_fold_lag", "Positions that are durable and not folded in yet", signed(census.lag))?;
    page.gauge("armistice_view_snapshots", "Snapshots that are kept", signed(census.snapshots))?;
    let help = "How long it took to make a table of a snapshot's columns";
    page.durations("armistice_view_table_build_duration", help, &server.view().table_duration)
}

fn log(server: &Observed, page: &mut Page<'_>) -> fmt::Result {
    let log = server.log();
    page.count("armistice_log_appends", "Appends that became durable", &log.appends)?;
    page.count("armistice_log_entries", "Entries that became durable", &log.entries)?;
    page.byte_count("armistice_log_appended", "Bytes of the entries that became durable", &log.bytes)?;
    page.count("armistice_log_commits", "Transactions that became durable", &log.commits)?;
    page.count("armistice_log_commit_failures", "Transactions that failed", &log.failures)?;
    page.durations(
        "armistice_log_commit_duration",
        "How long transactions took until they were durable",
        &log.commit_duration,
    )?;
    page.sizes("armistice_log_commit_appends", "How many appends shared a transaction", &log.commit_appends)
}

fn process(page: &mut Page<'_>) -> fmt::Result {
    let Some(process) = Process::this() else { return Ok(()) };
    let help = "Time that processors have worked for the process";
    let mut cpu = page.metric("process_cpu", help, Some(&Unit::Seconds), MetricType::Counter)?;
    cpu.encode_counter::<NoLabelSet, _, f64>(&process.cpu_seconds, None)?;
    page.bytes("process_resident_memory", "Memory that the process holds", process.resident_bytes)?;
    page.bytes("process_virtual_memory", "Memory that the process may address", process.virtual_bytes)?;
    page.gauge("process_threads", "Threads of the process", signed(process.threads))?;
    page.gauge("process_open_fds", "Files and connections that the process has open", signed(process.open_files))?;
    let help = "When the process started, in seconds since 1970";
    let mut start = page.metric("process_start_time", help, Some(&Unit::Seconds), MetricType::Gauge)?;
    start.encode_gauge(&process.start_seconds)
}
