//! What the account finds out about a refused login, behind its answer.

use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{LoginAttempt, Presented, Received, Refused, SentCredentials, Source};
use countersign_model::{LoginId, LoginSearch, Surface};
use countersign_protocol::{Request, Scheme};
use countersign_testkit::{Account, Application};
use serde_json::Value;
use tokio::task::JoinSet;

const REST: &str = "/services/rest/record/v1/customer?limit=5";

/// The findings of a row.
async fn findings(account: &Account, row: impl Into<LoginId>) -> Vec<Value> {
    let found = account.authority.login(&account.owner(), row.into()).await;
    let (_, document) = found.unwrap().unwrap();
    let document: Value = document.map_or(Value::Null, |document| serde_json::from_str(&document).unwrap());
    document["findings"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_bad_signature_gets_its_mistake_its_reason_and_its_proof() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let url = format!("{}/services/rest/record/v1/customer", server.base_url());
    assert_eq!(caller.get(REST).signed_as(&url).send().await.status, 401);
    let row = account.last_login().await;
    assert_eq!(
        (row.detail.as_deref(), row.mistake.as_deref()),
        (Some("InvalidSignature"), Some("query_not_signed"))
    );
    let reason = row.reason.unwrap();
    assert!(
        reason.starts_with("The URL was signed without its query: limit is missing from the signature. "),
        "{reason}"
    );
    let findings = findings(&account, row.id).await;
    assert_eq!(
        (&findings[0]["sure"], &findings[0]["detail"]),
        (&"proved".into(), &"InvalidSignature".into())
    );
    let proof = &findings[0]["proof"];
    let (signed, expected) = (
        proof["signed"].as_str().unwrap(),
        proof["expected"].as_str().unwrap(),
    );
    assert!(
        !signed.contains("limit") && expected.contains("limit%3D5"),
        "{proof}"
    );
    let start = usize::try_from(proof["start"].as_u64().unwrap()).unwrap();
    assert_eq!(signed[..start], expected[..start]);
}

#[tokio::test]
async fn a_passport_is_diagnosed_too() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let swapped = Application {
        consumer_secret: account.application().token_secret,
        token_secret: account.application().consumer_secret,
        ..account.application()
    };
    assert_eq!(
        server.caller(&swapped).soap("getServerTime").send().await.status,
        500
    );
    assert_eq!(
        account.last_login().await.mistake.as_deref(),
        Some("secrets_swapped")
    );
}

#[tokio::test]
async fn the_secret_of_another_token_of_the_user_is_recognised() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let second = Application {
        token_id: "second".repeat(9),
        token_secret: "other".repeat(9),
        ..account.application()
    };
    account.another_token(&account.integration, &second).await;
    let mixed_up = Application {
        token_secret: second.token_secret.clone(),
        ..account.application()
    };
    server.caller(&mixed_up).get(REST).send().await;
    let row = account.last_login().await;
    assert_eq!(row.mistake.as_deref(), Some("secrets_of_other_connection"));
    assert!(row.reason.unwrap().contains("Another"), "the token is named");
}

#[tokio::test]
async fn another_token_that_got_in_proves_the_consumer_secret() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let wrong = Application {
        token_secret: "wrong".repeat(9),
        ..account.application()
    };
    let found = async || {
        server.caller(&wrong).get(REST).send().await;
        let row = account.last_login().await;
        let first = findings(&account, row.id).await[0].clone();
        assert_eq!(first["mistake"], "wrong_token_secret");
        (row.mistake, row.reason.unwrap(), first["sure"].clone())
    };
    // That this token got in proves nothing of the program that fails.
    assert_eq!(
        server
            .caller(&account.application())
            .get(REST)
            .send()
            .await
            .status,
        200
    );
    let (mistake, reason, sure) = found().await;
    assert_eq!((mistake, sure), (None, "possible".into()), "a guess is no name");
    assert!(
        reason.starts_with(
            "This request alone cannot tell which it is: another token secret, another consumer secret, the request changed \
             after signing, or another nonce signed than sent. "
        ) && reason.contains(" other mistakes are ruled out. "),
        "{reason}"
    );
    let second = Application {
        token_id: "second".repeat(9),
        token_secret: "other".repeat(9),
        ..account.application()
    };
    account.another_token(&account.integration, &second).await;
    assert_eq!(server.caller(&second).get(REST).send().await.status, 200);
    let (mistake, reason, sure) = found().await;
    assert_eq!(
        (mistake.as_deref(), sure),
        (Some("wrong_token_secret"), "likely".into())
    );
    assert!(
        reason.contains("other calls prove the consumer secret right"),
        "{reason}"
    );
}

#[tokio::test]
async fn what_the_refusal_knows_better_stays_in_the_row() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let change = countersign_model::TokenChange::Revoke;
    let owner = account.owner();
    let revoked = account
        .authority
        .change_token_state(&owner, account.token.id, change);
    revoked.await.unwrap();
    caller.get(REST).send().await;
    let row = account.last_login().await;
    assert_eq!(row.mistake.as_deref(), Some("token_revoked"));
    assert!(
        row.reason.unwrap().contains("which is for ever"),
        "in the words of the records"
    );
    // A header can be wrong in a way that the refusal calls by a wider name.
    let quotes = |header: String| header.replace('"', "\u{201d}");
    caller.get(REST).rewrite(quotes).send().await;
    assert_eq!(
        account.last_login().await.mistake.as_deref(),
        Some("curly_quotes")
    );
}

#[tokio::test]
async fn who_is_let_in_is_not_looked_into() {
    let account = Account::ready().await;
    let server = account.listen().await;
    for _ in 0..5 {
        let caller = server.caller(&account.application());
        assert_eq!(caller.get(REST).send().await.status, 200);
    }
    let row = account.last_login().await;
    assert!(findings(&account, row.id).await.is_empty());
    let count = account.authority.diagnosis_count(&account.owner()).unwrap();
    assert_eq!((count.made, count.waiting, count.skipped), (0, 0, 0));
}

/// Refused straight at the authority, so that many come at once.
async fn refused(account: &Account, nonce: u32) -> Refused {
    let application = account.application();
    let header = header(&application, nonce);
    let attempt = LoginAttempt {
        service: None,
        surface: Surface::Rest,
        presented: Presented::Headers {
            request: Ok(Request::received("GET", Scheme::Http, "localhost", REST).unwrap()),
            authorization: &[&header],
        },
        session_cookie: false,
        source: source(),
    };
    account.authority.log_in(&attempt).await.unwrap_err()
}

fn header(application: &Application, nonce: u32) -> String {
    format!(
        "OAuth realm=\"{}\",oauth_consumer_key=\"{}\",oauth_token=\"{}\",oauth_signature_method=\"HMAC-SHA256\",\
         oauth_timestamp=\"1767225600\",oauth_nonce=\"flood-{nonce}\",oauth_version=\"1.0\",\
         oauth_signature=\"unreadable\"",
        application.account, application.consumer_key, application.token_id
    )
}

fn source() -> Source<'static> {
    Source {
        ip: Some([192, 0, 2, 1].into()),
        user_agent: None,
        uri: REST,
    }
}

fn received(account: &Account, nonce: u32) -> Received {
    Received {
        method: "GET".to_owned(),
        scheme: Scheme::Http,
        authority: "localhost".to_owned(),
        target: REST.to_owned(),
        content_type: None,
        body: Vec::new(),
        credentials: SentCredentials::Headers(vec![header(&account.application(), nonce)]),
        session_cookie: false,
        ip: source().ip,
    }
}

#[tokio::test]
async fn of_a_flood_some_are_looked_into_the_others_are_counted_and_nobody_waits() {
    let account = Account::ready().await;
    // A row of its own for each, as they come in many seconds.
    let mut cases = Vec::new();
    for nonce in 0..200 {
        account.clock.advance(Duration::from_secs(1));
        cases.push((refused(&account, nonce).await, received(&account, nonce)));
    }
    let own: Vec<_> = cases
        .into_iter()
        .filter(|(refused, _)| refused.row.is_some())
        .collect();
    assert_eq!(own.len(), 200);
    // Without a point to wait at: the worker cannot begin before all are handed over.
    for (refused, received) in own {
        account.authority.diagnose(&refused, received);
    }
    let owner = account.owner();
    let before = account.authority.diagnosis_count(&owner).unwrap();
    assert_eq!(
        (before.made, before.waiting),
        (0, 64),
        "one network has so many places"
    );
    assert!(before.skipped > 50, "{before:?}");

    // Good logins need nothing of the worker: they are answered while it has all its work before it.
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let caller = caller.clone();
        callers.spawn(async move { caller.get(REST).send().await.status });
    }
    assert_eq!(callers.join_all().await, [200; 20]);
    account.authority.until_diagnosed().await;
    let after = account.authority.diagnosis_count(&owner).unwrap();
    assert_eq!(
        (after.made, after.waiting, after.skipped),
        (64, 0, before.skipped)
    );
}

#[tokio::test]
async fn of_refusals_counted_in_one_row_one_is_looked_into() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let thief = Application {
        token_secret: account.application().token_secret + " ",
        ..account.application()
    };
    let caller = server.caller(&thief);
    let mut callers = JoinSet::new();
    for _ in 0..150 {
        let caller = caller.clone();
        callers.spawn(async move { caller.get(REST).send().await.status });
    }
    assert_eq!(callers.join_all().await, [401; 150]);
    let rows = account.logins().await;
    let counted: Vec<_> = rows.iter().filter(|row| row.count > 1).collect();
    assert!(!counted.is_empty());
    for row in counted {
        assert_eq!(row.mistake.as_deref(), Some("secret_has_whitespace"));
        assert_eq!(findings(&account, row.id).await[0]["sure"], "proved");
    }
    let count = account.authority.diagnosis_count(&account.owner()).unwrap();
    assert_eq!(count.made + count.skipped, rows.len() as u64);
}

#[tokio::test]
async fn no_secret_is_in_a_row_or_in_its_findings_wherever_the_caller_puts_it() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let application = account.application();
    let caller = server.caller(&application);
    let (consumer, token) = (&application.consumer_secret, &application.token_secret);
    let plain = format!("{consumer}&{token}");
    let calls = [
        caller
            .get(&format!("/services/rest/record/v1/customer?secret={token}"))
            .badly_signed(),
        caller
            .get(REST)
            .oauth("oauth_signature_method", "PLAINTEXT")
            .oauth("oauth_signature", &plain),
        caller.get(REST).oauth("oauth_nonce", token).badly_signed(),
        caller
            .get(REST)
            .oauth("oauth_consumer_secret", consumer)
            .badly_signed(),
        caller.get(REST).oauth("oauth_version", consumer),
        caller.get(REST).realm(Some(token.as_str())).badly_signed(),
        caller.get(REST).rewrite({
            let token = token.clone();
            move |header| format!("{header},{token}=\"\"")
        }),
        caller.get(REST).oauth("oauth_consumer_key", consumer),
        caller.get(REST).rewrite({
            let plain = plain.clone();
            move |_| format!("OAuth {plain}")
        }),
        caller
            .post(
                "/services/rest/record/v1/customer",
                &format!("{{\"a\":\"{token}\"}}"),
            )
            .badly_signed(),
    ];
    let owner = account.owner();
    for call in calls {
        assert!(call.send().await.status >= 400);
    }
    account.authority.until_diagnosed().await;
    let page = account
        .authority
        .logins(LoginSearch::default(), None, 100)
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 10);
    for (id, row) in page.rows {
        let (_, document) = account.authority.login(&owner, id).await.unwrap().unwrap();
        let text = format!("{row:?} {}", document.unwrap_or_default());
        assert!(
            !text.contains(consumer.as_str()) && !text.contains(token.as_str()),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_diagnosis_under_way_is_written_before_the_account_closes() {
    let account = Account::ready().await;
    let refused = refused(&account, 1).await;
    account.authority.diagnose(&refused, received(&account, 1));
    let authority = Arc::clone(&account.authority);
    authority.close().await.unwrap();
    let id = refused.row.unwrap().id;
    let (_, document) = account
        .authority
        .login(&account.owner(), id)
        .await
        .unwrap()
        .unwrap();
    assert!(document.is_some());
}
