//! Customization › Scripting, and what scripts use and leave behind: API Secrets, sent emails and submitted tasks. Scripts are
//! put into the account by `countersign script deploy`; for whom a deployment runs, and secrets, are changed here too.

mod deployment;
mod log;
mod mail;
mod outbox;
mod record;
mod script_list;
mod secret_form;
mod secrets;
mod tasks;
mod wrong;

pub(crate) use log::table as log_table;

use axum::routing::get;
use countersign_scripts::Deployment;
use countersign_web::{Markup, html};

use crate::pages::Route;
use crate::place::{
    API_SECRETS, Place, SCRIPT_DEPLOYMENTS, SCRIPT_LOG, SCRIPTS, SENT_EMAILS, SUBMITTED_TASKS,
};

pub(crate) fn routes() -> Vec<Route> {
    let at = |place: &Place, methods| Route::new(place.path, place.needs, methods);
    let below = |place: &Place, rest: &str, methods| {
        Route::new(format!("{}/{rest}", place.path), place.needs, methods)
    };
    vec![
        at(&SCRIPTS, get(script_list::show)),
        below(&SCRIPTS, "{id}", get(record::show)),
        at(&SCRIPT_DEPLOYMENTS, get(script_list::show_deployments)),
        below(
            &SCRIPT_DEPLOYMENTS,
            "{id}",
            get(deployment::open).post(deployment::save),
        ),
        at(&SCRIPT_LOG, get(log::show)),
        at(&SUBMITTED_TASKS, get(tasks::show)),
        at(&API_SECRETS, get(secrets::show)),
        below(
            &API_SECRETS,
            "new",
            get(secret_form::open_new).post(secret_form::save_new),
        ),
        below(
            &API_SECRETS,
            "{id}",
            get(secret_form::open).post(secret_form::save),
        ),
        below(
            &API_SECRETS,
            "{id}/delete",
            get(secrets::ask).post(secrets::remove),
        ),
        at(&SENT_EMAILS, get(mail::show)),
    ]
}

pub(crate) fn path_of(script: i64) -> String {
    format!("{}/{script}", SCRIPTS.path)
}

fn deployment_path(deployment: i64) -> String {
    format!("{}/{deployment}", SCRIPT_DEPLOYMENTS.path)
}

/// Whether a call of the deployment finds a script.
fn state(deployment: &Deployment) -> Markup {
    let (class, word) = match (
        deployment.is_deployed && !deployment.is_inactive,
        deployment.is_released,
    ) {
        (false, _) => ("state off", "Not deployed"),
        (true, false) => ("state off", "Testing"),
        (true, true) => ("state on", "Released"),
    };
    html! { span class=(class) { (word) } }
}

/// Who may call it.
fn audience(deployment: &Deployment) -> String {
    let audience = &deployment.audience;
    match (
        audience.all_roles,
        audience.all_employees,
        audience.roles.as_slice(),
    ) {
        (true, ..) => "All roles".to_owned(),
        (_, true, []) => "All employees".to_owned(),
        (_, _, []) => "Nobody but its owner".to_owned(),
        (.., roles) => {
            let roles: Vec<_> = roles.iter().map(ToString::to_string).collect();
            format!("Roles {}", roles.join(", "))
        }
    }
}

/// The address of a RESTlet, without its host.
fn address(deployment: &Deployment) -> String {
    format!(
        "/app/site/hosting/restlet.nl?script={}&deploy={}",
        deployment.script, deployment.number
    )
}

#[cfg(test)]
pub(crate) mod samples {
    use countersign_records::{LogLevel, State};
    use countersign_scripts::{Audience, Deployment, ScriptShown};
    use countersign_web::{Lock, Page};

    use super::{deployment, log, mail, record, script_list, secret_form, secrets, tasks};
    use crate::view::View;

    pub(in crate::scripts) fn script(is_released: bool) -> ScriptShown {
        ScriptShown {
            id: 7,
            script_id: "customscript_orders".to_owned(),
            name: "Orders & <more>".to_owned(),
            description: "Takes \"orders\"".to_owned(),
            api_version: "2.1".to_owned(),
            is_inactive: !is_released,
            path: is_released.then(|| "/SuiteScripts/orders.js".to_owned()),
            file: Some(9),
            deployments: vec![deployment(is_released)],
        }
    }

    pub(in crate::scripts) fn deployment(is_released: bool) -> Deployment {
        Deployment {
            script: 7,
            id: 8,
            script_id: "customscript_orders".to_owned(),
            deployment_id: "customdeploy1".to_owned(),
            state: State::unknown(),
            script_name: "Orders".to_owned(),
            title: "Orders <1>".to_owned(),
            number: 1,
            path: Some("/SuiteScripts/orders.js".to_owned()),
            api_version: Some("2.1".to_owned()),
            is_inactive: false,
            is_deployed: true,
            is_released,
            log_level: LogLevel::Debug,
            owner: None,
            runs_as: None,
            audience: Audience {
                all_roles: is_released,
                roles: vec![3],
                ..Audience::default()
            },
            parameters: serde_json::Map::from_iter([(
                "custscript_depth".to_owned(),
                serde_json::json!("<3>"),
            )]),
        }
    }

    pub(crate) use super::log::samples::lines;

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        fn of<V: View>(lock: &Lock) -> Vec<Page> {
            V::samples().iter().map(|view| view.page(lock)).collect()
        }
        [
            of::<script_list::Scripts>(lock),
            of::<script_list::Deployments>(lock),
            of::<record::Record>(lock),
            of::<deployment::DeploymentPage>(lock),
            of::<log::Log>(lock),
            of::<secrets::Secrets>(lock),
            of::<secrets::AskPage>(lock),
            of::<secret_form::FormPage>(lock),
            of::<mail::Sent>(lock),
            of::<tasks::Tasks>(lock),
        ]
        .concat()
    }
}
