//! `countersign record`.

use std::io::IsTerminal as _;
use std::path::Path;

use bytes::Bytes;
use countersign_admin::{RowsJson, RowsLineJson};
use countersign_protocol::percent_encode;
use http::Method;
use serde_json::json;

use super::record_type::query;
use crate::admin_client::{AdminClient, with_query};
use crate::command::{At, Record, RecordAction};
use crate::failure::{Exit, Failure};
use crate::output::{self, GREEN, RED};
use crate::tally::counted;
use crate::text;

const LARGEST: u64 = 64 * 1024 * 1024;

pub(crate) async fn run(Record { action, at }: Record) -> Result<Exit, Failure> {
    let RecordAction::Import {
        record_type,
        file,
        how,
    } = action;
    let body = Bytes::from(rows(&file)?);
    let path = format!("records/{}/import", percent_encode(&record_type));
    let path = with_query(&path, &query(how))?;
    let import = async |client: &AdminClient| {
        let mut answer = Lines::default();
        let take = |part: &[u8]| answer.take(part);
        client
            .pour_answer(Method::POST, &path, Some(("text/csv", body)), take)
            .await?;
        answer.end()
    };
    let done = AdminClient::with(at.data.clone(), at.account.clone(), import).await?;
    // What was skipped was asked for to be skipped.
    let exit = match done.bad.is_empty() || done.written {
        true => Exit::Success,
        false => Exit::Refused,
    };
    exit.told(tell(&done, &at))
}

/// The answer, as it comes line by line.
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
    done: Option<RowsJson>,
}

impl Lines {
    fn take(&mut self, part: &[u8]) -> Result<(), Failure> {
        self.rest.extend_from_slice(part);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            match serde_json::from_slice(&line).map_err(Failure::unusable)? {
                RowsLineJson::Rows(rows) => progress(rows),
                RowsLineJson::Done(done) => self.done = Some(done),
                RowsLineJson::Problem(problem) => return Err(problem.into()),
            }
        }
        Ok(())
    }

    fn end(self) -> Result<RowsJson, Failure> {
        self.done.ok_or_else(|| {
            Failure::no_connection("the account broke off before the end").hint("its log says why")
        })
    }
}

/// For a person only: on a terminal, on one line.
fn progress(rows: usize) {
    if std::io::stderr().is_terminal() {
        output::complain(&format!("{rows} rows …"));
    }
}

fn tell(done: &RowsJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(done));
    }
    for bad in &done.bad {
        let column = bad
            .column
            .as_ref()
            .map(|column| format!(", {column}"))
            .unwrap_or_default();
        let line = format!("line {}{column}: {}", bad.line, bad.reason);
        output::say(&format!("{RED}{}{RED:#}", output::printable(&line)))?;
    }
    let counts = format!(
        "{}: {} created, {} updated, {} wrong",
        counted(done.rows as u64, "row"),
        done.created,
        done.updated,
        done.bad_rows
    );
    match (done.written, done.dry_run) {
        (true, _) => output::say(&format!("{GREEN}{counts}{GREEN:#}")),
        (false, true) => output::say(&format!("{counts}. Nothing was written: this was a dry run.")),
        (false, false) => output::say(&format!(
            "{counts}. Nothing was written; mend the file, or say --skip-bad to leave those rows out."
        )),
    }
}

fn rows(path: &Path) -> Result<String, Failure> {
    let cannot =
        |why: &dyn std::fmt::Display| Failure::unusable(format!("cannot read {}: {why}", path.display()));
    let read = match path == Path::new("-") {
        true => text::read(std::io::stdin(), LARGEST + 1),
        false => {
            if !std::fs::metadata(path).map_err(|error| cannot(&error))?.is_file() {
                return Err(cannot(&"it is not a regular file"));
            }
            let file = std::fs::File::open(path).map_err(|error| cannot(&error))?;
            text::read(file, LARGEST + 1)
        }
    };
    let mut text = read.map_err(|error| cannot(&error))?;
    match text.len() as u64 > LARGEST {
        true => {
            Err(cannot(&"it is larger than 64 MiB").hint("give it in parts, each with the line of names"))
        }
        false => Ok(std::mem::take(&mut *text)),
    }
}
