//! Neutrality: exchange two parties' names everywhere, and every answer is exchanged, and nothing else.

use armistice::wire::pb;
use proptest::prelude::*;
use proptest::sample::select;
use prost::Message;
use prost_reflect::{DynamicMessage, ReflectMessage, Value};

use crate::small::small;
use crate::support::ask::{Answers, By, all_bases, set};
use crate::support::pool;
use crate::support::room::Room;
use crate::{PARENT, assess, batches, room, try_law};

const ONE: &str = "actors/alpha";
const OTHER: &str = "actors/beta";

fn exchanged(text: &str) -> String {
    const BETWEEN: &str = "actors/\u{0}";
    text.replace(ONE, BETWEEN).replace(OTHER, ONE).replace(BETWEEN, OTHER)
}

/// The message with the two names exchanged wherever they stand.
pub(crate) fn exchange<M: Message + Default>(name: &str, message: &M) -> M {
    let descriptor = pool().get_message_by_name(&format!("armistice.v1.{name}")).expect("a message of the API");
    let mut dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice()).expect("the same message");
    exchange_fields(&mut dynamic);
    M::decode(dynamic.encode_to_vec().as_slice()).expect("the same message")
}

fn exchange_fields(message: &mut DynamicMessage) {
    let fields: Vec<_> = message.descriptor().fields().filter(|field| message.has_field(field)).collect();
    for field in fields {
        exchange_value(message.get_field_mut(&field));
    }
}

fn exchange_value(value: &mut Value) {
    match value {
        Value::String(text) => *text = exchanged(text),
        Value::Message(message) => exchange_fields(message),
        Value::List(values) => values.iter_mut().for_each(exchange_value),
        Value::Map(_)
        | Value::Bool(_)
        | Value::I32(_)
        | Value::I64(_)
        | Value::U32(_)
        | Value::U64(_)
        | Value::F32(_)
        | Value::F64(_)
        | Value::Bytes(_)
        | Value::EnumNumber(_) => {}
    }
}

fn tally(
    room: &Room,
    choice: pb::ReadingSet,
    by: pb::GroupBy,
    consistency: Option<pb::Consistency>,
) -> pb::TallyResponse {
    let request = pb::TallyRequest {
        parent: PARENT.to_owned(),
        readings: set(choice),
        bases: all_bases(),
        group_by: vec![by.into()],
        consistency,
        ..pb::TallyRequest::default()
    };
    let mut answer = room.tally(request).expect("counted");
    // Groups stand in the order of their names, which are what is exchanged.
    answer.rows.sort_by_key(|row| (row.reading.clone(), row.basis, row.group.clone()));
    answer
}

#[test]
fn exchanging_two_parties_exchanges_every_answer_and_nothing_else() {
    let sets = [pb::ReadingSet::All, pb::ReadingSet::InForceAtIncident, pb::ReadingSet::Latest];
    let groups = [pb::GroupBy::AttributedTo, pb::GroupBy::Against, pb::GroupBy::Claimant, pb::GroupBy::Object];
    let strategy = (small(), proptest::option::of(-200i64..1000), select(sets.to_vec()), select(groups.to_vec()));
    try_law("neutrality", strategy, |(small, known, choice, group)| {
        let ours = batches(&small);
        let theirs: Vec<Vec<pb::Record>> =
            ours.iter().map(|batch| batch.iter().map(|record| exchange("Record", record)).collect()).collect();
        prop_assert_ne!(&ours, &theirs);
        let (ours, theirs) = (room(ours), room(theirs));
        let known = known.map(|hour| {
            let first: jiff::Timestamp = "2025-03-01T00:00:00Z".parse().expect("an instant");
            first.checked_add(jiff::SignedDuration::from_hours(hour)).expect("near").to_string()
        });
        let by = By { at: None, known_by: known.as_deref() };
        let ask = |room: &Room| room.assess(assess(set(choice), by.wire())).expect("answered");
        prop_assert_eq!(exchange("AssessResponse", &ask(&ours)), ask(&theirs));

        let compare = |room: &Room| {
            room.compare(pb::CompareRequest {
                parent: PARENT.to_owned(),
                readings: set(choice),
                bases: all_bases(),
                consistency: by.wire(),
                ..pb::CompareRequest::default()
            })
        };
        let (mine, yours) = (compare(&ours).expect("compared"), compare(&theirs).expect("compared"));
        prop_assert_eq!(exchange("CompareResponse", &mine), yours);

        let mut mine = exchange("TallyResponse", &tally(&ours, choice, group, by.wire()));
        mine.rows.sort_by_key(|row| (row.reading.clone(), row.basis, row.group.clone()));
        prop_assert_eq!(mine, tally(&theirs, choice, group, by.wire()));

        let inconsistencies = |room: &Room| {
            let found = room.inconsistencies(pb::ListInconsistenciesRequest {
                parent: PARENT.to_owned(),
                readings: set(choice),
                consistency: by.wire(),
                ..pb::ListInconsistenciesRequest::default()
            });
            pb::ListInconsistenciesResponse { inconsistencies: found.expect("listed"), ..Default::default() }
        };
        let mine = exchange("ListInconsistenciesResponse", &inconsistencies(&ours));
        prop_assert_eq!(mine, inconsistencies(&theirs));
        let filter = |name: &str| pb::IncidentFilter { attributed_to: vec![name.to_owned()], ..Default::default() };
        let filtered = |room: &Room, name: &str| {
            let request =
                pb::AssessRequest { filter: Some(filter(name)), ..assess(set(pb::ReadingSet::All), by.wire()) };
            room.assess(request).expect("answered")
        };
        prop_assert_eq!(exchange("AssessResponse", &filtered(&ours, ONE)), filtered(&theirs, OTHER));
        Ok(())
    });
}
