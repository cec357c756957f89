//! A company of a few records, in a file of SQLite's: what the statements of the tests are asked of.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use countersign_suiteql::{
    Access, Column, DateFormat, Kind, Limits, Page, QueryError, Reader, Rows, Schema, Settings, Statement,
    Table,
};
use countersign_world::{SystemClock, UnixTime};
use rusqlite::Connection;
use serde_json::Value as Json;

/// 2026-11-22 10:30:00, a Sunday.
pub(crate) const NOW: i64 = 1_795_343_400;

pub(crate) struct Company {
    pub(crate) schema: Schema,
    pub(crate) access: Access,
    reader: Reader,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Company {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("records.sqlite");
        let tables: Vec<Table> = include_str!("company/tables.txt").lines().map(table).collect();
        let connection = Connection::open(&file).expect("a database");
        let quick = "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN";
        connection.execute_batch(quick).expect("a transaction");
        for table in &tables {
            connection.execute_batch(&create(table)).expect("a table");
        }
        connection
            .execute_batch(include_str!("company/rows.sql"))
            .expect("rows");
        connection
            .execute_batch(
                "CREATE TABLE _journal (secret TEXT); INSERT INTO _journal VALUES ('bookkeeping'); COMMIT",
            )
            .expect("what no statement may see");
        drop(connection);
        let schema = Schema::new(tables).expect("a schema");
        let access = Access::everything(&schema);
        let reader = Reader::open(&file, Arc::new(SystemClock::new())).expect("a reader");
        Self {
            schema,
            access,
            reader,
            file,
            _folder: folder,
        }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn ask(&mut self, text: &str) -> Result<Rows, QueryError> {
        self.ask_with(text, &[])
    }

    pub(crate) fn ask_with(&mut self, text: &str, parameters: &[Json]) -> Result<Rows, QueryError> {
        self.ask_page(
            text,
            parameters,
            Page {
                limit: 1000,
                offset: 0,
            },
        )
    }

    pub(crate) fn ask_page(
        &mut self,
        text: &str,
        parameters: &[Json],
        page: Page,
    ) -> Result<Rows, QueryError> {
        let statement = Statement::parse(text)?;
        let plan = statement.translate(&self.schema, &self.access, parameters, &settings())?;
        let limits = Limits {
            time: Duration::from_secs(10),
            ..Limits::default()
        };
        self.reader.run(&plan, page, &limits)
    }

    /// The first column, as REST writes it, NULL as `-`.
    pub(crate) fn column(&mut self, text: &str) -> Vec<String> {
        let rows = self
            .ask(text)
            .unwrap_or_else(|error| panic!("{text}: {error} ({error:?})"));
        rows.rows
            .iter()
            .map(|row| row[0].to_text().unwrap_or_else(|| "-".to_owned()))
            .collect()
    }

    /// The only value.
    pub(crate) fn value(&mut self, expression: &str) -> String {
        let mut column = self.column(&format!("SELECT {expression} FROM dual"));
        assert_eq!(column.len(), 1);
        column.remove(0)
    }

    pub(crate) fn refusal(&mut self, text: &str) -> QueryError {
        match self.ask(text) {
            Ok(rows) => panic!("{text} was answered: {rows:?}"),
            Err(error) => error,
        }
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        now: UnixTime::from_seconds(NOW),
        date_format: DateFormat::default(),
    }
}

fn table(line: &str) -> Table {
    let (name, columns) = line.split_once(": ").expect("a name");
    Table::new(name, columns.split(", ").map(column))
}

fn column(declared: &str) -> Column {
    let mut words = declared.splitn(3, ' ');
    let (name, kind, rest) = (
        words.next().expect("a name"),
        words.next(),
        words.next().unwrap_or_default(),
    );
    let kind = match kind {
        None => return Column::id(),
        Some("text") => Kind::Text,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("currency") => Kind::Currency,
        Some("date") => Kind::Date,
        Some("datetime") => Kind::DateTime,
        Some("bool") => Kind::Bool,
        Some("ref") => {
            let (table, display) = rest.split_once('.').expect("a table and a column");
            return Column::reference(name, table, display);
        }
        Some("enum") => {
            let labels = rest
                .split('/')
                .map(|label| label.split_once('=').expect("an id and a label"));
            Kind::Enum(
                labels
                    .map(|(id, label)| (id.to_owned(), label.to_owned()))
                    .collect(),
            )
        }
        Some(other) => panic!("no kind is called {other}"),
    };
    Column::new(name, kind)
}

fn create(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| {
        let held = match column.kind {
            Kind::Integer if column.name == "id" => "INTEGER PRIMARY KEY",
            Kind::Integer | Kind::Reference { .. } => "INTEGER",
            Kind::Number | Kind::Currency => "REAL",
            _ => "TEXT",
        };
        format!("\"{}\" {held}", column.name)
    });
    format!(
        "CREATE TABLE \"{}\" ({})",
        table.name,
        columns.collect::<Vec<_>>().join(", ")
    )
}
