//! The way to a first signed call, as somebody goes it who was given an empty account.

use countersign_model::TokenChange;

use crate::stage::Stage;

impl Stage {
    /// Takes away what every account of these tests begins with.
    async fn emptied() -> Self {
        let stage = Self::bare().await;
        let (authority, owner) = (&stage.account.authority, stage.account.owner());
        let token = stage.account.token.id;
        let revoked = authority.change_token_state(&owner, token, TokenChange::Revoke);
        revoked.await.expect("the token can be revoked");
        let closed = |mut form: countersign_model::IntegrationForm| {
            form.authentication.token_based_authentication = false;
            form.authentication.user_credentials = true;
            form
        };
        let edited = authority.edit_integration(&owner, stage.account.integration.id, closed);
        edited.await.expect("the record can be closed");
        stage
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_account_shows_the_way_first_and_each_step_leads_on_and_is_ticked() {
    let stage = Stage::emptied().await;
    stage.open_account().await;
    let browser = &stage.browser;
    stage.sees("First Signed Call").await;
    stage.sees("2027.1").await;
    // A role and a user that take tokens are there from the start.
    stage.sees("2 of 6 done.").await;
    browser.click("Enable the features").await;
    for feature in ["Token-based Authentication", "REST Web Services"] {
        browser.tick(feature, true).await;
    }
    browser
        .tick("I agree to the SuiteCloud Terms of Service", true)
        .await;
    browser.click("Save").await;
    stage.sees("The features were saved").await;

    stage.search("Checklist").await;
    stage.sees("3 of 6 done.").await;
    browser.click("Make an integration record").await;
    let boxes = [("TBA: Authorization Flow", false)];
    let pair = stage.add_integration("First", &boxes).await;
    browser.click("I have kept them").await;
    browser.choose("Application Name", "First").await;
    browser.choose("User", "Ada Byron").await;
    browser.choose("Role", "Integrator").await;
    let copied = stage.save_token(pair).await;
    browser.click("Home").await;
    stage.sees("5 of 6 done.").await;
    browser.click("What each step is for").await;
    stage.sees("Next").await;
    stage.calls(&copied).await;
    browser
        .client
        .refresh()
        .await
        .expect("a page can be loaded again");
    stage.sees("the first signed call is made").await;
    stage.sees("All of it is done.").await;
}
