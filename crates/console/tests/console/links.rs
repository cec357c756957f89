//! The page behind a link, for somebody who has nothing else.

use std::time::Duration;

use countersign_testkit::Application;
use countersign_vault::{By, CallerDraft, Health, IntegrationDraft, SessionDraft};

use crate::stage::{Answer, Stage};

/// The form behind a link of ours.
async fn give(stage: &Stage, link: &str, headers: &str, application: &Application) -> Answer {
    let (_, token) = link.split_once("invitation=").unwrap();
    let form = format!("invitation={token}&{}", stage.values(application));
    stage.post(stage.proxy, "/connect", headers, &form).await
}

async fn open(stage: &Stage, link: &str) -> Answer {
    let (_, path) = link.split_once(&stage.proxy.to_string()).unwrap();
    stage.get(stage.proxy, path, "").await
}

#[tokio::test]
async fn a_link_takes_the_credentials_of_one_connection_once_and_shows_no_secret_again() {
    let stage = Stage::ready().await;
    let link = stage.invitation("acme").await;
    let right = stage.account.application();
    let page = open(&stage, &link).await.is(200);
    for guide in [
        "Setup &gt; Company &gt; Company Information",
        "Access Tokens &gt; New",
        "acme",
    ] {
        assert!(
            page.body.contains(guide),
            "{guide} is not on the page: {}",
            page.body
        );
    }
    let wrong = Application {
        token_secret: "d".repeat(64),
        ..right.clone()
    };
    // Another site sends the form, or the values are wrong: the link is as good as before, and nothing is kept.
    give(
        &stage,
        &link,
        "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n",
        &right,
    )
    .await
    .is(403);
    let refused = give(&stage, &link, "", &wrong).await.is(422);
    assert!(refused.body.contains(&right.token_id), "kept as typed");
    for secret in [&right.consumer_secret, &wrong.token_secret] {
        assert!(!refused.body.contains(secret), "a secret is shown again");
    }
    assert!(stage.vault.connections(None, 10).await.unwrap().is_empty());
    let done = give(&stage, &link, "", &right).await.is(200);
    assert!(
        done.body.contains("Integrator") && !done.body.contains(&right.token_secret),
        "{}",
        done.body
    );
    let made = stage.vault.connection("acme".parse().unwrap()).await.unwrap();
    assert_eq!(
        (made.health, made.holder.unwrap().role),
        (Health::Healthy, "Integrator".to_owned())
    );
    give(&stage, &link, "", &right).await.is(403);
    let over = open(&stage, &link).await.is(403);
    assert!(
        !over.body.contains("acme"),
        "a link that is over tells nothing: {}",
        over.body
    );
}

#[tokio::test]
async fn a_link_ends_by_its_time_by_another_one_and_when_it_is_withdrawn() {
    let stage = Stage::ready().await;
    let (first, second) = (stage.invitation("acme").await, stage.invitation("acme").await);
    open(&stage, &first).await.is(403);
    open(&stage, &second).await.is(200);
    let cookie = stage.sign_in().await;
    let listed = stage.page("/connections", &cookie).await.is(200);
    let (_, token) = second.split_once("invitation=").unwrap();
    assert!(listed.body.contains("Links that are open") && !listed.body.contains(token));
    stage
        .fill(
            &cookie,
            "/connections",
            "/connections/withdraw",
            "connection=acme",
        )
        .await
        .is(303);
    open(&stage, &second).await.is(403);
    // Made by the pages, shown once.
    let made = stage
        .fill(
            &cookie,
            "/connections/invite",
            "/connections/invite",
            "connection=acme&hours=1",
        )
        .await
        .is(200);
    let (_, token) = made.body.split_once("invitation=").expect("the link is shown");
    let token = token.split('<').next().unwrap();
    let third = format!("http://{}/connect?invitation={token}", stage.proxy);
    open(&stage, &third).await.is(200);
    stage.account.clock.advance(Duration::from_secs(3600));
    open(&stage, &third).await.is(403);
    give(&stage, &third, "", &stage.account.application())
        .await
        .is(403);
}

#[tokio::test]
async fn a_link_opens_nothing_but_its_page_and_no_account_but_its_own() {
    let stage = Stage::ready().await;
    let link = stage.invitation("acme").await;
    let right = stage.account.application();
    give(&stage, &link, "", &right).await.is(200);
    // The pages of connections are not on the listener that is for others.
    let cookie = stage.sign_in().await;
    for path in ["/connections", "/changes", "/sign-in"] {
        let answer = stage.get(stage.proxy, path, &cookie).await;
        assert!(
            [401, 403, 404].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
    }
    let link = stage.invitation("acme").await;
    let page = open(&stage, &link).await.is(200);
    assert!(
        page.body.contains("1234567_SB1"),
        "it says for which account it is"
    );
    let (_, token) = link.split_once("invitation=").unwrap();
    let other = stage
        .values(&right)
        .replace("account=1234567_SB1", "account=7654321");
    let form = format!("invitation={token}&{other}");
    let refused = stage.post(stage.proxy, "/connect", "", &form).await.is(422);
    assert!(
        refused.body.contains("The link is for account 1234567_SB1"),
        "{}",
        refused.body
    );
}

#[tokio::test]
async fn the_link_of_a_nango_session_leads_to_the_page_and_makes_its_connection() {
    let stage = Stage::ready().await;
    let by: By = stage.by();
    let key: countersign_vault::IntegrationKey = "tba".to_owned().try_into().unwrap();
    let draft = IntegrationDraft {
        display_name: Some("NetSuite of Acme".to_owned()),
        server: stage.server.base_url().parse().ok(),
    };
    stage
        .vault
        .add_integration(key.clone(), draft, by.clone())
        .await
        .unwrap();
    let draft = CallerDraft {
        name: "program".to_owned(),
        expires: None,
    };
    let (caller, _) = stage.vault.add_caller(draft, by.clone()).await.unwrap();
    stage.vault.entrust(caller.id, true, by.clone()).await.unwrap();
    let draft = SessionDraft {
        caller: caller.id,
        connection: None,
        integrations: vec![key],
        tags: [("end_user_id".to_owned(), "u1".to_owned())].into(),
        lasts: Duration::from_secs(1800),
    };
    let (token, _) = stage.vault.open_session(draft, by).await.unwrap();
    let path = format!("/connect?session_token={}", token.expose());
    let page = stage
        .get(stage.proxy, &path, "Sec-Fetch-Site: cross-site\r\n")
        .await
        .is(200);
    assert!(page.body.contains("Connect a NetSuite account"), "{}", page.body);
    let form = format!(
        "session_token={}&integration=tba&{}",
        token.expose(),
        stage.values(&stage.account.application())
    );
    let done = stage.post(stage.proxy, "/connect", "", &form).await.is(200);
    assert!(done.body.contains("Connected"), "{}", done.body);
    let made = stage.vault.connections(None, 10).await.unwrap();
    let made = made.first().unwrap();
    assert_eq!(
        (
            made.health.clone(),
            made.label.tags().get("end_user_id").map(String::as_str)
        ),
        (Health::Healthy, Some("u1"))
    );
    stage.post(stage.proxy, "/connect", "", &form).await.is(403);
    stage.get(stage.proxy, &path, "").await.is(403);
}
