//! Reads a GeoJSON FeatureCollection feature by feature in bounded memory.
//!
//! The file is not parsed whole: its outer object is walked byte by byte, and each feature is cut out and then parsed.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::mapping::{FileRule, ID, LATITUDE, LONGITUDE};
use super::rows::{At, Cell, Columns, Fatal, ROW_SIZE_BYTES_MAX, Remark, Row};
use crate::domain::nearest::nearest;

/// The most properties that are remembered to advise on a missing one.
const SEEN_MAX: usize = 200;

/// How many bytes are gathered before they go into the hash.
const UNHASHED_MAX: usize = 8192;

/// A FeatureCollection that is read feature by feature.
pub(super) struct Features<R> {
    input: R,
    columns: Arc<Columns>,
    required: Vec<String>,
    missing: Vec<String>,
    aliases: Vec<(String, Vec<String>)>,
    /// Which required columns some feature had.
    met: Vec<bool>,
    seen: Vec<String>,
    features: u64,
    is_done: bool,
    here: At,
    offset: u64,
    hash: Sha256,
    /// Bytes that are read and not yet in the hash, which takes many at once more gladly.
    unhashed: Vec<u8>,
    peeked: Option<u8>,
}

impl<R: BufRead> Features<R> {
    /// Walks to the first feature.
    pub(super) fn open(input: R, rule: &FileRule, columns: Arc<Columns>) -> Result<Features<R>, Fatal> {
        let mut file = Features {
            input,
            columns,
            required: rule.required.clone(),
            missing: rule.missing.clone(),
            aliases: rule.aliases.clone().into_iter().collect(),
            met: vec![false; rule.required.len()],
            seen: Vec::new(),
            features: 0,
            is_done: false,
            here: At { line: 1, column: 1 },
            offset: 0,
            hash: Sha256::new(),
            unhashed: Vec::with_capacity(UNHASHED_MAX),
            peeked: None,
        };
        if file.peek()? == Some(0xEF) {
            for expected in "\u{feff}".bytes() {
                file.expect(expected)?;
            }
            file.here = At { line: 1, column: 1 };
        }
        file.skip_space()?;
        file.expect(b'{')?;
        if !file.walk_members()? {
            return Err(file.broken("there is no list of `features`: this is no FeatureCollection"));
        }
        Ok(file)
    }

    /// The next feature as a row, or why it cannot be read; `None` at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Result<Row, Remark>>, Fatal> {
        if self.is_done {
            return Ok(None);
        }
        self.skip_space()?;
        if self.peek()? == Some(b']') {
            self.take()?;
            self.finish()?;
            return Ok(None);
        }
        if self.features > 0 {
            self.expect(b',')?;
            self.skip_space()?;
        }
        let at = self.here;
        let mut bytes = Vec::new();
        self.value(Some(&mut bytes))?;
        self.features += 1;
        Ok(Some(self.read_feature(&bytes, at)))
    }

    /// How many bytes have been read.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// SHA-256 of the bytes read so far, which at the end is that of the file.
    pub(super) fn sha256(&self) -> [u8; 32] {
        self.hash.clone().chain_update(&self.unhashed).finalize().into()
    }

    /// What follows the features, and whether every required property was met in some feature.
    fn finish(&mut self) -> Result<(), Fatal> {
        self.is_done = true;
        self.skip_space()?;
        if self.peek()? == Some(b',') {
            self.take()?;
            if self.walk_members()? {
                return Err(self.broken("there is a second list of `features`"));
            }
        } else {
            self.expect(b'}')?;
        }
        self.skip_space()?;
        if self.peek()?.is_some() {
            return Err(self.broken("something follows the end of the FeatureCollection"));
        }
        let lacking = self.required.iter().zip(&self.met).filter(|(_, met)| !**met).map(|(name, _)| name);
        let told: Vec<String> = lacking
            .map(|name| match nearest(name, self.seen.iter().map(String::as_str)) {
                Some(nearest) => format!("`{name}` (nearest: `{nearest}`)"),
                None => format!("`{name}`"),
            })
            .collect();
        if self.features > 0 && !told.is_empty() {
            return Err(self.broken(&format!("no feature has {}", told.join(", "))));
        }
        Ok(())
    }

    /// Walks the members of the outer object; whether it stopped inside `features`, or else came to the end.
    fn walk_members(&mut self) -> Result<bool, Fatal> {
        loop {
            self.skip_space()?;
            match self.peek()? {
                Some(b'}') => {
                    self.take()?;
                    return Ok(false);
                }
                Some(b',') => {
                    self.take()?;
                    continue;
                }
                Some(b'"') => {}
                Some(_) => return Err(self.broken("a key in quotes is missing")),
                None => return Err(self.cut()),
            }
            let mut key = Vec::new();
            self.value(Some(&mut key))?;
            self.skip_space()?;
            self.expect(b':')?;
            self.skip_space()?;
            if key == b"\"features\"" {
                self.expect(b'[')?;
                return Ok(true);
            }
            self.value(None)?;
        }
    }

    /// Passes one value, and keeps its bytes where they are wanted. Brackets and quotes are matched, no more.
    fn value(&mut self, mut kept: Option<&mut Vec<u8>>) -> Result<(), Fatal> {
        let start = self.here;
        let mut depth = 0_usize;
        let mut in_text = false;
        let mut size = 0;
        loop {
            let Some(byte) = self.peek()? else { return Err(self.cut()) };
            let ends_plain = !in_text && depth == 0 && size > 0;
            if ends_plain && matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' | b':') {
                return Ok(());
            }
            self.take()?;
            size += 1;
            if size > ROW_SIZE_BYTES_MAX {
                let limit = ROW_SIZE_BYTES_MAX / 1024 / 1024;
                let problem = format!("what begins here takes over {limit} MiB, the most that a feature may take");
                return Err(Fatal::broken(start, problem));
            }
            if let Some(kept) = kept.as_deref_mut() {
                kept.push(byte);
            }
            match byte {
                b'\\' if in_text => {
                    let Some(escaped) = self.take()? else { return Err(self.cut()) };
                    size += 1;
                    if let Some(kept) = kept.as_deref_mut() {
                        kept.push(escaped);
                    }
                }
                b'"' => in_text = !in_text,
                _ if in_text => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return Err(self.broken("a value is missing")),
                },
                _ => {}
            }
            if !in_text && depth == 0 && matches!(byte, b'"' | b'}' | b']') {
                return Ok(());
            }
        }
    }

    fn read_feature(&mut self, bytes: &[u8], at: At) -> Result<Row, Remark> {
        let bad = |reason: String| Remark { at, field: String::new(), reason };
        let feature: Value = serde_json::from_slice(bytes).map_err(|fault| bad(format!("no JSON: {fault}")))?;
        let Some(Value::Object(properties)) = feature.get("properties") else {
            return Err(bad("a feature without properties".into()));
        };
        let mut remarks = Vec::new();
        let point = point(feature.get("geometry"));
        if let Err(kind) = &point {
            let reason = format!("its geometry is a {kind}, which has no one point; none is kept");
            remarks.push(Remark { at, field: LATITUDE.to_owned(), reason });
        }
        let point = point.unwrap_or_default();
        for name in properties.keys() {
            if self.seen.len() < SEEN_MAX && !self.seen.contains(name) {
                self.seen.push(name.clone());
            }
        }
        let find = |name: &str| match name {
            ID => feature.get("id").or_else(|| properties.get("id")).and_then(text),
            LATITUDE => point.map(|(_, latitude)| latitude.to_string()),
            LONGITUDE => point.map(|(longitude, _)| longitude.to_string()),
            name => {
                let spellings = self.aliases.iter().find(|(column, _)| column == name).map(|(_, others)| others);
                let spellings = spellings.into_iter().flatten().map(String::as_str);
                std::iter::once(name).chain(spellings).find_map(|name| properties.get(name)).and_then(text)
            }
        };
        let cells: Vec<Option<Cell>> = self
            .columns
            .names()
            .iter()
            .map(|name| {
                let text = find(name)?.trim().to_owned();
                (!text.is_empty() && !self.missing.contains(&text)).then_some(Cell { text, at })
            })
            .collect();
        for (name, met) in self.required.iter().zip(&mut self.met) {
            let index = self.columns.index(name).expect("the columns are those of the rule");
            *met |= cells[index].is_some();
        }
        let sha256 = Sha256::digest(bytes).into();
        Ok(Row { columns: self.columns.clone(), cells, at, sha256, remarks })
    }

    fn skip_space(&mut self) -> Result<(), Fatal> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek()? {
            self.take()?;
        }
        Ok(())
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Fatal> {
        match self.peek()? {
            Some(found) if found == wanted => self.take().map(|_| ()),
            Some(_) => Err(self.broken(&format!("`{}` is missing", char::from(wanted)))),
            None => Err(self.cut()),
        }
    }

    fn peek(&mut self) -> Result<Option<u8>, Fatal> {
        if self.peeked.is_none() {
            self.peeked = self.input.fill_buf()?.first().copied();
        }
        Ok(self.peeked)
    }

    fn take(&mut self) -> Result<Option<u8>, Fatal> {
        let Some(byte) = self.peek()? else { return Ok(None) };
        self.peeked = None;
        self.input.consume(1);
        self.unhashed.push(byte);
        if self.unhashed.len() == UNHASHED_MAX {
            self.hash.update(&self.unhashed);
            self.unhashed.clear();
        }
        self.offset += 1;
        match byte {
            b'\n' => self.here = At { line: self.here.line + 1, column: 1 },
            // Continuation bytes of a character are not counted.
            _ => self.here.column += u64::from(byte & 0xC0 != 0x80),
        }
        Ok(Some(byte))
    }

    fn cut(&self) -> Fatal {
        self.broken("the file ends here, inside the FeatureCollection")
    }

    fn broken(&self, problem: &str) -> Fatal {
        Fatal::broken(self.here, problem)
    }
}

/// Longitude and latitude of a point; nothing where there is no geometry; else what the geometry is.
fn point(geometry: Option<&Value>) -> Result<Option<(f64, f64)>, String> {
    let Some(geometry) = geometry.filter(|geometry| !geometry.is_null()) else {
        return Ok(None);
    };
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or("nameless thing");
    let number = |index: usize| geometry.get("coordinates")?.get(index)?.as_f64();
    match (kind, number(0), number(1)) {
        ("Point", Some(longitude), Some(latitude)) => Ok(Some((longitude, latitude))),
        (kind, _, _) => Err(kind.chars().take(40).collect()),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
        let rule = "format = \"geojson\"\nrequired = [\"@id\", \"date\"]\noptional = [\"@latitude\", \"n\"]";
        let rule: FileRule = toml::from_str(rule).expect("a rule for files");
        let columns = Arc::new(Columns::new(["@id", "date", "@latitude", "n"].map(str::to_owned)));
        let told = |fatal| match fatal {
            Fatal::Broken { at: At { line, column }, problem } => format!("{line}:{column} {problem}"),
            Fatal::Io { source } => source.to_string(),
        };
        let input = std::io::BufReader::with_capacity(5, bytes);
        let mut file = Features::open(input, &rule, columns).map_err(told)?;
        let mut rows = Vec::new();
        while let Some(row) = file.next_row().map_err(told)? {
            rows.push(match row {
                Ok(Row { cells, at: At { line, column }, remarks, .. }) => {
                    let cells = cells.iter().map(|cell| cell.as_ref().map_or("-", |cell| cell.text.as_str()));
                    let remarks = remarks.iter().map(|remark| remark.reason.as_str());
                    format!("{line}:{column} {}", cells.chain(remarks).collect::<Vec<_>>().join(" "))
                }
                Err(Remark { at: At { line, column }, reason, .. }) => format!("! {line}:{column} {reason}"),
            });
        }
        assert_eq!(file.sha256(), <[u8; 32]>::from(Sha256::digest(bytes)), "the hash is that of the file");
        assert_eq!(file.offset(), bytes.len() as u64);
        Ok(rows)
    }

    const MAP: &str = r#"{"type": "FeatureCollection", "crs": {"a": ["}"]},
 "features": [
  {"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [30.5, 50.25]}, "properties": {"date": "2025-03-19", "n": null}},
  {"id": "b\"]", "geometry": {"type": "LineString", "coordinates": []}, "properties": {"date": "x", "n": [1]}},
  {"geometry": null, "properties": {"id": "c"}}, {"id": 1}, [nonsense]
 ], "after": 1}
"#;

    #[test]
    fn features_become_rows_and_a_bad_one_is_refused_alone() {
        let rows = read(MAP.as_bytes()).expect("the map is read");
        assert_eq!(rows[0], "3:3 7 2025-03-19 50.25 -");
        assert_eq!(rows[1], "4:3 b\"] x - [1] its geometry is a LineString, which has no one point; none is kept");
        assert_eq!(rows[2], "5:3 c - - -");
        assert_eq!(rows[3], "! 5:50 a feature without properties");
        assert!(rows[4].starts_with("! 5:61 no JSON"), "{}", rows[4]);
        assert_eq!(rows.len(), 5);
    }

    #[test]
    fn a_map_that_is_none_is_refused_with_its_place() {
        let check = |text: &str, expected: &str| assert_eq!(read(text.as_bytes()).expect_err("refused"), expected);
        check("", "1:1 the file ends here, inside the FeatureCollection");
        check("[]", "1:1 `{` is missing");
        check("{\"type\": \"Feature\"}", "1:20 there is no list of `features`: this is no FeatureCollection");
        check("{\"features\": [{}]} x", "1:20 something follows the end of the FeatureCollection");
        check(
            "{\"features\": [{\"id\": 1, \"properties\": {\"dat\": 1}}]}",
            "1:52 no feature has `date` (nearest: `dat`)",
        );
        let long = format!("{{\"features\": [\n\"{}", "x".repeat(ROW_SIZE_BYTES_MAX + 1));
        check(&long, "2:1 what begins here takes over 4 MiB, the most that a feature may take");
    }

    #[test]
    fn a_map_cut_at_any_byte_is_refused_and_never_panics() {
        let end = MAP.trim_end().len();
        for end in 0..end {
            let read = std::panic::catch_unwind(|| read(&MAP.as_bytes()[..end])).expect("no panic");
            assert!(read.is_err(), "cut after byte {end}: {read:?}");
        }
    }
}
