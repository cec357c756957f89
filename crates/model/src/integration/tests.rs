use super::*;
use crate::differences;

const NOW: UnixTime = UnixTime::from_seconds(9);

/// A record made here, with its first pair.
pub(crate) fn integration(state: IntegrationState) -> Integration {
    Integration {
        id: IntegrationId::new(1),
        name: "Warehouse sync".into(),
        description: String::new(),
        note: String::new(),
        state,
        origin: Origin::ThisAccount,
        application_id: ApplicationId::from_bytes([0; 16]),
        authentication: Authentication::default(),
        concurrency_limit: None,
        credentials: Some(Credentials::first(key("first-consumer-key"))),
        created: UnixTime::from_seconds(1),
        last_modified: UnixTime::from_seconds(1),
        uninstalled: None,
    }
}

fn key(text: &str) -> ConsumerKey {
    ConsumerKey::parse(text).unwrap()
}

#[test]
fn a_waiting_record_can_be_approved_or_blocked() {
    let approved = integration(IntegrationState::WaitingForApproval)
        .apply(IntegrationChange::Enable, NOW)
        .unwrap();
    assert_eq!(
        (approved.state, approved.last_modified),
        (IntegrationState::Enabled, NOW)
    );
    let blocked = approved.apply(IntegrationChange::Block, NOW).unwrap();
    assert_eq!(blocked.state, IntegrationState::Blocked);
    assert!(!blocked.is_listed(false) && blocked.is_listed(true));
}

#[test]
fn a_change_that_changes_nothing_is_refused() {
    let error = integration(IntegrationState::Blocked)
        .apply(IntegrationChange::Block, NOW)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Warehouse sync is already Blocked; nothing was changed"
    );
}

#[test]
fn a_reset_gives_a_new_pair_of_the_next_generation() {
    let before = integration(IntegrationState::Enabled);
    let after = before
        .clone()
        .reset_credentials(key("second-consumer-key-2"), NOW)
        .unwrap();
    assert_eq!(after.credentials.as_ref().unwrap().generation, 2);
    let changed = differences(Some(&before), Some(&after));
    let changed: Vec<_> = changed
        .iter()
        .map(|difference| (&*difference.field, difference.new.as_deref()))
        .collect();
    assert_eq!(
        changed,
        [("Consumer Key", Some("…ey-2 (pair 2)"))],
        "no note holds a whole key"
    );
}

#[test]
fn only_a_record_made_here_with_the_box_checked_can_be_reset() {
    let reset = |integration: Integration| integration.reset_credentials(key("k"), NOW).unwrap_err();
    let mut unchecked = integration(IntegrationState::Enabled);
    unchecked.authentication.token_based_authentication = false;
    assert!(matches!(
        reset(unchecked),
        IntegrationStateError::NotTokenBased { .. }
    ));
    let bundled = Integration {
        origin: Origin::Bundle("41309".into()),
        ..integration(IntegrationState::Enabled)
    };
    assert_eq!(
        reset(bundled).to_string(),
        "the credentials of Warehouse sync can be reset only where it was made: it was installed from bundle 41309"
    );
}

#[test]
fn an_uninstalled_record_is_listed_nowhere_and_changed_no_more() {
    let gone = integration(IntegrationState::Enabled).uninstall(NOW).unwrap();
    assert!(!gone.is_listed(true));
    let refused = IntegrationStateError::Uninstalled {
        name: "Warehouse sync".into(),
    };
    assert_eq!(
        gone.clone().apply(IntegrationChange::Block, NOW),
        Err(refused.clone())
    );
    assert_eq!(
        gone.clone().reset_credentials(key("k"), NOW),
        Err(refused.clone())
    );
    assert_eq!(gone.uninstall(NOW), Err(refused));
}
