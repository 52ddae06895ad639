//! Judges the rows of a part, sixty-four at a time, and makes of them what is asked: counts, or sets of incidents.

use std::ops::Range;

use super::bits::Bits;
use super::counter::{BLOCK, Counter, transpose};
use super::judge::{Judge, LANES, Steps};
use super::packed::{Numbers, PieceWords, Pieces, Words};
use super::part::Part;
use super::times::Instants;

/// Rows for which it pays to share the work among threads.
const ROWS_PER_THREAD_MIN: usize = 1 << 16;

/// All that is looked up while rows are judged.
struct Sheet<'p> {
    part: &'p Part,
    judge: &'p Judge<'p>,
    constant: u64,
    columns: Vec<(&'p Numbers, Words)>,
    from: End<'p>,
    to: End<'p>,
}

/// What is looked up for one end of a row's time.
struct End<'p> {
    instants: &'p Instants,
    steps: &'p Steps,
    /// Of many rows.
    pieces: Option<(&'p Pieces, PieceWords<'p>)>,
}

impl Part {
    /// Of the incidents in `base`, for how many each truth bit holds. Sets are by the part's own numbers, here and below.
    pub(super) fn count(&self, judge: &Judge<'_>, base: &Bits) -> [u64; 64] {
        let counters = self.blocks(judge, base, Counter::default, |counter, words| {
            if let Some(words) = words {
                counter.add(words);
            }
        });
        let mut counts = [0; 64];
        for counter in counters {
            counter.totals().iter().zip(&mut counts).for_each(|(more, count)| *count += more);
        }
        counts
    }

    /// For each of the first `lanes` readings: of the incidents in `base`, those that are yes, and those that are not no.
    pub(super) fn sets(&self, judge: &Judge<'_>, base: &Bits, lanes: usize) -> Vec<(Bits, Bits)> {
        let parts = self.blocks(judge, base, Vec::new, |squares: &mut Vec<[u64; BLOCK]>, words| {
            let mut square = words.copied().unwrap_or([0; BLOCK]);
            transpose(&mut square);
            squares.push(square);
        });
        let lane = |lane: usize| {
            let words: Vec<u64> = parts.iter().flatten().map(|square| square[lane]).collect();
            Bits::prefix(&words, base.length())
        };
        (0..lanes).map(|reading| (lane(reading), lane(LANES + reading))).collect()
    }

    /// Of the incidents in `base`, those that are yes, and those that are not no, under the first reading.
    pub(super) fn set(&self, judge: &Judge<'_>, base: &Bits) -> (Bits, Bits) {
        let parts = self.blocks(judge, base, Vec::new, |pairs: &mut Vec<(u64, u64)>, words| {
            let is_open = |words: &&[u64; BLOCK]| words.iter().fold(0, |any, word| any | word) != 0;
            let gathered = words.filter(is_open).map_or((0, 0), |words| {
                words
                    .iter()
                    .enumerate()
                    .fold((0, 0), |(yes, not_no), (i, word)| (yes | (word & 1) << i, not_no | (word >> LANES & 1) << i))
            });
            pairs.push(gathered);
        });
        let (yes, not_no): (Vec<u64>, Vec<u64>) = parts.into_iter().flatten().unzip();
        (Bits::prefix(&yes, base.length()), Bits::prefix(&not_no, base.length()))
    }

    /// Judges the incidents in `base` block by block; `None` stands for a block of which none is in it. Each thread has a state of its
    /// own; they come back in the order of the blocks.
    fn blocks<S: Send>(
        &self,
        judge: &Judge<'_>,
        base: &Bits,
        state: impl Fn() -> S + Sync,
        each: impl Fn(&mut S, Option<&[u64; BLOCK]>) + Sync,
    ) -> Vec<S> {
        let sheet = Sheet::new(self, judge);
        let blocks = base.length().div_ceil(BLOCK);
        let work = |range: Range<usize>| {
            let mut state = state();
            let mut held = Held { block: usize::MAX, words: [0; BLOCK] };
            for block in range {
                let wanted = base.word(block);
                let words = (wanted != 0).then(|| sheet.block(block, wanted, &mut held));
                each(&mut state, words.as_ref());
            }
            state
        };
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = (self.columns.rows() / ROWS_PER_THREAD_MIN).clamp(1, processors);
        if threads == 1 {
            return vec![work(0..blocks)];
        }
        let share = blocks.div_ceil(threads);
        let work = &work;
        std::thread::scope(|scope| {
            let ranges = (1..threads).map(|i| (i * share).min(blocks)..((i + 1) * share).min(blocks));
            let others: Vec<_> = ranges.map(|range| scope.spawn(move || work(range))).collect();
            let mut states = vec![work(0..share.min(blocks))];
            for other in others {
                states.push(other.join().unwrap_or_else(|defect| std::panic::resume_unwind(defect)));
            }
            states
        })
    }
}

/// The block of rows that was judged last, for incidents with several.
struct Held {
    block: usize,
    words: [u64; BLOCK],
}

impl<'p> Sheet<'p> {
    fn new(part: &'p Part, judge: &'p Judge<'p>) -> Sheet<'p> {
        let of_part = judge.of_part(part);
        let mut constant = !0;
        let mut columns = Vec::new();
        for column in part.columns.iter() {
            match column.words(&of_part) {
                Words::Constant(word) => constant &= word,
                words => columns.push((&column.numbers, words)),
            }
        }
        let end = |instants, steps, pieces: &'p Option<Pieces>| End {
            instants,
            steps,
            pieces: pieces.as_ref().map(|pieces| (pieces, pieces.words(steps))),
        };
        let from = end(&part.from, &judge.from, &part.ends.from);
        let to = end(&part.to, &judge.to, &part.ends.to);
        Sheet { part, judge, constant, columns, from, to }
    }

    /// The words of a block's incidents; of those that are not wanted, none.
    fn block(&self, block: usize, wanted: u64, held: &mut Held) -> [u64; BLOCK] {
        let mut words = [0; BLOCK];
        match &self.part.starts {
            None => {
                self.rows(block, &mut words);
                if wanted != !0 {
                    for (i, word) in words.iter_mut().enumerate() {
                        *word &= 0u64.wrapping_sub(wanted >> i & 1);
                    }
                }
            }
            Some(_) => {
                let is_wanted = |i: &usize| wanted >> i & 1 == 1;
                for i in (0..BLOCK).filter(is_wanted) {
                    for row in self.part.rows_of(block * BLOCK + i) {
                        if row / BLOCK != held.block {
                            held.block = row / BLOCK;
                            self.rows(held.block, &mut held.words);
                        }
                        words[i] |= held.words[row % BLOCK];
                    }
                }
            }
        }
        words
    }

    /// The words of a block's rows.
    fn rows(&self, block: usize, words: &mut [u64; BLOCK]) {
        let start = block * BLOCK;
        let end = (start + BLOCK).min(self.part.columns.rows());
        let rows = &mut words[..end - start];
        let from = self.from.of_block(block);
        let to = self.to.of_block(block);
        let constant = self.constant & from.unwrap_or(!0) & to.unwrap_or(!0);
        rows.fill(constant);
        // Rows of several times have the word of these in the end, whatever their own time says here.
        let mut odd = self.part.odd_times.within(start..end).peekable();
        if constant == 0 && odd.peek().is_none() {
            return;
        }
        for (numbers, of_column) in &self.columns {
            of_column.look_up(numbers, start, rows);
        }
        // Most blocks have nothing that a narrow filter asks for.
        let is_open = rows.iter().fold(0, |any, row| any | row) != 0;
        if is_open && from.is_none() {
            self.from.look_up(block, start, rows);
        }
        if is_open && to.is_none() {
            self.to.look_up(block, start, rows);
        }
        for (row, times) in odd {
            rows[row - start] = self.said(row) & self.judge.odd_time(times);
        }
    }

    /// What a row says, apart from its time.
    fn said(&self, row: usize) -> u64 {
        self.columns.iter().fold(self.constant, |word, (numbers, words)| word & words.of(numbers.of(row)))
    }
}

impl End<'_> {
    /// The word that all rows of a block have, if that is known.
    fn of_block(&self, block: usize) -> Option<u64> {
        self.pieces.as_ref().and_then(|(pieces, words)| words.of_block(pieces, block))
    }

    fn look_up(&self, block: usize, start: usize, rows: &mut [u64]) {
        match &self.pieces {
            Some((pieces, words)) => words.look_up(pieces, block, start, self.instants, rows),
            None => {
                for (i, row) in rows.iter_mut().enumerate().filter(|(_, row)| **row != 0) {
                    *row &= self.steps.at(self.instants.at(start + i));
                }
            }
        }
    }
}
