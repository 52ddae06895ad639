//! Writes verdicts, the states of obligations, and what comes with them: elements with the rules that decided, what is missing, who denies what.

use crate::domain::evidence::{Origin, RecordRef, Said};
use crate::domain::name::{Collection, Id, RecordName};
use crate::domain::obligation;
use crate::domain::record::Body;
use crate::domain::report::Proposition;
use crate::domain::selection::Branch;
use crate::domain::taxonomy;
use crate::domain::time::{Bound, Span, Zone};
use crate::domain::verdict::{Denial, Element, ElementResult, Missing, RowResult, Rule};
use crate::domain::window::{CountedEnd, Side};
use crate::view::assess::{Assessment, Docket};
use crate::view::choice::{Chosen, Key};
use crate::view::compare::{Comparison, PairTable};
use crate::view::inconsistency::Inconsistency;
use crate::view::snapshot::Snapshot;
use crate::view::tally::{GroupKey, TallyRow};
use crate::wire::mirrored::{Mirrored, number_of};
use crate::wire::{instant, pb};

use super::writer::{Context, Form, Writer, number};

/// The version of the rules by which verdicts are computed.
pub const RULES_VERSION: &str = "1";

/// What is counted.
const UNIT: &str = "incidents";

/// Writes one verdict; every row only if it is to be explained.
pub fn assessment(
    assessment: &Assessment<'_, '_>,
    snapshot: &Snapshot,
    explain: bool,
    context: &Context<'_>,
) -> pb::Assessment {
    let writer = Scribe { zone: &assessment.reading.applied.window().zone, ..Scribe::new(context) };
    let judgement = &assessment.answer.judgement;
    let elements = judgement.deciding_row().map(|row| &row.elements[..]).unwrap_or_default();
    let rows = if explain { &judgement.rows[..] } else { &[] };
    pb::Assessment {
        incident: writer.writer.name(&assessment.admitted.group.incident),
        same_event: writer.writer.names(&assessment.admitted.group.same_event),
        reading: writer.key(&assessment.reading.key),
        basis: assessment.basis.number(),
        verdict: judgement.verdict.number(),
        elements: elements.iter().map(|e| writer.element(e)).collect(),
        missing: assessment.answer.missing.iter().map(|m| writer.missing(m)).collect(),
        denials: assessment.answer.denials.iter().map(|d| writer.denial(d, snapshot)).collect(),
        rows: rows.iter().map(|r| writer.row(r)).collect(),
    }
}

/// Writes which reading was applied, and how its window was worked out.
pub fn applied_reading(chosen: &Chosen<'_>, context: &Context<'_>) -> pb::AppliedReading {
    let writer = Scribe { zone: &chosen.applied.window().zone, ..Scribe::new(context) };
    let Chosen { key, position, term, held_by, instrument, wording, applied, .. } = chosen;
    let window = applied.window();
    pb::AppliedReading {
        reading: writer.key(key),
        position: number(*position),
        term: writer.writer.name(term),
        held_by: writer.writer.optional_name(held_by),
        instrument: instrument.as_ref().map_or_else(String::new, |(name, _)| writer.writer.name(name)),
        instrument_type: number_of(instrument.as_ref().map(|(_, kind)| *kind)),
        wording: wording.clone(),
        start: writer.side(window.start),
        end: writer.side(window.end),
        ends: window.ends.iter().map(|end| writer.counted_end(end)).collect(),
    }
}

/// Writes what was counted.
pub fn counted(docket: &Docket<'_>, context: &Context<'_>) -> pb::Counted {
    let writer = Writer::new(context, Form::Answer);
    let count = |n: usize| i64::try_from(n).expect("fewer incidents than i64 holds");
    pb::Counted {
        unit: UNIT.to_owned(),
        window: docket.window.as_ref().map(|span: &Span| writer.span(span)),
        incidents: count(docket.admitted.count()),
        uncertain: count(docket.uncertain),
        rules_version: RULES_VERSION.to_owned(),
        taxonomy_version: taxonomy::VERSION.to_owned(),
    }
}

/// Writes one row of a tally.
pub fn tally_row(row: &TallyRow, readings: &[Chosen<'_>], context: &Context<'_>) -> pb::TallyRow {
    let writer = Scribe::new(context);
    let TallyRow { reading, basis, group, counts } = row;
    let in_collection = |collection, id: &str| writer.named(collection, id);
    let group_key = |key: &Option<GroupKey>| match key {
        None => String::new(),
        Some(GroupKey::Time(text)) => text.clone(),
        Some(GroupKey::Actor(id)) => in_collection(Collection::Actors, id),
        Some(GroupKey::Place(id)) => in_collection(Collection::Places, id),
        Some(GroupKey::Class(id)) => id.to_string(),
    };
    pb::TallyRow {
        reading: writer.key(&readings[*reading].key),
        basis: basis.number(),
        group: group.iter().map(group_key).collect(),
        breach: counts.breach,
        no_breach: counts.no_breach,
        undetermined: counts.undetermined,
        not_assessed: counts.not_assessed,
    }
}

/// Writes one comparison.
pub fn comparison(comparison: &Comparison, readings: &[Chosen<'_>], context: &Context<'_>) -> pb::Comparison {
    let writer = Scribe::new(context);
    let key = |index: usize| writer.key(&readings[index].key);
    let Comparison { admitted, term, basis, outcome, verdicts, partings } = comparison;
    pb::Comparison {
        incident: writer.writer.name(&admitted.group.incident),
        term: writer.writer.name(term),
        basis: basis.number(),
        outcome: outcome.number(),
        verdicts: verdicts
            .iter()
            .map(|(reading, verdict)| pb::ReadingVerdict { reading: key(*reading), verdict: verdict.number() })
            .collect(),
        partings: partings
            .iter()
            .map(|p| pb::Parting {
                reading_a: key(p.a.0),
                verdict_a: p.a.1.number(),
                reading_b: key(p.b.0),
                verdict_b: p.b.1.number(),
                elements: p.elements.iter().map(|e| e.number()).collect(),
            })
            .collect(),
    }
}

/// Writes how often each pair of verdicts was met.
pub fn pair_table(table: &PairTable, readings: &[Chosen<'_>], context: &Context<'_>) -> pb::PairTable {
    let writer = Scribe::new(context);
    let PairTable { a, b, basis, counts } = table;
    let [of_breach, of_no_breach, of_undetermined] = counts;
    pb::PairTable {
        reading_a: writer.key(&readings[*a].key),
        reading_b: writer.key(&readings[*b].key),
        basis: basis.number(),
        breach_breach: of_breach[0],
        breach_no_breach: of_breach[1],
        breach_undetermined: of_breach[2],
        no_breach_breach: of_no_breach[0],
        no_breach_no_breach: of_no_breach[1],
        no_breach_undetermined: of_no_breach[2],
        undetermined_breach: of_undetermined[0],
        undetermined_no_breach: of_undetermined[1],
        undetermined_undetermined: of_undetermined[2],
    }
}

/// Writes one inconsistency.
pub fn inconsistency(found: &Inconsistency, snapshot: &Snapshot, context: &Context<'_>) -> pb::Inconsistency {
    let writer = Scribe::new(context);
    let Inconsistency { kind, actor, group, report, other_report, reading, propositions, missing } = found;
    pb::Inconsistency {
        r#type: kind.number(),
        actor: writer.named(Collection::Actors, actor),
        incident: writer.writer.name(&snapshot.group_at(*group).incident),
        report: Some(writer.reference(report)),
        other_report: other_report.as_ref().map(|r| writer.reference(r)),
        reading: reading.as_ref().map_or_else(String::new, |key| writer.key(key)),
        propositions: propositions.iter().map(|p| p.number()).collect(),
        missing: missing.iter().map(|m| writer.missing(m)).collect(),
    }
}

/// Writes what became of one obligation.
pub fn obligation(
    reading: &Chosen<'_>,
    judged: &obligation::Assessment,
    context: &Context<'_>,
) -> pb::ObligationAssessment {
    let writer = Scribe { zone: &reading.applied.window().zone, ..Scribe::new(context) };
    let references = |records: &[RecordRef]| records.iter().map(|r| writer.reference(r)).collect();
    let elements = |results: &[ElementResult]| results.iter().map(|e| writer.element(e)).collect();
    let obligation::Assessment { state, fulfilled_by, possible, late, deadline, duties, elements: of_all } = judged;
    let duty = |(index, result): (usize, &obligation::DutyResult)| {
        let obligation::DutyResult { truth, fulfilled_by, possible, late, elements: of_best } = result;
        pb::DutyResult {
            duty: index_number(index),
            truth: truth.number(),
            fulfilled_by: references(fulfilled_by),
            possible: references(possible),
            late: references(late),
            elements: elements(of_best),
        }
    };
    pb::ObligationAssessment {
        reading: writer.key(&reading.key),
        state: state.number(),
        fulfilled_by: references(fulfilled_by),
        possible: references(possible),
        late: references(late),
        deadline: writer.side(*deadline),
        duties: duties.iter().enumerate().map(duty).collect(),
        elements: elements(of_all),
    }
}

struct Scribe<'c> {
    writer: Writer<'c>,
    /// In which the bounds of windows speak.
    zone: &'c Zone,
}

impl<'c> Scribe<'c> {
    fn new(context: &Context<'c>) -> Scribe<'c> {
        Scribe { writer: Writer::new(context, Form::Answer), zone: context.zone }
    }

    fn key(&self, key: &Key) -> String {
        match key {
            Key::Named(name) => self.writer.name(name),
            Key::Hypothetical(index) => format!("hypothetical/{index}"),
        }
    }

    fn named(&self, collection: Collection, id: &str) -> String {
        Id::parse(id).map_or_else(|_| id.to_owned(), |id| self.writer.record(&RecordName { collection, id }))
    }

    fn reference(&self, reference: &RecordRef) -> pb::RecordRef {
        pb::RecordRef { name: self.writer.record(&reference.name), position: number(reference.position) }
    }

    fn row(&self, row: &RowResult) -> pb::RowResult {
        let RowResult { source, struck, truth, elements } = row;
        pb::RowResult {
            source: Some(self.reference(source)),
            struck: index_number(*struck),
            truth: truth.number(),
            elements: elements.iter().map(|e| self.element(e)).collect(),
        }
    }

    fn element(&self, result: &ElementResult) -> pb::ElementResult {
        let ElementResult { element, truth, facts, rule, cause: _ } = result;
        let rule = match rule {
            Rule::Selection { fact, branches } => pb::element_result::Rule::Selection(pb::SelectionRule {
                fact: self.node(*element, fact),
                branches: branches.iter().map(|b| self.branch(*element, b)).collect(),
            }),
            Rule::Window { decision, counting } => pb::element_result::Rule::Window(pb::WindowRule {
                at_end: decision.at_end,
                bound: self.side(decision.side),
                counting: counting.filter(|_| decision.at_end).map_or(0, Mirrored::number),
            }),
            Rule::Note(note) => pb::element_result::Rule::Note((*note).to_owned()),
        };
        let facts = facts.iter().map(|f| self.fact(f)).collect();
        pb::ElementResult { element: element.number(), truth: truth.number(), facts, rule: Some(rule) }
    }

    /// A node of an element's hierarchy: actors and places by their full names, classes by their identifiers.
    fn node(&self, element: Element, key: &str) -> String {
        let one = |key: &str| match element {
            _ if key == "*" => key.to_owned(),
            Element::Actor | Element::Against => self.named(Collection::Actors, key),
            Element::Place => self.named(Collection::Places, key),
            Element::Operative
            | Element::Occurrence
            | Element::Act
            | Element::Object
            | Element::Weapon
            | Element::Window
            | Element::Effect
            | Element::Exception => key.to_owned(),
        };
        key.split(" & ").map(one).collect::<Vec<_>>().join(" & ")
    }

    fn branch(&self, element: Element, branch: &Branch) -> pb::Branch {
        let Branch { node, truth, listed, listing, path } = branch;
        pb::Branch {
            node: self.node(element, node),
            truth: truth.number(),
            listed: listed.as_ref().map_or_else(String::new, |l| self.node(element, l)),
            listing: listing.number(),
            path: path.iter().map(|n| self.node(element, n)).collect(),
        }
    }

    fn fact(&self, origin: &Origin) -> pb::UsedFact {
        let Origin { record, field, said, unsourced } = origin;
        let value = match said {
            Said::Record(name) => self.writer.record(name),
            Said::Text(text) => text.clone(),
        };
        pb::UsedFact { record: Some(self.reference(record)), field: field.clone(), value, unsourced: *unsourced }
    }

    fn missing(&self, missing: &Missing) -> pb::Missing {
        let Missing { element, source, struck, cause, note, decisive } = missing;
        pb::Missing {
            element: element.number(),
            source: Some(self.reference(source)),
            struck: index_number(*struck),
            cause: cause.number(),
            note: note.clone(),
            decisive: *decisive,
        }
    }

    fn denial(&self, denial: &Denial, snapshot: &Snapshot) -> pb::Denial {
        let Denial { source, propositions } = denial;
        let revision = snapshot.find(&source.name);
        // A finding has no claimant.
        let claimant = match revision.as_deref().map(|r| &r.body) {
            Some(Body::Report(report)) => self.writer.name(&report.claimant),
            Some(_) | None => String::new(),
        };
        pb::Denial {
            report: Some(self.reference(source)),
            claimant,
            propositions: propositions.iter().map(|p: &Proposition| p.number()).collect(),
        }
    }

    fn side(&self, side: Side) -> Option<pb::Bound> {
        match (side.earliest, side.latest) {
            (None, None) => None,
            (Some(earliest), Some(latest)) => Some(self.writer.bound(&Bound { earliest, latest }, self.zone)),
            (earliest, latest) => Some(pb::Bound {
                earliest: earliest.map(instant::write),
                latest: latest.map(instant::write),
                local: String::new(),
            }),
        }
    }

    fn counted_end(&self, counted: &CountedEnd) -> pb::CountedEnd {
        let CountedEnd { rule, end: Bound { earliest, latest } } = counted;
        let end = self.side(Side { earliest: Some(*earliest), latest: Some(*latest) });
        pb::CountedEnd { rule: rule.number(), end }
    }
}

fn index_number(index: usize) -> i32 {
    i32::try_from(index).expect("a record lists fewer things than i32 holds")
}
