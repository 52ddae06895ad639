//! Judges the rows of a part, sixty-four at a time, and makes of them what is asked: counts, or sets of incidents.

use std::ops::Range;
use std::sync::OnceLock;

use super::bits::{Bits, Ones};
use super::counter::{BLOCK, Counter, transpose};
use super::judge::{Judge, LANES, Steps};
use super::packed::{Alike, NARROW, Numbers, PieceWords, Pieces, Words, padded, pass, whole};
use super::part::Part;
use super::times::Instants;

/// Rows for which it pays to share the work among threads.
const ROWS_PER_THREAD_MIN: usize = 1 << 16;

/// All that is looked up while rows are judged.
struct Sheet<'p> {
    part: &'p Part,
    judge: &'p Judge<'p>,
    constant: u64,
    narrow: Vec<Narrow<'p>>,
    wide: Vec<(&'p [u32], Vec<u64>)>,
    from: End<'p>,
    to: End<'p>,
}

/// A narrow column, and the words of its numbers.
struct Narrow<'p> {
    numbers: &'p [u16],
    words: Box<[u64; NARROW]>,
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

    /// Judges the incidents in `base` block by block; `None` stands for a block of which none has a bit. Each thread has a state of its
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
            let mut words = [0; BLOCK];
            for block in range {
                let wanted = base.word(block);
                let any = wanted != 0 && sheet.block(block, wanted, &mut held, &mut words);
                each(&mut state, any.then_some(&words));
            }
            state
        };
        let threads = match self.columns.rows() / ROWS_PER_THREAD_MIN {
            0 | 1 => 1,
            shares => shares.min(processors()),
        };
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

/// How many threads can work at once; the system is asked once.
fn processors() -> usize {
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    *PROCESSORS.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
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
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        for column in part.columns.iter() {
            match (column.words(&of_part), &column.numbers) {
                (Words::Constant(word), _) => constant &= word,
                (Words::Each(words), Numbers::Narrow(numbers)) => narrow.push(Narrow { numbers, words: padded(words) }),
                (Words::Each(words), Numbers::Wide(numbers)) => wide.push((numbers.as_slice(), words)),
            }
        }
        let end = |instants, steps, pieces: &'p Option<Pieces>| End {
            instants,
            steps,
            pieces: pieces.as_ref().map(|pieces| (pieces, pieces.words(steps))),
        };
        let from = end(&part.from, &judge.from, &part.ends.from);
        let to = end(&part.to, &judge.to, &part.ends.to);
        Sheet { part, judge, constant, narrow, wide, from, to }
    }

    /// The words of a block's incidents; of those that are not wanted, none. False where none has a bit: then there are no words.
    fn block(&self, block: usize, wanted: u64, held: &mut Held, words: &mut [u64; BLOCK]) -> bool {
        match &self.part.starts {
            None => {
                if !self.rows(block, words) {
                    return false;
                }
                if wanted != !0 {
                    for (i, word) in words.iter_mut().enumerate() {
                        *word &= 0u64.wrapping_sub(wanted >> i & 1);
                    }
                }
            }
            Some(_) => {
                words.fill(0);
                let is_wanted = |i: &usize| wanted >> i & 1 == 1;
                for i in (0..BLOCK).filter(is_wanted) {
                    for row in self.part.rows_of(block * BLOCK + i) {
                        if row / BLOCK != held.block {
                            held.block = row / BLOCK;
                            if !self.rows(held.block, &mut held.words) {
                                held.words.fill(0);
                            }
                        }
                        words[i] |= held.words[row % BLOCK];
                    }
                }
            }
        }
        true
    }

    /// The words of a block's rows. False where none has a bit: then there are no words.
    fn rows(&self, block: usize, words: &mut [u64; BLOCK]) -> bool {
        let start = block * BLOCK;
        let end = (start + BLOCK).min(self.part.columns.rows());
        let mut any = true;
        if end - start == BLOCK {
            any = self.whole_block(block, words);
        } else {
            words.fill(0);
            for (row, word) in (start..end).zip(words.iter_mut()) {
                *word = self.row(row);
            }
        }
        // Rows of several times have the word of these in the end, whatever their own time said here.
        for (row, times) in self.part.odd_times.within(start..end) {
            if !any {
                words.fill(0);
                any = true;
            }
            words[row - start] = self.said(row) & self.judge.odd_time(times);
        }
        any
    }

    /// The words of a block that has all its rows, by each row's own time. False where none has a bit: then there are no words.
    fn whole_block(&self, block: usize, words: &mut [u64; BLOCK]) -> bool {
        let start = block * BLOCK;
        let (from_alike, to_alike) = (self.from.of_block(block), self.to.of_block(block));
        let (mut constant, mut open) = (self.constant, 0);
        for end in [&from_alike, &to_alike].into_iter().flatten() {
            constant &= end.word;
            open |= end.open;
        }
        if constant == 0 && open == 0 {
            return false;
        }
        words.fill(constant);
        if constant == 0 {
            // Only rows whose time is open may be something yet.
            let mut any = 0;
            for i in Ones(open) {
                words[i] = self.row(start + i);
                any |= words[i];
            }
            return any != 0;
        }
        for i in Ones(open) {
            let of = |end: &Option<Alike>| end.as_ref().map_or(!0, |end| end.of(i));
            words[i] = self.constant & of(&from_alike) & of(&to_alike);
        }
        look_up(&self.narrow, start, words);
        for (numbers, of_column) in &self.wide {
            for (word, number) in words.iter_mut().zip(&numbers[start..]) {
                *word &= of_column[*number as usize];
            }
        }
        // Most blocks have nothing that a narrow filter asks for.
        if words.iter().fold(0, |any, word| any | word) == 0 {
            return false;
        }
        let from = self.from.unlike(from_alike);
        let to = self.to.unlike(to_alike);
        match (from, to) {
            (Some(from), Some(to)) => pass([from.1.of_whole(from.0, block), to.1.of_whole(to.0, block)], words),
            (Some(end), None) | (None, Some(end)) => pass([end.1.of_whole(end.0, block)], words),
            (None, None) => {}
        }
        for (end, alike) in [(&self.from, from_alike), (&self.to, to_alike)] {
            if alike.is_none() {
                end.settle(block, words);
            }
        }
        true
    }

    /// The word of a row, by its own time.
    fn row(&self, row: usize) -> u64 {
        match self.said(row) {
            0 => 0,
            said => said & self.from.at(row) & self.to.at(row),
        }
    }

    /// What a row says, apart from its time.
    fn said(&self, row: usize) -> u64 {
        let narrow = self.narrow.iter().map(|column| column.words[usize::from(column.numbers[row])]);
        let wide = self.wide.iter().map(|(numbers, words)| words[numbers[row] as usize]);
        narrow.chain(wide).fold(self.constant, |all, word| all & word)
    }
}

/// Takes from the words of a whole block what narrow columns say is not so, several in one pass.
fn look_up<'c>(columns: &'c [Narrow<'_>], start: usize, words: &mut [u64; BLOCK]) {
    let of = |column: &'c Narrow<'_>| (whole(column.numbers, start), &*column.words);
    match columns {
        [] => {}
        [a] => pass([of(a)], words),
        [a, b] => pass([of(a), of(b)], words),
        [a, b, c] => pass([of(a), of(b), of(c)], words),
        [a, b, c, d, more @ ..] => {
            pass([of(a), of(b), of(c), of(d)], words);
            look_up(more, start, words);
        }
    }
}

impl<'p> End<'p> {
    /// The word that all rows of a block have, or all that are not open, if that is known.
    fn of_block(&self, block: usize) -> Option<Alike> {
        self.pieces.as_ref().and_then(|(pieces, words)| words.of_block(pieces, block))
    }

    /// The pieces to be looked up in a block whose rows are not known to be alike.
    fn unlike(&self, alike: Option<Alike>) -> Option<&(&'p Pieces, PieceWords<'p>)> {
        self.pieces.as_ref().filter(|_| alike.is_none())
    }

    /// The word of a row.
    fn at(&self, row: usize) -> u64 {
        self.steps.at(self.instants.at(row))
    }

    /// Looks at the instants themselves, where pieces do not settle it.
    fn settle(&self, block: usize, words: &mut [u64; BLOCK]) {
        match &self.pieces {
            Some((pieces, of_pieces)) => of_pieces.settle(pieces, block, self.instants, words),
            None => {
                for (i, word) in words.iter_mut().enumerate().filter(|(_, word)| **word != 0) {
                    *word &= self.at(block * BLOCK + i);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::domain::hierarchy::{Hierarchy, Node};
    use crate::domain::report::Effect;
    use crate::domain::time::Range;
    use crate::view::columns::part::Layer;
    use crate::view::columns::rows::{Plain, Rows};
    use crate::view::columns::said::Dimension;
    use crate::view::columns::times::instant;

    use super::*;

    /// Numbers that look random, from a seed.
    struct Dice(u64);

    impl Dice {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ mixed >> 31
        }

        fn below(&mut self, end: usize) -> usize {
            usize::try_from(self.next() % end as u64).expect("small")
        }

        /// A word with most bits set.
        fn word(&mut self) -> u64 {
            self.next() | self.next() | self.next() | self.next()
        }

        fn node(&mut self, nodes: &[Node]) -> Option<Node> {
            let at = self.below(nodes.len() + 1);
            nodes.get(at).copied()
        }

        /// Mostly within some weeks; else open, open on one side, or at the ends of the numbers.
        fn time(&mut self) -> Option<Range> {
            let week = 1 << 50;
            let (from, length) = match self.below(40) {
                0 => return None,
                1 => return Some(Range { from: instant(5), to: None }),
                2 => return Some(Range { from: "0001-01-02T00:00:00Z".parse().ok(), to: instant(7) }),
                3 => (i64::MIN + 1, 1),
                4 => (i64::MAX - 2, 1),
                5 => (i64::MIN + 2, i64::MAX),
                _ => (
                    1_740_000_000_000_000_000 + i64::try_from(self.next() % week).expect("some weeks"),
                    1 << self.below(45),
                ),
            };
            Some(Range { from: instant(from), to: instant(from.saturating_add(length)) })
        }

        /// In the same weeks, the later the further on.
        fn time_after(&mut self, before: usize, all: usize) -> Option<Range> {
            let gone = (1_u64 << 50) / all as u64 * before as u64;
            let from = 1_740_000_000_000_000_000 + i64::try_from(gone).expect("some weeks");
            Some(Range { from: instant(from), to: instant(from + (1 << self.below(40))) })
        }
    }

    fn layer(dice: &mut Dice, groups: usize, several: bool, nodes: &[Node]) -> Layer {
        let mut rows = if several { Rows::of_some() } else { Rows::of_most(groups) };
        // Some parts are of few combinations, others of more than one column holds, and of more than one column has numbers for.
        let (few, some) = (&nodes[..3], &nodes[..dice.below(150) + 1]);
        let open = dice.below(3) == 0;
        // Some are recorded in the order in which they happened, but for some whose time nobody gave.
        let in_order = dice.below(2) == 0;
        for group in 0..groups {
            let count = if several { dice.below(4) } else { usize::from(group + 1 == groups || dice.below(9) > 0) };
            for _ in 0..count {
                let effect = [None, Some(Effect::Hit), Some(Effect::Missed)][dice.below(3)];
                let plain = Plain {
                    author: dice.node(few),
                    act: dice.node(few),
                    against: dice.node(some),
                    object: dice.node(some),
                    place: dice.node(nodes),
                    weapon: dice.node(few),
                    occurred: match (open, in_order) {
                        (true, _) => None,
                        (false, true) if dice.below(20) > 0 => dice.time_after(group, groups),
                        (false, true) => None,
                        (false, false) => dice.time(),
                    },
                    effect,
                    strikes_nothing: dice.below(2) == 0,
                };
                let claimant = u32::try_from(dice.below(4)).expect("few");
                rows.push_plain(group, &plain, claimant, &[], &Hierarchy::default());
            }
        }
        rows.done(false).expect("there are rows")
    }

    fn steps(dice: &mut Dice, lanes: u64) -> Steps {
        let at = |dice: &mut Dice| match dice.time() {
            Some(Range { from: Some(from), .. }) => super::super::judge::nanoseconds(from).unwrap_or_else(|far| far),
            _ => [i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1][dice.below(4)],
        };
        let bits = |dice: &mut Dice| if lanes == !0 { dice.next() & dice.next() } else { lanes };
        let count = [40, 4][dice.below(2)];
        let changes = (0..dice.below(count)).map(|_| (at(dice), bits(dice), dice.below(2) == 0)).collect();
        Steps::new(dice.word() & lanes, changes)
    }

    #[test]
    fn blocks_say_what_their_rows_say_one_by_one() {
        let mut hierarchy = Hierarchy::default();
        let nodes: Vec<Node> = (0..6000).map(|i| hierarchy.node(&Arc::from(format!("n{i}")))).collect();
        let sizes = [1, 2, 63, 64, 65, 127, 128, 129].into_iter().chain([1000; 20]).chain([6500; 4]);
        let sizes = sizes.chain([3 * ROWS_PER_THREAD_MIN + 7]);
        let mut held = 0;
        for (seed, (size, several)) in (1..).zip(sizes.flat_map(|size| [(size, false), (size, true)])) {
            let mut dice = Dice(seed);
            // One with no row at all is no part.
            let layer = layer(&mut dice, size.max(if several { 20 } else { 0 }), several, &nodes);
            let part = &layer.part;
            // Of a filter or a single reading there is one lane, and most blocks have nothing in it.
            let lanes = [!0, 1 | 1 << LANES][dice.below(2)];
            let words = Dimension::ALL.map(|dimension| {
                let length = match dimension {
                    Dimension::Grounds => return None,
                    Dimension::Occurred => 4,
                    Dimension::Effect => 64,
                    _ => 1 + nodes.len(),
                };
                (dice.below(5) > 0).then(|| (0..length).map(|_| dice.word() & lanes).collect::<Vec<u64>>())
            });
            let judge = Judge::of_words(words.clone(), steps(&mut dice, lanes), steps(&mut dice, lanes));
            let readers = Dimension::ALL.map(|dimension| part.columns.reader(dimension));
            let word_of_row = |row: usize| {
                let said = Dimension::ALL.iter().zip(&readers).fold(!0, |all, (dimension, reader)| {
                    all & words[dimension.index()].as_ref().map_or(!0, |words| words[reader.number(row) as usize])
                });
                let time = match part.odd_times.of(row) {
                    Some(times) => judge.odd_time(times),
                    None => judge.from.at(part.from.at(row)) & judge.to.at(part.to.at(row)),
                };
                said & time
            };
            let few = dice.below(2) == 0;
            let mut base = Bits::of(layer.shown.length(), |_| dice.below(if few { 90 } else { 3 }) == 0);
            base.insert(base.length() - 1);
            base.and(&layer.shown);
            let of_incidents: Vec<u64> = (0..base.length())
                .map(|local| match base.has(local) {
                    true => part.rows_of(local).fold(0, |any, row| any | word_of_row(row)),
                    false => 0,
                })
                .collect();
            let with = |bit: usize| Bits::of(base.length(), |local| of_incidents[local] >> bit & 1 == 1);
            let told = format!("seed {seed}, size {size}, several {several}");
            let counts = part.count(&judge, &base);
            assert!((0..64).all(|bit| counts[bit] == with(bit).count() as u64), "{told}");
            for (lane, (yes, not_no)) in part.sets(&judge, &base, LANES).into_iter().enumerate() {
                assert!(yes == with(lane) && not_no == with(LANES + lane), "{told}, lane {lane}");
            }
            assert_eq!(part.set(&judge, &base), (with(0), with(LANES)), "{told}");
            held += counts.iter().filter(|count| **count > 0 && **count < base.count() as u64).count();
        }
        assert!(held > 300, "most words leave some and take some: {held}");
    }
}
