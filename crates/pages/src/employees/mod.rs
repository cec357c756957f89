//! Lists › Employees, and Setup › Users/Roles › Manage Users: people, and the Access subtab of each.

mod deletion;
mod form;
mod history;
mod list;
mod page;

use axum::routing::get;
use countersign_model::{EntityId, RoleId};

use crate::desk::Desk;
use crate::pages::Route;
use crate::place::{EMPLOYEES, MANAGE_USERS, Place};

const NEW: &str = "/app/lists/employees/new";

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = EMPLOYEES;
    vec![
        Route::new(path, needs, get(list::show)),
        Route::new(MANAGE_USERS.path, MANAGE_USERS.needs, get(list::show_users)),
        Route::new(NEW, needs, get(form::open_new).post(form::save_new)),
        Route::new(format!("{path}/{{id}}"), needs, get(form::open).post(form::save)),
        Route::new(format!("{path}/{{id}}/history"), needs, get(history::show)),
        Route::new(
            format!("{path}/{{id}}/delete"),
            needs,
            get(deletion::ask).post(deletion::delete),
        ),
    ]
}

/// The page of somebody.
pub(crate) fn path_of(id: EntityId) -> String {
    format!("{}/{id}", EMPLOYEES.path)
}

/// Roles by name are no secret to whoever gives them.
fn roles(desk: &Desk) -> Vec<(RoleId, String)> {
    let snapshot = desk.authority().snapshot();
    snapshot
        .roles()
        .map(|role| (role.id, role.name.clone()))
        .collect()
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::view::View;
    use countersign_model::{AssignedRole, EntityKind, IpRestriction, PermissionSet, User};
    use countersign_web::{Lock, Page};

    pub(crate) fn roles() -> Vec<(RoleId, String)> {
        vec![
            (RoleId::new(3), "Administrator".to_owned()),
            (RoleId::new(1001), "Integrator & Co".to_owned()),
        ]
    }

    pub(crate) fn user() -> User {
        User {
            id: EntityId::new(42),
            kind: EntityKind::Employee,
            name: "Ada <Byron>".to_owned(),
            email: "ada@example.com".to_owned(),
            give_access: true,
            inactive: false,
            roles: vec![AssignedRole {
                role: RoleId::new(1001),
                hidden: true,
            }],
            global_permissions: PermissionSet::none(),
            web_services_user: false,
            concurrent_web_services_user: false,
            ip_restriction: IpRestriction::default(),
            locked_until: None,
        }
    }

    fn of<V: View>(lock: &Lock) -> Vec<Page> {
        V::samples().iter().map(|view| view.page(lock)).collect()
    }

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        [
            of::<list::Employees>(lock),
            of::<list::Users>(lock),
            of::<page::EmployeePage>(lock),
            of::<history::History>(lock),
            of::<deletion::DeletePage>(lock),
        ]
        .concat()
    }
}
