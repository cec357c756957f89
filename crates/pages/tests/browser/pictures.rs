//! Pictures of the main pages, light and dark, wide and narrow, in the folder `pictures` of the target's `tmp`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_model::Feature;
use countersign_testkit::{Application, Blueprint};

use crate::stage::Stage;

/// Width and height of a window.
const SIZES: [(&str, (u32, u32)); 2] = [("narrow", (360, 780)), ("wide", (1600, 1000))];

/// Path, and what the picture is called.
const PAGES: &[(&str, &str)] = &[
    ("/app", "home"),
    ("/app/setup/company/enable-features", "enable-features"),
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
    ("/app/setup/users-roles/access-tokens", "tokens"),
    ("/app/setup/users-roles/access-tokens/new", "token-new"),
    ("/app/setup/users-roles/manage-roles", "roles"),
    (
        "/app/setup/users-roles/manage-roles/new?template=REST%20web%20services",
        "role-new",
    ),
    ("/app/lists/employees", "employees"),
    ("/app/setup/users-roles/login-audit-trail", "login-audit-trail"),
    ("/app/search?q=token", "search"),
    ("/app/role", "role"),
];

/// An account with a call that was let in and one that was refused.
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
    for application in [right, bent] {
        let caller = stage.server.caller(&application);
        caller
            .get("/services/rest/record/v1/customer?limit=1")
            .send()
            .await;
    }
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
    make_token(&stage).await;
    picture(&stage, &folder, "token-once").await;
    stage.browser.close().await;
}

async fn picture(stage: &Stage, folder: &Path, name: &str) {
    for is_dark in [false, true] {
        let colour = if is_dark { "dark" } else { "light" };
        stage.browser.prefer_dark(is_dark).await;
        for (width, size) in SIZES {
            stage.browser.resize(size).await;
            // Colours change slowly.
            tokio::time::sleep(Duration::from_millis(250)).await;
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
