//! The lines of a table that put something on record, each read into a record as a client would send it.
//!
//! Unless a line says otherwise: a reading is a's, of the term `t`, rests on `text`, restricts nothing and binds from the
//! first instant of 2025; a report says that b hit `elec.sub` at noon of 1 February 2025. So each line says only what its
//! scenario is about. `-` leaves out what would be said otherwise.

use armistice::wire::pb;
use serde_json::{Map, Value, json};

use super::words::{Line, commas};
use crate::support::from_json;

/// What is there before any table begins.
pub(crate) const GIVEN: &str = "
document paper published=2025-01-01
state a
state b
state c
term t PROHIBITION
instrument text AGREED_TEXT stated=2025-01-01T00:00Z..2025-01-01T12:00Z
";

/// Reads a span, or a bound: two instants, one instant, or a local text.
pub(crate) fn time(text: &str, zone: Option<&str>) -> Value {
    let instants = match text.split_once("..") {
        Some(sides) => Some(sides),
        None if text.ends_with('Z') => Some((text, text)),
        None => None,
    };
    let mut said = match instants {
        Some((earliest, latest)) => json!({ "earliest": instant(earliest), "latest": instant(latest) }),
        None => json!({ "local": text }),
    };
    if let Some(zone) = zone {
        said["timeZone"] = json!(zone);
    }
    said
}

fn instant(text: &str) -> String {
    let instant: jiff::Timestamp = text.parse().unwrap_or_else(|fault| panic!("{text}: {fault}"));
    instant.to_string()
}

fn named(collection: &str, id: &str) -> String {
    if id.contains('/') { id.to_owned() } else { format!("{collection}/{id}") }
}

fn all_named(collection: &str, ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| named(collection, id)).collect()
}

/// `+a,-b,?c`: included, excluded, unclear.
fn selection(text: &str, collection: Option<&str>) -> Value {
    let mut lists: [Vec<String>; 3] = Default::default();
    for entry in commas(text) {
        let (mark, id) = entry.split_at(1);
        let list = "+-?".find(mark).unwrap_or_else(|| panic!("{entry} begins with none of + - ?"));
        let name = match collection {
            Some(collection) if id != "*" => named(collection, id),
            _ => id.to_owned(),
        };
        lists[list].push(name);
    }
    let [include, exclude, unclear] = lists;
    json!({ "include": include, "exclude": exclude, "unclear": unclear })
}

fn words(prefix: &str, list: &[&str]) -> Vec<String> {
    list.iter().map(|word| format!("{prefix}_{word}")).collect()
}

/// Reads a filter, whose keys are those of the API.
pub(crate) fn filter(line: &Line) -> Option<pb::IncidentFilter> {
    let mut says = Map::new();
    for (key, collection) in
        [("places", "places"), ("attributed_to", "actors"), ("against", "actors"), ("claimants", "actors")]
    {
        if line.get(key).is_some() {
            says.insert(key.to_owned(), json!(all_named(collection, &line.list(key))));
        }
    }
    for key in ["objects", "acts", "weapons"] {
        if line.get(key).is_some() {
            says.insert(key.to_owned(), json!(line.list(key)));
        }
    }
    if let Some(occurred) = line.get("occurred") {
        says.insert("occurred".to_owned(), time(occurred, line.get("in")));
    }
    if let Some(text) = line.get("text") {
        says.insert("text".to_owned(), json!(text.replace('_', " ")));
    }
    let filter = from_json("IncidentFilter", &Value::Object(says)).unwrap_or_else(|f| panic!("{}: {f}", line.place));
    Some(filter)
}

/// What a reading says, of the record or only drafted.
pub(crate) fn reading(line: &Line) -> Value {
    let mut body = Map::new();
    let mut say = |key: &str, value: Value| body.insert(key.to_owned(), value);
    for (key, field, collection, unsaid) in
        [("term", "term", "terms", "t"), ("by", "heldBy", "actors", "a"), ("text", "instrument", "instruments", "text")]
    {
        if let Some(id) = line.or(key, unsaid) {
            say(field, json!(named(collection, id)));
        }
    }
    if let Some(id) = line.get("supersedes") {
        say("supersedes", json!(named("readings", id)));
    }
    for key in ["operative", "attempts"] {
        if let Some(word) = line.get(key) {
            say(key, json!(format!("TRISTATE_{}", word.to_uppercase())));
        }
    }
    if line.get("exceptions").is_some() {
        say("exceptions", json!(line.list("exceptions")));
    }
    for (key, collection) in [
        ("actors", Some("actors")),
        ("against", Some("actors")),
        ("acts", None),
        ("objects", None),
        ("places", Some("places")),
        ("weapons", None),
    ] {
        if let Some(text) = line.get(key) {
            say(key, selection(text, collection));
        }
    }
    let mut window = Map::new();
    match line.or("start", "2025-01-01T00:00Z") {
        None => {}
        Some("immediately") => drop(window.insert("startImmediately".to_owned(), json!(true))),
        Some(text) => drop(window.insert("start".to_owned(), time(text, None))),
    }
    if let Some("immediately") = line.get("and") {
        window.insert("startImmediately".to_owned(), json!(true));
    }
    if let Some(text) = line.get("end") {
        window.insert("end".to_owned(), time(text, None));
    }
    if let Some(days) = line.get("days") {
        let days: i32 = days.parse().expect("a number of days");
        let rule = line.or("rule", "-").map_or(json!(0), |rule| json!(format!("COUNTING_RULE_{rule}")));
        window.insert("length".to_owned(), json!({ "days": days, "rule": rule }));
    }
    if let Some(zone) = line.get("zone") {
        window.insert("timeZone".to_owned(), json!(zone));
    }
    if line.get("window") != Some("-") {
        say("window", Value::Object(window));
    }
    if line.get("duty").is_some() {
        say("duties", json!([{ "pledge": {} }]));
    }
    if line.get("duties").is_some() {
        say("duties", json!(line.list("duties").into_iter().map(duty).collect::<Vec<_>>()));
    }
    Value::Object(body)
}

/// `contact:TALKS:a+b`, `exchange:a>b:WOUNDED:23` or `pledge:AID:DELIVERS:a`; `-` is left open.
fn duty(text: &str) -> Value {
    let words: Vec<&str> = text.split(':').collect();
    let said = |at: usize| words.get(at).copied().filter(|word| *word != "-");
    let actors = |at: usize| -> Vec<String> {
        said(at).into_iter().flat_map(|names| names.split('+')).map(|id| named("actors", id)).collect()
    };
    let choice = |prefix: &str, at: usize| said(at).map_or(json!(0), |word| json!(format!("{prefix}_{word}")));
    match words[0] {
        "contact" => json!({ "contact": { "type": choice("CONTACT_TYPE", 1), "participants": actors(2) } }),
        "exchange" => {
            let (from, to) = sides(words[1]);
            let mut asked = json!({ "from": from, "to": to, "category": choice("PERSON_CATEGORY", 2) });
            if let Some(count) = said(3) {
                asked["atLeast"] = json!(count.parse::<i32>().expect("a count"));
            }
            json!({ "exchange": asked })
        }
        "pledge" => {
            json!({ "pledge": { "type": choice("PLEDGE_TYPE", 1), "move": choice("PLEDGE_MOVE", 2), "to": actors(3) } })
        }
        kind => panic!("{kind:?} is no duty"),
    }
}

/// `a>b`: from whom to whom; `-` is not said.
fn sides(text: &str) -> (String, String) {
    let name = |id: &str| if id == "-" { String::new() } else { named("actors", id) };
    let (from, to) = text.split_once('>').unwrap_or_else(|| panic!("{text}: two sides are set apart by >"));
    (name(from), name(to))
}

/// `a:a>b:PRISONER_OF_WAR:175`: who states it, from whom to whom, of which persons, how many; a `!` before says announced.
fn transfer(text: &str) -> Value {
    let (stage, text) = match text.strip_prefix('!') {
        Some(rest) => ("ANNOUNCED", rest),
        None => ("CONFIRMED", text),
    };
    let words: Vec<&str> = text.split(':').collect();
    let (from, to) = sides(words[1]);
    let category = if words[2] == "-" { json!(0) } else { json!(format!("PERSON_CATEGORY_{}", words[2])) };
    json!({
        "statedBy": named("actors", words[0]), "from": from, "to": to, "category": category,
        "stage": format!("TRANSFER_STAGE_{stage}"), "count": words[3].parse::<i32>().expect("a count"),
    })
}

fn facts(line: &Line) -> Option<Value> {
    line.or("facts", "+")?;
    let mut facts = Map::new();
    let mut say = |key: &str, value: Value| facts.insert(key.to_owned(), value);
    if let Some(when) = line.or("when", "2025-02-01T12:00Z..2025-02-01T12:01Z") {
        say("occurred", time(when, line.get("in")));
    }
    for (key, field, collection, unsaid) in [
        ("author", "attributedTo", "actors", "b"),
        ("against", "against", "actors", "-"),
        ("place", "place", "places", "-"),
    ] {
        if let Some(id) = line.or(key, unsaid) {
            say(field, json!(named(collection, id)));
        }
    }
    for key in ["act", "ground"] {
        if let Some(word) = line.get(key) {
            say(key, json!(word));
        }
    }
    // `struck=object:effect:weapon|…`, or one thing by its keys.
    let things: Vec<Vec<&str>> = match line.get("struck") {
        Some(things) => commas(things).into_iter().map(|thing| thing.split(':').collect()).collect(),
        None => vec![vec![
            line.or("object", "elec.sub").unwrap_or("-"),
            line.or("effect", "HIT").unwrap_or("-"),
            line.get("weapon").unwrap_or("-"),
        ]],
    };
    let facility = line.get("facility");
    let struck = things.iter().map(|thing| {
        let mut struck = Map::new();
        let said = |at: usize| thing.get(at).copied().filter(|word| *word != "-");
        if let Some(object) = said(0) {
            struck.insert("object".to_owned(), json!(object));
        }
        if let Some(effect) = said(1) {
            struck.insert("effect".to_owned(), json!(format!("EFFECT_{effect}")));
        }
        if let Some(weapon) = said(2) {
            struck.insert("weapon".to_owned(), json!(weapon));
        }
        if let Some(facility) = facility {
            struck.insert("facility".to_owned(), json!(facility));
        }
        Value::Object(struck)
    });
    let struck: Vec<Value> = struck.filter(|thing| *thing != json!({})).collect();
    say("struck", json!(struck));
    Some(Value::Object(facts))
}

fn report(line: &Line, incident: &str, claimant: &str, facts: Option<Value>, denies: &[&str]) -> Value {
    let mut body = Map::new();
    let mut say = |key: &str, value: Value| body.insert(key.to_owned(), value);
    say("incident", json!(named("incidents", incident)));
    say("claimant", json!(named("actors", claimant)));
    if let Some(id) = line.get("statement") {
        say("statement", json!(named("statements", id)));
    }
    if let Some(facts) = facts {
        say("facts", facts);
    }
    say("denies", json!(words("PROPOSITION", denies)));
    say("allegesBreachOf", json!(all_named("terms", &line.list("alleges"))));
    Value::Object(body)
}

/// The citations: of `paper` where the kind needs one, unless the line names its papers.
fn citations(line: &Line, needed: bool) -> Value {
    let papers = match line.get("papers") {
        Some(papers) => commas(papers),
        None if needed => vec!["paper"],
        None => Vec::new(),
    };
    let quote = line.get("quote").unwrap_or_default().replace('_', " ");
    let cite = |paper: &&str| json!({ "document": named("documents", paper), "quote": quote });
    json!(papers.iter().map(cite).collect::<Vec<_>>())
}

/// Reads a line into the records it puts on record, an incident that nobody introduced before its first report included.
pub(crate) fn records(line: &Line, introduced: &mut Vec<String>) -> Vec<pb::Record> {
    let mut out = Vec::new();
    let mut introduce = |incident: &str, out: &mut Vec<Value>| {
        let name = named("incidents", incident);
        if !introduced.contains(&name) {
            introduced.push(name.clone());
            out.push(json!({ "name": name, "incident": { "displayName": incident } }));
        }
    };
    // `x/a#2`: the second report of a about x.
    let split = |text: &str| -> (String, String, String) {
        let (about, number) = text.split_once('#').unwrap_or((text, ""));
        let (incident, claimant) = about.split_once('/').unwrap_or_else(|| panic!("{}: {text}", line.place));
        let number = if number.is_empty() { String::new() } else { format!("-{number}") };
        (incident.to_owned(), claimant.to_owned(), format!("reports/{incident}-{claimant}{number}"))
    };
    let mut plain = 2;
    let id = line.word(1);
    let display = line.get("called").unwrap_or(id).replace('_', " ");
    let (name, kind, body, needs) = match line.verb() {
        "state" => (named("actors", id), "actor", json!({ "displayName": display, "type": "ACTOR_TYPE_STATE" }), false),
        "actor" => {
            plain = 3;
            let body = json!({
                "displayName": display,
                "type": format!("ACTOR_TYPE_{}", line.word(2)),
                "affiliations": all_named("actors", &line.list("of")),
                "memberships": all_named("actors", &line.list("member")),
            });
            (named("actors", id), "actor", body, false)
        }
        "place" => {
            plain = 3;
            let body = json!({
                "displayName": display,
                "type": format!("PLACE_TYPE_{}", line.word(2)),
                "within": all_named("places", &line.list("in")),
            });
            (named("places", id), "place", body, false)
        }
        "class" => {
            plain = 3;
            let body = json!({
                "displayName": display,
                "id": id,
                "taxonomy": format!("TAXONOMY_{}", line.word(2)),
                "parents": line.list("under"),
            });
            (named("classes", id), "class", body, false)
        }
        "document" => {
            let mut body = json!({ "title": display });
            if let Some(span) = line.get("published") {
                body["published"] = time(span, line.get("in"));
            }
            if let Some(at) = line.get("retrieved") {
                body["retrieveTime"] = json!(instant(at));
            }
            (named("documents", id), "document", body, false)
        }
        "statement" => (named("statements", id), "statement", json!({ "summary": display }), true),
        "term" => {
            plain = 3;
            let body = json!({ "displayName": display, "type": format!("TERM_TYPE_{}", line.word(2)) });
            (named("terms", id), "term", body, false)
        }
        "instrument" => {
            plain = 3;
            let stated = line.get("stated").unwrap_or_else(|| panic!("{}: stated= is missing", line.place));
            let body = json!({
                "displayName": display,
                "type": format!("INSTRUMENT_TYPE_{}", line.word(2)),
                "stated": time(stated, line.get("in")),
            });
            (named("instruments", id), "instrument", body, true)
        }
        "reading" => (named("readings", id), "reading", reading(line), true),
        "incident" => {
            let mut body = json!({ "displayName": display });
            if let Some(about) = line.get("about") {
                body["about"] = time(about, line.get("in"));
            }
            introduced.push(named("incidents", id));
            (named("incidents", id), "incident", body, false)
        }
        "report" => {
            let (incident, claimant, name) = split(id);
            introduce(&incident, &mut out);
            (name, "report", report(line, &incident, &claimant, facts(line), &line.list("denies")), true)
        }
        // A report without facts.
        "deny" => {
            plain = 3;
            let (incident, claimant, name) = split(id);
            introduce(&incident, &mut out);
            (name, "report", report(line, &incident, &claimant, None, &commas(line.word(2))), true)
        }
        "finding" => {
            plain = 4;
            let incident = line.word(2);
            introduce(incident, &mut out);
            let mut body = json!({
                "incident": named("incidents", incident),
                "status": format!("FINDING_STATUS_{}", line.word(3)),
                "denies": words("PROPOSITION", &line.list("denies")),
                "rationale": "seen",
            });
            if let Some(facts) = facts(line) {
                body["facts"] = facts;
            }
            (named("findings", id), "finding", body, true)
        }
        "link" => {
            plain = 4;
            let body = json!({
                "type": format!("LINK_TYPE_{id}"),
                "subject": named("incidents", line.word(2)),
                "object": named("incidents", line.word(3)),
            });
            for end in [2, 3].map(|at| line.word(at)).into_iter().filter(|end| !end.contains('/')) {
                introduce(end, &mut out);
            }
            let ends = [2, 3].map(|at| line.word(at).replace('/', "."));
            (format!("links/{}", ends.join("-")), "link", body, false)
        }
        "contact" => {
            plain = 4;
            let participants: Vec<Value> =
                line.list("with").iter().map(|id| json!({ "actor": named("actors", id) })).collect();
            let mut body = json!({
                "displayName": display,
                "type": format!("CONTACT_TYPE_{}", line.word(2)),
                "status": format!("CONTACT_STATUS_{}", line.word(3)),
                "participants": participants,
            });
            if let Some(began) = line.get("began") {
                body["began"] = time(began, line.get("in"));
            }
            if let Some(place) = line.get("place") {
                body["place"] = json!(named("places", place));
            }
            (named("contacts", id), "contact", body, true)
        }
        "exchange" => {
            let counts: Vec<Value> = line.list("counts").into_iter().map(transfer).collect();
            let mut body = json!({ "displayName": display, "transfers": counts });
            if let Some(held) = line.get("held") {
                body["held"] = time(held, line.get("in"));
            }
            if let Some(place) = line.get("place") {
                body["place"] = json!(named("places", place));
            }
            (named("exchanges", id), "exchange", body, true)
        }
        "pledge" => {
            plain = 5;
            let mut body = json!({
                "by": named("actors", line.word(2)),
                "type": format!("PLEDGE_TYPE_{}", line.word(3)),
                "move": format!("PLEDGE_MOVE_{}", line.word(4)),
                "to": all_named("actors", &line.list("to")),
                "description": display,
            });
            if let Some(stated) = line.get("stated") {
                body["stated"] = time(stated, line.get("in"));
            }
            (named("pledges", id), "pledge", body, true)
        }
        "stance" => {
            plain = 4;
            let body = json!({
                "actor": named("actors", line.word(2)),
                "subject": named("terms", "t"),
                "position": format!("STANCE_POSITION_{}", line.word(3)),
            });
            (named("stances", id), "stance", body, true)
        }
        "coverage" => {
            let body = json!({
                "places": all_named("places", &line.list("places")),
                "observed": time(line.get("observed").expect("observed"), line.get("in")),
                "status": "COVERAGE_STATUS_FULL",
            });
            (named("coverage", id), "coverage", body, false)
        }
        verb => panic!("{}: {verb:?} puts nothing on record", line.place),
    };
    out.push(json!({ "name": name, kind: body, "citations": citations(line, needs) }));
    line.done(plain);
    let read = |json: &Value| from_json("Record", json).unwrap_or_else(|fault| panic!("{}: {fault}", line.place));
    out.iter().map(read).collect()
}
