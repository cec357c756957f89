//! One access token: looked at, with its secret once after it was made.

use axum::extract::Path;
use countersign_authority::{AdministrationError, NewToken, TokenNames, TokenWithUse};
use countersign_model::AccessTokenId;
use countersign_protocol::{Secret, percent_encode};
use countersign_web::{
    Answer, Field, Lock, Markup, Notice, Page, ShownOnce, ShownValue, Tone, button, facts, html, link_button,
    moment, moment_or,
};

use super::list::{named, state};
use super::path_of;
use crate::desk::{At, Desk};
use crate::place::{ACCESS_TOKENS, INSPECTOR, MY_ACCESS_TOKENS, Place};
use crate::view::View;
use crate::written::Values;
#[cfg(test)]
use countersign_model::TokenState;

const WARNING: &str = "Copy both values now: they are shown once, and nothing can show them again. Where they are lost, revoke \
    the token and make a new one. Whoever has them can pass for this user: keep them where you keep passwords.";

#[derive(Debug)]
pub(super) struct Record {
    token: TokenWithUse,
    names: TokenNames,
    once: Option<Once>,
    notice: Option<Notice>,
}

/// What is there only in the answer that made the token.
#[derive(Debug)]
struct Once {
    shown: ShownOnce,
    try_it: TryIt,
}

/// A signed call with the values while they are on the page: made by the browser, so that they go nowhere else.
#[derive(Debug)]
struct TryIt {
    account: String,
    consumer_key: String,
    token_id: String,
    token_secret: Secret,
    /// Where a failed login is looked into; none where that does not open to whoever looks.
    inspector: Option<&'static str>,
}

impl View for Record {
    const PLACE: &'static Place = &ACCESS_TOKENS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let values = NewToken {
            id: countersign_model::TokenId::parse("10ca1f").unwrap(),
            secret: Secret::new("10ca15ec"),
        };
        let account = "1234567".parse().unwrap();
        let revoked = TokenState::Revoked {
            at: countersign_world::UnixTime::from_seconds(0),
        };
        let record = |state, once| Self {
            token: super::samples::token(1, state),
            names: TokenNames::default(),
            once,
            notice: Some(Notice::done(
                "Saved.",
                vec![("<next>".to_owned(), "/app".to_owned())],
            )),
        };
        vec![
            record(
                TokenState::Active,
                Some(once(
                    &values,
                    "http://localhost",
                    (&account, "10ca1e"),
                    Some(INSPECTOR.path),
                )),
            ),
            record(revoked, None),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        let TokenWithUse { token, used } = &self.token;
        let path = path_of(token.id);
        let mut known = vec![
            (
                "Application Name",
                named(self.names.applications.get(&token.integration)),
            ),
            ("User", named(self.names.users.get(&token.user))),
            ("Role", named(self.names.roles.get(&token.role))),
            ("State", state(token.state)),
            ("Created", moment(token.created)),
        ];
        // A token that was just made has neither been used nor revoked.
        if self.once.is_none() {
            known.extend([
                ("Last used", moment_or(used.last, "Never")),
                ("Logins", html! { (used.count) }),
                ("Revoked", moment_or(token.state.revoked_at(), "No")),
            ]);
        }
        Page {
            title: token.name.clone(),
            crumbs: ACCESS_TOKENS.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            actions: (!token.is_revoked()).then(|| {
                html! {
                    (link_button("Edit", &format!("{path}/edit"), Tone::Plain))
                    (link_button("Revoke", &format!("{path}/revoke"), Tone::Danger))
                }
            }),
            body: html! {
                @if let Some(once) = &self.once {
                    div data-address=(path) {
                        (once.shown.show())
                        (once.try_it.show())
                    }
                }
                section.section { (facts(&known)) }
                @if self.once.is_none() {
                    p.lede.after { "Its Token ID and Token Secret were shown when it was made, and are not shown again." }
                }
            },
        }
    }
}

impl TryIt {
    /// Stays hidden where no script can sign.
    fn show(&self) -> Markup {
        let secret = Field {
            name: "consumer-secret",
            label: "Consumer Secret",
            kind: "password",
            help: Some(
                "It was shown with the Consumer Key, on the integration record. It stays in this browser.",
            ),
            ..Field::default()
        };
        html! {
            section.section.try aria-labelledby="try" hidden
                data-account=(self.account) data-key=(self.consumer_key) data-token=(self.token_id)
                data-secret=(self.token_secret.expose()) data-inspector=[self.inspector] {
                h2 id="try" { "Try it now" }
                p.help { "A signed call, made by this browser with the values above: GET /services/rest/record/v1/customer?limit=1" }
                form.filters.calls {
                    (secret.show())
                    (button("Call", Tone::Primary, None))
                }
                div.result role="status" aria-live="polite" {}
            }
        }
    }
}

fn once(
    values: &NewToken,
    base_url: &str,
    (account, consumer_key): (&countersign_protocol::AccountId, &str),
    inspector: Option<&'static str>,
) -> Once {
    let written = Values {
        base_url,
        account,
        consumer_key,
        consumer_secret: None,
        token_id: values.id.as_str(),
        token_secret: Some(&values.secret),
    };
    Once {
        shown: ShownOnce {
            heading: "Token ID / Secret",
            warning: WARNING,
            values: vec![
                ShownValue {
                    label: "Token ID",
                    value: Secret::new(values.id.as_str()),
                },
                ShownValue {
                    label: "Token Secret",
                    value: values.secret.duplicate(),
                },
            ],
            written: written.written(),
        },
        try_it: TryIt {
            account: account.to_string(),
            consumer_key: consumer_key.to_owned(),
            token_id: values.id.as_str().to_owned(),
            token_secret: values.secret.duplicate(),
            inspector,
        },
    }
}

/// The page of a token with the values that were made with this answer.
pub(super) async fn show_once(
    desk: &Desk,
    token: TokenWithUse,
    values: &NewToken,
) -> Result<Answer, AdministrationError> {
    let authority = desk.authority();
    let consumer_key = authority.consumer_key_of(&token.token).await?;
    let inspector = INSPECTOR.needs.met_by(&desk.caller).then_some(INSPECTOR.path);
    let whose = (&authority.account(), consumer_key.as_str());
    let shown = once(values, &desk.visit.origin, whose, inspector);
    let names = authority.token_names(std::slice::from_ref(&token)).await?;
    Ok(desk.show(&Record {
        token,
        names,
        once: Some(shown),
        notice: None,
    }))
}

pub(super) async fn show(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(AccessTokenId::new) else {
        return desk.not_found();
    };
    let saved = desk.query.has("saved");
    match looked_up(&desk, id).await {
        Ok((token, names)) => desk.show(&Record {
            names,
            once: None,
            notice: saved.then(|| Notice::done("The token was saved.", next(&desk, &token.token.name))),
            token,
        }),
        Err(error) => desk.failed(error),
    }
}

/// Where whoever saved a token may go on.
fn next(desk: &Desk, name: &str) -> Vec<(String, String)> {
    let calls = INSPECTOR.needs.met_by(&desk.caller).then(|| {
        let path = format!("{}?token={}", INSPECTOR.path, percent_encode(name));
        ("see its calls in the Inspector".to_owned(), path)
    });
    let all = match ACCESS_TOKENS.needs.met_by(&desk.caller) {
        true => ACCESS_TOKENS,
        false => MY_ACCESS_TOKENS,
    };
    let all = (format!("back to {}", all.title), all.path.to_owned());
    calls.into_iter().chain([all]).collect()
}

pub(super) async fn looked_up(
    desk: &Desk,
    id: AccessTokenId,
) -> Result<(TokenWithUse, TokenNames), AdministrationError> {
    let token = desk.authority().token(&desk.caller, id).await?;
    let names = desk.authority().token_names(std::slice::from_ref(&token)).await?;
    Ok((token, names))
}
