//! `record.*`: loading, making, changing and deleting records.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{
    Changes, Initial, Key, Kind, Record, RecordType, RecordsError, Reference, Value as Held,
};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::changes::{Wanted, key, written};
use super::error::{invalid_value, no_such_record, no_such_type, of_records};
use super::shape::meant_by;
use super::{Business, body};

#[derive(Deserialize)]
pub(super) struct One {
    #[serde(rename = "type")]
    pub(super) record_type: String,
    pub(super) id: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transforming {
    from_type: String,
    from_id: Value,
    to_type: String,
}

/// A record that is worked at: a new one, or with `id` one that is there.
#[derive(Deserialize)]
pub(super) struct Worked {
    #[serde(rename = "type")]
    record_type: String,
    id: Option<Value>,
    #[serde(default)]
    changes: Wanted,
}

/// A value for one field of a record, or of a line of it.
#[derive(Deserialize)]
pub(super) struct Set {
    #[serde(rename = "type")]
    record_type: String,
    sublist: Option<String>,
    field: String,
    value: Value,
}

#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(rename = "type")]
    record_type: String,
    id: Value,
    values: Map<String, Value>,
}

impl Business {
    /// The type a script names, whichever of its kinds.
    pub(super) fn record_type(&self, name: &str) -> Result<Arc<RecordType>, HostError> {
        let name = name.to_lowercase();
        let found = meant_by(&name)
            .into_iter()
            .find_map(|name| self.records.record_type(name));
        found.map(Arc::clone).ok_or_else(|| no_such_type(&name))
    }

    /// The record of that id, and the type it is of: a script's `serviceitem` is one of three.
    pub(super) fn found(
        &self,
        name: &str,
        id: &Value,
        level: Level,
    ) -> Result<(Arc<RecordType>, Record), HostError> {
        let named = self.record_type(name)?;
        self.require(&named, level)?;
        let key = key(id).ok_or_else(no_such_record)?;
        let name = name.to_lowercase();
        for candidate in meant_by(&name) {
            let Some(of) = self.records.record_type(candidate) else {
                continue;
            };
            match self.wait(self.records.get(of, key.clone())) {
                Ok(record) => {
                    self.require(of, level)?;
                    return Ok((Arc::clone(of), record));
                }
                Err(RecordsError::NotFound { .. }) => {}
                Err(error) => return Err(of_records(error, of)),
            }
        }
        Err(no_such_record())
    }

    /// `record.load`
    pub(super) fn load(&self, given: &One) -> Result<Value, HostError> {
        let (of, record) = self.found(&given.record_type, &given.id, Level::View)?;
        Ok(body::write(&record, &of, self.records.catalog()))
    }

    /// `record.check`: an error where a field cannot hold what a script sets it to.
    pub(super) fn check(&self, given: &Set) -> Result<Value, HostError> {
        let of = self.record_type(&given.record_type)?;
        let Some(field) = of.field_by_script_id(given.sublist.as_deref(), &given.field) else {
            return Ok(Value::Null);
        };
        let shown = given.value.get("text").unwrap_or(&given.value);
        let wrong = || invalid_value(&written(shown), &field.script_id);
        if let Some(held) = self.value(field, &given.value).map_err(|_| wrong())? {
            let refusal = self.wait(self.records.refusal(&of, field, held));
            if refusal.map_err(|error| of_records(error, &of))?.is_some() {
                return Err(wrong());
            }
        }
        Ok(Value::Null)
    }

    /// `record.copy`: a new record with what the old one has, but for what is its own.
    pub(super) fn copy(&self, given: &One) -> Result<Value, HostError> {
        let (of, record) = self.found(&given.record_type, &given.id, Level::View)?;
        self.require(&of, Level::Create)?;
        let changes = copied(&of, &record);
        self.sketched(&of, None, changes)
    }

    /// `record.transform`: the new record, not saved.
    pub(super) fn transform(&self, given: &Transforming) -> Result<Value, HostError> {
        let to = self.record_type(&given.to_type)?;
        self.require(&to, Level::Create)?;
        let (from, record) = self.found(&given.from_type, &given.from_id, Level::View)?;
        if from.transform(&to.script_id).is_none()
            && let Some(entity) = party(&to, &from)
        {
            let itself = Held::Reference(Reference::to(record.id));
            return self.sketched(&to, None, Changes::new().set(entity, itself));
        }
        let drafted = self
            .records
            .draft_from(&from, Key::Internal(record.id), &to, self.stamp());
        let drafted = self.wait(drafted).map_err(|error| of_records(error, &from))?;
        Ok(body::write(&drafted, &to, self.records.catalog()))
    }

    /// `record.sketch`: what the record would be with these changes, while more of them may come.
    pub(super) fn sketch(&self, given: &Worked) -> Result<Value, HostError> {
        let (of, key) = match &given.id {
            Some(id) => {
                let (of, record) = self.found(&given.record_type, id, Level::View)?;
                (of, Some(Key::Internal(record.id)))
            }
            None => {
                let of = self.record_type(&given.record_type)?;
                self.require(&of, Level::Create)?;
                (of, None)
            }
        };
        let changes = self.changes(&of, &given.changes)?;
        self.sketched(&of, key, changes)
    }

    fn sketched(&self, of: &Arc<RecordType>, key: Option<Key>, changes: Changes) -> Result<Value, HostError> {
        let sketched = self.wait(self.records.sketch(of, key, changes, self.stamp()));
        let sketched = sketched.map_err(|error| of_records(error, of))?;
        Ok(body::write(&sketched, of, self.records.catalog()))
    }

    /// `record.save`: the id.
    pub(super) fn save(&self, given: &Worked) -> Result<Value, HostError> {
        let Some(id) = &given.id else {
            let of = self.record_type(&given.record_type)?;
            self.require(&of, Level::Create)?;
            let changes = self.changes(&of, &given.changes)?;
            let created = self.wait(self.records.create(&of, changes, self.stamp()));
            return Ok(created.map_err(|error| of_records(error, &of))?.into());
        };
        let (of, record) = self.found(&given.record_type, id, Level::Edit)?;
        let changes = self.changes(&of, &given.changes)?;
        self.updated(&of, record.id, changes)
    }

    /// `record.submitFields`: the id.
    pub(super) fn submit_fields(&self, given: &Fields) -> Result<Value, HostError> {
        let (of, record) = self.found(&given.record_type, &given.id, Level::Edit)?;
        let changes = self.changes(&of, &Wanted::of_fields(given.values.clone()))?;
        self.updated(&of, record.id, changes)
    }

    pub(super) fn updated(
        &self,
        of: &Arc<RecordType>,
        id: i64,
        changes: Changes,
    ) -> Result<Value, HostError> {
        let updated = self.records.update(of, Key::Internal(id), changes, self.stamp());
        Ok(self.wait(updated).map_err(|error| of_records(error, of))?.into())
    }

    /// `record.delete`: the id.
    pub(super) fn delete(&self, given: &One) -> Result<Value, HostError> {
        let (of, record) = self.found(&given.record_type, &given.id, Level::Full)?;
        let deleted = self.records.delete(&of, Key::Internal(record.id), self.stamp());
        self.wait(deleted).map_err(|error| of_records(error, &of))?;
        Ok(record.id.into())
    }
}

/// The field of a transaction that names the other party, where that may be a record of type `party`.
fn party<'o>(of: &'o RecordType, party: &RecordType) -> Option<&'o str> {
    let names = [
        Some(party.script_id.as_str()),
        Some(&party.table),
        party.view.as_deref(),
    ];
    let is_for = |target: &str| {
        names
            .iter()
            .flatten()
            .any(|name| name.eq_ignore_ascii_case(target))
    };
    let field = of
        .fields
        .iter()
        .find(|field| matches!(field.name.as_str(), "entity" | "customer" | "vendor"))?;
    field.target().is_some_and(is_for).then_some(&field.name)
}

/// What a copy takes over: not what a record has for itself, and nothing that the account works out.
fn copied(of: &RecordType, record: &Record) -> Changes {
    let is_own = |field: &countersign_records::Field| {
        let own = matches!(
            field.initial,
            Some(Initial::Numbered { .. } | Initial::Today | Initial::PeriodOf(_) | Initial::DueOn { .. })
        );
        field.read_only || field.unique || field.hidden || own || field.name == "createdFrom"
    };
    let mut changes = Changes::new();
    for field in of.fields.iter().filter(|field| !is_own(field)) {
        if let Some(value) = record.get(&field.name) {
            changes = changes.set(&field.name, value.clone());
        }
    }
    for sublist in &of.sublists {
        for line in record.lines(&sublist.name) {
            let mut copy = Changes::new();
            for field in sublist.fields.iter().filter(|field| !is_own(field)) {
                let is_made_from = field.name == "orderLine" && field.kind == Kind::Int;
                if let Some(value) = line.get(&field.name).filter(|_| !is_made_from) {
                    copy = copy.set(&field.name, value.clone());
                }
            }
            changes = changes.add_line(&sublist.name, copy);
        }
    }
    changes
}
