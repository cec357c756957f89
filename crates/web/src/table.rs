//! Lists: sorted, filtered and paged by the server. On a narrow screen each row becomes a card.

use maud::{Markup, html};

use crate::form::Filled;

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

/// How a list is sorted, as its address says it: `sort=name`, `sort=id&down`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The word of a column in the address.
    pub by: &'static str,
    pub direction: Direction,
}

impl Sort {
    /// What an address asks for; by the first of `columns` where it asks for nothing that is there.
    pub fn of(query: &Filled, columns: &[&'static str]) -> Self {
        let asked = columns.iter().find(|column| **column == query.text("sort"));
        Self {
            by: asked.or(columns.first()).copied().unwrap_or_default(),
            direction: match query.has("down") {
                true => Direction::Down,
                false => Direction::Up,
            },
        }
    }

    /// As an address says it.
    pub fn query(self) -> String {
        let down = match self.direction {
            Direction::Up => "",
            Direction::Down => "&down",
        };
        format!("sort={}{down}", self.by)
    }

    /// A heading that sorts by its column, and turns the order round where it does already. `kept` is what else the
    /// address says, and ends with `?` or `&`.
    pub fn column(self, label: &'static str, by: &'static str, kept: &str) -> Column {
        let now = (self.by == by).then_some(self.direction);
        let direction = match now {
            Some(Direction::Up) => Direction::Down,
            _ => Direction::Up,
        };
        let href = format!("{kept}{}", Self { by, direction }.query());
        let sorted = Some(Sorted { href, now });
        Column { label, sorted }
    }

    /// Keeps the order through a form of filters.
    pub fn hidden(self) -> Markup {
        html! {
            input type="hidden" name="sort" value=(self.by);
            @if self.direction == Direction::Down { input type="hidden" name="down" value="on"; }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(query: &str) -> Sort {
        Sort::of(&Filled::of_query(query), &["name", "id"])
    }

    #[test]
    fn a_heading_sorts_by_its_column_and_then_turns_round() {
        let href = |sort: Sort, by| sort.column("", by, "?a=b&").sorted.unwrap().href;
        assert_eq!(href(sort(""), "name"), "?a=b&sort=name&down");
        assert_eq!(href(sort("sort=name&down"), "name"), "?a=b&sort=name");
        assert_eq!(href(sort("sort=name&down"), "id"), "?a=b&sort=id");
        assert_eq!(sort("sort=id&down").query(), "sort=id&down");
    }

    #[test]
    fn what_is_no_column_is_not_sorted_by() {
        assert_eq!(sort("sort=secret").by, "name");
        assert_eq!(
            sort("sort=secret").column("", "id", "?").sorted.unwrap().now,
            None
        );
    }
}
