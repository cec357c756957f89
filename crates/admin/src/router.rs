//! The routes of the API, and the OpenAPI document that describes them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{Request, StatusCode};
use tower::ServiceExt as _;
use utoipa::openapi::OpenApi;

use crate::problem::Problem;
use crate::reply::shown;
use crate::{
    Accounts, Arrival, Routes, account_file, accounts, api_keys, authorizations, calls, diagnosis,
    execution_log, features, governance, integrations, levers, login_audit_trail, openapi, record_types,
    roles, scripts, session, settings, states, system_notes, tokens, users,
};

/// Where the API is.
pub const PREFIX: &str = "/api/v1";

/// The admin API over the accounts of a server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Admin {
    router: Router,
}

impl Admin {
    pub fn over(accounts: Arc<dyn Accounts>) -> Self {
        let (router, document) = routes().split_for_parts();
        let document = Arc::new(openapi::completed(document));
        let openapi = move || async move { shown(&*document) };
        let router = router
            .route(&format!("{PREFIX}/openapi.json"), axum::routing::get(openapi))
            .fallback(no_such_call)
            .method_not_allowed_fallback(no_such_method)
            .with_state(accounts);
        Self { router }
    }

    /// The OpenAPI document, as `/api/v1/openapi.json` serves it.
    pub fn openapi() -> OpenApi {
        openapi::completed(routes().into_openapi())
    }

    /// Answers a request. Where it came from must be in its extensions: [`Arrival`](crate::Arrival).
    pub async fn answer(&self, request: Request<Body>) -> Response {
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Answers a call that whoever owns the data folder makes in this process.
    pub async fn answer_owner(&self, request: Request<Bytes>) -> Response {
        let mut request = request.map(Body::from);
        request.extensions_mut().insert(Arrival::of_owner());
        self.answer(request).await
    }
}

fn routes() -> Routes {
    let routes = Routes::new()
        .merge(accounts::routes())
        .merge(account_file::routes())
        .merge(states::routes())
        .merge(record_types::routes())
        .merge(scripts::routes())
        .merge(session::routes())
        .merge(authorizations::routes())
        .merge(features::routes())
        .merge(settings::routes())
        .merge(integrations::routes())
        .merge(roles::routes())
        .merge(users::routes())
        .merge(tokens::routes())
        .merge(governance::routes())
        .merge(levers::routes())
        .merge(login_audit_trail::routes())
        .merge(diagnosis::routes())
        .merge(calls::routes())
        .merge(execution_log::routes())
        .merge(system_notes::routes())
        .merge(api_keys::routes());
    // What a router is nested into gives the document its name.
    Routes::with_openapi(openapi::begun()).nest(PREFIX, routes)
}

async fn no_such_call() -> Response {
    Problem::not_found("This API has no such call; /api/v1/openapi.json lists them all.").into_response()
}

async fn no_such_method() -> Response {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "Not a method of this address",
        "The header Allow names those it has.",
    )
    .into_response()
}
