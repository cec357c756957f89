//! `record.attach` and `record.detach`: a contact to a company, a file or a contact to any other record.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{Changes, Key, RecordType, Reference, Value as Held};
use countersign_suiteql::{Page, Value as Cell};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::Value;

use super::Business;
use super::changes::written;
use super::error::{no_such_type, not_emulated, of_records};
use super::record::One;

#[derive(Deserialize)]
pub(super) struct Attaching {
    record: One,
    to: One,
    /// It is undone.
    #[serde(default)]
    detach: bool,
}

impl Business {
    pub(super) fn attach(&self, given: &Attaching) -> Result<Value, HostError> {
        match given.record.record_type.to_lowercase().as_str() {
            "contact" => self.attach_contact(given),
            "file" => self.keep("file", given),
            other => {
                let what = format!(
                    "attaching {other} {} to {}",
                    written(&given.record.id),
                    given.to.record_type
                );
                Err(not_emulated(&what))
            }
        }
    }

    fn attach_contact(&self, given: &Attaching) -> Result<Value, HostError> {
        let (to, company) = self.found(&given.to.record_type, &given.to.id, Level::View)?;
        if to.view.is_none() {
            return self.keep("contact", given);
        }
        let (of, contact) = self.found("contact", &given.record.id, Level::Edit)?;
        let changes = match given.detach {
            false => Changes::new().set("company", Held::Reference(Reference::to(company.id))),
            true => Changes::new().clear("company"),
        };
        self.updated(&of, contact.id, changes)
    }

    /// A file or a contact beside the record, which has no field for it.
    fn keep(&self, what: &str, given: &Attaching) -> Result<Value, HostError> {
        let (_, kept) = self.found(what, &given.record.id, Level::View)?;
        let (of, to) = self.found(&given.to.record_type, &given.to.id, Level::Edit)?;
        let attachments = self.records.record_type("attachment");
        let attachments = attachments.ok_or_else(|| no_such_type("attachment"))?;
        let there = self.attachment(what, &of, to.id, kept.id)?;
        let failed = |error| of_records(error, attachments);
        match (there, given.detach) {
            (Some(id), true) => {
                let deleted = self.records.delete(attachments, Key::Internal(id), self.stamp());
                self.wait(deleted).map_err(failed)?;
            }
            (None, false) => {
                let changes = Changes::new()
                    .set(what, Held::Reference(Reference::to(kept.id)))
                    .set("attachedTo", Held::Text(of.table.clone()))
                    .set("recordId", Held::Integer(to.id));
                let created = self.records.create(attachments, changes, self.stamp());
                self.wait(created).map_err(failed)?;
            }
            (Some(_), false) | (None, true) => {}
        }
        Ok(Value::Null)
    }

    fn attachment(
        &self,
        what: &str,
        of: &Arc<RecordType>,
        id: i64,
        kept: i64,
    ) -> Result<Option<i64>, HostError> {
        let statement =
            format!("SELECT id FROM attachment WHERE attachedto = ? AND recordid = ? AND {what} = ?");
        let parameters = vec![of.table.as_str().into(), id.into(), kept.into()];
        let rows = self.ask(statement, parameters, Page { limit: 1, offset: 0 })?;
        Ok(match rows.rows.first().and_then(|row| row.first()) {
            Some(Cell::Integer(id)) => Some(*id),
            _ => None,
        })
    }
}
