//! Setup › Users/Roles › Manage Roles: roles and their permissions.

mod form;
mod list;
mod picker;

use axum::routing::get;

use crate::pages::Route;
use crate::place::{MANAGE_ROLES, Place};

pub(crate) use picker::{Picker, granted, todays_permissions};

const NEW: &str = "/app/setup/users-roles/manage-roles/new";

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = MANAGE_ROLES;
    vec![
        Route::new(path, needs, get(list::show)),
        Route::new(NEW, needs, get(form::open_new).post(form::save_new)),
        Route::new(format!("{path}/{{id}}"), needs, get(form::open).post(form::save)),
    ]
}

#[cfg(test)]
pub(crate) mod samples {
    use crate::view::View;
    use countersign_web::{Lock, Page};

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let lists = super::list::List::samples();
        let forms = super::form::RolePage::samples();
        let mut pages: Vec<Page> = lists.iter().map(|view| view.page(lock)).collect();
        pages.extend(forms.iter().map(|view| view.page(lock)));
        pages
    }
}
