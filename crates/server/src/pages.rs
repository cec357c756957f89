//! The setup pages of whichever account a browser addressed.

use std::sync::Arc;

use countersign_front::Body;
use countersign_pages::{PREFIX, Pages, Visit, which_account};
use countersign_protocol::{Scheme, Service};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Either, Full};

use crate::account::AccountServer;
use crate::accounts::{Accounts, MeantInFlow};
use crate::addressed::{Addressed, Host};
use crate::named;
use crate::reply::{Reply, Sent};
use crate::server::{goes_on, is_reading, nobody, plain};

/// Where the sign-in link of a first start is: it names its account itself.
const FIRST_START: &str = "/app/login/onetime.nl";

/// Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountPages {
    pages: Pages,
}

impl AccountPages {
    pub(crate) async fn answer(
        &self,
        accounts: &Accounts,
        request: Request<Body>,
        addressed: &Addressed,
    ) -> Result<Sent, Reply> {
        let path = request.uri().path();
        // The consent page is on the shared hosts too, and needs them there.
        if let Some(asset) = Pages::asset(path) {
            return Ok(asset.map(Either::Left));
        }
        if !addressed.serves(Service::App) {
            let text = "The pages are on another host of the account.";
            return Err(plain(StatusCode::NOT_FOUND, text));
        }
        if path == "/" {
            return Ok(countersign_web::redirect(PREFIX).map(Either::Left));
        }
        let (parts, body) = request.into_parts();
        let company = (parts.uri.path() == FIRST_START)
            .then(|| named::by_company(&parts))
            .flatten();
        let meant = accounts.meant(&addressed.host, || company.clone());
        let meant = meant.ok_or_else(|| nobody(addressed.name()))?;
        if !meant.is_open && company.is_none() {
            if !is_reading(&parts.method) {
                return Err(nobody(addressed.name()));
            }
            let query = parts.uri.query().unwrap_or_default();
            let asked = which_account(query, |account| addressed.page_url_of(account));
            return Ok(asked.map(Either::Left));
        }
        let visit = visit(&meant.account, addressed);
        let request = Request::from_parts(parts, axum::body::Body::new(body));
        let (parts, body) = self.pages.answer(visit, request).await.into_parts();
        if goes_on(&parts.headers) {
            return Ok(meant.marked(Sent::from_parts(parts, Either::Right(body))));
        }
        match body.collect().await {
            Ok(body) => {
                let page = Reply::from_parts(parts, Full::new(body.to_bytes()));
                Ok(meant.marked(page).map(Either::Left))
            }
            Err(error) => {
                tracing::error!(%error, "a page broke off");
                Err(plain(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "The page could not be made.\n",
                ))
            }
        }
    }
}

/// Step two of the authorization flow.
pub(crate) async fn consent(flow: &MeantInFlow, request: Request<Body>, addressed: &Addressed) -> Reply {
    let visit = visit(&flow.meant.account, addressed);
    let request = request.map(axum::body::Body::new);
    Pages::consent(visit, flow.home.authority(), request).await
}

fn visit(account: &AccountServer, addressed: &Addressed) -> Visit {
    Visit {
        authority: Arc::clone(account.authority()),
        records: account.records.clone(),
        scripts: account.scripts.clone(),
        link: Arc::clone(account.one_time_link()),
        address: addressed.client,
        origin: addressed.base_url(),
        secure: addressed.scheme == Scheme::Https,
    }
}

impl Addressed {
    /// Where the pages of an account are, as seen from where the browser is.
    fn page_url_of(&self, account: &countersign_protocol::AccountId) -> String {
        match self.host {
            Host::Local => {
                let local = Self {
                    host: Host::Localhost {
                        account: account.clone(),
                        service: None,
                    },
                    ..self.clone()
                };
                local.url_of(account, Service::App)
            }
            _ => self.url_of(account, Service::App),
        }
    }
}
