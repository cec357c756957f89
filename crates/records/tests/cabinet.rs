//! The file cabinet and the execution log of scripts, over a real database.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_records::{
    CabinetFile, Catalog, Changes, Key, LogLevel, Records, ScriptLogEntry, ScriptLogQuery, Stamp, Value,
    is_cabinet_path,
};

use countersign_world::UnixTime;

/// 2026-11-21T10:00:00Z.
const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

const ALICE: Stamp = Stamp { at: NOW, by: 7 };

struct Account {
    records: Records,
}

impl Account {
    async fn new() -> Self {
        let records = Records::in_memory(Catalog::built_in().unwrap()).await;
        Self {
            records: records.unwrap(),
        }
    }
}

fn file(path: &str, contents: &str) -> CabinetFile {
    CabinetFile {
        path: path.to_owned(),
        contents: contents.as_bytes().to_vec(),
        changes: Changes::new(),
    }
}

async fn put(account: &Account, file: CabinetFile) -> i64 {
    let put = account
        .records
        .together(move |records| records.put_file(&file, ALICE));
    put.await.unwrap()
}

#[tokio::test]
async fn a_file_is_found_at_its_path_and_put_again_keeps_its_id() {
    let account = Account::new().await;
    let id = put(&account, file("/SuiteScripts/lib/tax.js", "one")).await;
    let again = put(&account, file("/suitescripts/LIB/Tax.js", "two, longer")).await;
    assert_eq!(id, again);
    let found = account.records.look(move |records| {
        let at = records.file_at("/SuiteScripts/Lib/tax.js")?;
        Ok((at, records.path_of(id)?, records.contents(id)?))
    });
    let (at, path, contents) = found.await.unwrap();
    assert_eq!(at, Some(id));
    assert_eq!(path.as_deref(), Some("/SuiteScripts/lib/tax.js"));
    assert_eq!(contents, b"two, longer");
    let of = account.records.record_type("file").unwrap();
    let record = account.records.get(of, Key::Internal(id)).await.unwrap();
    assert_eq!(record.get("fileSize"), Some(&Value::Integer(11)));
    assert_eq!(
        record.get("fileType"),
        Some(&Value::Choice("JAVASCRIPT".to_owned()))
    );
}

#[tokio::test]
async fn suitescripts_has_netsuites_id_and_the_other_folders_count_from_one() {
    let account = Account::new().await;
    put(&account, file("/SuiteScripts/a/b.js", "")).await;
    let folders = account.records.look(|records| {
        let of = records.record_type("folder")?;
        records.find(of, &[])
    });
    assert_eq!(folders.await.unwrap(), [-15, 1]);
}

#[tokio::test]
async fn contents_go_with_their_file() {
    let account = Account::new().await;
    let id = put(&account, file("/SuiteScripts/gone.js", "x")).await;
    let of = account.records.record_type("file").unwrap();
    account
        .records
        .delete(of, Key::Internal(id), ALICE)
        .await
        .unwrap();
    let left = account.records.look(move |records| records.contents(id));
    assert_eq!(left.await.unwrap(), Vec::<u8>::new());
}

#[tokio::test]
async fn an_error_undoes_everything_that_was_done_together() {
    let account = Account::new().await;
    let failed = account.records.together(|records| {
        records.put_file(&file("/SuiteScripts/half.js", "x"), ALICE)?;
        records.put_file(&file("nowhere.js", "x"), ALICE)
    });
    assert_eq!(
        failed.await.unwrap_err().to_string(),
        "name: expected the path of a file in a folder, such as /SuiteScripts/orders.js"
    );
    let found = account
        .records
        .look(|records| records.file_at("/SuiteScripts/half.js"));
    assert_eq!(found.await.unwrap(), None);
}

#[test]
fn a_path_is_absolute_and_leads_nowhere_upwards() {
    assert!(is_cabinet_path("/SuiteScripts/a b/c.js"));
    for path in [
        "",
        "/",
        "a.js",
        "/a/../b.js",
        "/a//b.js",
        "/a/./b.js",
        "/a/ /b.js",
    ] {
        assert!(!is_cabinet_path(path), "{path}");
    }
    assert!(!is_cabinet_path(&"/a".repeat(50)));
}

fn entry(at: Stamp, script: i64, lines: &[(LogLevel, &str)]) -> ScriptLogEntry {
    let lines = lines
        .iter()
        .map(|(level, title)| (*level, (*title).to_owned(), "x".repeat(5000)));
    ScriptLogEntry {
        at: at.at,
        unmoved: Some(at.at),
        script,
        deployment: 1,
        user: at.by,
        role: 3,
        lines: lines.collect(),
    }
}

#[tokio::test]
async fn the_script_log_is_read_from_its_end_and_narrowed() {
    let account = Account::new().await;
    let first = entry(ALICE, 1, &[(LogLevel::Debug, "a"), (LogLevel::Error, "b")]);
    account.records.log_script(first).await.unwrap();
    let second = entry(ALICE, 2, &[(LogLevel::System, "c")]);
    account.records.log_script(second).await.unwrap();
    let titles = async |query: ScriptLogQuery| {
        let lines = account.records.script_log(query).await.unwrap();
        lines
            .iter()
            .map(|line| (line.title.clone(), line.execution))
            .collect::<Vec<_>>()
    };
    let all = ScriptLogQuery {
        limit: 10,
        ..ScriptLogQuery::default()
    };
    let named = |title: &str, execution| (title.to_owned(), execution);
    assert_eq!(
        titles(all.clone()).await,
        [named("c", 2), named("b", 1), named("a", 1)]
    );
    let errors = ScriptLogQuery {
        level: Some(LogLevel::Error),
        script: Some(1),
        ..all.clone()
    };
    assert_eq!(titles(errors).await, [named("b", 1)]);
    assert_eq!(
        titles(ScriptLogQuery {
            before: Some(2),
            ..all.clone()
        })
        .await,
        [named("a", 1)]
    );
    assert_eq!(
        titles(ScriptLogQuery {
            after: Some(2),
            ..all.clone()
        })
        .await,
        [named("c", 2)]
    );
    let line = &account.records.script_log(all).await.unwrap()[0];
    assert_eq!(line.details.len(), 3999, "NetSuite cuts details there");
    assert_eq!((line.at, line.user, line.role), (NOW, 7, 3));
}

#[tokio::test]
async fn a_line_is_kept_for_thirty_days_and_a_moved_clock_drops_none() {
    let account = Account::new().await;
    account
        .records
        .log_script(entry(ALICE, 1, &[(LogLevel::Audit, "old")]))
        .await
        .unwrap();
    let month = std::time::Duration::from_secs(31 * 24 * 60 * 60);
    let later = Stamp {
        at: NOW.plus(month),
        by: 7,
    };
    let titles = async || {
        let query = ScriptLogQuery {
            limit: 10,
            ..ScriptLogQuery::default()
        };
        let lines = account.records.script_log(query).await.unwrap();
        lines.into_iter().map(|line| line.title).collect::<Vec<_>>()
    };
    let by_a_moved_clock = ScriptLogEntry {
        unmoved: None,
        ..entry(later, 1, &[(LogLevel::Audit, "moved")])
    };
    account.records.log_script(by_a_moved_clock).await.unwrap();
    assert_eq!(
        titles().await,
        ["moved", "old"],
        "a clock that was moved drops nothing"
    );
    let new = entry(later, 1, &[(LogLevel::Audit, "new")]);
    account.records.log_script(new).await.unwrap();
    assert_eq!(titles().await, ["new", "moved"]);
}

#[tokio::test]
async fn of_many_lines_the_last_are_kept() {
    let account = Account::new().await;
    let lines = (0..100_002).map(|line| (LogLevel::Audit, line.to_string(), String::new()));
    let many = ScriptLogEntry {
        lines: lines.collect(),
        ..entry(ALICE, 1, &[])
    };
    account.records.log_script(many).await.unwrap();
    let query = |before| ScriptLogQuery {
        before,
        limit: 1,
        ..ScriptLogQuery::default()
    };
    let last = account.records.script_log(query(None)).await.unwrap().remove(0);
    assert_eq!(last.title, "100001");
    let first_kept = last.id - 99_999;
    let first = account
        .records
        .script_log(query(Some(first_kept + 1)))
        .await
        .unwrap();
    assert_eq!(first[0].title, "2");
    let none = account.records.script_log(query(Some(first_kept))).await.unwrap();
    assert_eq!(none, []);
}
