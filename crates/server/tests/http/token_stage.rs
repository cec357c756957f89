//! An account whose record serves the authorization flow and issuetoken, whose user has a password, and who does what
//! in it.

use countersign_diagnose::Mistake;
use countersign_model::IntegrationForm;
use countersign_protocol::{Secret, percent_encode};
use countersign_testkit::{Account, Answer, Application, Blueprint, Call, Caller, Server};
use serde_json::{Value, json};

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "Correct-Horse,7&Battery";
pub(crate) const CALLBACK: &str = "https://my.example.com/TBA/?callbackRequest";
pub(crate) const PAGE: &str = "/app/login/secure/authorizetoken.nl";

pub(crate) struct Stage {
    pub(crate) account: Account,
    pub(crate) server: Server,
}

/// A token with its secret, as a step answered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) token: String,
    pub(crate) secret: String,
}

/// The value of a name in a form or a query.
pub(crate) fn value(pairs: &str, name: &str) -> Option<String> {
    let mut pairs = pairs.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}

/// Makes an account's record and user ready.
pub(crate) async fn prepare(account: &Account) {
    edit(account, |mut form| {
        form.authentication.issue_token_endpoint = true;
        form.authentication.authorization_flow = true;
        form.authentication.callback_url = Some(CALLBACK.to_owned());
        form
    })
    .await;
    let (owner, password) = (account.owner(), Secret::new(PASSWORD));
    let set = account
        .authority
        .set_password(&owner, account.user.id, &password, false);
    set.await.unwrap();
}

pub(crate) async fn edit(account: &Account, change: fn(IntegrationForm) -> IntegrationForm) {
    let owner = account.owner();
    let edited = account
        .authority
        .edit_integration(&owner, account.integration.id, change);
    edited.await.unwrap();
}

impl Stage {
    pub(crate) async fn ready() -> Self {
        Self::of(Blueprint::default()).await
    }

    pub(crate) async fn of(blueprint: Blueprint) -> Self {
        let account = Account::with(blueprint).await;
        prepare(&account).await;
        let server = account.listen().await;
        Self { account, server }
    }

    pub(crate) async fn edit(&self, change: fn(IntegrationForm) -> IntegrationForm) {
        edit(&self.account, change).await;
    }

    /// The application with this token.
    pub(crate) fn caller(&self, token: &str, secret: &str) -> Caller {
        self.server.caller(&Application {
            token_id: token.to_owned(),
            token_secret: secret.to_owned(),
            ..self.account.application()
        })
    }

    pub(crate) fn step_one(&self) -> Call {
        let caller = self.caller("", "");
        caller
            .call("POST", "/rest/requesttoken")
            .without("oauth_token")
            .oauth("oauth_callback", CALLBACK)
            .header("Content-Length", "0")
    }

    pub(crate) async fn begun(&self) -> Pair {
        pair(&self.step_one().send().await)
    }

    pub(crate) fn step_three(&self, requested: &Pair, verifier: &str) -> Call {
        let caller = self.caller(&requested.token, &requested.secret);
        caller
            .call("POST", "/rest/accesstoken")
            .oauth("oauth_verifier", verifier)
            .header("Content-Length", "0")
    }

    pub(crate) async fn send(
        &self,
        (method, target): (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        self.server.send(request).await
    }

    fn api(&self, path: &str) -> String {
        format!("/api/v1/accounts/{}/{path}", self.account.application().account)
    }

    /// Adds a fault rule.
    pub(crate) async fn dial(&self, rule: Value) {
        let path = format!("/accounts/{}/levers/faults", self.account.application().account);
        let added = self.server.administer("POST", &path, Some(&rule)).await;
        assert_eq!(added.status, 201, "{}", added.text());
    }

    /// Signs the user in, and gives the cookie.
    pub(crate) async fn cookie(&self) -> String {
        let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
        let headers = [("Content-Type", "application/json")];
        let answer = self.send(("POST", &self.api("session")), &headers, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        cookie_of(&answer)
    }

    pub(crate) async fn asked(&self, cookie: &str, token: &str) -> Answer {
        let path = self.api(&format!("authorizations/{token}"));
        self.send(("GET", &path), &[("Cookie", cookie)], "").await
    }

    pub(crate) async fn answer(&self, cookie: &str, token: &str, answer: &Value) -> Answer {
        let path = self.api(&format!("authorizations/{token}"));
        let headers = [
            ("Cookie", cookie),
            ("Content-Type", "application/json"),
            ("x-countersign-request", "1"),
        ];
        self.send(("POST", &path), &headers, &answer.to_string()).await
    }

    /// Allows the request, and gives the verifier.
    pub(crate) async fn allowed(&self, requested: &Pair) -> String {
        let cookie = self.cookie().await;
        let consent = json!({ "consent": "allow", "role": self.account.role.id.get() });
        let answer = self.answer(&cookie, &requested.token, &consent).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let location = answer.json()["location"].as_str().unwrap().to_owned();
        value(location.split_once('?').unwrap().1, "oauth_verifier").unwrap()
    }

    /// The call is refused, and the newest row of the trail says why.
    #[track_caller]
    pub(crate) fn refused(
        &self,
        call: Call,
        (status, code): (u16, &'static str),
        detail: &'static str,
    ) -> impl Future<Output = ()> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let answer = call.send().await;
            assert_eq!(
                (answer.status, answer.error_code().as_deref()),
                (status, Some(code)),
                "{caller}: {}",
                answer.text()
            );
            let row = self.account.last_login().await;
            assert_eq!(row.detail.as_deref(), Some(detail), "{caller}: {:?}", row.reason);
            match row.mistake {
                Some(named) => assert!(named.parse::<Mistake>().is_ok(), "{caller}: {named}"),
                None => assert_eq!(detail, "InvalidSignature", "{caller}: no mistake is named"),
            }
        }
    }

    /// A GET with these fields of NLAuth.
    pub(crate) async fn nlauth(&self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("nlauth_{name}={}", percent_encode(value)))
            .collect();
        let header = format!("NLAuth {}", fields.join(", "));
        self.send(("GET", target), &[("Authorization", &header)], "")
            .await
    }

    /// The fields of the user, the password and the role.
    pub(crate) fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("account", self.account.application().account),
            ("email", EMAIL.to_owned()),
            ("signature", PASSWORD.to_owned()),
            ("role", self.account.role.id.to_string()),
        ]
    }
}

/// The same fields with one changed; without a value it is left out.
pub(crate) fn with<'f>(
    fields: &'f [(&'static str, String)],
    name: &'f str,
    value: Option<&'f str>,
) -> Vec<(&'f str, &'f str)> {
    let kept = fields.iter().filter(|(known, _)| *known != name);
    let kept = kept.map(|(name, value)| (*name, value.as_str()));
    kept.chain(value.map(|value| (name, value))).collect()
}

pub(crate) fn pair(answer: &Answer) -> Pair {
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    Pair {
        token: value(&text, "oauth_token").unwrap(),
        secret: value(&text, "oauth_token_secret").unwrap(),
    }
}

/// Name and value of the cookie that an answer sets.
pub(crate) fn cookie_of(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").unwrap();
    cookie.split(';').next().unwrap().to_owned()
}
