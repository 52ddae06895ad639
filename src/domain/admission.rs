//! Whether a batch may enter the record: everything that needs the rest of the dossier to be known.
//!
//! A batch is taken whole or not at all. Every fault is named; none stops the search for the next.
//!
//! ```text
//! draft ─► new name? reason? etag? ─► references there, earlier, not retracted ─► no cycle ─► rules of its kind
//!                                                                                   │
//!                                                            known time, position ◄─┘  → revision
//! ```

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::batch::{Batch, Item};
use super::fault::{Reason, Violation};
use super::name::{ByName, Collection, Id, InstrumentName, RecordName};
use super::nearest::{ADVICE_MAX, nearest};
use super::reading::Reading;
use super::record::{Body, Citation, Classification, Draft, Known, Position, Revision, etag};
use super::texts::TermType;
use super::things::{Class, Taxonomy};
use super::undertakings::{Exchange, Transfer};
use super::values::ClassId;
use super::window::{End, Start};

/// The record so far, as admission needs it.
pub trait RecordSoFar {
    /// The last revision of a record.
    fn last(&self, name: &RecordName) -> Option<Arc<Revision>>;
    /// Whether the last revision of a record retracts it; `None`: there is none.
    fn is_retracted(&self, name: &RecordName) -> Option<bool>;
    /// The last revision of a record up to a position.
    fn last_by(&self, name: &RecordName, position: Position) -> Option<Arc<Revision>>;
    /// The first revision of a record.
    fn first(&self, name: &RecordName) -> Option<Arc<Revision>>;
    /// The record that adds a class to a taxonomy.
    fn class_record(&self, taxonomy: Taxonomy, id: &str) -> Option<RecordName>;
    /// The identifiers of a collection, to suggest the nearest.
    fn ids(&self, collection: Collection) -> Vec<Id>;
    /// The classes that the dossier adds to a taxonomy, to suggest the nearest.
    fn class_ids(&self, taxonomy: Taxonomy) -> Vec<Arc<str>>;
    /// The readings of which some revision names this record.
    fn readings_naming(&self, name: &RecordName) -> Vec<RecordName>;
    /// The built-in classes of a taxonomy.
    fn built_in(&self, taxonomy: Taxonomy) -> &super::hierarchy::Hierarchy;
}

/// When, by whom and where a batch is recorded.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The position of the batch's first record.
    pub position: Position,
    /// The record time of the whole batch.
    pub time: Timestamp,
    /// Who records it.
    pub by: String,
}

/// A batch that may be appended.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The revisions, in order.
    pub revisions: Vec<Arc<Revision>>,
    /// What is odd about them, though not refused.
    pub warnings: Vec<Warning>,
}

/// Something odd that was recorded all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The full path of the field.
    pub field: String,
    /// Which kind of oddity.
    pub reason: &'static str,
    /// What is odd.
    pub description: String,
}

/// Holds a batch against the record. What becomes part of a revision is taken out of the batch; [`Batch::restore`] puts it back. A batch
/// that is refused is left whole: it may have to be admitted anew, when what it was refused for never came to be.
///
/// Only what the batch names is looked up, each record once, however much the record holds; only advice about a fault looks further.
pub fn admit(batch: &mut Batch, ground: &impl RecordSoFar, recording: &Recording) -> Result<Admitted, Vec<Violation>> {
    let Batch { items, violations } = batch;
    let mut desk = Desk {
        ground,
        recording,
        places: ByName::with_capacity_and_hasher(items.len(), Default::default()),
        looked: RefCell::new(ByName::with_capacity_and_hasher(items.len(), Default::default())),
        classes: HashMap::new(),
        refers_ahead: false,
        violations: violations.clone(),
        warnings: Vec::new(),
        revisions: Vec::with_capacity(items.len()),
    };
    for (index, item) in items.iter().enumerate() {
        if let Some(name) = &item.name
            && *desk.places.entry(name.clone()).or_insert(index) != index
        {
            desk.fault(
                index,
                "name",
                Reason::NameRepeated,
                format!("{name} stands twice in this batch: a record has one revision a batch"),
            );
        }
    }
    for (index, item) in items.iter_mut().enumerate() {
        desk.take(index, item);
    }
    let Desk { violations, warnings, revisions, .. } = desk;
    if violations.is_empty() {
        Ok(Admitted { revisions, warnings })
    } else {
        batch.restore(&revisions);
        Err(violations)
    }
}

fn citations_of(revision: Option<Arc<Revision>>) -> Vec<Citation> {
    revision.map(|r| r.citations.clone()).unwrap_or_default()
}

/// What was looked up of a record. Whether it is retracted is told without reading it, so that its last revision may be unknown still.
enum Looked {
    Last(Option<Arc<Revision>>),
    Retracted(Option<bool>),
}

/// The work on one batch.
struct Desk<'g, G> {
    ground: &'g G,
    recording: &'g Recording,
    /// Where each name of the batch stands in it.
    places: ByName<usize>,
    /// What is known of the records that were asked for so far, and of those taken so far.
    looked: RefCell<ByName<Looked>>,
    /// The classes added so far in this batch.
    classes: HashMap<(Taxonomy, Arc<str>), RecordName>,
    /// Whether some record refers to one that comes later in the batch.
    refers_ahead: bool,
    violations: Vec<Violation>,
    warnings: Vec<Warning>,
    revisions: Vec<Arc<Revision>>,
}

impl<G: RecordSoFar> Desk<'_, G> {
    fn fault(&mut self, index: usize, field: &str, reason: Reason, description: impl Into<String>) {
        self.violations.push(Violation::new(format!("records[{index}].{field}"), reason, description));
    }

    /// The last revision, this batch's included.
    fn last(&self, name: &RecordName) -> Option<Arc<Revision>> {
        let mut looked = self.looked.borrow_mut();
        if let Some(Looked::Last(last)) = looked.get(name) {
            return last.clone();
        }
        let last = self.ground.last(name);
        looked.insert(name.clone(), Looked::Last(last.clone()));
        last
    }

    /// Whether the last revision retracts the record; `None`: there is none.
    fn is_retracted(&self, name: &RecordName) -> Option<bool> {
        let mut looked = self.looked.borrow_mut();
        match looked.get(name) {
            Some(Looked::Last(last)) => last.as_ref().map(|revision| revision.retracted),
            Some(Looked::Retracted(retracted)) => *retracted,
            None => {
                let found = self.ground.is_retracted(name);
                looked.insert(name.clone(), Looked::Retracted(found));
                found
            }
        }
    }

    fn class_record(&self, taxonomy: Taxonomy, id: &str) -> Option<RecordName> {
        self.classes.get(&(taxonomy, Arc::from(id))).cloned().or_else(|| self.ground.class_record(taxonomy, id))
    }

    fn take(&mut self, index: usize, item: &mut Item) {
        let before = item.name.as_ref().and_then(|name| self.ground.last(name));
        self.check_references(index, item, before.as_deref());
        self.check_classes(index, item, before.as_deref());
        let Some(draft) = &mut item.draft else {
            return;
        };
        if self.places.get(&draft.name) != Some(&index) {
            return;
        }
        self.check_revision(index, draft, before.as_deref());
        let carried = draft.retracted && draft.body.is_none();
        // A retraction may take over something from before, so what it said itself must not be lost.
        let said = if draft.retracted { draft.body.clone() } else { draft.body.take() };
        let Some(body) = said.or_else(|| before.as_ref().map(|b| b.body.clone())) else {
            if draft.reason.is_empty() || before.is_some() {
                self.fault(index, "kind", Reason::FieldRequired, "a first revision says what the record is");
            }
            return;
        };
        let mut citations =
            if draft.retracted { draft.citations.clone() } else { std::mem::take(&mut draft.citations) };
        if let Some(before) = &before
            && draft.retracted
            && citations.is_empty()
        {
            citations.clone_from(&before.citations);
        }
        let inherits = matches!(&body, Body::Report(report) if report.statement.is_some());
        if citations.is_empty() && body.collection().needs_citation() && !inherits {
            self.fault(
                index,
                "citations",
                Reason::CitationRequired,
                "an assertion needs at least one citation: a document of this dossier",
            );
        }
        if before.is_some() || self.refers_ahead {
            self.check_cycles(index, &draft.name, &body);
        } else {
            self.check_own_edges(index, &draft.name, &body);
        }
        self.check_kind(index, draft, &body, before.as_deref());

        let mut references =
            if draft.retracted { draft.references.clone() } else { std::mem::take(&mut draft.references) };
        if let Some(before) = before.as_ref().filter(|_| draft.retracted) {
            references
                .extend(before.references.iter().filter(|r| carried || r.collection == Collection::Documents).cloned());
            references.sort();
            references.dedup();
        }
        let known = self.known(&body, &citations, before.as_deref());
        if known == Known::Never && body.collection() != Collection::Documents {
            let description =
                "no document that it rests on says when it was published or retrieved: no known_by will show it"
                    .to_owned();
            self.warnings.push(Warning {
                field: format!("records[{index}].citations"),
                reason: "NEVER_KNOWN",
                description,
            });
        }
        let taken_so_far = u64::try_from(self.revisions.len()).expect("a batch is small");
        let revision = Arc::new(Revision {
            name: draft.name.clone(),
            position: self.recording.position + taken_so_far,
            record_time: self.recording.time,
            known,
            recorded_by: self.recording.by.clone(),
            reason: if draft.retracted { draft.reason.clone() } else { std::mem::take(&mut draft.reason) },
            retracted: draft.retracted,
            classification: draft.classification.or(before.map(|b| b.classification)).unwrap_or(Classification::Public),
            citations,
            references,
            body,
        });
        if let Body::Class(class) = &revision.body {
            self.classes.insert((class.taxonomy, class.id.0.clone()), revision.name.clone());
        }
        self.looked.get_mut().insert(draft.name.clone(), Looked::Last(Some(revision.clone())));
        self.revisions.push(revision);
    }

    fn check_revision(&mut self, index: usize, draft: &Draft, before: Option<&Revision>) {
        let name = &draft.name;
        match before {
            Some(before) => {
                if draft.reason.is_empty() {
                    let what = "is in the record already: a correction or retraction says why in `reason`";
                    self.fault(index, "reason", Reason::RecordExists, format!("{name} {what}"));
                }
                if draft.etag.as_ref().is_some_and(|given| *given != etag(before.position)) {
                    let now = etag(before.position);
                    self.fault(
                        index,
                        "etag",
                        Reason::EtagStale,
                        format!("{name} has moved on to \"{now}\" since it was read"),
                    );
                }
            }
            None => {
                if !draft.reason.is_empty() {
                    self.fault(
                        index,
                        "reason",
                        Reason::RecordUnknown,
                        format!("there is no {name} to correct: a first revision has no reason"),
                    );
                } else if draft.retracted {
                    self.fault(index, "retracted", Reason::FieldNotAllowed, "a first revision cannot retract");
                }
                if draft.etag.is_some() && draft.reason.is_empty() {
                    self.fault(index, "etag", Reason::FieldNotAllowed, "a first revision has no etag to match");
                }
            }
        }
        match draft.classification {
            None | Some(Classification::Public) => {}
            Some(Classification::Restricted | Classification::Confidential) => {
                let what = "this server cannot protect classified records yet: only PUBLIC is taken";
                self.fault(index, "classification", Reason::NotYetProtected, what);
            }
        }
    }

    fn check_references(&mut self, index: usize, item: &Item, before: Option<&Revision>) {
        for reference in &item.references {
            let target = &reference.target;
            let place = || self.places.get(target).copied();
            if item.name.as_ref() == Some(target) && place() == Some(index) {
                continue;
            }
            let fault = match self.is_retracted(target) {
                // What refers to a retracted record stays; only a new reference is refused.
                Some(true) if !before.is_some_and(|b| b.references.contains(target)) => {
                    Some((Reason::ReferenceRetracted, format!("{target} is retracted and cannot be newly referred to")))
                }
                Some(_) => None,
                None if place().is_some_and(|place| place < index) => None,
                None if place().is_some() => {
                    self.refers_ahead = true;
                    Some((
                        Reason::ReferenceLater,
                        format!("records[{index}] refers to {target}, which comes later in the batch"),
                    ))
                }
                None => {
                    let hint = self.nearest_record(target);
                    Some((Reason::ReferenceUnknown, format!("\"{target}\" is not in this dossier{hint}")))
                }
            };
            if let Some((reason, description)) = fault {
                self.violations.push(Violation::new(reference.field.to_string(), reason, description));
            }
        }
    }

    fn nearest_record(&self, target: &RecordName) -> String {
        if self.violations.len() >= ADVICE_MAX {
            return String::new();
        }
        let in_batch = self.places.keys().filter(|n| n.collection == target.collection).map(|n| n.id.clone());
        let ids: Vec<Id> = self.ground.ids(target.collection).into_iter().chain(in_batch).collect();
        let near = nearest(target.id.as_str(), ids.iter().map(Id::as_str));
        near.map(|id| format!("; nearest: \"{}/{id}\"", target.collection)).unwrap_or_default()
    }

    fn nearest_class(&self, taxonomy: Taxonomy, id: &str) -> String {
        if self.violations.len() >= ADVICE_MAX {
            return String::new();
        }
        let added = self.ground.class_ids(taxonomy);
        let in_batch = self.classes.keys().filter(|(t, _)| *t == taxonomy).map(|(_, id)| id);
        let built_in = self.ground.built_in(taxonomy);
        let candidates = built_in.nodes().map(|n| built_in.key(n)).chain(&added).chain(in_batch);
        nearest(id, candidates.map(|c| &**c)).map(|near| format!("; nearest: \"{near}\"")).unwrap_or_default()
    }

    fn check_classes(&mut self, index: usize, item: &Item, before: Option<&Revision>) {
        for reference in &item.classes {
            let (taxonomy, id) = (reference.taxonomy, reference.id.as_str());
            if self.ground.built_in(taxonomy).find(id).is_some() {
                continue;
            }
            let fault = match self.class_record(taxonomy, id) {
                Some(name) if self.places.get(&name) == Some(&index) => None,
                Some(name) => {
                    let retracted = self.is_retracted(&name) == Some(true);
                    let kept = before.is_some_and(|b| b.body.class_references().contains(&(taxonomy, id)));
                    (retracted && !kept).then(|| {
                        (
                            Reason::ReferenceRetracted,
                            format!("class \"{id}\" is retracted and cannot be newly referred to"),
                        )
                    })
                }
                None => {
                    let hint = self.nearest_class(taxonomy, id);
                    let shown = super::name::shorten(id);
                    Some((Reason::ClassUnknown, format!("\"{shown}\" is no node of {} v1{hint}", taxonomy.word())))
                }
            };
            if let Some((reason, description)) = fault {
                self.violations.push(Violation::new(reference.field.to_string(), reason, description));
            }
        }
    }

    /// Refuses an edge that leads back to the record itself. Edges of retracted records stay, so they count.
    fn check_cycles(&mut self, index: usize, name: &RecordName, body: &Body) {
        // What was walked without meeting the record need not be walked again for its next edge.
        let mut clear: HashSet<RecordName> = HashSet::new();
        for (edge, parent) in self.edges(body) {
            if self.leads_to(&parent, name, &mut clear) {
                self.cycle(index, edge, &parent, name);
            }
        }
    }

    /// The same for a record that is new: nothing can lead back to it but its own edge.
    fn check_own_edges(&mut self, index: usize, name: &RecordName, body: &Body) {
        for (edge, parent) in self.edges(body) {
            if parent == *name {
                self.cycle(index, edge, &parent, name);
            }
        }
    }

    fn cycle(&mut self, index: usize, edge: usize, parent: &RecordName, name: &RecordName) {
        let field = match name.collection {
            Collection::Actors => format!("actor.affiliations[{edge}]"),
            Collection::Places => format!("place.within[{edge}]"),
            Collection::Classes => format!("class.parents[{edge}]"),
            Collection::Readings => "reading.supersedes".to_owned(),
            _ => "contact.part_of".to_owned(),
        };
        let what = format!("{parent} leads back to {name}: the way up must have an end");
        self.fault(index, &field, Reason::HierarchyCycle, what);
    }

    /// Whether the way up from `start` meets `goal`. If not, all that was met is added to `clear`.
    fn leads_to(&self, start: &RecordName, goal: &RecordName, clear: &mut HashSet<RecordName>) -> bool {
        let mut met: HashSet<RecordName> = HashSet::from([start.clone()]);
        let mut waiting = vec![start.clone()];
        while let Some(node) = waiting.pop() {
            if node == *goal {
                return true;
            }
            let above = self.last(&node).map(|revision| self.edges(&revision.body)).unwrap_or_default();
            for (_, parent) in above {
                if !clear.contains(&parent) && met.insert(parent.clone()) {
                    waiting.push(parent);
                }
            }
        }
        clear.extend(met);
        false
    }

    /// The edges up from a record that must have no cycle, each with its index in the field that holds them.
    fn edges(&self, body: &Body) -> Vec<(usize, RecordName)> {
        match body {
            Body::Actor(actor) => actor.affiliations.iter().map(|a| a.record()).enumerate().collect(),
            Body::Place(place) => place.within.iter().map(|p| p.record()).enumerate().collect(),
            Body::Class(class) => {
                let record = |parent: &ClassId| self.class_record(class.taxonomy, parent.as_str());
                // A class that is built in has only built-in parents, so the way up ends there.
                class.parents.iter().enumerate().filter_map(|(index, parent)| Some((index, record(parent)?))).collect()
            }
            Body::Reading(reading) => reading.supersedes.iter().map(|r| r.record()).enumerate().collect(),
            Body::Contact(contact) => contact.part_of.iter().map(|c| c.record()).enumerate().collect(),
            Body::Document(_)
            | Body::Statement(_)
            | Body::Instrument(_)
            | Body::Term(_)
            | Body::Stance(_)
            | Body::Incident(_)
            | Body::Report(_)
            | Body::Finding(_)
            | Body::Exchange(_)
            | Body::Pledge(_)
            | Body::Forecast(_)
            | Body::Coverage(_)
            | Body::Link(_) => Vec::new(),
        }
    }

    /// The rules of one kind.
    fn check_kind(&mut self, index: usize, draft: &Draft, body: &Body, before: Option<&Revision>) {
        match body {
            Body::Reading(reading) => self.check_reading(index, &draft.name, reading),
            Body::Class(class) => self.check_class(index, &draft.name, class, before),
            Body::Report(report) => {
                if let Some(Body::Report(old)) = before.map(|b| &b.body)
                    && old.incident != report.incident
                {
                    let what =
                        format!("a correction may not move a report from {} to {}", old.incident, report.incident);
                    self.fault(index, "report.incident", Reason::RuleBroken, what);
                }
            }
            Body::Finding(finding) => {
                if let Some(Body::Finding(old)) = before.map(|b| &b.body)
                    && old.incident != finding.incident
                {
                    let what =
                        format!("a correction may not move a finding from {} to {}", old.incident, finding.incident);
                    self.fault(index, "finding.incident", Reason::RuleBroken, what);
                }
            }
            Body::Term(term) => {
                if let Some(Body::Term(old)) = before.map(|b| &b.body)
                    && old.term_type != term.term_type
                    && let Some(reading) = self.reading_of(&draft.name)
                {
                    let what = format!("{reading} reads it: what kind of term it is cannot change any more");
                    self.fault(index, "term.type", Reason::RuleBroken, what);
                }
            }
            Body::Exchange(exchange) => self.warn_of_totals(index, exchange),
            Body::Actor(_)
            | Body::Place(_)
            | Body::Document(_)
            | Body::Statement(_)
            | Body::Contact(_)
            | Body::Instrument(_)
            | Body::Stance(_)
            | Body::Incident(_)
            | Body::Pledge(_)
            | Body::Forecast(_)
            | Body::Coverage(_)
            | Body::Link(_) => {}
        }
    }

    fn check_reading(&mut self, index: usize, name: &RecordName, reading: &Reading) {
        if let Some(Body::Term(term)) = self.last(&reading.term.record()).map(|r| r.body.clone()) {
            match term.term_type {
                TermType::Topic => {
                    self.fault(
                        index,
                        "reading.term",
                        Reason::RuleBroken,
                        format!("{} is a topic, which no reading takes", reading.term),
                    );
                }
                TermType::Prohibition if !reading.clause.duties.is_empty() => {
                    let what = format!("{} is a prohibition: only an obligation has duties", reading.term);
                    self.fault(index, "reading.duties", Reason::RuleBroken, what);
                }
                TermType::Prohibition | TermType::Obligation => {}
            }
        }
        if let Some(superseded) = &reading.supersedes
            && let Some(Body::Reading(old)) = self.last(&superseded.record()).map(|r| r.body.clone())
            && (old.term != reading.term || old.held_by != reading.held_by)
        {
            let what = format!(
                "{superseded} is of {} and held by {}: a reading supersedes one of its own term and holder",
                old.term, old.held_by
            );
            self.fault(index, "reading.supersedes", Reason::RuleBroken, what);
        }
        for referrer in self.ground.readings_naming(name) {
            if let Some(revision) = self.last(&referrer)
                && let Body::Reading(later) = &revision.body
                && !revision.retracted
                && later.supersedes.as_ref().is_some_and(|s| s.record() == *name)
                && (later.term != reading.term || later.held_by != reading.held_by)
            {
                let what = format!(
                    "{referrer} supersedes this reading and is of {} and held by {}",
                    later.term, later.held_by
                );
                self.fault(index, "reading.term", Reason::RuleBroken, what);
            }
        }
        let window = &reading.clause.window;
        if let (Start::At(start), End::At(end)) = (&window.start, &window.end)
            && end.latest < start.earliest
        {
            let description = format!(
                "the window ends by {} and starts at {} at the earliest: nothing lies inside",
                end.latest, start.earliest
            );
            self.warnings.push(Warning {
                field: format!("records[{index}].reading.window"),
                reason: "WINDOW_EMPTY",
                description,
            });
        }
    }

    /// A reading of a term that is not retracted, in the record or in this batch.
    fn reading_of(&self, term: &RecordName) -> Option<RecordName> {
        let in_batch = self.revisions.iter().map(|r| r.name.clone());
        let mut candidates = self.ground.readings_naming(term).into_iter().chain(in_batch);
        candidates.find(|name| match self.last(name).as_deref() {
            Some(Revision { body: Body::Reading(reading), retracted: false, .. }) => reading.term.record() == *term,
            Some(_) | None => false,
        })
    }

    fn check_class(&mut self, index: usize, name: &RecordName, class: &Class, before: Option<&Revision>) {
        if let Some(Body::Class(old)) = before.map(|b| &b.body)
            && (old.taxonomy, &old.id) != (class.taxonomy, &class.id)
        {
            let what = format!(
                "a correction may not rename class \"{}\" of {}: references use it",
                old.id.as_str(),
                old.taxonomy.word()
            );
            self.fault(index, "class.id", Reason::RuleBroken, what);
        }
        let id = class.id.as_str();
        let built_in = self.ground.built_in(class.taxonomy).find(id).is_some();
        let other = self.class_record(class.taxonomy, id).filter(|owner| owner != name);
        if built_in {
            self.fault(
                index,
                "class.id",
                Reason::RuleBroken,
                format!("\"{id}\" is built into {} v1", class.taxonomy.word()),
            );
        } else if let Some(owner) = other {
            self.fault(index, "class.id", Reason::RuleBroken, format!("\"{id}\" is {owner} already"));
        }
    }

    /// A total that differs from the sum of its parts is said, never refused.
    fn warn_of_totals(&mut self, index: usize, exchange: &Exchange) {
        let finer = |part: &Transfer, whole: &Transfer| {
            let agrees = |a: bool, b: bool| a || b;
            part.stated_by == whole.stated_by
                && part.stage == whole.stage
                && agrees(whole.from.is_none(), part.from == whole.from)
                && agrees(whole.to.is_none(), part.to == whole.to)
                && agrees(whole.category.is_none(), part.category == whole.category)
                && (part.from.is_some(), part.to.is_some(), part.category.is_some())
                    != (whole.from.is_some(), whole.to.is_some(), whole.category.is_some())
        };
        for (at, total) in exchange.transfers.iter().enumerate() {
            let parts = exchange.transfers.iter().filter(|part| finer(part, total));
            let leaves: Vec<i64> = parts
                .filter(|part| !exchange.transfers.iter().any(|p| finer(p, part)))
                .map(|part| i64::from(part.count))
                .collect();
            let sum: i64 = leaves.iter().sum();
            if !leaves.is_empty() && sum != i64::from(total.count) {
                let description = format!("the total is {}, its parts add up to {sum}", total.count);
                let field = format!("records[{index}].exchange.transfers[{at}].count");
                self.warnings.push(Warning { field, reason: "TOTAL_DIFFERS", description });
            }
        }
    }

    /// When the world could know it: fixed now, by the documents as they stand (semantics, section 6).
    fn known(&self, body: &Body, citations: &[Citation], before: Option<&Revision>) -> Known {
        let known = match body {
            Body::Document(document) => {
                let published = document.publication().map_or(Known::Never, Known::From);
                // A document recorded without its time and dated later was never unpublished; a date given earlier is not taken back.
                let before = before.map_or(Known::Always, |b| b.known);
                return if before == Known::Never { published } else { published.later(before) };
            }
            Body::Report(report) => {
                let inherited =
                    report.statement.as_ref().map(|s| citations_of(self.last(&s.record()))).unwrap_or_default();
                self.published(citations.iter().chain(&inherited), before)
            }
            _ => self.published(citations.iter(), before),
        };
        match body {
            Body::Reading(reading) => known.later(self.instrument_known(&reading.instrument)),
            _ => known,
        }
    }

    fn published<'c>(&self, citations: impl Iterator<Item = &'c Citation>, before: Option<&Revision>) -> Known {
        let same =
            |a: &Citation, b: &Citation| (&a.document, &a.locator, &a.quote) == (&b.document, &b.locator, &b.quote);
        let old = before.map(|b| self.effective_citations(b)).unwrap_or_default();
        let added = citations.filter(|c| !old.iter().any(|old| same(old, c)));
        let publication = |c: &Citation| match self.last(&c.document.record()).as_deref() {
            Some(Revision { body: Body::Document(document), .. }) => {
                document.publication().map_or(Known::Never, Known::From)
            }
            _ => Known::Never,
        };
        let earliest = added.map(publication).reduce(Known::earlier);
        match (before, earliest) {
            (None, earliest) => earliest.unwrap_or(Known::Always),
            (Some(before), None) => before.known,
            (Some(before), Some(earliest)) => before.known.later(earliest),
        }
    }

    /// What a revision rested on when it was recorded: its own citations, and those of the statement it rests on.
    fn effective_citations(&self, revision: &Revision) -> Vec<Citation> {
        let statement = match &revision.body {
            Body::Report(report) => report.statement.as_ref(),
            _ => None,
        };
        let inherited = statement.and_then(|s| self.ground.last_by(&s.record(), revision.position));
        revision.citations.iter().cloned().chain(citations_of(inherited)).collect()
    }

    /// A reading is known no earlier than its instrument; known times never decrease, so the first revision's counts.
    fn instrument_known(&self, instrument: &InstrumentName) -> Known {
        let name = instrument.record();
        self.ground.first(&name).or_else(|| self.last(&name)).map_or(Known::Always, |r| r.known)
    }
}
