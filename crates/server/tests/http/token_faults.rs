//! Fault rules where no access token logs in: the flow, issuetoken, revoketoken and roles; and tokeninfo beside them.

use std::time::Duration;

use countersign_model::{Level, Lever, Permission, TestAccount};
use countersign_testkit::{Answer, Blueprint};
use countersign_world::{Clock as _, SystemClock};
use serde_json::json;

use crate::token_stage::{Stage, pair, with};

const HEADER: &str = "x-countersign-levers";
const TOKEN_INFO: &str = "/rest/tokeninfo";

async fn stage() -> Stage {
    let blueprint = Blueprint {
        test_account: Some(TestAccount {
            levers: vec![Lever::Faults],
            seed: None,
        }),
        ..Blueprint::default()
    };
    Stage::of(blueprint.permit(Permission::UserAccessTokens, Level::Full)).await
}

fn told(answer: &Answer) -> (u16, Option<String>, Option<&str>) {
    (answer.status, answer.error_code(), answer.header(HEADER))
}

impl Stage {
    async fn by_password(&self, target: &str) -> Answer {
        self.nlauth(target, &with(&self.fields(), "", None)).await
    }

    fn issue(&self) -> String {
        format!(
            "/rest/issuetoken?consumerKey={}",
            self.account.application().consumer_key
        )
    }

    fn revoke(&self, token: &str) -> String {
        let key = self.account.application().consumer_key;
        format!("/rest/revoketoken?consumerKey={key}&token={token}")
    }

    /// One call of each service, each of which would be let in.
    async fn everywhere(&self) -> Vec<(u16, Option<String>, Option<String>)> {
        let caller = self.server.caller(&self.account.application());
        let nobodys = self.revoke("0");
        let answers = [
            self.step_one().send().await,
            self.by_password(&self.issue()).await,
            self.by_password(&nobodys).await,
            self.by_password("/rest/roles").await,
            caller.get(TOKEN_INFO).send().await,
            caller.get(&nobodys).send().await,
        ];
        let told = |answer: &Answer| {
            let (status, code, header) = told(answer);
            (status, code, header.map(str::to_owned))
        };
        answers.iter().map(told).collect()
    }
}

#[tokio::test]
async fn a_rule_of_the_token_services_meets_each_of_them_and_no_other() {
    let stage = stage().await;
    stage
        .dial(json!({"service": "tokenServices", "when": {"every": 1}, "fault": {"answered": 503}}))
        .await;
    let expected = (
        503,
        Some("UNEXPECTED_ERROR".to_owned()),
        Some("faults=1".to_owned()),
    );
    for told in stage.everywhere().await {
        assert_eq!(told, expected);
    }
    let caller = stage.server.caller(&stage.account.application());
    let restlet = caller
        .get("/app/site/hosting/restlet.nl?script=1&deploy=1")
        .send()
        .await;
    assert_ne!(restlet.status, 503);
    let tokens = stage
        .account
        .store
        .tokens(Default::default(), None, 9)
        .await
        .unwrap();
    assert_eq!(tokens.len(), 1, "in place of the service, which made nothing");
}

#[tokio::test]
async fn refused_for_concurrency_nothing_is_a_login_and_no_nonce_is_used() {
    let stage = stage().await;
    let before = stage.account.logins().await.len();
    stage
        .dial(json!({"when": {"every": 1}, "fault": "refusedForConcurrency"}))
        .await;
    for (status, code, header) in stage.everywhere().await {
        assert_eq!((status, header.as_deref()), (400, Some("faults=1")));
        assert_eq!(code.as_deref(), Some("SSS_REQUEST_LIMIT_EXCEEDED"));
    }
    let signed = stage.step_one().sign();
    assert_eq!(signed.send().await.status, 400);
    assert_eq!(stage.account.logins().await.len(), before);
    stage
        .server
        .administer("DELETE", "/accounts/1234567_SB1/levers/faults", None)
        .await;
    assert_eq!(signed.send().await.status, 200, "the same header is still good");
}

#[tokio::test]
async fn a_dropped_exchange_has_used_its_nonce_and_not_the_request_token() {
    let stage = stage().await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    stage.dial(json!({"when": {"next": 1}, "fault": "dropped"})).await;
    let signed = stage.step_three(&requested, &verifier).sign();
    assert_eq!(signed.send_to_mortal().await, None);
    assert_eq!(signed.send().await.status, 401);
    assert_eq!(
        stage.account.last_login().await.mistake.as_deref(),
        Some("nonce_replay")
    );
    assert_eq!(stage.step_three(&requested, &verifier).send().await.status, 200);
}

#[tokio::test]
async fn a_delayed_token_service_answers_late_and_as_ever() {
    let stage = stage().await;
    let delay = 150;
    stage
        .dial(json!({"when": {"every": 1}, "fault": {"delayed": delay}}))
        .await;
    let watch = SystemClock::new();
    let statuses: Vec<u16> = stage
        .everywhere()
        .await
        .into_iter()
        .map(|(status, ..)| status)
        .collect();
    assert_eq!(statuses, [200, 200, 400, 200, 200, 400]);
    assert!(watch.elapsed() >= Duration::from_millis(delay) * 6);
}

#[tokio::test]
async fn a_token_can_be_revoked_before_its_owner_has_it() {
    let stage = stage().await;
    let requested = stage.begun().await;
    let verifier = stage.allowed(&requested).await;
    stage
        .dial(json!({"when": {"next": 2}, "fault": "tokenRevoked"}))
        .await;
    let exchanged = pair(&stage.step_three(&requested, &verifier).send().await);
    let issued = stage.by_password(&stage.issue()).await.json();
    let issued = |name: &str| issued[name].as_str().unwrap().to_owned();
    for (token, secret) in [
        (exchanged.token, exchanged.secret),
        (issued("tokenId"), issued("tokenSecret")),
    ] {
        let refused = stage.caller(&token, &secret).get(TOKEN_INFO).send().await;
        assert_eq!(refused.status, 401);
        let last = stage.account.last_login().await;
        assert_eq!(last.mistake.as_deref(), Some("token_revoked"));
    }
}

#[tokio::test]
async fn a_rule_of_an_integration_record_meets_the_calls_that_name_it() {
    let stage = stage().await;
    let id = stage.account.integration.id.get();
    stage
        .dial(json!({"integration": id, "when": {"every": 1}, "fault": {"answered": 500}}))
        .await;
    let statuses: Vec<u16> = stage
        .everywhere()
        .await
        .into_iter()
        .map(|(status, ..)| status)
        .collect();
    assert_eq!(statuses, [500, 500, 500, 200, 500, 500], "roles names none");
}

#[tokio::test]
async fn who_is_not_let_in_meets_no_fault() {
    let stage = stage().await;
    stage
        .dial(json!({"when": {"next": 1}, "fault": {"answered": 500}}))
        .await;
    let wrong = with(&stage.fields(), "signature", Some("Wrong-Horse-7-Battery"))
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect::<Vec<_>>();
    let wrong: Vec<_> = wrong
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for target in [stage.issue(), stage.revoke("0"), "/rest/roles".to_owned()] {
        assert_eq!(stage.nlauth(&target, &wrong).await.status, 401);
    }
    assert_eq!(stage.step_one().badly_signed().send().await.status, 401);
    assert_eq!(stage.step_one().send().await.status, 500, "the rule still waits");
}
