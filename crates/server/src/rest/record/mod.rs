//! The record service: lists, single records, their parts and what they become, over every type that is declared.

mod list;
mod metadata;
mod part;
mod path;
mod service;
mod single;
mod transform;
mod write;

use std::sync::Arc;

use http::header::ALLOW;
use http::request::Parts;
use http::{Method, StatusCode};

use self::path::Place;
pub(super) use self::service::COLLECTION;
use self::service::Service;
pub(crate) use self::service::may;
use super::error::{self, Detail};
use super::parameters::parameters;
use super::prefer::refuse_asynchronous;
use super::types::is_netsuites;
use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::asking::Asking;
use crate::reply::{Reply, with};
use crate::server::Pending;

/// Answers `record/v1/{path}`. An error is an answer too.
pub(crate) async fn answer(
    server: &AccountServer,
    asking: Asking<'_>,
    parts: &Parts,
    body: Pending,
    addressed: &Addressed,
    path: &str,
) -> Result<Reply, Reply> {
    refuse_asynchronous(parts)?;
    let segments = path::segments(path);
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    let (name, rest) = segments.split_first().unwrap_or((&"", &[]));
    if *name == "metadata-catalog" {
        return metadata::answer(server, asking, parts, addressed, rest);
    }
    let of = server
        .records
        .record_type(name)
        .map(Arc::clone)
        .ok_or_else(|| unknown_type(name))?;
    let service = Service {
        server,
        asking,
        parts,
        addressed,
        parameters: parameters(parts, addressed)?,
        of,
    };
    let place = Place::of(rest);
    match (&parts.method, place) {
        (&Method::GET, Place::All) => service.list().await,
        (&Method::POST, Place::All) => service.create(body).await,
        (&Method::GET, Place::One(id)) => service.get(id).await,
        (&Method::PATCH, Place::One(id)) => service.update(id, body).await,
        (&Method::PUT, Place::One(id)) => service.upsert(id, body).await,
        (&Method::DELETE, Place::One(id)) => service.delete(id).await,
        (&Method::GET, Place::Part(id, part)) => service.part(id, part).await,
        (method, Place::Part(_, part)) if service.has_subrecord(part) => Err(match *method {
            Method::PATCH => error::not_emulated("record/v1 writing to the address of a subrecord"),
            _ => not_allowed(method, "GET, PATCH"),
        }),
        (&Method::POST, Place::Part(id, part)) => service.add_line(id, part, body).await,
        (&Method::GET, Place::Line(id, sublist, line)) => service.line(id, sublist, line).await,
        (&Method::PATCH, Place::Line(id, sublist, line)) => {
            service.change_line(id, sublist, line, body).await
        }
        (&Method::DELETE, Place::Line(id, sublist, line)) => service.remove_line(id, sublist, line).await,
        (&Method::GET, Place::PartOfLine(id, sublist, line, part)) => {
            service.part_of_line(id, sublist, line, part).await
        }
        (&Method::POST, Place::Transform(id, to)) => service.transform(id, to, body).await,
        (_, Place::Nowhere) => Err(error::not_found(&format!("/services/rest/record/v1/{path}"))),
        (method, place) => Err(not_allowed(method, place.allowed())),
    }
}

fn not_allowed(method: &Method, allowed: &str) -> Reply {
    let detail = format!("The method {method} is not supported for this resource.");
    let error = error::one(StatusCode::METHOD_NOT_ALLOWED, "INVALID_METHOD", detail);
    with(error, ALLOW, allowed)
}

/// What can be done with records: the path behind `record/v1`, and its methods.
pub(crate) fn operations() -> impl Iterator<Item = (String, &'static str)> {
    let places = [
        Place::All,
        Place::One("{id}"),
        Place::Part("{id}", "{sublist or subrecord}"),
        Place::Line("{id}", "{sublist}", "{line}"),
        Place::PartOfLine("{id}", "{sublist}", "{line}", "{subrecord}"),
        Place::Transform("{id}", "{type}"),
    ];
    places
        .into_iter()
        .map(|place| (format!("/{{type}}{place}"), place.allowed()))
}

fn unknown_type(name: &str) -> Reply {
    if is_netsuites(name) {
        return error::not_emulated(&format!("record/v1/{name}"));
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
