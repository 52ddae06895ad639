//! One state of a dossier, read page by page: everything that an export writes is as of the same position.

use std::collections::{BTreeSet, HashSet};

use tonic::Code;

use crate::cli::client::{Client, PAGE_SIZE, refused};
use crate::cli::failure::{Failure, violations};
use crate::cli::progress::Progress;
use crate::render::book::Book;
use crate::wire::pb;

/// How many names are looked up at once.
const NAMES_MAX: usize = 500;

/// How many records that others refer to are held at once.
const HELD_MAX: usize = 20_000;

/// A dossier as of one position.
#[derive(Debug)]
pub(super) struct State {
    pub(super) client: Client,
    /// `dossiers/{id}`.
    pub(super) parent: String,
    /// What the dossier says of itself.
    pub(super) dossier: pb::Dossier,
    read_at: String,
    known_by: Option<prost_types::Timestamp>,
}

impl State {
    /// Settles which state it is.
    pub(super) async fn settle(
        client: Client,
        parent: String,
        asked: Option<pb::Consistency>,
    ) -> Result<State, Failure> {
        let known_by = asked.as_ref().and_then(|asked| asked.known_by);
        let request = pb::GetDossierRequest { name: parent.clone(), consistency: asked };
        let got = client.dossiers().get_dossier(request).await.map_err(refused("read the dossier"))?.into_inner();
        let dossier = got.dossier.unwrap_or_default();
        Ok(State { client, parent, dossier, read_at: got.read_at, known_by })
    }

    /// The same state, as a request names it.
    pub(super) fn consistency(&self) -> Option<pb::Consistency> {
        let at = pb::At { at: Some(pb::at::At::ReadAt(self.read_at.clone())) };
        Some(pb::Consistency { when: Some(pb::consistency::When::At(at)), known_by: self.known_by })
    }

    /// Records of some collections; none named: of all.
    pub(super) fn list(&self, collections: &[&str]) -> RecordPages<'_> {
        let request = pb::ListRecordsRequest {
            parent: self.parent.clone(),
            collections: collections.iter().map(|collection| (*collection).to_owned()).collect(),
            page_size: PAGE_SIZE,
            consistency: self.consistency(),
            ..Default::default()
        };
        RecordPages { state: self, request, is_over: false }
    }

    /// Every revision, in the order of the log.
    pub(super) fn log(&self) -> RecordPages<'_> {
        let mut pages = self.list(&[]);
        pages.request.every_revision = true;
        pages.request.show_retracted = true;
        pages
    }

    /// Verdicts.
    pub(super) fn assess(&self, question: pb::AssessRequest) -> AssessmentPages<'_> {
        let request = pb::AssessRequest { page_size: PAGE_SIZE, ..question };
        AssessmentPages { state: self, request, is_over: false }
    }
}

/// Pages of records.
#[derive(Debug)]
pub(super) struct RecordPages<'s> {
    state: &'s State,
    request: pb::ListRecordsRequest,
    is_over: bool,
}

impl RecordPages<'_> {
    /// The next page; `None` at the end.
    pub(super) async fn next(&mut self, progress: &mut Progress) -> Result<Option<Vec<pb::Record>>, Failure> {
        if self.is_over {
            return Ok(None);
        }
        let mut service = self.state.client.records();
        let page = progress.watch(service.list_records(self.request.clone())).await;
        let page = page.map_err(refused("list records"))?.into_inner();
        self.is_over = page.next_page_token.is_empty();
        self.request.page_token = page.next_page_token;
        Ok(Some(page.records))
    }
}

/// Pages of verdicts.
#[derive(Debug)]
pub(super) struct AssessmentPages<'s> {
    state: &'s State,
    request: pb::AssessRequest,
    is_over: bool,
}

impl AssessmentPages<'_> {
    /// The next page; `None` at the end.
    pub(super) async fn next(&mut self, progress: &mut Progress) -> Result<Option<pb::AssessResponse>, Failure> {
        if self.is_over {
            return Ok(None);
        }
        let mut service = self.state.client.assessment();
        let page = progress.watch(service.assess(self.request.clone())).await;
        let page = page.map_err(refused("assess"))?.into_inner();
        self.is_over = page.next_page_token.is_empty();
        self.request.page_token.clone_from(&page.next_page_token);
        Ok(Some(page))
    }
}

/// The records that others refer to, looked up as they are needed and held within bounds.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    pub(super) book: Book,
    /// Names that the state does not show.
    absent: HashSet<String>,
}

impl Lookup {
    /// Sees to it that the book has all of these that there are; what is no full name is passed over.
    pub(super) async fn fetch(
        &mut self,
        state: &State,
        names: impl IntoIterator<Item = String>,
    ) -> Result<(), Failure> {
        let names: BTreeSet<String> = names.into_iter().filter(|name| name.matches('/').count() == 3).collect();
        if self.book.len() + self.absent.len() + names.len() > HELD_MAX {
            self.book.clear();
            self.absent.clear();
        }
        self.fetch_and_hold(state, names).await
    }

    /// As `fetch`, and what is held already stays.
    pub(super) async fn fetch_and_hold(
        &mut self,
        state: &State,
        names: impl IntoIterator<Item = String>,
    ) -> Result<(), Failure> {
        let wanted = names.into_iter().filter(|name| name.matches('/').count() == 3);
        let wanted = wanted.filter(|name| self.book.get(name).is_none() && !self.absent.contains(name));
        let wanted: Vec<String> = wanted.collect::<BTreeSet<_>>().into_iter().collect();
        let mut waiting: Vec<Vec<String>> = wanted.chunks(NAMES_MAX).map(<[String]>::to_vec).collect();
        while let Some(mut names) = waiting.pop() {
            if names.is_empty() {
                continue;
            }
            match state.client.records_named(&state.parent, names.clone(), state.consistency()).await {
                Ok(records) => records.into_iter().for_each(|record| self.book.add(record)),
                // What is not known by the clock is named, and the rest is asked for again.
                Err(Failure::Refused { status, doing }) if status.code() == Code::NotFound => {
                    let mut unknown: Vec<usize> = violations(&status).iter().filter_map(|(at, _)| index(at)).collect();
                    unknown.retain(|index| *index < names.len());
                    unknown.sort_unstable();
                    unknown.dedup();
                    if unknown.is_empty() {
                        return Err(Failure::Refused { status, doing });
                    }
                    for index in unknown.into_iter().rev() {
                        self.absent.insert(names.remove(index));
                    }
                    waiting.push(names);
                }
                // Shapes of places may be large: fewer at a time.
                Err(Failure::Refused { status, .. }) if status.code() == Code::ResourceExhausted && names.len() > 1 => {
                    let rest = names.split_off(names.len() / 2);
                    waiting.extend([names, rest]);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }
}

/// The index in `names[3]`.
fn index(field: &str) -> Option<usize> {
    field.strip_prefix("names[")?.strip_suffix(']')?.parse().ok()
}
