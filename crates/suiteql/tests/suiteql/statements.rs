//! Statements with their answers, computed by hand: one file each in `statements/`, found by itself.
//!
//! A file holds the statement, a line of three dashes, the names of the columns, and the rows; `-` is NULL. A line
//! `? [..]` before the dashes holds parameters as JSON.

use std::path::Path;

use crate::company::Company;

#[test]
fn every_statement_gives_the_rows_that_were_computed_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suiteql/statements");
    let mut company = Company::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the statements") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a statement");
        let (statement, expected) = text.split_once("\n---\n").expect("three dashes");
        let (statement, parameters) = statement.split_once("\n? ").unwrap_or((statement, "[]"));
        let parameters: Vec<serde_json::Value> = serde_json::from_str(parameters).expect("parameters");
        let found = match company.ask_with(statement, &parameters) {
            Ok(rows) => written(&rows),
            Err(error) => format!("refused: {error} ({error:?})"),
        };
        count += 1;
        if found.trim() != expected.trim() {
            let name = path.file_name().unwrap_or_default().display().to_string();
            wrong.push(format!(
                "{name}\n{statement}\nexpected\n{expected}\nfound\n{found}\n"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 60, "there are {count} statements");
}

fn written(rows: &countersign_suiteql::Rows) -> String {
    let names: Vec<&str> = rows.columns.iter().map(|column| column.name.as_str()).collect();
    let mut lines = vec![names.join(" | ")];
    for row in &rows.rows {
        let values: Vec<String> = row
            .iter()
            .map(|value| value.to_text().unwrap_or_else(|| "-".to_owned()))
            .collect();
        lines.push(values.join(" | "));
    }
    lines.join("\n")
}
