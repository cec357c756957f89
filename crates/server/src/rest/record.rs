//! The record service: lists and single records, over every type that is declared.

use std::sync::Arc;

use countersign_authority::Principal;
use countersign_model::{Level, Permission};
use countersign_protocol::Request as Signed;
use countersign_records::{Filter, Key, Query, RecordType, Stamp, Upserted, json as record_json};
use http::header::ALLOW;
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::error::{self, Detail};
use super::types::is_netsuites;
use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::login::target;
use crate::reply::{self, Reply, empty, not_emulated, with};
use crate::server::Pending;

const COLLECTION: &str = "application/vnd.oracle.resource+json; type=collection; charset=UTF-8";
const SINGULAR: &str = "application/vnd.oracle.resource+json; type=singular; charset=UTF-8";

/// Pages NetSuite gives of one list.
const MOST_PAGES: u64 = 1000;

/// Answers `record/v1/{path}`. An error is an answer too.
pub(crate) async fn answer(
    server: &AccountServer,
    principal: &Principal,
    parts: &Parts,
    body: Pending,
    addressed: &Addressed,
    path: &str,
) -> Result<Reply, Reply> {
    let mut segments = path.split('/');
    let name = segments.next().unwrap_or_default();
    let id = segments.next().filter(|id| !id.is_empty());
    if name == "metadata-catalog" {
        return Err(not_emulated("record/v1/metadata-catalog"));
    }
    let of = server
        .records
        .record_type(name)
        .map(Arc::clone)
        .ok_or_else(|| unknown_type(name))?;
    if segments.next().is_some_and(|more| !more.is_empty()) {
        return Err(not_emulated("record/v1 sub-resources"));
    }
    refuse_what_would_be_ignored(parts)?;
    let service = Records {
        server,
        principal,
        parts,
        addressed,
        of,
    };
    match (&parts.method, id) {
        (&Method::GET, None) => service.list().await,
        (&Method::POST, None) => service.create(body).await,
        (&Method::GET, Some(id)) => service.get(id).await,
        (&Method::PATCH, Some(id)) => service.update(id, body).await,
        (&Method::PUT, Some(id)) => service.upsert(id, body).await,
        (&Method::DELETE, Some(id)) => service.delete(id).await,
        (method, id) => {
            let allowed = if id.is_some() {
                "GET, PATCH, PUT, DELETE"
            } else {
                "GET, POST"
            };
            let detail = format!("The method {method} is not supported for this resource.");
            let error = error::one(StatusCode::METHOD_NOT_ALLOWED, "INVALID_METHOD", detail);
            Err(with(error, ALLOW, allowed))
        }
    }
}

/// What would change the answer, and does not yet, is refused: a wrong answer would be taken for NetSuite's.
fn refuse_what_would_be_ignored(parts: &Parts) -> Result<(), Reply> {
    let query = parts.uri.query().unwrap_or_default();
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    let unknown = ["replace", "replaceSelectedFields", "expand", "simpleEnumFormat"];
    if let Some(name) = unknown
        .into_iter()
        .find(|unknown| names.clone().any(|name| name == *unknown))
    {
        return Err(not_emulated(&format!("record/v1 with {name}")));
    }
    let prefer = parts
        .headers
        .get("prefer")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if prefer.to_ascii_lowercase().contains("respond-async") {
        Err(not_emulated("asynchronous requests"))
    } else {
        Ok(())
    }
}

/// One request to one type.
struct Records<'r> {
    server: &'r AccountServer,
    principal: &'r Principal,
    parts: &'r Parts,
    addressed: &'r Addressed,
    of: Arc<RecordType>,
}

impl Records<'_> {
    async fn list(&self) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let paging = Paging::of(&self.parameters())?;
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

    async fn get(&self, id: &str) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let record = self
            .server
            .records
            .get(&self.of, key(id)?)
            .await
            .map_err(error::records)?;
        let mut body = record_json::write(&record, &self.of, &self.base());
        if let Some(fields) = self
            .parameters()
            .into_iter()
            .find(|(name, _)| name == "fields")
            .map(|(_, value)| value)
        {
            self.keep_only(&mut body, &fields)?;
        }
        Ok(reply::json(StatusCode::OK, SINGULAR, &body))
    }

    /// `?fields=`: the named fields, beside `links` and `id`.
    fn keep_only(&self, body: &mut Value, fields: &str) -> Result<(), Reply> {
        let wanted: Vec<&str> = fields
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        if let Some(unknown) = wanted
            .iter()
            .find(|name| **name != "id" && self.of.field(name).is_none())
        {
            let detail = format!("Invalid field {unknown:?} for resource {:?}.", self.of.name);
            return Err(error::error(
                StatusCode::BAD_REQUEST,
                &[Detail::new("NONEXISTENT_FIELD", detail).at("o:errorQueryParam", "fields")],
            ));
        }
        if let Some(object) = body.as_object_mut() {
            object.retain(|name, _| name == "links" || name == "id" || wanted.contains(&name.as_str()));
        }
        Ok(())
    }

    async fn create(&self, body: Pending) -> Result<Reply, Reply> {
        self.require(Level::Create)?;
        let changes = self.changes(body).await?;
        let id = self
            .server
            .records
            .create(&self.of, changes, self.stamp())
            .await
            .map_err(error::records)?;
        Ok(self.written(id))
    }

    async fn update(&self, id: &str, body: Pending) -> Result<Reply, Reply> {
        self.require(Level::Edit)?;
        let key = key(id)?;
        let changes = self.changes(body).await?;
        let id = self
            .server
            .records
            .update(&self.of, key, changes, self.stamp())
            .await
            .map_err(error::records)?;
        Ok(self.written(id))
    }

    async fn upsert(&self, id: &str, body: Pending) -> Result<Reply, Reply> {
        self.require(Level::Edit)?;
        let Key::External(external) = key(id)? else {
            let detail = "An upsert names the record by its external ID: eid:{externalId}.";
            return Err(error::error(
                StatusCode::BAD_REQUEST,
                &[Detail::new("INVALID_ID", detail).at("o:errorUrlPath", "id")],
            ));
        };
        let changes = self.changes(body).await?;
        let upserted = self
            .server
            .records
            .upsert(&self.of, external, changes, self.stamp())
            .await;
        let (Upserted::Created(id) | Upserted::Updated(id)) = upserted.map_err(error::records)?;
        Ok(self.written(id))
    }

    async fn delete(&self, id: &str) -> Result<Reply, Reply> {
        self.require(Level::Full)?;
        self.server
            .records
            .delete(&self.of, key(id)?, self.stamp())
            .await
            .map_err(error::records)?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    /// The body as changes, judged as strictly as the two validation headers ask.
    async fn changes(&self, body: Pending) -> Result<countersign_records::Changes, Reply> {
        let bytes = body.read().await.map_err(|error| error::body(&error))?;
        let object: Map<String, Value> = if bytes.is_empty() {
            Map::new()
        } else {
            serde_json::from_slice(&bytes).map_err(|error| {
                let detail = format!("The request body is not a JSON object: {error}.");
                error::one(StatusCode::BAD_REQUEST, "INVALID_CONTENT", detail)
            })?
        };
        let draft = record_json::read(&object, &self.of).map_err(|errors| error::fields(&errors))?;
        // NetSuite ignores an unknown name unless it is asked not to.
        if self
            .header("x-netsuite-propertynamevalidation")
            .is_some_and(|value| value.eq_ignore_ascii_case("error"))
            && !draft.unknown.is_empty()
        {
            return Err(error::fields(&draft.unknown));
        }
        Ok(draft.changes)
    }

    fn require(&self, level: Level) -> Result<(), Reply> {
        let permission = permission_for(&self.of.name);
        let allowed = match permission {
            Some(permission) => self
                .principal
                .require(permission, level)
                .map_err(|denied| denied.to_string()),
            None if self.principal.role().administrator => Ok(()),
            None => Err(format!("Only an Administrator may use {} here.", self.of.label)),
        };
        allowed.map_err(|detail| error::denied(&detail))
    }

    fn written(&self, id: i64) -> Reply {
        let location = format!("{}/{}/{id}", self.base(), self.of.name);
        with(empty(StatusCode::NO_CONTENT), http::header::LOCATION, &location)
    }

    fn base(&self) -> String {
        format!("{}/services/rest/record/v1", self.addressed.base_url())
    }

    fn stamp(&self) -> Stamp {
        Stamp {
            at: self.server.authority.now(),
            by: self.principal.user().id.get(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn parameters(&self) -> Vec<(String, String)> {
        let request = Signed::received(
            "GET",
            self.addressed.scheme,
            &self.addressed.authority,
            target(self.parts),
        );
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        request.map_or_else(
            |_| Vec::new(),
            |request| {
                request
                    .query_parameters()
                    .map(|(n, v)| (text(n), text(v)))
                    .collect()
            },
        )
    }
}

/// Where a list is asked for from, and how.
struct Paging {
    limit: u32,
    offset: u64,
    q: Option<String>,
}

impl Paging {
    fn of(parameters: &[(String, String)]) -> Result<Self, Reply> {
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
    fn links(&self, list: &str, total: u64) -> Value {
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

fn key(id: &str) -> Result<Key, Reply> {
    // The path is signed undecoded, but an external ID is text: decoded once, here.
    let decoded = decode(id);
    Key::parse(&decoded).ok_or_else(|| {
        let detail = "Invalid record instance ID. Give an internal ID, or eid: and an external ID.";
        error::error(
            StatusCode::BAD_REQUEST,
            &[Detail::new("INVALID_ID", detail).at("o:errorUrlPath", "id")],
        )
    })
}

/// A path segment decoded: `+` is itself in a path.
fn decode(segment: &str) -> String {
    let query = format!(
        "/?{}",
        segment
            .replace('+', "%2B")
            .replace('&', "%26")
            .replace('=', "%3D")
    );
    let request = Signed::received("GET", countersign_protocol::Scheme::Https, "x", &query);
    let name = request
        .ok()
        .and_then(|request| request.query_parameters().next())
        .map(|(name, _)| name);
    String::from_utf8_lossy(&name.unwrap_or_default()).into_owned()
}

fn unknown_type(name: &str) -> Reply {
    if is_netsuites(name) {
        return not_emulated(&format!("record/v1/{name}"));
    }
    let detail = format!(
        "Record type {:?} does not exist here.",
        name.chars().take(80).collect::<String>()
    );
    error::error(
        StatusCode::NOT_FOUND,
        &[Detail::new("INVALID_PARAMETER", detail).at("o:errorUrlPath", "recordType")],
    )
}

/// The permission that guards a record type.
fn permission_for(record_type: &str) -> Option<Permission> {
    match record_type {
        "customer" => Some(Permission::Customers),
        _ => None,
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

    #[test]
    fn an_external_id_in_a_path_is_decoded_once() {
        assert_eq!(decode("eid:A%2FB+%26=%2520"), "eid:A/B+&=%20");
    }
}
