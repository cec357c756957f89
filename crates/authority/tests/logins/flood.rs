//! Many refusals at once: counted in the trail, and no hindrance to those who are let in.

use countersign_authority::{LoginAttempt, Presented, Source};
use countersign_model::Surface;
use countersign_protocol::{Request, Scheme};
use countersign_testkit::{Account, Application};

const REST: &str = "/services/rest/record/v1/customer";

/// Tries to log in with this header, straight at the authority.
async fn attempt(account: &Account, authorization: &str, ip: [u8; 4]) {
    let authorization = [authorization];
    let attempt = LoginAttempt {
        surface: Surface::Rest,
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
    assert!(account.authority.log_in(&attempt).await.is_err());
}

#[tokio::test]
async fn a_flood_of_bad_logins_is_counted_and_loses_none() {
    let account = Account::ready().await;
    for _ in 0..2_000 {
        attempt(&account, "Bearer x", [192, 0, 2, 1]).await;
        attempt(&account, "OAuth", [192, 0, 2, 1]).await;
    }
    attempt(&account, "Bearer x", [192, 0, 2, 2]).await;
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

/// Each is written before the next one comes.
#[tokio::test]
async fn a_steady_trickle_of_bad_logins_is_counted_too() {
    let account = Account::ready().await;
    for _ in 0..300 {
        attempt(&account, "Bearer x", [192, 0, 2, 1]).await;
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let rows = account.logins().await;
    assert_eq!(rows.iter().map(|row| row.count).sum::<u32>(), 300);
    assert_eq!(rows.len(), 51);
}

#[tokio::test]
async fn in_the_next_second_rows_are_written_one_by_one_again() {
    let account = Account::ready().await;
    for _ in 0..500 {
        attempt(&account, "Bearer x", [192, 0, 2, 1]).await;
    }
    account.clock.advance(std::time::Duration::from_secs(1));
    attempt(&account, "Bearer y", [192, 0, 2, 1]).await;
    let last = account.last_login().await;
    assert_eq!((last.count, last.date.as_str()), (1, "2026-01-01T00:00:01Z"));
    let total: u32 = account.logins().await.iter().map(|row| row.count).sum();
    assert_eq!(total, 501);
}

#[tokio::test]
async fn those_who_are_let_in_keep_their_own_rows_in_a_flood() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for _ in 0..20 {
        for _ in 0..50 {
            attempt(&account, "Bearer x", [192, 0, 2, 1]).await;
        }
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
    for _ in 0..60 {
        assert_eq!(caller.get(REST).send().await.status, 401);
    }
    let rows = account.logins().await;
    assert_eq!(rows.iter().map(|row| row.count).sum::<u32>(), 60);
    for row in rows.iter().filter(|row| row.count > 1) {
        assert_eq!(
            (&row.user, &row.consumer_key, &row.token_id),
            (&None, &None, &None)
        );
    }
}
