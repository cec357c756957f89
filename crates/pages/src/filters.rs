//! What narrows a list: fields above it, and the query that says the same in a link.

use countersign_protocol::percent_encode;
use countersign_web::{Choice, Field, Markup, Select};

/// One of several, or all.
pub(crate) fn one_of(name: &str, label: &str, choices: &[Choice], chosen: &str) -> Markup {
    Select {
        name,
        label,
        choices,
        chosen,
        none: Some("All"),
        ..Select::default()
    }
    .show()
}

/// A text that a column holds.
pub(crate) fn text(name: &str, label: &str, value: &str) -> Markup {
    checked_text(name, label, value, None)
}

/// The same, with what is wrong about it.
pub(crate) fn checked_text(name: &str, label: &str, value: &str, error: Option<&str>) -> Markup {
    Field {
        name,
        label,
        value,
        kind: "search",
        error,
        ..Field::default()
    }
    .show()
}

/// `?` and each filter that is given with an `&` behind it, so that more can follow.
pub(crate) fn query(filters: &[(&str, &str)]) -> String {
    let given = filters.iter().filter(|(_, value)| !value.is_empty());
    let pairs: String = given
        .map(|(name, value)| format!("{name}={}&", percent_encode(value)))
        .collect();
    format!("?{pairs}")
}
