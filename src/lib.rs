//! Armistice: an append-only, attributed record of a peace process, and the verdicts that follow from it.

pub mod meter;

pub mod access;
pub mod brief;
pub mod domain;
pub mod log;
pub mod service;
pub mod view;
pub mod wire;

pub mod render;

pub mod console;

pub mod cli;
pub mod config;
