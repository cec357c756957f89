//! Which way the databases take through a page. With 1,000,000 tokens, 200,000 users and 10,000 integration records they
//! also show how long that and the single reads take; to make so many takes a minute, so that is done when asked for:
//! `tests/postgres-server cargo test -p countersign-store --features postgres-tests --lib plans -- --ignored --nocapture`

use std::time::Duration;

use countersign_database::{Row, Transaction};
use countersign_model::{AccessTokenId, EntityId, EntityKind, IntegrationId, IntegrationState, RoleId};
use countersign_world::{Clock, SystemClock};

use super::{Direction, Place, Select};
use crate::{IntegrationFilter, Store, StoreError, TokenFilter, UserFilter, integrations, tokens, users};

const FEW: i64 = 2_000;
const MANY: i64 = 1_000_000;

const LIMIT: u32 = 100;

/// Half of the tokens are of one integration record, a tenth of one user, nearly all of one role; the older half is
/// revoked, and a tenth has one name.
const FILL: [&str; 8] = [
    "INSERT INTO account SELECT 1, '1234567', 'Honeycomb Mfg.', 0, 1000000 FROM n WHERE n = 1",
    "INSERT INTO settings
     SELECT 1, 0, 'Strong', 10, NULL, 30, NULL, 0, 180, 'Standard', 0, 0, '', NULL FROM n WHERE n = 1",
    "INSERT INTO role
     SELECT n, 'Role ' || n, 'role ' || n, 'Classic Center', 0, 0, 0, 0 FROM n WHERE n BETWEEN 1000 AND 1001",
    "INSERT INTO integration
     SELECT n, 'Sync ' || n, 'sync ' || n, '', '', CASE n % 1000 WHEN 0 THEN 'Blocked' ELSE 'Enabled' END,
            'this account', '00000000-0000-0000-0000-000000000000', 1, 0, 0,
            NULL, 0, 0, NULL, 'key-' || n, 1, 0, 0, NULL
     FROM n WHERE n <= 10000",
    "INSERT INTO entity
     SELECT n, CASE n % 50000 WHEN 0 THEN 'Partner' ELSE 'Employee' END, 'Ada ' || n, 'ada ' || n,
            'ada' || n || '@example.com', 1, CASE n % 40000 WHEN 0 THEN 1 ELSE 0 END, '', 0, 0, 1, NULL, NULL
     FROM n WHERE n <= 200000",
    "INSERT INTO entity_role SELECT n, 0, 1000, 0 FROM n WHERE n <= 200000",
    "INSERT INTO access_token
     SELECT n, 'Sync', CASE n % 10 WHEN 0 THEN 'nightly' ELSE 'sync ' || n END, 'token-' || n,
            CASE n % 10 WHEN 1 THEN 1 ELSE (n - 1) % 200000 + 1 END, CASE n % 10000 WHEN 2 THEN 1001 ELSE 1000 END,
            CASE n % 2 WHEN 0 THEN 1 ELSE (n - 1) % 10000 + 1 END, 0, CASE WHEN n <= 500000 THEN 0 END, 1, 0, NULL
     FROM n",
    "INSERT INTO system_note
     SELECT n, 0, NULL, 'root', 'cli', 'token', n, 'Create', 'Name', NULL, 'Sync' FROM n",
];

/// How a kind of database explains a statement, and learns about its tables.
struct Kind {
    explain: &'static str,
    column: &'static str,
    learn: &'static str,
    set_up: &'static str,
    /// Whether a line of the plan means work in proportion to a table.
    is_long: fn(&str) -> bool,
}

const SQLITE: Kind = Kind {
    explain: "EXPLAIN QUERY PLAN",
    column: "detail",
    learn: "SELECT 1",
    set_up: "SELECT 1",
    is_long: |line| line.starts_with("SCAN") && !line.contains(" USING ") && line != "SCAN listed",
};

#[cfg(feature = "postgres-tests")]
const POSTGRESQL: Kind = Kind {
    explain: "EXPLAIN",
    column: "QUERY PLAN",
    learn: "ANALYZE",
    set_up: "SELECT 1",
    is_long: |line| line.contains("Seq Scan"),
};

/// Takes an index where there is one, as if the tables were large.
#[cfg(feature = "postgres-tests")]
const POSTGRESQL_WITH_FEW: Kind = Kind {
    set_up: "SET LOCAL enable_seqscan = off",
    ..POSTGRESQL
};

#[tokio::test]
async fn sqlite_has_an_index_for_every_page() {
    walk_an_index_for_every_page(&Store::in_memory().unwrap(), &SQLITE, FEW).await;
}

#[tokio::test]
#[ignore = "takes a minute"]
async fn sqlite_walks_an_index_among_a_million() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::sqlite(&folder.path().join("account.sqlite")).unwrap();
    walk_an_index_for_every_page(&store, &SQLITE, MANY).await;
}

#[cfg(feature = "postgres-tests")]
async fn on_postgresql(schema: &str, kind: &'static Kind, tokens: i64) {
    let address = countersign_world::environment::variable("COUNTERSIGN_TEST_POSTGRES").unwrap();
    let server = crate::Server::connect(crate::Address::parse(&address).unwrap());
    let schema = crate::Schema::parse(schema).unwrap();
    let store = Store::postgres(&server.await.unwrap(), &schema).await.unwrap();
    walk_an_index_for_every_page(&store, kind, tokens).await;
    run(&store, &format!("DROP SCHEMA {schema} CASCADE")).await;
}

#[cfg(feature = "postgres-tests")]
#[tokio::test]
async fn postgresql_has_an_index_for_every_page() {
    on_postgresql("test_plans_of_few", &POSTGRESQL_WITH_FEW, FEW).await;
}

#[cfg(feature = "postgres-tests")]
#[tokio::test]
#[ignore = "takes a minute"]
async fn postgresql_walks_an_index_among_a_million() {
    on_postgresql("test_plans_of_many", &POSTGRESQL, MANY).await;
}

async fn walk_an_index_for_every_page(store: &Store, kind: &'static Kind, tokens: i64) {
    for statement in FILL {
        // In parts: no statement may take a minute.
        for first in (1..tokens).step_by(100_000) {
            let last = tokens.min(first + 99_999);
            let numbers = format!(
                "WITH RECURSIVE n (n) AS (VALUES ({first}) UNION ALL SELECT n + 1 FROM n WHERE n < {last})"
            );
            run(store, &format!("{numbers} {statement}")).await;
        }
    }
    run(store, kind.learn).await;

    let mut timed = Timed::new();
    for after in [None, Some(900_000)] {
        for filter in token_filters() {
            let asked = filter.clone();
            let explain = async move |snapshot: &mut Transaction<'_>| {
                let place = Place::after(
                    snapshot,
                    "access_token",
                    (asked.name.as_deref(), asked.direction),
                    after,
                )
                .await?;
                for revoked in [true, false] {
                    explain(snapshot, kind, tokens::page(&asked, revoked, &place, LIMIT)).await?;
                }
                Ok::<_, StoreError>(())
            };
            store.database.read(explain).await.unwrap();
            let page = || store.tokens(filter.clone(), after.map(AccessTokenId::new), LIMIT);
            timed.twice(&format!("{filter:?} {after:?}"), page).await;
        }
    }
    for after in [None, Some(150_000)] {
        for filter in user_filters() {
            let asked = filter.clone();
            let explain = async move |snapshot: &mut Transaction<'_>| {
                let place = Place::after(
                    snapshot,
                    "entity",
                    (asked.name.as_deref(), asked.direction),
                    after,
                )
                .await?;
                explain(snapshot, kind, users::page(&asked, &place, LIMIT)).await
            };
            store.database.read(explain).await.unwrap();
            let page = || store.users(filter.clone(), after.map(EntityId::new), LIMIT);
            timed.twice(&format!("{filter:?} {after:?}"), page).await;
        }
    }
    for after in [None, Some(9_000)] {
        for filter in integration_filters() {
            let asked = filter.clone();
            let explain = async move |snapshot: &mut Transaction<'_>| {
                let place = Place::after(
                    snapshot,
                    "integration",
                    (asked.name.as_deref(), asked.direction),
                    after,
                )
                .await?;
                explain(snapshot, kind, integrations::page(&asked, &place, LIMIT)).await
            };
            store.database.read(explain).await.unwrap();
            let page = || store.integrations(filter.clone(), after.map(IntegrationId::new), LIMIT);
            timed.twice(&format!("{filter:?} {after:?}"), page).await;
        }
    }
    timed.twice("head", || store.head()).await;
    timed
        .twice("token", || store.token(AccessTokenId::new(700_000)))
        .await;
    timed
        .twice("token_by_id", || store.token_by_id("token-700000"))
        .await;
    timed.twice("user", || store.user(EntityId::new(150_000))).await;
    timed
        .twice("integration", || store.integration(IntegrationId::new(7_000)))
        .await;
    timed
        .twice("integration_by_consumer_key", || {
            store.integration_by_consumer_key("key-7000")
        })
        .await;
    timed
        .twice("changes_since", || store.changes_since(700_000, LIMIT))
        .await;
    println!("the slowest: {:.2} ms", timed.slowest.as_secs_f64() * 1e3);
}

fn token_filters() -> Vec<TokenFilter> {
    let user = |id| Some(EntityId::new(id));
    let role = |id| Some(RoleId::new(id));
    let integration = |id| Some(IntegrationId::new(id));
    let mut filters = Vec::new();
    for revoked in [None, Some(true), Some(false)] {
        for name in [
            None,
            Some("s".to_owned()),
            Some("Sync 777".to_owned()),
            Some("nightly".to_owned()),
        ] {
            let all = TokenFilter {
                revoked,
                name,
                ..TokenFilter::default()
            };
            filters.extend([
                TokenFilter {
                    user: user(777),
                    ..all.clone()
                },
                TokenFilter {
                    user: user(777),
                    role: role(1000),
                    integration: integration(1),
                    ..all.clone()
                },
                TokenFilter {
                    integration: integration(1),
                    ..all.clone()
                },
                TokenFilter {
                    integration: integration(777),
                    role: role(1000),
                    ..all.clone()
                },
                TokenFilter {
                    role: role(1000),
                    ..all.clone()
                },
                TokenFilter {
                    role: role(1001),
                    ..all.clone()
                },
                all,
            ]);
        }
    }
    let down = |filter: &TokenFilter| TokenFilter {
        direction: Direction::Down,
        ..filter.clone()
    };
    let downwards: Vec<TokenFilter> = filters.iter().map(down).collect();
    filters.into_iter().chain(downwards).collect()
}

fn user_filters() -> Vec<UserFilter> {
    let mut filters = vec![UserFilter {
        email: Some("ada777@example.com".into()),
        ..UserFilter::default()
    }];
    for name in [None, Some("ada 77".to_owned())] {
        for kind in [None, Some(EntityKind::Employee), Some(EntityKind::Partner)] {
            for inactive in [None, Some(true), Some(false)] {
                for direction in [Direction::Up, Direction::Down] {
                    filters.push(UserFilter {
                        name: name.clone(),
                        kind,
                        inactive,
                        direction,
                        ..UserFilter::default()
                    });
                }
            }
        }
    }
    filters
}

fn integration_filters() -> Vec<IntegrationFilter> {
    let mut filters = Vec::new();
    for name in [None, Some("Sync 77".to_owned())] {
        for state in [
            None,
            Some(IntegrationState::Enabled),
            Some(IntegrationState::Blocked),
        ] {
            for direction in [Direction::Up, Direction::Down] {
                filters.push(IntegrationFilter {
                    name: name.clone(),
                    state,
                    direction,
                });
            }
        }
    }
    filters
}

async fn explain(snapshot: &mut Transaction<'_>, kind: &Kind, select: Select<'_>) -> Result<(), StoreError> {
    snapshot
        .rows(kind.set_up, &[], |_| Ok::<_, StoreError>(()))
        .await?;
    let Select { sql, values } = select;
    let line = |row: &Row<'_>| Ok::<_, StoreError>(row.text(kind.column)?);
    let plan = snapshot
        .rows(&format!("{} {sql}", kind.explain), &values, line)
        .await?;
    assert!(
        !plan.iter().any(|line| (kind.is_long)(line)),
        "{sql}\n{}",
        plan.join("\n")
    );
    Ok(())
}

async fn run(store: &Store, statement: &str) {
    let statement = statement.to_owned();
    let run =
        async move |transaction: &mut Transaction<'_>| transaction.rows(&statement, &[], |_| Ok(())).await;
    let _: Vec<()> = store.database.write::<_, _, StoreError>(run).await.unwrap();
}

struct Timed {
    clock: SystemClock,
    slowest: Duration,
}

impl Timed {
    fn new() -> Self {
        Self {
            clock: SystemClock::new(),
            slowest: Duration::ZERO,
        }
    }

    /// The first time a page may have to come from the disk.
    async fn twice<T>(&mut self, what: &str, ask: impl AsyncFn() -> Result<T, StoreError>) {
        ask().await.unwrap();
        let begun = self.clock.elapsed();
        ask().await.unwrap();
        let took = self.clock.elapsed() - begun;
        self.slowest = self.slowest.max(took);
        println!("{:7.2} ms  {what}", took.as_secs_f64() * 1e3);
    }
}
