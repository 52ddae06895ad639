//! Contacts: held, under way, planned, talked of or called off; how long they took by each account; what was announced before.

use jiff::SignedDuration;

use crate::domain::name::{ActorName, DocumentName, RecordName};
use crate::domain::record::{Body, Revision};
use crate::domain::texts::{Contact, ContactStatus, ParticipantRole};

use super::desk::Desk;
use super::language::{Beside, ContactTold, More, Word};
use super::{Section, SectionKind, SentenceKind};

/// Contacts of the day before are told once more: what follows refers to them.
const BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// How many contacts are told.
const LISTED_MAX: usize = 20;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Contacts);
    let mut all: Vec<(&Revision, &Contact)> = desk.contacts().filter(|(r, c)| is_of_edition(desk, r, c)).collect();
    all.sort_by_key(|(revision, contact)| {
        let time = contact.began.as_ref().or(contact.planned.as_ref()).map(|span| span.earliest);
        (time.is_none(), time, revision.position)
    });
    let more = all.len().saturating_sub(LISTED_MAX);
    for (revision, contact) in all.into_iter().take(LISTED_MAX) {
        let line = Line::of(desk, revision, contact, true);
        let mut text = desk.words.contact(&line.told(contact));
        let mut records = vec![revision.name.clone()];
        records.extend(line.announcements.clone());
        if let Some(lengths) = lengths(desk, revision, contact) {
            text = format!("{text} {lengths}");
        }
        if let Some((earlier, behind)) = announced_before(desk, revision, contact) {
            text = format!("{text} {earlier}");
            records.extend(behind);
        }
        let kind = match desk.previous {
            None => SentenceKind::New,
            Some(previous) if !previous.is_there(&revision.name) => SentenceKind::New,
            Some(_) if desk.is_news(revision) => SentenceKind::Updated,
            Some(_) => {
                draft.sentences.push(desk.sentence(text, records));
                continue;
            }
        };
        draft.sentences.push(desk.sentence_of(kind, text, records));
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Contacts, more)));
    }
    let lasting: Vec<&Revision> = desk
        .contacts()
        .filter(|(r, c)| is_lasting(desk, r, c))
        .map(|(revision, _)| revision)
        .take(LISTED_MAX)
        .collect();
    if !lasting.is_empty() {
        let names: Vec<String> = lasting.iter().map(|revision| desk.name_of_revision(revision)).collect();
        let records = lasting.iter().map(|revision| revision.name.clone()).collect();
        draft.sentences.push(desk.sentence(desk.words.still_under_way(&names), records));
    }
    draft.done(desk, Word::NothingContacts)
}

/// Whether a contact is of the edition: begun in the period or the day before, still to come, or first known in it.
pub(super) fn is_of_edition(desk: &Desk<'_>, revision: &Revision, contact: &Contact) -> bool {
    let period = &desk.question.period;
    let since = period.earliest.checked_sub(BEFORE).unwrap_or(period.earliest);
    // What goes on for days is of each of them.
    let ended = contact.ended.as_ref().map(|span| span.latest);
    let began = contact.began.as_ref().is_some_and(|span| {
        span.latest.max(ended.unwrap_or(span.latest)) > since && span.earliest < period.latest && begins(span)
    });
    let to_come = matches!(contact.status, ContactStatus::Planned | ContactStatus::Mooted)
        && contact.planned.as_ref().is_some_and(|span| span.latest > period.earliest);
    began || to_come || desk.came_in(revision)
}

/// Whether a contact was told as under way before the period, and that it ended is not recorded. What became known only after the period
/// was not told before it.
fn is_lasting(desk: &Desk<'_>, revision: &Revision, contact: &Contact) -> bool {
    let has_begun = contact.began.as_ref().is_none_or(|span| span.earliest < desk.question.period.latest);
    contact.status == ContactStatus::UnderWay
        && contact.ended.is_none()
        && has_begun
        && !desk.known_later(std::slice::from_ref(&revision.name))
        && !is_of_edition(desk, revision, contact)
}

/// Whether a beginning is told so sharply that it can be placed: a month is no day.
pub(super) fn begins(span: &crate::domain::time::Span) -> bool {
    span.latest.duration_since(span.earliest) <= SignedDuration::from_hours(24 * 4)
}

/// A contact's words.
pub(super) struct Line {
    name: String,
    pub(super) who: Vec<String>,
    /// Delegates, mediators, hosts and observers, by what they are: they are no parties.
    beside: Vec<Beside>,
    pub(super) when: Option<String>,
    place: Option<String>,
    purpose: String,
    sources: Vec<String>,
    announced_by: Vec<String>,
    /// The statements that announced it.
    pub(super) announcements: Vec<RecordName>,
    /// Whether it is told when it ended.
    has_ended: bool,
}

impl Line {
    /// Words for a contact by one of its revisions; `full`: persons with their offices.
    pub(super) fn of(desk: &Desk<'_>, revision: &Revision, contact: &Contact, full: bool) -> Line {
        let name = |actor: &ActorName| match full {
            true => desk.words.within(&desk.actor_in_full(actor)),
            false => desk.actor_within(actor),
        };
        let is_to_come = matches!(contact.status, ContactStatus::Planned | ContactStatus::Mooted);
        let span = if is_to_come { &contact.planned } else { &contact.began };
        let time_field = if is_to_come { "contact.planned" } else { "contact.began" };
        let carried = |field: &str| desk.is_carried(revision, field);
        let ended = contact.ended.as_ref().filter(|_| carried("contact.ended"));
        let when = span.as_ref().filter(|_| carried(time_field)).map(|span| match (is_to_come, ended) {
            (true, _) => desk.when_with_weekday(span),
            (false, Some(ended)) => desk.lasting(span, ended, false),
            (false, None) => desk.when(span),
        });
        let place = contact.place.as_ref().filter(|_| carried("contact.place"));
        // What is yet to come is called by its name, which may hold the place.
        let called = desk.name_of_revision(revision);
        let place = place.filter(|place| !is_to_come || !called.contains(&desk.place(place)));
        let announcements = if is_to_come { announcements(desk, revision) } else { Vec::new() };
        let speakers = announcements.iter().filter_map(|(_, speaker)| speaker.as_ref());
        let mut announced_by: Vec<String> = Vec::new();
        for speaker in speakers {
            let text = name(speaker);
            if !announced_by.contains(&text) {
                announced_by.push(text);
            }
        }
        let (who, beside) = parties(contact, name);
        Line {
            name: desk.name_of_revision(revision),
            who,
            beside,
            when,
            place: place.map(|place| desk.place_in_country(place)),
            purpose: if carried("contact.purpose") { contact.purpose.trim().to_owned() } else { String::new() },
            sources: desk.sources(revision, Some(if is_to_come { "contact.planned" } else { "contact.status" })),
            announced_by,
            announcements: announcements.into_iter().map(|(name, _)| name).collect(),
            has_ended: ended.is_some(),
        }
    }

    /// The same without what it is for.
    pub(super) fn without_purpose(self) -> Line {
        Line { purpose: String::new(), ..self }
    }

    /// The same with the day on which it began, whatever the hour.
    pub(super) fn in_days(self, desk: &Desk<'_>, contact: &Contact) -> Line {
        let began = contact.began.as_ref().filter(|_| self.when.is_some());
        let ended = contact.ended.as_ref().filter(|_| self.has_ended);
        let when = began.map(|span| match ended {
            Some(ended) => desk.lasting(span, ended, true),
            None => desk.on_day(span),
        });
        Line { when, ..self }
    }

    /// The same as a template takes it.
    pub(super) fn told(&self, contact: &Contact) -> ContactTold<'_> {
        ContactTold {
            name: &self.name,
            contact_type: contact.contact_type,
            status: contact.status,
            who: &self.who,
            beside: &self.beside,
            when: self.when.clone(),
            place: self.place.clone(),
            purpose: &self.purpose,
            sources: &self.sources,
            announced_by: &self.announced_by,
        }
    }
}

/// The parties of a contact, and those who take part beside them; where nobody is a party, all are told alike.
fn parties(contact: &Contact, name: impl Fn(&ActorName) -> String) -> (Vec<String>, Vec<Beside>) {
    let is_party = |role: Option<ParticipantRole>| role.is_none_or(|role| role == ParticipantRole::Principal);
    let mut who: Vec<String> = Vec::new();
    let mut beside: Vec<Beside> = Vec::new();
    let has_parties = contact.participants.iter().any(|participant| is_party(participant.role));
    for participant in &contact.participants {
        let text = name(&participant.actor);
        match participant.role.filter(|role| has_parties && !is_party(Some(*role))) {
            None => who.push(text),
            Some(role) => match beside.iter_mut().find(|(known, _)| *known == role) {
                Some((_, names)) => names.push(text),
                None => beside.push((role, vec![text])),
            },
        }
    }
    (who, beside)
}

/// How long a contact took, by each account that is carried.
fn lengths(desk: &Desk<'_>, revision: &Revision, contact: &Contact) -> Option<String> {
    // Who gives the same length is named together.
    let mut given: Vec<(String, Option<Vec<String>>)> = Vec::new();
    for (index, stated) in contact.durations.iter().enumerate() {
        if !desk.is_carried(revision, &format!("contact.durations[{index}]")) {
            continue;
        }
        let length = desk.words.duration_between(stated.least, stated.most);
        let by = stated.stated_by.as_ref().map(|actor| desk.actor_within(actor));
        match (given.iter_mut().find(|(known, who)| *known == length && who.is_some()), by) {
            (Some((_, Some(who))), Some(by)) => who.push(by),
            (_, by) => given.push((length, by.map(|by| vec![by]))),
        }
    }
    let accounts: Vec<(String, Option<String>)> =
        given.into_iter().map(|(length, who)| (length, who.map(|who| desk.words.list(&who)))).collect();
    if accounts.is_empty() { None } else { Some(desk.words.lengths(&accounts)) }
}

/// The statements that announced a contact: those made about it that cite what carries its time.
fn announcements(desk: &Desk<'_>, revision: &Revision) -> Vec<(RecordName, Option<ActorName>)> {
    let carriers = desk.carriers(revision, "contact.planned").unwrap_or_default();
    let documents: Vec<&DocumentName> = carriers.iter().map(|citation| &citation.document).collect();
    let about = desk.statements().filter(|(said, statement)| {
        statement.contact.as_ref().is_some_and(|contact| contact.record() == revision.name)
            && said.citations.iter().any(|citation| documents.contains(&&citation.document))
    });
    about.map(|(said, statement)| (said.name.clone(), statement.speaker.clone())).collect()
}

/// That an earlier revision of the contact named another day.
pub(super) fn announced_before(
    desk: &Desk<'_>,
    revision: &Revision,
    contact: &Contact,
) -> Option<(String, Vec<RecordName>)> {
    if !matches!(contact.status, ContactStatus::Planned | ContactStatus::Mooted) {
        return None;
    }
    let differs = |earlier: &Contact| earlier.planned.is_some() && earlier.planned != contact.planned;
    let earlier = desk.snapshot.revisions_of(&revision.name).rev().find_map(|earlier| match &earlier.body {
        Body::Contact(then) if earlier.position < revision.position && differs(then) => {
            Some((earlier.clone(), then.clone()))
        }
        _ => None,
    });
    let (earlier, then) = earlier?;
    let when = desk.when_with_weekday(then.planned.as_ref()?);
    let announced = announcements(desk, &earlier);
    let who = desk.actors_within(announced.iter().filter_map(|(_, speaker)| speaker.as_ref()));
    let place = then.place.as_ref().map(|place| desk.place_in_country(place));
    let text = desk.words.announced_before(&who, &when, place.as_deref());
    Some((text, announced.into_iter().map(|(name, _)| name).collect()))
}
