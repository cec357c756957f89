//! What happens to the file: its mode, its owner, its schema, and a disk that is full.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_database::DatabaseError;
use countersign_database::sqlite::Database;
use refinery::{Migration, Runner};
use tempfile::TempDir;

const FIRST: &str = "CREATE TABLE note (text TEXT NOT NULL) STRICT";
const SECOND: &str = "ALTER TABLE note ADD COLUMN author TEXT";

fn runner(migrations: &[(&str, &str)]) -> Runner {
    let migrations = migrations
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql).unwrap());
    Runner::new(&migrations.collect::<Vec<_>>())
}

fn first() -> Runner {
    runner(&[("V1__note", FIRST)])
}

fn second() -> Runner {
    runner(&[("V1__note", FIRST), ("V2__author", SECOND)])
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.sqlite");
    (folder, path)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

async fn insert(database: &Database, text: String) -> Result<(), DatabaseError> {
    let write = database.write(move |transaction| -> Result<(), DatabaseError> {
        transaction.execute("INSERT INTO note (text) VALUES (?1)", [text])?;
        Ok(())
    });
    write.await
}

async fn texts(database: &Database) -> Vec<String> {
    let texts = database.read(|snapshot| -> Result<Vec<String>, DatabaseError> {
        let mut statement = snapshot.prepare("SELECT text FROM note ORDER BY rowid")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    });
    texts.await.unwrap()
}

#[tokio::test]
async fn every_file_is_its_owners_alone() {
    let (folder, path) = folder();
    let database = Database::open(&path, first()).unwrap();
    insert(&database, "mine".into()).await.unwrap();
    assert_eq!(
        names(&folder),
        [
            "notes.sqlite",
            "notes.sqlite-shm",
            "notes.sqlite-wal",
            "notes.sqlite.lock"
        ]
    );
    for name in names(&folder) {
        assert_eq!(mode(&folder.path().join(&name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_clean_close_leaves_one_whole_file() {
    let (folder, path) = folder();
    let database = Database::open(&path, first()).unwrap();
    insert(&database, "kept".into()).await.unwrap();
    database.close().await.unwrap();
    assert_eq!(names(&folder), ["notes.sqlite", "notes.sqlite.lock"]);
    assert_eq!(texts(&Database::open(&path, first()).unwrap()).await, ["kept"]);
}

#[tokio::test]
async fn a_file_has_one_owner_at_a_time() {
    let (_folder, path) = folder();
    let database = Database::open(&path, first()).unwrap();
    let second = Database::open(&path, first());
    assert!(matches!(second, Err(DatabaseError::InUse { .. })));
    drop(database);
    Database::open(&path, first()).unwrap();
}

#[tokio::test]
async fn a_newer_file_is_refused_and_not_a_byte_of_it_changes() {
    let (folder, path) = folder();
    let database = Database::open(&path, second()).unwrap();
    insert(&database, "from the future".into()).await.unwrap();
    database.close().await.unwrap();
    let before = fs::read(&path).unwrap();

    let refused = Database::open(&path, first()).unwrap_err();
    assert!(
        matches!(
            refused,
            DatabaseError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{refused}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(!names(&folder).iter().any(|name| name.contains("before")));
}

#[tokio::test]
async fn an_older_file_is_copied_and_then_migrated() {
    let (_folder, path) = folder();
    let database = Database::open(&path, first()).unwrap();
    insert(&database, "old".into()).await.unwrap();
    database.close().await.unwrap();

    let migrated = Database::open(&path, second()).unwrap();
    let author = migrated.read(|snapshot| -> Result<Option<String>, DatabaseError> {
        Ok(snapshot.query_one("SELECT author FROM note", [], |row| row.get(0))?)
    });
    assert_eq!(author.await.unwrap(), None);

    let copy = path.with_extension("sqlite.before-v2");
    assert_eq!(mode(&copy), 0o600);
    let copy = Database::open(&copy, first()).unwrap();
    assert_eq!(texts(&copy).await, ["old"]);
}

#[tokio::test]
async fn a_failing_migration_leaves_the_file_as_it_was() {
    let (_folder, path) = folder();
    let database = Database::open(&path, first()).unwrap();
    insert(&database, "old".into()).await.unwrap();
    database.close().await.unwrap();

    let broken = runner(&[
        ("V1__note", FIRST),
        ("V2__author", SECOND),
        ("V3__broken", "CREATE TABLE"),
    ]);
    let refused = Database::open(&path, broken).unwrap_err();
    assert!(
        matches!(refused, DatabaseError::Migration { to: 3, .. }),
        "{refused}"
    );
    assert_eq!(texts(&Database::open(&path, first()).unwrap()).await, ["old"]);
}

/// A crash while the file was not in write-ahead mode yet: SQLite has to undo half a transaction before anybody can read.
#[tokio::test]
async fn a_file_left_in_the_middle_of_a_change_is_set_right_and_opened() {
    let (folder, path) = folder();
    let database = Database::open(&path, first()).unwrap();
    insert(&database, "kept".into()).await.unwrap();
    database.close().await.unwrap();

    let crashing = rusqlite::Connection::open(&path).unwrap();
    crashing
        .execute_batch(
            "PRAGMA journal_mode = delete; PRAGMA cache_size = 1; BEGIN;
             WITH RECURSIVE line (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM line WHERE n < 1000)
             INSERT INTO note (text) SELECT hex(zeroblob(100)) FROM line",
        )
        .unwrap();
    let crashed = folder.path().join("crashed.sqlite");
    fs::copy(&path, &crashed).unwrap();
    fs::copy(
        path.with_extension("sqlite-journal"),
        crashed.with_extension("sqlite-journal"),
    )
    .unwrap();

    assert_eq!(texts(&Database::open(&crashed, first()).unwrap()).await, ["kept"]);
}

#[tokio::test]
async fn edited_and_vanished_migrations_are_refused() {
    let (_folder, path) = folder();
    Database::open(&path, second()).unwrap().close().await.unwrap();
    let before = fs::read(&path).unwrap();
    for other in [
        runner(&[
            ("V1__note", FIRST),
            ("V2__author", "ALTER TABLE note ADD COLUMN writer TEXT"),
        ]),
        runner(&[("V1__note", FIRST), ("V2__writer", SECOND)]),
        runner(&[("V2__author", SECOND)]),
        runner(&[
            ("V0__early", "SELECT 1"),
            ("V1__note", FIRST),
            ("V2__author", SECOND),
        ]),
    ] {
        let refused = Database::open(&path, other).unwrap_err();
        assert!(matches!(refused, DatabaseError::Divergent { .. }), "{refused}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_of_another_program_is_refused_and_left_alone() {
    let (_folder, path) = folder();
    fs::write(&path, "Dear diary, today I was nearly overwritten by a database.").unwrap();
    assert!(matches!(
        Database::open(&path, first()),
        Err(DatabaseError::Foreign { .. })
    ));
    assert!(fs::read_to_string(&path).unwrap().starts_with("Dear diary"));

    fs::remove_file(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE recipe (name TEXT)").unwrap();
    drop(other);
    assert!(matches!(
        Database::open(&path, first()),
        Err(DatabaseError::Foreign { .. })
    ));
}

#[test]
fn a_history_edited_by_hand_is_an_error_and_not_a_panic() {
    let (_folder, path) = folder();
    drop(Database::open(&path, first()).unwrap());
    let editor = rusqlite::Connection::open(&path).unwrap();
    editor
        .execute_batch("UPDATE refinery_schema_history SET applied_on = 'yesterday'")
        .unwrap();
    drop(editor);
    assert!(matches!(
        Database::open(&path, second()),
        Err(DatabaseError::Migration { .. })
    ));
    drop(Database::open(&path, first()).unwrap());
}

#[test]
fn a_folder_that_is_not_there_is_named_in_the_error() {
    let (folder, _) = folder();
    let error = Database::open(&folder.path().join("missing/notes.sqlite"), first()).unwrap_err();
    assert!(matches!(error, DatabaseError::File { .. }));
    assert!(error.to_string().contains("missing/notes.sqlite"), "{error}");
}

/// The child of the next test: writes until the file may not grow further.
#[tokio::test]
#[ignore = "run by `a_full_disk_refuses_the_write_and_keeps_what_was_acknowledged` with a limited file size"]
async fn fills_the_disk() {
    let database = Database::open(Path::new("notes.sqlite"), first()).unwrap();
    let mut acknowledged = 0;
    let refused = loop {
        match insert(&database, "x".repeat(10_000)).await {
            Ok(()) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    println!("\nacknowledged {acknowledged}, then {refused}");
    assert!(texts(&database).await.len() == acknowledged, "reads go on");
}

#[tokio::test]
async fn a_full_disk_refuses_the_write_and_keeps_what_was_acknowledged() {
    let (folder, path) = folder();
    let limited = Command::new("sh")
        .arg("-c")
        .arg(r#"ulimit -f 1024; trap '' XFSZ; exec "$0" --ignored --exact fills_the_disk --nocapture"#)
        .arg(std::env::current_exe().unwrap())
        .current_dir(folder.path())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&limited.stdout);
    assert!(
        limited.status.success(),
        "{output}{}",
        String::from_utf8_lossy(&limited.stderr)
    );
    let acknowledged = output
        .lines()
        .find_map(|line| line.strip_prefix("acknowledged "))
        .unwrap();
    let (acknowledged, _) = acknowledged.split_once(',').unwrap();
    assert_ne!(acknowledged, "0");

    let database = Database::open(&path, first()).unwrap();
    assert_eq!(texts(&database).await.len().to_string(), acknowledged);
    insert(&database, "room again".into()).await.unwrap();
}

#[tokio::test]
async fn a_file_that_turns_out_to_be_damaged_is_named_so_with_what_helps() {
    let (_folder, path) = folder();
    let database = Database::open(&path, first()).unwrap();
    for row in 0..100 {
        insert(&database, format!("{row} ").repeat(200)).await.unwrap();
    }
    database.close().await.unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let database = Database::open(&path, first()).unwrap();
    let read = database.read(|snapshot| -> Result<i64, DatabaseError> {
        let length = snapshot.query_row("SELECT SUM(LENGTH(text)) FROM note", [], |row| row.get(0))?;
        Ok(length)
    });
    let error = read.await.unwrap_err();
    assert!(matches!(error, DatabaseError::Corrupt), "{error}");
    assert!(error.to_string().contains("restore a backup"), "{error}");
}

#[tokio::test]
async fn a_shared_file_has_several_owners_who_see_each_others_commits() {
    let (_folder, path) = folder();
    let one = Database::open_shared(&path, first()).unwrap();
    let other = Database::open_shared(&path, first()).unwrap();
    insert(&one, "one's".into()).await.unwrap();
    insert(&other, "the other's".into()).await.unwrap();
    for database in [&one, &other] {
        assert_eq!(texts(database).await, ["one's", "the other's"]);
    }
    let alone = Database::open(&path, first());
    assert!(matches!(alone, Err(DatabaseError::InUse { .. })));
    let migrated = Database::open_shared(&path, second());
    assert!(matches!(migrated, Err(DatabaseError::InUse { .. })));
    one.close().await.unwrap();
    insert(&other, "later".into()).await.unwrap();
    other.close().await.unwrap();
    let migrated = Database::open_shared(&path, second()).unwrap();
    assert_eq!(texts(&migrated).await.len(), 3);
}
