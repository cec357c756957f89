//! A search as `N/search` writes it down: also what is kept of a saved search.

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in super::super) struct Definition {
    #[serde(rename = "type")]
    pub(super) record_type: String,
    pub(super) filters: Option<Node>,
    #[serde(default)]
    pub(super) columns: Vec<Column>,
}

/// A filter expression. JSON nests no deeper than its reader lets it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Filter(Filter),
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Filter {
    pub(super) name: String,
    pub(super) join: Option<String>,
    pub(super) operator: String,
    #[serde(default)]
    pub(super) values: Vec<Value>,
    pub(super) formula: Option<String>,
    pub(super) summary: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) join: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) formula: Option<String>,
    pub(super) function: Option<String>,
    pub(super) sort: Option<String>,
    pub(super) label: Option<String>,
}

impl Node {
    /// Whether each of its filters, or none, is about a summary; nothing where some are.
    pub(super) fn is_summary(&self) -> Option<bool> {
        match self {
            Self::Filter(filter) => Some(filter.summary.is_some()),
            Self::Not(inside) => inside.is_summary(),
            Self::And(all) | Self::Or(all) => {
                let mut kinds = all.iter().map(Self::is_summary);
                match kinds.next() {
                    Some(first) => kinds.all(|other| other == first).then_some(first?),
                    None => Some(false),
                }
            }
        }
    }
}

impl Definition {
    pub(in super::super) fn record_type(&self) -> &str {
        &self.record_type
    }
}
