//! Lists: a page of links, filtered.

use countersign_model::Level;
use countersign_records::{Filter, Query, json as record_json};
use http::StatusCode;
use serde_json::{Value, json};

use super::super::error::{self, Detail};
use super::super::paging::Paging;
use super::service::{COLLECTION, Service};
use crate::reply::{self, Reply};

impl Service<'_> {
    pub(super) async fn list(&self) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let paging = Paging::of(&self.parameters)?;
        let filter = match &paging.q {
            Some(q) => Some(Filter::parse(q, &self.of).map_err(|error| {
                let detail = format!("Invalid search query. {error}");
                error::error(
                    StatusCode::BAD_REQUEST,
                    &[Detail::new("INVALID_PARAMETER", detail).at("o:errorQueryParam", "q")],
                )
            })?),
            None => None,
        };
        let query = Query {
            filter,
            limit: paging.limit,
            offset: paging.offset,
            ..Query::default()
        };
        let page = self
            .server
            .records
            .list(&self.of, query)
            .await
            .map_err(error::records)?;
        let base = self.base();
        let items: Vec<Value> = page
            .ids
            .iter()
            .map(|id| json!({ "links": record_json::links(&base, &self.of.name, *id), "id": id.to_string() }))
            .collect();
        let list = format!("{base}/{}", self.of.name);
        let body = json!({
            "links": paging.links(&list, page.total),
            "count": items.len(),
            "hasMore": paging.offset + (items.len() as u64) < page.total,
            "items": items,
            "offset": paging.offset,
            "totalResults": page.total,
        });
        Ok(reply::json(StatusCode::OK, COLLECTION, &body))
    }
}
