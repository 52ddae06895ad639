//! A browser that only reads: it asks for a page over HTTP/1.1 and finds the links in it.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use armistice::log::memory::MemoryLog;

use crate::support::ask::Answers;
use crate::support::case;
use crate::support::served::Served;

/// How long an answer may take before the test fails for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A page as it came.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    /// In lower case, a line each.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Page {
    /// What a header says.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
    }

    /// The values of an attribute, with what HTML escapes put back.
    pub(crate) fn attributes(&self, name: &str) -> Vec<String> {
        let start = format!(" {name}=\"");
        let values = self.body.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
        values.map(unescaped).collect()
    }

    /// The pages that it links, without the part after `#`.
    pub(crate) fn links(&self) -> BTreeSet<String> {
        let pages = self.attributes("href").into_iter().filter(|address| address.starts_with('/'));
        pages.map(|address| address.split('#').next().unwrap_or_default().to_owned()).collect()
    }

    /// Fails unless all these words are on the page.
    pub(crate) fn says(&self, words: &[&str]) {
        for word in words {
            assert!(self.body.contains(word), "{word:?} is not in:\n{}", self.body);
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Asks for a page.
pub(crate) fn get(server: &Served, path: &str) -> Page {
    send(server, "GET", path)
}

/// Asks in another way.
pub(crate) fn send(server: &Served, method: &str, path: &str) -> Page {
    send_with(server, method, path, "")
}

/// The same with further lines in the head of the request, each with its end.
pub(crate) fn send_with(server: &Served, method: &str, path: &str, lines: &str) -> Page {
    let address = server.url.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{lines}\r\n");
    stream.write_all(request.as_bytes()).expect("the connection is open");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
    let head = String::from_utf8(bytes[..end].to_vec()).expect("text").to_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let body = String::from_utf8(bytes[end + 4..].to_vec()).expect("pages are UTF-8");
    assert!(!head.contains("transfer-encoding"), "a page has a length");
    Page { status, head, body }
}

/// The worked case, served once for all tests.
pub(crate) fn the_case() -> &'static Served {
    static CASE: LazyLock<Served> = LazyLock::new(|| the_case_over(Arc::new(MemoryLog::default())));
    &CASE
}

/// The same, served over a log that has to be empty.
pub(crate) fn the_case_over(log: Arc<MemoryLog>) -> Served {
    let mut served = Served::start(log);
    let case = case::read();
    let parent = format!("dossiers/{}", case.create.dossier_id);
    served.create(case.create).expect("a new dossier");
    for batch in case.batches {
        served.append(&parent, batch).expect("the case is in order");
    }
    served
}
