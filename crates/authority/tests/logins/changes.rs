//! What is kept in memory, and changes that race with those who read it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use countersign_authority::{Authority, LoginAttempt, Presented, Refused, Source};
use countersign_model::{Surface, TokenChange};
use countersign_protocol::{Request, Scheme, Signer, Stamp};
use countersign_testkit::{Account, Application, NOW};
use countersign_world::{SystemEntropy, nonce};

const REST: &str = "/services/rest/record/v1/customer";

async fn log_in(authority: &Authority, application: &Application) -> Result<(), Refused> {
    let request = Request::received("GET", Scheme::Https, "localhost", REST).unwrap();
    let nonce = nonce(&SystemEntropy);
    let stamp = Stamp::new(NOW.seconds().unsigned_abs(), nonce.as_str()).unwrap();
    let header = Signer::new(&application.credentials()).sign(&request, &stamp);
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
            uri: REST,
        },
    };
    authority.log_in(&attempt).await.map(drop)
}

fn token(account: &Account, number: usize) -> Application {
    Application {
        token_id: format!("{number:064x}"),
        ..account.application()
    }
}

async fn mistake(account: &Account, application: &Application) -> Option<&'static str> {
    let refused = log_in(&account.authority, application).await.err();
    refused.map(|refused| refused.mistake.unwrap_or("none"))
}

/// What one token may do now, for whoever is about to try it.
#[derive(Default)]
struct Promise {
    is_revoked: AtomicBool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn once_a_token_is_revoked_nobody_logs_in_with_it() {
    const TOKENS: usize = 60;
    let account = Account::in_a_folder().await;
    let mut tokens = Vec::new();
    for number in 0..TOKENS {
        let application = token(&account, number);
        let record = account.another_token(&account.integration, &application).await;
        tokens.push((application, record.id));
    }
    let promises: Arc<Vec<Promise>> = Arc::new((0..TOKENS).map(|_| Promise::default()).collect());
    let is_over = Arc::new(AtomicBool::new(false));
    let applications: Arc<Vec<Application>> = Arc::new(
        tokens
            .iter()
            .map(|(application, _)| application.clone())
            .collect(),
    );
    let readers = (0..12).map(|reader| {
        let (authority, promises) = (Arc::clone(&account.authority), Arc::clone(&promises));
        let (applications, is_over) = (Arc::clone(&applications), Arc::clone(&is_over));
        tokio::spawn(async move {
            let (mut let_in, mut number) = (0, reader * 5);
            while !is_over.load(Ordering::SeqCst) {
                number = (number + 1) % TOKENS;
                // A refusal waits for its row; enough of them are tried.
                let was_revoked = promises[number].is_revoked.load(Ordering::SeqCst);
                let result = log_in(&authority, &applications[number]).await;
                assert!(
                    !(was_revoked && result.is_ok()),
                    "token {number} was revoked before"
                );
                let_in += usize::from(result.is_ok());
                tokio::task::yield_now().await;
            }
            let_in
        })
    });
    let readers: Vec<_> = readers.collect();
    for (number, (application, id)) in tokens.iter().enumerate() {
        // Inactive and active again in between, so that the record is read while it changes.
        for change in [
            TokenChange::Inactivate,
            TokenChange::Activate,
            TokenChange::Revoke,
        ] {
            let owner = account.owner();
            let changed = account.authority.change_token_state(&owner, *id, change);
            changed.await.unwrap();
            let expected = match change {
                TokenChange::Inactivate => Some("token_inactive"),
                TokenChange::Activate => None,
                TokenChange::Revoke => Some("token_revoked"),
            };
            if change == TokenChange::Revoke {
                promises[number].is_revoked.store(true, Ordering::SeqCst);
            }
            assert_eq!(mistake(&account, application).await, expected, "token {number}");
        }
    }
    is_over.store(true, Ordering::SeqCst);
    let mut let_in = 0;
    for reader in readers {
        let_in += reader.await.unwrap();
    }
    assert!(let_in > 0);
}

#[tokio::test]
async fn a_token_that_was_tried_before_it_was_issued_is_good_at_once() {
    let account = Account::ready().await;
    let new = token(&account, 1);
    assert_eq!(mistake(&account, &new).await, Some("token_unknown"));
    assert_eq!(mistake(&account, &new).await, Some("token_unknown"));
    account.another_token(&account.integration, &new).await;
    assert_eq!(mistake(&account, &new).await, None);
}

#[tokio::test]
async fn a_consumer_key_that_was_tried_before_its_record_was_made_is_good_at_once() {
    let account = Account::ready().await;
    let new = Application {
        consumer_key: "new".repeat(9),
        ..token(&account, 1)
    };
    assert_eq!(mistake(&account, &new).await, Some("consumer_key_unknown"));
    let integration = account.another_integration(&new).await;
    account.another_token(&integration, &new).await;
    assert_eq!(mistake(&account, &new).await, None);
}

/// What another node does: a change with its note, which is all that tells of it.
async fn change_and_note(account: &Account, sql: &str, record: &str, id: i64) {
    let note = format!(
        "INSERT INTO system_note (change, at, user_name, via, record, record_id, note_type, field)
         SELECT change_count + 1, 0, 'another node', 'start', '{record}', {id}, 'Change', 'x' FROM account"
    );
    account.change_elsewhere(&format!("{sql}; {note}")).await;
}

#[tokio::test]
async fn what_another_node_changes_counts_once_the_account_catches_up() {
    let account = Account::in_a_folder().await;
    let caller = account.application();
    assert_eq!(mistake(&account, &caller).await, None);
    let (token, user, role) = (account.token.id, account.user.id, account.role.id);
    let integration = account.integration.id;
    let changes = [
        (
            "access_token SET inactive",
            "token",
            token.get(),
            "token_inactive",
        ),
        ("entity SET inactive", "user", user.get(), "entity_inactive"),
        ("role SET inactive", "role", role.get(), "role_inactive"),
        (
            "integration SET uninstalled",
            "integration",
            integration.get(),
            "consumer_key_unknown",
        ),
    ];
    for (change, record, id, expected) in changes {
        let done = format!("UPDATE {change} = 1 WHERE id = {id}");
        change_and_note(&account, &done, record, id).await;
        assert_eq!(mistake(&account, &caller).await, Some(expected));
        let null = if record == "integration" { "NULL" } else { "0" };
        let undone = format!("UPDATE {change} = {null} WHERE id = {id}");
        change_and_note(&account, &undone, record, id).await;
        assert_eq!(mistake(&account, &caller).await, None, "{change} undone");
    }
}

#[tokio::test]
async fn nothing_of_memory_counts_after_the_database_was_put_back() {
    let account = Account::in_a_folder().await;
    let caller = account.application();
    assert_eq!(mistake(&account, &caller).await, None);
    let put_back = "UPDATE access_token SET revoked_at = 1; UPDATE account SET change_count = 0";
    account.change_elsewhere(put_back).await;
    assert_eq!(mistake(&account, &caller).await, Some("token_revoked"));
}

#[tokio::test]
async fn an_uninstalled_integration_record_is_as_good_as_unknown() {
    let account = Account::in_a_folder().await;
    let caller = account.application();
    account
        .change_elsewhere("UPDATE integration SET uninstalled = 1767225600000")
        .await;
    assert_eq!(mistake(&account, &caller).await, Some("consumer_key_unknown"));
    let row = account.last_login().await;
    assert_eq!(row.detail.as_deref(), Some("consumer_key_unknown"));
    assert!(row.reason.unwrap().contains("uninstalled"));
}

#[tokio::test]
async fn a_global_permission_counts_while_its_feature_is_on() {
    let account = Account::in_a_folder().await;
    let caller = account.application();
    account
        .change_elsewhere(
            "DELETE FROM role_permission WHERE permission = 'ADMI_LOGIN_OAUTH';
             UPDATE entity SET global_permissions = 'ADMI_LOGIN_OAUTH Full'",
        )
        .await;
    assert_eq!(mistake(&account, &caller).await, None);
    let global = [countersign_model::Feature::GlobalPermissions];
    account.switch_features(&[], &global).await;
    assert_eq!(mistake(&account, &caller).await, Some("role_without_tba"));
}

#[tokio::test]
async fn each_login_is_a_use_of_its_token_and_no_refusal_is() {
    let account = Account::ready().await;
    let caller = account.application();
    for _ in 0..3 {
        assert_eq!(mistake(&account, &caller).await, None);
    }
    let wrong = Application {
        token_secret: "wrong".to_owned(),
        ..caller
    };
    assert!(log_in(&account.authority, &wrong).await.is_err());
    account.authority.beat().await;
    let uses = account.store.token_uses(vec![account.token.id]).await.unwrap();
    let used = uses[&account.token.id];
    assert_eq!((uses.len(), used.count, used.last), (1, 3, Some(NOW)));
}
