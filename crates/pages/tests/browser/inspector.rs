//! The inspector, as a person sees it who waits for a call.

use countersign_model::Feature;
use countersign_testkit::Blueprint;

use crate::stage::Stage;

const REST: &str = "/services/rest/record/v1/customer";

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_appears_without_loading_and_a_click_shows_its_mistake() {
    let stage = Stage::of(Blueprint {
        features: Feature::ALL.to_vec(),
        ..Blueprint::default()
    })
    .await;
    stage.open_account().await;
    let browser = &stage.browser;
    browser.follow("Setup > Integration > Inspector").await;
    stage.sees("Live").await;
    browser.choose("Outcome", "Refused").await;
    browser.click("Apply").await;
    stage.sees("No login fits these filters").await;
    stage.sees("Live").await;

    let caller = stage.server.caller(&stage.account.application());
    let url = format!("{}{REST}", stage.server.base_url());
    let call = caller.get(&format!("{REST}?limit=5")).signed_as(&url);
    assert_eq!(call.send().await.status, 401);
    stage.sees("InvalidSignature").await;

    // The row opens wherever it is clicked.
    let cell = "document.querySelector('.rows tbody td:last-child')";
    let at_cell = format!(
        "const done = arguments[arguments.length - 1];
         {cell}.scrollIntoView();
         const box = {cell}.getBoundingClientRect();
         document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2).click();
         done(null);"
    );
    browser.run(&at_cell, Vec::new()).await;
    stage
        .sees("The URL was signed without its query: limit is missing from the signature.")
        .await;
    for words in [
        "You signed",
        "missing here",
        "Right is",
        "limit%3D5",
        "What to do",
        "Refused",
    ] {
        stage.sees(words).await;
    }
    stage
        .browser
        .client
        .clone()
        .back()
        .await
        .expect("there is a page before");
    stage.sees("Live").await;
    stage.browser.forbid_scripts(true).await;
    browser.click("Refresh").await;
    stage.sees("InvalidSignature").await;
    stage.browser.forbid_scripts(false).await;
}
