//! The rows of a part as narrow columns, and the words that are looked up for them.
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

use std::collections::HashMap;

use super::bits::Ones;
use super::counter::BLOCK;
use super::dictionary::SET;
use super::judge::{OfPart, Steps};
use super::rows::Rows;
use super::said::Dimension;
use super::times::Instants;

/// The most combinations that one column stands for: their table of words stays in the fastest memory.
const COMBINATIONS_MAX: usize = NARROW;

/// The most pairs that are tried for a column of combinations.
const PAIRS_MAX: usize = 1 << 20;

/// The size of a table of words that a narrow column is looked up in.
pub(super) const NARROW: usize = 1 << 12;

/// Into how many pieces the span of all times is cut.
const PIECES: usize = 2048;

/// The piece of a time that is open.
const OPEN: u16 = 0;

/// For fewer rows than these, words of pieces cost more than they save; where defects are looked for, small dossiers try both ways.
const ROWS_IN_PIECES_MIN: usize = if cfg!(debug_assertions) { 4 } else { 1 << 10 };

/// What rows say, apart from their times.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<Column>,
    rows: usize,
}

/// The ends of rows' times in pieces; none of few rows.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) from: Option<Pieces>,
    pub(super) to: Option<Pieces>,
}

/// One column: what some dimensions say together.
#[derive(Debug)]
pub(super) struct Column {
    dimensions: Vec<Dimension>,
    /// For each of the dimensions, what each combination says, as numbers of its dictionary.
    says: Vec<Vec<u32>>,
    combinations: usize,
    pub(super) numbers: Numbers,
}

/// What each row says in one dimension.
#[derive(Debug)]
pub(in crate::view) struct Reader<'c> {
    column: &'c Column,
    at: usize,
}

/// A combination for each row, as wide as it must be.
#[derive(Debug)]
pub(super) enum Numbers {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

/// The words of a column's combinations.
#[derive(Debug)]
pub(super) enum Words {
    /// Every combination has the same.
    Constant(u64),
    /// The word of each.
    Each(Vec<u64>),
}

/// One end of the rows' times.
#[derive(Debug)]
pub(super) struct Pieces {
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
    /// The rows whose end is open, a bit each.
    open: u64,
}

/// One end of a block's rows, where all have the same word, or all that are not open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alike {
    /// The word of all rows but these.
    pub(super) word: u64,
    /// The rows that have another, a bit each.
    pub(super) open: u64,
    /// The word of those.
    pub(super) word_of_open: u64,
}

/// The words of one end's pieces.
pub(super) struct PieceWords<'j> {
    words: Box<[u64; NARROW]>,
    /// 1 for a piece with a step inside, else 0.
    mixed: Box<[u8; NARROW]>,
    /// How many of the pieces before each have a step inside.
    mixed_before: Vec<u16>,
    /// How many of the pieces up to each have another word than the piece before.
    changes: Vec<u16>,
    /// How many steps there are up to the beginning of each piece.
    steps_before: Vec<usize>,
    steps: &'j Steps,
}

impl Columns {
    /// Takes what rows say.
    pub(super) fn of(rows: &mut Rows) -> Columns {
        let slots = rows.slots();
        let mut columns: Vec<Column> = Vec::new();
        let mut combining = Combining::new(slots);
        for dimension in Dimension::ALL {
            let values = Dense::of(rows.take(dimension));
            if !combining.add(dimension, &values) {
                columns.push(combining.done());
                combining = Combining::alone(dimension, values);
            }
        }
        columns.push(combining.done());
        Columns { columns, rows: slots }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The columns.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter()
    }

    /// What each row says in a dimension.
    pub(super) fn reader(&self, dimension: Dimension) -> Reader<'_> {
        let found = self.columns.iter().find_map(|column| {
            let at = column.dimensions.iter().position(|of| *of == dimension)?;
            Some(Reader { column, at })
        });
        found.expect("every dimension is in one column")
    }
}

impl Reader<'_> {
    /// What a row says, as a number of the dictionary.
    pub(in crate::view) fn number(&self, row: usize) -> u32 {
        self.column.says[self.at][self.column.numbers.of(row)]
    }
}

impl Ends {
    /// Cuts the spans of both ends into pieces.
    pub(super) fn of(from: &[i64], to: &[i64]) -> Ends {
        let is_many = from.len() >= ROWS_IN_PIECES_MIN;
        let pieces = |instants, open| is_many.then(|| Pieces::of(instants, open));
        Ends { from: pieces(from, i64::MIN), to: pieces(to, i64::MAX) }
    }
}

impl Column {
    /// The word of each combination: what all its dimensions say.
    pub(super) fn words(&self, of_part: &OfPart<'_>) -> Words {
        let mut asked =
            self.dimensions.iter().zip(&self.says).filter(|(dimension, _)| of_part.asks(**dimension)).peekable();
        if asked.peek().is_none() {
            return Words::Constant(!0);
        }
        let mut words = vec![!0; self.combinations];
        for (dimension, says) in asked {
            words.iter_mut().zip(says).for_each(|(word, says)| *word &= of_part.word(*dimension, *says));
        }
        match words.first() {
            Some(first) if words.iter().all(|word| word == first) => Words::Constant(*first),
            None => Words::Constant(!0),
            Some(_) => Words::Each(words),
        }
    }
}

impl Numbers {
    pub(super) fn of(&self, slot: usize) -> usize {
        match self {
            Numbers::Narrow(numbers) => numbers[slot].into(),
            Numbers::Wide(numbers) => numbers[slot] as usize,
        }
    }

    /// As narrow as they can be.
    fn narrow(numbers: Vec<u32>, count: usize) -> Numbers {
        if count <= NARROW {
            Numbers::Narrow(numbers.into_iter().map(|n| u16::try_from(n).expect("below 4096")).collect())
        } else {
            Numbers::Wide(numbers)
        }
    }
}

/// The numbers of a block's rows, and the words that they stand for.
pub(super) type Lookup<'p> = (&'p [u16; BLOCK], &'p [u64; NARROW]);

/// Takes from the words of a block's rows what some columns say is not so: all in one pass, so that a word is read and written once.
#[inline]
pub(super) fn pass<const COLUMNS: usize>(columns: [Lookup<'_>; COLUMNS], words: &mut [u64; BLOCK]) {
    for (i, word) in words.iter_mut().enumerate() {
        let mut all = *word;
        for (numbers, table) in &columns {
            all &= table[usize::from(numbers[i]) % NARROW];
        }
        *word = all;
    }
}

/// The numbers of a whole block.
#[inline]
pub(super) fn whole(numbers: &[u16], start: usize) -> &[u16; BLOCK] {
    numbers[start..start + BLOCK].try_into().expect("as many as a block has rows")
}

impl Pieces {
    /// Cuts the span of all instants into even pieces; `open` stands for no instant.
    pub(super) fn of(instants: &[i64], open: i64) -> Pieces {
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
                open: block.iter().rev().fold(0, |rows, piece| rows << 1 | u64::from(*piece == OPEN)),
            }
        };
        let of_block = pieces.chunks(BLOCK).map(ends).collect();
        Pieces { origin, shift, open, pieces, of_block }
    }

    /// The word of each piece; of one with a step inside, what any of its instants has.
    pub(super) fn words<'j>(&self, steps: &'j Steps) -> PieceWords<'j> {
        let (mut words, mut mixed) = (vec![steps.at(self.open)], vec![0]);
        let (mut mixed_before, mut changes, mut steps_before) = (vec![0, 0], vec![0], vec![0]);
        for piece in steps.of_pieces(self.origin, self.shift, PIECES + 1) {
            changes.push(changes[changes.len() - 1] + u16::from(words.last() != Some(&piece.any)));
            words.push(piece.any);
            mixed.push(u8::from(piece.is_mixed));
            mixed_before.push(mixed_before[mixed_before.len() - 1] + u16::from(piece.is_mixed));
            steps_before.push(piece.before);
        }
        PieceWords { words: padded(words), mixed: padded(mixed), mixed_before, changes, steps_before, steps }
    }
}

impl Alike {
    /// The word of a row of the block.
    pub(super) fn of(&self, row: usize) -> u64 {
        if self.open >> row & 1 == 1 { self.word_of_open } else { self.word }
    }
}

impl PieceWords<'_> {
    /// The word that all rows of a block have that are not open, if they lie in pieces that have one word.
    pub(super) fn of_block(&self, pieces: &Pieces, block: usize) -> Option<Alike> {
        let BlockPieces { least, greatest, open } = pieces.of_block[block];
        let word_of_open = self.words[usize::from(OPEN)];
        if least > greatest {
            return Some(Alike { word: word_of_open, open: 0, word_of_open });
        }
        let word = self.words[usize::from(least)];
        let is_alike =
            self.changes[usize::from(least)] == self.changes[usize::from(greatest)] && !self.is_mixed(least, greatest);
        is_alike.then_some(Alike { word, open: if word == word_of_open { 0 } else { open }, word_of_open })
    }

    fn is_mixed(&self, least: u16, greatest: u16) -> bool {
        least <= greatest && self.mixed_before[usize::from(greatest) + 1] != self.mixed_before[usize::from(least)]
    }

    /// What is looked up for a whole block.
    pub(super) fn of_whole<'s>(&'s self, pieces: &'s Pieces, block: usize) -> Lookup<'s> {
        (whole(&pieces.pieces, block * BLOCK), &self.words)
    }

    /// Looks at the instants themselves where a step falls inside the piece.
    pub(super) fn settle(&self, pieces: &Pieces, block: usize, instants: &Instants, words: &mut [u64; BLOCK]) {
        let BlockPieces { least, greatest, .. } = pieces.of_block[block];
        if !self.is_mixed(least, greatest) {
            return;
        }
        let start = block * BLOCK;
        let numbers = whole(&pieces.pieces, start);
        let is_mixed = |piece: &u16| u64::from(self.mixed[usize::from(*piece) % NARROW]);
        let mixed = numbers.iter().rev().fold(0, |rows, piece| rows << 1 | is_mixed(piece));
        for i in Ones(mixed) {
            words[i] &= self.steps.at_after(self.steps_before[usize::from(numbers[i])], instants.at(start + i));
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
    fn of(mut numbers: Vec<u32>) -> Dense {
        const NEW: u32 = u32::MAX;
        let length = numbers.iter().filter(|value| **value < SET).max().map_or(0, |most| *most as usize + 1);
        let (mut of_nodes, mut of_sets) = (vec![NEW; length], HashMap::new());
        let mut used = Vec::new();
        for number in &mut numbers {
            let value = *number;
            let known = match value < SET {
                true => &mut of_nodes[value as usize],
                false => of_sets.entry(value).or_insert(NEW),
            };
            if *known == NEW {
                *known = u32::try_from(used.len()).expect("no more than there are values");
                used.push(value);
            }
            *number = *known;
        }
        Dense { numbers, values: used }
    }
}

/// A column of combinations that is being made.
struct Combining {
    dimensions: Vec<Dimension>,
    says: Vec<Vec<u32>>,
    combinations: usize,
    numbers: Vec<u32>,
}

impl Combining {
    fn new(slots: usize) -> Combining {
        Combining { dimensions: Vec::new(), says: Vec::new(), combinations: 1, numbers: vec![0; slots] }
    }

    fn alone(dimension: Dimension, dense: Dense) -> Combining {
        let combinations = dense.values.len();
        Combining { dimensions: vec![dimension], says: vec![dense.values], combinations, numbers: dense.numbers }
    }

    /// Adds a dimension; false, and nothing is added, if that makes too many combinations.
    fn add(&mut self, dimension: Dimension, dense: &Dense) -> bool {
        const NEW: u32 = u32::MAX;
        let pairs = self.combinations * dense.values.len();
        if pairs > PAIRS_MAX {
            return false;
        }
        let mut of_pair = vec![NEW; pairs];
        let mut combinations: Vec<(u32, u32)> = Vec::new();
        let mut numbers = Vec::with_capacity(self.numbers.len());
        for (combination, value) in self.numbers.iter().zip(&dense.numbers) {
            let pair = &mut of_pair[*combination as usize * dense.values.len() + *value as usize];
            if *pair == NEW {
                if combinations.len() == COMBINATIONS_MAX {
                    return false;
                }
                *pair = u32::try_from(combinations.len()).expect("few combinations");
                combinations.push((*combination, *value));
            }
            numbers.push(*pair);
        }
        for says in &mut self.says {
            *says = combinations.iter().map(|(combination, _)| says[*combination as usize]).collect();
        }
        self.says.push(combinations.iter().map(|(_, value)| dense.values[*value as usize]).collect());
        self.dimensions.push(dimension);
        self.combinations = combinations.len();
        self.numbers = numbers;
        true
    }

    fn done(self) -> Column {
        let Combining { dimensions, says, combinations, numbers } = self;
        Column { dimensions, says, combinations, numbers: Numbers::narrow(numbers, combinations) }
    }
}

/// The words, with nothing behind them.
pub(super) fn padded<N: Copy + Default + std::fmt::Debug, const LENGTH: usize>(mut words: Vec<N>) -> Box<[N; LENGTH]> {
    words.resize(LENGTH, N::default());
    words.into_boxed_slice().try_into().expect("it has the length that it was given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_every_instant_and_words_follow_the_steps() {
        let scattered = |i: i64| i.wrapping_mul(0x1234_5678_9ABC_DEF1) >> (i % 7 * 8);
        let in_order = |i: i64| if i % 9 == 4 { i64::MIN } else { (i - 250) << 50 };
        let one_after_the_other = |i: i64| if i / 64 == 3 { i64::MIN } else { i << 52 };
        let mut blocks_alike = 0;
        for of in [scattered, in_order, one_after_the_other] {
            let instants: Vec<i64> = (0..500).map(of).chain([i64::MIN, 5, 5]).collect();
            let pieces = Pieces::of(&instants, i64::MIN);
            let kept = Instants::of(instants.clone(), i64::MIN);
            let changes = [(-(1 << 60), 0b10, true), (5, 0b100, true), (6, 0b1, false), (1 << 50, 0b1000, true)];
            let steps = Steps::new(0b1, changes.to_vec());
            let words = pieces.words(&steps);
            for start in (0..instants.len() / BLOCK * BLOCK).step_by(BLOCK) {
                let end = start + BLOCK;
                let mut rows = [!0; BLOCK];
                pass([words.of_whole(&pieces, start / BLOCK)], &mut rows);
                words.settle(&pieces, start / BLOCK, &kept, &mut rows);
                for (row, instant) in rows.iter().zip(&instants[start..end]) {
                    assert_eq!(*row, steps.at(*instant), "{instant}");
                }
                if let Some(alike) = words.of_block(&pieces, start / BLOCK) {
                    assert!(rows.iter().enumerate().all(|(i, row)| *row == alike.of(i)));
                    blocks_alike += 1;
                }
            }
        }
        assert!(blocks_alike > 7, "{blocks_alike}");
    }
}
