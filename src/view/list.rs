//! Lists of records: by collection, by what they refer to, by text, by what is due, by what came since.

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

/// The current records that a query asks for, or every revision, by position from just after `cursor` on.
pub fn list<'r>(
    records: &'r Records,
    clock: Clock,
    query: &'r ListQuery,
    cursor: Position,
) -> impl Iterator<Item = &'r Arc<Revision>> {
    let text = query.text.to_lowercase();
    // Walked in the order of the log, so that a page costs what stands on it and not what the dossier holds.
    records
        .after(query.after.max(cursor), clock)
        .filter(|revision| query.collections.is_empty() || query.collections.contains(&revision.name.collection))
        .filter(|revision| query.show_retracted || !revision.retracted)
        .filter(|revision| query.refers_to.as_ref().is_none_or(|target| revision.references.contains(target)))
        .filter(move |revision| text.is_empty() || texts(revision).iter().any(|t| t.to_lowercase().contains(&text)))
        .filter(|revision| query.due_by.is_none_or(|instant| is_due(revision, instant)))
        .filter(move |revision| query.every_revision || records.is_current(revision, clock))
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
