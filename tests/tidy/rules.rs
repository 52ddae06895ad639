//! The module table, and what the code and the texts of the repository are held to.

use std::collections::BTreeSet;

use crate::paths::{from_root, module_of, paths, tokens};

/// One row of the module table.
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    /// The other layers whose names it may use.
    sees: &'static [&'static str],
    /// The layers of which it may use what they offer, but not what lies in their submodules.
    sees_surface_of: &'static [&'static str],
    /// What from outside it must never use; `tonic` stands for `tonic_health` and its other companions too.
    never: &'static [&'static [&'static str]],
}

const GRPC: &[&str] = &["tonic", "tower", "http"];
const PROTO: &[&str] = &["prost", "protox"];
const SQL: &[&str] = &["rusqlite", "libsqlite3", "sqlx", "deadpool"];
const RUNTIME: &[&str] = &["tokio"];
const SERDE: &[&str] = &["serde"];
const IO: &[&str] = &["std::fs", "std::net", "std::process", "tokio"];

pub(crate) const TABLE: &[Layer] = &[
    Layer { name: "domain", sees: &[], sees_surface_of: &[], never: &[GRPC, PROTO, SQL, RUNTIME, SERDE, IO] },
    Layer { name: "meter", sees: &[], sees_surface_of: &[], never: &[GRPC, PROTO, SQL, RUNTIME, SERDE, IO] },
    // Entries are opaque bytes here: neither their meaning nor their encoding is the log's business.
    Layer { name: "log", sees: &["meter"], sees_surface_of: &[], never: &[GRPC, PROTO, SERDE] },
    Layer { name: "view", sees: &["domain", "meter"], sees_surface_of: &[], never: &[GRPC, PROTO, SQL] },
    Layer {
        name: "brief",
        sees: &["domain", "view"],
        sees_surface_of: &[],
        never: &[GRPC, PROTO, SQL, RUNTIME, SERDE, IO],
    },
    Layer { name: "render", sees: &["domain", "wire"], sees_surface_of: &["view"], never: &[GRPC, SQL, IO] },
    Layer { name: "access", sees: &["domain"], sees_surface_of: &[], never: &[GRPC, PROTO, SQL, RUNTIME, SERDE, IO] },
    Layer { name: "wire", sees: &["domain", "view", "brief"], sees_surface_of: &[], never: &[SQL, IO] },
    Layer {
        name: "service",
        sees: &["domain", "log", "view", "brief", "wire", "access", "render", "console", "config", "meter"],
        sees_surface_of: &[],
        never: &[SQL],
    },
    Layer {
        name: "cli",
        sees: &["domain", "log", "wire", "access", "service", "render", "config"],
        sees_surface_of: &["view"],
        never: &[SQL],
    },
    // It asks the API as any client does: through the generated traits, never past them.
    Layer { name: "console", sees: &["domain", "wire", "render"], sees_surface_of: &[], never: &[SQL, IO] },
    Layer { name: "config", sees: &["domain", "access"], sees_surface_of: &[], never: &[GRPC, PROTO, SQL] },
];

/// SQL lives in the backend that speaks it, and nowhere else.
const SQL_ONLY_IN: &[&str] = &["src/log/sqlite"];

/// Only `wire` makes a gRPC status; everyone else passes one on.
const STATUS_ONLY_IN: &[&str] = &["src/wire"];
const STATUS_MAKERS: &[&str] = &[
    "new",
    "with_",
    "from_error",
    "ok",
    "cancelled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
];

pub(crate) const LINES_MAX: usize = 700;

// Written in two halves so that this file does not hold what it looks for.
pub(crate) const HOSTS: &[&str] = &[
    concat!("crates", ".io"),
    concat!("registry.npmjs", ".org"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("deb.debian", ".org"),
    concat!("proxy.golang", ".org"),
];
pub(crate) const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/tm", "p/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
pub(crate) const LEFTOVERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ign", "ore"),
];
/// Names of registries belong into lock files, which their tools write.
const LOCK_FILES: &[&str] = &["Cargo.lock", "package-lock.json"];

fn matches_outside(segments: &[String], entry: &str) -> bool {
    let mut parts = entry.split("::");
    let name = parts.next().unwrap_or_default();
    let first = segments.first().map_or("", String::as_str);
    let named = first == name || first.starts_with(&format!("{name}_"));
    named && parts.enumerate().all(|(i, part)| segments.get(i + 1).is_some_and(|s| s == part))
}

/// What is wrong with one file of `src/`; `modules` are all modules of the crate, as paths from its root.
pub(crate) fn violations(path: &str, source: &str, modules: &BTreeSet<Vec<String>>) -> Vec<String> {
    let mut wrong = Vec::new();
    if !source.starts_with("//!") {
        wrong.push(format!("{path}:1: does not begin with `//!` and its one job"));
    }
    let lines = source.lines().count();
    if lines > LINES_MAX {
        wrong.push(format!("{path}: {lines} lines; a file over {LINES_MAX} wants to be two"));
    }
    let module = module_of(path);
    let found = paths(&tokens(source));
    for path_found in &found {
        let shown = path_found.segments.join("::");
        let place = format!("{path}:{}", path_found.line);
        let is_sql = SQL.iter().any(|entry| matches_outside(&path_found.segments, entry));
        if is_sql && !SQL_ONLY_IN.iter().any(|allowed| path.starts_with(allowed)) {
            wrong.push(format!("{place}: `{shown}`: SQL belongs into {}", SQL_ONLY_IN.join(", ")));
        }
        if makes_a_status(&path_found.segments) && !STATUS_ONLY_IN.iter().any(|allowed| path.starts_with(allowed)) {
            wrong.push(format!("{place}: `{shown}`: only `wire` picks a gRPC code"));
        }
        if path == "src/lib.rs" && path_found.is_use && path_found.is_public {
            wrong.push(format!("{place}: `{shown}`: a re-export here would hide a layer from this test"));
        }
    }
    if matches!(path, "src/lib.rs" | "src/main.rs") {
        return wrong;
    }
    let own = module.first().map_or("", String::as_str);
    let Some(layer) = TABLE.iter().find(|layer| layer.name == own) else {
        wrong.push(format!("{path}: `{own}` is in no row of the module table"));
        return wrong;
    };
    for path_found in &found {
        let shown = path_found.segments.join("::");
        let place = format!("{path}:{}", path_found.line);
        let Some(ours) = from_root(path_found, &module) else {
            // Tests may drive the code with more than it ships with, but with no other layer of ours.
            let is_refused = |entry: &&str| matches_outside(&path_found.segments, entry);
            if !path_found.is_test && layer.never.iter().copied().flatten().any(is_refused) {
                wrong.push(format!("{place}: `{shown}`: {own} must never see it"));
            }
            continue;
        };
        let target = ours.first().map_or("the crate's root", String::as_str);
        if target == own || layer.sees.contains(&target) {
            continue;
        }
        if !layer.sees_surface_of.contains(&target) {
            wrong.push(format!("{place}: `{shown}`: {own} must never see {target}"));
        } else if ours.len() > 1 && modules.contains(&ours[..2]) {
            wrong.push(format!("{place}: `{shown}`: {own} must not see inside {target}"));
        }
    }
    wrong
}

fn makes_a_status(segments: &[String]) -> bool {
    segments.windows(2).any(|pair| {
        pair[0] == "Status"
            && STATUS_MAKERS.iter().any(|maker| pair[1] == *maker || maker.ends_with('_') && pair[1].starts_with(maker))
    })
}

/// What no text of the repository may hold: where a package comes from, where a machine keeps it, unfinished work.
pub(crate) fn text_violations(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_code = [".rs", ".proto", ".sh"].iter().any(|end| path.ends_with(end)) || path.starts_with("scripts/");
    for (index, line) in text.lines().enumerate() {
        let place = format!("{path}:{}", index + 1);
        for host in HOSTS.iter().filter(|host| line.contains(**host) && !LOCK_FILES.contains(&name)) {
            wrong.push(format!("{place}: names the host of a registry: {host}"));
        }
        for machine_path in MACHINE_PATHS.iter().filter(|machine_path| has_path(line, machine_path)) {
            wrong.push(format!("{place}: names a path of one machine: {machine_path}"));
        }
        for leftover in LEFTOVERS.iter().filter(|leftover| is_code && line.contains(**leftover)) {
            wrong.push(format!("{place}: unfinished work is said in an issue: {leftover}"));
        }
    }
    wrong
}

/// Whether an absolute path stands in the line; the same letters inside an address (`example.org/…`) are not one.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_-./~}".contains(c))
    })
}
