//! The routes of the pages. What a route needs is stated beside it, and nowhere else.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{MethodRouter, any};
use countersign_web::{Answer, Asset, Reach, bare, page};
use http::{Request, StatusCode};
use tower::ServiceExt as _;

use crate::desk::Visit;
use crate::guard::guard;
use crate::needs::Needs;
use crate::throttle::Throttle;
use crate::{
    employees, features, first_start, home, integrations, login_audit_trail, roles, session, sign_in, tokens,
    trouble,
};

/// Below which path the pages are.
pub const PREFIX: &str = "/app";

pub(crate) type Methods = MethodRouter<Arc<Throttle>>;

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
        let rest = Route::new(format!("{PREFIX}/{{*rest}}"), Needs::Nothing, any(no_such_page));
        let routed = routes().into_iter().chain([rest]);
        let router = routed.fold(Router::new(), |router, route| {
            let guarded = route.methods.layer(from_fn_with_state(route.needs, guard));
            router.route(&route.path, guarded)
        });
        Self {
            router: router.with_state(Arc::new(Throttle::default())),
        }
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
        home::routes(),
        features::routes(),
        integrations::routes(),
        tokens::routes(),
        roles::routes(),
        employees::routes(),
        login_audit_trail::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Nobody is asked to sign in for what is not there.
async fn no_such_page() -> Answer {
    let (status, shown) = trouble::not_found();
    page(status, bare(None, &shown), Reach::Here)
}
