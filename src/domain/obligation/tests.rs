//! Truth tables: what fits a duty, by status, parties, place and time; how sides' counts add up; which state follows.

use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::domain::name::{Collection, Id, RecordName};
use crate::domain::reading::Clause;
use crate::domain::record::{Classification, Known};
use crate::domain::selection::{Listed, Selection};
use crate::domain::texts::Participant;
use crate::domain::time::{Bound, Zone};
use crate::domain::undertakings::{Exchange, PersonCategory, Transfer, TransferStage};
use crate::domain::window::{End, Start, Window};

fn id(text: &str) -> Id {
    Id::parse(text).expect("an identifier")
}

fn actor(text: &str) -> ActorName {
    ActorName::new(id(text))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn day(text: &str) -> Timestamp {
    at(&format!("2025-03-{text}T00:00:00Z"))
}

/// North with its ministry and envoy, south with its army, a mediator, a person of nobody's; a land with a town, and a sea.
fn world() -> World {
    let mut world = World::default();
    for (child, parent) in [("ministry", "north"), ("envoy", "ministry"), ("army", "south")] {
        let (child, parent) = (world.actors.node(&Arc::from(child)), world.actors.node(&Arc::from(parent)));
        assert!(world.actors.edge(child, parent));
    }
    world.actors.node(&Arc::from("mediator"));
    let stray = world.actors.node(&Arc::from("stray"));
    world.actors.set_unplaced(stray, true);
    let (town, land) = (world.places.node(&Arc::from("town")), world.places.node(&Arc::from("land")));
    assert!(world.places.edge(town, land));
    world.places.node(&Arc::from("sea"));
    world
}

/// From the 10th to the 20th of March 2025, if the end is settled.
fn window(end: Option<(&str, &str)>) -> Window {
    let bound = |earliest, latest| Bound::new(day(earliest), day(latest)).expect("in order");
    let end = end.map_or(End::Open, |(earliest, latest)| End::At(bound(earliest, latest)));
    Window { start: Start::At(bound("10", "10")), end, zone: Zone::utc() }
}

fn clause(duties: Vec<Duty>) -> Clause {
    Clause {
        operative: Truth::Yes,
        attempts: Truth::Unknown,
        exceptions: Vec::new(),
        actors: None,
        against: None,
        acts: None,
        objects: None,
        places: None,
        weapons: None,
        window: window(Some(("20", "20"))),
        duties,
    }
}

fn include(key: &str) -> Option<Selection> {
    Some(Selection { include: vec![Listed::Node(Arc::from(key))], ..Selection::default() })
}

fn account(collection: Collection, name: &str, position: u64, body: Body) -> Account {
    let name = RecordName { collection, id: id(name) };
    let source = RecordRef { name: name.clone(), position };
    let revision = Revision {
        name,
        position,
        record_time: day("01"),
        known: Known::Always,
        recorded_by: String::new(),
        reason: String::new(),
        retracted: false,
        classification: Classification::Public,
        citations: Vec::new(),
        references: Vec::new(),
        body,
    };
    Account { source, unsourced: false, revision: Arc::new(revision) }
}

fn span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once("..")?;
    Some(Span::new(day(from), day(to), Zone::utc()).expect("a span"))
}

/// A contact: status, participants set apart by commas, place, `from..to` in days; `-` is not given.
fn contact(position: u64, status: ContactStatus, who: &str, place: &str, began: &str) -> Account {
    let named = |text: &str| text.split(',').filter(|t| *t != "-").map(actor).collect::<Vec<_>>();
    let contact = Contact {
        display_name: "Talks".to_owned(),
        contact_type: ContactType::Talks,
        status,
        participants: named(who).into_iter().map(|actor| Participant { actor, role: None }).collect(),
        planned: None,
        began: span(began),
        ended: None,
        place: (place != "-").then(|| PlaceName::new(id(place))),
        durations: Vec::new(),
        purpose: String::new(),
        part_of: None,
        about: Vec::new(),
    };
    account(Collection::Contacts, &format!("c{position}"), position, Body::Contact(contact))
}

fn talks(participants: &[&str]) -> Duty {
    Duty::Contact {
        contact_type: Some(ContactType::Talks),
        participants: participants.iter().map(|p| actor(p)).collect(),
    }
}

/// Counts as lines: `speaker [announced] FROM>TO CATEGORY COUNT`; `-` is not given.
fn exchange(position: u64, lines: &[&str]) -> Account {
    let transfer = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (speaker, stage, rest) = match words[1] {
            "announced" => (words[0], TransferStage::Announced, &words[2..]),
            _ => (words[0], TransferStage::Confirmed, &words[1..]),
        };
        let (from, to) = rest[0].split_once('>').expect("two sides");
        let named = |text: &str| (text != "-").then(|| actor(text));
        let category = match rest[1] {
            "pow" => Some(PersonCategory::PrisonerOfWar),
            "wounded" => Some(PersonCategory::Wounded),
            _ => None,
        };
        let count = rest[2].parse().expect("a count");
        Transfer { from: named(from), to: named(to), category, stage, stated_by: actor(speaker), count }
    };
    let exchange = Exchange {
        display_name: "Exchange".to_owned(),
        held: span("12..13"),
        place: None,
        mediators: Vec::new(),
        transfers: lines.iter().map(transfer).collect(),
    };
    account(Collection::Exchanges, &format!("e{position}"), position, Body::Exchange(exchange))
}

fn handed_over(from: &str, to: &str, category: Option<PersonCategory>, at_least: Option<i32>) -> Duty {
    let named = |text: &str| (text != "-").then(|| actor(text));
    Duty::Exchange { from: named(from), to: named(to), category, at_least }
}

fn pledge(position: u64, by: &str, to: &str, pledge_type: PledgeType, pledge_move: PledgeMove) -> Account {
    let pledge = Pledge {
        by: actor(by),
        to: to.split(',').filter(|t| *t != "-").map(actor).collect(),
        pledge_type,
        pledge_move,
        firmness: None,
        description: "Aid".to_owned(),
        stated: span("12..13"),
        due: None,
        conditions: Vec::new(),
        statement: None,
    };
    account(Collection::Pledges, &format!("p{position}"), position, Body::Pledge(pledge))
}

fn judge(clause: &Clause, accounts: &[Account], as_of: Timestamp) -> Assessment {
    let world = world();
    let events: Vec<Event> = accounts.iter().map(|a| Event { accounts: vec![a.clone()] }).collect();
    assess(&Applied::new(clause, None, &world), &world, &events, as_of)
}

/// The truth of the only duty, by one record, at the end of the month.
fn truth(clause: &Clause, account: &Account) -> Truth {
    judge(clause, std::slice::from_ref(account), day("31")).duties[0].truth
}

use ContactStatus::{Cancelled, Held, Mooted, Planned, UnderWay};
use Truth::{No, Unknown, Yes};

#[test]
fn a_contact_fits_when_it_is_held_or_under_way_and_a_plan_does_not() {
    let asked = clause(vec![talks(&["north", "south"])]);
    for (status, expected) in [(Held, Yes), (UnderWay, Yes), (Planned, No), (Mooted, No), (Cancelled, No)] {
        assert_eq!(truth(&asked, &contact(1, status, "north,south", "-", "12..13")), expected, "{status:?}");
    }
    let call = Duty::Contact { contact_type: Some(ContactType::Call), participants: Vec::new() };
    assert_eq!(truth(&clause(vec![call]), &contact(1, Held, "north,south", "-", "12..13")), No);
    let any = Duty::Contact { contact_type: None, participants: Vec::new() };
    assert_eq!(truth(&clause(vec![any]), &contact(1, Held, "-", "-", "12..13")), Yes);
}

#[test]
fn whoever_acts_for_an_actor_takes_part_for_it_and_its_superior_only_may() {
    let asked = |names: &[&str]| clause(vec![talks(names)]);
    for (names, present, expected) in [
        (&["north", "south"][..], "north,south", Yes),
        (&["north", "south"], "envoy,army", Yes),
        (&["north", "south"], "north", No),
        (&["north", "south"], "north,mediator", No),
        (&["envoy"], "north", Unknown),
        (&["envoy"], "ministry", Unknown),
        (&["envoy"], "army", No),
        (&["north"], "stray", Unknown),
        (&["stray"], "stray", Yes),
        (&["north"], "-", Unknown),
        (&[], "army", Yes),
    ] {
        let found = truth(&asked(names), &contact(1, Held, present, "-", "12..13"));
        assert_eq!(found, expected, "{names:?} among {present}");
    }
}

#[test]
fn somebody_whom_the_reading_binds_must_take_part() {
    let mut asked = clause(vec![talks(&[])]);
    asked.actors = include("north");
    for (present, expected) in [("envoy,mediator", Yes), ("army,mediator", No), ("stray,army", Unknown), ("-", Unknown)]
    {
        assert_eq!(truth(&asked, &contact(1, Held, present, "-", "12..13")), expected, "{present}");
    }
    let mut asked = clause(vec![handed_over("-", "-", None, Some(10))]);
    asked.actors = include("north");
    assert_eq!(truth(&asked, &exchange(1, &["ministry ->- - 10"])), Yes, "who speaks for a side is a party");
    assert_eq!(truth(&asked, &exchange(1, &["army south>mediator pow 10"])), No);
}

#[test]
fn a_place_and_a_time_that_are_not_given_are_unknown() {
    let mut asked = clause(vec![talks(&[])]);
    asked.places = include("land");
    for (place, began, expected) in [
        ("town", "12..13", Yes),
        ("sea", "12..13", No),
        ("-", "12..13", Unknown),
        ("town", "-", Unknown),
        ("town", "09..11", Unknown),
        ("town", "08..10", No),
        ("town", "19..20", Yes),
        ("town", "19..21", Unknown),
        ("town", "20..21", No),
        ("sea", "-", No),
    ] {
        assert_eq!(truth(&asked, &contact(1, Held, "-", place, began)), expected, "{place} {began}");
    }
}

#[test]
fn a_record_fits_only_once_its_time_is_over_at_the_instant_of_judging() {
    let asked = clause(vec![talks(&[])]);
    let held = contact(1, Held, "-", "-", "12..14");
    let of = |as_of: &str| judge(&asked, std::slice::from_ref(&held), at(as_of)).duties[0].truth;
    assert_eq!(of("2025-03-12T00:00:00Z"), No);
    assert_eq!(of("2025-03-13T00:00:00Z"), Unknown);
    assert_eq!(of("2025-03-13T23:59:59Z"), Unknown);
    assert_eq!(of("2025-03-14T00:00:00Z"), Yes);
}

#[test]
fn the_state_follows_from_the_duties_the_deadline_and_the_instant() {
    use State::{Fulfilled, Overdue, Pending, Undetermined};
    let nothing: &[Account] = &[];
    let done = [contact(1, Held, "-", "-", "12..13")];
    let perhaps = [contact(1, Held, "-", "-", "-")];
    let late = [contact(1, Held, "-", "-", "22..23")];
    let mut asked = clause(vec![talks(&[])]);
    asked.window = window(Some(("15", "20")));
    for (records, states) in [
        // as of the                                       11th,      15th,      16th,         20th,         25th
        (nothing, [Pending, Pending, Undetermined, Overdue, Overdue]),
        (&done[..], [Pending, Fulfilled, Fulfilled, Fulfilled, Fulfilled]),
        (&perhaps[..], [Pending, Pending, Undetermined, Undetermined, Undetermined]),
        (&late[..], [Pending, Pending, Undetermined, Overdue, Overdue]),
    ] {
        let found = ["11", "15", "16", "20", "25"].map(|as_of| judge(&asked, records, day(as_of)).state);
        assert_eq!(found, states, "{records:?}");
    }
    assert_eq!(judge(&asked, &late, day("25")).late.len(), 1);
    assert_eq!(judge(&asked, &late, day("22")).late.len(), 0, "it has not come yet");
    assert_eq!(judge(&asked, &perhaps, day("25")).possible.len(), 1);

    asked.window = window(None);
    assert_eq!(judge(&asked, nothing, day("31")).state, Pending, "without a deadline nothing is ever overdue");
    asked.window = window(Some(("20", "20")));
    assert_eq!(judge(&asked, nothing, day("20")).state, Pending, "at a settled deadline");
    assert_eq!(judge(&asked, nothing, at("2025-03-20T00:00:01Z")).state, Overdue);

    let both = clause(vec![talks(&[]), handed_over("-", "-", None, None)]);
    assert_eq!(judge(&both, &done, day("25")).state, Overdue, "all duties are needed");
    assert_eq!(judge(&both, &[done[0].clone(), exchange(2, &["north ->- - 1"])], day("25")).state, Fulfilled);
}

#[test]
fn what_the_text_does_not_certainly_set_is_never_overdue_and_what_asks_for_nothing_never_fulfilled() {
    for operative in [No, Unknown] {
        let asked = Clause { operative, ..clause(vec![talks(&[])]) };
        assert_eq!(judge(&asked, &[], day("12")).state, State::Pending, "{operative:?}");
        let judged = judge(&asked, &[], day("25"));
        assert_eq!(judged.state, State::Undetermined, "{operative:?}");
        assert_eq!((judged.elements[0].element, judged.elements[0].truth), (Element::Operative, operative));
        let done = [contact(1, Held, "-", "-", "12..13")];
        assert_eq!(judge(&asked, &done, day("25")).state, State::Fulfilled, "{operative:?}");
    }
    let empty = clause(Vec::new());
    assert_eq!(judge(&empty, &[], day("12")).state, State::Pending);
    assert_eq!(judge(&empty, &[], day("25")).state, State::Undetermined);
}

#[test]
fn each_side_that_confirms_a_count_must_confirm_enough() {
    let asked = clause(vec![handed_over("north", "south", Some(PersonCategory::PrisonerOfWar), Some(175))]);
    for (lines, expected) in [
        (&["north north>south pow 175", "south north>south pow 175"][..], Yes),
        (&["north north>south pow 175"], Yes),
        (&["north north>south pow 175", "south north>south pow 174"], Unknown),
        (&["north north>south pow 174", "south north>south pow 170"], No),
        (&["north announced north>south pow 175"], No),
        (&["north announced north>south pow 175", "south north>south pow 175"], Yes),
        // The other direction, and other persons, are not what is asked for; who speaks of these only is silent.
        (&["north south>north pow 175"], No),
        (&["north north>south pow 175", "south south>north pow 10"], Yes),
        (&["north north>south wounded 175"], No),
        // A total may hold them, if it is large enough.
        (&["north ->- - 372"], Unknown),
        (&["north ->- - 174"], No),
        (&["north north>south - 200"], Unknown),
        (&["north ->- pow 350", "north north>south pow 175", "north south>north pow 175"], Yes),
        (&["north ->- - 372", "north south>north pow 175", "north south>north wounded 22"], Unknown),
        (&["north ->- - 372", "north south>north pow 175", "north south>north wounded 23"], No),
        (&["north ->- - 372", "north north>south pow 174"], No),
        // Whose parts come to more than its total has not said which is wrong.
        (&["north ->- - 170", "north north>south pow 175"], Unknown),
        // Of the same persons the latest count of a side holds, whoever speaks for it.
        (&["north north>south pow 100", "ministry north>south pow 175"], Yes),
        (&["ministry north>south pow 175", "north north>south pow 100"], No),
        // Who acts for a side hands over for it; parts of one side add up.
        (&["north ministry>army pow 100", "north envoy>south pow 75"], Yes),
        (&["north north>south pow 100", "north ministry>south pow 75"], No),
        (&["north north>south pow 175", "mediator north>south pow 150"], Unknown),
        (&["north stray>south pow 175"], Unknown),
    ] {
        assert_eq!(truth(&asked, &exchange(1, lines)), expected, "{lines:?}");
    }
}

#[test]
fn totals_and_parts_are_not_added_to_each_other() {
    let any = |at_least| clause(vec![handed_over("-", "-", None, at_least)]);
    let lines =
        ["north north>south pow 175", "north south>north pow 175", "north north>south wounded 22", "north ->- - 372"];
    assert_eq!(truth(&any(Some(372)), &exchange(1, &lines)), Yes);
    assert_eq!(truth(&any(Some(373)), &exchange(1, &lines)), No);
    assert_eq!(truth(&any(Some(372)), &exchange(1, &lines[..3])), Yes, "parts make a total");
    assert_eq!(truth(&any(Some(40)), &exchange(1, &["north ->- pow 30", "north north>south - 30"])), Unknown);
    assert_eq!(truth(&any(None), &exchange(1, &["north ->- - 0"])), No, "nobody was handed over");
    assert_eq!(truth(&any(Some(0)), &exchange(1, &["north ->- - 0"])), Yes);
    assert_eq!(truth(&any(None), &exchange(1, &["north announced ->- - 5"])), No);
    let wounded = clause(vec![handed_over("north", "south", Some(PersonCategory::Wounded), Some(23))]);
    assert_eq!(truth(&wounded, &exchange(1, &lines)), No, "the total holds others");
    let pow = clause(vec![handed_over("-", "-", Some(PersonCategory::PrisonerOfWar), Some(350))]);
    assert_eq!(truth(&pow, &exchange(1, &lines)), Yes);
}

#[test]
fn more_counts_than_are_looked_into_leave_it_open_and_never_settle_it_wrongly() {
    let asked = |at_least| clause(vec![handed_over("north", "south", None, Some(at_least))]);
    for (count, at_least, expected) in [(256, 256, Yes), (256, 257, No), (257, 257, Unknown), (257, 258, No)] {
        let mut world = world();
        let north = world.actors.find("north").expect("it is there");
        for n in 0..count {
            let unit = world.actors.node(&Arc::from(format!("unit{n}")));
            assert!(world.actors.edge(unit, north));
        }
        let lines: Vec<String> = (0..count).map(|n| format!("north unit{n}>south pow 1")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let event = Event { accounts: vec![exchange(1, &lines)] };
        let clause = asked(at_least);
        let judged = assess(&Applied::new(&clause, None, &world), &world, &[event], day("31"));
        assert_eq!(judged.duties[0].truth, expected, "{count} counts, {at_least} asked for");
        assert!(judged.duties[0].elements[0].facts.len() <= FACTS_MAX);
    }
}

#[test]
fn a_pledge_is_made_by_those_who_are_bound_to_those_who_are_named() {
    use PledgeMove::{Delivers, Refuses, Undertakes, Withdraws};
    let duty = |pledge_move, to: &[&str]| Duty::Pledge {
        pledge_type: Some(PledgeType::Aid),
        pledge_move,
        to: to.iter().map(|who| actor(who)).collect(),
    };
    let mut asked = clause(vec![duty(None, &["south"])]);
    asked.actors = include("north");
    for (by, to, pledge_move, expected) in [
        ("north", "south", Undertakes, Yes),
        ("envoy", "army", Delivers, Yes),
        ("south", "south", Undertakes, No),
        ("stray", "south", Undertakes, Unknown),
        ("north", "-", Undertakes, Unknown),
        ("north", "mediator", Undertakes, No),
        ("north", "south", Refuses, No),
        ("north", "south", Withdraws, No),
    ] {
        let found = truth(&asked, &pledge(1, by, to, PledgeType::Aid, pledge_move));
        assert_eq!(found, expected, "{by} to {to} {pledge_move:?}");
    }
    assert_eq!(truth(&asked, &pledge(1, "north", "south", PledgeType::Force, Undertakes)), No);
    let withdrawn = clause(vec![duty(Some(Withdraws), &[])]);
    assert_eq!(truth(&withdrawn, &pledge(1, "north", "south", PledgeType::Aid, Withdraws)), Yes);
    assert_eq!(truth(&withdrawn, &pledge(1, "north", "south", PledgeType::Aid, Undertakes)), No);
}

#[test]
fn records_of_one_event_speak_together() {
    let world = world();
    let of = |clause: &Clause, accounts: Vec<Account>| {
        assess(&Applied::new(clause, None, &world), &world, &[Event { accounts }], day("31"))
    };
    let asked = clause(vec![talks(&["north", "south"])]);
    let dated = contact(1, Held, "north,south", "-", "12..13");
    let names = |records: &[RecordRef]| records.iter().map(|r| r.name.to_string()).collect::<Vec<_>>();

    let vague = of(&asked, vec![dated.clone(), contact(2, Held, "north,south", "-", "-")]);
    assert_eq!((vague.state, names(&vague.fulfilled_by)), (State::Fulfilled, vec!["contacts/c1".to_owned()]));
    assert_eq!(names(&vague.possible), [""; 0], "it is the same event, and that one fits");
    let planned = of(&asked, vec![contact(1, Planned, "north,south", "-", "-"), dated.clone()]);
    assert_eq!(planned.state, State::Fulfilled, "a plan does not contradict what came of it");
    for other in [contact(2, Cancelled, "north,south", "-", "-"), contact(2, Held, "north,south", "-", "22..23")] {
        let disputed = of(&asked, vec![dated.clone(), other]);
        assert_eq!((disputed.state, disputed.duties[0].truth), (State::Undetermined, Unknown));
        let occurrence = &disputed.duties[0].elements[0];
        assert_eq!((occurrence.truth, occurrence.cause), (Unknown, Some(Cause::Dispute)));
    }

    let asked = clause(vec![handed_over("north", "south", None, Some(10))]);
    let apart = vec![exchange(1, &["north north>south pow 10"]), exchange(2, &["south north>south pow 9"])];
    assert_eq!(of(&asked, apart).duties[0].truth, Unknown, "each side's count stands in a record of its own");
}

#[test]
fn the_record_that_fits_best_is_shown_and_what_nothing_answers_to_says_so() {
    let asked = clause(vec![talks(&["north", "south"])]);
    let records = [
        contact(1, Held, "mediator", "-", "12..13"),
        contact(2, Planned, "north,south", "-", "-"),
        contact(3, Held, "north,south", "-", "22..23"),
    ];
    let shown = |accounts: &[Account]| {
        let judged = judge(&asked, accounts, day("31"));
        let element = |e: &ElementResult| {
            let record = e.facts.first().map(|f| f.record.name.id.to_string()).unwrap_or_default();
            format!("{:?} {:?} {record}", e.element, e.truth)
        };
        judged.duties[0].elements.iter().map(element).collect::<Vec<_>>()
    };
    assert_eq!(shown(&records[..1]), ["Occurrence No "]);
    assert_eq!(shown(&records[..2]), ["Occurrence No c2", "Actor Yes c2", "Place Yes ", "Window Unknown "]);
    assert_eq!(shown(&records), ["Occurrence Yes c3", "Actor Yes c3", "Place Yes ", "Window No c3"]);
}
