//! The five minutes on either side of the account's clock, also when that clock is moved.

use std::time::Duration;

use countersign_testkit::{Account, Caller};

const REST: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";

async fn is_in_time(account: &Account, caller: &Caller, seconds: i64) -> bool {
    caller.get(REST).seconds_off(seconds).send().await;
    let rest = account.last_login().await;
    caller.get(RESTLET).seconds_off(seconds).send().await;
    let restlet = account.last_login().await;
    assert_eq!(rest.detail, restlet.detail);
    assert!(
        matches!(rest.detail.as_deref(), None | Some("InvalidTimestamp")),
        "{rest:?}"
    );
    rest.detail.is_none()
}

#[tokio::test]
async fn three_hundred_seconds_are_in_time_and_one_more_is_not() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for (seconds, expected) in [(-301, false), (-300, true), (0, true), (300, true), (301, false)] {
        assert_eq!(
            is_in_time(&account, &caller, seconds).await,
            expected,
            "{seconds} s"
        );
    }
}

#[tokio::test]
async fn a_passport_has_the_same_five_minutes() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let now = account.authority.now().seconds();
    for (seconds, expected) in [(-301, 500), (-300, 200), (300, 200), (301, 500)] {
        let call = caller
            .soap("getServerTime")
            .field("timestamp", &(now + seconds).to_string());
        assert_eq!(call.send().await.status, expected, "{seconds} s");
    }
}

#[tokio::test]
async fn a_request_grows_old_as_the_clock_moves() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let (first, second) = (caller.get(REST).sign(), caller.get(REST).sign());
    account.clock.advance(Duration::from_millis(300_999));
    assert_eq!(first.send().await.status, 200, "300 whole seconds");
    account.clock.advance(Duration::from_millis(1));
    assert_eq!(second.send().await.status, 401);
    assert_eq!(account.last_login().await.mistake.as_deref(), Some("clock_skew"));
}

#[tokio::test]
async fn a_clock_that_steps_back_brings_no_nonce_back() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let start = account.authority.now();
    let signed = caller.get(REST).sign();
    assert_eq!(signed.send().await.status, 200);
    account.clock.advance(Duration::from_secs(3600));
    account.authority.sync_ledger().unwrap();
    account.clock.set(start);
    assert_eq!(signed.send().await.status, 401);
}

#[tokio::test]
async fn a_token_is_as_good_after_ten_years() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    account
        .clock
        .advance(Duration::from_secs(10 * 366 * 24 * 60 * 60));
    account.authority.beat().await;
    assert_eq!(caller.get(REST).send().await.status, 200);
}
