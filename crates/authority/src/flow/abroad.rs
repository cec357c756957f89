//! The end of the flow in another account of this server than the application's own: its record is installed there, and
//! the access token is that account's.

use countersign_model::{
    EntityId, FeatureSet, Integration, LoginRow, LoginScene, LoginStatus, Masked, RequestTokenId, Role,
    RoleId, Surface, User,
};
use countersign_protocol::{AccountId, Secret};
use countersign_store::{Exchanged, Granted, SecretOwner};
use countersign_world::UnixTime;

use super::refused::FlowRefused;
use super::step::{FIRST, FlowAttempt, Success, failure, row};
use crate::administration::{AdministrationError, NewToken};
use crate::authority::Authority;

/// What a user of another account allowed an application. Made where its request token was used up, and nowhere else.
#[derive(Debug)]
pub struct Grant {
    pub(super) account: AccountId,
    pub(super) user: EntityId,
    pub(super) role: RoleId,
    pub(super) request_token: RequestTokenId,
    pub(super) definition: Integration,
    /// The account the definition is of.
    pub(super) from: AccountId,
    pub(super) consumer_secret: Secret,
}

impl Grant {
    /// Where the access token is to be made.
    pub const fn account(&self) -> &AccountId {
        &self.account
    }
}

impl Authority {
    /// Installs the application of another account, where it is not yet, and makes the access token that a user here
    /// allowed it; or refuses. A refusal is in the Login Audit Trail of this account before this returns.
    pub async fn complete_grant(
        &self,
        attempt: &FlowAttempt<'_>,
        grant: &Grant,
    ) -> Result<NewToken, FlowRefused> {
        let now = self.clock.now();
        let completed = self.complete(attempt, grant, now).await;
        let (success, status) = match &completed {
            Ok((_, made)) => {
                let success = Success {
                    user: &made.user,
                    role: &made.role,
                    token_name: &made.token.name,
                };
                (Some(success), LoginStatus::Success)
            }
            Err(FlowRefused::Refused { refusal, .. }) => (None, failure(refusal)),
            Err(_) => return completed.map(|(token, _)| token),
        };
        let key = grant.definition.consumer_key();
        let row = LoginRow {
            application_name: Some(grant.definition.name.clone()),
            consumer_key: key.map(|key| Masked::of(key.as_str())),
            token_id: Some(Masked::of(grant.request_token.as_str())),
            ..row(attempt, None, success.as_ref(), status, now)
        };
        self.audit_trail.append_durably(row).await?;
        completed.map(|(token, _)| token)
    }

    async fn complete(
        &self,
        attempt: &FlowAttempt<'_>,
        grant: &Grant,
        now: UnixTime,
    ) -> Result<(NewToken, Exchanged), FlowRefused> {
        let unavailable = |error: AdministrationError| FlowRefused::Unavailable(error.to_string());
        let key = grant.definition.consumer_key().cloned();
        let key =
            key.ok_or_else(|| FlowRefused::Unavailable("the application has no consumer key".to_owned()))?;
        let (made, _numbering) = self.first_of_token().await.map_err(unavailable)?;
        let (consumer, token) = (
            SecretOwner::Integration(key),
            SecretOwner::AccessToken(made.id.clone()),
        );
        let seal = |owner, secret| self.secrets.seal(owner, FIRST, secret, &*self.entropy);
        let granted = Granted {
            definition: grant.definition.clone(),
            from: grant.from.clone(),
            consumer_secret: seal(&consumer, &grant.consumer_secret)?,
            user: grant.user,
            role: grant.role,
            token_id: made.id.clone(),
            token_secret: seal(&token, &made.secret)?,
            at: now,
        };
        let (snapshot, address) = (self.snapshot(), attempt.source.ip);
        let admit = move |user: &User, role: &Role, features: &FeatureSet| {
            let scene = LoginScene {
                features,
                ..snapshot.scene(Surface::AuthorizationFlow, address, now)
            };
            scene.may_stay(user, role)
        };
        let exchanged = self.store.install_for_token(granted, admit).await?;
        self.take_in_change().await;
        Ok((made, exchanged))
    }
}
