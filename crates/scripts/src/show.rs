//! The scripts of an account, to look at and to take away.

use countersign_records::{Key, Record, Records, RecordsError, Stamp, Together};
use countersign_spelling::nearest;

use crate::deployment::{Deployment, is_on, reference, script_named, text};

/// A script with its deployments.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptShown {
    pub id: i64,
    pub script_id: String,
    pub name: String,
    pub description: String,
    pub api_version: String,
    pub is_inactive: bool,
    /// Of the script file; none where it is gone.
    pub path: Option<String>,
    pub file: Option<i64>,
    pub deployments: Vec<Deployment>,
}

impl ScriptShown {
    fn of(records: &Together<'_>, script: &Record) -> Result<Self, RecordsError> {
        let file = reference(script, "scriptFile");
        Ok(Self {
            id: script.id,
            script_id: text(script, "scriptId"),
            name: text(script, "name"),
            description: text(script, "description"),
            api_version: text(script, "apiVersion"),
            is_inactive: is_on(script, "isInactive"),
            path: match file {
                Some(file) => records.path_of(file)?,
                None => None,
            },
            file,
            deployments: Deployment::all_of(records, script.id)?,
        })
    }
}

/// Every script, by internal id.
pub async fn list(records: &Records) -> Result<Vec<ScriptShown>, RecordsError> {
    let list = |records: &Together<'_>| {
        let of = records.record_type("script")?;
        let ids = records.find(of, &[])?;
        let shown = ids.into_iter().map(|id| {
            let script = records.get(of, &Key::Internal(id))?;
            ScriptShown::of(records, &script)
        });
        shown.collect()
    };
    records.look(list).await
}

/// The script of that number or script id, and the text of its file.
pub async fn show(records: &Records, script: &str) -> Result<Option<(ScriptShown, String)>, RecordsError> {
    let script = script.to_owned();
    let show = move |records: &Together<'_>| {
        let of = records.record_type("script")?;
        let Some(id) = script_named(records, &script)? else {
            return Ok(None);
        };
        let shown = ScriptShown::of(records, &records.get(of, &Key::Internal(id))?)?;
        let contents = shown.file.map(|file| records.contents(file)).transpose()?;
        let source = String::from_utf8_lossy(&contents.unwrap_or_default()).into_owned();
        Ok(Some((shown, source)))
    };
    records.look(show).await
}

/// ` Did you mean …?`, of a script that is not there: also where its script id is named without its beginning.
pub async fn question(records: &Records, named: &str) -> Result<String, RecordsError> {
    let scripts = list(records).await?;
    let ids = || scripts.iter().map(|script| script.script_id.as_str());
    let bare = ids().filter_map(|id| id.strip_prefix("customscript_"));
    let whole = nearest(named, ids());
    let near = match whole.is_empty() {
        true => {
            let bare = nearest(named, bare).into_iter();
            bare.map(|id| format!("customscript_{id}")).collect()
        }
        false => whole,
    };
    Ok(countersign_spelling::question(&near))
}

/// Takes a script and its deployments away; its file stays in the cabinet. False where there is none.
pub async fn remove(records: &Records, script: &str, stamp: Stamp) -> Result<bool, RecordsError> {
    let script = script.to_owned();
    let remove = move |records: &Together<'_>| {
        let Some(id) = script_named(records, &script)? else {
            return Ok(false);
        };
        let of = records.record_type("scriptDeployment")?;
        for deployment in Deployment::all_of(records, id)? {
            records.delete(of, deployment.id, stamp)?;
        }
        records.delete(records.record_type("script")?, id, stamp)?;
        Ok(true)
    };
    records.together(remove).await
}
