//! What the answers mean, tried on the worked case and on small tables, in four ways that must give one answer.
#![allow(clippy::panic, clippy::print_stdout, reason = "a test fails by panicking, and tells what it did")]

#[path = "../support/mod.rs"]
mod support;

mod case;
mod checks;
mod stage_lines;
mod tables;
mod words;
