//! The worked case: the verdicts that were agreed beforehand, what was to hold beside them, and the morning of 20 March.

use std::collections::BTreeSet;

use armistice::wire::pb;
use pb::{Basis, Element, ReadingSet, Truth, Verdict};

use crate::support::ask::{Answers, By, all_bases, id, readings, relative, set};
use crate::support::case;
use crate::support::ways::{Script, Stage, Way};

const EXPECTED: &str = include_str!("case/expected.txt");
const SEVEN: [&str; 7] = ["r1", "r2", "r3", "r4", "r5", "r6", "r7"];
const MORNING: &str = "2025-03-20T06:00:00Z";

/// The case, and two variants of it in which objects were coded otherwise and corrected so.
const CASE: &str = "ukraine-2025";
const SHARPER: &str = "sharper";
const BLUNTER: &str = "blunter";

fn scripts() -> Vec<Script> {
    let case::Case { create, batches } = case::read();
    let variant = |id: &str, objects: &[(&str, &str)]| {
        let mut create = create.clone();
        create.dossier_id = id.to_owned();
        let corrections = objects.iter().map(|(report, object)| recoded(&batches, report, object)).collect();
        Script { create, batches: batches.iter().cloned().chain([corrections]).collect() }
    };
    vec![
        Script { create: create.clone(), batches: batches.clone() },
        variant(
            SHARPER,
            &[
                ("reports/v03-ukraine", "elec.sub.traction"),
                ("reports/v13-ukraine", "elec.gen.chp"),
                ("reports/v24-russia", "oil.refinery"),
            ],
        ),
        variant(BLUNTER, &[("reports/v03-ukraine", "rail.contact"), ("reports/v21-russia", "industry")]),
    ]
}

/// A correction of a report: what it says was struck was something else.
fn recoded(batches: &[Vec<pb::Record>], name: &str, object: &str) -> pb::Record {
    let mut record = batches.iter().flatten().find(|r| r.name == name).expect("a report of the case").clone();
    let Some(pb::record::Kind::Report(report)) = &mut record.kind else { panic!("{name} is no report") };
    let facts = report.facts.as_mut().expect("it affirms something");
    assert_eq!(facts.struck.len(), 1);
    object.clone_into(&mut facts.struck[0].object);
    "Coded otherwise.".clone_into(&mut record.reason);
    record
}

/// A dossier that can be asked, in one of the ways.
struct Room<'s> {
    answers: &'s dyn Answers,
    dossier: &'static str,
}

impl Room<'_> {
    fn parent(&self) -> String {
        format!("dossiers/{}", self.dossier)
    }

    fn assess(&self, incidents: &[&str], choice: Option<pb::ReadingChoice>, by: By<'_>) -> pb::AssessResponse {
        let request = pb::AssessRequest {
            parent: self.parent(),
            incidents: incidents.iter().map(|i| format!("incidents/{i}")).collect(),
            readings: choice,
            bases: all_bases(),
            explain: true,
            consistency: by.wire(),
            ..pb::AssessRequest::default()
        };
        self.answers.assess(request).expect("it is answered")
    }

    fn one(&self, incident: &str, choice: Option<pb::ReadingChoice>, basis: Basis) -> pb::Assessment {
        let answer = self.assess(&[incident], choice, By::default());
        let mut of_basis = answer.assessments.into_iter().filter(|a| a.basis() == basis);
        let one = of_basis.next().expect("an assessment");
        assert!(of_basis.next().is_none(), "one reading was asked for");
        one
    }

    fn verdict(&self, incident: &str, reading: &str) -> Verdict {
        self.one(incident, readings(&[reading]), Basis::Alleged).verdict()
    }

    fn names(&self, by: By<'_>) -> BTreeSet<String> {
        let request = pb::ListRecordsRequest {
            parent: self.parent(),
            consistency: by.wire(),
            ..pb::ListRecordsRequest::default()
        };
        let records = self.answers.records(request).expect("listed");
        records.iter().map(|r| relative(&r.name).to_owned()).collect()
    }
}

fn truth(assessment: &pb::Assessment, element: Element) -> Truth {
    let found = assessment.elements.iter().find(|e| e.element() == element);
    found.expect("every element is there").truth()
}

fn letter(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breach => "B",
        Verdict::NoBreach => "N",
        Verdict::Undetermined => "U",
        Verdict::NotAssessed => "-",
        Verdict::Unspecified => "?",
    }
}

/// Puts the case and its variants on stage in each way, and checks them there.
fn in_each_way(check: impl Fn(&Stage)) {
    let scripts = scripts();
    for way in Way::ALL {
        println!("asked this way: {way:?}");
        let stage = Stage::set(way, &scripts);
        check(&stage);
    }
}

fn room<'s>(stage: &'s Stage, dossier: &'static str) -> Room<'s> {
    Room { answers: &*stage.answers, dossier }
}

#[test]
fn the_expected_table_holds_in_each_way() {
    in_each_way(|stage| {
        let mut wrong = Vec::new();
        let answer = room(stage, CASE).assess(&[], readings(&SEVEN), By::default());
        let mut rows = 0;
        for line in EXPECTED.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [incident, basis, expected @ ..] = words.as_slice() else { panic!("{line}") };
            let basis = Basis::from_str_name(&format!("BASIS_{basis}")).expect("a basis");
            let of_row: Vec<&pb::Assessment> =
                answer.assessments.iter().filter(|a| id(&a.incident) == *incident && a.basis() == basis).collect();
            assert_eq!(of_row.iter().map(|a| id(&a.reading)).collect::<Vec<_>>(), SEVEN, "{line}");
            let found: Vec<&str> = of_row.iter().map(|a| letter(a.verdict())).collect();
            if found != expected {
                wrong.push(format!("{line}\n    found {}", found.join(" ")));
            }
            rows += 1;
        }
        assert_eq!(rows, 46, "23 incidents on two bases");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn nothing_is_verified_and_only_sudzha_is_corroborated_without_its_author() {
    in_each_way(|stage| {
        let answer = room(stage, CASE).assess(&[], readings(&SEVEN), By::default());
        for a in &answer.assessments {
            let listed = id(&a.incident).starts_with('v');
            match a.basis() {
                Basis::Verified => assert_eq!(a.verdict(), Verdict::NotAssessed, "{}", a.incident),
                Basis::Corroborated if listed && !["v06", "v15"].contains(&id(&a.incident)) => {
                    assert_eq!(a.verdict(), Verdict::NotAssessed, "{}", a.incident);
                }
                Basis::Corroborated if listed => {
                    let fields: Vec<&str> =
                        a.elements.iter().flat_map(|e| &e.facts).map(|fact| fact.field.as_str()).collect();
                    assert!(!fields.contains(&"facts.attributed_to"), "{}: the author is lost", a.incident);
                    for kept in ["facts.struck[0].object", "facts.occurred"] {
                        assert_eq!(
                            fields.iter().filter(|f| **f == kept).count(),
                            2,
                            "{}: both give {kept}",
                            a.incident
                        );
                    }
                }
                Basis::Alleged | Basis::Undisputed | Basis::Corroborated | Basis::Unspecified => {}
            }
        }
        for incident in ["v06", "v15"] {
            let a = room(stage, CASE).one(incident, readings(&["r1"]), Basis::Corroborated);
            assert_eq!(a.verdict(), Verdict::Undetermined);
            for kept in [Element::Object, Element::Place, Element::Window, Element::Effect, Element::Occurrence] {
                assert_eq!(truth(&a, kept), Truth::Yes, "{incident} {kept:?}");
            }
            assert_eq!(truth(&a, Element::Actor), Truth::Unknown, "{incident}");
            let missing: Vec<(Element, pb::MissingCause, bool)> =
                a.missing.iter().map(|m| (m.element(), m.cause(), m.decisive)).collect();
            let author = (Element::Actor, pb::MissingCause::Fact, false);
            assert_eq!(missing, [author, author], "{incident}: once for each of the two reports");
        }
    });
}

#[test]
fn the_same_party_differs_with_itself() {
    in_each_way(|stage| {
        // (a) Russia's two readings of one strike part over what was struck.
        let request = pb::CompareRequest {
            parent: room(stage, CASE).parent(),
            incidents: vec!["incidents/v03".to_owned()],
            readings: readings(&["r1", "r5"]),
            bases: vec![Basis::Alleged.into()],
            ..pb::CompareRequest::default()
        };
        let answer = room(stage, CASE).answers.compare(request).expect("compared");
        let [comparison] = &answer.comparisons[..] else { panic!("one incident, one term, one basis") };
        assert_eq!(comparison.outcome(), pb::ComparisonOutcome::Open);
        let [parting] = &comparison.partings[..] else { panic!("one pair") };
        assert_eq!((id(&parting.reading_a), parting.verdict_a()), ("r1", Verdict::Breach));
        assert_eq!((id(&parting.reading_b), parting.verdict_b()), ("r5", Verdict::Undetermined));
        assert_eq!(parting.elements().collect::<Vec<_>>(), [Element::Object]);

        // (b) The United States' two readings of one hospital.
        let object =
            |reading| truth(&room(stage, CASE).one("v01", readings(&[reading]), Basis::Alleged), Element::Object);
        assert_eq!((object("r2"), object("r3")), (Truth::Yes, Truth::No));
    });
}

#[test]
fn what_a_party_alleges_its_own_reading_need_not_cover() {
    in_each_way(|stage| {
        // (c)
        let request = pb::ListInconsistenciesRequest { parent: room(stage, CASE).parent(), ..Default::default() };
        let found = room(stage, CASE).answers.inconsistencies(request).expect("listed");
        let about = |incident: &str| -> Vec<&pb::Inconsistency> {
            found.iter().filter(|i| id(&i.incident) == incident).collect()
        };
        let [heat] = about("v13")[..] else { panic!("v13: {:?}", about("v13")) };
        assert_eq!(heat.r#type(), pb::InconsistencyType::NotSettledByOwnReading);
        assert_eq!((id(&heat.actor), id(&heat.reading)), ("ukraine", "r7"));
        let missing: Vec<Element> = heat.missing.iter().map(pb::Missing::element).collect();
        assert_eq!(missing, [Element::Object], "r7 names no heat");
        let kinds: Vec<pb::InconsistencyType> = about("v12").iter().map(|i| i.r#type()).collect();
        assert_eq!(kinds, [pb::InconsistencyType::SelfContradiction]);
        assert_eq!(about("v12")[0].propositions().collect::<Vec<_>>(), [pb::Proposition::Occurred]);
        assert_eq!(id(&about("v12")[0].actor), "ukraine", "the nearest above the ministry and the state");

        // Heat that comes from a combined heat and power plant would be covered.
        assert_eq!(room(stage, SHARPER).verdict("v13", "r7"), Verdict::Breach);
        let request = pb::ListInconsistenciesRequest { parent: room(stage, SHARPER).parent(), ..Default::default() };
        let found = room(stage, SHARPER).answers.inconsistencies(request).expect("listed");
        assert!(found.iter().all(|i| id(&i.incident) != "v13"), "what is covered is alleged by right");
    });
}

#[test]
fn what_was_struck_may_be_coded_sharper_or_blunter() {
    in_each_way(|stage| {
        // (d)
        assert_eq!(room(stage, CASE).verdict("v03", "r5"), Verdict::Undetermined);
        let broad = room(stage, CASE).one("v03", readings(&["r5"]), Basis::Alleged);
        let notes: Vec<&str> = broad.missing.iter().map(|m| m.note.as_str()).collect();
        assert_eq!(
            notes,
            ["what was struck is given only as rail.power, and the reading does not treat alike all that this may be"]
        );
        assert_eq!(room(stage, SHARPER).verdict("v03", "r5"), Verdict::Breach, "a traction substation is on the list");
        assert_eq!(
            room(stage, BLUNTER).verdict("v03", "r5"),
            Verdict::Undetermined,
            "a contact line is neither on nor off it"
        );
        let contact = room(stage, BLUNTER).one("v03", readings(&["r5"]), Basis::Alleged);
        let causes: Vec<_> = contact.missing.iter().map(|m| (m.element(), m.cause(), m.decisive)).collect();
        assert_eq!(causes, [(Element::Object, pb::MissingCause::Reading, true)], "no evidence mends the text");
        // (e)
        assert_eq!(room(stage, CASE).verdict("v21", "r5"), Verdict::NoBreach);
        assert_eq!(room(stage, BLUNTER).verdict("v21", "r5"), Verdict::Undetermined, "refineries are industry too");
        // (f)
        let refinery = room(stage, SHARPER).one("v24", readings(&["r5"]), Basis::Alleged);
        assert_eq!(refinery.verdict(), Verdict::Undetermined);
        let causes: Vec<_> = refinery.missing.iter().map(|m| (m.element(), m.cause(), m.decisive)).collect();
        assert_eq!(causes, [(Element::Window, pb::MissingCause::Reading, true)], "only the counting is open");
        for (rule, expected) in [
            (pb::CountingRule::CalendarMonth, Verdict::Breach),
            (pb::CountingRule::InclusiveDays, Verdict::NoBreach),
            (pb::CountingRule::Unspecified, Verdict::Undetermined),
            // 30 × 24 hours end some time within that day.
            (pb::CountingRule::Elapsed, Verdict::Undetermined),
        ] {
            let name = format!("{}/readings/r5", room(stage, SHARPER).parent());
            let record = room(stage, SHARPER).answers.record(&name, None).expect("r5");
            let Some(pb::record::Kind::Reading(mut reading)) = record.kind else { panic!("r5 is a reading") };
            let window = reading.window.as_mut().expect("it has a window");
            window.length = Some(pb::TermLength { days: 30, rule: rule.into() });
            let draft = pb::ReadingChoice { hypothetical: vec![reading], ..pb::ReadingChoice::default() };
            let drafted = room(stage, SHARPER).one("v24", Some(draft), Basis::Alleged);
            assert_eq!((drafted.reading.as_str(), drafted.verdict()), ("hypothetical/0", expected), "{rule:?}");
        }
    });
}

#[test]
fn the_end_of_thirty_days_is_shown_by_each_way_of_counting() {
    in_each_way(|stage| {
        let answer = room(stage, CASE).assess(&["v24"], readings(&["r1", "r5"]), By::default());
        let text = |t: &Option<prost_types::Timestamp>| {
            t.as_ref().and_then(|t| armistice::wire::instant::read(*t)).expect("an instant").to_string()
        };
        let bound = |b: &Option<pb::Bound>| b.as_ref().map(|b| (text(&b.earliest), text(&b.latest))).expect("a bound");
        for reading in &answer.readings {
            assert_eq!(reading.end.as_ref().map(|end| end.local.as_str()), Some("2025-04-17/2025-04-18"), "in Moscow");
            let end = bound(&reading.end);
            assert_eq!(end, ("2025-04-16T21:00:00Z".to_owned(), "2025-04-18T21:00:00Z".to_owned()));
            let ends: Vec<_> = reading.ends.iter().map(|e| (e.rule(), bound(&e.end))).collect();
            let settled = |text: &str| (text.to_owned(), text.to_owned());
            assert_eq!(ends[0], (pb::CountingRule::InclusiveDays, settled("2025-04-16T21:00:00Z")));
            assert_eq!(ends[2], (pb::CountingRule::CalendarMonth, settled("2025-04-18T21:00:00Z")));
            assert_eq!((ends.len(), ends[1].0), (3, pb::CountingRule::Elapsed));
        }
    });
}

#[test]
fn an_answer_lists_what_it_used_and_each_of_it_once() {
    in_each_way(|stage| {
        let room = room(stage, CASE);
        let in_force = || set(ReadingSet::InForceAtIncident);
        let listed =
            |readings: &[pb::AppliedReading]| readings.iter().map(|r| id(&r.reading).to_owned()).collect::<Vec<_>>();
        let answer = room.assess(&["v03"], in_force(), By::default());
        assert_eq!(listed(&answer.readings), ["r1", "r2"], "the others were stated later");
        let request = pb::CompareRequest {
            parent: room.parent(),
            incidents: vec!["incidents/v03".to_owned(), "incidents/v24".to_owned()],
            readings: in_force(),
            ..pb::CompareRequest::default()
        };
        let compared = room.answers.compare(request).expect("compared");
        assert_eq!(listed(&compared.readings), ["r1", "r2", "r5", "r6", "r7"]);
        let pairs: Vec<(&str, &str)> = compared.pairs.iter().map(|p| (id(&p.reading_a), id(&p.reading_b))).collect();
        assert_eq!(pairs, [("r1", "r2"), ("r5", "r6"), ("r5", "r7"), ("r6", "r7")], "r1 and r5 never met");

        let disputed = room.one("v06", readings(&["r1"]), Basis::Undisputed);
        let actor = disputed.elements.iter().find(|e| e.element() == Element::Actor).expect("eleven elements");
        let authors: Vec<(&str, &str)> = actor.facts.iter().map(|f| (f.field.as_str(), relative(&f.value))).collect();
        let field = "facts.attributed_to";
        assert_eq!(authors, [(field, "actors/ukraine"), (field, "actors/russia")]);
    });
}

#[test]
fn on_the_morning_of_20_march_nobody_knew_of_the_list_or_of_sudzha() {
    in_each_way(|stage| {
        let by = By { known_by: Some(MORNING), ..By::default() };
        let room = room(stage, CASE);
        let (then, now) = (room.names(by), room.names(By::default()));
        assert!(then.is_subset(&now), "what was known then is known now");
        for word in ["kremlin-list", "e-list", "sud21", "v06", "v15", "2025-03-25", "readings/r5", "readings/r7"] {
            assert!(now.iter().any(|name| name.contains(word)), "{word} is in the case");
            assert!(!then.iter().any(|name| name.contains(word)), "{word} was not known");
        }
        let forecasts: Vec<&String> = then.iter().filter(|n| n.starts_with("forecasts/")).collect();
        assert!(forecasts.len() >= 4, "{forecasts:?}");
        for name in forecasts {
            let record = room.answers.record(&format!("{}/{name}", room.parent()), by.wire()).expect("known");
            let Some(pb::record::Kind::Forecast(forecast)) = record.kind else { panic!("{name} is a forecast") };
            assert_eq!(forecast.outcome, None, "{name} is open");
        }
        let talks = format!("{}/contacts/us-russia-technical-talks", room.parent());
        let status = |by: By<'_>| match room.answers.record(&talks, by.wire()).expect("known").kind {
            Some(pb::record::Kind::Contact(contact)) => contact.status(),
            other => panic!("{other:?} is no contact"),
        };
        assert_eq!((status(by), status(By::default())), (pb::ContactStatus::Planned, pb::ContactStatus::Held));

        let applied = |by: By<'_>| -> Vec<String> {
            let answer = room.assess(&[], set(ReadingSet::Latest), by);
            answer.readings.iter().map(|r| id(&r.reading).to_owned()).collect()
        };
        assert_eq!(applied(by), ["r1", "r3", "r4"]);
        assert_eq!(applied(By::default()), ["r5", "r6", "r7"]);

        let answer = room.assess(&[], set(ReadingSet::Latest), by);
        let incidents: BTreeSet<&str> = answer.assessments.iter().map(|a| id(&a.incident)).collect();
        for known in ["v01", "v02", "v03", "v04", "night-barrage"] {
            assert!(incidents.contains(known), "{known}");
        }
        assert!(incidents.iter().all(|i| !i.starts_with("v06") && !i.starts_with("v07") && !i.starts_with("v1")));
        // By the first reading the railway is struck in breach of Russia's word, that morning as today.
        let v03 = answer.assessments.iter().find(|a| (id(&a.incident), id(&a.reading)) == ("v03", "r1"));
        assert_eq!(v03.map(pb::Assessment::verdict), Some(Verdict::Breach));
        assert!(room.answers.record(&format!("{}/readings/r5", room.parent()), by.wire()).is_err());
        let named = pb::AssessRequest {
            parent: room.parent(),
            readings: readings(&["r5"]),
            consistency: by.wire(),
            ..pb::AssessRequest::default()
        };
        let refused = room.answers.assess(named).expect_err("r5 is not known yet");
        assert!(refused.contains("REFERENCE_UNKNOWN readings.names[0]"), "{refused}");
    });
}

#[test]
fn every_question_has_one_answer_whichever_way_it_is_asked() {
    let scripts = scripts();
    let told = |way: Way| {
        let stage = Stage::set(way, &scripts);
        let mut told = Vec::new();
        for script in &scripts {
            let clocks = if script.create.dossier_id == CASE { clocks() } else { vec![By::default()] };
            clocks.into_iter().for_each(|by| tell(&*stage.answers, &script.parent(), by, &mut told));
        }
        told
    };
    let believed = told(Way::InProcess);
    assert!(believed.len() > 60, "{} answers", believed.len());
    for way in [Way::Replayed, Way::Served, Way::Reopened] {
        let found = told(way);
        for (a, b) in believed.iter().zip(&found) {
            assert!(a == b, "asked this way: {way:?}\n{}", first_difference(a, b));
        }
        assert_eq!(believed.len(), found.len());
    }
}

/// An answer of any of the calls.
#[derive(Debug, PartialEq)]
enum Told {
    Assess(pb::AssessResponse),
    Compare(pb::CompareResponse),
    Tally(pb::TallyResponse),
    Inconsistencies(Vec<pb::Inconsistency>),
    Records(Vec<pb::Record>),
    Refused(String),
}

fn clocks() -> Vec<By<'static>> {
    vec![
        By::default(),
        By { known_by: Some(MORNING), at: None },
        By { known_by: None, at: Some(400) },
        By { known_by: Some("2025-03-28T00:00:00Z"), at: Some(450) },
    ]
}

fn tell(answers: &dyn Answers, parent: &str, by: By<'_>, told: &mut Vec<Told>) {
    let refused = |fault: String| Told::Refused(fault.lines().next().unwrap_or_default().to_owned());
    let mut keep = |answer: Result<Told, String>| told.push(answer.unwrap_or_else(refused));
    for choice in [ReadingSet::Latest, ReadingSet::InForceAtIncident, ReadingSet::All] {
        let (parent, readings, bases) = (parent.to_owned(), set(choice), all_bases());
        let assess = pb::AssessRequest {
            parent: parent.clone(),
            readings: readings.clone(),
            bases: bases.clone(),
            explain: true,
            page_size: 500,
            consistency: by.wire(),
            ..pb::AssessRequest::default()
        };
        keep(answers.assess(assess).map(Told::Assess));
        let compare = pb::CompareRequest {
            parent: parent.clone(),
            readings: readings.clone(),
            bases: bases.clone(),
            page_size: 150,
            consistency: by.wire(),
            ..pb::CompareRequest::default()
        };
        keep(answers.compare(compare).map(Told::Compare));
        let groups = [pb::GroupBy::Day, pb::GroupBy::Object, pb::GroupBy::AttributedTo, pb::GroupBy::Place];
        for group in groups.map(i32::from) {
            let tally = pb::TallyRequest {
                parent: parent.clone(),
                readings: readings.clone(),
                bases: bases.clone(),
                group_by: vec![group, pb::GroupBy::Claimant.into()],
                time_zone: "Europe/Kyiv".to_owned(),
                consistency: by.wire(),
                ..pb::TallyRequest::default()
            };
            keep(answers.tally(tally).map(Told::Tally));
        }
        let inconsistencies = pb::ListInconsistenciesRequest {
            parent: parent.clone(),
            readings,
            page_size: 20,
            consistency: by.wire(),
            ..pb::ListInconsistenciesRequest::default()
        };
        keep(answers.inconsistencies(inconsistencies).map(Told::Inconsistencies));
    }
    let list = pb::ListRecordsRequest {
        parent: parent.to_owned(),
        show_retracted: true,
        page_size: 200,
        consistency: by.wire(),
        ..pb::ListRecordsRequest::default()
    };
    // When and by whom it was recorded is each store's own.
    let plain = |r: pb::Record| pb::Record { record_time: None, recorded_by: String::new(), ..r };
    keep(answers.records(list).map(|records| Told::Records(records.into_iter().map(plain).collect())));
}

fn first_difference(a: &Told, b: &Told) -> String {
    let (a, b) = (format!("{a:#?}"), format!("{b:#?}"));
    let differ = a.lines().zip(b.lines()).enumerate().find(|(_, (a, b))| a != b);
    differ.map_or("one is longer".to_owned(), |(line, (a, b))| format!("line {line}\n  {a}\n  {b}"))
}
