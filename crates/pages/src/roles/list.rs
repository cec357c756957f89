//! The list of roles. An account has few: they are sorted here.

use countersign_model::Role;
use countersign_web::{
    Answer, Column, Direction, Lock, Notice, Page, Pager, Sort, Table, Tone, Weight, html, link_button,
};

use super::NEW;
use crate::desk::At;
use crate::place::{MANAGE_ROLES, Place};
use crate::view::View;

#[derive(Debug)]
pub(super) struct List {
    roles: Vec<Role>,
    sort: Sort,
    notice: Option<Notice>,
}

const COLUMNS: &[&str] = &["name", "id"];

impl View for List {
    const PLACE: &'static Place = &MANAGE_ROLES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let role = Role {
            id: countersign_model::RoleId::new(1001),
            name: "Integration <Role>".to_owned(),
            administrator: false,
            inactive: true,
            ..Role::administrator()
        };
        vec![Self {
            roles: vec![Role::administrator(), role],
            sort: Sort::of(&countersign_web::Filled::of_query("sort=id&down"), COLUMNS),
            notice: Some(Notice::new(Weight::Done, "Saved.")),
        }]
    }

    fn page(&self, _: &Lock) -> Page {
        let row = |role: &Role| {
            vec![
                html! { a href={ (MANAGE_ROLES.path) "/" (role.id) } { (role.name) } },
                html! { (role.id) },
                html! { (role.center) },
                html! { @if role.administrator { "Everything" } @else { (role.permissions.iter().count()) } },
                html! { @if role.logs_in_by_token() { span.state.on { "Yes" } } @else { span.state.off { "No" } } },
                html! { @if role.inactive { span.state.bad { "Inactive" } } @else { span.state.on { "Active" } } },
            ]
        };
        let sorted = [
            self.sort.column("Name", "name", "?"),
            self.sort.column("Internal ID", "id", "?"),
        ];
        let columns = ["Center Type", "Permissions", "Logs in by token", "State"];
        let table = Table {
            caption: "Roles".to_owned(),
            columns: sorted.into_iter().chain(columns.map(Column::new)).collect(),
            rows: self.roles.iter().map(row).collect(),
            pager: Pager::default(),
        };
        Page {
            title: MANAGE_ROLES.title.to_owned(),
            crumbs: MANAGE_ROLES.crumbs(),
            notices: self.notice.iter().cloned().collect(),
            actions: Some(link_button("New", NEW, Tone::Primary)),
            body: table.show(),
        }
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    let mut roles: Vec<Role> = match desk.authority().roles(&desk.caller) {
        Ok(roles) => roles.iter().map(|role| Role::clone(role)).collect(),
        Err(forbidden) => return desk.failed(forbidden.into()),
    };
    let sort = Sort::of(&desk.query, COLUMNS);
    match sort.by {
        "id" => roles.sort_by_key(|role| role.id),
        _ => roles.sort_by_key(|role| role.name.to_lowercase()),
    }
    if sort.direction == Direction::Down {
        roles.reverse();
    }
    let saved = desk.query.has("saved");
    desk.show(&List {
        roles,
        sort,
        notice: saved.then(|| {
            Notice::new(
                Weight::Done,
                "The role was saved. Tokens and pages feel it at once.",
            )
        }),
    })
}
