//! The data directory: who may write in it, and whether a store was ever made there.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::OpenError;

const LOCK_FILE: &str = "log.lock";
const STORE_FILE: &str = "log.sqlite";

/// Written into the lock file once the store is there, so that a store that has vanished is not taken for a new one.
const MARK: &[u8] = b"The log of an Armistice server is in this directory. Do not remove this file.\n";

/// A directory that only we write in, for as long as this lives.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    /// Locked; when the process is killed, the lock goes with it.
    lock: File,
}

impl Directory {
    /// Takes the directory, making it if needed.
    pub(super) fn take(path: &Path) -> Result<Directory, OpenError> {
        let io = |doing| move |source| OpenError::Io { doing, path: path.into(), source };
        fs::create_dir_all(path).map_err(io("make the directory"))?;
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK_FILE))
            .map_err(io("open the lock file"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Directory { path: path.into(), lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.into() }),
            Err(TryLockError::Error(source)) => Err(io("lock the directory")(source)),
        }
    }

    /// Where the store is, or is to be made.
    pub(super) fn store(&self) -> PathBuf {
        self.path.join(STORE_FILE)
    }

    /// Whether a store was made here before; refuses if it was and is no longer there.
    pub(super) fn is_marked(&mut self) -> Result<bool, OpenError> {
        let mut mark = Vec::new();
        self.lock.read_to_end(&mut mark).map_err(|source| self.io("read the lock file", source))?;
        if mark.is_empty() {
            return Ok(false);
        }
        match fs::metadata(self.store()) {
            Ok(metadata) if metadata.len() > 0 => Ok(true),
            _ => Err(OpenError::Missing { path: self.store() }),
        }
    }

    /// Remembers that a store was made here, and makes sure that the names of its files survive a loss of power.
    pub(super) fn mark(&mut self) -> Result<(), OpenError> {
        self.write_mark().map_err(|source| self.io("mark the directory", source))
    }

    fn write_mark(&mut self) -> std::io::Result<()> {
        self.lock.rewind()?;
        self.lock.write_all(MARK)?;
        self.lock.sync_all()?;
        if cfg!(unix) {
            File::open(&self.path)?.sync_all()?;
            if let Some(parent) = self.path.canonicalize()?.parent() {
                // We may not be allowed to read what is above us; whoever made the directory then answers for it.
                let _ = File::open(parent).and_then(|parent| parent.sync_all());
            }
        }
        Ok(())
    }

    fn io(&self, doing: &'static str, source: std::io::Error) -> OpenError {
        OpenError::Io { doing, path: self.path.clone(), source }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // Closing the file would not do while a process that is just being started still has a copy of it.
        let _ = self.lock.unlock();
    }
}
