//! A small made-up answer that the tests of this module print.

use crate::wire::pb;

fn at(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

fn name(relative: &str) -> String {
    format!("dossiers/d/{relative}")
}

pub(super) fn reference(relative: &str) -> Option<pb::RecordRef> {
    Some(pb::RecordRef { name: name(relative), position: 7 })
}

pub(super) fn readings() -> Vec<pb::AppliedReading> {
    let bound = |earliest, latest| Some(pb::Bound { earliest: at(earliest), latest: at(latest), local: String::new() });
    let ends = [
        (pb::CountingRule::InclusiveDays, bound(1_744_837_200, 1_744_837_200)),
        (pb::CountingRule::Elapsed, bound(1_744_898_400, 1_744_923_600)),
    ];
    vec![
        pb::AppliedReading {
            reading: name("readings/r1"),
            position: 3,
            term: name("terms/halt"),
            held_by: name("actors/north"),
            instrument: name("instruments/readout"),
            instrument_type: pb::InstrumentType::Readout.into(),
            wording: "energy infrastructure".into(),
            start: bound(1_742_306_400, 1_742_331_600),
            end: bound(1_744_837_200, 1_744_923_600),
            ends: ends.map(|(rule, end)| pb::CountedEnd { rule: rule.into(), end }).to_vec(),
        },
        pb::AppliedReading { reading: "hypothetical/0".into(), term: name("terms/halt"), ..Default::default() },
    ]
}

pub(super) fn assessment(incident: &str, reading: &str, basis: pb::Basis, verdict: pb::Verdict) -> pb::Assessment {
    let reading = if reading.starts_with("hypothetical/") { reading.into() } else { name(reading) };
    pb::Assessment {
        incident: name(incident),
        reading,
        basis: basis.into(),
        verdict: verdict.into(),
        ..Default::default()
    }
}

pub(super) fn counted() -> pb::Counted {
    pb::Counted {
        unit: "incidents".into(),
        window: Some(pb::TimeSpan { local: "2025-03".into(), time_zone: "Europe/Kyiv".into(), ..Default::default() }),
        incidents: 2,
        uncertain: 1,
        rules_version: "1".into(),
        taxonomy_version: "objects v1".into(),
    }
}

/// Two incidents under two readings; on the basis `ALLEGED` the first is another under the first reading.
pub(super) fn assessed() -> pb::AssessResponse {
    use pb::Basis::{Alleged, Undisputed};
    use pb::Verdict::{Breach, NoBreach, NotAssessed, Undetermined};
    let mut same = assessment("incidents/v2", "readings/r1", Undisputed, NoBreach);
    same.same_event = vec![name("incidents/v9")];
    let assessments = vec![
        assessment("incidents/v1", "readings/r1", Undisputed, Undetermined),
        assessment("incidents/v1", "readings/r1", Alleged, Breach),
        assessment("incidents/v1", "hypothetical/0", Undisputed, Breach),
        assessment("incidents/v1", "hypothetical/0", Alleged, Breach),
        same,
        assessment("incidents/v2", "hypothetical/0", Undisputed, NotAssessed),
    ];
    pb::AssessResponse { assessments, readings: readings(), counted: Some(counted()), ..Default::default() }
}

pub(super) fn tally() -> pb::TallyResponse {
    let row = |reading: String, group: &[&str], counts: [i64; 4]| pb::TallyRow {
        reading,
        basis: pb::Basis::Undisputed.into(),
        group: group.iter().map(|group| (*group).to_owned()).collect(),
        breach: counts[0],
        no_breach: counts[1],
        undetermined: counts[2],
        not_assessed: counts[3],
    };
    pb::TallyResponse {
        rows: vec![row(name("readings/r1"), &[], [0, 1, 1, 0]), row("hypothetical/0".into(), &[], [1, 0, 0, 1])],
        readings: readings(),
        counted: Some(counted()),
        coverage: vec![name("coverage/c1")],
        ..Default::default()
    }
}

pub(super) fn compared() -> pb::CompareResponse {
    use pb::Verdict::{Breach, NoBreach, Undetermined};
    let verdicts = |verdicts: &[(&str, pb::Verdict)]| {
        let of = |(reading, verdict): &(&str, pb::Verdict)| pb::ReadingVerdict {
            reading: name(reading),
            verdict: (*verdict).into(),
        };
        verdicts.iter().map(of).collect()
    };
    let parting = |a: (&str, pb::Verdict), b: (&str, pb::Verdict), elements: &[pb::Element]| pb::Parting {
        reading_a: name(a.0),
        verdict_a: a.1.into(),
        reading_b: name(b.0),
        verdict_b: b.1.into(),
        elements: elements.iter().map(|element| (*element).into()).collect(),
    };
    let comparison = |incident: &str, outcome: pb::ComparisonOutcome| pb::Comparison {
        incident: name(incident),
        term: name("terms/halt"),
        basis: pb::Basis::Undisputed.into(),
        outcome: outcome.into(),
        ..Default::default()
    };
    let (r1, r2, r3) = ("readings/r1", "readings/r2", "readings/r3");
    let contested = |incident: &str| pb::Comparison {
        verdicts: verdicts(&[(r1, Breach), (r2, NoBreach), (r3, Undetermined)]),
        partings: vec![
            parting((r1, Breach), (r2, NoBreach), &[pb::Element::Window, pb::Element::Actor]),
            parting((r1, Breach), (r3, Undetermined), &[pb::Element::Object]),
            parting((r2, NoBreach), (r3, Undetermined), &[pb::Element::Window]),
        ],
        ..comparison(incident, pb::ComparisonOutcome::Contested)
    };
    let open = pb::Comparison {
        verdicts: verdicts(&[(r1, Breach), (r3, Undetermined)]),
        partings: vec![parting((r1, Breach), (r3, Undetermined), &[pb::Element::Object])],
        ..comparison("incidents/v3", pb::ComparisonOutcome::Open)
    };
    let agreed = pb::Comparison {
        verdicts: verdicts(&[(r1, Breach), (r3, Breach)]),
        ..comparison("incidents/v4", pb::ComparisonOutcome::AgreedBreach)
    };
    let pair = pb::PairTable {
        reading_a: name(r1),
        reading_b: name(r3),
        basis: pb::Basis::Undisputed.into(),
        breach_breach: 1,
        breach_no_breach: 0,
        breach_undetermined: 3,
        no_breach_breach: 2,
        ..Default::default()
    };
    pb::CompareResponse {
        comparisons: vec![contested("incidents/v1"), contested("incidents/v2"), open, agreed],
        pairs: vec![pair],
        readings: readings(),
        counted: Some(counted()),
        ..Default::default()
    }
}

/// Actors, incidents, terms and two texts that treat them.
pub(super) fn records() -> Vec<pb::Record> {
    use pb::record::Kind;
    let record =
        |relative: &str, kind: Kind| pb::Record { name: name(relative), kind: Some(kind), ..Default::default() };
    let actor = |id: &str, display: &str| {
        record(id, Kind::Actor(pb::Actor { display_name: display.into(), ..Default::default() }))
    };
    let incident = |id: &str, display: &str| {
        record(id, Kind::Incident(pb::Incident { display_name: display.into(), ..Default::default() }))
    };
    let term = |id: &str, display: &str| {
        record(id, Kind::Term(pb::Term { display_name: display.into(), ..Default::default() }))
    };
    let treatment = |term: &str, treatment: pb::TreatmentType, wording: &str| pb::Treatment {
        term: name(term),
        r#type: treatment.into(),
        wording: wording.into(),
    };
    let text = |id: &str, display: &str, kind: pb::InstrumentType, treatments: Vec<pb::Treatment>| {
        let instrument = pb::Instrument {
            display_name: display.into(),
            r#type: kind.into(),
            stated: Some(pb::TimeSpan { earliest: at(1_742_315_400), ..Default::default() }),
            treatments,
            ..Default::default()
        };
        record(id, Kind::Instrument(instrument))
    };
    vec![
        actor("actors/north", "Northland"),
        actor("actors/union", "United Provinces"),
        incident(
            "incidents/v1",
            "A railway's power supply in a region with a long name that does not fit into a line of a matrix",
        ),
        incident("incidents/v2", "An oil depot"),
        term("terms/halt", "Halt on strikes"),
        term("terms/start", "When it begins"),
        text(
            "instruments/readout",
            "Readout of the north",
            pb::InstrumentType::Readout,
            vec![
                treatment("terms/halt", pb::TreatmentType::States, "energy infrastructure"),
                treatment("terms/start", pb::TreatmentType::Silent, ""),
            ],
        ),
        text(
            "instruments/post",
            "A post",
            pb::InstrumentType::UnilateralStatement,
            vec![treatment("terms/halt", pb::TreatmentType::Defers, "")],
        ),
    ]
}
