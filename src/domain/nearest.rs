//! The nearest match to a word that was probably mistyped.

/// The candidate closest to `word`, if any is close enough to be a likely slip: a quarter of the letters, and at least two.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LETTERS_MAX: usize = 200;
    let word: Vec<char> = word.chars().take(LETTERS_MAX).collect();
    let far = (word.len() / 4).max(2);
    let near = candidates.into_iter().map(|candidate| (distance(&word, candidate), candidate));
    near.filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len()))
        .map(|(_, c)| c)
}

/// How many letters must be put in, left out or changed (Levenshtein).
fn distance(word: &[char], candidate: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (i, letter) in candidate.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, own) in word.iter().enumerate() {
            let change = diagonal + usize::from(*own != letter);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_does_not() {
        let classes = ["oil.depot", "oil.pump", "elec.sub"];
        assert_eq!(nearest("oil_depot", classes), Some("oil.depot"));
        assert_eq!(nearest("elec.sbu", classes), Some("elec.sub"));
        assert_eq!(nearest("hospital", classes), None);
    }
}
