//! RESTlets over real sockets: what a script is given, what its answer becomes, and who may call it.

use std::time::Duration;

use countersign_model::{Level, Permission};
use countersign_records::{Changes, Key, Reference, ScriptLogQuery, Stamp, Value as Field};
use countersign_scripts::{Deployed, ObjectFile, Project, SourceFile, deploy};
use countersign_testkit::{Account, Answer, Blueprint, Caller, NOW, Server, Storage};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

const ECHO: &str = include_str!("restlets/echo.js");
const LIBRARY: &str = "define([], () => (name) => `Hello, ${name ?? 'nobody'}`);\n";
const OBJECT: &str = "<restlet scriptid=\"customscript_echo\"><name>Echo</name>
  <scriptfile>[/SuiteScripts/echo.js]</scriptfile>
  <scriptcustomfields><scriptcustomfield scriptid=\"custscript_greeting\"><defaultvalue>Hi</defaultvalue></scriptcustomfield>
  </scriptcustomfields>
  <scriptdeployments>
    <scriptdeployment scriptid=\"customdeploy_all\"><allroles>T</allroles><status>RELEASED</status><title>All</title>
      <custscript_greeting>Good day</custscript_greeting></scriptdeployment>
    <scriptdeployment scriptid=\"customdeploy_boss\"><audslctrole>ADMINISTRATOR</audslctrole><status>RELEASED</status>
    </scriptdeployment>
    <scriptdeployment scriptid=\"customdeploy_test\"><allroles>T</allroles><status>TESTING</status></scriptdeployment>
    <scriptdeployment scriptid=\"customdeploy_as\"><allroles>T</allroles><status>RELEASED</status>
      <runasrole>ADMINISTRATOR</runasrole></scriptdeployment>
  </scriptdeployments></restlet>";

fn stamp() -> Stamp {
    Stamp { at: NOW, by: -4 }
}

fn source(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        contents: text.as_bytes().to_vec(),
    }
}

async fn put(account: &Account, files: Vec<SourceFile>, objects: &[ObjectFile]) -> Deployed {
    let project = Project::read(files, objects).unwrap();
    let roles = account.authority.snapshot();
    let roles = roles.roles().map(|role| (role.id, role.name.clone())).collect();
    deploy(&account.records, project, roles, stamp()).await.unwrap()
}

/// An account with the script of this file in four deployments.
async fn stage() -> (Account, Server, Caller) {
    let blueprint = Blueprint {
        storage: Storage::Folder,
        ..Blueprint::default()
    };
    let blueprint = blueprint
        .permit_records()
        .permit(Permission::SuiteScript, Level::Full)
        .permit(Permission::SuiteAnalyticsWorkbook, Level::Edit);
    let account = Account::with(blueprint).await;
    let files = vec![
        source("/SuiteScripts/echo.js", ECHO),
        source("/SuiteScripts/lib/greeting.js", LIBRARY),
    ];
    let object = ObjectFile {
        name: "Objects/customscript_echo.xml".to_owned(),
        text: OBJECT.to_owned(),
    };
    put(&account, files, &[object]).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

fn at(query: &str) -> String {
    format!("/app/site/hosting/restlet.nl?script=customscript_echo&deploy=customdeploy_all{query}")
}

fn refused(answer: &Answer) -> (u16, String) {
    (answer.status, answer.error_code().unwrap_or_default())
}

#[tokio::test]
async fn a_script_is_given_the_parameters_of_its_address_and_knows_who_calls() {
    let (account, _server, caller) = stage().await;
    let answer = caller
        .get(&at("&name=Ada%20B&q=%C3%A9&name=second"))
        .header("Content-Type", "application/json");
    let answer = answer.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        answer.json(),
        json!({
            "parameters": { "name": "Ada B", "q": "\u{e9}" },
            "user": "Ada Byron",
            "role": account.role.id.get(),
            "script": "customscript_echo",
            "deployment": "customdeploy_all",
            "left": 5000,
            "parameter": "Good day",
        })
    );
    assert_eq!(
        answer.header("content-type"),
        Some("application/json; charset=UTF-8")
    );
}

#[tokio::test]
async fn script_and_deploy_are_numbers_or_script_ids_in_any_case() {
    let (_account, _server, caller) = stage().await;
    for pair in [
        "script=1&deploy=1",
        "script=customscript_echo&deploy=1",
        "script=1&deploy=customdeploy_all",
        "script=CUSTOMSCRIPT_ECHO&deploy=CUSTOMDEPLOY_ALL",
    ] {
        let target = format!("/app/site/hosting/restlet.nl?{pair}&as=text");
        let answer = caller.get(&target).send().await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (200, "Hello, nobody"),
            "{pair}"
        );
    }
    for pair in [
        "",
        "script=1",
        "deploy=1",
        "script=2&deploy=1",
        "script=1&deploy=9",
        "script=01&deploy=1",
    ] {
        let answer = caller
            .get(&format!("/app/site/hosting/restlet.nl?{pair}"))
            .send()
            .await;
        assert_eq!(
            refused(&answer),
            (400, "SSS_INVALID_SCRIPTLET_ID".to_owned()),
            "{pair}"
        );
    }
}

#[tokio::test]
async fn a_body_is_parsed_as_json_and_given_as_text_otherwise() {
    let (_account, _server, caller) = stage().await;
    let json = caller.post(&at(""), r#"{"a":[1,2.5,null,"x"]}"#).send().await;
    assert_eq!(
        json.json(),
        json!({ "was": "object", "body": { "a": [1, 2.5, null, "x"] } })
    );
    let text = caller
        .call("PUT", &at(""))
        .body("text/plain", "shout")
        .send()
        .await;
    assert_eq!((text.status, text.text().as_str()), (200, "SHOUT"));
    assert_eq!(text.header("content-type"), Some("text/plain; charset=UTF-8"));
    let xml = caller
        .call("PUT", &at(""))
        .body("application/xml", "<a/>")
        .send()
        .await;
    assert_eq!((xml.status, xml.text().as_str()), (200, "<A/>"));
    assert_eq!(xml.header("content-type"), Some("application/xml; charset=UTF-8"));
    // The number is what JavaScript prints of it: all of its digits count.
    let sent = r#"{"a":985.6906946328695}"#;
    let string = caller
        .call("PUT", &at(""))
        .body("application/json", sent)
        .send()
        .await;
    assert_eq!(string.text(), sent, "a string under JSON goes out as it is");
    let broken = caller.post(&at(""), "{").send().await;
    assert_eq!(refused(&broken), (400, "UNEXPECTED_ERROR".to_owned()));
    assert!(broken.text().contains("SyntaxError"), "{}", broken.text());
    let form = caller
        .call("POST", &at(""))
        .body("application/x-www-form-urlencoded", "a=1");
    assert_eq!(refused(&form.send().await).0, 415);
}

#[tokio::test]
async fn what_is_no_text_needs_json() {
    let (_account, _server, caller) = stage().await;
    let object = caller.get(&at("")).send().await;
    assert_eq!(object.status, 400);
    assert_eq!(
        object.text(),
        "error code: INVALID_RETURN_DATA_FORMAT\nerror message: Invalid data format. You should return text."
    );
    let nothing = caller.get(&at("&as=nothing")).send().await;
    assert_eq!(refused(&nothing), (400, "INVALID_RETURN_DATA_FORMAT".to_owned()));
    let nothing = caller
        .get(&at("&as=nothing"))
        .header("Content-Type", "application/json")
        .send()
        .await;
    assert_eq!((nothing.status, nothing.text().as_str()), (200, ""));
}

#[tokio::test]
async fn an_error_that_nobody_catches_is_a_400_with_all_of_it_and_goes_into_the_log() {
    let (account, _server, caller) = stage().await;
    let thrown = caller
        .get(&at("&fail=thrown"))
        .header("Content-Type", "application/json")
        .send()
        .await;
    assert_eq!(refused(&thrown), (400, "TEST_FAILURE".to_owned()));
    let message = thrown.json()["error"]["message"].as_str().unwrap().to_owned();
    let error: Value = serde_json::from_str(&message).unwrap();
    assert_eq!(error["type"], "error.SuiteScriptError");
    assert_eq!(
        (&error["name"], &error["message"]),
        (&json!("TEST_FAILURE"), &json!("it was asked for"))
    );
    let script = caller.get(&at("&fail=script")).send().await;
    assert_eq!(refused(&script), (400, "UNEXPECTED_ERROR".to_owned()));
    assert!(
        script.text().contains("/SuiteScripts/echo.js:11"),
        "{}",
        script.text()
    );
    let query = ScriptLogQuery {
        limit: 10,
        ..ScriptLogQuery::default()
    };
    let log = account.records.script_log(query).await.unwrap();
    let lines: Vec<_> = log
        .iter()
        .map(|line| (line.level.word(), line.title.as_str(), line.execution))
        .collect();
    assert_eq!(
        lines,
        [
            ("SYSTEM", "UNEXPECTED_ERROR", 2),
            ("DEBUG", "get", 2),
            ("SYSTEM", "TEST_FAILURE", 1),
            ("DEBUG", "get", 1)
        ]
    );
    assert_eq!(log[3].details, r#"{"fail":"thrown"}"#);
    assert_eq!(log[0].script_id.as_deref(), Some("customscript_echo"));
}

#[tokio::test]
async fn a_script_whose_caller_hung_up_runs_to_its_end_and_leaves_its_rows() {
    let (account, server, caller) = stage().await;
    server.accounts.engine().end_after(Duration::from_millis(500));
    let endless =
        "/** @NApiVersion 2.1\n @NScriptType Restlet */\ndefine([], () => ({ get: () => { for (;;); } }));";
    put(&account, vec![source("/SuiteScripts/endless.js", endless)], &[]).await;
    let target = "/app/site/hosting/restlet.nl?script=customscript_endless&deploy=1";
    let mut stream = server.connect().await;
    stream.write_all(&caller.get(target).sign().bytes).await.unwrap();
    account.until_running(1).await;
    drop(stream);
    // Its place among the requests that run is free when it has ended, and not before.
    account.until_running(0).await;
    let query = ScriptLogQuery {
        limit: 10,
        ..ScriptLogQuery::default()
    };
    let log = account.records.script_log(query).await.unwrap();
    let titles: Vec<&str> = log.iter().map(|line| line.title.as_str()).collect();
    assert_eq!(titles, ["SSS_TIME_LIMIT_EXCEEDED"]);
    let log = "/accounts/1234567_SB1/execution-log";
    while server.administer("GET", log, None).await.json()["items"] == json!([]) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_verb_that_the_script_has_no_function_for_is_not_allowed() {
    let (_account, _server, caller) = stage().await;
    let answer = caller.call("DELETE", &at("")).send().await;
    assert_eq!(refused(&answer), (405, "METHOD_NOT_ALLOWED".to_owned()));
}

#[tokio::test]
async fn a_deployment_runs_for_its_audience_and_in_testing_for_its_owner_alone() {
    let (account, _server, caller) = stage().await;
    let call = async |deployment: &str| {
        let target = format!("/app/site/hosting/restlet.nl?script=customscript_echo&deploy={deployment}");
        caller
            .get(&target)
            .header("Content-Type", "application/json")
            .send()
            .await
    };
    let boss = call("customdeploy_boss").await;
    assert_eq!(refused(&boss), (403, "INSUFFICIENT_PERMISSION".to_owned()));
    let test = call("customdeploy_test").await;
    assert_eq!(refused(&test), (400, "SSS_INVALID_SCRIPTLET_ID".to_owned()));
    assert_eq!(
        call("customdeploy_as").await.json()["role"],
        3,
        "it executes as an Administrator"
    );

    let of = account.records.record_type("scriptDeployment").unwrap();
    let change = async |id, changes| {
        account
            .records
            .update(of, Key::Internal(id), changes, stamp())
            .await
            .unwrap()
    };
    let us = Field::References(vec![Reference::to(account.role.id.get())]);
    change(2, Changes::new().set("audSlctRole", us)).await;
    assert_eq!(call("customdeploy_boss").await.status, 200);
    change(1, Changes::new().set("isDeployed", Field::Bool(false))).await;
    assert_eq!(
        refused(&call("customdeploy_all").await),
        (400, "SSS_INVALID_SCRIPTLET_ID".to_owned())
    );
}

#[tokio::test]
async fn scripts_deployments_and_their_log_are_asked_in_suiteql() {
    let (_account, _server, caller) = stage().await;
    caller.get(&at("&as=text")).send().await;
    let ask = async |statement: &str| {
        let body = json!({ "q": statement }).to_string();
        let call = caller
            .post("/services/rest/query/v1/suiteql", &body)
            .header("Prefer", "transient");
        call.send().await.json()["items"].clone()
    };
    let deployments = ask(
        "SELECT s.scriptid AS script, d.scriptid, d.status FROM scriptdeployment d JOIN script s ON s.id = d.script \
         WHERE d.isdeployed = 'T' ORDER BY d.primarykey FETCH FIRST 1 ROWS ONLY",
    )
    .await;
    assert_eq!(deployments[0]["scriptid"], "customdeploy_all", "{deployments}");
    assert_eq!(deployments[0]["script"], "customscript_echo");
    let notes = ask("SELECT title, type, BUILTIN.DF(scripttype) AS script FROM scriptnote").await;
    assert_eq!(notes[0]["title"], "get", "{notes}");
    assert_eq!(notes[0]["script"], "Echo");
}

#[tokio::test]
async fn a_file_that_is_put_again_is_what_the_next_call_runs() {
    let (account, _server, caller) = stage().await;
    assert_eq!(caller.get(&at("&as=text")).send().await.text(), "Hello, nobody");
    let library = LIBRARY.replace("Hello", "Good evening");
    let files = vec![
        source("/SuiteScripts/echo.js", ECHO),
        source("/SuiteScripts/lib/greeting.js", &library),
    ];
    let deployed = put(&account, files, &[]).await;
    assert_eq!(deployed.scripts.len(), 1);
    assert!(deployed.scripts[0].was_there);
    assert_eq!(
        caller.get(&at("&as=text")).send().await.text(),
        "Good evening, nobody"
    );
}
