//! Lists: sorted, filtered and paged by the server. On a narrow screen each row becomes a card.

use maud::{Markup, html};

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// A column that can be sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// Where its heading leads.
    pub href: String,
    /// None where the list is sorted by another.
    pub now: Option<Direction>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub label: &'static str,
    pub sorted: Option<Sorted>,
}

impl Column {
    pub const fn new(label: &'static str) -> Self {
        Self { label, sorted: None }
    }
}

/// What stands in a row.
pub type Cell = Markup;

/// Where the rows before and after these are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pager {
    pub first: Option<String>,
    pub next: Option<String>,
}

/// A list of records.
#[derive(Debug)]
pub struct Table {
    /// Said to whoever does not see it.
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    pub pager: Pager,
}

impl Table {
    pub fn show(&self) -> Markup {
        html! {
            div.table role="region" aria-label=(self.caption) tabindex="0" {
                table {
                    caption.unseen { (self.caption) }
                    thead { tr { @for column in &self.columns { (heading(column)) } } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                @for (column, cell) in self.columns.iter().zip(row) {
                                    td data-label=(column.label) { (cell) }
                                }
                            }
                        }
                    }
                }
            }
            (self.pager.show())
        }
    }
}

fn heading(Column { label, sorted }: &Column) -> Markup {
    let Some(Sorted { href, now }) = sorted else {
        return html! { th scope="col" { (label) } };
    };
    let (said, arrow) = match now {
        None => ("none", ""),
        Some(Direction::Up) => ("ascending", "\u{2191}"),
        Some(Direction::Down) => ("descending", "\u{2193}"),
    };
    html! {
        th scope="col" aria-sort=(said) {
            a href=(href) { (label) span.arrow aria-hidden="true" { (arrow) } }
        }
    }
}

impl Pager {
    fn show(&self) -> Markup {
        html! {
            @if self.first.is_some() || self.next.is_some() {
                nav.pager aria-label="Pages of the list" {
                    @if let Some(first) = &self.first { a.button.plain href=(first) { "First page" } }
                    @if let Some(next) = &self.next { a.button.plain href=(next) rel="next" { "Next page" } }
                }
            }
        }
    }
}
