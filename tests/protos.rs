//! Walks the descriptor set that reflection serves: comments on everything, enums that start unspecified, and options
//! that say what they may say.
#![allow(clippy::panic)] // a fact that does not hold fails the test

use std::collections::{BTreeMap, BTreeSet};

use armistice::wire::pb::{Behavior, FILE_DESCRIPTOR_SET};
use prost_reflect::{
    DescriptorPool, EnumDescriptor, ExtensionDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor,
};

const COLLECTIONS: [&str; 18] = [
    "actors",
    "places",
    "classes",
    "documents",
    "statements",
    "contacts",
    "instruments",
    "terms",
    "readings",
    "stances",
    "incidents",
    "reports",
    "findings",
    "exchanges",
    "pledges",
    "forecasts",
    "coverage",
    "links",
];
const TAXONOMIES: [&str; 3] = ["objects", "acts", "weapons"];

fn pool() -> DescriptorPool {
    DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the build's own descriptor set decodes")
}

fn our_files(pool: &DescriptorPool) -> Vec<FileDescriptor> {
    let files: Vec<_> = pool.files().filter(|file| file.package_name() == "armistice.v1").collect();
    assert_eq!(files.len(), 15, "one for each file in proto/armistice/v1");
    files
}

fn our_messages(pool: &DescriptorPool) -> Vec<MessageDescriptor> {
    let messages: Vec<_> = pool.all_messages().filter(|message| message.package_name() == "armistice.v1").collect();
    assert!(messages.len() > 90, "only {} messages", messages.len());
    messages
}

fn our_enums(pool: &DescriptorPool) -> Vec<EnumDescriptor> {
    let enums: Vec<_> = pool.all_enums().filter(|found| found.package_name() == "armistice.v1").collect();
    assert!(enums.len() > 40, "only {} enums", enums.len());
    enums
}

fn message(pool: &DescriptorPool, name: &str) -> MessageDescriptor {
    pool.get_message_by_name(&format!("armistice.v1.{name}")).unwrap_or_else(|| panic!("no message {name}"))
}

fn field(pool: &DescriptorPool, of: &str, name: &str) -> FieldDescriptor {
    message(pool, of).get_field_by_name(name).unwrap_or_else(|| panic!("no field {of}.{name}"))
}

fn option(pool: &DescriptorPool, name: &str) -> ExtensionDescriptor {
    pool.get_extension_by_name(&format!("armistice.v1.{name}")).unwrap_or_else(|| panic!("no option {name}"))
}

fn behaviors(pool: &DescriptorPool, of: &FieldDescriptor) -> Vec<Behavior> {
    let options = of.options();
    let value = options.get_extension(&option(pool, "behavior"));
    let list = value.as_list().expect("`behavior` is repeated");
    list.iter()
        .map(|item| {
            let number = item.as_enum_number().expect("`behavior` is an enum");
            Behavior::try_from(number).unwrap_or_else(|_| panic!("{} has behavior {number}", of.full_name()))
        })
        .collect()
}

fn refers_to(pool: &DescriptorPool, of: &FieldDescriptor) -> Option<String> {
    let options = of.options();
    let extension = option(pool, "refers_to");
    if !options.has_extension(&extension) {
        return None;
    }
    let value = options.get_extension(&extension);
    Some(value.as_str().expect("`refers_to` is text").to_owned())
}

/// The comments of a file by the path of what they stand before, as descriptors number it.
fn comments(file: &FileDescriptor) -> BTreeMap<Vec<i32>, String> {
    let proto = file.file_descriptor_proto();
    let info = proto.source_code_info.as_ref().unwrap_or_else(|| panic!("{} has no source info", file.name()));
    let commented = info.location.iter().filter_map(|location| {
        let comment = location.leading_comments.as_ref()?;
        Some((location.path.clone(), comment.trim().to_owned()))
    });
    commented.collect()
}

#[test]
fn every_message_field_oneof_enum_and_value_has_a_comment() {
    let pool = pool();
    let comments_of: BTreeMap<String, _> =
        our_files(&pool).iter().map(|file| (file.name().to_owned(), comments(file))).collect();
    let mut bare = Vec::new();
    let mut look = |file: FileDescriptor, path: &[i32], name: &str| {
        let comment = comments_of[file.name()].get(path);
        if comment.is_none_or(|text| text.len() < 3) {
            bare.push(name.to_owned());
        }
    };
    for message in our_messages(&pool) {
        look(message.parent_file(), message.path(), message.full_name());
        for field in message.fields() {
            look(message.parent_file(), field.path(), field.full_name());
        }
        for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
            look(message.parent_file(), oneof.path(), oneof.full_name());
        }
    }
    for found in our_enums(&pool) {
        look(found.parent_file(), found.path(), found.full_name());
        for value in found.values() {
            look(found.parent_file(), value.path(), value.full_name());
        }
    }
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn every_service_and_method_has_a_comment() {
    let pool = pool();
    let mut services = BTreeSet::new();
    for service in pool.services() {
        let comments = comments(&service.parent_file());
        assert!(comments.contains_key(service.path()), "{}", service.full_name());
        for method in service.methods() {
            assert!(comments.contains_key(method.path()), "{}", method.full_name());
        }
        services.insert(service.name().to_owned());
    }
    assert_eq!(
        services,
        BTreeSet::from(["AssessmentService", "BriefingService", "DossierService", "RecordService"].map(str::to_owned))
    );
}

#[test]
fn every_enum_starts_unspecified_and_its_values_carry_its_name() {
    let pool = pool();
    for found in our_enums(&pool) {
        let mut prefix = String::new();
        for letter in found.name().chars() {
            if letter.is_uppercase() && !prefix.is_empty() {
                prefix.push('_');
            }
            prefix.push(letter.to_ascii_uppercase());
        }
        assert_eq!(found.default_value().number(), 0);
        assert_eq!(found.default_value().name(), format!("{prefix}_UNSPECIFIED"));
        for value in found.values() {
            assert!(value.name().starts_with(&format!("{prefix}_")), "{}", value.full_name());
        }
    }
}

#[test]
fn every_behavior_decodes_and_says_something() {
    let pool = pool();
    let (mut required, mut output_only) = (0, 0);
    for message in our_messages(&pool) {
        for field in message.fields() {
            for behavior in behaviors(&pool, &field) {
                match behavior {
                    Behavior::Required => required += 1,
                    Behavior::OutputOnly => output_only += 1,
                    Behavior::Unspecified => {
                        panic!("{} has an unspecified behavior", field.full_name())
                    }
                }
            }
        }
    }
    assert!(required > 60 && output_only >= 8, "{required} required, {output_only} output only");
    assert_eq!(behaviors(&pool, &field(&pool, "Report", "incident")), [Behavior::Required]);
    assert_eq!(behaviors(&pool, &field(&pool, "Record", "position")), [Behavior::OutputOnly]);
    assert_eq!(behaviors(&pool, &field(&pool, "Report", "statement")), []);
}

#[test]
fn every_reference_names_what_there_is_and_stands_on_text_or_a_selection() {
    let pool = pool();
    let known: BTreeSet<&str> = COLLECTIONS.into_iter().chain(TAXONOMIES).chain(["dossiers", "*"]).collect();
    let mut named = BTreeSet::new();
    for message in our_messages(&pool) {
        for field in message.fields() {
            let Some(targets) = refers_to(&pool, &field) else {
                continue;
            };
            for target in targets.split('|') {
                assert!(known.contains(target), "{} refers to {target:?}", field.full_name());
                named.insert(target.to_owned());
            }
            let selection = message_name(&field).as_deref() == Some("armistice.v1.Selection");
            assert!(selection || field.kind() == Kind::String, "{}", field.full_name());
        }
    }
    for target in ["actors", "documents", "incidents", "objects", "weapons", "*", "dossiers"] {
        assert!(named.contains(target), "nothing refers to {target}");
    }
    let refers = |of, name| refers_to(&pool, &field(&pool, of, name));
    assert_eq!(refers("Facts", "attributed_to").as_deref(), Some("actors"));
    assert_eq!(refers("Struck", "object").as_deref(), Some("objects"));
    assert_eq!(refers("Finding", "made_by"), None, "free words are allowed");
}

#[test]
fn a_field_required_as_a_number_can_be_told_from_zero() {
    let pool = pool();
    for message in our_messages(&pool) {
        for field in message.fields() {
            let number = matches!(field.kind(), Kind::Int32 | Kind::Int64 | Kind::Double);
            if !number || !behaviors(&pool, &field).contains(&Behavior::Required) {
                continue;
            }
            // A term of no days is as wrong as one that says none, so there zero may mean missing.
            assert!(
                field.supports_presence() || field.full_name() == "armistice.v1.TermLength.days",
                "{}",
                field.full_name()
            );
        }
    }
}

#[test]
fn a_record_has_eighteen_kinds() {
    let pool = pool();
    let record = message(&pool, "Record");
    let kind = record.oneofs().find(|oneof| oneof.name() == "kind").expect("a oneof of kinds");
    let kinds: BTreeSet<String> = kind.fields().map(|field| field.name().to_owned()).collect();
    assert_eq!(kinds.len(), COLLECTIONS.len());
    for field in kind.fields() {
        let message = message_name(&field).expect("a kind is a message").to_lowercase();
        assert_eq!(message, format!("armistice.v1.{}", field.name()));
    }
}

#[test]
fn what_is_stored_or_opaque_is_not_shown() {
    let pool = pool();
    let internal: Vec<_> = pool.files().filter(|file| file.package_name().contains("internal")).collect();
    assert_eq!(internal, []);
}

fn message_name(field: &FieldDescriptor) -> Option<String> {
    Some(field.kind().as_message()?.full_name().to_owned())
}
