//! Compiles the protos without protoc, and the taxonomies, into Rust.
#![allow(clippy::print_stdout)] // how a build script speaks to cargo

#[path = "build/taxonomy.rs"]
mod taxonomy;

use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const TAXONOMIES: [&str; 3] = ["objects", "acts", "weapons"];

fn main() {
    for watched in ["build.rs", "build", "proto", "taxonomy", "cases"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    if let Err(fault) = build() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn build() -> Result<()> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let public = proto_files("proto/armistice/v1")?;
    let internal = proto_files("proto/armistice/internal/v1")?;

    // The set for reflection holds only what clients may see. These are protox's own bytes: decoded and encoded again
    // by prost they would lose the options.
    let mut compiler = compiler()?;
    compiler.open_files(&public)?;
    std::fs::write(out.join("armistice.v1.bin"), compiler.encode_file_descriptor_set())?;

    compiler.open_files(&internal)?;
    tonic_prost_build::configure()
        .codec_path("crate::wire::codec::Codec")
        .extern_path(".armistice.v1.AppendRecordsResponse", "crate::wire::appended::AppendRecordsResponse")
        .out_dir(&out)
        .compile_fds(compiler.file_descriptor_set())?;

    let mut taxonomies = Vec::new();
    for name in TAXONOMIES {
        let path = format!("taxonomy/{name}.toml");
        let text = std::fs::read_to_string(&path).map_err(|fault| format!("{path}: {fault}"))?;
        let taxonomy = taxonomy::read(&text).map_err(|fault| format!("{path}: {fault}"))?;
        taxonomies.push((name, taxonomy));
    }
    std::fs::write(out.join("taxonomy.rs"), taxonomy::tables(&taxonomies))?;
    std::fs::write(out.join("case.rs"), case_files("cases/energy-2025")?)?;
    Ok(())
}

/// A constant that holds every YAML file of a folder by its path, so that `demo` needs no file.
fn case_files(folder: &str) -> Result<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            names.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    names.sort();
    let mut source = "pub(super) const FILES: &[(&str, &str)] = &[\n".to_owned();
    for name in names {
        let path = format!("{folder}/{name}");
        source.push_str(&format!(
            "    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),\n",
            format!("/{path}")
        ));
    }
    source.push_str("];\n");
    Ok(source)
}

fn compiler() -> Result<protox::Compiler> {
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true);
    Ok(compiler)
}

/// Every proto file of a folder, in order of name.
fn proto_files(folder: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
