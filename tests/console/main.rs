//! The pages as whoever asks for them gets them: over HTTP, from a server that has the case or a hostile dossier.
#![allow(clippy::panic)] // a fact that does not hold fails the test

#[path = "../support/mod.rs"]
mod support;

mod browser;

mod access;
mod hostile;
mod many;
mod pages;
