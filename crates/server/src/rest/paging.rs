//! Which part of a list is asked for, and the addresses of the parts beside it.

use countersign_records::Query;
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::{self, Detail};
use crate::reply::Reply;

/// Pages NetSuite gives of one list.
const MOST_PAGES: u64 = 1000;

/// Where a list is asked for from, and how.
pub(super) struct Paging {
    pub(super) limit: u32,
    pub(super) offset: u64,
    pub(super) q: Option<String>,
}

/// A page of a list as REST gives it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Collection<T> {
    links: Value,
    count: u64,
    has_more: bool,
    items: T,
    offset: u64,
    total_results: u64,
}

impl Paging {
    /// A page of `count` items out of `total`, of the list at the address `list`.
    pub(super) fn collection<T>(&self, list: &str, items: T, count: usize, total: u64) -> Collection<T> {
        let count = count as u64;
        Collection {
            links: self.links(list, total),
            count,
            has_more: self.offset + count < total,
            items,
            offset: self.offset,
            total_results: total,
        }
    }

    pub(super) fn of(parameters: &[(String, String)]) -> Result<Self, Reply> {
        let value = |name: &str| {
            parameters
                .iter()
                .find(|(other, _)| other == name)
                .map(|(_, value)| value.as_str())
        };
        let refused = |name: &str, detail: &str| {
            error::error(
                StatusCode::BAD_REQUEST,
                &[Detail::new("INVALID_PARAMETER", detail).at("o:errorQueryParam", name)],
            )
        };
        let largest = Query::LARGEST_PAGE;
        let limit = match value("limit").map(str::parse::<u32>) {
            None => largest,
            Some(Ok(limit)) if (1..=largest).contains(&limit) => limit,
            Some(_) => {
                return Err(refused(
                    "limit",
                    "The limit must be a whole number from 1 to 1000.",
                ));
            }
        };
        let offset = match value("offset").map(str::parse::<u64>) {
            None => 0,
            Some(Ok(offset)) if offset % u64::from(limit) == 0 => offset,
            Some(_) => {
                return Err(refused(
                    "offset",
                    "The offset must be a whole number divisible by the limit.",
                ));
            }
        };
        if offset / u64::from(limit) >= MOST_PAGES {
            return Err(refused(
                "offset",
                "At most 1000 pages can be read; narrow the list with q.",
            ));
        }
        Ok(Self {
            limit,
            offset,
            q: value("q").map(str::to_owned).filter(|q| !q.trim().is_empty()),
        })
    }

    /// `self` and, where they exist, the first, previous, next and last page, in NetSuite's order.
    pub(super) fn links(&self, list: &str, total: u64) -> Value {
        let limit = u64::from(self.limit);
        let last = total.saturating_sub(1) / limit * limit;
        let href = |offset: u64| {
            let q = self
                .q
                .as_deref()
                .map(|q| format!("q={}&", countersign_protocol::percent_encode(q)))
                .unwrap_or_default();
            format!("{list}?{q}limit={limit}&offset={offset}")
        };
        let mut links = Vec::new();
        let mut link = |rel: &str, offset| links.push(json!({ "rel": rel, "href": href(offset) }));
        if self.offset + limit < total {
            link("next", self.offset + limit);
            link("last", last);
        }
        link("self", self.offset);
        if self.offset > 0 {
            link("prev", self.offset.saturating_sub(limit).min(last));
            link("first", 0);
        }
        Value::Array(links)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(limit: u32, offset: u64, total: u64) -> Vec<String> {
        let paging = Paging {
            limit,
            offset,
            q: Some("a b".into()),
        };
        let links = paging.links("https://h/customer", total);
        links
            .as_array()
            .unwrap()
            .iter()
            .map(|link| format!("{} {}", link["rel"], link["href"]))
            .collect()
    }

    #[test]
    fn a_page_links_to_its_neighbours() {
        assert_eq!(
            links(10, 10, 35),
            [
                r#""next" "https://h/customer?q=a%20b&limit=10&offset=20""#,
                r#""last" "https://h/customer?q=a%20b&limit=10&offset=30""#,
                r#""self" "https://h/customer?q=a%20b&limit=10&offset=10""#,
                r#""prev" "https://h/customer?q=a%20b&limit=10&offset=0""#,
                r#""first" "https://h/customer?q=a%20b&limit=10&offset=0""#,
            ]
        );
        assert_eq!(links(10, 0, 0).len(), 1);
        assert_eq!(links(10, 0, 10).len(), 1);
        assert_eq!(links(10, 0, 11).len(), 3);
    }

    #[test]
    fn limit_and_offset_are_held_to_netsuites_rules() {
        let refused = |limit: &str, offset: &str| {
            Paging::of(&[("limit".into(), limit.into()), ("offset".into(), offset.into())]).is_err()
        };
        assert!(refused("0", "0") && refused("1001", "0") && refused("x", "0") && refused("-1", "0"));
        assert!(refused("10", "5") && refused("10", "x") && refused("10", "10000"));
        assert!(!refused("10", "9990") && !refused("1000", "0"));
    }
}
