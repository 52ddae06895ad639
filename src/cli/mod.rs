//! The command line: one file per command, each a client of the gRPC API.

pub mod case;
pub mod reflection;
