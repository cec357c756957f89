//! The token services that take a password: a user's own tokens are issued and revoked, and their roles are listed.
//!
//! Whoever comes this far has logged in, with a row of its own. What is refused them afterwards has a row as well.

use std::sync::Arc;

use countersign_levers::Fault;
use countersign_model::{
    AccessTokenId, By, Detail, LoginRow, LoginStatus, Masked, PasswordDenied, Role, Surface, TokenChange,
    User, Via,
};
use countersign_protocol::Secret;
use countersign_store::{Keeper, Maker, SecretOwner, TokenOrder};

use crate::administration::{AdministrationError, NewToken};
use crate::attempt::Source;
use crate::authority::Authority;
use crate::password_login::{LoggedInByPassword, PasswordAttempt, PasswordRefused};
use crate::principal::Principal;
use crate::refusal::Refused;

mod refused;

pub use refused::{NlAuthField, NotOwn, ServiceRefused, Unusable};

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
    /// Lets a caller in by password, unless a fault rule refuses them; gives the fault that is still to come.
    async fn enter(
        &self,
        attempt: &PasswordAttempt<'_>,
        consumer_key: &str,
    ) -> Result<(LoggedInByPassword, Option<Fault>), ServiceRefused> {
        let judged = self.judge(attempt).await?;
        let fault = match &judged.outcome {
            Ok(_) => {
                let application = self.directory.integration_by_key(consumer_key).await?;
                let integration = application.map(|known| known.record.id);
                self.meet_fault(integration)?
            }
            Err(_) => None,
        };
        let came_in = self.note(attempt, judged).await?;
        self.suffer_fault(fault).await?;
        Ok((came_in, fault))
    }

    /// issuetoken: a token for the user who gives the password, in their role.
    pub async fn issue_token_by_password(
        &self,
        attempt: &PasswordAttempt<'_>,
        consumer_key: &str,
        name: &str,
    ) -> Result<NewToken, ServiceRefused> {
        let (LoggedInByPassword { user, role, .. }, fault) = self.enter(attempt, consumer_key).await?;
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
        let (token, id) = self.noted(&asker, named, issued).await?;
        self.revoke_where(fault, id).await?;
        Ok(token)
    }

    async fn issue_own(
        &self,
        asker: &Asker<'_>,
        consumer_key: &str,
        name: &str,
    ) -> Result<(NewToken, AccessTokenId), ServiceRefused> {
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
        let issued = self.store.issue_token(order, token.id.clone(), sealed, by);
        let issued = issued.await?.id;
        self.take_in_change().await;
        Ok((token, issued))
    }

    /// revoketoken, for the user who gives the password.
    pub async fn revoke_token_by_password(
        &self,
        attempt: &PasswordAttempt<'_>,
        consumer_key: &str,
        token_id: &str,
    ) -> Result<(), ServiceRefused> {
        let (LoggedInByPassword { user, role, .. }, _fault) = self.enter(attempt, consumer_key).await?;
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
        let token = token.ok_or(ServiceRefused::UnknownToken(NotOwn::Unknown))?;
        if integration.is_none_or(|record| record.id != token.integration) {
            return Err(ServiceRefused::UnknownToken(NotOwn::OtherIntegration));
        }
        if token.user != asker.user.id {
            return Err(ServiceRefused::UnknownToken(NotOwn::OtherUser));
        }
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

    /// The roles of whoever gives the password. A second factor is not asked for: nobody comes in by this. Several accounts may be
    /// asked for one password, which fails when it fails in all of them: whoever asks counts that.
    pub async fn roles_by_password(
        &self,
        attempt: &PasswordAttempt<'_>,
    ) -> Result<Vec<Arc<Role>>, ServiceRefused> {
        let judged = self.judge(attempt).await?;
        let is_known = matches!(
            judged.outcome,
            Ok(_) | Err(PasswordDenied::TwoFactorRequired { .. } | PasswordDenied::NotEnrolled { .. })
        );
        let (user, fault) = match judged.user.clone().filter(|_| is_known) {
            Some(user) => (user, self.meet_fault(None)?),
            // Nobody, so this writes the row and refuses.
            None => {
                self.note_uncounted(attempt, judged).await?;
                return Ok(Vec::new());
            }
        };
        match self.note_uncounted(attempt, judged).await {
            Ok(_) | Err(PasswordRefused::Denied(_)) => self.suffer_fault(fault).await?,
            Err(refused) => return Err(refused.into()),
        }
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
        let said = || unusable.to_string();
        let (detail, mistake, reason) = match unusable {
            Unusable::Missing => (Detail::MissingRequiredFields, Some("no_header"), said()),
            Unusable::Field(field) => (Detail::MissingRequiredFields, Some(field.mistake()), said()),
            Unusable::Malformed(_) => (Detail::ParameterRejected, Some("nlauth_syntax"), said()),
            Unusable::Account(sent) => {
                let refused = Refused::realm(sent.as_deref(), &self.account());
                (Detail::RealmMismatch, refused.mistake, refused.reason)
            }
        };
        let status = LoginStatus::Failure {
            detail,
            reason,
            mistake: mistake.map(str::to_owned),
        };
        let row = self.service_row(source, status);
        self.audit_trail.append_durably(row).await?;
        Ok(())
    }

    /// Writes the row of a refusal that came after the login.
    async fn noted<T>(
        &self,
        asker: &Asker<'_>,
        named: Named<'_>,
        result: Result<T, ServiceRefused>,
    ) -> Result<T, ServiceRefused> {
        let Err(refused) = &result else { return result };
        let (detail, mistake) = match refused {
            ServiceRefused::Rule(rule) => (rule.detail(), rule.mistake()),
            ServiceRefused::UnknownIntegration => (Detail::ConsumerKeyUnknown, "consumer_key_unknown"),
            ServiceRefused::UnknownToken(why) => (Detail::TokenRejected, why.mistake()),
            ServiceRefused::State(_) => (Detail::TokenRejected, "token_revoked"),
            ServiceRefused::Fields(_) => (Detail::ParameterRejected, "token_name_wrong"),
            ServiceRefused::Password(_) | ServiceRefused::Fault(_) | ServiceRefused::Failed(_) => {
                return result;
            }
        };
        let reason = match refused {
            ServiceRefused::UnknownToken(why) => why.to_string(),
            refused => refused.to_string(),
        };
        let status = LoginStatus::Failure {
            detail,
            reason,
            mistake: Some(mistake.to_owned()),
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
        By::user(user, Via::Api, self.clock.now())
    }
}
