//! How a text filter of a list compares: upper and lower case aside, as the stores fold it too.

/// Whether the column holds the wanted text somewhere. An empty wish fits every row that has the column.
pub(crate) fn contains(wanted: Option<&str>, column: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| {
        column.is_some_and(|column| column.to_lowercase().contains(&wanted.to_lowercase()))
    })
}

/// Whether the column is the wanted text.
pub(crate) fn same(wanted: Option<&str>, column: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| column.is_some_and(|column| column.to_lowercase() == wanted.to_lowercase()))
}
