//! Nothing that comes over the wire makes the server panic: random bytes and valid requests with random faults, at every
//! method. What it takes it can read again, and it goes on.

use std::sync::Arc;

use armistice::log::memory::MemoryLog;
use prost::Message;
use prost_reflect::{DynamicMessage, Kind, Value};
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::bytes::{METHODS, send};
use crate::ground;
use crate::json::descriptor;
use crate::refusal::shown;
use crate::server::{PATIENCE, Server};
use crate::shape::{full, spots, with};

/// How many dossiers are tried, and how many requests each is sent.
const ROUNDS: u64 = 12;
const REQUESTS: usize = 150;

/// Random numbers from a seed, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % bound as u64).expect("less than a usize")
    }

    fn kind(&mut self) -> &'static str {
        KINDS[self.below(KINDS.len())]
    }

    fn byte(&mut self) -> u8 {
        let [byte, ..] = self.roll().to_le_bytes();
        byte
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// The seed of this run: given in `ARMISTICE_SEED`, or a new one; printed either way.
fn seed() -> u64 {
    let given = std::env::var("ARMISTICE_SEED").ok().and_then(|text| text.parse().ok());
    let seed = given.unwrap_or_else(|| u64::from_le_bytes(uuid::Uuid::new_v4().as_bytes()[..8].try_into().expect("8")));
    eprintln!("ARMISTICE_SEED={seed}");
    seed
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

const TEXTS: [&str; 40] = [
    "",
    "*",
    "/",
    "-",
    "a",
    "actors/a",
    "actors/b",
    "actors/force",
    "actors/-",
    "places/country",
    "places/town",
    "documents/doc",
    "statements/said",
    "instruments/text",
    "terms/halt",
    "terms/deal",
    "terms/topic",
    "readings/a1",
    "readings/b1",
    "readings/deal",
    "incidents/depot",
    "incidents/bridge",
    "reports/depot-b",
    "contacts/call",
    "dossiers/d",
    "dossiers/d/actors/a",
    "dossiers/e/actors/a",
    "dossiers//",
    "infra",
    "energy",
    "camp",
    "oil.depot",
    "strike",
    "2025-03-19",
    "0001-01-01/9999-12-31",
    "9999-12-31T23:59:59",
    "Pacific/Kiritimati",
    "self-defence",
    "{\"type\":\"Point\",\"coordinates\":[180,-90]}",
    "\u{202e}\u{0}ß\u{1f9ff}İ",
];

fn text(dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => dice.one(&TEXTS).repeat(1 + dice.below(200)),
        1 => (0..dice.below(20))
            .map(|_| *dice.one(&['a', '/', '\u{0}', 'Ж', '\u{301}', '\u{202e}', '𝔄', '\u{10ffff}']))
            .collect(),
        _ => (*dice.one(&TEXTS)).to_owned(),
    }
}

/// A value that a field of a kind can hold, the odd ones first.
fn value(kind: &Kind, dice: &mut Dice) -> Value {
    match kind {
        Kind::Bool => Value::Bool(dice.below(2) == 0),
        Kind::Int32 => Value::I32(*dice.one(&[0, 1, -1, 2, 30, 60, 366, 100_000, i32::MAX, i32::MIN])),
        Kind::Int64 => Value::I64(*dice.one(&[0, 1, -1, 2, 28, 29, 1 << 40, i64::MAX, i64::MIN])),
        Kind::Double => Value::F64(*dice.one(&[0.0, -0.0, 1.0, -1.0, 90.0, 180.1, 1e308, f64::NAN, f64::INFINITY])),
        Kind::String => Value::String(text(dice)),
        Kind::Enum(_) => Value::EnumNumber(*dice.one(&[0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 12, -1, 999, i32::MIN])),
        Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => {
            let seconds =
                [0, 1_742_335_200, 1_748_736_000, -62_135_596_800, 253_402_207_200, 253_402_300_799, i64::MIN];
            let nanos = [0, 0, 0, 1, 999_999_999, -1, i32::MAX];
            timed(message, *dice.one(&seconds), *dice.one(&nanos))
        }
        Kind::Message(message) if message.full_name() == "google.protobuf.Duration" => {
            let seconds = [0, 60, -1, 315_576_000_000, i64::MAX];
            timed(message, *dice.one(&seconds), *dice.one(&[0, 0, 999_999_999, -1]))
        }
        Kind::Message(message) => {
            let mut filled = full(message.name(), dice.kind());
            if dice.below(3) == 0 {
                let fields: Vec<_> = message.fields().collect();
                if !fields.is_empty() {
                    filled.clear_field(dice.one(&fields));
                }
            }
            Value::Message(filled)
        }
        other => unreachable!("no field of ours is {other:?}"),
    }
}

fn timed(message: &prost_reflect::MessageDescriptor, seconds: i64, nanos: i32) -> Value {
    let mut time = DynamicMessage::new(message.clone());
    time.set_field_by_name("seconds", Value::I64(seconds));
    time.set_field_by_name("nanos", Value::I32(nanos));
    Value::Message(time)
}

/// A request with some of its values changed.
fn mutated(request: &DynamicMessage, dice: &mut Dice) -> DynamicMessage {
    let mut request = request.clone();
    for _ in 0..dice.below(5) {
        let spots = spots(&request);
        let Some(spot) = spots.get(dice.below(spots.len().max(1))) else { break };
        let changed = match dice.below(6) {
            0 => None,
            // Several of one, the same or others.
            1 if spot.field.is_list() && spot.index.is_none() => {
                Some(Value::List((0..dice.below(4)).map(|_| value(&spot.field.kind(), dice)).collect()))
            }
            _ if spot.field.is_list() && spot.index.is_none() => continue,
            _ => Some(value(&spot.field.kind(), dice)),
        };
        request = with(&request, spot, changed.filter(|_| spot.index.is_none() || dice.below(2) == 0));
    }
    request
}

/// A valid request to a method; of appends, one that is stored.
fn valid(method: &str, request: &str, dice: &mut Dice) -> DynamicMessage {
    let mut message = full(request, dice.kind());
    if method == "RecordService/AppendRecords" {
        message.set_field_by_name("validate_only", Value::Bool(false));
    }
    message
}

/// What is never answered, whatever is asked.
fn check(method: &str, answer: &Result<Vec<u8>, tonic::Status>, sent: &dyn std::fmt::Debug) {
    if let Err(status) = answer {
        let line = shown(status);
        let expected = [
            Code::InvalidArgument,
            Code::NotFound,
            Code::AlreadyExists,
            Code::Aborted,
            Code::OutOfRange,
            Code::FailedPrecondition,
            Code::ResourceExhausted,
        ];
        assert!(expected.contains(&status.code()), "{method}: {line}: {sent:?}");
    }
}

async fn ask(server: &Server, method: &str, body: Vec<u8>, sent: &dyn std::fmt::Debug) -> bool {
    let answer = tokio::time::timeout(PATIENCE, send(&server.channel, method, body)).await;
    let answer = answer.unwrap_or_else(|_| panic!("{method} is not answered: {sent:?}"));
    check(method, &answer, sent);
    answer.is_ok()
}

async fn goes_on(server: &Server) {
    let mut health = HealthClient::new(server.channel.clone());
    let answer = health.check(HealthCheckRequest::default()).await.expect("health answers");
    assert_eq!(answer.into_inner().status(), tonic_health::pb::health_check_response::ServingStatus::Serving);
    server.append(r#"[{"actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_bytes_are_refused_or_taken_and_nothing_breaks() {
    let mut dice = Dice(seed());
    let server = ground::server().await;
    for _ in 0..1500 {
        let (method, request, _) = *dice.one(&METHODS);
        let body: Vec<u8> = match dice.below(3) {
            0 => (0..dice.below(60)).map(|_| dice.byte()).collect(),
            // A valid one with some bytes changed, taken out, put in, or cut off.
            _ => {
                let mut body = valid(method, request, &mut dice).encode_to_vec();
                for _ in 0..=dice.below(4) {
                    let at = dice.below(body.len().max(1));
                    match dice.below(4) {
                        0 => body.truncate(at),
                        1 if at < body.len() => drop(body.remove(at)),
                        2 => body.insert(at.min(body.len()), dice.byte()),
                        _ if at < body.len() => body[at] ^= 1 << dice.below(8),
                        _ => {}
                    }
                }
                body
            }
        };
        ask(&server, method, body.clone(), &body).await;
    }
    goes_on(&server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_with_random_faults_are_refused_or_taken_and_nothing_breaks() {
    let seed = seed();
    let (mut taken, mut stored) = (0, 0);
    for round in 0..ROUNDS {
        let mut dice = Dice(seed.wrapping_add(round));
        let log = MemoryLog::new();
        let server = ground::over(Arc::new(log.clone())).await;
        for _ in 0..REQUESTS {
            let append = METHODS.iter().find(|(method, _, _)| method.ends_with("AppendRecords"));
            let (method, request, _) =
                *if dice.below(2) == 0 { append.expect("it is one") } else { dice.one(&METHODS) };
            let request = mutated(&valid(method, request, &mut dice), &mut dice);
            let is_taken = ask(&server, method, request.encode_to_vec(), &request).await;
            taken += usize::from(is_taken);
            stored += usize::from(is_taken && method.ends_with("AppendRecords"));
        }
        // Whatever was stored takes part in every verdict.
        for (method, request) in [
            ("AssessmentService/Assess", "AssessRequest"),
            ("AssessmentService/Tally", "TallyRequest"),
            ("AssessmentService/Compare", "CompareRequest"),
            ("AssessmentService/ListInconsistencies", "ListInconsistenciesRequest"),
            ("AssessmentService/AssessObligations", "AssessObligationsRequest"),
        ] {
            let of_obligations = request.contains("Obligations");
            for says in ["", r#", "readings": {"set": "READING_SET_ALL"}"#, r#", "readings": {"set": 2}"#] {
                if of_obligations && says.contains('2') {
                    continue;
                }
                let bases =
                    if of_obligations || request.starts_with("List") { "" } else { r#", "bases": [1, 2, 3, 4]"# };
                let grouped = if request.starts_with("Tally") { r#", "group_by": [1, 7]"# } else { "" };
                let json = format!(r#"{{"parent": "dossiers/d"{says}{bases}{grouped}}}"#);
                let mut read = serde_json::Deserializer::from_str(&json);
                let request = DynamicMessage::deserialize(descriptor(request), &mut read).expect("a request");
                assert!(ask(&server, method, request.encode_to_vec(), &request).await, "{method} {json}");
            }
        }
        goes_on(&server).await;
        // And can be read again by a server that has only the log.
        let state = server.state().await;
        server.stop().await;
        let again = Server::over(Arc::new(log.reopen())).await;
        assert!(again.state().await == state, "round {round}: it reads otherwise after a restart");
    }
    eprintln!("{taken} requests were taken, {stored} of them stored records");
    assert!(taken > 100 && stored > 50, "{taken} taken, {stored} stored: the faults hide what they are to test");
}
