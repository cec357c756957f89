//! Whether statements of one's own are answered: a folder of `*.sql`, statements ended by `;` at the end of a line.
//!
//! `COUNTERSIGN_STATEMENTS=folder cargo test -p countersign-records --test statements -- --ignored --nocapture`

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at its first surprise, and this one is read"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use countersign_records::{AskError, Question, Records};
use countersign_suiteql::{DateFormat, Limits, Page, QueryError, Settings};
use countersign_world::environment::variable;
use countersign_world::{FixedClock, UnixTime};

const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

#[tokio::test]
#[ignore = "reads the folder that COUNTERSIGN_STATEMENTS names"]
async fn every_statement_of_a_folder_is_answered() {
    let folder = variable("COUNTERSIGN_STATEMENTS").unwrap();
    let records = demonstration().await;
    let mut refused: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut count = 0;
    for (file, statement) in statements(Path::new(&folder)) {
        count += 1;
        if let Err(error) = ask(&records.0, &statement).await {
            let told = format!("{file}: {}\n    {error} ({error:?})", first_words(&statement));
            refused.entry(reason(&error)).or_default().push(told);
        }
    }
    let total: usize = refused.values().map(Vec::len).sum();
    for (reason, told) in &refused {
        println!("## {reason}: {}\n{}", told.len(), told.join("\n"));
    }
    println!("{} of {count} are answered", count - total);
    assert_eq!(total, 0, "refused; the list is above");
}

async fn demonstration() -> (Records, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let records = Records::open(&path).await.unwrap();
    records.seed(NOW).await.unwrap();
    (records, folder)
}

/// With the text `1` for each placeholder, of which the first answer says how many there are.
async fn ask(records: &Records, statement: &str) -> Result<(), AskError> {
    match ask_with(records, statement, 0).await {
        Err(AskError::Query(QueryError::Parameters { placeholders, .. })) => {
            ask_with(records, statement, placeholders).await
        }
        answer => answer,
    }
}

async fn ask_with(records: &Records, statement: &str, parameters: usize) -> Result<(), AskError> {
    let question = Question {
        statement: statement.to_owned(),
        parameters: vec!["1".into(); parameters],
        access: records.sight(|_| true)?,
        settings: Settings {
            now: NOW,
            date_format: DateFormat::default(),
        },
        page: Page {
            limit: 1000,
            offset: 0,
        },
        limits: Limits::default(),
        clock: Arc::new(FixedClock::at(NOW)),
    };
    records.ask(question, |_| ()).await
}

fn statements(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let name = path.file_name().unwrap().display().to_string();
            let text = std::fs::read_to_string(&path).unwrap();
            let several = text.split(";\n").map(str::trim).filter(|text| !text.is_empty());
            found.extend(several.map(|text| (name.clone(), text.to_owned())));
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no statement in {}", folder.display());
    found
}

fn first_words(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().take(12).collect();
    words.join(" ")
}

fn reason(error: &AskError) -> &'static str {
    match error {
        AskError::Query(error) => match error {
            QueryError::Unreadable(_) => "cannot be read",
            QueryError::UnknownTable { .. } => "unknown table",
            QueryError::UnknownColumn { .. } => "unknown column",
            QueryError::UnknownFunction { .. } => "unknown function",
            QueryError::NotEmulated { .. } => "not emulated",
            QueryError::Unsupported { .. } => "no SuiteQL",
            _ => "meaning",
        },
        other => panic!("{other}"),
    }
}
