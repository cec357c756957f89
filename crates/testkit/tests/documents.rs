//! What the documents name is there: types, tests and files.
#![expect(
    clippy::expect_used,
    reason = "a workspace that cannot be read fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect("the document is there")
}

/// All Rust files of the workspace's crates.
fn files() -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the workspace") {
            let path = entry.expect("an entry of the folder").path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(fs::read_to_string(path).expect("a source is text"));
            }
        }
    }
    files
}

/// The same, one behind the other.
fn sources() -> String {
    files().concat()
}

/// What stands between backticks, without what stands in blocks of code.
fn quoted(document: &str) -> Vec<String> {
    let outside: String = document.split("```").step_by(2).collect();
    outside
        .split('`')
        .skip(1)
        .step_by(2)
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_word(text: &str) -> bool {
    text.chars().all(is_of_a_word)
}

/// Tests are named in sentences; no field or setting has as many words, and codes are capitals.
fn is_test(name: &str) -> bool {
    is_word(name) && name.matches('_').count() >= 3 && !name.contains(|c: char| c.is_ascii_uppercase())
}

fn is_defined(sources: &str, kinds: &[&str], name: &str) -> bool {
    kinds.iter().any(|kind| {
        sources
            .match_indices(&format!("{kind} {name}"))
            .any(|(at, found)| sources[at + found.len()..].starts_with(['<', '(', ' ', ';', '{', ':']))
    })
}

/// Whether a file that implements the type, or is about it as a trait, has the function.
fn is_method(files: &[String], of: &str, function: &str) -> bool {
    let opens = |line: &str| {
        (line.starts_with("impl") || line.contains("trait "))
            && line.split(|c| !is_of_a_word(c)).any(|word| word == of)
    };
    files
        .iter()
        .any(|file| is_defined(file, &["fn"], function) && file.lines().any(opens))
}

/// The types between backticks of a document, each with the function that is named behind it.
fn types(document: &str) -> Vec<(String, Option<String>)> {
    quoted(document)
        .iter()
        .filter_map(|name| {
            let mut parts = name.split("::");
            let of_a_type = |part: &&str| is_word(part) && part.starts_with(|c: char| c.is_ascii_uppercase());
            let found = parts.next().filter(of_a_type)?;
            // A header's name is written the same way and has no lower-case letter behind a capital one of a type.
            (found != "Authorization").then(|| (found.to_owned(), parts.next().map(str::to_owned)))
        })
        .collect()
}

#[test]
fn every_type_and_function_of_the_architecture_exists() {
    let files = files();
    let sources = files.concat();
    let named = types(&document("docs/architecture.md"));
    for (found, function) in &named {
        assert!(
            is_defined(&sources, &["struct", "enum", "trait", "type"], found),
            "docs/architecture.md names the type {found}, which does not exist"
        );
        if let Some(function) = function {
            assert!(
                is_method(&files, found, function),
                "docs/architecture.md names {found}::{function}, which does not exist"
            );
        }
    }
    assert!(named.len() > 30, "only {} names were found", named.len());
}

/// Of a type alone nothing is asked: a decision may name what it did away with.
#[test]
fn every_function_that_a_decision_names_with_its_type_exists() {
    let files = files();
    let mut seen = 0;
    for entry in fs::read_dir(root().join("docs/decisions")).expect("the decisions are there") {
        let path = entry.expect("an entry of the folder").path();
        let text = fs::read_to_string(&path).expect("a decision is text");
        for (found, function) in types(&text) {
            let Some(function) = function else { continue };
            seen += 1;
            assert!(
                is_method(&files, &found, &function),
                "{} names {found}::{function}, which does not exist",
                path.display()
            );
        }
    }
    assert!(seen > 4, "only {seen} names were found");
}

#[test]
fn every_test_and_file_named_by_the_attacks_exists() {
    let sources = sources();
    let page = document("docs/attacks.md");
    let mut tests = 0;
    for name in quoted(&page) {
        if name.contains('/') && name.ends_with(".rs") {
            assert!(root().join(&name).is_file(), "docs/attacks.md names {name}");
        } else if is_test(&name) {
            tests += 1;
            assert!(
                is_defined(&sources, &["fn"], &name),
                "docs/attacks.md names the test {name}, which does not exist"
            );
        }
    }
    let mut listed = 0;
    for line in page.lines().filter_map(|line| line.strip_prefix("- `")) {
        let (name, file) = line.split_once("` (`").expect("a test is named with its file");
        let file = file.trim_end_matches("`)");
        listed += 1;
        assert!(
            document(file).contains(&format!("fn {name}(")),
            "docs/attacks.md names the test {name} in {file}, where it is not"
        );
    }
    assert!(
        tests > 100 && listed > 100,
        "only {tests} tests were found, {listed} of them in lists"
    );
}

#[test]
fn every_test_of_a_rule_is_in_the_file_that_fidelity_names() {
    let page = document("docs/fidelity.md");
    let (_, rules) = page
        .split_once("## Each rule and its test")
        .expect("the page has its table");
    let rows = rules
        .lines()
        .filter(|line| line.starts_with("| ") && !line.ends_with("| Test |"));
    let (mut rows_seen, mut tests) = (0, 0);
    for row in rows {
        rows_seen += 1;
        let cell = row.rsplit(" | ").next().unwrap_or_default();
        if cell.starts_with("not done: ") {
            continue;
        }
        for test in cell.trim_end_matches(" |").split("; ") {
            let (name, file) = test
                .split_once("` in `")
                .expect("a test is named with its file, or it is said why there is none");
            let (name, file) = (name.trim_matches('`'), file.trim_matches('`'));
            let source = document(file);
            assert!(
                source.contains(&format!("fn {name}(")),
                "docs/fidelity.md names the test {name} in {file}, where it is not"
            );
            tests += 1;
        }
    }
    assert!(
        rows_seen > 60 && tests > 60,
        "only {rows_seen} rules and {tests} tests were found"
    );
}

#[test]
fn every_test_that_fidelity_names_exists() {
    let sources = sources();
    for name in quoted(&document("docs/fidelity.md")) {
        assert!(
            !is_test(&name) || is_defined(&sources, &["fn"], &name),
            "docs/fidelity.md names the test {name}, which does not exist"
        );
    }
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    let mut pages: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
        .map(|name| root().join(name))
        .to_vec();
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the documents") {
            let path = entry.expect("an entry of the folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    let mut followed = 0;
    for page in &pages {
        let text = fs::read_to_string(page).expect("a page is text");
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://") && !target.starts_with('#')) {
            followed += 1;
            let file = target.split('#').next().unwrap_or_default();
            let folder = page.parent().expect("a page is in a folder");
            assert!(folder.join(file).exists(), "{} links to {target}", page.display());
        }
    }
    assert!(followed > 20, "only {followed} links were found");
}
