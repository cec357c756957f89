//! Statements of the kinds people send, written for this company: all must be answered. Empty lines part them.

use crate::company::Company;

#[test]
fn every_statement_of_the_corpus_is_answered() {
    let mut company = Company::new();
    let statements: Vec<&str> = include_str!("corpus.sql").split("\n\n").map(str::trim).collect();
    let mut refused = Vec::new();
    for statement in &statements {
        let placeholders = statement.matches('?').count();
        let parameters = vec!["1".into(); placeholders];
        if let Err(error) = company.ask_with(statement, &parameters) {
            refused.push(format!("{statement}\n  {error} ({error:?})"));
        }
    }
    assert!(
        refused.is_empty(),
        "{} of {}:\n{}",
        refused.len(),
        statements.len(),
        refused.join("\n")
    );
    assert!(statements.len() >= 150, "there are {}", statements.len());
}
