//! Lists of records: by collection, by what they refer to, by text, by what is due, by what came since.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::name::{Collection, RecordName};
use crate::domain::record::{Body, Position, Revision};

use super::records::{Clock, Records};

/// What a list asks for; an empty field asks for nothing.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// In one of these.
    pub collections: Vec<Collection>,
    /// Naming this record.
    pub refers_to: Option<RecordName>,
    /// With this in a name or in quoted words, case aside.
    pub text: String,
    /// Pledges due and forecasts to be settled by this instant, still without outcome.
    pub due_by: Option<Timestamp>,
    /// Whose current revision stands after this position.
    pub after: Position,
    /// Retracted ones too.
    pub show_retracted: bool,
    /// Every revision, each held against the rest of the query by itself.
    pub every_revision: bool,
}

/// The current records that a query asks for, ordered by the position of their current revision, or every revision by its own, from
/// just after `cursor` on. Each is read when it is asked for, so a page costs what is on it and what was passed over.
pub fn list<'r>(
    records: &'r Records,
    clock: Clock,
    query: &'r ListQuery,
    cursor: Position,
) -> impl Iterator<Item = Arc<Revision>> + 'r {
    let text = query.text.to_lowercase();
    positions(records, clock, query, query.after.max(cursor))
        .filter(|position| query.refers_to.as_ref().is_none_or(|target| records.may_name(*position, &target.id)))
        .filter_map(|position| records.at(Position::from(position)))
        .filter(|revision| query.refers_to.as_ref().is_none_or(|target| revision.references.contains(target)))
        .filter(move |revision| text.is_empty() || texts(revision).iter().any(|t| t.to_lowercase().contains(&text)))
        .filter(|revision| query.due_by.is_none_or(|instant| is_due(revision, instant)))
}

/// Where those stand that may be asked for, as far as columns tell. Of every revision, all positions are gone through; of current
/// ones either these or all records: whichever are fewer, so that records with many revisions are no dearer than those with one.
fn positions<'r>(
    records: &'r Records,
    clock: Clock,
    query: &'r ListQuery,
    after: Position,
) -> Box<dyn Iterator<Item = u32> + 'r> {
    /// How many positions are passed over in the time in which one record is looked up and put in order.
    const POSITIONS_PER_RECORD: u64 = 4;
    let last = clock.at.min(records.head());
    let (Ok(after), Ok(last)) = (u32::try_from(after.min(last)), u32::try_from(last)) else {
        return Box::new(std::iter::empty());
    };
    let about = query.refers_to.as_ref().filter(|target| target.collection == Collection::Incidents);
    let about = about.map(|target| records.find(target));
    // Which incident a report or finding is about stands in a column, and it can refer to no other: none is read for nothing.
    let may_refer = move |position: u32| {
        let Some(incident) = about else { return true };
        match records.record_at(position) {
            (record, Collection::Reports | Collection::Findings) => records.incident_of(record) == incident,
            (_, collection) => collection != Collection::Incidents,
        }
    };
    let shown = move |position: &u32| (query.show_retracted || !records.retracts(*position)) && may_refer(*position);
    let all = || Collection::ALL.iter().filter(|c| query.collections.is_empty() || query.collections.contains(c));
    let count: usize = all().map(|collection| records.count(*collection, clock.at)).sum();
    if query.every_revision || u64::from(last - after) <= POSITIONS_PER_RECORD * count as u64 {
        let is_wanted = move |position: &u32| {
            let (record, collection) = records.record_at(*position);
            let admits = || match query.every_revision {
                true => records.is_known(record, *position, clock),
                false => records.position(record, clock) == Some(*position),
            };
            (query.collections.is_empty() || query.collections.contains(&collection)) && admits()
        };
        return Box::new((after + 1..=last).filter(is_wanted).filter(shown));
    }
    let current = all().flat_map(|c| records.all(*c, clock.at)).filter_map(|record| records.position(record, clock));
    let mut found: BinaryHeap<Reverse<u32>> =
        current.filter(|position| *position > after).filter(shown).map(Reverse).collect();
    Box::new(std::iter::from_fn(move || found.pop().map(|Reverse(position)| position)))
}

fn is_due(revision: &Revision, instant: Timestamp) -> bool {
    match &revision.body {
        Body::Pledge(pledge) => pledge.due.is_some_and(|due| due.earliest <= instant),
        Body::Forecast(forecast) => {
            forecast.outcome.is_none() && forecast.deadline.is_some_and(|deadline| deadline.earliest <= instant)
        }
        _ => false,
    }
}

/// The names and quoted words of a revision: what a text search looks through.
pub fn texts(revision: &Revision) -> Vec<&str> {
    let mut texts: Vec<&str> = vec![revision.name.id.as_str()];
    texts.extend(revision.citations.iter().map(|c| c.quote.as_str()));
    match &revision.body {
        Body::Actor(actor) => {
            texts.push(&actor.display_name);
            texts.extend(actor.names.iter().map(|n| n.name.as_str()));
            texts.extend(actor.aliases.iter().map(String::as_str));
        }
        Body::Place(place) => {
            texts.push(&place.display_name);
            texts.extend(place.names.iter().map(|n| n.name.as_str()));
        }
        Body::Class(class) => texts.extend([class.display_name.as_str(), class.id.as_str()]),
        Body::Document(document) => texts.extend([document.title.as_str(), &document.publisher, &document.author]),
        Body::Statement(_) => {}
        Body::Contact(contact) => texts.push(&contact.display_name),
        Body::Term(term) => texts.push(&term.display_name),
        Body::Instrument(instrument) => {
            texts.push(&instrument.display_name);
            texts.extend(instrument.treatments.iter().map(|t| t.wording.as_str()));
        }
        Body::Reading(reading) => texts.push(&reading.wording),
        Body::Incident(incident) => texts.push(&incident.display_name),
        Body::Exchange(exchange) => texts.push(&exchange.display_name),
        Body::Stance(_)
        | Body::Report(_)
        | Body::Finding(_)
        | Body::Pledge(_)
        | Body::Forecast(_)
        | Body::Coverage(_)
        | Body::Link(_) => {}
    }
    texts
}
