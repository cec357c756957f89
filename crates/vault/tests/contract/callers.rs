//! Callers and their grants.

use super::{added, at, by, caller, credentials, id};
use countersign_vault::{
    Call, CallerDraft, CallerKey, Conflict, Denied, GrantDraft, GrantId, Label, Method, Scope, ScopeError,
    ServiceKind, Target, Targets, VaultError, decide,
};
use std::num::NonZeroU8;

fn scope() -> Scope {
    Scope {
        services: [ServiceKind::Rest].into(),
        methods: [Method::Get, Method::Patch].into(),
        targets: Targets::Only(vec![Target::RecordType("customer".into())]),
        read_only: false,
    }
}

fn draft(caller: countersign_vault::CallerId, connection: &str) -> GrantDraft {
    GrantDraft {
        caller,
        connection: id(connection),
        scope: scope(),
        share: NonZeroU8::new(3).unwrap(),
        expires: None,
    }
}

#[tokio::test]
async fn a_caller_is_known_by_its_key_until_it_expires_or_is_revoked() {
    let (vault, place) = crate::open().await;
    let (billing, key) = caller(&vault, "Billing").await;
    let vault = place.open_again(vault).await;
    let presented = CallerKey::presented(key.expose()).unwrap();
    let found = vault.caller_by_key(&presented, by().at).await.unwrap();
    assert_eq!(found, Some(billing.clone()));
    let (_, other) = caller(&vault, "other").await;
    assert_ne!(
        vault.caller_by_key(&other, by().at).await.unwrap(),
        Some(billing.clone())
    );
    vault.revoke_caller(billing.id, at(1)).await.unwrap();
    assert_eq!(vault.caller_by_key(&presented, at(1).at).await.unwrap(), None);
    let twice = vault.revoke_caller(billing.id, at(2)).await.unwrap_err();
    assert!(matches!(twice, VaultError::UnknownCaller(_)));
    let expiring = CallerDraft {
        name: "short".into(),
        expires: Some(at(10).at),
    };
    let (short, key) = vault.add_caller(expiring, by()).await.unwrap();
    assert_eq!(vault.caller_by_key(&key, at(9).at).await.unwrap(), Some(short));
    assert_eq!(vault.caller_by_key(&key, at(10).at).await.unwrap(), None);
    assert_eq!(vault.callers(None, 9).await.unwrap().len(), 3);
}

#[tokio::test]
async fn two_callers_never_share_a_name_and_a_name_is_one() {
    let (vault, _place) = crate::open().await;
    caller(&vault, "Billing").await;
    let named = |name: &str| CallerDraft {
        name: name.into(),
        expires: None,
    };
    let twice = vault.add_caller(named("billing"), by()).await.unwrap_err();
    assert!(
        matches!(twice, VaultError::Conflict(Conflict::CallerName)),
        "{twice}"
    );
    for wrong in ["", "  ", "a\nb", &"x".repeat(101)] {
        let refused = vault.add_caller(named(wrong), by()).await.unwrap_err();
        assert!(matches!(refused, VaultError::CallerName), "{wrong:?}");
    }
}

#[tokio::test]
async fn a_grant_comes_back_as_it_was_given_and_opens_what_it_says() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    let (billing, _) = caller(&vault, "billing").await;
    let (other, _) = caller(&vault, "other").await;
    let grant = vault.grant(draft(billing.id, "acme"), by()).await.unwrap();
    let vault = place.open_again(vault).await;
    let grants = vault.grants_of(billing.id).await.unwrap();
    assert_eq!(grants, std::slice::from_ref(&grant));
    assert!(vault.grants_of(other.id).await.unwrap().is_empty());
    let read = Call::parse("GET", "/services/rest/record/v1/customer/7").unwrap();
    let delete = Call::parse("DELETE", "/services/rest/record/v1/customer/7").unwrap();
    assert_eq!(decide(&grants, &id("acme"), &read, by().at), Ok(&grant));
    assert_eq!(
        decide(&grants, &id("acme"), &delete, by().at),
        Err(Denied::Method)
    );
    vault.revoke_grant(grant.id, at(1)).await.unwrap();
    assert!(vault.grants_of(billing.id).await.unwrap().is_empty());
    assert!(matches!(
        vault.revoke_grant(grant.id, at(2)).await,
        Err(VaultError::UnknownGrant(_))
    ));
    assert!(matches!(
        vault.revoke_grant(GrantId::from(99), at(2)).await,
        Err(VaultError::UnknownGrant(_))
    ));
}

#[tokio::test]
async fn a_grant_needs_a_caller_a_connection_and_something_it_opens() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    let (billing, _) = caller(&vault, "billing").await;
    let nowhere = vault.grant(draft(billing.id, "beta"), by()).await.unwrap_err();
    assert!(matches!(nowhere, VaultError::UnknownConnection(_)));
    let nobody = vault.grant(draft(99.into(), "acme"), by()).await.unwrap_err();
    assert!(matches!(nobody, VaultError::UnknownCaller(_)));
    let mut nothing = draft(billing.id, "acme");
    nothing.scope.methods.clear();
    let nothing = vault.grant(nothing, by()).await.unwrap_err();
    assert!(matches!(
        nothing,
        VaultError::Scope(ScopeError::Nothing("methods"))
    ));
    vault.revoke_caller(billing.id, by()).await.unwrap();
    assert!(vault.grant(draft(billing.id, "acme"), by()).await.is_err());
}

#[tokio::test]
async fn grants_go_with_their_caller_and_their_connection_and_never_come_back_for_the_next_of_the_id() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    added(&vault, "beta").await;
    let (billing, _) = caller(&vault, "billing").await;
    vault.grant(draft(billing.id, "acme"), by()).await.unwrap();
    let kept = vault.grant(draft(billing.id, "beta"), by()).await.unwrap();
    vault.remove(id("acme"), by()).await.unwrap();
    vault
        .add(id("acme"), credentials("7654321", "b"), Label::default(), by())
        .await
        .unwrap();
    assert_eq!(vault.grants_of(billing.id).await.unwrap(), [kept]);
    vault.revoke_caller(billing.id, by()).await.unwrap();
    assert!(vault.grants_of(billing.id).await.unwrap().is_empty());
}
