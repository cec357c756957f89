//! An empty account, behind a socket, with an administrator who has just signed in.

use countersign_model::{Feature, SettingsForm};
use countersign_testkit::{Account, Answer, Application, Blueprint, Browser, Server};

pub(crate) const EMAIL: &str = "alex@example.com";
pub(crate) const PASSWORD: &str = "Correct-Horse-9";

pub(crate) struct Stage {
    pub(crate) account: Account,
    pub(crate) server: Server,
    pub(crate) browser: Browser,
}

/// What a guide has one copy down.
#[derive(Debug)]
pub(crate) struct Copied {
    pub(crate) consumer_key: String,
    pub(crate) consumer_secret: String,
    pub(crate) token_id: String,
    pub(crate) token_secret: String,
}

impl Stage {
    /// Without a feature: where every guide begins.
    pub(crate) async fn bare() -> Self {
        let blueprint = Blueprint {
            features: Vec::new(),
            account: "1234567",
            ..Blueprint::default()
        };
        Self::of(blueprint).await
    }

    pub(crate) async fn of(blueprint: Blueprint) -> Self {
        let account = Account::with(blueprint).await;
        let no_second_factor = |form: SettingsForm| SettingsForm {
            mandatory_two_factor: false,
            ..form
        };
        let saved = account
            .authority
            .save_settings(&account.owner(), no_second_factor)
            .await;
        saved.expect("the settings can be saved");
        let server = account.listen().await;
        let browser = Browser::open().await;
        Self {
            account,
            server,
            browser,
        }
    }

    /// As whoever started the account: by the link of the first start.
    pub(crate) async fn open_account(&self) {
        let link = self
            .server
            .account(&self.account)
            .one_time_link()
            .make(&*self.account.entropy, self.account.authority.now());
        let browser = &self.browser;
        browser
            .go(&format!("{}{}", self.server.base_url(), link.expose()))
            .await;
        browser.fill("Name", "Alex Administrator").await;
        browser.fill("Email", EMAIL).await;
        browser.fill("Password", PASSWORD).await;
        browser.fill("Confirm Password", PASSWORD).await;
        browser.click("Open the account").await;
        self.sees("Welcome, Alex Administrator").await;
    }

    /// Waits for the words: a page may be on its way.
    pub(crate) async fn sees(&self, words: &str) {
        for _ in 0..200 {
            if self.browser.text().await.contains(words) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{words:?} is not on the page:\n{}", self.browser.text().await);
    }

    /// A signed call over HTTP with what was copied.
    pub(crate) async fn call(&self, copied: &Copied) -> Answer {
        let application = Application {
            consumer_key: copied.consumer_key.clone(),
            consumer_secret: copied.consumer_secret.clone(),
            token_id: copied.token_id.clone(),
            token_secret: copied.token_secret.clone(),
            ..self.account.application()
        };
        let caller = self.server.caller(&application);
        caller
            .get("/services/rest/record/v1/customer?limit=1")
            .send()
            .await
    }

    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.account.authority.snapshot().features.has(feature)
    }
}
