//! The records that a briefing names, numbered in the order in which a reader meets them.

use std::collections::HashMap;

use crate::wire::pb;

/// Numbers of records, from 1.
#[derive(Debug, Clone, Default)]
pub(super) struct References<'a> {
    names: Vec<&'a str>,
    numbers: HashMap<&'a str, usize>,
}

/// Numbers that follow one another, with the names behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run<'a> {
    pub first: usize,
    pub last: usize,
    pub names: Vec<&'a str>,
}

impl Run<'_> {
    /// Such as `4` or `4–7`.
    pub(super) fn text(&self) -> String {
        if self.first == self.last { self.first.to_string() } else { format!("{}–{}", self.first, self.last) }
    }
}

impl<'a> References<'a> {
    /// Of a whole briefing.
    pub(super) fn of(briefing: &'a pb::Briefing) -> References<'a> {
        let mut references = References::default();
        let pb::Briefing { header: _, key_points, sections, charts, features } = briefing;
        for point in key_points {
            references.add(&point.records);
        }
        for section in sections {
            for sentence in &section.sentences {
                references.add(&sentence.records);
            }
            for row in section.tables.iter().flat_map(|table| &table.rows) {
                references.add(&row.records);
            }
        }
        for moment in charts.iter().flat_map(|chart| &chart.moments) {
            references.add(std::slice::from_ref(&moment.record));
        }
        for feature in features {
            references.add(std::slice::from_ref(&feature.record));
        }
        references
    }

    fn add(&mut self, names: &'a [String]) {
        for name in names.iter().filter(|name| !name.is_empty()) {
            if !self.numbers.contains_key(name.as_str()) {
                self.names.push(name);
                self.numbers.insert(name, self.names.len());
            }
        }
    }

    /// All names, the first with number 1.
    pub(super) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// The number of a record; `None` if the briefing names none such.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// Some records, each once, in the order of their numbers; three or more that follow one another are one run.
    pub(super) fn runs(&self, names: &[String]) -> Vec<Run<'a>> {
        let mut numbers: Vec<usize> = names.iter().filter_map(|name| self.number(name)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut runs: Vec<Run<'a>> = Vec::new();
        let runs_of = numbers.chunk_by(|one, next| one + 1 == *next);
        for numbers in runs_of {
            let parts = if numbers.len() < 3 { numbers.chunks(1) } else { numbers.chunks(numbers.len()) };
            for part in parts {
                let names = part.iter().map(|number| self.names[number - 1]).collect();
                runs.push(Run { first: part[0], last: part[part.len() - 1], names });
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_numbered_as_they_are_met_and_neighbours_are_told_together() {
        let name = |id: usize| format!("dossiers/d/reports/r{id}");
        let point = pb::KeyPoint { records: vec![name(5), name(1), name(5)], ..Default::default() };
        let sentence = pb::BriefingSentence { records: (1..=6).map(name).collect(), ..Default::default() };
        let section = pb::BriefingSection { sentences: vec![sentence], ..Default::default() };
        let briefing = pb::Briefing { key_points: vec![point], sections: vec![section], ..Default::default() };
        let references = References::of(&briefing);
        assert_eq!(references.number(&name(5)), Some(1));
        assert_eq!(references.number("dossiers/d/reports/other"), None);
        let texts = |ids: &[usize]| -> Vec<String> {
            let names: Vec<String> = ids.iter().map(|id| name(*id)).collect();
            references.runs(&names).iter().map(Run::text).collect()
        };
        assert_eq!(texts(&[1, 5]), ["1", "2"]);
        assert_eq!(texts(&[2, 6, 3, 4, 3]), ["3–6"]);
        assert_eq!(texts(&[5, 2, 3, 4]), ["1", "3–5"]);
        assert_eq!(texts(&[]), [""; 0]);
    }
}
