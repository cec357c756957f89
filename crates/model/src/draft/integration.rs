//! An integration record, as it is filled in and saved.

use super::field::{Check, FieldErrors};
use crate::{
    ApplicationId, Authentication, Credentials, Governance, Integration, IntegrationId, IntegrationState,
    Origin,
};
use countersign_world::UnixTime;

/// Setup > Integration > Manage Integrations > New or Edit, as filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationForm {
    pub name: String,
    pub description: String,
    pub note: String,
    pub state: IntegrationState,
    pub authentication: Authentication,
    pub concurrency_limit: Option<u32>,
}

impl IntegrationForm {
    /// What the New page opens with.
    pub fn new_page() -> Self {
        Self {
            authentication: Authentication::of_new_page(),
            ..Self::default()
        }
    }
}

impl Default for IntegrationForm {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            note: String::new(),
            state: IntegrationState::Enabled,
            authentication: Authentication::default(),
            concurrency_limit: None,
        }
    }
}

impl From<&Integration> for IntegrationForm {
    /// What the Edit page opens with.
    fn from(integration: &Integration) -> Self {
        Self {
            name: integration.name.clone(),
            description: integration.description.clone(),
            note: integration.note.clone(),
            state: integration.state,
            authentication: integration.authentication.clone(),
            concurrency_limit: integration.concurrency_limit,
        }
    }
}

/// An integration record that may be created.
#[derive(Clone, Debug)]
pub struct IntegrationDraft(IntegrationForm);

impl IntegrationDraft {
    /// A callback URL is held to its rules here, and again when the authorization flow begins. Whether the concurrency
    /// limit is still to be had is for [`check_allocation`](Self::check_allocation).
    pub fn parse(form: IntegrationForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        if form.state == IntegrationState::WaitingForApproval {
            check.refuse("State", WAITING);
        }
        let form = checked(form, &mut check);
        check.finish(Self(form))
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether the record gets its first pair with this Save.
    pub const fn needs_credentials(&self) -> bool {
        self.0.authentication.token_based_authentication
    }

    /// Whether the limit asked for is still unallocated: one request always stays so.
    pub fn check_allocation(
        &self,
        governance: Governance,
        allocated_to_others: u32,
    ) -> Result<(), FieldErrors> {
        check_allocation(self.0.concurrency_limit, governance, allocated_to_others)
    }

    pub fn into_integration(
        self,
        id: IntegrationId,
        application_id: ApplicationId,
        credentials: Option<Credentials>,
        now: UnixTime,
    ) -> Integration {
        let form = self.0;
        Integration {
            id,
            name: form.name,
            description: form.description,
            note: form.note,
            state: form.state,
            origin: Origin::ThisAccount,
            application_id,
            authentication: form.authentication,
            concurrency_limit: form.concurrency_limit,
            credentials,
            created: now,
            last_modified: now,
            uninstalled: None,
        }
    }
}

/// A change to an integration record that may be saved.
#[derive(Clone, Debug)]
pub struct IntegrationEdit {
    before: Integration,
    form: IntegrationForm,
}

impl IntegrationEdit {
    /// Of a record from a bundle or another account only State and Note can be changed.
    pub fn parse(current: &Integration, form: IntegrationForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        if current.is_uninstalled() {
            check.refuse(
                "Name",
                "is of a record that was uninstalled and cannot be changed.",
            );
        }
        if form.state == IntegrationState::WaitingForApproval && current.state != form.state {
            check.refuse("State", WAITING);
        }
        let form = checked(form, &mut check);
        if current.origin != Origin::ThisAccount {
            refuse_foreign(current, &form, &mut check);
        }
        check.finish(Self {
            before: current.clone(),
            form,
        })
    }

    pub fn name(&self) -> &str {
        &self.form.name
    }

    /// Whether the record gets its first pair with this Save: Token-based Authentication is checked for the first time.
    pub const fn needs_credentials(&self) -> bool {
        self.form.authentication.token_based_authentication && self.before.credentials.is_none()
    }

    /// As [`IntegrationDraft::check_allocation`]. A limit that stays is not asked for again.
    pub fn check_allocation(
        &self,
        governance: Governance,
        allocated_to_others: u32,
    ) -> Result<(), FieldErrors> {
        let wanted = self.form.concurrency_limit;
        if wanted == self.before.concurrency_limit {
            return Ok(());
        }
        check_allocation(wanted, governance, allocated_to_others)
    }

    /// The record after the Save. `first` is the pair for a record that [needs](Self::needs_credentials) one; a pair
    /// it has is kept.
    pub fn into_integration(self, first: Option<Credentials>, now: UnixTime) -> Integration {
        let Self { before, form } = self;
        Integration {
            name: form.name,
            description: form.description,
            note: form.note,
            state: form.state,
            authentication: form.authentication,
            concurrency_limit: form.concurrency_limit,
            credentials: before.credentials.clone().or(first),
            last_modified: now,
            ..before
        }
    }
}

const WAITING: &str = "must be Enabled or Blocked: only an installed record waits for approval.";

fn checked(form: IntegrationForm, check: &mut Check) -> IntegrationForm {
    let name = check.name("Name", &form.name);
    let description = check.text("Description", &form.description);
    let note = check.text("Note", &form.note);
    let mut authentication = form.authentication;
    let callback = authentication
        .callback_url
        .take()
        .map(|url| url.trim().to_owned());
    authentication.callback_url = callback.filter(|url| !url.is_empty());
    match authentication.callback() {
        Some(Err(error)) => check.refuse("Callback URL", error.to_string()),
        None if authentication.authorization_flow => check.refuse(
            "Callback URL",
            "is required when TBA: Authorization Flow is checked; clear the box, or say where the application is called back.",
        ),
        _ => {}
    }
    if form.concurrency_limit == Some(0) {
        check.refuse(
            "Concurrency Limit",
            "must be at least 1; leave it empty for no limit of its own.",
        );
    }
    IntegrationForm {
        name,
        description,
        note,
        authentication,
        ..form
    }
}

fn refuse_foreign(current: &Integration, form: &IntegrationForm, check: &mut Check) {
    let theirs = IntegrationForm::from(current);
    let changed = [
        ("Name", form.name != theirs.name),
        ("Description", form.description != theirs.description),
        ("Authentication", form.authentication != theirs.authentication),
        (
            "Concurrency Limit",
            form.concurrency_limit != theirs.concurrency_limit,
        ),
    ];
    for (field, _) in changed.into_iter().filter(|(_, changed)| *changed) {
        check.refuse(
            field,
            format!(
                "cannot be changed here: the record was installed from {}. State and Note can.",
                current.origin
            ),
        );
    }
}

fn check_allocation(
    wanted: Option<u32>,
    governance: Governance,
    allocated_to_others: u32,
) -> Result<(), FieldErrors> {
    let mut check = Check::default();
    if let Some(Err(error)) = wanted.map(|wanted| governance.allocate(wanted, allocated_to_others)) {
        check.refuse("Concurrency Limit", error.to_string());
    }
    check.finish(())
}

#[cfg(test)]
mod tests;
