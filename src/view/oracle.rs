//! The row-wise evaluation of one incident: the rules, written to be believed. Every faster engine must agree with it.

use crate::domain::evidence::{Basis, Evidence};
use crate::domain::verdict::{Denial, Judgement, Missing, denials};

use super::choice::Chosen;

/// What is to be said of one incident under one reading on one basis.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The verdict, with every row.
    pub judgement: Judgement,
    /// What would settle it.
    pub missing: Vec<Missing>,
    /// Who denies what.
    pub denials: Vec<Denial>,
}

/// Judges an incident and says what is open and what is denied.
pub fn answer(reading: &Chosen<'_>, evidence: &Evidence, basis: Basis) -> Answer {
    let judgement = reading.applied.judge(evidence, basis);
    Answer { missing: judgement.missing(), denials: denials(evidence, basis), judgement }
}
