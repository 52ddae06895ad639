//! Holds the code to the module table of `ARCHITECTURE.md`, and the tree to a few habits that no compiler checks.
//!
//! The table is written once, in `rules.rs`, as data. Every path in `src/` is read, in `use` lines and in full
//! (`crate::wire::pb`, `tonic::Status`), aliases and nested braces included; comments and strings are not.

mod paths;
mod rules;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use paths::module_of;
use rules::{HOSTS, LEFTOVERS, LINES_MAX, MACHINE_PATHS, TABLE, text_violations, violations};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file that git holds or would take; without git, every file that is not a product of building.
fn files() -> Vec<String> {
    let listed = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    let mut files = match listed {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter(|path| !path.is_empty() && root().join(path).is_file())
            .map(str::to_owned)
            .collect(),
        Ok(_) | Err(_) => {
            let mut walked = Vec::new();
            walk(&root(), &mut walked);
            walked
        }
    };
    files.sort();
    files
}

fn walk(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository can be read") {
        let path = entry.expect("an entry of a folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "target" | ".git" | "node_modules" | ".armistice") {
            walk(&path, files);
        } else if path.is_file() && !name.contains(".db") {
            let relative = path.strip_prefix(root()).expect("the walk stays below the root");
            files.push(relative.to_string_lossy().into_owned());
        }
    }
}

fn modules_of(files: &[String]) -> BTreeSet<Vec<String>> {
    files.iter().filter(|path| path.starts_with("src/") && path.ends_with(".rs")).map(|path| module_of(path)).collect()
}

#[test]
fn the_code_keeps_to_the_module_table() {
    let files = files();
    let modules = modules_of(&files);
    let mut wrong = Vec::new();
    let mut read = 0;
    for path in files.iter().filter(|path| path.starts_with("src/") && path.ends_with(".rs")) {
        let source = fs::read_to_string(root().join(path)).expect("a source file is readable UTF-8");
        wrong.extend(violations(path, &source, &modules));
        read += 1;
    }
    assert!(read > 0, "no source file was found");
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_text_names_a_registry_host_or_a_machine_path_or_unfinished_work() {
    let mut wrong = Vec::new();
    for path in files() {
        let bytes = fs::read(root().join(&path)).expect("a tracked file can be read");
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        wrong.extend(text_violations(&path, &text));
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_in_architecture_names_the_same_modules() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is there");
    for layer in TABLE {
        let row = format!("| `{}` |", layer.name);
        assert!(text.contains(&row), "ARCHITECTURE.md has no row {row}");
    }
}

/// A file, its source after the first line, and a part of the one complaint expected; empty: none.
fn check(path: &str, source: &str, expected: &str) {
    let modules = modules_of(&["src/view/mod.rs".to_owned(), "src/view/oracle.rs".to_owned()]);
    let wrong = violations(path, &format!("//! A sample.\n{source}"), &modules);
    if expected.is_empty() {
        assert!(wrong.is_empty(), "{path}: {source}\nunexpected: {wrong:?}");
    } else {
        assert!(wrong.iter().any(|w| w.contains(expected)), "{path}: {source}\nexpected {expected:?}, got {wrong:?}");
    }
}

#[test]
fn a_layer_that_looks_where_it_must_not_is_caught() {
    check("src/domain/time.rs", "#[cfg(test)] mod tests { use crate::wire::pb; }", "domain must never see wire");
    check("src/wire/codec.rs", "#[cfg(test)] mod tests {} use tokio::fs;", "`tokio::fs`: wire must never see it");
    // `use` lines: plain, nested, renamed, relative, public, in a function, in an inline module.
    check("src/domain/time.rs", "use prost_types::Timestamp;", "`prost_types::Timestamp`: domain must never see it");
    check("src/domain/time.rs", "use {std::fmt, serde::{self, Serialize}};", "`serde::Serialize`");
    check("src/domain/time.rs", "use ::tokio as runtime;", "`tokio`: domain");
    check("src/domain/time.rs", "extern crate rusqlite;", "`rusqlite`: domain");
    check("src/domain/time.rs", "use std::{fmt, fs::File};", "`std::fs::File`");
    check("src/domain/mod.rs", "use super::wire::pb;", "domain must never see wire");
    check("src/domain/a/b.rs", "use super::super::super::log::Entry;", "domain must never see log");
    check("src/domain/time.rs", "mod tests { use super::super::super::view::Snapshot; }", "must never see view");
    check("src/domain/time.rs", "mod tests { fn f() { use crate::{domain::Name, service}; } }", "never see service");
    check("src/domain/time.rs", "use crate as everything;", "must never see the crate's root");
    check("src/access.rs", "use super::*;", "access must never see *");
    // Paths in full, in attributes, in macros and behind generics.
    check("src/domain/time.rs", "#[derive(serde::Serialize)] struct A;", "`serde::Serialize`");
    check("src/domain/time.rs", "fn f() -> Vec<tonic::Status> { vec![] }", "`tonic::Status`: domain");
    check("src/log/memory.rs", "fn f(r: &crate::domain::Record) {}", "log must never see domain");
    check("src/log/memory.rs", "fn f() { let x = Vec::<crate::wire::pb::Record>::new(); }", "log must never see wire");
    check("src/view/assess.rs", "fn f() { rusqlite::Connection::open_in_memory(); }", "SQL belongs into");
    check("src/wire/decode.rs", "fn f() { std::fs::read(\"x\"); }", "`std::fs::read`: wire must never see it");
    check("src/service/records.rs", "use rusqlite::Connection;", "SQL belongs into");
    check("src/config.rs", "use tonic::transport::Server;", "config must never see it");
    // What lies inside another layer, codes, re-exports, unknown modules.
    check("src/render/matrix.rs", "use crate::view::oracle::Row;", "render must not see inside view");
    check("src/cli/assess.rs", "use crate::view::{Snapshot, oracle};", "cli must not see inside view");
    check(
        "src/service/records.rs",
        "fn f() { tonic::Status::invalid_argument(\"x\"); }",
        "only `wire` picks a gRPC code",
    );
    check("src/service/records.rs", "fn f() { Status::with_error_details(c, m, d); }", "only `wire` picks a gRPC code");
    check("src/lib.rs", "pub use wire::pb;", "a re-export here");
    check("src/gadget.rs", "", "`gadget` is in no row");
}

#[test]
fn a_layer_that_keeps_to_the_table_is_left_alone() {
    check("src/wire/codec.rs", "#[cfg(test)]\nmod tests { #[tokio::test] async fn f() {} }", "");
    check("src/domain/time.rs", "use super::name::Name;\nuse crate::domain::truth::Truth;\nuse std::fmt;", "");
    check("src/domain/time.rs", "mod tests { use super::*; use super::super::name::Name; }", "");
    check("src/domain/time.rs", "// use tonic::Status;\n/* serde::Serialize /* prost::Message */ */ fn f() {}", "");
    check("src/domain/time.rs", "const A: &str = \"tonic::Status\"; const B: &str = r#\"crate::wire \" x\"#;", "");
    check("src/domain/time.rs", "fn f<'a>(x: &'a str) -> (char, u8) { ('\"', b'\\'') } // serde::x", "");
    check("src/domain/time.rs", "fn f() { self.serde().tokio::<u8>(); }", "");
    check("src/log/sqlite.rs", "use rusqlite::{params, Connection};\nuse tokio::sync::mpsc;", "");
    check("src/render/matrix.rs", "use crate::view::Snapshot;\nuse crate::wire::pb;", "");
    check("src/wire/status.rs", "fn f() -> tonic::Status { tonic::Status::internal(\"internal error\") }", "");
    check("src/service/records.rs", "fn f(s: tonic::Status) -> Result<(), tonic::Status> { Err(s) }", "");
    check("src/main.rs", "fn main() { armistice::cli::run(); }", "");
    check("src/lib.rs", "pub mod domain;", "");
}

#[test]
fn a_file_without_its_job_or_too_long_is_caught() {
    let none = BTreeSet::new();
    assert_eq!(
        violations("src/domain/time.rs", "use std::fmt;\n", &none),
        ["src/domain/time.rs:1: does not begin with `//!` and its one job"]
    );
    let long = format!("//! Long.\n{}", "\n".repeat(LINES_MAX));
    let wrong = violations("src/domain/time.rs", &long, &none);
    assert!(wrong.iter().any(|w| w.contains("wants to be two")), "{wrong:?}");
}

#[test]
fn a_text_that_names_a_host_a_machine_path_or_unfinished_work_is_caught() {
    for sample in HOSTS {
        let line = format!("see https://{sample}/x");
        assert_eq!(text_violations("README.md", &line).len(), 1, "{line}");
        assert_eq!(text_violations("Cargo.lock", &line).len(), 0, "{line}");
    }
    for sample in MACHINE_PATHS {
        for line in [format!("cd {sample}x"), format!("\"{sample}x\""), format!("{sample}x")] {
            assert_eq!(text_violations("README.md", &line).len(), 1, "{line}");
        }
        let address = format!("https://example.org{sample}x");
        assert_eq!(text_violations("README.md", &address).len(), 0, "{address}");
    }
    for sample in LEFTOVERS {
        assert_eq!(text_violations("src/x.rs", &format!("// {sample} later")).len(), 1, "{sample}");
    }
    assert_eq!(text_violations("src/x.rs", "/// Nothing to see.").len(), 0);
}
