//! Small dossiers at random: every kind of record that a verdict can hang on, chosen from lists so short that records meet.
//!
//! A choice is a number that is reduced to the list it chooses from, so that every value is a valid dossier and a smaller
//! number is a simpler one.

use std::ops::Range;

use armistice::wire::pb;
use jiff::{SignedDuration, Timestamp};
use pb::record::Kind;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub(crate) const OBJECTS: [&str; 18] = [
    "elec.sub",
    "elec.sub.traction",
    "rail.power",
    "elec",
    "energy",
    "health",
    "infra",
    "elec.dist",
    "rail.contact",
    "rail",
    "oil.refinery",
    "industry",
    "industry.other",
    "military",
    "energy.mil",
    "gas.process",
    "energy.other",
    "object",
];
pub(crate) const ACTS: [&str; 6] = ["strike", "strike.drone", "movement", "sabotage", "strike.missile.cruise", "act"];
pub(crate) const WEAPONS: [&str; 5] = ["missile", "missile.cruise", "uav", "uav.fpv", "weapon"];
const GROUNDS: [&str; 3] = ["self-defence", "response", "error"];

/// The two parties that the law of neutrality exchanges, a third, and those that belong to somebody or to nobody.
pub(crate) const ACTORS: [&str; 10] =
    ["alpha", "beta", "gamma", "army", "ministry", "legion", "band", "unit", "witness", "outlet"];
pub(crate) const PLACES: [&str; 6] = ["land", "sea", "province", "town", "strip", "hamlet"];
const STATEMENTS: usize = 3;

/// A choice from a list.
pub(crate) type Pick = u8;

fn pick<'l>(list: &[&'l str], pick: Pick) -> &'l str {
    list[usize::from(pick) % list.len()]
}

/// Some time within: hours after the first of March, and minutes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) hour: i64,
    pub(crate) minutes: i64,
}

/// One list entry of a selection: which list, which node; node 0 is `*`.
type Entry = (u8, Pick);

/// A hierarchy's selection; without entries there is none.
type Chosen = Vec<Entry>;

#[derive(Debug, Clone)]
pub(crate) enum Start {
    Missing,
    Immediately,
    At(When),
}

#[derive(Debug, Clone)]
pub(crate) enum End {
    Open,
    At(When),
    Days(i32, u8),
}

#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) by: Pick,
    pub(crate) stated: When,
    pub(crate) document: Pick,
    pub(crate) supersedes: Option<Pick>,
    pub(crate) operative: u8,
    pub(crate) attempts: u8,
    pub(crate) exceptions: Vec<Pick>,
    pub(crate) actors: Chosen,
    pub(crate) against: Chosen,
    pub(crate) acts: Chosen,
    pub(crate) objects: Chosen,
    pub(crate) places: Chosen,
    pub(crate) weapons: Chosen,
    pub(crate) start: Start,
    pub(crate) end: End,
    pub(crate) zone: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thing {
    pub(crate) object: Option<Pick>,
    pub(crate) effect: Option<Pick>,
    pub(crate) weapon: Option<Pick>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) when: Option<When>,
    pub(crate) author: Option<Pick>,
    pub(crate) against: Option<Pick>,
    pub(crate) place: Option<Pick>,
    pub(crate) act: Option<Pick>,
    pub(crate) things: Vec<Thing>,
    pub(crate) ground: Option<Pick>,
}

#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) incident: Pick,
    pub(crate) claimant: Pick,
    pub(crate) statement: Option<Pick>,
    pub(crate) facts: Option<Facts>,
    pub(crate) denies: Vec<Pick>,
    pub(crate) alleges: bool,
    pub(crate) document: Pick,
}

#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) incident: Pick,
    pub(crate) status: u8,
    pub(crate) facts: Option<Facts>,
    pub(crate) denies: Vec<Pick>,
    pub(crate) document: Pick,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) kind: u8,
    pub(crate) subject: Pick,
    pub(crate) object: Pick,
}

/// What happens to a record after everything else.
#[derive(Debug, Clone)]
pub(crate) enum Later {
    Retract(u8, Pick),
    Correct(Pick, Facts, Pick),
    Move(bool),
}

/// A dossier.
#[derive(Debug, Clone)]
pub(crate) struct Small {
    /// When each document was published; none: never.
    pub(crate) documents: Vec<Option<When>>,
    pub(crate) readings: Vec<Reading>,
    pub(crate) abouts: Vec<Option<When>>,
    pub(crate) reports: Vec<Report>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) links: Vec<Link>,
    pub(crate) later: Vec<Later>,
}

fn when() -> impl Strategy<Value = When> {
    let hour = prop_oneof![3 => 0i64..48, 2 => (0i64..40).prop_map(|day| day * 24), 1 => -200i64..1000];
    let minutes = prop_oneof![3 => Just(1i64), 2 => Just(60), 1 => Just(1440), 1 => Just(14_400)];
    (hour, minutes).prop_map(|(hour, minutes)| When { hour, minutes })
}

fn chosen(often: u32) -> impl Strategy<Value = Chosen> {
    prop_oneof![10 - often => Just(Vec::new()), often => vec((0u8..3, any::<Pick>()), 1..4)]
}

pub(crate) fn facts() -> impl Strategy<Value = Facts> {
    let thing =
        (option::weighted(0.85, any::<Pick>()), option::weighted(0.8, 0u8..6), option::weighted(0.4, any::<Pick>()))
            .prop_map(|(object, effect, weapon)| Thing { object, effect, weapon });
    (
        option::weighted(0.85, when()),
        option::weighted(0.85, any::<Pick>()),
        option::weighted(0.3, any::<Pick>()),
        option::weighted(0.4, any::<Pick>()),
        option::weighted(0.4, any::<Pick>()),
        prop_oneof![1 => Just(Vec::new()), 5 => vec(thing, 1..3)],
        option::weighted(0.2, any::<Pick>()),
    )
        .prop_map(|(when, author, against, place, act, things, ground)| Facts {
            when,
            author,
            against,
            place,
            act,
            things,
            ground,
        })
}

fn reading() -> impl Strategy<Value = Reading> {
    let start = prop_oneof![
        1 => Just(Start::Missing),
        1 => Just(Start::Immediately),
        6 => when().prop_map(Start::At),
        6 => Just(Start::At(When { hour: -300, minutes: 0 })),
    ];
    let end = prop_oneof![4 => Just(End::Open), 1 => when().prop_map(End::At), 2 => (1i32..60, 0u8..4).prop_map(|(d, r)| End::Days(d, r))];
    let selections = (chosen(5), chosen(2), chosen(2), chosen(7), chosen(2), chosen(2));
    let rest = (option::weighted(0.4, any::<Pick>()), 0u8..8, 0u8..4, vec(any::<Pick>(), 0..3), 0u8..4);
    (any::<Pick>(), when(), any::<Pick>(), selections, start, end, rest).prop_map(
        |(by, stated, document, selections, start, end, rest)| {
            let (actors, against, acts, objects, places, weapons) = selections;
            let (supersedes, operative, attempts, exceptions, zone) = rest;
            Reading {
                by,
                stated,
                document,
                supersedes,
                operative,
                attempts,
                exceptions,
                actors,
                against,
                acts,
                objects,
                places,
                weapons,
                start,
                end,
                zone,
            }
        },
    )
}

fn denies() -> impl Strategy<Value = Vec<Pick>> {
    prop_oneof![5 => Just(Vec::new()), 2 => vec(0u8..4, 1..2)]
}

pub(crate) fn report() -> impl Strategy<Value = Report> {
    let who = (any::<Pick>(), any::<Pick>(), option::weighted(0.3, any::<Pick>()));
    (who, option::weighted(0.85, facts()), denies(), any::<bool>(), any::<Pick>()).prop_map(
        |((incident, claimant, statement), facts, mut denies, alleges, document)| {
            if facts.is_none() && denies.is_empty() {
                denies.push(1);
            }
            Report { incident, claimant, statement, facts, denies, alleges, document }
        },
    )
}

pub(crate) fn finding() -> impl Strategy<Value = Finding> {
    (any::<Pick>(), 0u8..6, option::weighted(0.85, facts()), denies(), any::<Pick>())
        .prop_map(|(incident, status, facts, denies, document)| Finding { incident, status, facts, denies, document })
}

pub(crate) fn link() -> impl Strategy<Value = Link> {
    (0u8..5, any::<Pick>(), any::<Pick>()).prop_map(|(kind, subject, object)| Link { kind, subject, object })
}

fn later() -> impl Strategy<Value = Later> {
    prop_oneof![
        3 => (0u8..5, any::<Pick>()).prop_map(|(what, which)| Later::Retract(what, which)),
        3 => (any::<Pick>(), facts(), any::<Pick>()).prop_map(|(which, facts, document)| Later::Correct(which, facts, document)),
        1 => any::<bool>().prop_map(Later::Move),
    ]
}

/// Any small dossier.
pub(crate) fn small() -> impl Strategy<Value = Small> {
    dossier(1..5, 1..4, 1..7)
}

/// A dossier of so many incidents and readings, which is no longer small.
pub(crate) fn small_of(incidents: usize, readings: usize, reports: Range<usize>) -> impl Strategy<Value = Small> {
    dossier(readings..readings + 1, incidents..incidents + 1, reports)
}

fn dossier(readings: Range<usize>, incidents: Range<usize>, reports: Range<usize>) -> impl Strategy<Value = Small> {
    (
        vec(option::weighted(0.85, when()), 3),
        vec(reading(), readings),
        vec(option::weighted(0.4, when()), incidents),
        vec(report(), reports),
        vec(finding(), 0..3),
        vec(link(), 0..3),
        vec(later(), 0..4),
    )
        .prop_map(|(documents, readings, abouts, reports, findings, links, later)| Small {
            documents,
            readings,
            abouts,
            reports,
            findings,
            links,
            later,
        })
}

fn instant(hour: i64, minutes: i64) -> prost_types::Timestamp {
    let first: Timestamp = "2025-03-01T00:00:00Z".parse().expect("an instant");
    let length = SignedDuration::from_mins(hour * 60 + minutes);
    armistice::wire::instant::write(first.checked_add(length).expect("near"))
}

fn span(when: When) -> pb::TimeSpan {
    let (earliest, latest) = (Some(instant(when.hour, 0)), Some(instant(when.hour, when.minutes)));
    pb::TimeSpan { earliest, latest, ..pb::TimeSpan::default() }
}

fn bound(when: When) -> pb::Bound {
    pb::Bound {
        earliest: Some(instant(when.hour, 0)),
        // A minute's span stands for a settled instant.
        latest: Some(instant(when.hour, if when.minutes == 1 { 0 } else { when.minutes })),
        local: String::new(),
    }
}

pub(crate) fn actor(of: Pick) -> String {
    format!("actors/{}", pick(&ACTORS, of))
}

fn place(of: Pick) -> String {
    format!("places/{}", pick(&PLACES, of))
}

fn cite(document: Pick, of: usize) -> Vec<pb::Citation> {
    vec![pb::Citation { document: format!("documents/d{}", usize::from(document) % of), ..pb::Citation::default() }]
}

fn record(name: String, citations: Vec<pb::Citation>, kind: Kind) -> pb::Record {
    pb::Record { name, citations, kind: Some(kind), ..pb::Record::default() }
}

fn selection(entries: &[Entry], prefix: &str, list: &[&str]) -> Option<pb::Selection> {
    let mut selection = pb::Selection::default();
    for (kind, node) in entries {
        let at = usize::from(*node) % (list.len() + 1);
        let node = if at == 0 { "*".to_owned() } else { format!("{prefix}{}", list[at - 1]) };
        match kind {
            0 => selection.include.push(node),
            1 => selection.exclude.push(node),
            _ => selection.unclear.push(node),
        }
    }
    (!entries.is_empty()).then_some(selection)
}

impl Facts {
    fn wire(&self) -> pb::Facts {
        let things = self.things.iter().map(|thing| pb::Struck {
            object: thing.object.map_or(String::new(), |o| pick(&OBJECTS, o).to_owned()),
            // Hits are common.
            effect: thing.effect.map_or(0, |e| [1, 1, 1, 2, 3, 4][usize::from(e) % 6]),
            weapon: thing.weapon.map_or(String::new(), |w| pick(&WEAPONS, w).to_owned()),
            ..pb::Struck::default()
        });
        pb::Facts {
            occurred: self.when.map(span),
            place: self.place.map_or(String::new(), place),
            act: self.act.map_or(String::new(), |a| pick(&ACTS, a).to_owned()),
            attributed_to: self.author.map_or(String::new(), actor),
            against: self.against.map_or(String::new(), actor),
            struck: things.collect(),
            ground: self.ground.map_or(String::new(), |g| pick(&GROUNDS, g).to_owned()),
            ..pb::Facts::default()
        }
    }
}

impl Reading {
    pub(crate) fn wire(&self, instrument: String, supersedes: String) -> pb::Reading {
        let rule = |rule: u8, days: i32| match rule {
            // A calendar month is counted only in thirties.
            3 if days % 30 != 0 => 0,
            rule => i32::from(rule),
        };
        let (end, length) = match self.end {
            End::Open => (None, None),
            End::At(when) => (Some(bound(when)), None),
            End::Days(days, counted) => (None, Some(pb::TermLength { days, rule: rule(counted, days) })),
        };
        let zones = ["UTC", "Europe/Kyiv", "Africa/Cairo", "America/New_York"];
        let window = pb::Window {
            start: if let Start::At(when) = self.start { Some(bound(when)) } else { None },
            start_immediately: matches!(self.start, Start::Immediately),
            end,
            length,
            time_zone: zones[usize::from(self.zone) % 4].to_owned(),
        };
        pb::Reading {
            term: "terms/t".to_owned(),
            held_by: actor(self.by),
            instrument,
            supersedes,
            operative: [0, 0, 0, 0, 0, 1, 2, 3][usize::from(self.operative) % 8],
            attempts: i32::from(self.attempts % 4),
            exceptions: self.exceptions.iter().map(|g| pick(&GROUNDS, *g).to_owned()).collect(),
            actors: selection(&self.actors, "actors/", &ACTORS),
            against: selection(&self.against, "actors/", &ACTORS),
            acts: selection(&self.acts, "", &ACTS),
            objects: selection(&self.objects, "", &OBJECTS),
            places: selection(&self.places, "places/", &PLACES),
            weapons: selection(&self.weapons, "", &WEAPONS),
            window: Some(window),
            ..pb::Reading::default()
        }
    }
}

impl Small {
    /// The name of the incident that a choice means.
    pub(crate) fn incident(&self, of: Pick) -> String {
        format!("incidents/x{}", usize::from(of) % self.abouts.len())
    }

    fn cite(&self, document: Pick) -> Vec<pb::Citation> {
        cite(document, self.documents.len())
    }

    /// The names of the readings.
    pub(crate) fn readings(&self) -> Vec<String> {
        (0..self.readings.len()).map(|i| format!("readings/r{i}")).collect()
    }

    /// The stage: documents, who is who, where is where, what was said, readings and incidents.
    pub(crate) fn stage(&self) -> Vec<pb::Record> {
        let mut records = Vec::new();
        for (i, published) in self.documents.iter().enumerate() {
            let document =
                pb::Document { title: "a document".to_owned(), published: published.map(span), ..Default::default() };
            records.push(record(format!("documents/d{i}"), Vec::new(), Kind::Document(document)));
        }
        // In the order of ACTORS; whoever is above comes first.
        let affiliations: [(pb::ActorType, &[&str]); 10] = [
            (pb::ActorType::State, &[]),
            (pb::ActorType::State, &[]),
            (pb::ActorType::State, &[]),
            (pb::ActorType::ArmedGroup, &["actors/beta"]),
            (pb::ActorType::Organization, &["actors/alpha"]),
            (pb::ActorType::ArmedGroup, &["actors/beta", "actors/gamma"]),
            (pb::ActorType::ArmedGroup, &[]),
            (pb::ActorType::ArmedGroup, &["actors/band"]),
            (pb::ActorType::Person, &[]),
            (pb::ActorType::Outlet, &[]),
        ];
        for (name, (kind, above)) in ACTORS.iter().zip(affiliations) {
            records.push(person(name, kind, above));
        }
        let within: [(pb::PlaceType, &[&str]); 6] = [
            (pb::PlaceType::Country, &[]),
            (pb::PlaceType::Country, &[]),
            (pb::PlaceType::Region, &["places/land"]),
            (pb::PlaceType::Settlement, &["places/province"]),
            (pb::PlaceType::Area, &["places/land", "places/sea"]),
            (pb::PlaceType::Settlement, &[]),
        ];
        for (name, (kind, above)) in PLACES.iter().zip(within) {
            let place = pb::Place {
                display_name: (*name).to_owned(),
                r#type: kind.into(),
                within: above.iter().map(|a| (*a).to_owned()).collect(),
                ..pb::Place::default()
            };
            records.push(record(format!("places/{name}"), Vec::new(), Kind::Place(place)));
        }
        let term = pb::Term {
            display_name: "a term".to_owned(),
            r#type: pb::TermType::Prohibition.into(),
            ..pb::Term::default()
        };
        records.push(record("terms/t".to_owned(), Vec::new(), Kind::Term(term)));
        for i in 0..STATEMENTS {
            let statement = pb::Statement { summary: "said".to_owned(), ..pb::Statement::default() };
            records.push(record(format!("statements/s{i}"), self.cite(0), Kind::Statement(statement)));
        }
        for (i, reading) in self.readings.iter().enumerate() {
            let instrument = pb::Instrument {
                display_name: "a text".to_owned(),
                r#type: pb::InstrumentType::UnilateralStatement.into(),
                stated: Some(span(reading.stated)),
                ..pb::Instrument::default()
            };
            records.push(record(
                format!("instruments/i{i}"),
                self.cite(reading.document),
                Kind::Instrument(instrument),
            ));
            // A reading supersedes one of its own holder, recorded before it.
            let same_holder: Vec<usize> = (0..i).filter(|&j| actor(self.readings[j].by) == actor(reading.by)).collect();
            let supersedes = match reading.supersedes {
                Some(which) if !same_holder.is_empty() => {
                    format!("readings/r{}", same_holder[usize::from(which) % same_holder.len()])
                }
                _ => String::new(),
            };
            let body = reading.wire(format!("instruments/i{i}"), supersedes);
            records.push(record(format!("readings/r{i}"), self.cite(reading.document), Kind::Reading(body)));
        }
        for (i, about) in self.abouts.iter().enumerate() {
            let incident = pb::Incident { display_name: format!("X{i}"), about: about.map(span), ..Default::default() };
            records.push(record(format!("incidents/x{i}"), Vec::new(), Kind::Incident(incident)));
        }
        records
    }

    /// What is said and found, each of it independent of the rest.
    pub(crate) fn evidence(&self) -> Vec<pb::Record> {
        let mut records = Vec::new();
        for i in 0..self.reports.len() {
            records.push(self.report(i));
        }
        for (i, finding) in self.findings.iter().enumerate() {
            let body = pb::Finding {
                incident: self.incident(finding.incident),
                // Verified ones are common.
                status: [2, 2, 2, 2, 1, 3][usize::from(finding.status) % 6],
                facts: finding.facts.as_ref().map(Facts::wire),
                denies: propositions(&finding.denies),
                rationale: "seen".to_owned(),
                ..pb::Finding::default()
            };
            records.push(record(format!("findings/f{i}"), self.cite(finding.document), Kind::Finding(body)));
        }
        for (i, link) in self.links.iter().enumerate() {
            let (kind, [subject, object]) = self.link(*link);
            if subject != object {
                let body = pb::Link { r#type: kind.into(), subject, object, ..pb::Link::default() };
                records.push(record(format!("links/l{i}"), Vec::new(), Kind::Link(body)));
            }
        }
        records
    }

    /// What a link is, and what it joins.
    pub(crate) fn link(&self, link: Link) -> (pb::LinkType, [String; 2]) {
        let statement = |of: Pick| format!("statements/s{}", usize::from(of) % STATEMENTS);
        let kind = [
            pb::LinkType::SameEvent,
            pb::LinkType::PartOf,
            pb::LinkType::SameStatement,
            pb::LinkType::SameSite,
            pb::LinkType::SecondStrike,
        ][usize::from(link.kind) % 5];
        let name = |of: Pick| if kind == pb::LinkType::SameStatement { statement(of) } else { self.incident(of) };
        (kind, [name(link.subject), name(link.object)])
    }

    /// The report with a number.
    pub(crate) fn report(&self, i: usize) -> pb::Record {
        let report = &self.reports[i];
        let body = pb::Report {
            incident: self.incident(report.incident),
            claimant: actor(report.claimant),
            statement: report
                .statement
                .map_or(String::new(), |s| format!("statements/s{}", usize::from(s) % STATEMENTS)),
            facts: report.facts.as_ref().map(Facts::wire),
            denies: propositions(&report.denies),
            alleges_breach_of: if report.alleges { vec!["terms/t".to_owned()] } else { Vec::new() },
        };
        record(format!("reports/p{i}"), self.cite(report.document), Kind::Report(body))
    }

    /// What happens afterwards, each a batch of its own.
    pub(crate) fn afterwards(&self) -> Vec<pb::Record> {
        let mut records = Vec::new();
        for later in &self.later {
            let mut next = match later {
                Later::Retract(what, which) => {
                    let which = usize::from(*which);
                    let name = match what {
                        0 => format!("reports/p{}", which % self.reports.len()),
                        1 => format!("readings/r{}", which % self.readings.len()),
                        2 => format!("incidents/x{}", which % self.abouts.len()),
                        3 if !self.findings.is_empty() => format!("findings/f{}", which % self.findings.len()),
                        _ => format!("documents/d{}", which % self.documents.len()),
                    };
                    pb::Record { name, retracted: true, ..pb::Record::default() }
                }
                Later::Correct(which, facts, document) => {
                    let which = usize::from(*which) % self.reports.len();
                    let mut record = self.report(which);
                    if let Some(Kind::Report(report)) = &mut record.kind {
                        report.facts = Some(facts.wire());
                    }
                    // What is withdrawn cannot be newly cited.
                    let withdrawn = records.iter().any(|r: &pb::Record| r.name.starts_with("documents/"));
                    if !withdrawn {
                        record.citations.extend(self.cite(*document));
                    }
                    record
                }
                Later::Move(placed) => {
                    let above: &[&str] = if *placed { &["actors/alpha"] } else { &[] };
                    person("band", pb::ActorType::ArmedGroup, above)
                }
            };
            "later".clone_into(&mut next.reason);
            records.push(next);
        }
        records
    }
}

fn propositions(denies: &[Pick]) -> Vec<i32> {
    denies.iter().map(|p| i32::from(p % 4) + 1).collect()
}

fn person(name: &str, kind: pb::ActorType, above: &[&str]) -> pb::Record {
    let actor = pb::Actor {
        display_name: "somebody".to_owned(),
        r#type: kind.into(),
        affiliations: above.iter().map(|a| (*a).to_owned()).collect(),
        ..pb::Actor::default()
    };
    record(format!("actors/{name}"), Vec::new(), Kind::Actor(actor))
}
