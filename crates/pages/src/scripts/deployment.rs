//! A deployment: where it is called, and for whom it runs.

use axum::extract::Path;
use countersign_model::{Level, Permission};
use countersign_protocol::Service;
use countersign_records::LogLevel;
use countersign_scripts::{Deployment, DeploymentForm};
use countersign_web::{
    Answer, Choice, Field, Filled, Lock, Markup, Notice, Page, Select, Tick, Tone, Weight, button, copy,
    facts, html, link_button, redirect,
};

use super::wrong::{Wrong, refused};
use super::{address, deployment_path, path_of};
use crate::desk::{At, Desk, Form};
use crate::needs::Needs;
use crate::place::{Place, SCRIPT_DEPLOYMENTS, SCRIPT_LOG};
use crate::view::View;

/// Whoever may save; to look, less is enough.
const CHANGES: Needs = Needs::One(&[(Permission::SuiteScript, Level::Edit)]);

/// Those that a deployment can have: what nobody caught is written always.
const LEVELS: [LogLevel; 4] = [
    LogLevel::Debug,
    LogLevel::Audit,
    LogLevel::Error,
    LogLevel::Emergency,
];

#[derive(Debug)]
pub(super) struct DeploymentPage {
    deployment: Deployment,
    form: DeploymentForm,
    /// Scheme and authority as the browser sees them.
    origin: String,
    /// The host that NetSuite has for the account's RESTlets.
    host: String,
    roles: Vec<(i64, String)>,
    may_change: bool,
    wrong: Wrong,
    notice: Option<Notice>,
}

impl View for DeploymentPage {
    const PLACE: &'static Place = &SCRIPT_DEPLOYMENTS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let page = |is_released, may_change| {
            let deployment = super::samples::deployment(is_released);
            let mut wrong = Wrong::default();
            if !is_released {
                wrong.refuse("Title", "is required.");
            }
            Self {
                form: DeploymentForm::of(&deployment),
                deployment,
                origin: "http://localhost:8080".to_owned(),
                host: "1234567.restlets.api.netsuite.com".to_owned(),
                roles: vec![
                    (3, "Administrator".to_owned()),
                    (1001, "Integrator & Co".to_owned()),
                ],
                may_change,
                notice: wrong.notice(),
                wrong,
            }
        };
        vec![page(true, true), page(false, true), page(true, false)]
    }

    fn page(&self, lock: &Lock) -> Page {
        let deployment = &self.deployment;
        let action = deployment_path(deployment.id);
        let log = format!("{}?script={}", SCRIPT_LOG.path, deployment.script);
        Page {
            title: deployment.title.clone(),
            crumbs: SCRIPT_DEPLOYMENTS.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            actions: Some(link_button("Execution Log", &log, Tone::Plain)),
            body: html! {
                (self.where_it_is())
                @if self.may_change {
                    (lock.form(&action, html! {
                        (self.fields())
                        div.submit {
                            (button("Save", Tone::Primary, None))
                            (link_button("Cancel", SCRIPT_DEPLOYMENTS.path, Tone::Plain))
                        }
                    }))
                } @else {
                    fieldset disabled { (self.fields()) }
                    p.lede.after { "To change it takes the permission SuiteScript at Edit." }
                }
            },
        }
    }
}

impl DeploymentPage {
    fn where_it_is(&self) -> Markup {
        let deployment = &self.deployment;
        let address = address(deployment);
        html! {
            section.section {
                (facts(&[
                    ("Script", html! { a href=(path_of(deployment.script)) { (deployment.script_name) } " " code { (deployment.script_id) } }),
                    ("ID", html! { code { (deployment.deployment_id) } }),
                    ("Number", html! { (deployment.number) }),
                ]))
            }
            section.section aria-labelledby="h-where" {
                h2 id="h-where" { "Where it is called" }
                dl.secrets {
                    div {
                        dt { "External URL" }
                        dd { code id="external-url" { (self.origin) (address) } (copy("external-url", "External URL")) }
                    }
                    div {
                        dt { "Under NetSuite's name" }
                        dd { code id="own-url" { "https://" (self.host) (address) } (copy("own-url", "URL under NetSuite's name")) }
                    }
                }
            }
        }
    }

    fn fields(&self) -> Markup {
        let title = Field {
            name: "title",
            label: "Title",
            value: &self.form.title,
            error: self.wrong.with("Title"),
            required: true,
            ..Field::default()
        };
        let statuses = [
            Choice::new("RELEASED", "Released"),
            Choice::new("TESTING", "Testing"),
        ];
        let status = Select {
            name: "status",
            label: "Status",
            choices: &statuses,
            chosen: if self.form.is_released {
                "RELEASED"
            } else {
                "TESTING"
            },
            help: Some("In testing it runs for its owner alone."),
            ..Select::default()
        };
        let levels = LEVELS.map(|level| Choice::new(level.word(), level.word()));
        let level = Select {
            name: "level",
            label: "Log Level",
            choices: &levels,
            chosen: self.form.log_level.unwrap_or(LogLevel::Debug).word(),
            help: Some(
                "What a script writes below it is left out. Errors that nobody catches are always written.",
            ),
            ..Select::default()
        };
        let roles: Vec<_> = self
            .roles
            .iter()
            .map(|(id, name)| Choice::new(id, name.as_str()))
            .collect();
        let role = self.form.runs_as.map(|role| role.to_string()).unwrap_or_default();
        let runs_as = Select {
            name: "role",
            label: "Execute As Role",
            choices: &roles,
            chosen: &role,
            none: Some("Current Role"),
            help: Some("The rights of this role, with the caller's user."),
            ..Select::default()
        };
        let tick = |name, label, checked| {
            Tick {
                name,
                label,
                checked,
                ..Tick::default()
            }
            .show()
        };
        html! {
            section.section {
                div.columns { (title.show()) (status.show()) (level.show()) (runs_as.show()) }
                (tick("deployed", "Deployed", self.form.is_deployed))
            }
            section.section aria-labelledby="h-audience" {
                h2 id="h-audience" { "Audience" }
                p.help { "Who may call it: whoever is in one of these. Its owner always may." }
                div.columns {
                    div {
                        h3 { "Everybody" }
                        (tick("all-roles", "All Roles", self.form.all_roles))
                        (tick("all-employees", "All Employees", self.form.all_employees))
                    }
                    div {
                        h3 { "Roles" }
                        @for (id, name) in &self.roles {
                            (Tick {
                                name: "audience",
                                value: &id.to_string(),
                                label: name,
                                checked: self.form.roles.contains(id),
                                ..Tick::default()
                            }.show())
                        }
                    }
                }
                @if !self.deployment.audience.employees.is_empty() {
                    p.help { "And " (self.deployment.audience.employees.len()) " employees by name, from the object it was deployed with." }
                }
            }
        }
    }
}

fn filled(form: &Filled) -> DeploymentForm {
    DeploymentForm {
        title: form.text("title").trim().to_owned(),
        is_deployed: form.has("deployed"),
        is_released: form.text("status") == "RELEASED",
        log_level: LEVELS
            .into_iter()
            .find(|level| level.word() == form.text("level")),
        runs_as: form.number("role"),
        all_roles: form.has("all-roles"),
        roles: form
            .all("audience")
            .filter_map(|role| role.parse().ok())
            .collect(),
        all_employees: form.has("all-employees"),
    }
}

/// The page of a deployment; none where there is no such.
async fn page(desk: &Desk, id: &str) -> Result<Option<DeploymentPage>, Answer> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let found = Deployment::numbered(&desk.visit.records, id).await;
    let Some(deployment) = found.map_err(|error| desk.broken(&error))? else {
        return Ok(None);
    };
    let snapshot = desk.authority().snapshot();
    Ok(Some(DeploymentPage {
        form: DeploymentForm::of(&deployment),
        deployment,
        origin: desk.visit.origin.clone(),
        host: snapshot.account.id.host(Service::Restlets).to_string(),
        roles: snapshot
            .roles()
            .map(|role| (role.id.get(), role.name.clone()))
            .collect(),
        may_change: CHANGES.met_by(&desk.caller),
        wrong: Wrong::default(),
        notice: None,
    }))
}

pub(super) async fn open(At(desk): At, Path(id): Path<String>) -> Answer {
    let saved = || {
        Notice::new(
            Weight::Done,
            "The deployment was saved. It holds from the next call on.",
        )
    };
    match page(&desk, &id).await {
        Ok(Some(page)) => desk.show(&DeploymentPage {
            notice: desk.query.has("saved").then(saved),
            ..page
        }),
        Ok(None) => desk.not_found(),
        Err(instead) => instead,
    }
}

pub(super) async fn save(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let mut page = match page(&desk, &id).await {
        Ok(Some(page)) if page.may_change => page,
        Ok(_) => return desk.not_found(),
        Err(instead) => return instead,
    };
    page.form = filled(&form);
    let is_role = |role: &i64| page.roles.iter().any(|(known, _)| known == role);
    // A role that went while the form was open.
    page.form.runs_as = page.form.runs_as.filter(is_role);
    let roles = std::mem::take(&mut page.form.roles);
    page.form.roles = roles.into_iter().filter(is_role).collect();
    if page.form.title.is_empty() {
        page.wrong.refuse("Title", "is required.");
        page.notice = page.wrong.notice();
        return desk.again(&page);
    }
    let (id, stamp) = (page.deployment.id, desk.authority().record_stamp(&desk.caller));
    match Deployment::edit(&desk.visit.records, id, page.form.clone(), stamp).await {
        Ok(()) => redirect(&format!("{}?saved", deployment_path(id))),
        Err(error) => match refused(error) {
            Ok(notice) => desk.again(&DeploymentPage {
                notice: Some(notice),
                ..page
            }),
            Err(error) => desk.broken(&error),
        },
    }
}
