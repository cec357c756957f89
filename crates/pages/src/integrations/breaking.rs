//! What breaks the calls of an application: Block, Reset Credentials, Uninstall. Each says first what relies on the record.

use axum::extract::Path;
use countersign_authority::AdministrationError;
use countersign_model::{Integration, IntegrationChange, IntegrationId};
use countersign_store::TokenFilter;
use countersign_web::{Answer, Lock, Markup, Page, Tone, button, html, link_button, redirect};

use super::{path_of, record};
use crate::desk::{At, Desk};
use crate::place::{MANAGE_INTEGRATIONS, Place};
use crate::reliance::Reliance;
use crate::view::View;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Block,
    ResetCredentials,
    Uninstall,
}

impl Step {
    const fn label(self) -> &'static str {
        match self {
            Self::Block => "Block",
            Self::ResetCredentials => "Reset Credentials",
            Self::Uninstall => "Uninstall",
        }
    }

    /// Below the page of the record.
    const fn path(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::ResetCredentials => "reset-credentials",
            Self::Uninstall => "uninstall",
        }
    }

    /// What can be undone looks otherwise than what cannot.
    const fn tone(self) -> Tone {
        match self {
            Self::Block => Tone::Primary,
            Self::ResetCredentials | Self::Uninstall => Tone::Danger,
        }
    }

    fn title(self, name: &str) -> String {
        match self {
            Self::Block => format!("Block {name}?"),
            Self::ResetCredentials => format!("Reset the credentials of {name}?"),
            Self::Uninstall => format!("Uninstall {name}?"),
        }
    }

    const fn keeps(self) -> &'static str {
        match self {
            Self::Block => "Leave it enabled",
            Self::ResetCredentials => "Keep them",
            Self::Uninstall => "Keep it",
        }
    }

    fn breaks(self) -> Markup {
        match self {
            Self::Block => html! {
                strong { "Every call with its Consumer Key is refused at once." }
                " Its tokens and its pair stay, and work again when it is enabled. The list shows it with Show Inactives."
            },
            Self::ResetCredentials => html! {
                strong { "The old Consumer Key and Consumer Secret are dead at once." }
                " Every program that calls with them is refused until it has the new pair. Its tokens stay, and work with the new pair."
            },
            Self::Uninstall => html! {
                strong { "Its tokens are revoked, for ever, and every call with its Consumer Key is refused at once." }
                " It leaves the lists and its name becomes free; the record is kept for audit, as no record of an application can be deleted. To stop it for a while, block it."
            },
        }
    }
}

#[derive(Debug)]
pub(super) struct AskPage {
    step: Step,
    record: Integration,
    /// None where it is not this user's to see.
    reliance: Option<Reliance>,
}

impl View for AskPage {
    const PLACE: &'static Place = &MANAGE_INTEGRATIONS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let record = super::samples::record(1, countersign_model::IntegrationState::Enabled);
        let page = |(step, reliance)| Self {
            step,
            record: record.clone(),
            reliance,
        };
        let reliances = crate::reliance::samples::reliances().into_iter();
        let steps = [Step::Block, Step::ResetCredentials, Step::Uninstall];
        steps
            .into_iter()
            .zip(reliances.map(Some))
            .chain([(Step::Block, None)])
            .map(page)
            .collect()
    }

    fn page(&self, lock: &Lock) -> Page {
        let path = path_of(self.record.id);
        Page {
            title: self.step.title(&self.record.name),
            crumbs: MANAGE_INTEGRATIONS.crumbs_below(),
            body: html! {
                div.section.narrow.stack {
                    p { (self.step.breaks()) }
                    @if let Some(reliance) = &self.reliance { p { "It has " (reliance.said()) "." } }
                    (lock.form(&format!("{path}/{}", self.step.path()), html! {
                        div.submit {
                            (button(self.step.label(), self.step.tone(), None))
                            (link_button(self.step.keeps(), &path, Tone::Plain))
                        }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

async fn ask(desk: &Desk, step: Step, id: &str) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    match asked(desk, step, id).await {
        Ok(page) => desk.show(&page),
        Err(error) => desk.failed(error),
    }
}

async fn asked(desk: &Desk, step: Step, id: IntegrationId) -> Result<AskPage, AdministrationError> {
    let tokens = TokenFilter {
        integration: Some(id),
        ..TokenFilter::default()
    };
    Ok(AskPage {
        step,
        record: desk.authority().integration(&desk.caller, id).await?,
        reliance: Reliance::on(desk, tokens).await?,
    })
}

pub(super) async fn ask_block(At(desk): At, Path(id): Path<String>) -> Answer {
    ask(&desk, Step::Block, &id).await
}

pub(super) async fn ask_reset(At(desk): At, Path(id): Path<String>) -> Answer {
    ask(&desk, Step::ResetCredentials, &id).await
}

pub(super) async fn ask_uninstall(At(desk): At, Path(id): Path<String>) -> Answer {
    ask(&desk, Step::Uninstall, &id).await
}

/// As the record's page shows it afterwards.
fn saved(desk: &Desk, changed: Result<Integration, AdministrationError>) -> Answer {
    match changed {
        Ok(record) => redirect(&format!("{}?saved", path_of(record.id))),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn block(At(desk): At, Path(id): Path<String>) -> Answer {
    change_state(&desk, &id, IntegrationChange::Block).await
}

pub(super) async fn enable(At(desk): At, Path(id): Path<String>) -> Answer {
    change_state(&desk, &id, IntegrationChange::Enable).await
}

async fn change_state(desk: &Desk, id: &str, change: IntegrationChange) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    let authority = desk.authority();
    let changed = authority.change_integration_state(&desk.caller, id, change);
    saved(desk, changed.await)
}

pub(super) async fn uninstall(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    let uninstalled = desk.authority().uninstall_integration(&desk.caller, id).await;
    saved(&desk, uninstalled)
}

pub(super) async fn reset(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    match desk.authority().reset_credentials(&desk.caller, id).await {
        Ok((record, pair)) => record::show_once(&desk, record, &pair),
        Err(error) => desk.failed(error),
    }
}
