//! The record types of an account: those that are declared for every account and those it has of its own; and records out
//! of the rows of a file.

use countersign_web::sentence;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use countersign_authority::{Authority, RecordTypeError};
use countersign_front::MediaType;
use countersign_records::{Records, Rows};
use countersign_shape::{File, Present, Shape};
use futures_util::StreamExt as _;
use futures_util::stream;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tokio::sync::mpsc;
use utoipa_axum::routes;

use crate::body::{FilesJson, LARGEST_FILES, Path, Query, read};
use crate::caller::Administrator;
use crate::problem::{FieldProblem, Problem, Problems};
use crate::reply::{shown, with_type};
use crate::{Accounts, Routes};

mod json;

use self::json::Read;
pub use self::json::{
    BadCellJson, ImportQuery, ImportedTypesJson, RecordTypeJson, RemarkJson, RowsJson, RowsLineJson,
    ShapeFileJson, ShapeFilesInput,
};

impl From<RecordTypeError> for Problem {
    fn from(error: RecordTypeError) -> Self {
        match error {
            RecordTypeError::Forbidden(error) => error.into(),
            RecordTypeError::Records(error) if error.is_of_declarations() => Self::conflict(sentence(&error)),
            RecordTypeError::Records(error) => Self::internal(&error),
        }
    }
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
