//! The readings that were applied: whose, on which text, which words, from when until when.

use comfy_table::{ColumnConstraint, Width};

use crate::wire::pb;

use super::labels::{Labels, reading};
use super::{Style, dim, head, table, text_of, words, wrap};

/// `until 2025-04-16 21:00` and a space.
const WINDOW_WIDTH: u16 = 23;

/// A table of readings.
pub fn readings(readings: &[pb::AppliedReading], labels: &Labels, style: Style) -> String {
    let mut table = table(style);
    table.set_header(["", "Whose", "Rests on", "Words", "Holds (UTC)"].map(head));
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
    if let Some(column) = table.column_mut(4) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(WINDOW_WIDTH)));
    }
    text_of(table)
}

/// The sides of a window, one below the other where the text does not settle them.
fn window(applied: &pb::AppliedReading) -> String {
    let pb::AppliedReading { start, end, .. } = applied;
    format!("{}\n{}", side("from", start.as_ref(), "start not said"), side("until", end.as_ref(), "end open"))
}

fn side(word: &str, bound: Option<&pb::Bound>, missing: &str) -> String {
    let ends = bound.and_then(|bound| Some((bound.earliest.as_ref()?, bound.latest.as_ref()?)));
    let utc = |timestamp| words::instant(timestamp).trim_end_matches('Z').to_owned();
    match ends {
        None => missing.to_owned(),
        Some((earliest, latest)) if earliest == latest => format!("{word} {}", utc(earliest)),
        Some((earliest, latest)) => {
            format!("{word} {}\n{:>width$} {}", utc(earliest), "–", utc(latest), width = word.len())
        }
    }
}

/// For each reading whose length can be counted in several ways, where each way ends.
pub fn ends(readings: &[pb::AppliedReading], style: Style) -> String {
    let counted = readings.iter().filter(|applied| applied.ends.len() > 1).map(|applied| {
        let ends = applied.ends.iter().map(|counted| {
            format!("{} by {}", words::bound(counted.end.as_ref(), "open"), words::counting(counted.rule()))
        });
        let text = format!("{} ends {}.", reading(&applied.reading), ends.collect::<Vec<_>>().join(", "));
        wrap(&text, style.width)
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn a_reading_says_whose_it_is_on_what_it_rests_and_how_long_it_holds() {
        let (applied, records) = (samples::readings(), samples::records());
        let text = readings(&applied, &Labels::of(&records), Style::PLAIN);
        insta::assert_snapshot!(format!("{text}{}", ends(&applied, Style::PLAIN)));
    }
}
