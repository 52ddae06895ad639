//! The article of 19 March 2025 is in the case item by item: every item of `article.toml` is found over a running server.
#![allow(clippy::panic, clippy::print_stdout, reason = "a test fails by panicking, and tells what it did")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use armistice::wire::pb;
use pb::record::Kind;
use prost::Message;
use prost_reflect::{DynamicMessage, SerializeOptions};
use serde::Deserialize;
use serde_json::Value;

use support::ask::{Answers, By, id, relative};
use support::case;
use support::ways::{Script, Stage, Way};

#[derive(Deserialize)]
struct Article {
    document: String,
    item: Vec<Item>,
    absent: Vec<Absent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    section: String,
    says: String,
    records: Vec<String>,
    #[serde(default)]
    quote: String,
    #[serde(default)]
    trap: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    says: String,
    words: Vec<String>,
}

/// What the article was taken apart into, and how many of each: counted in the article, not in the list.
const SECTIONS: [(&str, &str, usize); 15] = [
    ("key points", "KP", 4),
    ("people", "PE", 7),
    ("organisations", "O", 14),
    ("places", "PL", 8),
    ("numbers", "N", 6),
    ("contacts", "C", 6),
    ("incidents", "I", 4),
    ("quotes", "Q", 15),
    ("readings", "RD", 2),
    ("proposals", "P", 3),
    ("positions", "S", 8),
    ("predictions", "F", 3),
    ("third parties", "T", 4),
    ("exchange", "X", 1),
    ("verification", "V", 1),
];

/// What stands in quotation marks in the article.
const QUOTES: [&str; 15] = [
    "Today Putin effectively rejected the proposal for a full ceasefire",
    "deliberate",
    "derailing",
    "These attacks are countering our common efforts",
    "within a couple of weeks",
    "likely",
    "any concessions",
    "as a goodwill gesture",
    "understanding",
    "good and productive",
    "energy infrastructure",
    "energy and infrastructure",
    "Russia has the advantage",
    "coalition of the willing",
    "Ukraine can count on us",
];

fn article() -> Article {
    let text = std::fs::read_to_string(case::directory().join("article.toml")).expect("the list is there");
    toml::from_str(&text).expect("the list is well formed")
}

/// The case on a server, and its current records by their names relative to the dossier.
struct Served {
    stage: Stage,
    parent: String,
    records: BTreeMap<String, pb::Record>,
}

fn served() -> Served {
    let case::Case { create, batches } = case::read();
    let script = Script { create, batches };
    let stage = Stage::set(Way::Served, std::slice::from_ref(&script));
    let parent = script.parent();
    let records = list(&*stage.answers, &parent, None);
    Served { stage, parent, records }
}

fn list(answers: &dyn Answers, parent: &str, at: Option<i64>) -> BTreeMap<String, pb::Record> {
    let request = pb::ListRecordsRequest {
        parent: parent.to_owned(),
        page_size: 500,
        consistency: By { at, known_by: None }.wire(),
        ..pb::ListRecordsRequest::default()
    };
    let records = answers.records(request).expect("listed");
    records.into_iter().map(|record| (relative(&record.name).to_owned(), record)).collect()
}

/// A record in the JSON mapping, its fields under the names that `supports` uses.
fn json(record: &pb::Record) -> Value {
    let descriptor = support::pool().get_message_by_name("armistice.v1.Record").expect("a record");
    let dynamic = DynamicMessage::decode(descriptor, record.encode_to_vec().as_slice()).expect("a record");
    let options = SerializeOptions::new().use_proto_field_name(true);
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut bytes);
    dynamic.serialize_with_options(&mut serializer, &options).expect("it has a JSON mapping");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// What stands at a path such as `exchange.transfers[6]`.
fn at_path<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, step| {
        let (name, index) = match step.split_once('[') {
            Some((name, index)) => (name, Some(index.trim_end_matches(']').parse::<usize>().ok()?)),
            None => (step, None),
        };
        let field = value.get(name)?;
        index.map_or(Some(field), |index| field.get(index))
    })
}

/// What a citation carries: its own words, and what it supports; the whole of what the record says if it names nothing.
fn carried(record: &Value, citation: &pb::Citation) -> Vec<String> {
    let mut carried = vec![citation.quote.clone(), citation.locator.clone()];
    if citation.supports.is_empty() {
        let fields = record.as_object().expect("a record is a mapping");
        let kinds = fields.iter().filter(|(name, _)| KINDS.contains(&name.as_str()));
        carried.extend(kinds.map(|(_, body)| body.to_string()));
    }
    carried.extend(citation.supports.iter().filter_map(|path| at_path(record, path)).map(Value::to_string));
    carried
}

const KINDS: [&str; 18] = [
    "actor",
    "place",
    "class",
    "document",
    "statement",
    "contact",
    "instrument",
    "term",
    "reading",
    "stance",
    "incident",
    "report",
    "finding",
    "exchange",
    "pledge",
    "forecast",
    "coverage",
    "link",
];

fn cites<'r>(record: &'r pb::Record, document: &str) -> impl Iterator<Item = &'r pb::Citation> {
    let document = document.to_owned();
    record.citations.iter().filter(move |citation| relative(&citation.document) == document)
}

#[test]
fn every_item_of_the_article_is_on_record() {
    let article = article();
    let served = served();
    let ids: Vec<&str> = article.item.iter().map(|item| item.id.as_str()).collect();
    for (section, prefix, count) in SECTIONS {
        let of_section: Vec<&str> =
            article.item.iter().filter(|i| i.section == section).map(|i| i.id.as_str()).collect();
        let first = usize::from(section != "verification");
        let expected: Vec<String> = (first..first + count).map(|n| format!("{prefix}{n}")).collect();
        assert_eq!(of_section, expected, "{section}");
    }
    assert_eq!(ids.len(), SECTIONS.iter().map(|(_, _, count)| count).sum::<usize>(), "no item stands elsewhere");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "no id stands twice");

    for item in &article.item {
        assert!(!item.says.is_empty() && (item.trap.is_empty() || item.trap.ends_with('.')), "{}", item.id);
        assert_eq!(item.records.is_empty(), item.section == "verification", "{}: {}", item.id, item.says);
        for name in &item.records {
            let record = served.records.get(name);
            let record = record.unwrap_or_else(|| panic!("{}: {name} is not in the case", item.id));
            assert!(!record.retracted && !record.unsourced, "{}: {name}", item.id);
        }
    }
}

#[test]
fn what_the_article_asserts_is_cited_to_it() {
    let article = article();
    let served = served();
    let asserted = ["people", "organisations", "places", "verification"];
    for item in article.item.iter().filter(|item| !asserted.contains(&item.section.as_str())) {
        let from_it =
            item.records.iter().filter(|name| cites(&served.records[*name], &article.document).next().is_some());
        assert!(from_it.count() > 0, "{}: no record of it cites the article: {}", item.id, item.says);
    }
}

#[test]
fn every_quote_stands_in_a_citation_of_the_article() {
    let article = article();
    let served = served();
    let of_quotes: Vec<&str> =
        article.item.iter().filter(|i| i.section == "quotes").map(|i| i.quote.as_str()).collect();
    assert_eq!(of_quotes, QUOTES);
    for item in article.item.iter().filter(|item| !item.quote.is_empty()) {
        let records = item.records.iter().map(|name| &served.records[name]);
        let quotes: Vec<&str> =
            records.flat_map(|record| cites(record, &article.document)).map(|c| c.quote.as_str()).collect();
        assert!(quotes.iter().any(|quote| quote.contains(&item.quote)), "{}: {quotes:?}", item.id);
    }
}

#[test]
fn what_the_article_does_not_contain_no_citation_of_it_carries() {
    let article = article();
    let served = served();
    let says: Vec<&str> = article.absent.iter().map(|absent| absent.says.as_str()).collect();
    assert_eq!(says.len(), 7, "{says:?}");
    let mut citations = 0;
    for (name, record) in &served.records {
        let json = json(record);
        for citation in cites(record, &article.document) {
            citations += 1;
            let carried = carried(&json, citation).join("\n").to_lowercase();
            for absent in &article.absent {
                for word in &absent.words {
                    let word = word.to_lowercase();
                    assert!(!carried.contains(&word), "{name}: {}: {word}\n{carried}", absent.says);
                }
            }
        }
        // What rests on the article alone says nothing of it anywhere.
        let alone = !record.citations.is_empty()
            && record.citations.iter().all(|citation| relative(&citation.document) == article.document);
        if alone {
            let text = json.to_string().to_lowercase();
            let found = article.absent.iter().flat_map(|a| &a.words).find(|w| text.contains(&w.to_lowercase()));
            assert_eq!(found, None, "{name} rests on the article alone");
        }
    }
    assert!(citations > 50, "{citations} citations of the article");
    // Nobody verified anything: neither the article nor any later source.
    assert!(served.records.keys().all(|name| !name.starts_with("findings/")));
}

#[test]
fn every_record_of_the_case_has_a_source_that_is_there() {
    let served = served();
    assert!(served.records.len() > 400, "{} records", served.records.len());
    let mut assertions = 0;
    for (name, record) in &served.records {
        assert!(!record.unsourced, "{name}");
        assert!(!record.never_known, "{name} rests on what nobody published");
        let json = json(record);
        for citation in &record.citations {
            let document = relative(&citation.document);
            assert!(document.starts_with("documents/") && served.records.contains_key(document), "{name}: {document}");
            for path in &citation.supports {
                assert!(at_path(&json, path).is_some(), "{name}: {document} supports {path}, which is not there");
            }
        }
        let asserts = [
            "statements",
            "contacts",
            "instruments",
            "readings",
            "stances",
            "reports",
            "exchanges",
            "pledges",
            "forecasts",
        ];
        if asserts.iter().any(|collection| name.starts_with(&format!("{collection}/"))) {
            assertions += 1;
            let inherits = matches!(&record.kind, Some(Kind::Report(report)) if !report.statement.is_empty());
            assert!(!record.citations.is_empty() || inherits, "{name} has no source");
        }
    }
    assert!(assertions > 150, "{assertions} assertions");
    // Each document is cited somewhere, so that none is there for show.
    let cited: BTreeSet<&str> =
        served.records.values().flat_map(|r| &r.citations).map(|c| relative(&c.document)).collect();
    for name in served.records.keys().filter(|name| name.starts_with("documents/")) {
        assert!(cited.contains(name.as_str()), "{name} is cited nowhere");
    }
}

impl Served {
    fn kind(&self, name: &str) -> &Kind {
        self.records[name].kind.as_ref().unwrap_or_else(|| panic!("{name} says nothing"))
    }

    /// The first revision of a record, as recorded before anything was corrected.
    fn first(&self, name: &str) -> Kind {
        let position = self.records.len();
        let first = list(&*self.stage.answers, &self.parent, i64::try_from(position).ok());
        first[name].kind.clone().unwrap_or_else(|| panic!("{name} says nothing"))
    }
}

macro_rules! the {
    ($served:expr, $kind:ident, $name:expr) => {
        match $served.kind($name) {
            Kind::$kind(says) => says,
            other => panic!("{} is {other:?}", $name),
        }
    };
}

#[test]
fn the_traps_for_a_careless_encoder_are_avoided() {
    let served = served();
    // C1: the article's 90 minutes beside the others' figures, each by whoever states it.
    let call = the!(served, Contact, "contacts/putin-trump-call");
    let minutes: Vec<i64> = call.durations.iter().filter_map(|d| d.least.as_ref()).map(|d| d.seconds / 60).collect();
    assert!(minutes.contains(&90) && minutes.len() >= 2, "{minutes:?}");
    // C2: under way when the article was written; C3: planned.
    for (name, status) in [
        ("contacts/trump-zelensky-call", pb::ContactStatus::UnderWay),
        ("contacts/us-russia-technical-talks", pb::ContactStatus::Planned),
    ] {
        let Kind::Contact(first) = served.first(name) else { panic!("{name} is a contact") };
        assert_eq!(first.status(), status, "{name}, first revision");
        assert_eq!(the!(served, Contact, name).status(), pb::ContactStatus::Held, "{name}, today");
    }
    // I2: energy and railway at once. I3: the ministry's characterisations are in its statement, not in the facts.
    let struck = |name| match the!(served, Report, name).facts.as_ref() {
        Some(facts) => facts.struck[0].object.clone(),
        None => panic!("{name} affirms something"),
    };
    assert_eq!(
        (struck("reports/v03-ukraine").as_str(), struck("reports/v04-russia").as_str()),
        ("rail.power", "oil.depot")
    );
    let depot = json(&served.records["reports/v04-russia"])["report"].to_string();
    assert!(!depot.contains("deliberate") && !depot.contains("derailing"));
    // I4: two accusations without a count, mirrored.
    for (name, accused) in
        [("statements/ukraine-accuses-russia", "russia"), ("statements/russia-accuses-ukraine", "ukraine")]
    {
        let [claim] = &the!(served, Statement, name).claims[..] else { panic!("{name} makes one claim") };
        assert_eq!((id(&claim.attributed_to), claim.count.as_ref()), (accused, None));
    }
    // Q1: under 19 March in the article, the night before elsewhere. Q15: said on Tuesday.
    let said = |name| {
        let span = the!(served, Statement, name).said.as_ref().expect("a time");
        let instant = |t: &Option<prost_types::Timestamp>| {
            t.as_ref().and_then(|t| armistice::wire::instant::read(*t)).expect("an instant").to_string()
        };
        (instant(&span.earliest), instant(&span.latest))
    };
    let (from, to) = said("statements/zelensky-effectively-rejected");
    assert!(from.as_str() < "2025-03-18T22:00" && to.as_str() > "2025-03-19", "{from} {to}");
    assert!(said("statements/scholz-count-on-us").1.as_str() <= "2025-03-18T23:00:00Z");
    // RD2: the phrase is Trump's, the explanation the article's.
    let gloss = the!(served, Reading, "readings/article-trump");
    let text = the!(served, Instrument, relative(&gloss.instrument));
    assert_eq!((id(&gloss.held_by), text.r#type()), ("trump", pb::InstrumentType::Gloss));
    let Kind::Actor(author) = served.kind(relative(&text.author)) else { panic!("an author is an actor") };
    assert_eq!(author.r#type(), pb::ActorType::Outlet);
    let window = gloss.window.as_ref().expect("an answer says in which zone it counts");
    assert_eq!((&window.start, window.start_immediately), (&None, false), "the article names no start");
    // F2 has no deadline. T4 is a withdrawal that is only indicated.
    assert_eq!(the!(served, Forecast, "forecasts/witkoff-trump-putin-meeting").deadline, None);
    let pledge = the!(served, Pledge, "pledges/us-guarantee-for-europe");
    assert_eq!((pledge.r#move(), pledge.firmness()), (pb::PledgeMove::Withdraws, pb::Firmness::Indicated));
    // X1: 372 is the sum over both directions; 23 wounded were announced and 22 handed over.
    let exchange = the!(served, Exchange, "exchanges/march-19");
    let russia_confirms = |t: &&pb::Transfer| id(&t.stated_by) == "russia" && t.stage() == pb::TransferStage::Confirmed;
    let (total, parts): (Vec<_>, Vec<_>) =
        exchange.transfers.iter().filter(russia_confirms).partition(|t| t.from.is_empty() && t.to.is_empty());
    assert_eq!(total.iter().map(|t| t.count()).collect::<Vec<_>>(), [372]);
    assert_eq!(parts.iter().map(|t| t.count()).sum::<i32>(), 372);
    let wounded = |stage| {
        let of_stage = exchange.transfers.iter().filter(move |t| t.stage() == stage && id(&t.stated_by) == "russia");
        of_stage.filter(|t| t.category() == pb::PersonCategory::Wounded).map(|t| t.count()).collect::<Vec<_>>()
    };
    assert_eq!((wounded(pb::TransferStage::Announced), wounded(pb::TransferStage::Confirmed)), (vec![23], vec![22]));
    // The halt's start: the article's glosses are silent on it, and say so.
    for name in ["instruments/article-on-trump", "instruments/article-on-kremlin"] {
        let start = the!(served, Instrument, name).treatments.iter().find(|t| id(&t.term) == "halt-start");
        assert_eq!(start.map(pb::Treatment::r#type), Some(pb::TreatmentType::Silent), "{name}");
    }
}
