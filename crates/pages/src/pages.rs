//! The routes of the pages. What a route needs is stated beside it, and nowhere else.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodRouter, any};
use countersign_authority::Authority;
use countersign_web::{Answer, Asset, Reach, bare, page};
use http::request::Parts;
use http::{Request, StatusCode};
use tower::ServiceExt as _;

use crate::consent;
use crate::desk::Visit;
use crate::guard::{guard, signed_in};
use crate::needs::Needs;
use crate::sheets::Sheets;
use crate::{
    access_reset, checklist, company, employees, execution_logs, features, first_start, governance, home,
    inspector, integrations, login_audit_trail, roles, scripts, second_factor, session, sign_in, tokens,
    trouble,
};

/// Below which path the pages are.
pub const PREFIX: &str = "/app";

pub(crate) type Methods = MethodRouter;

/// A path, whom it opens to, and what answers.
pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) needs: Needs,
    methods: Methods,
}

impl Route {
    pub(crate) fn new(path: impl Into<String>, needs: Needs, methods: Methods) -> Self {
        Self {
            path: path.into(),
            needs,
            methods,
        }
    }
}

/// The pages of every account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pages {
    router: Router,
}

impl Default for Pages {
    fn default() -> Self {
        let sheets = Arc::new(Sheets::default());
        let numbers = Arc::clone(&sheets);
        let nowhere = any(move |visit, parts| async move { no_such_page(&visit, &parts, &numbers).await });
        let rest = Route::new(format!("{PREFIX}/{{*rest}}"), Needs::Nothing, nowhere);
        let routed = routes().into_iter().chain([rest]);
        let router = routed.fold(Router::new(), |router, route| {
            let state = (route.needs, Arc::clone(&sheets));
            let guarded = route.methods.layer(from_fn_with_state(state, guard));
            router.route(&route.path, guarded)
        });
        Self { router }
    }
}

impl Pages {
    pub async fn answer(&self, visit: Visit, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(visit);
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Step two of the authorization flow, where the account that is visited is the user's. `home` is the account whose
    /// application asks.
    pub async fn consent(visit: Visit, home: &Authority, request: Request<Body>) -> Answer {
        Box::pin(consent::answer(&visit, home, request)).await
    }

    /// The files of every page, which are of no account.
    pub fn asset(path: &str) -> Option<Answer> {
        path.starts_with(Asset::PREFIX).then(|| match Asset::at(path) {
            Some(asset) => asset.answer(),
            None => {
                let mut answer = Answer::default();
                *answer.status_mut() = StatusCode::NOT_FOUND;
                answer
            }
        })
    }

    /// Every path with what it needs.
    pub fn routes() -> Vec<(String, Needs)> {
        routes()
            .into_iter()
            .map(|route| (route.path, route.needs))
            .collect()
    }
}

fn routes() -> Vec<Route> {
    [
        sign_in::routes(),
        first_start::routes(),
        session::routes(),
        second_factor::routes(),
        home::routes(),
        checklist::routes(),
        company::routes(),
        features::routes(),
        integrations::routes(),
        governance::routes(),
        tokens::routes(),
        roles::routes(),
        employees::routes(),
        access_reset::routes(),
        login_audit_trail::routes(),
        inspector::routes(),
        execution_logs::routes(),
        scripts::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Nobody is asked to sign in for what is not there; whoever is signed in keeps the menus.
async fn no_such_page(visit: &Visit, parts: &Parts, sheets: &Sheets) -> Answer {
    if let Ok(desk) = signed_in(visit, parts, (Needs::Session, sheets)).await {
        return desk.not_found();
    }
    let (status, shown) = trouble::not_found();
    page(status, bare(None, &shown), Reach::Here)
}
