//! Many refusals at once: counted in the trail, and no hindrance to those who are let in.

use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{Authority, LoginAttempt, Presented, Source};
use countersign_model::Surface;
use countersign_protocol::{Request, Scheme};
use countersign_testkit::{Account, Application};
use tokio::task::JoinSet;

const REST: &str = "/services/rest/record/v1/customer";

/// Tries to log in with this header, straight at the authority.
async fn attempt(authority: &Authority, authorization: &str, ip: [u8; 4]) {
    let authorization = [authorization];
    let attempt = LoginAttempt {
        surface: Surface::Rest,
        service: None,
        presented: Presented::Headers {
            request: Ok(Request::received("GET", Scheme::Http, "localhost", REST).unwrap()),
            authorization: &authorization,
        },
        session_cookie: false,
        source: Source {
            ip: Some(ip.into()),
            user_agent: None,
            uri: REST,
        },
    };
    assert!(authority.log_in(&attempt).await.is_err());
}

/// So many at once: a refusal is answered when it is written, so that one caller alone makes no flood.
async fn attempts(account: &Account, number: usize, authorization: &'static str, ip: [u8; 4]) {
    let mut callers = JoinSet::new();
    for _ in 0..number {
        let authority = Arc::clone(&account.authority);
        callers.spawn(async move { attempt(&authority, authorization, ip).await });
    }
    callers.join_all().await;
}

#[tokio::test]
async fn a_flood_of_bad_logins_is_counted_and_loses_none() {
    let account = Account::ready().await;
    attempts(&account, 2_000, "Bearer x", [192, 0, 2, 1]).await;
    attempts(&account, 2_000, "OAuth", [192, 0, 2, 1]).await;
    attempts(&account, 1, "Bearer x", [192, 0, 2, 2]).await;
    let rows = account.logins().await;
    let count = |detail: &str, ip: &str| -> u32 {
        rows.iter()
            .filter(|row| row.detail.as_deref() == Some(detail) && row.ip_address.as_deref() == Some(ip))
            .map(|row| row.count)
            .sum()
    };
    assert_eq!(count("(not TBA)", "192.0.2.1"), 2_000);
    assert_eq!(count("MissingTokenPassportRequiredFields", "192.0.2.1"), 2_000);
    assert_eq!(count("(not TBA)", "192.0.2.2"), 1);
    assert!(
        rows.len() < 250,
        "{} rows for two causes of one source",
        rows.len()
    );
}

/// Rows are written before the next ones come.
#[tokio::test]
async fn a_steady_trickle_of_bad_logins_is_counted_too() {
    let account = Account::ready().await;
    let mut callers = JoinSet::new();
    for _ in 0..300 {
        let authority = Arc::clone(&account.authority);
        callers.spawn(async move { attempt(&authority, "Bearer x", [192, 0, 2, 1]).await });
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    callers.join_all().await;
    let rows = account.logins().await;
    assert_eq!(rows.iter().map(|row| row.count).sum::<u32>(), 300);
    assert!(rows.len() < 150, "{} rows", rows.len());
}

#[tokio::test]
async fn in_the_next_second_rows_are_written_one_by_one_again() {
    let account = Account::ready().await;
    attempts(&account, 500, "Bearer x", [192, 0, 2, 1]).await;
    account.clock.advance(Duration::from_secs(1));
    attempts(&account, 1, "Bearer y", [192, 0, 2, 1]).await;
    let last = account.last_login().await;
    assert_eq!(
        (last.count, last.date.to_string().as_str()),
        (1, "2026-01-01T00:00:01Z")
    );
    let total: u32 = account.logins().await.iter().map(|row| row.count).sum();
    assert_eq!(total, 501);
}

#[tokio::test]
async fn those_who_are_let_in_keep_their_own_rows_in_a_flood() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for _ in 0..20 {
        attempts(&account, 50, "Bearer x", [192, 0, 2, 1]).await;
        assert_eq!(caller.get(REST).send().await.status, 200);
    }
    let rows = account.logins().await;
    let let_in: Vec<_> = rows.iter().filter(|row| row.status == "Success").collect();
    assert_eq!(let_in.len(), 20);
    assert!(
        let_in
            .iter()
            .all(|row| row.count == 1 && row.user.as_deref() == Some("Ada Byron"))
    );
}

#[tokio::test]
async fn a_counted_row_names_nobody() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let thief = Application {
        token_secret: "wrong".repeat(9),
        ..account.application()
    };
    let caller = server.caller(&thief);
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let caller = caller.clone();
        callers.spawn(async move { caller.get(REST).send().await.status });
    }
    assert_eq!(callers.join_all().await, [401; 100]);
    let rows = account.logins().await;
    assert_eq!(rows.iter().map(|row| row.count).sum::<u32>(), 100);
    assert!(rows.iter().any(|row| row.count > 1));
    for row in rows.iter().filter(|row| row.count > 1) {
        assert_eq!(
            (&row.user, &row.consumer_key, &row.token_id),
            (&None, &None, &None)
        );
    }
}
