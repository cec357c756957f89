//! Step one: a request token for an application that proves its consumer secret.

use countersign_model::{FlowRefusal, FlowStep, Named, RequestToken, RequestTokenId, RoleId, callback_of};
use countersign_protocol::{AccountId, Secret};
use countersign_store::SecretOwner;

use super::refused::FlowRefused;
use super::step::{FIRST, FlowAttempt, Step};
use crate::authority::Authority;

/// A request token with its secret, shown here and never again.
#[derive(Debug)]
pub struct IssuedRequestToken {
    pub token: RequestTokenId,
    pub secret: Secret,
    /// As it was sent.
    pub role: Option<RoleId>,
}

impl Authority {
    /// Issues a request token, or refuses. A refusal is in the Login Audit Trail before this returns.
    pub async fn issue_request_token(
        &self,
        attempt: &FlowAttempt<'_>,
    ) -> Result<IssuedRequestToken, FlowRefused> {
        let now = self.clock.now();
        let kind = FlowStep::RequestToken;
        let step = match self.read_step(attempt, kind, now).await? {
            Ok(step) => step,
            Err(refusal) => {
                return Err(self
                    .note_refusal(attempt, (kind, None), refusal.into(), now)
                    .await);
            }
        };
        match self.begin(&step, attempt.account).await {
            Ok(issued) => {
                self.note_success(attempt, &step, None).await;
                Ok(issued)
            }
            Err(refused) => Err(self
                .note_refusal(attempt, (kind, Some(&step)), refused, now)
                .await),
        }
    }

    async fn begin(&self, step: &Step<'_>, account: &AccountId) -> Result<IssuedRequestToken, FlowRefused> {
        let (signature, timestamp) = self.check_step(step, account).await?;
        let integration = &step.known_integration()?.record;
        let callback = match callback_of(integration, &step.parameter()) {
            // Not before the signature: the answer tells what the record holds.
            refused @ Err(FlowRefusal::InvalidCallback { .. }) => refused,
            callback => Ok(callback?),
        };
        signature.map_err(|_| FlowRefusal::InvalidSignature)?;
        let callback = callback?;
        let role = proposed_role(step)?;
        let fault = self.meet_fault(Some(integration.id))?;
        let _claimed = self.claim_nonce(step, timestamp)?;
        self.suffer_fault(fault).await?;

        let made = self
            .new_request_token()
            .map_err(|error| FlowRefused::Unavailable(error.to_string()))?;
        let (token, secret) = made;
        let owner = SecretOwner::RequestToken(token.clone());
        let sealed = self.secrets.seal(&owner, FIRST, &secret, &*self.entropy)?;
        let issued = RequestToken::issue(token.clone(), integration.id, callback, role, step.now);
        self.store.add_request_token(issued, sealed).await?;
        Ok(IssuedRequestToken { token, secret, role })
    }
}

/// The role the application proposes. Whether the user has it is seen when they choose.
fn proposed_role(step: &Step<'_>) -> Result<Option<RoleId>, FlowRefusal> {
    let Some(sent) = step.claim.header().other("role") else {
        return Ok(None);
    };
    let id = sent.text().parse::<i64>().ok().filter(|id| *id > 0);
    let malformed = || {
        FlowRefusal::MissingRequiredParameter(Named {
            mistake: "role_malformed",
            reason: "role is not an internal ID. Send the number of a role of the account, or leave it out."
                .to_owned(),
        })
    };
    id.map(RoleId::new).map(Some).ok_or_else(malformed)
}
