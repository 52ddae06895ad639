//! Reports and findings as rows of an export: one for each thing struck, as one account has it.

use crate::wire::pb;
use pb::record::Kind;

use super::book::Book;
use super::hxl::{Cell, Column};
use super::labels::relative;
use super::map;
use super::rows::{enum_word, joined};
use super::words;

const fn column(head: &'static str, tag: &'static str) -> Column {
    Column { head, tag }
}

/// The columns. `from` is included in the span, `until` is not.
pub const COLUMNS: [Column; 40] = [
    column("incident", "#event+code"),
    column("incident_name", "#event+name"),
    column("account", "#meta+code+account"),
    column("status", "#status+account"),
    column("claimant", "#group+code+claimant"),
    column("claimant_name", "#group+name+claimant"),
    column("from", "#date+start"),
    column("until", "#date+end"),
    column("local", "#date+local"),
    column("time_zone", "#date+timezone"),
    column("place", "#loc+code"),
    column("place_name", "#loc+name"),
    column("lat", "#geo+lat"),
    column("lon", "#geo+lon"),
    column("radius_m", "#geo+radius+m"),
    column("act", "#event+type"),
    column("attributed_to", "#group+code+attributed"),
    column("attributed_to_name", "#group+name+attributed"),
    column("against", "#group+code+against"),
    column("against_name", "#group+name+against"),
    column("struck", "#x_object+num"),
    column("object", "#x_object+code"),
    column("facility", "#loc+name+facility"),
    column("effect", "#impact+type"),
    column("weapon", "#x_weapon+code"),
    column("killed_least", "#affected+killed+min"),
    column("killed_most", "#affected+killed+max"),
    column("injured_least", "#affected+injured+min"),
    column("injured_most", "#affected+injured+max"),
    column("cut_off_least", "#affected+cutoff+min"),
    column("cut_off_most", "#affected+cutoff+max"),
    column("ground", "#x_ground"),
    column("denies", "#x_denies+list"),
    column("alleges_breach_of", "#x_alleges+code+list"),
    column("statement", "#meta+code+statement"),
    column("documents", "#meta+source+code+list"),
    column("titles", "#meta+source+name+list"),
    column("uris", "#meta+url+list"),
    column("position", "#meta+position"),
    column("record_time", "#date+recorded"),
];

/// One account, whether a report or a finding.
struct Account<'r> {
    incident: &'r str,
    /// What kind of account it is, and of a finding how far it has come.
    status: String,
    /// Whose it is: a name, or free words.
    by: &'r str,
    statement: &'r str,
    facts: Option<&'r pb::Facts>,
    denies: Vec<pb::Proposition>,
    alleges: &'r [String],
}

impl<'r> Account<'r> {
    fn of(record: &'r pb::Record) -> Option<Account<'r>> {
        match record.kind.as_ref()? {
            Kind::Report(report) => Some(Account {
                incident: &report.incident,
                status: "REPORT".to_owned(),
                by: &report.claimant,
                statement: &report.statement,
                facts: report.facts.as_ref(),
                denies: report.denies().collect(),
                alleges: &report.alleges_breach_of,
            }),
            Kind::Finding(finding) => Some(Account {
                incident: &finding.incident,
                status: enum_word(finding.status().as_str_name(), "FINDING_").replace("STATUS_", "FINDING_"),
                by: &finding.made_by,
                statement: "",
                facts: finding.facts.as_ref(),
                denies: finding.denies().collect(),
                alleges: &[],
            }),
            _ => None,
        }
    }
}

/// The names that a row of this account has words for; the documents of its statement are in the statement.
pub fn named(record: &pb::Record) -> Vec<String> {
    let Some(account) = Account::of(record) else {
        return Vec::new();
    };
    let facts = account.facts.cloned().unwrap_or_default();
    let mut names = vec![
        account.incident.to_owned(),
        account.by.to_owned(),
        account.statement.to_owned(),
        facts.place,
        facts.attributed_to,
        facts.against,
    ];
    names.extend(facts.struck.into_iter().map(|struck| struck.facility));
    names.extend(record.citations.iter().map(|citation| citation.document.clone()));
    names
}

/// The documents of the statement that an account rests on.
pub fn named_by_statement<'b>(record: &pb::Record, book: &'b Book) -> impl Iterator<Item = &'b str> {
    let statement = Account::of(record).and_then(|account| book.get(account.statement));
    statement.into_iter().flat_map(|statement| &statement.citations).map(|citation| citation.document.as_str())
}

/// The rows of an account: one for each thing struck, or one that says what else it says. None where its incident is retracted.
pub fn rows(record: &pb::Record, book: &Book) -> Vec<Vec<Cell>> {
    let Some(account) = Account::of(record).filter(|account| !book.is_retracted(account.incident)) else {
        return Vec::new();
    };
    let nothing = pb::Facts::default();
    let facts = account.facts.unwrap_or(&nothing);
    let struck: Vec<Option<&pb::Struck>> =
        if facts.struck.is_empty() { vec![None] } else { facts.struck.iter().map(Some).collect() };
    struck.into_iter().enumerate().map(|(index, struck)| row(record, &account, facts, index, struck, book)).collect()
}

fn row(
    record: &pb::Record,
    account: &Account<'_>,
    facts: &pb::Facts,
    index: usize,
    struck: Option<&pb::Struck>,
    book: &Book,
) -> Vec<Cell> {
    let code = |name: &str| Cell::Plain(relative(name).to_owned());
    let display = |name: &str| Cell::Words(book.display(name).to_owned());
    let occurred = facts.occurred.clone().unwrap_or_default();
    let instant =
        |time: &Option<prost_types::Timestamp>| Cell::Plain(time.as_ref().map(words::iso).unwrap_or_default());
    let spot = map::spot(facts, book);
    let number = |number: Option<f64>| Cell::Plain(number.map(|number| number.to_string()).unwrap_or_default());
    // Casualties are the account's and not one thing's: said once, they are not added up twice.
    let casualties = facts.casualties.filter(|_| index == 0).unwrap_or_default();
    let cut_off = struck.and_then(|struck| struck.people_cut_off);
    let documents: Vec<&str> = {
        let own = record.citations.iter().map(|citation| citation.document.as_str());
        let mut documents: Vec<&str> = Vec::new();
        for document in own.chain(named_by_statement(record, book)) {
            if !documents.contains(&document) {
                documents.push(document);
            }
        }
        documents
    };
    let uri = |name: &str| match book.get(name).and_then(|record| record.kind.as_ref()) {
        Some(Kind::Document(document)) => document.uri.clone(),
        Some(_) | None => String::new(),
    };
    let full = |words: &str| words.starts_with("dossiers/");
    let facility = struck.map(|struck| struck.facility.as_str()).unwrap_or_default();
    let mut row = vec![
        code(account.incident),
        display(account.incident),
        code(&record.name),
        Cell::Plain(account.status.clone()),
        if full(account.by) { code(account.by) } else { Cell::EMPTY },
        if full(account.by) { display(account.by) } else { Cell::Words(account.by.to_owned()) },
        instant(&occurred.earliest),
        instant(&occurred.latest),
        Cell::Plain(occurred.local),
        Cell::Plain(occurred.time_zone),
        code(&facts.place),
        display(&facts.place),
        number(spot.as_ref().map(|spot| spot.latitude)),
        number(spot.as_ref().map(|spot| spot.longitude)),
        number(spot.as_ref().and_then(|spot| spot.radius_m)),
        Cell::Plain(facts.act.clone()),
        code(&facts.attributed_to),
        display(&facts.attributed_to),
        code(&facts.against),
        display(&facts.against),
        Cell::Plain(if struck.is_some() { index.to_string() } else { String::new() }),
        Cell::Plain(struck.map(|struck| struck.object.clone()).unwrap_or_default()),
        if full(facility) { display(facility) } else { Cell::Words(facility.to_owned()) },
        Cell::Plain(struck.map(|struck| effect(struck.effect())).unwrap_or_default()),
        Cell::Plain(struck.map(|struck| struck.weapon.clone()).unwrap_or_default()),
    ];
    for quantity in [casualties.killed, casualties.injured, cut_off] {
        let limit = |limit: Option<i64>| Cell::Plain(limit.map(|limit| limit.to_string()).unwrap_or_default());
        row.push(limit(quantity.and_then(|quantity| quantity.least)));
        row.push(limit(quantity.and_then(|quantity| quantity.most)));
    }
    let denies = account.denies.iter().map(|denied| enum_word(denied.as_str_name(), "PROPOSITION_"));
    row.extend([
        Cell::Plain(facts.ground.clone()),
        Cell::Plain(joined(denies)),
        Cell::Plain(joined(account.alleges.iter().map(|term| relative(term).to_owned()))),
        code(account.statement),
        Cell::Plain(joined(documents.iter().map(|document| relative(document).to_owned()))),
        Cell::Words(joined(documents.iter().map(|document| book.display(document).to_owned()))),
        Cell::Words(joined(documents.iter().map(|document| uri(document)).filter(|uri| !uri.is_empty()))),
        Cell::Plain(record.position.to_string()),
        instant(&record.record_time),
    ]);
    row
}

fn effect(effect: pb::Effect) -> String {
    if effect == pb::Effect::Unspecified { String::new() } else { enum_word(effect.as_str_name(), "EFFECT_") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::hxl::{Manner, head, lines};

    fn name(relative: &str) -> String {
        format!("dossiers/d/{relative}")
    }

    fn record(relative: &str, documents: &[&str], kind: Kind) -> pb::Record {
        let cited = |id: &&str| pb::Citation { document: name(id), ..Default::default() };
        pb::Record {
            name: name(relative),
            position: 9,
            citations: documents.iter().map(cited).collect(),
            kind: Some(kind),
            ..Default::default()
        }
    }

    fn book() -> Book {
        let mut book = Book::default();
        let incident =
            |display: &str| Kind::Incident(pb::Incident { display_name: display.into(), ..Default::default() });
        let document = |title: &str, uri: &str| {
            Kind::Document(pb::Document { title: title.into(), uri: uri.into(), ..Default::default() })
        };
        let place = pb::Place {
            display_name: "Depot Hill".into(),
            r#type: pb::PlaceType::Settlement.into(),
            point: Some(pb::LatLng { latitude: Some(48.5), longitude: Some(-30.25) }),
            radius_m: 900.0,
            ..Default::default()
        };
        let actor = pb::Actor { display_name: "=Northland".into(), ..Default::default() };
        book.add(record("incidents/v1", &[], incident("Oil depot, \"the big one\"")));
        book.add(record("actors/north", &[], Kind::Actor(actor)));
        book.add(record("places/hill", &[], Kind::Place(place)));
        book.add(record("documents/a", &[], document("First", "https://example.org/a")));
        book.add(record("documents/b", &[], document("Second", "")));
        book.add(record("statements/s", &["documents/b"], Kind::Statement(pb::Statement::default())));
        book
    }

    fn report() -> pb::Report {
        let span = |earliest, latest| pb::TimeSpan {
            earliest: Some(prost_types::Timestamp { seconds: earliest, nanos: 0 }),
            latest: Some(prost_types::Timestamp { seconds: latest, nanos: 0 }),
            time_zone: "Europe/Kyiv".into(),
            local: "2025-03-19T01:20".into(),
        };
        let count = |least, most| Some(pb::Quantity { least, most });
        pb::Report {
            incident: name("incidents/v1"),
            claimant: name("actors/north"),
            statement: name("statements/s"),
            facts: Some(pb::Facts {
                occurred: Some(span(1_742_340_000, 1_742_340_060)),
                place: name("places/hill"),
                act: "strike".into(),
                attributed_to: name("actors/unknown"),
                struck: vec![
                    pb::Struck {
                        object: "oil.depot".into(),
                        facility: "-4 degrees".into(),
                        effect: pb::Effect::Hit.into(),
                        people_cut_off: count(Some(100), None),
                        ..Default::default()
                    },
                    pb::Struck { object: "rail".into(), ..Default::default() },
                ],
                casualties: Some(pb::Casualties { killed: count(Some(0), Some(0)), injured: count(None, Some(3)) }),
                ..Default::default()
            }),
            denies: vec![pb::Proposition::Author.into()],
            alleges_breach_of: vec![name("terms/halt")],
        }
    }

    const MANNER: Manner = Manner { is_tagged: true, is_guarded: true };

    #[test]
    fn each_thing_struck_is_a_row_and_casualties_stand_in_the_first_alone() {
        let account = record("reports/r", &["documents/a", "documents/b"], Kind::Report(report()));
        let rows = rows(&account, &book());
        let expected = "\
incidents/v1,\"Oil depot, \"\"the big one\"\"\",reports/r,REPORT,actors/north,'=Northland,2025-03-18T23:20:00Z,2025-03-18T23:21:00Z,2025-03-19T01:20,Europe/Kyiv,places/hill,Depot Hill,48.5,-30.25,900,strike,actors/unknown,,,,0,oil.depot,'-4 degrees,HIT,,0,0,,3,100,,,AUTHOR,terms/halt,statements/s,documents/a; documents/b,First; Second,https://example.org/a,9,
incidents/v1,\"Oil depot, \"\"the big one\"\"\",reports/r,REPORT,actors/north,'=Northland,2025-03-18T23:20:00Z,2025-03-18T23:21:00Z,2025-03-19T01:20,Europe/Kyiv,places/hill,Depot Hill,48.5,-30.25,900,strike,actors/unknown,,,,1,rail,,,,,,,,,,,AUTHOR,terms/halt,statements/s,documents/a; documents/b,First; Second,https://example.org/a,9,
";
        assert_eq!(lines(rows, MANNER), expected);
        let head = head(&COLUMNS, MANNER);
        let columns: Vec<usize> = head.lines().map(|line| line.split(',').count()).collect();
        assert_eq!(columns, [COLUMNS.len(), COLUMNS.len()]);
    }

    #[test]
    fn a_report_without_facts_and_a_finding_are_rows_too() {
        let bare = pb::Report { facts: None, denies: vec![pb::Proposition::Occurred.into()], ..report() };
        let finding = pb::Finding {
            incident: name("incidents/v1"),
            status: pb::FindingStatus::Verified.into(),
            made_by: "+the patrol".into(),
            ..Default::default()
        };
        let starts = |record: &pb::Record| -> Vec<String> {
            let rows = rows(record, &book());
            assert!(rows.iter().all(|row| row.len() == COLUMNS.len()));
            rows.into_iter().map(|row| lines([row[2..7].to_vec()], MANNER)).collect()
        };
        assert_eq!(
            starts(&record("reports/b", &[], Kind::Report(bare))),
            ["reports/b,REPORT,actors/north,'=Northland,\n"]
        );
        let finding = record("findings/f", &["documents/a"], Kind::Finding(finding));
        assert_eq!(starts(&finding), ["findings/f,FINDING_VERIFIED,,'+the patrol,\n"]);
    }

    #[test]
    fn what_is_said_of_a_retracted_incident_is_no_row() {
        let mut book = book();
        let retracted = pb::Record { retracted: true, ..book.get(&name("incidents/v1")).expect("it is there").clone() };
        book.add(retracted);
        assert_eq!(rows(&record("reports/r", &[], Kind::Report(report())), &book), Vec::<Vec<Cell>>::new());
    }

    #[test]
    fn all_that_a_row_has_words_for_is_named() {
        let account = record("reports/r", &["documents/a"], Kind::Report(report()));
        let named = named(&account);
        for wanted in ["incidents/v1", "actors/north", "statements/s", "places/hill", "actors/unknown", "documents/a"] {
            assert!(named.contains(&name(wanted)), "{wanted}");
        }
        assert_eq!(named_by_statement(&account, &book()).collect::<Vec<_>>(), [name("documents/b")]);
    }
}
