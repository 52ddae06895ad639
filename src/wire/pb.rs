//! The messages and services that the build makes from `proto/`. Nothing here is written by hand, but for one answer.

pub use armistice::internal::v1 as internal;
pub use armistice::v1::*;

pub use super::appended::AppendRecordsResponse;

/// The encoded descriptor set of `armistice.v1` and all that it imports, with comments and options: for reflection,
/// and for reading field behaviour. What is stored or opaque is not in it.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/armistice.v1.bin"));

// The modules are nested as the packages are, for the generated code refers from one to the other by `super`. Generated
// code is not ours to tidy, so lints end here.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::large_futures, clippy::wildcard_enum_match_arm)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod armistice {
    pub mod v1 {
        include!(concat!(env!("OUT_DIR"), "/armistice.v1.rs"));
    }
    pub mod internal {
        pub mod v1 {
            include!(concat!(env!("OUT_DIR"), "/armistice.internal.v1.rs"));
        }
    }
}
