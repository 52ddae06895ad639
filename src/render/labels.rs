//! What records are called where people read them: by display name where it is known, else by id.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::wire::pb;
use pb::record::Kind;

use super::direction::closed;
use super::words;

/// Names for people, by full name.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    display: HashMap<String, String>,
    /// The day on which an instrument was stated.
    stated: HashMap<String, String>,
}

impl Labels {
    /// What records call themselves.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a pb::Record>) -> Labels {
        let mut labels = Labels::default();
        for record in records {
            let name = || record.name.clone();
            let display = match &record.kind {
                Some(Kind::Actor(actor)) => &actor.display_name,
                Some(Kind::Place(place)) => &place.display_name,
                Some(Kind::Class(class)) => &class.display_name,
                Some(Kind::Document(document)) => &document.title,
                Some(Kind::Contact(contact)) => &contact.display_name,
                Some(Kind::Term(term)) => &term.display_name,
                Some(Kind::Incident(incident)) => &incident.display_name,
                Some(Kind::Exchange(exchange)) => &exchange.display_name,
                Some(Kind::Instrument(instrument)) => {
                    let day = instrument.stated.as_ref().and_then(|stated| stated.earliest.as_ref()).map(words::day);
                    labels.stated.extend(day.map(|day| (name(), day)));
                    &instrument.display_name
                }
                Some(
                    Kind::Statement(_)
                    | Kind::Reading(_)
                    | Kind::Stance(_)
                    | Kind::Report(_)
                    | Kind::Finding(_)
                    | Kind::Pledge(_)
                    | Kind::Forecast(_)
                    | Kind::Coverage(_)
                    | Kind::Link(_),
                )
                | None => continue,
            };
            labels.display.insert(name(), display.clone());
        }
        labels
    }

    /// The same, to stand among other words of a line: what turns the direction of writing ends with each name.
    pub fn closed(mut self) -> Labels {
        for name in self.display.values_mut() {
            if let Cow::Owned(closed) = closed(name) {
                *name = closed;
            }
        }
        self
    }

    /// What it calls itself, or else its id.
    pub fn display<'a>(&'a self, name: &'a str) -> &'a str {
        self.display.get(name).map_or_else(|| id(name), String::as_str)
    }

    /// What it calls itself, if that is known.
    pub fn known(&self, name: &str) -> Option<&str> {
        self.display.get(name).map(String::as_str)
    }

    /// The day on which an instrument was stated; empty if that is not known.
    pub fn stated(&self, instrument: &str) -> &str {
        self.stated.get(instrument).map_or("", String::as_str)
    }
}

/// What a name ends with: `v03` of `dossiers/d/incidents/v03`.
pub fn id(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// What a reading is called at the head of a column: its id, or `hyp.0` for `hypothetical/0`.
pub fn reading(name: &str) -> String {
    match name.strip_prefix("hypothetical/") {
        Some(index) => format!("hyp.{index}"),
        None => id(name).to_owned(),
    }
}

/// A name without its dossier.
pub fn relative(name: &str) -> &str {
    let rest = name.strip_prefix("dossiers/").and_then(|rest| rest.split_once('/'));
    rest.map_or(name, |(_, relative)| relative)
}
