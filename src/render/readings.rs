//! The readings that were applied: whose, on which text, which words, from when until when.

use crate::wire::pb;

use super::labels::{Labels, reading};
use super::{Style, dim, head, table, text_of, words};

/// A table of readings.
pub fn readings(readings: &[pb::AppliedReading], labels: &Labels, style: Style) -> String {
    let mut table = table(style);
    table.set_header(["Reading", "Whose", "Rests on", "Words", "Holds (UTC)"].map(head));
    for applied in readings {
        let instrument_type = words::instrument(applied.instrument_type());
        let text = match applied.instrument.as_str() {
            "" => "nothing: it is a draft".to_owned(),
            instrument => format!("{} ({instrument_type})", labels.display(instrument)),
        };
        let holder = match applied.held_by.as_str() {
            "" => "nobody",
            holder => labels.display(holder),
        };
        let wording = if applied.wording.is_empty() { String::new() } else { format!("“{}”", applied.wording) };
        table.add_row([
            head(reading(&applied.reading)),
            holder.into(),
            text.into(),
            wording.into(),
            dim(window(applied)),
        ]);
    }
    text_of(table)
}

fn window(applied: &pb::AppliedReading) -> String {
    let start = match words::bound(applied.start.as_ref(), "") {
        start if start.is_empty() => "start not said".to_owned(),
        start => format!("from {start}"),
    };
    let end = match words::bound(applied.end.as_ref(), "") {
        end if end.is_empty() => "end open".to_owned(),
        end => format!("until {end}"),
    };
    format!("{start}\n{end}")
}
