//! Setup › Company › Sent Emails: the outbox of `N/email`.

use countersign_scripts::SentMessage;
use countersign_web::{Answer, Column, Lock, Page, Pager, Table, empty_state, html};

use crate::desk::At;
use crate::place::{Place, SENT_EMAILS};
use crate::view::View;

/// Messages that are shown, the last first.
const MOST: usize = 100;

#[derive(Debug)]
pub(super) struct Sent(Vec<SentMessage>);

impl View for Sent {
    const PLACE: &'static Place = &SENT_EMAILS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let message = SentMessage {
            id: 1,
            at: countersign_world::UnixTime::from_seconds(1_767_225_600),
            from: "ada@example.com".to_owned(),
            to: "\"Grace\" <grace@example.com>".to_owned(),
            subject: "An <order>".to_owned(),
            body: "<b>Thank you</b>".to_owned(),
            attachments: "order.pdf".to_owned(),
        };
        vec![Self(vec![message]), Self(Vec::new())]
    }

    fn page(&self, _: &Lock) -> Page {
        let row = |message: &SentMessage| {
            vec![
                html! { (message.at) },
                html! { (message.from) },
                html! { (message.to) },
                html! {
                    details { summary { (message.subject) } pre { (message.body) } }
                    @if !message.attachments.is_empty() { span.sub { "With " (message.attachments) } }
                },
            ]
        };
        let columns = ["Date", "From", "To", "Subject"];
        Page {
            title: SENT_EMAILS.title.to_owned(),
            crumbs: SENT_EMAILS.crumbs(),
            body: html! {
                p.lede { "What scripts sent with N/email. Nothing of it leaves the account." }
                @if self.0.is_empty() {
                    (empty_state("Nothing was sent yet", "A message that a script sends stands here, and is a record of the type message.", html! {}))
                } @else {
                    (Table {
                        caption: "Sent emails, the last first".to_owned(),
                        columns: columns.map(Column::new).to_vec(),
                        rows: self.0.iter().map(row).collect(),
                        pager: Pager::default(),
                    }.show())
                }
            },
            ..Page::default()
        }
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match SentMessage::last(&desk.visit.records, MOST).await {
        Ok(messages) => desk.show(&Sent(messages)),
        Err(error) => desk.broken(&error),
    }
}
