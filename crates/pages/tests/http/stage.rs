//! An account with an administrator and somebody who may do nothing, both with a password.

use countersign_authority::{SignIn, Source};
use countersign_model::{EntityKind, Role, RoleForm, RoleId, SettingsForm, UserForm};
use countersign_protocol::{Secret, percent_encode};
use countersign_testkit::{Account, Answer, Server};

pub(crate) const ADMINISTRATOR: &str = "alex@example.com";
pub(crate) const POWERLESS: &str = "pat@example.com";
pub(crate) const PASSWORD: &str = "Correct-Horse-9";

pub(crate) struct Stage {
    pub(crate) account: Account,
    pub(crate) server: Server,
}

impl Stage {
    pub(crate) async fn ready() -> Self {
        let account = Account::ready().await;
        let owner = account.owner();
        let no_second_factor = |form: SettingsForm| SettingsForm {
            mandatory_two_factor: false,
            ..form
        };
        account
            .authority
            .save_settings(&owner, no_second_factor)
            .await
            .unwrap();
        let powerless = RoleForm {
            name: "Powerless".to_owned(),
            ..RoleForm::default()
        };
        let powerless = account.authority.add_role(&owner, powerless).await.unwrap();
        for (email, role) in [(ADMINISTRATOR, Role::ADMINISTRATOR), (POWERLESS, powerless.id)] {
            add_user(&account, email, role).await;
        }
        let server = account.listen().await;
        Self { account, server }
    }

    /// The cookie of a new session.
    pub(crate) async fn sign_in(&self, email: &str) -> Secret {
        self.sign_in_as(email, None).await
    }

    pub(crate) async fn sign_in_as(&self, email: &str, role: Option<RoleId>) -> Secret {
        let sign_in = SignIn {
            email,
            password: &Secret::new(PASSWORD),
            role,
            code: None,
            source: Source {
                ip: Some([127, 0, 0, 1].into()),
                user_agent: None,
                uri: "/app/login",
            },
        };
        let begun = self.account.authority.sign_in(&sign_in).await;
        begun.expect("they can sign in").cookie
    }

    pub(crate) async fn get(&self, path: &str, cookie: Option<&Secret>) -> Answer {
        let cookie = cookie.map(|cookie| format!("Cookie: countersign_session={}\r\n", cookie.expose()));
        let cookie = cookie.unwrap_or_default();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{cookie}\r\n");
        self.server.send(request).await
    }

    /// `headers` end with a line break each.
    pub(crate) async fn post(&self, path: &str, headers: &str, form: &str) -> Answer {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        self.server.send(request).await
    }
}

async fn add_user(account: &Account, email: &str, role: RoleId) {
    let (authority, owner) = (&account.authority, account.owner());
    let form = UserForm {
        kind: EntityKind::Employee,
        name: email.to_owned(),
        email: email.to_owned(),
        give_access: true,
        roles: vec![role],
        ..UserForm::default()
    };
    let user = authority.add_user(&owner, form).await.unwrap();
    let password = Secret::new(PASSWORD);
    authority
        .set_password(&owner, user.id, &password, false)
        .await
        .unwrap();
}

/// Somebody signed in, at one page after the other.
pub(crate) struct Visitor<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) cookie: Secret,
}

impl<'s> Visitor<'s> {
    pub(crate) async fn new(stage: &'s Stage) -> Self {
        let cookie = stage.sign_in(ADMINISTRATOR).await;
        Self { stage, cookie }
    }

    pub(crate) async fn see(&self, path: &str) -> String {
        let page = self.stage.get(path, Some(&self.cookie)).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        page.text()
    }

    /// Fills in the form of a page and sends it.
    pub(crate) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.stage.get(path, Some(&self.cookie)).await;
        let fields = fields
            .iter()
            .map(|(name, value)| format!("&{}={}", percent_encode(name), percent_encode(value)));
        let form = format!("proof={}{}", proof(&page), fields.collect::<String>());
        let header = format!("Cookie: countersign_session={}\r\n", self.cookie.expose());
        let path = path.split('?').next().unwrap();
        self.stage.post(path, &header, &form).await
    }
}

/// The proof in the first form of a page, as a form sends it.
pub(crate) fn proof(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text
        .split_once("name=\"proof\" value=\"")
        .expect("the page has a form");
    percent_encode(rest.split('"').next().unwrap_or_default())
}
