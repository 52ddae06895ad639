//! Obligations: what is done stays done, nothing is overdue before its time, both parties are treated alike, and who reads the record
//! again finds the same.

use std::collections::BTreeSet;

use armistice::wire::pb;
use jiff::{SignedDuration, Timestamp};
use pb::ObligationState;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::neutrality::exchange;
use crate::support::ask::{Answers, set};
use crate::support::from_json;
use crate::support::room::Room;
use crate::{PARENT, room, try_law};

/// Two states that the law of neutrality exchanges, those who act for them, a third, and one of nobody's.
const ACTORS: [&str; 6] = ["alpha", "beta", "army", "ministry", "gamma", "stray"];
const PLACES: [&str; 3] = ["land", "town", "sea"];
const STATUSES: [&str; 5] = ["HELD", "UNDER_WAY", "PLANNED", "MOOTED", "CANCELLED"];
const TYPES: [&str; 2] = ["TALKS", "CALL"];
const CATEGORIES: [&str; 2] = ["PRISONER_OF_WAR", "WOUNDED"];
const MOVES: [&str; 5] = ["UNDERTAKES", "CONTINUES", "REFUSES", "WITHDRAWS", "DELIVERS"];
/// Hours after the first of March in which everything happens.
const HOURS: i64 = 48;

type Pick = u8;

fn pick<'l>(list: &[&'l str], pick: Pick) -> &'l str {
    list[usize::from(pick) % list.len()]
}

/// Hours from and to, the second at least one later.
type When = (i64, i64);

#[derive(Debug, Clone)]
enum Duty {
    Contact(Option<Pick>, Vec<Pick>),
    Exchange(Option<Pick>, Option<Pick>, Option<Pick>, Option<i32>),
    Pledge(Option<Pick>, Vec<Pick>),
}

#[derive(Debug, Clone)]
struct Reading {
    duties: Vec<Duty>,
    operative: Pick,
    actors: Option<Pick>,
    place: Option<Pick>,
    start: Option<When>,
    end: Option<When>,
}

#[derive(Debug, Clone)]
struct Transfer {
    by: Pick,
    from: Option<Pick>,
    to: Option<Pick>,
    category: Option<Pick>,
    confirmed: bool,
    count: i32,
}

#[derive(Debug, Clone)]
enum Done {
    Contact { status: Pick, contact_type: Pick, with: Vec<Pick>, place: Option<Pick>, began: Option<When> },
    Exchange { transfers: Vec<Transfer>, place: Option<Pick>, held: Option<When> },
    Pledge { by: Pick, to: Vec<Pick>, moved: Pick, stated: Option<When> },
}

#[derive(Debug, Clone)]
struct Dossier {
    readings: Vec<Reading>,
    done: Vec<Done>,
    /// Pairs of what was done that are linked as the same event, where they are of one kind.
    same: Vec<(Pick, Pick)>,
    retracted: Vec<Pick>,
}

fn when() -> impl Strategy<Value = When> {
    (0..HOURS, 1..12_i64).prop_map(|(from, hours)| (from, from + hours))
}

fn duty() -> impl Strategy<Value = Duty> {
    let some = || option::of(any::<Pick>());
    prop_oneof![
        (some(), vec(any::<Pick>(), 0..3)).prop_map(|(of, with)| Duty::Contact(of, with)),
        (some(), some(), some(), option::of(0..30_i32)).prop_map(|(from, to, of, n)| Duty::Exchange(from, to, of, n)),
        (some(), vec(any::<Pick>(), 0..2)).prop_map(|(moved, to)| Duty::Pledge(moved, to)),
    ]
}

fn reading() -> impl Strategy<Value = Reading> {
    let some = || option::of(any::<Pick>());
    let sides = (option::of(when()), option::of(when()));
    (vec(duty(), 0..3), any::<Pick>(), some(), some(), sides).prop_map(
        |(duties, operative, actors, place, (start, end))| Reading { duties, operative, actors, place, start, end },
    )
}

fn transfer() -> impl Strategy<Value = Transfer> {
    let some = || option::of(any::<Pick>());
    (any::<Pick>(), some(), some(), some(), any::<bool>(), 0..30_i32)
        .prop_map(|(by, from, to, category, confirmed, count)| Transfer { by, from, to, category, confirmed, count })
}

fn done() -> impl Strategy<Value = Done> {
    let some = || option::of(any::<Pick>());
    let several = || vec(any::<Pick>(), 0..4);
    prop_oneof![
        (any::<Pick>(), any::<Pick>(), several(), some(), option::of(when())).prop_map(
            |(status, contact_type, with, place, began)| Done::Contact { status, contact_type, with, place, began }
        ),
        (vec(transfer(), 1..5), some(), option::of(when())).prop_map(|(transfers, place, held)| Done::Exchange {
            transfers,
            place,
            held
        }),
        (any::<Pick>(), several(), any::<Pick>(), option::of(when()))
            .prop_map(|(by, to, moved, stated)| Done::Pledge { by, to, moved, stated }),
    ]
}

fn dossier() -> impl Strategy<Value = Dossier> {
    let pairs = vec((any::<Pick>(), any::<Pick>()), 0..3);
    (vec(reading(), 1..4), vec(done(), 0..7), pairs, vec(any::<Pick>(), 0..2))
        .prop_map(|(readings, done, same, retracted)| Dossier { readings, done, same, retracted })
}

fn hour(hours: i64) -> Timestamp {
    let first: Timestamp = "2025-03-01T00:00:00Z".parse().expect("an instant");
    first.checked_add(SignedDuration::from_hours(hours)).expect("the year is far from its end")
}

fn span(when: Option<When>) -> Value {
    when.map_or(Value::Null, |(from, to)| json!({ "earliest": hour(from).to_string(), "latest": hour(to).to_string() }))
}

fn actor(of: Pick) -> String {
    format!("actors/{}", pick(&ACTORS, of))
}

fn actors(of: &[Pick]) -> Vec<String> {
    of.iter().map(|p| actor(*p)).collect()
}

fn optional(of: Option<Pick>) -> String {
    of.map_or_else(String::new, actor)
}

fn choice(prefix: &str, list: &[&str], of: Option<Pick>) -> Value {
    of.map_or(json!(0), |of| json!(format!("{prefix}_{}", pick(list, of))))
}

fn record(mut body: Value) -> pb::Record {
    body["citations"] = json!([{ "document": "documents/paper" }]);
    from_json("Record", &body).unwrap_or_else(|fault| panic!("{body}: {fault}"))
}

fn stage() -> Vec<pb::Record> {
    let mut all: Vec<Value> = Vec::new();
    all.push(
        json!({ "name": "documents/paper", "document": { "title": "P", "published": { "local": "2025-03-01" } } }),
    );
    for (id, of) in
        [("alpha", None), ("beta", None), ("gamma", None), ("army", Some("alpha")), ("ministry", Some("beta"))]
    {
        let of: Vec<String> = of.iter().map(|of| format!("actors/{of}")).collect();
        let body = json!({ "displayName": id, "type": "ACTOR_TYPE_STATE", "affiliations": of });
        all.push(json!({ "name": format!("actors/{id}"), "actor": body }));
    }
    all.push(json!({ "name": "actors/stray", "actor": { "displayName": "S", "type": "ACTOR_TYPE_PERSON" } }));
    for (id, within) in [("land", None), ("sea", None), ("town", Some("places/land"))] {
        let within: Vec<&str> = within.into_iter().collect();
        let body = json!({ "displayName": id, "type": "PLACE_TYPE_COUNTRY", "within": within });
        all.push(json!({ "name": format!("places/{id}"), "place": body }));
    }
    all.push(json!({ "name": "terms/owed", "term": { "displayName": "T", "type": "TERM_TYPE_OBLIGATION" } }));
    let stated = json!({ "local": "2025-03-01" });
    all.push(json!({ "name": "instruments/text", "instrument":
        { "displayName": "T", "type": "INSTRUMENT_TYPE_AGREED_TEXT", "stated": stated } }));
    all.into_iter()
        .map(|mut body| {
            let cites = body["name"].as_str().is_some_and(|name| name.starts_with("instruments/"));
            if cites {
                body["citations"] = json!([{ "document": "documents/paper" }]);
            }
            from_json("Record", &body).unwrap_or_else(|fault| panic!("{body}: {fault}"))
        })
        .collect()
}

impl Duty {
    fn body(&self) -> Value {
        match self {
            Duty::Contact(of, with) => {
                json!({ "contact": { "type": choice("CONTACT_TYPE", &TYPES, *of), "participants": actors(with) } })
            }
            Duty::Exchange(from, to, category, at_least) => json!({ "exchange": {
                "from": optional(*from), "to": optional(*to),
                "category": choice("PERSON_CATEGORY", &CATEGORIES, *category), "atLeast": at_least,
            } }),
            Duty::Pledge(moved, to) => {
                json!({ "pledge": { "move": choice("PLEDGE_MOVE", &MOVES, *moved), "to": actors(to) } })
            }
        }
    }
}

impl Reading {
    fn record(&self, number: usize) -> pb::Record {
        let include = |names: Vec<String>| json!({ "include": names });
        let operative = ["YES", "YES", "NO", "UNCLEAR"][usize::from(self.operative) % 4];
        let body = json!({
            "term": "terms/owed", "heldBy": "actors/gamma", "instrument": "instruments/text",
            "operative": format!("TRISTATE_{operative}"),
            "actors": self.actors.map_or(Value::Null, |of| include(vec![actor(of)])),
            "places": self.place.map_or(Value::Null, |of| include(vec![format!("places/{}", pick(&PLACES, of))])),
            "window": {
                "start": self.start.map_or(json!({ "earliest": hour(0).to_string(), "latest": hour(0).to_string() }),
                    |start| span(Some(start))),
                "end": span(self.end),
            },
            "duties": self.duties.iter().map(Duty::body).collect::<Vec<_>>(),
        });
        record(json!({ "name": format!("readings/r{number}"), "reading": body }))
    }
}

impl Done {
    fn name(&self, number: usize) -> String {
        let collection = match self {
            Done::Contact { .. } => "contacts",
            Done::Exchange { .. } => "exchanges",
            Done::Pledge { .. } => "pledges",
        };
        format!("{collection}/d{number}")
    }

    fn record(&self, number: usize) -> pb::Record {
        let name = self.name(number);
        let place = |of: Option<Pick>| of.map_or_else(String::new, |of| format!("places/{}", pick(&PLACES, of)));
        record(match self {
            Done::Contact { status, contact_type, with, place: at, began } => {
                let with: Vec<Value> = actors(with).into_iter().map(|actor| json!({ "actor": actor })).collect();
                json!({ "name": name, "contact": {
                    "displayName": "C", "type": choice("CONTACT_TYPE", &TYPES, Some(*contact_type)),
                    "status": choice("CONTACT_STATUS", &STATUSES, Some(*status)), "participants": with,
                    "place": place(*at), "began": span(*began),
                } })
            }
            Done::Exchange { transfers, place: at, held } => {
                let transfer = |t: &Transfer| {
                    json!({
                        "from": optional(t.from), "to": optional(t.to), "statedBy": actor(t.by), "count": t.count,
                        "category": choice("PERSON_CATEGORY", &CATEGORIES, t.category),
                        "stage": format!("TRANSFER_STAGE_{}", if t.confirmed { "CONFIRMED" } else { "ANNOUNCED" }),
                    })
                };
                let transfers: Vec<Value> = transfers.iter().map(transfer).collect();
                json!({ "name": name, "exchange":
                    { "displayName": "E", "transfers": transfers, "place": place(*at), "held": span(*held) } })
            }
            Done::Pledge { by, to, moved, stated } => json!({ "name": name, "pledge": {
                "by": actor(*by), "to": actors(to), "type": "PLEDGE_TYPE_AID", "description": "A",
                "move": choice("PLEDGE_MOVE", &MOVES, Some(*moved)), "stated": span(*stated),
            } }),
        })
    }
}

impl Dossier {
    fn batches(&self) -> Vec<Vec<pb::Record>> {
        let mut first = stage();
        first.extend(self.readings.iter().enumerate().map(|(i, reading)| reading.record(i)));
        first.extend(self.done.iter().enumerate().map(|(i, done)| done.record(i)));
        let name = |at: Pick| {
            let index = usize::from(at) % self.done.len().max(1);
            self.done.get(index).map(|done| done.name(index))
        };
        let mut links = BTreeSet::new();
        for (a, b) in &self.same {
            let (Some(a), Some(b)) = (name(*a), name(*b)) else { continue };
            let kind = |name: &str| name.split('/').next().map(str::to_owned);
            if a != b && kind(&a) == kind(&b) && !a.starts_with("pledges/") && links.insert((a.clone(), b.clone())) {
                let link = json!({ "name": format!("links/l{}", links.len()), "link":
                    { "type": "LINK_TYPE_SAME_EVENT", "subject": a, "object": b } });
                first.push(from_json("Record", &link).expect("a link"));
            }
        }
        let retracted: BTreeSet<String> = self.retracted.iter().filter_map(|at| name(*at)).collect();
        let retract =
            |name: String| pb::Record { name, reason: "R.".to_owned(), retracted: true, ..Default::default() };
        [vec![first], retracted.into_iter().map(|name| vec![retract(name)]).collect()].concat()
    }
}

fn ask(room: &Room, as_of: Timestamp) -> pb::AssessObligationsResponse {
    let time = prost_types::Timestamp { seconds: as_of.as_second(), nanos: as_of.subsec_nanosecond() };
    let request = pb::AssessObligationsRequest {
        parent: PARENT.to_owned(),
        readings: set(pb::ReadingSet::All),
        as_of_time: Some(time),
        ..Default::default()
    };
    room.obligations(request).expect("judged")
}

#[test]
fn what_is_done_stays_done_and_what_is_late_stays_late_as_time_goes_by() {
    try_law("what is done stays done", dossier(), |dossier| {
        let room = room(dossier.batches());
        let mut before: Vec<ObligationState> = vec![ObligationState::Unspecified; dossier.readings.len()];
        for hours in (0..HOURS + 14).step_by(3) {
            let answer = ask(&room, hour(hours));
            prop_assert_eq!(answer.obligations.len(), before.len());
            for (state, found) in before.iter_mut().zip(&answer.obligations) {
                if matches!(state, ObligationState::Fulfilled | ObligationState::Overdue) {
                    prop_assert_eq!(*state, found.state(), "{} at hour {}", found.reading, hours);
                }
                let earliest = found.deadline.as_ref().and_then(|bound| bound.earliest.as_ref());
                let is_due = earliest.is_some_and(|t| t.seconds < hour(hours).as_second());
                let waits = matches!(found.state(), ObligationState::Pending | ObligationState::Fulfilled);
                prop_assert!(is_due || waits, "{} at hour {}: {:?}", found.reading, hours, found.state());
                prop_assert!(!is_due || found.state() != ObligationState::Pending, "{}", found.reading);
                *state = found.state();
            }
        }
        Ok(())
    });
}

#[test]
fn a_state_follows_from_its_duties_and_a_duty_from_its_records() {
    try_law("a state follows from its duties", (dossier(), 0..HOURS), |(dossier, hours)| {
        let answer = ask(&room(dossier.batches()), hour(hours));
        for found in &answer.obligations {
            let all = |truth: pb::Truth| found.duties.iter().all(|duty| duty.truth() == truth);
            let is_done = !found.duties.is_empty() && all(pb::Truth::Yes);
            prop_assert_eq!(is_done, found.state() == ObligationState::Fulfilled);
            if found.state() == ObligationState::Overdue {
                prop_assert!(found.duties.iter().any(|duty| duty.truth() == pb::Truth::No));
                prop_assert_eq!(found.elements[0].truth(), pb::Truth::Yes);
            }
            for duty in &found.duties {
                let truth = match (duty.fulfilled_by.is_empty(), duty.possible.is_empty()) {
                    (false, _) => pb::Truth::Yes,
                    (true, false) => pb::Truth::Unknown,
                    (true, true) => pb::Truth::No,
                };
                prop_assert_eq!(truth, duty.truth(), "{:?}", duty);
                prop_assert!(!duty.elements.is_empty());
                let least = duty.elements.iter().map(|e| e.truth()).max_by_key(|t| *t as i32);
                prop_assert_eq!(least, Some(duty.truth()), "the best record is as true as its duty: {:?}", duty);
                let named = [&duty.fulfilled_by, &duty.possible, &duty.late];
                let names: Vec<&str> = named.into_iter().flatten().map(|r| r.name.as_str()).collect();
                prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "each stands once");
            }
        }
        Ok(())
    });
}

#[test]
fn exchanging_two_parties_exchanges_what_is_owed_and_who_reads_again_finds_the_same() {
    try_law("obligations are neutral", (dossier(), 0..HOURS), |(dossier, hours)| {
        let ours = room(dossier.batches());
        let answer = ask(&ours, hour(hours));
        prop_assert_eq!(&answer, &ask(&ours.replayed(), hour(hours)));
        let theirs =
            dossier.batches().into_iter().map(|batch| batch.iter().map(|record| exchange("Record", record)).collect());
        prop_assert_eq!(exchange("AssessObligationsResponse", &answer), ask(&room(theirs), hour(hours)));
        Ok(())
    });
}
