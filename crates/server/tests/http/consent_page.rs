//! Step two in a browser without a script: signing in, Allow, Deny, and what other sites try.

use countersign_testkit::Answer;

use crate::token_stage::{CALLBACK, EMAIL, PAGE, PASSWORD, Pair, Stage, cookie_of, pair, value};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn address(requested: &Pair) -> String {
    format!("{PAGE}?oauth_token={}&state=a1B2", requested.token)
}

async fn sign_in(stage: &Stage, address: &str, password: &str) -> Answer {
    let form = format!(
        "email={EMAIL}&password={}&code=&answer=sign+in",
        countersign_protocol::percent_encode(password)
    );
    stage.send(("POST", address), &[FORM], &form).await
}

/// The value of a hidden field of the page.
fn proof(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("name=\"proof\" value=\"").unwrap();
    let proof = rest.split('"').next().unwrap();
    countersign_protocol::percent_encode(proof)
}

async fn press(stage: &Stage, requested: &Pair, (cookie, proof): (&str, &str), answer: &str) -> Answer {
    let role = stage.account.role.id;
    let form = format!("proof={proof}&role={role}&answer={answer}");
    let headers = [
        FORM,
        ("Cookie", cookie),
        ("Origin", "http://localhost"),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    stage.send(("POST", &address(requested)), &headers, &form).await
}

#[tokio::test]
async fn whoever_signs_in_and_allows_goes_back_with_a_verifier() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let opened = stage.send(("GET", &address(&requested)), &[], "").await;
    assert_eq!(opened.status, 200);
    assert!(opened.text().contains("name=\"password\""));
    assert!(
        !opened.text().contains("Warehouse Sync"),
        "nobody is signed in yet"
    );

    let page = sign_in(&stage, &address(&requested), PASSWORD).await;
    assert_eq!(page.status, 200, "{}", page.text());
    for shown in ["Warehouse Sync", "Ada Byron", "my.example.com", "Integrator"] {
        assert!(page.text().contains(shown), "{shown}");
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' https://my.example.com;"),
        "{policy}"
    );
    let cookie = page.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let (cookie, proof) = (cookie_of(&page), proof(&page));

    let allowed = press(&stage, &requested, (&cookie, &proof), "allow").await;
    assert_eq!(allowed.status, 303, "{}", allowed.text());
    let location = allowed.header("location").unwrap();
    assert!(location.starts_with(&format!("{CALLBACK}&oauth_token={}&", requested.token)));
    assert!(location.ends_with("&state=a1B2"), "{location}");
    let verifier = value(location.split_once('?').unwrap().1, "oauth_verifier").unwrap();
    let made = pair(&stage.step_three(&requested, &verifier).send().await);
    assert_eq!(made.token.len(), 64);

    let again = press(&stage, &requested, (&cookie, &proof), "deny").await;
    assert_eq!(again.status, 410, "it was answered");
}

#[tokio::test]
async fn deny_goes_back_with_an_empty_verifier() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let page = sign_in(&stage, &address(&requested), PASSWORD).await;
    let session = (cookie_of(&page), proof(&page));
    let denied = press(&stage, &requested, (&session.0, &session.1), "deny").await;
    assert_eq!(denied.status, 303);
    assert!(
        denied
            .header("location")
            .unwrap()
            .contains("&oauth_verifier=&company=1234567_SB1&")
    );
}

#[tokio::test]
async fn whoever_is_signed_in_is_asked_at_once() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let cookie = stage.cookie().await;
    let page = stage
        .send(("GET", &address(&requested)), &[("Cookie", &cookie)], "")
        .await;
    assert!(page.text().contains("Warehouse Sync"), "{}", page.text());
}

#[tokio::test]
async fn a_wrong_password_signs_nobody_in_and_is_not_shown_again() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let page = sign_in(&stage, &address(&requested), "Wrong-Horse-7-Battery").await;
    assert_eq!((page.status, page.header("set-cookie")), (401, None));
    assert!(page.text().contains("invalid email address or password"));
    assert!(!page.text().contains("Wrong-Horse") && page.text().contains(EMAIL));
    let row = stage.account.last_login().await;
    assert_eq!(row.detail.as_deref(), Some("(wrong password)"));
}

#[tokio::test]
async fn who_comes_from_the_applications_site_is_asked_at_once_too() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let address = address(&requested);
    let from_elsewhere = [("Sec-Fetch-Site", "cross-site")];
    // The browser keeps the cookie back on the way here, and brings it when it comes again from this page.
    let arrived = stage.send(("GET", &address), &from_elsewhere, "").await;
    let again = arrived.header("refresh").unwrap();
    let again = again.strip_prefix("0; url=").unwrap();
    assert!(!arrived.text().contains("name=\"password\""));
    let cookie = stage.cookie().await;
    let from_here = [("Sec-Fetch-Site", "same-origin"), ("Cookie", cookie.as_str())];
    let page = stage.send(("GET", again), &from_here, "").await;
    assert!(page.text().contains("Warehouse Sync"), "{}", page.text());
    let page = stage.send(("GET", again), &from_elsewhere, "").await;
    assert!(page.text().contains("name=\"password\""), "it asks once");
}

#[tokio::test]
async fn another_role_is_looked_at_before_it_is_allowed() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let cookie = stage.cookie().await;
    let look = async |more: &str| {
        let address = format!("{}{more}", address(&requested));
        stage
            .send(("GET", &address), &[("Cookie", &cookie)], "")
            .await
            .text()
    };
    let role = stage.account.role.id;
    let choices = look("&roles").await;
    assert!(choices.contains("Choose Integrator"), "{choices}");
    assert!(choices.contains(&format!("&amp;role={role}\"")), "{choices}");
    let chosen = look(&format!("&role={role}")).await;
    assert!(chosen.contains("See, create, change and delete") && chosen.contains("Customers"));
    let none_of_theirs = look("&role=3").await;
    assert!(none_of_theirs.contains("Integrator") && !none_of_theirs.contains("Administrator"));
}

#[tokio::test]
async fn an_address_that_fails_often_has_to_wait_here_as_at_the_sign_in() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let mut statuses = Vec::new();
    for guess in 0..25 {
        let form = format!("email=somebody{guess}%40example.com&password=Spring-2026");
        let answer = stage.send(("POST", &address(&requested)), &[FORM], &form).await;
        statuses.push(answer.status);
    }
    assert_eq!((statuses.first(), statuses.last()), (Some(&401), Some(&429)));
    let elsewhere = stage
        .send(("POST", "/app/login"), &[FORM], "email=a&password=b")
        .await;
    assert_eq!(elsewhere.status, 429, "one count for both");
    let nlauth = format!(
        "NLAuth nlauth_account={}, nlauth_email=a%40example.com, nlauth_signature=b, nlauth_role=3",
        stage.account.authority.account()
    );
    for service in ["/rest/issuetoken?consumerKey=a", "/rest/roles"] {
        let refused = stage
            .send(("GET", service), &[("Authorization", &nlauth)], "")
            .await;
        assert_eq!(refused.status, 429, "{service}: {}", refused.text());
    }
}

#[tokio::test]
async fn an_answer_from_another_site_or_without_the_proof_is_none() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let page = sign_in(&stage, &address(&requested), PASSWORD).await;
    let (cookie, proof) = (cookie_of(&page), proof(&page));
    let form = format!("proof={proof}&role={}&answer=allow", stage.account.role.id);
    for header in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let headers = [FORM, ("Cookie", cookie.as_str()), header];
        let forged = stage.send(("POST", &address(&requested)), &headers, &form).await;
        assert_eq!(forged.status, 403, "{header:?}");
    }
    let other = stage.begun().await;
    let other_page = stage
        .send(("GET", &address(&other)), &[("Cookie", &cookie)], "")
        .await;
    let other_proof = self::proof(&other_page);
    for wrong in ["", "x", &other_proof] {
        let forged = press(&stage, &requested, (&cookie, wrong), "allow").await;
        assert_eq!(
            (forged.status, forged.header("location")),
            (200, None),
            "the page asks again"
        );
    }
    let answered = press(&stage, &requested, ("countersign_session=css_x", &proof), "allow").await;
    assert!(answered.header("location").is_none());
    assert_eq!(
        press(&stage, &requested, (&cookie, &proof), "allow").await.status,
        303
    );
}

#[tokio::test]
async fn the_page_runs_no_script_stands_in_no_frame_and_is_told_nobody() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    let cookie = stage.cookie().await;
    stage
        .edit(|mut form| {
            form.name = "<script>alert(1)</script>".to_owned();
            form
        })
        .await;
    let hostile = format!("{PAGE}?oauth_token=%22%3E%3Cscript%3E&state=%3Cscript%3E");
    for target in [address(&requested), hostile, PAGE.to_owned()] {
        let page = stage.send(("GET", &target), &[("Cookie", &cookie)], "").await;
        assert!(!page.text().contains("<script>"), "{}", page.text());
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    }
    let state = format!("{PAGE}?oauth_token={}&state=a-b", requested.token);
    assert_eq!(stage.send(("GET", &state), &[], "").await.status, 400);
    assert_eq!(
        stage.send(("DELETE", &address(&requested)), &[], "").await.status,
        405
    );
}

#[tokio::test]
async fn the_page_is_on_the_app_and_the_shared_host() {
    let stage = Stage::ready().await;
    let requested = stage.begun().await;
    for (host, status) in [
        ("1234567-sb1.app.netsuite.com", 200),
        ("system.netsuite.com", 200),
        ("1234567-sb1.restlets.api.netsuite.com", 404),
    ] {
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
            address(&requested)
        );
        let page = stage.server.send(request).await;
        assert_eq!(page.status, status, "{host}");
        if let Some((_, rest)) = page.text().split_once("rel=\"stylesheet\" href=\"") {
            let style = rest.split('"').next().unwrap();
            let request = format!("GET {style} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            assert_eq!(stage.server.send(request).await.status, 200, "{host} {style}");
        }
    }
}
