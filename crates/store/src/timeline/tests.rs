//! Which way SQLite takes through a walk, and how long the searches of a large trail take. The latter is done when asked
//! for: `cargo test -p countersign-store --release --lib timeline -- --ignored --nocapture`

use countersign_model::LoginSearch;
use countersign_world::{Clock, SystemClock};

use super::*;
use crate::Store;

/// Lines of SQLite's plan for a batch of this walk.
async fn plan(store: &Store, walk: Walk<'static>, is_behind: bool) -> String {
    let explain = async move |snapshot: &mut Transaction<'_>| {
        let segment = Segment {
            is_behind,
            low: 0,
            top: 9,
        };
        let mut statement = Statement::over(&walk.columns, walk.table, segment);
        let conditions = walk.among.iter().chain(&walk.checks);
        conditions.for_each(|condition| statement.and(*condition));
        statement.end("ORDER BY id DESC LIMIT", 100);
        let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        snapshot
            .rows(&sql, &statement.values, |row| Ok(row.text("detail")?))
            .await
    };
    let lines: Vec<String> = store.database.read::<_, _, StoreError>(explain).await.unwrap();
    lines.join("\n")
}

#[tokio::test]
async fn a_walk_goes_along_the_index_of_what_it_is_among() {
    let store = Store::in_memory().unwrap();
    let over = |table| Walk::over(table, &["id"], (None, None));
    let all = plan(&store, over("login"), false).await;
    assert!(all.contains("USING INTEGER PRIMARY KEY"), "{all}");
    let failed = plan(&store, over("login").among("detail IS NOT NULL"), false).await;
    assert!(failed.contains("failed_login"), "{failed}");
    // The index of moments would have to be sorted by id.
    let moment = |second| Some(UnixTime::from_seconds(second));
    let between = Walk::over("execution", &["id"], (moment(5), moment(6)));
    let between = plan(&store, between, false).await;
    assert!(between.contains("USING INTEGER PRIMARY KEY"), "{between}");
    let behind = plan(&store, over("login"), true).await;
    assert!(behind.contains("login_behind"), "{behind}");
    let of_one = plan(
        &store,
        over("execution").with("integration =", Some(7_i64)),
        false,
    )
    .await;
    assert!(of_one.contains("execution_by_integration"), "{of_one}");
}

const MANY: i64 = 3_000_000;

async fn time_searches(store: &Store) {
    for first in (0..MANY).step_by(500_000) {
        let fill = format!(
            "WITH RECURSIVE n (n) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT n + 1 FROM n WHERE n < {})
             INSERT INTO login SELECT n * 1000 * 1048576, n * 1000, 'REST', CASE n % 100000 WHEN 7 THEN 'NonceUsed' END,
                 'why', NULL, n % 1000, 'Ada', 'ada@example.com', 3, 'Administrator', 'nightly', 'Warehouse sync',
                 '192.0.2.7', 'curl/8.0', '/services/rest/record/v1/customer/' || n, '', NULL, '67e4', '89ab', 1, NULL
             FROM n",
            first + 499_999
        );
        let fill = async move |transaction: &mut Transaction<'_>| {
            transaction.execute(&fill, &[]).await?;
            Ok::<_, StoreError>(())
        };
        store.database.write(fill).await.unwrap();
    }
    let clock = SystemClock::new();
    let text = |text: &str| Some(text.to_owned());
    let at = |second| Some(UnixTime::from_seconds(second));
    let all = LoginSearch::default();
    let searches = [
        ("everything", all.clone()),
        (
            "failures",
            LoginSearch {
                success: Some(false),
                ..all.clone()
            },
        ),
        (
            "an old hour",
            LoginSearch {
                since: at(4_000),
                until: at(7_600),
                ..all.clone()
            },
        ),
        (
            "one user",
            LoginSearch {
                user: Some(countersign_model::EntityId::new(7)),
                ..all.clone()
            },
        ),
        (
            "a rare text",
            LoginSearch {
                request_uri: text("/no-such-record"),
                ..all
            },
        ),
    ];
    for (name, search) in searches {
        let ask = || store.logins(search.clone(), None, 100);
        ask().await.unwrap();
        let begun = clock.elapsed();
        let page = ask().await.unwrap();
        let took = (clock.elapsed() - begun).as_secs_f64() * 1e3;
        println!(
            "{took:7.2} ms  {name}: {} rows, rest {:?}",
            page.rows.len(),
            page.rest.is_some()
        );
    }
    let begun = clock.elapsed();
    let purged = store
        .purge_logins(UnixTime::from_seconds(100_000), 1000)
        .await
        .unwrap();
    let took = (clock.elapsed() - begun).as_secs_f64() * 1e3;
    println!("{took:7.2} ms  purge of {purged}");
}

#[tokio::test]
#[ignore = "takes a minute"]
async fn searches_of_three_million_rows_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    time_searches(&Store::sqlite(&folder.path().join("account.sqlite")).unwrap()).await;
}

#[cfg(feature = "postgres-tests")]
#[tokio::test]
#[ignore = "takes a minute"]
async fn searches_of_three_million_rows_on_postgresql() {
    let address = countersign_world::environment::variable("COUNTERSIGN_TEST_POSTGRES").unwrap();
    let server = crate::Server::connect(crate::Address::parse(&address).unwrap());
    let schema = crate::Schema::parse("test_timeline").unwrap();
    let store = Store::postgres(&server.await.unwrap(), &schema).await.unwrap();
    time_searches(&store).await;
    let drop_schema = async |transaction: &mut Transaction<'_>| {
        transaction
            .execute("DROP SCHEMA test_timeline CASCADE", &[])
            .await?;
        Ok::<_, StoreError>(())
    };
    store.database.write(drop_schema).await.unwrap();
}
