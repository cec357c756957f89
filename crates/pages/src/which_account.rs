//! Where a host names no account and there are several: which one is meant. What is typed leads to that account's own
//! address, whether it is held here or not, so nobody finds out which there are.

use countersign_protocol::AccountId;
use countersign_web::{Answer, Field, Filled, Page, Reach, Tone, bare, button, html, page, redirect};
use http::StatusCode;

use crate::pages::PREFIX;

/// `address` is where an account is, as the browser reaches it.
pub fn which_account(query: &str, address: impl Fn(&AccountId) -> String) -> Answer {
    let query = Filled::of_query(query);
    let typed = query.text("account").trim();
    let parsed = (!typed.is_empty()).then(|| typed.parse::<AccountId>());
    let error = match parsed {
        Some(Ok(account)) => return redirect(&format!("{}{PREFIX}", address(&account))),
        Some(Err(_)) => Some("must look like 1234567, 1234567_SB1 or 1234567_RP1."),
        None => None,
    };
    page(StatusCode::OK, bare(None, &form(typed, error)), Reach::Here)
}

pub(crate) fn form(typed: &str, error: Option<&str>) -> Page {
    let field = Field {
        name: "account",
        label: "Account ID",
        value: typed,
        help: Some("Several accounts answer here. Each has an address of its own, where you go next."),
        error,
        required: true,
        autofocus: true,
        ..Field::default()
    };
    Page {
        title: "Which account?".to_owned(),
        body: html! {
            form action=(PREFIX) {
                (field.show())
                div.submit { (button("Continue", Tone::Primary, None)) }
            }
        },
        ..Page::default()
    }
}
