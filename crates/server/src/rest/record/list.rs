//! Lists: a page of links, filtered.

use countersign_model::Level;
use countersign_records::{Filter, Query};
use http::StatusCode;
use serde::Serialize;

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
        let list = format!("{}/{}", self.base(), self.of.name);
        let items: Vec<Item> = page.ids.iter().map(|id| Item::of(&list, *id)).collect();
        let body = paging.collection(&list, &items, items.len(), page.total);
        Ok(reply::json(StatusCode::OK, COLLECTION, &body))
    }
}

/// A record of a list.
#[derive(Serialize)]
struct Item {
    links: [Link; 1],
    id: String,
}

#[derive(Serialize)]
struct Link {
    rel: &'static str,
    href: String,
}

impl Item {
    fn of(list: &str, id: i64) -> Self {
        let link = Link {
            rel: "self",
            href: format!("{list}/{id}"),
        };
        Self {
            links: [link],
            id: id.to_string(),
        }
    }
}
