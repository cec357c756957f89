//! What an account holds of the way to a first signed call. Steps are ticked by nothing else.

use countersign_authority::{AdministrationError, Authority, Caller, TokenWithUse};
use countersign_model::{
    ExecutionSearch, ExecutionStatus, Feature, Integration, LoginSearch, Role, Surface, User,
};
use countersign_store::{IntegrationFilter, MAX_ROWS, TokenFilter, UserFilter};

/// What is done. None where whoever looks may not see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) feature: bool,
    pub(super) integration: Option<bool>,
    pub(super) role: bool,
    pub(super) user: Option<bool>,
    pub(super) token: Option<bool>,
    /// A login by token was let in.
    pub(super) let_in: Option<bool>,
    /// A call was answered. None also where the execution logs, which are kept for days only, have no call.
    pub(super) answered: Option<bool>,
}

impl Done {
    pub(super) async fn of(authority: &Authority, caller: &Caller) -> Result<Self, AdministrationError> {
        let snapshot = authority.snapshot();
        let on = |feature| snapshot.features.has(feature);
        let applications = authority.integrations(caller, IntegrationFilter::default(), None, MAX_ROWS);
        let applications = seen(applications.await)?;
        let tokens = authority.tokens(caller, TokenFilter::default(), None, MAX_ROWS);
        let tokens = seen(tokens.await)?;
        let any = |is: fn(&TokenWithUse) -> bool| tokens.as_ref().map(|tokens| tokens.iter().any(is));
        let token = any(|token| token.token.is_active());
        let used = any(|token| token.used.last.is_some());
        // An Administrator needs neither another role nor another user for a token of their own.
        let (role, user) = match token {
            Some(true) => (true, Some(true)),
            _ => holders(authority, caller).await?,
        };
        Ok(Self {
            feature: on(Feature::TokenBasedAuthentication) && on(Feature::RestWebServices),
            integration: applications.map(|applications| applications.iter().any(takes_tokens)),
            role,
            user,
            token,
            let_in: let_in(authority, caller).await?.or(used),
            answered: answered(authority, caller).await?,
        })
    }

    /// Whether a call was made; where nothing is known of its answer, its login is what counts.
    pub(super) fn called(self) -> Option<bool> {
        self.answered.or(self.let_in)
    }

    /// Nobody has begun.
    pub(super) fn is_nothing(self) -> bool {
        self.integration == Some(false) && self.token == Some(false)
    }
}

fn takes_tokens(record: &Integration) -> bool {
    record.authentication.token_based_authentication && !record.is_uninstalled()
}

/// Whether there is a role for logins by token, and a user who has one.
async fn holders(
    authority: &Authority,
    caller: &Caller,
) -> Result<(bool, Option<bool>), AdministrationError> {
    let snapshot = authority.snapshot();
    let logs_in = |role: &Role| !role.administrator && !role.inactive && role.logs_in_by_token();
    let has_one = |user: &User| {
        let mut roles = user
            .roles
            .iter()
            .filter_map(|assigned| snapshot.role(assigned.role));
        user.give_access && roles.any(|role| logs_in(role))
    };
    let filter = UserFilter {
        inactive: Some(false),
        ..UserFilter::default()
    };
    let users = seen(authority.users(caller, filter, None, MAX_ROWS).await)?;
    let user = users.map(|users| users.iter().any(has_one));
    // The standard roles are there from the start; giving one of them to somebody will do.
    let made = snapshot.roles().any(|role| !role.is_standard() && logs_in(role));
    Ok((made || user == Some(true), user))
}

/// Whether a request of those in the execution logs ended well.
async fn answered(authority: &Authority, caller: &Caller) -> Result<Option<bool>, AdministrationError> {
    for (status, answered) in [(Some(ExecutionStatus::Finished), true), (None, false)] {
        let search = ExecutionSearch {
            status,
            ..ExecutionSearch::default()
        };
        let found = seen(authority.execution_log(caller, search, None, 1).await)?;
        if found.is_some_and(|found| !found.rows.is_empty()) {
            return Ok(Some(answered));
        }
    }
    Ok(None)
}

/// Whether the login of a signed call is in the trail.
async fn let_in(authority: &Authority, caller: &Caller) -> Result<Option<bool>, AdministrationError> {
    for surface in [Surface::Rest, Surface::Restlet, Surface::Soap] {
        let search = LoginSearch {
            success: Some(true),
            surface: Some(surface),
            ..LoginSearch::default()
        };
        let found = authority.login_audit_trail(caller, search, None, 1);
        match seen(found.await)? {
            None => return Ok(None),
            Some(found) if !found.rows.is_empty() => return Ok(Some(true)),
            Some(_) => {}
        }
    }
    Ok(Some(false))
}

fn seen<T>(result: Result<T, AdministrationError>) -> Result<Option<T>, AdministrationError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(AdministrationError::Forbidden(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
