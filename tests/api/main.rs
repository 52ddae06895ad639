//! What the server promises over gRPC, as facts: bad input, request ids, both clocks, lists, pages, reflection, its end.
//!
//! Every fact asks a real server over a real connection; what is sent is written as people would write it, in the JSON
//! mapping of the protos and with relative names.
#![allow(clippy::panic)] // a fact that does not hold fails the test

mod server;

mod bytes;
mod json;
mod refusal;

mod ground;

mod shape;

#[path = "../support/mod.rs"]
mod support;

mod bad_batches;
mod bad_bytes;
mod bad_questions;
mod bad_reads;
mod bad_records;
mod briefings;

mod obligations;

mod required;

mod request_ids;

mod import;
mod import_broken;

mod gated;
mod storm;
mod under_way;

mod as_of;
mod clocks;
mod lists;
mod pages;
mod retraction;

mod one_port;

mod access;
mod strangers;

mod call_lines;
mod observed;

mod reflection;
mod shutdown;

mod fuzz;
