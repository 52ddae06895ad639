//! The second pass over a file: the records of its rows one by one, what they refer to before them.

use std::collections::{HashSet, VecDeque};

use super::super::failure::Failure;
use super::convert::{Taken, convert};
use super::deliver::Outgoing;
use super::held::{Ground, Held, Plan};
use super::mapping::Mapping;
use super::names::{Named, Thing};
use super::records::{self, Naming};
use super::rejects::{Kind, Rejects};
use super::rows::{Remark, Row};
use super::scan::{Reader, Scan};
use super::told;
use crate::wire::pb;

/// How many rows became what at the second pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::cli) struct Sent {
    /// Rows of which nothing was in the dossier.
    pub(super) new: u64,
    /// Rows that correct what was.
    pub(super) corrected: u64,
    /// Rows of which all was in the dossier already.
    pub(super) unchanged: u64,
    /// Rows that stay out after all.
    pub(super) left: u64,
    /// Places made.
    pub(super) places: u64,
    /// Actors made.
    pub(super) actors: u64,
}

/// What the second pass goes by.
#[derive(Debug)]
pub(super) struct Job<'s> {
    /// What the file is called.
    pub(super) label: &'s str,
    /// How its rows are read.
    pub(super) mapping: &'s Mapping,
    /// What the first pass found.
    pub(super) scan: &'s Scan,
    /// The dossier.
    pub(super) ground: &'s Ground,
    /// Document, publisher and mapping.
    pub(super) common: Naming,
    /// Records that are of no one row, until a row needs them.
    pub(super) first: Vec<pb::Record>,
}

/// The records of a file, made as they are asked for.
pub(super) struct Sending<'s> {
    job: Job<'s>,
    /// The file, from its beginning.
    reader: Reader,
    /// What the dossier holds.
    held: Held,
    /// The side file.
    rejects: &'s mut Rejects,
    /// What has become of the rows so far.
    pub(super) sent: Sent,
    queue: VecDeque<Outgoing>,
    made: HashSet<String>,
    rows: u64,
    /// Rows that are done with and not yet told of.
    done: usize,
}

impl<'s> Sending<'s> {
    /// Begins the second pass.
    pub(super) fn new(job: Job<'s>, reader: Reader, held: Held, rejects: &'s mut Rejects) -> Sending<'s> {
        Sending {
            job,
            reader,
            held,
            rejects,
            sent: Sent::default(),
            queue: VecDeque::new(),
            made: HashSet::new(),
            rows: 0,
            done: 0,
        }
    }

    /// Reads rows until there is a record to send; whether there is one.
    fn fill(&mut self) -> Result<bool, Failure> {
        while self.queue.is_empty() {
            let read = self.reader.next_row().map_err(|fatal| told(self.job.label, &fatal))?;
            let Some(read) = read else {
                if self.reader.sha256() != self.job.scan.sha256 || self.rows != self.job.scan.counts.rows {
                    return Err(self.changed());
                }
                return Ok(false);
            };
            let is_taken = self.job.scan.is_taken.get(self.rows);
            self.rows += 1;
            self.done += 1;
            if !is_taken {
                continue;
            }
            let taken = read.and_then(|row| Ok((convert(self.job.mapping, &row)?, row)));
            // It could be read a moment ago.
            let Ok((taken, row)) = taken else { return Err(self.changed()) };
            self.row(&taken, &row)?;
        }
        Ok(true)
    }

    fn row(&mut self, taken: &Taken, row: &Row) -> Result<(), Failure> {
        let naming = Naming::of(taken, &self.job.common, &self.job.scan.places, &self.job.scan.actors);
        let (incident, report) = (records::incident(taken, &naming), records::report(taken, row, &naming));
        let origin = records::origin(taken, row, &naming);
        let says = |record: &pb::Record| {
            let bare = pb::Record { citations: Vec::new(), ..record.clone() };
            self.job.ground.says(bare).map_err(|problem| self.refused(row, &problem))
        };
        // Both hashes are needed only where the dossier has the row in another form, or will have it once more.
        let has_another = self.held.rows.contains_key(&taken.id) && !self.held.is_unchanged(&taken.id, &origin);
        let is_of_interest = has_another || self.job.scan.repeated.contains(&taken.id);
        let hashes = if is_of_interest { (says(&incident)?, says(&report)?) } else { (0, 0) };
        match self.held.plan(&taken.id, &origin, hashes.0, hashes.1) {
            Plan::Unchanged => self.sent.unchanged += 1,
            Plan::Leave(reason) => {
                self.sent.left += 1;
                let remark = Remark { at: row.at, field: String::new(), reason };
                let added = self.rejects.add(Kind::Rejected, &taken.row_id, &remark);
                added.map_err(|source| Failure::System { doing: "write the side file", source })?;
            }
            Plan::Store { incident: because, report: why } => {
                let is_correction = [&because, &why].into_iter().flatten().any(|reason| !reason.is_empty());
                if is_correction {
                    self.sent.corrected += 1;
                } else {
                    self.sent.new += 1;
                }
                for record in std::mem::take(&mut self.job.first) {
                    self.sent.actors += u64::from(matches!(record.kind, Some(pb::record::Kind::Actor(_))));
                    self.queue.push_back(Outgoing { record, line: 0, rows: 0 });
                }
                self.things(taken, row);
                for (record, reason) in [(incident, because), (report, why)] {
                    if let Some(reason) = reason {
                        self.push(pb::Record { reason, ..record }, row.at.line);
                    }
                }
                if self.job.scan.repeated.contains(&taken.id) {
                    self.held.sent(&taken.id, origin, hashes.0, hashes.1);
                }
            }
        }
        Ok(())
    }

    /// What the row speaks of and nobody has made yet.
    fn things(&mut self, taken: &Taken, row: &Row) {
        let Taken { place, claimant, attributed_to, against, .. } = taken;
        for thing in [place, claimant, attributed_to, against].into_iter().flatten() {
            let Thing::Named(named) = thing else { continue };
            let is_place = place.as_ref() == Some(thing);
            let mut chain = vec![named.clone()];
            while let Some(parent) = chain.last().and_then(Named::parent) {
                chain.push(parent);
            }
            let things = if is_place { &self.job.scan.places } else { &self.job.scan.actors };
            for named in chain.into_iter().rev() {
                let record = records::thing(&named, things);
                if things.is_held(&named) || !self.made.insert(record.name.clone()) {
                    continue;
                }
                if is_place {
                    self.sent.places += 1;
                } else {
                    self.sent.actors += 1;
                }
                self.queue.push_back(Outgoing { record, line: row.at.line, rows: 0 });
            }
        }
    }

    fn push(&mut self, record: pb::Record, line: u64) {
        let rows = std::mem::take(&mut self.done);
        self.queue.push_back(Outgoing { record, line, rows });
    }

    fn refused(&self, row: &Row, problem: &str) -> Failure {
        Failure::Import { problem: format!("{}:{}:{}: {problem}", self.job.label, row.at.line, row.at.column) }
    }

    fn changed(&self) -> Failure {
        Failure::Import { problem: format!("{}: the file changed while it was read; import it again", self.job.label) }
    }
}

impl Iterator for Sending<'_> {
    type Item = Result<Outgoing, Failure>;

    fn next(&mut self) -> Option<Result<Outgoing, Failure>> {
        match self.fill() {
            Ok(true) => self.queue.pop_front().map(Ok),
            Ok(false) => None,
            Err(failure) => Some(Err(failure)),
        }
    }
}
