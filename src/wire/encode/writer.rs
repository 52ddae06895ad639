//! Writes single fields: names in full, times, measures.

use crate::domain::name::{DossierId, Kind, NameOf, RecordName};
use crate::domain::time::{Bound, Span, Zone};
use crate::domain::values::{ClassId, Words};
use crate::domain::values::{Point, Quantity};
use crate::wire::{instant, pb};

/// What must be known to write a record.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    /// The dossier, for names in full.
    pub dossier: &'c DossierId,
    /// The dossier's zone, in which bounds outside a window speak.
    pub zone: &'c Zone,
}

/// For whom is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A client: local times are filled in.
    Answer,
    /// The log: instants say it all, and a local text would say something else once a zone's rules are revised.
    Stored,
}

pub(super) struct Writer<'c> {
    context: Context<'c>,
    form: Form,
}

impl<'c> Writer<'c> {
    pub(super) fn new(context: &Context<'c>, form: Form) -> Writer<'c> {
        Writer { context: *context, form }
    }

    /// The dossier's zone.
    pub(super) fn zone(&self) -> &Zone {
        self.context.zone
    }

    pub(super) fn record(&self, name: &RecordName) -> String {
        name.full(self.context.dossier)
    }

    pub(super) fn optional_record(&self, name: &Option<RecordName>) -> String {
        name.as_ref().map_or_else(String::new, |name| self.record(name))
    }

    pub(super) fn records(&self, names: &[RecordName]) -> Vec<String> {
        names.iter().map(|name| self.record(name)).collect()
    }

    pub(super) fn name<K: Kind>(&self, name: &NameOf<K>) -> String {
        name.full(self.context.dossier)
    }

    pub(super) fn optional_name<K: Kind>(&self, name: &Option<NameOf<K>>) -> String {
        name.as_ref().map_or_else(String::new, |name| self.name(name))
    }

    pub(super) fn names<K: Kind>(&self, names: &[NameOf<K>]) -> Vec<String> {
        names.iter().map(|name| self.name(name)).collect()
    }

    pub(super) fn words(&self, words: &Words) -> String {
        match words {
            Words::Record(name) => self.record(name),
            Words::Free(text) => text.clone(),
        }
    }

    pub(super) fn span(&self, span: &Span) -> pb::TimeSpan {
        let Span { earliest, latest, zone } = span;
        let local = match self.form {
            Form::Answer => span.local().unwrap_or_default(),
            Form::Stored => String::new(),
        };
        pb::TimeSpan {
            earliest: Some(instant::write(*earliest)),
            latest: Some(instant::write(*latest)),
            time_zone: zone.name().to_owned(),
            local,
        }
    }

    pub(super) fn optional_span(&self, span: &Option<Span>) -> Option<pb::TimeSpan> {
        span.as_ref().map(|span| self.span(span))
    }

    pub(super) fn bound(&self, bound: &Bound, zone: &Zone) -> pb::Bound {
        let Bound { earliest, latest } = bound;
        let local = match self.form {
            Form::Answer => bound.local(zone).unwrap_or_default(),
            Form::Stored => String::new(),
        };
        pb::Bound { earliest: Some(instant::write(*earliest)), latest: Some(instant::write(*latest)), local }
    }

    /// A bound outside a window speaks in the dossier's zone.
    pub(super) fn optional_bound(&self, bound: &Option<Bound>) -> Option<pb::Bound> {
        bound.as_ref().map(|bound| self.bound(bound, self.zone()))
    }
}

/// A class's id, or nothing.
pub(super) fn optional_class(class: &Option<ClassId>) -> String {
    class.as_ref().map_or_else(String::new, |class| class.as_str().to_owned())
}

/// The ids of classes.
pub(super) fn classes(classes: &[ClassId]) -> Vec<String> {
    classes.iter().map(|class| class.as_str().to_owned()).collect()
}

/// A count within limits.
pub(super) fn quantity(quantity: &Quantity) -> pb::Quantity {
    let Quantity { least, most } = quantity;
    pb::Quantity { least: *least, most: *most }
}

/// A count within limits, or nothing.
pub(super) fn optional_quantity(given: &Option<Quantity>) -> Option<pb::Quantity> {
    given.as_ref().map(quantity)
}

/// A point on the globe, or nothing.
pub(super) fn optional_point(point: &Option<Point>) -> Option<pb::LatLng> {
    point.as_ref().map(|point| {
        let Point { latitude, longitude } = point;
        pb::LatLng { latitude: Some(*latitude), longitude: Some(*longitude) }
    })
}

/// A position or count as the wire's signed numbers have it.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).expect("no log has so many entries")
}
