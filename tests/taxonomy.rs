//! The build refuses a taxonomy that breaks the rules, and says which class breaks them; the built-in ones break none.
#![allow(clippy::panic)] // a fact that does not hold fails the test

#[path = "../build/taxonomy.rs"]
mod taxonomy;

use taxonomy::{read, tables};

/// Writes a file of classes given as `id < parent parent`.
fn file(classes: &[&str]) -> String {
    let mut text = String::from("version = 1\n");
    for class in classes {
        let (id, parents) = class.split_once('<').unwrap_or((class, ""));
        let parents: Vec<&str> = parents.split_whitespace().collect();
        text += &format!("[[class]]\nid = {:?}\nlabel = \"label\"\nparents = {parents:?}\n", id.trim());
    }
    text
}

fn check(classes: &[&str], expected: &str) {
    let fault = read(&file(classes)).expect_err("a refusal");
    assert!(fault.contains(expected), "{fault}");
}

#[test]
fn a_tree_with_others_is_taken_and_written_in_order() {
    let text = file(&["a", "b < a", "a.other < a"]);
    let rust = tables(&[("letters", read(&text).expect("it keeps the rules"))]);
    let rows: Vec<&str> = rust.lines().filter(|line| line.starts_with("    (")).collect();
    assert_eq!(
        rows,
        [r#"    ("a", "label", &[]),"#, r#"    ("b", "label", &["a"]),"#, r#"    ("a.other", "label", &["a"]),"#]
    );
    assert!(rust.contains("pub(crate) static LETTERS: &[(&str, &str, &[&str])]"), "{rust}");
}

#[test]
fn an_unknown_parent_is_refused() {
    check(&["a", "b < c", "a.other < a"], r#"class "b": its parent "c" is no class"#);
}

#[test]
fn a_class_that_stands_there_twice_is_refused() {
    check(&["a", "b < a", "b < a", "a.other < a"], r#"class "b" stands there twice"#);
}

#[test]
fn a_parent_named_twice_is_refused() {
    check(&["a", "b < a a", "a.other < a"], r#"class "b" names its parent "a" twice"#);
}

#[test]
fn a_cycle_is_refused() {
    check(&["a", "b < c", "c < b", "a.other < a"], "cycle");
}

#[test]
fn a_second_root_is_refused() {
    check(&["a", "b"], r#"found ["a", "b"]"#);
}

#[test]
fn a_split_class_without_other_is_refused() {
    check(&["a", "a.other < a", "b < a", "c < b"], r#"class "b" has children but no child "b.other""#);
}

#[test]
fn an_other_under_another_parent_does_not_serve() {
    check(&["a", "a.other < a", "b < a", "c < b", "b.other < a"], r#"no child "b.other""#);
}

#[test]
fn a_misspelt_key_is_refused() {
    let fault = read("version = 1\n[[class]]\nid = \"a\"\nlable = \"a\"\nparents = []\n").expect_err("a refusal");
    assert!(fault.contains("class number 1"), "{fault}");
}

#[test]
fn the_built_in_taxonomies_hold_what_version_1_holds() {
    for (name, size, root) in [("objects", 84, "object"), ("acts", 22, "act"), ("weapons", 20, "weapon")] {
        let path = format!("{}/taxonomy/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{path}: {fault}"));
        let taxonomy = read(&text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
        assert_eq!((taxonomy.version, taxonomy.classes.len()), (1, size), "{name}");
        let first = taxonomy.classes.first().map(|class| class.id.as_str());
        assert_eq!(first, Some(root));
    }
}
