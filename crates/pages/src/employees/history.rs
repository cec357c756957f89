//! The History subtab of somebody's access: what was changed of them, by whom, and when.

use axum::extract::Path;
use countersign_authority::AdministrationError;
use countersign_model::{EntityId, NoteId, NotedRecord, SystemNote, User};
use countersign_store::NoteFilter;
use countersign_web::{Answer, Lock, Page, Pager, html, tabs};

use super::path_of;
use crate::desk::{At, Desk};
use crate::listing::{ASKED, ROWS};
use crate::notes;
use crate::place::{EMPLOYEES, Place};
use crate::view::View;

#[derive(Debug)]
pub(super) struct History {
    user: User,
    notes: Vec<(NoteId, SystemNote)>,
    pager: Pager,
}

impl View for History {
    const PLACE: &'static Place = &EMPLOYEES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let user = super::samples::user();
        let by = countersign_model::By::user(
            &user,
            countersign_model::Via::Page,
            countersign_world::UnixTime::from_seconds(1_767_225_600),
        );
        let record = NotedRecord::User(user.id);
        let notes = countersign_model::system_notes(&by, record, None, Some(&user));
        vec![Self {
            notes: (1..).map(NoteId::new).zip(notes).collect(),
            pager: Pager::default(),
            user,
        }]
    }

    fn page(&self, _: &Lock) -> Page {
        let path = path_of(self.user.id);
        let [access, roles, global] =
            ["access", "roles", "global-permissions"].map(|id| format!("{path}#{id}"));
        let history = format!("{path}/history");
        let subtabs = [
            ("Access", access.as_str()),
            ("Roles", &roles),
            ("Global Permissions", &global),
            ("History", &history),
        ];
        Page {
            title: self.user.name.clone(),
            crumbs: EMPLOYEES.crumbs_below(),
            body: html! {
                (tabs(&subtabs, Some("History")))
                (notes::table(&self.notes, self.pager.clone()).show())
            },
            ..Page::default()
        }
    }
}

pub(super) async fn show(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(EntityId::new) else {
        return desk.not_found();
    };
    match history(&desk, id).await {
        Ok(history) => desk.show(&history),
        Err(error) => desk.failed(error),
    }
}

async fn history(desk: &Desk, id: EntityId) -> Result<History, AdministrationError> {
    let user = desk.authority().user(&desk.caller, id).await?;
    let before = desk.query.number("before").map(NoteId::new);
    let filter = NoteFilter {
        record: Some(NotedRecord::User(id)),
        before,
        limit: ASKED,
    };
    let mut notes = desk.authority().system_notes(&desk.caller, filter).await?;
    let has_more = notes.len() > ROWS as usize;
    notes.truncate(ROWS as usize);
    let last = notes.last().filter(|_| has_more);
    Ok(History {
        pager: Pager {
            next: last.map(|(last, _)| format!("?before={last}")),
            first: before.map(|_| "?".to_owned()),
        },
        user,
        notes,
    })
}
