//! Setup › Company › Sent Emails: the outbox of `N/email`.

use countersign_scripts::SentMessage;
use countersign_web::{Answer, Lock, Page, html, moment};

use super::outbox::{MOST, Outbox};
use crate::desk::At;
use crate::place::{Place, SENT_EMAILS};
use crate::view::View;

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
                moment(message.at),
                html! { (message.from) },
                html! { (message.to) },
                html! {
                    details { summary { (message.subject) } pre { (message.body) } }
                    @if !message.attachments.is_empty() { span.sub { "With " (message.attachments) } }
                },
            ]
        };
        Outbox {
            place: &SENT_EMAILS,
            lede: "What scripts sent with N/email. Nothing of it leaves the account.",
            caption: "Sent emails, the last first",
            columns: &["Date", "From", "To", "Subject"],
            rows: self.0.iter().map(row).collect(),
            empty: (
                "Nothing was sent yet",
                "A message that a script sends stands here, and is a record of the type message.",
            ),
            actions: None,
        }
        .page()
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match SentMessage::last(&desk.visit.records, MOST).await {
        Ok(messages) => desk.show(&Sent(messages)),
        Err(error) => desk.broken(&error),
    }
}
