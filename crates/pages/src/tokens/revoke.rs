//! An access token is revoked, once it was said what that breaks.

use axum::extract::Path;
use countersign_authority::{TokenNames, TokenWithUse};
#[cfg(test)]
use countersign_model::TokenState;
use countersign_model::{AccessTokenId, TokenChange};
use countersign_web::{Answer, Lock, Page, Tone, button, facts, html, link_button, moment_or, redirect};

use super::list::named;
use super::path_of;
use super::record::looked_up;
use crate::desk::At;
use crate::place::{ACCESS_TOKENS, MY_ACCESS_TOKENS, Place};
use crate::view::View;

/// What revoking breaks, before it is done.
#[derive(Debug)]
pub(super) struct RevokePage {
    token: TokenWithUse,
    names: TokenNames,
}

impl View for RevokePage {
    const PLACE: &'static Place = &ACCESS_TOKENS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self {
            token: super::samples::token(1, TokenState::Active),
            names: TokenNames::default(),
        }]
    }

    fn page(&self, lock: &Lock) -> Page {
        let TokenWithUse { token, used } = &self.token;
        let path = path_of(token.id);
        Page {
            title: format!("Revoke {}?", token.name),
            crumbs: ACCESS_TOKENS.crumbs_below(),
            body: html! {
                div.section.narrow.stack {
                    p { strong { "A revoked token stays revoked." } " Whoever calls with it is refused from the next call on; the record is kept." }
                    (facts(&[
                        ("Application Name", named(self.names.applications.get(&token.integration))),
                        ("User", named(self.names.users.get(&token.user))),
                        ("Logins so far", html! { (used.count) }),
                        ("Last used", moment_or(used.last, "Never")),
                    ]))
                    (lock.form(&format!("{path}/revoke"), html! {
                        div.submit {
                            (button("Revoke", Tone::Danger, None))
                            (link_button("Keep it", &path, Tone::Plain))
                        }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

pub(super) async fn ask(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(AccessTokenId::new) else {
        return desk.not_found();
    };
    match looked_up(&desk, id).await {
        Ok((token, names)) => desk.show(&RevokePage { token, names }),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn revoke(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(AccessTokenId::new) else {
        return desk.not_found();
    };
    match desk
        .authority()
        .change_token_state(&desk.caller, id, TokenChange::Revoke)
        .await
    {
        Ok(_) => {
            let is_manager = ACCESS_TOKENS.needs.met_by(&desk.caller);
            redirect(if is_manager {
                ACCESS_TOKENS.path
            } else {
                MY_ACCESS_TOKENS.path
            })
        }
        Err(error) => desk.failed(error),
    }
}
