//! The filters of a search: those of rows behind WHERE, those of summaries behind HAVING.

use countersign_suitescript::HostError;
use serde_json::Value;

use super::condition::condition;
use super::definition::{Filter, Node};
use super::formula;
use super::scope::{Missing, Scope};
use super::statement::summarized;
use super::term::Sql;

/// What stands behind WHERE, and what behind HAVING.
#[derive(Default)]
pub(super) struct Conditions {
    pub(super) rows: Vec<Sql>,
    pub(super) groups: Vec<Sql>,
}

impl Conditions {
    /// A filter of a summary stands beside those of rows, not under an `or` with them.
    pub(super) fn add(&mut self, scope: &mut Scope<'_>, node: &Node) -> Result<(), HostError> {
        match (node, node.is_summary()) {
            (node, Some(false)) => self.rows.push(sql(scope, node)?),
            (node, Some(true)) => self.groups.push(sql(scope, node)?),
            (Node::And(all), None) => {
                for node in all {
                    self.add(scope, node)?;
                }
            }
            (_, None) => return Err(malformed()),
        }
        Ok(())
    }
}

fn malformed() -> HostError {
    HostError::new(
        "SSS_INVALID_SRCH_FILTER_EXPR",
        "Malformed search filter expression.",
    )
}

fn sql(scope: &mut Scope<'_>, node: &Node) -> Result<Sql, HostError> {
    match node {
        Node::And(all) | Node::Or(all) if all.is_empty() => Ok(Sql::plain("1 = 1")),
        Node::And(all) => joined(scope, all, " AND "),
        Node::Or(all) => joined(scope, all, " OR "),
        Node::Not(inside) => {
            let inside = sql(scope, inside)?;
            Ok(Sql::bound(format!("NOT ({})", inside.text), inside.parameters))
        }
        Node::Filter(filter) => one(scope, filter),
    }
}

fn joined(scope: &mut Scope<'_>, all: &[Node], word: &str) -> Result<Sql, HostError> {
    let all: Result<_, _> = all.iter().map(|node| sql(scope, node)).collect();
    Ok(Sql::joined(all?, word))
}

fn one(scope: &mut Scope<'_>, filter: &Filter) -> Result<Sql, HostError> {
    let name = filter.name.to_lowercase();
    let term = match (formula::kind_of(&name), &filter.formula) {
        (Some(kind), Some(text)) => formula::term(scope, kind, text)?,
        _ => scope.term(filter.join.as_deref(), &name).map_err(|missing| match missing {
            Missing::Field => HostError::new(
                "SSS_INVALID_SRCH_FILTER",
                format!(
                    "An nlobjSearchFilter contains invalid search criteria: {name}.{}",
                    scope.question(filter.join.as_deref(), &name)
                ),
            ),
            Missing::Join => {
                let join = filter.join.as_deref().unwrap_or_default();
                let message =
                    format!("An nlobjSearchFilter contains an invalid join ID, or is not in proper syntax: {join}.");
                HostError::new("SSS_INVALID_SRCH_FILTER_JOIN", message)
            }
        })?,
    };
    let term = match &filter.summary {
        Some(summary) => summarized(&term, summary)?,
        None => term,
    };
    // Whoever the script runs as.
    let user = |value: &Value| match value.as_str() {
        Some("@CURRENT@") => scope.business.user.into(),
        _ => value.clone(),
    };
    let values: Vec<Value> = filter.values.iter().map(user).collect();
    condition(&term, &filter.operator, &values)
}
