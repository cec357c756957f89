//! One's own second factor: an authenticator app, set up with a code read off the screen, and its recovery codes.

use axum::routing::get;
use countersign_authority::{NewAuthenticator, RecoveryCodes};
use countersign_model::SecondFactor;
use countersign_protocol::Secret;
use countersign_web::{
    Answer, Field, Lock, Page, ShownOnce, ShownValue, Tone, button, facts, html, link_button, qr_code,
};
use http::StatusCode;

use crate::desk::{At, Form};
use crate::moment::moment;
use crate::needs::Needs;
use crate::pages::Route;
use crate::place::{BEGIN, Place, TWO_FACTOR};
use crate::sign_in::SECOND_FACTOR;
use crate::view::View;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::new(SECOND_FACTOR, Needs::AnySession, get(begin).post(confirm)),
        Route::new(
            TWO_FACTOR.path,
            TWO_FACTOR.needs,
            get(show).post(replace_recovery_codes),
        ),
    ]
}

/// Setting up an authenticator app: its secret, shown here and never again.
struct SetUpPage {
    new: NewAuthenticator,
}

impl SetUpPage {
    fn page(&self, lock: &Lock) -> Page {
        let code = Field {
            name: "code",
            label: "Verification code",
            help: Some("The six digits the app shows now."),
            required: true,
            autocomplete: "one-time-code",
            ..Field::default()
        };
        let address = self.new.address.expose();
        Page {
            title: "Set up two-factor authentication".to_owned(),
            body: html! {
                p { "Add this account to an authenticator app: point the app's camera at the code, or type the key." }
                div.enrolment {
                    @if let Some(drawn) = qr_code(address, "The key as a QR code, for an authenticator app") { (drawn) }
                    div.stack {
                        p { "Key" br; code.key { (grouped(self.new.secret.expose())) } }
                        p { a href=(address) { "Open in the authenticator app" } " of this device" }
                    }
                }
                (lock.form(SECOND_FACTOR, html! {
                    (code.show())
                    div.submit { (button("Confirm", Tone::Primary, None)) }
                }))
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

async fn begin(At(desk): At) -> Answer {
    match desk.authority().begin_second_factor(&desk.caller).await {
        Ok(new) => desk
            .visit
            .bare(StatusCode::OK, &SetUpPage { new }.page(&desk.lock)),
        Err(error) => desk.failed(error),
    }
}

async fn confirm(At(desk): At, Form(form): Form) -> Answer {
    let confirmed = desk
        .authority()
        .confirm_second_factor(&desk.caller, form.text("code"))
        .await;
    match confirmed {
        Ok(Some(codes)) => {
            let page = recovery_codes("Two-factor authentication is set up", &codes);
            desk.visit.bare(StatusCode::OK, &page)
        }
        Ok(None) => {
            let page = Page {
                title: "The code was not right".to_owned(),
                body: html! {
                    p { "A new key is made with every try. Remove this account from the app and begin again." }
                    (link_button("Begin again", SECOND_FACTOR, Tone::Primary))
                },
                ..Page::default()
            };
            desk.visit.bare(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
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
            .map(|factor| Self { factor })
            .into()
    }

    fn page(&self, lock: &Lock) -> Page {
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
        }),
        Err(error) => desk.failed(error),
    }
}

async fn replace_recovery_codes(At(desk): At) -> Answer {
    match desk.authority().replace_recovery_codes(&desk.caller).await {
        Ok(codes) => desk
            .visit
            .bare(StatusCode::OK, &recovery_codes("New recovery codes", &codes)),
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
        let codes = RecoveryCodes::make(&countersign_world::SeededEntropy::new(1));
        pages.push(recovery_codes("New recovery codes", &codes));
        pages
    }

    #[test]
    fn a_key_is_read_in_fours() {
        assert_eq!(grouped("JBSWY3DPEH"), "JBSW Y3DP EH");
    }
}
