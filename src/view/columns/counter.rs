//! Squares of sixty-four by sixty-four bits: counted by column, and turned.

/// How many words are judged at a time: as many as a word of a set has bits.
pub(super) const BLOCK: usize = 64;

/// Counts, for each bit of many words, in how many it is set: each plane holds one binary digit of sixty-four counts.
#[derive(Debug, Default)]
pub(super) struct Counter {
    /// The digits for one, two, four, eight, sixteen and thirty-two.
    digits: [u64; 6],
    totals: Vec<u64>,
    /// The digits from sixty-four on, of the words not yet in the totals.
    high: [u64; 16],
    blocks: u32,
}

/// After so many blocks the digits may be full.
const BLOCKS_TO_TOTALS: u32 = 1 << 14;

impl Counter {
    /// Counts sixty-four words more.
    pub(super) fn add(&mut self, words: &[u64; BLOCK]) {
        let [mut ones, mut twos, mut fours, mut eights, mut sixteens, mut thirty_twos] = self.digits;
        let mut quarters = [0; 4];
        for (sixteen, carried) in words.chunks_exact(16).zip(&mut quarters) {
            let mut eighths = [0; 2];
            for (eight, carried) in sixteen.chunks_exact(8).zip(&mut eighths) {
                let mut sixteenths = [0; 2];
                for (four, carried) in eight.chunks_exact(4).zip(&mut sixteenths) {
                    let (a, b);
                    (ones, a) = sum(ones, four[0], four[1]);
                    (ones, b) = sum(ones, four[2], four[3]);
                    (twos, *carried) = sum(twos, a, b);
                }
                (fours, *carried) = sum(fours, sixteenths[0], sixteenths[1]);
            }
            (eights, *carried) = sum(eights, eighths[0], eighths[1]);
        }
        let (a, b, mut carry);
        (sixteens, a) = sum(sixteens, quarters[0], quarters[1]);
        (sixteens, b) = sum(sixteens, quarters[2], quarters[3]);
        (thirty_twos, carry) = sum(thirty_twos, a, b);
        self.digits = [ones, twos, fours, eights, sixteens, thirty_twos];
        for digit in &mut self.high {
            if carry == 0 {
                break;
            }
            (*digit, carry) = (*digit ^ carry, *digit & carry);
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
        (self.digits, self.high, self.blocks) = ([0; 6], [0; 16], 0);
    }

    /// In how many words each bit was set.
    pub(super) fn totals(mut self) -> Vec<u64> {
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
pub(super) fn transpose(square: &mut [u64; BLOCK]) {
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
}
