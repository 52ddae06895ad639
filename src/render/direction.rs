//! Marks in the words of records that turn the direction of writing: each ends where those words end, so that nothing beside them
//! reads backwards.

use std::borrow::Cow;

/// Pops an embedding or an override.
const END_OF_EMBEDDING: char = '\u{202C}';

/// Pops an isolate.
const END_OF_ISOLATE: char = '\u{2069}';

fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What ends all that a text begins, the innermost first. What it ends without having begun it ends nothing.
fn ends(text: &str) -> String {
    let mut open = Vec::new();
    for letter in text.chars() {
        match letter {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => open.push(END_OF_EMBEDDING),
            // The end of an embedding reaches no further than the isolate that it stands in.
            END_OF_EMBEDDING => drop(open.pop_if(|end| *end == END_OF_EMBEDDING)),
            '\u{2066}'..='\u{2068}' => open.push(END_OF_ISOLATE),
            END_OF_ISOLATE => {
                if let Some(begun) = open.iter().rposition(|end| *end == END_OF_ISOLATE) {
                    open.truncate(begun);
                }
            }
            _ => {}
        }
    }
    open.into_iter().rev().collect()
}

/// A text that ends whatever it begins.
pub fn closed(text: &str) -> Cow<'_, str> {
    match ends(text) {
        none if none.is_empty() => Cow::Borrowed(text),
        ends => Cow::Owned(format!("{text}{ends}")),
    }
}

/// HTML of which each run of text between two tags ends whatever it begins.
pub fn closed_html(html: String) -> String {
    if !html.contains(is_mark) {
        return html;
    }
    let mut settled = String::with_capacity(html.len() + 64);
    for piece in html.split_inclusive('<') {
        // A piece is the rest of a tag and the text after it, up to the next tag.
        let text = piece.split_once('>').map_or(piece, |(_, text)| text);
        let (before, tag) = piece.strip_suffix('<').map_or((piece, ""), |before| (before, "<"));
        settled.push_str(before);
        settled.push_str(&ends(text));
        settled.push_str(tag);
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_begins_it_ends_in_the_right_order() {
        for (text, expected) in [
            ("plain, ї, שלום", "plain, ї, שלום"),
            ("\u{202E}a", "\u{202E}a\u{202C}"),
            ("\u{202E}a\u{202C}", "\u{202E}a\u{202C}"),
            ("\u{202E}a\u{2067}b", "\u{202E}a\u{2067}b\u{2069}\u{202C}"),
            ("\u{2067}a\u{202E}b\u{2069}", "\u{2067}a\u{202E}b\u{2069}"),
            ("\u{202E}a\u{2067}b\u{202C}", "\u{202E}a\u{2067}b\u{202C}\u{2069}\u{202C}"),
            ("\u{202C}\u{2069}a", "\u{202C}\u{2069}a"),
        ] {
            assert_eq!(closed(text), expected, "{text:?}");
        }
    }

    #[test]
    fn each_run_of_text_in_html_ends_what_it_begins_and_attributes_stay_as_they_are() {
        let html = "<p title=\"\u{202E}t\">\u{202E}a <b>\u{2067}b</b> c</p>\u{202D}".to_owned();
        let expected = "<p title=\"\u{202E}t\">\u{202E}a \u{202C}<b>\u{2067}b\u{2069}</b> c</p>\u{202D}\u{202C}";
        assert_eq!(closed_html(html), expected);
        assert_eq!(closed_html("<p>a</p>".to_owned()), "<p>a</p>");
    }
}
