//! What lists give: by collection, reference, text, deadline and position; revisions, classes and dossiers.

use armistice::wire::pb;

use crate::ground;
use crate::json::message;
use crate::server::Server;

/// The names that a list of the dossier `d` gives, without the dossier's.
async fn names(server: &Server, says: &str) -> Vec<String> {
    let request: pb::ListRecordsRequest =
        message("ListRecordsRequest", &format!(r#"{{"parent": "dossiers/d"{says}}}"#));
    let page = server.records().list_records(request).await.expect("a page").into_inner();
    assert!(page.records.is_sorted_by_key(|r| r.position), "by position");
    page.records.iter().map(|r| r.name.trim_start_matches("dossiers/d/").to_owned()).collect()
}

#[tokio::test]
async fn a_list_holds_every_record_once_by_the_position_of_its_current_revision() {
    let server = ground::server().await;
    let before = names(&server, "").await;
    assert_eq!(before.len() as i64, ground::COUNT);
    assert_eq!((before[0].as_str(), before[27].as_str()), ("actors/a", "links/site"));
    server
        .append(r#"[{"name": "actors/a", "reason": "R.", "actor": {"display_name": "A", "type": "ACTOR_TYPE_STATE"}}]"#)
        .await;
    let after = names(&server, "").await;
    assert_eq!(after.len(), before.len());
    assert_eq!((after[0].as_str(), after[27].as_str()), ("actors/b", "actors/a"));
}

#[tokio::test]
async fn a_list_goes_by_collection() {
    let server = ground::server().await;
    assert_eq!(names(&server, r#", "collections": ["places"]"#).await, ["places/country", "places/town"]);
    let several = names(&server, r#", "collections": ["links", "coverage", "links"]"#).await;
    assert_eq!(several, ["coverage/town", "links/site"]);
}

#[tokio::test]
async fn a_list_goes_by_what_records_refer_to() {
    let server = ground::server().await;
    let to = |name: &str| {
        let says = format!(r#", "refers_to": "{name}""#);
        let server = &server;
        async move { names(server, &says).await }
    };
    assert_eq!(to("places/town").await, ["reports/depot-b", "coverage/town"]);
    assert_eq!(to("dossiers/d/places/country").await, ["places/town"]);
    assert_eq!(to("documents/other").await, ["findings/depot"]);
    let incident = ["reports/depot-b", "findings/depot", "links/site"];
    assert_eq!(to("incidents/depot").await, incident);
    assert_eq!(to("links/site").await, Vec::<String>::new());
    let both = names(&server, r#", "refers_to": "incidents/depot", "collections": ["findings"]"#).await;
    assert_eq!(both, ["findings/depot"]);
    // What no longer refers to it is not listed.
    server
        .append(
            r#"[{"name": "coverage/town", "reason": "R.", "coverage": {"places": ["places/country"],
            "observed": {"local": "2025-03-18"}, "status": "COVERAGE_STATUS_FULL"}}]"#,
        )
        .await;
    assert_eq!(to("places/town").await, ["reports/depot-b"]);
    let then = names(&server, r#", "refers_to": "places/town", "consistency": {"at": {"position": 28}}"#).await;
    assert_eq!(then, ["reports/depot-b", "coverage/town"]);
}

#[tokio::test]
async fn a_list_goes_by_text_in_names_and_quoted_words() {
    let server = ground::server().await;
    let text = |text: &str| {
        let says = format!(r#", "text": "{text}""#);
        let server = &server;
        async move { names(server, &says).await }
    };
    assert_eq!(text("we DID").await, ["statements/said"], "a quote");
    assert_eq!(text("THE BRIDGE").await, ["incidents/bridge"]);
    assert_eq!(text("depot").await, ["incidents/depot", "reports/depot-b", "findings/depot"], "names count too");
    assert_eq!(text("A says so").await, Vec::<String>::new(), "a summary is no quote");
    server
        .append(
            r#"[{"name": "actors/kyjiw", "actor": {"display_name": "Kyiv", "type": "ACTOR_TYPE_STATE",
            "names": [{"language": "uk", "name": "КИЇВ"}], "aliases": ["Kiev"]}}]"#,
        )
        .await;
    for found in ["kyiv", "Київ", "KIEV", "kyjiw"] {
        assert_eq!(text(found).await, ["actors/kyjiw"], "{found}");
    }
}

#[tokio::test]
async fn a_list_goes_by_what_is_due() {
    let server = ground::server().await;
    let due = |day: &str| {
        let says = format!(r#", "due_by": "{day}""#);
        let server = &server;
        async move { names(server, &says).await }
    };
    // In Kyiv April begins at 21:00 UTC on 31 March, May on 30 April.
    assert_eq!(due("2025-03-31T20:59:59Z").await, Vec::<String>::new());
    assert_eq!(due("2025-03-31T21:00:00Z").await, ["pledges/aid"]);
    assert_eq!(due("2025-04-30T21:00:00Z").await, ["pledges/aid", "forecasts/soon"]);
    server
        .append(
            r#"[{"name": "forecasts/soon", "reason": "R.", "citations": [{"document": "documents/other"}], "forecast":
                {"speaker": "actors/a", "prediction": "It ends soon.", "deadline": {"local": "2025-05"},
                 "outcome": {"type": "OUTCOME_TYPE_FAILED"}}},
               {"name": "forecasts/open", "citations": [{"document": "documents/other"}], "forecast":
                {"speaker": "actors/a", "prediction": "Some day."}}]"#,
        )
        .await;
    assert_eq!(due("2030-01-01T00:00:00Z").await, ["pledges/aid"]);
}

#[tokio::test]
async fn a_list_goes_by_what_came_since_and_shows_what_is_retracted_when_asked() {
    let server = ground::server().await;
    assert_eq!(names(&server, r#", "after_position": 28"#).await, Vec::<String>::new());
    server.append(r#"[{"name": "actors/force", "reason": "R.", "retracted": true}]"#).await;
    server.append(r#"[{"name": "incidents/n", "incident": {"display_name": "N"}}]"#).await;
    assert_eq!(names(&server, r#", "after_position": 28"#).await, ["incidents/n"]);
    let all = names(&server, r#", "after_position": 28, "show_retracted": true"#).await;
    assert_eq!(all, ["actors/force", "incidents/n"]);
    assert_eq!(names(&server, r#", "collections": ["actors"]"#).await, ["actors/a", "actors/b"]);
    let then = names(&server, r#", "collections": ["actors"], "consistency": {"at": {"position": 28}}"#).await;
    assert_eq!(then, ["actors/a", "actors/b", "actors/force"]);
    assert_eq!(names(&server, r#", "after_position": 9000000000000000000"#).await, Vec::<String>::new());
}

#[tokio::test]
async fn revisions_are_listed_oldest_first_as_of_any_point() {
    let server = ground::server().await;
    server.append(r#"[{"name": "actors/force", "reason": "R.", "retracted": true}]"#).await;
    server
        .append(
            r#"[{"name": "actors/force", "reason": "S.", "actor": {"display_name": "F", "type": "ACTOR_TYPE_STATE"}}]"#,
        )
        .await;
    let revisions = |says: &str| {
        let json = format!(r#"{{"name": "dossiers/d/actors/force"{says}}}"#);
        let request: pb::ListRevisionsRequest = message("ListRevisionsRequest", &json);
        let mut client = server.records();
        async move {
            let page = client.list_revisions(request).await.expect("a page").into_inner();
            page.revisions.into_iter().map(|r| (r.position, r.reason, r.retracted)).collect::<Vec<_>>()
        }
    };
    let all = [(3, String::new(), false), (29, "R.".to_owned(), true), (30, "S.".to_owned(), false)];
    assert_eq!(revisions("").await, all);
    assert_eq!(revisions(r#", "consistency": {"at": {"position": 29}}"#).await, all[..2]);
    assert_eq!(revisions(r#", "consistency": {"at": {"position": 3}}"#).await, all[..1]);
}

#[tokio::test]
async fn every_revision_is_listed_in_the_order_of_the_log() {
    let server = ground::server().await;
    server.append(r#"[{"name": "actors/force", "reason": "R.", "retracted": true}]"#).await;
    server.append(r#"[{"name": "incidents/n", "incident": {"display_name": "N"}}]"#).await;
    server
        .append(
            r#"[{"name": "actors/force", "reason": "S.", "actor": {"display_name": "F", "type": "ACTOR_TYPE_STATE"}}]"#,
        )
        .await;
    let list = |says: &str| {
        let json = format!(r#"{{"parent": "dossiers/d", "every_revision": true{says}}}"#);
        let mut request: pb::ListRecordsRequest = message("ListRecordsRequest", &json);
        let mut client = server.records();
        async move {
            let mut found = Vec::new();
            loop {
                let page = client.list_records(request.clone()).await.expect("a page").into_inner();
                found.extend(page.records.into_iter().map(|r| (r.position, r.reason)));
                request.page_token = page.next_page_token;
                if request.page_token.is_empty() {
                    return found;
                }
            }
        }
    };
    let positions = |found: Vec<(i64, String)>| found.into_iter().map(|(position, _)| position).collect::<Vec<_>>();
    for size in [1, 7, 1000] {
        let all = list(&format!(r#", "show_retracted": true, "page_size": {size}"#)).await;
        assert_eq!(all.last(), Some(&(31, "S.".to_owned())));
        assert_eq!(positions(all), (1..=31).collect::<Vec<i64>>(), "pages of {size}");
    }
    assert_eq!(positions(list(r#", "collections": ["actors"]"#).await), [1, 2, 3, 31], "but what retracts");
    assert_eq!(positions(list(r#", "after_position": 28, "consistency": {"at": {"position": 30}}"#).await), [30]);
    // The depot is first told of in a report of 20 March, the finding of the 25th is not known then.
    let known = r#", "refers_to": "incidents/depot", "consistency": {"known_by": "2025-03-21T12:00:00Z"}"#;
    assert_eq!(positions(list(known).await), [21, 28]);
}

#[tokio::test]
async fn several_records_are_read_in_the_order_asked_for() {
    let server = ground::server().await;
    let names = ["links/site", "dossiers/d/actors/a", "links/site"];
    let request = pb::BatchGetRecordsRequest {
        parent: "dossiers/d".to_owned(),
        names: names.map(str::to_owned).to_vec(),
        consistency: None,
    };
    let answer = server.records().batch_get_records(request).await.expect("records").into_inner();
    let found: Vec<&str> = answer.records.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(found, ["dossiers/d/links/site", "dossiers/d/actors/a", "dossiers/d/links/site"]);
}

async fn classes(server: &Server, says: &str) -> Vec<pb::ClassNode> {
    let json = format!(r#"{{"parent": "dossiers/d", "page_size": 1000{says}}}"#);
    let request: pb::ListClassesRequest = message("ListClassesRequest", &json);
    let page = server.records().list_classes(request).await.expect("a page").into_inner();
    assert_eq!(page.next_page_token, "");
    page.classes
}

#[tokio::test]
async fn classes_are_the_built_in_ones_and_those_that_the_dossier_added() {
    let server = ground::server().await;
    let all = classes(&server, "").await;
    let objects = classes(&server, r#", "taxonomies": ["TAXONOMY_OBJECTS"]"#).await;
    assert!(all.len() > objects.len() && objects.len() > 80, "{} {}", all.len(), objects.len());
    let one = |id: &str| objects.iter().find(|c| c.id == id).unwrap_or_else(|| panic!("no class {id}"));
    let root = one("object");
    assert_eq!((root.parents.len(), root.built_in, root.record.as_str()), (0, true, ""));
    let traction = one("elec.sub.traction");
    assert!(traction.built_in && !traction.display_name.is_empty());
    assert!(traction.parents.len() > 1, "it has several parents: {traction:?}");
    let camp = objects.last().expect("a class");
    assert_eq!((camp.id.as_str(), camp.display_name.as_str(), camp.built_in), ("camp", "Camp", false));
    assert_eq!(
        (camp.parents.as_slice(), camp.record.as_str()),
        (&["housing".to_owned()][..], "dossiers/d/classes/camp")
    );
    for class in &all {
        let known = |parent: &String| all.iter().any(|c| c.taxonomy == class.taxonomy && c.id == *parent);
        assert!(class.parents.iter().all(known), "{class:?}");
    }

    let before = classes(&server, r#", "consistency": {"at": {"position": 5}}"#).await;
    assert_eq!(before.len(), all.len() - 1);
    server.append(r#"[{"name": "classes/camp", "reason": "R.", "retracted": true}]"#).await;
    assert_eq!(classes(&server, "").await.len(), all.len() - 1);
    let then = classes(&server, r#", "consistency": {"at": {"position": 28}}"#).await;
    assert_eq!(then, all);
}

#[tokio::test]
async fn dossiers_are_listed_by_name() {
    let server = Server::start().await;
    let list = |request| {
        let mut client = server.dossiers();
        async move { client.list_dossiers(request).await.expect("a page").into_inner() }
    };
    assert_eq!(list(pb::ListDossiersRequest::default()).await.dossiers, []);
    for id in ["m", "a", "Z", "b.2", "b-1", "a~"] {
        server.create(id).await;
    }
    let page = list(pb::ListDossiersRequest::default()).await;
    let all: Vec<&str> = page.dossiers.iter().map(|d| d.name.trim_start_matches("dossiers/")).collect();
    assert_eq!(all, ["Z", "a", "a~", "b-1", "b.2", "m"]);
    assert!(page.dossiers.iter().all(|d| d.time_zone == "Europe/Kyiv" && d.create_time.is_some()));
    for size in 1..=7_u8 {
        let mut request = pb::ListDossiersRequest { page_size: size.into(), ..Default::default() };
        let mut found = Vec::new();
        loop {
            let page = list(request.clone()).await;
            assert!(page.dossiers.len() <= size.into());
            found.extend(page.dossiers);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(found, page.dossiers, "pages of {size}");
    }
}
