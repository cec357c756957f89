//! The Login Audit Trail.

use super::founded;
use countersign_model::{
    Detail, EntityId, LoginRole, LoginRow, LoginStatus, LoginUser, Masked, OneLine, RequestUri, RoleId,
    SecurityChallenge, Surface,
};
use countersign_store::{LoginFilter, MAX_ROWS, Outcome};
use countersign_world::UnixTime;
use std::num::NonZeroU32;

pub(crate) fn success(second: i64) -> LoginRow {
    LoginRow {
        at: UnixTime::from_seconds(second),
        status: LoginStatus::Success,
        surface: Surface::Rest,
        user: Some(LoginUser {
            id: EntityId::new(42),
            name: "Ada Byron".into(),
            email: "ada@example.com".into(),
        }),
        role: Some(LoginRole {
            id: RoleId::new(1000),
            name: "Integrator".into(),
        }),
        token_name: Some("nightly".into()),
        application_name: Some("Warehouse sync".into()),
        ip: Some("2001:db8::7".parse().unwrap()),
        user_agent: Some(OneLine::of("curl/8.0\r\nX: y")),
        request_uri: RequestUri::of("/app/site/hosting/restlet.nl?script=6&deploy=1&secret=x"),
        security_challenge: SecurityChallenge::Passed,
        callback: Some(OneLine::of("https://evil.example/cb")),
        consumer_key: Some(Masked::of("ef40afdd8abaac111b13825dd5e5e2dd")),
        token_id: Some(Masked::of("short")),
        count: NonZeroU32::MIN,
    }
}

fn failure(second: i64, surface: Surface, detail: Detail) -> LoginRow {
    LoginRow {
        status: LoginStatus::Failure {
            detail,
            reason: "Sent twice.".into(),
            mistake: Some("header_reused".into()),
        },
        surface,
        user: None,
        role: None,
        token_name: None,
        application_name: None,
        ip: None,
        user_agent: None,
        consumer_key: None,
        token_id: None,
        count: NonZeroU32::new(4_000_000_000).unwrap(),
        ..success(second)
    }
}

#[tokio::test]
async fn every_kind_of_row_comes_back_newest_first() {
    let (store, _folder) = founded().await;
    let mut rows = vec![success(0)];
    let mut second = 0;
    for detail in Detail::ALL.iter().copied() {
        for surface in Surface::ALL.iter().copied() {
            second += 1;
            rows.push(failure(second, surface, detail));
        }
    }
    store.append_logins(rows.clone()).await.unwrap();
    rows.reverse();
    assert_eq!(store.logins(LoginFilter::default()).await.unwrap(), rows);
}

#[tokio::test]
async fn the_trail_is_in_the_order_it_was_written_wherever_the_clock_is_moved() {
    let (store, _folder) = founded().await;
    let year_9999 = 253_402_300_799;
    let mut written = Vec::new();
    for second in [5, 5, 4, year_9999, year_9999, -1, 5] {
        store
            .append_logins(vec![
                success(second),
                failure(second, Surface::Soap, Detail::NonceUsed),
            ])
            .await
            .unwrap();
        written.insert(0, success(second));
        written.insert(0, failure(second, Surface::Soap, Detail::NonceUsed));
    }
    assert_eq!(store.logins(LoginFilter::default()).await.unwrap(), written);
    for since in [-1, 0, 5, year_9999, year_9999 + 1] {
        let since = UnixTime::from_seconds(since);
        let expected: Vec<_> = written.iter().filter(|row| row.at >= since).cloned().collect();
        let filter = LoginFilter {
            since: Some(since),
            ..LoginFilter::default()
        };
        assert_eq!(store.logins(filter).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn the_trail_is_filtered_by_status_and_time() {
    let (store, _folder) = founded().await;
    let failed = |second| failure(second, Surface::Restlet, Detail::InvalidSignature);
    store
        .append_logins(vec![success(1), failed(2), success(3), failed(4)])
        .await
        .unwrap();
    let rows = async |status, since: i64, limit| {
        let since = Some(UnixTime::from_seconds(since));
        store.logins(LoginFilter { status, since, limit }).await.unwrap()
    };
    assert_eq!(rows(Some(Outcome::Failure), 0, 9).await, [failed(4), failed(2)]);
    assert_eq!(rows(Some(Outcome::Success), 0, 9).await, [success(3), success(1)]);
    assert_eq!(rows(None, 3, 9).await, [failed(4), success(3)]);
    assert_eq!(rows(None, 0, 1).await, [failed(4)]);
    assert_eq!(rows(None, 0, 0).await, []);
}

#[tokio::test]
async fn one_call_gives_a_bounded_number_of_rows() {
    let (store, _folder) = founded().await;
    let rows = (0..i64::from(MAX_ROWS) + 1).map(success).collect();
    store.append_logins(rows).await.unwrap();
    let filter = LoginFilter {
        limit: u32::MAX,
        ..LoginFilter::default()
    };
    assert_eq!(store.logins(filter).await.unwrap().len(), MAX_ROWS as usize);
}

#[tokio::test]
async fn a_moment_is_kept_to_the_millisecond_however_far_off_it_lies() {
    let (store, _folder) = founded().await;
    let at = |millis| LoginRow {
        at: UnixTime::from_millis(millis),
        ..success(0)
    };
    let mut rows = vec![at(i64::MIN), at(-1), at(0), at(1_700_000_000_123), at(i64::MAX)];
    store.append_logins(rows.clone()).await.unwrap();
    rows.reverse();
    assert_eq!(store.logins(LoginFilter::default()).await.unwrap(), rows);
    let filter = LoginFilter {
        since: Some(UnixTime::from_millis(i64::MAX)),
        ..LoginFilter::default()
    };
    assert_eq!(store.logins(filter).await.unwrap(), [at(i64::MAX)]);
}
