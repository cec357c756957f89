//! The one-time link of a first start: whoever has the terminal chooses the password of an administrator, and is signed
//! in. Opening the link changes nothing, because mail scanners and browsers open links by themselves.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::routing::get;
use countersign_authority::{AdministrationError, Authority, Caller, PasswordRefused, SignIn};
use countersign_model::{EntityId, EntityKind, FieldErrors, Role, User, UserForm, Via};
use countersign_protocol::{AccountId, Secret};
use countersign_store::{MAX_ROWS, UserFilter};
use countersign_web::{Answer, Choice, Field, Filled, Notice, Page, Select, Tone, button, html};
use countersign_world::{Entropy, UnixTime, hex};
use http::StatusCode;
use subtle::ConstantTimeEq as _;

use crate::desk::{Browser, Form, Visit};
use crate::needs::Needs;
use crate::pages::Route;
use crate::place::BEGIN;
use crate::sign_in;
use crate::trouble::of_form;
use crate::view::wrong;

/// Where the link points.
const PATH: &str = "/app/login/onetime.nl";
const VALID_FOR: Duration = Duration::from_secs(3600);

/// A link that works once, for an hour, as long as this process runs.
#[derive(Debug)]
pub struct OneTimeLink {
    account: AccountId,
    open: Mutex<Option<(Secret, UnixTime)>>,
}

impl OneTimeLink {
    pub const fn new(account: AccountId) -> Self {
        Self {
            account,
            open: Mutex::new(None),
        }
    }

    /// Makes the link's path and query, to be put behind the server's address: it names the account. A link made before
    /// stops working.
    pub fn make(&self, entropy: &dyn Entropy, now: UnixTime) -> Secret {
        let code = Secret::new(hex(entropy, 32));
        let link = Secret::new(format!("{PATH}?company={}&code={}", self.account, code.expose()));
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some((code, now.plus(VALID_FOR)));
        link
    }

    fn is(&self, code: &str, now: UnixTime) -> bool {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().is_some_and(|(right, until)| {
            *until >= now && bool::from(right.expose().as_bytes().ct_eq(code.as_bytes()))
        })
    }

    /// Whether this is the link's code; if so, it is used up.
    fn redeem(&self, code: &str, now: UnixTime) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let matches = open.as_ref().is_some_and(|(right, until)| {
            *until >= now && bool::from(right.expose().as_bytes().ct_eq(code.as_bytes()))
        });
        if matches {
            *open = None;
        }
        matches
    }
}

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::new(PATH, Needs::Nothing, get(open).post(begin))]
}

/// Who is to have the password.
#[derive(Debug, Default)]
pub(crate) struct FirstStart {
    /// The ID of the account: where several answer at one address, the form must name it too.
    company: String,
    code: String,
    administrators: Vec<(EntityId, String)>,
    chosen: String,
    /// Where there is none yet.
    name: String,
    email: String,
    errors: Option<FieldErrors>,
    refused: Option<Notice>,
    differ: bool,
}

impl FirstStart {
    #[cfg(test)]
    pub(crate) fn samples() -> Vec<Self> {
        let administrators =
            [1, 2].map(|id| (EntityId::new(id), format!("Alex {id} (alex{id}@example.com)")));
        vec![
            Self {
                code: "0".repeat(64),
                administrators: administrators.to_vec(),
                chosen: "2".to_owned(),
                ..Self::default()
            },
            Self {
                code: "0".repeat(64),
                name: "Ada".to_owned(),
                email: "ada".to_owned(),
                differ: true,
                ..Self::default()
            },
        ]
    }

    pub(crate) fn page(&self) -> Page {
        let errors = self.errors.as_ref();
        let choices: Vec<Choice> = self
            .administrators
            .iter()
            .map(|(id, name)| Choice::new(id, name))
            .collect();
        let administrator = Select {
            name: "user",
            label: "Administrator",
            choices: &choices,
            chosen: &self.chosen,
            ..Select::default()
        };
        let text = |name, label, kind, value, autocomplete, error, help| {
            Field {
                name,
                label,
                kind,
                value,
                required: true,
                autocomplete,
                error,
                help,
                ..Field::default()
            }
            .show()
        };
        let differ = self.differ.then_some("is not the same as Password.");
        let confirm = differ.or_else(|| wrong(errors, "Confirm Password"));
        let policy =
            Some("At least 10 characters, of three kinds: upper case, lower case, digits, other signs.");
        Page {
            title: "Open your account".to_owned(),
            notices: self.refused.iter().cloned().collect(),
            body: html! {
                p.help { "Choose the password of an administrator. You are signed in with it, and can sign in again later." }
                form method="post" action={ (PATH) "?company=" (self.company) } {
                    input type="hidden" name="code" value=(self.code);
                    @if choices.is_empty() {
                        (text("name", "Name", "text", &self.name, "name", wrong(errors, "Name"), None))
                        (text("email", "Email", "email", &self.email, "username", wrong(errors, "Email"), None))
                    } @else {
                        (administrator.show())
                    }
                    (text("password", "Password", "password", "", "new-password", wrong(errors, "Password"), policy))
                    (text("confirmation", "Confirm Password", "password", "", "new-password", confirm, None))
                    div.submit { (button("Open the account", Tone::Primary, None)) }
                }
            },
            ..Page::default()
        }
    }
}

async fn open(visit: Visit, request: axum::extract::Request) -> Answer {
    let query = Filled::of_query(request.uri().query().unwrap_or_default());
    let code = query.text("code");
    if !visit.link.is(code, visit.authority.now()) {
        return spent();
    }
    match administrators(&visit.authority, &owner(&visit)).await {
        Ok(administrators) => {
            let page = FirstStart {
                company: visit.authority.account().to_string(),
                code: code.to_owned(),
                administrators: administrators.iter().map(named).collect(),
                ..FirstStart::default()
            };
            visit.bare(StatusCode::OK, &page.page())
        }
        Err(error) => failed(&visit, &error),
    }
}

async fn begin(visit: Visit, browser: Browser, Form(form): Form) -> Answer {
    let (code, now) = (form.text("code"), visit.authority.now());
    if !visit.link.is(code, now) {
        return spent();
    }
    let owner = owner(&visit);
    let administrators = match administrators(&visit.authority, &owner).await {
        Ok(administrators) => administrators,
        Err(error) => return failed(&visit, &error),
    };
    let again = |errors, refused, differ| {
        let page = FirstStart {
            company: visit.authority.account().to_string(),
            code: code.to_owned(),
            administrators: administrators.iter().map(named).collect(),
            chosen: form.text("user").to_owned(),
            name: form.text("name").to_owned(),
            email: form.text("email").to_owned(),
            errors,
            refused,
            differ,
        };
        visit.bare(StatusCode::UNPROCESSABLE_ENTITY, &page.page())
    };
    if form.text("password") != form.text("confirmation") {
        return again(None, None, true);
    }
    let chosen = form.number("user").map(EntityId::new);
    let chosen = administrators.iter().find(|user| Some(user.id) == chosen);
    let password = Secret::new(form.text("password"));
    let email = match with_password(&visit.authority, &owner, chosen, &form, &password).await {
        Ok(email) => email,
        Err(error) => {
            return match of_form(error) {
                Ok((errors, refused)) => again(errors, refused, false),
                Err(error) => failed(&visit, &error),
            };
        }
    };
    if !visit.link.redeem(code, now) {
        return spent();
    }
    let sign_in = SignIn {
        email: &email,
        password: &password,
        role: Some(Role::ADMINISTRATOR),
        code: None,
        source: browser.source(&visit),
    };
    match visit.authority.sign_in(&sign_in).await {
        Ok(begun) => sign_in::begin(&visit, &begun, BEGIN),
        // A second factor is asked for, say: the sign-in page knows how.
        Err(PasswordRefused::Denied(_) | PasswordRefused::TooOften { .. }) => {
            countersign_web::redirect(sign_in::PATH)
        }
        Err(PasswordRefused::Failed(error)) => failed(&visit, &error),
    }
}

/// Gives the chosen administrator the password, or a new one where there is none to choose.
async fn with_password(
    authority: &Authority,
    owner: &Caller,
    chosen: Option<&User>,
    form: &Filled,
    password: &Secret,
) -> Result<String, AdministrationError> {
    let (id, email) = match chosen {
        Some(user) => (user.id, user.email.clone()),
        None => {
            let new = UserForm {
                kind: EntityKind::Employee,
                name: form.text("name").to_owned(),
                email: form.text("email").to_owned(),
                give_access: true,
                roles: vec![Role::ADMINISTRATOR],
                ..UserForm::default()
            };
            let user = authority.add_user(owner, new).await?;
            (user.id, user.email)
        }
    };
    authority.set_password(owner, id, password, false).await?;
    Ok(email)
}

fn owner(visit: &Visit) -> Caller {
    visit.authority.owner("the sign-in link", Via::Page)
}

async fn administrators(authority: &Authority, owner: &Caller) -> Result<Vec<User>, AdministrationError> {
    let filter = UserFilter {
        inactive: Some(false),
        ..UserFilter::default()
    };
    let users = authority.users(owner, filter, None, MAX_ROWS).await?;
    let administers = |user: &User| {
        let assigned = user.assignment(Role::ADMINISTRATOR);
        user.give_access && assigned.is_some_and(|assigned| !assigned.hidden)
    };
    Ok(users.into_iter().filter(administers).collect())
}

fn named(user: &User) -> (EntityId, String) {
    (user.id, format!("{} ({})", user.name, user.email))
}

fn spent() -> Answer {
    let page = Page {
        title: "This link works no more".to_owned(),
        body: html! {
            p { "It has been used, or is older than an hour. Only the first start of an account prints one." }
            p { a href=(sign_in::PATH) { "Sign in" } " with the password that was chosen, or set another on the machine the account runs on." }
        },
        ..Page::default()
    };
    countersign_web::page(
        StatusCode::FORBIDDEN,
        countersign_web::bare(None, &page),
        countersign_web::Reach::Here,
    )
}

fn failed(visit: &Visit, error: &AdministrationError) -> Answer {
    tracing::error!(%error, "the account cannot be opened by its link");
    let page = Page {
        title: "The account cannot be opened now".to_owned(),
        body: html! { p { "The log of the server says why." } },
        ..Page::default()
    };
    visit.bare(StatusCode::INTERNAL_SERVER_ERROR, &page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    fn code(link: &Secret) -> String {
        link.expose().split_once("code=").unwrap().1.to_owned()
    }

    #[test]
    fn a_link_works_once() {
        let link = OneTimeLink::new("1234567".parse().unwrap());
        let code = code(&link.make(&SeededEntropy::new(1), NOW));
        assert!(!link.redeem("", NOW) && !link.redeem(&code[1..], NOW));
        assert!(link.is(&code, NOW) && link.is(&code, NOW));
        assert!(link.redeem(&code, NOW));
        assert!(!link.redeem(&code, NOW) && !link.is(&code, NOW));
    }

    #[test]
    fn a_link_ends_after_an_hour_and_when_a_new_one_is_made() {
        let link = OneTimeLink::new("1234567".parse().unwrap());
        let first = code(&link.make(&SeededEntropy::new(1), NOW));
        assert!(!link.redeem(&first, NOW.plus(VALID_FOR + Duration::from_secs(1))));
        let second = code(&link.make(&SeededEntropy::new(2), NOW));
        assert!(!link.redeem(&first, NOW));
        assert!(link.redeem(&second, NOW));
    }
}
