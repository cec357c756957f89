//! What other sites and strangers try.

use crate::stage::{ADMINISTRATOR, PASSWORD, POWERLESS, Stage, proof};

const FEATURES: &str = "/app/setup/company/enable-features";

#[tokio::test]
async fn a_form_without_the_proof_of_its_session_or_from_another_site_changes_nothing() {
    let stage = Stage::ready().await;
    let (cookie, other) = (
        stage.sign_in(ADMINISTRATOR).await,
        stage.sign_in(ADMINISTRATOR).await,
    );
    let own = proof(&stage.get(FEATURES, Some(&cookie)).await);
    let others = proof(&stage.get(FEATURES, Some(&other)).await);
    let features = || stage.account.authority.snapshot().features.clone();
    let before = features();
    let cookie = format!("Cookie: countersign_session={}\r\n", cookie.expose());
    for (headers, form) in [
        (cookie.clone(), String::new()),
        (cookie.clone(), "proof=".to_owned()),
        (cookie.clone(), format!("proof={others}")),
        (
            format!("{cookie}Origin: http://evil.example\r\n"),
            format!("proof={own}"),
        ),
        (format!("{cookie}Origin: null\r\n"), format!("proof={own}")),
        (
            format!("{cookie}Sec-Fetch-Site: cross-site\r\n"),
            format!("proof={own}"),
        ),
    ] {
        let answer = stage.post(FEATURES, &headers, &form).await;
        assert_eq!(answer.status, 403, "{headers}{form}");
        assert_eq!(features(), before);
    }
    // The same form, as its page sends it, clears every box.
    let sent = format!("{cookie}Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n");
    let answer = stage.post(FEATURES, &sent, &format!("proof={own}")).await;
    assert_eq!(answer.status, 303);
    assert_ne!(features(), before);
}

#[tokio::test]
async fn signing_in_leads_to_no_other_site_and_says_nothing_of_a_guess() {
    let stage = Stage::ready().await;
    let sign_in =
        |email: &str, password: &str, to: &str| format!("email={email}&password={password}&to={to}");
    for to in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/app/..//evil",
    ] {
        let answer = stage
            .post("/app/login", "", &sign_in(ADMINISTRATOR, PASSWORD, to))
            .await;
        assert_eq!(answer.status, 303);
        let location = answer.header("location").unwrap();
        assert!(location.starts_with("/app"), "{to} leads to {location}");
        let cookie = answer.header("set-cookie").unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
    }
    let said =
        |answer: countersign_testkit::Answer| answer.text().replace("nobody", "").replace(POWERLESS, "");
    let unknown = stage.post("/app/login", "", &sign_in("nobody", "x", "")).await;
    assert_eq!(unknown.status, 401);
    let wrong = stage.post("/app/login", "", &sign_in(POWERLESS, "x", "")).await;
    assert_eq!(said(wrong), said(unknown));
    let planted = stage
        .post(
            "/app/login",
            "Origin: http://evil.example\r\n",
            &sign_in(ADMINISTRATOR, PASSWORD, ""),
        )
        .await;
    assert_eq!(planted.status, 403);
    assert!(planted.header("set-cookie").is_none());
}

#[tokio::test]
async fn an_address_that_fails_often_has_to_wait() {
    let stage = Stage::ready().await;
    let mut statuses = Vec::new();
    for guess in 0..25 {
        let form = format!("email=somebody{guess}%40example.com&password=Spring-2026");
        statuses.push(stage.post("/app/login", "", &form).await.status);
    }
    assert_eq!(statuses.first(), Some(&401));
    assert_eq!(statuses.last(), Some(&429));
}

#[tokio::test]
async fn what_is_typed_is_text_and_a_page_runs_nothing_inline() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let page = stage
        .get(
            "/app/search?q=%3Cscript%3Ealert(1)%3C/script%3E&called=%3Cb%3E",
            Some(&cookie),
        )
        .await;
    assert!(
        !page.text().contains("<script>") && !page.text().contains("<b>"),
        "{}",
        page.text()
    );
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn what_is_not_there_shows_the_menus_to_whoever_is_signed_in_and_the_account_to_nobody_else() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let signed_in = stage.get("/app/nowhere", Some(&cookie)).await;
    let stranger = stage.get("/app/nowhere", None).await;
    assert_eq!((signed_in.status, stranger.status), (404, 404));
    assert!(signed_in.text().contains("Log Out"), "{}", signed_in.text());
    let account = stage.account.authority.account().to_string();
    assert!(!stranger.text().contains(&account), "{}", stranger.text());
}

#[tokio::test]
async fn a_file_of_the_pages_is_kept_for_ever_and_another_is_not_found() {
    let stage = Stage::ready().await;
    let page = stage.get("/app/login", None).await.text();
    let (_, rest) = page.split_once("href=\"/app/assets/style").unwrap();
    let style = format!("/app/assets/style{}", rest.split('"').next().unwrap());
    let style = stage.get(&style, None).await;
    assert_eq!(style.status, 200);
    assert!(style.header("cache-control").unwrap().contains("immutable"));
    assert_eq!(stage.get("/app/assets/../../etc/passwd", None).await.status, 404);
}
