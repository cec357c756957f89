//! A caller that ends: its key and every grant of it.

use countersign_vault::{Caller, Grant, VaultError};
use countersign_web::{Answer, Field, Filled, Lock, Page, Tone, button, html, link_button, redirect};

use crate::board::CALLERS;
use crate::caller::named;
use crate::callers::{PATH, path_of};
use crate::connections;
use crate::desk::Desk;

pub(crate) struct Revocation {
    pub(crate) caller: Caller,
    pub(crate) grants: Vec<Grant>,
    pub(crate) is_wrong: bool,
}

impl Revocation {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let Caller { id, name, .. } = &self.caller;
        let path = path_of(*id);
        let typed = Field {
            name: "name",
            label: "Its name, to be sure",
            error: self.is_wrong.then_some("is not that of this caller."),
            required: true,
            ..Field::default()
        };
        let mut crumbs = CALLERS.crumbs();
        crumbs.push(countersign_web::Crumb {
            label: name.clone(),
            href: Some(path.clone()),
        });
        Page {
            title: format!("Revoke the key of {name}?"),
            crumbs,
            body: html! {
                p.lede {
                    "Every call of " (name) " is refused with 401 from then on, for good: a key that was revoked does not come \
                     back. What it did stays in the list of uses."
                }
                section.section aria-labelledby="stops" {
                    h2 id="stops" { "What it can do no more" }
                    @if self.grants.is_empty() { p.help { "It has no grant: nothing but its key ends." } }
                    @else {
                        ul.links {
                            @for grant in &self.grants {
                                li { a href=(connections::path_of(&grant.connection)) { (grant.connection) } span.help { (grant.scope) } }
                            }
                        }
                    }
                    @if self.caller.administers { p.help { "It administers connections, which it can do no more either." } }
                }
                div.section.narrow {
                    (lock.form(&format!("{path}/revoke"), html! {
                        (typed.show())
                        div.submit.after {
                            (button("Revoke its key and grants", Tone::Danger, None))
                            (link_button("Cancel", &path, Tone::Plain))
                        }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

pub(crate) async fn show(desk: &Desk, id: &str) -> Answer {
    match begin(desk, id).await {
        Ok(page) => desk.show(CALLERS, &page.page(&desk.lock)),
        Err(answer) => answer,
    }
}

async fn begin(desk: &Desk, id: &str) -> Result<Revocation, Answer> {
    let read = async {
        let caller = named(desk, id).await?.filter(|caller| caller.revoked.is_none());
        let Some(caller) = caller else { return Ok(None) };
        Ok::<_, VaultError>(Some(Revocation {
            grants: desk.parts.vault.grants_of(caller.id).await?,
            caller,
            is_wrong: false,
        }))
    };
    match read.await {
        Ok(Some(page)) => Ok(page),
        Ok(None) => Err(desk.not_found()),
        Err(error) => Err(desk.failed(&error)),
    }
}

pub(crate) async fn revoke(desk: &Desk, id: &str, form: &Filled) -> Answer {
    let page = match begin(desk, id).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    if form.text("name").trim() != page.caller.name {
        let page = Revocation {
            is_wrong: true,
            ..page
        };
        return desk.again(CALLERS, &page.page(&desk.lock));
    }
    match desk.parts.vault.revoke_caller(page.caller.id, desk.by()).await {
        Ok(()) => redirect(PATH),
        Err(error) => desk.failed(&error),
    }
}
