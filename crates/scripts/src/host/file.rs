//! `file.*`: the file cabinet, as far as the role's permission for it goes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_model::Level;
use countersign_records::{CabinetFile, Changes, Key, RecordsError, Together, Value as Field, number_of};
use countersign_suitescript::HostError;
use serde_json::{Value, json};

use super::{AccountHost, Answer, text};
use crate::deployment::{is_on, reference, text as field_text};

/// File types whose contents are given as they are; those of others are Base64. `modules/file.js` knows the same.
const TEXT: [&str; 20] = [
    "APPCACHE",
    "CERTIFICATE",
    "CONFIG",
    "CSV",
    "FREEMARKER",
    "HTMLDOC",
    "JAVASCRIPT",
    "JSON",
    "MESSAGERFC",
    "PLAINTEXT",
    "POSTSCRIPT",
    "RTF",
    "SCSS",
    "SMS",
    "STYLESHEET",
    "SVG",
    "WEBAPPPAGE",
    "WEBAPPSCRIPT",
    "XMLDOC",
    "XSD",
];

impl AccountHost {
    pub(super) fn load_file(&self, arguments: &Value) -> Answer {
        self.require("file", Level::View)?;
        let id = self.file_named(&arguments["id"])?;
        self.look(move |records| described(records, id))
    }

    pub(super) fn save_file(&self, arguments: &Value) -> Answer {
        self.require("file", Level::Create)?;
        let name = text(arguments, "name").to_owned();
        let kind = text(arguments, "fileType").to_ascii_uppercase();
        let contents = text(arguments, "contents");
        let contents = match TEXT.contains(&kind.as_str()) {
            true => contents.as_bytes().to_vec(),
            false => STANDARD.decode(contents).map_err(|_| {
                let message = format!("The contents of {name}, a file of the type {kind}, must be Base64.");
                HostError::new("SSS_FILE_CONTENT_NOT_BASE64", message)
            })?,
        };
        let whole = text(arguments, "path").to_owned();
        let folder = number(&arguments["folder"]);
        if folder.is_none() && whole.is_empty() {
            return Err(HostError::new(
                "SSS_MISSING_REQD_ARGUMENT",
                "File.save: Missing a required argument: folder",
            ));
        }
        let mut changes = Changes::new()
            .set("fileType", Field::Choice(kind))
            .set("isOnline", Field::Bool(arguments["isOnline"] == true))
            .set("isInactive", Field::Bool(arguments["isInactive"] == true));
        if let Some(description) = arguments["description"].as_str() {
            changes = changes.set("description", Field::Text(description.to_owned()));
        }
        let stamp = self.stamp();
        let saved = self.together(move |records| {
            let path = match folder {
                None => whole,
                Some(folder) => match records.path_of_folder(folder)? {
                    Some(folder) => format!("{folder}/{name}"),
                    None => return Ok(None),
                },
            };
            let file = CabinetFile {
                path,
                contents,
                changes,
            };
            records.put_file(&file, stamp).map(Some)
        })?;
        saved.map(|id| json!(id)).ok_or_else(|| {
            HostError::new(
                "INVALID_KEY_OR_REF",
                format!("Invalid folder reference key {}.", arguments["folder"]),
            )
        })
    }

    pub(super) fn delete_file(&self, arguments: &Value) -> Answer {
        let of = self.require("file", Level::Full)?;
        let id = self.file_named(&arguments["id"])?;
        let stamp = self.stamp();
        self.together(move |records| records.delete(&of, id, stamp))?;
        Ok(Value::Null)
    }

    pub(super) fn copy_file(&self, arguments: &Value) -> Answer {
        self.require("file", Level::Create)?;
        let id = self.file_named(&arguments["id"])?;
        let folder = number(&arguments["folder"]).unwrap_or_default();
        let resolution = text(arguments, "conflictResolution").to_ascii_uppercase();
        let stamp = self.stamp();
        let copied = self.together(move |records| {
            let record = records.get(records.record_type("file")?, &Key::Internal(id))?;
            let Some(folder) = records.path_of_folder(folder)? else {
                return Ok(Err("INVALID_KEY_OR_REF"));
            };
            let name = field_text(&record, "name");
            let mut path = format!("{folder}/{name}");
            if records.file_at(&path)?.is_some() {
                match resolution.as_str() {
                    "OVERWRITE" | "OVERWRITE_CONTENT_AND_ATTRIBUTES" => {}
                    "RENAME_TO_UNIQUE" => path = free(records, &folder, &name)?,
                    _ => {
                        return Ok(Err(
                            "A_FILE_WITH_THE_SAME_NAME_ALREADY_EXISTS_IN_THE_SELECTED_FOLDER",
                        ));
                    }
                }
            }
            let file = CabinetFile {
                path,
                contents: records.contents(id)?,
                changes: Changes::new().set("fileType", Field::Choice(field_text(&record, "fileType"))),
            };
            let copy = records.put_file(&file, stamp)?;
            described(records, copy).map(Ok)
        })?;
        copied.map_err(|code| {
            HostError::new(
                code,
                "The file cannot be copied: its folder does not exist, or has a file of that name.",
            )
        })
    }

    /// By internal id, or by a path with or without the slash at its beginning.
    fn file_named(&self, id: &Value) -> Result<i64, HostError> {
        let missing = || {
            HostError::new(
                "RCRD_DSNT_EXIST",
                format!("That record does not exist. path: {}", super::shown(id)),
            )
        };
        if let Some(id) = number(id) {
            let of = self.record_type("file")?;
            let found = self.look(
                move |records| match records.get(of.as_ref(), &Key::Internal(id)) {
                    Ok(_) => Ok(true),
                    Err(RecordsError::NotFound { .. }) => Ok(false),
                    Err(error) => Err(error),
                },
            )?;
            return found.then_some(id).ok_or_else(missing);
        }
        let path = id.as_str().ok_or_else(missing)?;
        let path = format!("/{}", path.trim_start_matches("./").trim_start_matches('/'));
        self.look(move |records| records.file_at(&path))?
            .ok_or_else(missing)
    }
}

/// A number, or a text that is one.
pub(super) fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| number_of(value.as_str()?))
}

/// A path that no file has: `name (1).txt`.
fn free(records: &Together<'_>, folder: &str, name: &str) -> Result<String, RecordsError> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name, String::new()),
    };
    let mut path = String::new();
    for number in 1..=1000 {
        path = format!("{folder}/{stem} ({number}){ending}");
        if records.file_at(&path)?.is_none() {
            break;
        }
    }
    Ok(path)
}

fn described(records: &Together<'_>, id: i64) -> Result<Value, RecordsError> {
    let record = records.get(records.record_type("file")?, &Key::Internal(id))?;
    let bytes = records.contents(id)?;
    let kind = field_text(&record, "fileType");
    let is_text = TEXT.contains(&kind.as_str());
    let contents = match is_text {
        true => String::from_utf8_lossy(&bytes).into_owned(),
        false => STANDARD.encode(&bytes),
    };
    let path = records.path_of(id)?.unwrap_or_default();
    Ok(json!({
        "id": id,
        "name": field_text(&record, "name"),
        "path": path.trim_start_matches('/'),
        "folder": reference(&record, "folder"),
        "fileType": kind,
        "encoding": "UTF-8",
        "size": bytes.len(),
        "url": format!("/core/media/media.nl?id={id}"),
        "description": field_text(&record, "description"),
        "isInactive": is_on(&record, "isInactive"),
        "isOnline": is_on(&record, "isOnline"),
        "isText": is_text,
        "contents": contents,
    }))
}
