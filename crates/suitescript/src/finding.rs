//! What is found when a script file is only looked at.

use serde::Deserialize;

use crate::call::Returned;

/// Something to say of a file before it runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Every call of the script would fail for it.
    pub is_error: bool,
    /// Of the file, absolute in the file cabinet: the script's, or one that it asks for.
    pub path: String,
    /// From 1.
    pub line: usize,
    pub column: usize,
    /// A sentence that begins small.
    pub message: String,
}

impl Finding {
    /// What came of [`Call::check`](crate::Call::check).
    pub fn read(returned: &Returned) -> Vec<Self> {
        match returned {
            Returned::Json(json) => serde_json::from_str(json).unwrap_or_default(),
            Returned::Nothing | Returned::Text(_) | Returned::Response { .. } => Vec::new(),
        }
    }
}
