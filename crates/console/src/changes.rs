//! Who did what: the chained audit.

use countersign_vault::{AuditFilter, AuditRow, VaultError};
use countersign_web::{
    Answer, Column, Field, Markup, Notice, Page, Pager, Table, Tone, Weight, button, empty_state, html,
    link_button, moment, sentence,
};

use crate::board::CHANGES;
use crate::desk::Desk;
use crate::health::sentence_case;

const ROWS: u32 = 50;

pub(crate) struct List {
    pub(crate) rows: Vec<AuditRow>,
    pub(crate) subject: String,
    pub(crate) pager: Pager,
    pub(crate) chain: Option<Notice>,
}

pub(crate) async fn show(desk: &Desk) -> Answer {
    match list(desk).await {
        Ok(list) => desk.show(CHANGES, &list.page()),
        Err(error) => desk.failed(&error),
    }
}

async fn list(desk: &Desk) -> Result<List, VaultError> {
    let vault = &desk.parts.vault;
    let subject = desk.query.text("of").trim().to_owned();
    let before: Option<i64> = desk.query.number("before");
    let filter = AuditFilter {
        // A name alone is that of a connection.
        subject: (!subject.is_empty()).then(|| match subject.contains(' ') {
            true => subject.clone(),
            false if subject == "pages" => subject.clone(),
            false => format!("connection {subject}"),
        }),
        before,
        limit: ROWS + 1,
    };
    let mut rows = vault.audit(filter).await?;
    let has_more = rows.len() > ROWS as usize;
    rows.truncate(ROWS as usize);
    let here = format!("?of={}", countersign_protocol::percent_encode(&subject));
    let last = rows.last().filter(|_| has_more);
    let chain = match desk.query.has("verify") {
        false => None,
        true => Some(match vault.verify_audit().await? {
            Ok(head) => Notice::new(Weight::Done, crate::chain::followed(&head)),
            Err(broken) => Notice::new(Weight::Warning, sentence(&broken)),
        }),
    };
    Ok(List {
        pager: Pager {
            next: last.map(|row| format!("{here}&before={}", row.id)),
            first: before.map(|_| here.clone()),
        },
        rows,
        subject,
        chain,
    })
}

impl List {
    pub(crate) fn page(&self) -> Page {
        let of = Field {
            name: "of",
            label: "Of",
            value: &self.subject,
            kind: "search",
            help: Some("The name of a connection; or caller 3, grant 5, pages."),
            ..Field::default()
        };
        Page {
            title: CHANGES.title.to_owned(),
            notices: self.chain.iter().cloned().collect(),
            actions: Some(link_button(
                "Verify the chain",
                &format!("{}?verify", CHANGES.path),
                Tone::Plain,
            )),
            body: html! {
                p.lede { (CHANGES.about) }
                form.filters action=(CHANGES.path) {
                    div.wide { (of.show()) }
                    (button("Apply", Tone::Plain, None))
                }
                (self.table())
            },
            ..Page::default()
        }
    }

    fn table(&self) -> Markup {
        if self.rows.is_empty() {
            return empty_state(
                "Nothing to show",
                "Nothing was done to anything of this name.",
                link_button("Show all", CHANGES.path, Tone::Plain),
            );
        }
        let columns = ["Time", "Who", "What", "Of", "Detail"];
        let row = |row: &AuditRow| {
            vec![
                moment(row.at),
                html! { (row.actor) },
                html! { (sentence_case(row.action.word())) },
                html! { (row.subject) },
                html! { (row.detail) },
            ]
        };
        Table {
            caption: "Changes, the last first".to_owned(),
            columns: columns.map(Column::new).to_vec(),
            rows: self.rows.iter().map(row).collect(),
            pager: self.pager.clone(),
        }
        .show()
    }
}
