//! What strangers, other sites and other names try.

use std::time::Duration;

use crate::stage::Stage;

#[tokio::test]
async fn the_pages_open_by_a_link_that_works_once_and_to_nobody_else() {
    let stage = Stage::ready().await;
    for path in [
        "/",
        "/connections",
        "/connection/acme",
        "/callers",
        "/governor",
        "/governor/live",
        "/uses",
        "/changes",
    ] {
        let answer = stage.page(path, "").await.is(303);
        assert_eq!(answer.header("location"), Some("/sign-in"), "{path}");
        let planted = "Cookie: countersign_connections=0000000000000000\r\n";
        stage.page(path, planted).await.is(303);
    }
    stage.page("/sign-in", "").await.is(401);
    let link = stage.link().await;
    // Whatever opens links by itself uses nothing up.
    for _ in 0..2 {
        stage.page(&link, "").await.is(200);
    }
    let (_, token) = link.split_once("link=").unwrap();
    let form = format!("link={token}");
    let elsewhere = "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n";
    stage
        .post(stage.pages, "/sign-in", elsewhere, &form)
        .await
        .is(403);
    let begun = stage.post(stage.pages, "/sign-in", "", &form).await.is(303);
    let cookie = begun.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly; SameSite=Strict") && !cookie.contains("Secure"),
        "{cookie}"
    );
    stage.post(stage.pages, "/sign-in", "", &form).await.is(403);
    stage.page(&link, "").await.is(403);
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    let page = stage.page("/connections", &cookie).await.is(200);
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    // A link for credentials signs nobody in, and a link that was left too long neither.
    let invitation = stage.invitation("acme").await;
    let (_, token) = invitation.split_once("invitation=").unwrap();
    stage
        .post(stage.pages, "/sign-in", "", &format!("link={token}"))
        .await
        .is(403);
    let late = stage.link().await;
    stage.account.clock.advance(Duration::from_secs(15 * 60));
    stage.page(&late, "").await.is(403);
    stage.fill(&cookie, "/connections", "/log-out", "").await.is(303);
    stage.page("/connections", &cookie).await.is(303);
}

#[tokio::test]
async fn pages_called_by_a_name_that_is_not_theirs_answer_nothing() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in().await;
    let link = stage.invitation("acme").await;
    let (_, setup) = link.split_once(&stage.proxy.to_string()).unwrap();
    for host in ["evil.example", "evil.example:8091", "127.0.0.1.evil.example"] {
        let host = format!("Host: {host}\r\n{cookie}");
        let refused = stage.page("/connections", &host).await.is(421);
        assert!(!refused.body.contains("Log Out"));
        stage.get(stage.proxy, setup, &host).await.is(421);
    }
    stage
        .page("/connections", &format!("Host: localhost\r\n{cookie}"))
        .await
        .is(200);
}

#[tokio::test]
async fn a_form_without_the_proof_of_its_session_or_from_another_site_changes_nothing() {
    let stage = Stage::ready().await;
    let (cookie, other) = (stage.sign_in().await, stage.sign_in().await);
    let own = stage.page("/callers/new", &cookie).await.proof();
    let others = stage.page("/callers/new", &other).await.proof();
    let add =
        async |headers: String, form: String| stage.post(stage.pages, "/callers/new", &headers, &form).await;
    for (headers, form) in [
        (cookie.clone(), "name=eve".to_owned()),
        (cookie.clone(), "proof=&name=eve".to_owned()),
        (cookie.clone(), format!("proof={others}&name=eve")),
        (
            format!("{cookie}Origin: http://evil.example\r\n"),
            format!("proof={own}&name=eve"),
        ),
        (
            format!("{cookie}Origin: null\r\n"),
            format!("proof={own}&name=eve"),
        ),
        (
            format!("{cookie}Sec-Fetch-Site: same-site\r\n"),
            format!("proof={own}&name=eve"),
        ),
    ] {
        add(headers, form).await.is(403);
    }
    add(String::new(), format!("proof={own}&name=eve")).await.is(401);
    assert!(stage.vault.callers(None, 10).await.unwrap().is_empty());
    let sent = format!(
        "{cookie}Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n",
        stage.pages
    );
    add(sent, format!("proof={own}&name=nightly")).await.is(200);
    assert_eq!(stage.vault.callers(None, 10).await.unwrap().len(), 1);
    stage
        .get(stage.pages, "/callers/new", &format!("{cookie}X-Other: 1\r\n"))
        .await
        .is(200);
}
