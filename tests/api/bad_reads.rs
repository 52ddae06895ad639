//! What a read may not ask: names, tokens, positions, instants, pages; and of a write the request id.

use armistice::wire::pb;
use armistice::wire::pb::{at, consistency};
use tonic_types::StatusExt;

use crate::ground;
use crate::json::message;
use crate::refusal::{named, refusal, refused, shown};

/// The methods that take `consistency`, each with the rest of a valid request.
const READS: [(&str, &str); 12] = [
    ("DossierService/GetDossier", r#""name": "dossiers/d""#),
    ("RecordService/GetRecord", r#""name": "dossiers/d/actors/a""#),
    ("RecordService/BatchGetRecords", r#""parent": "dossiers/d", "names": ["actors/a"]"#),
    ("RecordService/ListRecords", r#""parent": "dossiers/d""#),
    ("RecordService/ListRevisions", r#""name": "dossiers/d/actors/a""#),
    ("RecordService/ListClasses", r#""parent": "dossiers/d""#),
    ("AssessmentService/Assess", r#""parent": "dossiers/d""#),
    ("AssessmentService/Tally", r#""parent": "dossiers/d""#),
    ("AssessmentService/Compare", r#""parent": "dossiers/d""#),
    ("AssessmentService/ListInconsistencies", r#""parent": "dossiers/d""#),
    ("AssessmentService/AssessObligations", r#""parent": "dossiers/d""#),
    ("BriefingService/ComposeBriefing", r#""parent": "dossiers/d", "period": {"local": "2025-03-20"}"#),
];

/// The methods that give pages, each with the rest of a valid request.
const PAGED: [(&str, &str); 8] = [READS[3], READS[4], READS[5], READS[6], READS[7], READS[8], READS[9], READS[10]];

#[tokio::test]
async fn a_clock_that_cannot_be_read_by_is_refused_by_every_read() {
    let server = ground::server().await;
    server.create("e").await;
    let read_at = |dossier: &str| {
        let request = pb::GetDossierRequest { name: format!("dossiers/{dossier}"), consistency: None };
        let mut client = server.dossiers();
        async move { client.get_dossier(request).await.expect("the dossier").into_inner().read_at }
    };
    let (own, strange) = (read_at("d").await, read_at("e").await);
    let damaged = own.replacen(|c: char| c.is_ascii_uppercase(), "z", 1);
    assert_ne!(own, damaged);
    for (method, rest) in READS {
        let with = |consistency: &str| format!(r#"{{{rest}, "consistency": {{{consistency}}}}}"#);
        for (consistency, expected) in [
            (r#""at": {"position": "29"}"#.to_owned(), "OutOfRange PAST_HEAD: consistency.at.position PAST_HEAD"),
            (
                format!(r#""at": {{"position": "{}"}}"#, i64::MAX),
                "OutOfRange PAST_HEAD: consistency.at.position PAST_HEAD",
            ),
            (
                r#""at": {"position": "-1"}"#.to_owned(),
                "InvalidArgument VALUE_OUT_OF_RANGE: consistency.at.position VALUE_OUT_OF_RANGE",
            ),
            (
                r#""at": {"time": "2025-06-01T00:00:01Z"}"#.to_owned(),
                "OutOfRange PAST_HEAD: consistency.at.time PAST_HEAD",
            ),
            (
                r#""at": {"time": "2025-05-31T23:59:59Z"}"#.to_owned(),
                "NotFound DOSSIER_UNKNOWN: consistency.at.time DOSSIER_UNKNOWN",
            ),
            (r#""at": {}"#.to_owned(), "InvalidArgument FIELD_REQUIRED: consistency.at FIELD_REQUIRED"),
            (
                format!(r#""at": {{"readAt": "{strange}"}}"#),
                "InvalidArgument TOKEN_INVALID: consistency.at.read_at TOKEN_INVALID",
            ),
            (
                format!(r#""at": {{"readAt": "{damaged}"}}"#),
                "InvalidArgument TOKEN_INVALID: consistency.at.read_at TOKEN_INVALID",
            ),
            (
                r#""at": {"readAt": ""}"#.to_owned(),
                "InvalidArgument TOKEN_INVALID: consistency.at.read_at TOKEN_INVALID",
            ),
            (
                format!(r#""atLeastAsFresh": "{strange}""#),
                "InvalidArgument TOKEN_INVALID: consistency.at_least_as_fresh TOKEN_INVALID",
            ),
            (
                format!(r#""atLeastAsFresh": "{damaged}""#),
                "InvalidArgument TOKEN_INVALID: consistency.at_least_as_fresh TOKEN_INVALID",
            ),
        ] {
            assert_eq!(refused(&server, method, &with(&consistency)).await, expected, "{method} {consistency}");
        }
    }
}

#[tokio::test]
async fn an_instant_that_the_wire_cannot_say_is_refused_by_every_clock() {
    let server = ground::server().await;
    let beyond = prost_types::Timestamp { seconds: i64::MAX, nanos: -7 };
    let at = |at| pb::Consistency { when: Some(consistency::When::At(pb::At { at: Some(at) })), known_by: None };
    let read = |consistency| {
        let request = pb::GetDossierRequest { name: "dossiers/d".to_owned(), consistency: Some(consistency) };
        let mut client = server.dossiers();
        async move { shown(&client.get_dossier(request).await.expect_err("a refusal")) }
    };
    let known_by = pb::Consistency { when: None, known_by: Some(beyond) };
    let out = |field| format!("InvalidArgument VALUE_OUT_OF_RANGE: consistency.{field} VALUE_OUT_OF_RANGE");
    assert_eq!(read(known_by).await, out("known_by"));
    assert_eq!(read(at(at::At::Time(beyond))).await, out("at.time"));
}

#[tokio::test]
async fn a_position_past_the_head_of_an_older_store_is_refused_in_any_token() {
    // The same dossier, as a store has it that was copied before it went on.
    let log = armistice::log::memory::MemoryLog::new();
    let server = ground::over(std::sync::Arc::new(log.clone())).await;
    let first = armistice::log::Log::read(&log, &"d".into(), 0, 1).expect("the first entry").remove(0);
    let log_id = armistice::wire::token::LogId::of(&first.payload);
    let ahead = armistice::wire::token::read_at(&log_id, 99);
    let json = format!(r#"{{"name": "dossiers/d", "consistency": {{"at": {{"readAt": "{ahead}"}}}}}}"#);
    let past = "OutOfRange PAST_HEAD: consistency.at.read_at PAST_HEAD";
    assert_eq!(refused(&server, "DossierService/GetDossier", &json).await, past);
    let json = format!(r#"{{"name": "dossiers/d", "consistency": {{"atLeastAsFresh": "{ahead}"}}}}"#);
    let past = "OutOfRange PAST_HEAD: consistency.at_least_as_fresh PAST_HEAD";
    assert_eq!(refused(&server, "DossierService/GetDossier", &json).await, past);
    let list = pb::ListRecordsRequest { parent: "dossiers/d".to_owned(), ..Default::default() };
    let page = armistice::wire::token::PageToken {
        position: 99,
        cursor: 1,
        arguments_sha256: armistice::wire::token::arguments_sha256(&list),
    };
    let request = pb::ListRecordsRequest { page_token: page.write(&log_id), ..list };
    let status = server.records().list_records(request).await.expect_err("a refusal");
    assert_eq!(shown(&status), "OutOfRange PAST_HEAD: page_token PAST_HEAD");
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused_by_every_list() {
    let server = ground::server().await;
    for (method, rest) in PAGED {
        let negative = format!(r#"{{{rest}, "pageSize": -1}}"#);
        let expected = "InvalidArgument VALUE_OUT_OF_RANGE: page_size VALUE_OUT_OF_RANGE";
        assert_eq!(refused(&server, method, &negative).await, expected, "{method}");
        let nonsense = format!(r#"{{{rest}, "pageToken": "nonsense"}}"#);
        let expected = "InvalidArgument TOKEN_INVALID: page_token TOKEN_INVALID";
        assert_eq!(refused(&server, method, &nonsense).await, expected, "{method}");
        let all = format!(r#"{{{rest}, "pageToken": "nonsense", "pageSize": -5, "consistency": {{"at": {{}}}}}}"#);
        let expected = "InvalidArgument VALUE_OUT_OF_RANGE: page_size VALUE_OUT_OF_RANGE; page_token TOKEN_INVALID; \
                        consistency.at FIELD_REQUIRED";
        assert_eq!(refused(&server, method, &all).await, expected, "{method}");
    }
    let dossiers = "DossierService/ListDossiers";
    let expected = "InvalidArgument VALUE_OUT_OF_RANGE: page_size VALUE_OUT_OF_RANGE; page_token TOKEN_INVALID";
    assert_eq!(refused(&server, dossiers, r#"{"pageSize": -5, "pageToken": "x"}"#).await, expected);
}

#[tokio::test]
async fn a_page_token_is_good_for_its_own_list_only() {
    let server = ground::server().await;
    server.create("e").await;
    let invalid = "InvalidArgument TOKEN_INVALID: page_token TOKEN_INVALID";
    let list: pb::ListRecordsRequest = message(
        "ListRecordsRequest",
        r#"{"parent": "dossiers/d", "pageSize": 3, "collections": ["actors", "places"]}"#,
    );
    let token = server.records().list_records(list.clone()).await.expect("a page").into_inner().next_page_token;
    assert!(!token.is_empty());
    let with = |json: &str| format!(r#"{{"pageToken": "{token}", {json}}}"#);
    let method = "RecordService/ListRecords";
    for changed in [
        r#""parent": "dossiers/d""#,
        r#""parent": "dossiers/d", "collections": ["places", "actors"]"#,
        r#""parent": "dossiers/d", "collections": ["actors", "places"], "showRetracted": true"#,
        r#""parent": "dossiers/d", "collections": ["actors", "places"], "text": "x""#,
        r#""parent": "dossiers/d", "collections": ["actors", "places"], "afterPosition": 1"#,
        r#""parent": "dossiers/d", "collections": ["actors", "places"], "consistency": {"at": {"position": 28}}"#,
        r#""parent": "dossiers/d", "collections": ["actors", "places"], "consistency":
            {"knownBy": "2025-06-01T00:00:00Z"}"#,
        r#""parent": "dossiers/e", "collections": ["actors", "places"]"#,
    ] {
        assert_eq!(refused(&server, method, &with(changed)).await, invalid, "{changed}");
    }
    // Another number of items is no other question.
    let more = pb::ListRecordsRequest { page_token: token.clone(), page_size: 1, ..list.clone() };
    server.records().list_records(more).await.expect("the next page");
    for (method, rest) in PAGED.into_iter().filter(|(m, _)| *m != method) {
        let json = format!(r#"{{{rest}, "pageToken": "{token}"}}"#);
        assert_eq!(refused(&server, method, &json).await, invalid, "{method}");
    }
    let dossiers = format!(r#"{{"pageToken": "{token}"}}"#);
    assert_eq!(refused(&server, "DossierService/ListDossiers", &dossiers).await, invalid);
    let read = format!(r#"{{"name": "dossiers/d", "consistency": {{"at": {{"readAt": "{token}"}}}}}}"#);
    let expected = "InvalidArgument TOKEN_INVALID: consistency.at.read_at TOKEN_INVALID";
    assert_eq!(refused(&server, "DossierService/GetDossier", &read).await, expected);
    // Every letter of it counts.
    for at in 0..token.len() {
        let mut damaged = token.clone().into_bytes();
        damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
        let page_token = String::from_utf8(damaged).expect("plain letters");
        let request = pb::ListRecordsRequest { page_token, ..list.clone() };
        let status = server.records().list_records(request).await.expect_err("a damaged token");
        assert_eq!(shown(&status), invalid, "letter {at}");
    }
}

#[tokio::test]
async fn a_token_of_a_namesake_is_a_strangers() {
    let (one, other) = (ground::server().await, ground::server().await);
    let token =
        one.append(r#"[{"name": "actors/n", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#).await;
    let json = format!(r#"{{"name": "dossiers/d", "consistency": {{"atLeastAsFresh": "{}"}}}}"#, token.read_at);
    let expected = "InvalidArgument TOKEN_INVALID: consistency.at_least_as_fresh TOKEN_INVALID";
    assert_eq!(refused(&other, "DossierService/GetDossier", &json).await, expected);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = ground::server().await;
    let unknown = "NotFound RECORD_UNKNOWN: name RECORD_UNKNOWN";
    for method in ["RecordService/GetRecord", "RecordService/ListRevisions"] {
        assert_eq!(refused(&server, method, r#"{"name": "dossiers/d/actors/forec"}"#).await, unknown);
        let status = refusal(&server, method, r#"{"name": "dossiers/d/actors/forec"}"#).await;
        assert!(named(&status)[0].2.contains(r#"nearest: "actors/force""#), "{status:?}");
        assert_eq!(status.get_details_resource_info().expect("a resource").resource_type, "armistice.v1.Record");
        let earlier = r#"{"name": "dossiers/d/links/site", "consistency": {"at": {"position": 27}}}"#;
        assert_eq!(refused(&server, method, earlier).await, unknown);
        let unpublished =
            r#"{"name": "dossiers/d/findings/depot", "consistency": {"knownBy": "2025-03-24T00:00:00Z"}}"#;
        assert_eq!(refused(&server, method, unpublished).await, unknown);
        for name in
            ["", "actors/a", "dossiers/d", "dossiers/d/actor/a", "dossiers/d/actors/", "dossiers//actors/a", "*"]
        {
            let line = refused(&server, method, &format!(r#"{{"name": "{name}"}}"#)).await;
            let reason = if name.is_empty() { "FIELD_REQUIRED" } else { "NAME_INVALID" };
            assert_eq!(line, format!("InvalidArgument {reason}: name {reason}"), "{name}");
        }
        let elsewhere = refused(&server, method, r#"{"name": "dossiers/x/actors/a"}"#).await;
        assert_eq!(elsewhere, "NotFound DOSSIER_UNKNOWN: name DOSSIER_UNKNOWN");
    }
    let several = r#"{"parent": "dossiers/d", "names": ["actors/a", "actors/x", "actor/a", "dossiers/x/actors/a"]}"#;
    let expected =
        "InvalidArgument NAME_INVALID: names[2] NAME_INVALID; names[3] NAME_INVALID; names[1] RECORD_UNKNOWN";
    assert_eq!(refused(&server, "RecordService/BatchGetRecords", several).await, expected);
    let both = r#"{"parent": "dossiers/d", "names": ["a"], "consistency": {"at": {}}}"#;
    let expected = "InvalidArgument FIELD_REQUIRED: consistency.at FIELD_REQUIRED; names[0] NAME_INVALID";
    assert_eq!(refused(&server, "RecordService/BatchGetRecords", both).await, expected);
    let one = r#"{"parent": "dossiers/d", "names": ["actors/a", "actors/x"]}"#;
    let expected = "NotFound RECORD_UNKNOWN: names[1] RECORD_UNKNOWN";
    assert_eq!(refused(&server, "RecordService/BatchGetRecords", one).await, expected);
    let many = pb::BatchGetRecordsRequest {
        parent: "dossiers/d".to_owned(),
        names: vec!["actors/a".to_owned(); 1001],
        consistency: None,
    };
    let status = server.records().batch_get_records(many).await.expect_err("too many");
    assert_eq!(shown(&status), "ResourceExhausted BATCH_TOO_LARGE: names BATCH_TOO_LARGE");
}

#[tokio::test]
async fn a_dossier_that_is_not_there_is_not_found_by_any_method() {
    let server = ground::server().await;
    let parents = READS.iter().filter(|(_, rest)| rest.contains("parent")).copied();
    let append = (
        "RecordService/AppendRecords",
        r#""parent": "dossiers/d", "records": [{"actor": {"displayName": "N", "type": 1}}]"#,
    );
    let import = ("RecordService/ImportRecords", append.1);
    for (method, rest) in parents.chain([append, import]) {
        let with = |parent: &str| format!("{{{}}}", rest.replacen("dossiers/d", parent, 1));
        let unknown = refused(&server, method, &with("dossiers/x")).await;
        assert_eq!(unknown, "NotFound DOSSIER_UNKNOWN: parent DOSSIER_UNKNOWN", "{method}");
        let missing = refused(&server, method, &with("")).await;
        assert_eq!(missing, "InvalidArgument FIELD_REQUIRED: parent FIELD_REQUIRED", "{method}");
        for parent in ["d", "dossiers/", "dossiers/d/actors", "dossiers/a b", "*"] {
            let line = refused(&server, method, &with(parent)).await;
            assert_eq!(line, "InvalidArgument NAME_INVALID: parent NAME_INVALID", "{method} {parent}");
        }
    }
}

#[tokio::test]
async fn a_list_names_what_it_cannot_list_by() {
    let server = ground::server().await;
    let list = |says: &str| {
        let json = format!(r#"{{"parent": "dossiers/d", {says}}}"#);
        let server = &server;
        async move { refused(server, "RecordService/ListRecords", &json).await }
    };
    let expected = "InvalidArgument NAME_INVALID: collections[1] NAME_INVALID";
    assert_eq!(list(r#""collections": ["actors", "actor"]"#).await, expected);
    let expected = "InvalidArgument NAME_INVALID: refers_to NAME_INVALID";
    assert_eq!(list(r#""refersTo": "town""#).await, expected);
    assert_eq!(list(r#""refersTo": "dossiers/e/places/town""#).await, expected);
    let expected = "InvalidArgument REFERENCE_UNKNOWN: refers_to REFERENCE_UNKNOWN";
    assert_eq!(list(r#""refersTo": "places/twon""#).await, expected);
    assert_eq!(list(r#""refersTo": "places/town", "consistency": {"at": {"position": 4}}"#).await, expected);
    let expected = "InvalidArgument VALUE_OUT_OF_RANGE: after_position VALUE_OUT_OF_RANGE";
    assert_eq!(list(r#""afterPosition": -1"#).await, expected);
    let all = list(r#""collections": ["x"], "refersTo": "x", "afterPosition": -1, "pageSize": -1"#).await;
    let expected = "InvalidArgument VALUE_OUT_OF_RANGE: page_size VALUE_OUT_OF_RANGE; collections[0] NAME_INVALID; \
                    refers_to NAME_INVALID; after_position VALUE_OUT_OF_RANGE";
    assert_eq!(all, expected, "every fault at once");
    let classes = refused(&server, "RecordService/ListClasses", r#"{"parent": "dossiers/d", "taxonomies": [1, 9, 0]}"#);
    let expected = "InvalidArgument ENUM_UNKNOWN: taxonomies[1] ENUM_UNKNOWN; taxonomies[2] ENUM_UNKNOWN";
    assert_eq!(classes.await, expected);
}

#[tokio::test]
async fn a_dossier_is_created_once_with_a_good_id_and_zone() {
    let server = ground::server().await;
    let create = |json: &str| {
        let json = json.to_owned();
        let server = &server;
        async move { refused(server, "DossierService/CreateDossier", &json).await }
    };
    let exists = "AlreadyExists DOSSIER_EXISTS: dossier_id DOSSIER_EXISTS";
    assert_eq!(create(r#"{"dossierId": "d"}"#).await, exists);
    let both = "InvalidArgument NAME_INVALID: dossier_id NAME_INVALID; dossier.time_zone ZONE_UNKNOWN; \
                request_id VALUE_OUT_OF_RANGE";
    let json = r#"{"dossierId": "dossiers/n", "dossier": {"timeZone": "Kyiv"}, "requestId": "1"}"#;
    assert_eq!(create(json).await, both);
    assert_eq!(create("{}").await, "InvalidArgument FIELD_REQUIRED: dossier_id FIELD_REQUIRED");
    let listed = server.dossiers().list_dossiers(pb::ListDossiersRequest::default()).await.expect("a list");
    assert_eq!(listed.into_inner().dossiers.len(), 1);
}
