//! Sources: the documents behind an edition, with what a grader thought of source and item; two values, never one.

use std::collections::{HashMap, HashSet};

use crate::domain::name::RecordName;
use crate::domain::record::{Body, Citation, Credibility, Reliability};

use super::desk::Desk;
use super::language::{More, Word};
use super::{Cell, KeyPoint, Section, SectionKind, Table};

/// How many documents are listed.
const LISTED_MAX: usize = 200;

/// The section: what the records behind the others cite.
pub(super) fn section(desk: &Desk<'_>, sections: &[Section], key_points: &[KeyPoint]) -> Section {
    let mut draft = desk.section(SectionKind::Sources);
    let of_points = key_points.iter().flat_map(|point| &point.records);
    let of_sentences = sections.iter().flat_map(|section| &section.sentences).flat_map(|sentence| &sentence.records);
    let of_rows = sections.iter().flat_map(|s| &s.tables).flat_map(|table| &table.rows).flat_map(|row| &row.records);
    let mut seen: HashSet<&RecordName> = HashSet::new();
    let mut cited: Vec<Citation> = Vec::new();
    for name in of_points.chain(of_sentences).chain(of_rows).filter(|name| seen.insert(*name)) {
        let Some(revision) = desk.snapshot.find(name) else { continue };
        cited.extend(revision.citations.iter().cloned());
    }
    // By document, in the order of publication.
    let mut documents: Vec<(Option<jiff::Timestamp>, RecordName, Vec<Citation>)> = Vec::new();
    let mut places: HashMap<RecordName, usize> = HashMap::new();
    for citation in cited {
        let name = citation.document.record();
        let Some(revision) = desk.snapshot.find(&name).filter(|revision| !revision.retracted) else { continue };
        let Body::Document(document) = &revision.body else { continue };
        match places.get(&name) {
            Some(place) => documents[*place].2.push(citation),
            None => {
                places.insert(name.clone(), documents.len());
                documents.push((document.publication(), name, vec![citation]));
            }
        }
    }
    documents.sort_by(|a, b| (a.0.is_none(), a.0, &a.1.id).cmp(&(b.0.is_none(), b.0, &b.1.id)));
    let more = documents.len().saturating_sub(LISTED_MAX);
    let rows: Vec<_> =
        documents.into_iter().take(LISTED_MAX).filter_map(|(_, name, cited)| row(desk, name, &cited)).collect();
    if !rows.is_empty() {
        let columns =
            [Word::Document, Word::Publisher, Word::Published, Word::Reliability, Word::Credibility, Word::GradedBy];
        draft.tables.push(Table {
            caption: desk.words.word(Word::SourceTable).to_owned(),
            columns: desk.columns(&columns),
            rows,
            note: desk.words.word(Word::SourcesNote).to_owned(),
        });
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Documents, more)));
    }
    draft.done(desk, Word::NothingSources)
}

fn row(desk: &Desk<'_>, name: RecordName, cited: &[Citation]) -> Option<super::Row> {
    let revision = desk.snapshot.find(&name)?;
    let Body::Document(document) = &revision.body else { return None };
    let published = document.published.as_ref().map(|span| desk.when_bare(span));
    let published = published.or_else(|| document.retrieve_time.map(|at| desk.instant(at)));
    let (mut reliability, mut credibility, mut graders) = (Vec::new(), Vec::new(), Vec::new());
    for grade in cited.iter().filter_map(|citation| citation.grade.as_ref()) {
        add(&mut reliability, grade.reliability.map(letter).unwrap_or("–").to_owned());
        add(&mut credibility, grade.credibility.map(digit).unwrap_or("–").to_owned());
        add(&mut graders, desk.named(&grade.graded_by));
    }
    if graders.is_empty() {
        let none = || vec![desk.words.word(Word::NotGraded).to_owned()];
        (reliability, credibility, graders) = (none(), none(), vec!["–".to_owned()]);
    }
    let cells = [
        desk.name_of_revision(&revision),
        if document.publisher.is_empty() { "–".to_owned() } else { document.publisher.clone() },
        published.unwrap_or_else(|| desk.words.word(Word::NotGiven).to_owned()),
        reliability.join(", "),
        credibility.join(", "),
        graders.join(", "),
    ];
    Some(desk.row(cells.into_iter().map(Cell::from).collect(), vec![name]))
}

fn add(all: &mut Vec<String>, text: String) {
    if !text.is_empty() && !all.contains(&text) {
        all.push(text);
    }
}

fn letter(reliability: Reliability) -> &'static str {
    match reliability {
        Reliability::A => "A",
        Reliability::B => "B",
        Reliability::C => "C",
        Reliability::D => "D",
        Reliability::E => "E",
        Reliability::F => "F",
    }
}

fn digit(credibility: Credibility) -> &'static str {
    match credibility {
        Credibility::One => "1",
        Credibility::Two => "2",
        Credibility::Three => "3",
        Credibility::Four => "4",
        Credibility::Five => "5",
        Credibility::Six => "6",
    }
}
