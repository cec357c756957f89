//! A form that shows a secret, sent again as a browser does when its answer is loaded again.

use countersign_store::TokenFilter;

use crate::stage::{ADMINISTRATOR, Stage, proof};

/// The number in the first form of a page.
fn number(text: &str) -> &str {
    let (_, rest) = text.split_once("name=\"number-of-form\" value=\"").unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test]
async fn a_form_that_was_answered_with_a_secret_makes_no_second_one() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let header = format!("Cookie: countersign_session={}\r\n", cookie.expose());
    let new = "/app/setup/users-roles/access-tokens/new";
    let page = stage.get(new, Some(&cookie)).await;
    let text = page.text();
    let (proof, number) = (proof(&page), number(&text));
    let (user, role) = (stage.account.user.id, stage.account.role.id);
    let application = stage.account.integration.id;
    let form = |name: &str| {
        format!(
            "proof={proof}&number-of-form={number}&application={application}&user={user}&role={role}&name={name}"
        )
    };
    // What was wrong is put right on the same form.
    let wrong = stage.post(new, &header, &form(&"x".repeat(1000))).await;
    assert_eq!(wrong.status, 422);
    let right = form("once");
    let made = stage.post(new, &header, &right).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let again = stage.post(new, &header, &right).await;
    assert_eq!(again.status, 409, "{}", again.text());
    assert!(again.text().contains("This form was sent before") && !again.text().contains("Token Secret"));
    let owner = stage.account.owner();
    let tokens = stage
        .account
        .authority
        .tokens(&owner, TokenFilter::default(), None, 100);
    let made = tokens.await.unwrap();
    assert_eq!(made.iter().filter(|token| token.token.name == "once").count(), 1);
}

#[tokio::test]
async fn new_recovery_codes_are_not_made_without_the_password() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let header = format!("Cookie: countersign_session={}\r\n", cookie.expose());
    let path = "/app/home/two-factor";
    let page = stage.get(path, Some(&cookie)).await;
    let without = stage
        .post(path, &header, &format!("proof={}", proof(&page)))
        .await;
    assert_eq!(without.status, 422, "{}", without.text());
}

#[tokio::test]
async fn a_reset_that_is_sent_again_leaves_the_pair_that_was_shown() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let header = format!("Cookie: countersign_session={}\r\n", cookie.expose());
    let id = stage.account.integration.id;
    let reset = format!("/app/setup/integration/manage-integrations/{id}/reset-credentials");
    let page = stage.get(&reset, Some(&cookie)).await;
    let form = format!("proof={}&number-of-form={}", proof(&page), number(&page.text()));
    assert_eq!(stage.post(&reset, &header, &form).await.status, 200);
    let owner = stage.account.owner();
    let key = async || {
        let record = stage.account.authority.integration(&owner, id).await.unwrap();
        record.consumer_key().unwrap().as_str().to_owned()
    };
    let shown = key().await;
    assert_eq!(stage.post(&reset, &header, &form).await.status, 409);
    assert_eq!(key().await, shown);
}
