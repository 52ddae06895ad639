//! What a record refers to, found through the `refers_to` option of its fields and not kind by kind.

use std::collections::HashMap;

use prost_reflect::{DynamicMessage, Value};

use crate::cli::reflection;
use crate::wire::pb;

const TAXONOMIES: [&str; 3] = ["objects", "acts", "weapons"];

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
