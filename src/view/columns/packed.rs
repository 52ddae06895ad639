//! The rows of a table as narrow columns, and how they are judged under many readings at once.
//!
//! ```text
//!  a word of truths     bit r: yes under reading r        bit 32 + r: not no under reading r
//!  a column             one small number a row            a table: number ─► word
//!  a row's word         the and of a word of each column, and of two words for its time
//!  an incident's word   the or of its rows' words
//! ```
//!
//! Columns of which few combinations occur are one column of combinations. A time is the number of an even piece of the span that all
//! times lie in; only where a bound of some window falls inside the piece is the instant itself looked at.

use std::ops::Range;

use super::bits::Bits;
use super::judge::{Judge, LANES, Steps};
use super::rows::Rows;
use super::table::{Dimension, Table};

/// How many rows are judged at a time: as many as a word of a set of rows has bits.
const BLOCK: usize = 64;

/// The most combinations that one column stands for: their table of words stays in the fastest memory.
const COMBINATIONS_MAX: usize = MEDIUM;

/// The most pairs that are tried for a column of combinations.
const PAIRS_MAX: usize = 1 << 20;

/// The sizes of tables of words.
const SMALL: usize = 1 << 8;
const MEDIUM: usize = 1 << 12;

/// Into how many pieces the span of all times is cut.
const PIECES: usize = 2048;

/// The piece of a time that is open.
const OPEN: u16 = 0;

/// Rows for which it pays to share the work among threads.
const ROWS_PER_THREAD_MIN: usize = 1 << 16;

/// The rows of a table as narrow columns.
#[derive(Debug)]
pub(super) struct Packed {
    columns: Vec<Column>,
    from: Pieces,
    to: Pieces,
}

/// One column: what some dimensions say together.
#[derive(Debug)]
struct Column {
    dimensions: Vec<Dimension>,
    /// For each combination, what each of the dimensions says, as numbers of their dictionaries.
    combinations: Vec<Vec<u32>>,
    numbers: Numbers,
}

/// A combination for each row, as wide as it must be.
#[derive(Debug)]
enum Numbers {
    Small(Vec<u8>),
    Medium(Vec<u16>),
    Wide(Vec<u32>),
}

/// The words of a column's combinations.
#[derive(Debug)]
enum Words {
    /// Every combination has the same.
    Constant(u64),
    Small(Box<[u64; SMALL]>),
    Medium(Box<[u64; MEDIUM]>),
    Wide(Vec<u64>),
}

/// One end of the rows' times.
#[derive(Debug)]
struct Pieces {
    /// The instant at which the first piece begins.
    origin: i64,
    /// A piece is two to this power long.
    shift: u32,
    /// What an open end is written as.
    open: i64,
    pieces: Vec<u16>,
    of_block: Vec<BlockPieces>,
}

/// The pieces in which a block's times lie.
#[derive(Debug, Clone, Copy)]
struct BlockPieces {
    /// The least and the greatest, open ones aside; the other way round where all are open.
    least: u16,
    greatest: u16,
    /// Whether some are open.
    some_open: bool,
}

/// The words of one end's pieces.
struct PieceWords<'j> {
    words: Box<[u64; MEDIUM]>,
    /// How many of the pieces before each have a step inside.
    mixed_before: Vec<u16>,
    steps: &'j Steps,
}

/// All that is looked up while rows are judged.
struct Sheet<'p> {
    table: &'p Table,
    from_instants: &'p [i64],
    to_instants: &'p [i64],
    constant: u64,
    columns: Vec<(&'p Numbers, Words)>,
    from: (&'p Pieces, PieceWords<'p>),
    to: (&'p Pieces, PieceWords<'p>),
    /// The rows whose times are several, or too far away for a number, with the words of their times.
    odd: Vec<(usize, u64)>,
}

impl Packed {
    pub(super) fn of(rows: &Rows) -> Packed {
        let slots = rows.slots();
        let mut columns: Vec<Column> = Vec::new();
        let mut combining = Combining::new(slots);
        for dimension in Dimension::ALL {
            let values = Dense::of(&rows.numbers_of(dimension));
            if !combining.add(dimension, &values) {
                columns.push(combining.done());
                combining = Combining::alone(dimension, values);
            }
        }
        columns.push(combining.done());
        let (from, to) = rows.instants();
        Packed { columns, from: Pieces::of(from, i64::MIN), to: Pieces::of(to, i64::MAX) }
    }

    /// What a row says in a dimension, as a number of its dictionary.
    pub(super) fn number(&self, dimension: Dimension, slot: usize) -> u32 {
        let found = self.columns.iter().find_map(|column| {
            let at = column.dimensions.iter().position(|of| *of == dimension)?;
            Some(column.combinations[column.numbers.of(slot)][at])
        });
        found.expect("every dimension is in one column")
    }

    /// Of the incidents in `base`, for how many each truth bit holds.
    pub(super) fn count(&self, judge: &Judge<'_>, table: &Table, base: &Bits) -> [u64; 64] {
        let counters = self.blocks(judge, table, Some(base), Counter::default, |counter, words| counter.add(words));
        let mut counts = [0; 64];
        for counter in counters {
            counter.totals().iter().zip(&mut counts).for_each(|(more, count)| *count += more);
        }
        counts
    }

    /// For each of the first `lanes` readings: the incidents that are yes, and those that are not no.
    pub(super) fn sets(&self, judge: &Judge<'_>, table: &Table, lanes: usize) -> Vec<(Bits, Bits)> {
        let parts = self.blocks(judge, table, None, Vec::new, |squares: &mut Vec<[u64; BLOCK]>, words| {
            let mut square = *words;
            transpose(&mut square);
            squares.push(square);
        });
        let lane = |lane: usize| {
            let words: Vec<u64> = parts.iter().flatten().map(|square| square[lane]).collect();
            Bits::prefix(&words, table.groups())
        };
        (0..lanes).map(|reading| (lane(reading), lane(LANES + reading))).collect()
    }

    /// The incidents that are yes, and those that are not no, under the first reading.
    pub(super) fn set(&self, judge: &Judge<'_>, table: &Table) -> (Bits, Bits) {
        let parts = self.blocks(judge, table, None, Vec::new, |pairs: &mut Vec<(u64, u64)>, words| {
            let is_open = words.iter().fold(0, |any, word| any | word) != 0;
            let gathered =
                words.iter().enumerate().filter(|_| is_open).fold((0, 0), |(yes, not_no), (i, word)| {
                    (yes | (word & 1) << i, not_no | (word >> LANES & 1) << i)
                });
            pairs.push(gathered);
        });
        let (yes, not_no): (Vec<u64>, Vec<u64>) = parts.into_iter().flatten().unzip();
        (Bits::prefix(&yes, table.groups()), Bits::prefix(&not_no, table.groups()))
    }

    /// Judges all incidents block by block. Each thread has a state of its own; they come back in the order of the blocks.
    fn blocks<S: Send>(
        &self,
        judge: &Judge<'_>,
        table: &Table,
        base: Option<&Bits>,
        state: impl Fn() -> S + Sync,
        each: impl Fn(&mut S, &[u64; BLOCK]) + Sync,
    ) -> Vec<S> {
        let sheet = Sheet::new(self, judge, table);
        let blocks = table.groups().div_ceil(BLOCK);
        let work = |range: Range<usize>| {
            let mut state = state();
            let mut next = table.further().partition_point(|group| (*group as usize) < range.start * BLOCK);
            let mut next_odd = sheet.odd.partition_point(|(slot, _)| *slot < range.start * BLOCK);
            for block in range {
                let wanted = base.map_or(!0, |base| base.word(block));
                each(&mut state, &sheet.block(block, wanted, &mut next, &mut next_odd));
            }
            state
        };
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = (table.slots() / ROWS_PER_THREAD_MIN).clamp(1, processors);
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

impl<'p> Sheet<'p> {
    fn new(packed: &'p Packed, judge: &'p Judge<'_>, table: &'p Table) -> Sheet<'p> {
        let mut constant = !0;
        let mut columns = Vec::new();
        for column in &packed.columns {
            match column.words(judge) {
                Words::Constant(word) => constant &= word,
                words => columns.push((&column.numbers, words)),
            }
        }
        let odd = table.odd_times().iter().map(|(slot, times)| (*slot, judge.odd_time(times))).collect();
        let (from_instants, to_instants) = table.instants();
        let from = (&packed.from, packed.from.words(&judge.from));
        let to = (&packed.to, packed.to.words(&judge.to));
        Sheet { table, from_instants, to_instants, constant, columns, from, to, odd }
    }

    /// The words of a block's incidents; of those that are not wanted, none. `next` and `next_odd` walk along the further rows and the
    /// odd ones.
    fn block(&self, block: usize, wanted: u64, next: &mut usize, next_odd: &mut usize) -> [u64; BLOCK] {
        let start = block * BLOCK;
        let end = (start + BLOCK).min(self.table.groups());
        let mut words = [0; BLOCK];
        if wanted != 0 {
            let rows = &mut words[..end - start];
            let from = self.from.1.of_block(self.from.0, block);
            let to = self.to.1.of_block(self.to.0, block);
            let constant = self.constant & from.unwrap_or(!0) & to.unwrap_or(!0);
            if constant != 0 {
                rows.fill(constant);
                for (numbers, of_column) in &self.columns {
                    of_column.look_up(numbers, start, rows);
                }
                // Most blocks have nothing that a narrow filter asks for.
                let is_open = rows.iter().fold(0, |any, row| any | row) != 0;
                if is_open && from.is_none() {
                    self.from.1.look_up(self.from.0, block, start, self.from_instants, rows);
                }
                if is_open && to.is_none() {
                    self.to.1.look_up(self.to.0, block, start, self.to_instants, rows);
                }
            }
        }
        while let Some((slot, _)) = self.odd.get(*next_odd).filter(|(slot, _)| *slot < end) {
            if wanted >> (slot - start) & 1 == 1 {
                words[slot - start] = self.row(*slot);
            }
            *next_odd += 1;
        }
        let further = self.table.further();
        while let Some(group) = further.get(*next).map(|group| *group as usize).filter(|group| *group < end) {
            if wanted >> (group - start) & 1 == 1 {
                words[group - start] |= self.row(self.table.groups() + *next);
            }
            *next += 1;
        }
        if wanted != !0 {
            for (i, word) in words.iter_mut().enumerate() {
                *word &= 0u64.wrapping_sub(wanted >> i & 1);
            }
        }
        words
    }

    /// The word of one row.
    fn row(&self, slot: usize) -> u64 {
        let said = self.columns.iter().fold(self.constant, |word, (numbers, words)| word & words.of(numbers.of(slot)));
        let time = match self.odd.binary_search_by_key(&slot, |(odd, _)| *odd) {
            Ok(at) => self.odd[at].1,
            Err(_) => self.from.1.steps.at(self.from_instants[slot]) & self.to.1.steps.at(self.to_instants[slot]),
        };
        said & time
    }
}

impl Column {
    /// The word of each combination: what all its dimensions say.
    fn words(&self, judge: &Judge<'_>) -> Words {
        let asked: Vec<(usize, &[u64])> =
            self.dimensions.iter().enumerate().filter_map(|(i, d)| Some((i, judge.words(*d)?))).collect();
        if asked.is_empty() {
            return Words::Constant(!0);
        }
        let word = |says: &Vec<u32>| asked.iter().fold(!0, |word, (i, words)| word & words[says[*i] as usize]);
        let words: Vec<u64> = self.combinations.iter().map(word).collect();
        match words.first() {
            Some(first) if words.iter().all(|word| word == first) => Words::Constant(*first),
            None => Words::Constant(!0),
            Some(_) => match self.numbers {
                Numbers::Small(_) => Words::Small(padded(words)),
                Numbers::Medium(_) => Words::Medium(padded(words)),
                Numbers::Wide(_) => Words::Wide(words),
            },
        }
    }
}

impl Numbers {
    fn of(&self, slot: usize) -> usize {
        match self {
            Numbers::Small(numbers) => numbers[slot].into(),
            Numbers::Medium(numbers) => numbers[slot].into(),
            Numbers::Wide(numbers) => numbers[slot] as usize,
        }
    }

    /// As narrow as they can be.
    fn narrow(numbers: Vec<u32>, count: usize) -> Numbers {
        if count <= SMALL {
            Numbers::Small(numbers.into_iter().map(|n| u8::try_from(n).expect("below 256")).collect())
        } else if count <= MEDIUM {
            Numbers::Medium(numbers.into_iter().map(|n| u16::try_from(n).expect("below 4096")).collect())
        } else {
            Numbers::Wide(numbers)
        }
    }
}

impl Words {
    fn of(&self, number: usize) -> u64 {
        match self {
            Words::Constant(word) => *word,
            Words::Small(words) => words[number],
            Words::Medium(words) => words[number],
            Words::Wide(words) => words[number],
        }
    }

    /// Takes from the rows' words what this column says is not so.
    fn look_up(&self, numbers: &Numbers, start: usize, rows: &mut [u64]) {
        match (self, numbers) {
            (Words::Small(words), Numbers::Small(numbers)) => {
                rows.iter_mut().zip(&numbers[start..]).for_each(|(row, number)| *row &= words[usize::from(*number)]);
            }
            (Words::Medium(words), Numbers::Medium(numbers)) => {
                let rows = rows.iter_mut().zip(&numbers[start..]);
                rows.for_each(|(row, number)| *row &= words[usize::from(*number) % MEDIUM]);
            }
            _ => rows.iter_mut().enumerate().for_each(|(i, row)| *row &= self.of(numbers.of(start + i))),
        }
    }
}

impl Pieces {
    /// Cuts the span of all instants into even pieces; `open` stands for no instant.
    fn of(instants: &[i64], open: i64) -> Pieces {
        let given = || instants.iter().filter(|instant| **instant != open);
        let origin = given().min().copied().unwrap_or(0);
        let span = given().max().map_or(0, |last| last.wrapping_sub(origin).cast_unsigned());
        let used = u64::BITS - span.leading_zeros();
        let shift = used.saturating_sub(PIECES.ilog2());
        let piece = |instant: &i64| match *instant == open {
            true => OPEN,
            false => {
                u16::try_from(1 + (instant.wrapping_sub(origin).cast_unsigned() >> shift)).expect("at most PIECES")
            }
        };
        let pieces: Vec<u16> = instants.iter().map(piece).collect();
        let ends = |block: &[u16]| {
            let given = || block.iter().copied().filter(|piece| *piece != OPEN);
            BlockPieces {
                least: given().min().unwrap_or(u16::MAX),
                greatest: given().max().unwrap_or(OPEN),
                some_open: block.contains(&OPEN),
            }
        };
        let of_block = pieces.chunks(BLOCK).map(ends).collect();
        Pieces { origin, shift, open, pieces, of_block }
    }

    /// The word of each piece; of one with a step inside, what any of its instants has.
    fn words<'j>(&self, steps: &'j Steps) -> PieceWords<'j> {
        let mut words = vec![steps.at(self.open)];
        let mut mixed_before = vec![0, 0];
        for piece in 0..=PIECES {
            let offset = |piece: usize| u64::try_from(piece).ok().and_then(|p| p.checked_mul(1 << self.shift));
            let at = |offset: u64| self.origin.checked_add_unsigned(offset);
            let first = offset(piece).and_then(at).unwrap_or(i64::MAX);
            let last = offset(piece + 1).and_then(at).map_or(i64::MAX, |next| next.saturating_sub(1));
            let any = steps.any_within(first, last);
            let is_mixed = steps.index(first) != steps.index(last);
            words.push(any);
            mixed_before.push(mixed_before[piece + 1] + u16::from(is_mixed));
        }
        PieceWords { words: padded(words), mixed_before, steps }
    }
}

impl PieceWords<'_> {
    /// The word that all rows of a block have, if all lie in one piece without a step.
    fn of_block(&self, pieces: &Pieces, block: usize) -> Option<u64> {
        let BlockPieces { least, greatest, some_open } = pieces.of_block[block];
        (least == greatest && !some_open && !self.is_mixed(least, greatest)).then(|| self.words[usize::from(least)])
    }

    fn is_mixed(&self, least: u16, greatest: u16) -> bool {
        least <= greatest && self.mixed_before[usize::from(greatest) + 1] != self.mixed_before[usize::from(least)]
    }

    fn look_up(&self, pieces: &Pieces, block: usize, start: usize, instants: &[i64], rows: &mut [u64]) {
        let of_rows = &pieces.pieces[start..start + rows.len()];
        for (row, piece) in rows.iter_mut().zip(of_rows) {
            *row &= self.words[usize::from(*piece) % MEDIUM];
        }
        let BlockPieces { least, greatest, .. } = pieces.of_block[block];
        if !self.is_mixed(least, greatest) {
            return;
        }
        for (i, (row, piece)) in rows.iter_mut().zip(of_rows).enumerate() {
            if *row != 0 && self.is_mixed(*piece, *piece) {
                *row &= self.steps.at(instants[start + i]);
            }
        }
    }
}

/// What one dimension says of each row, as small numbers without gaps.
struct Dense {
    numbers: Vec<u32>,
    /// What each number stands for in the dictionary.
    values: Vec<u32>,
}

impl Dense {
    fn of(values: &[u32]) -> Dense {
        const NEW: u32 = u32::MAX;
        let length = values.iter().max().map_or(0, |most| *most as usize + 1);
        let mut dense = vec![NEW; length];
        let mut used = Vec::new();
        let number = |value: &u32| {
            let number = &mut dense[*value as usize];
            if *number == NEW {
                *number = u32::try_from(used.len()).expect("no more than there are values");
                used.push(*value);
            }
            *number
        };
        Dense { numbers: values.iter().map(number).collect(), values: used }
    }
}

/// A column of combinations that is being made.
struct Combining {
    dimensions: Vec<Dimension>,
    combinations: Vec<Vec<u32>>,
    numbers: Vec<u32>,
}

impl Combining {
    fn new(slots: usize) -> Combining {
        Combining { dimensions: Vec::new(), combinations: vec![Vec::new()], numbers: vec![0; slots] }
    }

    fn alone(dimension: Dimension, dense: Dense) -> Combining {
        let combinations = dense.values.into_iter().map(|value| vec![value]).collect();
        Combining { dimensions: vec![dimension], combinations, numbers: dense.numbers }
    }

    /// Adds a dimension; false, and nothing is added, if that makes too many combinations.
    fn add(&mut self, dimension: Dimension, dense: &Dense) -> bool {
        const NEW: u32 = u32::MAX;
        let pairs = self.combinations.len() * dense.values.len();
        if pairs > PAIRS_MAX {
            return false;
        }
        let mut of_pair = vec![NEW; pairs];
        let mut combinations: Vec<Vec<u32>> = Vec::new();
        let mut numbers = Vec::with_capacity(self.numbers.len());
        for (combination, value) in self.numbers.iter().zip(&dense.numbers) {
            let pair = &mut of_pair[*combination as usize * dense.values.len() + *value as usize];
            if *pair == NEW {
                if combinations.len() == COMBINATIONS_MAX {
                    return false;
                }
                *pair = u32::try_from(combinations.len()).expect("few combinations");
                let mut says = self.combinations[*combination as usize].clone();
                says.push(dense.values[*value as usize]);
                combinations.push(says);
            }
            numbers.push(*pair);
        }
        self.dimensions.push(dimension);
        self.combinations = combinations;
        self.numbers = numbers;
        true
    }

    fn done(self) -> Column {
        let numbers = Numbers::narrow(self.numbers, self.combinations.len());
        Column { dimensions: self.dimensions, combinations: self.combinations, numbers }
    }
}

/// Counts, for each bit of many words, in how many it is set: each plane holds one binary digit of sixty-four counts.
#[derive(Debug, Default)]
struct Counter {
    /// The digits for one, two, four, eight and sixteen.
    digits: [u64; 4],
    totals: Vec<u64>,
    /// The digits from sixteen on, of the words not yet in the totals.
    high: [u64; 16],
    blocks: u32,
}

/// After so many blocks the digits may be full.
const BLOCKS_TO_TOTALS: u32 = 1 << 12;

impl Counter {
    fn add(&mut self, words: &[u64; BLOCK]) {
        for sixteen in words.chunks_exact(16) {
            let [mut ones, mut twos, mut fours, mut eights] = self.digits;
            let mut eighths = [0; 2];
            for (eight, carried) in sixteen.chunks_exact(8).zip(&mut eighths) {
                let mut quarters = [0; 2];
                for (four, carried) in eight.chunks_exact(4).zip(&mut quarters) {
                    let (a, b);
                    (ones, a) = sum(ones, four[0], four[1]);
                    (ones, b) = sum(ones, four[2], four[3]);
                    (twos, *carried) = sum(twos, a, b);
                }
                (fours, *carried) = sum(fours, quarters[0], quarters[1]);
            }
            let mut carry;
            (eights, carry) = sum(eights, eighths[0], eighths[1]);
            self.digits = [ones, twos, fours, eights];
            for digit in &mut self.high {
                if carry == 0 {
                    break;
                }
                (*digit, carry) = (*digit ^ carry, *digit & carry);
            }
        }
        self.blocks += 1;
        if self.blocks == BLOCKS_TO_TOTALS {
            self.empty();
        }
    }

    /// Puts the digits into the totals.
    fn empty(&mut self) {
        self.totals.resize(64, 0);
        for (power, digit) in self.digits.iter().chain(&self.high).enumerate() {
            for (bit, total) in self.totals.iter_mut().enumerate() {
                *total += (digit >> bit & 1) << power;
            }
        }
        (self.digits, self.high, self.blocks) = ([0; 4], [0; 16], 0);
    }

    fn totals(mut self) -> Vec<u64> {
        self.empty();
        self.totals
    }
}

/// For each bit, the sum of three and what is carried.
fn sum(a: u64, b: u64, c: u64) -> (u64, u64) {
    let half = a ^ b;
    (half ^ c, a & b | half & c)
}

/// Turns a square of bits so that bit j of word i becomes bit i of word j.
fn transpose(square: &mut [u64; BLOCK]) {
    let mut width = BLOCK / 2;
    let mut mask = !0u64 >> width;
    while width != 0 {
        for first in 0..BLOCK {
            if first & width == 0 {
                let moved = (square[first] >> width ^ square[first + width]) & mask;
                square[first] ^= moved << width;
                square[first + width] ^= moved;
            }
        }
        width /= 2;
        mask ^= mask << width;
    }
}

/// The words, with nothing behind them.
fn padded<const LENGTH: usize>(mut words: Vec<u64>) -> Box<[u64; LENGTH]> {
    words.resize(LENGTH, 0);
    words.into_boxed_slice().try_into().expect("it has the length that it was given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_turned_and_counted() {
        let mut square: [u64; BLOCK] = std::array::from_fn(|i| {
            (i as u64 + 3).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(u32::try_from(i).unwrap_or(0))
        });
        let before = square;
        transpose(&mut square);
        for (i, word) in before.iter().enumerate() {
            for (j, turned) in square.iter().enumerate() {
                assert_eq!(word >> j & 1, turned >> i & 1, "{i} {j}");
            }
        }
        let mut counter = Counter::default();
        let times = BLOCKS_TO_TOTALS as u64 + 7;
        (0..times).for_each(|_| counter.add(&before));
        let expected: Vec<u64> = square.iter().map(|turned| u64::from(turned.count_ones()) * times).collect();
        assert_eq!(counter.totals(), expected);
    }

    #[test]
    fn pieces_hold_every_instant_and_words_follow_the_steps() {
        let instants: Vec<i64> = (0..500)
            .map(|i: i64| i.wrapping_mul(0x1234_5678_9ABC_DEF1) >> (i % 7 * 8))
            .chain([i64::MIN, 5, 5])
            .collect();
        let pieces = Pieces::of(&instants, i64::MIN);
        let steps =
            Steps::new(0b1, vec![(-(1 << 60), 0b10, true), (5, 0b100, true), (6, 0b1, false), (1 << 50, 0b1000, true)]);
        let words = pieces.words(&steps);
        for start in (0..instants.len()).step_by(BLOCK) {
            let end = (start + BLOCK).min(instants.len());
            let mut rows = vec![!0; end - start];
            words.look_up(&pieces, start / BLOCK, start, &instants, &mut rows);
            for (row, instant) in rows.iter().zip(&instants[start..end]) {
                assert_eq!(*row, steps.at(*instant), "{instant}");
            }
            if let Some(word) = words.of_block(&pieces, start / BLOCK) {
                assert!(rows.iter().all(|row| *row == word));
            }
        }
    }
}
