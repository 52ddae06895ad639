//! Obligations: what is to be done by whom and when, and how that stands at the end of the period.

use super::desk::Desk;
use super::language::Word;
use super::{Section, SectionKind};

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    desk.section(SectionKind::Obligations).done(desk, Word::NothingObligations)
}
