//! The first pass over a file: reads every row, says which can be taken, and finds every place and actor, before anything
//! is sent.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::convert::{Taken, convert};
use super::days::shown;
use super::delimited::Delimited;
use super::geo::Features;
use super::held::{Ground, Held};
use super::mapping::{FileFormat, Mapping};
use super::names::{Thing, Things};
use super::records::{Naming, incident, report};
use super::rejects::{Kind, Rejects};
use super::rows::{At, Fatal, Remark, Row};
use crate::domain::taxonomy::built_in;
use crate::domain::things::Taxonomy;

/// Half a hash is enough to tell rows apart, and half as much to remember.
type Half = u128;

/// A file that is read row by row.
pub(super) enum Reader {
    /// Columns with something between them.
    Delimited(Box<Delimited<BufReader<File>>>),
    /// A map.
    Features(Box<Features<BufReader<File>>>),
}

impl Reader {
    /// Opens a file and checks its header.
    pub(super) fn open(path: &Path, mapping: &Mapping) -> Result<Reader, Fatal> {
        let input = BufReader::with_capacity(1 << 16, File::open(path)?);
        let columns = Arc::new(mapping.columns());
        Ok(match mapping.file.format {
            FileFormat::Delimited => Reader::Delimited(Box::new(Delimited::open(input, &mapping.file, columns)?)),
            FileFormat::Geojson => Reader::Features(Box::new(Features::open(input, &mapping.file, columns)?)),
        })
    }

    /// The next row, or why it cannot be read; `None` at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Result<Row, Remark>>, Fatal> {
        match self {
            Reader::Delimited(file) => file.next_row(),
            Reader::Features(file) => file.next_row(),
        }
    }

    /// How many bytes have been read.
    pub(super) fn offset(&self) -> u64 {
        match self {
            Reader::Delimited(file) => file.offset(),
            Reader::Features(file) => file.offset(),
        }
    }

    /// SHA-256 of the bytes read so far.
    pub(super) fn sha256(&self) -> [u8; 32] {
        match self {
            Reader::Delimited(file) => file.sha256(),
            Reader::Features(file) => file.sha256(),
        }
    }
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::cli) struct Counts {
    /// All rows of the file.
    pub(in crate::cli) rows: u64,
    /// Rows that are not in.
    pub(in crate::cli) rejected: u64,
    /// Rows that are in with less claimed.
    pub(in crate::cli) ambiguous: u64,
}

/// What the first pass found.
#[derive(Debug)]
pub(super) struct Scan {
    /// How many rows became what so far.
    pub(super) counts: Counts,
    /// For each row, whether it is taken.
    pub(super) is_taken: Bits,
    /// Ids of records that several rows of the file make, each a later revision.
    pub(super) repeated: HashSet<String>,
    /// Every place that a taken row speaks of.
    pub(super) places: Things,
    /// Every actor.
    pub(super) actors: Things,
    /// SHA-256 of the file.
    pub(super) sha256: [u8; 32],
}

/// One bit for each row.
#[derive(Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    length: u64,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.length.is_multiple_of(64) {
            self.words.push(0);
        }
        if let (true, Some(word)) = (bit, self.words.last_mut()) {
            *word |= 1 << (self.length % 64);
        }
        self.length += 1;
    }

    /// The bit of a row, from 0; false beyond the last.
    pub(super) fn get(&self, index: u64) -> bool {
        let word = usize::try_from(index / 64).ok().and_then(|word| self.words.get(word));
        word.is_some_and(|word| word >> (index % 64) & 1 == 1)
    }
}

/// A row that came earlier.
#[derive(Debug, Clone, Copy)]
struct Earlier {
    line: u64,
    row: Half,
    revision: Option<i64>,
}

/// Reads a file from end to end. `ground` and `held`: where a server was asked. `tick` is told how many bytes are read.
pub(super) fn scan(
    reader: &mut Reader,
    mapping: &Mapping,
    ground: &Ground,
    held: Option<&Held>,
    rejects: &mut Rejects,
    mut tick: impl FnMut(u64),
) -> Result<Scan, Fatal> {
    let mut scan = Scan {
        counts: Counts::default(),
        is_taken: Bits::default(),
        repeated: HashSet::new(),
        places: Things::new("places"),
        actors: Things::new("actors"),
        sha256: [0; 32],
    };
    let mut earlier: HashMap<Half, Earlier> = HashMap::new();
    let mut alike: HashMap<Half, u64> = HashMap::new();
    while let Some(read) = reader.next_row()? {
        scan.counts.rows += 1;
        let taken = match read {
            Ok(row) => scan.row(&row, mapping, ground, held, &mut earlier),
            Err(remark) => Err((String::new(), remark)),
        };
        scan.is_taken.push(taken.is_ok());
        match taken {
            Err((row_id, remark)) => {
                scan.counts.rejected += 1;
                rejects.add(Kind::Rejected, &row_id, &remark)?;
            }
            Ok((mut taken, at)) => {
                if let Some(text) = &taken.alike {
                    let first = *alike.entry(half(text.as_bytes())).or_insert(at.line);
                    if first != at.line {
                        let columns = mapping.row.alike.join(", ");
                        let reason = format!(
                            "may be the event of line {first} again (the same {columns}); both are kept, unlinked"
                        );
                        taken.remarks.push(Remark { at, field: String::new(), reason });
                    }
                }
                scan.counts.ambiguous += u64::from(!taken.remarks.is_empty());
                for remark in &taken.remarks {
                    rejects.add(Kind::Ambiguous, &taken.row_id, remark)?;
                }
            }
        }
        tick(reader.offset());
    }
    scan.sha256 = reader.sha256();
    Ok(scan)
}

impl Scan {
    fn row(
        &mut self,
        row: &Row,
        mapping: &Mapping,
        ground: &Ground,
        held: Option<&Held>,
        earlier: &mut HashMap<Half, Earlier>,
    ) -> Result<(Taken, At), (String, Remark)> {
        let row_id = row.text(&mapping.row.id).unwrap_or_default().to_owned();
        let refuse = |field: &str, reason: String| (row_id.clone(), row.remark(field, reason));
        let taken = convert(mapping, row).map_err(|remark| (row_id.clone(), remark))?;
        if let Some(held) = held {
            check_references(&taken, held).map_err(|reason| refuse("", reason))?;
        }
        // As the server will read it, so that nothing is refused halfway.
        let naming = Naming::sample();
        for record in [incident(&taken, &naming), report(&taken, row, &naming)] {
            ground.check(record).map_err(|reason| refuse("", reason))?;
        }
        let this = Earlier { line: row.at.line, row: half(&row.sha256), revision: taken.revision };
        let key = half(taken.id.as_bytes());
        if let Some(before) = earlier.get(&key) {
            if before.row == this.row {
                return Err(refuse(&mapping.row.id, format!("the same row as line {}", before.line)));
            }
            match (before.revision, this.revision) {
                (Some(old), Some(new)) if new > old => {
                    self.repeated.insert(taken.id.clone());
                }
                (Some(old), Some(new)) if new < old => {
                    let told = format!("revision {new} is older than {old} in line {}", before.line);
                    return Err(refuse(&mapping.row.id, told));
                }
                _ => {
                    let told = format!("the id of line {}, with other contents", before.line);
                    return Err(refuse(&mapping.row.id, told));
                }
            }
        }
        earlier.insert(key, this);
        for thing in [&taken.claimant, &taken.attributed_to, &taken.against].into_iter().flatten() {
            self.add(thing, true).map_err(|reason| refuse("", reason))?;
        }
        if let Some(place) = &taken.place {
            self.add(place, false).map_err(|reason| refuse("", reason))?;
        }
        Ok((taken, row.at))
    }

    fn add(&mut self, thing: &Thing, is_actor: bool) -> Result<(), String> {
        let Thing::Named(named) = thing else { return Ok(()) };
        let things = if is_actor { &mut self.actors } else { &mut self.places };
        if things.add(named) { Ok(()) } else { Err("the file names more places or actors than fit".into()) }
    }
}

/// Whether the records and classes of the dossier that a row names are there.
fn check_references(taken: &Taken, held: &Held) -> Result<(), String> {
    let Taken { place, claimant, attributed_to, against, facts, .. } = taken;
    for thing in [place, claimant, attributed_to, against].into_iter().flatten() {
        if let Thing::Record(name) = thing
            && held.things.get(name).is_none_or(|there| there.is_retracted)
        {
            return Err(format!("`{}` is not in the dossier", shown(name)));
        }
    }
    let struck = facts
        .struck
        .iter()
        .flat_map(|struck| [(Taxonomy::Objects, struck.object.as_str()), (Taxonomy::Weapons, struck.weapon.as_str())]);
    for (taxonomy, class) in std::iter::once((Taxonomy::Acts, facts.act.as_str())).chain(struck) {
        if !class.is_empty() && built_in(taxonomy).find(class).is_none() && !held.classes.contains(class) {
            return Err(format!("`{}` is no class of {}", shown(class), taxonomy.word()));
        }
    }
    Ok(())
}

fn half(bytes: &[u8]) -> Half {
    let mut first = [0; 16];
    first.copy_from_slice(&Sha256::digest(bytes)[..16]);
    Half::from_le_bytes(first)
}
