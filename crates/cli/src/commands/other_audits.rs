//! `countersign audit notes` and `countersign audit executions`.

use countersign_admin::{ExecutionJson, ExecutionQuery, NoteQuery, RecordKind, SystemNoteJson};
use countersign_model::{ExecutionStatus, Word as _};
use serde_json::json;

use super::administration::{last_rows, print_list};
use super::{token, why};
use crate::admin_client::AdminClient;
use crate::command::{At, Executions, OtherAudit};
use crate::failure::Failure;
use crate::folder::World;
use crate::output::{self, BOLD, DIM, GREEN, RED};
use crate::pick::Pick;
use crate::table::{Cell, Table, moment, plain};

pub(super) async fn run(client: &AdminClient, other: OtherAudit, at: &At) -> Result<(), Failure> {
    match other {
        OtherAudit::Notes {
            kind,
            record,
            before,
            length,
        } => {
            let pick = match kind.map(|kind| kind.0) {
                None | Some(RecordKind::Account) => None,
                Some(RecordKind::Integration) => Some(Pick::Integration),
                Some(RecordKind::Role) => Some(Pick::Role),
                Some(RecordKind::User) => Some(Pick::User),
                Some(RecordKind::AccessToken) => Some(Pick::Token),
                Some(RecordKind::ApiKey) => Some(Pick::ApiKey),
            };
            let record_id = match (pick, record) {
                (Some(pick), Some(named)) => Some(pick.id(client, &named).await?),
                (None, None) => None,
                (Some(_), None) => {
                    let message = "notes are those of one record";
                    return Err(
                        Failure::usage(message).hint("name it after its kind, by internal id or name")
                    );
                }
                (None, Some(_)) => return Err(Failure::usage("the account is one, and has no name here")),
            };
            let query = NoteQuery {
                record: kind,
                record_id,
                before,
                limit: None,
            };
            let (rows, more) = last_rows(client, "system-notes", &query, length.limit).await?;
            notes(&rows, more, at)
        }
        OtherAudit::Why { id } => why::run(client, id, at).await,
        OtherAudit::Executions(executions) => show_executions(client, *executions, at).await,
    }
}

/// A heading for each Save, and below it what it changed.
fn notes(notes: &[SystemNoteJson], more: bool, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!({ "rows": notes, "more": more }));
    }
    if notes.is_empty() {
        return output::say("There is no such system note.");
    }
    let save = |note: &SystemNoteJson| (note.date, note.set_by.clone(), note.record, note.record_id);
    for together in notes.chunk_by(|one, next| save(one) == save(next) && one.note_type == next.note_type) {
        let Some(note) = together.first() else { continue };
        let id = note.record_id.map(|id| format!(" {id}")).unwrap_or_default();
        output::say(&format!(
            "{DIM}{}{DIM:#}  {BOLD}{}{id}{BOLD:#}  {}  {DIM}by {}{DIM:#}",
            moment(note.date),
            note.record.0.word(),
            note.note_type.0.label(),
            plain(&note.set_by),
        ))?;
        for note in together {
            output::say(&format!("    {}", values(note)))?;
        }
    }
    match notes.last().filter(|_| more) {
        Some(last) => output::say(&format!(
            "{DIM}{} shown; more with --limit, or those below with --before {}.{DIM:#}",
            notes.len(),
            last.id
        )),
        None => Ok(()),
    }
}

/// `State  Enabled → Blocked`
fn values(note: &SystemNoteJson) -> String {
    let value = |value: &Option<String>| value.as_deref().map(plain).unwrap_or_default();
    let (old, new) = (value(&note.old_value), value(&note.new_value));
    let field = plain(&note.field);
    match (old.is_empty(), new.is_empty()) {
        (true, _) => format!("{field}  {new}"),
        (false, true) => format!("{field}  {old} → nothing"),
        (false, false) => format!("{field}  {old} → {new}"),
    }
}

async fn show_executions(client: &AdminClient, asked: Executions, at: &At) -> Result<(), Failure> {
    let now = World::system().clock.now();
    let query = ExecutionQuery {
        application: token::id(client, Pick::Integration, asked.application.as_deref()).await?,
        service: asked.service,
        status: asked.status,
        since: asked.since.map(|when| when.moment(now)),
        until: asked.until.map(|when| when.moment(now)),
        operation: asked.operation,
        request_uri: asked.request_uri,
        before: None,
        limit: None,
    };
    let (rows, more) =
        last_rows::<ExecutionJson>(client, "execution-log", &query, asked.length.limit).await?;
    let mut table = Table::new(&["DATE", "SERVICE", "STATUS", "MS", "USER", "CALL"]);
    for row in &rows {
        let style = match row.status.0 {
            ExecutionStatus::Finished => GREEN,
            ExecutionStatus::Failed | ExecutionStatus::Rejected => RED,
        };
        table.add([
            Cell::from(moment(row.date)),
            Cell::from(row.service.0.label()),
            Cell::from(format!("{} {}", row.http_status, row.status.0.label())).styled(style),
            Cell::from(format!("{:.1}", row.duration)),
            Cell::from(&row.user),
            Cell::from(format!("{} {}", row.operation, row.request_uri)),
        ]);
    }
    print_list(&rows, &table, more, "Nothing was called.", at)
}
