//! Lists, a page at a time.

use axum::response::Response;
use http::header::LINK;
use http::{HeaderValue, Uri};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::row_id::RowId;

/// The most records of a page: one less than a store gives at once, so that it can be seen that more follow.
const LARGEST: u32 = 500;
const USUAL: u32 = 50;

/// Part of a list, in the list's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins: what to give as `after`, or as `before` in the audits, whose last row comes first. None
    /// on the last page.
    pub next: Option<RowId>,
}

/// How many records a page has at most: 1 to 500, 50 where nothing is said.
pub(crate) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=LARGEST => Ok(limit),
        limit => Err(Problem::malformed(format!(
            "limit is from 1 to {LARGEST}, and not {limit}."
        ))),
    }
}

impl<T> Page<T> {
    /// Of one record more than `limit` where there is one, by which it is known that a page follows.
    pub(crate) fn of<R>(
        mut records: Vec<R>,
        limit: u32,
        id: impl Fn(&R) -> i64,
        item: impl Fn(&R) -> T,
    ) -> Self {
        let more = records.len() > limit as usize;
        records.truncate(limit as usize);
        Self {
            next: records.last().filter(|_| more).map(|last| id(last).into()),
            items: records.iter().map(item).collect(),
        }
    }
}

/// Names the next page in a header (RFC 8288), for an answer that has no room for it: the same search, further down.
pub(crate) fn linked(mut response: Response, uri: &Uri, next: Option<RowId>) -> Response {
    let Some(next) = next else { return response };
    let search = uri.query().unwrap_or_default().split('&');
    let mut pairs: Vec<&str> = search
        .filter(|pair| !pair.is_empty() && !pair.starts_with("before="))
        .collect();
    let before = format!("before={next}");
    pairs.push(&before);
    let link = format!("<?{}>; rel=\"next\"", pairs.join("&"));
    if let Ok(link) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(LINK, link);
    }
    response
}
