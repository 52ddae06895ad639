//! A dossier that a page is about, with its clocks settled: all that the page asks is answered from one state.

use std::collections::BTreeSet;

use tonic::Status;
use tonic_types::StatusExt;

use super::ask::Ask;
use super::clocks::{Clocks, Typed};
use super::fault::Fault;
use super::links::Links;
use crate::domain::time::Zone;
use crate::render::labels::Labels;
use crate::wire::pb;

/// The most names that a page asks the API for at a time.
const NAMES_MAX: usize = 500;

/// How often names that are not there by these clocks are left out before they are all shown by their ids.
const TRIES: usize = 4;

/// A dossier by the clocks of a page.
pub(super) struct Room {
    pub(super) ask: Ask,
    pub(super) links: Links,
    pub(super) dossier: pb::Dossier,
    pub(super) zone: Zone,
    pub(super) clocks: Clocks,
    /// Token of the position from which everything on the page is answered.
    pub(super) read_at: String,
}

impl Room {
    /// Opens the dossier and settles the clocks.
    pub(super) async fn open(ask: Ask) -> Result<Room, Fault> {
        let links = ask.links();
        let question = |consistency| ask.question(pb::GetDossierRequest { name: links.parent(), consistency });
        let found = ask.desk.dossiers.get_dossier(question(None)).await?;
        let dossier = found.dossier.unwrap_or_default();
        let zone = Zone::parse(&dossier.time_zone).unwrap_or_else(|_| Zone::utc());
        let typed = Typed { as_of: ask.said("as_of"), known_by: ask.said("known_by") };
        let clocks = Clocks::read(typed, &zone, (ask.desk.now)()).map_err(Fault::Fields)?;
        let settled = ask.desk.dossiers.get_dossier(question(Some(clocks.wire()))).await?;
        Ok(Room { links, dossier, zone, clocks, read_at: settled.read_at, ask })
    }

    /// The full name of the dossier.
    pub(super) fn parent(&self) -> String {
        self.links.parent()
    }

    /// What the dossier calls itself, or else its id.
    pub(super) fn title(&self) -> &str {
        if self.dossier.display_name.is_empty() { self.links.dossier() } else { &self.dossier.display_name }
    }

    /// The state from which every question of the page is answered.
    pub(super) fn consistency(&self) -> Option<pb::Consistency> {
        Some(self.clocks.settled(&self.read_at))
    }

    /// A page of records of some collections.
    pub(super) async fn list(&self, request: pb::ListRecordsRequest) -> Result<pb::ListRecordsResponse, Status> {
        let request = pb::ListRecordsRequest { parent: self.parent(), consistency: self.consistency(), ..request };
        self.ask.desk.records.list_records(self.ask.question(request)).await
    }

    /// The first records of these collections, at most a page of them, and whether those are all.
    pub(super) async fn first(&self, collections: &[&str], most: i32) -> Result<(Vec<pb::Record>, bool), Status> {
        let collections = collections.iter().map(|word| (*word).to_owned()).collect();
        let request = pb::ListRecordsRequest { collections, page_size: most, ..Default::default() };
        let page = self.list(request).await?;
        Ok((page.records, page.next_page_token.is_empty()))
    }

    /// The revisions of a record, oldest first: at most a page of them.
    pub(super) async fn revisions(&self, name: &str) -> Result<pb::ListRevisionsResponse, Status> {
        let request =
            pb::ListRevisionsRequest { name: name.to_owned(), consistency: self.consistency(), ..Default::default() };
        self.ask.desk.records.list_revisions(self.ask.question(request)).await
    }

    /// Verdicts.
    pub(super) async fn assess(&self, request: pb::AssessRequest) -> Result<pb::AssessResponse, Status> {
        let request = pb::AssessRequest { parent: self.parent(), consistency: self.consistency(), ..request };
        self.ask.desk.assessments.assess(self.ask.question(request)).await
    }

    /// Counts.
    pub(super) async fn tally(&self, request: pb::TallyRequest) -> Result<pb::TallyResponse, Status> {
        let request = pb::TallyRequest { parent: self.parent(), consistency: self.consistency(), ..request };
        self.ask.desk.assessments.tally(self.ask.question(request)).await
    }

    /// Comparisons.
    pub(super) async fn compare(&self, request: pb::CompareRequest) -> Result<pb::CompareResponse, Status> {
        let request = pb::CompareRequest { parent: self.parent(), consistency: self.consistency(), ..request };
        self.ask.desk.assessments.compare(self.ask.question(request)).await
    }

    /// The records of these names, as many as are there by the clocks of the page. What is named twice is asked for once.
    pub(super) async fn named(&self, names: impl IntoIterator<Item = String>) -> Vec<pb::Record> {
        let names: BTreeSet<String> = names.into_iter().filter(|name| is_full(name)).collect();
        let names: Vec<String> = names.into_iter().collect();
        let mut records = Vec::new();
        for some in names.chunks(NAMES_MAX) {
            records.extend(self.some_named(some.to_vec()).await);
        }
        records
    }

    /// Names make a page pleasant; without them it is still an answer. So what is refused is left out.
    async fn some_named(&self, mut names: Vec<String>) -> Vec<pb::Record> {
        for _ in 0..TRIES {
            if names.is_empty() {
                break;
            }
            let (parent, consistency) = (self.parent(), self.consistency());
            let request = pb::BatchGetRecordsRequest { parent, names: names.clone(), consistency };
            match self.ask.desk.records.batch_get_records(self.ask.question(request)).await {
                Ok(found) => return found.records,
                Err(status) => {
                    let absent = absent(&status);
                    if absent.is_empty() {
                        break;
                    }
                    let mut index = 0;
                    names.retain(|_| {
                        index += 1;
                        !absent.contains(&(index - 1))
                    });
                }
            }
        }
        Vec::new()
    }

    /// What the records of these names are called.
    pub(super) async fn labels(&self, names: impl IntoIterator<Item = String>) -> Labels {
        Labels::of(&self.named(names).await).closed()
    }
}

/// Whether it is the full name of a record.
pub(super) fn is_full(name: &str) -> bool {
    name.starts_with("dossiers/") && name.matches('/').count() == 3
}

/// Which of the names that were asked for the API says are not there.
fn absent(status: &Status) -> BTreeSet<usize> {
    let violations = status.get_details_bad_request().map(|bad| bad.field_violations).unwrap_or_default();
    let index = |field: &str| field.strip_prefix("names[")?.strip_suffix(']')?.parse().ok();
    violations.iter().filter_map(|violation| index(&violation.field)).collect()
}
