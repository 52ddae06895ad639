//! What is written is read again as it was: through the store, and by a client that sends back what it got.

use std::collections::BTreeSet;

use proptest::prelude::*;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, Value};

use super::pb::internal;
use super::{decode, encode, entry, pb, samples};
use crate::domain::batch::Batch;
use crate::domain::dossier::Dossier;
use crate::domain::name::{DossierId, RecordName};
use crate::domain::record::{Draft, Revision, etag};

fn dossier() -> impl Strategy<Value = Dossier> {
    let texts = ("\\PC{0,9}", "\\PC{0,9}");
    (texts, samples::zone(), samples::instant()).prop_map(|((display_name, description), zone, create_time)| {
        let id = DossierId::parse("ukraine-2025").expect("an id");
        Dossier { id, display_name, description, zone, create_time }
    })
}

fn decode_batch(record: pb::Record, dossier: &Dossier) -> Batch {
    let mut context = decode::Context { dossier: &dossier.id, zone: &dossier.zone, new_id: &mut || "new".to_owned() };
    decode::batch(vec![record], &mut context)
}

/// Every record that a message names, by the option that says so and by the free words that begin like a name.
#[expect(clippy::wildcard_enum_match_arm, reason = "only texts name records")]
fn named(message: &DynamicMessage, pool: &DescriptorPool, found: &mut BTreeSet<String>) {
    let refers_to = pool.get_extension_by_name("armistice.v1.refers_to").expect("our option");
    for (field, value) in message.fields() {
        let target = field.options().get_extension(&refers_to).as_str().unwrap_or_default().to_owned();
        let classes = ["objects", "acts", "weapons", "objects|acts|weapons"].contains(&target.as_str());
        let free = ["controlled_by", "made_by", "graded_by", "decided_by", "facility"].contains(&field.name());
        let values = match value {
            Value::List(values) => values.clone(),
            single => vec![single.clone()],
        };
        for value in &values {
            match value {
                Value::String(text) if !target.is_empty() && !classes => {
                    found.insert(text.clone());
                }
                Value::String(text) if free && text.starts_with("dossiers/") => {
                    found.insert(text.clone());
                }
                Value::Message(selection) if !target.is_empty() && !classes => {
                    for (_, entries) in selection.fields() {
                        let entries = entries.as_list().expect("a selection has only lists");
                        let entries = entries.iter().filter_map(Value::as_str);
                        found.extend(entries.filter(|entry| *entry != "*").map(str::to_owned));
                    }
                }
                Value::Message(inner) => named(inner, pool, found),
                _ => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_revision_comes_back_from_the_store_as_it_was(revision in samples::revision(), dossier in dossier()) {
        let bytes = entry::encode_revision(&revision, &dossier);
        let read = entry::decode_revision(revision.position, &bytes, &dossier).expect("what was written is read");
        let expected = Revision { references: read.references.clone(), ..revision };
        prop_assert_eq!(&read, &expected);
        prop_assert_eq!(entry::encode_revision(&read, &dossier), bytes, "and is written as it was");
    }

    #[test]
    fn the_references_are_all_that_the_options_say_and_no_more(revision in samples::revision(), dossier in dossier()) {
        let bytes = entry::encode_revision(&revision, &dossier);
        let read = entry::decode_revision(revision.position, &bytes, &dossier).expect("what was written is read");
        let context = encode::Context { dossier: &dossier.id, zone: &dossier.zone };
        let record = encode::record(&read, false, &context);
        let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("our own descriptors");
        let descriptor = pool.get_message_by_name("armistice.v1.Record").expect("our record");
        let message = DynamicMessage::decode(descriptor, record.encode_to_vec().as_slice()).expect("our own bytes");
        let mut expected = BTreeSet::new();
        named(&message, &pool, &mut expected);
        let count = read.references.len();
        let found: BTreeSet<String> = read.references.iter().map(|name| name.full(&dossier.id)).collect();
        prop_assert_eq!(count, found.len(), "without repeats");
        // A list passes over an entry in which the id that it looks for does not stand.
        for name in &read.references {
            let id = name.id.as_str().as_bytes();
            prop_assert!(bytes.windows(id.len()).any(|some| some == id), "{} stands in its entry", name.id.as_str());
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn an_answer_can_be_sent_back(revision in samples::revision(), unsourced: bool, dossier in dossier()) {
        let context = encode::Context { dossier: &dossier.id, zone: &dossier.zone };
        let batch = decode_batch(encode::record(&revision, unsourced, &context), &dossier);
        prop_assert_eq!(&batch.violations, &Vec::new());
        let item = &batch.items[0];
        let draft = item.draft.clone().expect("no fault");
        let targets: BTreeSet<&RecordName> = item.references.iter().map(|r| &r.target).collect();
        prop_assert_eq!(targets, draft.references.iter().collect::<BTreeSet<_>>());
        let expected = Draft {
            name: revision.name.clone(),
            etag: Some(etag(revision.position)),
            reason: revision.reason,
            retracted: revision.retracted,
            classification: Some(revision.classification),
            citations: revision.citations,
            references: draft.references.clone(),
            body: Some(revision.body),
        };
        prop_assert_eq!(draft, expected);
    }

    #[test]
    fn what_is_written_as_bytes_is_what_the_messages_are_encoded_to(
        revisions in proptest::collection::vec((samples::revision(), any::<bool>()), 1..4),
        (warnings, read_at) in (0..3usize, "[a-z]{0,9}"),
        dossier in dossier(),
    ) {
        let context = encode::Context { dossier: &dossier.id, zone: &dossier.zone };
        let warning = pb::Warning { reason: "ODD".to_owned(), ..pb::Warning::default() };
        let warnings = vec![warning; warnings];
        let mut answer = pb::AppendRecordsResponse { warnings, read_at, ..pb::AppendRecordsResponse::default() };
        let mut plain = answer.clone();
        for (revision, unsourced) in &revisions {
            let stored = internal::StoredRevision { record: Some(encode::stored(revision, &context)) };
            let entry = internal::Entry { kind: Some(internal::entry::Kind::Revision(stored)) };
            prop_assert_eq!(entry::encode_revision(revision, &dossier), entry.encode_to_vec());
            answer.write(revision, (revision.known, *unsourced), &context);
            plain.records.push(encode::record(revision, *unsourced, &context));
        }
        let bytes = answer.encode_to_vec();
        prop_assert_eq!(&bytes, &plain.encode_to_vec());
        prop_assert_eq!(bytes.len(), answer.encoded_len());
        prop_assert_eq!(pb::AppendRecordsResponse::decode(bytes.as_slice()).expect("our own bytes"), plain.clone());
        // The message by its descriptor is a second opinion on what was written by hand.
        let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("our own descriptors");
        let descriptor = pool.get_message_by_name("armistice.v1.AppendRecordsResponse").expect("our answer");
        prop_assert_eq!(descriptor.fields().len(), 3, "a field that the proto gains is written by hand too");
        let message = DynamicMessage::decode(descriptor, bytes.as_slice()).expect("our own bytes");
        prop_assert_eq!(message.transcode_to::<pb::AppendRecordsResponse>().expect("the same message"), plain);
    }

    #[test]
    fn a_dossier_comes_back_from_the_store_as_it_was(dossier in dossier(), uid: [u8; 16]) {
        let bytes = entry::encode_dossier(&dossier, &uid);
        prop_assert_eq!(entry::decode_dossier(&bytes, &dossier.id).expect("what was written is read"), (dossier, uid));
    }

    #[test]
    fn damaged_bytes_are_an_error_and_never_a_panic(
        revision in samples::revision(),
        dossier in dossier(),
        at in any::<prop::sample::Index>(),
        flip in 1u8..,
    ) {
        let mut bytes = entry::encode_revision(&revision, &dossier);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        // Some damage still reads as another revision: that is for the hashes to find.
        if let Ok(read) = entry::decode_revision(revision.position, &bytes, &dossier) {
            prop_assert_eq!(read.position, revision.position);
        }
        prop_assert!(entry::decode_revision(0, &bytes, &dossier).is_err(), "no record stands at 0");
    }
}
