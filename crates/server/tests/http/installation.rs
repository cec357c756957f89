//! An application of one account, and a user of another of the same server who grants it access: its record is installed
//! there.

use countersign_model::Lever;
use countersign_model::TestAccount;
use countersign_testkit::{Account, Answer, Application, Blueprint, Call, Server};
use serde_json::{Value, json};

use crate::token_stage::{CALLBACK, EMAIL, PAGE, PASSWORD, Pair, Stage, pair, prepare};

const VENDOR: &str = "7654321";
const CUSTOMER: &str = "1234567_SB1";
const TOKEN_INFO: &str = "/rest/tokeninfo";

/// The stage is the customer's; the application is the vendor's.
struct Two {
    vendor: Account,
    stage: Stage,
    application: Application,
    record: i64,
}

impl Two {
    async fn accounts() -> Self {
        let vendor = Account::with(Blueprint {
            account: VENDOR,
            ..Blueprint::default()
        })
        .await;
        let customer = Account::with(Blueprint {
            test_account: Some(TestAccount {
                levers: vec![Lever::Faults],
                seed: None,
            }),
            ..Blueprint::default()
        })
        .await;
        prepare(&customer).await;
        let application = Application {
            account: CUSTOMER.to_owned(),
            consumer_key: "c0ffee07".repeat(8),
            token_id: String::new(),
            token_secret: String::new(),
            ..vendor.application()
        };
        let record = vendor.another_integration(&application).await;
        let owner = vendor.owner();
        let edit = vendor.authority.edit_integration(&owner, record.id, |mut form| {
            form.name = "Partner Sync".to_owned();
            form.authentication.authorization_flow = true;
            form.authentication.callback_url = Some(CALLBACK.to_owned());
            form
        });
        edit.await.unwrap();
        let server = Server::of(&[&vendor, &customer]).await;
        Self {
            vendor,
            stage: Stage {
                account: customer,
                server,
            },
            application,
            record: record.id.get(),
        }
    }

    fn with(&self, token: &Pair) -> Application {
        Application {
            token_id: token.token.clone(),
            token_secret: token.secret.clone(),
            ..self.application.clone()
        }
    }

    fn step_one(&self) -> Call {
        let caller = self.stage.server.caller(&self.application);
        caller
            .call("POST", "/rest/requesttoken")
            .without("oauth_token")
            .oauth("oauth_callback", CALLBACK)
            .header("Content-Length", "0")
    }

    fn step_three(&self, requested: &Pair, verifier: &str) -> Call {
        let caller = self.stage.server.caller(&self.with(requested));
        caller
            .call("POST", "/rest/accesstoken")
            .oauth("oauth_verifier", verifier)
            .header("Content-Length", "0")
    }

    /// All three steps.
    async fn granted(&self) -> Pair {
        let requested = pair(&self.step_one().send().await);
        let verifier = self.stage.allowed(&requested).await;
        pair(&self.step_three(&requested, &verifier).send().await)
    }

    async fn call(&self, token: &Pair) -> Answer {
        self.stage
            .server
            .caller(&self.with(token))
            .get(TOKEN_INFO)
            .send()
            .await
    }

    /// What the customer has of the application.
    async fn installed(&self) -> Option<Value> {
        let path = format!("/accounts/{CUSTOMER}/integrations");
        let listed = self.stage.server.administer("GET", &path, None).await.json();
        let items = listed["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .find(|item| item["origin"] == format!("account {VENDOR}"))
    }

    async fn change(&self, (method, rest): (&str, &str), body: Value) -> Answer {
        let record = self.installed().await.unwrap()["id"].clone();
        let path = format!("/accounts/{CUSTOMER}/integrations/{record}{rest}");
        self.stage.server.administer(method, &path, Some(&body)).await
    }

    async fn last_mistake(&self) -> Option<String> {
        self.stage.account.last_login().await.mistake
    }
}

#[tokio::test]
async fn whoever_grants_another_accounts_application_access_has_it_installed() {
    let two = Two::accounts().await;
    let requested = pair(&two.step_one().send().await);
    let verifier = two.stage.allowed(&requested).await;
    assert_eq!(two.installed().await, None, "not before step three");
    let token = pair(&two.step_three(&requested, &verifier).send().await);
    let info = two.call(&token).await.json();
    assert_eq!(info["companyId"], CUSTOMER);
    assert_eq!(info["entityId"], two.stage.account.user.id.get());

    let installed = two.installed().await.unwrap();
    assert_eq!(
        (&installed["name"], &installed["state"], &installed["origin"]),
        (
            &json!("Partner Sync"),
            &json!("Enabled"),
            &json!("account 7654321")
        )
    );
    let notes = format!("/accounts/{CUSTOMER}/system-notes");
    let notes = two.stage.server.administer("GET", &notes, None).await.text();
    assert!(
        notes.contains("Ada Byron") && notes.contains("Partner Sync"),
        "{notes}"
    );
    let rows = two.stage.account.logins().await;
    let step_three = &rows[1];
    assert_eq!(
        step_three.token_based_application_name.as_deref(),
        Some("Partner Sync")
    );
    assert!(step_three.user.is_some());

    let again = two.step_three(&requested, &verifier).send().await;
    assert_eq!(again.status, 401, "it is used up");
    two.granted().await;
    assert_eq!(
        two.installed().await.unwrap()["id"],
        installed["id"],
        "installed once"
    );
}

#[tokio::test]
async fn with_the_preference_it_waits_and_its_calls_are_refused_until_it_is_enabled() {
    let two = Two::accounts().await;
    let settings = format!("/accounts/{CUSTOMER}/settings");
    let approval = json!({ "requireApprovalDuringAutoInstallationOfIntegration": true });
    let saved = two
        .stage
        .server
        .administer("PATCH", &settings, Some(&approval))
        .await;
    assert_eq!(saved.status, 200, "{}", saved.text());
    let token = two.granted().await;
    assert_eq!(two.installed().await.unwrap()["state"], "Waiting for Approval");
    assert_eq!(two.call(&token).await.status, 401);
    assert_eq!(two.last_mistake().await.as_deref(), Some("integration_waiting"));
    let enabled = two.change(("PATCH", ""), json!({ "state": "Enabled" })).await;
    assert_eq!(enabled.status, 200, "{}", enabled.text());
    assert_eq!(two.call(&token).await.status, 200);
}

#[tokio::test]
async fn of_an_installed_record_only_state_and_note_are_the_customers() {
    let two = Two::accounts().await;
    let token = two.granted().await;
    let renamed = two.change(("PATCH", ""), json!({ "name": "Ours" })).await;
    assert_eq!(renamed.status, 422, "{}", renamed.text());
    let noted = two
        .change(("PATCH", ""), json!({ "note": "Theirs", "state": "Blocked" }))
        .await;
    assert_eq!(noted.status, 200, "{}", noted.text());
    assert_eq!(two.call(&token).await.status, 401);
    let of_vendor = format!("/accounts/{VENDOR}/integrations/{}", two.record);
    let of_vendor = two.stage.server.administer("GET", &of_vendor, None).await.json();
    assert_eq!(
        (&of_vendor["state"], &of_vendor["note"]),
        (&json!("Enabled"), &json!(""))
    );
}

#[tokio::test]
async fn a_pair_reset_by_its_owner_is_dead_where_it_is_installed_and_the_new_one_works() {
    let two = Two::accounts().await;
    let token = two.granted().await;
    let path = format!("/accounts/{VENDOR}/integrations/{}/reset-credentials", two.record);
    let reset = two.stage.server.administer("POST", &path, None).await;
    assert!(reset.status < 300, "{}", reset.text());
    let reset = reset.json()["credentials"].clone();
    assert_eq!(two.call(&token).await.status, 401);
    assert_eq!(two.last_mistake().await.as_deref(), Some("consumer_key_unknown"));
    let text = |name: &str| reset[name].as_str().unwrap().to_owned();
    let renewed = Application {
        consumer_key: text("consumerKey"),
        consumer_secret: text("consumerSecret"),
        ..two.with(&token)
    };
    assert_eq!(
        two.stage
            .server
            .caller(&renewed)
            .get(TOKEN_INFO)
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn an_uninstalled_application_is_installed_anew_by_the_next_grant() {
    let two = Two::accounts().await;
    let first = two.granted().await;
    let record = two.installed().await.unwrap()["id"].clone();
    let path = format!("/accounts/{CUSTOMER}/integrations/{record}/uninstall");
    assert!(two.stage.server.administer("POST", &path, None).await.status < 300);
    assert_eq!(two.call(&first).await.status, 401);
    let second = two.granted().await;
    assert_eq!(two.call(&second).await.status, 200);
    assert_ne!(two.installed().await.unwrap()["id"], record);
}

#[tokio::test]
async fn a_record_of_the_customers_with_the_same_name_keeps_it() {
    let two = Two::accounts().await;
    let taken = json!({ "name": "partner sync" });
    let path = format!("/accounts/{CUSTOMER}/integrations");
    let added = two.stage.server.administer("POST", &path, Some(&taken)).await;
    assert_eq!(added.status, 201, "{}", added.text());
    two.granted().await;
    assert_eq!(two.installed().await.unwrap()["name"], "Partner Sync (7654321)");
}

#[tokio::test]
async fn who_proves_nothing_or_names_an_account_that_is_not_held_is_told_the_same() {
    let two = Two::accounts().await;
    let bad = two.step_one().badly_signed().send().await;
    assert_eq!(bad.status, 401);
    assert!(
        two.stage.account.logins().await.is_empty(),
        "the trail is that of the application"
    );
    assert_eq!(two.vendor.logins().await.len(), 1);
    let elsewhere = two.step_one().realm("9999999").send().await;
    assert_eq!((bad.status, bad.text()), (elsewhere.status, elsewhere.text()));
}

#[tokio::test]
async fn a_user_who_may_not_any_more_gets_no_token_and_nothing_is_installed() {
    let two = Two::accounts().await;
    let requested = pair(&two.step_one().send().await);
    let verifier = two.stage.allowed(&requested).await;
    let (account, owner) = (&two.stage.account, two.stage.account.owner());
    let inactive = |form| countersign_model::RoleForm {
        inactive: true,
        ..form
    };
    account
        .authority
        .edit_role(&owner, account.role.id, inactive)
        .await
        .unwrap();
    let refused = two.step_three(&requested, &verifier).send().await;
    assert_eq!(refused.status, 401);
    assert_eq!(two.last_mistake().await.as_deref(), Some("role_inactive"));
    assert_eq!(two.installed().await, None);
}

#[tokio::test]
async fn on_a_shared_host_the_consent_page_is_that_of_the_company_it_is_asked_for() {
    let two = Two::accounts().await;
    let requested = pair(
        &two.step_one()
            .realm(None)
            .host("system.netsuite.com")
            .send()
            .await,
    );
    let address = format!("{PAGE}?oauth_token={}&company={CUSTOMER}", requested.token);
    let form = format!(
        "email={EMAIL}&password={}&code=&answer=sign+in",
        countersign_protocol::percent_encode(PASSWORD)
    );
    let header = [("Content-Type", "application/x-www-form-urlencoded")];
    let page = two.stage.send(("POST", &address), &header, &form).await;
    assert_eq!(page.status, 200, "{}", page.text());
    for shown in ["Partner Sync", "Ada Byron", "my.example.com"] {
        assert!(page.text().contains(shown), "{shown}");
    }
}
