//! Signing in: email, password, and the code of a second factor where the role asks for one. What is wrong is not told:
//! one answer for every guess.

use axum::routing::get;
use countersign_authority::{BegunSession, PasswordRefused, SignIn, Source};
use countersign_protocol::Secret;
use countersign_web::{
    Answer, Field, Filled, Notice, Page, Tone, Weight, button, html, redirect, set_session_cookie,
};
use http::StatusCode;
use http::request::Parts;

use crate::desk::{Browser, Form, Visit};
use crate::needs::Needs;
use crate::pages::{PREFIX, Route};
use crate::place::{BEGIN, HOME};

pub(crate) const PATH: &str = "/app/login";
/// Where a session goes that must set a new password first.
pub(crate) const PASSWORD: &str = "/app/login/password";
/// Where a session goes that must set up a second factor first.
pub(crate) const SECOND_FACTOR: &str = "/app/login/second-factor";

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::new(PATH, Needs::Nothing, get(show).post(sign_in))]
}

/// The sign-in page, from which one comes back to where one was.
pub(crate) fn address(parts: &Parts) -> String {
    let path = parts.uri.path();
    match parts.method == http::Method::GET && path != HOME.path && is_here(path) {
        true => format!("{PATH}?to={path}"),
        false => PATH.to_owned(),
    }
}

/// Attack: a link to the sign-in leads to another site once somebody has signed in. Only a plain path of the pages is
/// gone to.
fn is_here(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.');
    let is_name = |segment: &str| !matches!(segment, "" | "." | "..");
    path == PREFIX
        || path
            .strip_prefix("/app/")
            .is_some_and(|below| below.split('/').all(is_name))
            && path.bytes().all(is_plain)
}

fn onward(to: &str) -> &str {
    if is_here(to) && to != HOME.path { to } else { BEGIN }
}

/// The page, as it was filled in. The password has to be typed again.
#[derive(Clone, Debug)]
pub(crate) struct SignInPage {
    /// Where the form is sent.
    pub(crate) action: String,
    /// Why one is asked, where that is not plain.
    pub(crate) about: Option<&'static str>,
    pub(crate) email: String,
    pub(crate) to: String,
    pub(crate) refused: Option<String>,
    /// Asks for a verification code: the password may be right.
    pub(crate) asks_for_code: bool,
}

impl SignInPage {
    pub(crate) fn at(action: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            about: None,
            email: String::new(),
            to: String::new(),
            refused: None,
            asks_for_code: false,
        }
    }

    pub(crate) fn refused(self, typed: &Typed, refused: Refused) -> Self {
        Self {
            email: typed.email.clone(),
            refused: Some(refused.text),
            asks_for_code: refused.asks_for_code || !typed.code.is_empty(),
            ..self
        }
    }

    #[cfg(test)]
    pub(crate) fn samples() -> Vec<Self> {
        vec![
            Self::at(PATH),
            Self {
                about: Some("An application asks for access."),
                email: "ada@example.com".to_owned(),
                to: "/app/setup/company/enable-features".to_owned(),
                refused: Some("Invalid login attempt.".to_owned()),
                asks_for_code: true,
                ..Self::at(PATH)
            },
        ]
    }

    pub(crate) fn page(&self) -> Page {
        let email = Field {
            name: "email",
            label: "Email",
            kind: "email",
            value: &self.email,
            required: true,
            autocomplete: "username",
            autofocus: self.email.is_empty(),
            ..Field::default()
        };
        let password = Field {
            name: "password",
            label: "Password",
            kind: "password",
            required: true,
            autocomplete: "current-password",
            autofocus: !self.email.is_empty(),
            ..Field::default()
        };
        let code = Field {
            name: "code",
            label: "Verification code",
            help: Some("From your authenticator app, or a recovery code."),
            autocomplete: "one-time-code",
            ..Field::default()
        };
        let refused = self.refused.iter().map(|text| Notice::new(Weight::Wrong, text));
        Page {
            title: "Sign in".to_owned(),
            notices: refused.collect(),
            body: html! {
                @if let Some(about) = self.about { p.help { (about) } }
                form method="post" action=(self.action) {
                    @if !self.to.is_empty() { input type="hidden" name="to" value=(self.to); }
                    (email.show())
                    (password.show())
                    @if self.asks_for_code { (code.show()) }
                    div.submit { (button("Sign in", Tone::Primary, None)) }
                }
            },
            ..Page::default()
        }
    }
}

/// What somebody typed to sign in.
pub(crate) struct Typed {
    email: String,
    password: Secret,
    code: String,
}

impl Typed {
    pub(crate) fn of(form: &Filled) -> Self {
        Self {
            email: form.text("email").trim().to_owned(),
            password: Secret::new(form.text("password")),
            code: form.text("code").to_owned(),
        }
    }

    pub(crate) fn attempt<'t>(&'t self, source: Source<'t>) -> SignIn<'t> {
        SignIn {
            email: &self.email,
            password: &self.password,
            role: None,
            code: Some(self.code.as_str()).filter(|code| !code.is_empty()),
            source,
        }
    }
}

/// Why nobody was signed in, for whoever tried.
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    text: String,
    asks_for_code: bool,
}

/// Says of a sign-in that was refused what the page may say.
pub(crate) async fn tried(
    signing_in: impl Future<Output = Result<BegunSession, PasswordRefused>>,
) -> Result<BegunSession, Refused> {
    match signing_in.await {
        Ok(begun) => Ok(begun),
        Err(PasswordRefused::Denied(denied)) => {
            let public = denied.public();
            Err(Refused {
                status: StatusCode::UNAUTHORIZED,
                text: public.message.to_owned(),
                asks_for_code: public.asks_for_code,
            })
        }
        Err(refused @ PasswordRefused::TooOften { .. }) => Err(Refused {
            status: StatusCode::TOO_MANY_REQUESTS,
            text: refused.to_string(),
            asks_for_code: false,
        }),
        Err(PasswordRefused::Failed(error)) => {
            tracing::error!(%error, "nobody can sign in");
            Err(Refused {
                status: StatusCode::SERVICE_UNAVAILABLE,
                text: "The account cannot answer now; its log says why.".to_owned(),
                asks_for_code: false,
            })
        }
    }
}

async fn show(visit: Visit, request: axum::extract::Request) -> Answer {
    let query = Filled::of_query(request.uri().query().unwrap_or_default());
    let page = SignInPage {
        to: query.text("to").to_owned(),
        ..SignInPage::at(PATH)
    };
    visit.bare(StatusCode::OK, &page.page())
}

async fn sign_in(visit: Visit, browser: Browser, Form(form): Form) -> Answer {
    let typed = Typed::of(&form);
    let attempt = typed.attempt(browser.source(&visit));
    match tried(visit.authority.sign_in(&attempt)).await {
        Ok(begun) => begin(&visit, &begun, onward(form.text("to"))),
        Err(refused) => {
            let status = refused.status;
            let page = SignInPage {
                to: form.text("to").to_owned(),
                ..SignInPage::at(PATH)
            };
            visit.bare(status, &page.refused(&typed, refused).page())
        }
    }
}

/// On to a page, with the cookie of a session.
pub(crate) fn begin(visit: &Visit, begun: &BegunSession, to: &str) -> Answer {
    let mut answer = redirect(to);
    set_session_cookie(answer.headers_mut(), Some(&begun.cookie), visit.secure);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_a_page_of_this_account_and_nowhere_else() {
        assert_eq!(
            onward("/app/setup/company/enable-features"),
            "/app/setup/company/enable-features"
        );
        for elsewhere in [
            "",
            "https://evil.example",
            "//evil.example",
            "/app//evil",
            "/\\evil.example",
            "/application",
            "/app/../../x",
            "/app/../x",
            "/app/./x",
            "/app/x/..",
            "/app/x/",
            "/app/x?y=1",
            "/app/\r\nx",
            "javascript:alert(1)",
            "/services/rest",
        ] {
            assert_eq!(onward(elsewhere), BEGIN, "{elsewhere}");
        }
    }
}
