//! An administrator without a terminal, and whoever invited them: one walk through all of it.

use countersign_testkit::Browser;

use crate::stage::Stage;
use crate::{enter, sees};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_connects_an_account_and_a_program_may_use_it() {
    let stage = Stage::ready().await;
    let browser = Browser::open().await;
    let pages = format!("http://{}", stage.pages);
    browser.go(&format!("{pages}{}", stage.link().await)).await;
    browser.click("Sign in").await;
    sees(&browser, "No connection yet").await;

    // The other one has the link, and nothing of these pages. No script is needed.
    let link = stage.invitation("acme").await;
    let other = Browser::open().await;
    other.forbid_scripts(true).await;
    other.go(&link).await;
    sees(&other, "Connect a NetSuite account").await;
    other.fill("Account ID", "1234567_SB1").await;
    let right = stage.account.application();
    let wrong = countersign_testkit::Application {
        token_secret: "d".repeat(64),
        ..right.clone()
    };
    enter(&other, &wrong).await;
    other.click("Try and connect").await;
    sees(&other, "Not saved").await;
    other.fill("Consumer Secret", &right.consumer_secret).await;
    other.fill("Token Secret", &right.token_secret).await;
    other.click("Try and connect").await;
    sees(&other, "The account is connected").await;
    sees(&other, "Integrator").await;
    other.go(&link).await;
    sees(&other, "This link works no more").await;
    other.close().await;

    browser.click("Connections").await;
    browser.click("acme").await;
    sees(&browser, "Health over time").await;
    browser.click("Callers and Grants").await;
    browser.click("Add a caller").await;
    browser.fill("Name", "nightly-sync").await;
    browser.click("Add").await;
    let key = browser.value_of("Key").await;
    browser.click("Give it a grant").await;
    browser.choose("Connection", "acme").await;
    browser.click("Grant").await;
    sees(&browser, "REST, SuiteQL; only reading").await;
    browser.click("Governor").await;
    sees(&browser, "Live").await;
    let bearer = format!("Authorization: Bearer {key}\r\n");
    let call = "/c/acme/services/rest/record/v1/customer?limit=1";
    while stage.get(stage.proxy, call, &bearer).await.status != 200 {
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    // Without loading the page again.
    sees(&browser, "1234567_SB1").await;
    browser.click("Log Out").await;
    sees(&browser, "Sign in").await;
    browser.go(&format!("{pages}/connections")).await;
    sees(&browser, "countersign connection pages").await;
    browser.close().await;
}
