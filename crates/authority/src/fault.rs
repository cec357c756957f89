//! What a fault rule of a test account does to a request that was let in.

use countersign_levers::{Call, Fault, Service};
use countersign_model::{AccessTokenId, Actor, By, IntegrationId, TokenChange, Via};
use countersign_store::{Keeper, StoreError};

use crate::authority::Authority;
use crate::principal::Principal;
use crate::refusal::{BY_FAULT, PublicAnswer, Refused};

/// Whom the system notes name for what a fault rule does.
const RULE: &str = "a fault rule of this test account";

/// A fault rule answers in place of a token service. The caller was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{BY_FAULT}")]
pub struct ByFault(pub PublicAnswer);

/// A call of a token service without an access token, by a password or in the authorization flow.
impl Authority {
    /// Asks the rules, once a call, when it would be let in. Who is refused for concurrency is so before a login is noted
    /// or a nonce used; any other fault is [suffered](Self::suffer_fault) after that.
    pub(crate) fn meet_fault(&self, integration: Option<IntegrationId>) -> Result<Option<Fault>, ByFault> {
        let service = Service::TokenServices;
        match self.levers.next_fault(Call { service, integration }) {
            Some(Fault::RefusedForConcurrency) => Err(ByFault(PublicAnswer::ConcurrencyLimit)),
            fault => Ok(fault),
        }
    }

    pub(crate) async fn suffer_fault(&self, fault: Option<Fault>) -> Result<(), ByFault> {
        match fault {
            Some(Fault::Delayed(delay)) => {
                tokio::time::sleep(delay.duration()).await;
                Ok(())
            }
            Some(Fault::Answered(error)) => Err(ByFault(PublicAnswer::Fails(error))),
            Some(Fault::Dropped) => Err(ByFault(PublicAnswer::Dropped)),
            Some(Fault::RefusedForConcurrency | Fault::TokenRevoked) | None => Ok(()),
        }
    }

    /// The access token that the call made, where the rule revokes one: it is dead before its owner has it.
    pub(crate) async fn revoke_where(
        &self,
        fault: Option<Fault>,
        made: AccessTokenId,
    ) -> Result<(), StoreError> {
        match fault {
            Some(Fault::TokenRevoked) => self.revoke_by_rule(made).await,
            _ => Ok(()),
        }
    }
}

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
                self.revoke_by_rule(principal.token().id).await?;
                Ok(principal)
            }
            Fault::Answered(error) => Err(Refused::by_fault(PublicAnswer::Fails(error), principal.end())),
            Fault::Dropped => Err(Refused::by_fault(PublicAnswer::Dropped, principal.end())),
            Fault::RefusedForConcurrency => Err(Refused::busy_by_fault(principal.end())),
        }
    }

    /// For good, as an administrator would while the request runs: it is answered, and the token's next one is refused.
    async fn revoke_by_rule(&self, token: AccessTokenId) -> Result<(), StoreError> {
        let by = By {
            actor: Actor {
                user: None,
                name: RULE.to_owned(),
                via: Via::Api,
            },
            at: self.clock.now(),
        };
        let revoke = TokenChange::Revoke;
        match self
            .store
            .change_token_state(token, revoke, Keeper::Owner, by)
            .await
        {
            // Revoked or deleted by somebody else a moment ago.
            Ok(_) | Err(StoreError::Token(_) | StoreError::Unknown(_)) => {}
            Err(error) => return Err(error),
        }
        self.take_in_change().await;
        Ok(())
    }
}
