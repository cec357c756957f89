//! Step two of the authorization flow: a page to sign in, and one to allow or deny. It needs no script.
//!
//! Attack: a page of another site sends the browser here with a decision made. The cookie of the session is not sent from
//! other sites, a form from another origin is refused, and an answer must carry a proof made of the cookie, which only
//! the page that was shown here has.

use countersign_authority::{
    AdministrationError, Authorization, BegunSession, Caller, CallerRefused, PasswordRefused, RequestedBy,
    SignIn,
};
use countersign_front::Body;
use countersign_model::{FlowState, RequestTokenId, RoleId, Via};
use countersign_protocol::{Scheme, Secret, SigningKey};
use countersign_store::StoreError;
use countersign_web::{session_cookie, set_session_cookie};
use http::header::{ALLOW, HeaderName, LOCATION, ORIGIN};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use quick_xml::escape::escape;

use crate::accounts::{Accounts, MeantInFlow, NamedRecord};
use crate::addressed::Addressed;
use crate::login::source;
use crate::named::{self, text_parameter};
use crate::page::{page, protected};
use crate::reply::{Reply, empty, with};
use crate::server::{body_status, plain};

pub(crate) const PATH: &str = "/app/login/secure/authorizetoken.nl";

/// The longest form of the page.
const LARGEST_FORM: u64 = 8192;

/// Where the host names no account, `company` may; else it is the one that issued the request token.
pub(crate) async fn meant_by_page(
    accounts: &Accounts,
    parts: &Parts,
    addressed: &Addressed,
) -> Option<MeantInFlow> {
    let asked = Asked::read(parts.uri.query().unwrap_or_default());
    let record = asked.ok().map(|asked| NamedRecord::RequestToken(asked.token));
    let company = named::by_company(parts);
    accounts.meant_by_record(&addressed.host, company, record).await
}

/// What the application put into the address.
struct Asked {
    token: RequestTokenId,
    state: Option<FlowState>,
}

impl Asked {
    fn read(query: &str) -> Result<Self, String> {
        let token = text_parameter(query, "oauth_token").unwrap_or_default();
        let token = RequestTokenId::parse(token)
            .map_err(|_| "The address has no oauth_token. Begin again in the application.".to_owned())?;
        let state = text_parameter(query, "state").filter(|state| !state.is_empty());
        let state = state.map(|state| state.parse()).transpose();
        let state = state.map_err(|error| format!("{error}. The application must send another."))?;
        Ok(Self { token, state })
    }
}

impl MeantInFlow {
    pub(crate) async fn authorize(&self, parts: &Parts, body: Body, addressed: &Addressed) -> Reply {
        let shown = match Asked::read(parts.uri.query().unwrap_or_default()) {
            Err(why) => message(StatusCode::BAD_REQUEST, &why),
            Ok(asked) => match parts.method {
                Method::GET => match self.signed_in(parts, addressed).await {
                    Some((caller, cookie)) => self.consent(&asked, &caller, &cookie, addressed).await,
                    None => sign_in_form(StatusCode::OK, None),
                },
                Method::POST => match body.collect(LARGEST_FORM).await {
                    Err(error) => plain(body_status(&error), &error.to_string()),
                    Ok(_) if is_of_another_site(parts, addressed) => {
                        message(StatusCode::FORBIDDEN, "This form was sent from another site.")
                    }
                    Ok(form) => {
                        let form = Secret::new(String::from_utf8_lossy(&form));
                        self.posted(&asked, &form, parts, addressed).await
                    }
                },
                _ => with(
                    message(
                        StatusCode::METHOD_NOT_ALLOWED,
                        "This page is opened in a browser.",
                    ),
                    ALLOW,
                    "GET, POST",
                ),
            },
        };
        // The page must say where its own forms come from, and tell nobody else.
        if shown
            .headers()
            .contains_key(http::header::CONTENT_SECURITY_POLICY)
        {
            shown
        } else {
            protected(shown, "", "same-origin")
        }
    }

    fn requested<'a>(&'a self, asked: &'a Asked) -> RequestedBy<'a> {
        RequestedBy {
            home: &self.home.authority,
            token: &asked.token,
        }
    }

    async fn signed_in(&self, parts: &Parts, addressed: &Addressed) -> Option<(Caller, Secret)> {
        let cookie = session_cookie(&parts.headers)?;
        let authority = &self.meant.account.authority;
        match authority
            .caller_by_session(cookie, addressed.client, Via::Page)
            .await
        {
            Ok(caller) => Some((caller, Secret::new(cookie))),
            Err(CallerRefused::Failed(error)) => {
                tracing::error!(%error, "a session cannot be looked up");
                None
            }
            Err(_) => None,
        }
    }

    async fn posted(&self, asked: &Asked, form: &Secret, parts: &Parts, addressed: &Addressed) -> Reply {
        let field = |name| text_parameter(form.expose(), name).unwrap_or_default();
        let answer = field("answer");
        if answer == "sign in" {
            return self.sign_in_to_authorize(asked, form, parts, addressed).await;
        }
        let Some((caller, cookie)) = self.signed_in(parts, addressed).await else {
            return sign_in_form(StatusCode::OK, Some("Sign in again: the session is over."));
        };
        let proof = proof_key(&cookie).verify(&proof_text(&asked.token), field("proof").as_bytes());
        if proof.is_err() {
            return self.consent(asked, &caller, &cookie, addressed).await;
        }
        let (authority, state) = (&self.meant.account.authority, asked.state.as_ref());
        let location = match answer.as_str() {
            "allow" => {
                let role = RoleId::new(field("role").parse().unwrap_or_default());
                let allowed = authority
                    .allow_authorization(&caller, self.requested(asked), role, state, addressed.client)
                    .await;
                match allowed {
                    Ok(Ok(location)) => Ok(location),
                    Ok(Err(refused)) => return message(StatusCode::FORBIDDEN, &refused.to_string()),
                    Err(error) => Err(error),
                }
            }
            "deny" => {
                authority
                    .deny_authorization(&caller, self.requested(asked), state)
                    .await
            }
            _ => return message(StatusCode::BAD_REQUEST, "The form is not one of this page."),
        };
        location.map_or_else(|error| failed(&error), |location| redirect(&location))
    }

    async fn sign_in_to_authorize(
        &self,
        asked: &Asked,
        form: &Secret,
        parts: &Parts,
        addressed: &Addressed,
    ) -> Reply {
        let field = |name| Secret::new(text_parameter(form.expose(), name).unwrap_or_default());
        let (email, password, code) = (field("email"), field("password"), field("code"));
        let sign_in = SignIn {
            email: email.expose(),
            password: &password,
            role: None,
            code: Some(code.expose()).filter(|code| !code.is_empty()),
            source: source(parts, addressed),
        };
        let begun = self
            .meant
            .account
            .authority
            .sign_in_to_authorize(&sign_in, self.requested(asked))
            .await;
        let BegunSession { caller, cookie } = match begun {
            Ok(begun) => begun,
            Err(PasswordRefused::Denied(denied)) => {
                return sign_in_form(StatusCode::FORBIDDEN, Some(denied.public().message));
            }
            Err(PasswordRefused::Failed(error)) => return failed(&error),
        };
        let mut shown = self.consent(asked, &caller, &cookie, addressed).await;
        let secure = addressed.scheme == Scheme::Https;
        set_session_cookie(shown.headers_mut(), Some(&cookie), secure);
        shown
    }

    async fn consent(&self, asked: &Asked, caller: &Caller, cookie: &Secret, addressed: &Addressed) -> Reply {
        let authority = &self.meant.account.authority;
        let asks = authority
            .authorization(caller, self.requested(asked), addressed.client)
            .await;
        let asks = match asks {
            Ok(asks) => asks,
            Err(error) => return failed(&error),
        };
        let proof = proof_key(cookie).sign(&proof_text(&asked.token));
        let body = consent_form(&asks, proof.as_str());
        let shown = page(StatusCode::OK, Some(&authority.snapshot().account), &body);
        // Browsers hold a form to this policy through its redirect as well.
        protected(shown, &origins_of(&asks.callback_host), "same-origin")
    }
}

/// Whether a browser says that the form is from elsewhere. One that says nothing has the proof and the cookie against it.
fn is_of_another_site(parts: &Parts, addressed: &Addressed) -> bool {
    let header = |name| parts.headers.get(name).map(HeaderValue::as_bytes);
    let site = header(HeaderName::from_static("sec-fetch-site"));
    let origin = header(ORIGIN);
    site.is_some_and(|site| site != b"same-origin")
        || origin.is_some_and(|origin| !origin.eq_ignore_ascii_case(addressed.base_url().as_bytes()))
}

fn proof_key(cookie: &Secret) -> SigningKey {
    SigningKey::from_bytes(cookie.expose().as_bytes())
}

fn proof_text(token: &RequestTokenId) -> Vec<u8> {
    format!("authorizetoken&{}", token.as_str()).into_bytes()
}

fn redirect(location: &Secret) -> Reply {
    let Ok(mut location) = HeaderValue::from_str(location.expose()) else {
        return message(StatusCode::BAD_REQUEST, "The callback cannot be redirected to.");
    };
    location.set_sensitive(true);
    let mut reply = empty(StatusCode::SEE_OTHER);
    reply.headers_mut().insert(LOCATION, location);
    with(reply, http::header::CACHE_CONTROL, "no-store")
}

/// The callback's origin for a policy; nothing for one that could say more in it.
fn origins_of(host: &str) -> String {
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    match host.bytes().all(is_plain) && !host.is_empty() {
        true if host == "localhost" || host.starts_with("localhost:") => format!(" http://{host}"),
        true => format!(" https://{host}"),
        false => String::new(),
    }
}

fn message(status: StatusCode, text: &str) -> Reply {
    page(status, None, &format!("<p>{}</p>", escape(text)))
}

fn failed(error: &AdministrationError) -> Reply {
    match error {
        AdministrationError::Forbidden(forbidden) => message(StatusCode::FORBIDDEN, &forbidden.to_string()),
        AdministrationError::Store(StoreError::Flow(refused)) => {
            message(StatusCode::GONE, &refused.to_string())
        }
        AdministrationError::Store(StoreError::TokenRefused(refused)) => {
            message(StatusCode::FORBIDDEN, &refused.to_string())
        }
        error => {
            tracing::error!(%error, "the consent page cannot answer");
            let text = "The account cannot answer now; its log says why.";
            message(StatusCode::SERVICE_UNAVAILABLE, text)
        }
    }
}

/// Sent to where the page is, so that the address with the request token stays.
fn sign_in_form(status: StatusCode, wrong: Option<&str>) -> Reply {
    let wrong = wrong.map(|wrong| format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(wrong)));
    let form = format!(
        "<p>An application asks for access. Sign in to see which.</p>{}<form method=\"post\">\
         <label>Email<input name=\"email\" type=\"email\" autocomplete=\"username\" required autofocus></label>\
         <label>Password<input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>\
         <label>Verification code, where the role asks for one<input name=\"code\" autocomplete=\"one-time-code\"></label>\
         <button name=\"answer\" value=\"sign in\">Sign in</button></form>",
        wrong.unwrap_or_default()
    );
    page(status, None, &form)
}

fn consent_form(asks: &Authorization, proof: &str) -> String {
    let (application, user, host) = (
        escape(&asks.application),
        escape(&asks.user),
        escape(&asks.callback_host),
    );
    let options = asks.roles.iter().map(|role| {
        let selected = if asks.chosen == Some(role.id) {
            " selected"
        } else {
            ""
        };
        format!(
            "<option value=\"{}\"{selected}>{}</option>",
            role.id,
            escape(&role.name)
        )
    });
    let options: String = options.collect();
    let allow = if options.is_empty() {
        "<p class=\"wrong\">You have no role that may log in by token with what you signed in with.</p>"
            .to_owned()
    } else {
        format!(
            "<label>Role<select name=\"role\">{options}</select></label>\
             <button name=\"answer\" value=\"allow\">Allow</button>"
        )
    };
    format!(
        "<p><strong>{application}</strong> asks to act for you, {user}. What it does counts as done by you in the role you \
         choose, until you revoke its token. Afterwards you go to <strong>{host}</strong>.</p>\
         <form method=\"post\"><input type=\"hidden\" name=\"proof\" value=\"{proof}\">{allow}\
         <button class=\"plain\" name=\"answer\" value=\"deny\">Deny</button></form>",
        proof = escape(proof)
    )
}
