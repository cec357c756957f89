//! Pictures of the main pages, light and dark, wide and narrow, in the folder `pictures` of the target's `tmp`.

use std::path::{Path, PathBuf};

use countersign_model::{Feature, IntegrationForm, TokenChange};
use countersign_records::Stamp;
use countersign_scripts::{ApiSecret, ApiSecretForm, Project, SourceFile, deploy};
use countersign_store::UserFilter;
use countersign_testkit::{Application, Blueprint, NOW};

use crate::stage::{EMAIL, Stage};

/// Width and height of a window.
const SIZES: [(&str, (u32, u32)); 2] = [("narrow", (360, 780)), ("wide", (1600, 1000))];

/// For what is further down a long page.
const TALL: [(&str, (u32, u32)); 2] = [("narrow", (360, 3400)), ("wide", (1600, 1900))];

/// Path, and what the picture is called.
const PAGES: &[(&str, &str)] = &[
    ("/app", "home"),
    ("/app/first-call", "first-call"),
    ("/app/setup/company/enable-features", "enable-features"),
    ("/app/setup/company/company-information", "company-information"),
    ("/app/setup/company/general-preferences", "general-preferences"),
    ("/app/setup/integration/integration-governance", "governance"),
    ("/app/setup/integration/manage-integrations", "integrations"),
    (
        "/app/setup/integration/manage-integrations/new",
        "integration-new",
    ),
    ("/app/setup/integration/manage-integrations/1", "integration"),
    (
        "/app/setup/integration/manage-integrations/1/reset-credentials",
        "reset",
    ),
    (
        "/app/setup/integration/manage-integrations/1/uninstall",
        "uninstall",
    ),
    ("/app/setup/users-roles/manage-users", "manage-users"),
    ("/app/setup/users-roles/user-access-reset?user=1", "access-reset"),
    ("/app/setup/users-roles/access-tokens", "tokens"),
    ("/app/setup/users-roles/access-tokens/new", "token-new"),
    ("/app/setup/users-roles/manage-roles", "roles"),
    (
        "/app/setup/users-roles/manage-roles/new?template=REST%20web%20services",
        "role-new",
    ),
    ("/app/setup/users-roles/manage-roles/1001", "role"),
    ("/app/lists/employees", "employees"),
    ("/app/lists/employees/1", "employee"),
    ("/app/lists/employees/1/history", "employee-history"),
    ("/app/lists/employees/1/delete", "employee-delete"),
    ("/app/home/two-factor", "two-factor"),
    ("/app/login/second-factor", "second-factor"),
    ("/app/setup/users-roles/login-audit-trail", "login-audit-trail"),
    (
        "/app/setup/users-roles/login-audit-trail?advanced=on",
        "login-audit-trail-advanced",
    ),
    ("/app/setup/integration/inspector", "inspector"),
    ("/app/setup/integration/execution-logs", "execution-logs"),
    ("/app/customization/scripts", "scripts"),
    ("/app/customization/scripts/1", "script"),
    ("/app/customization/script-deployments", "deployments"),
    ("/app/customization/script-deployments/1", "deployment"),
    ("/app/customization/script-execution-logs", "script-log"),
    ("/app/customization/submitted-tasks", "tasks"),
    ("/app/setup/company/api-secrets", "secrets"),
    ("/app/setup/company/api-secrets/new", "secret-new"),
    ("/app/setup/company/api-secrets/custsecret_shop", "secret"),
    ("/app/setup/company/sent-emails", "sent-emails"),
    ("/app/search?q=token", "search"),
    ("/app/role", "change-role"),
    ("/app/nowhere", "not-found"),
];

/// Sends a message, submits a task, and fails.
const NIGHTLY: &str = "/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/task', 'N/log', 'N/email'], (task, log, email) => ({
  get: () => {
    const nightly = task.create({ taskType: task.TaskType.MAP_REDUCE, scriptId: 'customscript_nightly', params: { custscript_day: 'today' } });
    log.audit({ title: 'Submitted', details: nightly.submit() });
    email.send({ author: require('N/runtime').getCurrentUser().id, recipients: 'ops@example.com', subject: 'Nightly run', body: 'It was submitted.' });
    throw new Error('The warehouse does not answer.');
  },
}));
";

/// A script that was called, and a secret of it.
async fn run_script(stage: &Stage) {
    let records = &stage.account.records;
    let stamp = Stamp { at: NOW, by: -4 };
    let file = SourceFile {
        path: "/SuiteScripts/nightly.js".to_owned(),
        contents: NIGHTLY.as_bytes().to_vec(),
    };
    let project = Project::read(vec![file], &[]).unwrap();
    deploy(records, project, Vec::new(), stamp).await.unwrap();
    let secret = ApiSecretForm {
        script_id: "custsecret_shop".to_owned(),
        name: "Shop".to_owned(),
        description: "Signs what goes to the shop".to_owned(),
        scripts: vec!["1".to_owned()],
    };
    ApiSecret::put(records, secret, stamp).await.unwrap().unwrap();
    let caller = stage.server.caller(&stage.account.application());
    caller
        .get("/app/site/hosting/restlet.nl?script=1&deploy=1")
        .send()
        .await;
}

const CUSTOMER: &str = "/services/rest/record/v1/customer";

/// An account with calls that were let in and two that were refused.
async fn stage() -> Stage {
    let stage = Stage::of(Blueprint {
        features: Feature::ALL.to_vec(),
        ..Blueprint::default()
    })
    .await;
    let right = stage.account.application();
    let bent = Application {
        token_secret: "another".to_owned(),
        ..right.clone()
    };
    for application in [&right, &bent] {
        let caller = stage.server.caller(application);
        caller.get(&format!("{CUSTOMER}?limit=1")).send().await;
    }
    let without_query = format!("{}{CUSTOMER}", stage.server.base_url());
    let caller = stage.server.caller(&right);
    caller.soap("getServerTime").send().await;
    let call = caller.get(&format!("{CUSTOMER}?limit=5&offset=10"));
    call.signed_as(&without_query).send().await;
    run_script(&stage).await;
    stage
}

/// An account that lacks only a token, and a call.
async fn halfway() -> Stage {
    let stage = Stage::of(Blueprint::default()).await;
    let (authority, owner) = (&stage.account.authority, stage.account.owner());
    let revoked = authority.change_token_state(&owner, stage.account.token.id, TokenChange::Revoke);
    revoked.await.expect("the token can be revoked");
    stage.open_account().await;
    stage
}

/// The page that shows a new token once, which no address leads to.
async fn make_token(stage: &Stage) {
    let browser = &stage.browser;
    browser
        .go(&format!(
            "{}/app/setup/users-roles/access-tokens/new",
            stage.server.base_url()
        ))
        .await;
    browser.choose("Application Name", "Warehouse Sync").await;
    browser.choose("User", "Ada Byron").await;
    browser.choose("Role", "Integrator").await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
}

/// The form that came back, and the page that shows a new pair once.
async fn make_integration(stage: &Stage, folder: &Path) {
    let new = "/app/setup/integration/manage-integrations/new";
    let browser = &stage.browser;
    browser.go(&format!("{}{new}", stage.server.base_url())).await;
    browser.fill("Name", "Warehouse of another company").await;
    browser.tick("TBA: Authorization Flow", true).await;
    browser.fill("Callback URL", "nowhere").await;
    browser.click("Save").await;
    stage.sees("Look again at").await;
    picture(stage, folder, "integration-wrong").await;
    browser.fill("Callback URL", "http://localhost:*").await;
    browser.click("Save").await;
    stage.sees("they are shown once").await;
    picture_in(TALL, stage, folder, "integration-once").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes pictures for people to look at: conformance/pages/run"]
async fn pictures_of_the_main_pages() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let stage = stage().await;
    let base = stage.server.base_url();
    stage.browser.go(&format!("{base}/app/login")).await;
    picture(&stage, &folder, "sign-in").await;
    stage.open_account().await;
    for (path, name) in PAGES {
        stage.browser.go(&format!("{base}{path}")).await;
        picture(&stage, &folder, name).await;
    }
    open_call(&stage, "", 1).await;
    picture_in(TALL, &stage, &folder, "inspector-restlet").await;
    make_token(&stage).await;
    picture_in(TALL, &stage, &folder, "token-once").await;
    stage.browser.fill("Consumer Secret", "another").await;
    stage.browser.click("Call").await;
    stage.sees("Refused with 401").await;
    picture_in(TALL, &stage, &folder, "token-tried").await;
    make_integration(&stage, &folder).await;
    give_another_role(&stage).await;
    ask_for_consent(&stage).await;
    picture(&stage, &folder, "consent").await;
    stage.browser.click("Change Role").await;
    stage.browser.click("Choose Integrator").await;
    stage.sees("In the role Integrator").await;
    picture(&stage, &folder, "consent-of-role").await;
    stage.browser.click("Change Role").await;
    stage.sees("Nothing is allowed yet").await;
    picture(&stage, &folder, "consent-roles").await;
    for (place, name) in REFUSED.into_iter().enumerate() {
        open_call(&stage, "?outcome=refused", place).await;
        picture_in(TALL, &stage, &folder, name).await;
    }
    stage.browser.close().await;
    let halfway = halfway().await;
    let page = format!("{}/app/first-call", halfway.server.base_url());
    halfway.browser.go(&page).await;
    picture(&halfway, &folder, "first-call-halfway").await;
    halfway.browser.close().await;
}

/// The page of step two: who asks, and in which role; signed in already.
async fn ask_for_consent(stage: &Stage) {
    let (authority, owner) = (&stage.account.authority, stage.account.owner());
    let flow = |mut form: IntegrationForm| {
        form.authentication.authorization_flow = true;
        form.authentication.callback_url = Some("https://warehouse.example.com/netsuite".to_owned());
        form
    };
    let edited = authority.edit_integration(&owner, stage.account.integration.id, flow);
    edited.await.expect("the record can be changed");
    let caller = stage.server.caller(&Application {
        token_id: String::new(),
        token_secret: String::new(),
        ..stage.account.application()
    });
    let asked = caller.call("POST", "/rest/requesttoken").without("oauth_token");
    let asked = asked.oauth("oauth_callback", "https://warehouse.example.com/netsuite");
    let asked = asked.header("Content-Length", "0").send().await.text();
    let token = asked
        .split('&')
        .find_map(|pair| pair.strip_prefix("oauth_token="));
    let token = token.unwrap_or_else(|| panic!("no request token: {asked}"));
    let base = stage.server.base_url();
    stage
        .browser
        .go(&format!(
            "{base}/app/login/secure/authorizetoken.nl?oauth_token={token}"
        ))
        .await;
    stage.sees("Allow Warehouse Sync?").await;
}

/// Gives whoever is signed in another role that may log in by token.
async fn give_another_role(stage: &Stage) {
    let (authority, owner) = (&stage.account.authority, stage.account.owner());
    let filter = UserFilter {
        email: Some(EMAIL.to_owned()),
        ..UserFilter::default()
    };
    let users = authority
        .users(&owner, filter, None, 1)
        .await
        .expect("users can be listed");
    let user = users.first().expect("whoever opened the account is there");
    let role = stage.account.role.id;
    let edited = authority.edit_user(&owner, user.id, move |mut form| {
        form.roles.push(role);
        form
    });
    edited.await.expect("the user can be changed");
}

/// The calls that were refused, the last first, by what their pictures are called.
const REFUSED: [&str; 2] = ["inspector-explained", "inspector-unexplained"];

/// The page of a call of the list, whose address has its id.
async fn open_call(stage: &Stage, filter: &str, place: usize) {
    let list = format!(
        "{}/app/setup/integration/inspector{filter}",
        stage.server.base_url()
    );
    stage.browser.go(&list).await;
    let open = format!(
        "document.querySelectorAll('.rows tbody a')[{place}].click(); arguments[arguments.length - 1](null);"
    );
    stage.browser.run(&open, Vec::new()).await;
    stage.sees("Verdict, step by step").await;
}

async fn picture(stage: &Stage, folder: &Path, name: &str) {
    picture_in(SIZES, stage, folder, name).await;
}

async fn picture_in(sizes: [(&str, (u32, u32)); 2], stage: &Stage, folder: &Path, name: &str) {
    for is_dark in [false, true] {
        let colour = if is_dark { "dark" } else { "light" };
        stage.browser.prefer_dark(is_dark).await;
        for (width, size) in sizes {
            stage.browser.resize(size).await;
            let picture = stage.browser.picture().await;
            std::fs::write(folder.join(format!("{name}-{width}-{colour}.png")), picture).unwrap();
        }
    }
}

/// What axe-core finds on a page, of what is serious or critical.
const AXE: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((found) =>
        done(found.violations.map((rule) => rule.id + ' (' + rule.impact + '): ' +
            rule.nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | '))));";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs axe-core: conformance/pages/run"]
async fn axe_finds_nothing_on_any_page() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../conformance/pages/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(source).expect("axe-core is installed by conformance/pages/run");
    let stage = stage().await;
    let base = stage.server.base_url();
    stage.browser.go(&format!("{base}/app/login")).await;
    let mut found = findings(&stage, &axe, "sign-in").await;
    stage.open_account().await;
    for (path, name) in PAGES {
        stage.browser.go(&format!("{base}{path}")).await;
        found.extend(findings(&stage, &axe, name).await);
    }
    make_token(&stage).await;
    found.extend(findings(&stage, &axe, "token-once").await);
    give_another_role(&stage).await;
    ask_for_consent(&stage).await;
    found.extend(findings(&stage, &axe, "consent").await);
    stage.browser.click("Change Role").await;
    stage.sees("Nothing is allowed yet").await;
    found.extend(findings(&stage, &axe, "consent-roles").await);
    for (place, name) in REFUSED.into_iter().enumerate() {
        open_call(&stage, "?outcome=refused", place).await;
        found.extend(findings(&stage, &axe, name).await);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

async fn findings(stage: &Stage, axe: &str, name: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for is_dark in [false, true] {
        stage.browser.prefer_dark(is_dark).await;
        stage
            .browser
            .client
            .execute(axe, Vec::new())
            .await
            .expect("axe-core is a script");
        let found = stage.browser.run(AXE, Vec::new()).await;
        let found = found.as_array().expect("axe-core gives a list");
        findings.extend(found.iter().map(|rule| format!("{name}, dark {is_dark}: {rule}")));
    }
    findings
}
