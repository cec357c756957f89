//! One caller: what it may do, what else it is to be granted, and its end.

use countersign_vault::{Caller, CallerId, Grant, GrantId, VaultError};
use countersign_web::{
    Answer, Column, Filled, Lock, Markup, Notice, Page, Pager, Table, Tone, Weight, button, facts, html,
    link_button, moment, moment_or, redirect,
};
use countersign_world::UnixTime;

use crate::board::{CALLERS, USES};
use crate::callers::{all, path_of, state};
use crate::connections;
use crate::desk::Desk;
use crate::grant_form::GrantForm;

pub(crate) struct One {
    pub(crate) caller: Caller,
    pub(crate) grants: Vec<Grant>,
    /// The connections there are, by name.
    pub(crate) connections: Vec<String>,
    pub(crate) form: GrantForm,
    pub(crate) now: UnixTime,
}

impl One {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let caller = &self.caller;
        let path = path_of(caller.id);
        let is_over = caller.revoked.is_some();
        let wrong = self.form.is_wrong().then(|| {
            Notice::new(
                Weight::Wrong,
                "Nothing was granted. Look at the field that is marked.",
            )
        });
        Page {
            title: caller.name.clone(),
            crumbs: CALLERS.crumbs(),
            notices: wrong.into_iter().collect(),
            actions: None,
            body: html! {
                section.section aria-label="What it is" {
                    (facts(&[
                        ("State", state(caller, self.now)),
                        ("ID", html! { (caller.id) }),
                        ("Added", moment(caller.created)),
                        ("Expires", moment_or(caller.expires, "When it is revoked")),
                        ("Administers connections", html! { @if caller.administers { "Yes" } @else { "No" } }),
                        ("What it did", html! { a href={ (USES.path) "?caller=" (caller.id) } { "Its uses" } }),
                    ]))
                }
                section.section aria-labelledby="grants" {
                    h2 id="grants" { "What it may do" }
                    @if self.grants.is_empty() { p.help { "Nothing: it has no grant." } } @else { (self.table(lock)) }
                }
                @if !is_over {
                    (self.adding(lock))
                    section.section aria-labelledby="end" {
                        h2 id="end" { "End it" }
                        p.help { "Its key and all its grants open nothing from then on, for good. What that stops is shown first." }
                        (link_button("Revoke its key and grants", &format!("{path}/revoke"), Tone::Danger))
                    }
                }
            },
        }
    }

    fn table(&self, lock: &Lock) -> Markup {
        let columns = ["Connection", "May", "Share", "Expires", "End it"];
        let revoke = format!("{}/revoke-grant", path_of(self.caller.id));
        let row = |grant: &Grant| {
            vec![
                html! { a href=(connections::path_of(&grant.connection)) { (grant.connection) } },
                html! { (grant.scope) @if !grant.is_active(self.now) { span.sub { "expired: it opens nothing" } } },
                html! { (grant.share) },
                moment_or(grant.expires, "\u{2013}"),
                lock.button_form(&revoke, html! {
                    input type="hidden" name="grant" value=(grant.id);
                    button.button.danger.small type="submit" { "Revoke" span.unseen { " grant " (grant.id) } }
                }),
            ]
        };
        Table {
            caption: "Grants".to_owned(),
            columns: columns.map(Column::new).to_vec(),
            rows: self.grants.iter().map(row).collect(),
            pager: Pager::default(),
        }
        .show()
    }

    fn adding(&self, lock: &Lock) -> Markup {
        html! {
            section.section aria-labelledby="another" {
                h2 id="another" { "Grant something" }
                @if self.connections.is_empty() {
                    p.help { "There is no connection yet. " a href=(connections::NEW) { "Add one" } " first." }
                } @else {
                    (lock.form(&format!("{}/grant", path_of(self.caller.id)), html! {
                        (self.form.fields(&self.connections))
                        div.submit.after { (button("Grant", Tone::Primary, None)) }
                    }))
                }
            }
        }
    }
}

/// What a path names; none where it is no number.
fn id_of(id: &str) -> Option<CallerId> {
    id.parse::<i64>().ok().map(CallerId::from)
}

/// The caller that a path names; none where there is none.
pub(crate) async fn named(desk: &Desk, id: &str) -> Result<Option<Caller>, VaultError> {
    let Some(id) = id_of(id) else { return Ok(None) };
    Ok(all(desk).await?.into_iter().find(|caller| caller.id == id))
}

async fn read(desk: &Desk, id: &str, form: GrantForm) -> Result<Option<One>, VaultError> {
    let Some(caller) = named(desk, id).await? else {
        return Ok(None);
    };
    let connections = connections::all(desk).await?.into_iter();
    Ok(Some(One {
        grants: desk.parts.vault.grants_of(caller.id).await?,
        caller,
        connections: connections.map(|one| one.id.to_string()).collect(),
        form,
        now: desk.parts.clock.now(),
    }))
}

async fn shown(desk: &Desk, id: &str, form: GrantForm) -> Answer {
    let is_wrong = form.is_wrong();
    match read(desk, id, form).await {
        Ok(Some(one)) if is_wrong => desk.again(CALLERS, &one.page(&desk.lock)),
        Ok(Some(one)) => desk.show(CALLERS, &one.page(&desk.lock)),
        Ok(None) => desk.not_found(),
        Err(error) => desk.failed(&error),
    }
}

pub(crate) async fn show(desk: &Desk, id: &str) -> Answer {
    shown(desk, id, GrantForm::for_connection(desk.query.text("connection"))).await
}

pub(crate) async fn grant(desk: &Desk, id: &str, form: &Filled) -> Answer {
    let Some(caller) = id_of(id) else {
        return desk.not_found();
    };
    let by = desk.by();
    match GrantForm::of(form).draft(caller, form, by.at) {
        Err(wrong) => shown(desk, id, *wrong).await,
        Ok(draft) => match desk.parts.vault.grant(draft, by).await {
            Ok(_) => redirect(&path_of(caller)),
            Err(error) => desk.failed(&error),
        },
    }
}

pub(crate) async fn revoke_grant(desk: &Desk, id: &str, form: &Filled) -> Answer {
    let (Some(caller), Some(grant)) = (id_of(id), form.number::<i64>("grant").map(GrantId::from)) else {
        return desk.not_found();
    };
    match desk.parts.vault.revoke_grant(grant, desk.by()).await {
        Ok(()) => redirect(&path_of(caller)),
        Err(error) => desk.failed(&error),
    }
}
