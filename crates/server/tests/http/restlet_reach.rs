//! What a RESTlet reaches beyond the account's records, and what it does not: other hosts, secrets, other RESTlets.

use countersign_model::{Level, Permission};
use countersign_protocol::{Secret, Service};
use countersign_records::Stamp;
use countersign_scripts::{ApiSecret, ApiSecretForm, Project, SourceFile, deploy};
use countersign_testkit::{Account, Answer, Blueprint, Caller, NOW, Server, Storage};
use serde_json::Value;

const SOURCE: &str = include_str!("restlets/reach.js");
/// RFC 4231, test case 2: this key, and the digest of the text in the script.
const KEY: &str = "Jefe";
const DIGEST: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

fn stamp() -> Stamp {
    Stamp { at: NOW, by: -4 }
}

/// The same script under two names.
async fn stage() -> (Account, Server, Caller) {
    let account = account_of_scripts().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

async fn account_of_scripts() -> Account {
    let blueprint = Blueprint {
        storage: Storage::Folder,
        ..Blueprint::default()
    };
    let blueprint = blueprint
        .permit_records()
        .permit(Permission::SuiteScript, Level::Full);
    let account = Account::with(blueprint).await;
    for name in ["one", "other"] {
        let file = SourceFile {
            path: format!("/SuiteScripts/{name}.js"),
            contents: SOURCE.as_bytes().to_vec(),
        };
        let project = Project::read(vec![file], &[]).unwrap();
        deploy(&account.records, project, Vec::new(), stamp())
            .await
            .unwrap();
    }
    account
}

async fn ask(caller: &Caller, script: &str, query: &str) -> Answer {
    let target = format!("/app/site/hosting/restlet.nl?script=customscript_{script}&deploy=1&{query}");
    let call = caller.get(&target).header("Content-Type", "application/json");
    call.send().await
}

#[tokio::test]
async fn a_script_calls_no_host_that_was_not_allowed() {
    let (_account, server, caller) = stage().await;
    let machine = format!("http://{}/", server.address);
    for url in [
        "https://example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data/",
        "https://9999999.suitetalk.api.netsuite.com/services/rest/record/v1/customer",
    ] {
        let answer = ask(&caller, "one", &format!("what=url&value={url}")).await;
        assert_eq!(answer.error_code().as_deref(), Some("SSS_UNKNOWN_HOST"), "{url}");
    }
    for url in [machine.as_str(), "file:///etc/passwd", "nowhere"] {
        let answer = ask(&caller, "one", &format!("what=url&value={url}")).await;
        assert_eq!(answer.error_code().as_deref(), Some("SSS_INVALID_URL"), "{url}");
    }
    let answer = ask(
        &caller,
        "one",
        &format!("what=headers&value={machine}").replace("http:", "https:"),
    )
    .await;
    assert_eq!(
        answer.error_code().as_deref(),
        Some("SSS_INVALID_HEADER"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn a_secret_signs_for_the_script_it_was_made_for_and_is_seen_by_none() {
    let (account, _server, caller) = stage().await;
    let form = ApiSecretForm {
        script_id: "custsecret_key".to_owned(),
        name: "Key".to_owned(),
        scripts: vec!["customscript_one".to_owned()],
        ..ApiSecretForm::default()
    };
    let generation = ApiSecret::put(&account.records, form, stamp())
        .await
        .unwrap()
        .unwrap();
    let (owner, key) = (account.owner(), Secret::new(KEY));
    let kept = account
        .authority
        .put_api_secret(&owner, "custsecret_key", generation, &key);
    kept.await.unwrap();
    let signed = ask(&caller, "one", "what=sign&value=custsecret_key").await;
    assert_eq!(signed.json()["digest"], DIGEST, "{}", signed.text());
    assert!(!signed.text().contains(KEY), "{}", signed.text());
    for (script, secret) in [("other", "custsecret_key"), ("one", "custsecret_none")] {
        let refused = ask(&caller, script, &format!("what=sign&value={secret}")).await;
        assert_eq!(
            refused.error_code().as_deref(),
            Some("INVALID_SECRET"),
            "{}",
            refused.text()
        );
    }
}

#[tokio::test]
async fn a_script_asks_the_accounts_rest_web_services_as_whoever_calls_it() {
    let (_account, _server, caller) = stage().await;
    for path in [
        "/services/rest/record/v1/customer",
        "/record/v1/customer",
        "record/v1/customer",
    ] {
        let answer = ask(&caller, "one", &format!("what=rest&value={path}")).await;
        let told: Value = answer.json();
        assert_eq!(told["code"], 200, "{told}");
        assert!(told["body"]["totalResults"].is_number(), "{told}");
    }
    // What the role of the token may not view is refused, as in a signed call; so is a type that is not there.
    let told: Value = ask(&caller, "one", "what=rest&value=/system/v1/governanceLimits")
        .await
        .json();
    assert_eq!(told["code"], 403, "{told}");
    let told: Value = ask(&caller, "one", "what=rest&value=/record/v1/spaceship")
        .await
        .json();
    assert_eq!(told["code"], 404, "{told}");
    let elsewhere = "https://9999999.suitetalk.api.netsuite.com/services/rest/record/v1/customer/1";
    for url in [
        elsewhere,
        "https://example.com/services/rest/record/v1/customer/1",
        "http://x/",
    ] {
        let answer = ask(&caller, "one", &format!("what=rest&value={url}")).await;
        assert_ne!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test]
async fn a_script_that_calls_itself_is_stopped_after_three_that_wait() {
    let (_account, _server, caller) = stage().await;
    let mut told: Value = ask(&caller, "one", "what=again").await.json();
    for _ in 0..2 {
        assert_eq!(told["code"], 200, "{told}");
        told = told["body"].take();
    }
    assert_eq!(told["code"], 400, "{told}");
    assert_eq!(
        told["body"]["error"]["code"], "SSS_REQUEST_LOOP_DETECTED",
        "{told}"
    );
}

#[tokio::test]
async fn a_script_that_says_it_was_forwarded_stays_in_its_account() {
    let account = account_of_scripts().await;
    let sandbox = Account::with(Blueprint {
        account: "1234567_SB2",
        storage: Storage::Folder,
        ..Blueprint::default()
    })
    .await;
    // A script's calls come from this machine, where the proxy that is believed stands too.
    let server = Server::of_behind_a_proxy(&[&account, &sandbox]).await;
    let caller = server.caller(&account.application());
    let query = "what=rest&value=/record/v1/customer&forwarded=1234567-sb2.suitetalk.api.netsuite.com";
    let told: Value = ask(&caller, "one", query).await.json();
    assert_eq!(told["code"], 200, "{told}");
    let link = told["body"]["links"][0]["href"].as_str().unwrap();
    let own = account.authority.snapshot().account.id.host(Service::SuiteTalk);
    assert!(link.starts_with(&format!("https://{own}/")), "{link}");
}
