//! Reads a taxonomy file, refuses one that breaks the rules, and writes it as Rust tables.

use std::collections::{BTreeMap, BTreeSet};

/// One class as the file gives it, in file order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) parents: Vec<String>,
}

/// One taxonomy file that keeps the rules.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taxonomy {
    pub(crate) version: i64,
    pub(crate) classes: Vec<Class>,
}

/// Parses and checks the text of a file.
pub(crate) fn read(text: &str) -> Result<Taxonomy, String> {
    let taxonomy = parse(text)?;
    check(&taxonomy.classes)?;
    Ok(taxonomy)
}

/// Writes the tables, one `static` for each taxonomy, in file order.
pub(crate) fn tables(taxonomies: &[(&str, Taxonomy)]) -> String {
    let mut rust = String::from("// Written by the build from taxonomy/*.toml: (id, label, parents), in file order.\n");
    for (name, taxonomy) in taxonomies {
        rust += &format!("pub(crate) static {}: &[(&str, &str, &[&str])] = &[\n", name.to_uppercase());
        for Class { id, label, parents } in &taxonomy.classes {
            rust += &format!("    ({id:?}, {label:?}, &{parents:?}),\n");
        }
        rust += "];\n";
    }
    rust += "/// Version of each taxonomy.\n#[allow(dead_code)] // read where answers name their version\n";
    rust += "pub(crate) static VERSIONS: &[(&str, i64)] = &[";
    for (name, taxonomy) in taxonomies {
        rust += &format!("({name:?}, {}), ", taxonomy.version);
    }
    rust + "];\n"
}

fn parse(text: &str) -> Result<Taxonomy, String> {
    let table: toml::Table = text.parse().map_err(|fault| format!("not TOML: {fault}"))?;
    for key in table.keys() {
        if key != "version" && key != "class" {
            return Err(format!("unknown key {key:?}"));
        }
    }
    let version =
        table.get("version").and_then(toml::Value::as_integer).ok_or("`version` is missing or not a whole number")?;
    let entries = table.get("class").and_then(toml::Value::as_array).ok_or("no [[class]]")?;
    let mut classes = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let class = class(entry).ok_or(format!(
            "class number {}: it takes `id` and `label` as text and `parents` as a list of text, and nothing else",
            index + 1
        ))?;
        classes.push(class);
    }
    Ok(Taxonomy { version, classes })
}

fn class(entry: &toml::Value) -> Option<Class> {
    let table = entry.as_table()?;
    let id = table.get("id")?.as_str()?.to_owned();
    let label = table.get("label")?.as_str()?.to_owned();
    let mut parents = Vec::new();
    for parent in table.get("parents")?.as_array()? {
        parents.push(parent.as_str()?.to_owned());
    }
    (table.len() == 3).then_some(Class { id, label, parents })
}

fn check(classes: &[Class]) -> Result<(), String> {
    let mut parents_of = BTreeMap::new();
    for Class { id, label, parents } in classes {
        if id.is_empty() || id == "*" || label.is_empty() {
            return Err(format!("class {id:?}: an id (not `*`) and a label are needed"));
        }
        if parents_of.insert(id.as_str(), parents).is_some() {
            return Err(format!("class {id:?} stands there twice"));
        }
    }
    let roots: Vec<&str> =
        classes.iter().filter(|class| class.parents.is_empty()).map(|class| class.id.as_str()).collect();
    if roots.len() != 1 {
        return Err(format!("one class without parents is needed, the root; found {roots:?}"));
    }
    let mut children_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Class { id, parents, .. } in classes {
        for parent in parents {
            if !parents_of.contains_key(parent.as_str()) {
                return Err(format!("class {id:?}: its parent {parent:?} is no class of this taxonomy"));
            }
            if !children_of.entry(parent).or_default().insert(id) {
                return Err(format!("class {id:?} names its parent {parent:?} twice"));
            }
        }
    }
    if let Some(id) = on_or_below_a_cycle(&parents_of) {
        return Err(format!("class {id:?} lies on or below a cycle of parents"));
    }
    for (parent, children) in &children_of {
        let other = format!("{parent}.other");
        if !children.contains(other.as_str()) {
            return Err(format!("class {parent:?} has children but no child {other:?}"));
        }
    }
    Ok(())
}

/// Takes away, again and again, every class whose parents are all gone; what stays can reach a cycle upwards.
fn on_or_below_a_cycle<'a>(parents_of: &BTreeMap<&'a str, &Vec<String>>) -> Option<&'a str> {
    let mut gone = BTreeSet::new();
    loop {
        let before = gone.len();
        for (id, parents) in parents_of {
            if parents.iter().all(|parent| gone.contains(parent.as_str())) {
                gone.insert(*id);
            }
        }
        if gone.len() == before {
            return parents_of.keys().copied().find(|id| !gone.contains(id));
        }
    }
}
