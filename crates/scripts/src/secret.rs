//! API Secrets: which scripts may use one is on its record, and its value is sealed elsewhere.

use countersign_records::{Changes, Key, Record, Records, RecordsError, Reference, Stamp, Together, Value};

use crate::deployment::{is_on, script_named, text};

/// What every script id of a secret begins with.
const BEGINNING: &str = "custsecret";
/// NetSuite's longest.
const LONGEST: usize = 40;

/// The longest value, in bytes.
pub const LONGEST_SECRET: usize = 16 * 1024;

/// A secret, without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiSecret {
    pub id: i64,
    pub script_id: String,
    pub name: String,
    pub description: String,
    pub all_scripts: bool,
    /// Internal ids of those that may use it.
    pub scripts: Vec<i64>,
    /// How many values it had; the seal is of the last.
    pub generation: u64,
}

/// What a secret is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiSecretForm {
    pub script_id: String,
    pub name: String,
    pub description: String,
    /// By number or script id; none where every script may use it.
    pub scripts: Vec<String>,
}

/// `custsecret_…`: letters, digits and underscores.
pub fn is_secret_id(id: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    id.len() > BEGINNING.len()
        && id.len() <= LONGEST
        && id.starts_with(BEGINNING)
        && id.chars().all(is_letter)
}

impl ApiSecret {
    fn of(record: &Record) -> Self {
        let scripts = match record.get("scripts") {
            Some(Value::References(scripts)) => scripts.iter().filter_map(Reference::id).collect(),
            _ => Vec::new(),
        };
        Self {
            id: record.id,
            script_id: text(record, "scriptId"),
            name: text(record, "name"),
            description: text(record, "description"),
            all_scripts: is_on(record, "allowAllScripts"),
            scripts,
            generation: match record.get("generation") {
                Some(Value::Integer(generation)) => u64::try_from(*generation).unwrap_or_default(),
                _ => 0,
            },
        }
    }

    /// Every secret, by internal id.
    pub async fn all(records: &Records) -> Result<Vec<Self>, RecordsError> {
        let list = |records: &Together<'_>| {
            let of = records.record_type("apiSecret")?;
            let ids = records.find(of, &[])?;
            ids.into_iter()
                .map(|id| Ok(Self::of(&records.get(of, &Key::Internal(id))?)))
                .collect()
        };
        records.look(list).await
    }

    /// By its script id, in any letter case.
    pub async fn named(records: &Records, script_id: &str) -> Result<Option<Self>, RecordsError> {
        let script_id = Value::Text(script_id.to_ascii_lowercase());
        let find = move |records: &Together<'_>| {
            let of = records.record_type("apiSecret")?;
            let found = records.find(of, &[("scriptId", &script_id)])?;
            found
                .first()
                .map(|id| Ok(Self::of(&records.get(of, &Key::Internal(*id))?)))
                .transpose()
        };
        records.look(find).await
    }

    pub fn is_for(&self, script: i64) -> bool {
        self.all_scripts || self.scripts.contains(&script)
    }

    /// Makes the record of a secret that gets a value, or changes the one that is there. Gives the generation to seal the value
    /// with; none where it names a script that is not there.
    pub async fn put(
        records: &Records,
        form: ApiSecretForm,
        stamp: Stamp,
    ) -> Result<Result<u64, String>, RecordsError> {
        Self::written(records, form, 1, stamp).await
    }

    /// Changes what is said of a secret, which keeps its value. As [`put`](Self::put).
    pub async fn describe(
        records: &Records,
        form: ApiSecretForm,
        stamp: Stamp,
    ) -> Result<Result<u64, String>, RecordsError> {
        Self::written(records, form, 0, stamp).await
    }

    async fn written(
        records: &Records,
        form: ApiSecretForm,
        new_values: u64,
        stamp: Stamp,
    ) -> Result<Result<u64, String>, RecordsError> {
        let put = move |records: &Together<'_>| {
            let of = records.record_type("apiSecret")?;
            let mut scripts = Vec::new();
            for named in &form.scripts {
                match script_named(records, named)? {
                    Some(script) => scripts.push(Reference::to(script)),
                    None => return Ok(Err(named.clone())),
                }
            }
            let script_id = Value::Text(form.script_id.clone());
            let there = records.find(of, &[("scriptId", &script_id)])?.first().copied();
            let before = match there {
                Some(id) => Self::of(&records.get(of, &Key::Internal(id))?).generation,
                None => 0,
            };
            let changes = Changes::new()
                .set("scriptId", script_id)
                .set("name", Value::Text(form.name.clone()))
                .set("description", Value::Text(form.description.clone()))
                .set("allowAllScripts", Value::Bool(scripts.is_empty()))
                .set("scripts", Value::References(scripts))
                .set(
                    "generation",
                    Value::Integer(i64::try_from(before + new_values).unwrap_or(i64::MAX)),
                );
            match there {
                Some(id) => records.update(of, id, &changes, stamp)?,
                None => _ = records.create(of, &changes, stamp)?,
            }
            Ok(Ok(before + new_values))
        };
        records.together(put).await
    }

    /// False where there is none.
    pub async fn remove(records: &Records, script_id: &str, stamp: Stamp) -> Result<bool, RecordsError> {
        let script_id = Value::Text(script_id.to_ascii_lowercase());
        let remove = move |records: &Together<'_>| {
            let of = records.record_type("apiSecret")?;
            let found = records.find(of, &[("scriptId", &script_id)])?;
            for id in &found {
                records.delete(of, *id, stamp)?;
            }
            Ok(!found.is_empty())
        };
        records.together(remove).await
    }
}
