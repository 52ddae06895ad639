//! What the API's enums and times are called where people read them.

use comfy_table::{Attribute, Cell, Color};
use jiff::Timestamp;

use crate::wire::pb;

/// An enum value's name without its type's prefix, as words: `SECOND_STRIKE` of `LINK_TYPE_SECOND_STRIKE` is `second strike`.
fn words(name: &str, prefix: &str) -> String {
    match name.strip_prefix(prefix).unwrap_or(name) {
        "UNSPECIFIED" => String::new(),
        rest => rest.to_lowercase().replace('_', " "),
    }
}

/// A verdict in words.
pub fn verdict(verdict: pb::Verdict) -> String {
    words(verdict.as_str_name(), "VERDICT_")
}

/// A verdict as one letter, for a matrix with a legend.
pub fn letter(verdict: pb::Verdict) -> &'static str {
    match verdict {
        pb::Verdict::Breach => "B",
        pb::Verdict::NoBreach => "N",
        pb::Verdict::Undetermined => "U",
        pb::Verdict::NotAssessed => "–",
        pb::Verdict::Unspecified => "?",
    }
}

/// A cell in the colour of a verdict. The text says it too.
pub fn paint(text: impl ToString, verdict: pb::Verdict) -> Cell {
    let cell = Cell::new(text);
    match verdict {
        pb::Verdict::Breach => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        pb::Verdict::NoBreach => cell.fg(Color::Green),
        pb::Verdict::Undetermined => cell.fg(Color::Yellow),
        pb::Verdict::NotAssessed | pb::Verdict::Unspecified => cell.add_attribute(Attribute::Dim),
    }
}

/// A truth in words.
pub fn truth(truth: pb::Truth) -> String {
    words(truth.as_str_name(), "TRUTH_")
}

/// A basis in words.
pub fn basis(basis: pb::Basis) -> String {
    words(basis.as_str_name(), "BASIS_")
}

/// What a basis means, in half a sentence.
pub fn basis_meaning(basis: pb::Basis) -> &'static str {
    match basis {
        pb::Basis::Alleged => "each report taken at its word; denials listed, not weighed",
        pb::Basis::Undisputed | pb::Basis::Unspecified => "only what no report of the incident disputes",
        pb::Basis::Corroborated => "only what an independent claimant asserts too",
        pb::Basis::Verified => "only what the monitors verified",
    }
}

/// An element in one word.
pub fn element(element: pb::Element) -> String {
    words(element.as_str_name(), "ELEMENT_")
}

/// A proposition in one word.
pub fn proposition(proposition: pb::Proposition) -> String {
    words(proposition.as_str_name(), "PROPOSITION_")
}

/// Several propositions.
pub fn propositions(propositions: impl Iterator<Item = pb::Proposition>) -> String {
    propositions.map(proposition).collect::<Vec<_>>().join(", ")
}

/// Why something is missing.
pub fn cause(cause: pb::MissingCause) -> &'static str {
    match cause {
        pb::MissingCause::Fact => "not given, or not sharply enough",
        pb::MissingCause::Dispute => "in dispute",
        pb::MissingCause::Reading => "the reading leaves it open",
        pb::MissingCause::Unspecified => "",
    }
}

/// How readings agree.
pub fn outcome(outcome: pb::ComparisonOutcome) -> String {
    words(outcome.as_str_name(), "COMPARISON_OUTCOME_")
}

/// The state of an obligation.
pub fn obligation(state: pb::ObligationState) -> String {
    words(state.as_str_name(), "OBLIGATION_STATE_")
}

/// What kind of contact a contact is.
pub fn contact(contact: pb::ContactType) -> String {
    words(contact.as_str_name(), "CONTACT_TYPE_")
}

/// What kind of thing is pledged.
pub fn pledge(pledge: pb::PledgeType) -> String {
    words(pledge.as_str_name(), "PLEDGE_TYPE_")
}

/// What is done about a pledge.
pub fn pledge_move(pledge_move: pb::PledgeMove) -> String {
    words(pledge_move.as_str_name(), "PLEDGE_MOVE_")
}

/// What kind of text an instrument is.
pub fn instrument(instrument: pb::InstrumentType) -> String {
    words(instrument.as_str_name(), "INSTRUMENT_TYPE_")
}

/// How an instrument treats a term.
pub fn treatment(treatment: pb::TreatmentType) -> String {
    words(treatment.as_str_name(), "TREATMENT_TYPE_")
}

/// What an actor makes of something.
pub fn stance(position: pb::StancePosition) -> String {
    words(position.as_str_name(), "STANCE_POSITION_")
}

/// What ties one record to another.
pub fn link(link: pb::LinkType) -> String {
    words(link.as_str_name(), "LINK_TYPE_")
}

/// How far a finding has come.
pub fn finding(status: pb::FindingStatus) -> String {
    words(status.as_str_name(), "FINDING_STATUS_")
}

/// What became of what was struck.
pub fn effect(effect: pb::Effect) -> String {
    words(effect.as_str_name(), "EFFECT_")
}

/// How far observation was possible.
pub fn coverage(status: pb::CoverageStatus) -> String {
    words(status.as_str_name(), "COVERAGE_STATUS_")
}

/// How days are counted.
pub fn counting(rule: pb::CountingRule) -> &'static str {
    match rule {
        pb::CountingRule::InclusiveDays => "inclusive days",
        pb::CountingRule::Elapsed => "elapsed hours",
        pb::CountingRule::CalendarMonth => "calendar month",
        pb::CountingRule::Unspecified => "",
    }
}

/// Where a selection lists a node.
pub fn listing(listing: pb::Listing) -> String {
    words(listing.as_str_name(), "LISTING_")
}

/// An instant in UTC, such as `2025-03-18 14:00Z`.
pub fn instant(timestamp: &prost_types::Timestamp) -> String {
    let format =
        if timestamp.seconds % 60 == 0 && timestamp.nanos == 0 { "%Y-%m-%d %H:%MZ" } else { "%Y-%m-%d %H:%M:%SZ" };
    formatted(timestamp, format)
}

/// An instant as ISO 8601 has it, such as `2025-03-18T14:00:00Z`.
pub fn iso(timestamp: &prost_types::Timestamp) -> String {
    match Timestamp::new(timestamp.seconds, timestamp.nanos) {
        Ok(instant) => instant.to_string(),
        Err(_) => format!("{} s", timestamp.seconds),
    }
}

/// The day of an instant in UTC, such as `18 Mar`.
pub fn day(timestamp: &prost_types::Timestamp) -> String {
    formatted(timestamp, "%-d %b")
}

fn formatted(timestamp: &prost_types::Timestamp, format: &str) -> String {
    match Timestamp::new(timestamp.seconds, timestamp.nanos) {
        Ok(instant) => instant.strftime(format).to_string(),
        Err(_) => format!("{} s", timestamp.seconds),
    }
}

/// A bound: one instant, or the two that it lies between.
pub fn bound(bound: Option<&pb::Bound>, missing: &str) -> String {
    let ends = bound.and_then(|bound| Some((bound.earliest.as_ref()?, bound.latest.as_ref()?)));
    match ends {
        None => missing.to_owned(),
        Some((earliest, latest)) if earliest == latest => instant(earliest),
        Some((earliest, latest)) => from_to(&instant(earliest), &instant(latest)),
    }
}

/// A span written `A/B` with two instants, as people read it; `None` if it is something else.
pub fn span(written: &str) -> Option<String> {
    let (earliest, latest) = written.split_once('/')?;
    let read = |text: &str| {
        let instant: Timestamp = text.parse().ok()?;
        Some(prost_types::Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() })
    };
    Some(from_to(&instant(&read(earliest)?), &instant(&read(latest)?)))
}

/// Two instants, with the day once where it is one day.
fn from_to(earliest: &str, latest: &str) -> String {
    let is_one_day = earliest.get(..10) == latest.get(..10);
    let latest = if is_one_day { latest.get(11..).unwrap_or_default() } else { latest };
    format!("{}–{latest}", earliest.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enums_are_words_without_their_prefix() {
        assert_eq!(verdict(pb::Verdict::NoBreach), "no breach");
        assert_eq!(instrument(pb::InstrumentType::UnilateralStatement), "unilateral statement");
        assert_eq!(counting(pb::CountingRule::Unspecified), "");
    }

    #[test]
    fn times_are_utc_and_say_so() {
        let at = |seconds| prost_types::Timestamp { seconds, nanos: 0 };
        assert_eq!(instant(&at(1_742_306_400)), "2025-03-18 14:00Z");
        assert_eq!(instant(&at(1_742_306_401)), "2025-03-18 14:00:01Z");
        assert_eq!(day(&at(1_742_306_400)), "18 Mar");
        let open = pb::Bound { earliest: Some(at(0)), latest: Some(at(0)), local: String::new() };
        assert_eq!(bound(Some(&open), "open"), "1970-01-01 00:00Z");
        assert_eq!(bound(None, "open"), "open");
        assert_eq!(span("2025-03-18T23:20:00Z/2025-03-18T23:21:00Z").as_deref(), Some("2025-03-18 23:20–23:21Z"));
        assert_eq!(span("dossiers/d"), None);
        let span = |latest| pb::Bound { earliest: Some(at(0)), latest: Some(at(latest)), local: String::new() };
        assert_eq!(bound(Some(&span(3600)), ""), "1970-01-01 00:00–01:00Z");
        assert_eq!(bound(Some(&span(90_000)), ""), "1970-01-01 00:00–1970-01-02 01:00Z");
    }
}
