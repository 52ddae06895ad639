//! Everything that was ever stored is still read, means what it meant, and hashes as it did; `README.md` says how to add.
#![allow(clippy::panic, clippy::print_stdout, reason = "a test fails by panicking, and tells what it did")]

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use armistice::domain::dossier::Dossier;
use armistice::domain::name::DossierId;
use armistice::wire::token::{self, LogId, PageToken};
use armistice::wire::{encode, entry, pb};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use prost_reflect::{DynamicMessage, ReflectMessage, SerializeOptions, Value};
use sha2::{Digest, Sha256};

use support::pool;
use support::room::Room;

/// The log that the first version wrote.
const FIRST: &str = "first";

/// The logs that the present version would write just so; of older ones only reading is asked.
const WRITTEN_SINCE: [&str; 1] = [FIRST];

const LINE_CHARS: usize = 76;

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// One golden file, taken apart.
struct Golden {
    file: String,
    bytes: Vec<u8>,
    reads: String,
}

fn render(bytes: &[u8], reads: &str) -> String {
    let encoded = STANDARD.encode(bytes);
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(LINE_CHARS).map(|line| std::str::from_utf8(line).expect("plain letters")).collect();
    format!("sha256: {}\n{}\n---\n{reads}\n", hex(&Sha256::digest(bytes)), lines.join("\n"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn golden(log: &str, file: &str) -> Golden {
    let text = fs::read_to_string(directory().join(log).join(file)).unwrap_or_else(|fault| panic!("{file}: {fault}"));
    let (head, reads) = text.split_once("\n---\n").unwrap_or_else(|| panic!("{file} has no ---"));
    let mut lines = head.lines();
    let sha256 = lines.next().and_then(|line| line.strip_prefix("sha256: ")).expect("a hash comes first");
    let bytes = STANDARD.decode(lines.collect::<String>()).unwrap_or_else(|fault| panic!("{file}: {fault}"));
    assert_eq!(hex(&Sha256::digest(&bytes)), sha256, "{file}: the bytes are those that were hashed");
    Golden { file: file.to_owned(), bytes, reads: reads.trim_end().to_owned() }
}

/// The files of a log's entries, by position.
fn entries(log: &str) -> Vec<String> {
    let files = fs::read_dir(directory().join(log)).expect("a log of golden entries");
    let names = files.map(|file| file.expect("readable").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(|c: char| c.is_ascii_digit())).collect();
    names.sort();
    let expected: Vec<String> = (0..names.len()).map(|position| format!("{position:03}.txt")).collect();
    assert_eq!(names, expected, "{log}: positions without gaps");
    names
}

fn json(message: &str, bytes: &[u8]) -> String {
    let descriptor = pool().get_message_by_name(&format!("armistice.v1.{message}")).expect("a message of the API");
    let dynamic = DynamicMessage::decode(descriptor, bytes).expect("its own message");
    let options = SerializeOptions::new().use_proto_field_name(true);
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::pretty(&mut out);
    dynamic.serialize_with_options(&mut serializer, &options).expect("it has a JSON mapping");
    String::from_utf8(out).expect("JSON is text")
}

fn dossier_id() -> DossierId {
    DossierId::parse("golden").expect("an id")
}

fn read_dossier(bytes: &[u8]) -> (Dossier, String) {
    let (dossier, uid) = entry::decode_dossier(bytes, &dossier_id()).expect("the first entry is read");
    let reads = format!("uid {}\n{}", hex(&uid), json("Dossier", &encode::dossier(&dossier).encode_to_vec()));
    (dossier, reads)
}

fn read_revision(position: u64, bytes: &[u8], dossier: &Dossier) -> String {
    let revision = entry::decode_revision(position, bytes, dossier).expect("an entry is read");
    let context = encode::Context { dossier: &dossier.id, zone: &dossier.zone };
    json("Record", &encode::record(&revision, false, &context).encode_to_vec())
}

fn read_answer(bytes: &[u8]) -> String {
    let warnings = entry::decode_answer(bytes);
    warnings.iter().map(|w| json("Warning", &w.encode_to_vec())).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_entry_ever_written_is_read_and_means_what_it_meant() {
    add_what_is_missing();
    for log in [FIRST] {
        let files = entries(log);
        let first = golden(log, &files[0]);
        let (dossier, reads) = read_dossier(&first.bytes);
        assert_eq!(reads, first.reads, "{}", first.file);
        for (file, position) in files.iter().zip(0u64..).skip(1) {
            let entry = golden(log, file);
            assert_eq!(read_revision(position, &entry.bytes, &dossier), entry.reads, "{file}");
        }
        let answer = golden(log, "answer.txt");
        assert_eq!(read_answer(&answer.bytes), answer.reads);
    }
}

#[test]
fn what_is_read_is_written_as_it_was() {
    add_what_is_missing();
    for log in WRITTEN_SINCE {
        let files = entries(log);
        let first = golden(log, &files[0]);
        let (dossier, uid) = entry::decode_dossier(&first.bytes, &dossier_id()).expect("read");
        assert_eq!(entry::encode_dossier(&dossier, &uid), first.bytes, "{}", first.file);
        for (file, position) in files.iter().zip(0u64..).skip(1) {
            let bytes = golden(log, file).bytes;
            let revision = entry::decode_revision(position, &bytes, &dossier).expect("read");
            assert_eq!(hex(&entry::encode_revision(&revision, &dossier)), hex(&bytes), "{file}");
        }
        let answer = golden(log, "answer.txt").bytes;
        assert_eq!(entry::encode_answer(&entry::decode_answer(&answer)), answer);
    }
}

#[test]
fn tokens_that_were_given_out_are_still_taken() {
    add_what_is_missing();
    let log_id = LogId::of(&golden(FIRST, "000.txt").bytes);
    let text = fs::read_to_string(directory().join(FIRST).join("tokens.txt")).expect("the tokens are there");
    let mut kinds = BTreeSet::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |word: &str| word.parse::<u64>().expect("a number");
        kinds.insert(words[0]);
        match words.as_slice() {
            ["read", position, token] => {
                assert_eq!(token::read_position(token, &log_id), Ok(number(position)), "{line}");
                assert_eq!(token::read_at(&log_id, number(position)), **token);
            }
            ["page", position, cursor, arguments, token] => {
                let arguments: [u8; 32] = [arguments.parse().expect("a byte"); 32];
                let page =
                    PageToken { position: number(position), cursor: number(cursor), arguments_sha256: arguments };
                assert_eq!(PageToken::parse(token, &log_id, &arguments), Ok(page), "{line}");
                assert_eq!(page.write(&log_id), **token);
            }
            ["dossiers", id, token] => {
                assert_eq!(token::dossier_after(token).as_deref(), Ok(*id), "{line}");
                assert_eq!(token::after_dossier(id), **token);
            }
            _ => panic!("{line}"),
        }
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["dossiers", "page", "read"]);
}

/// Fields that are never stored: they are an entry's own place, or are worked out for an answer.
const NEVER_STORED: [&str; 5] = ["Record.position", "Record.unsourced", "Record.etag", "TimeSpan.local", "Bound.local"];

#[test]
fn every_field_that_is_stored_is_set_in_some_entry() {
    add_what_is_missing();
    let mut set = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for file in &entries(FIRST) {
        let bytes = golden(FIRST, file).bytes;
        let read = pb::internal::Entry::decode(bytes.as_slice()).expect("an entry");
        let (message, bytes) = match read.kind {
            Some(pb::internal::entry::Kind::Dossier(created)) => {
                ("Dossier", created.dossier.expect("a dossier").encode_to_vec())
            }
            Some(pb::internal::entry::Kind::Revision(stored)) => {
                ("Record", stored.record.expect("a record").encode_to_vec())
            }
            None => panic!("{file} holds nothing"),
        };
        let descriptor = pool().get_message_by_name(&format!("armistice.v1.{message}")).expect("ours");
        let dynamic = DynamicMessage::decode(descriptor, bytes.as_slice()).expect("its own message");
        fields_set(&dynamic, &mut set);
        let oneof = dynamic.descriptor().oneofs().next();
        kinds.extend(oneof.iter().flat_map(|kind| kind.fields()).filter(|f| dynamic.has_field(f)).map(|f| f.number()));
    }
    assert_eq!(kinds.len(), 18, "each kind of record");
    let mut stored = BTreeSet::new();
    for root in ["Record", "Dossier"] {
        fields_of(&pool().get_message_by_name(&format!("armistice.v1.{root}")).expect("ours"), &mut stored);
    }
    let missing: Vec<&String> =
        stored.difference(&set).filter(|field| !NEVER_STORED.contains(&field.as_str())).collect();
    assert!(missing.is_empty(), "no golden entry sets {missing:?}: append one to records.yaml");
    let kept: Vec<&&str> = NEVER_STORED.iter().filter(|field| set.contains(**field)).collect();
    assert!(kept.is_empty(), "{kept:?} is stored after all");
}

fn name_of(field: &prost_reflect::FieldDescriptor) -> String {
    format!("{}.{}", field.parent_message().name(), field.name())
}

fn fields_set(message: &DynamicMessage, set: &mut BTreeSet<String>) {
    for (field, value) in message.fields() {
        set.insert(name_of(&field));
        let values = match value {
            Value::List(values) => values.iter().collect(),
            single => vec![single],
        };
        values.into_iter().filter_map(Value::as_message).for_each(|inner| fields_set(inner, set));
    }
}

fn fields_of(message: &prost_reflect::MessageDescriptor, found: &mut BTreeSet<String>) {
    for field in message.fields() {
        let new = found.insert(name_of(&field));
        if let (true, Some(inner)) = (new, field.kind().as_message()) {
            fields_of(inner, found);
        }
    }
}

/// Writes the files that are missing, if asked to; never one that is there.
fn add_what_is_missing() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    if std::env::var_os("ARMISTICE_GOLDEN_ADD").is_some() {
        ONCE.call_once(add);
    }
}

fn add() {
    let says = pb::Dossier {
        display_name: "Golden entries".to_owned(),
        description: "One of each.".to_owned(),
        time_zone: "Europe/Kyiv".to_owned(),
        ..pb::Dossier::default()
    };
    let mut room = Room::open("golden", says);
    let text = fs::read_to_string(directory().join("records.yaml")).expect("what was typed in is there");
    let typed: Vec<serde_json::Value> = serde_saphyr::from_str(&text).expect("it is a list");
    for record in &typed {
        // In the order of the file, one by one, so that what is appended to it comes last.
        let record = support::from_json("Record", record).expect("it is a record");
        room.take(vec![record]).expect("it is valid");
    }
    write_new("000.txt", &render(&room.first, &read_dossier(&room.first).1));
    for (bytes, position) in room.entries.iter().zip(1u64..) {
        write_new(&format!("{position:03}.txt"), &render(bytes, &read_revision(position, bytes, &room.dossier)));
    }
    let warning = pb::Warning {
        field: "records[0].exchange.transfers[1].count".to_owned(),
        reason: "TOTAL_DIFFERS".to_owned(),
        description: "the total is 372, its parts add up to 373".to_owned(),
    };
    let answer = entry::encode_answer(&[warning]);
    write_new("answer.txt", &render(&answer, &read_answer(&answer)));
    let log_id = LogId::of(&room.first);
    let page = |position, cursor, byte: u8| {
        let token = PageToken { position, cursor, arguments_sha256: [byte; 32] }.write(&log_id);
        format!("page {position} {cursor} {byte} {token}\n")
    };
    let tokens = [
        format!("read 0 {}\n", token::read_at(&log_id, 0)),
        format!("read 17 {}\n", token::read_at(&log_id, 17)),
        page(17, 0, 1),
        page(1_000_000, 123_456_789_012, 255),
        format!("dossiers golden {}\n", token::after_dossier("golden")),
    ];
    write_new("tokens.txt", &tokens.concat());
}

fn write_new(file: &str, text: &str) {
    let path = directory().join(FIRST).join(file);
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut out) => {
            out.write_all(text.as_bytes()).expect("it can be written");
            println!("added {FIRST}/{file}");
        }
        Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(fault) => panic!("{file}: {fault}"),
    }
}
