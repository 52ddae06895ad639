//! Our engine, behind a few functions: records made from the rows, and what they are asked.
//!
//! This is the one place that knows how the engine is called.

use std::sync::Arc;
use std::time::{Duration, Instant};

use armistice::domain::dossier::Dossier;
use armistice::domain::evidence::Basis;
use armistice::domain::name::{ActorName, DocumentName, Id, IncidentName, InstrumentName, PlaceName, ReadingName};
use armistice::domain::name::{RecordName, ReportName, TermName};
use armistice::domain::reading::{Clause, Reading};
use armistice::domain::record::{Body, Citation, Classification, Known, Revision};
use armistice::domain::report::{Effect, Facts, Incident, Proposition, Report, Struck};
use armistice::domain::texts::{Document, Instrument, InstrumentType, Term, TermType};
use armistice::domain::things::{Actor, ActorType, Place, PlaceType};
use armistice::domain::time::{Span, Zone};
use armistice::domain::truth::Truth;
use armistice::domain::values::{ClassId, Words};
use armistice::view::assess::{Docket, Question};
use armistice::view::choice::Choice;
use armistice::view::filter::Filter;
use armistice::view::records::{Clock, Records};
use armistice::view::snapshot::Snapshot;
use armistice::view::tally::tally;
use armistice::wire::{decode, entry, pb};
use jiff::Timestamp;

use crate::generator::{Answer, Column, Dataset, Draft, NEVER_BEFORE, NOT_GIVEN, Number, Query, World};
use crate::judge::Counts;

/// The engine with everything on record.
pub(crate) struct Engine {
    snapshot: Snapshot,
    readings: Vec<ReadingName>,
    basis: Basis,
    utc: Zone,
    places: Vec<Option<PlaceName>>,
}

impl Engine {
    /// Records the dataset, as a server would on start, and folds it into a snapshot.
    pub(crate) fn new(dataset: &Dataset, basis: Basis) -> Engine {
        let mut scribe = Scribe::new(dataset);
        scribe.stage();
        scribe.incidents();
        let clock = Clock { at: scribe.records.head(), known_by: None };
        let snapshot = Snapshot::new(&scribe.records, clock);
        let readings = (0..dataset.drafts.len()).map(|i| ReadingName::new(reading_id(i))).collect();
        Engine { snapshot, readings, basis, utc: Zone::utc(), places: scribe.places }
    }

    /// The three counts under each of the readings, and how long it took from the question to the answer.
    pub(crate) fn counts(&self, readings: &[usize]) -> (Vec<Counts>, Duration) {
        let names = readings.iter().map(|i| self.readings[*i].clone()).collect();
        let question = Question {
            readings: Choice { names, ..Choice::default() },
            bases: vec![self.basis],
            ..Question::default()
        };
        let started = Instant::now();
        let docket = Docket::new(&question, &self.snapshot).expect("a question about what is on record");
        let rows = tally(&docket, &question.filter, &[], &self.utc);
        let took = started.elapsed();
        let counts = rows.iter().map(|row| {
            assert_eq!(row.counts.not_assessed, 0, "every incident has a report");
            [row.counts.breach, row.counts.no_breach, row.counts.undetermined]
        });
        (counts.map(|counts| counts.map(|n| u64::try_from(n).expect("no count is below nothing"))).collect(), took)
    }

    /// How many incidents certainly happened at a time and place, how many only may have, and how long that took.
    pub(crate) fn fitting(&self, query: &Query) -> ([u64; 2], Duration) {
        let instant = |at: i64| Timestamp::from_second(at).expect("a time of this century");
        let asked = Span::new(instant(query.from), instant(query.to), self.utc.clone()).expect("in order");
        let place = self.places[usize::from(query.place)].clone().expect("a place is asked for");
        let question = Question {
            filter: Filter { occurred: Some(asked), places: vec![place], ..Filter::default() },
            readings: Choice { names: self.readings[..1].to_vec(), ..Choice::default() },
            bases: vec![self.basis],
            ..Question::default()
        };
        let started = Instant::now();
        let docket = Docket::new(&question, &self.snapshot).expect("a question about what is on record");
        let counts = [docket.admitted.count() as u64, docket.uncertain as u64];
        (counts, started.elapsed())
    }
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("plain letters")
}

fn reading_id(index: usize) -> Id {
    id(&format!("reading-{index}"))
}

/// Writes the record, one revision after the other.
struct Scribe<'d> {
    dataset: &'d Dataset,
    dossier: Dossier,
    records: Records,
    places: Vec<Option<PlaceName>>,
    actors: Vec<Option<ActorName>>,
    acts: Vec<Option<ClassId>>,
    objects: Vec<Option<ClassId>>,
    weapons: Vec<Option<ClassId>>,
    document: DocumentName,
    term: TermName,
    utc: Zone,
}

impl<'d> Scribe<'d> {
    fn new(dataset: &'d Dataset) -> Scribe<'d> {
        let world = &dataset.world;
        let keys = |column| {
            let hierarchy = world.hierarchy(column);
            let keys = hierarchy.nodes().map(|n| Some(hierarchy.key(n).clone()));
            std::iter::once(None).chain(keys).collect::<Vec<Option<Arc<str>>>>()
        };
        let classes = |column| keys(column).into_iter().map(|key| key.map(ClassId)).collect();
        let ids = |column| keys(column).into_iter().map(|key| key.map(|key| id(&key))).collect::<Vec<_>>();
        let dossier = decode::new_dossier("million", Some(pb::Dossier::default()), Timestamp::UNIX_EPOCH);
        let dossier = dossier.expect("a dossier");
        Scribe {
            dataset,
            records: Records::new(entry::Decoder::new(dossier.clone())),
            dossier,
            places: ids(Column::Place).into_iter().map(|id| id.map(PlaceName::new)).collect(),
            actors: ids(Column::Author).into_iter().map(|id| id.map(ActorName::new)).collect(),
            acts: classes(Column::Act),
            objects: classes(Column::Object),
            weapons: classes(Column::Weapon),
            document: DocumentName::new(id("briefing")),
            term: TermName::new(id("halt")),
            utc: Zone::utc(),
        }
    }

    fn record(&mut self, name: RecordName, references: Vec<RecordName>, body: Body) {
        let cited = name.collection.needs_citation();
        let citation = Citation {
            document: self.document.clone(),
            locator: String::new(),
            quote: String::new(),
            supports: Vec::new(),
            grade: None,
        };
        let document = cited.then(|| self.document.record());
        let revision = Revision {
            name,
            position: self.records.head() + 1,
            record_time: Timestamp::UNIX_EPOCH,
            known: Known::Always,
            recorded_by: String::new(),
            reason: String::new(),
            retracted: false,
            classification: Classification::Public,
            citations: if cited { vec![citation] } else { Vec::new() },
            references: references.into_iter().chain(document).collect(),
            body,
        };
        let bytes = entry::encode_revision(&revision, &self.dossier);
        self.records.fold(Arc::new(revision), &bytes);
    }

    /// Everything that reports refer to, and the readings.
    fn stage(&mut self) {
        let World { places, actors, states, forces, countries, .. } = &self.dataset.world;
        for (index, node) in places.nodes().enumerate() {
            let above = |n: &_| PlaceName::new(id(places.key(*n)));
            let within: Vec<PlaceName> = places.parents(node).iter().map(above).collect();
            let is_country = countries.contains(&crate::generator::number(index));
            let place = Place {
                display_name: places.key(node).to_string(),
                place_type: if is_country { PlaceType::Country } else { PlaceType::Region },
                within: within.clone(),
                point: None,
                radius_m: None,
                geojson: String::new(),
                names: Vec::new(),
                controlled_by: Words::default(),
            };
            let name = PlaceName::new(id(places.key(node))).record();
            self.record(name, within.iter().map(PlaceName::record).collect(), Body::Place(place));
        }
        for (index, node) in actors.nodes().enumerate() {
            let above = |n: &_| ActorName::new(id(actors.key(*n)));
            let affiliations: Vec<ActorName> = actors.parents(node).iter().map(above).collect();
            let number = crate::generator::number(index);
            let actor = Actor {
                display_name: actors.key(node).to_string(),
                actor_type: if states.contains(&number) {
                    ActorType::State
                } else if forces.contains(&number) {
                    ActorType::Organization
                } else {
                    ActorType::ArmedGroup
                },
                affiliations: affiliations.clone(),
                memberships: Vec::new(),
                names: Vec::new(),
                aliases: Vec::new(),
            };
            let name = ActorName::new(id(actors.key(node))).record();
            self.record(name, affiliations.iter().map(ActorName::record).collect(), Body::Actor(actor));
        }
        let document = Document {
            title: "Briefing".to_owned(),
            publisher: String::new(),
            author: String::new(),
            uri: String::new(),
            language: String::new(),
            published: None,
            retrieve_time: None,
            sha256: String::new(),
        };
        self.record(self.document.record(), Vec::new(), Body::Document(document));
        let term =
            Term { display_name: "Halt".to_owned(), term_type: TermType::Prohibition, description: String::new() };
        self.record(self.term.record(), Vec::new(), Body::Term(term));
        let instrument = InstrumentName::new(id("readout"));
        let stated = Span::from_local("2024-01-01", &self.utc).expect("a day");
        let text = Instrument {
            display_name: "Readout".to_owned(),
            instrument_type: InstrumentType::Readout,
            author: None,
            stated,
            contact: None,
            about: None,
            signatures: Vec::new(),
            treatments: Vec::new(),
        };
        self.record(instrument.record(), Vec::new(), Body::Instrument(text));
        let held_by = self.actor(self.dataset.world.states[0]).expect("a state is an actor");
        for (index, draft) in self.dataset.drafts.iter().enumerate() {
            let reading = Reading {
                term: self.term.clone(),
                held_by: held_by.clone(),
                instrument: instrument.clone(),
                wording: String::new(),
                supersedes: None,
                clause: clause(draft),
            };
            let references = vec![self.term.record(), held_by.record(), instrument.record()];
            self.record(ReadingName::new(reading_id(index)).record(), references, Body::Reading(Box::new(reading)));
        }
    }

    fn incidents(&mut self) {
        let states = self.dataset.world.states;
        let mut contested = self.dataset.contested.iter().peekable();
        for index in 0..self.dataset.rows.len() {
            let name = IncidentName::new(id(&format!("i{index}")));
            let incident = Incident { display_name: String::new(), about: None, place: None };
            self.record(name.record(), Vec::new(), Body::Incident(incident));
            let rows = &self.dataset.rows;
            let numbers = Column::ALL.map(|column| rows.column(column)[index]);
            let times = (rows.earliest[index], rows.latest[index]);
            let side = usize::from(rows.claimant[index]);
            self.report(format!("r{index}"), &name, states[side], Some(self.facts(numbers, times)), Vec::new());
            if let Some((_, answer)) = contested.next_if(|(at, _)| *at == index) {
                let (facts, denies) = self.second(numbers, times, *answer);
                self.report(format!("s{index}"), &name, states[1 - side], facts, denies);
            }
        }
    }

    fn second(&self, mut numbers: [Number; 6], times: (i64, i64), answer: Answer) -> (Option<Facts>, Vec<Proposition>) {
        match answer {
            Answer::DeniesOccurred => return (None, vec![Proposition::Occurred]),
            Answer::DeniesAuthor => return (None, vec![Proposition::Author]),
            Answer::AnotherPlace(place) => numbers[Column::Place as usize] = place,
            Answer::AnotherObject(object) => numbers[Column::Object as usize] = object,
        }
        (Some(self.facts(numbers, times)), Vec::new())
    }

    fn report(
        &mut self,
        report: String,
        incident: &IncidentName,
        claimant: Number,
        facts: Option<Facts>,
        denies: Vec<Proposition>,
    ) {
        let claimant = self.actor(claimant).expect("a state is an actor");
        let mut references = vec![incident.record(), claimant.record()];
        if let Some(facts) = &facts {
            references.extend(facts.place.iter().map(PlaceName::record));
            references.extend(facts.attributed_to.iter().chain(&facts.against).map(ActorName::record));
        }
        let body = Report {
            incident: incident.clone(),
            claimant,
            statement: None,
            facts,
            denies,
            alleges_breach_of: Vec::new(),
        };
        self.record(ReportName::new(id(&report)).record(), references, Body::Report(body));
    }

    fn facts(&self, numbers: [Number; 6], (earliest, latest): (i64, i64)) -> Facts {
        let instant = |at: i64| Timestamp::from_second(at).expect("a time of this century");
        let of = |column: Column| usize::from(numbers[column as usize]);
        let span = || Span::new(instant(earliest), instant(latest), self.utc.clone()).expect("in order");
        Facts {
            occurred: (earliest != NEVER_BEFORE).then(span),
            place: self.places[of(Column::Place)].clone(),
            act: self.acts[of(Column::Act)].clone(),
            attributed_to: self.actor(numbers[Column::Author as usize]),
            against: self.actor(numbers[Column::Against as usize]),
            struck: vec![Struck {
                object: self.objects[of(Column::Object)].clone(),
                effect: Some(Effect::Hit),
                weapon: self.weapons[of(Column::Weapon)].clone(),
                ..Struck::default()
            }],
            ..Facts::default()
        }
    }

    fn actor(&self, number: Number) -> Option<ActorName> {
        if number == NOT_GIVEN { None } else { self.actors[usize::from(number)].clone() }
    }
}

fn clause(draft: &Draft) -> Clause {
    let [places, acts, actors, against, objects, weapons] = draft.selections.clone();
    Clause {
        operative: Truth::Yes,
        attempts: Truth::Unknown,
        exceptions: Vec::new(),
        actors,
        against,
        acts,
        objects,
        places,
        weapons,
        window: draft.window.clone(),
        duties: Vec::new(),
    }
}
