//! The record types of an account: those that are declared for every account and those it has of its own; and records out
//! of the rows of a file.

use countersign_web::sentence;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use countersign_authority::{Authority, RecordTypeError};
use countersign_front::MediaType;
use countersign_records::{BadCell, Declared, RecordType, Records, Rows, RowsDone};
use countersign_shape::{File, Present, Remark, Shape};
use futures_util::StreamExt as _;
use futures_util::stream;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{FilesJson, LARGEST_FILES, Path, Query, read};
use crate::caller::Administrator;
use crate::problem::{FieldProblem, Problem, Problems};
use crate::reply::{shown, with_type};
use crate::{Accounts, Routes};

/// A record type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordTypeJson {
    /// As REST writes it.
    pub name: String,
    pub label: String,
    /// How deep the account goes: 0, 1 or 2.
    pub tier: u8,
    pub fields: usize,
    pub sublists: Vec<String>,
    /// The account has it of its own.
    pub own: bool,
    /// Fields, of the record and of its lines (`item.custcol_colour`), that the account added to a type of everybody's.
    pub own_fields: Vec<String>,
}

/// A file that says something of record types.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShapeFileJson {
    pub name: String,
    pub text: String,
}

/// Files to read record types, fields and lists from: SDF objects, answers of the metadata catalogue, or what the export
/// of another account wrote.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShapeFilesInput {
    pub files: Vec<ShapeFileJson>,
}

/// How something is imported.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Leave out what is wrong, and import the rest.
    pub skip_bad: bool,
}

/// Something about a file, or an object or field in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemarkJson {
    pub file: String,
    /// Empty where it is the file.
    pub about: String,
    pub text: String,
}

/// What was declared, by script id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedTypesJson {
    pub dry_run: bool,
    pub added: Vec<String>,
    pub changed: Vec<String>,
    pub unchanged: Vec<String>,
    /// Values of custom lists that were made or changed.
    pub list_values: usize,
    /// What this program has no place for.
    pub left_out: Vec<RemarkJson>,
    /// What could not be read or does not fit, and was skipped.
    pub wrong: Vec<RemarkJson>,
}

/// What became of the rows of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowsJson {
    /// Whether anything was written.
    pub written: bool,
    pub dry_run: bool,
    pub rows: usize,
    pub created: usize,
    pub updated: usize,
    pub bad_rows: usize,
    /// The first of what is wrong.
    pub bad: Vec<BadCellJson>,
}

/// A cell that its field cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BadCellJson {
    /// Counts from 1, which is the line of the names.
    pub line: u64,
    /// As the first line calls it; none for what is wrong with a row as a whole.
    pub column: Option<String>,
    pub reason: String,
}

/// A line of the answer: how far it is, then what became of it, or why nothing did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RowsLineJson {
    /// Rows so far.
    Rows(usize),
    Done(RowsJson),
    Problem(Problem),
}

impl RecordTypeJson {
    fn of(record_type: &RecordType, records: &Records) -> Self {
        let base = records.base().get(&record_type.script_id);
        let mut own_fields = Vec::new();
        if let Some(base) = base {
            let body = record_type.fields.iter().map(|field| &field.name);
            own_fields.extend(body.filter(|name| base.field(name).is_none()).cloned());
            for sublist in &record_type.sublists {
                let before = base.sublist(&sublist.name);
                let is_new = |name: &str| before.is_none_or(|before| before.field(name).is_none());
                let new = sublist.fields.iter().filter(|field| is_new(&field.name));
                own_fields.extend(new.map(|field| format!("{}.{}", sublist.name, field.name)));
            }
        }
        Self {
            name: record_type.name.clone(),
            label: record_type.label.clone(),
            tier: record_type.tier.number(),
            fields: record_type.fields.len(),
            sublists: record_type
                .sublists
                .iter()
                .map(|sublist| sublist.name.clone())
                .collect(),
            own: base.is_none(),
            own_fields,
        }
    }
}

impl From<Remark> for RemarkJson {
    fn from(remark: Remark) -> Self {
        let Remark { file, about, text } = remark;
        Self { file, about, text }
    }
}

impl ImportedTypesJson {
    fn of(declared: Declared, shape: Read, dry_run: bool) -> Self {
        Self {
            dry_run,
            added: declared.added,
            changed: declared.changed,
            unchanged: declared.unchanged,
            list_values: declared.list_values,
            left_out: shape.left_out,
            wrong: shape.wrong,
        }
    }
}

impl From<BadCell> for BadCellJson {
    fn from(bad: BadCell) -> Self {
        let BadCell { line, column, reason } = bad;
        Self { line, column, reason }
    }
}

impl RowsJson {
    fn of(done: RowsDone, dry_run: bool) -> Self {
        Self {
            written: done.written,
            dry_run,
            rows: done.rows,
            created: done.created,
            updated: done.updated,
            bad_rows: done.bad_rows,
            bad: done.bad.into_iter().map(BadCellJson::from).collect(),
        }
    }
}

impl From<RecordTypeError> for Problem {
    fn from(error: RecordTypeError) -> Self {
        match error {
            RecordTypeError::Forbidden(error) => error.into(),
            RecordTypeError::Records(error) if error.is_of_declarations() => Self::conflict(sentence(&error)),
            RecordTypeError::Records(error) => Self::internal(&error),
        }
    }
}

/// What was not taken.
struct Read {
    left_out: Vec<RemarkJson>,
    wrong: Vec<RemarkJson>,
}

/// Everything that is wrong, each at its file.
fn refused(wrong: &[RemarkJson]) -> Problem {
    let place = |remark: &RemarkJson| {
        let parts = [remark.file.as_str(), remark.about.as_str()];
        let said = parts.into_iter().filter(|part| !part.is_empty());
        said.map(|part| format!("{part}:")).collect::<Vec<_>>().join(" ")
    };
    let line = |remark: &RemarkJson| {
        format!("{} {}", place(remark), remark.text)
            .trim_start()
            .to_owned()
    };
    let lines: Vec<_> = wrong.iter().map(line).collect();
    let fields = wrong.iter().map(|remark| FieldProblem {
        field: "files".to_owned(),
        label: place(remark),
        message: remark.text.clone(),
    });
    Problem {
        errors: fields.collect(),
        ..Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Record types are wrong",
            format!("{}\nNothing was imported.", lines.join("\n")),
        )
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list))
        .routes(routes!(import))
        .routes(routes!(export))
        .routes(routes!(add_rows))
}

fn records_of(accounts: &dyn Accounts, authority: &Authority) -> Result<Records, Problem> {
    let records = accounts.records(&authority.account());
    records.ok_or_else(|| Problem::not_found("The account is no longer held here."))
}

/// The record types of the account, and which of them and of their fields are its own.
#[utoipa::path(get, path = "/accounts/{account}/record-types", tag = "Record types",
    params(("account" = String, Path)),
    responses((status = 200, body = Vec<RecordTypeJson>), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn list(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    caller.require_administrator()?;
    let records = records_of(&*accounts, &authority)?;
    let types: Vec<_> = records
        .types()
        .map(|of| RecordTypeJson::of(of, &records))
        .collect();
    Ok(shown(&types))
}

/// Add record types, fields and lists from files, or say what that would come to. Imported again, a file changes nothing.
#[utoipa::path(post, path = "/accounts/{account}/record-types/import", tag = "Record types",
    params(("account" = String, Path), ImportQuery), request_body = ShapeFilesInput,
    responses((status = 200, body = ImportedTypesJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn import(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Query(query): Query<ImportQuery>,
    FilesJson(input): FilesJson<ShapeFilesInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    caller.require_administrator()?;
    let records = records_of(&*accounts, &authority)?;
    let files = input.files.into_iter().map(|file| File {
        name: file.name,
        text: file.text,
    });
    let files: Vec<_> = files.collect();
    let stored = records.declarations().await.map_err(RecordTypeError::from)?;
    let beside = records.clone();
    // Off the threads that answer requests: an account's whole catalogue takes a while.
    let reading = tokio::task::spawn_blocking(move || {
        let present = Present {
            base: beside.base(),
            declarations: &stored,
        };
        Shape::read(&files, present)
    });
    let shape = reading.await.map_err(|error| Problem::internal(&error))?;
    let read = Read {
        left_out: shape.left_out.into_iter().map(RemarkJson::from).collect(),
        wrong: shape.wrong.into_iter().map(RemarkJson::from).collect(),
    };
    if !read.wrong.is_empty() && !query.skip_bad {
        return Err(refused(&read.wrong));
    }
    let said = (shape.declarations, shape.lists);
    // In a task of its own: whoever goes away meanwhile leaves no half of it.
    let declaring =
        tokio::spawn(async move { authority.declare(&caller, &records, said, query.dry_run).await });
    let declared = declaring.await.map_err(|error| Problem::internal(&error))??;
    Ok(shown(&ImportedTypesJson::of(declared, read, query.dry_run)))
}

/// What the account declares of its own, as one text that another account's import takes.
#[utoipa::path(get, path = "/accounts/{account}/record-types/export", tag = "Record types",
    params(("account" = String, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn export(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    caller.require_administrator()?;
    let records = records_of(&*accounts, &authority)?;
    let stored = records.declarations().await.map_err(RecordTypeError::from)?;
    let blocks: Vec<_> = stored
        .iter()
        .map(|declaration| format!("# {}\n{}\n", declaration.name, declaration.text.trim_end()))
        .collect();
    Ok(with_type(
        StatusCode::OK,
        "text/plain; charset=utf-8",
        blocks.join("\n"),
    ))
}

/// Make records of a type out of the rows of a CSV file, whose first line names fields. All rows are written or none; the
/// answer comes line by line, how far it is and then what became of it.
#[utoipa::path(post, path = "/accounts/{account}/records/{type}/import", tag = "Record types",
    params(("account" = String, Path), ("type" = String, Path, description = "A record type, by its REST name."), ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = RowsLineJson, content_type = "application/x-ndjson"), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn add_rows(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, name)): Path<(String, String)>,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    caller.require_administrator()?;
    let records = records_of(&*accounts, &authority)?;
    let of = records.record_type(&name).cloned().ok_or_else(|| {
        Problem::not_found(format!(
            "There is no record type {name:?}: the list of record types has them all."
        ))
    })?;
    let (parts, body) = request.into_parts();
    if !MediaType::of(&parts.headers).is("text/csv") {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Not CSV",
            format!("The body must be a file of rows, and {CONTENT_TYPE} must say so: text/csv."),
        ));
    }
    let bytes = read(body, LARGEST_FILES).await?;
    let text = String::from_utf8(bytes.into())
        .map_err(|error| Problem::malformed(format!("The file is not text in UTF-8: {error}.")))?;
    let rows = move |stamp| Rows {
        of,
        text,
        skip_bad: query.skip_bad,
        dry_run: query.dry_run,
        stamp,
    };
    let (sender, receiver) = mpsc::unbounded_channel();
    let heard = sender.clone();
    // In a task of its own: whoever goes away meanwhile stops nothing half way.
    tokio::spawn(async move {
        let heard = move |rows| drop(heard.send(RowsLineJson::Rows(rows)));
        let line = match authority.add_rows(&caller, &records, rows, heard).await {
            Ok(done) => RowsLineJson::Done(RowsJson::of(done, query.dry_run)),
            Err(error) => RowsLineJson::Problem(error.into()),
        };
        drop(sender.send(line));
    });
    let lines = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|line| (line, receiver))
    });
    let lines = lines.map(|line| {
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        Ok::<_, serde_json::Error>(text)
    });
    Ok(with_type(
        StatusCode::OK,
        "application/x-ndjson",
        Body::from_stream(lines),
    ))
}
