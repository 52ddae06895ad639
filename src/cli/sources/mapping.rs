//! The language in which a layout is described: which columns mean what, as TOML, typed and checked before a row is read.
//!
//! It can say less than a program could, on purpose: a mapping names columns, lists the values of codes, and says what each
//! may claim. What a mapping does not claim is left unsaid in the records.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::rows::Columns;
use crate::domain::nearest::nearest;
use crate::domain::taxonomy::built_in;
use crate::domain::things::Taxonomy;
use crate::wire::pb;

/// Columns that a GeoJSON feature has beside its properties.
pub(super) const ID: &str = "@id";
/// Degrees north of a feature that is a point.
pub(super) const LATITUDE: &str = "@latitude";
/// Degrees east of a feature that is a point.
pub(super) const LONGITUDE: &str = "@longitude";

/// How one layout becomes records.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct Mapping {
    /// Its name; ids of incidents and reports begin with it.
    pub(super) layout: String,
    /// Raised when the same row comes to mean something else.
    pub(super) version: u32,
    /// What the files are.
    pub(super) title: String,
    /// How the files are written.
    pub(super) file: FileRule,
    /// Who publishes them.
    pub(super) source: Source,
    /// What a row is called.
    pub(super) row: RowRule,
    /// When it was. Left out: no row says when.
    pub(super) when: Option<When>,
    /// Where it was. Left out: no row says where.
    pub(super) place: Option<PlaceRule>,
    /// Columns that name actors.
    #[serde(default)]
    pub(super) who: Who,
    /// Actors that a code can name.
    #[serde(default)]
    pub(super) actors: BTreeMap<String, ActorRule>,
    /// Columns that hold ids of classes.
    #[serde(default)]
    pub(super) classes: ClassColumns,
    /// Columns whose values are codes.
    #[serde(default)]
    pub(super) codes: Vec<Code>,
    /// Sets of columns of which at most one may say yes.
    #[serde(default)]
    pub(super) one_of: Vec<OneOf>,
    /// How many were killed.
    pub(super) killed: Option<Count>,
    /// How many were injured.
    pub(super) injured: Option<Count>,
    /// For a column, words for its codes in the name of an incident.
    #[serde(default)]
    pub(super) words: BTreeMap<String, BTreeMap<String, String>>,
    /// Names in the files that are records of the dossier.
    #[serde(default)]
    pub(super) known: Known,
    /// First eight digits of the hash of its text.
    #[serde(skip)]
    pub(super) fingerprint: String,
}

/// How files are written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRule {
    /// How.
    pub(super) format: FileFormat,
    /// What stands between columns.
    #[serde(default = "comma")]
    pub(super) delimiter: String,
    /// Whether a field may stand in quotes. Where not, a quote is a letter like any other.
    #[serde(default = "yes")]
    pub(super) quotes: bool,
    /// Columns that must be there.
    pub(super) required: Vec<String>,
    /// Columns that are used where they are there.
    #[serde(default)]
    pub(super) optional: Vec<String>,
    /// Other names of columns.
    #[serde(default)]
    pub(super) aliases: BTreeMap<String, Vec<String>>,
    /// Texts that say that nothing is known.
    #[serde(default)]
    pub(super) missing: Vec<String>,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FileFormat {
    /// Rows of columns with something between them.
    Delimited,
    /// A GeoJSON FeatureCollection.
    Geojson,
}

/// Who publishes files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    /// Id of the actor that claims what a row says.
    pub(super) id: String,
    /// Its name for people.
    pub(super) name: String,
    /// What kind of actor it is.
    #[serde(rename = "type")]
    pub(super) actor_type: String,
    /// Where the files are found.
    #[serde(default)]
    pub(super) uri: String,
    /// BCP 47 tag of their language.
    #[serde(default)]
    pub(super) language: String,
    /// Under which terms they are published, where known.
    #[serde(default)]
    pub(super) licence: String,
}

/// What a row is called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowRule {
    /// The column that identifies it.
    pub(super) id: String,
    /// Columns whose texts make its name for people, in order.
    pub(super) name: Vec<String>,
    /// The column that grows with every revision of a row.
    pub(super) revision: Option<String>,
    /// The column of which the beginning is quoted in the citation.
    pub(super) quote: Option<String>,
    /// Columns in which two rows that are one event would be alike.
    #[serde(default)]
    pub(super) alike: Vec<String>,
}

/// When it was.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    /// The column of the first day, or of the only one.
    pub(super) start: String,
    /// The column of the last day.
    pub(super) end: Option<String>,
    /// How days are written, tried in order.
    pub(super) formats: Vec<String>,
    /// The zone in which days are days. Left out: the dossier's.
    #[serde(default)]
    pub(super) zone: String,
    /// The column that says how far to trust the days.
    pub(super) precision: Option<String>,
    /// What its codes mean.
    #[serde(default)]
    pub(super) precisions: BTreeMap<String, Precision>,
}

/// How far a day can be trusted. All but the first give the span from the first day to the last, and where there is no
/// last day, or it is the first again, a span around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Precision {
    /// It was on that day.
    Day,
    /// Within two to six days.
    Days,
    /// Within a week.
    Week,
    /// Within a month.
    Month,
    /// Within a year.
    Year,
    /// The days say nothing.
    Unknown,
}

/// Where it was.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceRule {
    /// Columns that name places, each within the one before it.
    #[serde(default)]
    pub(super) levels: Vec<Level>,
    /// Degrees north.
    pub(super) latitude: Option<String>,
    /// Degrees east.
    pub(super) longitude: Option<String>,
    /// The column that says how far to trust the place.
    pub(super) precision: Option<String>,
    /// What its codes mean.
    #[serde(default)]
    pub(super) precisions: BTreeMap<String, Extent>,
    /// Metres around the point, where there is no column of precision, or the column's name that gives them.
    pub(super) radius_m: Option<f64>,
    /// The column of metres around the point.
    pub(super) radius_column: Option<String>,
}

/// A column that names places.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Level {
    /// The column.
    pub(super) column: String,
    /// What kind of places it names.
    #[serde(rename = "type")]
    pub(super) place_type: String,
}

/// How far a place can be trusted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extent {
    /// The finest column whose place is still certain. Left out: none is.
    pub(super) level: Option<String>,
    /// Metres around the point. Left out: the point is not kept, for it only stands for an area.
    pub(super) radius_m: Option<f64>,
}

/// Columns that name actors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    /// Who says so, instead of the publisher.
    pub(super) claimant: Option<String>,
    /// Who did it.
    pub(super) attributed_to: Option<String>,
    /// Which side was struck.
    pub(super) against: Option<String>,
}

/// An actor that a code can name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActorRule {
    /// Its name for people.
    pub(super) name: String,
    /// What kind of actor it is.
    #[serde(rename = "type")]
    pub(super) actor_type: String,
}

/// Columns that hold ids of classes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassColumns {
    /// Of acts.
    pub(super) act: Option<String>,
    /// Of objects.
    pub(super) object: Option<String>,
    /// Of weapons.
    pub(super) weapon: Option<String>,
    /// An effect: `HIT`, `INTERCEPTED`, `MISSED` or `AFFECTED`.
    pub(super) effect: Option<String>,
    /// What the thing struck is called.
    pub(super) facility: Option<String>,
}

/// A column whose values are codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    /// The column.
    pub(super) column: String,
    /// What each value gives.
    pub(super) values: BTreeMap<String, Gives>,
    /// What any other value gives. Left out: nothing, and the row is reported as ambiguous.
    pub(super) other: Option<Gives>,
    /// What it gives that there is no value. Left out: nothing.
    #[serde(default)]
    pub(super) empty: Gives,
}

/// Columns of which at most one may say yes (`1`). Several, or one that says nothing, and the row is ambiguous.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OneOf {
    /// What is chosen, in words.
    pub(super) of: String,
    /// What each gives if it is the only one.
    pub(super) columns: BTreeMap<String, Gives>,
    /// What it gives if none says yes.
    #[serde(default)]
    pub(super) none: Gives,
}

/// What a value gives. Nothing: that it is known to say nothing about any of these.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gives {
    /// A class of acts.
    pub(super) act: Option<String>,
    /// A class of objects.
    pub(super) object: Option<String>,
    /// A class of weapons.
    pub(super) weapon: Option<String>,
    /// An effect: `HIT`, `INTERCEPTED`, `MISSED` or `AFFECTED`.
    pub(super) effect: Option<String>,
    /// One of the mapping's actors, as the author.
    pub(super) attributed_to: Option<String>,
    /// Why a row with this value is no incident.
    pub(super) reject: Option<String>,
    /// Why a row with this value can be read in more than one way.
    pub(super) ambiguous: Option<String>,
}

/// A count of people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Count {
    /// The column with the lowest figure.
    pub(super) least: Option<String>,
    /// The column with the highest figure.
    pub(super) most: Option<String>,
    /// The column with the figure that the publisher holds most likely; it should lie between the others.
    pub(super) best: Option<String>,
    /// That a figure of 0 may mean that nothing is known.
    pub(super) zero: Option<Zero>,
}

/// When a figure of 0 means none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Zero {
    /// The column that would say so.
    pub(super) column: String,
    /// Words by which it says so, case aside.
    pub(super) says: Vec<String>,
}

/// Names in the files that are records of the dossier.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    /// Names of places.
    #[serde(default)]
    pub(super) places: BTreeMap<String, String>,
    /// Names of actors.
    #[serde(default)]
    pub(super) actors: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

fn comma() -> String {
    ",".to_owned()
}

impl FileRule {
    /// What stands between columns; checked to be one byte.
    pub(super) fn delimiter_byte(&self) -> u8 {
        self.delimiter.bytes().next().unwrap_or(b',')
    }
}

/// The effect that a word of the mapping means.
pub(super) fn effect(word: &str) -> Option<pb::Effect> {
    pb::Effect::from_str_name(&format!("EFFECT_{word}")).filter(|effect| *effect != pb::Effect::Unspecified)
}

impl Mapping {
    /// Reads a mapping and checks it; every fault is named by its path.
    pub(in crate::cli) fn parse(text: &str) -> Result<Mapping, Vec<String>> {
        let document =
            toml::Deserializer::parse(text).map_err(|fault| vec![fault.to_string().trim_end().to_owned()])?;
        let mut mapping: Mapping = serde_path_to_error::deserialize(document).map_err(|fault| {
            let path = fault.path().to_string();
            let problem = fault.into_inner();
            let line = problem.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let line = line.map(|line| format!(" (line {line})")).unwrap_or_default();
            vec![format!("{path}: {}{line}", problem.message())]
        })?;
        let hash = Sha256::digest(text);
        mapping.fingerprint = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let faults = Check::of(&mapping);
        if faults.is_empty() { Ok(mapping) } else { Err(faults) }
    }

    /// Every column of which it speaks.
    pub(super) fn columns(&self) -> Columns {
        Columns::new(self.file.required.iter().chain(&self.file.optional).cloned())
    }
}

/// Checks what the types cannot say.
struct Check<'m> {
    mapping: &'m Mapping,
    declared: HashSet<&'m str>,
    faults: Vec<String>,
}

impl Check<'_> {
    fn of(mapping: &Mapping) -> Vec<String> {
        let FileRule { required, optional, aliases, delimiter, format, missing: _, quotes: _ } = &mapping.file;
        let declared: HashSet<&str> = required.iter().chain(optional).map(String::as_str).collect();
        let mut check = Check { mapping, declared, faults: Vec::new() };
        if crate::domain::name::Id::parse(&mapping.layout).is_err() {
            check.fault("layout", "begins ids, so it is letters, digits and -");
        }
        if delimiter.len() != 1 || matches!(delimiter.as_str(), "\"" | "\n" | "\r") {
            check.fault("file.delimiter", "is one character of ASCII, and neither a quote nor a line break");
        }
        if required.is_empty() && *format == FileFormat::Delimited {
            check.fault("file.required", "is empty: a header without a name to look for cannot be told from a row");
        }
        for column in aliases.keys() {
            check.column(&format!("file.aliases.{column}"), column);
        }
        check.rows();
        check.meanings();
        check.faults
    }

    fn rows(&mut self) {
        let Mapping { row, when, place, who, classes, source, actors, .. } = self.mapping;
        let RowRule { id, name, revision, quote, alike } = row;
        self.column("row.id", id);
        for (index, column) in name.iter().enumerate() {
            self.column(&format!("row.name[{index}]"), column);
        }
        for (index, column) in alike.iter().enumerate() {
            self.column(&format!("row.alike[{index}]"), column);
        }
        self.maybe_column("row.revision", revision.as_ref());
        self.maybe_column("row.quote", quote.as_ref());
        if let Some(When { start, end, formats, zone, precision, precisions }) = when {
            self.column("when.start", start);
            self.maybe_column("when.end", end.as_ref());
            self.maybe_column("when.precision", precision.as_ref());
            self.pair("when", precision.is_some(), precisions.is_empty());
            if formats.is_empty() {
                self.fault("when.formats", "is empty; a day is written such as %Y-%m-%d");
            }
            if !zone.is_empty() && crate::domain::time::Zone::parse(zone).is_err() {
                self.fault("when.zone", &format!("`{zone}` is no IANA zone"));
            }
        }
        if let Some(place) = place {
            self.place(place);
        }
        self.maybe_column("who.claimant", who.claimant.as_ref());
        self.maybe_column("who.attributed_to", who.attributed_to.as_ref());
        self.maybe_column("who.against", who.against.as_ref());
        let ClassColumns { act, object, weapon, effect, facility } = classes;
        for (path, column) in
            [("act", act), ("object", object), ("weapon", weapon), ("effect", effect), ("facility", facility)]
        {
            self.maybe_column(&format!("classes.{path}"), column.as_ref());
        }
        if crate::domain::name::Id::parse(&source.id).is_err() {
            self.fault("source.id", "is an id: letters, digits and -");
        }
        self.actor_type("source.type", &source.actor_type);
        for (key, actor) in actors {
            self.actor_type(&format!("actors.{key}.type"), &actor.actor_type);
        }
    }

    fn place(&mut self, place: &PlaceRule) {
        let PlaceRule { levels, latitude, longitude, precision, precisions, radius_m: _, radius_column } = place;
        for (index, level) in levels.iter().enumerate() {
            self.column(&format!("place.levels[{index}].column"), &level.column);
            let known = pb::PlaceType::from_str_name(&format!("PLACE_TYPE_{}", level.place_type));
            if known.is_none_or(|known| known == pb::PlaceType::Unspecified) {
                let path = format!("place.levels[{index}].type");
                self.fault(&path, "is COUNTRY, REGION, SETTLEMENT, FACILITY, LINE or AREA");
            }
        }
        for (path, column) in [
            ("place.latitude", latitude),
            ("place.longitude", longitude),
            ("place.precision", precision),
            ("place.radius_column", radius_column),
        ] {
            self.maybe_column(path, column.as_ref());
        }
        self.pair("place", precision.is_some(), precisions.is_empty());
        if latitude.is_some() != longitude.is_some() {
            self.fault("place.latitude", "and place.longitude go together");
        }
        for (code, extent) in precisions {
            if let Some(level) = &extent.level
                && !levels.iter().any(|known| known.column == *level)
            {
                let path = format!("place.precisions.{code}.level");
                self.fault(&path, &format!("`{level}` is none of the columns in place.levels"));
            }
        }
    }

    fn meanings(&mut self) {
        let Mapping { codes, one_of, killed, injured, words, known, .. } = self.mapping;
        for (index, Code { column, values, other, empty }) in codes.iter().enumerate() {
            self.column(&format!("codes[{index}].column"), column);
            for (value, gives) in values {
                self.gives(&format!("codes[{index}].values.{value:?}"), gives);
            }
            self.gives(&format!("codes[{index}].empty"), empty);
            if let Some(other) = other {
                self.gives(&format!("codes[{index}].other"), other);
            }
        }
        for (index, OneOf { of: _, columns, none }) in one_of.iter().enumerate() {
            for (column, gives) in columns {
                self.column(&format!("one_of[{index}].columns.{column}"), column);
                self.gives(&format!("one_of[{index}].columns.{column}"), gives);
            }
            self.gives(&format!("one_of[{index}].none"), none);
        }
        for (path, count) in [("killed", killed), ("injured", injured)] {
            let Some(Count { least, most, best, zero }) = count else { continue };
            self.maybe_column(&format!("{path}.least"), least.as_ref());
            self.maybe_column(&format!("{path}.most"), most.as_ref());
            self.maybe_column(&format!("{path}.best"), best.as_ref());
            if let Some(Zero { column, says: _ }) = zero {
                self.column(&format!("{path}.zero.column"), column);
            }
        }
        for column in words.keys() {
            self.column(&format!("words.{column}"), column);
        }
        for (collection, names) in [("places", &known.places), ("actors", &known.actors)] {
            for (name, record) in names {
                if !record.strip_prefix(collection).is_some_and(|rest| rest.starts_with('/')) {
                    let path = format!("known.{collection}.{name:?}");
                    self.fault(&path, &format!("names a record of the dossier: {collection}/…"));
                }
            }
        }
    }

    fn gives(&mut self, path: &str, gives: &Gives) {
        let Gives { act, object, weapon, effect: word, attributed_to, reject: _, ambiguous: _ } = gives;
        for (taxonomy, class) in [(Taxonomy::Acts, act), (Taxonomy::Objects, object), (Taxonomy::Weapons, weapon)] {
            if let Some(class) = class
                && built_in(taxonomy).find(class).is_none()
            {
                let known = crate::domain::taxonomy::classes(taxonomy).iter().map(|(id, _, _)| *id);
                let advice = nearest(class, known).map(|near| format!("; nearest: `{near}`")).unwrap_or_default();
                self.fault(path, &format!("`{class}` is no class of {}{advice}", taxonomy.word()));
            }
        }
        if let Some(word) = word
            && effect(word).is_none()
        {
            self.fault(path, &format!("`{word}` is no effect; those are HIT, INTERCEPTED, MISSED, AFFECTED"));
        }
        if let Some(actor) = attributed_to
            && !self.mapping.actors.contains_key(actor)
        {
            self.fault(path, &format!("`{actor}` is none of the mapping's actors"));
        }
    }

    fn pair(&mut self, path: &str, has_column: bool, has_no_codes: bool) {
        if has_column == has_no_codes {
            self.fault(&format!("{path}.precision"), &format!("and {path}.precisions go together"));
        }
    }

    fn actor_type(&mut self, path: &str, word: &str) {
        if actor_type(word).is_none() {
            self.fault(path, "is STATE, ARMED_GROUP, ORGANIZATION, OUTLET, PERSON or COLLECTIVE");
        }
    }

    fn maybe_column(&mut self, path: &str, column: Option<&String>) {
        if let Some(column) = column {
            self.column(path, column);
        }
    }

    fn column(&mut self, path: &str, column: &str) {
        if !self.declared.contains(column) {
            let problem = format!("the column `{column}` is neither in file.required nor in file.optional");
            self.fault(path, &problem);
        }
    }

    fn fault(&mut self, path: &str, problem: &str) {
        self.faults.push(format!("{path}: {problem}"));
    }
}

/// The kind of actor that a word of the mapping means.
pub(super) fn actor_type(word: &str) -> Option<pb::ActorType> {
    let known = pb::ActorType::from_str_name(&format!("ACTOR_TYPE_{word}"));
    known.filter(|known| *known != pb::ActorType::Unspecified)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::super::layout::Layout;
    use super::*;

    #[test]
    fn every_carried_mapping_is_without_fault_and_bears_the_name_of_its_layout() {
        for layout in Layout::value_variants() {
            let mapping = Mapping::parse(layout.mapping()).unwrap_or_else(|faults| panic!("{layout:?}: {faults:?}"));
            let word = layout.to_possible_value().expect("every layout has a word").get_name().to_owned();
            assert_eq!(mapping.layout, word);
        }
    }

    #[test]
    fn the_mapping_of_ged_speaks_of_no_author_side_act_or_thing_struck() {
        let mapping = Mapping::parse(Layout::Ged.mapping()).expect("it is without fault");
        let Who { claimant, attributed_to, against } = mapping.who;
        assert_eq!((claimant, attributed_to, against), (None, None, None));
        let columns = mapping.file.required.iter().chain(&mapping.file.optional);
        assert!(columns.clone().all(|column| column != "side_a" && column != "side_b"), "they are not even read");
        let gives = mapping.codes.iter().flat_map(|code| code.values.values().chain(&code.other).chain([&code.empty]));
        for Gives { act, object, weapon, effect, attributed_to, .. } in gives {
            assert_eq!([act, object, weapon, effect, attributed_to], [&None; 5]);
        }
    }

    #[test]
    fn every_fault_of_a_mapping_is_named_by_its_path() {
        let text = Layout::Ged.mapping();
        let wrong = text
            .replace("4 = { level = \"adm_1\" }", "4 = { level = \"adm1\" }")
            .replace("least = \"low\"", "least = \"lowest\"")
            .replace("type = \"ORGANIZATION\"", "type = \"ORGANISATION\"");
        let expected = [
            "place.precisions.4.level: `adm1` is none of the columns in place.levels",
            "source.type: is STATE, ARMED_GROUP, ORGANIZATION, OUTLET, PERSON or COLLECTIVE",
            "killed.least: the column `lowest` is neither in file.required nor in file.optional",
        ];
        assert_eq!(Mapping::parse(&wrong).expect_err("it has faults"), expected);
        let unknown = Mapping::parse(&text.replace("3 = \"week\"", "3 = \"weak\"")).expect_err("there is no such word");
        assert!(unknown[0].starts_with("when.precisions.3: unknown variant `weak`"), "{unknown:?}");
    }

    #[test]
    fn a_changed_mapping_has_another_fingerprint() {
        let text = Layout::Csv.mapping();
        let fingerprint = |text: &str| Mapping::parse(text).expect("it is without fault").fingerprint;
        assert_eq!(fingerprint(text), fingerprint(text));
        assert_ne!(fingerprint(text), fingerprint(&format!("{text}\n# a word\n")));
    }
}
