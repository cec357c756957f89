//! The execution log.

use super::founded;
use countersign_model::{
    EntityId, ExecutionRow, ExecutionSearch, ExecutionStatus, IntegrationId, LoginRole, LoginUser, OneLine,
    RequestUri, RoleId, Surface,
};
use countersign_store::Store;
use countersign_world::UnixTime;
use std::time::Duration;

fn row(second: i64) -> ExecutionRow {
    ExecutionRow {
        at: UnixTime::from_seconds(second),
        integration: IntegrationId::new(second % 3),
        surface: *Surface::ALL.iter().cycle().nth(second as usize).unwrap(),
        user: LoginUser {
            id: EntityId::new(42),
            name: "Ada Byron".into(),
            email: "ada@example.com".into(),
        },
        role: LoginRole {
            id: RoleId::new(1001),
            name: "Integrator".into(),
        },
        operation: OneLine::of(if second % 2 == 0 { "GET" } else { "POST" }),
        request_uri: RequestUri::of("/services/rest/record/v1/customer"),
        status: *ExecutionStatus::ALL.iter().cycle().nth(second as usize).unwrap(),
        http_status: 200,
        took: Duration::from_micros(3_141),
        request_bytes: 900,
        response_bytes: 5_000_000_000,
    }
}

async fn found(store: &Store, search: &ExecutionSearch, limit: u32) -> Vec<ExecutionRow> {
    let mut rows = Vec::new();
    let mut before = None;
    loop {
        let page = store.executions(search.clone(), before, limit).await.unwrap();
        rows.extend(page.rows.into_iter().map(|(_, row)| row));
        match page.rest {
            Some(rest) => before = Some(rest),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn rows_come_back_newest_first_for_every_filter_and_size_of_page() {
    let (store, _place) = founded().await;
    let mut rows: Vec<_> = (0..40).map(row).collect();
    store.append_executions(rows[..20].to_vec()).await.unwrap();
    store.append_executions(rows[20..].to_vec()).await.unwrap();
    rows.reverse();
    let all = ExecutionSearch::default();
    let second = |second| Some(UnixTime::from_seconds(second));
    let searches = [
        all.clone(),
        ExecutionSearch {
            integration: Some(IntegrationId::new(1)),
            ..all.clone()
        },
        ExecutionSearch {
            integration: Some(IntegrationId::new(1)),
            since: second(9),
            until: second(31),
            operation: Some("post".into()),
            ..all.clone()
        },
        ExecutionSearch {
            surface: Some(Surface::Soap),
            status: Some(ExecutionStatus::Rejected),
            ..all.clone()
        },
        ExecutionSearch {
            request_uri: Some("VENDOR".into()),
            ..all
        },
    ];
    for search in searches {
        let expected: Vec<_> = rows.iter().filter(|row| search.admits(row)).cloned().collect();
        for limit in [1, 7, 1000] {
            assert_eq!(found(&store, &search, limit).await, expected, "{search:?}");
        }
    }
}

#[tokio::test]
async fn rows_are_found_by_the_moments_of_their_logins() {
    let (store, _place) = founded().await;
    let rows: Vec<_> = (0..9).map(row).collect();
    store.append_executions(rows.clone()).await.unwrap();
    let at = |seconds: &[i64]| seconds.iter().copied().map(UnixTime::from_seconds).collect();
    assert_eq!(store.executions_at(at(&[])).await.unwrap(), []);
    assert_eq!(store.executions_at(at(&[77])).await.unwrap(), []);
    let found = store.executions_at(at(&[2, 5, 77])).await.unwrap();
    let [second, fifth] = [2, 5].map(|place: usize| rows.get(place).unwrap());
    assert!(
        found.len() == 2 && found.contains(second) && found.contains(fifth),
        "{found:?}"
    );
}

#[tokio::test]
async fn rows_past_their_time_are_purged_in_batches() {
    let (store, _place) = founded().await;
    store.append_executions((0..10).map(row).collect()).await.unwrap();
    let purge = || store.purge_executions(UnixTime::from_seconds(5), 3);
    assert_eq!(
        (
            purge().await.unwrap(),
            purge().await.unwrap(),
            purge().await.unwrap()
        ),
        (3, 2, 0)
    );
    let left = found(&store, &ExecutionSearch::default(), 99).await;
    assert_eq!(left, (5..10).rev().map(row).collect::<Vec<_>>());
}
