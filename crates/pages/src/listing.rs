//! What the address of a list asks for: how names begin, the order, and where the page begins. The list leads on from it.

use countersign_protocol::percent_encode;
use countersign_web::{Column, Direction, Filled, Pager, Sort};

/// Rows of a page.
pub(crate) const ROWS: u32 = 50;
/// One more than is shown tells whether there are others.
pub(crate) const ASKED: u32 = ROWS + 1;

const NAME: &str = "name";
const ID: &str = "id";

/// Of records that are sorted by name or by internal id.
#[derive(Debug)]
pub(crate) struct Listing {
    /// How the name begins.
    pub(crate) name: String,
    pub(crate) sort: Sort,
    /// The internal id of the row before the first.
    after: Option<i64>,
    /// The filters, as an address says them.
    filters: String,
}

impl Listing {
    /// `filters` are the other fields that narrow the list.
    pub(crate) fn of(query: &Filled, filters: &[&str]) -> Self {
        let name = query.text(NAME).trim().to_owned();
        let mut sort = Sort::of(query, &[NAME, ID]);
        if !name.is_empty() {
            // Names that begin alike are found in their own order.
            sort.by = NAME;
        }
        let given = filters.iter().map(|filter| (*filter, query.text(filter)));
        let given = std::iter::once((NAME, name.as_str())).chain(given);
        let given = given.filter(|(_, value)| !value.is_empty());
        let filters = given.map(|(name, value)| format!("{name}={}&", percent_encode(value)));
        Self {
            filters: format!("?{}", filters.collect::<String>()),
            after: query.number("after"),
            sort,
            name,
        }
    }

    /// What the store is asked for: a beginning of names where the list is by name.
    pub(crate) fn beginning(&self) -> Option<String> {
        (self.sort.by == NAME).then(|| self.name.clone())
    }

    pub(crate) fn direction(&self) -> countersign_store::Direction {
        match self.sort.direction {
            Direction::Up => countersign_store::Direction::Up,
            Direction::Down => countersign_store::Direction::Down,
        }
    }

    pub(crate) fn after<T>(&self, id: impl Fn(i64) -> T) -> Option<T> {
        self.after.map(id)
    }

    pub(crate) fn by_name(&self, label: &'static str) -> Column {
        self.sort.column(label, NAME, &self.filters)
    }

    pub(crate) fn by_id(&self, label: &'static str) -> Column {
        match self.name.is_empty() {
            true => self.sort.column(label, ID, &self.filters),
            false => Column::new(label),
        }
    }

    /// The rows of this page, of those [asked](ASKED) for, and the ways to the others.
    pub(crate) fn page_of<T>(&self, mut rows: Vec<T>, id: impl Fn(&T) -> i64) -> (Vec<T>, Pager) {
        let has_more = rows.len() > ROWS as usize;
        rows.truncate(ROWS as usize);
        let here = format!("{}{}", self.filters, self.sort.query());
        let last = rows.last().filter(|_| has_more);
        let pager = Pager {
            next: last.map(|last| format!("{here}&after={}", id(last))),
            first: self.after.map(|_| here),
        };
        (rows, pager)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(query: &str) -> Listing {
        Listing::of(&Filled::of_query(query), &["type"])
    }

    #[test]
    fn the_way_to_the_next_page_keeps_filters_and_order() {
        let (rows, pager) =
            listing("name=a%26b&type=Vendor&other=1&down").page_of((1..=51).collect(), |id| *id);
        assert_eq!(rows.len(), 50);
        assert_eq!(
            pager.next.as_deref(),
            Some("?name=a%26b&type=Vendor&sort=name&down&after=50")
        );
        assert_eq!(pager.first, None);
        let (_, pager) = listing("sort=id&after=50").page_of(vec![51], |id| *id);
        assert_eq!(pager.first.as_deref(), Some("?sort=id"));
        assert_eq!(pager.next, None);
    }

    #[test]
    fn names_that_begin_alike_are_in_their_own_order() {
        let narrowed = listing("name=a&sort=id");
        assert_eq!(narrowed.beginning().as_deref(), Some("a"));
        assert_eq!(narrowed.by_id("Internal ID").sorted, None);
        assert_eq!(listing("sort=id").beginning(), None);
    }
}
