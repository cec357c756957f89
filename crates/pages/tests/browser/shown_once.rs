//! Values that are shown once: copied in each notation, tried, not left by accident, and made once however the page is
//! loaded.

use countersign_testkit::Blueprint;
use serde_json::{Value, json};

use crate::stage::{Copied, Stage};

/// An account with everything on, and a new token on the page.
async fn with_new_token() -> (Stage, Copied) {
    let stage = Stage::of(Blueprint::default()).await;
    stage.open_account().await;
    let copied = make_token(&stage).await;
    (stage, copied)
}

async fn make_token(stage: &Stage) -> Copied {
    stage.browser.follow("Setup > Users/Roles > Access Tokens").await;
    let ready = stage.account.application();
    let pair = (ready.consumer_key, ready.consumer_secret);
    let whose = ("Ada Byron", "Integrator");
    stage.add_token("Warehouse Sync", whose, pair).await
}

/// What the button with these words put into the clipboard.
async fn copied(stage: &Stage, button: &str) -> String {
    stage.browser.click(button).await;
    stage.sees("Copied").await;
    let read = "navigator.clipboard.readText().then(arguments[0], (why) => arguments[0](String(why)))";
    let read = stage.browser.run(read, Vec::new()).await;
    read.as_str().expect("the clipboard has text").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_value_and_all_of_them_can_be_copied_in_four_notations() {
    let (stage, token) = with_new_token().await;
    let browser = &stage.browser;
    browser.allow_clipboard().await;
    let account = stage.account.application().account;
    assert_eq!(copied(&stage, "Copy Token ID").await, token.token_id);
    assert_eq!(copied(&stage, "Copy Token Secret").await, token.token_secret);

    browser.click(".env").await;
    let env = copied(&stage, "Copy all as .env").await;
    for line in [
        format!("NETSUITE_BASE_URL={}", stage.server.base_url()),
        format!("NETSUITE_ACCOUNT_ID={account}"),
        format!("NETSUITE_CONSUMER_KEY={}", token.consumer_key),
        "NETSUITE_CONSUMER_SECRET=".to_owned(),
        format!("NETSUITE_TOKEN_ID={}", token.token_id),
        format!("NETSUITE_TOKEN_SECRET={}", token.token_secret),
    ] {
        assert!(
            env.lines().any(|written| written == line),
            "{line} is not in\n{env}"
        );
    }

    browser.click("JSON").await;
    let written: Value = serde_json::from_str(&copied(&stage, "Copy all as JSON").await).unwrap();
    assert_eq!(written["NETSUITE_TOKEN_SECRET"], json!(token.token_secret));

    // An environment of Postman: a name, a scope, and variables of which secrets are marked.
    browser.click("Postman").await;
    let written: Value = serde_json::from_str(&copied(&stage, "Copy all as Postman").await).unwrap();
    assert_eq!(written["_postman_variable_scope"], json!("environment"));
    assert!(written["name"].is_string());
    let variables = written["values"].as_array().unwrap();
    let variable = |name: &str| {
        let mut variables = variables.iter();
        variables
            .find(|variable| variable["key"] == name)
            .unwrap()
            .clone()
    };
    let secret = json!({ "key": "NETSUITE_TOKEN_SECRET", "value": token.token_secret, "type": "secret", "enabled": true });
    assert_eq!(variable("NETSUITE_TOKEN_SECRET"), secret);
    assert_eq!(variable("NETSUITE_ACCOUNT_ID")["type"], json!("default"));

    // The names of Nango's form.
    browser.click("Nango").await;
    let written: Value = serde_json::from_str(&copied(&stage, "Copy all as Nango").await).unwrap();
    let expected = json!({
        "credentials": {
            "oauth_client_id_override": token.consumer_key,
            "oauth_client_secret_override": "",
            "token_id": token.token_id,
            "token_secret": token.token_secret,
        },
        "params": { "accountId": account },
    });
    assert_eq!(written, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_values_are_tried_while_they_are_on_the_page() {
    let (stage, token) = with_new_token().await;
    let browser = &stage.browser;
    // The account's clock stands still, and the browser's is set by it.
    let now = format!("Date.now = () => {}", stage.account.authority.now().millis());
    let set = browser.client.execute(&now, Vec::new()).await;
    set.expect("the clock can be set");
    browser.fill("Consumer Secret", "not the secret").await;
    browser.click("Call").await;
    stage.sees("Refused with 401: the login failed.").await;
    stage.sees("The Inspector says why").await;
    browser.fill("Consumer Secret", &token.consumer_secret).await;
    browser.click("Call").await;
    stage.sees("Answered 200: the values work.").await;
}

/// Whether leaving the page would be asked about.
async fn asks_before_leaving(stage: &Stage) -> bool {
    let leave = "const leaving = new Event('beforeunload', { cancelable: true });
        dispatchEvent(leaving); return leaving.defaultPrevented;";
    let asked = stage.browser.client.execute(leave, Vec::new()).await;
    asked.expect("an event can be sent").as_bool().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_not_left_by_accident_and_loading_it_again_makes_nothing() {
    let (stage, token) = with_new_token().await;
    let browser = &stage.browser;
    assert!(asks_before_leaving(&stage).await);
    let before = stage.tokens().await;
    browser
        .client
        .refresh()
        .await
        .expect("a page can be loaded again");
    stage.sees("are not shown again").await;
    assert!(!browser.text().await.contains(&token.token_secret));
    assert!(!asks_before_leaving(&stage).await);

    make_token(&stage).await;
    browser.client.back().await.expect("one can go back");
    stage.sees("Application Name").await;
    browser.client.forward().await.expect("one can go on");
    stage.sees("are not shown again").await;
    assert_eq!(stage.tokens().await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_scripts_off_everything_is_there_and_a_form_that_is_sent_again_makes_nothing() {
    let stage = Stage::of(Blueprint::default()).await;
    let browser = &stage.browser;
    browser.forbid_scripts(true).await;
    stage.open_account().await;
    browser.follow("Setup > Integration > Manage Integrations").await;
    browser.click("New").await;
    browser.fill("Name", "No script").await;
    browser.tick("TBA: Authorization Flow", true).await;
    browser.click("Save").await;
    stage.sees("Callback URL is required").await;
    browser.tick("TBA: Authorization Flow", false).await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
    make_token(&stage).await;
    let before = stage.tokens().await;
    browser
        .client
        .refresh()
        .await
        .expect("a page can be loaded again");
    stage.sees("This form was sent before").await;
    assert_eq!(stage.tokens().await, before);
    browser.click("Log Out").await;
    stage.sees("Sign in").await;
}
