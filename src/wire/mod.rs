//! The edge: what stands on the wire, and nothing of what it means.

pub mod pb;

pub mod decode;
pub mod encode;

pub mod entry;

pub mod page;
pub mod token;

pub mod path;
pub mod status;

pub mod instant;
pub mod mirrored;

pub mod codec;

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod samples;
