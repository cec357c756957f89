//! `countersign record-type`.

use std::path::{Path, PathBuf};

use countersign_admin::{
    ImportQuery, ImportedTypesJson, RecordTypeJson, RemarkJson, ShapeFileJson, ShapeFilesInput,
};
use http::Method;
use serde_json::json;

use super::administration::print_list;
use crate::admin_client::{AdminClient, with_query};
use crate::command::{At, How, RecordType, RecordTypeAction};
use crate::failure::{Exit, Failure};
use crate::folder::{entries, unreadable};
use crate::output::{self, BOLD, GREEN};
use crate::table::{Cell, Table};
use crate::text;

/// Of a folder's files, those that may say something.
const ENDINGS: [&str; 3] = ["xml", "json", "record"];
/// A project's folders are not deeper.
const DEEPEST: usize = 8;
/// All files together, in bytes; a request holds no more.
const LARGEST: usize = 48 * 1024 * 1024;

pub(crate) async fn run(RecordType { action, at }: RecordType) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    match action {
        RecordTypeAction::List { own } => {
            let list = async |client: &AdminClient| client.get("record-types").await;
            let types: Vec<RecordTypeJson> = AdminClient::with(data, account, list).await?;
            show(types, own, &at)?;
        }
        RecordTypeAction::Import { paths, how } => {
            let input = ShapeFilesInput {
                files: files(&paths)?,
            };
            let body = serde_json::to_vec(&input).map_err(Failure::unusable)?;
            let path = with_query("record-types/import", &query(how))?;
            let import = async |client: &AdminClient| {
                client
                    .send(Method::POST, &path, "application/json", body.into())
                    .await
            };
            let imported: ImportedTypesJson = AdminClient::with(data, account, import).await?;
            match at.json {
                true => output::say_json(&json!(imported))?,
                false => tell(&imported)?,
            }
        }
        RecordTypeAction::Export => {
            let export = async |client: &AdminClient| client.pour("record-types/export", output::send).await;
            AdminClient::with(data, account, export).await?;
        }
    }
    Ok(Exit::Success)
}

pub(super) const fn query(how: How) -> ImportQuery {
    ImportQuery {
        dry_run: how.dry_run,
        skip_bad: how.skip_bad,
    }
}

fn show(types: Vec<RecordTypeJson>, own: bool, at: &At) -> Result<(), Failure> {
    let is_shown = |of: &RecordTypeJson| !own || of.own || !of.own_fields.is_empty();
    let types: Vec<_> = types.into_iter().filter(is_shown).collect();
    let mut table = Table::new(&["TYPE", "LABEL", "DEPTH", "FIELDS", "OF ITS OWN"]);
    for of in &types {
        let added = match of.own {
            true => "the type".to_owned(),
            false => of.own_fields.join(", "),
        };
        table.add([
            Cell::from(&of.name),
            Cell::from(&of.label),
            Cell::from(of.tier.to_string()),
            Cell::from(of.fields.to_string()),
            Cell::from(added),
        ]);
    }
    print_list(
        &types,
        &table,
        false,
        "The account has no record types or fields of its own.",
        at,
    )
}

fn tell(imported: &ImportedTypesJson) -> Result<(), Failure> {
    for name in &imported.added {
        output::say(&format!("{GREEN}add{GREEN:#} {name}"))?;
    }
    for name in &imported.changed {
        output::say(&format!("change {name}"))?;
    }
    remarks(
        "Left out, as this program has no place for it:",
        &imported.left_out,
    )?;
    remarks("Skipped, as it is wrong:", &imported.wrong)?;
    let verb = if imported.dry_run { "Would be" } else { "Imported:" };
    output::say(&format!(
        "{verb} {} added, {} changed, {} as before, {} values of lists",
        imported.added.len(),
        imported.changed.len(),
        imported.unchanged.len(),
        imported.list_values
    ))
}

fn remarks(head: &str, remarks: &[RemarkJson]) -> Result<(), Failure> {
    if remarks.is_empty() {
        return Ok(());
    }
    output::say(&format!("\n{BOLD}{head}{BOLD:#}"))?;
    for remark in remarks {
        let parts = [remark.file.as_str(), remark.about.as_str(), remark.text.as_str()];
        let said: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        output::say(&format!("  {}", output::printable(&said.join(": "))))?;
    }
    output::say("")
}

fn files(paths: &[PathBuf]) -> Result<Vec<ShapeFileJson>, Failure> {
    let mut files = Vec::new();
    let mut room = LARGEST;
    for path in paths {
        match path.is_dir() {
            true => walk(path, path, 0, &mut room, &mut files)?,
            false => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                files.push(read(path, &name.to_string_lossy(), &mut room)?);
            }
        }
    }
    match files.is_empty() {
        false => Ok(files),
        true => Err(
            Failure::unusable("there is no .xml, .json or .record file in these folders")
                .hint("name a project's Objects folder, or the files themselves"),
        ),
    }
}

/// In the order of their names, whatever the file system says.
fn walk(
    root: &Path,
    folder: &Path,
    depth: usize,
    room: &mut usize,
    files: &mut Vec<ShapeFileJson>,
) -> Result<(), Failure> {
    for entry in entries(folder)? {
        // A link may lead in a circle, or out of the folder.
        let kind = std::fs::symlink_metadata(&entry).map_err(|error| unreadable(folder, &error))?;
        let ending = entry
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        if kind.is_dir() && depth < DEEPEST {
            walk(root, &entry, depth + 1, room, files)?;
        } else if kind.is_file() && ENDINGS.contains(&ending) {
            let name = entry
                .strip_prefix(root)
                .unwrap_or(&entry)
                .to_string_lossy()
                .into_owned();
            files.push(read(&entry, &name, room)?);
        }
    }
    Ok(())
}

fn read(path: &Path, name: &str, room: &mut usize) -> Result<ShapeFileJson, Failure> {
    let cannot =
        |why: &dyn std::fmt::Display| Failure::unusable(format!("cannot read {}: {why}", path.display()));
    let metadata = std::fs::metadata(path).map_err(|error| cannot(&error))?;
    if !metadata.is_file() {
        return Err(cannot(&"it is not a regular file"));
    }
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    *room = room.checked_sub(size).ok_or_else(|| {
        cannot(&"all files together are larger than 48 MiB").hint("import a part of them at a time")
    })?;
    let read = std::fs::File::open(path).and_then(|file| text::read(file, metadata.len()));
    let mut text = read.map_err(|error| cannot(&error))?;
    Ok(ShapeFileJson {
        name: name.to_owned(),
        text: std::mem::take(&mut *text),
    })
}
