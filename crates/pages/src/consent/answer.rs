//! One function for each request to the consent page.

use axum::body::Body;
use countersign_authority::{
    AdministrationError, Authority, BegunSession, Caller, CallerRefused, RequestedBy,
};
use countersign_model::{RoleId, Via};
use countersign_protocol::Secret;
use countersign_store::StoreError;
use countersign_web::{
    Answer, Filled, Lock, Page, Reach, bare, html, is_of_another_site, page, redirect, sentence,
    session_cookie, set_session_cookie,
};
use http::header::{ALLOW, HeaderMap, HeaderName, HeaderValue, LOCATION, REFRESH};
use http::{Method, Request, StatusCode};

use super::asked::Asked;
use super::page::{Consent, RoleChoices};
use crate::desk::{Browser, Visit};
use crate::guard::said;
use crate::sign_in::{SignInPage, Typed, tried};

/// The longest form of the page.
const LARGEST_FORM: usize = 8192;

/// What every request is answered with.
struct Step<'s> {
    visit: &'s Visit,
    requested: RequestedBy<'s>,
    asked: &'s Asked,
    browser: Browser,
}

/// `home` is the account whose application asks: often, but not always, the one that is visited.
pub(crate) async fn answer(visit: &Visit, home: &Authority, request: Request<Body>) -> Answer {
    let (parts, body) = request.into_parts();
    let asked = match Asked::read(parts.uri.query().unwrap_or_default()) {
        Ok(asked) => asked,
        Err(why) => return said(StatusCode::BAD_REQUEST, "Nothing is asked", &why),
    };
    let step = Step {
        visit,
        requested: RequestedBy {
            home,
            token: &asked.token,
        },
        asked: &asked,
        browser: Browser::of(&parts),
    };
    match parts.method {
        Method::GET | Method::HEAD => step.show(&parts.headers).await,
        Method::POST if is_of_another_site(&parts.headers, &visit.origin) => {
            let text = "This form was sent from another site. Nothing was done.";
            said(StatusCode::FORBIDDEN, "Not taken", text)
        }
        Method::POST => match axum::body::to_bytes(body, LARGEST_FORM).await {
            Ok(form) => step.posted(&parts.headers, &form).await,
            Err(_) => {
                let text = "The form is too long, or did not arrive whole. Nothing was done.";
                said(StatusCode::PAYLOAD_TOO_LARGE, "Not taken", text)
            }
        },
        _ => {
            let text = "This page is opened in a browser.";
            let mut answer = said(StatusCode::METHOD_NOT_ALLOWED, "Not taken", text);
            answer
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
            answer
        }
    }
}

impl Step<'_> {
    fn authority(&self) -> &Authority {
        &self.visit.authority
    }

    async fn show(&self, headers: &HeaderMap) -> Answer {
        if let Some((caller, cookie)) = self.signed_in(headers).await {
            return self.consent(&caller, &cookie).await;
        }
        let site = headers.get(HeaderName::from_static("sec-fetch-site"));
        let is_from_elsewhere = site.is_some_and(|site| site == "cross-site");
        match is_from_elsewhere && !self.asked.has_arrived {
            true => self.once_more(),
            false => self.sign_in_page(StatusCode::OK, SignInPage::at(&self.asked.address)),
        }
    }

    /// A browser that comes from another site leaves the cookie of a session at home: coming once more from here, it
    /// brings it.
    fn once_more(&self) -> Answer {
        let address = format!("{}&arrived", self.asked.address);
        let shown = Page {
            title: "One moment".to_owned(),
            body: html! { p { a href=(address) { "Go on" } } },
            ..Page::default()
        };
        let mut answer = page(StatusCode::OK, bare(None, &shown), Reach::Here);
        if let Ok(again) = HeaderValue::from_str(&format!("0; url={address}")) {
            answer.headers_mut().insert(REFRESH, again);
        }
        answer
    }

    async fn signed_in(&self, headers: &HeaderMap) -> Option<(Caller, Secret)> {
        let cookie = session_cookie(headers)?;
        let found = self
            .authority()
            .caller_by_session(cookie, self.visit.address, Via::Page);
        match found.await {
            Ok(caller) => Some((caller, Secret::new(cookie))),
            Err(CallerRefused::Failed(error)) => {
                tracing::error!(%error, "a session cannot be looked up");
                None
            }
            Err(CallerRefused::Unknown | CallerRefused::Over(_)) => None,
        }
    }

    async fn posted(&self, headers: &HeaderMap, form: &[u8]) -> Answer {
        let unproved = Filled::of_nobody(form);
        if unproved.has("password") {
            return self.sign_in(&unproved).await;
        }
        let Some((caller, cookie)) = self.signed_in(headers).await else {
            let page = SignInPage {
                refused: Some("The session is over: sign in again.".to_owned()),
                ..SignInPage::at(&self.asked.address)
            };
            return self.sign_in_page(StatusCode::OK, page);
        };
        let Ok(filled) = self.lock(&cookie).open(form) else {
            return self.consent(&caller, &cookie).await;
        };
        match filled.text("answer") {
            "allow" => {
                let role = RoleId::new(filled.number("role").unwrap_or_default());
                self.allow(&caller, role).await
            }
            "deny" => {
                let state = self.asked.state.as_ref();
                let denied = self
                    .authority()
                    .deny_authorization(&caller, self.requested, state);
                denied.await.map_or_else(|error| failed(&error), |to| onward(&to))
            }
            _ => said(
                StatusCode::BAD_REQUEST,
                "Not taken",
                "The form is not one of this page.",
            ),
        }
    }

    async fn allow(&self, caller: &Caller, role: RoleId) -> Answer {
        let (requested, state) = (self.requested, self.asked.state.as_ref());
        let allowed =
            self.authority()
                .allow_authorization(caller, requested, role, state, self.visit.address);
        match allowed.await {
            Ok(Ok(to)) => onward(&to),
            Ok(Err(refused)) => said(StatusCode::FORBIDDEN, "Not allowed", &sentence(&refused)),
            Err(error) => failed(&error),
        }
    }

    async fn sign_in(&self, form: &Filled) -> Answer {
        let typed = Typed::of(form);
        let attempt = typed.attempt(self.browser.source(self.visit));
        let signing_in = self.authority().sign_in_to_authorize(&attempt, self.requested);
        match tried(signing_in).await {
            Ok(BegunSession { caller, cookie }) => {
                let mut shown = self.consent(&caller, &cookie).await;
                set_session_cookie(shown.headers_mut(), Some(&cookie), self.visit.secure);
                shown
            }
            Err(refused) => {
                let status = refused.status;
                let page = SignInPage::at(&self.asked.address).refused(&typed, refused);
                self.sign_in_page(status, page)
            }
        }
    }

    /// Tells nobody whose account this is.
    fn sign_in_page(&self, status: StatusCode, page: SignInPage) -> Answer {
        let about = Some("An application asks for access. Sign in to see which, and to allow or deny it.");
        let shown = SignInPage { about, ..page }.page();
        countersign_web::page(status, bare(None, &shown), Reach::Here)
    }

    async fn consent(&self, caller: &Caller, cookie: &Secret) -> Answer {
        let asks = self
            .authority()
            .authorization(caller, self.requested, self.visit.address);
        let asks = match asks.await {
            Ok(asks) => asks,
            Err(error) => return failed(&error),
        };
        if self.asked.is_choosing_role {
            let choices = RoleChoices::of(&asks, self.asked);
            return self.visit.bare(StatusCode::OK, &choices.page());
        }
        let consent = Consent::of(&asks, self.asked);
        let account = &self.authority().snapshot().account;
        let shown = bare(
            Some((&account.id, &account.company_name)),
            &consent.page(&self.lock(cookie)),
        );
        match origin_of(&asks.callback_host) {
            Some(origin) => page(StatusCode::OK, shown, Reach::AlsoTo(&origin)),
            None => page(StatusCode::OK, shown, Reach::Here),
        }
    }

    fn lock(&self, cookie: &Secret) -> Lock {
        Lock::of(cookie).about(self.asked.token.as_str())
    }
}

/// The callback's origin; none for one that could say more in a policy.
fn origin_of(host: &str) -> Option<String> {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    let is_local = host == "localhost" || host.starts_with("localhost:");
    let scheme = if is_local { "http" } else { "https" };
    (host.bytes().all(is_plain) && !host.is_empty()).then(|| format!("{scheme}://{host}"))
}

/// Back to the application.
fn onward(to: &Secret) -> Answer {
    let mut answer = redirect(to.expose());
    match answer.headers_mut().get_mut(LOCATION) {
        Some(location) => {
            location.set_sensitive(true);
            answer
        }
        None => {
            let text = "The callback cannot be redirected to.";
            said(StatusCode::BAD_REQUEST, "Not possible", text)
        }
    }
}

fn failed(error: &AdministrationError) -> Answer {
    let (status, title) = match error {
        AdministrationError::Forbidden(_) | AdministrationError::Store(StoreError::TokenRefused(_)) => {
            (StatusCode::FORBIDDEN, "Not allowed")
        }
        AdministrationError::Store(StoreError::Flow(_)) => (StatusCode::GONE, "This request is over"),
        error => {
            tracing::error!(%error, "the consent page cannot answer");
            let text = "The account cannot answer now; its log says why.";
            return said(StatusCode::SERVICE_UNAVAILABLE, "Try again later", text);
        }
    };
    said(status, title, &sentence(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_named_to_the_browser_only_where_it_says_nothing_more() {
        assert_eq!(origin_of("localhost:4711").unwrap(), "http://localhost:4711");
        assert_eq!(origin_of("my.example.com").unwrap(), "https://my.example.com");
        for more in ["", "evil.example *", "a;script-src *", "a,b"] {
            assert_eq!(origin_of(more), None, "{more}");
        }
    }
}
