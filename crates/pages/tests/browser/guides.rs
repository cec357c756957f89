//! Five guides to token-based authentication that others wrote over ten years, each followed by its own words to a signed
//! call. Where a guide has an old name, the search of the menus leads on.

use countersign_model::Feature;

use crate::stage::Stage;

/// "Enable Required Features", "Create an Integration Application", "Generate Access Tokens"; then "Non-Admin Role Setup".
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_of_a_connector_ends_with_a_signed_call_of_an_administrator_and_of_another_role() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;
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
    let boxes = [
        ("Token-based Authentication", true),
        ("TBA: Authorization Flow", false),
        ("Authorization Code Grant", false),
    ];
    let pair = stage.new_integration("Connector", &boxes).await;

    // "Return to the homepage", "Manage Access Tokens", "Application Name".
    browser.click("Home").await;
    stage.sees("Welcome").await;
    let copied = stage
        .add_own_token("Connector", Some("Connector token"), pair.clone())
        .await;
    stage.calls(&copied).await;

    // "Required Role Permissions": two of the names are not NetSuite's, and the picker knows them.
    browser.follow("Setup > Users/Roles > Manage Roles").await;
    browser.click("New").await;
    browser
        .fill("Show permissions with these words", "Token-Based Authentication")
        .await;
    stage.sees("User Access Tokens").await;
    browser
        .fill("Show permissions with these words", "OAuth 2.0")
        .await;
    stage.sees("Log in using OAuth 2.0 Access Tokens").await;
    browser.follow("Setup > Users/Roles > Manage Roles").await;
    let permissions = [
        ("SOAP Web Services", "Full"),
        ("REST Web Services", "Full"),
        ("User Access Tokens", "Full"),
        ("Log in using OAuth 2.0 Access Tokens", "Full"),
        ("Customers", "View"),
    ];
    stage.add_role("Connector Role", &permissions).await;
    let nils = ("Nils Connector", "nils@example.com");
    stage.add_employee(nils, &["Integrator", "Connector Role"]).await;

    // "Creating Access Tokens with Specific Roles": the selector at the top right, then the old name of the page.
    stage.change_places(nils.1).await;
    browser.click("Nils Connector").await;
    browser.click("Change to Connector Role").await;
    stage.sees("Welcome").await;
    stage.search("Setup > Integration > Manage Access Tokens").await;
    stage.sees("Today it is called My Access Tokens").await;
    browser.click("New My Access Token").await;
    stage
        .sees("The token is for you in the role Connector Role")
        .await;
    browser.choose("Application Name", "Connector").await;
    let copied = stage.save_token(pair).await;
    stage.calls(&copied).await;
}

/// "Before You Use Token-Based Authentication", four steps of a guide for SyncApps.
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_of_a_synchronising_service_ends_with_a_signed_call() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;
    stage
        .enable(&["Token-based Authentication", "REST Web Services"])
        .await;

    // "Setup > Integrations > Manage Integrations", "Tap the New button".
    stage.search("Setup > Integrations > Manage Integrations").await;
    stage.sees("Today it is called Manage Integrations").await;
    let boxes = [
        ("Token-based Authentication", true),
        ("TBA: IssueToken Endpoint", true),
        ("User Credentials", true),
        ("TBA: Authorization Flow", false),
        ("Authorization Code Grant", false),
    ];
    let pair = stage.add_integration("SyncApps Integration", &boxes).await;

    // "Create a Role (Accounting Center Type)" with "User Access Tokens".
    stage.search("Setup > Users/Roles > Manage Roles > New").await;
    stage.sees("Manage Roles").await;
    browser.click("New").await;
    browser.fill("Name", "Synchroniser").await;
    browser.choose("Center Type", "Accounting Center").await;
    for (permission, level) in [
        ("User Access Tokens", "Full"),
        ("REST Web Services", "Full"),
        ("Customers", "Full"),
    ] {
        browser.choose(permission, level).await;
    }
    browser.click("Save").await;
    stage.sees("The role was saved").await;

    // "Edit user > Access tab > Roles".
    stage.search("Lists > Employees > Employees").await;
    stage.sees("Ada Byron").await;
    browser.click("Ada Byron").await;
    browser.tick("Give Access", true).await;
    browser.tick("Synchroniser", true).await;
    browser.click("Save").await;
    stage.sees("The record was saved").await;

    // "Setup > Users/Roles > Access Tokens > New".
    stage.search("Setup > Users/Roles > Access Tokens > New").await;
    stage.sees("Today it is called Access Tokens").await;
    let copied = stage
        .add_token("SyncApps Integration", ("Ada Byron", "Synchroniser"), pair)
        .await;
    stage.calls(&copied).await;
}

/// Sections 1.1 to 1.4 of a consultancy's guide, which calls RESTlets.
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_of_a_consultancy_ends_with_a_signed_call() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;

    // 1.1, "Setup > Company > Setup Tasks > Enable Features".
    stage
        .search("Setup > Company > Setup Tasks > Enable Features")
        .await;
    stage.sees("Today it is called Enable Features").await;
    let features = [
        "Client SuiteScript",
        "Server SuiteScript",
        "Token-based Authentication",
    ];
    stage.enable(&features).await;

    // 1.2: "Web Services" is two permissions today.
    browser.follow("Setup > Users/Roles > Manage Roles").await;
    browser.click("New").await;
    browser
        .fill("Show permissions with these words", "Web Services")
        .await;
    stage.sees("SOAP Web Services").await;
    browser.follow("Setup > Users/Roles > Manage Roles").await;
    let permissions = [
        ("Access Token Management", "Full"),
        ("Log in using Access Tokens", "Full"),
        ("User Access Tokens", "Full"),
        ("View Web Services Logs", "Full"),
        ("SOAP Web Services", "Full"),
        ("REST Web Services", "Full"),
    ];
    stage.add_role("Token Authentication Role", &permissions).await;
    let kim = ("Kim Budget", "kim@example.com");
    stage.add_employee(kim, &["Token Authentication Role"]).await;

    // 1.3, "Setup > Manage Integrations > New".
    stage.search("Setup > Manage Integrations > New").await;
    stage.sees("Today it is called Manage Integrations").await;
    let boxes = [
        ("Token-based Authentication", true),
        ("User Credentials", false),
        ("TBA: Authorization Flow", false),
    ];
    let pair = stage.add_integration("Budgets", &boxes).await;

    // 1.4, "have the user with the token authentication role login".
    stage.change_places(kim.1).await;
    let copied = stage.add_own_token("Budgets", None, pair).await;

    let caller = stage.caller(&copied);
    let answer = caller.get("/rest/tokeninfo").send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let restlet = "/app/site/hosting/restlet.nl?script=1&deploy=1";
    let answer = caller.get(restlet).send().await;
    assert_eq!(
        answer.error_code().as_deref(),
        Some("SSS_INVALID_SCRIPTLET_ID"),
        "it is let in, and there is no script: {}",
        answer.text()
    );
}

/// "Step 1: Enable Token-Based Authentication (TBA)" and so on: the guide in five steps.
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_in_five_steps_ends_with_a_signed_call() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;

    // Step 1.
    stage
        .enable(&["Token-based Authentication", "REST Web Services"])
        .await;
    assert!(stage.has(Feature::TokenBasedAuthentication) && stage.has(Feature::RestWebServices));

    // Step 2.
    let boxes = [
        ("Token-based Authentication", true),
        ("User Credentials", false),
        ("TBA: Authorization Flow", false),
    ];
    let pair = stage.new_integration("Custom API Integration", &boxes).await;
    browser.click("I have kept them").await;

    // Step 3.
    browser.follow("Setup > Users/Roles > Manage Roles").await;
    let permissions = [
        ("User Access Tokens", "Full"),
        ("SOAP Web Services", "Full"),
        ("REST Web Services", "Full"),
        ("Log in using Access Tokens", "Full"),
        ("Customers", "View"),
    ];
    stage.add_role("Integration Role", &permissions).await;
    let iris = ("Iris Integration", "iris@example.com");
    stage.add_employee(iris, &["Integration Role"]).await;

    // Step 4.
    browser.follow("Setup > Users/Roles > Access Tokens").await;
    let copied = stage
        .add_token(
            "Custom API Integration",
            ("Iris Integration", "Integration Role"),
            pair,
        )
        .await;

    // Step 5.
    stage.calls(&copied).await;
}

/// "Method A: Access Token Management", and what a guide to the life of a token does with it.
#[tokio::test(flavor = "multi_thread")]
async fn the_guide_to_the_life_of_a_token_ends_with_a_signed_call_and_one_that_is_revoked() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;
    stage
        .enable(&["Token-based Authentication", "REST Web Services"])
        .await;

    // "Callback URL": http://localhost:*.
    browser.follow("Setup > Integration > Manage Integrations").await;
    browser.click("New").await;
    browser.fill("Name", "Spreadsheet").await;
    browser.tick("TBA: Authorization Flow", true).await;
    browser.fill("Callback URL", "http://localhost:*").await;
    browser.tick("User Credentials", false).await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
    let pair = (
        browser.value_of("Consumer Key / Client ID").await,
        browser.value_of("Consumer Secret / Client Secret").await,
    );

    // "Setup > Users/Roles > Access Tokens", "New Access Token".
    browser.follow("Setup > Users/Roles > Access Tokens").await;
    let copied = stage
        .add_token("Spreadsheet", ("Ada Byron", "Integrator"), pair)
        .await;
    stage.calls(&copied).await;

    // "Setup > Users/Roles > User Management > Access Tokens": Filter, Edit, Revoke.
    stage
        .search("Setup > Users/Roles > User Management > Access Tokens")
        .await;
    stage.sees("Today it is called Access Tokens").await;
    browser.click("Edit Spreadsheet").await;
    browser.click("Revoke").await;
    stage.sees("A revoked token stays revoked").await;
    browser.click("Revoke").await;
    stage.sees("New Access Token").await;
    let caller = stage.caller(&copied);
    let answer = caller
        .get("/services/rest/record/v1/customer?limit=1")
        .send()
        .await;
    assert_eq!(answer.status, 401, "{}", answer.text());
}

/// "Method B: User Access Token (Self-Service)" of the same guide.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_makes_their_own_token_from_the_settings_portlet() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    let browser = &stage.browser;
    stage
        .enable(&["Token-based Authentication", "REST Web Services"])
        .await;
    let boxes = [("TBA: Authorization Flow", false)];
    let pair = stage.new_integration("Spreadsheet", &boxes).await;
    browser.follow("Setup > Users/Roles > Manage Roles").await;
    let permissions = [
        ("User Access Tokens", "Full"),
        ("REST Web Services", "Full"),
        ("Customers", "View"),
    ];
    stage.add_role("Self-Service", &permissions).await;
    let sam = ("Sam Self", "sam@example.com");
    stage.add_employee(sam, &["Self-Service"]).await;

    stage.change_places(sam.1).await;
    assert!(
        !browser.text().await.contains("Setup"),
        "nothing of Setup opens to the role"
    );
    let copied = stage.add_own_token("Spreadsheet", Some("Sam's own"), pair).await;
    stage.calls(&copied).await;

    // When tokens were used is written once a second.
    stage.account.authority.beat().await;
    browser.click("Home").await;
    stage.sees("All of it is done.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_for_an_old_name_is_told_todays() {
    let stage = Stage::bare().await;
    stage.open_account().await;
    for (called, today) in [
        (
            "Setup > Manage Integrations > New",
            "Today it is called Manage Integrations",
        ),
        ("Manage Access Tokens", "Today it is called My Access Tokens"),
        (
            "Setup > Integration > Web Services Preferences",
            "Today it is called General Preferences",
        ),
    ] {
        stage.search(called).await;
        stage.sees(today).await;
    }
}
