//! Words out of records, made fit to stand in a line: recorded by anybody, they may hold anything.

/// One line: breaks and tabs are spaces, other control characters go, and what turns the direction of writing ends where
/// the text ends.
pub(super) fn line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let (mut embedded, mut isolated) = (0usize, 0usize);
    for letter in text.chars() {
        match letter {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => embedded += 1,
            '\u{202C}' => embedded = embedded.saturating_sub(1),
            '\u{2066}'..='\u{2068}' => isolated += 1,
            '\u{2069}' => isolated = isolated.saturating_sub(1),
            _ => {}
        }
        if letter.is_whitespace() || letter == '\u{0085}' {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !letter.is_control() {
            line.push(letter);
        }
    }
    line.truncate(line.trim_end().len());
    line.extend(std::iter::repeat_n('\u{202C}', embedded));
    line.extend(std::iter::repeat_n('\u{2069}', isolated));
    line
}

/// At most so many letters of a line.
pub(super) fn short(text: &str, letters_max: usize) -> String {
    // Cut first, so that what turns the direction is closed behind the cut.
    line(&super::super::shortened(&line(text), letters_max))
}

/// A line as Markdown that shows exactly that line.
pub(super) fn markdown(text: &str) -> String {
    let line = line(text);
    let letters: Vec<char> = line.chars().collect();
    let mut escaped = String::with_capacity(line.len() + 8);
    for (index, letter) in letters.iter().copied().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before)).copied();
        let after = letters.get(index + 1).copied();
        let is_in_a_word = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        let is_marked = match letter {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '$' => true,
            '_' => !is_in_a_word,
            // An entity, which would show as something else.
            '&' => after.is_some_and(|after| after.is_ascii_alphanumeric() || after == '#'),
            // At the start of a line these make headings, quotations, lists and rules.
            '#' | '>' | '+' | '-' | '=' | ':' => index == 0,
            // `1.` and `1)` would begin a list.
            '.' | ')' => index > 0 && letters[..index].iter().all(char::is_ascii_digit),
            _ => false,
        };
        if is_marked {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_its_direction_ends_with_it() {
        assert_eq!(line(" one\r\n\ttwo \u{0}\u{1b}[31mthree\u{2028}"), "one two [31mthree");
        assert_eq!(line("a\u{202E}b"), "a\u{202E}b\u{202C}");
        assert_eq!(line("\u{2067}שלום"), "\u{2067}שלום\u{2069}");
        assert_eq!(line("\u{202E}b\u{202C}\u{2069}"), "\u{202E}b\u{202C}\u{2069}");
        assert_eq!(short("\u{202E}abcdef", 4), "\u{202E}ab…\u{202C}");
    }

    #[test]
    fn markdown_shows_what_was_written() {
        assert_eq!(markdown("<script>alert(1)</script>"), "\\<script>alert(1)\\</script>");
        assert_eq!(markdown("a | b `c` *d* _e_ f_g ](http://x)"), "a \\| b \\`c\\` \\*d\\* \\_e\\_ f_g \\](http://x)");
        assert_eq!(markdown("&amp; & $1 ~~no~~"), "\\&amp; & \\$1 \\~\\~no\\~\\~");
        assert_eq!(markdown("# no heading"), "\\# no heading");
        assert_eq!(markdown("19. March"), "19\\. March");
        assert_eq!(markdown("On 19. March - 3) yes"), "On 19. March - 3) yes");
        assert_eq!(markdown("one\n\n- two"), "one - two");
    }
}
