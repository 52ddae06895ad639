//! What one row says, by its mapping: facts, or why it is no incident, and what was left open.
//!
//! What cannot be read is refused; what can be read in more than one way, or says more than it can be trusted with, is
//! taken with less claimed, and a remark says so.

use super::days::{occurred, plain, shown};
use super::mapping::{ClassColumns, Code, Count, Extent, Gives, Mapping, OneOf, PlaceRule, Who, actor_type, effect};
use super::names::{Named, Thing, row_id};
use super::rows::{Remark, Row};
use crate::wire::pb;

/// The most of a cell that is quoted, and the most of a name, in characters.
const QUOTE_CHARS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 300;

/// The longest id of a row.
const ID_BYTES_MAX: usize = 200;

/// What one row says. Places and actors have no names yet.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    /// The row's own id.
    pub(super) row_id: String,
    /// The id of its incident and its report.
    pub(super) id: String,
    /// The incident's name for people.
    pub(super) name: String,
    /// The facts, without place, author and side.
    pub(super) facts: pb::Facts,
    /// Where it was, as finely as is certain.
    pub(super) place: Option<Thing>,
    /// Who says so, where that is not the publisher.
    pub(super) claimant: Option<Thing>,
    /// Who did it.
    pub(super) attributed_to: Option<Thing>,
    /// Which side was struck.
    pub(super) against: Option<Thing>,
    /// The beginning of the cell that is quoted.
    pub(super) quote: String,
    /// Which revision of the row it is.
    pub(super) revision: Option<i64>,
    /// In what it is like other rows that may be the same event; nothing where a part is missing.
    pub(super) alike: Option<String>,
    /// What was left open.
    pub(super) remarks: Vec<Remark>,
}

/// What the codes of a row have given so far.
#[derive(Debug, Default)]
struct Given {
    act: Option<String>,
    object: Option<String>,
    weapon: Option<String>,
    effect: Option<pb::Effect>,
    attributed_to: Option<String>,
}

/// Reads a row.
pub(super) fn convert(mapping: &Mapping, row: &Row) -> Result<Taken, Remark> {
    let Some(own_id) = row.text(&mapping.row.id) else {
        return Err(row.remark(&mapping.row.id, "a row without an id cannot be told from others"));
    };
    if own_id.len() > ID_BYTES_MAX {
        return Err(row.remark(&mapping.row.id, format!("an id of over {ID_BYTES_MAX} bytes")));
    }
    let mut remarks = row.remarks.clone();
    let mut given = Given::default();
    for code in &mapping.codes {
        given.code(code, row, &mut remarks)?;
    }
    for one_of in &mapping.one_of {
        given.one_of(one_of, row, &mut remarks)?;
    }
    given.classes(&mapping.classes, row)?;
    let occurred = match &mapping.when {
        Some(when) => occurred(when, row, &mut remarks)?,
        None => None,
    };
    let (place, point, radius_m) = match &mapping.place {
        Some(rule) => place(mapping, rule, row, &mut remarks)?,
        None => (None, None, 0.0),
    };
    let killed = count(mapping.killed.as_ref(), row, &mut remarks)?;
    let injured = count(mapping.injured.as_ref(), row, &mut remarks)?;
    let Who { claimant, attributed_to, against } = &mapping.who;
    let author = given.attributed_to.as_ref().and_then(|key| mapping.actors.get(key));
    let author = author.map(|actor| named_actor(&actor.name, &actor.actor_type));
    let Given { act, object, weapon, effect, attributed_to: _ } = given;
    let facility = mapping.classes.facility.as_deref().and_then(|column| row.text(column)).unwrap_or_default();
    let struck = pb::Struck {
        object: object.unwrap_or_default(),
        facility: cut(facility, NAME_CHARS_MAX),
        effect: effect.unwrap_or_default().into(),
        weapon: weapon.unwrap_or_default(),
        people_cut_off: None,
    };
    let has_struck = struck != pb::Struck::default();
    let facts = pb::Facts {
        occurred,
        place: String::new(),
        point,
        radius_m,
        act: act.unwrap_or_default(),
        attributed_to: String::new(),
        against: String::new(),
        struck: if has_struck { vec![struck] } else { Vec::new() },
        casualties: (killed.is_some() || injured.is_some()).then_some(pb::Casualties { killed, injured }),
        ground: String::new(),
    };
    Ok(Taken {
        row_id: own_id.to_owned(),
        id: row_id(&mapping.layout, own_id),
        name: name(mapping, row, own_id, facts.occurred.as_ref()),
        facts,
        place,
        claimant: actor(claimant.as_deref(), row),
        attributed_to: author.or_else(|| actor(attributed_to.as_deref(), row)),
        against: actor(against.as_deref(), row),
        quote: cut(
            mapping.row.quote.as_deref().and_then(|column| row.text(column)).unwrap_or_default(),
            QUOTE_CHARS_MAX,
        ),
        revision: revision(mapping, row)?,
        alike: alike(mapping, row),
        remarks,
    })
}

impl Given {
    fn code(&mut self, code: &Code, row: &Row, remarks: &mut Vec<Remark>) -> Result<(), Remark> {
        let Code { column, values, other, empty } = code;
        let Some(text) = row.text(column) else {
            return self.take(empty, column, row, remarks);
        };
        match values.get(text).or_else(|| values.get(plain(text))).or(other.as_ref()) {
            Some(gives) => self.take(gives, column, row, remarks),
            None => {
                let told =
                    format!("`{}` is none of the values that the mapping knows; nothing is claimed", shown(text));
                remarks.push(row.remark(column, told));
                Ok(())
            }
        }
    }

    fn one_of(&mut self, one_of: &OneOf, row: &Row, remarks: &mut Vec<Remark>) -> Result<(), Remark> {
        let OneOf { of, columns, none } = one_of;
        let mut yes = Vec::new();
        let mut silent = Vec::new();
        for (column, gives) in columns {
            match row.text(column).map(plain) {
                Some("1") => yes.push((column, gives)),
                Some("0") => {}
                // Not there, or no label: neither yes nor no.
                Some(_) | None => silent.push(column.as_str()),
            }
        }
        let names = |columns: &[&str]| columns.join(", ");
        match (yes.as_slice(), silent.as_slice()) {
            ([], []) => self.take(none, "", row, remarks),
            ([(column, gives)], []) => self.take(gives, column, row, remarks),
            ([], silent) => {
                remarks.push(row.remark(silent[0], format!("labels of {of} are missing: {}", names(silent))));
                Ok(())
            }
            ([(column, _)], silent) => {
                let told = format!("{column} may not be the only one of the {of}: missing {}", names(silent));
                remarks.push(row.remark(column, told));
                Ok(())
            }
            (several, _) => {
                let columns: Vec<&str> = several.iter().map(|(column, _)| column.as_str()).collect();
                let told = format!("several {of} at once, none is chosen: {}", names(&columns));
                remarks.push(row.remark(columns[0], told));
                Ok(())
            }
        }
    }

    fn take(&mut self, gives: &Gives, column: &str, row: &Row, remarks: &mut Vec<Remark>) -> Result<(), Remark> {
        let Gives { act, object, weapon, effect: word, attributed_to, reject, ambiguous } = gives;
        if let Some(reason) = reject {
            return Err(row.remark(column, reason.clone()));
        }
        if let Some(reason) = ambiguous {
            remarks.push(row.remark(column, reason.clone()));
        }
        let or = |new: &Option<String>, old: &mut Option<String>| {
            if new.is_some() {
                old.clone_from(new);
            }
        };
        or(act, &mut self.act);
        or(object, &mut self.object);
        or(weapon, &mut self.weapon);
        or(attributed_to, &mut self.attributed_to);
        if let Some(word) = word {
            self.effect = effect(word);
        }
        Ok(())
    }

    fn classes(&mut self, classes: &ClassColumns, row: &Row) -> Result<(), Remark> {
        let ClassColumns { act, object, weapon, effect: word, facility: _ } = classes;
        for (column, given) in [(act, &mut self.act), (object, &mut self.object), (weapon, &mut self.weapon)] {
            if let Some(class) = column.as_deref().and_then(|column| row.text(column)) {
                *given = Some(class.to_owned());
            }
        }
        let Some(column) = word.as_deref() else { return Ok(()) };
        if let Some(word) = row.text(column) {
            let Some(known) = effect(&word.to_uppercase()) else {
                let told = format!("`{}` is no effect; those are HIT, INTERCEPTED, MISSED, AFFECTED", shown(word));
                return Err(row.remark(column, told));
            };
            self.effect = Some(known);
        }
        Ok(())
    }
}

/// The finest place that is certain, the point where it stands for no more than its surroundings, and metres around it.
fn place(
    mapping: &Mapping,
    rule: &PlaceRule,
    row: &Row,
    remarks: &mut Vec<Remark>,
) -> Result<(Option<Thing>, Option<pb::LatLng>, f64), Remark> {
    let PlaceRule { levels, latitude, longitude, precision, precisions, radius_m, radius_column } = rule;
    let widest = Extent { level: levels.first().map(|level| level.column.clone()), radius_m: None };
    let finest = Extent { level: levels.last().map(|level| level.column.clone()), radius_m: *radius_m };
    let extent = match precision {
        None => &finest,
        Some(column) => match row.text(column).and_then(|code| precisions.get(plain(code))) {
            Some(extent) => extent,
            None => {
                let code = row.text(column).map_or("no value".into(), |code| format!("`{}`", shown(code)));
                remarks.push(row.remark(
                    column,
                    format!("{code} is none of the known precisions; only the widest place is claimed"),
                ));
                &widest
            }
        },
    };
    let mut path = Vec::new();
    let mut record = None;
    if let Some(level) = &extent.level {
        for known in levels {
            match row.text(&known.column) {
                Some(name) if name.starts_with("places/") => record = Some(Thing::Record(name.to_owned())),
                Some(name) => path.push((cut(name, NAME_CHARS_MAX), place_type(&known.place_type))),
                None => {}
            }
            if known.column == *level {
                break;
            }
        }
    }
    // A region that bears the country's name is another place than the country; one and the same level is not there twice.
    let place = record.or_else(|| (!path.is_empty()).then_some(Thing::Named(Named { path })));
    let radius_m = match radius_column.as_deref().map(|column| number(row, column)).transpose()?.flatten() {
        Some(given) => Some(given),
        None if precision.is_none() => Some(radius_m.unwrap_or(0.0)),
        None => extent.radius_m,
    };
    let place = place.map(|place| settled(mapping, place));
    let (Some(radius_m), Some(latitude), Some(longitude)) = (radius_m, latitude, longitude) else {
        return Ok((place, None, 0.0));
    };
    match (number(row, latitude)?, number(row, longitude)?) {
        (Some(north), Some(east)) => {
            let point = pb::LatLng { latitude: Some(north), longitude: Some(east) };
            Ok((place, Some(point), radius_m))
        }
        (None, None) => Ok((place, None, 0.0)),
        (_, _) => {
            remarks.push(row.remark(latitude, "one of two coordinates is missing; no point is kept"));
            Ok((place, None, 0.0))
        }
    }
}

/// A chain of places that hangs in the air says no more than its widest one: nobody knows what that lies in, and below it
/// a place would be taken to lie outside of everything else.
fn settled(mapping: &Mapping, place: Thing) -> Thing {
    let known = |name: &str| mapping.known.places.get(name).cloned();
    match place {
        Thing::Named(Named { mut path }) if super::names::is_adrift(&Named { path: path.clone() }, known) => {
            path.truncate(1);
            Thing::Named(Named { path })
        }
        settled => settled,
    }
}

fn place_type(word: &str) -> i32 {
    pb::PlaceType::from_str_name(&format!("PLACE_TYPE_{word}")).unwrap_or_default().into()
}

/// An actor in a column. A group without affiliation may be anyone's, which is what an unknown name says.
fn actor(column: Option<&str>, row: &Row) -> Option<Thing> {
    let name = row.text(column?)?;
    if name.starts_with("actors/") {
        return Some(Thing::Record(name.to_owned()));
    }
    Some(named_actor(&cut(name, NAME_CHARS_MAX), "ARMED_GROUP"))
}

/// An actor of this name and type.
pub(super) fn named_actor(name: &str, word: &str) -> Thing {
    let number = actor_type(word).unwrap_or_default().into();
    Thing::Named(Named { path: vec![(name.to_owned(), number)] })
}

/// A count of people within limits.
fn count(count: Option<&Count>, row: &Row, remarks: &mut Vec<Remark>) -> Result<Option<pb::Quantity>, Remark> {
    let Some(Count { least, most, best, zero }) = count else { return Ok(None) };
    let read = |column: &Option<String>| match column {
        Some(column) => whole(row, column),
        None => Ok(None),
    };
    let (low, high, likely) = (read(least)?, read(most)?, read(best)?);
    let figures: Vec<i64> = [low, likely, high].into_iter().flatten().collect();
    if figures.is_empty() {
        return Ok(None);
    }
    if let Some(zero) = zero
        && figures.iter().all(|figure| *figure == 0)
    {
        let said = row.text(&zero.column).unwrap_or_default().to_lowercase();
        let says_none = zero.says.iter().any(|words| said.contains(&words.to_lowercase()));
        return Ok(says_none.then_some(pb::Quantity { least: Some(0), most: Some(0) }));
    }
    if !figures.is_sorted() {
        let told: Vec<String> = figures.iter().map(i64::to_string).collect();
        let column = best.as_ref().or(least.as_ref()).or(most.as_ref()).map_or("", String::as_str);
        let told =
            format!("lowest, likeliest and highest figure are out of order ({}); all are covered", told.join(", "));
        remarks.push(row.remark(column, told));
        return Ok(Some(pb::Quantity { least: figures.iter().min().copied(), most: figures.iter().max().copied() }));
    }
    Ok(Some(pb::Quantity { least: low, most: high }))
}

fn whole(row: &Row, column: &str) -> Result<Option<i64>, Remark> {
    let Some(text) = row.text(column) else { return Ok(None) };
    match plain(text).parse::<i64>() {
        Ok(figure) if figure >= 0 => Ok(Some(figure)),
        Ok(_) | Err(_) => Err(row.remark(column, format!("`{}` is no count", shown(text)))),
    }
}

fn number(row: &Row, column: &str) -> Result<Option<f64>, Remark> {
    let Some(text) = row.text(column) else { return Ok(None) };
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        Ok(_) | Err(_) => Err(row.remark(column, format!("`{}` is no number", shown(text)))),
    }
}

fn revision(mapping: &Mapping, row: &Row) -> Result<Option<i64>, Remark> {
    let Some(column) = mapping.row.revision.as_deref() else { return Ok(None) };
    whole(row, column)
}

fn alike(mapping: &Mapping, row: &Row) -> Option<String> {
    let columns = &mapping.row.alike;
    let parts: Option<Vec<&str>> = columns.iter().map(|column| row.text(column)).collect();
    parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join("\u{1f}"))
}

fn name(mapping: &Mapping, row: &Row, own_id: &str, occurred: Option<&pb::TimeSpan>) -> String {
    let start = mapping.when.as_ref().map(|when| when.start.as_str());
    let parts = mapping.row.name.iter().filter_map(|column| {
        let text = row.text(column)?;
        // Of days, what they come to.
        let text = occurred.filter(|_| Some(column.as_str()) == start).map_or(text, |span| span.local.as_str());
        let word = mapping.words.get(column).and_then(|words| words.get(plain(text)));
        Some(word.map_or(text, String::as_str))
    });
    let name = parts.collect::<Vec<_>>().join(", ");
    if name.is_empty() { format!("{} {own_id}", mapping.layout) } else { cut(&name, NAME_CHARS_MAX) }
}

/// The beginning of a text, on one line.
fn cut(text: &str, chars_max: usize) -> String {
    let mut cut: String = text.chars().take(chars_max).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(chars_max).is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use clap::ValueEnum;
    use proptest::prelude::*;

    use super::super::layout::Layout;
    use super::super::rows::{At, Cell};
    use super::*;

    fn row(mapping: &Mapping, cells: Vec<Option<String>>) -> Row {
        let at = At { line: 2, column: 1 };
        let columns = Arc::new(mapping.columns());
        let cells = cells.into_iter().map(|text| text.map(|text| Cell { text, at })).collect();
        Row { columns, cells, at, sha256: [0; 32], remarks: Vec::new() }
    }

    fn any_cell() -> impl Strategy<Value = Option<String>> {
        let number = prop_oneof![Just("0"), Just("1"), Just("2"), Just("7"), Just("1.0"), Just("-3"), Just("1e400")];
        let word = prop_oneof![
            Just("2015-02-15"),
            Just("20250319"),
            Just("NaN"),
            Just("places/x"),
            Just("ADM3"),
            Just("Other")
        ];
        prop_oneof![
            Just(None),
            number.prop_map(|text| Some(text.to_owned())),
            word.prop_map(|text| Some(text.to_owned())),
            "\\PC{1,12}".prop_map(Some),
        ]
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_row_it_is_taken_or_refused_with_its_place(
            cells in prop::collection::vec(any_cell(), 60),
        ) {
            for layout in Layout::value_variants() {
                let mapping = Mapping::parse(layout.mapping()).expect("it is without fault");
                let count = mapping.columns().names().len();
                prop_assume!(count <= cells.len());
                match convert(&mapping, &row(&mapping, cells[..count].to_vec())) {
                    Ok(taken) => {
                        prop_assert!(!taken.name.is_empty());
                        let span = taken.facts.casualties.and_then(|casualties| casualties.killed).unwrap_or_default();
                        let is_ordered = span.least.zip(span.most).is_none_or(|(least, most)| least <= most);
                        prop_assert!(is_ordered, "{span:?}");
                    }
                    Err(remark) => prop_assert!(remark.at.line == 2 && !remark.reason.is_empty()),
                }
            }
        }
    }

    #[test]
    fn no_layout_but_tables_of_ones_own_claims_an_author_that_is_not_labelled_as_such() {
        for layout in [Layout::Ged, Layout::Acled, Layout::UkraineDamages] {
            let mapping = Mapping::parse(layout.mapping()).expect("it is without fault");
            assert!(mapping.one_of.is_empty() && mapping.actors.is_empty(), "{layout:?}");
            assert!(mapping.who.attributed_to.is_none() && mapping.who.against.is_none(), "{layout:?}");
        }
    }
}
