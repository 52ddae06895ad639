//! Sets of incidents or rows as bits, sixty-four to a word.

/// A set of numbers below its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    length: usize,
}

/// How many numbers a word holds.
const WORD: usize = 64;

impl Bits {
    /// The empty set over `length` numbers.
    pub fn none(length: usize) -> Bits {
        Bits { words: vec![0; length.div_ceil(WORD)], length }
    }

    /// The full set over `length` numbers.
    pub fn all(length: usize) -> Bits {
        let mut bits = Bits { words: vec![!0; length.div_ceil(WORD)], length };
        bits.trim();
        bits
    }

    /// The numbers for which `holds`.
    pub fn of(length: usize, mut holds: impl FnMut(usize) -> bool) -> Bits {
        let mut bits = Bits::none(length);
        for (w, word) in bits.words.iter_mut().enumerate() {
            let end = (length - w * WORD).min(WORD);
            let mut made = 0;
            for bit in 0..end {
                made |= u64::from(holds(w * WORD + bit)) << bit;
            }
            *word = made;
        }
        bits
    }

    /// The first `length` numbers of a set held as words.
    pub(super) fn prefix(words: &[u64], length: usize) -> Bits {
        let mut bits = Bits { words: words[..length.div_ceil(WORD)].to_vec(), length };
        bits.trim();
        bits
    }

    /// The same set over more numbers, or what is below fewer.
    pub fn resized(&self, length: usize) -> Bits {
        let mut words = Vec::with_capacity(length.div_ceil(WORD));
        words.extend(self.words.iter().copied().take(length.div_ceil(WORD)));
        words.resize(length.div_ceil(WORD), 0);
        let mut bits = Bits { words, length };
        bits.trim();
        bits
    }

    /// How many numbers the set is over.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Whether a number is in it.
    pub fn has(&self, number: usize) -> bool {
        self.words[number / WORD] >> (number % WORD) & 1 == 1
    }

    /// The numbers from sixty-four times `index` on, one bit each.
    pub(super) fn word(&self, index: usize) -> u64 {
        self.words[index]
    }

    /// Puts a number in.
    pub fn insert(&mut self, number: usize) {
        assert!(number < self.length, "the number is below the length");
        self.words[number / WORD] |= 1 << (number % WORD);
    }

    /// Puts a number in, or takes it out.
    pub fn set(&mut self, number: usize, holds: bool) {
        if holds { self.insert(number) } else { self.remove(number) }
    }

    /// Takes a number out.
    pub fn remove(&mut self, number: usize) {
        self.words[number / WORD] &= !(1 << (number % WORD));
    }

    /// How many numbers are in it.
    pub fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Takes in what is in the other, which is over no more numbers.
    pub fn or(&mut self, other: &Bits) {
        assert!(other.length <= self.length, "there is room for all of the other");
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    /// Keeps what is in both.
    pub fn and(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
    }

    /// Takes out what is in the other.
    pub fn and_not(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= !b);
    }

    /// How many numbers are in both.
    pub fn count_and(&self, other: &Bits) -> usize {
        self.words.iter().zip(&other.words).map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// The numbers in it, ascending, from `from` on.
    pub fn iter_from(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        let first = from / WORD;
        let head = self.words.get(first).map_or(0, |w| w & (!0 << (from % WORD)));
        let words = std::iter::once(head).chain(self.words.iter().skip(first + 1).copied());
        words.enumerate().flat_map(move |(i, word)| Ones(word).map(move |bit| (first + i) * WORD + bit))
    }

    /// The numbers in it, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.iter_from(0)
    }

    fn trim(&mut self) {
        let used = self.length % WORD;
        if used != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << used) - 1;
        }
    }
}

/// The bits that are set in a word, lowest first.
pub(super) struct Ones(pub(super) u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_at_every_length() {
        for length in [0, 1, 63, 64, 65, 200] {
            let odd = Bits::of(length, |n| n % 2 == 1);
            assert_eq!(odd.iter().collect::<Vec<_>>(), (0..length).filter(|n| n % 2 == 1).collect::<Vec<_>>());
            assert_eq!(odd.count(), length / 2);
            assert_eq!(Bits::all(length).count(), length);
            assert_eq!(Bits::all(length).count_and(&odd), odd.count());
            let mut all = Bits::none(length);
            assert!(all.is_empty());
            all.or(&odd);
            all.or(&Bits::of(length, |n| n % 2 == 0));
            assert_eq!(all, Bits::all(length));
            for other in [0, 1, 63, 64, 65, 130, 300] {
                assert_eq!(all.resized(other), Bits::of(other, |n| n < length), "{length} {other}");
            }
            for from in [0, 1, 63, 64, 66] {
                assert_eq!(odd.iter_from(from).next(), (from..length).find(|n| n % 2 == 1));
            }
        }
    }
}
