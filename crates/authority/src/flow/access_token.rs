//! Step three: an allowed request token becomes an access token.

use countersign_credential::digest;
use countersign_model::{
    FeatureSet, FlowRefusal, FlowStep, LoginScene, Role, Surface, User, VerifierAnswer, VerifierHash,
    serves_flow,
};
use countersign_store::{Exchange, Exchanged, SecretOwner};

use super::refused::FlowRefused;
use super::step::{FIRST, FlowAttempt, Step, Success};
use crate::administration::NewToken;
use crate::authority::Authority;

impl Authority {
    /// Exchanges a request token for an access token, once, or refuses. A refusal is in the Login Audit Trail before this
    /// returns.
    pub async fn exchange_request_token(&self, attempt: &FlowAttempt<'_>) -> Result<NewToken, FlowRefused> {
        let now = self.clock.now();
        let kind = FlowStep::AccessToken;
        let step = match self.read_step(attempt, kind, now).await? {
            Ok(step) => step,
            Err(refusal) => {
                return Err(self
                    .note_refusal(attempt, (kind, None), refusal.into(), now)
                    .await);
            }
        };
        match self.exchange(attempt, &step).await {
            Ok((made, Exchanged { token, user, role })) => {
                let success = Success {
                    user: &user,
                    role: &role,
                    token_name: &token.name,
                };
                self.note_success(attempt, &step, Some(&success)).await;
                Ok(made)
            }
            Err(refused) => Err(self
                .note_refusal(attempt, (kind, Some(&step)), refused, now)
                .await),
        }
    }

    async fn exchange(
        &self,
        attempt: &FlowAttempt<'_>,
        step: &Step<'_>,
    ) -> Result<(NewToken, Exchanged), FlowRefused> {
        let (signature, timestamp) = self.check_step(step).await?;
        let integration = &step.known_integration()?.record;
        serves_flow(integration)?;
        let unknown = FlowRefusal::TokenRejected("does not exist; begin with step one again");
        let token = step.token.clone().ok_or(unknown)?;
        let id = token.token.clone();
        // Whether it is one that can be exchanged at all; the verifier comes after the signature.
        if let Err(refused @ FlowRefusal::TokenRejected(_)) =
            token.exchange(integration.id, VerifierAnswer::Wrong, step.now)
        {
            return Err(refused.into());
        }
        signature.map_err(|_| FlowRefusal::InvalidSignature)?;
        let _claimed = self.claim_nonce(step, timestamp)?;

        let verifier = step.parameter();
        let verifier = (!verifier.is_empty()).then(|| VerifierHash::parse(digest(&verifier)));
        let unavailable = |error: &dyn std::fmt::Display| FlowRefused::Unavailable(error.to_string());
        let first = self.first_of_token().await;
        let (made, _numbering) = first.map_err(|error| unavailable(&error))?;
        let owner = SecretOwner::AccessToken(made.id.clone());
        let exchange = Exchange {
            token: id,
            caller: integration.id,
            verifier: verifier.transpose().map_err(|error| unavailable(&error))?,
            token_id: made.id.clone(),
            secret: self.secrets.seal(&owner, FIRST, &made.secret, &*self.entropy)?,
            at: step.now,
        };
        let (snapshot, address, now) = (self.snapshot(), attempt.source.ip, step.now);
        let admit = move |user: &User, role: &Role, features: &FeatureSet| {
            let scene = LoginScene {
                features,
                ..snapshot.scene(Surface::AuthorizationFlow, address, now)
            };
            scene.may_stay(user, role)
        };
        let exchanged = self.store.exchange_for_access_token(exchange, admit).await?;
        self.take_in_change().await;
        Ok((made, exchanged))
    }
}
