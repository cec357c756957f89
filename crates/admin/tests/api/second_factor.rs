//! Authenticator apps and recovery codes.

use std::time::Duration;

use countersign_credential::AuthenticatorSecret;
use countersign_model::{Role, RoleForm, RoleId, TimeStep, User};
use countersign_protocol::Secret;
use countersign_world::Clock as _;
use serde_json::{Value, json};

use crate::stage::{EMAIL, PASSWORD, Stage, Who};

/// What an app makes of the base32 text it is given.
pub(crate) struct App(AuthenticatorSecret);

impl App {
    fn typed(base32: &str) -> Self {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: String = base32
            .chars()
            .map(|letter| format!("{:05b}", ALPHABET.find(letter).unwrap()))
            .collect();
        let bytes: Vec<u8> = bits
            .as_bytes()
            .chunks_exact(8)
            .map(|bits| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap())
            .collect();
        Self(AuthenticatorSecret::opened(&Secret::new(base64(&bytes))).unwrap())
    }

    pub(crate) fn code(&self, stage: &Stage) -> String {
        let step = TimeStep::stored(stage.account.clock.now().seconds().unsigned_abs() / 30);
        self.0.code(step).as_str().to_owned()
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for at in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

pub(crate) async fn role_that_asks(stage: &Stage) -> Role {
    let form = RoleForm {
        name: "Guarded".to_owned(),
        two_factor_required: true,
        permissions: vec![(
            countersign_model::Permission::Customers,
            countersign_model::Level::View,
        )],
        ..RoleForm::default()
    };
    stage
        .account
        .authority
        .add_role(&stage.account.owner(), form)
        .await
        .unwrap()
}

pub(crate) async fn enrolled(stage: &Stage, user: &User, role: RoleId) -> (Who, App, Vec<String>) {
    let session = stage.sign_in(user, role).await;
    let begun = stage
        .call(&session, "POST", "/session/second-factor", None)
        .await
        .is(201)
        .json();
    let app = App::typed(begun["secret"].as_str().unwrap());
    let wrong = json!({"code": "000000"});
    let answer = stage
        .call(&session, "PUT", "/session/second-factor", Some(wrong))
        .await;
    assert_eq!(answer.wrong_fields(), ["code"]);
    let code = json!({"code": app.code(stage)});
    let codes = stage
        .call(&session, "PUT", "/session/second-factor", Some(code))
        .await
        .ok();
    let codes = codes["recoveryCodes"].as_array().unwrap().iter();
    let codes: Vec<_> = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (session, app, codes)
}

fn sign_in(role: RoleId, code: &str) -> Value {
    json!({"email": EMAIL, "password": PASSWORD, "role": role.get(), "code": code})
}

#[tokio::test]
async fn each_verification_code_and_each_recovery_code_opens_once() {
    let stage = Stage::new().await;
    let role = role_that_asks(&stage).await;
    let user = stage.user("Grace", &[role.id]).await;
    let (session, app, codes) = enrolled(&stage, &user, role.id).await;
    let shown = stage.call(&session, "GET", "/session", None).await.ok();
    assert_eq!(
        (&shown["mustSetUpSecondFactor"], &shown["twoFactorPassed"]),
        (&json!(false), &json!(true))
    );
    // The code that completed the set-up is used up with it.
    stage
        .try_sign_in(sign_in(role.id, &app.code(&stage)))
        .await
        .is(401);
    stage.account.clock.advance(Duration::from_secs(60));
    let code = app.code(&stage);
    stage.try_sign_in(sign_in(role.id, &code)).await.is(201);
    stage.try_sign_in(sign_in(role.id, &code)).await.is(401);
    let without = json!({"email": EMAIL, "password": PASSWORD, "role": role.id.get()});
    let asked = stage.try_sign_in(without).await;
    assert!(asked.is(401).text().contains("code"), "{}", asked.text());
    stage
        .try_sign_in(sign_in(role.id, &codes[0].to_lowercase()))
        .await
        .is(201);
    stage.try_sign_in(sign_in(role.id, &codes[0])).await.is(401);
    stage.try_sign_in(sign_in(role.id, &codes[1])).await.is(201);
    let new = stage
        .call(
            &session,
            "POST",
            "/session/recovery-codes",
            Some(json!({"currentPassword": PASSWORD})),
        )
        .await
        .is(201)
        .json();
    stage.try_sign_in(sign_in(role.id, &codes[2])).await.is(401);
    stage
        .try_sign_in(sign_in(role.id, new["recoveryCodes"][0].as_str().unwrap()))
        .await
        .is(201);
    let notes = stage
        .call(&Who::Owner, "GET", "/system-notes?limit=500", None)
        .await
        .text();
    for code in &codes {
        assert!(!notes.contains(code.as_str()));
    }
}

#[tokio::test]
async fn new_recovery_codes_take_the_password_and_guesses_of_it_lock() {
    let stage = Stage::new().await;
    let role = role_that_asks(&stage).await;
    let user = stage.user("Grace", &[role.id]).await;
    let (session, _, codes) = enrolled(&stage, &user, role.id).await;
    let ask = async |body: Option<Value>| {
        stage
            .call(&session, "POST", "/session/recovery-codes", body)
            .await
    };
    let without = ask(None).await;
    assert!((400..500).contains(&without.status), "{}", without.status);
    for _ in 0..5 {
        let guess = ask(Some(json!({"currentPassword": "Correct-Horse-8"}))).await;
        assert_eq!(guess.wrong_fields(), ["currentPassword"]);
    }
    let right = json!({"currentPassword": PASSWORD});
    let locked = ask(Some(right.clone())).await;
    assert_ne!(locked.status, 201, "five guesses lock");
    stage.account.clock.advance(Duration::from_secs(31 * 60));
    stage.try_sign_in(sign_in(role.id, &codes[0])).await.is(201);
    ask(Some(right)).await.is(201);
    stage.try_sign_in(sign_in(role.id, &codes[1])).await.is(401);
}

#[tokio::test]
async fn a_session_cannot_take_another_app_and_wrong_codes_lock() {
    let stage = Stage::new().await;
    let role = role_that_asks(&stage).await;
    let user = stage.user("Grace", &[role.id]).await;
    let (session, app, _) = enrolled(&stage, &user, role.id).await;
    stage
        .call(&session, "POST", "/session/second-factor", None)
        .await
        .is(409);
    let code = json!({"code": app.code(&stage)});
    let again = stage
        .call(&session, "PUT", "/session/second-factor", Some(code))
        .await;
    assert_eq!(again.wrong_fields(), ["code"]);
    stage.account.clock.advance(Duration::from_secs(60));
    for _ in 0..5 {
        stage.try_sign_in(sign_in(role.id, "000000")).await.is(401);
    }
    stage
        .try_sign_in(sign_in(role.id, &app.code(&stage)))
        .await
        .is(401);
    stage.account.clock.advance(Duration::from_secs(31 * 60));
    stage
        .try_sign_in(sign_in(role.id, &app.code(&stage)))
        .await
        .is(201);
}

#[tokio::test]
async fn the_switch_to_a_role_that_asks_needs_a_session_that_gave_a_code() {
    let stage = Stage::new().await;
    let role = role_that_asks(&stage).await;
    let user = stage.user("Grace", &[stage.account.role.id, role.id]).await;
    let plain = stage.sign_in(&user, stage.account.role.id).await;
    let switch = Some(json!({"role": role.id.get()}));
    let refused = stage.call(&plain, "PATCH", "/session", switch.clone()).await;
    assert!(
        refused.is(403).text().contains("two-factor"),
        "{}",
        refused.text()
    );
    let (session, ..) = enrolled(&stage, &user, role.id).await;
    let back = Some(json!({"role": stage.account.role.id.get()}));
    let session = Who::Session(
        stage
            .call(&session, "PATCH", "/session", back)
            .await
            .is(200)
            .cookie(),
    );
    stage.call(&session, "PATCH", "/session", switch).await.is(200);
}

#[tokio::test]
async fn a_reset_lets_the_user_set_up_an_app_anew() {
    let stage = Stage::new().await;
    let role = role_that_asks(&stage).await;
    let user = stage.user("Grace", &[role.id]).await;
    let (_, app, codes) = enrolled(&stage, &user, role.id).await;
    let path = format!("/users/{}/second-factor", user.id.get());
    stage.call(&Who::Owner, "DELETE", &path, None).await.is(204);
    stage.account.clock.advance(Duration::from_secs(60));
    for code in [app.code(&stage), codes[0].clone()] {
        let answer = stage.try_sign_in(sign_in(role.id, &code)).await;
        assert!(
            answer.status == 401 || answer.json()["mustSetUpSecondFactor"] == true,
            "{}",
            answer.text()
        );
    }
    let answer = stage
        .try_sign_in(json!({"email": EMAIL, "password": PASSWORD, "role": role.id.get()}))
        .await;
    assert_eq!(answer.ok()["mustSetUpSecondFactor"], true);
    enrolled(&stage, &user, role.id).await;
}
