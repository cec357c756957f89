//! The one-time link of a first start, in a browser that is somebody's and in one that is not.

use std::time::Duration;

use countersign_protocol::percent_encode;
use countersign_testkit::Answer;

use crate::stage::{ADMINISTRATOR, Stage};

const PATH: &str = "/app/login/onetime.nl";

/// Its path and query.
fn link(stage: &Stage) -> String {
    let link = stage.server.account(&stage.account);
    let link = link
        .one_time_link()
        .make(&*stage.account.entropy, stage.account.authority.now());
    link.expose().to_owned()
}

fn code(link: &str) -> &str {
    link.split_once("code=").unwrap().1
}

/// With this password for the administrator.
async fn choose(stage: &Stage, code: &str, password: &str) -> Answer {
    let page = stage.get(&format!("{PATH}?code={code}"), None).await.text();
    let user = page
        .split_once("<option value=\"")
        .map(|(_, rest)| rest.split('"').next().unwrap().to_owned());
    let (user, password) = (user.unwrap_or_default(), percent_encode(password));
    let form = format!("code={code}&user={user}&password={password}&confirmation={password}");
    stage.post(PATH, "", &form).await
}

fn tells_of_the_account(answer: &Answer) -> bool {
    let text = answer.text();
    text.contains("Honeycomb") || text.contains(ADMINISTRATOR) || answer.header("set-cookie").is_some()
}

#[tokio::test]
async fn opening_the_link_changes_nothing_and_choosing_a_password_uses_it_up() {
    let stage = Stage::ready().await;
    let link = link(&stage);
    for _ in 0..3 {
        let opened = stage.get(&link, None).await;
        assert_eq!(opened.status, 200);
        assert!(opened.text().contains(ADMINISTRATOR) && opened.header("set-cookie").is_none());
    }
    let weak = choose(&stage, code(&link), "weak").await;
    assert_eq!(weak.status, 422, "{}", weak.text());
    assert!(
        weak.text().contains("Password must have 10 characters or more"),
        "{}",
        weak.text()
    );

    let chosen = choose(&stage, code(&link), "Another-Horse-7").await;
    assert_eq!(
        (chosen.status, chosen.header("location")),
        (303, Some("/app?begin"))
    );
    assert!(chosen.header("set-cookie").is_some());
    assert!(!tells_of_the_account(
        &choose(&stage, code(&link), "Another-Horse-8").await
    ));
}

#[tokio::test]
async fn another_code_an_old_one_and_none_tell_nothing() {
    let stage = Stage::ready().await;
    let replaced = link(&stage);
    let right = link(&stage);
    let longer = format!("{}0", code(&right));
    for wrong in ["", "0", code(&replaced), &longer] {
        assert!(
            !tells_of_the_account(&stage.get(&format!("{PATH}?code={wrong}"), None).await),
            "{wrong}"
        );
        assert!(
            !tells_of_the_account(&choose(&stage, wrong, "Another-Horse-7").await),
            "{wrong}"
        );
    }
    stage.account.clock.advance(Duration::from_secs(3601));
    assert!(!tells_of_the_account(&stage.get(&right, None).await));
}

#[tokio::test]
async fn an_administrator_who_needs_a_second_factor_sets_it_up_before_anything_opens() {
    let account = countersign_testkit::Account::ready().await;
    let server = account.listen().await;
    let stage = Stage { account, server };
    let link = link(&stage);
    let form = format!(
        "code={}&name=Alex&email=alex%40example.com&password=Correct-Horse-9&confirmation=Correct-Horse-9",
        code(&link)
    );
    let begun = stage.post(PATH, "", &form).await;
    let cookie = begun.header("set-cookie").unwrap();
    let cookie = cookie.split(['=', ';']).nth(1).unwrap();
    let cookie = countersign_protocol::Secret::new(cookie);
    for closed in ["/app", "/app/setup/company/enable-features", "/app/role"] {
        let answer = stage.get(closed, Some(&cookie)).await;
        let led_to = (answer.status, answer.header("location"));
        assert_eq!(led_to, (303, Some("/app/login/second-factor")), "{closed}");
    }
    let page = stage.get("/app/login/second-factor", Some(&cookie)).await;
    assert!(
        page.text().contains("Set up an authenticator app"),
        "{}",
        page.text()
    );
    let header = format!("Cookie: countersign_session={}\r\n", cookie.expose());
    let proof = crate::stage::proof(&page);
    let post = async |form: &str| {
        let form = format!("proof={proof}&{form}");
        stage.post("/app/login/second-factor", &header, &form).await
    };
    let begun = post("step=begin").await;
    assert!(begun.text().contains("otpauth://totp/"), "{}", begun.text());
    let wrong = post("code=000000").await;
    assert_eq!(wrong.status, 422);
    assert!(!wrong.text().contains("otpauth://"), "the key is shown once");
}

#[tokio::test]
async fn looking_at_the_set_up_of_a_second_factor_makes_no_key() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let path = "/app/login/second-factor";
    let notes = async || {
        let owner = stage.account.owner();
        let all = countersign_store::NoteFilter::default();
        stage
            .account
            .authority
            .system_notes(&owner, all)
            .await
            .unwrap()
            .len()
    };
    let before = notes().await;
    for _ in 0..2 {
        let page = stage.get(path, Some(&cookie)).await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("otpauth://"), "{}", page.text());
    }
    assert_eq!(notes().await, before);
    let page = stage.get(path, Some(&cookie)).await;
    let header = format!("Cookie: countersign_session={}\r\n", cookie.expose());
    let form = format!("proof={}&step=begin", crate::stage::proof(&page));
    assert!(
        stage
            .post(path, &header, &form)
            .await
            .text()
            .contains("otpauth://totp/")
    );
    assert!(notes().await > before);
    let again = stage.get(path, Some(&cookie)).await.text();
    assert!(
        !again.contains("otpauth://") && again.contains("Verification code"),
        "{again}"
    );
}
