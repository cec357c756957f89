//! Verification: the checks of a login, in their order.
//!
//! What a caller can learn from time is kept small: the signature work is done for unknown keys and tokens as well,
//! and what is wrong with the integration record, the token or the signature is answered after it. What must be read
//! from the store first is read for unknown ones too; and every refusal waits for its row in the trail. What is left: a
//! name that was asked for a moment ago is answered from memory, whether it is known or not.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use countersign_ledger::Nonce;
use countersign_levers::{Call, Fault};
use countersign_model::{
    AccessToken, ConsumerKey, Detail, Feature, Integration, LoginRole, LoginRow, LoginStatus, LoginUser,
    Masked, TokenId, TokenObstacle, may_log_in,
};
use countersign_protocol::{AccountId, Scratch, SignatureMismatch, SignatureValid, SigningKey};
use countersign_store::{SecretOwner, StoreError};
use countersign_world::UnixTime;

use crate::attempt::{Claim, LoginAttempt};
use crate::authority::Authority;
use crate::directory::Claimed;
use crate::execution::Execution;
use crate::principal::{Principal, Records};
use crate::records::{KnownIntegration, KnownToken};
use crate::refusal::Refused;
use crate::secrets::SecretError;
use crate::snapshot::Snapshot;

thread_local! {
    /// Warm after the first requests of a thread: verification then allocates nothing for its base strings.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

impl Authority {
    /// Lets a request in, or refuses it. Either way the Login Audit Trail gets its row: a refusal before it is answered,
    /// a success soon after.
    pub async fn log_in(&self, attempt: &LoginAttempt<'_>) -> Result<Principal, Refused> {
        let (begun, now) = (self.clock.elapsed(), self.clock.now());
        let snapshot = self.snapshot();
        let claim = attempt.claim();
        let claimed = match &claim {
            Ok(claim) => {
                self.directory
                    .claimed(claim.consumer_key(), claim.token())
                    .await?
            }
            Err(_) => Claimed::default(),
        };
        let result = match &claim {
            Ok(claim) => {
                self.check(attempt, claim, &claimed, &snapshot, (now, begun))
                    .await
            }
            Err(refused) => Err(refused.clone()),
        };
        show_base_string(claim.as_ref().ok(), result.as_ref().err());
        let row = |status| row(attempt, claim.as_ref().ok(), &claimed, &snapshot, status, now);
        match result {
            Ok((principal, fault)) => {
                self.audit_trail.append(row(LoginStatus::Success)).await;
                if let Some(integration) = &claimed.integration {
                    integration.proved.add(principal.token().id);
                }
                self.token_uses.count(principal.token().id, now);
                match fault {
                    None => Ok(principal),
                    Some(fault) => self.suffer(fault, principal).await,
                }
            }
            Err(refused) => {
                let mut written = None;
                if let Some(status) = refused.status() {
                    let row = self.audit_trail.append_durably(row(status)).await;
                    written = Some(row.map_err(|error| Refused::unavailable(error.to_string()))?);
                }
                let integration = claimed.integration.as_ref();
                let application = integration.map(|integration| integration.record.name.clone());
                Err(Refused {
                    application,
                    row: written,
                    ..refused
                })
            }
        }
    }

    /// Account, stamp, feature, integration record, token, signature, user and role, place, nonce: in this order. Whoever
    /// comes through may still have a fault to suffer.
    async fn check(
        &self,
        attempt: &LoginAttempt<'_>,
        claim: &Claim<'_>,
        claimed: &Claimed,
        snapshot: &Arc<Snapshot>,
        (now, begun): (UnixTime, Duration),
    ) -> Result<(Principal, Option<Fault>), Refused> {
        let account = &snapshot.account.id;
        if claim.account() != Some(account.as_str()) {
            return Err(self.refuse_realm(claim, claimed, account, now).await?);
        }
        let timestamp = claim.check_stamp(now.seconds())?;
        if !snapshot.features.has(Feature::TokenBasedAuthentication) {
            return Err(Refused::feature_off());
        }

        let signature = self.verify(claim, claimed, account).await?;
        let integration = usable(claimed.integration.as_ref())?;
        let token = self.usable_token(claimed.token.as_ref(), integration).await?;
        let signature = signature.map_err(|_| Refused::signature())?;

        let user = claimed.user.as_ref().ok_or(TokenObstacle::ENTITY_DELETED)?;
        let role = snapshot.role(token.record.role);
        let role = role.ok_or(TokenObstacle::ROLE_DELETED)?;
        let scene = snapshot.scene(attempt.surface, attempt.source.ip, now);
        let may_log_in = may_log_in(user, role, &scene).map_err(TokenObstacle::Login)?;

        let execution = Execution::begin(attempt, &integration.record, user, role, (now, begun));
        let fault = attempt.service.and_then(|service| {
            self.levers.next_fault(Call {
                service,
                integration: Some(integration.record.id),
            })
        });
        // Before the nonce: a client that is told to try again sends the same header, and it must still be good.
        if fault == Some(Fault::RefusedForConcurrency) {
            return Err(Refused::busy_by_fault(execution));
        }
        let account_pool = (self.account_pool.clone(), self.concurrency_limit(snapshot));
        let slot = match integration.pool.clone() {
            Some(own) => self.slots.acquire(&[own, account_pool]),
            None => self.slots.acquire(&[account_pool]),
        };
        let slot = match slot {
            Ok(slot) => slot,
            Err(busy) => return Err(Refused::busy(&busy, execution)),
        };
        let (consumer_key, token_id, nonce) = (claim.consumer_key(), claim.token(), claim.nonce());
        let nonce = self.ledger.claim(
            &Nonce {
                consumer_key,
                token: token_id,
                timestamp,
                nonce,
            },
            now,
        )?;
        let records = Records {
            snapshot: Arc::clone(snapshot),
            integration: Arc::clone(integration),
            token: Arc::clone(token),
            user: Arc::clone(user),
            role: Arc::clone(role),
        };
        let surface = attempt.surface;
        let principal = Principal::new(records, execution, surface, signature, &may_log_in, slot, nonce);
        Ok((principal, fault))
    }

    /// Another account is meant, which may be held beside this one: neither words nor time tell the caller whether it is.
    async fn refuse_realm(
        &self,
        claim: &Claim<'_>,
        claimed: &Claimed,
        account: &AccountId,
        now: UnixTime,
    ) -> Result<Refused, Refused> {
        let refused = Refused::realm(claim.account(), account);
        if let Err(stamp) = claim.check_stamp(now.seconds()) {
            let public = Refused::from(stamp).public;
            return Ok(Refused { public, ..refused });
        }
        let nobody = Claimed {
            integration: None,
            token: None,
            user: None,
            was_cold: claimed.was_cold,
        };
        self.verify(claim, &nobody, account).await?.ok();
        Ok(refused)
    }

    /// The signature, checked with the key of the pair, or with one that fits nothing where there is no such pair.
    async fn verify(
        &self,
        claim: &Claim<'_>,
        claimed: &Claimed,
        account: &AccountId,
    ) -> Result<Result<SignatureValid, SignatureMismatch>, Refused> {
        let verify = |key: &SigningKey| SCRATCH.with_borrow_mut(|scratch| claim.verify(key, scratch));
        let pair = claimed.integration.as_ref().zip(claimed.token.as_ref());
        let pair = pair.filter(|(integration, token)| token.record.integration == integration.record.id);
        let Some((integration, token)) = pair else {
            // What a known pair has read at its first use.
            if claimed.was_cold {
                let look = async || self.look_for_secrets(claim).await;
                self.directory.in_line(look).await?;
            }
            return Ok(verify(&self.no_key));
        };
        let cell = token.key.with(integration.generation());
        let open = async || self.open_key(&integration.record, &token.record).await;
        let key = cell.get_or_try_init(|| self.directory.in_line(open));
        let key = key.await.map_err(|error: SecretError| {
            tracing::error!(%error, %account, "a secret cannot be opened");
            Refused::unavailable(error.to_string())
        })?;
        Ok(verify(key))
    }

    async fn open_key(
        &self,
        integration: &Integration,
        token: &AccessToken,
    ) -> Result<SigningKey, SecretError> {
        // A record is found by its key alone, so it has one.
        let pair = integration.credentials.as_ref();
        let pair = pair.ok_or_else(|| SecretError::Missing(integration.name.clone()))?;
        let (consumer, owner) = (
            SecretOwner::Integration(pair.consumer_key.clone()),
            SecretOwner::AccessToken(token.token_id.clone()),
        );
        let (consumer_secret, token_secret) = tokio::try_join!(
            self.secrets.open(consumer, pair.generation),
            self.secrets.open(owner, token.secret_generation),
        )?;
        Ok(SigningKey::new(&consumer_secret, Some(&token_secret)))
    }

    /// Reads what [`Self::open_key`] reads, and takes nothing of it.
    async fn look_for_secrets(&self, claim: &Claim<'_>) -> Result<(), StoreError> {
        let (key, token) = (
            ConsumerKey::parse(claim.consumer_key()),
            TokenId::parse(claim.token()),
        );
        // What cannot be the name of anything can be seen by anybody.
        let (Ok(key), Ok(token)) = (key, token) else {
            return Ok(());
        };
        tokio::try_join!(
            self.store.sealed_secret(SecretOwner::Integration(key)),
            self.store.sealed_secret(SecretOwner::AccessToken(token)),
        )?;
        Ok(())
    }

    /// The token is there, active, and of this integration record.
    async fn usable_token<'c>(
        &self,
        token: Option<&'c Arc<KnownToken>>,
        integration: &KnownIntegration,
    ) -> Result<&'c Arc<KnownToken>, Refused> {
        let token = token.ok_or_else(Refused::token_unknown)?;
        let (record, caller) = (&token.record, &integration.record);
        if record.integration != caller.id {
            let owner = self.directory.integration(record.integration).await?;
            let owner = owner.map_or_else(|| "another".to_owned(), |owner| owner.name);
            return Err(Refused::token_of_another(&record.name, &owner, &caller.name));
        }
        match record.obstacle() {
            Some(obstacle) => Err(obstacle.into()),
            None => Ok(token),
        }
    }
}

/// The integration record is there and lets tokens in.
fn usable(integration: Option<&Arc<KnownIntegration>>) -> Result<&Arc<KnownIntegration>, Refused> {
    let integration = integration.ok_or_else(Refused::consumer_key_unknown)?;
    match integration.record.obstacle() {
        Some(obstacle) => Err(obstacle.into()),
        None => Ok(integration),
    }
}

/// Shows what this account signs, where somebody reads it. It is made whoever the caller is: work done for known callers
/// alone can be measured outside.
fn show_base_string(claim: Option<&Claim<'_>>, refused: Option<&Refused>) {
    let (Some(claim), Some(refused)) = (claim, refused) else {
        return;
    };
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    let base_string = claim.base_string();
    // Told of known keys and tokens only: what is unknown may be a secret in the wrong place.
    if refused.detail == Some(Detail::InvalidSignature) {
        tracing::debug!(
            base_string,
            "what this account signs for the request as it arrived"
        );
    }
}

fn row(
    attempt: &LoginAttempt<'_>,
    claim: Option<&Claim<'_>>,
    claimed: &Claimed,
    snapshot: &Snapshot,
    status: LoginStatus,
    at: UnixTime,
) -> LoginRow {
    let (token, user) = (claimed.token.as_ref(), claimed.user.as_ref());
    let role = token.and_then(|token| snapshot.role(token.record.role));
    let integration = claimed.integration.as_ref();
    LoginRow {
        user: user.map(|user| LoginUser::from(&**user)),
        role: role.map(|role| LoginRole::from(&**role)),
        token_name: token.map(|token| token.record.name.clone()),
        application_name: integration.map(|integration| integration.record.name.clone()),
        consumer_key: claim.map(|claim| Masked::of(claim.consumer_key())),
        token_id: claim.map(|claim| Masked::of(claim.token())),
        ..attempt.source.row(attempt.surface, status, at)
    }
}
