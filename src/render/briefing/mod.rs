//! A briefing as a file: Markdown, HTML, ninjs. Pure: a composed briefing in, bytes out, the same bytes for the same briefing.
//!
//! Nothing is said here that the briefing does not say; `phrases` holds the few fixed words that are added.

use crate::wire::pb;

mod phrases;

mod clock;
mod references;
mod text;

pub mod html;
pub mod markdown;
pub mod ninjs;

pub mod drawings;

mod charts;
mod map;
mod plots;
mod timeline;

#[cfg(test)]
mod samples;

/// The file of a briefing, and its media type.
pub fn render(briefing: &pb::Briefing, format: pb::BriefingFormat) -> (Vec<u8>, &'static str) {
    match format {
        pb::BriefingFormat::Unspecified | pb::BriefingFormat::Markdown => {
            (markdown::markdown(briefing).into_bytes(), "text/markdown; charset=utf-8")
        }
        pb::BriefingFormat::Html => (html::page(briefing).into_bytes(), "text/html; charset=utf-8"),
        pb::BriefingFormat::Ninjs => (ninjs::ninjs(briefing).into_bytes(), "application/json"),
    }
}
