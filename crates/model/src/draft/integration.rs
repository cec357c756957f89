//! A new integration record.

use super::field::{Check, FieldErrors};
use crate::{
    ApplicationId, Authentication, CallbackUrl, ConsumerKey, Integration, IntegrationId, IntegrationState,
};
use countersign_world::UnixTime;

/// Setup > Integration > Manage Integrations > New, as filled in.
#[derive(Clone, Debug)]
pub struct IntegrationForm {
    pub name: String,
    pub description: String,
    pub note: String,
    pub state: IntegrationState,
    pub authentication: Authentication,
    pub concurrency_limit: Option<u32>,
}

/// An integration record that may be created.
#[derive(Clone, Debug)]
pub struct IntegrationDraft(IntegrationForm);

impl IntegrationDraft {
    /// A callback URL is held to its rules here, and again when the authorization flow begins.
    pub fn parse(form: IntegrationForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        let name = check.name("Name", &form.name);
        let description = check.text("Description", &form.description);
        let note = check.text("Note", &form.note);
        let mut authentication = form.authentication;
        let callback = authentication
            .callback_url
            .map(|url| check.text("Callback URL", &url));
        authentication.callback_url = callback.filter(|url| !url.is_empty());
        if let Some(Err(error)) = authentication.callback_url.as_deref().map(CallbackUrl::parse) {
            check.refuse("Callback URL", error.to_string());
        }
        if authentication.authorization_flow && authentication.callback_url.is_none() {
            check.refuse(
                "Callback URL",
                "is required when TBA: Authorization Flow is checked.",
            );
        }
        if form.state == IntegrationState::WaitingForApproval {
            check.refuse(
                "State",
                "must be Enabled or Blocked: only an installed record waits for approval.",
            );
        }
        if form.concurrency_limit == Some(0) {
            check.refuse(
                "Concurrency Limit",
                "must be at least 1; leave it empty for no limit of its own.",
            );
        }
        check.finish(Self(IntegrationForm {
            name,
            description,
            note,
            authentication,
            ..form
        }))
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The record, with the first generation of its credentials.
    pub fn into_integration(
        self,
        id: IntegrationId,
        application_id: ApplicationId,
        consumer_key: ConsumerKey,
        now: UnixTime,
    ) -> Integration {
        let form = self.0;
        Integration {
            id,
            name: form.name,
            description: form.description,
            note: form.note,
            state: form.state,
            application_id,
            authentication: form.authentication,
            concurrency_limit: form.concurrency_limit,
            consumer_key,
            secret_generation: 1,
            created: now,
            last_modified: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> IntegrationForm {
        IntegrationForm {
            name: "Warehouse sync".into(),
            description: String::new(),
            note: String::new(),
            state: IntegrationState::Enabled,
            authentication: Authentication::default(),
            concurrency_limit: None,
        }
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
        let fields: Vec<&str> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["Name", "Callback URL", "State", "Concurrency Limit"]);
    }

    #[test]
    fn a_new_record_has_token_based_authentication_checked_and_its_first_credentials() {
        let integration = IntegrationDraft::parse(form()).unwrap().into_integration(
            IntegrationId::new(7),
            ApplicationId::from_bytes([1; 16]),
            ConsumerKey::parse("key").unwrap(),
            UnixTime::from_seconds(5),
        );
        assert!(integration.authentication.token_based_authentication);
        assert_eq!(integration.secret_generation, 1);
        assert_eq!(integration.created, integration.last_modified);
    }
}
