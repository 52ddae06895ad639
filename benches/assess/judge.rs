//! Says what must come out, by the plainest loop: tables of truths by node, two comparisons for the window, row by row.
//!
//! This is the rule as an analyst would write it out by hand, and what the others are given to work with. It shares the labels
//! of nodes with the engine (`Membership`), and nothing of how rows are kept, weighed or counted.

use armistice::domain::selection::{Fact, Membership};
use armistice::domain::truth::Truth;
use jiff::Timestamp;

use crate::generator::{Answer, Column, Dataset, Draft, NEVER_AFTER, NEVER_BEFORE, NOT_GIVEN, Number, Query};

/// The bit of "yes".
pub(crate) const YES: u8 = 1;
/// The bit of "not no": alone it says "unknown".
pub(crate) const NOT_NO: u8 = 2;

/// Breach, no breach, undetermined.
pub(crate) type Counts = [u64; 3];

/// A reading worked out: the truth of each number, and the window's bounds.
#[derive(Debug)]
pub(crate) struct Rule {
    /// In the order of [`Column::ALL`].
    pub(crate) truths: [Option<Vec<u8>>; 6],
    pub(crate) window: Bounds,
}

/// Yes from `latest_start` to `earliest_end`, no before `earliest_start` and after `latest_end`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) earliest_start: i64,
    pub(crate) latest_start: i64,
    pub(crate) earliest_end: i64,
    pub(crate) latest_end: i64,
}

impl Bounds {
    fn truth(&self, earliest: i64, latest: i64) -> u8 {
        if earliest >= self.latest_start && latest <= self.earliest_end {
            YES | NOT_NO
        } else if latest <= self.earliest_start || earliest >= self.latest_end {
            0
        } else {
            NOT_NO
        }
    }
}

impl Rule {
    pub(crate) fn new(draft: &Draft, dataset: &Dataset) -> Rule {
        let truths = Column::ALL.map(|column| {
            let selection = draft.selections[column as usize].as_ref()?;
            let hierarchy = dataset.world.hierarchy(column);
            let membership = Membership::new(selection, hierarchy);
            let nodes = hierarchy.nodes().map(Fact::Node);
            Some(std::iter::once(Fact::Anything).chain(nodes).map(|fact| bits(membership.truth(&fact))).collect())
        });
        let window = draft.window.resolve(None);
        let second = |instant: Option<Timestamp>, open| instant.map_or(open, Timestamp::as_second);
        let window = Bounds {
            earliest_start: second(window.start.earliest, NEVER_BEFORE),
            latest_start: second(window.start.latest, NEVER_AFTER),
            earliest_end: second(window.end.earliest, NEVER_AFTER),
            latest_end: second(window.end.latest, NEVER_AFTER),
        };
        Rule { truths, window }
    }

    fn fact(&self, column: Column, number: Number) -> u8 {
        self.truths[column as usize].as_ref().map_or(YES | NOT_NO, |truths| truths[usize::from(number)])
    }

    fn row(&self, row: &Row) -> u8 {
        let (earliest, latest) = row.span;
        let start = row.occurrence & self.window.truth(earliest, latest);
        Column::ALL.into_iter().fold(start, |truth, column| {
            let own = self.fact(column, row.own[column as usize]);
            let dispute = row.dispute.filter(|dispute| dispute.column == column);
            truth & dispute.map_or(own, |dispute| weigh(own, self.fact(column, dispute.other)))
        })
    }
}

/// All yes: yes; all no: no; else unknown.
fn weigh(a: u8, b: u8) -> u8 {
    (a & b & YES) | ((a | b) & NOT_NO)
}

fn bits(truth: Truth) -> u8 {
    match truth {
        Truth::Yes => YES | NOT_NO,
        Truth::Unknown => NOT_NO,
        Truth::No => 0,
    }
}

/// What one report says of an incident, with what another sets beside it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) incident: usize,
    span: (i64, i64),
    /// In the order of [`Column::ALL`].
    pub(crate) own: [Number; 6],
    /// Bits of a truth.
    pub(crate) occurrence: u8,
    pub(crate) dispute: Option<Dispute>,
}

/// A value that is incompatible with a row's own, or "anything".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dispute {
    pub(crate) column: Column,
    pub(crate) other: Number,
}

/// The rows of an incident's first report and, where it is contested, of what answers it.
pub(crate) struct Weighing<'d> {
    dataset: &'d Dataset,
    above: Vec<Number>,
    /// For each pair of objects whether some class is both.
    share: Vec<Vec<bool>>,
}

impl<'d> Weighing<'d> {
    pub(crate) fn new(dataset: &'d Dataset) -> Weighing<'d> {
        let objects = dataset.world.hierarchy(Column::Object);
        let share = objects.nodes().map(|a| objects.nodes().map(|b| objects.share_below(a, b)).collect()).collect();
        Weighing { dataset, above: dataset.world.above_places(), share }
    }

    fn plain(&self, incident: usize) -> Row {
        let rows = &self.dataset.rows;
        Row {
            incident,
            span: (rows.earliest[incident], rows.latest[incident]),
            own: Column::ALL.map(|column| rows.column(column)[incident]),
            occurrence: YES | NOT_NO,
            dispute: None,
        }
    }

    /// The rows of a contested incident as they stand undisputed.
    pub(crate) fn contested(&self, incident: usize, answer: Answer) -> Vec<Row> {
        let first = self.plain(incident);
        let another = |column: Column, other: Number| {
            let own = first.own[column as usize];
            let mut second = first.clone();
            second.own[column as usize] = other;
            let disputed = own != NOT_GIVEN && other != NOT_GIVEN && !self.compatible(column, own, other);
            let beside = |other| disputed.then_some(Dispute { column, other });
            vec![Row { dispute: beside(other), ..first.clone() }, Row { dispute: beside(own), ..second }]
        };
        match answer {
            Answer::DeniesOccurred => vec![Row { occurrence: NOT_NO, ..first }],
            Answer::DeniesAuthor => {
                vec![Row { dispute: Some(Dispute { column: Column::Author, other: NOT_GIVEN }), ..first }]
            }
            Answer::AnotherPlace(place) => another(Column::Place, place),
            Answer::AnotherObject(object) => another(Column::Object, object),
        }
    }

    fn compatible(&self, column: Column, a: Number, b: Number) -> bool {
        match column {
            Column::Place => self.lies_in(a, b) || self.lies_in(b, a),
            _ => self.share[usize::from(a) - 1][usize::from(b) - 1],
        }
    }

    fn lies_in(&self, mut low: Number, high: Number) -> bool {
        while low != high && low != NOT_GIVEN {
            low = self.above[usize::from(low)];
        }
        low == high
    }
}

/// The three counts of every reading: of each report at its word, or, where some incidents are contested, undisputed.
pub(crate) fn expected(dataset: &Dataset, rules: &[Rule]) -> Vec<Counts> {
    let weighing = Weighing::new(dataset);
    let count = dataset.rows.len();
    rules
        .iter()
        .map(|rule| {
            let mut counts = [0; 3];
            let mut contested = dataset.contested.iter().peekable();
            for incident in 0..count {
                let truth = match contested.next_if(|(at, _)| *at == incident) {
                    None => rule.row(&weighing.plain(incident)),
                    Some((_, answer)) => {
                        weighing.contested(incident, *answer).iter().map(|row| rule.row(row)).fold(0, |a, b| a | b)
                    }
                };
                let verdict = match truth {
                    0 => 1,
                    NOT_NO => 2,
                    _ => 0,
                };
                counts[verdict] += 1;
            }
            counts
        })
        .collect()
}

/// How a question about time and place is put to tables: places are numbered downwards, so what lies in one is a range.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) first: Number,
    pub(crate) last: Number,
    /// What may lie in it: everything above it, and "not given".
    pub(crate) may: Vec<Number>,
}

impl Place {
    pub(crate) fn new(query: &Query, above: &[Number]) -> Place {
        let mut may = vec![NOT_GIVEN];
        let mut at = above[usize::from(query.place)];
        while at != NOT_GIVEN {
            may.push(at);
            at = above[usize::from(at)];
        }
        let within = |number: &Number| {
            let mut at = *number;
            while at != query.place && at != NOT_GIVEN {
                at = above[usize::from(at)];
            }
            at == query.place
        };
        let all: Vec<Number> = (0..above.len()).map(|n| Number::try_from(n).expect("small")).filter(within).collect();
        let (first, last) = (all[0], all[all.len() - 1]);
        assert_eq!(usize::from(last - first) + 1, all.len(), "places are numbered downwards");
        Place { first, last, may }
    }
}

/// How many incidents certainly fit each question, and how many only may.
pub(crate) fn fitting(dataset: &Dataset) -> Vec<[u64; 2]> {
    let above = dataset.world.above_places();
    let rows = &dataset.rows;
    dataset
        .queries
        .iter()
        .map(|query| {
            let place = Place::new(query, &above);
            let mut counts = [0; 2];
            for incident in 0..rows.len() {
                let (earliest, latest) = (rows.earliest[incident], rows.latest[incident]);
                if earliest >= query.to || latest <= query.from {
                    continue;
                }
                let number = rows.column(Column::Place)[incident];
                let inside = (place.first..=place.last).contains(&number);
                if inside && earliest != NEVER_BEFORE {
                    counts[0] += 1;
                } else if inside || place.may.contains(&number) {
                    counts[1] += 1;
                }
            }
            counts
        })
        .collect()
}
