//! What both steps have in common: reading the request, its signature, its nonce, its row.

use std::sync::Arc;

use countersign_ledger::{ClaimError, Nonce, NonceClaimed};
use countersign_model::{
    ConsumerKey, Feature, FlowRefusal, FlowStep, LoginRow, LoginStatus, Masked, OneLine, RequestToken,
    RequestTokenId, RequestTokenState, Role, Surface, User,
};
use countersign_protocol::{
    AccountId, Needs, Request, RequestError, Scratch, SignatureMismatch, SignatureValid, SigningKey,
    Unverified,
};
use countersign_store::SecretOwner;
use countersign_world::UnixTime;

use super::refused::{FlowRefused, missing, named, of_header};
use crate::attempt::Source;
use crate::authority::Authority;
use crate::records::KnownIntegration;
use crate::refusal::Refused;
use crate::secrets::SecretError;

/// The generation of a request token's secret: it never has another.
pub(crate) const FIRST: u64 = 1;

/// A request for one of the two steps.
#[derive(Clone, Copy, Debug)]
pub struct FlowAttempt<'a> {
    /// What is signed, where it can be signed at all.
    pub request: Result<Request<'a>, &'a RequestError>,
    /// The values of all `Authorization` headers.
    pub authorization: &'a [&'a str],
    /// The account that is asked, as its realm is to be. It may be another than the application's own: its users, too, may
    /// grant access.
    pub account: &'a AccountId,
    pub source: Source<'a>,
}

/// A request that could be read, with the records it names. Nothing of it is proved.
pub(super) struct Step<'a> {
    pub(super) kind: FlowStep,
    pub(super) claim: Unverified<'a>,
    pub(super) integration: Option<Arc<KnownIntegration>>,
    /// Of step three.
    pub(super) token: Option<RequestToken>,
    pub(super) now: UnixTime,
}

/// Whom an access token was made for.
pub(super) struct Success<'a> {
    pub(super) user: &'a User,
    pub(super) role: &'a Role,
    pub(super) token_name: &'a str,
}

impl FlowAttempt<'_> {
    /// The parameter that only this step has.
    const fn parameter(kind: FlowStep) -> &'static str {
        match kind {
            FlowStep::RequestToken => "oauth_callback",
            FlowStep::AccessToken => "oauth_verifier",
        }
    }
}

impl<'a> FlowAttempt<'a> {
    /// One header that can be read; nothing doubled or empty; nothing missing; version and method.
    fn claim(&self, kind: FlowStep) -> Result<Unverified<'a>, FlowRefusal> {
        let malformed = |refused| FlowRefusal::MissingRequiredParameter(named(refused));
        let header = match self.authorization {
            [header] => header,
            [] => return Err(malformed(Refused::no_header())),
            _ => return Err(malformed(Refused::two_headers())),
        };
        let request = self.request;
        let request = request.map_err(|error| malformed(Refused::request(error)))?;
        let needs = match kind {
            FlowStep::RequestToken => Needs::NoToken,
            FlowStep::AccessToken => Needs::Token,
        };
        let claim = Unverified::parse(request, header, needs).map_err(of_header)?;
        let parameter = Self::parameter(kind);
        if claim.header().other(parameter).is_none() {
            return Err(missing(parameter));
        }
        Ok(claim)
    }
}

impl Step<'_> {
    /// The value of the parameter that only this step has.
    pub(super) fn parameter(&self) -> String {
        let value = self.claim.header().other(FlowAttempt::parameter(self.kind));
        value.map(|value| value.text().into_owned()).unwrap_or_default()
    }

    pub(super) fn known_integration(&self) -> Result<&Arc<KnownIntegration>, FlowRefusal> {
        self.integration.as_ref().ok_or(FlowRefusal::UnknownIntegration)
    }

    /// The token of the nonce: in step one there is none, whatever was sent.
    fn nonce_token(&self) -> &str {
        match self.kind {
            FlowStep::RequestToken => "",
            FlowStep::AccessToken => self.claim.token(),
        }
    }
}

impl Authority {
    pub(super) async fn read_step<'a>(
        &self,
        attempt: &FlowAttempt<'a>,
        kind: FlowStep,
        now: UnixTime,
    ) -> Result<Result<Step<'a>, FlowRefusal>, FlowRefused> {
        let claim = match attempt.claim(kind) {
            Ok(claim) => claim,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let integration = self.directory.integration_by_key(claim.consumer_key()).await?;
        let token = match (kind, RequestTokenId::parse(claim.token())) {
            (FlowStep::AccessToken, Ok(token)) => {
                self.directory
                    .in_line(async || self.store.request_token(token).await)
                    .await?
            }
            _ => None,
        };
        Ok(Ok(Step {
            kind,
            claim,
            integration,
            token,
            now,
        }))
    }

    /// The signature; then the account where one was named, the stamp and the feature. Gives the signature, which is
    /// looked at after the records, and the timestamp.
    pub(super) async fn check_step(
        &self,
        step: &Step<'_>,
        account: &AccountId,
    ) -> Result<(Result<SignatureValid, SignatureMismatch>, i64), FlowRefused> {
        let key = self.directory.in_line(async || self.key_of(step).await).await?;
        let key = key.as_ref().unwrap_or(&self.no_key);
        let signature = step.claim.verify(key, &mut Scratch::new());
        let snapshot = self.snapshot();
        if step.claim.realm().is_some_and(|realm| realm != account.as_str()) {
            let refused = Refused::realm(step.claim.realm(), account);
            return Err(FlowRefusal::RealmMismatch(named(refused)).into());
        }
        let timestamp = step.claim.check_stamp(step.now.seconds()).map_err(of_header)?;
        if !snapshot.features.has(Feature::TokenBasedAuthentication) {
            return Err(FlowRefusal::FeatureDisabled.into());
        }
        Ok((signature, timestamp))
    }

    /// The key the request should be signed with; none where there is no such pair, after the same reads.
    async fn key_of(&self, step: &Step<'_>) -> Result<Option<SigningKey>, FlowRefused> {
        let pair = step
            .integration
            .as_ref()
            .and_then(|known| known.record.credentials.as_ref());
        let consumer_secret = match (pair, ConsumerKey::parse(step.claim.consumer_key())) {
            (Some(pair), _) => {
                let owner = SecretOwner::Integration(pair.consumer_key.clone());
                Some(self.secrets.open(owner, pair.generation).await?)
            }
            (None, Ok(key)) => {
                self.store.sealed_secret(SecretOwner::Integration(key)).await?;
                None
            }
            (None, Err(_)) => None,
        };
        if step.kind == FlowStep::RequestToken {
            return Ok(consumer_secret.map(|secret| SigningKey::new(&secret, None)));
        }
        let has_secret = |token: &&RequestToken| token.state != RequestTokenState::Exchanged;
        let token_secret = match (
            step.token.as_ref().filter(has_secret),
            RequestTokenId::parse(step.claim.token()),
        ) {
            (Some(token), _) => {
                let owner = SecretOwner::RequestToken(token.token.clone());
                match self.secrets.open(owner, FIRST).await {
                    Ok(secret) => Some(secret),
                    // Another exchange was faster by a moment.
                    Err(SecretError::Missing(_)) => None,
                    Err(error) => return Err(error.into()),
                }
            }
            (None, Ok(token)) => {
                self.store.sealed_secret(SecretOwner::RequestToken(token)).await?;
                None
            }
            (None, Err(_)) => None,
        };
        let secrets = consumer_secret.zip(token_secret);
        Ok(secrets.map(|(consumer, token)| SigningKey::new(&consumer, Some(&token))))
    }

    /// The last check: from here on the request has happened.
    pub(super) fn claim_nonce(&self, step: &Step<'_>, timestamp: i64) -> Result<NonceClaimed, FlowRefused> {
        let nonce = Nonce {
            consumer_key: step.claim.consumer_key(),
            token: step.nonce_token(),
            timestamp,
            nonce: step.claim.nonce(),
        };
        self.ledger.claim(&nonce, step.now).map_err(|error| match error {
            ClaimError::Outside { .. } => FlowRefusal::InvalidTimestamp(named(error.into())).into(),
            ClaimError::Journal(_) => FlowRefused::Unavailable(error.to_string()),
            _ => FlowRefusal::NonceUsed.into(),
        })
    }

    /// Writes the row of a step that was done.
    pub(super) async fn note_success(
        &self,
        attempt: &FlowAttempt<'_>,
        step: &Step<'_>,
        success: Option<&Success<'_>>,
    ) {
        let row = row(attempt, Some(step), success, LoginStatus::Success, step.now);
        self.audit_trail.append(row).await;
    }

    /// Writes the row of a refusal, where it has one, before anybody is answered.
    pub(super) async fn note_refusal(
        &self,
        attempt: &FlowAttempt<'_>,
        (kind, step): (FlowStep, Option<&Step<'_>>),
        refused: FlowRefused,
        now: UnixTime,
    ) -> FlowRefused {
        let FlowRefused::Refused { refusal, .. } = refused else {
            return refused;
        };
        let account_was_given = step.is_some_and(|step| step.claim.realm().is_some());
        if !refusal.is_noted(kind, account_was_given) {
            return refusal.into();
        }
        let status = failure(&refusal);
        let callback = match &refusal {
            FlowRefusal::InvalidCallback { sent, .. } => Some(OneLine::of(sent)),
            _ => None,
        };
        let row = LoginRow {
            callback,
            ..row(attempt, step, None, status, now)
        };
        match self.audit_trail.append_durably(row).await {
            Ok(row) => FlowRefused::Refused {
                refusal,
                row: Some(row),
            },
            Err(error) => error.into(),
        }
    }
}

pub(super) fn failure(refusal: &FlowRefusal) -> LoginStatus {
    LoginStatus::Failure {
        detail: refusal.detail(),
        reason: refusal.to_string(),
        mistake: refusal.mistake().map(str::to_owned),
    }
}

pub(super) fn row(
    attempt: &FlowAttempt<'_>,
    step: Option<&Step<'_>>,
    success: Option<&Success<'_>>,
    status: LoginStatus,
    at: UnixTime,
) -> LoginRow {
    let integration = step.and_then(|step| step.integration.as_ref());
    LoginRow {
        user: success.map(|success| success.user.into()),
        role: success.map(|success| success.role.into()),
        token_name: success.map(|success| success.token_name.to_owned()),
        application_name: integration.map(|known| known.record.name.clone()),
        consumer_key: step.map(|step| Masked::of(step.claim.consumer_key())),
        token_id: step
            .filter(|step| step.kind == FlowStep::AccessToken)
            .map(|step| Masked::of(step.claim.token())),
        ..attempt.source.row(Surface::AuthorizationFlow, status, at)
    }
}
