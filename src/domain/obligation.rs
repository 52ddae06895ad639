//! What became of an obligation at an instant: whether each of its duties was done, and the state that follows.
//!
//! ```text
//! record       = occurrence AND actor AND place AND window AND before as_of_time
//! duty         = event OR event OR …           no event: no
//! obligation   = duty AND duty AND …
//!
//!  ──────────────┬── deadline ──┬─────────────► as_of_time
//!                earliest       latest
//!  done             FULFILLED, whenever
//!  not done  PENDING │ UNDETERMINED │ OVERDUE, if for some duty it is certain; else UNDETERMINED
//! ```

use std::sync::Arc;

use jiff::Timestamp;

use super::evidence::{Origin, RecordRef, Said, Value, Weighed};
use super::hierarchy::{Hierarchy, Node};
use super::name::{ActorName, PlaceName};
use super::reading::Duty;
use super::record::{Body, Revision};
use super::selection::Fact;
use super::texts::{Contact, ContactStatus, ContactType};
use super::time::{Range, Span};
use super::truth::Truth;
use super::undertakings::{Pledge, PledgeMove, PledgeType};
use super::verdict::{Applied, Cause, Element, ElementResult, Rule, selected, settled};
use super::window::Side;
use super::world::World;

mod exchange;

/// The most records that are listed of a duty, of each kind; more of them decide as well, and are not named.
const LISTED_MAX: usize = 100;

/// The most facts that one element shows.
const FACTS_MAX: usize = 100;

/// What became of an obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Every duty has a record that certainly fits.
    Fulfilled,
    /// Not fulfilled, and the earliest deadline has not passed, or there is none.
    Pending,
    /// The latest deadline has passed, and for some duty every record certainly does not fit.
    Overdue,
    /// Neither is settled.
    Undetermined,
}

/// An obligation at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Its state.
    pub state: State,
    /// What certainly fits a duty.
    pub fulfilled_by: Vec<RecordRef>,
    /// What may fit one.
    pub possible: Vec<RecordRef>,
    /// What fits one in everything but the time, and came after it.
    pub late: Vec<RecordRef>,
    /// By when it is to be done; both sides open: no deadline.
    pub deadline: Side,
    /// Each duty, in the order of the reading.
    pub duties: Vec<DutyResult>,
    /// What holds of all duties: whether the text sets an obligation at all.
    pub elements: Vec<ElementResult>,
}

/// One duty at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct DutyResult {
    /// Whether some record fits.
    pub truth: Truth,
    /// What certainly fits.
    pub fulfilled_by: Vec<RecordRef>,
    /// What may fit.
    pub possible: Vec<RecordRef>,
    /// What came late.
    pub late: Vec<RecordRef>,
    /// Occurrence, actor, place and window on the record that fits best; where none answers to the duty, that none does.
    pub elements: Vec<ElementResult>,
}

/// What one contact, exchange or pledge is said to have been.
#[derive(Debug, Clone)]
pub struct Account {
    /// The record and its revision.
    pub source: RecordRef,
    /// Whether its every document is retracted.
    pub unsourced: bool,
    /// The record itself.
    pub revision: Arc<Revision>,
}

/// One event: a record, or several that are linked as the same, first recorded first.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its records.
    pub accounts: Vec<Account>,
}

/// Judges a reading's duties by what is recorded. `events` are contacts, exchanges and pledges that are not retracted, in the order in
/// which they were first recorded; of each duty those of its own kind count.
pub fn assess(applied: &Applied<'_>, world: &World, events: &[Event], as_of_time: Timestamp) -> Assessment {
    let judge = Judge { applied, world, as_of_time };
    let duties: Vec<DutyResult> = applied.clause().duties.iter().map(|duty| judge.duty(duty, events)).collect();
    let deadline = applied.window().end;
    let state = state(applied.clause().operative, deadline, as_of_time, &duties);
    let gather = |of: fn(&DutyResult) -> &Vec<RecordRef>| {
        let mut all: Vec<RecordRef> = Vec::new();
        for record in duties.iter().flat_map(of) {
            if !all.contains(record) {
                all.push(record.clone());
            }
        }
        all
    };
    Assessment {
        state,
        fulfilled_by: gather(|duty| &duty.fulfilled_by),
        possible: gather(|duty| &duty.possible),
        late: gather(|duty| &duty.late),
        deadline,
        elements: vec![applied.operative()],
        duties,
    }
}

/// The state that follows from the duties. One without duties asks for nothing that could be done, so it is never fulfilled; and what
/// the text does not certainly set as an obligation is never overdue.
fn state(operative: Truth, deadline: Side, as_of_time: Timestamp, duties: &[DutyResult]) -> State {
    let done = !duties.is_empty() && duties.iter().all(|duty| duty.truth == Truth::Yes);
    let certainly_not = operative == Truth::Yes && duties.iter().any(|duty| duty.truth == Truth::No);
    if done {
        State::Fulfilled
    } else if deadline.earliest.is_none_or(|earliest| as_of_time <= earliest) {
        State::Pending
    } else if certainly_not && deadline.latest.is_some_and(|latest| as_of_time >= latest) {
        State::Overdue
    } else {
        State::Undetermined
    }
}

/// How one record fits one duty.
struct Fit {
    source: RecordRef,
    /// Occurrence, actor, place, window.
    elements: Vec<ElementResult>,
    /// Whether it is about what the duty asks for at all, done or not.
    answers: bool,
    /// Whether it says that the event took place or was called off; a plan says neither.
    tells: bool,
    late: bool,
}

impl Fit {
    fn truth(&self) -> Truth {
        self.elements.iter().map(|e| e.truth).fold(Truth::Yes, Truth::and)
    }

    /// How well it fits: the truest, then the one with the most that is settled in its favour.
    fn rank(&self) -> (Truth, usize, usize) {
        let count = |admits: fn(Truth) -> bool| self.elements.iter().filter(|e| admits(e.truth)).count();
        (self.truth(), count(|t| t == Truth::Yes), count(|t| t != Truth::No))
    }
}

/// What one record says of what one duty asks for, before place and time.
struct Told<'t> {
    occurrence: ElementResult,
    actor: ElementResult,
    answers: bool,
    tells: bool,
    place: Option<&'t PlaceName>,
    time: (&'static str, Option<&'t Span>),
}

struct Judge<'j, 'w> {
    applied: &'j Applied<'w>,
    world: &'j World,
    as_of_time: Timestamp,
}

impl Judge<'_, '_> {
    fn duty(&self, duty: &Duty, events: &[Event]) -> DutyResult {
        let mut result = DutyResult {
            truth: Truth::No,
            fulfilled_by: Vec::new(),
            possible: Vec::new(),
            late: Vec::new(),
            elements: Vec::new(),
        };
        let mut best: Option<Fit> = None;
        for event in events {
            let mut fits: Vec<Fit> = event.accounts.iter().filter_map(|a| self.fit(duty, a, event)).collect();
            let truth = together(&mut fits);
            result.truth = result.truth.or(truth);
            let not_ruled_out = |fit: &&Fit| fit.truth() != Truth::No;
            let sources = |fits: &[Fit], admits: &dyn Fn(&&Fit) -> bool| -> Vec<RecordRef> {
                fits.iter().filter(admits).map(|fit| fit.source.clone()).collect()
            };
            let (list, named) = match truth {
                Truth::Yes => (&mut result.fulfilled_by, sources(&fits, &|fit| fit.truth() == Truth::Yes)),
                Truth::Unknown => (&mut result.possible, sources(&fits, &not_ruled_out)),
                Truth::No => (&mut result.late, sources(&fits, &|fit| fit.late)),
            };
            let room = LISTED_MAX - list.len();
            list.extend(named.into_iter().take(room));
            for fit in fits.into_iter().filter(|fit| fit.answers) {
                if best.as_ref().is_none_or(|best| fit.rank() > best.rank()) {
                    best = Some(fit);
                }
            }
        }
        result.elements = match best {
            Some(fit) => fit.elements,
            None => {
                let rule = Rule::Note("no record answers to what the duty asks for");
                vec![settled(Element::Occurrence, Truth::No, rule, Cause::Fact)]
            }
        };
        result
    }

    /// How a record fits a duty; `None` if it is of another kind.
    fn fit(&self, duty: &Duty, account: &Account, event: &Event) -> Option<Fit> {
        let told = match (duty, &account.revision.body) {
            (Duty::Contact { contact_type, participants }, Body::Contact(contact)) => {
                self.contact(*contact_type, participants, contact, account)
            }
            (Duty::Exchange { from, to, category, at_least }, Body::Exchange(exchange)) => {
                let asked = exchange::Asked::new(from.as_ref(), to.as_ref(), *category, *at_least, &self.world.actors);
                let exchange::Answer { occurrence, named, parties, answers } = asked.of(event);
                Told {
                    occurrence,
                    actor: self.bound(named, parties),
                    answers,
                    tells: true,
                    place: exchange.place.as_ref(),
                    time: ("held", exchange.held.as_ref()),
                }
            }
            (Duty::Pledge { pledge_type, pledge_move, to }, Body::Pledge(pledge)) => {
                self.pledge(*pledge_type, *pledge_move, to, pledge, account)
            }
            _ => return None,
        };
        let Told { occurrence, actor, answers, tells, place, time } = told;
        let place = place.and_then(|name| {
            let node = self.world.places.find(name.id().as_str())?;
            Some(Value { value: Fact::Node(node), origins: vec![account.origin("place", Said::Record(name.record()))] })
        });
        let membership = self.applied.membership(Element::Place);
        let place = selected(Element::Place, membership, &Weighed::own(place), &self.world.places);
        let (field, span) = time;
        let (window, came_after) = self.timed(field, span, account);
        let late = came_after && [&occurrence, &actor, &place].iter().all(|e| e.truth == Truth::Yes);
        let answers = answers && actor.truth != Truth::No;
        let elements = vec![occurrence, actor, place, window];
        Some(Fit { source: account.source.clone(), elements, answers, tells, late })
    }

    /// Whether a time lies within the window and before the instant of judging, and whether it came after the latest deadline.
    fn timed(&self, field: &str, span: Option<&Span>, account: &Account) -> (ElementResult, bool) {
        let window = self.applied.window();
        let time = span.map_or(Range::ANY, Span::range);
        let inside = window.truth(&time);
        let before = if time.to.is_some_and(|to| to <= self.as_of_time) {
            Truth::Yes
        } else if time.from.is_some_and(|from| from >= self.as_of_time) {
            Truth::No
        } else {
            Truth::Unknown
        };
        let truth = inside.and(before);
        let rule = match before {
            Truth::No if inside != Truth::No => Rule::Note("it lies after the instant of judging"),
            Truth::Unknown if inside == Truth::Yes => Rule::Note("it may lie after the instant of judging"),
            _ => Rule::Window { decision: window.decision(&[time]), counting: window.counting },
        };
        let only_text = inside == Truth::Unknown && !window.could_be_settled(&time);
        let cause = if only_text { Cause::Reading } else { Cause::Fact };
        let facts = span.map(|span| account.origin(field, Said::Text(span.range().to_string()))).into_iter().collect();
        let came_after =
            before == Truth::Yes && matches!((time.from, window.end.latest), (Some(from), Some(end)) if from >= end);
        (ElementResult { facts, ..settled(Element::Window, truth, rule, cause) }, came_after)
    }

    fn contact<'t>(
        &self,
        asked: Option<ContactType>,
        participants: &[ActorName],
        contact: &'t Contact,
        account: &Account,
    ) -> Told<'t> {
        let is_asked_for = asked.is_none_or(|asked| asked == contact.contact_type);
        let (truth, note) = match contact.status {
            _ if !is_asked_for => (Truth::No, "a contact of another type"),
            ContactStatus::Held => (Truth::Yes, "held"),
            ContactStatus::UnderWay => (Truth::Yes, "under way"),
            ContactStatus::Planned => (Truth::No, "planned, and not said to have begun"),
            ContactStatus::Mooted => (Truth::No, "mooted, and not said to have begun"),
            ContactStatus::Cancelled => (Truth::No, "called off"),
        };
        let facts = vec![
            account.origin("type", Said::Text(contact_word(contact.contact_type).to_owned())),
            account.origin("status", Said::Text(status_word(contact.status).to_owned())),
        ];
        let occurrence = ElementResult { facts, ..settled(Element::Occurrence, truth, Rule::Note(note), Cause::Fact) };
        let origin =
            |i: usize, who: &ActorName| account.origin(format!("participants[{i}].actor"), Said::Record(who.record()));
        let taking_part: Vec<(Node, Origin)> = contact
            .participants
            .iter()
            .enumerate()
            .filter_map(|(i, p)| Some((self.world.actors.find(p.actor.id().as_str())?, origin(i, &p.actor))))
            .collect();
        let named = (!participants.is_empty()).then(|| {
            let present: Vec<Node> = taking_part.iter().map(|(node, _)| *node).collect();
            let truth = all_among(participants, &present, &self.world.actors);
            let note = match truth {
                Truth::Yes => "everyone whom the duty names takes part, or one who acts for them",
                Truth::Unknown => "whether everyone whom the duty names takes part is not given",
                Truth::No => "somebody whom the duty names does not take part",
            };
            let facts = taking_part.iter().map(|(_, origin)| origin.clone()).take(FACTS_MAX).collect();
            ElementResult { facts, ..settled(Element::Actor, truth, Rule::Note(note), Cause::Fact) }
        });
        Told {
            occurrence,
            actor: self.bound(named, taking_part),
            answers: is_asked_for,
            tells: !matches!(contact.status, ContactStatus::Planned | ContactStatus::Mooted),
            place: contact.place.as_ref(),
            time: ("began", contact.began.as_ref()),
        }
    }

    fn pledge<'t>(
        &self,
        asked: Option<PledgeType>,
        asked_move: Option<PledgeMove>,
        to: &[ActorName],
        pledge: &'t Pledge,
        account: &Account,
    ) -> Told<'t> {
        let is_asked_for = asked.is_none_or(|asked| asked == pledge.pledge_type);
        let is_made = match asked_move {
            Some(asked) => asked == pledge.pledge_move,
            // "Made or delivered": what is refused or taken back is neither.
            None => !matches!(pledge.pledge_move, PledgeMove::Refuses | PledgeMove::Withdraws),
        };
        let present: Vec<Node> = pledge.to.iter().filter_map(|who| self.world.actors.find(who.id().as_str())).collect();
        let addressed = if to.is_empty() { Truth::Yes } else { all_among(to, &present, &self.world.actors) };
        let (truth, note) = match addressed {
            _ if !is_asked_for => (Truth::No, "a pledge of another type"),
            _ if !is_made => (Truth::No, "another move than the duty asks for"),
            Truth::Yes => (Truth::Yes, "made as the duty asks"),
            Truth::Unknown => (Truth::Unknown, "whether it is made to those whom the duty names is not given"),
            Truth::No => (Truth::No, "made to others than the duty names"),
        };
        let mut facts = vec![
            account.origin("type", Said::Text(pledge_word(pledge.pledge_type).to_owned())),
            account.origin("move", Said::Text(move_word(pledge.pledge_move).to_owned())),
        ];
        if !to.is_empty() {
            let addressee =
                |(i, who): (usize, &ActorName)| account.origin(format!("to[{i}]"), Said::Record(who.record()));
            facts.extend(pledge.to.iter().enumerate().map(addressee).take(FACTS_MAX));
        }
        let occurrence = ElementResult { facts, ..settled(Element::Occurrence, truth, Rule::Note(note), Cause::Fact) };
        let by = self.world.actors.find(pledge.by.id().as_str());
        let by = by.map(|node| (node, account.origin("by", Said::Record(pledge.by.record()))));
        Told {
            occurrence,
            actor: self.bound(None, by.into_iter().collect()),
            answers: is_asked_for && addressed != Truth::No,
            tells: true,
            place: None,
            time: ("stated", pledge.stated.as_ref()),
        }
    }

    /// Whether it is theirs whom the reading binds: some party to it is, and all whom the duty names take part.
    fn bound(&self, named: Option<ElementResult>, parties: Vec<(Node, Origin)>) -> ElementResult {
        let membership = self.applied.membership(Element::Actor);
        let facts = parties.into_iter().map(|(node, origin)| (Fact::Node(node), origin));
        let truest = facts.map(|(fact, origin)| (membership.map_or(Truth::Yes, |m| m.truth(&fact)), fact, origin));
        // The first of those that are equally true, so that an answer does not hang on an order that nobody gave.
        let truest = truest.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let party = truest.map(|(_, fact, origin)| Value { value: fact, origins: vec![origin] });
        let bound = selected(Element::Actor, membership, &Weighed::own(party), &self.world.actors);
        match named {
            Some(named) if named.truth <= bound.truth => named,
            _ => bound,
        }
    }
}

impl Account {
    fn origin(&self, field: impl Into<String>, said: Said) -> Origin {
        Origin { record: self.source.clone(), field: field.into(), said, unsourced: self.unsourced }
    }
}

/// What the records of one event say together: the truest, but where one that tells of it fits and another that does certainly does
/// not, they contradict each other, and that is marked on those that fit.
fn together(fits: &mut [Fit]) -> Truth {
    let truest = fits.iter().map(Fit::truth).fold(Truth::No, Truth::or);
    let disputed = truest == Truth::Yes && fits.iter().any(|fit| fit.tells && fit.truth() == Truth::No);
    if !disputed {
        return truest;
    }
    for fit in fits.iter_mut().filter(|fit| fit.truth() == Truth::Yes) {
        let Some(occurrence) = fit.elements.first_mut() else { continue };
        let rule = Rule::Note("records of the same event contradict each other");
        *occurrence = ElementResult {
            facts: std::mem::take(&mut occurrence.facts),
            ..settled(Element::Occurrence, Truth::Unknown, rule, Cause::Dispute)
        };
    }
    Truth::Unknown
}

/// Whether everyone named is among those who are there.
fn all_among(named: &[ActorName], present: &[Node], actors: &Hierarchy) -> Truth {
    let one = |name: &ActorName| match actors.find(name.id().as_str()) {
        // Nobody is listed, so nobody said who.
        _ if present.is_empty() => Truth::Unknown,
        None => Truth::Unknown,
        Some(asked) => present.iter().map(|&who| acts_for(who, asked, actors)).fold(Truth::No, Truth::or),
    };
    named.iter().map(one).fold(Truth::Yes, Truth::and)
}

/// Whether an actor is another or acts for it: certainly at or below it; possibly where something may lie below both, or where
/// nobody recorded whose the actor is.
fn acts_for(who: Node, asked: Node, actors: &Hierarchy) -> Truth {
    if actors.at_or_below(who, asked) {
        Truth::Yes
    } else if actors.is_unplaced(who) || actors.share_below(who, asked) {
        Truth::Unknown
    } else {
        Truth::No
    }
}

fn contact_word(contact_type: ContactType) -> &'static str {
    match contact_type {
        ContactType::Call => "CALL",
        ContactType::Meeting => "MEETING",
        ContactType::Talks => "TALKS",
        ContactType::Message => "MESSAGE",
    }
}

fn status_word(status: ContactStatus) -> &'static str {
    match status {
        ContactStatus::Mooted => "MOOTED",
        ContactStatus::Planned => "PLANNED",
        ContactStatus::UnderWay => "UNDER_WAY",
        ContactStatus::Held => "HELD",
        ContactStatus::Cancelled => "CANCELLED",
    }
}

fn pledge_word(pledge_type: PledgeType) -> &'static str {
    match pledge_type {
        PledgeType::Aid => "AID",
        PledgeType::Guarantee => "GUARANTEE",
        PledgeType::Force => "FORCE",
        PledgeType::Funding => "FUNDING",
        PledgeType::Spending => "SPENDING",
        PledgeType::Sanctions => "SANCTIONS",
    }
}

fn move_word(pledge_move: PledgeMove) -> &'static str {
    match pledge_move {
        PledgeMove::Undertakes => "UNDERTAKES",
        PledgeMove::Continues => "CONTINUES",
        PledgeMove::Refuses => "REFUSES",
        PledgeMove::Withdraws => "WITHDRAWS",
        PledgeMove::Delivers => "DELIVERS",
    }
}

#[cfg(test)]
mod tests;
