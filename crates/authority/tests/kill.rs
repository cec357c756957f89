//! Whoever issues tokens or refuses logins killed with SIGKILL at random moments: every token that was given away is good,
//! and every refusal that was answered is in the trail.
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
    Account, Actor, By, EntityKind, Feature, FeaturesForm, IntegrationForm, Level, LoginSearch, Permission,
    RoleForm, Settings, Surface, UserForm, Via,
};
use countersign_protocol::{Credentials, Request, Scheme, Secret, Signer, Stamp};
use countersign_seal::Keyring;
use countersign_store::{IntegrationFilter, Store};
use countersign_world::{FixedClock, SystemEntropy, UnixTime, environment, nonce};

const NOW: UnixTime = UnixTime::from_seconds(1_767_225_600);
const FOLDER: &str = "COUNTERSIGN_ACCOUNT_UNDER_TEST";
const ROUND: &str = "COUNTERSIGN_ROUND_UNDER_TEST";
const TOKENS: usize = 200;
const REFUSALS: u32 = 3000;

async fn open(folder: &Path, now: UnixTime) -> (Authority, Store) {
    let entropy = Arc::new(SystemEntropy);
    let keyring = if Keyring::exists(folder).unwrap() {
        Keyring::load(folder)
    } else {
        Keyring::create(folder, &*entropy)
    };
    let store = Store::sqlite(&folder.join("account.sqlite")).unwrap();
    if store.head().await.unwrap().is_none() {
        let account = Account {
            id: "1234567".parse().unwrap(),
            company_name: "Honeycomb".to_owned(),
            created: NOW,
        };
        let founder = By {
            actor: Actor {
                user: None,
                name: "a test".to_owned(),
                via: Via::Start,
            },
            at: NOW,
        };
        store
            .found_account(account, Settings::default(), founder)
            .await
            .unwrap();
    }
    let ledger = Ledger::open(&folder.join("ledger"), Duration::from_secs(300), now, &*entropy).unwrap();
    let parts = Parts {
        store: store.clone(),
        keyring: keyring.unwrap(),
        ledger,
        clock: Arc::new(FixedClock::at(now)),
        entropy,
        concurrency: Some(10),
    };
    (Authority::open(parts).await.unwrap(), store)
}

/// Logs in with tokens that were given away, and leaves the folder to the next.
async fn are_good(folder: &Path, issued: impl Iterator<Item = &String>) {
    let (authority, store) = open(folder, NOW).await;
    for token in issued {
        is_good(&authority, token).await;
    }
    drop(authority);
    store.close().await.unwrap();
}

#[tokio::test]
#[ignore = "the writer that the test below starts and kills; alone it has no folder and does nothing"]
async fn writer() {
    let Some(folder) = environment::variable(FOLDER) else {
        return;
    };
    let (authority, _store) = open(Path::new(&folder), NOW).await;
    let owner = authority.owner("a test", Via::Start);
    let features = FeaturesForm {
        check: Feature::ALL.to_vec(),
        agreed: Feature::ALL.to_vec(),
        ..FeaturesForm::default()
    };
    authority.save_features(&owner, features).await.unwrap();
    // Names may be given once, and an earlier writer may have come this far.
    let before = authority.integrations(&owner, IntegrationFilter::default(), None, 1000);
    let number = before.await.unwrap().len();
    let integration = IntegrationForm {
        name: format!("Integration {number}"),
        ..IntegrationForm::default()
    };
    let added = authority
        .add_integration(&owner, integration, None)
        .await
        .unwrap();
    let (integration, consumer) = (added.0, added.1.unwrap());
    let role = RoleForm {
        name: format!("Role {number}"),
        permissions: vec![(Permission::LogInUsingAccessTokens, Level::Full)],
        ..RoleForm::default()
    };
    let role = authority.add_role(&owner, role).await.unwrap();
    let user = UserForm {
        kind: EntityKind::Employee,
        name: format!("User {number}"),
        email: "user@example.com".to_owned(),
        give_access: true,
        roles: vec![role.id],
        ..UserForm::default()
    };
    let user = authority.add_user(&owner, user).await.unwrap();
    loop {
        let ids = (user.id, role.id);
        let issued = authority
            .create_token(&owner, integration.id, ids, String::new(), None)
            .await;
        let (_, token) = issued.unwrap();
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
        service: None,
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

/// The clock of a round: its own second, so that its rows can be told from those of the others.
fn time_of(round: u32) -> UnixTime {
    NOW.plus(Duration::from_secs(round.into()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the refuser that the test below starts and kills; alone it has no folder and does nothing"]
async fn refuser() {
    let (Some(folder), Some(round)) = (environment::variable(FOLDER), environment::variable(ROUND)) else {
        return;
    };
    let (authority, _store) = open(Path::new(&folder), time_of(round.parse().unwrap())).await;
    let authority = Arc::new(authority);
    let callers = (0..40_u8).map(|caller| {
        let authority = Arc::clone(&authority);
        tokio::spawn(async move {
            // More than it lives to answer.
            for _ in 0..1_000_000 {
                let request = Request::received("GET", Scheme::Https, "localhost", "/x").unwrap();
                let attempt = LoginAttempt {
                    surface: Surface::Rest,
                    service: None,
                    presented: Presented::Headers {
                        request: Ok(request),
                        authorization: &["Bearer x"],
                    },
                    session_cookie: false,
                    source: Source {
                        ip: Some([192, 0, 2, caller % 4].into()),
                        user_agent: None,
                        uri: "/x",
                    },
                };
                authority.log_in(&attempt).await.unwrap_err();
                println!("refused");
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

#[tokio::test]
async fn every_refusal_that_was_answered_is_in_the_trail_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let (mut round, mut answered_in_all, mut counted_in_all) = (0, 0, 0);
    while answered_in_all < REFUSALS {
        round += 1;
        // Few are written one by one, more are counted in groups.
        let enough = [1, 20, 170, 230, 500][round as usize % 5] + round % 7;
        let mut refuser = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "refuser", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(refuser.stdout.take().unwrap()).lines();
        let mut answered = lines
            .map_while(Result::ok)
            .filter(|line| line.ends_with("refused"));
        let mut heard = answered.by_ref().take(enough as usize).count();
        std::thread::sleep(Duration::from_micros(1237 * u64::from(round % 11)));
        refuser.kill().unwrap();
        heard += answered.count();
        refuser.wait().unwrap();

        let (authority, store) = open(folder.path(), time_of(round)).await;
        let search = LoginSearch {
            since: Some(time_of(round)),
            ..LoginSearch::default()
        };
        let page = store.logins(search, None, 1000).await.unwrap();
        let rows: Vec<_> = page.rows.into_iter().map(|(_, row)| row).collect();
        let written: u32 = rows.iter().map(|row| row.count.get()).sum();
        let heard = u32::try_from(heard).unwrap();
        assert!(written >= heard, "{heard} were answered and {written} written");
        answered_in_all += heard;
        counted_in_all += rows.iter().filter(|row| row.count.get() > 1).count();
        drop(authority);
        store.close().await.unwrap();
    }
    assert!(counted_in_all > 0);
    println!("{answered_in_all} refusals in {round} rounds");
}
