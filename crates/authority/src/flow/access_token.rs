//! Step three: an allowed request token becomes an access token.

use countersign_bearer::digest;
use countersign_model::{
    FeatureSet, FlowRefusal, FlowStep, LoginScene, RequestTokenFault, RequestTokenId, Role, Surface, User,
    VerifierAnswer, VerifierHash, serves_flow,
};
use countersign_protocol::AccountId;
use countersign_store::{Exchange, SecretOwner};

use super::abroad::Grant;
use super::refused::FlowRefused;
use super::step::{FIRST, FlowAttempt, Step, Success};
use crate::administration::NewToken;
use crate::authority::Authority;

/// What a request token was exchanged for.
#[derive(Debug)]
pub enum Exchanged {
    Token(NewToken),
    /// The access token is still to be made in another account, whose user allowed it.
    Elsewhere(Box<Grant>),
}

/// As [`Exchanged`], with the records of the token.
enum Outcome {
    Here(NewToken, Box<countersign_store::Exchanged>),
    Elsewhere(Box<Grant>),
}

impl Authority {
    /// Exchanges a request token, once, or refuses. A refusal is in the Login Audit Trail before this returns.
    pub async fn exchange_request_token(&self, attempt: &FlowAttempt<'_>) -> Result<Exchanged, FlowRefused> {
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
            Ok(Outcome::Here(made, of)) => {
                let success = Success {
                    user: &of.user,
                    role: &of.role,
                    token_name: &of.token.name,
                };
                self.note_success(attempt, &step, Some(&success)).await;
                Ok(Exchanged::Token(made))
            }
            Ok(Outcome::Elsewhere(grant)) => Ok(Exchanged::Elsewhere(grant)),
            Err(refused) => Err(self
                .note_refusal(attempt, (kind, Some(&step)), refused, now)
                .await),
        }
    }

    async fn exchange(&self, attempt: &FlowAttempt<'_>, step: &Step<'_>) -> Result<Outcome, FlowRefused> {
        let (signature, timestamp) = self.check_step(step, attempt.account).await?;
        let integration = &step.known_integration()?.record;
        serves_flow(integration)?;
        let token = step.token.clone();
        let token = token.ok_or(FlowRefusal::TokenRejected(RequestTokenFault::Unknown))?;
        let (id, allowed_in) = (token.token.clone(), token.allowed_in.clone());
        // Whether it is one that can be exchanged at all; the verifier comes after the signature.
        if let Err(refused @ FlowRefusal::TokenRejected(_)) =
            token.exchange(integration.id, VerifierAnswer::Wrong, step.now)
        {
            return Err(refused.into());
        }
        signature.map_err(|_| FlowRefusal::InvalidSignature)?;
        let fault = self.meet_fault(Some(integration.id))?;
        let _claimed = self.claim_nonce(step, timestamp)?;
        self.suffer_fault(fault).await?;

        let verifier = step.parameter();
        let verifier = (!verifier.is_empty()).then(|| VerifierHash::parse(digest(&verifier)));
        let unavailable = |error: &dyn std::fmt::Display| FlowRefused::Unavailable(error.to_string());
        let verifier = verifier.transpose().map_err(|error| unavailable(&error))?;
        if let Some(account) = allowed_in {
            let grant = self.grant(step, id, account, verifier).await?;
            return Ok(Outcome::Elsewhere(Box::new(grant)));
        }
        let first = self.first_of_token().await;
        let (made, _numbering) = first.map_err(|error| unavailable(&error))?;
        let owner = SecretOwner::AccessToken(made.id.clone());
        let exchange = Exchange {
            token: id,
            caller: integration.id,
            verifier,
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
        self.revoke_where(fault, exchanged.token.id).await?;
        Ok(Outcome::Here(made, Box::new(exchanged)))
    }

    /// Uses up a request token that a user of another account allowed.
    async fn grant(
        &self,
        step: &Step<'_>,
        request_token: RequestTokenId,
        account: AccountId,
        verifier: Option<VerifierHash>,
    ) -> Result<Grant, FlowRefused> {
        let definition = step.known_integration()?.record.clone();
        let pair = definition.credentials.clone();
        let pair = pair.ok_or(FlowRefusal::UnknownIntegration)?;
        let owner = SecretOwner::Integration(pair.consumer_key);
        let consumer_secret = self.secrets.open(owner, pair.generation).await?;
        let spent = self
            .store
            .use_request_token_up(request_token.clone(), definition.id, verifier, step.now);
        let (user, role) = spent.await?;
        Ok(Grant {
            account,
            user,
            role,
            request_token,
            definition,
            from: self.account(),
            consumer_secret,
        })
    }
}
