//! Deleting somebody: what goes with them, before it is done.

use axum::extract::Path;
use countersign_authority::AdministrationError;
use countersign_model::{EntityId, User};
use countersign_store::TokenFilter;
use countersign_web::{Answer, Lock, Page, Tone, button, html, link_button, redirect};

use super::path_of;
use crate::desk::{At, Desk};
use crate::place::{EMPLOYEES, Place};
use crate::reliance::Reliance;
use crate::view::View;

#[derive(Debug)]
pub(super) struct DeletePage {
    user: User,
    reliance: Option<Reliance>,
}

impl View for DeletePage {
    const PLACE: &'static Place = &EMPLOYEES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let page = |reliance| Self {
            user: super::samples::user(),
            reliance,
        };
        let reliances = crate::reliance::samples::reliances().into_iter().map(Some);
        reliances.chain([None]).map(page).collect()
    }

    fn page(&self, lock: &Lock) -> Page {
        let path = path_of(self.user.id);
        Page {
            title: format!("Delete {}?", self.user.name),
            crumbs: EMPLOYEES.crumbs_below(),
            body: html! {
                div.section.narrow.stack {
                    p { strong { "A deleted record does not come back." } " Its access tokens are deleted with it, and every program that calls with one is refused from the next call on. The notes of what was done stay." }
                    @if let Some(reliance) = &self.reliance { p { "It has " (reliance.said()) "." } }
                    p.help { "To keep somebody out for a while, clear Give Access or tick Inactive." }
                    (lock.form(&format!("{path}/delete"), html! {
                        div.submit {
                            (button("Delete", Tone::Danger, None))
                            (link_button("Keep the record", &path, Tone::Plain))
                        }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

pub(super) async fn ask(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(EntityId::new) else {
        return desk.not_found();
    };
    match asked(&desk, id).await {
        Ok(page) => desk.show(&page),
        Err(error) => desk.failed(error),
    }
}

async fn asked(desk: &Desk, id: EntityId) -> Result<DeletePage, AdministrationError> {
    let tokens = TokenFilter {
        user: Some(id),
        ..TokenFilter::default()
    };
    Ok(DeletePage {
        user: desk.authority().user(&desk.caller, id).await?,
        reliance: Reliance::on(desk, tokens).await?,
    })
}

pub(super) async fn delete(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(EntityId::new) else {
        return desk.not_found();
    };
    match desk.authority().delete_user(&desk.caller, id).await {
        Ok(()) => redirect(EMPLOYEES.path),
        Err(error) => desk.failed(error),
    }
}
