//! The access file: who may ask, by the hash of which token, and with which roles where. It is read whole, and every fault is named.
//!
//! ```toml
//! [[principals]]
//! id = "desk-kyiv"
//! token_sha256 = "…64 hexadecimal digits…"
//! roles = { "ukraine-2025" = ["analyst", "verifier"], "*" = ["reader"] }
//! ```
//!
//! No fault repeats what stands where a hash should: somebody may have put the token itself there.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::File;
use crate::access::{LOCAL, Principal, Role, Roster, TokenSha256};
use crate::domain::name::{DossierId, shorten};
use crate::domain::nearest::nearest;

/// What stands in the place of a dossier's id for all of them.
const EVERYWHERE: &str = "*";

/// What every token begins with.
pub const TOKEN_PREFIX: &str = "armistice_";

/// The longest id of a principal, in bytes.
const ID_BYTES_MAX: usize = 64;

const PRINCIPALS: &str = "principals";
const KEYS: [&str; 3] = ["id", "token_sha256", "roles"];

/// One thing wrong with the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: {at}{problem}", path.display())]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// The line.
    pub line: usize,
    /// Which value, with a colon and a blank behind it; empty where it is the file as a whole.
    pub at: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is not TOML.
    #[error("{said}")]
    Syntax {
        /// What the parser says.
        said: String,
    },
    /// A key that means nothing.
    #[error("unknown key `{key}`; there are {}", known.join(", "))]
    UnknownKey {
        /// As written.
        key: String,
        /// Those that mean something there.
        known: &'static [&'static str],
    },
    /// A key that has to be there.
    #[error("is required")]
    Missing,
    /// A value of another type.
    #[error("is not {expected}")]
    Type {
        /// What it has to be.
        expected: &'static str,
    },
    /// Nobody could ask.
    #[error("nobody is named: there has to be one [[principals]] at least")]
    Nobody,
    /// An id that cannot be one.
    #[error("`{id}` is no id such as desk-kyiv: small letters, digits, `-`, `_` and `.`, a letter first, at most 64")]
    BadId {
        /// As written.
        id: String,
    },
    /// An id that means somebody else.
    #[error("`local` is taken: it stands beside what is recorded where nobody is told from another")]
    TakenId,
    /// Two principals of one id.
    #[error("`{id}` is the id of the principal in line {first} too")]
    DoubleId {
        /// The id.
        id: String,
        /// Where it stood first.
        first: usize,
    },
    /// The token itself.
    #[error(
        "is a token, not the hash of one: this one is to be used no more; `armistice token` makes another and prints its hash"
    )]
    Token,
    /// Not a hash.
    #[error("is no SHA-256: 64 hexadecimal digits, as `armistice token` prints them")]
    BadHash,
    /// One token for two.
    #[error("is the hash of the principal in line {first} too: nobody could tell the two apart")]
    DoubleHash {
        /// Where it stood first.
        first: usize,
    },
    /// A principal who may do nothing.
    #[error("names no role: whoever may do nothing is left out of the file")]
    NoRole,
    /// Neither a dossier's id nor all of them.
    #[error("`{id}` is neither the id of a dossier nor \"*\"")]
    BadDossier {
        /// As written.
        id: String,
    },
    /// A role that nobody knows.
    #[error("`{role}` is no role{}; there are {}", Hint(nearest.as_deref()), words())]
    UnknownRole {
        /// As written.
        role: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// The role that is still to come.
    #[error(
        "`liaison` is not served yet: a liaison sees public records and its own, and adds what its actor says, and neither is told apart so far"
    )]
    Liaison,
    /// A role that stands there twice.
    #[error("`{role}` stands there already")]
    DoubleRole {
        /// The role.
        role: &'static str,
    },
}

struct Hint<'a>(Option<&'a str>);

impl std::fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(nearest) => write!(f, "; nearest: `{nearest}`"),
            None => Ok(()),
        }
    }
}

fn words() -> String {
    Role::ALL.map(Role::word).join(", ")
}

/// Reads the file, or names every fault of it.
pub fn read(file: &File) -> Result<Roster, Vec<Fault>> {
    let breaks = file.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset).collect();
    let mut reader = Reader { file, breaks, faults: Vec::new(), ids: HashMap::new(), hashes: HashMap::new() };
    let principals = reader.file();
    if reader.faults.is_empty() { Ok(Roster::new(principals)) } else { Err(reader.faults) }
}

/// The roles of a principal: everywhere, and on some dossiers.
type Roles = (Vec<Role>, BTreeMap<DossierId, Vec<Role>>);

struct Reader<'f> {
    file: &'f File,
    /// Where each line ends, so that no place in the file has to be counted up to.
    breaks: Vec<usize>,
    faults: Vec<Fault>,
    /// Where each id and each hash stood first.
    ids: HashMap<String, usize>,
    hashes: HashMap<TokenSha256, usize>,
}

impl Reader<'_> {
    fn file(&mut self) -> Vec<(TokenSha256, Principal)> {
        let table = match DeTable::parse(&self.file.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let said = error.message().to_owned();
                self.fault(error.span().unwrap_or_default(), "", Problem::Syntax { said });
                return Vec::new();
            }
        };
        for name in table.keys().filter(|name| name.get_ref() != PRINCIPALS) {
            let key = shown(name.get_ref());
            self.fault(name.span(), "", Problem::UnknownKey { key, known: &[PRINCIPALS] });
        }
        let Some(value) = table.get(PRINCIPALS) else {
            self.fault(0..0, "", Problem::Nobody);
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.fault(value.span(), PRINCIPALS, Problem::Type { expected: "a list of tables: write [[principals]]" });
            return Vec::new();
        };
        if list.is_empty() {
            self.fault(value.span(), "", Problem::Nobody);
        }
        let each = list.iter().enumerate();
        each.filter_map(|(index, value)| self.principal(value, &format!("{PRINCIPALS}[{index}]"))).collect()
    }

    fn principal(&mut self, value: &Spanned<DeValue<'_>>, at: &str) -> Option<(TokenSha256, Principal)> {
        let Some(table) = value.get_ref().as_table() else {
            self.fault(value.span(), at, Problem::Type { expected: "a table: write [[principals]]" });
            return None;
        };
        for name in table.keys().filter(|name| !KEYS.contains(&name.get_ref().as_ref())) {
            self.fault(name.span(), at, Problem::UnknownKey { key: shown(name.get_ref()), known: &KEYS });
        }
        let [id, hash, roles] = KEYS.map(|key| {
            let at = format!("{at}.{key}");
            match table.get(key) {
                Some(value) => Some((value, at)),
                None => {
                    self.fault(value.span(), &at, Problem::Missing);
                    None
                }
            }
        });
        let id = id.and_then(|(value, at)| self.id(value, &at));
        let hash = hash.and_then(|(value, at)| self.hash(value, &at));
        let (everywhere, dossiers) = roles.and_then(|(value, at)| self.roles(value, &at))?;
        Some((hash?, Principal::new(&id?, everywhere, dossiers)))
    }

    fn id(&mut self, value: &Spanned<DeValue<'_>>, at: &str) -> Option<String> {
        let id = self.text(value, at)?;
        let line = self.line_at(value.span().start);
        let problem = if let Err(problem) = checked_id(id) {
            problem
        } else if let Some(first) = self.ids.get(id) {
            Problem::DoubleId { id: id.to_owned(), first: *first }
        } else {
            self.ids.insert(id.to_owned(), line);
            return Some(id.to_owned());
        };
        self.fault(value.span(), at, problem);
        None
    }

    fn hash(&mut self, value: &Spanned<DeValue<'_>>, at: &str) -> Option<TokenSha256> {
        let text = self.text(value, at)?;
        let line = self.line_at(value.span().start);
        let problem = match sha256(text) {
            None if text.starts_with(TOKEN_PREFIX) => Problem::Token,
            None => Problem::BadHash,
            Some(hash) => match self.hashes.get(&hash) {
                Some(first) => Problem::DoubleHash { first: *first },
                None => {
                    self.hashes.insert(hash, line);
                    return Some(hash);
                }
            },
        };
        self.fault(value.span(), at, problem);
        None
    }

    fn roles(&mut self, value: &Spanned<DeValue<'_>>, at: &str) -> Option<Roles> {
        let Some(table) = value.get_ref().as_table() else {
            let expected = "a table such as { \"ukraine-2025\" = [\"analyst\"], \"*\" = [\"reader\"] }";
            self.fault(value.span(), at, Problem::Type { expected });
            return None;
        };
        if table.is_empty() {
            self.fault(value.span(), at, Problem::NoRole);
        }
        let (mut everywhere, mut dossiers) = (Vec::new(), BTreeMap::new());
        for (name, value) in table {
            let key: &str = name.get_ref();
            let roles = self.list(value, &format!("{at}.\"{}\"", shown(key)));
            if key == EVERYWHERE {
                everywhere = roles;
            } else if let Ok(dossier) = DossierId::parse(key) {
                dossiers.insert(dossier, roles);
            } else {
                self.fault(name.span(), at, Problem::BadDossier { id: shown(key) });
            }
        }
        Some((everywhere, dossiers))
    }

    fn list(&mut self, value: &Spanned<DeValue<'_>>, at: &str) -> Vec<Role> {
        let mut roles = Vec::new();
        let Some(list) = value.get_ref().as_array() else {
            self.fault(value.span(), at, Problem::Type { expected: "a list of roles such as [\"reader\"]" });
            return roles;
        };
        if list.is_empty() {
            self.fault(value.span(), at, Problem::NoRole);
        }
        for (index, value) in list.iter().enumerate() {
            let at = format!("{at}[{index}]");
            let Some(word) = self.text(value, &at) else { continue };
            let problem = match Role::parse(word) {
                Some(role) if roles.contains(&role) => Problem::DoubleRole { role: role.word() },
                Some(role) => {
                    roles.push(role);
                    continue;
                }
                None if word == "liaison" => Problem::Liaison,
                None => Problem::UnknownRole {
                    role: shown(word),
                    nearest: nearest(word, Role::ALL.map(Role::word)).map(str::to_owned),
                },
            };
            self.fault(value.span(), &at, problem);
        }
        roles
    }

    fn text<'v>(&mut self, value: &'v Spanned<DeValue<'_>>, at: &str) -> Option<&'v str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.fault(value.span(), at, Problem::Type { expected: "a string in quotes" });
        }
        text
    }

    fn line_at(&self, offset: usize) -> usize {
        self.breaks.partition_point(|line_break| *line_break < offset) + 1
    }

    fn fault(&mut self, span: Range<usize>, at: &str, problem: Problem) {
        let line = self.line_at(span.start);
        let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
        self.faults.push(Fault { path: self.file.path.clone(), line, at, problem });
    }
}

/// Whether a principal can go by this id, as far as the id alone tells.
pub fn checked_id(id: &str) -> Result<(), Problem> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    let begins = id.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if id.contains(TOKEN_PREFIX) || !begins || !id.bytes().all(is_plain) || id.len() > ID_BYTES_MAX {
        return Err(Problem::BadId { id: shown(id) });
    }
    if id == LOCAL { Err(Problem::TakenId) } else { Ok(()) }
}

/// A word out of the file as a fault may repeat it: never a token that stands where it does not belong.
fn shown(word: &str) -> String {
    if word.contains(TOKEN_PREFIX) { format!("{TOKEN_PREFIX}…") } else { shorten(word) }
}

fn sha256(text: &str) -> Option<TokenSha256> {
    let mut hash = TokenSha256::default();
    if text.len() != 2 * hash.len() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, Decision, Resource, decide};
    use crate::domain::name::Collection;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    fn file(text: &str) -> Result<Roster, Vec<String>> {
        let told = |faults: Vec<Fault>| faults.iter().map(Fault::to_string).collect();
        read(&File { path: "a.toml".into(), text: text.to_owned() }).map_err(told)
    }

    /// The faults of a file that has some.
    fn faults(text: &str) -> Vec<String> {
        file(text).expect_err("it has faults")
    }

    #[test]
    fn a_file_in_order_says_who_may_do_what() {
        let text = format!(
            "# who may ask\n[[principals]]\nid = \"desk-kyiv\"\ntoken_sha256 = \"{A}\"\n\
             roles = {{ \"ukraine-2025\" = [\"reporter\", \"verifier\"], \"*\" = [\"reader\"] }}\n\n\
             [[principals]]\nid = \"ops\"\ntoken_sha256 = \"{}\"\n[principals.roles]\n\"*\" = [\"admin\"]\n",
            "BC".repeat(32)
        );
        let roster = file(&text).expect("it is in order");
        assert_eq!(roster.count(), 2);
        let desk = roster.holder(&[0xaa; 32]).expect("a principal");
        let ops = roster.holder(&[0xbc; 32]).expect("a principal");
        assert_eq!((desk.id(), ops.id()), ("desk-kyiv", "ops"));
        let allows = |principal, action, dossier: &str| {
            let dossier = DossierId::parse(dossier).expect("an id");
            decide(principal, action, Resource::Dossier(&dossier)) == Decision::Allow
        };
        assert!(allows(desk, Action::AppendTo(Collection::Findings), "ukraine-2025"));
        assert!(allows(desk, Action::Read, "other") && !allows(desk, Action::Append, "other"));
        assert!(allows(ops, Action::Append, "other"));
    }

    #[test]
    fn every_fault_is_named_at_once_with_line_and_path() {
        let text = format!(
            "principal = 1\n\
             [[principals]]\nid = \"Desk Kyiv\"\ntoken_sha256 = \"abc\"\nroles = {{}}\nrole = \"reader\"\n\
             [[principals]]\nid = \"local\"\ntoken_sha256 = 7\nroles = {{ \"a b\" = [\"reader\"], \"*\" = [], d = \"reader\" }}\n\
             [[principals]]\nid = \"a\"\ntoken_sha256 = \"{A}\"\nroles = {{ d = [\"raeder\", \"reader\", \"reader\", 1, \"king\"] }}\n\
             [[principals]]\nid = \"a\"\ntoken_sha256 = \"{}\"\nroles = {{ d = [\"liaison\"] }}\n\
             [[principals]]\n",
            A.to_uppercase()
        );
        let expected = [
            "a.toml:1: unknown key `principal`; there are principals",
            "a.toml:6: principals[0]: unknown key `role`; there are id, token_sha256, roles",
            "a.toml:3: principals[0].id: `Desk Kyiv` is no id such as desk-kyiv: small letters, digits, `-`, `_` and `.`, a letter first, at most 64",
            "a.toml:4: principals[0].token_sha256: is no SHA-256: 64 hexadecimal digits, as `armistice token` prints them",
            "a.toml:5: principals[0].roles: names no role: whoever may do nothing is left out of the file",
            "a.toml:8: principals[1].id: `local` is taken: it stands beside what is recorded where nobody is told from another",
            "a.toml:9: principals[1].token_sha256: is not a string in quotes",
            "a.toml:10: principals[1].roles.\"*\": names no role: whoever may do nothing is left out of the file",
            "a.toml:10: principals[1].roles: `a b` is neither the id of a dossier nor \"*\"",
            "a.toml:10: principals[1].roles.\"d\": is not a list of roles such as [\"reader\"]",
            "a.toml:14: principals[2].roles.\"d\"[0]: `raeder` is no role; nearest: `reader`; there are reader, reporter, analyst, verifier, admin",
            "a.toml:14: principals[2].roles.\"d\"[2]: `reader` stands there already",
            "a.toml:14: principals[2].roles.\"d\"[3]: is not a string in quotes",
            "a.toml:14: principals[2].roles.\"d\"[4]: `king` is no role; there are reader, reporter, analyst, verifier, admin",
            "a.toml:16: principals[3].id: `a` is the id of the principal in line 12 too",
            "a.toml:17: principals[3].token_sha256: is the hash of the principal in line 13 too: nobody could tell the two apart",
            "a.toml:18: principals[3].roles.\"d\"[0]: `liaison` is not served yet: a liaison sees public records and its own, and adds what its actor says, and neither is told apart so far",
            "a.toml:19: principals[4].id: is required",
            "a.toml:19: principals[4].token_sha256: is required",
            "a.toml:19: principals[4].roles: is required",
        ];
        assert_eq!(faults(&text), expected);
    }

    #[test]
    fn a_file_that_names_nobody_or_is_no_toml_is_refused() {
        for text in ["", "# nobody yet\n", "principals = []\n"] {
            let faults = faults(text);
            assert!(faults[0].contains("nobody is named"), "{text}: {faults:?}");
        }
        assert!(faults("[[principals]]\nid = \n")[0].starts_with("a.toml:2: "));
        for wrong in ["[principals]\nid = \"a\"\n", "principals = [1]\n", "principals = \"a\"\n"] {
            assert!(faults(wrong)[0].contains("write [[principals]]"), "{wrong}");
        }
    }

    #[test]
    fn of_very_many_principals_each_fault_is_placed_without_counting_lines_anew() {
        // With every line counted from the top for each of them, this takes minutes.
        let mut text = String::new();
        for number in 0..20_000 {
            let role = if number % 2 == 0 { "reader" } else { "king" };
            text += &format!(
                "[[principals]]\nid = \"p{number}\"\ntoken_sha256 = \"{number:064x}\"\nroles = {{ d = [\"{role}\"] }}\n"
            );
        }
        let told = faults(&text);
        assert_eq!(told.len(), 10_000);
        assert!(
            told[0].starts_with("a.toml:8: principals[1].roles") && told[9_999].starts_with("a.toml:80000: "),
            "{}",
            told[9_999]
        );
        assert_eq!(file(&text.replace("king", "reader")).expect("it is in order").count(), 20_000);
    }

    #[test]
    fn a_token_that_was_put_into_the_file_is_recognized_and_not_repeated() {
        let token = format!("{TOKEN_PREFIX}s3cret-and-long");
        let text = format!(
            "[[principals]]\nid = \"{token}\"\ntoken_sha256 = \"{token}\"\ntoken = \"{token}\"\n{token} = 1\n\
             roles = {{ \"{token}\" = [\"{token}\"] }}\n"
        );
        let told = faults(&text).join("\n");
        assert_eq!(told.lines().count(), 5, "{told}");
        assert!(told.contains("is a token, not the hash of one") && !told.contains("s3cret"), "{told}");
    }
}
