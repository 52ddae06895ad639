//! `RecordService`: decode, decide, do, encode.

use std::sync::Arc;

use prost::Message;
use tonic::{Request, Response, Status, Streaming};

use crate::domain::admission::RecordSoFar;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::{Collection, DossierId, RecordName};
use crate::domain::nearest::{ADVICE_MAX, nearest};
use crate::domain::record::{Body, Revision};
use crate::domain::taxonomy;
use crate::domain::things::Taxonomy;
use crate::view::list::{ListQuery, list};
use crate::view::records::{Clock, Records};
use crate::wire::{decode, encode, pb, status, token};

use super::aside::Aside;
use super::call::{self, Page};
use super::calls;
use super::dossiers::{ANSWER_SIZE_BYTES_MAX, Dossiers, FRAME_BYTES, Open, Stored};
use super::import::{Acknowledgements, Import, Stopped};
use super::intake;

/// The most names of a batch that is read.
const NAMES_MAX: usize = 1000;

/// How many bytes a record of an answer has, about.
const RECORD_BYTES: usize = 448;

/// Serves records.
pub(super) struct RecordService {
    dossiers: Arc<Dossiers>,
    stopped: Stopped,
    aside: Aside,
}

impl RecordService {
    pub(super) fn new(dossiers: Arc<Dossiers>, stopped: Stopped) -> RecordService {
        RecordService { dossiers, stopped, aside: Aside::new() }
    }
}

#[tonic::async_trait]
impl pb::record_service_server::RecordService for RecordService {
    async fn append_records(
        &self,
        request: Request<pb::AppendRecordsRequest>,
    ) -> Result<Response<pb::AppendRecordsResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let (open, submission) = intake::submission(&self.dossiers, request, &principal).await?;
        let validate_only = submission.validate_only;
        let stored = open.append(submission).await.map_err(|error| call::failed(error, "parent"))?;
        calls::at_position(stored.position);
        Ok(Response::new(answer(&open, stored, validate_only)))
    }

    type ImportRecordsStream = Acknowledgements;

    async fn import_records(
        &self,
        request: Request<Streaming<pb::ImportRecordsRequest>>,
    ) -> Result<Response<Acknowledgements>, Status> {
        let (principal, messages) = call::asked(request)?;
        let import = Import::new(self.dossiers.clone(), principal);
        Ok(Response::new(import.start(messages, self.stopped.clone())))
    }

    async fn get_record(
        &self,
        request: Request<pb::GetRecordRequest>,
    ) -> Result<Response<pb::GetRecordResponse>, Status> {
        let (principal, pb::GetRecordRequest { name, consistency }) = call::asked(request)?;
        let (id, record) = full_name(&name)?;
        let open = call::open(&self.dossiers, &principal, &id.full(), "name").await?;
        let clock = call::clock(&open, consistency).await.map_err(status::refused)?;
        let found = open.read(|records| {
            let revision = records.current(&record, clock).ok_or_else(|| absent("name", &record, records, true))?;
            Ok(write(&revision, records, clock, &open))
        });
        let record = found.map_err(|fault| status::refused(vec![fault]))?;
        Ok(Response::new(pb::GetRecordResponse {
            record: Some(record),
            read_at: token::read_at(&open.log_id, clock.at),
        }))
    }

    async fn batch_get_records(
        &self,
        request: Request<pb::BatchGetRecordsRequest>,
    ) -> Result<Response<pb::BatchGetRecordsResponse>, Status> {
        let (principal, pb::BatchGetRecordsRequest { parent, names, consistency }) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &parent, "parent").await?;
        let clock = call::clock(&open, consistency).await;
        let mut faults = clock.as_ref().err().cloned().unwrap_or_default();
        if names.is_empty() {
            faults.push(Violation::new("names", Reason::FieldRequired, "is required: at least one name"));
        }
        if names.len() > NAMES_MAX {
            let what = format!("{} names are too many: at most {NAMES_MAX}", names.len());
            faults.push(Violation::new("names", Reason::BatchTooLarge, what));
            return Err(status::refused(faults));
        }
        let mut wanted = Vec::with_capacity(names.len());
        for (i, name) in names.iter().enumerate() {
            match RecordName::parse(name, &open.dossier.id) {
                Err(error) => {
                    faults.push(Violation::new(format!("names[{i}]"), Reason::NameInvalid, error.to_string()))
                }
                Ok(name) => wanted.push((i, name)),
            }
        }
        let clock = clock.map_err(|_| status::refused(faults.clone()))?;
        let mut size = 0;
        let records = open.read(|records| {
            let mut found = Vec::with_capacity(wanted.len());
            for (i, name) in &wanted {
                match records.current(name, clock) {
                    // What is past the limit need not be written to be refused.
                    Some(revision) if size <= ANSWER_SIZE_BYTES_MAX => {
                        let record = write(&revision, records, clock, &open);
                        size += record.encoded_len() + FRAME_BYTES;
                        found.push(record);
                    }
                    Some(_) => {}
                    None => {
                        let advise = faults.len() < ADVICE_MAX;
                        faults.push(absent(&format!("names[{i}]"), name, records, advise));
                    }
                }
            }
            found
        });
        if size > ANSWER_SIZE_BYTES_MAX {
            let what = format!("the records come to more than {ANSWER_SIZE_BYTES_MAX} bytes: ask for fewer at a time");
            faults.push(Violation::new("names", Reason::BatchTooLarge, what));
        }
        if !faults.is_empty() {
            return Err(status::refused(faults));
        }
        Ok(Response::new(pb::BatchGetRecordsResponse { records, read_at: token::read_at(&open.log_id, clock.at) }))
    }

    async fn list_records(
        &self,
        request: Request<pb::ListRecordsRequest>,
    ) -> Result<Response<pb::ListRecordsResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &request.parent, "parent").await?;
        let arguments = pb::ListRecordsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let page = Page::open(request.page_size, &request.page_token, &arguments, &open.log_id);
        let settled = call::page_and_clock(&open, page, request.consistency.clone()).await;
        let asked = call::together(settled, query(request, &open.dossier.id));
        let ((page, clock), query) = asked.map_err(status::refused)?;
        // What is said in them is looked through one after the other: a dossier may have very many.
        let looks_through = query.refers_to.is_some() || !query.text.is_empty() || query.due_by.is_some();
        let read_at = token::read_at(&open.log_id, clock.at);
        let look = move || {
            open.read(|records| {
                let unknown = |name: &&RecordName| !records.is_there(name, clock);
                if let Some(name) = query.refers_to.as_ref().filter(unknown) {
                    return Err(Violation {
                        reason: Reason::ReferenceUnknown,
                        ..absent("refers_to", name, records, true)
                    });
                }
                let found = list(records, clock, &query, page.after.unwrap_or(0));
                let items = found.map(|r| (r.position, write(&r, records, clock, &open)));
                Ok(page.fill(items, clock.at, &open.log_id))
            })
        };
        let listed = if looks_through { self.aside.run(look).await? } else { look() };
        let (records, next_page_token) = listed.map_err(|fault| status::refused(vec![fault]))?;
        Ok(Response::new(pb::ListRecordsResponse { records, next_page_token, read_at }))
    }

    async fn list_revisions(
        &self,
        request: Request<pb::ListRevisionsRequest>,
    ) -> Result<Response<pb::ListRevisionsResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let (id, record) = full_name(&request.name)?;
        let open = call::open(&self.dossiers, &principal, &id.full(), "name").await?;
        let arguments = pb::ListRevisionsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let page = Page::open(request.page_size, &request.page_token, &arguments, &open.log_id);
        let (page, clock) = call::page_and_clock(&open, page, request.consistency).await.map_err(status::refused)?;
        let filled = open.read(|records| {
            if !records.is_there(&record, clock) {
                return Err(absent("name", &record, records, true));
            }
            let after = page.after.unwrap_or(0);
            let revisions = records.revisions_of(&record, clock).filter(|r| r.position > after);
            let items = revisions.map(|r| (r.position, write(&r, records, clock, &open)));
            Ok(page.fill(items, clock.at, &open.log_id))
        });
        let (revisions, next_page_token) = filled.map_err(|fault| status::refused(vec![fault]))?;
        let read_at = token::read_at(&open.log_id, clock.at);
        Ok(Response::new(pb::ListRevisionsResponse { revisions, next_page_token, read_at }))
    }

    async fn list_classes(
        &self,
        request: Request<pb::ListClassesRequest>,
    ) -> Result<Response<pb::ListClassesResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &request.parent, "parent").await?;
        let arguments = pb::ListClassesRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let page = Page::open(request.page_size, &request.page_token, &arguments, &open.log_id);
        let settled = call::page_and_clock(&open, page, request.consistency).await;
        let asked = call::together(settled, decode::taxonomies(request.taxonomies));
        let ((page, clock), taxonomies) = asked.map_err(status::refused)?;
        let nodes = open.read(|records| class_nodes(records, clock, &taxonomies, &open.dossier.id));
        let items = nodes.into_iter().enumerate().skip(page.start()).map(|(i, node)| (i as u64, node));
        let (classes, next_page_token) = page.fill(items, clock.at, &open.log_id);
        let read_at = token::read_at(&open.log_id, clock.at);
        Ok(Response::new(pb::ListClassesResponse { classes, next_page_token, read_at }))
    }
}

fn answer(open: &Open, stored: Stored, validate_only: bool) -> pb::AppendRecordsResponse {
    let Stored { revisions, warnings, position } = stored;
    let context = encode::Context { dossier: &open.dossier.id, zone: &open.dossier.zone };
    let read_at = token::read_at(&open.log_id, position);
    let mut answer = pb::AppendRecordsResponse { warnings, read_at, ..pb::AppendRecordsResponse::default() };
    if validate_only {
        answer.records = revisions.iter().map(|revision| encode::checked(revision, false, &context)).collect();
        return answer;
    }
    let clock = Clock { at: position, known_by: None };
    answer.written.reserve(revisions.len() * RECORD_BYTES);
    open.read(|records| {
        for revision in &revisions {
            let says = (records.known(revision, clock.at), records.unsourced(revision, clock));
            answer.write(revision, says, &context);
        }
    });
    answer
}

/// Writes a revision as the clock shows it.
fn write(revision: &Revision, records: &Records, clock: Clock, open: &Open) -> pb::Record {
    let context = encode::Context { dossier: &open.dossier.id, zone: &open.dossier.zone };
    let (known, unsourced) = (records.known(revision, clock.at), records.unsourced(revision, clock));
    if known == revision.known {
        return encode::record(revision, unsourced, &context);
    }
    encode::record(&Revision { known, ..revision.clone() }, unsourced, &context)
}

fn full_name(name: &str) -> Result<(DossierId, RecordName), Status> {
    let fault = |reason, what: String| status::refused(vec![Violation::new("name", reason, what)]);
    if name.is_empty() {
        return Err(fault(Reason::FieldRequired, "is required: dossiers/{dossier}/{collection}/{id}".to_owned()));
    }
    RecordName::parse_full(name).map_err(|error| fault(Reason::NameInvalid, error.to_string()))
}

fn absent(field: &str, name: &RecordName, records: &Records, advise: bool) -> Violation {
    if records.is_recorded(name) {
        let what = format!("{name} was not there at the position and known time asked for");
        return Violation::new(field, Reason::RecordUnknown, what);
    }
    let ids = if advise { records.ids(name.collection) } else { Vec::new() };
    let near = nearest(name.id.as_str(), ids.iter().map(|id| id.as_str()));
    let hint = near.map(|id| format!("; nearest: \"{}/{id}\"", name.collection)).unwrap_or_default();
    Violation::new(field, Reason::RecordUnknown, format!("\"{name}\" is not in this dossier{hint}"))
}

fn query(request: pb::ListRecordsRequest, dossier: &DossierId) -> Result<ListQuery, Vec<Violation>> {
    let pb::ListRecordsRequest {
        parent: _,
        collections,
        refers_to,
        text,
        due_by,
        after_position,
        show_retracted,
        page_size: _,
        page_token: _,
        consistency: _,
        every_revision,
    } = request;
    let mut faults = Vec::new();
    let mut wanted = Vec::new();
    for (i, word) in collections.iter().enumerate() {
        match Collection::parse(word) {
            Some(collection) => wanted.push(collection),
            None => {
                let near = nearest(word, Collection::ALL.iter().map(|c| c.word()));
                let hint = near.map(|near| format!("; nearest: \"{near}\"")).unwrap_or_default();
                let shown = crate::domain::name::shorten(word);
                let what = format!("\"{shown}\" is no collection{hint}");
                faults.push(Violation::new(format!("collections[{i}]"), Reason::NameInvalid, what));
            }
        }
    }
    let refers_to = match refers_to.as_str() {
        "" => None,
        text => match RecordName::parse(text, dossier) {
            Ok(name) => Some(name),
            Err(error) => {
                faults.push(Violation::new("refers_to", Reason::NameInvalid, error.to_string()));
                None
            }
        },
    };
    let due_by = decode::instant_at("due_by", due_by).unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    let after = u64::try_from(after_position).unwrap_or_else(|_| {
        faults.push(Violation::new(
            "after_position",
            Reason::ValueOutOfRange,
            format!("{after_position} is no position"),
        ));
        0
    });
    if faults.is_empty() {
        Ok(ListQuery { collections: wanted, refers_to, text, due_by, after, show_retracted, every_revision })
    } else {
        Err(faults)
    }
}

fn class_nodes(records: &Records, clock: Clock, taxonomies: &[Taxonomy], dossier: &DossierId) -> Vec<pb::ClassNode> {
    let wanted = |taxonomy: Taxonomy| taxonomies.is_empty() || taxonomies.contains(&taxonomy);
    let mut nodes = Vec::new();
    for taxonomy in Taxonomy::ALL.into_iter().filter(|t| wanted(*t)) {
        nodes.extend(taxonomy::classes(taxonomy).iter().map(|class| encode::built_in_class(taxonomy, class)));
        for revision in records.all_current(Collection::Classes, clock).filter(|r| !r.retracted) {
            if let Body::Class(class) = &revision.body
                && class.taxonomy == taxonomy
            {
                nodes.push(encode::added_class(class, &revision.name, dossier));
            }
        }
    }
    nodes
}
