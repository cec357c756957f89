//! `search.save`, `search.load` and `search.delete`: searches kept in the account.
//!
//! A saved search is a record. Whoever made it and, where it is public, everybody may load it; what it then finds is what
//! the role of the caller sees.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{
    Changes, Key, Record, RecordType, RecordsError, Reference, Value as Held, number_of,
};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Business;
use super::changes::written;
use super::error::{no_such_type, of_records};
use super::search::Definition;

/// What a search's own id begins with.
const PREFIX: &str = "customsearch";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Saving {
    /// Of a search that was loaded.
    search_id: Option<i64>,
    id: Option<String>,
    title: String,
    #[serde(default)]
    is_public: bool,
    search: Definition,
}

#[derive(Deserialize)]
pub(super) struct Saved {
    id: Value,
}

impl Business {
    /// `search.save`: the internal id.
    pub(super) fn save_search(&self, saving: Saving) -> Result<Value, HostError> {
        self.check_search(&saving.search)?;
        let of = self.saved_searches()?;
        let definition = serde_json::to_string(&saving.search)
            .map_err(|error| HostError::new("UNEXPECTED_ERROR", error.to_string()))?;
        let mut changes = Changes::new()
            .set("title", Held::Text(saving.title))
            .set("recordType", Held::Text(saving.search.record_type().to_owned()))
            .set("isPublic", Held::Bool(saving.is_public))
            .set("definition", Held::Text(definition));
        if let Some(id) = saving.search_id {
            let record = self.saved_search(&of, &id.into())?;
            if !self.is_own(&of, &record) {
                return Err(HostError::new(
                    "INSUFFICIENT_PERMISSION",
                    "Only the owner of a saved search may change it.",
                ));
            }
            let updated = self.records.update(&of, Key::Internal(id), changes, self.stamp());
            return Ok(self.wait(updated).map_err(|error| of_saving(error, &of))?.into());
        }
        if let Some(id) = saving.id.filter(|id| !id.is_empty()) {
            let id = id.to_lowercase();
            let id = match id.starts_with(PREFIX) {
                true => id,
                false => format!("{PREFIX}{id}"),
            };
            changes = changes.set("externalId", Held::Text(id));
        }
        let is_employee = self.records.record_type("employee").is_some_and(|employee| {
            let found = self.records.get(employee, Key::Internal(self.user));
            self.wait(found).is_ok()
        });
        if is_employee {
            changes = changes.set("owner", Held::Reference(Reference::to(self.user)));
        }
        let created = self.wait(self.records.create(&of, changes, self.stamp()));
        Ok(created.map_err(|error| of_saving(error, &of))?.into())
    }

    /// `search.load`
    pub(super) fn load_search(&self, saved: &Saved) -> Result<Value, HostError> {
        let of = self.saved_searches()?;
        let record = self.saved_search(&of, &saved.id)?;
        let text = |field: &str| match record.get(field) {
            Some(Held::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let definition = text("definition").and_then(|text| serde_json::from_str::<Value>(text).ok());
        let id = record
            .external_id()
            .map_or_else(|| format!("{PREFIX}{}", record.id), ToOwned::to_owned);
        Ok(json!({
            "searchId": record.id,
            "id": id,
            "title": text("title"),
            "isPublic": record.get("isPublic") == Some(&Held::Bool(true)),
            "search": definition,
        }))
    }

    /// `search.delete`
    pub(super) fn delete_search(&self, saved: &Saved) -> Result<Value, HostError> {
        let of = self.saved_searches()?;
        let record = self.saved_search(&of, &saved.id)?;
        if !self.is_own(&of, &record) {
            return Err(HostError::new(
                "INSUFFICIENT_PERMISSION",
                "Only the owner of a saved search may delete it.",
            ));
        }
        let deleted = self.records.delete(&of, Key::Internal(record.id), self.stamp());
        self.wait(deleted).map_err(|error| of_records(error, &of))?;
        Ok(Value::Null)
    }

    fn saved_searches(&self) -> Result<Arc<RecordType>, HostError> {
        let of = self.records.record_type("savedsearch");
        of.map(Arc::clone).ok_or_else(|| no_such_type("savedsearch"))
    }

    /// By number or by `customsearch…`.
    fn saved_search(&self, of: &Arc<RecordType>, id: &Value) -> Result<Record, HostError> {
        let text = written(id).to_lowercase();
        let number = number_of(&text).or_else(|| number_of(text.strip_prefix(PREFIX)?));
        let named = Key::external(&text).map(|key| self.wait(self.records.get(of, key)));
        let found = match (named, number) {
            (Some(Ok(record)), _) => Some(record),
            (_, Some(number)) => self.wait(self.records.get(of, Key::Internal(number))).ok(),
            _ => None,
        };
        let may =
            |record: &Record| record.get("isPublic") == Some(&Held::Bool(true)) || self.is_own(of, record);
        found.filter(may).ok_or_else(|| {
            HostError::new(
                "INVALID_SEARCH",
                format!("That search or mass update does not exist: {text}."),
            )
        })
    }

    /// Whoever may change records of the type may change those of others.
    fn is_own(&self, of: &RecordType, record: &Record) -> bool {
        let by_owner = match record.get("owner") {
            Some(Held::Reference(owner)) => owner.id() == Some(self.user),
            _ => record.created.by == self.user,
        };
        by_owner || (self.may)(of, Level::Full).is_ok()
    }
}

fn of_saving(error: RecordsError, of: &RecordType) -> HostError {
    let error = of_records(error, of);
    match error.name.as_str() {
        "DUP_RCRD" => HostError::new(
            "NAME_ALREADY_IN_USE",
            "A search has already been saved with that name. Please use a different name.",
        ),
        _ => error,
    }
}
