//! Pages of a server that tells who asks: nothing for strangers, nothing of a dossier for whoever has no role on it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use armistice::access::{Principal, Role, Roster};
use armistice::domain::name::DossierId;
use armistice::log::memory::MemoryLog;
use armistice::service::Settings;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::browser::{Page, get, send_with, the_case_over};
use crate::support::served::Served;

/// Every page of the case, and some that are none.
const PAGES: [&str; 13] = [
    "",
    "/incidents/v03",
    "/incidents/none",
    "/compare?a=r1&b=r7",
    "/draft?from=r1",
    "/briefing",
    "/briefing?date=2025-03-19",
    "/briefing?date=2025-03-19&known_by=2025-03-20T06:00:00Z&charts=shown",
    "/briefing/file?format=html&date=2025-03-19",
    "/briefing/file?format=md&date=2025-03-19",
    "/records",
    "/records/readings/r7",
    "?as_of=99999",
];

const DOSSIER: &str = "/dossiers/ukraine-2025";

fn token(id: &str) -> String {
    format!("armistice_s3cret-of-{id}")
}

/// The case, served to a reader of it and to somebody who may do everything with another dossier.
fn guarded() -> &'static Served {
    &served().1
}

/// The same log, served to anyone, and to those who are known.
fn served() -> &'static (Served, Served) {
    static CASE: LazyLock<(Served, Served)> = LazyLock::new(|| {
        let log = Arc::new(MemoryLog::default());
        let open = the_case_over(log.clone());
        let principal = |id: &str, dossier: &str, role| {
            let dossiers = BTreeMap::from([(DossierId::parse(dossier).expect("an id"), vec![role])]);
            (Sha256::digest(token(id)).into(), Principal::new(id, vec![], dossiers))
        };
        let roster = Roster::new([
            principal("reader", "ukraine-2025", Role::Reader),
            principal("outsider", "other", Role::Admin),
        ]);
        (open, Served::with(log, Settings { access: Some(roster), ..Settings::default() }))
    });
    &CASE
}

fn basic(id: &str) -> String {
    format!("authorization: Basic {}\r\n", STANDARD.encode(format!("{id}:{}", token(id))))
}

fn asked_by(id: &str, path: &str) -> Page {
    send_with(guarded(), "GET", path, &basic(id))
}

fn says_nothing(page: &Page, path: &str) {
    for word in ["spring 2025", "Zelensky", "Kremlin", "Railway", "prisoners", "r7", "s3cret"] {
        assert!(!page.body.contains(word) || path.contains(word), "{path} tells {word}: {}", page.body);
    }
}

#[test]
fn a_stranger_is_asked_who_it_is_and_shown_nothing() {
    let odd_lines = [
        String::new(),
        "authorization: Bearer guessed\r\n".to_owned(),
        "authorization: Basic Og==\r\n".to_owned(),
        "authorization: Basic ????\r\n".to_owned(),
        format!("{}{}", basic("reader"), basic("reader")),
        format!("x-authorization: Bearer {}\r\n", token("reader")),
        "authorization: Digest username=\"reader\"\r\n".to_owned(),
    ];
    let beside =
        ["/", "/nowhere", "/dossiers/none", "/dossiers/ukraine-2025/", "//dossiers/ukraine-2025"].map(String::from);
    let more = ["/style.css/../dossiers/ukraine-2025", "/style.css%2F..%2Fdossiers%2Fukraine-2025", "/?a=1&a=2"];
    let pages = PAGES.iter().map(|page| format!("{DOSSIER}{page}")).chain(beside).chain(more.map(String::from));
    for path in pages {
        for lines in &odd_lines {
            let page = send_with(guarded(), "GET", &path, lines);
            assert_eq!(page.status, 401, "{path} {lines}");
            assert!(page.header("www-authenticate").starts_with("basic realm="), "{}", page.head);
            assert!(page.header("cache-control").contains("private"), "{}", page.head);
            assert!(page.header("content-security-policy").starts_with("default-src 'none'"), "{}", page.head);
            page.says(&["<h1>Who are you?</h1>", "password is your token", "</html>"]);
            says_nothing(&page, "");
            assert!(!page.body.contains("ukraine"), "{path}: {}", page.body);
        }
    }
    for method in ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
        let page = send_with(guarded(), method, DOSSIER, "");
        assert_eq!(page.status, 401, "{method}");
        assert_eq!(method == "HEAD", page.body.is_empty(), "{method}: {}", page.body);
    }
    for file in ["/style.css", "/icon.svg"] {
        assert_eq!(get(guarded(), file).status, 200, "{file} says nothing, and the page that asks is drawn with it");
    }
}

#[test]
fn a_reader_is_shown_what_everyone_is_shown_where_nobody_is_told_from_another() {
    for page in PAGES {
        let path = format!("{DOSSIER}{page}");
        let (known, open) = (asked_by("reader", &path), get(&served().0, &path));
        assert!((known.status, &known.body) == (open.status, &open.body), "{path}: {}\n{}", known.body, open.body);
    }
    let bearer = format!("authorization: Bearer {}\r\n", token("reader"));
    assert_eq!(send_with(guarded(), "GET", DOSSIER, &bearer).status, 200);
    assert_eq!(send_with(guarded(), "POST", DOSSIER, &bearer).status, 405);
    asked_by("reader", "/").says(&["Ukraine, spring 2025"]);
}

#[test]
fn whoever_has_no_role_on_a_dossier_is_shown_the_same_whether_there_is_one_or_not() {
    for page in PAGES {
        let there = asked_by("outsider", &format!("{DOSSIER}{page}"));
        let nowhere = asked_by("outsider", &format!("/dossiers/absent{page}"));
        assert_eq!((there.status, nowhere.status), (403, 403), "{page}");
        assert!(there.header("www-authenticate").is_empty(), "another password would not help: {}", there.head);
        there.says(&["This may not be shown to you", "whether there is such a dossier or not"]);
        says_nothing(&there, page);
        assert_eq!(there.body, nowhere.body, "{page}");
    }
    let list = asked_by("outsider", "/");
    assert_eq!(list.status, 200);
    list.says(&["There is none yet that you may read"]);
    says_nothing(&list, "/");
}
