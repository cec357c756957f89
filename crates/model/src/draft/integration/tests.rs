use super::*;
use crate::ConsumerKey;
use crate::integration::tests::integration;

const NOW: UnixTime = UnixTime::from_seconds(5);

fn form() -> IntegrationForm {
    IntegrationForm {
        name: "Warehouse sync".into(),
        ..IntegrationForm::default()
    }
}

fn pair(key: &str) -> Option<Credentials> {
    Some(Credentials::first(ConsumerKey::parse(key).unwrap()))
}

fn fields(errors: &FieldErrors) -> Vec<&'static str> {
    errors.iter().map(|error| error.field).collect()
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let wrong = IntegrationForm {
        name: String::new(),
        state: IntegrationState::WaitingForApproval,
        authentication: Authentication {
            authorization_flow: true,
            callback_url: Some("  ".into()),
            ..Authentication::default()
        },
        concurrency_limit: Some(0),
        ..form()
    };
    let errors = IntegrationDraft::parse(wrong).unwrap_err();
    assert_eq!(
        fields(&errors),
        ["State", "Name", "Callback URL", "Concurrency Limit"]
    );
}

#[test]
fn the_new_page_has_three_boxes_checked_and_waits_for_its_callback_url() {
    let page = IntegrationForm {
        name: "Warehouse sync".into(),
        ..IntegrationForm::new_page()
    };
    let boxes = &page.authentication;
    assert!(boxes.token_based_authentication && boxes.authorization_flow && boxes.authorization_code_grant);
    let errors = IntegrationDraft::parse(page.clone()).unwrap_err();
    assert_eq!(fields(&errors), ["Callback URL"]);
    let with_callback = IntegrationForm {
        authentication: Authentication {
            callback_url: Some("https://app.example.com/cb".into()),
            ..page.authentication
        },
        ..page
    };
    assert!(
        IntegrationDraft::parse(with_callback)
            .unwrap()
            .needs_credentials()
    );
}

#[test]
fn checking_the_box_on_an_existing_record_makes_its_pair_once() {
    let mut without = form();
    without.authentication.token_based_authentication = false;
    let draft = IntegrationDraft::parse(without).unwrap();
    assert!(!draft.needs_credentials());
    let record = draft.into_integration(
        IntegrationId::new(7),
        ApplicationId::from_bytes([1; 16]),
        None,
        NOW,
    );
    let mut form = IntegrationForm::from(&record);
    form.authentication.token_based_authentication = true;
    let edit = IntegrationEdit::parse(&record, form.clone()).unwrap();
    assert!(edit.needs_credentials());
    let record = edit.into_integration(pair("first"), NOW);
    form.authentication.token_based_authentication = false;
    let cleared = IntegrationEdit::parse(&record, form.clone())
        .unwrap()
        .into_integration(None, NOW);
    form.authentication.token_based_authentication = true;
    let again = IntegrationEdit::parse(&cleared, form).unwrap();
    assert!(!again.needs_credentials(), "the pair outlives the box");
    assert_eq!(
        again.into_integration(pair("second"), NOW).credentials,
        pair("first")
    );
}

#[test]
fn of_an_installed_record_only_state_and_note_are_changed() {
    let installed = Integration {
        origin: Origin::Bundle("41309".into()),
        ..integration(IntegrationState::Enabled)
    };
    let theirs = IntegrationForm::from(&installed);
    let ours = IntegrationForm {
        note: "approved by Ada".into(),
        state: IntegrationState::Blocked,
        ..theirs.clone()
    };
    let edit = IntegrationEdit::parse(&installed, ours).unwrap();
    assert_eq!(edit.into_integration(None, NOW).note, "approved by Ada");
    let renamed = IntegrationForm {
        name: "Mine".into(),
        concurrency_limit: Some(2),
        ..theirs
    };
    let errors = IntegrationEdit::parse(&installed, renamed).unwrap_err();
    assert_eq!(fields(&errors), ["Name", "Concurrency Limit"]);
}

#[test]
fn a_record_that_waits_may_go_on_waiting_and_no_other_begins_to() {
    let waiting = Integration {
        origin: Origin::Account("7654321".parse().unwrap()),
        ..integration(IntegrationState::WaitingForApproval)
    };
    let noted = IntegrationForm {
        note: "asked the vendor".into(),
        ..IntegrationForm::from(&waiting)
    };
    assert!(IntegrationEdit::parse(&waiting, noted).is_ok());
    let enabled = integration(IntegrationState::Enabled);
    let back = IntegrationForm {
        state: IntegrationState::WaitingForApproval,
        ..IntegrationForm::from(&enabled)
    };
    assert_eq!(
        fields(&IntegrationEdit::parse(&enabled, back).unwrap_err()),
        ["State"]
    );
}

#[test]
fn a_limit_beyond_what_is_unallocated_is_refused() {
    let draft = |limit| {
        IntegrationDraft::parse(IntegrationForm {
            concurrency_limit: limit,
            ..form()
        })
        .unwrap()
    };
    let account = Governance::default();
    assert!(draft(Some(2)).check_allocation(account, 2).is_ok());
    assert!(draft(None).check_allocation(account, 4).is_ok());
    let error = draft(Some(3)).check_allocation(account, 2).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("Concurrency Limit must be from 1 to 2"),
        "{error}"
    );
}
