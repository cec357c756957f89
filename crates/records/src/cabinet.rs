//! The file cabinet: where files are, and what they hold. A `file` record says what a file is called; its contents lie beside
//! the record, in the same database, so that a snapshot takes both.

use rusqlite::{Connection, OptionalExtension};

use crate::changes::Changes;
use crate::error::{FieldError, Problem, RecordsError};
use crate::record::Stamp;
use crate::save;
use crate::table::Table;
use crate::value::{Key, Reference, Value};

pub(crate) const FILE: &str = "file";

/// The largest file, in bytes: NetSuite's limit for a file that a script holds in memory.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// How deep folders lie in each other.
const DEEPEST: usize = 20;

/// Folders at the top that NetSuite gives ids of its own: `SuiteScripts` is known, the others by hearsay.
const TOP: [(&str, i64, &str); 6] = [
    ("SuiteScripts", -15, "SUITESCRIPTS"),
    ("SuiteBundles", -16, "DEFAULT"),
    ("Templates", -9, "DEFAULT"),
    ("Attachments Received", -10, "ATTACHMENTS"),
    ("Attachments Sent", -14, "ATTACHMENTS"),
    ("Images", -4, "IMAGES"),
];

/// What is to be put into the cabinet.
#[derive(Clone, Debug, PartialEq)]
pub struct CabinetFile {
    /// Absolute: `/SuiteScripts/lib/tax.js`.
    pub path: String,
    pub contents: Vec<u8>,
    /// What else is to be said of the record: `description`, `isOnline`.
    pub changes: Changes,
}

/// Absolute, with a name at its end, and nowhere upwards.
pub fn is_cabinet_path(path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else {
        return false;
    };
    let is_name = |name: &str| !name.trim().is_empty() && name != "." && name != "..";
    path.split('/').count() <= DEEPEST && path.split('/').all(is_name)
}

pub(crate) fn file_at(connection: &Connection, path: &str) -> Result<Option<i64>, RecordsError> {
    if !is_cabinet_path(path) {
        return Ok(None);
    }
    let Some((folders, name)) = path.rsplit_once('/') else {
        return Ok(None);
    };
    match folder_at(connection, folders)? {
        Some(folder) => file_in(connection, folder, name),
        None => Ok(None),
    }
}

fn file_in(connection: &Connection, folder: i64, name: &str) -> Result<Option<i64>, RecordsError> {
    let sql = "SELECT id FROM file WHERE folder = ?1 AND name = ?2 COLLATE NOCASE ORDER BY id LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row((folder, name), |row| row.get(0)).optional()?)
}

/// Nothing too for the top itself, in which there are no files.
fn folder_at(connection: &Connection, path: &str) -> Result<Option<i64>, RecordsError> {
    let mut parent = None;
    for name in path.split('/').filter(|name| !name.is_empty()) {
        match folder_in(connection, parent, name)? {
            Some(folder) => parent = Some(folder),
            None => return Ok(None),
        }
    }
    Ok(parent)
}

fn folder_in(connection: &Connection, parent: Option<i64>, name: &str) -> Result<Option<i64>, RecordsError> {
    let sql = "SELECT id FROM folder WHERE parent IS ?1 AND name = ?2 COLLATE NOCASE ORDER BY id LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row((parent, name), |row| row.get(0)).optional()?)
}

pub(crate) fn path_of(connection: &Connection, file: i64) -> Result<Option<String>, RecordsError> {
    let found: Option<(String, i64)> = connection
        .prepare_cached("SELECT name, folder FROM file WHERE id = ?1")?
        .query_row([file], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((name, folder)) = found else {
        return Ok(None);
    };
    let folder = path_of_folder(connection, folder)?;
    Ok(folder.map(|folder| format!("{folder}/{name}")))
}

pub(crate) fn path_of_folder(connection: &Connection, folder: i64) -> Result<Option<String>, RecordsError> {
    let mut statement = connection.prepare_cached("SELECT name, parent FROM folder WHERE id = ?1")?;
    let (mut path, mut next) = (String::new(), Some(folder));
    for _ in 0..DEEPEST {
        let Some(folder) = next else {
            return Ok(Some(path));
        };
        let found: Option<(String, Option<i64>)> = statement
            .query_row([folder], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((name, parent)) = found else {
            return Ok(None);
        };
        path = format!("/{name}{path}");
        next = parent;
    }
    // Folders that lie in each other in a circle are nowhere.
    Ok(next.is_none().then_some(path))
}

pub(crate) fn contents(connection: &Connection, file: i64) -> Result<Vec<u8>, RecordsError> {
    let mut statement = connection.prepare_cached("SELECT bytes FROM _content WHERE file = ?1")?;
    let found: Option<Vec<u8>> = statement.query_row([file], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_default())
}

pub(crate) fn drop_contents(connection: &Connection, file: i64) -> Result<(), RecordsError> {
    let mut statement = connection.prepare_cached("DELETE FROM _content WHERE file = ?1")?;
    statement.execute([file])?;
    Ok(())
}

pub(crate) fn put(
    (folders, files): &(Table<'_>, Table<'_>),
    file: &CabinetFile,
    stamp: Stamp,
) -> Result<i64, RecordsError> {
    let connection = files.connection;
    let wrong = |path: &str, problem| {
        RecordsError::Invalid(vec![FieldError {
            path: path.to_owned(),
            problem,
        }])
    };
    let parts = file.path.rsplit_once('/').filter(|_| is_cabinet_path(&file.path));
    let Some((above, name)) = parts.filter(|(above, _)| !above.is_empty()) else {
        let expected = "the path of a file in a folder, such as /SuiteScripts/orders.js";
        return Err(wrong("name", Problem::NotA { expected }));
    };
    if file.contents.len() > LARGEST_FILE {
        let limit = LARGEST_FILE;
        return Err(wrong("fileSize", Problem::TooLong { limit }));
    }
    let mut parent = None;
    for name in above.split('/').filter(|name| !name.is_empty()) {
        parent = Some(match folder_in(connection, parent, name)? {
            Some(folder) => folder,
            None => make_folder(folders, parent, name, stamp)?,
        });
    }
    let size = i64::try_from(file.contents.len()).unwrap_or(i64::MAX);
    let mut changes = file.changes.clone().set("fileSize", Value::Integer(size));
    if let Some(folder) = parent {
        changes = changes.set("folder", Value::Reference(Reference::to(folder)));
    }
    let there = match parent {
        Some(folder) => file_in(connection, folder, name)?,
        None => None,
    };
    let id = match there {
        Some(id) => {
            let before = files.load(files.existing(&Key::Internal(id))?)?;
            let is_same = changes.iter().all(|(name, value)| before.get(name) == value);
            if !is_same || contents(connection, id)? != file.contents {
                save::update(files, id, &changes, stamp)?;
            }
            id
        }
        None => {
            let kind = Value::Choice(kind_of(name, &file.contents).to_owned());
            let changes = changes.set("name", Value::Text(name.to_owned()));
            let changes = match changes.contains("fileType") {
                true => changes,
                false => changes.set("fileType", kind),
            };
            save::create(files, &changes, stamp)?
        }
    };
    let sql =
        "INSERT INTO _content (file, bytes) VALUES (?1, ?2) ON CONFLICT (file) DO UPDATE SET bytes = ?2";
    connection.prepare_cached(sql)?.execute((id, &file.contents))?;
    Ok(id)
}

fn make_folder(
    folders: &Table<'_>,
    parent: Option<i64>,
    name: &str,
    stamp: Stamp,
) -> Result<i64, RecordsError> {
    let top = TOP
        .iter()
        .find(|(top, ..)| parent.is_none() && top.eq_ignore_ascii_case(name));
    let Some((top, id, kind)) = top else {
        let changes = Changes::new().set("name", Value::Text(name.to_owned()));
        let changes = match parent {
            Some(parent) => changes.set("parent", Value::Reference(Reference::to(parent))),
            None => changes,
        };
        return save::create(folders, &changes, stamp);
    };
    let changes = Changes::new()
        .set("name", Value::Text((*top).to_owned()))
        .set("folderType", Value::Choice((*kind).to_owned()));
    save::create_as(folders, *id, &changes, stamp)?;
    Ok(*id)
}

/// The type of a file by the ending of its name, and else by what it holds.
fn kind_of(name: &str, contents: &[u8]) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "js" => "JAVASCRIPT",
        "json" => "JSON",
        "csv" => "CSV",
        "txt" => "PLAINTEXT",
        "xml" => "XMLDOC",
        "html" | "htm" => "HTMLDOC",
        "pdf" => "PDF",
        "png" => "PNGIMAGE",
        "zip" => "ZIP",
        "xls" | "xlsx" => "EXCEL",
        _ if std::str::from_utf8(contents).is_ok() => "PLAINTEXT",
        _ => "MISCBINARY",
    }
}
