//! Incidents as features of a map, with or without their verdicts.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::state::{Lookup, State};
use crate::cli::failure::Failure;
use crate::cli::progress::Progress;
use crate::cli::sink::Sink;
use crate::render::labels::relative;
use crate::render::map::{self, Site};
use crate::wire::pb;

/// What all accounts say of where their incident was. A report may stand anywhere in the log, so this is held whole: a few
/// hundred bytes an account, while everything else goes by page.
#[derive(Debug, Default)]
struct Sites {
    by_incident: HashMap<String, Vec<Site>>,
}

impl Sites {
    async fn gather(state: &State, lookup: &mut Lookup) -> Result<Sites, Failure> {
        let mut progress = Progress::count("reading accounts");
        let mut pages = state.list(&["reports", "findings"]);
        let mut sites = Sites::default();
        while let Some(records) = pages.next(&mut progress).await? {
            let found: Vec<(String, Site)> = records.iter().filter_map(Site::of).collect();
            lookup.fetch_and_hold(state, found.iter().map(|(_, site)| site.place().to_owned())).await?;
            for (incident, site) in found {
                sites.by_incident.entry(incident).or_default().push(site);
            }
            progress.advance(records.len());
        }
        Ok(sites)
    }

    /// Of one event, which may be recorded as several incidents.
    fn of(&self, incident: &str, same_event: &[String]) -> Vec<Site> {
        let names = std::iter::once(incident).chain(same_event.iter().map(String::as_str));
        names.filter_map(|name| self.by_incident.get(name)).flatten().cloned().collect()
    }
}

/// Features one after the other, with commas between them.
struct Features<'s> {
    sink: &'s mut Sink,
    count: usize,
}

impl Features<'_> {
    fn begin<'s>(sink: &'s mut Sink, about: &Map<String, Value>) -> Result<Features<'s>, Failure> {
        sink.write(&map::start(about))?;
        Ok(Features { sink, count: 0 })
    }

    fn add(&mut self, features: &[String]) -> Result<(), Failure> {
        if features.is_empty() {
            return Ok(());
        }
        let before = if self.count > 0 { ",\n" } else { "" };
        self.count += features.len();
        self.sink.write(&format!("{before}{}", features.join(",\n")))
    }

    fn end(self) -> Result<usize, Failure> {
        self.sink.write(map::END)?;
        Ok(self.count)
    }
}

/// Every incident; answers how many.
pub(super) async fn incidents(state: &State, sink: &mut Sink) -> Result<usize, Failure> {
    // The places of all accounts stay in the book, so what is looked up is held and not bounded by pages.
    let mut lookup = Lookup::default();
    let sites = Sites::gather(state, &mut lookup).await?;
    let mut progress = Progress::count("exporting");
    let mut pages = state.list(&["incidents"]);
    let mut features = Features::begin(sink, &Map::new())?;
    while let Some(records) = pages.next(&mut progress).await? {
        let count = records.len();
        let mut written = Vec::with_capacity(count);
        for record in records {
            let display = display_name(&record);
            let sites = sites.of(&record.name, &[]);
            written.push(map::feature(&record.name, &display, &sites, &lookup.book, Map::new()));
        }
        features.add(&written)?;
        progress.advance(count);
    }
    features.end()
}

fn display_name(record: &pb::Record) -> String {
    match &record.kind {
        Some(pb::record::Kind::Incident(incident)) => incident.display_name.clone(),
        Some(_) | None => String::new(),
    }
}

/// Every incident that is assessed, with its verdicts; answers how many.
pub(super) async fn verdicts(state: &State, question: pb::AssessRequest, sink: &mut Sink) -> Result<usize, Failure> {
    let mut lookup = Lookup::default();
    let sites = Sites::gather(state, &mut lookup).await?;
    let mut names = Lookup::default();
    let mut progress = Progress::count("exporting");
    let mut pages = state.assess(question);
    let mut features = None;
    let mut open: Option<Judged> = None;
    let mut sink = Some(sink);
    while let Some(page) = pages.next(&mut progress).await? {
        if let Some(sink) = sink.take() {
            features = Some(Features::begin(sink, &about(&page))?);
        }
        let assessed = page.assessments.iter().map(|assessment| assessment.incident.clone());
        let pending = open.iter().map(|judged| judged.incident.clone());
        names.fetch(state, assessed.chain(pending)).await?;
        let mut written = Vec::new();
        let mut write = |judged: Judged| {
            let Judged { incident, same_event, verdicts } = judged;
            let sites = sites.of(&incident, &same_event);
            written.push(map::feature(&incident, names.book.display(&incident), &sites, &lookup.book, verdicts));
        };
        for assessment in &page.assessments {
            // A page may split an incident, so one stays open until the next begins.
            if open.as_ref().is_some_and(|judged| judged.incident != assessment.incident)
                && let Some(judged) = open.take()
            {
                write(judged);
            }
            open.get_or_insert_with(|| Judged::new(assessment)).add(assessment);
        }
        if page.next_page_token.is_empty()
            && let Some(judged) = open.take()
        {
            write(judged);
        }
        if let Some(features) = &mut features {
            features.add(&written)?;
        }
        progress.advance(page.assessments.len());
    }
    features.map_or(Ok(0), Features::end)
}

/// One incident with the verdicts that are known of it so far.
struct Judged {
    incident: String,
    same_event: Vec<String>,
    verdicts: Map<String, Value>,
}

impl Judged {
    fn new(assessment: &pb::Assessment) -> Judged {
        let same: Vec<Value> = assessment.same_event.iter().map(|name| relative(name).into()).collect();
        let verdicts = [("same_event".to_owned(), Value::from(same))].into_iter().collect();
        Judged { incident: assessment.incident.clone(), same_event: assessment.same_event.clone(), verdicts }
    }

    /// A property of its own for each reading and basis, as map programs colour by one.
    fn add(&mut self, assessment: &pb::Assessment) {
        let basis = assessment.basis().as_str_name().trim_start_matches("BASIS_");
        let verdict = assessment.verdict().as_str_name().trim_start_matches("VERDICT_");
        self.verdicts.insert(format!("{} {basis}", relative(&assessment.reading)), verdict.into());
    }
}

/// What stands beside the features: by which rules they were judged.
fn about(page: &pb::AssessResponse) -> Map<String, Value> {
    let counted = page.counted.clone().unwrap_or_default();
    let readings = page.readings.iter().map(|applied| Value::from(relative(&applied.reading))).collect();
    [
        ("readings".to_owned(), readings),
        ("rules_version".to_owned(), counted.rules_version.into()),
        ("taxonomy_version".to_owned(), counted.taxonomy_version.into()),
    ]
    .into_iter()
    .collect()
}
