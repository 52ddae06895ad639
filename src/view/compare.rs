//! Compare: where readings of one term part, and over which elements.

use std::rc::Rc;

use crate::domain::evidence::Basis;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::TermName;
use crate::domain::truth::Truth;
use crate::domain::verdict::{Element, Judgement, Verdict};

use super::assess::{Admitted, Docket};
use super::choice::Chosen;
use super::columns::{Bits, Verdicts};
use super::oracle::answer;

/// What several readings of one term say of one incident.
#[derive(Debug)]
pub struct Comparison {
    /// The incident.
    pub admitted: Rc<Admitted>,
    /// The term.
    pub term: TermName,
    /// The basis.
    pub basis: Basis,
    /// What they say together.
    pub outcome: Outcome,
    /// What each says: the docket's reading and its verdict.
    pub verdicts: Vec<(usize, Verdict)>,
    /// Every pair that differs.
    pub partings: Vec<Parting>,
}

/// What several readings say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// All say breach.
    AgreedBreach,
    /// All say no breach.
    AgreedNoBreach,
    /// One says breach, another no breach.
    Contested,
    /// Some are undetermined, and none contradicts another.
    Open,
    /// No row is admitted on this basis.
    NotAssessed,
}

/// Two readings that differ, and over what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// The first, and its verdict.
    pub a: (usize, Verdict),
    /// The second, and its verdict.
    pub b: (usize, Verdict),
    /// The elements whose truth differs on the deciding row of the one with the truer verdict.
    pub elements: Vec<Element>,
}

/// How often each pair of verdicts was met, over all incidents: the first index is the first reading's verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairTable {
    /// The first reading.
    pub a: usize,
    /// The second.
    pub b: usize,
    /// The basis.
    pub basis: Basis,
    /// Breach, no breach, undetermined.
    pub counts: [[i64; 3]; 3],
}

/// The terms of the docket's readings, in the order in which they are first met.
pub fn terms(docket: &Docket<'_>) -> Vec<TermName> {
    let mut terms: Vec<TermName> = Vec::new();
    for reading in &docket.readings {
        if !terms.contains(&reading.term) {
            terms.push(reading.term.clone());
        }
    }
    terms
}

/// The comparisons from a cursor on: by incident, term, basis. The cursor counts the triples of all incidents, whether one is
/// admitted and a reading applies to it or not.
pub fn comparisons<'s>(docket: &Docket<'s>, cursor: usize) -> impl Iterator<Item = (usize, Comparison)> {
    let terms = Rc::new(terms(docket));
    let each = terms.len() * docket.bases.len();
    let from = cursor.checked_div(each).unwrap_or(docket.admitted.length());
    docket.admitted.iter_from(from).flat_map(move |index| {
        let (admitted, terms) = (Rc::new(docket.admitted(index)), terms.clone());
        let triples = (index * each).max(cursor)..(index + 1) * each;
        triples.filter_map(move |at| {
            let term = &terms[at % each / docket.bases.len()];
            let basis = docket.bases[at % docket.bases.len()];
            let judged = judged(docket, &admitted, term, basis);
            // An incident, a term and a basis give one comparison, even of a single reading: its outcome then says that verdict.
            (!judged.is_empty()).then(|| (at, compare(admitted.clone(), term.clone(), basis, &judged)))
        })
    })
}

/// The most readings of one term that are compared at a time.
pub const READINGS_MAX: usize = 100;

/// The most pairs of readings that are compared at a time, over all terms and bases: they grow with the square of the readings.
pub const PAIRS_MAX: usize = 20_000;

/// Refuses to compare more readings than can be shown pair by pair.
pub fn check(docket: &Docket<'_>) -> Result<(), Vec<Violation>> {
    let of_term = |term: &TermName| docket.readings.iter().filter(|r| r.term == *term).count();
    if let Some(term) = terms(docket).iter().find(|term| of_term(term) > READINGS_MAX) {
        let readings = of_term(term);
        let what =
            format!("{readings} readings of {term} are too many to compare: at most {READINGS_MAX}; narrow the choice");
        return Err(vec![Violation::new("readings", Reason::BatchTooLarge, what)]);
    }
    let pairs_of = |readings: usize| readings * readings.saturating_sub(1) / 2;
    let pairs = terms(docket).iter().map(|term| pairs_of(of_term(term))).sum::<usize>() * docket.bases.len();
    if pairs > PAIRS_MAX {
        let what = format!(
            "{pairs} pairs of readings and bases are too many to compare: at most {PAIRS_MAX}; narrow the choice"
        );
        return Err(vec![Violation::new("readings", Reason::BatchTooLarge, what)]);
    }
    Ok(())
}

/// How often each pair of verdicts was met, for every pair of readings of one term that apply to one incident. Wholes of counted
/// parts are left out.
pub fn pair_tables(docket: &Docket<'_>) -> Vec<PairTable> {
    let frame = docket.snapshot.frame();
    let mut tables = Vec::new();
    for term in terms(docket) {
        let of_term: Vec<usize> = (0..docket.readings.len()).filter(|i| docket.readings[*i].term == term).collect();
        for &basis in &docket.bases {
            let readings: Vec<&Chosen<'_>> = of_term.iter().map(|&i| &docket.readings[i]).collect();
            let verdicts: Vec<Verdicts> = frame.verdicts_of_many(docket.snapshot, &readings, basis);
            let applied: Vec<Bits> = of_term.iter().map(|&i| docket.applied(&docket.readings[i])).collect();
            for (i, &a) in of_term.iter().enumerate() {
                for (j, &b) in of_term.iter().enumerate().skip(i + 1) {
                    let mut base = applied[i].clone();
                    base.and(&applied[j]);
                    if base.count() == 0 {
                        continue;
                    }
                    base.and(frame.assessed(docket.snapshot, basis));
                    for group in docket.left_out(&base, &base) {
                        base.remove(group);
                    }
                    tables.push(PairTable { a, b, basis, counts: count_pairs(&base, &verdicts[i], &verdicts[j]) });
                }
            }
        }
    }
    tables
}

fn count_pairs(base: &Bits, a: &Verdicts, b: &Verdicts) -> [[i64; 3]; 3] {
    let split = |verdicts: &Verdicts| {
        let mut breach = base.clone();
        breach.and(&verdicts.breach);
        let mut open = base.clone();
        open.and(&verdicts.not_settled_as_none);
        open.and_not(&verdicts.breach);
        let mut none = base.clone();
        none.and_not(&breach);
        none.and_not(&open);
        [breach, none, open]
    };
    let (of_a, of_b) = (split(a), split(b));
    let count = |a: &Bits, b: &Bits| i64::try_from(a.count_and(b)).expect("fewer incidents than i64 holds");
    [0, 1, 2].map(|i| [0, 1, 2].map(|j| count(&of_a[i], &of_b[j])))
}

fn judged(docket: &Docket<'_>, admitted: &Admitted, term: &TermName, basis: Basis) -> Vec<(usize, Judgement)> {
    let of_term = docket.readings.iter().enumerate().filter(|(_, r)| r.term == *term && r.applies_at(&admitted.time));
    of_term.map(|(i, reading)| (i, answer(reading, &admitted.evidence, basis).judgement)).collect()
}

fn compare(admitted: Rc<Admitted>, term: TermName, basis: Basis, judged: &[(usize, Judgement)]) -> Comparison {
    let says = |verdict| judged.iter().any(|(_, j)| j.verdict == verdict);
    let outcome = match (says(Verdict::Breach), says(Verdict::NoBreach), says(Verdict::Undetermined)) {
        (true, true, _) => Outcome::Contested,
        (_, _, true) => Outcome::Open,
        (true, false, false) => Outcome::AgreedBreach,
        (false, true, false) => Outcome::AgreedNoBreach,
        (false, false, false) => Outcome::NotAssessed,
    };
    let mut partings = Vec::new();
    for (i, (a, of_a)) in judged.iter().enumerate() {
        for (b, of_b) in &judged[i + 1..] {
            if of_a.verdict != of_b.verdict {
                let elements = parting_elements(of_a, of_b);
                partings.push(Parting { a: (*a, of_a.verdict), b: (*b, of_b.verdict), elements });
            }
        }
    }
    let verdicts = judged.iter().map(|(i, j)| (*i, j.verdict)).collect();
    Comparison { admitted, term, basis, outcome, verdicts, partings }
}

fn parting_elements(a: &Judgement, b: &Judgement) -> Vec<Element> {
    let truth = |j: &Judgement| j.verdict.truth().unwrap_or(Truth::No);
    let (truer, other) = if truth(a) >= truth(b) { (a, b) } else { (b, a) };
    // Both judge the same rows, in the same order.
    let Some(row) = truer.deciding else { return Vec::new() };
    let pairs = truer.rows[row].elements.iter().zip(&other.rows[row].elements);
    pairs.filter(|(x, y)| x.truth != y.truth).map(|(x, _)| x.element).collect()
}
