//! The only place that writes to standard output: data, and nothing else. Talk goes to standard error.
#![allow(clippy::print_stdout)] // data for whoever reads our standard output

use std::io::{IsTerminal, Write, stderr, stdout};

use super::failure::Failure;
use crate::render::Style;

/// Columns of a table that goes nowhere in particular, and the bounds for one that goes to a terminal.
const WIDTH_DEFAULT: usize = 100;
const WIDTH_MIN: usize = 80;
const WIDTH_MAX: usize = 120;

/// Writes data, with a line break at its end.
pub(super) fn data(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let written =
        out.write_all(text.as_bytes()).and_then(|()| out.write_all(end.as_bytes())).and_then(|()| out.flush());
    match written {
        Ok(()) => Ok(()),
        // `| head` has seen enough; that is no failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(source) => Err(Failure::Output { source }),
    }
}

/// Writes a part of what is data, as it is.
pub(super) fn part(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Failure::ReaderGone),
        Err(source) => Err(Failure::Output { source }),
    }
}

/// Says something to the person who runs it. That nobody hears it is no failure.
pub(super) fn talk(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// How tables should look where standard output goes.
pub(super) fn style() -> Style {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let is_terminal = stdout().is_terminal();
    let width = comfy_table::Table::new().width().filter(|_| is_terminal).map_or(WIDTH_DEFAULT, usize::from);
    Style { colour: is_terminal && !is_set("NO_COLOR") && !is_dumb, width: width.clamp(WIDTH_MIN, WIDTH_MAX) }
}
