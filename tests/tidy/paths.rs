//! Reads the paths that a Rust source uses: from `use` trees and wherever else they stand, never from comments or
//! strings. A small lexer is enough for that; types and names are the compiler's business.

/// An identifier, `::`, or one character of punctuation.
pub(crate) struct Token {
    text: String,
    line: usize,
}

fn starts_identifier(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_identifier(text: &str) -> bool {
    text.chars().next().is_some_and(starts_identifier)
}

/// Rust source without comments, strings, characters, lifetimes and numbers.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let mut i = 0;
    let mut line = 1;
    while i < chars.len() {
        let start = i;
        let c = at(i);
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                if at(i) == '/' && at(i + 1) == '*' {
                    depth += 1;
                    i += 2;
                } else if at(i) == '*' && at(i + 1) == '/' {
                    depth -= 1;
                    i += 2;
                } else {
                    i += 1;
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
        } else if c == '"' {
            i = after_string(&chars, i);
        } else if c == '\'' {
            i = after_character_or_lifetime(&chars, i);
        } else if c.is_ascii_digit() {
            while at(i).is_ascii_alphanumeric() || at(i) == '_' {
                i += 1;
            }
        } else if starts_identifier(c) {
            while at(i) == '_' || at(i).is_alphanumeric() {
                i += 1;
            }
            let word: String = chars[start..i].iter().collect();
            let prefixes_a_literal = matches!(word.as_str(), "r" | "b" | "br" | "c" | "cr");
            let raw = word.ends_with('r');
            if prefixes_a_literal && raw && (at(i) == '"' || at(i) == '#') && !starts_identifier(at(i + 1)) {
                i = after_raw_string(&chars, i);
            } else if prefixes_a_literal && at(i) == '"' {
                i = after_string(&chars, i);
            } else if word == "b" && at(i) == '\'' {
                i = after_character_or_lifetime(&chars, i);
            } else if word == "r" && at(i) == '#' {
                i += 1; // a raw identifier: its name follows as a token of its own
            } else {
                tokens.push(Token { text: word, line });
            }
        } else if c == ':' && at(i + 1) == ':' {
            tokens.push(Token { text: "::".to_owned(), line });
            i += 2;
        } else {
            if !c.is_whitespace() {
                tokens.push(Token { text: c.to_string(), line });
            }
            i += 1;
        }
        line += chars[start..i.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// The index after the string whose opening quote is at `i`.
fn after_string(chars: &[char], mut i: usize) -> usize {
    i += 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// The index after the raw string whose first `#` or quote is at `i`.
fn after_raw_string(chars: &[char], mut i: usize) -> usize {
    let hashes = chars[i..].iter().take_while(|c| **c == '#').count();
    i += hashes + 1;
    while i < chars.len() {
        let closes = chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        i += 1;
        if closes {
            return i + hashes;
        }
    }
    i
}

fn after_character_or_lifetime(chars: &[char], i: usize) -> usize {
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    if at(i + 1) == '\\' {
        let mut end = i + 3;
        while end < chars.len() && at(end) != '\'' {
            end += 1;
        }
        return end + 1;
    }
    if at(i + 2) == '\'' {
        return i + 3;
    }
    let mut end = i + 1;
    while at(end) == '_' || at(end).is_alphanumeric() {
        end += 1;
    }
    end
}

/// A path as written, with the inline modules it stands in.
pub(crate) struct Found {
    pub(crate) segments: Vec<String>,
    inside: Vec<String>,
    pub(crate) line: usize,
    pub(crate) is_use: bool,
    pub(crate) is_public: bool,
    /// It stands in a module that only tests compile.
    pub(crate) is_test: bool,
}

/// A module written inside another file, and the depth of its braces.
struct Inline {
    name: String,
    depth: usize,
    is_test: bool,
}

/// Every path of two segments or more, and every path that a `use` or an `extern crate` names.
pub(crate) fn paths(tokens: &[Token]) -> Vec<Found> {
    let text = |i: usize| tokens.get(i).map_or("", |t| t.text.as_str());
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut inline: Vec<Inline> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let line = tokens[i].line;
        let inside: Vec<String> = inline.iter().map(|module| module.name.clone()).collect();
        let is_test = inline.iter().any(|module| module.is_test);
        let word = text(i);
        if word == "{" {
            depth += 1;
            i += 1;
        } else if word == "}" {
            depth = depth.saturating_sub(1);
            inline.retain(|module| module.depth <= depth);
            i += 1;
        } else if word == "mod" && is_identifier(text(i + 1)) && text(i + 2) == "{" {
            depth += 1;
            let before = i.saturating_sub(7)..i;
            let attribute: Vec<&str> = before.map(text).collect();
            inline.push(Inline {
                name: text(i + 1).to_owned(),
                depth,
                is_test: attribute == ["#", "[", "cfg", "(", "test", ")", "]"],
            });
            i += 3;
        } else if word == "extern" && text(i + 1) == "crate" {
            let segments = vec![text(i + 2).to_owned()];
            found.push(Found { segments, inside, line, is_use: true, is_public: false, is_test });
            i += 3;
        } else if word == "use" && text(i + 1) != "<" {
            let before = if i == 0 { "" } else { text(i - 1) };
            let is_public = before == "pub" || before == ")";
            let mut leaves = Vec::new();
            i = use_tree(tokens, i + 1, &[], &mut leaves);
            found.extend(leaves.into_iter().map(|segments| Found {
                segments,
                inside: inside.clone(),
                line,
                is_use: true,
                is_public,
                is_test,
            }));
        } else if is_identifier(word) {
            let continues = i > 0 && text(i - 1) == ".";
            let mut segments = vec![word.to_owned()];
            i += 1;
            while text(i) == "::" && is_identifier(text(i + 1)) {
                segments.push(text(i + 1).to_owned());
                i += 2;
            }
            if segments.len() > 1 && !continues {
                found.push(Found { segments, inside, line, is_use: false, is_public: false, is_test });
            }
        } else {
            i += 1;
        }
    }
    found
}

/// Reads one branch of a `use` tree from `i`, adds its leaves, and returns the index after it.
fn use_tree(tokens: &[Token], mut i: usize, prefix: &[String], leaves: &mut Vec<Vec<String>>) -> usize {
    let text = |i: usize| tokens.get(i).map_or(";", |t| t.text.as_str());
    let mut segments = prefix.to_vec();
    loop {
        let word = text(i);
        if word == "::" {
            i += 1;
        } else if word == "{" {
            i += 1;
            while text(i) != "}" && i < tokens.len() {
                i = use_tree(tokens, i, &segments, leaves);
                if text(i) == "," {
                    i += 1;
                }
            }
            return i + 1;
        } else if word == "as" {
            i += 2;
        } else if word == "*" || is_identifier(word) {
            if word != "self" || segments.is_empty() {
                segments.push(word.to_owned());
            }
            i += 1;
        } else {
            leaves.push(segments);
            return i;
        }
    }
}

/// The module that a file of `src/` holds: `src/log/sqlite.rs` is `log::sqlite`.
pub(crate) fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inner.split('/').map(str::to_owned).collect()
}

/// The path from the crate's root, if it is one of ours.
pub(crate) fn from_root(found: &Found, module: &[String]) -> Option<Vec<String>> {
    let mut base: Vec<String> = module.iter().chain(&found.inside).cloned().collect();
    let mut rest = found.segments.as_slice();
    match rest.first().map(String::as_str) {
        Some("crate") => {
            base.clear();
            rest = &rest[1..];
        }
        Some("self" | "super") => {
            while let Some(first) = rest.first() {
                match first.as_str() {
                    "self" => {}
                    "super" => {
                        base.pop();
                    }
                    _ => break,
                }
                rest = &rest[1..];
            }
        }
        Some(_) | None => return None,
    }
    base.extend(rest.iter().cloned());
    Some(base)
}
