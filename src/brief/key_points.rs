//! Key points: three to five, by rules that know nothing of any case. `docs/briefings.md` has them as a table.
//!
//! ```text
//! rule        what makes one                                              of several
//! Contact     held or under way in the period, principals of two sides    most persons, then the earliest
//! Incidents   attacks reported in the period or the night before it       sides that name each other, else any
//! Upcoming    a contact is planned for the two weeks to come              the earliest
//! Exchange    an exchange was held in the period                          the most persons
//! Texts       a position on whether a term stands, and texts that part    in turn; prohibitions before topics
//! Due         an obligation, window, forecast or pledge falls due         in that order
//! ```
//!
//! Each rule gives its first; where that makes fewer than three, rules give their second, in the same order.

use jiff::SignedDuration;

use crate::domain::hierarchy::Node;
use crate::domain::name::{ActorName, Collection, ContactName, RecordName};
use crate::domain::record::{Body, Known, Revision};
use crate::domain::report::{Effect, Proposition};
use crate::domain::taxonomy;
use crate::domain::texts::{Contact, ContactStatus, Instrument, InstrumentType, ParticipantRole};
use crate::domain::things::{ActorType, Taxonomy};
use crate::domain::time::{Range, Span};
use crate::domain::values::ClassId;
use crate::domain::verdict::STRIKES_NOTHING;

use super::contacts::{Line, announced_before, begins};
use super::desk::Desk;
use super::incident::{Told, affirmed, claimant};
use super::language::{DenialTold, SideTold, StrikesTold, Word};
use super::readouts::Parting;
use super::scope::RECENT_MAX;
use super::{KeyPoint, KeyPointRule, exchanges, forecasts, obligations, pledges, positions, readouts};

/// At most so many, and where the record has them no fewer than the second.
const POINTS_MAX: usize = 5;
const POINTS_MIN: usize = 3;

/// What happened in the evening before belongs to the night that ends in the period.
const EVENING: SignedDuration = SignedDuration::from_hours(6);
const MORNING: SignedDuration = SignedDuration::from_hours(8);

/// How far ahead a contact is announced.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 14);

/// How many objects a key point names of each side.
const OBJECTS_MAX: usize = 3;

/// How many denials a key point tells.
const DENIALS_MAX: usize = 3;

/// What a rule found.
struct Candidate {
    text: String,
    records: Vec<RecordName>,
}

/// The key points.
pub(super) fn key_points(desk: &Desk<'_>) -> Vec<KeyPoint> {
    let mut found: Vec<(KeyPointRule, std::vec::IntoIter<Candidate>)> = vec![
        (KeyPointRule::Contact, contacts(desk).into_iter()),
        (KeyPointRule::Incidents, incidents(desk).into_iter()),
        (KeyPointRule::Upcoming, upcoming(desk).into_iter()),
        (KeyPointRule::Exchange, exchanges(desk).into_iter()),
        (KeyPointRule::Texts, texts(desk).into_iter()),
        (KeyPointRule::Due, due(desk).into_iter()),
    ];
    let mut points: Vec<KeyPoint> = Vec::new();
    let mut is_first_round = true;
    loop {
        let mut given = false;
        for (rule, candidates) in &mut found {
            let most = if is_first_round { POINTS_MAX } else { POINTS_MIN };
            if points.len() >= most {
                break;
            }
            let Some(Candidate { text, records }) = candidates.next() else { continue };
            given = true;
            let records = desk.there(records);
            points.push(KeyPoint { text, known_later: desk.known_later(&records), records, rule: *rule });
        }
        if !given || points.len() >= POINTS_MIN {
            break;
        }
        is_first_round = false;
    }
    points.sort_by_key(|point| point.rule);
    points
}

// --- contacts ---

fn principals(contact: &Contact) -> Vec<&ActorName> {
    let is_principal = |role: Option<ParticipantRole>| role == Some(ParticipantRole::Principal);
    contact.participants.iter().filter(|p| is_principal(p.role)).map(|participant| &participant.actor).collect()
}

fn is_person(desk: &Desk<'_>, name: &ActorName) -> bool {
    match desk.snapshot.find(&name.record()).as_deref().map(|revision| &revision.body) {
        Some(Body::Actor(actor)) => actor.actor_type == ActorType::Person,
        _ => false,
    }
}

fn contacts(desk: &Desk<'_>) -> Vec<Candidate> {
    let took_place = |contact: &Contact| matches!(contact.status, ContactStatus::Held | ContactStatus::UnderWay);
    let is_of_sides = |contact: &Contact| {
        let sides: Vec<ActorName> = principals(contact).into_iter().map(|who| desk.side(who)).collect();
        sides.iter().any(|side| *side != sides[0])
    };
    // A contact that belongs to a larger one is told with it.
    let mut found: Vec<(&Revision, &Contact)> = desk
        .contacts()
        .filter(|(_, contact)| took_place(contact) && is_of_sides(contact))
        .filter(|(_, contact)| contact.began.as_ref().is_some_and(|span| desk.overlaps(span) && begins(span)))
        .collect();
    found.sort_by_key(|(revision, contact)| {
        let persons = principals(contact).into_iter().filter(|who| is_person(desk, who)).count();
        (usize::MAX - persons, contact.began.as_ref().map(|span| span.earliest), revision.position)
    });
    found.into_iter().map(|(revision, contact)| contact_point(desk, revision, contact)).collect()
}

fn contact_point(desk: &Desk<'_>, revision: &Revision, contact: &Contact) -> Candidate {
    let mut line = Line::of(desk, revision, contact, false).in_days(desk, contact);
    let earlier = contact.about.iter().filter(|name| name.collection == Collection::Contacts).find_map(|name| {
        let earlier = desk.snapshot.find(name)?;
        let Body::Contact(then) = &earlier.body else { return None };
        let (began, since) = (then.began.as_ref()?, contact.began.as_ref()?);
        let shared = contact.participants.iter().find(|p| then.participants.iter().any(|q| q.actor == p.actor))?;
        (then.status == ContactStatus::Held && began.earliest < since.latest && began.earliest != since.earliest)
            .then(|| (earlier.clone(), then.clone(), shared.actor.clone()))
    });
    let mut records = vec![revision.name.clone()];
    let Some((earlier, then, shared)) = earlier else {
        return Candidate { text: desk.words.contact_after(&line.told(contact), None), records };
    };
    records.push(earlier.name.clone());
    let then_line = Line::of(desk, &earlier, &then, false).in_days(desk, &then);
    // Whoever took part in both comes last, so that what follows is about that one.
    let shared_name = desk.actor_within(&shared);
    line.who.sort_by_key(|who| *who == shared_name);
    let others: Vec<&ActorName> =
        then.participants.iter().map(|participant| &participant.actor).filter(|who| **who != shared).collect();
    let others = desk.actors_within(others);
    let told = then_line.told(&then);
    let text = desk.words.contact_after(&line.told(contact), Some((&told, shared_name.as_str(), &others)));
    Candidate { text, records }
}

fn upcoming(desk: &Desk<'_>) -> Vec<Candidate> {
    let end = desk.question.period.latest;
    // What was to be held in the period, and of which nothing further is told, is told after what is still to come.
    let since = desk.question.period.earliest;
    let as_of = desk.as_of();
    let horizon = end.checked_add(AHEAD).unwrap_or(end);
    let mut found: Vec<(&Revision, &Contact)> = desk
        .contacts()
        .filter(|(_, contact)| contact.status == ContactStatus::Planned)
        .filter(|(_, contact)| {
            contact.planned.as_ref().is_some_and(|span| span.latest > since && span.earliest < horizon)
        })
        .collect();
    found.sort_by_key(|(revision, contact)| {
        let planned = contact.planned.as_ref();
        let is_over = planned.is_some_and(|span| span.latest <= as_of);
        (is_over, planned.map(|span| span.earliest), revision.position)
    });
    let point = |(revision, contact): (&Revision, &Contact)| {
        let line = Line::of(desk, revision, contact, false).without_purpose();
        let mut text = desk.words.contact(&line.told(contact));
        let mut records = vec![revision.name.clone()];
        records.extend(line.announcements.clone());
        if let Some((before, behind)) = announced_before(desk, revision, contact) {
            text = format!("{text} {before}");
            records.extend(behind);
        }
        Candidate { text, records }
    };
    found.into_iter().map(point).collect()
}

// --- incidents ---

/// An attack that one side reports and lays at another's door.
struct Strike {
    side: ActorName,
    author: ActorName,
    objects: Vec<(ClassId, Option<Effect>)>,
    /// Whether the report lists something, says of all of it that it was hit, and names no act that is no strike.
    is_hit: bool,
    place: String,
    incident: usize,
    records: Vec<RecordName>,
}

fn incidents(desk: &Desk<'_>) -> Vec<Candidate> {
    let times = desk.snapshot.frame().times(desk.snapshot);
    let period = &desk.question.period;
    let evening = period.earliest.checked_sub(EVENING).unwrap_or(period.earliest);
    let near = Range { from: Some(evening), to: Some(period.latest) };
    let recent = desk.scope.recent(RECENT_MAX).iter().filter(|group| is_within(&times.of(**group), &near));
    let told: Vec<Told> = recent.map(|group| Told::of(desk, *group)).collect();
    let strikes: Vec<Strike> = told.iter().flat_map(|incident| strikes(desk, incident)).collect();
    let blames = |a: &ActorName, b: &ActorName| strikes.iter().any(|s| s.side == *a && s.author == *b);
    let mutual: Vec<&Strike> = strikes.iter().filter(|s| blames(&s.author, &s.side)).collect();
    let told_of: Vec<&Strike> = if mutual.is_empty() { strikes.iter().collect() } else { mutual };
    let mut found: Vec<Candidate> = together(desk, told_of, &told).into_iter().collect();
    // An incident that sides lay at each other's door is told in full.
    for incident in &told {
        let own: Vec<&Strike> = strikes.iter().filter(|strike| strike.incident == incident.number).collect();
        if own.iter().any(|a| own.iter().any(|b| a.side == b.author && b.side == a.author)) {
            let text = desk.words.incident(&incident.name, &incident.parts(desk));
            found.push(Candidate { text, records: incident.records() });
        }
    }
    found
}

/// What sides report, in one point: of the branch that they have in common, with what is denied of it.
fn together(desk: &Desk<'_>, told_of: Vec<&Strike>, told: &[Told]) -> Option<Candidate> {
    let mut sides: Vec<&ActorName> = Vec::new();
    for strike in &told_of {
        if !sides.contains(&&strike.side) {
            sides.push(&strike.side);
        }
    }
    let class = common_branch(desk, &told_of, &sides);
    let objects = &desk.snapshot.world.objects;
    let in_class = |strike: &Strike| {
        class.is_none_or(|class| {
            let is_below =
                |id: &ClassId| objects.find(id.as_str()).is_some_and(|node| objects.at_or_below(node, class));
            strike.objects.iter().any(|(id, _)| is_below(id))
        })
    };
    let told_of: Vec<&Strike> = told_of.into_iter().filter(|strike| in_class(strike)).collect();
    let has_object = |side: &ActorName| told_of.iter().any(|s| s.side == *side && !s.objects.is_empty());
    sides.retain(|side| has_object(side));
    if sides.is_empty() {
        return None;
    }
    let own = |side: &ActorName| told_of.iter().filter(|strike| strike.side == *side).copied().collect::<Vec<_>>();
    let each: Vec<SideTold> = sides.iter().map(|side| of_side(desk, side, &own(side), class)).collect();
    let mut numbers: Vec<usize> = told_of.iter().map(|strike| strike.incident).collect();
    numbers.dedup();
    let among: Vec<&Told> = told.iter().filter(|incident| numbers.contains(&incident.number)).collect();
    let when = when_of(desk, &told_of);
    if let ([one], [_]) = (&among[..], &told_of[..]) {
        // One report is told in its own words: nothing of it is several.
        let name = match when.since {
            Some(since) => desk.words.named_since(&one.name, &since),
            None => one.name.clone(),
        };
        let text = desk.words.incident(&name, &one.parts(desk));
        return Some(Candidate { text, records: one.records() });
    }
    let class = match class {
        Some(class) => desk.class(Taxonomy::Objects, objects.key(class)),
        None => desk.words.word(Word::DifferentObjects).to_owned(),
    };
    let (mut denials, behind) = denials(desk, &among);
    let has_more_denials = denials.len() > DENIALS_MAX;
    denials.truncate(DENIALS_MAX);
    let text = desk.words.strikes_reported(&StrikesTold {
        class: &class,
        when: &when.text,
        are_hits: told_of.iter().all(|strike| strike.is_hit),
        sides: &each,
        incidents: among.len(),
        denials: &denials,
        has_more_denials,
    });
    let records = told_of.iter().flat_map(|strike| strike.records.iter().cloned()).chain(behind).collect();
    Some(Candidate { text, records })
}

/// What one side reports struck, and whom it names.
fn of_side(desk: &Desk<'_>, side: &ActorName, own: &[&Strike], class: Option<Node>) -> SideTold {
    let objects = &desk.snapshot.world.objects;
    let is_class = |id: &ClassId| {
        let own = id.as_str();
        class.is_some_and(|class| **objects.key(class) == *own.strip_suffix(".other").unwrap_or(own))
    };
    let mut what: Vec<String> = Vec::new();
    for strike in own {
        for (object, effect) in &strike.objects {
            // What a strike hits is not told twice.
            if strike.place.is_empty() && effect.is_none_or(is_hit) && is_class(object) {
                continue;
            }
            // "Of another kind" is no news beside the class.
            let object = match class {
                Some(class) if is_class(object) => desk.class(Taxonomy::Objects, objects.key(class)),
                _ => desk.object(object),
            };
            let text = struck(desk, &object, &strike.place, *effect);
            if !what.contains(&text) {
                what.push(text);
            }
        }
    }
    let more = what.len().saturating_sub(OBJECTS_MAX);
    what.truncate(OBJECTS_MAX);
    if more > 0 {
        what = vec![desk.words.objects_and_more(&what, more)];
    }
    let authors = desk.actors_within(own.iter().map(|strike| &strike.author));
    SideTold { side: desk.actor(side), what, authors }
}

/// When attacks were, together; and since when they are known, if they were all before the period.
struct WhenOf {
    text: String,
    since: Option<String>,
}

fn when_of(desk: &Desk<'_>, told_of: &[&Strike]) -> WhenOf {
    let times = desk.snapshot.frame().times(desk.snapshot);
    let period = &desk.question.period;
    let evening = period.earliest.checked_sub(EVENING).unwrap_or(period.earliest);
    let night = Range { from: Some(evening), to: period.earliest.checked_add(MORNING).ok() };
    let is_overnight = told_of.iter().all(|strike| is_inside(&times.of(strike.incident), &night));
    let hull = told_of.iter().map(|strike| times.of(strike.incident)).reduce(|a, b| a.hull(&b));
    let span = hull.and_then(|hull| Span::new(hull.from?, hull.to?, desk.question.zone.clone()).ok());
    match span.filter(|_| !is_overnight) {
        Some(span) => {
            let since = known_since(desk, &span, told_of);
            let day = desk.on_day(&span);
            let text = since.as_ref().map_or_else(|| day.clone(), |since| format!("{day} ({since})"));
            WhenOf { text, since }
        }
        None => WhenOf { text: desk.words.overnight().to_owned(), since: None },
    }
}

/// Who denies what of how many of the incidents, the most denied first; and the reports behind it.
fn denials(desk: &Desk<'_>, among: &[&Told]) -> (Vec<DenialTold>, Vec<RecordName>) {
    let mut all: Vec<DenialTold> = Vec::new();
    let mut behind = Vec::new();
    for incident in among {
        let mut of_this: Vec<(String, Vec<Proposition>)> = Vec::new();
        for (revision, report) in incident.reports().filter(|(_, report)| !report.denies.is_empty()) {
            behind.push(revision.name.clone());
            let denial = (claimant(desk, report), report.denies.clone());
            if !of_this.contains(&denial) {
                of_this.push(denial);
            }
        }
        for (who, what) in of_this {
            match all.iter_mut().find(|known| known.who == who && known.what == what) {
                Some(known) => known.incidents += 1,
                None => all.push(DenialTold { who, what, incidents: 1 }),
            }
        }
    }
    all.sort_by_key(|denial| std::cmp::Reverse(denial.incidents));
    (all, behind)
}

fn is_hit(effect: Effect) -> bool {
    effect == Effect::Hit
}

/// What was struck and where, and that it was not, where the report says so.
fn struck(desk: &Desk<'_>, object: &str, place: &str, effect: Option<Effect>) -> String {
    let text = desk.words.object_at(object, place);
    let Some(beside) = effect.and_then(|effect| desk.words.not_hit(effect)) else { return text };
    match text.strip_suffix(')') {
        Some(open) => format!("{open}; {beside})"),
        None => format!("{text} ({beside})"),
    }
}

/// Since when strikes are known that were all before the period.
fn known_since(desk: &Desk<'_>, span: &Span, strikes: &[&Strike]) -> Option<String> {
    let period = &desk.question.period;
    if span.latest > period.earliest {
        return None;
    }
    let reports = strikes.iter().filter_map(|strike| desk.snapshot.find(strike.records.first()?));
    let known = reports.filter_map(|report| match desk.snapshot.known(&report) {
        Known::From(at) => Some(at),
        Known::Always | Known::Never => None,
    });
    let first = known.min().filter(|at| *at > period.earliest && *at <= period.latest)?;
    // What is known when a day ends is known since that day.
    let day = first.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(first);
    let day = Span::new(day, first, desk.question.zone.clone()).ok()?;
    Some(desk.words.known_since(&desk.days_bare(&day)))
}

fn is_within(time: &Range, range: &Range) -> bool {
    time.from.is_some() && time.to.is_some() && time.overlaps(range)
}

fn is_inside(time: &Range, range: &Range) -> bool {
    matches!((time.from, range.from), (Some(own), Some(from)) if own >= from)
        && matches!((time.to, range.to), (Some(own), Some(to)) if own <= to)
}

fn strikes(desk: &Desk<'_>, told: &Told) -> Vec<Strike> {
    let mut strikes = Vec::new();
    for (revision, report) in told.reports() {
        let Some(facts) = affirmed(desk, revision, report) else { continue };
        let Some(author) = &facts.attributed_to else { continue };
        let (side, author) = (desk.side(&report.claimant), desk.side(author));
        if side == author {
            continue;
        }
        let act = act_of(desk, facts.act.as_ref());
        if act == Act::Harmless {
            continue;
        }
        let place = facts.place.clone().or_else(|| match &desk.snapshot.find(&told.group.incident.record())?.body {
            Body::Incident(incident) => incident.place.clone(),
            _ => None,
        });
        // Of a report that lists nothing nobody says what was hit.
        let are_hit = !facts.struck.is_empty() && facts.struck.iter().all(|struck| struck.effect.is_some_and(is_hit));
        strikes.push(Strike {
            side,
            author,
            objects: facts.struck.iter().filter_map(|struck| Some((struck.object.clone()?, struck.effect))).collect(),
            is_hit: act == Act::Strike && are_hit,
            // That it was somewhere in a country says less than who reports it.
            place: place.filter(|p| !desk.is_country(p)).map(|place| desk.place(&place)).unwrap_or_default(),
            incident: told.number,
            records: vec![revision.name.clone(), told.group.incident.record()],
        });
    }
    strikes
}

/// What an act is to this rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// A strike, or an act that nobody names.
    Strike,
    /// Another that may do harm.
    Other,
    /// One that strikes nothing.
    Harmless,
}

fn act_of(desk: &Desk<'_>, act: Option<&ClassId>) -> Act {
    let acts = &desk.snapshot.world.acts;
    let Some(node) = act.and_then(|act| acts.find(act.as_str())) else { return Act::Strike };
    let is_a = |class: &str| acts.find(class).is_some_and(|class| acts.at_or_below(node, class));
    let is_root = act.is_some_and(|act| act.as_str() == taxonomy::root(Taxonomy::Acts));
    if is_root || is_a("strike") {
        Act::Strike
    } else if STRIKES_NOTHING.iter().any(|class| is_a(class)) {
        Act::Harmless
    } else {
        Act::Other
    }
}

/// The branch of the taxonomy in which every side reports a strike; of several, the one with the most strikes.
fn common_branch(desk: &Desk<'_>, strikes: &[&Strike], sides: &[&ActorName]) -> Option<Node> {
    let objects = &desk.snapshot.world.objects;
    let is_in = |strike: &Strike, branch: Node| {
        let nodes = strike.objects.iter().filter_map(|(id, _)| objects.find(id.as_str()));
        nodes.into_iter().any(|node| objects.at_or_below(node, branch))
    };
    let infrastructure = objects.find("infra").map(|node| objects.children(node).to_vec()).unwrap_or_default();
    let branches = infrastructure.into_iter().chain(objects.find("military"));
    let mut best: Option<(usize, Node)> = None;
    for branch in branches {
        let within: Vec<&&Strike> = strikes.iter().filter(|strike| is_in(strike, branch)).collect();
        let has_all = sides.iter().all(|side| within.iter().any(|strike| strike.side == **side));
        if has_all && best.is_none_or(|(most, _)| within.len() > most) {
            best = Some((within.len(), branch));
        }
    }
    best.map(|(_, branch)| branch)
}

// --- exchanges ---

fn exchanges(desk: &Desk<'_>) -> Vec<Candidate> {
    let mut found: Vec<(i64, Candidate)> = Vec::new();
    for revision in desk.snapshot.all_live(Collection::Exchanges) {
        let Body::Exchange(exchange) = &revision.body else { continue };
        if !exchange.held.as_ref().is_some_and(|held| desk.overlaps(held)) {
            continue;
        }
        let accounts = exchanges::accounts(desk, &revision, exchange);
        let most = accounts.iter().map(|account| account.total.unwrap_or_else(|| account.sum())).max();
        if let Some(text) = exchanges::exchanged(desk, &revision, exchange, &accounts) {
            found.push((most.unwrap_or_default(), Candidate { text, records: vec![revision.name.clone()] }));
        }
    }
    found.sort_by_key(|(count, _)| -count);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

// --- texts ---

fn texts(desk: &Desk<'_>) -> Vec<Candidate> {
    let mut found: Vec<(u8, Candidate)> = Vec::new();
    for revision in desk.snapshot.all_live(Collection::Stances) {
        let Body::Stance(stance) = &revision.body else { continue };
        let is_of_period = stance.stated.as_ref().is_some_and(|stated| is_of_day(desk, &revision, stated));
        if is_of_period && positions::bears_on_standing(stance.position) {
            let text = positions::text(desk, &revision, stance);
            let rank = positions::rank_of_standing(stance.position);
            found.push((rank, Candidate { text, records: positions::records(&revision, stance) }));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    let texts = readouts::texts(desk);
    let is_new = |name: &RecordName| texts.iter().any(|(r, text)| r.name == *name && is_of_day(desk, r, &text.stated));
    let partings = readouts::partings(desk, &texts).into_iter().filter(|parting| parting.records.iter().any(is_new));
    let mut first: Option<ContactName> = None;
    // Two points that begin alike would read as one: the second says over what else texts part.
    let partings = partings.map(|Parting { text: _, contact, term, few, records }| {
        let term = desk.term(&term);
        let text = match &first {
            None => desk.words.texts_part(None, &term, &few),
            Some(first) if *first == contact => desk.words.texts_part_too(None, &term, &few),
            Some(_) => desk.words.texts_part_too(Some(&desk.name_of(&contact.record())), &term, &few),
        };
        first.get_or_insert(contact);
        Candidate { text, records }
    });
    let partings: Vec<Candidate> = partings.collect();
    // What an outlet makes of a text is no news of the text.
    let is_text = |text: &Instrument| text.author.is_some() && text.instrument_type != InstrumentType::Gloss;
    let came = texts.iter().filter(|(revision, text)| is_new(&revision.name) && is_text(text));
    let came = came.map(|(revision, text)| {
        let (who, when) = (readouts::writer(desk, text), desk.on_day(&text.stated));
        let text = desk.words.text_came(&who, text.instrument_type, &when, &desk.name_of_revision(revision));
        Candidate { text, records: vec![revision.name.clone()] }
    });
    let came: Vec<Candidate> = came.collect();
    in_turn(found.into_iter().map(|(_, candidate)| candidate).collect(), partings).into_iter().chain(came).collect()
}

/// One of each in turn: what somebody says of a halt and over what texts part are both news of a day.
fn in_turn(some: Vec<Candidate>, others: Vec<Candidate>) -> Vec<Candidate> {
    let (mut some, mut others) = (some.into_iter(), others.into_iter());
    let mut all = Vec::new();
    loop {
        let next = [some.next(), others.next()];
        if next.iter().all(Option::is_none) {
            return all;
        }
        all.extend(next.into_iter().flatten());
    }
}

/// Whether something was certainly said in the period, or may have been and became known in it.
fn is_of_day(desk: &Desk<'_>, revision: &Revision, said: &Span) -> bool {
    desk.lies_in(said) || (desk.overlaps(said) && desk.came_in(revision))
}

// --- what falls due ---

fn due(desk: &Desk<'_>) -> Vec<Candidate> {
    let due = obligations::due(desk).into_iter().map(|told| Candidate { text: told.text, records: told.records });
    let mut found: Vec<Candidate> = due.collect();
    for reading in &desk.docket.readings {
        let window = reading.applied.window();
        let (Some(from), Some(to)) = (window.end.earliest, window.end.latest) else { continue };
        // Of several ways of counting, each has its day.
        let falls_due = match window.ends.is_empty() {
            false => window.ends.iter().any(|end| desk.falls_due(end.end.earliest, end.end.latest)),
            true => desk.falls_due(from, to),
        };
        if !falls_due {
            continue;
        }
        let by_rule: Vec<String> = match window.ends.is_empty() {
            false => window
                .ends
                .iter()
                .map(|end| desk.words.counted_end(end.rule, &desk.ends(end.end.earliest, end.end.latest)))
                .collect(),
            true => vec![desk.ends(from, to)],
        };
        let holder = super::readings::holder(desk, reading);
        let text = desk.words.window_ends(&holder, &desk.term(&reading.term), &by_rule);
        let revision = super::readings::revision_of(desk, reading);
        let records = revision.iter().map(|revision| revision.name.clone()).collect();
        found.push(Candidate { text, records });
    }
    for revision in desk.snapshot.all_live(Collection::Forecasts) {
        let Body::Forecast(forecast) = &revision.body else { continue };
        // A time that may be over any day of weeks is news on the day on which it certainly is.
        let is_over = forecast.deadline.as_ref().is_some_and(|due| due.latest <= desk.question.period.latest);
        if is_over && forecasts::is_due(desk, forecast) {
            let text = forecasts::text(desk, &revision, forecast);
            found.push(Candidate { text, records: forecasts::records(&revision, forecast) });
        }
    }
    for revision in desk.snapshot.all_live(Collection::Pledges) {
        let Body::Pledge(pledge) = &revision.body else { continue };
        if pledges::is_due(desk, pledge) {
            let text = pledges::text(desk, &revision, pledge);
            found.push(Candidate { text, records: pledges::records(&revision, pledge) });
        }
    }
    found
}
