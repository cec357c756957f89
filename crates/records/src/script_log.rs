//! The execution log of scripts: what `N/log` wrote, and the errors that nobody caught. It is no record: nobody changes a line.

use countersign_world::UnixTime;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};

use crate::error::RecordsError;
use crate::value::{iso, parse_iso};

/// Where the lines lie.
pub(crate) const TABLE: &str = "scriptlog";
/// As statements read it.
pub(crate) const VIEW: &str = "scriptnote";

/// NetSuite keeps a line for so long.
const KEPT: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 60 * 60);
/// Lines that are kept at most, the last ones: NetSuite drops the oldest too, where there are too many.
///
/// Attack: a script that writes a thousand long lines each time it is called, which is millions within the thirty days.
const MOST_KEPT: i64 = 100_000;
/// The longest title and details, in characters; what is longer is cut.
pub const LONGEST_LOG_TITLE: usize = 99;
pub const LONGEST_LOG_DETAILS: usize = 3999;
/// Lines of one page at most.
const LARGEST_PAGE: u32 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    Debug,
    Audit,
    Error,
    Emergency,
    /// An error that nobody caught.
    System,
}

impl LogLevel {
    pub const ALL: [Self; 5] = [
        Self::Debug,
        Self::Audit,
        Self::Error,
        Self::Emergency,
        Self::System,
    ];

    /// As scripts and the log write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Audit => "AUDIT",
            Self::Error => "ERROR",
            Self::Emergency => "EMERGENCY",
            Self::System => "SYSTEM",
        }
    }

    /// In any letter case.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|level| level.word().eq_ignore_ascii_case(word))
    }
}

/// What one execution wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptLogEntry {
    pub at: UnixTime,
    /// What it is by a clock that nobody moved: lines are dropped by it, and none for their age where there is no such clock.
    pub unmoved: Option<UnixTime>,
    /// Internal ids.
    pub script: i64,
    pub deployment: i64,
    pub user: i64,
    pub role: i64,
    /// Level, title, details.
    pub lines: Vec<(LogLevel, String, String)>,
}

/// A line as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptLogLine {
    pub id: i64,
    pub at: UnixTime,
    pub execution: i64,
    pub script: i64,
    /// The script id of the script and of its deployment, where they are still there.
    pub script_id: Option<String>,
    pub deployment_id: Option<String>,
    pub level: LogLevel,
    pub title: String,
    pub details: String,
    pub user: i64,
    pub role: i64,
}

/// Which lines to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptLogQuery {
    /// Of this script, by its internal id.
    pub script: Option<i64>,
    /// By this user.
    pub user: Option<i64>,
    /// Within this second.
    pub at: Option<UnixTime>,
    /// Of this level and those above it.
    pub level: Option<LogLevel>,
    pub before: Option<i64>,
    /// Only lines after this one.
    pub after: Option<i64>,
    /// Only lines from this moment on.
    pub since: Option<UnixTime>,
    pub limit: u32,
}

pub(crate) fn add(connection: &Connection, entry: &ScriptLogEntry) -> Result<(), RecordsError> {
    let execution = "SELECT coalesce(max(execution), 0) + 1 FROM (SELECT execution FROM scriptlog ORDER BY id DESC LIMIT 1)";
    let execution: i64 = connection
        .prepare_cached(execution)?
        .query_row([], |row| row.get(0))?;
    let sql =
        "INSERT INTO scriptlog (date, execution, script, deployment, level, title, details, author, role)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let mut statement = connection.prepare_cached(sql)?;
    for (level, title, details) in &entry.lines {
        statement.execute((
            iso(entry.at),
            execution,
            entry.script,
            entry.deployment,
            level.word(),
            cut(title, LONGEST_LOG_TITLE),
            cut(details, LONGEST_LOG_DETAILS),
            entry.user,
            entry.role,
        ))?;
    }
    let too_many = "DELETE FROM scriptlog WHERE id <= (SELECT max(id) FROM scriptlog) - ?1";
    connection.prepare_cached(too_many)?.execute([MOST_KEPT])?;
    if let Some(now) = entry.unmoved {
        let mut statement = connection.prepare_cached("DELETE FROM scriptlog WHERE date < ?1")?;
        statement.execute([iso(now.minus(KEPT))])?;
    }
    Ok(())
}

fn cut(text: &str, longest: usize) -> &str {
    match text.char_indices().nth(longest) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

pub(crate) fn page(
    connection: &Connection,
    query: &ScriptLogQuery,
) -> Result<Vec<ScriptLogLine>, RecordsError> {
    let (mut conditions, mut values) = (vec!["1".to_owned()], Vec::new());
    let mut narrow = |condition: &str, value: Option<i64>| {
        if let Some(value) = value {
            conditions.push(condition.to_owned());
            values.push(Sql::Integer(value));
        }
    };
    narrow("l.script = ?", query.script);
    narrow("l.author = ?", query.user);
    narrow("l.id < ?", query.before);
    narrow("l.id > ?", query.after);
    if let Some(at) = query.at {
        conditions.push("l.date = ?".to_owned());
        values.push(Sql::Text(iso(at)));
    }
    if let Some(least) = query.level {
        let levels = LogLevel::ALL.into_iter().filter(|level| *level >= least);
        let levels: Vec<_> = levels.map(|level| format!("'{}'", level.word())).collect();
        conditions.push(format!("l.level IN ({})", levels.join(", ")));
    }
    if let Some(since) = query.since {
        conditions.push("l.date >= ?".to_owned());
        values.push(Sql::Text(iso(since)));
    }
    values.push(Sql::Integer(query.limit.min(LARGEST_PAGE).into()));
    let sql = format!(
        "SELECT l.id, l.date, l.execution, l.script, s.scriptid, d.scriptid, l.level, l.title, l.details, l.author, l.role
         FROM scriptlog AS l LEFT JOIN script AS s ON s.id = l.script
         LEFT JOIN scriptdeployment AS d ON d.id = l.deployment
         WHERE {} ORDER BY l.id DESC LIMIT ?",
        conditions.join(" AND ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        let (date, level): (String, String) = (row.get(1)?, row.get(6)?);
        Ok(ScriptLogLine {
            id: row.get(0)?,
            at: parse_iso(&date).unwrap_or(UnixTime::from_seconds(0)),
            execution: row.get(2)?,
            script: row.get(3)?,
            script_id: row.get(4)?,
            deployment_id: row.get(5)?,
            level: LogLevel::named(&level).unwrap_or(LogLevel::System),
            title: row.get(7)?,
            details: row.get(8)?,
            user: row.get(9)?,
            role: row.get(10)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
