//! Importing files that others publish, as people do it: the program against a real server, rows of our own making in each
//! layout, and each trap of the layouts as a fact.
#![cfg(unix)]
#![allow(clippy::panic)] // a fact that does not hold fails the test

mod bench;

mod acled;
mod damages;
mod ged;
mod own;
mod viina;

mod again;
mod bad_files;
