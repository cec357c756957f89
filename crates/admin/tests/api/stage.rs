//! An account with its admin API, and people who call it. Each answer is held against the document.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::Body;
use countersign_admin::{Accounts, Admin, Arrival, DataFolder, PREFIX, SAME_SITE_HEADER, SESSION_COOKIE};
use countersign_authority::{Authority, Snapshots};
use countersign_model::{
    EntityKind, Level, Lever, Permission, Role, RoleForm, RoleId, SettingsForm, TestAccount, User, UserForm,
};
use countersign_protocol::{AccountId, Secret};
use countersign_records::Records;
use countersign_scripts::Scripts;
use countersign_testkit::{Account, Blueprint, Storage};
use http::{HeaderMap, Request};
use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "Correct-Horse-7-Battery";
pub(crate) const EMAIL: &str = "grace@example.com";

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    Nobody,
    /// Over the socket in the data folder.
    Owner,
    /// `Authorization: Bearer`.
    Key(String),
    /// A session, in a program that knows what to send.
    Session(String),
    /// The cookie alone, as a browser sends it for a page of another site.
    CookieAlone(String),
    /// `Authorization` with exactly this.
    Authorization(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON of a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.text()
        );
        self.json()
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The members whose values were refused.
    #[track_caller]
    pub(crate) fn wrong_fields(&self) -> Vec<String> {
        self.is(422);
        let errors = self.json()["errors"].as_array().unwrap().clone();
        errors
            .iter()
            .map(|error| error["field"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What the cookie of the session holds.
    #[track_caller]
    pub(crate) fn cookie(&self) -> String {
        let set = self.header("set-cookie");
        let pair = set.split(';').next().unwrap();
        pair.strip_prefix(&format!("{SESSION_COOKIE}="))
            .unwrap()
            .to_owned()
    }
}

/// The accounts of the server, with their snapshots where they are kept in a folder.
struct Held(Vec<Kept>);

type Kept = (Arc<Authority>, Records, Option<Arc<Snapshots>>);

impl Held {
    fn of(account: &Account, snapshots: Option<Arc<Snapshots>>) -> Kept {
        (Arc::clone(&account.authority), account.records.clone(), snapshots)
    }
}

impl Accounts for Held {
    fn account(&self, id: &AccountId) -> Option<Arc<Authority>> {
        let held = self.0.iter().find(|(authority, ..)| authority.account() == *id);
        held.map(|(authority, ..)| Arc::clone(authority))
    }

    fn ids(&self) -> Vec<AccountId> {
        self.0.iter().map(|(authority, ..)| authority.account()).collect()
    }

    fn records(&self, id: &AccountId) -> Option<Records> {
        let held = self.0.iter().find(|(authority, ..)| authority.account() == *id);
        held.map(|(_, records, _)| records.clone())
    }

    fn scripts(&self, id: &AccountId) -> Option<Scripts> {
        self.account(id).map(Scripts::new)
    }

    fn snapshots(&self, id: &AccountId) -> Option<Arc<Snapshots>> {
        let held = self.0.iter().find(|(authority, ..)| authority.account() == *id);
        held.and_then(|(.., snapshots)| snapshots.clone())
    }

    fn folder(&self) -> Option<Arc<dyn DataFolder>> {
        None
    }
}

pub(crate) struct Stage {
    pub(crate) account: Account,
    /// Held by the same server.
    pub(crate) other: Account,
    pub(crate) document: Value,
    admin: Admin,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let account = Account::ready().await;
        let other = Account::with(Blueprint {
            account: "7654321",
            ..Blueprint::default()
        })
        .await;
        without_second_factors(&account).await;
        let held = vec![Held::of(&account, None), Held::of(&other, None)];
        Self::with(account, other, held)
    }

    /// A sandbox that is a test account, and beside it its production, each kept in a folder with its snapshots.
    pub(crate) async fn kept() -> Self {
        let kept = async |account| {
            let account = Account::with(Blueprint {
                account,
                storage: Storage::Folder,
                test_account: Some(TestAccount {
                    levers: vec![Lever::Reset],
                    seed: None,
                }),
                ..Blueprint::default()
            })
            .await;
            without_second_factors(&account).await;
            let snapshots = Snapshots::of_account(account.folder().to_owned());
            let founded = account.authority.keep_as_founded(&snapshots, &account.records);
            founded.await.unwrap();
            let held = Held::of(&account, Some(Arc::new(snapshots)));
            (account, held)
        };
        let (sandbox, held) = kept("1234567_SB1").await;
        let (production, other) = kept("1234567").await;
        Self::with(sandbox, production, vec![held, other])
    }

    /// The other account in front.
    pub(crate) fn swapped(self) -> Self {
        Self {
            account: self.other,
            other: self.account,
            ..self
        }
    }

    fn with(account: Account, other: Account, held: Vec<Kept>) -> Self {
        Self {
            account,
            other,
            document: serde_json::to_value(Admin::openapi()).unwrap(),
            admin: Admin::over(Arc::new(Held(held))),
        }
    }

    /// An address below the account's own, such as `/users/7`.
    pub(crate) async fn call(&self, who: &Who, method: &str, path: &str, body: Option<Value>) -> Answer {
        let id = self.account.authority.account();
        let path = format!("{PREFIX}/accounts/{id}{path}");
        self.call_at(who, method, &path, body).await
    }

    pub(crate) async fn call_at(&self, who: &Who, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|body| ("application/json", body.to_string()));
        self.call_with(who, method, path, body).await
    }

    /// `body` is what it says it is, and the text.
    pub(crate) async fn call_with(
        &self,
        who: &Who,
        method: &str,
        path: &str,
        body: Option<(&str, String)>,
    ) -> Answer {
        let mut request = request(who, method, path);
        if let Some((content_type, _)) = &body {
            request = request.header("content-type", *content_type);
        }
        let body = body.map_or_else(Body::empty, |(_, text)| Body::from(text));
        self.send(who, request.body(body).unwrap()).await
    }

    /// The feed of calls, as somebody reads it.
    pub(crate) async fn follow(&self, who: &Who) -> Body {
        let id = self.account.authority.account();
        let path = format!("{PREFIX}/accounts/{id}/calls");
        let request = request(who, "GET", &path).body(Body::empty()).unwrap();
        let answer = self.admin.answer(arrived(who, request)).await;
        assert_eq!(answer.status(), 200);
        answer.into_body()
    }

    pub(crate) async fn send(&self, who: &Who, request: Request<Body>) -> Answer {
        let request = arrived(who, request);
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let (head, body) = self.admin.answer(request).await.into_parts();
        let mut answer = Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: Vec::new(),
        };
        // What is followed has no end.
        if answer.header("content-type") != "text/event-stream" {
            answer.body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        }
        self.is_as_documented(&method, &path, &answer);
        answer
    }

    /// The operation of the document that a request is for.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let fits = |template: &str| {
            let (template, path) = (template.split('/'), path.split('/'));
            template.clone().count() == path.clone().count()
                && template
                    .zip(path)
                    .all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
        };
        let paths = self.document["paths"].as_object().unwrap();
        let (_, item) = paths.iter().find(|(template, _)| fits(template))?;
        item.get(method.to_lowercase())
    }

    fn is_as_documented(&self, method: &str, path: &str, answer: &Answer) {
        let Answer { status, .. } = answer;
        let told = format!("{method} {path}: {status} {}", answer.text());
        assert!(*status < 500, "{told}");
        assert_eq!(answer.header("cache-control"), "no-store", "{told}");
        let Some(operation) = self.operation(method, path) else {
            return;
        };
        let mut response = &operation["responses"][status.to_string()];
        if let Some(reference) = response["$ref"].as_str() {
            response = self.document.pointer(reference.trim_start_matches('#')).unwrap();
        }
        assert!(response.is_object(), "not documented: {told}");
        if let Some(content) = response["content"].as_object() {
            let media_type = answer.header("content-type").split(';').next().unwrap();
            assert!(content.contains_key(media_type), "{media_type:?} of {told}");
        } else {
            assert!(answer.body.is_empty(), "{told}");
        }
        if *status == 422 && takes_json(operation) {
            let members = self.members(operation);
            for field in answer.wrong_fields() {
                assert!(members.contains(&field), "{field} is no member: {told}");
            }
        }
    }

    /// The members of an operation's input.
    pub(crate) fn members(&self, operation: &Value) -> Vec<String> {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let name = schema.as_str().unwrap().rsplit('/').next().unwrap();
        let schema = &self.document["components"]["schemas"][name];
        let alternatives = schema["oneOf"].as_array().cloned().unwrap_or_default();
        let of = |schema: &Value| {
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            properties.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        let members: Vec<_> = alternatives.iter().chain([schema]).flat_map(of).collect();
        assert!(!members.is_empty(), "{name} has no members");
        members
    }

    /// A user with these roles, who can sign in.
    pub(crate) async fn user(&self, name: &str, roles: &[RoleId]) -> User {
        let owner = self.account.owner();
        let form = UserForm {
            kind: EntityKind::Employee,
            name: name.to_owned(),
            email: format!("{}@example.com", name.to_lowercase()),
            give_access: true,
            roles: roles.to_vec(),
            ..UserForm::default()
        };
        let authority = &self.account.authority;
        let user = authority.add_user(&owner, form).await.unwrap();
        let password = Secret::new(PASSWORD);
        authority
            .set_password(&owner, user.id, &password, false)
            .await
            .unwrap();
        user
    }

    pub(crate) async fn role(&self, name: &str, permissions: &[(Permission, Level)]) -> Role {
        let form = RoleForm {
            name: name.to_owned(),
            permissions: permissions.to_vec(),
            ..RoleForm::default()
        };
        let authority = &self.account.authority;
        authority.add_role(&self.account.owner(), form).await.unwrap()
    }

    pub(crate) async fn try_sign_in(&self, sign_in: Value) -> Answer {
        self.call(&Who::Nobody, "POST", "/session", Some(sign_in)).await
    }

    pub(crate) async fn sign_in(&self, user: &User, role: RoleId) -> Who {
        let sign_in = json!({"email": user.email, "password": PASSWORD, "role": role.get()});
        let answer = self.try_sign_in(sign_in).await;
        Who::Session(answer.is(201).cookie())
    }

    /// Somebody signed in as a user of their own in a role of their own.
    pub(crate) async fn somebody(&self, name: &str, permissions: &[(Permission, Level)]) -> Who {
        let role = self.role(name, permissions).await;
        let user = self.user(name, &[role.id]).await;
        self.sign_in(&user, role.id).await
    }

    pub(crate) async fn administrator(&self) -> Who {
        let user = self.user("Root", &[Role::ADMINISTRATOR]).await;
        self.sign_in(&user, Role::ADMINISTRATOR).await
    }

    /// A key with these scopes, made by whoever has a session.
    pub(crate) async fn key(&self, session: &Who, scopes: Value) -> (i64, Who) {
        let input = json!({"name": "CI", "scopes": scopes, "expiresInDays": 1});
        let made = self.call(session, "POST", "/api-keys", Some(input)).await;
        let made = made.is(201).json();
        let secret = made["secret"].as_str().unwrap().to_owned();
        (made["apiKey"]["id"].as_i64().unwrap(), Who::Key(secret))
    }
}

fn arrived(who: &Who, mut request: Request<Body>) -> Request<Body> {
    let owner = matches!(who, Who::Owner);
    request.extensions_mut().insert(Arrival {
        address: (!owner).then_some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        secure: false,
        owner: owner.then(|| "a test".to_owned()),
    });
    request
}

/// An Administrator signs in with a password alone.
async fn without_second_factors(account: &Account) {
    let form = |form| SettingsForm {
        mandatory_two_factor: false,
        ..form
    };
    let owner = account.owner();
    account.authority.save_settings(&owner, form).await.unwrap();
}

pub(crate) fn request(who: &Who, method: &str, path: &str) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    match who {
        Who::Nobody | Who::Owner => request,
        Who::Key(key) => request.header("authorization", format!("Bearer {key}")),
        Who::Session(cookie) => request
            .header("cookie", format!("theme=dark; {SESSION_COOKIE}={cookie}"))
            .header(SAME_SITE_HEADER, "1"),
        Who::CookieAlone(cookie) => request.header("cookie", format!("{SESSION_COOKIE}={cookie}")),
        Who::Authorization(value) => request.header("authorization", value.as_str()),
    }
}

/// Scopes as JSON.
pub(crate) fn scopes(permissions: &[(Permission, Level)]) -> Value {
    let grant = |(permission, level): &(Permission, Level)| json!({"permission": permission.label(), "level": level.label()});
    permissions.iter().map(grant).collect()
}

/// An account file names what is wrong in it by its own words.
pub(crate) fn takes_json(operation: &Value) -> bool {
    operation["requestBody"]["content"]["application/json"].is_object()
}
