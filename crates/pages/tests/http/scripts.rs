//! Scripts on the pages: secrets that go in and never come out, deployments that are changed by hand, and what a call's script
//! left behind.

use countersign_model::LoginSearch;
use countersign_records::{LogLevel, Stamp};
use countersign_scripts::{ApiSecret, Deployment, Project, SourceFile, deploy};
use countersign_testkit::NOW;

use crate::stage::{Stage, Visitor};

const SECRETS: &str = "/app/setup/company/api-secrets";
const DEPLOYMENTS: &str = "/app/customization/script-deployments";

/// It writes a line, submits a task and fails on its line 9.
const NIGHTLY: &str = "/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/task', 'N/log'], (task, log) => ({
  get: () => {
    const nightly = task.create({ taskType: task.TaskType.MAP_REDUCE, scriptId: 'customscript_nightly', params: { custscript_day: '<today>' } });
    log.audit({ title: 'Submitted', details: nightly.submit() });
    throw new Error('no <night>');
  },
}));
";

/// The deployment of the script.
async fn deployed(stage: &Stage) -> i64 {
    let file = SourceFile {
        path: "/SuiteScripts/nightly.js".to_owned(),
        contents: NIGHTLY.as_bytes().to_vec(),
    };
    let records = &stage.account.records;
    let project = Project::read(vec![file], &[]).unwrap();
    deploy(records, project, Vec::new(), Stamp { at: NOW, by: -4 })
        .await
        .unwrap();
    let found = Deployment::find(records, "1", "1").await.unwrap();
    found.unwrap().id
}

#[tokio::test]
async fn a_secret_goes_in_and_never_comes_out() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    deployed(&stage).await;
    let new = format!("{SECRETS}/new");
    let wrong = visitor
        .send(&new, &[("id", "a b"), ("password", "Value-4711")])
        .await;
    assert_eq!(wrong.status, 422);
    for words in [
        "Name is required.",
        "ID has at most 40 small letters",
        "Restrict to Scripts names no script",
    ] {
        assert!(wrong.text().contains(words), "{words}: {}", wrong.text());
    }
    assert!(!wrong.text().contains("Value-4711"));
    let right = [
        ("id", "Shop"),
        ("name", "The <shop>"),
        ("password", "Value-4711"),
        ("script", "1"),
    ];
    assert_eq!(visitor.send(&new, &right).await.status, 303);
    let again = visitor.send(&new, &right).await;
    assert!(again.text().contains("ID is another secret"), "{}", again.text());

    let (authority, records) = (&stage.account.authority, &stage.account.records);
    let kept = || async {
        let secret = ApiSecret::named(records, "custsecret_shop")
            .await
            .unwrap()
            .unwrap();
        let value = authority
            .api_secret(&secret.script_id, secret.generation)
            .await
            .unwrap();
        (secret, value.expose().to_owned())
    };
    let (secret, value) = kept().await;
    assert_eq!(
        (secret.scripts.as_slice(), secret.all_scripts, value.as_str()),
        (&[1][..], false, "Value-4711")
    );

    let own = format!("{SECRETS}/custsecret_shop");
    let described = [("name", "Shop"), ("password", ""), ("all-scripts", "on")];
    assert_eq!(visitor.send(&own, &described).await.status, 303);
    let (secret, value) = kept().await;
    assert_eq!(
        (secret.name.as_str(), secret.all_scripts, value.as_str()),
        ("Shop", true, "Value-4711")
    );
    let replaced = [
        ("name", "Shop"),
        ("password", "Value-4712"),
        ("all-scripts", "on"),
    ];
    assert_eq!(visitor.send(&own, &replaced).await.status, 303);
    assert_eq!(kept().await.1, "Value-4712");
    for path in [SECRETS, &own, &format!("{own}/delete")] {
        assert!(!visitor.see(path).await.contains("Value-471"), "{path}");
    }

    assert_eq!(visitor.send(&format!("{own}/delete"), &[]).await.status, 303);
    assert!(visitor.see(SECRETS).await.contains("No secrets yet"));
    assert!(authority.api_secret("custsecret_shop", 2).await.is_err());
}

#[tokio::test]
async fn a_deployment_is_for_whom_its_page_says_from_the_next_call_on() {
    let stage = Stage::ready().await;
    let visitor = Visitor::new(&stage).await;
    let id = deployed(&stage).await;
    let path = format!("{DEPLOYMENTS}/{id}");
    let page = visitor.see(&path).await;
    assert!(
        page.contains("/app/site/hosting/restlet.nl?script=1&amp;deploy=1"),
        "{page}"
    );
    assert_eq!(visitor.send(&path, &[("status", "TESTING")]).await.status, 422);
    let saved = [
        ("title", "Nightly \"run\""),
        ("status", "TESTING"),
        ("level", "ERROR"),
        ("role", "3"),
        ("audience", "3"),
        ("audience", "99999"),
    ];
    assert_eq!(visitor.send(&path, &saved).await.status, 303);
    let deployment = Deployment::numbered(&stage.account.records, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(deployment.title, "Nightly \"run\"");
    assert_eq!((deployment.is_released, deployment.is_deployed), (false, false));
    assert_eq!(deployment.log_level, LogLevel::Error);
    assert_eq!(deployment.runs_as, Some(3));
    assert_eq!(
        (
            deployment.audience.roles.as_slice(),
            deployment.audience.all_roles
        ),
        (&[3][..], false)
    );
    let unset = [
        ("title", "Nightly"),
        ("status", "RELEASED"),
        ("deployed", "on"),
        ("role", ""),
    ];
    assert_eq!(visitor.send(&path, &unset).await.status, 303);
    let deployment = Deployment::numbered(&stage.account.records, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((deployment.runs_as, deployment.is_released), (None, true));
}

#[tokio::test]
async fn the_page_of_a_restlets_call_shows_what_its_script_wrote_and_where_it_failed() {
    let stage = Stage::ready().await;
    deployed(&stage).await;
    let caller = stage.server.caller(&stage.account.application());
    let answer = caller
        .get("/app/site/hosting/restlet.nl?script=1&deploy=1")
        .send()
        .await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let newest = LoginSearch {
        success: Some(true),
        ..LoginSearch::default()
    };
    let rows = stage
        .account
        .authority
        .logins(newest, None, 1)
        .await
        .unwrap()
        .rows;
    let (id, _) = rows.first().unwrap();
    let visitor = Visitor::new(&stage).await;
    let page = visitor
        .see(&format!("/app/setup/integration/inspector/{id}"))
        .await;
    for words in [
        "What the script wrote",
        "Submitted",
        "/SuiteScripts/nightly.js:9:15",
        "throw new Error(&#39;no &lt;night&gt;&#39;);",
    ] {
        assert!(
            page.contains(words) || page.contains(&words.replace("&#39;", "'")),
            "{words}: {page}"
        );
    }
    let scripts = visitor.see("/app/customization/scripts").await;
    assert!(
        scripts.contains("the account's own hosts, and no other."),
        "{scripts}"
    );
    let tasks = visitor.see("/app/customization/submitted-tasks").await;
    for words in ["TASK1", "MAP_REDUCE", "customscript_nightly", "&lt;today&gt;"] {
        assert!(tasks.contains(words), "{words}: {tasks}");
    }
}
