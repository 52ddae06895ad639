//! The four ways to one answer: in process, after replay, over gRPC from memory, and over gRPC from a file that was opened again.

use std::sync::Arc;

use armistice::log::memory::MemoryLog;
use armistice::log::sqlite::SqliteLog;
use armistice::wire::pb;
use tempfile::TempDir;

use super::ask::Answers;
use super::room::Rooms;
use super::served::Served;

/// A way to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Decoded, admitted and folded in process, and judged row by row.
    InProcess,
    /// Read again from the bytes of the entries.
    Replayed,
    /// Over gRPC, from a log in memory.
    Served,
    /// Over gRPC, from a log in a file, by a second server after the first has ended.
    Reopened,
}

impl Way {
    /// All four; the first is the one to believe.
    pub(crate) const ALL: [Way; 4] = [Way::InProcess, Way::Replayed, Way::Served, Way::Reopened];
}

/// A dossier to be put on stage.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// How it is opened.
    pub(crate) create: pb::CreateDossierRequest,
    /// What is appended, in order.
    pub(crate) batches: Vec<Vec<pb::Record>>,
}

impl Script {
    /// Its name.
    pub(crate) fn parent(&self) -> String {
        format!("dossiers/{}", self.create.dossier_id)
    }

    fn play(&self, answers: &mut dyn Answers) {
        answers.create(self.create.clone()).unwrap_or_else(|fault| panic!("{}: {fault}", self.parent()));
        for batch in &self.batches {
            let taken = answers.append(&self.parent(), batch.clone());
            taken.unwrap_or_else(|fault| panic!("{}: {fault}", self.parent()));
        }
    }
}

/// Dossiers that can be asked about.
pub(crate) struct Stage {
    // Before the directory, so that it is closed first.
    pub(crate) answers: Box<dyn Answers>,
    _directory: Option<TempDir>,
}

impl Stage {
    /// Puts dossiers on stage, to be asked in one way.
    pub(crate) fn set(way: Way, scripts: &[Script]) -> Stage {
        let play = |answers: &mut dyn Answers| scripts.iter().for_each(|script| script.play(answers));
        match way {
            Way::InProcess | Way::Replayed => {
                let mut rooms = Rooms::default();
                play(&mut rooms);
                let rooms = if way == Way::Replayed { rooms.replayed() } else { rooms };
                Stage { answers: Box::new(rooms), _directory: None }
            }
            Way::Served => {
                let mut served = Served::start(Arc::new(MemoryLog::default()));
                play(&mut served);
                Stage { answers: Box::new(served), _directory: None }
            }
            Way::Reopened => {
                let directory = tempfile::tempdir().expect("a directory");
                let open = || Arc::new(SqliteLog::open(directory.path()).expect("it opens"));
                let mut first = Served::start(open());
                play(&mut first);
                drop(first);
                let again = Served::start(open());
                Stage { answers: Box::new(again), _directory: Some(directory) }
            }
        }
    }
}
