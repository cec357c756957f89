//! The OpenAPI document: what is said of the whole API, and what follows for each operation from what it says itself.

use std::collections::BTreeMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, RefOr, Response, Schema, SecurityRequirement,
};

use crate::problem::{self, Problem};
use crate::{PREFIX, SAME_SITE_HEADER, SESSION_COOKIE};

// How somebody proves who they are, as the document calls it.
const API_KEY: &str = "apiKey";
const SESSION: &str = "session";
const SAME_SITE: &str = "sameSite";

/// What the operations are added to.
pub(crate) fn begun() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Countersign admin API")
        .version("1")
        .description(Some(
            "Everything a page of a local account does. Countersign is independent of Oracle and NetSuite. A key goes \
             into the header Authorization: Bearer; a session is begun with a password and kept in a cookie; on the Unix \
             socket in the data folder neither is asked for. No access token opens this API.",
        ))
        .license(Some(
            LicenseBuilder::new()
                .name("MIT OR Apache-2.0")
                .identifier(Some("MIT OR Apache-2.0"))
                .build(),
        ))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    let mut components = utoipa::openapi::Components::new();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme(API_KEY, SecurityScheme::Http(bearer));
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE)));
    components.add_security_scheme(SESSION, cookie);
    let same_site = ApiKeyValue::with_description(
        SAME_SITE_HEADER,
        "Any value: a page of another site cannot send it.",
    );
    components.add_security_scheme(SAME_SITE, SecurityScheme::ApiKey(ApiKey::Header(same_site)));
    let problem = <Problem as utoipa::PartialSchema>::schema();
    components.schemas.insert("Problem".to_owned(), problem);
    let field = <crate::FieldProblem as utoipa::PartialSchema>::schema();
    components.schemas.insert("FieldProblem".to_owned(), field);
    components.responses = problem::documented();
    document.components = Some(components);
    document
}

/// Says of each operation how whoever calls it proves who they are, as follows from its `x-permission`: either pairs of a
/// permission and a level, of which one must be held, or a word of [`Admission`].
///
/// A function is called `list` in each module; its operation is called `users_list`.
pub(crate) fn completed(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        let path = path.trim_start_matches(PREFIX).trim_start_matches('/');
        let below = path.strip_prefix("accounts/{account}/").unwrap_or(path);
        let noun = below
            .split('/')
            .next()
            .unwrap_or_default()
            .replace(['-', '.'], "_");
        let reading = [&mut item.get, &mut item.head];
        let changing = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        let reading = reading.into_iter().flatten().map(|operation| (operation, false));
        let changing = changing.into_iter().flatten().map(|operation| (operation, true));
        for (operation, is_change) in reading.chain(changing) {
            let name = operation.operation_id.take().unwrap_or_default();
            operation.operation_id = Some(format!("{noun}_{name}"));
            describe(&mut operation.responses.responses);
            operation.security = Some(proofs(Admission::of(operation), is_change));
        }
    }
    let schemas = document.components.iter_mut();
    for schema in schemas.flat_map(|components| components.schemas.values_mut()) {
        forget_null(schema);
    }
    document
}

/// A response without a description is no response (OpenAPI 3.1.0 section 4.8.17).
fn describe(responses: &mut BTreeMap<String, RefOr<Response>>) {
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let said = match status.as_str() {
                "201" => "It is made.",
                "204" => "It is done.",
                _ => "What was asked for.",
            };
            said.clone_into(&mut response.description);
        }
    }
}

/// A member that can be left out is none in Rust, which is no value it could have in JSON.
fn forget_null(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    for member in object.properties.values_mut() {
        let default = match member {
            RefOr::Ref(named) => &mut named.default,
            RefOr::T(Schema::Object(object)) => &mut object.default,
            RefOr::T(Schema::Array(array)) => &mut array.default,
            RefOr::T(Schema::OneOf(either)) => &mut either.default,
            RefOr::T(_) => continue,
        };
        if default.as_ref().is_some_and(serde_json::Value::is_null) {
            *default = None;
        }
    }
}

/// Who is let in at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    /// Anybody: `nobody`.
    Nobody,
    /// Whoever owns the data folder, on its socket: `owner`.
    Owner,
    /// A session and no key: `session`.
    Session,
    /// A session or a key: a permission, `signed in`, or `Administrator`, which no key is.
    SignedIn,
}

impl Admission {
    fn of(operation: &Operation) -> Self {
        let stated = operation.extensions.as_ref();
        let stated = stated.and_then(|stated| stated.get("x-permission"));
        match stated.and_then(serde_json::Value::as_str) {
            Some("nobody") => Self::Nobody,
            Some("owner") => Self::Owner,
            Some("session" | "Administrator") => Self::Session,
            _ => Self::SignedIn,
        }
    }
}

fn proofs(admission: Admission, is_change: bool) -> Vec<SecurityRequirement> {
    let none = Vec::<String>::new;
    let key = SecurityRequirement::new(API_KEY, none());
    let session = SecurityRequirement::new(SESSION, none());
    let session = if is_change {
        session.add(SAME_SITE, none())
    } else {
        session
    };
    match admission {
        Admission::Nobody | Admission::Owner => Vec::new(),
        Admission::Session => vec![session],
        Admission::SignedIn => vec![key, session],
    }
}
