//! Finds the word that was probably meant.
//!
//! ```text
//! "oil_depot"  among "oil.depot", "oil.port", …   →  "oil.depot"   one letter differs
//! "submarine"  among "oil.depot", "oil.port", …   →  nothing       better no advice than a wild guess
//! ```

/// Longer words are not compared: nobody mistypes so long a word, and the work grows with its square.
const CHARS_MAX: usize = 64;

/// How many faults of one request are given advice. An answer has no room to name more, and the work grows with what is
/// sent: a client that sends nothing but faults must not keep anyone waiting.
pub const ADVICE_MAX: usize = 100;

/// The candidate that differs least from `word`, case aside, if it is close enough to be what was meant: at most a
/// third of the letters differ. The first of several that are equally close.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = letters(word)?;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let Some(other) = letters(candidate) else {
            continue;
        };
        let allowed = (word.len().max(other.len()) / 3).max(1);
        if word.len().abs_diff(other.len()) > allowed {
            continue;
        }
        let found = distance(&word, &other);
        if found <= allowed && best.is_none_or(|(least, _)| found < least) {
            best = Some((found, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The letters of a word in lower case; `None` if there are none, or too many.
fn letters(word: &str) -> Option<Vec<char>> {
    if word.is_empty() || word.len() > 4 * CHARS_MAX {
        return None;
    }
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    (letters.len() <= CHARS_MAX).then_some(letters)
}

/// How many letters must be put in, left out, replaced, or exchanged with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    // Three rows of the table suffice: this one, the one above, and for an exchange the one above that.
    let mut above_that: Vec<usize> = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &other) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(letter != other);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && letter == b[j - 1] && a[i - 1] == other {
                least = least.min(above_that[j - 1] + 1);
            }
            row.push(least);
        }
        above_that = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expected: Option<&str>) {
        let candidates = ["oil.depot", "oil.port", "elec.substation", "heat", "self-defence"];
        assert_eq!(nearest(word, candidates), expected, "{word}");
    }

    #[test]
    fn a_slip_of_the_pen_finds_its_word_and_a_stranger_finds_none() {
        check("oil_depot", Some("oil.depot"));
        check("OIL.DEPOT", Some("oil.depot"));
        check("oil.depto", Some("oil.depot"));
        check("selfdefence", Some("self-defence"));
        check("substation", Some("elec.substation"));
        check("station", None);
        check("haet", Some("heat"));
        check("h", None);
        check("", None);
        check("submarine", None);
        check(&"oil.depot".repeat(100), None);
    }

    #[test]
    fn an_exchange_of_neighbours_is_one_step_and_the_distance_is_symmetric() {
        let steps = |a: &str, b: &str| {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(distance(&a, &b), distance(&b, &a));
            distance(&a, &b)
        };
        assert_eq!(steps("abcd", "abdc"), 1);
        assert_eq!(steps("kitten", "sitting"), 3);
        assert_eq!(steps("", "abc"), 3);
        assert_eq!(steps("abc", "abc"), 0);
    }
}
