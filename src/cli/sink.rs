//! Where an export goes: standard output, or a file that is there whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::output;

/// Where text goes, part by part.
///
/// A file is written under another name beside the one asked for, and takes that name when all of it is on disk. Until
/// then what stood there before stays; what was not finished is removed.
#[derive(Debug)]
pub(super) struct Sink {
    goal: Goal,
}

#[derive(Debug)]
enum Goal {
    Standard,
    File(Partial),
    /// A device or pipe, which nothing can be renamed to.
    Device {
        path: PathBuf,
        file: File,
    },
}

#[derive(Debug)]
struct Partial {
    path: PathBuf,
    partial: PathBuf,
    file: File,
    is_kept: bool,
}

impl Sink {
    /// Opens what `--output` names; `-` is standard output. What cannot be written is known before anything is asked.
    pub(super) fn open(path: &Path) -> Result<Sink, Failure> {
        if path.as_os_str() == "-" {
            return Ok(Sink { goal: Goal::Standard });
        }
        let failed = |source| Failure::OutputFile { path: path.to_owned(), source };
        // Behind a link the file is replaced, not the link.
        let goal = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match std::fs::metadata(&goal) {
            Ok(found) if found.is_dir() => return Err(failed(std::io::ErrorKind::IsADirectory.into())),
            Ok(found) if !found.is_file() => {
                let file = OpenOptions::new().write(true).open(&goal).map_err(failed)?;
                return Ok(Sink { goal: Goal::Device { path: path.to_owned(), file } });
            }
            Ok(found) if found.permissions().readonly() => {
                return Err(failed(std::io::ErrorKind::PermissionDenied.into()));
            }
            Ok(_) | Err(_) => {}
        }
        let name = goal.file_name().ok_or_else(|| failed(std::io::ErrorKind::InvalidFilename.into()))?;
        let mut partial_name = std::ffi::OsString::from(".");
        partial_name.push(name);
        partial_name.push(format!(".{}.partial", std::process::id()));
        let partial = goal.with_file_name(partial_name);
        let file = OpenOptions::new().write(true).create_new(true).open(&partial).map_err(failed)?;
        Ok(Sink { goal: Goal::File(Partial { path: goal, partial, file, is_kept: false }) })
    }

    /// Whether it goes into a file.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.goal, Goal::File(_))
    }

    /// Writes a part.
    pub(super) fn write(&mut self, text: &str) -> Result<(), Failure> {
        match &mut self.goal {
            Goal::Standard => output::part(text),
            Goal::File(Partial { path, file, .. }) | Goal::Device { path, file } => {
                file.write_all(text.as_bytes()).map_err(|source| Failure::OutputFile { path: path.clone(), source })
            }
        }
    }

    /// All parts are written: a file gets its name.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self.goal {
            Goal::Standard | Goal::Device { .. } => Ok(()),
            Goal::File(mut partial) => {
                let named = partial.file.sync_all().and_then(|()| std::fs::rename(&partial.partial, &partial.path));
                named.map_err(|source| Failure::OutputFile { path: partial.path.clone(), source })?;
                partial.is_kept = true;
                Ok(())
            }
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_kept {
            // That it cannot be removed is no reason to fail; its name says what it is.
            let _ = std::fs::remove_file(&self.partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_is_there_when_it_is_finished_and_not_before() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("out.csv");
        std::fs::write(&path, "before").expect("a file can be written");
        let mut sink = Sink::open(&path).expect("it can be written");
        sink.write("one\n").and_then(|()| sink.write("two\n")).expect("it can be written");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "before");
        sink.finish().expect("it can be named");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "one\ntwo\n");
        assert_eq!(names(folder.path()), ["out.csv"]);
    }

    #[test]
    fn what_is_not_finished_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("out.csv");
        let mut sink = Sink::open(&path).expect("it can be written");
        sink.write("half").expect("it can be written");
        assert_eq!(names(folder.path()).len(), 1);
        drop(sink);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn what_cannot_be_written_is_named_at_once() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let told = |path: &Path| Sink::open(path).map(drop).map_err(|failure| (failure.exit_code(), failure.told()));
        let (code, told_of) = told(folder.path()).expect_err("it is a directory");
        assert!(code == 1 && told_of.contains("directory"), "{told_of}");
        let (code, told_of) = told(&folder.path().join("none/out.csv")).expect_err("there is no such directory");
        assert!(code == 1 && told_of.contains("none/out.csv"), "{told_of}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_its_file_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (path, link) = (folder.path().join("out.csv"), folder.path().join("link"));
        std::fs::write(&path, "before").expect("a file can be written");
        std::os::unix::fs::symlink(&path, &link).expect("a link can be made");
        let mut sink = Sink::open(&link).expect("it can be written");
        sink.write("after").and_then(|()| sink.finish()).expect("it can be written");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "after");
        assert!(link.is_symlink());
    }
}
