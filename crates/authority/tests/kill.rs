//! Whoever issues tokens killed with SIGKILL at random moments: every token that was given away is good.
#![expect(
    clippy::unwrap_used,
    reason = "an account that cannot be opened fails the test"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{Authority, LoginAttempt, Parts, Presented, Source};
use countersign_ledger::Ledger;
use countersign_model::{
    Account, Actor, Authentication, By, EntityKind, Feature, IntegrationDraft, IntegrationForm,
    IntegrationState, Level, Permission, RoleDraft, RoleForm, Surface, UserDraft, UserForm, Via,
};
use countersign_protocol::{Credentials, Request, Scheme, Secret, Signer, Stamp};
use countersign_seal::Keyring;
use countersign_store::Store;
use countersign_world::{FixedClock, SystemEntropy, UnixTime, environment, nonce};

const NOW: UnixTime = UnixTime::from_seconds(1_767_225_600);
const FOLDER: &str = "COUNTERSIGN_ACCOUNT_UNDER_TEST";
const TOKENS: usize = 200;

async fn open(folder: &Path) -> (Authority, Store) {
    let entropy = Arc::new(SystemEntropy);
    let keyring = if Keyring::exists(folder).unwrap() {
        Keyring::load(folder)
    } else {
        Keyring::create(folder, &*entropy)
    };
    let store = Store::sqlite(&folder.join("account.sqlite")).unwrap();
    if store.setup().await.unwrap().is_none() {
        let account = Account {
            id: "1234567".parse().unwrap(),
            company_name: "Honeycomb".to_owned(),
            created: NOW,
        };
        store.found_account(account, by()).await.unwrap();
    }
    let ledger = Ledger::open(&folder.join("ledger"), Duration::from_secs(300), NOW, &*entropy).unwrap();
    let parts = Parts {
        store: store.clone(),
        keyring: keyring.unwrap(),
        ledger,
        clock: Arc::new(FixedClock::at(NOW)),
        entropy,
        concurrency: 10,
    };
    (Authority::open(parts).await.unwrap(), store)
}

/// Logs in with tokens that were given away, and leaves the folder to the next.
async fn are_good(folder: &Path, issued: impl Iterator<Item = &String>) {
    let (authority, store) = open(folder).await;
    for token in issued {
        is_good(&authority, token).await;
    }
    drop(authority);
    store.close().await.unwrap();
}

fn by() -> By {
    let actor = Actor {
        user: None,
        name: "a test".to_owned(),
        via: Via::Start,
    };
    By { actor, at: NOW }
}

#[tokio::test]
#[ignore = "the writer that the test below starts and kills; alone it has no folder and does nothing"]
async fn writer() {
    let Some(folder) = environment::variable(FOLDER) else {
        return;
    };
    let (authority, _store) = open(Path::new(&folder)).await;
    authority
        .enable_features(Feature::ALL.to_vec(), by())
        .await
        .unwrap();
    // Names may be given once, and an earlier writer may have come this far.
    let number = authority.directory().integrations().count();
    let consumer = authority.new_consumer().unwrap();
    let integration = IntegrationDraft::parse(IntegrationForm {
        name: format!("Integration {number}"),
        description: String::new(),
        note: String::new(),
        state: IntegrationState::Enabled,
        authentication: Authentication::default(),
        concurrency_limit: None,
    });
    let integration = authority
        .add_integration(integration.unwrap(), &consumer, by())
        .await
        .unwrap();
    let role = RoleDraft::parse(RoleForm {
        name: format!("Role {number}"),
        web_services_only: false,
        permissions: vec![(Permission::LogInUsingAccessTokens, Level::Full)],
        ..RoleForm::default()
    });
    let role = authority.add_role(role.unwrap(), by()).await.unwrap();
    let user = UserDraft::parse(UserForm {
        kind: EntityKind::Employee,
        name: format!("User {number}"),
        email: "user@example.com".to_owned(),
        give_access: true,
        roles: vec![role.id],
        ..UserForm::default()
    });
    let user = authority.add_user(user.unwrap(), by()).await.unwrap();
    loop {
        let token = authority.new_token().unwrap();
        authority
            .issue_token(integration.id, &user, &role, "", &token, by())
            .await
            .unwrap();
        let values = [
            consumer.key.as_str(),
            consumer.secret.expose(),
            token.id.as_str(),
            token.secret.expose(),
        ];
        println!("issued {}", values.join(" "));
    }
}

/// Logs in with what the writer printed.
async fn is_good(authority: &Authority, issued: &str) {
    let mut values = issued.split(' ');
    let mut value = || values.next().unwrap().to_owned();
    let credentials = Credentials {
        account: "1234567".parse().unwrap(),
        consumer_key: value(),
        consumer_secret: Secret::new(value()),
        token: value(),
        token_secret: Secret::new(value()),
    };
    let request = Request::received("GET", Scheme::Https, "localhost", "/x").unwrap();
    let nonce = nonce(&SystemEntropy).as_str().to_owned();
    let header = Signer::new(&credentials).sign(&request, &Stamp::new(1_767_225_600, &nonce).unwrap());
    let authorization = [header.as_str()];
    let attempt = LoginAttempt {
        surface: Surface::Rest,
        presented: Presented::Headers {
            request: Ok(request),
            authorization: &authorization,
        },
        session_cookie: false,
        source: Source {
            ip: None,
            user_agent: None,
            uri: "/x",
        },
    };
    let refused = authority.log_in(&attempt).await.err();
    assert!(refused.is_none(), "{}: {refused:?}", credentials.token);
    let again = authority.log_in(&attempt).await.err();
    assert!(again.is_some(), "a nonce was good twice");
}

#[tokio::test]
async fn every_token_that_was_given_away_is_good_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut issued: Vec<String> = Vec::new();
    let mut round = 0;
    while issued.len() < TOKENS {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let enough = round * 7 % 23;
        let mut take = |line: String| issued.extend(line.strip_prefix("issued ").map(str::to_owned));
        // The test's own first lines are none of a token's.
        lines
            .by_ref()
            .take(3 + enough)
            .for_each(|line| take(line.unwrap()));
        std::thread::sleep(Duration::from_micros(137 * (round as u64 % 11)));
        writer.kill().unwrap();
        // What was still in the pipe was given away too; a line that broke off was not.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        rest.into_iter()
            .filter(|line| line.len() > 4 * 64)
            .for_each(&mut take);
        writer.wait().unwrap();
        round += 1;

        are_good(folder.path(), issued.iter().rev().take(20)).await;
    }
    are_good(folder.path(), issued.iter()).await;
    println!("{} tokens in {round} rounds", issued.len());
}
