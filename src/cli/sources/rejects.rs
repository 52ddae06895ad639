//! The side file: every row that was refused, and every one that was taken with less claimed, with the place and reason.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::rows::{At, Remark};

/// What became of a row that is in the side file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is not in the dossier.
    Rejected,
    /// It is, and somebody should look at it.
    Ambiguous,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Rejected => "rejected",
            Kind::Ambiguous => "ambiguous",
        }
    }
}

/// The side file while it is written.
#[derive(Debug)]
pub(super) struct Rejects {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl Rejects {
    /// Begins the file anew.
    pub(super) fn create(path: &Path) -> Result<Rejects, std::io::Error> {
        let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
        writer.write_record(["line", "column", "field", "row_id", "kind", "reason"]).map_err(io)?;
        Ok(Rejects { path: path.to_owned(), writer })
    }

    /// Adds what is to be said of a row.
    pub(super) fn add(&mut self, kind: Kind, row_id: &str, remark: &Remark) -> Result<(), std::io::Error> {
        let Remark { at: At { line, column }, field, reason } = remark;
        let place = [line.to_string(), column.to_string()];
        self.writer.write_record([&place[0], &place[1], field, row_id, kind.word(), reason]).map_err(io)
    }

    /// Completes the file.
    pub(super) fn finish(&mut self) -> Result<(), std::io::Error> {
        self.writer.flush()
    }

    /// Takes the file away again: what it would say is not so.
    pub(super) fn discard(self) {
        let Rejects { path, writer } = self;
        drop(writer);
        // Nobody misses a file that cannot be removed; the failure that led here is told.
        let _ = std::fs::remove_file(path);
    }
}

fn io(fault: csv::Error) -> std::io::Error {
    std::io::Error::other(fault)
}
