//! Made-up briefings that the tests of this module render: one with everything in it, one that means harm, one with nothing.

use crate::wire::pb;
use pb::{BriefingChartKind, BriefingSectionKind, BriefingSentenceKind, Verdict};

pub(super) fn at(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

pub(super) fn name(relative: &str) -> String {
    format!("dossiers/d/{relative}")
}

fn names(relative: &[&str]) -> Vec<String> {
    relative.iter().map(|one| name(one)).collect()
}

/// All sections, in reading order.
pub(super) const KINDS: [BriefingSectionKind; 16] = [
    BriefingSectionKind::Contacts,
    BriefingSectionKind::Readouts,
    BriefingSectionKind::Readings,
    BriefingSectionKind::Incidents,
    BriefingSectionKind::Verdicts,
    BriefingSectionKind::Allegations,
    BriefingSectionKind::Claims,
    BriefingSectionKind::Exchanges,
    BriefingSectionKind::Statements,
    BriefingSectionKind::Positions,
    BriefingSectionKind::Pledges,
    BriefingSectionKind::Forecasts,
    BriefingSectionKind::Obligations,
    BriefingSectionKind::Coverage,
    BriefingSectionKind::Corrections,
    BriefingSectionKind::Sources,
];

fn sentence(text: &str, kind: BriefingSentenceKind, records: &[&str]) -> pb::BriefingSentence {
    pb::BriefingSentence { text: text.into(), records: names(records), known_later: false, kind: kind.into() }
}

fn cell(text: &str) -> pb::BriefingCell {
    pb::BriefingCell { text: text.into(), verdict: Verdict::Unspecified.into() }
}

fn judged(text: &str, verdict: Verdict) -> pb::BriefingCell {
    pb::BriefingCell { text: text.into(), verdict: verdict.into() }
}

/// The header of a briefing of 19 March 2025 in Kyiv.
fn header(language: &str) -> pb::BriefingHeader {
    let is_english = language == "en";
    let note = if is_english {
        "Nothing here is verified unless it says so."
    } else {
        "Нічого тут не перевірено, якщо про це не сказано."
    };
    pb::BriefingHeader {
        dossier: "dossiers/d".into(),
        title: if is_english {
            "Halt of strikes: 19 March 2025"
        } else {
            "Припинення ударів: 19 березня 2025 року"
        }
        .into(),
        number: 3,
        period: Some(pb::TimeSpan {
            earliest: at(1_742_335_200),
            latest: at(1_742_421_600),
            time_zone: "Europe/Kyiv".into(),
            local: "2025-03-19".into(),
        }),
        known_by: at(1_742_450_400),
        position: 191,
        record_time: at(1_763_900_000),
        time_zone: "Europe/Kyiv".into(),
        language: language.into(),
        rules_version: "1".into(),
        taxonomy_version: "objects v1, acts v1, weapons v1".into(),
        readings: ["readings/r1", "readings/r5"]
            .map(|reading| pb::AppliedReading { reading: name(reading), ..Default::default() })
            .to_vec(),
        bases: vec![pb::Basis::Alleged.into(), pb::Basis::Undisputed.into()],
        previous: Some(pb::BriefingEdition { position: 120, known_by: at(1_742_364_000) }),
        notes: vec![note.into()],
    }
}

fn chart(
    kind: BriefingChartKind,
    title: &str,
    categories: &[&str],
    series: &[(&str, Verdict, &[i64])],
) -> pb::BriefingChart {
    pb::BriefingChart {
        kind: kind.into(),
        title: title.into(),
        unit: "incidents".into(),
        categories: categories.iter().map(|one| (*one).to_owned()).collect(),
        series: series
            .iter()
            .map(|(name, verdict, values)| pb::BriefingSeries {
                name: (*name).into(),
                values: values.to_vec(),
                verdict: (*verdict).into(),
            })
            .collect(),
        moments: Vec::new(),
        note: String::new(),
    }
}

fn moment(from: i64, to: i64, label: &str, lane: &str, record: &str) -> pb::BriefingMoment {
    let span = Some(pb::TimeSpan { earliest: at(from), latest: at(to), ..Default::default() });
    pb::BriefingMoment { span, label: label.into(), lane: lane.into(), record: name(record) }
}

fn feature(record: &str, label: &str, point: Option<(f64, f64)>, radius_m: f64, by: &[&str]) -> pb::BriefingFeature {
    pb::BriefingFeature {
        record: name(record),
        label: label.into(),
        point: point.map(|(latitude, longitude)| pb::LatLng { latitude: Some(latitude), longitude: Some(longitude) }),
        radius_m,
        geojson: String::new(),
        place: name("places/somewhere"),
        attributed_to: by.iter().map(|one| (*one).to_owned()).collect(),
    }
}

/// Every section, chart and kind of feature, with something in most of them.
pub(super) fn full(language: &str) -> pb::Briefing {
    let days: Vec<String> = (6..20).map(|day| format!("2025-03-{day:02}")).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    let region = r#"{"type":"Polygon","coordinates":[[[33.0,47.5],[36.9,47.4],[37.0,49.2],[34.2,49.3],[33.0,47.5]]]}"#;
    let mut outlined = feature("incidents/v02", "Railway power, Dnipropetrovsk region", None, 0.0, &["Russia"]);
    outlined.geojson = region.into();
    let mut timeline = chart(BriefingChartKind::Timeline, "What happened when", &[], &[]);
    timeline.unit = String::new();
    timeline.moments = vec![
        moment(1_742_306_400, 1_742_313_600, "Call of Trump and Putin", "contacts", "contacts/c1"),
        moment(1_742_335_200, 1_742_364_000, "Strike on railway power", "incidents", "incidents/v02"),
        moment(1_742_335_200, 1_742_364_000, "Strike on an oil depot", "incidents", "incidents/v03"),
        moment(1_742_392_800, 1_742_396_400, "Call of Zelensky and Trump", "contacts", "contacts/c2"),
        moment(1_742_400_000, 1_742_400_000, "Exchange of 372", "exchanges", "exchanges/e1"),
    ];
    let sections = KINDS.map(|kind| section(kind, language)).to_vec();
    pb::Briefing {
        header: Some(header(language)),
        key_points: vec![
            pb::KeyPoint {
                text: "Zelensky spoke with Trump, his office said, after Trump's call with Putin.".into(),
                records: names(&["contacts/c1", "contacts/c2", "documents/office"]),
                rule: pb::KeyPointRule::Contact.into(),
                known_later: false,
            },
            pb::KeyPoint {
                text: "Both sides reported strikes on energy infrastructure overnight.".into(),
                records: names(&["incidents/v02", "incidents/v03", "reports/railway", "reports/ministry"]),
                rule: pb::KeyPointRule::Incidents.into(),
                known_later: true,
            },
        ],
        sections,
        charts: vec![
            chart(
                BriefingChartKind::IncidentsByDay,
                "Incidents a day by what was struck",
                &days,
                &[
                    ("electricity", Verdict::Unspecified, &[1, 0, 2, 0, 1, 0, 0, 3, 0, 1, 0, 0, 2, 4]),
                    ("oil", Verdict::Unspecified, &[0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1]),
                    ("gas", Verdict::Unspecified, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
                ],
            ),
            chart(
                BriefingChartKind::VerdictsByDay,
                "Verdicts a day under r1",
                &days,
                &[
                    ("breach", Verdict::Breach, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]),
                    ("no breach", Verdict::NoBreach, &[1, 0, 3, 0, 1, 0, 0, 3, 1, 1, 0, 1, 0, 0]),
                    ("undetermined", Verdict::Undetermined, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5]),
                    ("not assessed", Verdict::NotAssessed, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
                ],
            ),
            chart(
                BriefingChartKind::VerdictsByDay,
                "Verdicts a day under r5",
                &days,
                &[("breach", Verdict::Breach, &[])],
            ),
            chart(
                BriefingChartKind::AllegationsBySide,
                "Allegations by side, and how many are verified",
                &["Russia", "Ukraine"],
                &[("alleged", Verdict::Unspecified, &[4, 6]), ("verified", Verdict::Unspecified, &[0, 0])],
            ),
            timeline,
        ],
        features: vec![
            outlined,
            feature("incidents/v03", "Oil depot, Kavkazskaya", Some((45.44, 40.68)), 2_000.0, &["Ukraine"]),
            feature("incidents/v04", "Hospital in Sumy", Some((50.91, 34.80)), 30_000.0, &[]),
            feature("incidents/v05", "Somewhere in the south", None, 0.0, &["Ukraine"]),
        ],
    }
}

fn section(kind: BriefingSectionKind, language: &str) -> pb::BriefingSection {
    let words = kind.as_str_name().trim_start_matches("BRIEFING_SECTION_KIND_").to_lowercase();
    let heading = if language == "en" { format!("The {words}") } else { format!("Розділ «{words}»") };
    let mut section = pb::BriefingSection { kind: kind.into(), heading, sentences: Vec::new(), tables: Vec::new() };
    match kind {
        BriefingSectionKind::Incidents => {
            section.sentences = vec![
                sentence("Taken at their word; no report here is verified.", BriefingSentenceKind::Note, &[]),
                sentence(
                    "According to the railway, its power supply was struck.",
                    BriefingSentenceKind::New,
                    &["incidents/v02", "reports/railway"],
                ),
                sentence(
                    "Russia's defence ministry now says that two depots burned.",
                    BriefingSentenceKind::Updated,
                    &["incidents/v03", "reports/ministry"],
                ),
                sentence(
                    "A report of a strike on a port was retracted.",
                    BriefingSentenceKind::Withdrawn,
                    &["reports/port"],
                ),
            ];
        }
        BriefingSectionKind::Verdicts => {
            section.tables = vec![pb::BriefingTable {
                caption: "Verdicts, basis: undisputed".into(),
                columns: ["Incident", "r1", "r5"].map(String::from).to_vec(),
                rows: vec![
                    pb::BriefingRow {
                        cells: vec![
                            cell("v02 Railway power"),
                            judged("breach", Verdict::Breach),
                            judged("U", Verdict::Undetermined),
                        ],
                        records: names(&["incidents/v02"]),
                    },
                    pb::BriefingRow {
                        cells: vec![
                            cell("v03 Oil depot"),
                            judged("", Verdict::NoBreach),
                            judged("outside the window", Verdict::NotAssessed),
                        ],
                        records: names(&["incidents/v03"]),
                    },
                    pb::BriefingRow { cells: vec![cell("v04 Hospital")], records: Vec::new() },
                ],
                note: "Verdicts under different readings are never added.".into(),
            }];
        }
        BriefingSectionKind::Corrections => {}
        _ => {
            section.sentences = vec![sentence("No reports received; coverage: none.", BriefingSentenceKind::Note, &[])]
        }
    }
    section
}

/// What a text out of a record may hold at worst.
pub(super) const HOSTILE: &str = "<script>alert(1)</script> a | b `code` [x](javascript:alert(1)) ](http://evil.example/) **bold** \
    <img src=x onerror=alert(1)> &lt;b&gt; \"quoted\" 'single' ${7*7}\n\n# heading\n- item\u{202E}desrever\u{0}";

/// The same in every text of a briefing.
pub(super) fn hostile() -> pb::Briefing {
    let long = "слово".repeat(60);
    let mut briefing = full("en");
    let taint = |text: &mut String| *text = format!("{HOSTILE} {text} {long}");
    if let Some(header) = &mut briefing.header {
        taint(&mut header.title);
        taint(&mut header.dossier);
        taint(&mut header.time_zone);
        taint(&mut header.rules_version);
        header.notes.iter_mut().for_each(taint);
        header.readings.iter_mut().for_each(|reading| taint(&mut reading.reading));
    }
    for point in &mut briefing.key_points {
        taint(&mut point.text);
        point.records.iter_mut().for_each(taint);
    }
    for section in &mut briefing.sections {
        taint(&mut section.heading);
        section.sentences.iter_mut().for_each(|sentence| taint(&mut sentence.text));
        for table in &mut section.tables {
            taint(&mut table.caption);
            taint(&mut table.note);
            table.columns.iter_mut().for_each(taint);
            for row in &mut table.rows {
                row.cells.iter_mut().for_each(|cell| taint(&mut cell.text));
                row.records.iter_mut().for_each(taint);
            }
        }
    }
    for chart in &mut briefing.charts {
        taint(&mut chart.title);
        taint(&mut chart.note);
        taint(&mut chart.unit);
        chart.categories.iter_mut().for_each(taint);
        chart.series.iter_mut().for_each(|series| taint(&mut series.name));
        for moment in &mut chart.moments {
            taint(&mut moment.label);
            taint(&mut moment.lane);
            taint(&mut moment.record);
        }
    }
    for feature in &mut briefing.features {
        taint(&mut feature.label);
        taint(&mut feature.record);
        feature.attributed_to.iter_mut().for_each(taint);
    }
    briefing
}

/// Nothing but the sections, and nothing in them.
pub(super) fn empty(language: &str) -> pb::Briefing {
    let sections =
        KINDS.map(|kind| pb::BriefingSection { sentences: Vec::new(), tables: Vec::new(), ..section(kind, language) });
    pb::Briefing { header: Some(header(language)), sections: sections.to_vec(), ..Default::default() }
}
