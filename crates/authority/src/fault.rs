//! What a fault rule of a test account does to a request that was let in.

use countersign_levers::Fault;
use countersign_model::{Actor, By, TokenChange, Via};
use countersign_store::{Keeper, StoreError};

use crate::authority::Authority;
use crate::principal::Principal;
use crate::refusal::{PublicAnswer, Refused};

/// Whom the system notes name for what a fault rule does.
const RULE: &str = "a fault rule of this test account";

impl Authority {
    /// The caller is let go on, or is answered in place of the service. All the while they hold their place among the
    /// running requests.
    pub(crate) async fn suffer(&self, fault: Fault, principal: Principal) -> Result<Principal, Refused> {
        match fault {
            Fault::Delayed(delay) => {
                tokio::time::sleep(delay.duration()).await;
                Ok(principal)
            }
            Fault::TokenRevoked => {
                self.revoke_mid_flight(&principal).await?;
                Ok(principal)
            }
            Fault::Answered(error) => Err(Refused::by_fault(PublicAnswer::Fails(error), principal.end())),
            Fault::Dropped => Err(Refused::by_fault(PublicAnswer::Dropped, principal.end())),
            Fault::RefusedForConcurrency => Err(Refused::busy_by_fault(principal.end())),
        }
    }

    /// For good, as an administrator would while the request runs: it is answered, and the token's next one is refused.
    async fn revoke_mid_flight(&self, principal: &Principal) -> Result<(), Refused> {
        let by = By {
            actor: Actor {
                user: None,
                name: RULE.to_owned(),
                via: Via::Api,
            },
            at: self.clock.now(),
        };
        let (token, revoke) = (principal.token().id, TokenChange::Revoke);
        match self
            .store
            .change_token_state(token, revoke, Keeper::Owner, by)
            .await
        {
            // Revoked or deleted by somebody else a moment ago.
            Ok(_) | Err(StoreError::Token(_) | StoreError::Unknown(_)) => {}
            Err(error) => return Err(error.into()),
        }
        self.take_in_change().await;
        Ok(())
    }
}
