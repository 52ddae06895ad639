//! `armistice token`: makes a token, and says what to put into the access file for whoever is to hold it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::output::{data, talk};
use crate::config::access_file::{TOKEN_PREFIX, checked_id};

/// How many bytes of the system's randomness are in a token.
const TOKEN_BYTES: usize = 32;

/// Makes a token, by which a server knows whoever holds it.
///
/// Standard output is the token alone: it is shown this once, and kept nowhere. Standard error is the entry for the access file of the
/// server, as TOML with remarks; the entry holds the hash of the token, from which nobody gets back to it.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  install -m 600 /dev/null desk-kyiv.token
                                          a file that nobody else on the machine can read
  armistice token --id desk-kyiv > desk-kyiv.token 2>> access.toml
                                          the token into one file, its entry into another
  $EDITOR access.toml                     on which dossier, instead of DOSSIER (\"*\" is all of them), and with which roles
  armistice config --access-file access.toml
                                          says whether that file is in order
  armistice serve --access-file access.toml
                                          answers those whom it names, and nobody else
  armistice tally --token-file desk-kyiv.token
  ARMISTICE_TOKEN=$(cat desk-kyiv.token) armistice brief --date 2025-03-19
                                          ask in the name of desk-kyiv
  grpcurl -plaintext -H \"authorization: Bearer $(cat desk-kyiv.token)\" localhost:7411 \\
    armistice.v1.DossierService/ListDossiers
A browser asks for a name and a password: the password is the token. To take a token back, remove its entry and start the server anew.")]
pub(super) struct TokenCommand {
    /// Who is to hold it, such as --id desk-kyiv: stands beside what they record, and in the lines about their calls
    #[arg(long, value_name = "ID", default_value = "somebody", value_parser = id)]
    id: String,
    /// How to print it, such as --format json: token and hash on standard output, and nothing on standard error
    #[arg(long, value_enum, default_value_t = TokenFormat::Text, hide_possible_values = true, value_name = "text|json")]
    format: TokenFormat,
}

/// How a token is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TokenFormat {
    /// For people and shells.
    Text,
    /// One object.
    Json,
}

/// Runs it.
pub(super) fn run(command: &TokenCommand) -> Result<(), Failure> {
    let mut bytes = [0; TOKEN_BYTES];
    let refused = |error: getrandom::Error| Failure::System {
        doing: "make a token",
        source: std::io::Error::other(error.to_string()),
    };
    getrandom::fill(&mut bytes).map_err(refused)?;
    let token = token(&bytes);
    let hash = sha256(&token);
    match command.format {
        TokenFormat::Text => {
            talk(&entry(&command.id, &hash));
            data(&token)
        }
        TokenFormat::Json => data(&serde_json::json!({ "token": token, "token_sha256": hash }).to_string()),
    }
}

/// An id that the access file will take: an entry that it refuses is not made.
fn id(text: &str) -> Result<String, String> {
    checked_id(text).map(|()| text.to_owned()).map_err(|problem| problem.to_string())
}

/// Safe in headers and in shells, and known for what it is wherever it turns up.
fn token(bytes: &[u8; TOKEN_BYTES]) -> String {
    format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn sha256(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The entry for the access file. It is TOML as it stands, so that it can be appended to one; until somebody says where, its role is on
/// no dossier that there is.
fn entry(id: &str, hash: &str) -> String {
    format!(
        "# For the access file of the server; whoever is to hold the token gets it, and nobody else.\n[[principals]]\n\
         id = {}\ntoken_sha256 = \"{hash}\"\n\
         # Instead of DOSSIER the id of one, or * for all; reader, reporter, analyst, verifier or admin.\n\
         roles = {{ \"DOSSIER\" = [\"reader\"] }}\n",
        toml::Value::from(id)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{File, access_file};

    #[test]
    fn an_id_that_the_access_file_would_refuse_is_refused_before_there_is_a_token() {
        assert_eq!(id("desk-kyiv"), Ok("desk-kyiv".to_owned()));
        for wrong in ["", "Desk Kyiv", "local", "a\nb", "7", &"a".repeat(65)] {
            let told = id(wrong).expect_err("it would be refused");
            let text = entry(wrong, &"a".repeat(64));
            let faults = access_file::read(&File { path: "a.toml".into(), text }).expect_err("it is refused");
            assert_eq!(faults[0].problem.to_string(), told, "{wrong}");
        }
    }

    #[test]
    fn what_is_printed_for_the_access_file_is_taken_there_and_knows_the_token() {
        let tokens = [token(&[7; TOKEN_BYTES]), token(&[8; TOKEN_BYTES])];
        for token in &tokens {
            assert_eq!(token.len(), TOKEN_PREFIX.len() + 43);
            assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
        }
        let text = format!("{}{}", entry("a", &sha256(&tokens[0])), entry("b", &sha256(&tokens[1])));
        let roster = access_file::read(&File { path: "a.toml".into(), text }).expect("it is in order");
        let holder = roster.holder(&Sha256::digest(&tokens[1]).into()).map(|principal| principal.id().to_owned());
        assert_eq!(holder.as_deref(), Some("b"));
    }
}
