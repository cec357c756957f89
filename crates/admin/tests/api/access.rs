//! Who is let in where: every operation of the document, as everybody.

use std::time::Duration;

use countersign_model::{Level, Permission, Role, Word as _};
use countersign_protocol::Secret;
use serde_json::{Value, json};

use crate::stage::{PASSWORD, Stage, Who, scopes, takes_json};

/// One operation, as it is called here. What it names does not exist, and what it is given is empty: whoever is let in is
/// told that, whoever is not is told nothing of it.
struct Operation {
    method: String,
    path: String,
    /// What it says it is, and the text.
    body: Option<(&'static str, String)>,
    admission: Admission,
}

#[derive(Clone, Debug, PartialEq)]
enum Admission {
    Nobody,
    Owner,
    /// Its session is enough, whatever it lacks.
    Session,
    /// A session or a key, whatever they may.
    SignedIn,
    Administrator,
    /// One of these.
    Permission(Vec<(Permission, Level)>),
}

impl Admission {
    /// A route that does not say who may call it fails here.
    fn of(operation: &Value) -> Self {
        match &operation["x-permission"] {
            Value::String(word) => match word.as_str() {
                "nobody" => Self::Nobody,
                "owner" => Self::Owner,
                "session" => Self::Session,
                "signed in" => Self::SignedIn,
                "Administrator" => Self::Administrator,
                other => panic!("{other} admits nobody known: {operation}"),
            },
            Value::Array(alternatives) => {
                let pair = |pair: &Value| {
                    let permission = Permission::named(pair[0].as_str().unwrap()).unwrap();
                    let level = Level::named(pair[1].as_str().unwrap()).unwrap();
                    assert!(permission.levels().contains(&level), "{pair}");
                    (permission, level)
                };
                assert!(!alternatives.is_empty());
                Self::Permission(alternatives.iter().map(pair).collect())
            }
            _ => panic!("x-permission is missing: {operation}"),
        }
    }
}

fn operations(stage: &Stage) -> Vec<Operation> {
    let account = stage.account.authority.account().to_string();
    let mut operations = Vec::new();
    for (path, item) in stage.document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let path = path
                .replace("{account}", &account)
                .replace("{id}", "999999")
                .replace("{name}", "none")
                .replace("{type}", "customer")
                .replace("{script}", "999999")
                .replace("{deployment}", "1")
                .replace("{secret}", "custsecret_none")
                .replace("{role}", "999999")
                .replace("{permission}", "ADMI_RESTWEBSERVICES")
                .replace("{requestToken}", &"a".repeat(64));
            assert!(!path.contains('{'), "what is meant in {path}?");
            operations.push(Operation {
                method: method.to_uppercase(),
                path,
                body: operation.get("requestBody").map(|_| match takes_json(operation) {
                    true => ("application/json", "{}".to_owned()),
                    false => ("text/toml", format!("[account]\nid = \"{account}\"\n")),
                }),
                admission: Admission::of(operation),
            });
        }
    }
    assert!(operations.len() > 40, "{}", operations.len());
    operations
}

async fn status(stage: &Stage, who: &Who, operation: &Operation) -> u16 {
    let Operation {
        method, path, body, ..
    } = operation;
    stage.call_with(who, method, path, body.clone()).await.status
}

/// Reading a body comes before the question who sent it, and tells nothing of the account.
fn is_refused(status: u16, operation: &Operation) -> bool {
    status == 403 || (status == 400 && operation.body.is_some())
}

/// The calls in which a session sets what it still lacks, shows itself, or ends.
fn is_for_limited_sessions(operation: &Operation) -> bool {
    let (_, end) = operation.path.split_at(operation.path.rfind('/').unwrap());
    operation.path.contains("/session")
        && matches!(
            (operation.method.as_str(), end),
            ("GET" | "DELETE", "/session") | ("PUT", "/password") | ("POST" | "PUT", "/second-factor")
        )
}

#[tokio::test]
async fn nobody_and_whoever_has_no_right_key_or_session_any_more_is_refused_everywhere() {
    let stage = Stage::new().await;
    let everything = [(Permission::ManageUsers, Level::Full)];
    let manager = stage.somebody("Manager", &everything).await;
    let (revoked_id, revoked) = stage.key(&manager, scopes(&everything)).await;
    let path = format!("/api-keys/{revoked_id}");
    stage.call(&manager, "DELETE", &path, None).await.is(204);
    let elsewhere = {
        let owner = stage.other.owner();
        let form = countersign_model::ApiKeyForm {
            name: "Other".to_owned(),
            scopes: vec![(Permission::Customers, Level::View)],
            expires_in_days: 1,
        };
        let named = Some((stage.other.user.id, stage.other.role.id));
        let made = stage.other.authority.create_api_key(&owner, &form, named).await;
        Who::Key(made.unwrap().secret.expose().to_owned())
    };
    let ended = stage.somebody("Ended", &everything).await;
    stage.call(&ended, "DELETE", "/session", None).await.is(204);
    let Who::Session(live) = stage.somebody("Live", &everything).await else {
        unreachable!()
    };
    let token = stage.account.application();
    let oauth = format!(
        "OAuth realm=\"1234567_SB1\",oauth_consumer_key=\"{}\",oauth_token=\"{}\",oauth_signature_method=\"HMAC-SHA256\",\
         oauth_timestamp=\"1767225600\",oauth_nonce=\"abcdefghijk\",oauth_version=\"1.0\",oauth_signature=\"x\"",
        token.consumer_key.as_str(),
        token.token_id.as_str()
    );
    let strangers = [
        Who::Nobody,
        Who::Key("csk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        Who::Key(String::new()),
        Who::Key("' OR 1=1 --".to_owned()),
        Who::Key(live.clone()),
        Who::Session("css_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        Who::Authorization(format!("Basic {live}")),
        Who::Authorization(oauth),
        Who::Authorization("Bearer".to_owned()),
        revoked,
        elsewhere,
        ended,
    ];
    for operation in operations(&stage) {
        for stranger in &strangers {
            let status = status(&stage, stranger, &operation).await;
            let wanted = match operation.admission {
                Admission::Nobody => 400,
                Admission::Owner => 403,
                _ => 401,
            };
            let Operation { method, path, .. } = &operation;
            assert_eq!(status, wanted, "{method} {path} as {stranger:?}");
        }
    }
}

#[tokio::test]
async fn an_expired_key_and_a_session_that_is_over_open_nothing() {
    let stage = Stage::new().await;
    let permissions = [(Permission::ManageUsers, Level::Full)];
    let session = stage.somebody("Manager", &permissions).await;
    let (_, key) = stage.key(&session, scopes(&permissions)).await;
    stage.call(&key, "GET", "/users", None).await.is(200);
    stage.account.clock.advance(Duration::from_secs(24 * 60 * 60));
    for operation in operations(&stage) {
        if matches!(operation.admission, Admission::Nobody | Admission::Owner) {
            continue;
        }
        for who in [&key, &session] {
            let Operation { method, path, .. } = &operation;
            assert_eq!(
                status(&stage, who, &operation).await,
                401,
                "{method} {path} as {who:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_an_operation_asks_for_opens_it_and_nothing_less_does() {
    let stage = Stage::new().await;
    let root = stage.administrator().await;
    let powerless = stage
        .somebody("Powerless", &[(Permission::Customers, Level::View)])
        .await;
    let (_, powerless_key) = stage
        .key(&powerless, scopes(&[(Permission::Customers, Level::View)]))
        .await;
    for operation in operations(&stage) {
        let Operation {
            method,
            path,
            admission,
            ..
        } = &operation;
        let told = format!("{method} {path}");
        if method == "DELETE" && path.ends_with("/session") {
            // It would end what the others are asked with.
            continue;
        }
        let owner = status(&stage, &Who::Owner, &operation).await;
        let administrator = status(&stage, &root, &operation).await;
        let nothing = status(&stage, &powerless, &operation).await;
        let key = status(&stage, &powerless_key, &operation).await;
        match admission {
            Admission::Nobody => {}
            Admission::Owner => {
                assert_ne!(owner, 403, "{told}");
                assert_eq!((administrator, nothing, key), (403, 403, 403), "{told}");
            }
            Admission::Session => {
                assert_ne!(administrator, 403, "{told}");
                // One's own: no permission is asked for, and a key is none.
                assert_ne!((key, nothing), (200, 403), "{told}");
            }
            Admission::SignedIn => {
                assert!(![owner, administrator, nothing, key].contains(&401), "{told}");
                assert_ne!(nothing, 403, "{told}");
            }
            Admission::Administrator => {
                assert_ne!(owner, 403, "{told}");
                assert_ne!(administrator, 403, "{told}");
                assert!(
                    is_refused(nothing, &operation) && is_refused(key, &operation),
                    "{told}"
                );
            }
            Admission::Permission(_) => {
                assert_ne!(owner, 403, "{told}");
                assert_ne!(administrator, 403, "{told}");
                assert!(
                    is_refused(nothing, &operation) && is_refused(key, &operation),
                    "{told}"
                );
            }
        }
    }
}

#[tokio::test]
async fn each_permission_opens_its_operations_to_a_session_and_to_a_key() {
    let stage = Stage::new().await;
    let mut sessions: Vec<((Permission, Level), Who, Who)> = Vec::new();
    for operation in operations(&stage) {
        let Admission::Permission(alternatives) = &operation.admission else {
            continue;
        };
        for (permission, level) in alternatives {
            if !sessions.iter().any(|(known, ..)| known == &(*permission, *level)) {
                let held = [(*permission, *level)];
                let session = stage.somebody(&format!("R{}", sessions.len()), &held).await;
                let (_, key) = stage.key(&session, scopes(&held)).await;
                sessions.push((held[0], session, key));
            }
        }
        for (held, session, key) in &sessions {
            let is_enough = alternatives
                .iter()
                .any(|(permission, level)| *permission == held.0 && held.1 >= *level);
            for who in [session, key] {
                let status = status(&stage, who, &operation).await;
                let Operation { method, path, .. } = &operation;
                let told = format!("{method} {path} with {held:?}: {status}");
                if is_enough {
                    assert!(![401, 403].contains(&status), "{told}");
                } else {
                    assert!(is_refused(status, &operation), "{told}");
                }
            }
        }
    }
    assert!(sessions.len() >= 9, "{}", sessions.len());
}

#[tokio::test]
async fn a_key_of_an_administrator_is_no_administrator() {
    let stage = Stage::new().await;
    let root = stage.administrator().await;
    let all: Vec<_> = Permission::ALL
        .iter()
        .filter_map(|permission| Some((*permission, *permission.levels().last()?)))
        .collect();
    let (_, key) = stage.key(&root, scopes(&all)).await;
    for operation in operations(&stage) {
        if matches!(operation.admission, Admission::Administrator | Admission::Owner) {
            let status = status(&stage, &key, &operation).await;
            assert!(
                is_refused(status, &operation),
                "{} {}: {status}",
                operation.method,
                operation.path
            );
        }
    }
}

#[tokio::test]
async fn a_session_that_must_set_something_first_can_do_that_and_no_more() {
    let stage = Stage::new().await;
    let root = stage.administrator().await;
    let administrators = [Role::ADMINISTRATOR];
    let user = stage.user("Late", &administrators).await;
    let owner = stage.account.owner();
    let authority = &stage.account.authority;
    let must_change = Secret::new("Another-Horse-8-Battery");
    authority
        .set_password(&owner, user.id, &must_change, true)
        .await
        .unwrap();
    let sign_in = json!({"email": user.email, "password": "Another-Horse-8-Battery"});
    let answer = stage.try_sign_in(sign_in).await;
    assert_eq!(answer.ok()["mustChangePassword"], true);
    let must_change = Who::Session(answer.cookie());
    let input = json!({"mandatoryTwoFactorAuthentication": true});
    stage.call(&root, "PATCH", "/settings", Some(input)).await.is(200);
    let user = stage.user("Unenrolled", &administrators).await;
    let answer = stage
        .try_sign_in(json!({"email": user.email, "password": PASSWORD}))
        .await;
    assert_eq!(answer.ok()["mustSetUpSecondFactor"], true);
    let must_enrol = Who::Session(answer.cookie());
    for who in [&must_change, &must_enrol] {
        let shown = stage.call(who, "GET", "/session", None).await.ok();
        assert_eq!(shown["permissions"], json!([]));
        for operation in operations(&stage) {
            let Operation { method, path, .. } = &operation;
            if operation.admission == Admission::Nobody || (method == "DELETE" && path.ends_with("/session"))
            {
                continue;
            }
            let status = status(&stage, who, &operation).await;
            let wanted_403 = !is_for_limited_sessions(&operation);
            assert_eq!(status == 403, wanted_403, "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn a_cookie_that_another_site_made_the_browser_send_changes_nothing() {
    let stage = Stage::new().await;
    let Who::Session(cookie) = stage.administrator().await else {
        unreachable!()
    };
    let browser = Who::CookieAlone(cookie);
    for operation in operations(&stage) {
        let Operation {
            method,
            path,
            admission,
            ..
        } = &operation;
        let is_change = method != "GET";
        if is_change && !matches!(admission, Admission::Nobody) {
            assert_eq!(status(&stage, &browser, &operation).await, 403, "{method} {path}");
        }
    }
    stage.call(&browser, "GET", "/users", None).await.is(200);
}
