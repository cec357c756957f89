//! Sealed secrets: found where they belong, useless anywhere else, and never in a row, a reason or a `Debug`.

use countersign_authority::{check_secrets, reseal_secrets};
use countersign_seal::Keyring;
use countersign_testkit::{Account, Application};

const REST: &str = "/services/rest/record/v1/customer";

#[tokio::test]
async fn secrets_swapped_between_rows_open_neither() {
    let account = Account::in_a_folder().await;
    let second = Application {
        token_id: "second".repeat(9),
        token_secret: "other".repeat(9),
        ..account.application()
    };
    account.another_token(&account.integration, &second).await;
    account
        .change_elsewhere(
            "CREATE TEMP TABLE was AS SELECT owner, sealed FROM sealed_secret WHERE owner_kind = 'token';
             UPDATE sealed_secret SET sealed = (SELECT sealed FROM was WHERE was.owner <> sealed_secret.owner)
             WHERE owner_kind = 'token'",
        )
        .await;
    let server = account.listen().await;
    for application in [account.application(), second] {
        let answer = server.caller(&application).get(REST).send().await;
        assert_eq!(
            (answer.status, answer.error_code().as_deref()),
            (503, Some("UNEXPECTED_ERROR"))
        );
    }
    assert!(
        account.logins().await.is_empty(),
        "the account's fault is no failed login"
    );
    let keyring = Keyring::load(account.folder()).unwrap();
    let checked = check_secrets(&account.store, &keyring, &account.authority.account())
        .await
        .unwrap();
    assert_eq!((checked.opened, checked.unreadable.len()), (1, 2));
}

#[tokio::test]
async fn tokens_are_good_before_and_after_a_rotation_of_keys() {
    let account = Account::in_a_folder().await;
    let server = account.listen().await;
    assert_eq!(
        server
            .caller(&account.application())
            .get(REST)
            .send()
            .await
            .status,
        200
    );
    server.stop().await;

    let mut keyring = Keyring::load(account.folder()).unwrap();
    let new = keyring.rotate(&*account.entropy).unwrap();
    let id = account.authority.account();
    let resealed = reseal_secrets(&account.store, &keyring, &id, &*account.entropy, |_| {})
        .await
        .unwrap();
    assert_eq!(resealed.resealed, 2);
    let again = reseal_secrets(&account.store, &keyring, &id, &*account.entropy, |_| {})
        .await
        .unwrap();
    assert_eq!(again.resealed, 0, "what is done is not done again");
    for old in keyring
        .versions()
        .filter(|version| *version != new)
        .collect::<Vec<_>>()
    {
        keyring.retire(old, &*account.entropy).unwrap();
    }
    keyring.rewrap(&*account.entropy).unwrap();

    let account = account.restart().await;
    let server = account.listen().await;
    assert_eq!(
        server
            .caller(&account.application())
            .get(REST)
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn nothing_that_is_printed_or_stored_holds_a_secret() {
    let account = Account::in_a_folder().await;
    let server = account.listen().await;
    let application = account.application();
    let caller = server.caller(&application);
    caller.get(REST).send().await;
    caller.get(REST).badly_signed().send().await;
    // A plaintext signature is the two secrets.
    let plaintext = format!("{}%26{}", application.consumer_secret, application.token_secret);
    caller
        .get(REST)
        .oauth("oauth_signature_method", "PLAINTEXT")
        .rewrite(move |header| {
            header.replace("oauth_signature=\"", &format!("oauth_signature=\"{plaintext}"))
        })
        .send()
        .await;
    let mut printed = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?}",
        account.authority,
        account.authority.snapshot(),
        account.logins().await,
        account.integration,
        account.token,
        account.authority.new_token().unwrap(),
    );
    printed.push_str(&format!("{:?}", application.credentials()));
    server.stop().await;
    let account = account.restart().await;
    for entry in walk(account.folder()) {
        printed.push_str(&String::from_utf8_lossy(&std::fs::read(entry).unwrap()));
    }
    for secret in [&application.consumer_secret, &application.token_secret] {
        assert!(!printed.contains(secret.as_str()));
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    assert!(!files.is_empty());
    files
}
