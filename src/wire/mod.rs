//! The edge: what stands on the wire, and nothing of what it means.

// A new kind, value or reason must stop the build here.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod pb;

pub mod decode;
pub mod encode;

pub mod entry;

pub mod path;

pub mod instant;
pub mod mirrored;

pub mod appended;
pub mod codec;

pub mod status;
pub mod token;

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod samples;
