//! An empty account, behind a socket, with an administrator who has just signed in.

use countersign_model::{Feature, SettingsForm};
use countersign_store::TokenFilter;
use countersign_testkit::{Account, Application, Blueprint, Browser, Caller, Server};

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

    /// As somebody with a password, in place of whoever is signed in.
    pub(crate) async fn change_places(&self, email: &str) {
        self.browser.click("Log Out").await;
        self.sees("Sign in").await;
        self.sign_in(email).await;
        self.sees("Welcome").await;
    }

    /// On whichever page asks for it.
    pub(crate) async fn sign_in(&self, email: &str) {
        self.browser.fill("Email", email).await;
        self.browser.fill("Password", PASSWORD).await;
        self.browser.click("Sign in").await;
    }

    /// Types what a guide calls a page into the search of the menus.
    pub(crate) async fn search(&self, words: &str) {
        self.browser.fill("Search menus and pages", words).await;
        let field = self.browser.client.active_element().await;
        let field = field.expect("the search has the focus");
        field.send_keys("\u{e007}").await.expect("Enter can be pressed");
    }

    /// Setup > Company > Enable Features: these boxes, and the terms.
    pub(crate) async fn enable(&self, features: &[&str]) {
        let browser = &self.browser;
        browser.follow("Setup > Company > Enable Features").await;
        browser.click("SuiteCloud").await;
        for feature in features {
            browser.tick(feature, true).await;
        }
        browser
            .tick("I agree to the SuiteCloud Terms of Service", true)
            .await;
        browser.click("Save").await;
        self.sees("The features were saved").await;
    }

    /// Setup > Integration > Manage Integrations: a new record, with its Consumer Key and Consumer Secret.
    pub(crate) async fn new_integration(&self, name: &str, boxes: &[(&str, bool)]) -> (String, String) {
        let path = "Setup > Integration > Manage Integrations";
        self.browser.follow(path).await;
        self.add_integration(name, boxes).await
    }

    /// From the list of integration records to a saved one.
    pub(crate) async fn add_integration(&self, name: &str, boxes: &[(&str, bool)]) -> (String, String) {
        let browser = &self.browser;
        browser.click("New").await;
        browser.fill("Name", name).await;
        for (label, on) in boxes {
            browser.tick(label, *on).await;
        }
        browser.click("Save").await;
        self.sees("they are shown once").await;
        (
            browser.value_of("Consumer Key / Client ID").await,
            browser.value_of("Consumer Secret / Client Secret").await,
        )
    }

    /// From the list of roles to a saved one.
    pub(crate) async fn add_role(&self, name: &str, permissions: &[(&str, &str)]) {
        let browser = &self.browser;
        browser.click("New").await;
        browser.fill("Name", name).await;
        for (permission, level) in permissions {
            browser.choose(permission, level).await;
        }
        browser.click("Save").await;
        self.sees("The role was saved").await;
    }

    /// Lists > Employees > Employees: somebody new with these roles, who can sign in.
    pub(crate) async fn add_employee(&self, (name, email): (&str, &str), roles: &[&str]) {
        let browser = &self.browser;
        browser.follow("Lists > Employees > Employees").await;
        browser.click("New").await;
        browser.fill("Name", name).await;
        browser.fill("Email", email).await;
        browser.tick("Give Access", true).await;
        for role in roles {
            browser.tick(role, true).await;
        }
        browser.fill("Password", PASSWORD).await;
        browser.fill("Confirm Password", PASSWORD).await;
        browser.click("Save").await;
        self.sees("The record was saved").await;
    }

    /// From the list of access tokens to a new one of somebody in a role.
    pub(crate) async fn add_token(
        &self,
        application: &str,
        (user, role): (&str, &str),
        pair: (String, String),
    ) -> Copied {
        let browser = &self.browser;
        browser.click("New Access Token").await;
        browser.choose("Application Name", application).await;
        browser.choose("User", user).await;
        browser.choose("Role", role).await;
        self.save_token(pair).await
    }

    /// From whoever is signed in, by the portlet of their settings: a token of their own, and its name where they give one.
    pub(crate) async fn add_own_token(
        &self,
        application: &str,
        name: Option<&str>,
        pair: (String, String),
    ) -> Copied {
        let browser = &self.browser;
        browser.click("Manage Access Tokens").await;
        browser.click("New My Access Token").await;
        browser.choose("Application Name", application).await;
        if let Some(name) = name {
            browser.fill("Token Name", name).await;
        }
        self.save_token(pair).await
    }

    /// Saves a new token: all four values, of which two were copied before.
    pub(crate) async fn save_token(&self, (key, secret): (String, String)) -> Copied {
        self.browser.click("Save").await;
        self.sees("they are shown once").await;
        Copied {
            consumer_key: key,
            consumer_secret: secret,
            token_id: self.browser.value_of("Token ID").await,
            token_secret: self.browser.value_of("Token Secret").await,
        }
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

    /// Whoever knows what was copied, and calls over HTTP.
    pub(crate) fn caller(&self, copied: &Copied) -> Caller {
        self.server.caller(&Application {
            consumer_key: copied.consumer_key.clone(),
            consumer_secret: copied.consumer_secret.clone(),
            token_id: copied.token_id.clone(),
            token_secret: copied.token_secret.clone(),
            ..self.account.application()
        })
    }

    /// A signed REST call is answered.
    pub(crate) async fn calls(&self, copied: &Copied) {
        let caller = self.caller(copied);
        let answer = caller
            .get("/services/rest/record/v1/customer?limit=1")
            .send()
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Every token there is, revoked ones too.
    pub(crate) async fn tokens(&self) -> usize {
        let owner = self.account.owner();
        let tokens = self
            .account
            .authority
            .tokens(&owner, TokenFilter::default(), None, 100);
        tokens.await.expect("the tokens can be listed").len()
    }

    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.account.authority.snapshot().features.has(feature)
    }
}
