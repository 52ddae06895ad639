//! What a record refers to, found through the `refers_to` option of its fields and not kind by kind.

use std::collections::HashMap;

use prost_reflect::{DynamicMessage, FieldDescriptor, Value};

use crate::cli::reflection;
use crate::wire::pb;

const TAXONOMIES: [&str; 3] = ["objects", "acts", "weapons"];

/// Fields that hold free words or a name, as their comments say; they carry no `refers_to`.
const WORDS: [&str; 6] = [
    "armistice.v1.Grade.graded_by",
    "armistice.v1.Outcome.decided_by",
    "armistice.v1.Struck.facility",
    "armistice.v1.Finding.made_by",
    "armistice.v1.Link.made_by",
    "armistice.v1.Place.controlled_by",
];

/// Something that a record refers to, in the dossier that it lives in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reference {
    /// A record, by its name relative to the dossier: `actors/russia`.
    Record(String),
    /// A class, by its taxonomy (`objects`) and id (`oil.depot`).
    Class(String, String),
}

/// For every field that refers to something, what its text names.
pub struct References {
    /// By the full name of the field.
    targets: HashMap<String, Vec<String>>,
}

impl References {
    /// Reads the options of all fields once.
    pub fn of_the_api() -> References {
        let pool = reflection::pool();
        let option = pool.get_extension_by_name("armistice.v1.refers_to").expect("the option is one of ours");
        let mut targets = HashMap::new();
        for field in pool.all_messages().flat_map(|message| message.fields().collect::<Vec<_>>()) {
            let options = field.options();
            if options.has_extension(&option) {
                let value = options.get_extension(&option);
                let text = value.as_str().expect("the option is text");
                targets.insert(field.full_name().to_owned(), text.split('|').map(str::to_owned).collect());
            }
        }
        References { targets }
    }

    /// What a message refers to, each once.
    pub fn in_message(&self, message: &DynamicMessage) -> Vec<Reference> {
        let mut found = Vec::new();
        self.walk(message, None, &mut found);
        found.sort();
        found.dedup();
        found
    }

    /// Makes all names of one dossier, `dossiers/{id}`, relative to it. Words that only look like a name stay as they are.
    pub fn make_relative(&self, message: &mut DynamicMessage, parent: &str) {
        self.shorten(message, false, &format!("{parent}/"));
    }

    fn shorten(&self, message: &mut DynamicMessage, inherited: bool, prefix: &str) {
        for (field, value) in message.fields_mut() {
            let names = inherited || self.holds_names(&field);
            match value {
                Value::List(items) => items.iter_mut().for_each(|item| self.shorten_value(item, names, prefix)),
                value => self.shorten_value(value, names, prefix),
            }
        }
    }

    fn shorten_value(&self, value: &mut Value, names: bool, prefix: &str) {
        match value {
            Value::Message(inner) => self.shorten(inner, names, prefix),
            Value::String(text) if names => {
                if let Some(relative) = text.strip_prefix(prefix) {
                    *text = relative.to_owned();
                }
            }
            _ => {}
        }
    }

    fn holds_names(&self, field: &FieldDescriptor) -> bool {
        let name = field.full_name();
        self.targets.contains_key(name) || WORDS.contains(&name) || name == "armistice.v1.Record.name"
    }

    fn walk(&self, message: &DynamicMessage, inherited: Option<&[String]>, found: &mut Vec<Reference>) {
        for (field, value) in message.fields() {
            let own = self.targets.get(field.full_name()).map(Vec::as_slice);
            let single = std::slice::from_ref(value);
            for value in value.as_list().unwrap_or(single) {
                match value {
                    // The lists of a selection name what the field that holds the selection says.
                    Value::Message(inner) => self.walk(inner, own, found),
                    Value::String(text) => refer(text, own.or(inherited), found),
                    _ => {}
                }
            }
        }
    }
}

fn refer(text: &str, targets: Option<&[String]>, found: &mut Vec<Reference>) {
    let Some(targets) = targets else {
        // Some fields hold free words or an actor; then it is its name.
        let name = relative(text);
        if name.starts_with("actors/") {
            found.push(Reference::Record(name.to_owned()));
        }
        return;
    };
    for target in targets {
        if TAXONOMIES.contains(&target.as_str()) {
            found.push(Reference::Class(target.clone(), text.to_owned()));
        } else if target != "dossiers" {
            found.push(Reference::Record(relative(text).to_owned()));
        }
    }
}

/// A name without its dossier: `dossiers/d/actors/a` is `actors/a`.
pub fn relative(name: &str) -> &str {
    let rest = name.strip_prefix("dossiers/").and_then(|rest| rest.split_once('/'));
    rest.map_or(name, |(_, relative)| relative)
}

/// The class that a record adds, if it does.
pub fn class_of(record: &pb::Record) -> Option<Reference> {
    let Some(pb::record::Kind::Class(class)) = &record.kind else {
        return None;
    };
    let taxonomy = class.taxonomy().as_str_name().trim_start_matches("TAXONOMY_").to_lowercase();
    Some(Reference::Class(taxonomy, class.id.clone()))
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    #[test]
    fn the_fields_that_hold_a_name_or_free_words_are_those_whose_comments_say_so() {
        let mut found = Vec::new();
        for file in reflection::pool().files().filter(|file| file.package_name() == "armistice.v1") {
            let proto = file.file_descriptor_proto();
            let locations = proto.source_code_info.as_ref().map(|info| info.location.as_slice()).unwrap_or_default();
            for location in locations {
                let comment = location.leading_comments().split_whitespace().collect::<Vec<_>>().join(" ");
                let [4, message, 2, field] = location.path[..] else { continue };
                if comment.contains("beginning with") && comment.contains("or free words") {
                    let index = |n: i32| usize::try_from(n).expect("an index");
                    let message = &proto.message_type[index(message)];
                    found.push(format!("armistice.v1.{}.{}", message.name(), message.field[index(field)].name()));
                }
            }
        }
        let mut expected = WORDS.map(str::to_owned).to_vec();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_become_relative_wherever_they_stand_and_words_stay() {
        let record = pb::Record {
            name: "dossiers/d/readings/r".into(),
            reason: "dossiers/d/actors/a".into(),
            citations: vec![pb::Citation {
                document: "dossiers/d/documents/x".into(),
                locator: "dossiers/d/documents/x".into(),
                ..Default::default()
            }],
            kind: Some(pb::record::Kind::Reading(pb::Reading {
                term: "dossiers/d/terms/t".into(),
                held_by: "dossiers/dd/actors/a".into(),
                actors: Some(pb::Selection {
                    include: vec!["dossiers/d/actors/a".into(), "*".into()],
                    ..Default::default()
                }),
                objects: Some(pb::Selection { include: vec!["oil.depot".into()], ..Default::default() }),
                ..Default::default()
            })),
            ..Default::default()
        };
        let mut message = DynamicMessage::new(reflection::message("Record"));
        message.transcode_from(&record).expect("it is a record");
        References::of_the_api().make_relative(&mut message, "dossiers/d");
        let short = pb::Record::decode(message.encode_to_vec().as_slice()).expect("it is a record");
        let Some(pb::record::Kind::Reading(reading)) = short.kind else { panic!("it is a reading") };
        assert_eq!((short.name.as_str(), short.reason.as_str()), ("readings/r", "dossiers/d/actors/a"));
        assert_eq!(short.citations[0].document, "documents/x");
        assert_eq!(short.citations[0].locator, "dossiers/d/documents/x");
        assert_eq!((reading.term.as_str(), reading.held_by.as_str()), ("terms/t", "dossiers/dd/actors/a"));
        assert_eq!(reading.actors.map(|actors| actors.include), Some(vec!["actors/a".to_owned(), "*".to_owned()]));
    }
}
