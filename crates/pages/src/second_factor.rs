//! One's own second factor: an authenticator app, set up with a code read off the screen, and its recovery codes.

use axum::routing::get;
use countersign_authority::{NewAuthenticator, Proofs, RecoveryCodes};
use countersign_model::SecondFactor;
use countersign_protocol::Secret;
use countersign_web::{
    Answer, Field, Lock, Markup, Page, ShownOnce, ShownValue, Tone, button, facts, html, link_button, moment,
    qr_code, redirect,
};
use http::StatusCode;

use crate::desk::{At, Desk, Form};
use crate::needs::Needs;
use crate::pages::Route;
use crate::place::{BEGIN, Place, TWO_FACTOR};
use crate::sign_in::SECOND_FACTOR;
use crate::view::View;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::new(SECOND_FACTOR, Needs::AnySession, get(before).post(step)),
        Route::new(
            TWO_FACTOR.path,
            TWO_FACTOR.needs,
            get(show).post(replace_recovery_codes),
        ),
    ]
}

/// The button that begins: a key is made by a step, and not by looking at a page.
const BEGIN_SET_UP: (&str, &str) = ("step", "begin");

/// Before a key is made, or when the one that was made is not on the screen any more.
struct BeforePage {
    /// A key was made, and no code of it has come back.
    is_begun: bool,
    /// A code came, and was not right.
    is_wrong: bool,
}

impl BeforePage {
    fn page(&self, lock: &Lock) -> Page {
        let begin = match self.is_begun {
            true => button("Make another key", Tone::Plain, Some(BEGIN_SET_UP)),
            false => button("Set up an authenticator app", Tone::Primary, Some(BEGIN_SET_UP)),
        };
        Page {
            title: "Set up two-factor authentication".to_owned(),
            body: html! {
                @if self.is_begun {
                    p { "This account is in your authenticator app already? Then type the six digits it shows now." }
                    (confirmation(lock, self.is_wrong))
                    p { "Where it is not: remove what you added, and begin again with another key." }
                } @else {
                    p { "You need an authenticator app, on a phone or on this machine. The next page shows a key for it, once." }
                }
                (lock.form(SECOND_FACTOR, html! { div.submit { (begin) } }))
            },
            ..Page::default()
        }
    }
}

/// Where the code of the app is typed.
fn confirmation(lock: &Lock, is_wrong: bool) -> Markup {
    let code = Field {
        name: "code",
        label: "Verification code",
        help: Some("The six digits the app shows now."),
        error: is_wrong.then_some("is not the code of this moment: type the next one the app shows."),
        required: true,
        autocomplete: "one-time-code",
        ..Field::default()
    };
    lock.form(
        SECOND_FACTOR,
        html! {
            (code.show())
            div.submit { (button("Confirm", Tone::Primary, None)) }
        },
    )
}

/// Setting up an authenticator app: its secret, shown here and never again.
struct SetUpPage {
    new: NewAuthenticator,
}

impl SetUpPage {
    fn page(&self, lock: &Lock) -> Page {
        let address = self.new.address.expose();
        Page {
            title: "Set up two-factor authentication".to_owned(),
            body: html! {
                p { "Add this account to an authenticator app: point the app's camera at the code, or type the key." }
                div.enrolment data-address=(SECOND_FACTOR) {
                    @if let Some(drawn) = qr_code(address, "The key as a QR code, for an authenticator app") { (drawn) }
                    div.stack {
                        p { "Key" br; code.key { (grouped(self.new.secret.expose())) } }
                        p { a href=(address) { "Open in the authenticator app" } " of this device" }
                    }
                }
                (confirmation(lock, false))
            },
            ..Page::default()
        }
    }
}

/// In fours, as it is typed; apps take it with its spaces.
fn grouped(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    let fours = letters.chunks(4).map(|four| four.iter().collect::<String>());
    fours.collect::<Vec<_>>().join(" ")
}

async fn before(At(desk): At) -> Answer {
    before_page(&desk, (StatusCode::OK, false)).await
}

async fn before_page(desk: &Desk, (status, is_wrong): (StatusCode, bool)) -> Answer {
    match desk.authority().own_proofs(&desk.caller).await {
        Ok(Proofs {
            factor: SecondFactor::Enrolled { .. },
            ..
        }) => redirect(TWO_FACTOR.path),
        Ok(proofs) => {
            let is_begun = proofs.factor == SecondFactor::Pending;
            let page = BeforePage { is_begun, is_wrong };
            desk.visit.bare(status, &page.page(&desk.lock))
        }
        Err(error) => desk.failed(error),
    }
}

/// A key is made, or the code of one has come back.
async fn step(At(desk): At, Form(form): Form) -> Answer {
    match form.has("code") {
        true => confirm(&desk, form.text("code")).await,
        false => begin(&desk).await,
    }
}

async fn begin(desk: &Desk) -> Answer {
    match desk.authority().begin_second_factor(&desk.caller).await {
        Ok(new) => desk
            .visit
            .bare(StatusCode::OK, &SetUpPage { new }.page(&desk.lock)),
        Err(error) => desk.failed(error),
    }
}

async fn confirm(desk: &Desk, code: &str) -> Answer {
    match desk.authority().confirm_second_factor(&desk.caller, code).await {
        Ok(Some(codes)) => {
            let page = recovery_codes("Two-factor authentication is set up", &codes);
            desk.visit.bare(StatusCode::OK, &page)
        }
        Ok(None) => before_page(desk, (StatusCode::UNPROCESSABLE_ENTITY, true)).await,
        Err(error) => desk.failed(error),
    }
}

fn recovery_codes(title: &str, codes: &RecoveryCodes) -> Page {
    let all: Vec<&str> = codes.codes().iter().map(Secret::expose).collect();
    let once = ShownOnce {
        heading: "Recovery codes",
        warning: "Each works once in place of a verification code. They are not shown again: keep them where you keep passwords.",
        values: vec![ShownValue {
            label: "All of them",
            value: Secret::new(all.join("\n")),
        }],
        written: Vec::new(),
    };
    Page {
        title: title.to_owned(),
        body: html! {
            div data-address=(TWO_FACTOR.path) { (once.show()) }
            a.button href=(BEGIN) data-kept="" { "Go on" }
        },
        ..Page::default()
    }
}

/// How far it is set up.
#[derive(Debug)]
struct State {
    factor: SecondFactor,
    /// A password came with the wish for new recovery codes, and was not right.
    is_wrong: bool,
}

impl View for State {
    const PLACE: &'static Place = &TWO_FACTOR;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let none = SecondFactor::None;
        let enrolled = SecondFactor::Enrolled {
            since: countersign_world::UnixTime::from_seconds(1_767_225_600),
            last_step: countersign_model::TimeStep::stored(1),
            recovery_codes_left: 3,
        };
        [none, SecondFactor::Pending, enrolled]
            .map(|factor| Self {
                factor,
                is_wrong: true,
            })
            .into()
    }

    fn page(&self, lock: &Lock) -> Page {
        let password = Field {
            name: "current",
            label: "Current Password",
            kind: "password",
            error: self.is_wrong.then_some("is not your present password."),
            required: true,
            autocomplete: "current-password",
            ..Field::default()
        };
        let body = match self.factor {
            SecondFactor::None | SecondFactor::Pending => html! {
                div.section.narrow.stack {
                    p { "No authenticator app is set up. Roles that ask for a second factor need one; you may have one before they do." }
                    div.submit { (link_button("Set up an authenticator app", SECOND_FACTOR, Tone::Primary)) }
                }
            },
            SecondFactor::Enrolled {
                since,
                recovery_codes_left,
                ..
            } => html! {
                div.section.narrow.stack {
                    (facts(&[
                        ("Authenticator app, since", moment(since)),
                        ("Recovery codes left", html! { (recovery_codes_left) }),
                    ]))
                    p { "New recovery codes replace those that are left: they are good for nothing from then on." }
                    (lock.form(TWO_FACTOR.path, html! {
                        (password.show())
                        div.submit { (button("New recovery codes", Tone::Danger, None)) }
                    }))
                    p.help { "A lost or new device: an administrator resets the app at Setup \u{203a} Users/Roles \u{203a} User Access Reset Tool." }
                }
            },
        };
        Page {
            title: TWO_FACTOR.title.to_owned(),
            crumbs: TWO_FACTOR.crumbs(),
            body,
            ..Page::default()
        }
    }
}

async fn show(At(desk): At) -> Answer {
    match desk.authority().own_proofs(&desk.caller).await {
        Ok(proofs) => desk.show(&State {
            factor: proofs.factor,
            is_wrong: false,
        }),
        Err(error) => desk.failed(error),
    }
}

async fn replace_recovery_codes(At(desk): At, Form(form): Form) -> Answer {
    let password = Secret::new(form.text("current"));
    let codes = desk.authority().replace_recovery_codes(&desk.caller, &password);
    match codes.await {
        Ok(Some(codes)) => desk
            .visit
            .bare(StatusCode::OK, &recovery_codes("New recovery codes", &codes)),
        Ok(None) => match desk.authority().own_proofs(&desk.caller).await {
            Ok(proofs) => desk.again(&State {
                factor: proofs.factor,
                is_wrong: true,
            }),
            Err(error) => desk.failed(error),
        },
        Err(error) => desk.failed(error),
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let mut pages: Vec<Page> = State::samples().iter().map(|view| view.page(lock)).collect();
        let new = NewAuthenticator {
            secret: Secret::new("JBSWY3DPEHPK3PXP"),
            address: Secret::new("otpauth://totp/Sample:ada@example.com?secret=JBSWY3DPEHPK3PXP"),
        };
        pages.push(SetUpPage { new }.page(lock));
        for (is_begun, is_wrong) in [(false, false), (true, false), (true, true)] {
            pages.push(BeforePage { is_begun, is_wrong }.page(lock));
        }
        let codes = RecoveryCodes::make(&countersign_world::SeededEntropy::new(1));
        pages.push(recovery_codes("New recovery codes", &codes));
        pages
    }

    #[test]
    fn a_key_is_read_in_fours() {
        assert_eq!(grouped("JBSWY3DPEH"), "JBSW Y3DP EH");
    }
}
