//! Bringing a schema to the version this program knows, one node at a time.
//!
//! A schema of a newer or another program is refused before anything is written to it.

use deadpool_postgres::{Client, ClientWrapper, Object};
use refinery::Runner;

use super::{PostgresError, Schema};
use crate::DatabaseError;
use crate::history::{self, Age, Applied, HISTORY, Stranger, known_version};

/// Held while a schema is looked at and migrated: one lock for all schemas of a database. The number spells `csigner`.
const LOCK: i64 = 0x63_73_69_67_6e_65_72;

/// A migration may be long and has to wait for that of another node; it must not wait long for the tables of a node at
/// work, because everybody else then waits behind it.
const FOR_THE_TURN: &str = "SET statement_timeout = 0; SET lock_timeout = '120s'";
const FOR_THE_TABLES: &str = "SET lock_timeout = '5s'";

pub(super) async fn bring_up(
    client: Client,
    schema: &Schema,
    migrations: Runner,
) -> Result<(), DatabaseError> {
    // Not given back to the others: its settings differ, and the lock goes when it is closed, however this ends.
    let client = Object::take(client);
    take_turn(&client).await?;
    match age(&client, schema, &migrations).await? {
        Some(Age::Current) => return Ok(()),
        Some(Age::Fresh) => {}
        Some(Age::Older { version }) => {
            tracing::info!(from = version, to = known_version(&migrations), %schema, "migrating the schema");
        }
        None => run(&client, &format!("CREATE SCHEMA \"{schema}\"")).await?,
    }
    run(
        &client,
        &format!("SET search_path TO \"{schema}\"; {FOR_THE_TABLES}"),
    )
    .await?;
    migrate(client, schema, migrations).await
}

async fn take_turn(client: &ClientWrapper) -> Result<(), PostgresError> {
    run(client, FOR_THE_TURN).await?;
    match run(client, &format!("SELECT pg_advisory_lock({LOCK})")).await {
        Err(PostgresError::Locked) => Err(PostgresError::MigrationBusy),
        taken => taken,
    }
}

/// Nothing when there is no such schema.
async fn age(
    client: &ClientWrapper,
    schema: &Schema,
    migrations: &Runner,
) -> Result<Option<Age>, PostgresError> {
    let exists = "SELECT 1 FROM pg_namespace WHERE nspname = $1";
    if client.query_opt(exists, &[&schema.as_str()]).await?.is_none() {
        return Ok(None);
    }
    let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = $1::text::regnamespace";
    let quoted = format!("\"{schema}\"");
    let tables = client.query(tables, &[&quoted]).await?;
    if tables.is_empty() {
        return Ok(Some(Age::Fresh));
    }
    let is_history = |row: &tokio_postgres::Row| row.try_get(0).is_ok_and(|name: &str| name == HISTORY);
    if !tables.iter().any(is_history) {
        return Err(PostgresError::Foreign {
            schema: schema.clone(),
        });
    }
    let applied = format!("SELECT version, checksum FROM \"{schema}\".{HISTORY} ORDER BY version");
    let rows = client.query(&applied, &[]).await?;
    let applied = rows.iter().map(|row| {
        Ok(Applied {
            version: row.try_get(0)?,
            checksum: row.try_get(1)?,
        })
    });
    let applied: Vec<Applied> = applied.collect::<Result<_, tokio_postgres::Error>>()?;
    let schema = schema.clone();
    let age = history::age(&applied, migrations).map_err(|stranger| match stranger {
        Stranger::Newer { found, known } => PostgresError::Newer { schema, found, known },
        Stranger::Divergent { version } => PostgresError::Divergent { schema, version },
    });
    age.map(Some)
}

/// Runs the missing migrations in one transaction.
async fn migrate(
    mut client: ClientWrapper,
    schema: &Schema,
    migrations: Runner,
) -> Result<(), DatabaseError> {
    let to = known_version(&migrations);
    let failed = |reason: String| PostgresError::Migration {
        schema: schema.clone(),
        to,
        reason,
    };
    let migrations = migrations.set_grouped(true);
    // In a task of its own: `refinery` panics on a history row that was edited by hand.
    let run = tokio::spawn(async move { migrations.run_async(&mut *client).await.map(drop) });
    let done = run
        .await
        .map_err(|_| failed("its history of migrations cannot be read".to_owned()))?;
    done.map_err(|error| failed(reason(&error)).into())
}

/// `refinery` says that it failed, and the error below says why.
fn reason(error: &refinery::Error) -> String {
    let mut below = std::error::Error::source(error);
    while let Some(error) = below {
        if let Some(error) = error.downcast_ref::<tokio_postgres::Error>() {
            return PostgresError::of(error).to_string();
        }
        below = error.source();
    }
    error.to_string()
}

async fn run(client: &ClientWrapper, statements: &str) -> Result<(), PostgresError> {
    Ok(client.batch_execute(statements).await?)
}
