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
}

/// The current records that a query asks for, ordered by the position of their current revision, from just after `cursor` on.
pub fn list(records: &Records, clock: Clock, query: &ListQuery, cursor: Position) -> Vec<Arc<Revision>> {
    let text = query.text.to_lowercase();
    let after = query.after.max(cursor);
    let mut found: Vec<Arc<Revision>> = records
        .names(clock.at)
        .filter(|(name, _)| query.collections.is_empty() || query.collections.contains(&name.collection))
        .filter_map(|(name, _)| records.current(name, clock))
        .filter(|revision| revision.position > after)
        .filter(|revision| query.show_retracted || !revision.retracted)
        .filter(|revision| query.refers_to.as_ref().is_none_or(|target| revision.references.contains(target)))
        .filter(|revision| text.is_empty() || texts(revision).iter().any(|t| t.to_lowercase().contains(&text)))
        .filter(|revision| query.due_by.is_none_or(|instant| is_due(revision, instant)))
        .cloned()
        .collect();
    found.sort_by_key(|revision| revision.position);
    found
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
