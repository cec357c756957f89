//! The token services that take a password: a user's own tokens are issued and revoked, and their roles are listed.
//!
//! Whoever comes this far has logged in, with a row of its own. What is refused them afterwards has a row as well.

use std::sync::Arc;

use countersign_model::{
    Actor, By, Detail, FieldErrors, LoginRow, LoginStatus, Masked, PasswordDenied, Role, Surface,
    TokenChange, TokenRefused, TokenStateError, User, Via,
};
use countersign_protocol::Secret;
use countersign_store::{Keeper, Maker, SecretOwner, StoreError, TokenOrder};

use crate::administration::{AdministrationError, NewToken};
use crate::attempt::Source;
use crate::authority::Authority;
use crate::password_login::{LoggedInByPassword, PasswordAttempt, PasswordRefused};
use crate::principal::Principal;
use crate::refusal::Refused;

/// Why a token service does not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceRefused {
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The rules do not let this user; who logged in may read why.
    #[error(transparent)]
    Rule(TokenRefused),
    #[error("No integration record of this account has this consumer key.")]
    UnknownIntegration,
    /// None of that integration record, or another user's: one answer.
    #[error("You have no such token of this integration record.")]
    UnknownToken,
    #[error(transparent)]
    State(TokenStateError),
    #[error(transparent)]
    Fields(FieldErrors),
    #[error(transparent)]
    Failed(AdministrationError),
}

/// Credentials that are refused before anybody is looked up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("The request has no Authorization header, or several. Send one, with NLAuth.")]
    Missing,
    #[error("{0} is missing from the NLAuth header.")]
    Field(&'static str),
    #[error("The Authorization header cannot be read: {0}.")]
    Malformed(String),
    #[error("The account that was sent is not this one.")]
    Account(Option<String>),
}

/// Who asks, and by which of the words above they are known.
struct Asker<'a> {
    user: &'a User,
    role: &'a Role,
    source: Source<'a>,
}

/// The token that is asked about, as it was sent.
#[derive(Clone, Copy, Debug)]
struct Named<'a> {
    consumer_key: &'a str,
    token_id: Option<&'a str>,
}

impl Authority {
    /// issuetoken: a token for the user who gives the password, in their role.
    pub async fn issue_token_by_password(
        &self,
        attempt: &PasswordAttempt<'_>,
        consumer_key: &str,
        name: &str,
    ) -> Result<NewToken, ServiceRefused> {
        let LoggedInByPassword { user, role, .. } = self.log_in_by_password(attempt).await?;
        let asker = Asker {
            user: &user,
            role: &role,
            source: attempt.source,
        };
        let named = Named {
            consumer_key,
            token_id: None,
        };
        let issued = self.issue_own(&asker, consumer_key, name).await;
        self.noted(&asker, named, issued).await
    }

    async fn issue_own(
        &self,
        asker: &Asker<'_>,
        consumer_key: &str,
        name: &str,
    ) -> Result<NewToken, ServiceRefused> {
        let integration = self.store.integration_by_consumer_key(consumer_key).await?;
        let integration = integration.ok_or(ServiceRefused::UnknownIntegration)?;
        let (token, _numbering) = self.first_of_token().await?;
        let owner = SecretOwner::AccessToken(token.id.clone());
        let sealed = self.secrets.seal(&owner, 1, &token.secret, &*self.entropy);
        let sealed = sealed.map_err(AdministrationError::from)?;
        let order = TokenOrder {
            maker: Maker::IssueToken,
            integration: integration.id,
            user: asker.user.id,
            role: asker.role.id,
            name: name.to_owned(),
        };
        let by = self.by(asker.user);
        self.store
            .issue_token(order, token.id.clone(), sealed, by)
            .await?;
        self.take_in_change().await;
        Ok(token)
    }

    /// revoketoken, for the user who gives the password.
    pub async fn revoke_token_by_password(
        &self,
        attempt: &PasswordAttempt<'_>,
        consumer_key: &str,
        token_id: &str,
    ) -> Result<(), ServiceRefused> {
        let LoggedInByPassword { user, role, .. } = self.log_in_by_password(attempt).await?;
        let asker = Asker {
            user: &user,
            role: &role,
            source: attempt.source,
        };
        self.revoke(&asker, consumer_key, token_id).await
    }

    /// revoketoken, for the user of the token that signed.
    pub async fn revoke_token_by_token(
        &self,
        principal: &Principal,
        source: Source<'_>,
        consumer_key: &str,
        token_id: &str,
    ) -> Result<(), ServiceRefused> {
        let asker = Asker {
            user: principal.user(),
            role: principal.role(),
            source,
        };
        self.revoke(&asker, consumer_key, token_id).await
    }

    async fn revoke(
        &self,
        asker: &Asker<'_>,
        consumer_key: &str,
        token_id: &str,
    ) -> Result<(), ServiceRefused> {
        let named = Named {
            consumer_key,
            token_id: Some(token_id),
        };
        let revoked = self.revoke_own(asker, consumer_key, token_id).await;
        self.noted(asker, named, revoked).await
    }

    /// One's own only, also for who may manage other users' tokens elsewhere.
    async fn revoke_own(
        &self,
        asker: &Asker<'_>,
        consumer_key: &str,
        token_id: &str,
    ) -> Result<(), ServiceRefused> {
        let integration = self.store.integration_by_consumer_key(consumer_key).await?;
        let token = self.store.token_by_id(token_id).await?;
        let own = integration.zip(token).filter(|(integration, token)| {
            token.integration == integration.id && token.user == asker.user.id
        });
        let (_, token) = own.ok_or(ServiceRefused::UnknownToken)?;
        let keeper = Keeper::User {
            user: asker.user.id,
            role: asker.role.id,
        };
        let by = self.by(asker.user);
        self.store
            .change_token_state(token.id, TokenChange::Revoke, keeper, by)
            .await?;
        self.take_in_change().await;
        Ok(())
    }

    /// The roles of whoever gives the password. A second factor is not asked for: nobody comes in by this.
    pub async fn roles_by_password(
        &self,
        attempt: &PasswordAttempt<'_>,
    ) -> Result<Vec<Arc<Role>>, PasswordRefused> {
        match self.log_in_by_password(attempt).await {
            Ok(_)
            | Err(PasswordRefused::Denied(
                PasswordDenied::TwoFactorRequired { .. } | PasswordDenied::NotEnrolled { .. },
            )) => {}
            Err(refused) => return Err(refused),
        }
        let found = self.store.user_by_login(attempt.email.to_owned()).await;
        let found = found.map_err(AdministrationError::from)?;
        let Some((user, _)) = found else {
            return Ok(Vec::new());
        };
        let snapshot = self.snapshot();
        let scene = snapshot.scene(attempt.surface, attempt.source.ip, self.clock.now());
        let is_open = |role: &&Arc<Role>| scene.may_stay(&user, role).is_ok();
        Ok(snapshot.roles().filter(is_open).map(Arc::clone).collect())
    }

    /// Writes the row of credentials that name nobody here, before anybody is answered. Where a password came along it
    /// is compared with nothing, so that its time tells no more than the answer.
    pub async fn refuse_credentials(
        &self,
        unusable: &Unusable,
        password: Option<&Secret>,
        source: Source<'_>,
    ) -> Result<(), AdministrationError> {
        if let Some(password) = password {
            self.passwords.matches(password, None).await?;
        }
        let (detail, reason, mistake) = match unusable {
            Unusable::Missing | Unusable::Field(_) => {
                (Detail::MissingRequiredFields, unusable.to_string(), None)
            }
            Unusable::Malformed(_) => (Detail::ParameterRejected, unusable.to_string(), None),
            Unusable::Account(sent) => {
                let refused = Refused::realm(sent.as_deref(), &self.account());
                (
                    Detail::RealmMismatch,
                    refused.reason,
                    refused.mistake.map(str::to_owned),
                )
            }
        };
        let status = LoginStatus::Failure {
            detail,
            reason,
            mistake,
        };
        let row = self.service_row(source, status);
        Ok(self.audit_trail.append_durably(row).await?)
    }

    /// Writes the row of a refusal that came after the login.
    async fn noted<T>(
        &self,
        asker: &Asker<'_>,
        named: Named<'_>,
        result: Result<T, ServiceRefused>,
    ) -> Result<T, ServiceRefused> {
        let Err(refused) = &result else { return result };
        let detail = match refused {
            ServiceRefused::Rule(rule) => rule.detail(),
            ServiceRefused::UnknownIntegration => Detail::ConsumerKeyUnknown,
            ServiceRefused::UnknownToken | ServiceRefused::State(_) => Detail::TokenRejected,
            ServiceRefused::Fields(_) => Detail::ParameterRejected,
            ServiceRefused::Password(_) | ServiceRefused::Failed(_) => return result,
        };
        let status = LoginStatus::Failure {
            detail,
            reason: refused.to_string(),
            mistake: None,
        };
        let application = self.directory.integration_by_key(named.consumer_key).await?;
        let row = LoginRow {
            user: Some(asker.user.into()),
            role: Some(asker.role.into()),
            application_name: application.map(|known| known.record.name.clone()),
            consumer_key: Some(Masked::of(named.consumer_key)),
            token_id: named.token_id.map(Masked::of),
            ..self.service_row(asker.source, status)
        };
        let written = self.audit_trail.append_durably(row).await;
        written.map_err(|error| ServiceRefused::Failed(error.into()))?;
        result
    }

    fn service_row(&self, source: Source<'_>, status: LoginStatus) -> LoginRow {
        source.row(Surface::TokenService, status, self.clock.now())
    }

    fn by(&self, user: &User) -> By {
        By {
            actor: Actor {
                user: Some(user.id),
                name: user.name.clone(),
                via: Via::Api,
            },
            at: self.clock.now(),
        }
    }
}

impl From<AdministrationError> for ServiceRefused {
    fn from(error: AdministrationError) -> Self {
        match error {
            AdministrationError::Store(error) => error.into(),
            error => Self::Failed(error),
        }
    }
}

impl From<StoreError> for ServiceRefused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TokenRefused(refused) => Self::Rule(refused),
            StoreError::Token(state) => Self::State(state),
            StoreError::Fields(fields) => Self::Fields(fields),
            error => Self::Failed(error.into()),
        }
    }
}
