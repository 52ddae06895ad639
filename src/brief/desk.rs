//! The desk at which a briefing is written: the clocks, the scope, names in the reader's language, and who carries what.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::dossier::Dossier;
use crate::domain::evidence::Basis;
use crate::domain::fault::Violation;
use crate::domain::hierarchy::Node;
use crate::domain::name::{ActorName, Collection, Kind, NameOf, PlaceName, RecordName, TermName};
use crate::domain::record::{Body, Citation, Known, Revision};
use crate::domain::taxonomy;
use crate::domain::texts::Statement;
use crate::domain::things::{ActorType, Class, PlaceType, Taxonomy};
use crate::domain::time::{Bound, Span};
use crate::domain::values::{ClassId, LocalName, Quantity, Words as Named};
use crate::view::assess::Docket;
use crate::view::choice::choose;
use crate::view::snapshot::Snapshot;

use super::language::{Amount, Sentences, Word};
use super::scope::Scope;
use super::times::When;
use super::{Question, Row, Section, SectionKind, Sentence, SentenceKind, Table};

/// How many sources a sentence names; further ones stand in the section of sources.
const SOURCES_MAX: usize = 2;

/// The bases that are asked for if the request names none.
const BASES: [Basis; 2] = [Basis::Alleged, Basis::Undisputed];

/// Everything that a section needs.
pub(super) struct Desk<'d> {
    pub(super) dossier: &'d Dossier,
    pub(super) snapshot: &'d Snapshot,
    pub(super) previous: Option<&'d Snapshot>,
    pub(super) question: &'d Question,
    pub(super) words: &'static dyn Sentences,
    /// The incidents of the edition.
    pub(super) scope: Scope,
    /// The readings and bases, over the incidents of the edition.
    pub(super) docket: Docket<'d>,
    kept: Kept,
    /// The year that goes without saying.
    year: i16,
}

/// The small collections, read once.
struct Kept {
    statements: Vec<Arc<Revision>>,
    contacts: Vec<Arc<Revision>>,
    instruments: Vec<Arc<Revision>>,
    classes: Vec<Arc<Revision>>,
}

/// A section under way.
pub(super) struct Draft {
    kind: SectionKind,
    heading: String,
    pub(super) sentences: Vec<Sentence>,
    pub(super) tables: Vec<Table>,
}

impl Draft {
    /// Ends the section; one that says nothing says that.
    pub(super) fn done(self, desk: &Desk<'_>, nothing: Word) -> Section {
        let Draft { kind, heading, mut sentences, tables } = self;
        if sentences.is_empty() && tables.is_empty() {
            sentences.push(desk.note(desk.words.word(nothing)));
        }
        Section { kind, heading, sentences, tables }
    }
}

impl<'d> Desk<'d> {
    pub(super) fn new(
        dossier: &'d Dossier,
        snapshot: &'d Snapshot,
        previous: Option<&'d Snapshot>,
        question: &'d Question,
    ) -> Result<Desk<'d>, Vec<Violation>> {
        let mut readings = choose(&question.readings, snapshot, "readings")?;
        let scope = Scope::of(snapshot, previous, &question.period);
        let times = snapshot.frame().times(snapshot);
        readings.retain(|reading| {
            reading.applies_always() || scope.all.iter().any(|group| reading.applies_at(&times.of(group)))
        });
        let mut bases: Vec<Basis> = Vec::new();
        for basis in if question.bases.is_empty() { &BASES[..] } else { &question.bases } {
            if !bases.contains(basis) {
                bases.push(*basis);
            }
        }
        let admitted = scope.all.clone();
        let window = Some(question.period.clone());
        let docket = Docket { snapshot, admitted, uncertain: 0, readings, bases, window };
        let live = |collection| snapshot.all_live(collection).collect();
        let kept = Kept {
            statements: live(Collection::Statements),
            contacts: live(Collection::Contacts),
            instruments: live(Collection::Instruments),
            classes: live(Collection::Classes),
        };
        let words = question.language.words();
        let year = question.zone.day_of(question.period.earliest).year();
        Ok(Desk { dossier, snapshot, previous, question, words, scope, docket, kept, year })
    }

    /// The dossier's name and the period.
    pub(super) fn title(&self) -> String {
        let name = match self.dossier.display_name.as_str() {
            "" => self.dossier.id.as_str(),
            name => name,
        };
        // The title names the year, whichever it is.
        self.words.title(name, &self.words.when_bare(When::of(&self.question.period, &self.question.zone), i16::MIN))
    }

    /// The lines under the title.
    pub(super) fn notes(&self) -> Vec<String> {
        // These lines are read by themselves, so an hour is told with its zone.
        let zone = &self.question.zone;
        let instant =
            |at: Timestamp| format!("{} ({})", self.words.when_bare(When::at(at, zone), i16::MIN), zone.name());
        let known_by = self.snapshot.clock.known_by.map(instant);
        let clock = self.words.note_clock(known_by.as_deref(), self.snapshot.clock.at, self.question.zone.name());
        let compared = match self.previous {
            Some(previous) => {
                let known_by = previous.clock.known_by.map(instant);
                self.words.note_previous(previous.clock.at, known_by.as_deref())
            }
            None => self.words.word(Word::EverythingNew).to_owned(),
        };
        let lines = [Word::NoteWords, Word::NoteVerdicts].map(|line| self.words.word(line).to_owned());
        [clock, compared].into_iter().chain(lines).collect()
    }

    /// Begins a section.
    pub(super) fn section(&self, kind: SectionKind) -> Draft {
        let heading = self.words.heading(kind).to_owned();
        Draft { kind, heading, sentences: Vec::new(), tables: Vec::new() }
    }

    // --- sentences ---

    /// A sentence that records carry.
    pub(super) fn sentence(&self, text: String, records: Vec<RecordName>) -> Sentence {
        let records = self.there(records);
        Sentence { text, known_later: self.known_later(&records), records, kind: None }
    }

    /// A sentence of one kind.
    pub(super) fn sentence_of(&self, kind: SentenceKind, text: String, records: Vec<RecordName>) -> Sentence {
        Sentence { kind: Some(kind), ..self.sentence(text, records) }
    }

    /// A sentence that says that there is nothing, or cautions.
    pub(super) fn note(&self, text: impl Into<String>) -> Sentence {
        Sentence { text: text.into(), records: Vec::new(), known_later: false, kind: Some(SentenceKind::Note) }
    }

    /// A row of a table.
    pub(super) fn row(&self, cells: Vec<super::Cell>, records: Vec<RecordName>) -> Row {
        Row { cells, records: self.there(records) }
    }

    /// The fixed words of columns.
    pub(super) fn columns(&self, words: &[Word]) -> Vec<String> {
        words.iter().map(|word| self.words.word(*word).to_owned()).collect()
    }

    /// The records that the clocks admit, each once.
    pub(super) fn there(&self, records: Vec<RecordName>) -> Vec<RecordName> {
        let mut seen = HashSet::new();
        records.into_iter().filter(|name| seen.insert(name.clone()) && self.snapshot.is_there(name)).collect()
    }

    /// Whether all records behind a sentence became known only after the period.
    pub(super) fn known_later(&self, records: &[RecordName]) -> bool {
        // What needs no source, such as a term or an actor, carries nothing that somebody said.
        let mut known = records.iter().filter_map(|name| match self.snapshot.known(&*self.snapshot.find(name)?) {
            Known::From(known) => Some(known),
            Known::Always | Known::Never => None,
        });
        let is_later = |known: Timestamp| known > self.question.period.latest;
        known.next().is_some_and(is_later) && known.all(is_later)
    }

    // --- times ---

    /// The instant up to which things are judged: the end of the period, or what had been published if that is earlier.
    pub(super) fn as_of(&self) -> Timestamp {
        let end = self.question.period.latest;
        self.snapshot.clock.known_by.map_or(end, |known_by| known_by.min(end))
    }

    /// Whether a span lies in the period, whenever in it the thing was.
    pub(super) fn lies_in(&self, span: &Span) -> bool {
        span.earliest >= self.question.period.earliest && span.latest <= self.question.period.latest
    }

    /// Whether a bound, settled or between two instants, may lie in the period. The midnight that ends a day belongs to that day.
    pub(super) fn falls_due(&self, from: Timestamp, to: Timestamp) -> bool {
        let period = &self.question.period;
        let is_at_its_end = from == to && from == period.latest;
        (from < period.latest || is_at_its_end) && to > period.earliest
    }

    /// Whether a span overlaps the period.
    pub(super) fn overlaps(&self, span: &Span) -> bool {
        span.range().overlaps(&self.question.period.range())
    }

    /// Whether a revision became known in the period. A document of a day without an hour is known when that day ends, so the end
    /// of the period is part of it.
    pub(super) fn came_in(&self, revision: &Revision) -> bool {
        let period = &self.question.period;
        matches!(self.snapshot.known(revision), Known::From(at) if at > period.earliest && at <= period.latest)
    }

    /// Whether a revision was known when the period began, so that an edition before can have told of it.
    pub(super) fn was_known(&self, revision: &Revision) -> bool {
        match self.snapshot.known(revision) {
            Known::From(at) => at <= self.question.period.earliest,
            Known::Always | Known::Never => true,
        }
    }

    /// Whether something said at a time, or at none, belongs to the edition.
    pub(super) fn is_of_period(&self, revision: &Revision, said: Option<&Span>) -> bool {
        said.is_some_and(|span| self.overlaps(span)) || self.came_in(revision)
    }

    /// Whether a record is new or changed since the edition before; always where there is none.
    pub(super) fn is_news(&self, revision: &Revision) -> bool {
        self.previous
            .is_none_or(|previous| previous.find(&revision.name).is_none_or(|then| then.position != revision.position))
    }

    /// "on 19 March".
    pub(super) fn when(&self, span: &Span) -> String {
        self.words.when(When::of(span, &self.question.zone).as_said(), self.year)
    }

    /// The same of a span that means throughout: hours of a day are not the day.
    pub(super) fn throughout(&self, span: &Span) -> String {
        self.words.when(When::of(span, &self.question.zone), self.year)
    }

    /// "on Monday 24 March".
    pub(super) fn when_with_weekday(&self, span: &Span) -> String {
        self.words.when_with_weekday(When::of(span, &self.question.zone).as_said(), self.year)
    }

    /// "19 March".
    pub(super) fn when_bare(&self, span: &Span) -> String {
        self.words.when_bare(When::of(span, &self.question.zone), self.year)
    }

    /// "on 19 March", whatever the hour.
    pub(super) fn on_day(&self, span: &Span) -> String {
        self.words.when(When::of(span, &self.question.zone).in_days(), self.year)
    }

    /// "19 March", whatever the hour.
    pub(super) fn days_bare(&self, span: &Span) -> String {
        self.words.when_bare(When::of(span, &self.question.zone).in_days(), self.year)
    }

    /// Until when: "the end of 18 March", "19 March 18:00".
    fn end(&self, at: Timestamp) -> String {
        let local = self.question.zone.local(at);
        match local.date().yesterday() {
            Ok(day) if local.time() == jiff::civil::Time::midnight() => self.words.end_of_day(day, self.year),
            _ => self.instant(at),
        }
    }

    /// Until when, settled or between two.
    pub(super) fn ends(&self, from: Timestamp, to: Timestamp) -> String {
        if from == to { self.end(from) } else { self.words.some_time(&self.end(from), &self.end(to)) }
    }

    /// By when something is due that somebody spoke of: by the days of whoever spoke, where it was set in days.
    pub(super) fn by(&self, due: &Bound, spoken: Option<&Span>) -> String {
        match self.days_of(due, spoken) {
            Some((first, last)) if first == last => self.words.end_of_day(last, self.year),
            Some((first, last)) => {
                self.words.some_time(&self.words.date(first, self.year), &self.words.end_of_day(last, self.year))
            }
            None => self.ends(due.earliest, due.latest),
        }
    }

    /// The same of a time that is over: by its latest end.
    pub(super) fn by_at_latest(&self, due: &Bound, spoken: Option<&Span>) -> String {
        match self.days_of(due, spoken) {
            Some((_, last)) => self.words.end_of_day(last, self.year),
            None => self.end(due.latest),
        }
    }

    /// The first and the last day of a bound that is whole days to whoever spoke.
    fn days_of(&self, due: &Bound, spoken: Option<&Span>) -> Option<(Date, Date)> {
        let zone = spoken.map_or(&self.question.zone, |spoken| &spoken.zone);
        let text = due.local(zone)?;
        let (first, last) = text.split_once('/').unwrap_or((&text, &text));
        Some((first.parse().ok()?, last.parse().ok()?)).filter(|_| first.len() == 10 && last.len() == 10)
    }

    /// "from 23 to 25 March"; `in_days`: whatever the hours.
    pub(super) fn lasting(&self, began: &Span, ended: &Span, in_days: bool) -> String {
        let when = |span: &Span| match in_days {
            true => When::of(span, &self.question.zone).in_days(),
            false => When::of(span, &self.question.zone).as_said(),
        };
        self.words.lasting(when(began), when(ended), self.year)
    }

    /// Whether a bound of a time lies in the period: a time that may be over on any of many days is news on the first and the last.
    pub(super) fn turns(&self, from: Timestamp, to: Timestamp) -> bool {
        self.falls_due(from, from) || self.falls_due(to, to)
    }

    /// "19 March 00:00".
    pub(super) fn instant(&self, at: Timestamp) -> String {
        self.words.when_bare(When::at(at, &self.question.zone), self.year)
    }

    /// An instant that is settled, or lies between two.
    pub(super) fn instants(&self, from: Timestamp, to: Timestamp) -> String {
        if from == to { self.instant(from) } else { self.words.some_time(&self.instant(from), &self.instant(to)) }
    }

    // --- names ---

    /// An actor, as a text names it: without an explanation in brackets, a person without the office.
    pub(super) fn actor(&self, name: &ActorName) -> String {
        self.actor_words(name, true)
    }

    /// An actor, a person with the office.
    pub(super) fn actor_in_full(&self, name: &ActorName) -> String {
        self.actor_words(name, false)
    }

    fn actor_words(&self, name: &ActorName, short: bool) -> String {
        let Some(revision) = self.snapshot.find(&name.record()) else { return name.id().as_str().to_owned() };
        let Body::Actor(actor) = &revision.body else { return name.id().as_str().to_owned() };
        let text = without_brackets(self.localised(&actor.names, &actor.display_name, name.id().as_str()));
        match (short && actor.actor_type == ActorType::Person, text.split_once(", ")) {
            (true, Some((person, _))) => person.to_owned(),
            (false, Some((person, office))) if actor.actor_type == ActorType::Person => format!("{person} ({office})"),
            _ => text.to_owned(),
        }
    }

    /// An actor within a sentence.
    pub(super) fn actor_within(&self, name: &ActorName) -> String {
        self.words.within(&self.actor(name))
    }

    /// Actors within a sentence, each once.
    pub(super) fn actors_within<'n>(&self, names: impl IntoIterator<Item = &'n ActorName>) -> Vec<String> {
        let mut all = Vec::new();
        for name in names {
            let text = self.actor_within(name);
            if !all.contains(&text) {
                all.push(text);
            }
        }
        all
    }

    /// A place, without an explanation in brackets.
    pub(super) fn place(&self, name: &PlaceName) -> String {
        match self.snapshot.find(&name.record()).as_deref().map(|revision| &revision.body) {
            Some(Body::Place(place)) => {
                without_brackets(self.localised(&place.names, &place.display_name, name.id().as_str())).to_owned()
            }
            _ => name.id().as_str().to_owned(),
        }
    }

    /// Whether a place is a country.
    pub(super) fn is_country(&self, name: &PlaceName) -> bool {
        let revision = self.snapshot.find(&name.record());
        revision.is_some_and(|revision| matches!(&revision.body, Body::Place(p) if p.place_type == PlaceType::Country))
    }

    /// A place with its country.
    pub(super) fn place_in_country(&self, name: &PlaceName) -> String {
        let places = &self.snapshot.world.places;
        let own = self.place(name);
        let above = places.find(name.id().as_str()).map(|node| places.at_or_above_all(node)).unwrap_or_default();
        let country = above.into_iter().skip(1).find_map(|node| {
            let name = PlaceName::new(crate::domain::name::Id::parse(places.key(node)).ok()?);
            self.is_country(&name).then(|| self.place(&name))
        });
        match country {
            Some(country) if !own.contains(&country) => format!("{own}, {country}"),
            _ => own,
        }
    }

    fn localised<'n>(&self, names: &'n [LocalName], display_name: &'n str, id: &'n str) -> &'n str {
        let local = names.iter().find(|name| name.language == self.words.tag()).map(|name| name.name.as_str());
        local.unwrap_or(if display_name.is_empty() { id } else { display_name })
    }

    /// What a class is called within a sentence.
    pub(super) fn class(&self, taxonomy: Taxonomy, id: &str) -> String {
        if let Some(word) = self.words.class(taxonomy, id) {
            return word.to_owned();
        }
        let added = self.kept.classes.iter().find_map(|revision| match &revision.body {
            Body::Class(Class { taxonomy: of, id: own, display_name, .. }) if *of == taxonomy && own.as_str() == id => {
                Some(if display_name.is_empty() { id.to_owned() } else { display_name.clone() })
            }
            _ => None,
        });
        if let Some(name) = added {
            return name;
        }
        if let Some(parent) = id.strip_suffix(".other").filter(|parent| *parent != taxonomy::root(taxonomy)) {
            return self.words.other_of(&self.class(taxonomy, parent));
        }
        let built_in = taxonomy::classes(taxonomy).iter().find(|(own, _, _)| *own == id);
        let label = without_brackets(built_in.map_or(id, |(_, label, _)| label));
        lower_first(label.split(" / ").next().unwrap_or(label))
    }

    /// An object class.
    pub(super) fn object(&self, id: &ClassId) -> String {
        self.class(Taxonomy::Objects, id.as_str())
    }

    /// How a record is called.
    pub(super) fn name_of(&self, name: &RecordName) -> String {
        let Some(revision) = self.snapshot.find(name) else { return name.id.as_str().to_owned() };
        self.name_of_revision(&revision)
    }

    /// How a revision's record is called.
    pub(super) fn name_of_revision(&self, revision: &Revision) -> String {
        let id = revision.name.id.as_str();
        let text = match &revision.body {
            Body::Actor(_) => return self.actor(&ActorName::new(revision.name.id.clone())),
            Body::Place(_) => return self.place(&PlaceName::new(revision.name.id.clone())),
            Body::Class(class) => &class.display_name,
            Body::Document(document) => &document.title,
            Body::Statement(statement) => &statement.summary,
            Body::Contact(contact) => &contact.display_name,
            Body::Instrument(instrument) => &instrument.display_name,
            Body::Term(term) => &term.display_name,
            Body::Incident(incident) => &incident.display_name,
            Body::Exchange(exchange) => &exchange.display_name,
            Body::Pledge(pledge) => &pledge.description,
            Body::Forecast(forecast) => &forecast.prediction,
            Body::Report(report) => return self.name_of(&report.incident.record()),
            Body::Finding(finding) => return self.name_of(&finding.incident.record()),
            Body::Reading(_) | Body::Stance(_) | Body::Coverage(_) | Body::Link(_) => id,
        };
        if text.trim().is_empty() { id.to_owned() } else { text.trim().to_owned() }
    }

    /// A term.
    pub(super) fn term(&self, name: &TermName) -> String {
        self.name_of(&name.record())
    }

    /// Words that may name a record.
    pub(super) fn named(&self, words: &Named) -> String {
        match words {
            Named::Record(name) if name.collection == Collection::Actors => {
                self.actor_within(&ActorName::new(name.id.clone()))
            }
            Named::Record(name) => self.name_of(name),
            Named::Free(text) => text.trim().to_owned(),
        }
    }

    /// A count.
    pub(super) fn quantity(&self, quantity: &Quantity) -> Option<String> {
        let amount = match (quantity.least, quantity.most) {
            (Some(least), Some(most)) if least == most => Amount::Just(least),
            (Some(least), Some(most)) => Amount::From(least, most),
            (Some(least), None) => Amount::AtLeast(least),
            (None, Some(most)) => Amount::AtMost(most),
            (None, None) => return None,
        };
        Some(self.words.amount(amount))
    }

    // --- sides ---

    /// The topmost actor that somebody acts for; itself where it acts for nobody. Of several, the one recorded first.
    pub(super) fn side(&self, name: &ActorName) -> ActorName {
        let actors = &self.snapshot.world.actors;
        let top = actors.find(name.id().as_str()).and_then(|node| actors.tops(node).into_iter().min());
        let id = top.and_then(|node| crate::domain::name::Id::parse(actors.key(node)).ok());
        id.map_or_else(|| name.clone(), ActorName::new)
    }

    /// Where an actor stands among those recorded, for an order that no name decides.
    pub(super) fn order_of(&self, name: &ActorName) -> Option<Node> {
        self.snapshot.world.actors.find(name.id().as_str())
    }

    // --- who carries what ---

    /// The documents that carry a field of a record, by the clocks: those that are named for it, else those of the whole record.
    /// `None`: some are named for it, and none of these was published yet.
    pub(super) fn carriers<'r>(&self, revision: &'r Revision, field: &str) -> Option<Vec<&'r Citation>> {
        let known = |citation: &&Citation| {
            let document = self.snapshot.find(&citation.document.record());
            document.is_some_and(|document| !document.retracted)
        };
        let is_for = |citation: &&Citation| citation.supports.iter().any(|path| covers(path, field));
        let named: Vec<&Citation> = revision.citations.iter().filter(is_for).collect();
        if named.is_empty() {
            return Some(revision.citations.iter().filter(|c| c.supports.is_empty()).filter(known).collect());
        }
        let carrying: Vec<&Citation> = named.into_iter().filter(known).collect();
        if carrying.is_empty() { None } else { Some(carrying) }
    }

    /// Whether a field of a record is carried by what had been published.
    pub(super) fn is_carried(&self, revision: &Revision, field: &str) -> bool {
        self.carriers(revision, field).is_some()
    }

    /// The publishers of what carries a record, or one field of it; few, each once.
    pub(super) fn sources(&self, revision: &Revision, field: Option<&str>) -> Vec<String> {
        let citations = match field.and_then(|field| self.carriers(revision, field)) {
            Some(citations) if !citations.is_empty() => citations,
            _ => self.news_of(revision),
        };
        let mut publishers: Vec<String> = Vec::new();
        for citation in citations {
            let Some(document) = self.snapshot.find(&citation.document.record()) else { continue };
            let Body::Document(document) = &document.body else { continue };
            let publisher = if document.publisher.is_empty() { &document.title } else { &document.publisher };
            // Of a publisher and the outlet that carries it, the outlet is where it was read.
            let text = self.words.within(&publisher.trim().replace(", via ", " via "));
            if !text.is_empty() && !publishers.contains(&text) && publishers.len() < SOURCES_MAX {
                publishers.push(text);
            }
        }
        publishers
    }

    /// The citations that a revision adds to the one before it: what earlier papers carried, they did not carry of this.
    fn news_of<'r>(&self, revision: &'r Revision) -> Vec<&'r Citation> {
        let earlier = self.snapshot.revisions_of(&revision.name).rev().find(|other| other.position < revision.position);
        let all = || revision.citations.iter().collect::<Vec<_>>();
        let Some(earlier) = earlier else { return all() };
        let is_known = |citation: &&Citation| self.snapshot.is_there(&citation.document.record());
        let is_new = |citation: &&Citation| !earlier.citations.iter().any(|old| old.document == citation.document);
        let news: Vec<&Citation> = revision.citations.iter().filter(is_new).filter(is_known).collect();
        if news.is_empty() { all() } else { news }
    }

    /// The words that a record's citations quote, by the clocks, each once.
    pub(super) fn quotes(&self, revision: &Revision) -> Vec<String> {
        let mut quotes: Vec<String> = Vec::new();
        for citation in &revision.citations {
            let quote = citation.quote.trim();
            if !quote.is_empty()
                && self.snapshot.is_there(&citation.document.record())
                && !quotes.iter().any(|known| known == quote)
            {
                quotes.push(quote.to_owned());
            }
        }
        quotes
    }

    // --- small collections ---

    /// Every statement.
    pub(super) fn statements(&self) -> impl Iterator<Item = (&Revision, &Statement)> {
        self.kept.statements.iter().filter_map(|revision| match &revision.body {
            Body::Statement(statement) => Some((&**revision, statement)),
            _ => None,
        })
    }

    /// Every contact.
    pub(super) fn contacts(&self) -> impl Iterator<Item = (&Revision, &crate::domain::texts::Contact)> {
        self.kept.contacts.iter().filter_map(|revision| match &revision.body {
            Body::Contact(contact) => Some((&**revision, contact)),
            _ => None,
        })
    }

    /// Every text.
    pub(super) fn instruments(&self) -> impl Iterator<Item = (&Revision, &crate::domain::texts::Instrument)> {
        self.kept.instruments.iter().filter_map(|revision| match &revision.body {
            Body::Instrument(instrument) => Some((&**revision, instrument)),
            _ => None,
        })
    }

    /// A statement by its name.
    pub(super) fn statement_speaker(&self, name: &NameOf<impl Kind>) -> Option<ActorName> {
        match &self.snapshot.find(&name.record())?.body {
            Body::Statement(statement) => statement.speaker.clone(),
            _ => None,
        }
    }
}

/// Whether a path that a citation names covers a field: it is the field, or lies above or below it.
fn covers(path: &str, field: &str) -> bool {
    let above = |high: &str, low: &str| {
        low.strip_prefix(high).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    above(path, field) || above(field, path)
}

/// A name without an explanation in brackets.
fn without_brackets(text: &str) -> &str {
    text.split(" (").next().unwrap_or(text).trim()
}

/// A label within a sentence: its first letter small, unless it begins with an abbreviation.
fn lower_first(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(label.chars().skip(1)).collect()
        }
        _ => label.to_owned(),
    }
}
