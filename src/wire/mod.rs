//! The edge: what stands on the wire, and nothing of what it means.

pub mod pb;

pub mod codec;
