//! The logs that are held to the same suite, each as something that can be closed and opened again.

use armistice::log::Log;
use armistice::log::faults::Faults;
use armistice::log::memory::MemoryLog;
use armistice::log::sqlite::{Options, SqliteLog};
use tempfile::TempDir;

/// A log that can be closed and opened again.
pub(crate) trait Backend {
    fn make() -> Self;
    fn log(&self) -> &dyn Log;
    fn reopen(&mut self);
    fn faults(&self) -> &Faults;
}

pub(crate) struct Memory {
    log: MemoryLog,
    faults: Faults,
}

impl Backend for Memory {
    fn make() -> Memory {
        let faults = Faults::planned();
        Memory { log: MemoryLog::with_faults(faults.clone()), faults }
    }

    fn log(&self) -> &dyn Log {
        &self.log
    }

    fn reopen(&mut self) {
        self.log = self.log.reopen();
    }

    fn faults(&self) -> &Faults {
        &self.faults
    }
}

pub(crate) struct Sqlite {
    log: Option<SqliteLog>,
    directory: TempDir,
    faults: Faults,
}

impl Sqlite {
    fn open(&mut self) {
        let options = Options { faults: self.faults.clone(), ..Options::default() };
        self.log = Some(SqliteLog::open_with(self.directory.path(), options).expect("it opens"));
    }
}

impl Backend for Sqlite {
    fn make() -> Sqlite {
        let directory = tempfile::tempdir().expect("a directory");
        let mut sqlite = Sqlite { log: None, directory, faults: Faults::planned() };
        sqlite.open();
        sqlite
    }

    fn log(&self) -> &dyn Log {
        self.log.as_ref().expect("open")
    }

    fn reopen(&mut self) {
        self.log = None;
        self.open();
    }

    fn faults(&self) -> &Faults {
        &self.faults
    }
}
