//! Connections, callers and grants, from the first to the last.

use countersign_testkit::Application;
use countersign_vault::{Action, AuditFilter, ConnectionId, Given, Health, Label};

use crate::stage::Stage;

const CUSTOMER: &str = "/services/rest/record/v1/customer?limit=1";

/// A second token of the same application, user and role.
async fn another_token(stage: &Stage) -> Application {
    let first = stage.account.application();
    let second = Application {
        token_id: "b".repeat(64),
        token_secret: "c".repeat(64),
        ..first
    };
    stage
        .account
        .another_token(&stage.account.integration, &second)
        .await;
    second
}

#[tokio::test]
async fn a_connection_is_tried_before_it_is_kept_and_no_page_shows_a_secret_again() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in().await;
    let right = stage.account.application();
    let wrong = Application {
        token_secret: "d".repeat(64),
        ..right.clone()
    };
    let add = async |application: &Application, more: &str| {
        let form = format!(
            "name=acme&{}&{}&{more}",
            stage.values(application),
            stage.at_server()
        );
        stage
            .fill(&cookie, "/connections/new", "/connections/new", &form)
            .await
    };
    let sandbox = add(&right, "environment=production").await.is(422);
    assert!(sandbox.body.contains("has to be Production"), "{}", sandbox.body);
    let refused = add(&wrong, "").await.is(422);
    assert!(
        refused.body.contains(&right.token_id) && refused.body.contains(&right.consumer_key),
        "kept as typed"
    );
    for secret in [&right.consumer_secret, &wrong.token_secret] {
        assert!(!refused.body.contains(secret), "a secret is shown again");
    }
    assert!(stage.vault.connections(None, 10).await.unwrap().is_empty());
    // What it came to is a page that can be loaded again.
    let kept = add(&right, "environment=sandbox").await.is(303);
    assert_eq!(kept.header("location"), Some("/connection/acme?done=added"));
    for _ in 0..2 {
        let kept = stage.page("/connection/acme?done=added", &cookie).await.is(200);
        for known in ["The login works", "Integrator", "1234567_SB1", "Sandbox"] {
            assert!(kept.body.contains(known), "{known} is not there: {}", kept.body);
        }
    }
    let taken = add(&right, "").await.is(422);
    assert!(taken.body.contains("is taken"), "{}", taken.body);

    let connection = stage.vault.connection("acme".parse().unwrap()).await.unwrap();
    assert_eq!(connection.health, Health::Healthy);
    let check = "/connection/acme/check";
    let none = stage.page(check, &cookie).await.is(303);
    assert_eq!(none.header("location"), Some("/connection/acme"), "nobody looked");
    let checked = stage.fill(&cookie, "/connection/acme", check, "").await.is(303);
    assert_eq!(checked.header("location"), Some(check));
    let calls = stage.account.logins().await.len();
    for _ in 0..2 {
        let checked = stage.page(check, &cookie).await.is(200);
        assert!(
            checked.body.contains("<strong>Login</strong>: the login works"),
            "{}",
            checked.body
        );
    }
    assert_eq!(stage.account.logins().await.len(), calls, "looking asks nobody");

    // Where nobody answers, that is kept, and nothing is said of the credentials.
    let nobody = tokio::net::TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let server = format!("http://{}", nobody.local_addr().unwrap());
    let away = Given {
        credentials: right.credentials(),
        server: server.parse().ok(),
    };
    let id = || "away".parse::<ConnectionId>().unwrap();
    let vault = &stage.vault;
    vault.add(id(), away, Label::default(), stage.by()).await.unwrap();
    let check = "/connection/away/check";
    stage.fill(&cookie, "/connection/away", check, "").await.is(303);
    let away = vault.connection(id()).await.unwrap();
    assert_eq!(away.unreached.map(|unreached| unreached.at), Some(stage.by().at));
    assert_eq!(away.health, Health::Unverified);
    let list = stage.page("/connections", &cookie).await.is(200);
    assert!(list.body.contains("not reached since"), "{}", list.body);
    vault.remove(id(), stage.by()).await.unwrap();

    // A new token that does not log in is forgotten, and one that does takes the old one's place.
    let rotate = async |application: &Application| {
        let form = format!(
            "token-id={}&token-secret={}",
            application.token_id, application.token_secret
        );
        stage
            .fill(
                &cookie,
                "/connection/acme/rotate",
                "/connection/acme/rotate",
                &form,
            )
            .await
    };
    let new = another_token(&stage).await;
    let bent = Application {
        token_secret: "e".repeat(64),
        ..new.clone()
    };
    let refused = rotate(&bent).await.is(422);
    assert!(
        refused.body.contains("the old one goes on signing"),
        "{}",
        refused.body
    );
    rotate(&new).await.is(303);
    let opened = stage.vault.open("acme".parse().unwrap()).await.unwrap();
    assert_eq!(opened.credentials.token, new.token_id);

    let past = stage.page("/connection/acme", &cookie).await.is(200);
    assert!(
        past.body.contains("Rotation settled") && past.body.contains("class=\"on\""),
        "{}",
        past.body
    );
    for path in [
        "/connections",
        "/connection/acme",
        "/connection/acme/rotate",
        "/connection/acme/move",
        "/changes",
        "/uses",
    ] {
        let page = stage.page(path, &cookie).await.is(200);
        for secret in [
            &right.consumer_secret,
            &right.token_secret,
            &new.token_secret,
            &wrong.token_secret,
        ] {
            assert!(!page.body.contains(secret), "a secret is on {path}");
        }
    }
    // To another account, or back to the first token: with all five values, which have to log in.
    let moving = async |application: &Application, more: &str| {
        let form = format!("{}&{}&{more}", stage.values(application), stage.at_server());
        let page = "/connection/acme/move";
        stage.fill(&cookie, page, page, &form).await
    };
    let begun = stage.page("/connection/acme/move", &cookie).await.is(200);
    assert!(begun.body.contains("No program may use it."), "{}", begun.body);
    let page = "/connection/acme/move";
    let some = stage.fill(&cookie, page, page, "account=7654321").await.is(422);
    assert!(some.body.contains("Nothing was tried yet"), "{}", some.body);
    let production = moving(&right, "environment=production").await.is(422);
    assert!(
        production.body.contains("has to be Production"),
        "{}",
        production.body
    );
    let refused = moving(&wrong, "").await.is(422);
    assert!(
        !refused.body.contains(&wrong.token_secret),
        "a secret is shown again"
    );
    let opened = stage.vault.open("acme".parse().unwrap()).await.unwrap();
    assert_eq!(opened.credentials.token, new.token_id);
    let moved = moving(&right, "environment=sandbox").await.is(303);
    assert_eq!(moved.header("location"), Some("/connection/acme?done=moved"));
    let moved = stage.page("/connection/acme?done=moved", &cookie).await.is(200);
    assert!(moved.body.contains("Integrator") && !moved.body.contains(&right.token_secret));
    let opened = stage.vault.open("acme".parse().unwrap()).await.unwrap();
    assert_eq!(opened.credentials.token, right.token_id);

    let unsure = "/connection/acme/remove";
    stage.fill(&cookie, unsure, unsure, "name=other").await.is(422);
    stage.fill(&cookie, unsure, unsure, "name=acme").await.is(303);
    stage.page("/connection/acme", &cookie).await.is(404);
    let rows = stage.vault.audit(AuditFilter::default()).await.unwrap();
    let removed = rows.iter().find(|row| row.action == Action::ConnectionRemoved);
    assert_eq!(removed.unwrap().actor, "pages, ada");
}

#[tokio::test]
async fn a_caller_has_its_key_once_and_calls_what_was_granted_until_that_is_revoked() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in().await;
    let form = format!(
        "name=acme&{}&{}",
        stage.values(&stage.account.application()),
        stage.at_server()
    );
    stage
        .fill(&cookie, "/connections/new", "/connections/new", &form)
        .await
        .is(303);
    let made = stage
        .fill(&cookie, "/callers/new", "/callers/new", "name=nightly&days=30")
        .await
        .is(200);
    let (_, key) = made.body.split_once("csc_").expect("the key is shown");
    let key = format!("csc_{}", key.split('<').next().unwrap());
    let bearer = format!("Authorization: Bearer {key}\r\n");
    // Loading the page again sends its form again, and makes no second key.
    stage
        .fill(&cookie, "/callers/new", "/callers/new", "name=nightly")
        .await
        .is(422);
    let call = async || {
        stage
            .get(stage.proxy, &format!("/c/acme{CUSTOMER}"), &bearer)
            .await
            .status
    };
    assert_eq!(call().await, 403);
    let page = stage.page("/caller/1", &cookie).await.is(200);
    assert!(!page.body.contains(&key));
    let wrong = stage
        .fill(&cookie, "/caller/1", "/caller/1/grant", "connection=acme&share=1")
        .await
        .is(422);
    assert!(wrong.body.contains("Nothing was granted"), "{}", wrong.body);
    let form = "connection=acme&service=REST&read-only=on&share=2&records=customer";
    stage
        .fill(&cookie, "/caller/1", "/caller/1/grant", form)
        .await
        .is(303);
    until("the grant is in force", async || call().await == 200).await;
    let page = stage.page("/caller/1", &cookie).await.is(200);
    assert!(
        page.body.contains("REST; customer; only reading"),
        "{}",
        page.body
    );
    stage
        .fill(&cookie, "/caller/1", "/caller/1/revoke-grant", "grant=1")
        .await
        .is(303);
    until("the grant is over", async || call().await == 403).await;
    // That its key ends for good is asked for, with what that stops.
    let form = "connection=acme&service=REST&read-only=on&share=2&records=customer";
    stage
        .fill(&cookie, "/caller/1", "/caller/1/grant", form)
        .await
        .is(303);
    until("the grant is in force", async || call().await == 200).await;
    let asked = stage.page("/caller/1/revoke", &cookie).await.is(200);
    for known in ["/connection/acme", "REST; customer; only reading", "nightly"] {
        assert!(asked.body.contains(known), "{known} is not there: {}", asked.body);
    }
    for unsure in ["", "name=acme"] {
        let revoke = "/caller/1/revoke";
        stage.fill(&cookie, revoke, revoke, unsure).await.is(422);
    }
    assert_eq!(call().await, 200);
    stage
        .fill(&cookie, "/caller/1/revoke", "/caller/1/revoke", "name=nightly")
        .await
        .is(303);
    stage.page("/caller/1/revoke", &cookie).await.is(404);
    until("the key is over", async || call().await == 401).await;
    let used = async || stage.page("/uses?connection=acme&caller=1", &cookie).await.body;
    until("its uses are written down", async || {
        used().await.contains("/services/rest/record/v1/customer")
    })
    .await;
    let chain = stage.page("/uses?verify", &cookie).await.is(200);
    assert!(chain.body.contains("follow from each other"), "{}", chain.body);
    let failed = stage.page("/uses?failed=on", &cookie).await.is(200);
    assert!(!failed.body.contains("Answered"), "{}", failed.body);
}

/// What is changed in the vault is in force a little later.
async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let patience = std::time::Duration::from_secs(60);
    assert!(tokio::time::timeout(patience, waiting).await.is_ok(), "{what}");
}
