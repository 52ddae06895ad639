//! Settings as people give them: which goes first, and every fault with where it stands.

use super::*;

fn file(text: &str) -> File {
    File { path: "a.toml".into(), text: text.to_owned() }
}

fn resolve(flags: &[(Key, &str)], environment: &[(&str, &str)], text: &str) -> Result<Config, Vec<String>> {
    let flags = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let environment: BTreeMap<&str, &str> = environment.iter().copied().collect();
    let get = |name: &str| environment.get(name).map(OsString::from);
    let told = |faults: Vec<Fault>| faults.iter().map(Fault::to_string).collect();
    Config::resolve(&flags, get, Some(&file(text))).map_err(told)
}

#[test]
fn a_flag_goes_before_the_environment_before_the_file_before_the_default() {
    let listen = |config: &Config| (config.listen.port(), config.setting(Key::Listen).source.clone());
    let variable = [("ARMISTICE_LISTEN", "127.0.0.1:2")];
    let text = "data_dir = \"d\"\nlisten = \"127.0.0.1:3\"";

    let config = resolve(&[(Key::Listen, "127.0.0.1:1")], &variable, text).expect("all is well");
    assert_eq!(listen(&config), (1, Source::Flag));
    let config = resolve(&[], &variable, text).expect("all is well");
    assert_eq!(listen(&config), (2, Source::Environment));
    let config = resolve(&[], &[("ARMISTICE_LISTEN", "")], text).expect("all is well");
    assert_eq!(listen(&config), (3, Source::File { path: "a.toml".into(), line: 2 }));
    let config = resolve(&[], &[], "").expect("all is well");
    assert_eq!(listen(&config), (7411, Source::Default));
    assert_eq!(config.data_dir, PathBuf::from(".armistice"));
    assert_eq!(config.drain_timeout, Duration::from_secs(10));
}

#[test]
fn every_fault_is_named_at_once_with_where_it_stands() {
    let text = "listn = \"127.0.0.1:3\"\nlog_format = \"xml\"\nconnections_max = \"many\"\nzzz = 1\n";
    let flags = [(Key::IdleTimeoutSeconds, "0")];
    let environment = [("ARMISTICE_LISTEN", "nowhere"), ("ARMISTICE_LOG_FILTER", "a=b=c")];
    let mut faults = resolve(&flags, &environment, text).expect_err("much is wrong");
    faults.sort();
    let expected = [
        "--idle-timeout-seconds: `0` is not a whole number of seconds from 1 to 86400",
        "ARMISTICE_LISTEN: `nowhere` is not an address and port such as 127.0.0.1:7411",
        "ARMISTICE_LOG_FILTER: `a=b=c` is no filter such as info or armistice=debug,warn",
        "a.toml:1: unknown key `listn`; nearest: `listen`",
        "a.toml:2: log_format: `xml` is neither human nor json",
        "a.toml:3: connections_max: `\"many\"` is not a number",
        "a.toml:4: unknown key `zzz`; `armistice config` prints all that there are",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn what_is_not_toml_is_named_with_its_line() {
    let faults = resolve(&[], &[], "listen = \"127.0.0.1:3\"\ndata_dir = \n").expect_err("it is not TOML");
    assert!(faults[0].starts_with("a.toml:2: "), "{faults:?}");
    let faults = resolve(&[], &[], "insecure = true\ninsecure = false\n").expect_err("a key is there twice");
    assert!(faults[0].starts_with("a.toml:2: "), "{faults:?}");
}

#[test]
fn anything_but_loopback_is_refused_unless_someone_insists() {
    for exposed in ["0.0.0.0:7411", "[::]:7411", "192.0.2.1:0", "[::ffff:192.0.2.1]:1"] {
        let faults = resolve(&[(Key::Listen, exposed)], &[], "").expect_err("it can be reached");
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with("--listen: ") && faults[0].contains("--insecure"), "{faults:?}");
        resolve(&[(Key::Listen, exposed), (Key::Insecure, "true")], &[], "").expect("someone insisted");
    }
    for loopback in ["127.0.0.1:0", "127.3.2.1:1", "[::1]:7411", "[::ffff:127.0.0.1]:1", "localhost:7411"] {
        resolve(&[(Key::Listen, loopback)], &[], "").expect("it is loopback");
    }
}

#[test]
fn what_an_address_exposes_hangs_on_whether_anybody_is_asked_who_they_are() {
    let exposed = [(Key::Listen, "0.0.0.0:1"), (Key::AdminListen, "0.0.0.0:2")];
    let faults = resolve(&exposed, &[], "").expect_err("they can be reached");
    assert!(faults[0].contains("--access-file") && faults[1].contains("asks nobody"), "{faults:?}");
    let faults = resolve(&exposed, &[("ARMISTICE_ACCESS_FILE", "a.toml")], "").expect_err("they can be reached");
    assert!(faults[0].contains("without TLS") && faults[1].contains("asks nobody"), "{faults:?}");
    let config = resolve(&[], &[], "access_file = \"a.toml\"").expect("a path");
    assert_eq!(config.access_file, Some(PathBuf::from("a.toml")));
}

#[test]
fn origins_are_written_as_browsers_write_them() {
    let origins = |text| resolve(&[(Key::CorsOrigin, text)], &[], "").map(|config| config.cors_origins);
    assert_eq!(origins(""), Ok(vec![]));
    let given = "https://Desk.example.org:443, http://localhost:3000,http://[::1]:80";
    assert_eq!(
        origins(given).expect("all are origins"),
        ["https://desk.example.org", "http://localhost:3000", "http://[::1]"]
    );
    for wrong in
        ["*", "desk.example.org", "https://desk.example.org/", "ftp://a", "https://", "http://a:b", "http://a b"]
    {
        let faults = origins(wrong).expect_err("it is no origin");
        assert!(faults.len() == 1 && faults[0].starts_with("--cors-origin: "), "{wrong}: {faults:?}");
    }
    let of_file = resolve(&[], &[], "cors_origin = [\"http://a\", \"http://b\"]").expect("a list");
    assert_eq!(of_file.cors_origins, ["http://a", "http://b"]);
    let faults = resolve(&[], &[], "cors_origin = \"http://a\"").expect_err("it is no list");
    assert_eq!(faults, ["a.toml:1: cors_origin: `\"http://a\"` is no list of strings in quotes"]);
}

#[test]
fn what_may_be_left_empty_is_nothing() {
    let config = resolve(&[], &[], "").expect("the defaults are right");
    assert_eq!((config.admin_listen, config.call_lines_per_second, config.otlp_endpoint), (None, 100, None));
    let config = resolve(&[(Key::AdminListen, "localhost:0")], &[], "").expect("an address");
    assert_eq!(config.admin_listen, address("127.0.0.1:0"));
    let faults = resolve(&[(Key::AdminListen, "0.0.0.0:0")], &[], "").expect_err("it can be reached");
    assert!(faults[0].starts_with("--admin-listen: ") && faults[0].contains("--insecure"), "{faults:?}");
    for wrong in ["https://localhost:4317", "localhost:4317", "http://localhost:4317/v1/traces"] {
        let faults = resolve(&[(Key::OtlpEndpoint, wrong)], &[], "").expect_err("it is no collector");
        assert!(faults[0].starts_with("--otlp-endpoint: "), "{wrong}: {faults:?}");
    }
}

#[test]
fn nobody_opens_a_server_to_everyone_by_a_slip() {
    // `--access-file "$ACCESS"`, and the variable is not set.
    let faults = resolve(&[(Key::AccessFile, "")], &[("ARMISTICE_ACCESS_FILE", "a.toml")], "").expect_err("no path");
    assert_eq!(faults, ["--access-file: `` is no path; to answer everyone, leave the flag away"]);
    // What `armistice config` prints is taken as it stands.
    let config = resolve(&[], &[], "access_file = \"\"").expect("it says that there is none");
    assert_eq!(config.access_file, None);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_a_fault_and_not_passed_over() {
    use std::os::unix::ffi::OsStringExt;
    let get = |name: &str| (name == "ARMISTICE_ACCESS_FILE").then(|| OsString::from_vec(b"\xff.toml".to_vec()));
    let faults = Config::resolve(&Flags::new(), get, None).expect_err("nobody can read it");
    let told: Vec<String> = faults.iter().map(Fault::to_string).collect();
    assert_eq!(told, ["ARMISTICE_ACCESS_FILE: `\u{fffd}.toml` is no text: it is not UTF-8"]);
}

#[test]
fn a_build_without_traces_says_so() {
    let resolved = resolve(&[(Key::OtlpEndpoint, "http://localhost:4317/")], &[], "");
    if cfg!(feature = "otlp") {
        assert_eq!(resolved.expect("it can send them").otlp_endpoint.as_deref(), Some("http://localhost:4317"));
    } else {
        let faults = resolved.expect_err("it cannot send them");
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with("--otlp-endpoint: ") && faults[0].contains("--features otlp"), "{faults:?}");
    }
}

#[test]
fn a_variable_that_is_probably_mistyped_is_told() {
    let names = ["ARMISTICE_LISTEN", "ARMISTICE_LISTN", "ARMISTICE_TOOLS", "HOME"].map(String::from);
    let expected = [("ARMISTICE_LISTN".to_owned(), "ARMISTICE_LISTEN".to_owned())];
    assert_eq!(suspicious_variables(names), expected);
}
