//! A connection that goes, with its secrets and every grant for it.

use countersign_vault::Connection;
use countersign_web::{Answer, Field, Filled, Lock, Page, Tone, button, html, link_button, redirect};

use crate::board::CONNECTIONS;
use crate::connection::{below, named};
use crate::connections::{PATH, path_of};
use crate::desk::Desk;

pub(crate) struct Removal {
    pub(crate) connection: Connection,
    pub(crate) grants: usize,
    pub(crate) is_wrong: bool,
}

impl Removal {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let id = &self.connection.id;
        let path = path_of(id);
        let name = Field {
            name: "name",
            label: "Its name, to be sure",
            error: self.is_wrong.then_some("is not that of this connection."),
            required: true,
            ..Field::default()
        };
        Page {
            title: format!("Remove {id}?"),
            crumbs: below(id),
            body: html! {
                p.lede {
                    "Its secrets are forgotten for good, and "
                    @match self.grants { 0 => "no grant is revoked, for there is none.", 1 => "1 grant for it is revoked.", count => { (count) " grants for it are revoked." } }
                    " The token stays in NetSuite until it is revoked there: Setup > Users/Roles > Access Tokens."
                }
                div.section.narrow {
                    (lock.form(&format!("{path}/remove"), html! {
                        (name.show())
                        div.submit.after { (button("Remove", Tone::Danger, None)) (link_button("Cancel", &path, Tone::Plain)) }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

pub(crate) async fn show(desk: &Desk, id: &str) -> Answer {
    ask(desk, id, false).await
}

async fn ask(desk: &Desk, id: &str, is_wrong: bool) -> Answer {
    let connection = match named(desk, id).await {
        Ok(Some(connection)) => connection,
        Ok(None) => return desk.not_found(),
        Err(error) => return desk.failed(&error),
    };
    let grants = match desk.parts.vault.grants_for(connection.id.clone()).await {
        Ok(grants) => grants.len(),
        Err(error) => return desk.failed(&error),
    };
    let page = Removal {
        connection,
        grants,
        is_wrong,
    }
    .page(&desk.lock);
    match is_wrong {
        true => desk.again(CONNECTIONS, &page),
        false => desk.show(CONNECTIONS, &page),
    }
}

pub(crate) async fn remove(desk: &Desk, id: &str, form: &Filled) -> Answer {
    let connection = match named(desk, id).await {
        Ok(Some(connection)) => connection,
        Ok(None) => return desk.not_found(),
        Err(error) => return desk.failed(&error),
    };
    if form.text("name").trim() != connection.id.as_str() {
        return ask(desk, id, true).await;
    }
    match desk.parts.vault.remove(connection.id, desk.by()).await {
        Ok(()) => redirect(PATH),
        Err(error) => desk.failed(&error),
    }
}
