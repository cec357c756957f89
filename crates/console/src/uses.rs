//! What connections were used for.

use countersign_vault::{Caller, Method, Use, UseFilter, VaultError};
use countersign_web::{
    Answer, Choice, Column, Field, Markup, Notice, Page, Pager, Select, Table, Tick, Tone, Weight, button,
    empty_state, html, link_button, moment,
};

use crate::board::USES;
use crate::callers;
use crate::desk::Desk;
use crate::health::sentence_case;

const ROWS: u32 = 50;

pub(crate) struct List {
    pub(crate) rows: Vec<(i64, Use)>,
    pub(crate) callers: Vec<Caller>,
    pub(crate) connection: String,
    pub(crate) caller: String,
    pub(crate) failed: bool,
    pub(crate) pager: Pager,
    pub(crate) chain: Option<Notice>,
}

pub(crate) async fn show(desk: &Desk) -> Answer {
    match list(desk).await {
        Ok(list) => desk.show(USES, &list.page()),
        Err(error) => desk.failed(&error),
    }
}

async fn list(desk: &Desk) -> Result<List, VaultError> {
    let vault = &desk.parts.vault;
    let text = |name| desk.query.text(name).trim().to_owned();
    let (connection, caller, failed) = (text("connection"), text("caller"), desk.query.has("failed"));
    let before: Option<i64> = desk.query.number("before");
    let filter = UseFilter {
        connection: connection.parse().ok(),
        caller: caller.parse::<i64>().ok().map(Into::into),
        failed,
        before,
        limit: Some(ROWS + 1),
        since: None,
    };
    // Of a name that can be none there is nothing, and not everything.
    let is_nobody = !connection.is_empty() && filter.connection.is_none();
    let mut rows = match is_nobody {
        true => Vec::new(),
        false => vault.uses(filter).await?,
    };
    let has_more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let encode = countersign_protocol::percent_encode;
    let failed_word = if failed { "&failed=on" } else { "" };
    let here = format!(
        "?connection={}&caller={}{failed_word}",
        encode(&connection),
        encode(&caller)
    );
    let last = rows.last().filter(|_| has_more);
    let chain = match desk.query.has("verify") {
        false => None,
        true => Some(match vault.verify_uses().await? {
            Ok(head) => Notice::new(Weight::Done, crate::chain::followed(&head)),
            Err(broken) => Notice::new(Weight::Warning, countersign_web::sentence(&broken)),
        }),
    };
    Ok(List {
        pager: Pager {
            next: last.map(|(id, _)| format!("{here}&before={id}")),
            first: before.map(|_| here.clone()),
        },
        callers: callers::all(desk).await?,
        rows,
        connection,
        caller,
        failed,
        chain,
    })
}

/// One use in a line.
pub(crate) fn in_short(one: &Use) -> Markup {
    html! {
        code { (one.method.map_or("\u{2013}", Method::as_str)) " " (one.path) }
        " " span.state.(if one.is_answered() { "on" } else { "bad" }) { (sentence_case(&one.outcome)) @if let Some(status) = one.status { " " (status) } }
    }
}

impl List {
    pub(crate) fn page(&self) -> Page {
        Page {
            title: USES.title.to_owned(),
            notices: self.chain.iter().cloned().collect(),
            actions: Some(link_button(
                "Verify the chain",
                &format!("{}?verify", USES.path),
                Tone::Plain,
            )),
            body: html! {
                p.lede { (USES.about) }
                (self.filters())
                (self.table())
            },
            ..Page::default()
        }
    }

    fn filters(&self) -> Markup {
        let choices: Vec<Choice> = self
            .callers
            .iter()
            .map(|caller| Choice::new(caller.id, &caller.name))
            .collect();
        let caller = Select {
            name: "caller",
            label: "Caller",
            choices: &choices,
            chosen: &self.caller,
            none: Some("All"),
            ..Select::default()
        };
        let connection = Field {
            name: "connection",
            label: "Connection",
            value: &self.connection,
            kind: "search",
            ..Field::default()
        };
        let failed = Tick {
            name: "failed",
            label: "Only those that failed",
            checked: self.failed,
            ..Tick::default()
        };
        html! {
            form.filters action=(USES.path) {
                (connection.show())
                (caller.show())
                (failed.show())
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn table(&self) -> Markup {
        if self.rows.is_empty() {
            return empty_state(
                "Nothing to show",
                "No program has called so through the proxy, or what it did was forgotten after its time.",
                link_button("Show all", USES.path, Tone::Plain),
            );
        }
        let columns = [
            "Time",
            "Caller",
            "Connection",
            "Request",
            "Outcome",
            "Attempts",
            "Waited",
            "Took",
        ];
        Table {
            caption: "Uses, the last first".to_owned(),
            columns: columns.map(Column::new).to_vec(),
            rows: self.rows.iter().map(|(_, one)| self.cells(one)).collect(),
            pager: self.pager.clone(),
        }
        .show()
    }

    fn cells(&self, one: &Use) -> Vec<Markup> {
        let caller = self.callers.iter().find(|caller| caller.id == one.caller);
        vec![
            moment(one.at),
            match caller {
                Some(caller) => html! { a href=(callers::path_of(caller.id)) { (caller.name) } },
                None => html! { (one.caller) },
            },
            // It is what the caller said, and need not be there.
            html! { a href={ "/connection/" (one.connection) } { (one.connection) } },
            html! {
                code.path-cell { (one.method.map_or("\u{2013}", Method::as_str)) " " (one.path) }
                @if let Some(service) = one.service { span.sub.short { (service) } }
            },
            html! {
                span.state.(if one.is_answered() { "on" } else { "bad" }) { (sentence_case(&one.outcome)) }
                @if let Some(status) = one.status { span.sub.short { (status) } }
            },
            html! { (one.attempts) },
            html! { (one.waited.as_millis()) " ms" },
            html! { (one.took.as_millis()) " ms" },
        ]
    }
}
