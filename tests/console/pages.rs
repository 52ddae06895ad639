//! Every page of the case: what it says, how it is guarded, what it links, and what it says when it is asked for nonsense.

use std::collections::BTreeSet;

use crate::browser::{get, send, the_case};

const DOSSIER: &str = "/dossiers/ukraine-2025";
const WEIGHT_BYTES_MAX: usize = 100_000;

fn of(page: &str) -> String {
    format!("{DOSSIER}{page}")
}

#[test]
fn the_overview_shows_counts_for_each_reading_and_basis_and_every_incident_under_every_reading() {
    let page = get(the_case(), DOSSIER);
    assert_eq!(page.status, 200);
    page.says(&[
        "<html lang=\"en\">",
        "Ukraine, spring 2025",
        "Railway energy system in Dnipropetrovsk Region",
        "undetermined",
        "Not assessed (–) is not the same as no breach",
        "No record says where anyone could watch",
        "<svg",
        "Kremlin readout, 18 March 2025",
    ]);
    assert!(!page.body.to_lowercase().contains("total"), "there is never one total");
    assert!(page.body.len() < WEIGHT_BYTES_MAX, "{}", page.body.len());
}

#[test]
fn an_incident_shows_its_accounts_elements_what_is_missing_and_its_history() {
    get(the_case(), &of("/incidents/v03?reading=r5&basis=alleged")).says(&[
        "Railway energy system in Dnipropetrovsk Region",
        "Under <strong>r5</strong>, on the basis <em>alleged</em>",
        "what was struck is given only as rail.power",
        "Ukraine reports",
        "2025-03-19T01:20 (Europe/Kyiv)",
        "Nobody is recorded to deny any of it",
        "First recorded.",
        "part of",
    ]);
}

#[test]
fn words_that_nobody_knows_or_that_are_said_twice_are_refused_and_no_clock_is_lost_over_them() {
    for (page, says) in [
        ("?basis=sure", "none of alleged, undisputed"),
        ("/compare?a=r1&b=r7&basis=sure", "none of alleged, undisputed"),
        ("/incidents/v03?basis=sure", "none of alleged, undisputed"),
        ("?known_by=&known_by=2025-03-20", "is said twice"),
        ("/records?as_of=5&as_of=6", "is said twice"),
        ("/draft?from=nowhere", "no reading “nowhere”"),
    ] {
        let page = get(the_case(), &of(page));
        assert!((400..500).contains(&page.status), "{}", page.status);
        page.says(&[says]);
    }
}

#[test]
fn two_readings_are_compared_in_tables_of_three_by_three_and_by_what_they_part_over() {
    let page = get(the_case(), &of("/compare?a=r1&b=r7"));
    page.says(&["Where they part", "Heating in Kharkiv", "r1: undetermined", "r7: breach", "window"]);
    assert_eq!(page.body.matches("class=\"pair\"").count(), 4, "one for each basis");
    get(the_case(), &of("/compare?a=r1&b=r1")).says(&["A reading cannot differ from itself"]);
}

#[test]
fn a_draft_that_changes_nothing_changes_no_verdict_and_a_wider_one_says_what_it_changes() {
    let form = get(the_case(), &of("/draft?from=r1"));
    let names: Vec<String> = form.attributes("name");
    let same: Vec<String> = names
        .iter()
        .filter(|name| name.contains('.') || ["operative", "attempts", "wording"].contains(&name.as_str()))
        .map(|name| format!("{name}={}", value_of(&form.body, name).replace(' ', "+").replace('/', "%2F")))
        .collect();
    let same = of(&format!("/draft?draft=1&from=r1&{}", same.join("&")));
    get(the_case(), &same).says(&["No incident changes verdict from one to the other"]);
    let wider = same.replace("objects.include=energy", "objects.include=infra");
    get(the_case(), &wider).says(&["Hospital in Krasnopillia", "draft says", "object"]);
}

/// What stands in a field of the form.
fn value_of(body: &str, name: &str) -> String {
    let field = body.split(&format!(" name=\"{name}\"")).nth(1).unwrap_or_else(|| panic!("there is no field {name}"));
    let tag = field.split('>').next().unwrap_or_default();
    if let Some(value) = tag.split(" value=\"").nth(1) {
        // A box that is not ticked says nothing.
        let is_unticked = name == "window.start_immediately" && !tag.contains("checked");
        return if is_unticked { String::new() } else { value.split('"').next().unwrap_or_default().to_owned() };
    }
    let chosen = field.split("</select>").next().and_then(|options| options.split("\" selected").next());
    let chosen = chosen.filter(|before| field.contains("selected") && !before.contains("</select>"));
    chosen.and_then(|before| before.rsplit("value=\"").next()).unwrap_or_default().to_owned()
}

#[test]
fn a_draft_can_be_written_without_knowing_the_ids_of_classes() {
    for page in ["/draft", "/draft?draft=1&from=r1&objects.include=castle"] {
        let page = get(the_case(), &of(page));
        page.says(&[
            "<summary>Which ids there are</summary>",
            "<code>oil.depot</code>",
            "<code>strike.drone</code>",
            "<code>uav</code>",
            "/records?collection=actors",
        ]);
        assert!(page.body.len() < WEIGHT_BYTES_MAX, "{}", page.body.len());
    }
}

#[test]
fn any_day_can_be_asked_for_from_the_page_of_briefings() {
    let page = get(the_case(), &of("/briefing?known_by=2025-04-20"));
    page.says(&["type=\"date\" name=\"date\"", "name=\"known_by\" value=\"2025-04-20\"", "2025-04-17"]);
    assert!(!page.body.contains("such days are listed"), "all of them are");
    get(the_case(), &of("/briefing?date=2025-06-01")).says(&["No reports received for the period."]);
}

#[test]
fn a_slash_at_the_end_leads_to_the_page_without_it() {
    for (asked, leads) in [
        (of("/"), of("")),
        (of("/briefing/?date=2025-03-19&known_by=2025-03-20"), of("/briefing?date=2025-03-19&known_by=2025-03-20")),
        (of("/records/readings/r7//"), of("/records/readings/r7")),
        (of("/incidents/v03/?back=%2f%2fevil.example"), of("/incidents/v03?back=%2f%2fevil.example")),
    ] {
        for method in ["GET", "HEAD"] {
            let page = send(the_case(), method, &asked);
            assert_eq!((page.status, page.header("location")), (308, leads.as_str()), "{method} {asked}");
            assert!(!page.header("content-security-policy").is_empty());
        }
        assert_eq!(get(the_case(), &leads).status, 200, "{leads}");
    }
    // What is no page of a dossier, and what could be read as another host, leads nowhere.
    for path in
        ["//evil.example/", "/dossiers/", "/dossiers//", "/dossiers//evil.example/", "/nowhere/", "//dossiers/x/"]
    {
        let page = get(the_case(), path);
        assert!(
            page.status == 404 && page.header("location").is_empty(),
            "{path}: {} {}",
            page.status,
            page.header("location")
        );
    }
    for method in ["POST", "PUT", "DELETE"] {
        let page = send(the_case(), method, &of("/"));
        assert!(page.header("location").is_empty() && page.status >= 400, "{method}: {}", page.status);
    }
}

#[test]
fn every_fault_of_a_draft_stands_at_its_field() {
    let page = get(the_case(), &of("/draft?draft=1&from=r1&operative=perhaps&window.length.days=many"));
    assert_eq!(page.status, 400);
    page.says(&[
        "“perhaps” is none of yes, no, unclear",
        "“many” is no number of days",
        "id=\"window.length.days-fault\"",
    ]);
    let page = get(the_case(), &of("/draft?draft=1&from=r1&objects.include=castle,elec&window.time_zone=Mars"));
    assert_eq!(page.status, 400);
    page.says(&["aria-invalid=\"true\"", "id=\"window.time_zone-fault\"", "The draft cannot be read yet"]);
}

#[test]
fn a_record_is_shown_with_its_revisions_and_what_each_changed() {
    let page = get(the_case(), &of("/records/readings/r7"));
    page.says(&["The energy ministry named the sectors", "objects.include[0]", "<del>energy</del>", "<ins>elec</ins>"]);
    get(the_case(), &of("/records?collection=reports&text=v03")).says(&["reports/v03-ukraine"]);
}

#[test]
fn a_briefing_names_the_records_behind_each_sentence_and_can_be_had_as_a_file() {
    let morning = "date=2025-03-19&known_by=2025-03-20T06:00:00Z";
    let page = get(the_case(), &of(&format!("/briefing?{morning}")));
    page.says(&[
        "372 prisoners were exchanged",
        "/records/contacts/trump-zelensky-call?known_by=2025-03-20T06%3A00%3A00Z",
        "Show the charts",
        "<article lang=\"en\">",
    ]);
    get(the_case(), &of("/briefing?date=2025-03-19&language=uk")).says(&["<article lang=\"uk\">"]);
    get(the_case(), &of("/briefing")).says(&["/briefing?date=2025-03-19"]);
    let file = |format: &str| get(the_case(), &of(&format!("/briefing/file?format={format}&{morning}")));
    let kinds = ["html", "md", "json"].map(|format| {
        let file = file(format);
        assert_eq!(file.status, 200, "{format}");
        file.says(&["372"]);
        assert!(!file.header("content-security-policy").contains("unsafe"), "{format}");
        (file.header("content-type").to_owned(), file.header("content-disposition").to_owned())
    });
    let named = |how: &str, ending: &str| format!("{how}; filename=\"ukraine-2025-2025-03-19.{ending}\"");
    let expected = [
        ("text/html; charset=utf-8", named("inline", "html")),
        ("text/markdown; charset=utf-8", named("attachment", "md")),
        ("application/json", named("attachment", "json")),
    ];
    assert_eq!(kinds, expected.map(|(kind, named)| (kind.to_owned(), named)));
}

#[test]
fn a_page_holds_only_what_was_there_by_its_clocks() {
    let early = get(the_case(), &of("?known_by=2025-03-20"));
    early.says(&["Railway energy system in Dnipropetrovsk Region", "published by the end of 2025-03-20 (Europe/Kyiv)"]);
    assert!(!early.body.contains("Heating in Kharkiv"), "it was reported later");
    let later = get(the_case(), &of("/incidents/v13"));
    assert_eq!(later.status, 200);
    let unknown = get(the_case(), &of("/incidents/v13?known_by=2025-03-20"));
    assert_eq!(unknown.status, 404, "what the API does not show is on no page");
    assert!(!unknown.body.contains("Kharkiv"));
    get(the_case(), &of("?as_of=0")).says(&["the record at position 0", "No reading is recorded by these clocks"]);
}

#[test]
fn every_link_leads_to_a_page_and_keeps_the_clocks() {
    let clocks = "as_of=430&known_by=2025-04-20";
    let pages = ["", "/incidents/v03", "/compare", "/draft", "/records", "/records/readings/r7"];
    let mut links = BTreeSet::new();
    for page in pages {
        let shown = get(the_case(), &of(&format!("{page}?{clocks}")));
        assert_eq!(shown.status, 200, "{page}");
        for link in shown.links().into_iter().filter(|link| link.starts_with(DOSSIER)) {
            let back = of(page);
            // The one link that leaves the clocks says so. A revision is shown as of its own position.
            let is_on_purpose = link == back || link.contains("as_of=");
            assert!(link.contains("known_by=2025-04-20") && is_on_purpose || link == back, "{page} links {link}");
            links.insert(link);
        }
    }
    assert!(links.len() > 100, "{}", links.len());
    for link in links.iter().step_by(7) {
        let page = get(the_case(), link);
        assert_eq!(page.status, 200, "{link}");
        assert!(page.body.len() < 2 * WEIGHT_BYTES_MAX, "{link}");
    }
}

#[test]
fn every_answer_is_guarded() {
    for path in ["/", DOSSIER, "/nowhere", "/dossiers/none", "/style.css"] {
        let page = get(the_case(), path);
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(!page.body.contains("<script") && !page.body.contains(" style=\""), "{path}");
    }
    assert!(get(the_case(), DOSSIER).header("cache-control").contains("private"));
    assert!(get(the_case(), "/style.css").header("cache-control").contains("immutable"));
}

#[test]
fn what_cannot_be_answered_is_a_page_that_names_every_fault() {
    let cases: [(&str, u16, &[&str]); 12] = [
        ("/nowhere", 404, &["no page at this address"]),
        ("/dossiers/none", 404, &["none"]),
        ("/dossiers/ukraine-2025/incidents/none", 404, &["incidents/none"]),
        ("/dossiers/ukraine-2025?as_of=99999", 400, &["as_of", "past the head"]),
        ("/dossiers/ukraine-2025?as_of=yesterday&known_by=2025-02-30", 400, &["as_of", "known_by", "“yesterday”"]),
        ("/dossiers/ukraine-2025?basis=true&readings=mine", 400, &["“true”", "“mine”", "undisputed"]),
        ("/dossiers/ukraine-2025/records?collection=castles&refers_to=x", 400, &["collections[0]", "refers_to"]),
        ("/dossiers/ukraine-2025/compare?a=none&b=r1", 400, &["none"]),
        ("/dossiers/ukraine-2025/briefing?date=soon", 400, &["period", "soon"]),
        ("/dossiers/ukraine-2025/briefing?date=2025-03-19&language=tlh", 400, &["language"]),
        ("/dossiers/ukraine-2025/briefing?date=2025-03-19&since=ever", 400, &["since", "“ever”"]),
        ("/dossiers/ukraine-2025/briefing/file?format=exe", 400, &["format", "“exe”", "date"]),
    ];
    for (path, status, words) in cases {
        let page = get(the_case(), path);
        assert_eq!(page.status, status, "{path}\n{}", page.body);
        page.says(words);
        page.says(&["<h1>", "</html>"]);
        for inside in ["panicked", "src/", "RUST"] {
            assert!(!page.body.contains(inside), "{path} tells {inside}");
        }
    }
}

#[test]
fn pages_are_read_and_nothing_else() {
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let page = send(the_case(), method, DOSSIER);
        assert_eq!(page.status, 405, "{method}");
        page.says(&["Pages are read only"]);
    }
    let head = send(the_case(), "HEAD", DOSSIER);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(!head.header("content-security-policy").is_empty());
}

#[test]
fn odd_addresses_do_no_harm() {
    for path in [
        "/dossiers/%FF",
        "/dossiers/..%2F..%2Fetc",
        "/dossiers/ukraine-2025/incidents/%00",
        "/dossiers/ukraine-2025/records/reports/%3Cscript%3E",
        "/dossiers//incidents/v03",
    ] {
        let page = get(the_case(), path);
        assert!(page.status == 400 || page.status == 404, "{path}: {}", page.status);
        assert!(!page.body.contains("<script"), "{path}");
    }
    let long = format!("{DOSSIER}?text={}", "%F0%9F%92%A5".repeat(800));
    assert_eq!(get(the_case(), &long).status, 200);
    assert_eq!(get(the_case(), &of("?page=damaged")).status, 400);
}
