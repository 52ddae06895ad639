//! Briefings over gRPC: the day of the article, and other days; what they must not say; both clocks; bad input.
#![allow(clippy::panic)] // a fact that does not hold fails the test

mod desk;
mod edges;

mod article;
mod editions;
mod honest;
mod languages;
mod mirror;
mod sides;
mod wording;

#[path = "../support/mod.rs"]
mod support;
