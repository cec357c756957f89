//! The settings of the account and the name of its company.

use super::{Actions, by, change, founded, noted, settings};
use countersign_model::{
    Governance, Lever, NotedRecord, PasswordPolicy, PasswordStrength, Settings, SettingsForm, TestAccount,
    Tier,
};
use countersign_store::StoreError;

/// Every field another than the one it was founded with.
fn all_changed() -> Settings {
    Settings {
        mandatory_two_factor: false,
        password_policy: PasswordPolicy {
            strength: PasswordStrength::Medium,
            min_length: 9,
            expires_after_days: None,
        },
        idle_session_timeout: 30,
        allowed_ip_addresses: Some("192.0.2.0/24, 198.51.100.7".parse().unwrap()),
        require_approval: true,
        audit_retention_days: 7,
        governance: Governance {
            tier: Tier::Premium,
            suitecloud_plus_licences: 2,
        },
        test_account: Some(TestAccount {
            levers: vec![Lever::Clock, Lever::Determinism],
            seed: Some(u64::MAX),
        }),
    }
}

#[tokio::test]
async fn settings_come_back_as_they_were_given_at_the_founding() {
    let (store, place) = crate::open().await;
    let account = super::account();
    let founded = store.found_account(account, all_changed(), by());
    founded.await.unwrap();
    let store = place.open_again(store).await;
    assert_eq!(store.head().await.unwrap().unwrap().settings, all_changed());
}

#[tokio::test]
async fn every_setting_and_the_companys_name_is_changed_with_a_note() {
    let (store, _place) = founded().await;
    let edit = |form: SettingsForm| {
        let account = countersign_model::Account {
            company_name: "Honeycomb & Sons".into(),
            ..super::account()
        };
        assert_eq!(form, SettingsForm::of(&super::account(), &settings()));
        SettingsForm::of(&account, &all_changed())
    };
    let (account, changed) = store.change_settings(edit, by()).await.unwrap();
    assert_eq!(
        (account.company_name.as_str(), &changed),
        ("Honeycomb & Sons", &all_changed())
    );
    let head = store.head().await.unwrap().unwrap();
    assert_eq!((head.account, head.settings), (account, changed));

    let notes = noted(&store, NotedRecord::Account).await;
    for note in [
        change("Company Name", "Honeycomb Mfg.", "Honeycomb & Sons"),
        change("Password Expiration in Days", "180", ""),
        change("Service Tier", "Ultimate", "Premium"),
        change("Test Levers", "", "Clock, Deterministic credentials"),
    ] {
        assert!(notes.contains(&note), "{note:?}");
    }
}

#[tokio::test]
async fn a_setting_out_of_its_bounds_changes_nothing() {
    let (store, _place) = founded().await;
    let before = store.setup().await.unwrap();
    let edit = |form| SettingsForm {
        company_name: "Another".into(),
        idle_session_timeout: 5,
        ..form
    };
    let error = store.change_settings(edit, by()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Idle Session Timeout in Minutes must be from 15 to 720; it is 5."
    );
    assert_eq!(store.setup().await.unwrap(), before);
}

#[tokio::test]
async fn a_contract_smaller_than_what_records_have_is_refused() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    actions.add_integration("Second", "key-2").await.unwrap();
    let tier = |tier| {
        move |form| SettingsForm {
            tier,
            suitecloud_plus_licences: 0,
            ..form
        }
    };
    let error = store.change_settings(tier(Tier::Standard), by()).await;
    let error = error.unwrap_err();
    assert!(matches!(error, StoreError::Fields(_)), "{error}");
    store.change_settings(tier(Tier::Premium), by()).await.unwrap();
}

#[tokio::test]
async fn two_edits_at_once_both_count() {
    let (store, _place) = founded().await;
    let name = |form| SettingsForm {
        company_name: "Another".into(),
        ..form
    };
    let days = |form| SettingsForm {
        audit_retention_days: 7,
        ..form
    };
    let (first, second) = tokio::join!(
        store.change_settings(name, by()),
        store.change_settings(days, by())
    );
    first.and(second).unwrap();
    let head = store.head().await.unwrap().unwrap();
    assert_eq!(
        (
            head.account.company_name.as_str(),
            head.settings.audit_retention_days
        ),
        ("Another", 7)
    );
}
