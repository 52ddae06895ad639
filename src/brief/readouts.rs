//! What the texts say: those on one contact side by side, silence included, and the points on which they part.

use std::collections::BTreeMap;

use crate::domain::name::{ActorName, ContactName, RecordName, TermName};
use crate::domain::record::{Body, Position, Revision};
use crate::domain::texts::{Instrument, InstrumentType, TermType, Treatment, TreatmentType};

use super::desk::Desk;
use super::language::{More, Word};
use super::{Cell, Section, SectionKind, Table};

/// How many points are told in a sentence; the tables have all.
const PARTING_MAX: usize = 5;

/// How many texts stand side by side.
const TEXTS_MAX: usize = 8;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Readouts);
    let texts = texts(desk);
    for parting in partings(desk, &texts).into_iter().take(PARTING_MAX) {
        draft.sentences.push(desk.sentence(parting.text, parting.records));
    }
    for (contact, texts) in by_contact(&texts) {
        // Texts that follow one upon the other by weeks do not stand side by side: the latest do.
        let more = texts.len().saturating_sub(TEXTS_MAX);
        let shown = &texts[more..];
        if more > 0 {
            draft.sentences.push(desk.note(desk.words.more(More::Texts, more)));
        }
        if let Some(table) = table(desk, contact, shown) {
            draft.tables.push(table);
        }
    }
    draft.done(desk, Word::NothingReadouts)
}

/// A text with its revision.
pub(super) type Text<'d> = (&'d Revision, &'d Instrument);

/// The texts of the edition: those stated or known in the period, and whatever else was written about the same contacts.
pub(super) fn texts<'d>(desk: &'d Desk<'_>) -> Vec<Text<'d>> {
    let of_period: Vec<Text<'d>> = desk.instruments().filter(|(r, i)| desk.is_of_period(r, Some(&i.stated))).collect();
    let contacts: Vec<&ContactName> = of_period.iter().filter_map(|(_, text)| text.contact.as_ref()).collect();
    let end = desk.question.period.latest;
    let is_beside = |text: &Instrument| {
        text.stated.earliest < end && text.contact.as_ref().is_some_and(|contact| contacts.contains(&contact))
    };
    let is_here = |revision: &Revision| of_period.iter().any(|(r, _)| r.name == revision.name);
    let mut texts: Vec<Text<'d>> = desk.instruments().filter(|(r, i)| is_here(r) || is_beside(i)).collect();
    texts.sort_by_key(|(revision, text)| (text.stated.earliest, text.stated.latest, first_position(desk, revision)));
    texts
}

/// Where a record was first recorded: an order that no correction changes.
fn first_position(desk: &Desk<'_>, revision: &Revision) -> Position {
    desk.snapshot.revisions_of(&revision.name).next().map_or(revision.position, |first| first.position)
}

fn by_contact<'d, 't>(texts: &'t [Text<'d>]) -> Vec<(Option<&'t ContactName>, Vec<Text<'d>>)> {
    let mut groups: Vec<(Option<&ContactName>, Vec<Text<'d>>)> = Vec::new();
    for text in texts {
        let contact = text.1.contact.as_ref();
        match groups.iter_mut().find(|(of, _)| *of == contact) {
            Some((_, texts)) => texts.push(*text),
            None => groups.push((contact, vec![*text])),
        }
    }
    groups
}

/// A point on which texts part.
pub(super) struct Parting {
    pub(super) text: String,
    /// About what they are.
    pub(super) contact: ContactName,
    pub(super) term: TermName,
    /// Few ways of putting it: those of readouts and agreed texts first.
    pub(super) few: Vec<String>,
    pub(super) records: Vec<RecordName>,
}

/// How many ways of putting it a short text has.
const WAYS_MAX: usize = 3;

/// The points on which texts on one contact part: first those that texts prohibit or oblige, and of each the most ways of putting it.
pub(super) fn partings(desk: &Desk<'_>, texts: &[Text<'_>]) -> Vec<Parting> {
    let mut found: Vec<((bool, usize), Parting)> = Vec::new();
    for (contact, texts) in by_contact(texts) {
        let Some(contact) = contact else { continue };
        // What an outlet makes of a text is no text of its own.
        let texts: Vec<&Text<'_>> = texts.iter().filter(|(_, t)| t.instrument_type != InstrumentType::Gloss).collect();
        for term in terms(texts.iter().map(|text| text.1)) {
            let treated: Vec<(&Text<'_>, &Treatment)> =
                texts.iter().filter_map(|text| Some((*text, treatment(text.1, &term)?))).collect();
            let mut ways: Vec<(TreatmentType, &str)> = Vec::new();
            for (_, treatment) in &treated {
                let way = (treatment.treatment_type, treatment.wording.trim());
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
            let writers: Vec<&ActorName> = treated.iter().filter_map(|(text, _)| text.1.author.as_ref()).collect();
            let is_one_writer = writers.windows(2).all(|pair| pair[0] == pair[1]);
            if ways.len() < 2 || is_one_writer {
                continue;
            }
            let said = said(desk, &treated);
            let (parts, few) = (texts_of(said.iter()), texts_of(few(&said).into_iter()));
            let few = if few.len() < 2 { parts.clone() } else { few };
            let is_topic = is_topic(desk, &term);
            let records = treated.iter().map(|((revision, _), _)| revision.name.clone()).collect();
            let text = desk.words.texts_part(Some(&desk.name_of(&contact.record())), &desk.term(&term), &parts);
            let parting = Parting { text, contact: contact.clone(), term: term.clone(), few, records };
            found.push(((is_topic, usize::MAX - ways.len()), parting));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, parting)| parting).collect()
}

/// How one writer puts a point.
struct Put {
    writer: String,
    way: TreatmentType,
    wording: String,
    /// Whether it stands in a readout or an agreed text.
    is_readout: bool,
    text: String,
}

/// How each writer puts a point, each way once; a writer who puts it in words is not told again as one who states it.
fn said(desk: &Desk<'_>, treated: &[(&Text<'_>, &Treatment)]) -> Vec<Put> {
    let mut all: Vec<Put> = Vec::new();
    for ((_, text), treatment) in treated {
        let (writer, way) = (writer(desk, text), treatment.treatment_type);
        let wording = treatment.wording.trim().to_owned();
        let is_readout = matches!(text.instrument_type, InstrumentType::Readout | InstrumentType::AgreedText);
        let told = desk.words.treats(&writer, way, &wording);
        if !all.iter().any(|put| put.text == told) {
            all.push(Put { writer, way, wording, is_readout, text: told });
        }
    }
    let in_words: Vec<String> =
        all.iter().filter(|put| !put.wording.is_empty()).map(|put| put.writer.clone()).collect();
    let is_bare = |put: &Put| put.wording.is_empty() && put.way == TreatmentType::States;
    all.retain(|put| !is_bare(put) || !in_words.contains(&put.writer));
    all
}

/// Few ways of putting it that differ, those of readouts and agreed texts first. To pass over a point or reject it is one too:
/// otherwise texts would be said to part that are shown to agree.
fn few(said: &[Put]) -> Vec<&Put> {
    let mut few: Vec<&Put> = Vec::new();
    for put in said.iter().filter(|put| put.is_readout).chain(said.iter().filter(|put| !put.is_readout)) {
        let is_new = !few.iter().any(|known| (known.way, &known.wording) == (put.way, &put.wording));
        if is_new && few.len() < WAYS_MAX {
            few.push(put);
        }
    }
    few
}

fn texts_of<'p>(said: impl Iterator<Item = &'p Put>) -> Vec<String> {
    said.map(|put| put.text.clone()).collect()
}

fn is_topic(desk: &Desk<'_>, term: &TermName) -> bool {
    match desk.snapshot.find(&term.record()).as_deref().map(|revision| &revision.body) {
        Some(Body::Term(term)) => term.term_type == TermType::Topic,
        _ => true,
    }
}

/// Who wrote a text.
pub(super) fn writer(desk: &Desk<'_>, text: &Instrument) -> String {
    text.author.as_ref().map_or_else(|| text.display_name.clone(), |author| desk.actor(author))
}

/// The terms that texts treat, in the order of first mention.
fn terms<'t>(texts: impl Iterator<Item = &'t Instrument>) -> Vec<TermName> {
    let mut terms: Vec<TermName> = Vec::new();
    for treatment in texts.flat_map(|text| &text.treatments) {
        if !terms.contains(&treatment.term) {
            terms.push(treatment.term.clone());
        }
    }
    terms
}

fn treatment<'t>(text: &'t Instrument, term: &TermName) -> Option<&'t Treatment> {
    text.treatments.iter().find(|treatment| treatment.term == *term)
}

fn table(desk: &Desk<'_>, contact: Option<&ContactName>, texts: &[Text<'_>]) -> Option<Table> {
    let terms = terms(texts.iter().map(|(_, text)| *text));
    if terms.is_empty() {
        return None;
    }
    let mut columns = vec![desk.words.word(Word::Point).to_owned()];
    let mut heads: BTreeMap<String, usize> = BTreeMap::new();
    for (_, text) in texts {
        let head = desk.words.text_head(&writer(desk, text), text.instrument_type, &desk.days_bare(&text.stated));
        // Two texts of one kind by one hand on one day are told apart by number.
        let count = heads.entry(head.clone()).or_default();
        *count += 1;
        columns.push(if *count == 1 { head } else { format!("{head} ({count})") });
    }
    let rows = terms.iter().map(|term| {
        let cell = |text: &Instrument| match treatment(text, term) {
            None => desk.words.word(Word::NotLookedAt).to_owned(),
            Some(treatment) => cell(desk, treatment),
        };
        let cells = std::iter::once(desk.term(term)).chain(texts.iter().map(|(_, text)| cell(text)));
        let behind = texts.iter().filter(|(_, text)| treatment(text, term).is_some()).map(|(r, _)| r.name.clone());
        let records = std::iter::once(term.record()).chain(behind).collect();
        desk.row(cells.map(Cell::from).collect(), records)
    });
    let name = contact.map(|contact| desk.name_of(&contact.record()));
    Some(Table {
        caption: desk.words.readouts_of(name.as_deref()),
        columns,
        rows: rows.collect(),
        note: desk.words.word(Word::ReadoutsNote).to_owned(),
    })
}

fn cell(desk: &Desk<'_>, treatment: &Treatment) -> String {
    let how = desk.words.treatment(treatment.treatment_type);
    match (treatment.wording.trim(), treatment.treatment_type) {
        ("", _) => how.to_owned(),
        (wording, TreatmentType::States) => desk.words.quoted(wording),
        (wording, _) => format!("{how}: {}", desk.words.quoted(wording)),
    }
}
