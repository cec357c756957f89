//! What an account does of its own: uses that are written, rows that are over and deleted, and none by a moved clock.

use std::time::Duration;

use countersign_authority::{SignIn, Source};
use countersign_model::{
    Actor, By, ExecutionSearch, IntegrationId, Lever, RequestToken, RequestTokenId, SettingsForm,
    TestAccount, TokenUse, Via,
};
use countersign_protocol::Secret;
use countersign_store::{MAX_ROWS, SealedSecret};
use countersign_testkit::{Account, Blueprint, NOW, Storage};
use countersign_world::{Clock as _, ClockMove};

const REST: &str = "/services/rest/record/v1/customer";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const MINUTE: Duration = Duration::from_secs(60);

async fn marked() -> Account {
    Account::with(Blueprint {
        storage: Storage::Folder,
        test_account: Some(TestAccount {
            levers: vec![Lever::Clock],
            seed: None,
        }),
        ..Blueprint::default()
    })
    .await
}

async fn call(account: &Account, times: usize) {
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for _ in 0..times {
        assert_eq!(caller.get(REST).send().await.status, 200);
    }
    server.stop().await;
}

async fn uses(account: &Account) -> TokenUse {
    let uses = account.store.token_uses(vec![account.token.id]).await.unwrap();
    uses.get(&account.token.id).copied().unwrap_or_default()
}

async fn sign_in(account: &Account) {
    let password = Secret::new("a long password 1!");
    let (owner, user) = (account.owner(), account.user.id);
    let set = account.authority.set_password(&owner, user, &password, false);
    set.await.unwrap();
    let sign_in = SignIn {
        email: "ada@example.com",
        password: &password,
        role: None,
        code: None,
        source: Source {
            ip: None,
            user_agent: None,
            uri: "/",
        },
    };
    account.authority.sign_in(&sign_in).await.unwrap();
}

async fn request_token(account: &Account) {
    let (id, integration) = (RequestTokenId::parse("abc").unwrap(), account.integration.id);
    let callback = "https://example.com/callback".to_owned();
    let token = RequestToken::issue(id, integration, callback, None, account.clock.now());
    let secret = SealedSecret {
        bytes: vec![1],
        generation: 1,
        key_version: 1,
    };
    account.store.add_request_token(token, secret).await.unwrap();
}

/// Sessions, request tokens, logins, rows of the execution log.
async fn kept(account: &Account) -> (usize, bool, usize, usize) {
    let (all, log) = (
        countersign_model::LoginSearch::default(),
        ExecutionSearch::default(),
    );
    let sessions = account.store.sessions(account.user.id).await.unwrap();
    let token = account.store.request_token(RequestTokenId::parse("abc").unwrap());
    let logins = account.authority.logins(all, None, MAX_ROWS).await.unwrap();
    let owner = account.owner();
    let executions = account.authority.execution_log(&owner, log, None, MAX_ROWS);
    (
        sessions.len(),
        token.await.unwrap().is_some(),
        logins.rows.len(),
        executions.await.unwrap().rows.len(),
    )
}

/// A beat in a minute of its own: what is over is looked for once a minute.
async fn later_beat(account: &Account, by: Duration) {
    account.clock.advance(by);
    account.authority.beat().await;
}

#[tokio::test]
async fn uses_are_written_by_a_beat_and_the_last_ones_at_the_close() {
    let account = Account::in_a_folder().await;
    call(&account, 2).await;
    assert_eq!(uses(&account).await.count, 0);
    account.authority.beat().await;
    assert_eq!(
        (uses(&account).await.count, uses(&account).await.last),
        (2, Some(NOW))
    );
    account.authority.beat().await;
    assert_eq!(uses(&account).await.count, 2, "nothing is counted twice");
    call(&account, 1).await;
    let account = account.restart().await;
    assert_eq!(uses(&account).await.count, 3);
}

#[tokio::test]
async fn what_is_over_is_deleted_each_at_its_time() {
    let account = marked().await;
    call(&account, 2).await;
    sign_in(&account).await;
    request_token(&account).await;
    later_beat(&account, MINUTE).await;
    assert_eq!(kept(&account).await, (1, true, 3, 2));
    // The hour of a request token, and the three of a session nobody used.
    later_beat(&account, Duration::from_secs(2 * 60 * 60)).await;
    assert_eq!(kept(&account).await, (1, false, 3, 2));
    later_beat(&account, Duration::from_secs(2 * 60 * 60)).await;
    assert_eq!(kept(&account).await, (0, false, 3, 2));
    // A sandbox keeps its execution log for a week, and the trail as long as its settings say.
    later_beat(&account, 7 * DAY).await;
    assert_eq!(kept(&account).await, (0, false, 3, 0));
    later_beat(&account, 180 * DAY).await;
    assert_eq!(kept(&account).await, (0, false, 0, 0));
}

#[tokio::test]
async fn a_moved_clock_deletes_nothing() {
    let account = marked().await;
    call(&account, 1).await;
    sign_in(&account).await;
    request_token(&account).await;
    let before = kept(&account).await;
    let turn = async |moved| {
        let owner = account.owner();
        account.authority.turn_clock(&owner, moved).await.unwrap();
    };
    for moved in [
        ClockMove::Advance(3650 * DAY),
        ClockMove::Freeze,
        ClockMove::Skew { ahead_millis: -1000 },
    ] {
        turn(moved).await;
        later_beat(&account, MINUTE).await;
        assert_eq!(kept(&account).await, before, "{moved:?}");
    }
    turn(ClockMove::FollowSystem).await;
    later_beat(&account, MINUTE).await;
    assert_eq!(
        kept(&account).await,
        before,
        "the machine's time is nearly what it was"
    );
    later_beat(&account, 200 * DAY).await;
    assert_eq!(kept(&account).await, (0, false, 0, 0));
}

#[tokio::test]
async fn much_that_is_over_goes_a_batch_a_beat() {
    let account = Account::in_a_folder().await;
    call(&account, 1).await;
    account.authority.beat().await;
    let log = ExecutionSearch {
        integration: Some(account.integration.id),
        ..ExecutionSearch::default()
    };
    let owner = account.owner();
    let page = account
        .authority
        .execution_log(&owner, log, None, 1)
        .await
        .unwrap();
    let (_, row) = page.rows[0].clone();
    account.store.append_executions(vec![row; 1200]).await.unwrap();
    account.clock.advance(8 * DAY);
    let mut left = Vec::new();
    for _ in 0..3 {
        account.authority.beat().await;
        left.push(count(&account, account.integration.id).await);
    }
    assert_eq!(left, [701, 201, 0]);
}

async fn count(account: &Account, integration: IntegrationId) -> usize {
    let mut before = None;
    let mut rows = 0;
    loop {
        let log = ExecutionSearch {
            integration: Some(integration),
            ..ExecutionSearch::default()
        };
        let page = account.store.executions(log, before, MAX_ROWS).await.unwrap();
        rows += page.rows.len();
        match page.rest {
            Some(rest) => before = Some(rest),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn a_beat_takes_in_what_others_changed_and_what_the_settings_no_longer_allow() {
    let account = marked().await;
    let advanced = ClockMove::Advance(DAY);
    account
        .authority
        .turn_clock(&account.owner(), advanced)
        .await
        .unwrap();
    assert_eq!(account.authority.levers_header().as_deref(), Some("clock=moved"));
    let unmarked = |form| SettingsForm {
        test_account: false,
        levers: Vec::new(),
        ..form
    };
    let by = By {
        actor: Actor {
            user: None,
            name: "another node".to_owned(),
            via: Via::Api,
        },
        at: NOW,
    };
    account.store.change_settings(unmarked, by).await.unwrap();
    assert!(account.authority.levers_header().is_some());
    account.authority.beat().await;
    assert_eq!(account.authority.levers_header(), None);
    assert_eq!(account.authority.now(), account.clock.now());
}

#[tokio::test]
async fn a_trail_that_cannot_be_written_holds_up_no_reader_and_no_end_for_ever() {
    let account = marked().await;
    account
        .change_elsewhere(
            "CREATE TRIGGER full BEFORE INSERT ON login BEGIN SELECT RAISE(ABORT, 'full'); END; CREATE TRIGGER full_too BEFORE \
             INSERT ON execution BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        .await;
    call(&account, 1).await;
    let authority = &account.authority;
    let (closed, read) = tokio::join!(
        tokio::time::timeout(MINUTE, authority.close()),
        tokio::time::timeout(MINUTE, account.logins()),
    );
    closed.expect("the account closes").unwrap();
    assert_eq!(read.expect("what is written is read").len(), 0);
}
