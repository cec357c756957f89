//! Setup › Integration › Manage Integrations: the records of applications, each with its pair.

mod breaking;
mod form;
mod list;
mod record;

use axum::routing::{get, post};
use countersign_model::{IntegrationId, Level, Permission};
use countersign_store::{IntegrationFilter, MAX_ROWS};

use crate::desk::Desk;
use crate::needs::Needs;
use crate::pages::Route;
use crate::place::{MANAGE_INTEGRATIONS, Place};

/// Whoever may create and change records.
const CHANGES: Needs = Needs::One(&[(Permission::IntegrationApplication, Level::Full)]);

const NEW: &str = "/app/setup/integration/manage-integrations/new";

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = MANAGE_INTEGRATIONS;
    vec![
        Route::new(path, needs, get(list::show)),
        Route::new(NEW, CHANGES, get(form::open_new).post(form::save_new)),
        Route::new(format!("{path}/{{id}}"), needs, get(record::show)),
        Route::new(
            format!("{path}/{{id}}/edit"),
            CHANGES,
            get(form::open).post(form::save),
        ),
        Route::new(
            format!("{path}/{{id}}/reset-credentials"),
            Needs::Administrator,
            get(breaking::ask_reset).post(breaking::reset),
        ),
        Route::new(
            format!("{path}/{{id}}/block"),
            CHANGES,
            get(breaking::ask_block).post(breaking::block),
        ),
        Route::new(format!("{path}/{{id}}/enable"), CHANGES, post(breaking::enable)),
        Route::new(
            format!("{path}/{{id}}/uninstall"),
            CHANGES,
            get(breaking::ask_uninstall).post(breaking::uninstall),
        ),
    ]
}

/// The page of a record.
pub(crate) fn path_of(id: IntegrationId) -> String {
    format!("{}/{id}", MANAGE_INTEGRATIONS.path)
}

/// The records by id and name; none for whoever may not see them.
pub(crate) async fn names(desk: &Desk) -> Vec<(IntegrationId, String)> {
    let found = desk
        .authority()
        .integrations(&desk.caller, IntegrationFilter::default(), None, MAX_ROWS)
        .await;
    let records = found.unwrap_or_default().into_iter();
    records.map(|record| (record.id, record.name)).collect()
}

#[cfg(test)]
pub(crate) mod samples {
    use crate::view::View;
    use countersign_model::{
        ApplicationId, Authentication, ConsumerKey, Credentials, Integration, IntegrationId,
        IntegrationState, Origin,
    };
    use countersign_web::{Lock, Page};
    use countersign_world::UnixTime;

    pub(crate) fn record(id: i64, state: IntegrationState) -> Integration {
        Integration {
            id: IntegrationId::new(id),
            name: format!("Warehouse & Sync {id}"),
            description: "Copies orders <nightly>".to_owned(),
            note: String::new(),
            state,
            origin: Origin::ThisAccount,
            application_id: ApplicationId::from_bytes([7; 16]),
            authentication: Authentication::default(),
            concurrency_limit: Some(3),
            credentials: Some(Credentials::first(ConsumerKey::parse("10ca1f").unwrap())),
            created: UnixTime::from_seconds(1_767_225_600),
            last_modified: UnixTime::from_seconds(1_767_225_600),
            uninstalled: None,
        }
    }

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let mut pages: Vec<Page> = super::list::List::samples()
            .iter()
            .map(|view| view.page(lock))
            .collect();
        pages.extend(
            super::form::FormPage::samples()
                .iter()
                .map(|view| view.page(lock)),
        );
        pages.extend(
            super::record::Record::samples()
                .iter()
                .map(|view| view.page(lock)),
        );
        pages.extend(
            super::breaking::AskPage::samples()
                .iter()
                .map(|view| view.page(lock)),
        );
        pages
    }
}
