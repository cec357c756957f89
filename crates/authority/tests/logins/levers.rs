//! Who pulls levers, and that none acts without its note.

use countersign_authority::{AdministrationError, Forbidden, SignIn, Source};
use countersign_levers::{Fault, FaultRule, When};
use countersign_model::{Lever, TestAccount};
use countersign_protocol::Secret;
use countersign_testkit::{Account, Blueprint, Storage};
use countersign_world::ClockMove;

const DROP: FaultRule = FaultRule {
    service: None,
    integration: None,
    when: When::Every(std::num::NonZeroU32::MIN),
    fault: Fault::Dropped,
};

async fn marked() -> Account {
    Account::with(Blueprint {
        storage: Storage::Folder,
        test_account: Some(TestAccount {
            levers: vec![Lever::Clock, Lever::Faults],
            seed: None,
        }),
        ..Blueprint::default()
    })
    .await
}

#[tokio::test]
async fn whoever_is_no_administrator_sees_and_pulls_no_lever() {
    let account = marked().await;
    let (authority, owner) = (&account.authority, account.owner());
    let password = Secret::new("a long password 1!");
    authority
        .set_password(&owner, account.user.id, &password, false)
        .await
        .unwrap();
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
    let ada = authority.sign_in(&sign_in).await.unwrap().caller;
    assert_eq!(authority.levers(&ada), Err(Forbidden::Administrator));
    let forbidden = |result: Result<(), AdministrationError>| {
        let error = result.unwrap_err();
        assert!(
            matches!(error, AdministrationError::Forbidden(Forbidden::Administrator)),
            "{error}"
        );
    };
    forbidden(authority.turn_clock(&ada, ClockMove::Freeze).await.map(drop));
    forbidden(authority.add_fault(&ada, DROP).await.map(drop));
    forbidden(authority.clear_faults(&ada).await.map(drop));
    assert_eq!(authority.levers_header(), None);
}

#[tokio::test]
async fn a_lever_that_cannot_be_noted_is_not_pulled_and_not_let_go() {
    let account = marked().await;
    let (authority, owner) = (&account.authority, account.owner());
    authority
        .turn_clock(&owner, ClockMove::Skew { ahead_millis: 5000 })
        .await
        .unwrap();
    let rule = authority.add_fault(&owner, DROP).await.unwrap().id;
    let before = authority.levers(&owner).unwrap();
    account
        .change_elsewhere(
            "CREATE TRIGGER refuse BEFORE INSERT ON system_note BEGIN SELECT RAISE(ABORT, 'refused'); END",
        )
        .await;
    let refused = |result: Result<(), AdministrationError>| {
        let error = result.unwrap_err();
        assert!(matches!(error, AdministrationError::Store(_)), "{error}");
    };
    refused(authority.turn_clock(&owner, ClockMove::Freeze).await.map(drop));
    refused(authority.add_fault(&owner, DROP).await.map(drop));
    refused(authority.remove_fault(&owner, rule).await.map(drop));
    refused(authority.clear_faults(&owner).await.map(drop));
    assert_eq!(authority.levers(&owner).unwrap(), before);
}
