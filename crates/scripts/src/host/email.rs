//! `email.send`: nothing leaves the account. A message is a record, to be read where messages are.

use countersign_model::Level;
use countersign_records::{Changes, Key, Reference, Value as Field};
use countersign_suitescript::HostError;
use serde_json::Value;

use super::file::number;
use super::{AccountHost, Answer, shown, text};

/// NetSuite's for one message.
const MOST_RECIPIENTS: usize = 10;

impl AccountHost {
    pub(super) fn send_email(&self, arguments: &Value) -> Answer {
        let to = self.addresses(&arguments["recipients"])?;
        let (cc, bcc) = (
            self.addresses(&arguments["cc"])?,
            self.addresses(&arguments["bcc"])?,
        );
        let all = to.len() + cc.len() + bcc.len();
        if to.is_empty() || all > MOST_RECIPIENTS {
            let message =
                format!("A message has from 1 to {MOST_RECIPIENTS} recipients, and this one has {all}.");
            return Err(HostError::new("SSS_INVALID_RECIPIENTS", message));
        }
        let mut changes = Changes::new()
            .set(
                "subject",
                Field::Text(text(arguments, "subject").chars().take(200).collect()),
            )
            .set("message", Field::Text(shown(&arguments["body"])))
            .set("recipientEmail", Field::Text(to.join(", ")))
            .set("emailed", Field::Bool(true));
        for (field, addresses) in [("cc", cc), ("bcc", bcc)] {
            if !addresses.is_empty() {
                changes = changes.set(field, Field::Text(addresses.join(", ")));
            }
        }
        changes = self.authored(changes, &arguments["author"])?;
        let names: Vec<_> = arguments["attachments"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        if !names.is_empty() {
            let names = names
                .iter()
                .map(|file| shown(&file["name"]))
                .collect::<Vec<_>>()
                .join(", ");
            changes = changes
                .set("hasAttachment", Field::Bool(true))
                .set("attachments", Field::Text(names));
        }
        let of = self.record_type("message")?;
        let stamp = self.stamp();
        self.together(move |records| records.create(&of, &changes, stamp))?;
        Ok(Value::Null)
    }

    /// An author is an employee: a record, or the user who calls.
    fn authored(&self, changes: Changes, author: &Value) -> Result<Changes, HostError> {
        let none = || {
            let message = format!("The author {} of a message must be an employee.", shown(author));
            HostError::new("SSS_AUTHOR_MUST_BE_EMPLOYEE", message)
        };
        let id = number(author).ok_or_else(none)?;
        if id == self.actor.user_id().get() {
            return Ok(changes.set("authorEmail", Field::Text(self.actor.user.email.clone())));
        }
        let email = self.email_of("employee", id)?.ok_or_else(none)?;
        Ok(changes
            .set("author", Field::Reference(Reference::to(id)))
            .set("authorEmail", Field::Text(email)))
    }

    /// Addresses as they are, and those of entities by their internal ids.
    fn addresses(&self, given: &Value) -> Result<Vec<String>, HostError> {
        let given = match given {
            Value::Null => return Ok(Vec::new()),
            Value::Array(several) => several.as_slice(),
            one => std::slice::from_ref(one),
        };
        let address = |value: &Value| {
            let text = shown(value);
            match number(value) {
                None if text.contains('@') => Ok(text),
                None => Err(HostError::new(
                    "SSS_INVALID_TO_EMAIL",
                    format!("{text:?} is no email address."),
                )),
                Some(id) => self.entity_email(id)?.ok_or_else(|| {
                    let message = format!("There is no entity {id} with an email address.");
                    HostError::new("SSS_INVALID_TO_EMAIL", message)
                }),
            }
        };
        given.iter().map(address).collect()
    }

    fn entity_email(&self, id: i64) -> Result<Option<String>, HostError> {
        if id == self.actor.user_id().get() {
            return Ok(Some(self.actor.user.email.clone()));
        }
        for kind in ["customer", "employee", "contact", "vendor", "partner"] {
            if let Some(email) = self.email_of(kind, id)? {
                return Ok(Some(email).filter(|email| !email.is_empty()));
            }
        }
        Ok(None)
    }

    /// None where there is no such record.
    fn email_of(&self, kind: &str, id: i64) -> Result<Option<String>, HostError> {
        let Some(of) = self.records.record_type(kind).cloned() else {
            return Ok(None);
        };
        if !self.actor.may(&of, Level::View) {
            return Ok(None);
        }
        self.look(move |records| match records.get(&of, &Key::Internal(id)) {
            Ok(record) => Ok(Some(crate::deployment::text(&record, "email"))),
            Err(countersign_records::RecordsError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        })
    }
}
