//! Coverage: where observation was possible in the period, and where it was refused. That nothing was seen is not that nothing was.

use crate::domain::name::Collection;
use crate::domain::record::Body;
use crate::domain::things::CoverageStatus;

use super::desk::Desk;
use super::language::{More, Word};
use super::{Section, SectionKind};

/// How many records of coverage are told.
const LISTED_MAX: usize = 30;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Coverage);
    let mut all: Vec<_> = desk
        .snapshot
        .all_live(Collection::Coverage)
        .filter(|revision| matches!(&revision.body, Body::Coverage(coverage) if desk.overlaps(&coverage.observed)))
        .collect();
    // Where nobody could look comes first.
    all.sort_by_key(|revision| match &revision.body {
        Body::Coverage(coverage) => (
            matches!(coverage.status, CoverageStatus::Full | CoverageStatus::Partial),
            Some(coverage.observed.earliest),
            revision.position,
        ),
        _ => (true, None, revision.position),
    });
    let more = all.len().saturating_sub(LISTED_MAX);
    for revision in all.iter().take(LISTED_MAX) {
        let Body::Coverage(coverage) = &revision.body else { continue };
        let places: Vec<String> = coverage.places.iter().map(|place| desk.place_in_country(place)).collect();
        let means: Vec<String> =
            coverage.means.iter().map(|means| desk.words.coverage_means(*means).to_owned()).collect();
        let observer = coverage.observer.as_ref().map(|who| desk.actor(who));
        let refused_by = coverage.refused_by.as_ref().map(|who| desk.actor(who));
        let text = desk.words.coverage(
            coverage.status,
            &places,
            &desk.throughout(&coverage.observed),
            &means,
            observer.as_deref(),
            refused_by.as_deref(),
            coverage.grounds.trim(),
        );
        draft.sentences.push(desk.sentence(text, vec![revision.name.clone()]));
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Coverage, more)));
    }
    draft.done(desk, Word::NothingCoverage)
}
