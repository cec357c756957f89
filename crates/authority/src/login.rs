//! Verification: the checks of a login, in their order.
//!
//! What a caller can learn from time is kept small: the signature work is done for unknown keys and tokens as well,
//! and what is wrong with the integration record, the token or the signature is answered after it.

use std::cell::RefCell;
use std::sync::Arc;

use countersign_ledger::Nonce;
use countersign_model::{
    Detail, Feature, IntegrationState, LoginRole, LoginRow, LoginScene, LoginStatus, LoginUser, Masked,
    OneLine, RequestUri, SecurityChallenge, may_log_in,
};
use countersign_protocol::{Scratch, SignatureMismatch, SignatureValid, SigningKey};
use countersign_store::SecretOwner;
use countersign_world::UnixTime;

use crate::attempt::{Claim, LoginAttempt};
use crate::audit_trail::ONE;
use crate::authority::Authority;
use crate::directory::{Directory, KnownIntegration, KnownToken};
use crate::principal::{Principal, Records};
use crate::refusal::Refused;
use crate::secrets::SecretError;

thread_local! {
    /// Warm after the first requests of a thread: verification then allocates nothing for its base strings.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

impl Authority {
    /// Lets a request in, or refuses it. Either way the Login Audit Trail gets its row.
    pub async fn log_in(&self, attempt: &LoginAttempt<'_>) -> Result<Principal, Refused> {
        let now = self.clock.now();
        let directory = self.directory();
        let claim = attempt.claim();
        let result = match &claim {
            Ok(claim) => self.check(attempt, claim, &directory, now).await,
            Err(refused) => Err(refused.clone()),
        };
        let status = match &result {
            Ok(_) => Some(LoginStatus::Success),
            Err(Refused {
                detail: Some(detail),
                reason,
                mistake,
                ..
            }) => Some(LoginStatus::Failure {
                detail: *detail,
                reason: reason.clone(),
                mistake: mistake.map(str::to_owned),
            }),
            Err(Refused { detail: None, .. }) => None,
        };
        // Whoever it is, and only where somebody reads it: work done for known callers alone can be measured outside.
        if let (Ok(claim), Err(refused)) = (&claim, &result)
            && tracing::enabled!(tracing::Level::DEBUG)
        {
            let base_string = claim.base_string();
            // Told of known keys and tokens only: what is unknown may be a secret in the wrong place.
            if refused.detail == Some(Detail::InvalidSignature) {
                tracing::debug!(
                    base_string,
                    "what this account signs for the request as it arrived"
                );
            }
        }
        let claim = claim.as_ref().ok();
        if let Some(status) = status {
            self.audit_trail
                .append(row(attempt, claim, &directory, status, now))
                .await;
        }
        result.map_err(|refused| Refused {
            application: application(claim, &directory).map(|integration| integration.record.name.clone()),
            ..refused
        })
    }

    /// Account, stamp, feature, integration record, token, signature, user and role, place, nonce: in this order.
    async fn check(
        &self,
        attempt: &LoginAttempt<'_>,
        claim: &Claim<'_>,
        directory: &Arc<Directory>,
        now: UnixTime,
    ) -> Result<Principal, Refused> {
        let account = &directory.account.id;
        if claim.account() != Some(account.as_str()) {
            return Err(Refused::realm(claim.account(), account));
        }
        let timestamp = claim.check_stamp(now.seconds())?;
        if !directory.features.has(Feature::TokenBasedAuthentication) {
            return Err(Refused::feature_off());
        }

        let integration = directory.integration_of(claim.consumer_key());
        let token = directory.token_of(claim.token());
        let signature = self.verify(claim, directory, integration, token).await?;
        let integration = usable(integration)?;
        let token = usable_token(token, integration, directory)?;
        let signature = signature.map_err(|_| Refused::signature())?;

        let user = directory
            .user(token.record.user)
            .ok_or_else(Refused::token_unknown)?;
        let role = directory
            .role(token.record.role)
            .ok_or_else(Refused::token_unknown)?;
        let scene = LoginScene {
            surface: attempt.surface,
            address: attempt.source.ip,
            now,
            features: &directory.features,
            company_ip_rules: None,
        };
        let may_log_in = may_log_in(user, role, &scene)?;

        // Before the nonce: a client that is told to try again sends the same header, and it must still be good.
        let pools: Vec<_> = integration
            .pool
            .iter()
            .chain([&self.account_pool])
            .cloned()
            .collect();
        let slot = self.slots.acquire(&pools).map_err(|busy| Refused::busy(&busy))?;
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
            directory: Arc::clone(directory),
            integration: Arc::clone(integration),
            token: Arc::clone(token),
            user: Arc::clone(user),
            role: Arc::clone(role),
        };
        Ok(Principal::new(
            records,
            attempt.surface,
            signature,
            &may_log_in,
            slot,
            nonce,
        ))
    }

    /// The signature, checked with the key of the pair, or with one that fits nothing where there is no such pair.
    async fn verify(
        &self,
        claim: &Claim<'_>,
        directory: &Directory,
        integration: Option<&Arc<KnownIntegration>>,
        token: Option<&Arc<KnownToken>>,
    ) -> Result<Result<SignatureValid, SignatureMismatch>, Refused> {
        let pair = integration
            .zip(token)
            .filter(|(integration, token)| token.record.integration == integration.record.id);
        let key = match pair {
            Some((integration, token)) => self.key(directory, integration, token).await?,
            None => &self.no_key,
        };
        Ok(SCRATCH.with_borrow_mut(|scratch| claim.verify(key, scratch)))
    }

    async fn key<'t>(
        &self,
        directory: &Directory,
        integration: &KnownIntegration,
        token: &'t KnownToken,
    ) -> Result<&'t SigningKey, Refused> {
        let open = async || {
            let record = &integration.record;
            // A record is found by its key alone, so it has one.
            let key = record.consumer_key().cloned();
            let key = key.ok_or_else(|| SecretError::Missing(record.name.clone()))?;
            let consumer_secret = self.secrets.open(SecretOwner::Integration(key)).await?;
            let token_secret = self
                .secrets
                .open(SecretOwner::AccessToken(token.record.token_id.clone()))
                .await?;
            Ok(SigningKey::new(&consumer_secret, Some(&token_secret)))
        };
        let key = token.key.get_or_try_init(open).await;
        key.map_err(|error: SecretError| {
            tracing::error!(%error, account = %directory.account.id, "a secret cannot be opened");
            Refused::unavailable(error.to_string())
        })
    }
}

/// The integration record is there and lets tokens in.
fn usable(integration: Option<&Arc<KnownIntegration>>) -> Result<&Arc<KnownIntegration>, Refused> {
    let integration = integration.ok_or_else(Refused::consumer_key_unknown)?;
    let record = &integration.record;
    if record.state != IntegrationState::Enabled {
        return Err(Refused::consumer_key_refused(&record.name, record.state));
    }
    if !record.authentication.token_based_authentication {
        return Err(Refused::token_based_authentication_unchecked(&record.name));
    }
    Ok(integration)
}

/// The token is there, active, and of this integration record.
fn usable_token<'d>(
    token: Option<&'d Arc<KnownToken>>,
    integration: &KnownIntegration,
    directory: &Directory,
) -> Result<&'d Arc<KnownToken>, Refused> {
    let token = token.ok_or_else(Refused::token_unknown)?;
    let record = &token.record;
    if record.integration != integration.record.id {
        let owner = directory.known_integration(record.integration);
        let owner = owner.map_or("another", |owner| owner.record.name.as_str());
        return Err(Refused::token_of_another(
            &record.name,
            owner,
            &integration.record.name,
        ));
    }
    if record.is_active() {
        Ok(token)
    } else {
        Err(Refused::token_state(&record.name, record.state))
    }
}

/// The integration record whose key was sent.
fn application<'d>(claim: Option<&Claim<'_>>, directory: &'d Directory) -> Option<&'d Arc<KnownIntegration>> {
    claim.and_then(|claim| directory.integration_of(claim.consumer_key()))
}

fn row(
    attempt: &LoginAttempt<'_>,
    claim: Option<&Claim<'_>>,
    directory: &Directory,
    status: LoginStatus,
    at: UnixTime,
) -> LoginRow {
    let integration = application(claim, directory);
    let token = claim.and_then(|claim| directory.token_of(claim.token()));
    let user = token.and_then(|token| directory.user(token.record.user));
    let role = token.and_then(|token| directory.role(token.record.role));
    LoginRow {
        at,
        status,
        surface: attempt.surface,
        user: user.map(|user| LoginUser {
            id: user.id,
            name: user.name.clone(),
            email: user.email.clone(),
        }),
        role: role.map(|role| LoginRole {
            id: role.id,
            name: role.name.clone(),
        }),
        token_name: token.map(|token| token.record.name.clone()),
        application_name: integration.map(|integration| integration.record.name.clone()),
        ip: attempt.source.ip,
        user_agent: attempt.source.user_agent.map(OneLine::of),
        request_uri: RequestUri::of(attempt.source.uri),
        security_challenge: SecurityChallenge::NotAsked,
        callback: None,
        consumer_key: claim.map(|claim| Masked::of(claim.consumer_key())),
        token_id: claim.map(|claim| Masked::of(claim.token())),
        count: ONE,
    }
}
