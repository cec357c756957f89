//! The guides, step by step.

use countersign_model::Feature;

use crate::stage::{Copied, Stage};

/// "Step 1: Enable Token-Based Authentication (TBA)" and so on: the guide in five steps.
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_in_five_steps_ends_with_a_signed_call() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;

    // Step 1.
    browser.follow("Setup > Company > Enable Features").await;
    browser.click("SuiteCloud").await;
    browser.tick("Token-based Authentication", true).await;
    browser.tick("REST Web Services", true).await;
    browser
        .tick("I agree to the SuiteCloud Terms of Service", true)
        .await;
    browser.click("Save").await;
    stage.sees("The features were saved").await;
    assert!(stage.has(Feature::TokenBasedAuthentication) && stage.has(Feature::RestWebServices));

    // Step 2.
    browser.follow("Setup > Integration > Manage Integrations").await;
    browser.click("New").await;
    browser.fill("Name", "Custom API Integration").await;
    browser.tick("Token-based Authentication", true).await;
    browser.tick("User Credentials", false).await;
    browser.tick("TBA: Authorization Flow", false).await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
    let consumer_key = browser.value_of("Consumer Key / Client ID").await;
    let consumer_secret = browser.value_of("Consumer Secret / Client Secret").await;
    browser.click("I have kept them").await;

    // Step 3: a role with the permissions, and somebody who has it.
    browser.follow("Setup > Users/Roles > Manage Roles").await;
    browser.click("New").await;
    browser.fill("Name", "Integration Role").await;
    for (permission, level) in [
        ("User Access Tokens", "Full"),
        ("REST Web Services", "Full"),
        ("Log in using Access Tokens", "Full"),
        ("Customers", "View"),
    ] {
        browser.choose(permission, level).await;
    }
    browser.click("Save").await;
    stage.sees("The role was saved").await;
    browser.follow("Lists > Employees > Employees").await;
    browser.click("New").await;
    browser.fill("Name", "Iris Integration").await;
    browser.fill("Email", "iris@example.com").await;
    browser.tick("Give Access", true).await;
    browser.tick("Integration Role", true).await;
    browser.click("Save").await;
    stage.sees("The record was saved").await;

    // Step 4.
    browser.follow("Setup > Users/Roles > Access Tokens").await;
    browser.click("New Access Token").await;
    browser.choose("Application Name", "Custom API Integration").await;
    browser.choose("User", "Iris Integration").await;
    browser.choose("Role", "Integration Role").await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
    let copied = Copied {
        consumer_key,
        consumer_secret,
        token_id: browser.value_of("Token ID").await,
        token_secret: browser.value_of("Token Secret").await,
    };

    // Step 5.
    let answer = stage.call(&copied).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// The guide of a connector: an administrator's own token, from the home page.
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_of_a_connector_ends_with_a_signed_call_of_an_administrators_own_token() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;

    // Enable Required Features.
    browser.follow("Setup > Company > Enable Features").await;
    for feature in [
        "SOAP Web Services",
        "REST Web Services",
        "Token-based Authentication",
    ] {
        browser.tick(feature, true).await;
    }
    browser.click("Save").await;
    stage
        .sees("cannot be checked before you agree to the SuiteCloud Terms of Service")
        .await;
    browser
        .tick("I agree to the SuiteCloud Terms of Service", true)
        .await;
    browser.click("Save").await;
    stage.sees("The features were saved").await;

    // Create an Integration Application.
    browser.follow("Setup > Integration > Manage Integrations").await;
    browser.click("New").await;
    browser.fill("Name", "Connector").await;
    browser.tick("Token-based Authentication", true).await;
    browser.tick("TBA: Authorization Flow", false).await;
    browser.tick("Authorization Code Grant", false).await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
    let consumer_key = browser.value_of("Consumer Key / Client ID").await;
    let consumer_secret = browser.value_of("Consumer Secret / Client Secret").await;

    // Generate Access Tokens.
    browser.click("Home").await;
    stage.sees("Welcome").await;
    browser.click("Manage Access Tokens").await;
    browser.click("New My Access Token").await;
    browser.choose("Application Name", "Connector").await;
    browser.fill("Token Name", "Connector token").await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
    let copied = Copied {
        consumer_key,
        consumer_secret,
        token_id: browser.value_of("Token ID").await,
        token_secret: browser.value_of("Token Secret").await,
    };
    let answer = stage.call(&copied).await;
    assert_eq!(answer.status, 200, "{}", answer.text());

    // Try it now: the account's clock stands still, and the browser's is set by it.
    let now = format!("Date.now = () => {}", stage.account.authority.now().millis());
    browser
        .client
        .execute(&now, Vec::new())
        .await
        .expect("the clock can be set");
    browser.fill("Consumer Secret", &copied.consumer_secret).await;
    browser.click("Call").await;
    stage.sees("Answered 200: the values work.").await;

    // What was shown once is shown nowhere again.
    browser
        .client
        .refresh()
        .await
        .expect("a page can be loaded again");
    stage.sees("are not shown again").await;
    assert!(!browser.text().await.contains(&copied.token_secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_for_an_old_name_is_told_todays() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;
    for (called, today) in [
        (
            "Setup > Manage Integrations > New",
            "Today it is called Manage Integrations",
        ),
        ("Manage Access Tokens", "Today it is called My Access Tokens"),
        (
            "Setup > Users/Roles > Manage Users",
            "Today it is called Employees",
        ),
    ] {
        browser.fill("Search menus and pages", called).await;
        browser
            .client
            .active_element()
            .await
            .unwrap()
            .send_keys("\u{e007}")
            .await
            .unwrap();
        stage.sees(today).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_work_with_scripts_off() {
    let stage = Stage::bare().await;
    stage.browser.forbid_scripts(true).await;
    stage.open_account().await;
    let browser = &stage.browser;
    browser.follow("Setup > Integration > Manage Integrations").await;
    browser.click("New").await;
    browser.fill("Name", "No script").await;
    browser.tick("TBA: Authorization Flow", true).await;
    browser.click("Save").await;
    stage.sees("Callback URL is required").await;
    browser.tick("TBA: Authorization Flow", false).await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
    browser.click("Log Out").await;
    stage.sees("Sign in").await;
}
