//! What is stored: the dossier, and records as a ministry makes them every day. The bytes of a batch are written once; of each
//! further one only the numbers change, so that the clients leave the processors to the server.

use std::sync::atomic::{AtomicU64, Ordering};

use armistice::wire::pb;
use bytes::Bytes;
use pb::dossier_service_client::DossierServiceClient;
use pb::record::Kind;
use pb::record_service_client::RecordServiceClient;
use prost::Message;

use super::server::Server;

/// The only numbers that tell one record of a run from another.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The dossier that all is stored in.
pub(super) const DOSSIER: &str = "dossiers/bench";

/// As many digits as every number is written with.
const DIGITS: usize = 10;

/// A report of the dossier's one incident.
pub(super) fn report() -> pb::Record {
    numbered_report(NEXT.fetch_add(1, Ordering::Relaxed), "incidents/strike")
}

/// A report as a ministry makes one every day: what was struck, when, where, by whom, with a citation.
fn numbered_report(number: u64, incident: &str) -> pb::Record {
    let facts = pb::Facts {
        occurred: Some(minute(number)),
        place: place(number),
        act: "strike.drone".to_owned(),
        attributed_to: "actors/army".to_owned(),
        struck: vec![pb::Struck {
            object: object(number),
            effect: pb::Effect::Hit.into(),
            weapon: "uav.one-way".to_owned(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let body = pb::Report {
        incident: incident.to_owned(),
        claimant: "actors/state".to_owned(),
        facts: Some(facts),
        alleges_breach_of: vec!["terms/halt".to_owned()],
        ..Default::default()
    };
    pb::Record {
        name: format!("reports/{}", id(number)),
        citations: vec![citation("A substation was hit in the night; nobody was hurt.")],
        kind: Some(Kind::Report(body)),
        ..Default::default()
    }
}

/// The incident that a report of the same number is about.
fn numbered_incident(number: u64) -> pb::Record {
    let incident = pb::Incident {
        display_name: format!("Strike {}", id(number)),
        about: Some(minute(number)),
        place: place(number),
    };
    named(&incident_name(number), Kind::Incident(incident))
}

fn incident_name(number: u64) -> String {
    format!("incidents/{}", id(number))
}

fn id(number: u64) -> String {
    format!("n{number:0DIGITS$}")
}

/// How many areas the region has.
const AREAS: u64 = 40;

const OBJECTS: [&str; 12] = [
    "elec.sub",
    "elec.gen.thermal",
    "elec.gen.hydro",
    "elec.sub.traction",
    "elec.dist",
    "oil.depot",
    "oil.refinery",
    "gas.compress",
    "gas.ugs",
    "heat.plant",
    "elec",
    "energy",
];

/// One of the areas.
pub(super) fn place(number: u64) -> String {
    format!("places/area-{:02}", number / 3 % AREAS)
}

/// One of the objects; some say less than others.
pub(super) fn object(number: u64) -> String {
    OBJECTS[usize::try_from(number % OBJECTS.len() as u64).expect("a small number")].to_owned()
}

/// When the first of them happened.
const FIRST: i64 = 1_742_256_000;

/// A minute of the year after, spread evenly over the incidents of a message.
fn minute(number: u64) -> pb::TimeSpan {
    let time = |seconds: i64| Some(prost_types::Timestamp { seconds: FIRST + seconds, nanos: 0 });
    let from = i64::try_from(number % 500).expect("a small number") * 63_000;
    pb::TimeSpan { earliest: time(from), latest: time(from + 60), ..Default::default() }
}

/// A day of that year.
pub(super) fn day(number: u64) -> String {
    let days = i64::try_from(number % 365).expect("a small number");
    let day = jiff::Timestamp::from_second(FIRST + days * 86_400).expect("a time of this century");
    day.strftime("%Y-%m-%d").to_string()
}

fn citation(quote: &str) -> pb::Citation {
    pb::Citation {
        document: "documents/briefing".to_owned(),
        locator: "third paragraph".to_owned(),
        quote: quote.to_owned(),
        ..Default::default()
    }
}

fn named(name: &str, kind: Kind) -> pb::Record {
    pb::Record { name: name.to_owned(), kind: Some(kind), ..Default::default() }
}

/// Creates what the reports refer to.
pub(super) async fn create_dossier(server: &Server) {
    let channel = server.channel().await;
    let request = pb::CreateDossierRequest { dossier_id: "bench".to_owned(), ..Default::default() };
    DossierServiceClient::new(channel.clone()).create_dossier(request).await.expect("the dossier is created");
    let actor = |name: &str, kind: pb::ActorType, above: &[&str]| {
        let affiliations = above.iter().map(|&name| name.to_owned()).collect();
        let actor =
            pb::Actor { display_name: name.to_owned(), r#type: kind.into(), affiliations, ..Default::default() };
        named(name, Kind::Actor(actor))
    };
    let region =
        pb::Place { display_name: "Region".to_owned(), r#type: pb::PlaceType::Country.into(), ..Default::default() };
    let area = |number: u64| {
        let name = place(number * 3);
        let within = vec!["places/region".to_owned()];
        let area = pb::Place {
            display_name: name.clone(),
            r#type: pb::PlaceType::Region.into(),
            within,
            ..Default::default()
        };
        named(&name, Kind::Place(area))
    };
    let term =
        pb::Term { display_name: "Halt".to_owned(), r#type: pb::TermType::Prohibition.into(), ..Default::default() };
    let mut records = vec![
        actor("actors/state", pb::ActorType::State, &[]),
        actor("actors/army", pb::ActorType::ArmedGroup, &["actors/state"]),
        named("places/region", Kind::Place(region)),
        named(
            "documents/briefing",
            Kind::Document(pb::Document { title: "Briefing".to_owned(), ..Default::default() }),
        ),
        named("terms/halt", Kind::Term(term)),
        named(
            "incidents/strike",
            Kind::Incident(pb::Incident { display_name: "Strike".to_owned(), ..Default::default() }),
        ),
    ];
    records.extend((0..AREAS).map(area));
    let request = pb::AppendRecordsRequest { parent: DOSSIER.to_owned(), records, ..Default::default() };
    RecordServiceClient::new(channel).append_records(request).await.expect("the stage is set");
}

/// A message whose records can be given other numbers, and a request id of its own, without encoding it again.
#[derive(Clone)]
pub(super) struct Template {
    bytes: Vec<u8>,
    /// Where the digits of each record stand, record by record.
    numbers: Vec<Vec<usize>>,
    /// Where the request id stands.
    request_id: usize,
    /// How many records a message has.
    pub(super) records: usize,
}

/// What stands in a template for the request id.
const NO_REQUEST_ID: &str = "00000000-0000-4000-8000-000000000000";

impl Template {
    /// A batch of reports, as `AppendRecords` takes it.
    pub(super) fn reports(records: usize) -> Template {
        let of = |number| vec![numbered_report(number, "incidents/strike")];
        Template::of(records, 1, of, |records| {
            let (parent, request_id) = (DOSSIER.to_owned(), NO_REQUEST_ID.to_owned());
            pb::AppendRecordsRequest { parent, records, request_id, validate_only: false }.encode_to_vec()
        })
    }

    /// A batch of incidents, each with a report of it behind it, as `ImportRecords` takes it.
    pub(super) fn incidents(records: usize) -> Template {
        let of = |number| vec![numbered_incident(number), numbered_report(number, &incident_name(number))];
        Template::of(records, 2, of, |records| {
            let (parent, request_id) = (DOSSIER.to_owned(), NO_REQUEST_ID.to_owned());
            pb::ImportRecordsRequest { parent, records, request_id }.encode_to_vec()
        })
    }

    fn of(
        records: usize,
        records_each: usize,
        of: impl Fn(u64) -> Vec<pb::Record>,
        encode: impl FnOnce(Vec<pb::Record>) -> Vec<u8>,
    ) -> Template {
        let numbers = 0..(records / records_each) as u64;
        let bytes = encode(numbers.clone().flat_map(&of).collect());
        let all = |text: &str| -> Vec<usize> {
            let places = bytes.windows(text.len()).enumerate();
            places.filter(|(_, window)| *window == text.as_bytes()).map(|(place, _)| place).collect()
        };
        let numbers = numbers.map(|number| all(&id(number)).into_iter().map(|place| place + 1).collect()).collect();
        let request_id = all(NO_REQUEST_ID)[0];
        Template { numbers, request_id, bytes, records }
    }

    /// The next message: new numbers and a new request id.
    pub(super) fn next(&mut self) -> Bytes {
        let first = NEXT.fetch_add(self.numbers.len() as u64, Ordering::Relaxed);
        for (number, places) in (first..).zip(&self.numbers) {
            let mut digits = [b'0'; DIGITS];
            let mut rest = number;
            for digit in digits.iter_mut().rev() {
                *digit += u8::try_from(rest % 10).expect("a digit");
                rest /= 10;
            }
            for &place in places {
                self.bytes[place..place + DIGITS].copy_from_slice(&digits);
            }
        }
        let id = uuid::Uuid::new_v4().to_string();
        self.bytes[self.request_id..self.request_id + id.len()].copy_from_slice(id.as_bytes());
        Bytes::copy_from_slice(&self.bytes)
    }

    /// The mean size of its records.
    pub(super) fn record_bytes(&self) -> usize {
        self.bytes.len() / self.records
    }
}

/// The name of the report that was numbered last.
pub(super) fn last_report() -> String {
    let last = NEXT.load(Ordering::Relaxed).saturating_sub(1);
    format!("{DOSSIER}/reports/{}", id(last))
}
