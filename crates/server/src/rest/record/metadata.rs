//! The metadata catalogue: which record types there are, and what each looks like, as JSON Schema or OpenAPI.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{RecordType, metadata, openapi};
use http::header::ACCEPT;
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::error;
use super::super::parameters::parameters;
use super::service::{base, may};
use super::unknown_type;
use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::asking::Asking;
use crate::reply::{self, JSON, Reply};

const SCHEMA: &str = "application/schema+json; charset=UTF-8";
const SWAGGER: &str = "application/swagger+json; charset=UTF-8";

/// Answers `metadata-catalog/{path}`. A role sees the types it may view.
pub(super) fn answer(
    server: &AccountServer,
    asking: Asking<'_>,
    parts: &Parts,
    addressed: &Addressed,
    path: &[&str],
) -> Result<Reply, Reply> {
    if parts.method != Method::GET {
        return Err(super::not_allowed(&parts.method, "GET"));
    }
    let records = &server.records;
    let base = base(addressed);
    let catalog = format!("{base}/metadata-catalog");
    let asked = Asked::of(parts);
    let declared = |name: &str| {
        let found = records.record_type(name).ok_or_else(|| unknown_type(name))?;
        may(asking, found, Level::View).map_err(|detail| error::denied(&detail))?;
        Ok(found)
    };
    match path {
        [] | [""] => {
            let selected = parameters(parts, addressed)?
                .into_iter()
                .find(|(name, _)| name == "select")
                .map(|(_, names)| names);
            let types: Vec<&Arc<RecordType>> = match &selected {
                Some(names) => names
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(declared)
                    .collect::<Result<_, _>>()?,
                None => records
                    .types()
                    .filter(|of| may(asking, of, Level::View).is_ok())
                    .collect(),
            };
            Ok(match asked {
                Asked::OpenApi => document(types, &base),
                Asked::List | Asked::Schema => list(&types, &catalog),
            })
        }
        ["nsLink" | "nslink"] | ["nsLink" | "nslink", ""] => Ok(reply::json(
            StatusCode::OK,
            SCHEMA,
            &metadata::link_schema(&catalog),
        )),
        [name] | [name, ""] => {
            let of = declared(name)?;
            Ok(match asked {
                Asked::OpenApi => document(vec![of], &base),
                Asked::Schema => reply::json(StatusCode::OK, SCHEMA, &metadata::schema(of, &catalog)),
                Asked::List => {
                    let mut item = entry(of, &catalog);
                    if let Some(item) = item.as_object_mut() {
                        item.insert("title".to_owned(), of.label.as_str().into());
                    }
                    reply::json(StatusCode::OK, JSON, &item)
                }
            })
        }
        _ => Err(error::not_found(parts.uri.path())),
    }
}

/// What the caller wants to see, by the header Accept.
#[derive(Clone, Copy)]
enum Asked {
    List,
    Schema,
    OpenApi,
}

impl Asked {
    fn of(parts: &Parts) -> Self {
        let accept = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        match accept.unwrap_or_default() {
            accept if accept.contains("application/swagger+json") => Self::OpenApi,
            accept if accept.contains("application/schema+json") => Self::Schema,
            _ => Self::List,
        }
    }
}

fn document(types: Vec<&Arc<RecordType>>, base: &str) -> Reply {
    reply::json(StatusCode::OK, SWAGGER, &openapi(types.into_iter(), base))
}

fn list(types: &[&Arc<RecordType>], catalog: &str) -> Reply {
    let items: Vec<_> = types.iter().map(|of| entry(of, catalog)).collect();
    let body = json!({
        "links": [{ "rel": "self", "href": catalog }],
        "items": items,
    });
    reply::json(StatusCode::OK, JSON, &body)
}

fn entry(of: &RecordType, catalog: &str) -> Value {
    let href = format!("{catalog}/{}", of.name);
    let link = |rel: &str, media_type: &str| json!({ "rel": rel, "href": href, "mediaType": media_type });
    json!({
        "name": of.name,
        "links": [
            link("canonical", "application/json"),
            link("describes", "application/schema+json"),
            link("describes", "application/swagger+json"),
        ],
    })
}
