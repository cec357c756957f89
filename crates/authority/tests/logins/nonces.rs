//! A nonce is used once: on every surface, after a restart and after a crash, and only by a request that was let in.

use countersign_testkit::{Account, Application, Blueprint};
use tokio::io::AsyncWriteExt as _;

const REST: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";

#[tokio::test]
async fn a_request_sent_twice_is_refused_the_second_time() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for (signed, word) in [
        (caller.get(REST).sign(), "NonceUsed"),
        (caller.get(RESTLET).sign(), "nonce_used"),
        (caller.soap("getServerTime").sign(), "NonceUsed"),
    ] {
        assert_ne!(signed.send().await.status, 401);
        assert_eq!(account.last_login().await.status, "Success");
        let again = signed.send().await;
        let code = again.error_code().unwrap();
        assert!(
            ["INVALID_LOGIN", "INVALID_LOGIN_ATTEMPT", "USER_ERROR"].contains(&code.as_str()),
            "{code}"
        );
        let row = account.last_login().await;
        assert_eq!(
            (row.detail.as_deref(), row.mistake.as_deref()),
            (Some(word), Some("nonce_replay"))
        );
    }
}

#[tokio::test]
async fn a_nonce_used_on_one_surface_is_used_on_the_others() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert_eq!(
        caller
            .get(REST)
            .oauth("oauth_nonce", "onceOnly")
            .send()
            .await
            .status,
        200
    );
    let restlet = caller.get(RESTLET).oauth("oauth_nonce", "onceOnly").send().await;
    assert_eq!(restlet.error_code().as_deref(), Some("INVALID_LOGIN_ATTEMPT"));
    assert_eq!(account.last_login().await.detail.as_deref(), Some("nonce_used"));
    caller
        .soap("getServerTime")
        .field("nonce", "onceOnly")
        .send()
        .await;
    assert_eq!(account.last_login().await.detail.as_deref(), Some("NonceUsed"));
    assert_eq!(
        caller
            .get("/rest/tokeninfo")
            .oauth("oauth_nonce", "onceOnly")
            .send()
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn another_timestamp_or_another_token_makes_it_another_nonce() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let call = |seconds| {
        caller
            .get(REST)
            .oauth("oauth_nonce", "onceOnly")
            .seconds_off(seconds)
    };
    assert_eq!(call(0).send().await.status, 200);
    assert_eq!(call(1).send().await.status, 200);

    let second = Application {
        token_id: "second".repeat(9),
        token_secret: "other".repeat(9),
        ..account.application()
    };
    account.another_token(&account.integration, &second).await;
    let other = server.caller(&second);
    assert_eq!(
        other
            .get(REST)
            .oauth("oauth_nonce", "onceOnly")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_bad_signature_does_not_use_the_nonce() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let call = caller.get(REST);
    assert_eq!(call.clone().badly_signed().send().await.status, 401);
    assert_eq!(call.send().await.status, 200);
}

#[tokio::test]
async fn a_request_refused_for_concurrency_can_be_sent_again_as_it_is() {
    let account = Account::with(Blueprint {
        concurrency: 1,
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let mut holder = server.connect().await;
    let unfinished = caller.post(REST, "{}").sign().bytes;
    holder
        .write_all(&unfinished[..unfinished.len() - 1])
        .await
        .unwrap();
    account.until_running(1).await;
    let refused = [
        caller.get(REST).sign(),
        caller.get(RESTLET).sign(),
        caller.soap("getServerTime").sign(),
    ];
    for signed in &refused {
        let code = signed.send().await.error_code().unwrap();
        assert!(
            [
                "CONCURRENCY_LIMIT_EXCEEDED",
                "SSS_REQUEST_LIMIT_EXCEEDED",
                "WS_REQUEST_BLOCKED"
            ]
            .contains(&code.as_str()),
            "{code}"
        );
    }
    drop(holder);
    account.until_running(0).await;
    for signed in &refused {
        signed.send().await;
        assert_eq!(account.last_login().await.status, "Success");
    }
}

#[tokio::test]
async fn a_used_nonce_stays_used_after_a_restart_and_after_a_crash() {
    let mut account = Account::in_a_folder().await;
    let mut sent = Vec::new();
    for crashes in [false, true, false, true] {
        let server = account.listen().await;
        let caller = server.caller(&account.application());
        for signed in [
            caller.get(REST).sign(),
            caller.get(REST).seconds_off(300).sign(),
            caller.soap("getServerTime").sign(),
        ] {
            assert_eq!(signed.send().await.status, 200);
            sent.push(signed.bytes);
        }
        server.stop().await;
        account = if crashes {
            account.crash_and_restart().await
        } else {
            account.restart().await
        };
        let server = account.listen().await;
        for bytes in &sent {
            // The new process listens elsewhere; behind the old name, as a proxy would have it.
            let answer = server.send(bytes).await;
            assert!(matches!(answer.status, 401 | 500), "{}", answer.text());
            assert_eq!(account.last_login().await.detail.as_deref(), Some("NonceUsed"));
        }
        assert_eq!(
            server
                .caller(&account.application())
                .get(REST)
                .send()
                .await
                .status,
            200
        );
        server.stop().await;
    }
}

#[tokio::test]
async fn a_nonce_from_the_future_is_kept_until_its_own_time_is_over() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let early = server
        .caller(&account.application())
        .get(REST)
        .seconds_off(300)
        .sign();
    assert_eq!(early.send().await.status, 200);
    for _ in 0..20 {
        account.clock.advance(std::time::Duration::from_secs(30));
        account.authority.sync_ledger().unwrap();
        assert_eq!(early.send().await.status, 401);
        assert_eq!(account.last_login().await.detail.as_deref(), Some("NonceUsed"));
    }
    account.clock.advance(std::time::Duration::from_secs(1));
    early.send().await;
    assert_eq!(
        account.last_login().await.detail.as_deref(),
        Some("InvalidTimestamp")
    );
}
