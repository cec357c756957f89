//! Pictures of the pages, light and dark, wide and narrow, in the folder `pictures` of the target's `tmp`; and what
//! axe-core says of each.

use std::path::{Path, PathBuf};

use countersign_testkit::Browser;
use countersign_vault::{CallerDraft, Given, GrantDraft, Label, Observed, Scope, Use};

use crate::stage::Stage;
use crate::{enter, sees};

/// Width and height of a window.
const SIZES: [(&str, (u32, u32)); 2] = [("narrow", (360, 1700)), ("wide", (1440, 1250))];

/// Path, and what the picture is called.
const PAGES: &[(&str, &str)] = &[
    ("/connections", "connections"),
    ("/connections/new", "add"),
    ("/connections/invite", "invite"),
    ("/connection/acme-production", "connection"),
    ("/connection/harbour", "connection-failing"),
    ("/connection/acme-production/rotate", "rotate"),
    ("/connection/acme-production/move", "move"),
    ("/connection/acme-production/remove", "remove"),
    ("/callers", "callers"),
    ("/callers/new", "caller-new"),
    ("/caller/1", "caller"),
    ("/caller/1/revoke", "caller-revoke"),
    ("/governor", "governor"),
    ("/uses", "uses"),
    ("/changes", "changes"),
    ("/nowhere", "not-found"),
];

const AXE: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((found) =>
        done(found.violations.map((rule) => rule.id + ' (' + rule.impact + '): ' +
            rule.nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | '))));";

/// A vault with something to see.
async fn furnished() -> Stage {
    let stage = Stage::ready().await;
    let application = stage.account.application();
    let vault = &stage.vault;
    let given = || Given {
        credentials: countersign_protocol::Credentials {
            account: "1234567_SB1".parse().unwrap(),
            consumer_key: application.consumer_key.clone(),
            consumer_secret: countersign_protocol::Secret::new(&application.consumer_secret),
            token: application.token_id.clone(),
            token_secret: countersign_protocol::Secret::new(&application.token_secret),
        },
        server: stage.server.base_url().parse().ok(),
    };
    for name in ["acme-production", "harbour", "northwind"] {
        let label = Label::parse(
            [("customer".to_owned(), name.to_owned())].into(),
            Default::default(),
        )
        .unwrap();
        vault
            .add(name.parse().unwrap(), given(), label, stage.by())
            .await
            .unwrap();
    }
    let worked = async |name: &str| {
        vault
            .observe(name.parse().unwrap(), 1, Observed::Worked, stage.by())
            .await
            .unwrap();
    };
    worked("acme-production").await;
    worked("harbour").await;
    stage
        .account
        .clock
        .advance(std::time::Duration::from_secs(86_400));
    let failed = Observed::Failed {
        why: "the account refuses the login: INVALID_LOGIN_ATTEMPT".to_owned(),
    };
    vault
        .observe("harbour".parse().unwrap(), 1, failed, stage.by())
        .await
        .unwrap();
    stage
        .account
        .clock
        .advance(std::time::Duration::from_secs(40_000));
    for name in ["nightly-sync", "reports"] {
        let draft = CallerDraft {
            name: name.to_owned(),
            expires: None,
        };
        let (caller, _) = vault.add_caller(draft, stage.by()).await.unwrap();
        let draft = GrantDraft {
            caller: caller.id,
            connection: "acme-production".parse().unwrap(),
            scope: Scope::everything(),
            share: std::num::NonZeroU8::MIN,
            expires: None,
        };
        vault.grant(draft, stage.by()).await.unwrap();
    }
    stage.invitation("contoso").await;
    stage
}

/// Calls that have been, and one that is refused.
async fn called(stage: &Stage) {
    let (caller, key) = stage
        .vault
        .add_caller(
            CallerDraft {
                name: "till".to_owned(),
                expires: None,
            },
            stage.by(),
        )
        .await
        .unwrap();
    let bearer = format!("Authorization: Bearer {}\r\n", key.expose());
    let call = "/c/acme-production/services/rest/record/v1/customer?limit=1";
    stage.get(stage.proxy, call, &bearer).await;
    let draft = GrantDraft {
        caller: caller.id,
        connection: "acme-production".parse().unwrap(),
        scope: Scope::everything(),
        share: std::num::NonZeroU8::MIN,
        expires: None,
    };
    stage.vault.grant(draft, stage.by()).await.unwrap();
    while stage.get(stage.proxy, call, &bearer).await.status != 200 {
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let rows = async || -> Vec<(i64, Use)> { stage.vault.uses(Default::default()).await.unwrap() };
    while rows().await.len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes pictures for people to look at, and needs axe-core: conformance/pages/run"]
async fn pictures_of_the_pages_of_connections_and_axe_finds_nothing_on_them() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../conformance/pages/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(source).expect("axe-core is installed by conformance/pages/run");
    let stage = furnished().await;
    called(&stage).await;
    let browser = Browser::open().await;
    let base = format!("http://{}", stage.pages);
    let look = Look {
        browser: &browser,
        folder: &folder,
        axe: &axe,
    };
    let mut found = Vec::new();
    browser.go(&format!("{base}{}", stage.link().await)).await;
    found.extend(look.at("console-sign-in").await);
    browser.click("Sign in").await;
    sees(&browser, "Connections").await;
    browser.go(&format!("{base}/connection/acme-production")).await;
    browser.click("Check now").await;
    sees(&browser, "What was asked").await;
    found.extend(look.at("console-checkup").await);
    for (path, name) in PAGES {
        browser.go(&format!("{base}{path}")).await;
        found.extend(look.at(&format!("console-{name}")).await);
    }
    browser.go(&format!("{base}/connections/new")).await;
    browser.fill("Name", "bent").await;
    browser.fill("Account ID", "1234567_SB1").await;
    browser.fill("Token ID", "0123").await;
    browser.click("Try and keep").await;
    sees(&browser, "Look at the fields").await;
    found.extend(look.at("console-add-wrong").await);
    browser.go(&format!("{base}/callers/new")).await;
    browser.fill("Name", "pricing").await;
    browser.click("Add").await;
    sees(&browser, "shown this once").await;
    found.extend(look.at("console-caller-once").await);
    browser.click("Give it a grant").await;
    let link = stage.invitation("contoso").await;
    browser.go(&link).await;
    found.extend(look.at("console-setup").await);
    let wrong = countersign_testkit::Application {
        token_secret: "d".repeat(64),
        ..stage.account.application()
    };
    browser.fill("Account ID", "1234567_SB1").await;
    enter(&browser, &wrong).await;
    browser.click("Try and connect").await;
    sees(&browser, "Not saved").await;
    found.extend(look.at("console-setup-wrong").await);
    enter(&browser, &stage.account.application()).await;
    browser.click("Try and connect").await;
    sees(&browser, "The account is connected").await;
    found.extend(look.at("console-setup-done").await);
    browser.close().await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

struct Look<'l> {
    browser: &'l Browser,
    folder: &'l Path,
    axe: &'l str,
}

impl Look<'_> {
    /// Pictures of the page, and what is wrong with it.
    async fn at(&self, name: &str) -> Vec<String> {
        let mut findings = Vec::new();
        for is_dark in [false, true] {
            let colour = if is_dark { "dark" } else { "light" };
            self.browser.prefer_dark(is_dark).await;
            for (width, size) in SIZES {
                self.browser.resize(size).await;
                let picture = self.browser.picture().await;
                std::fs::write(self.folder.join(format!("{name}-{width}-{colour}.png")), picture).unwrap();
            }
            let client = &self.browser.client;
            client
                .execute(self.axe, Vec::new())
                .await
                .expect("axe-core is a script");
            let found = self.browser.run(AXE, Vec::new()).await;
            let found = found.as_array().expect("axe-core gives a list");
            findings.extend(found.iter().map(|rule| format!("{name}, dark {is_dark}: {rule}")));
        }
        findings
    }
}
