//! Request tokens. Each goes one way through its states and is used up at the end, whatever the end is.

use crate::{
    CallbackUrl, EntityId, FlowRefusal, Integration, IntegrationId, IntegrationState, MayMakeToken,
    RequestTokenFault, RequestTokenId, RoleId, VerifierFault, printable,
};
use countersign_protocol::AccountId;
use countersign_world::UnixTime;
use std::time::Duration;

/// From step one to Allow or Deny. Ours: NetSuite's is not public.
pub const REQUEST_TOKEN_LASTS: Duration = Duration::from_secs(60 * 60);
/// From Allow to step three. Ours as well.
pub const VERIFIER_LASTS: Duration = Duration::from_secs(10 * 60);

/// What step one gave out. Its secret, and the verifier once there is one, are kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestToken {
    pub token: RequestTokenId,
    pub integration: IntegrationId,
    /// As it was asked for, and will be redirected to.
    pub callback: String,
    /// The role the application proposed; the user may choose another.
    pub role: Option<RoleId>,
    pub issued: UnixTime,
    pub state: RequestTokenState,
    /// The account whose user allowed it, where that is another than the application's own.
    pub allowed_in: Option<AccountId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestTokenState {
    Issued,
    /// By this user, for this role; the verifier went out with the redirect.
    Allowed {
        user: EntityId,
        role: RoleId,
        at: UnixTime,
    },
    Denied,
    /// An access token was made for it. It answers no more, and is kept as long as it could have been used.
    Exchanged,
}

/// What came of comparing the verifier that step three sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifierAnswer {
    Right,
    Wrong,
    /// What Deny hands back.
    Empty,
}

/// Whether the record serves the flow, in step one and again in step three.
pub fn serves_flow(integration: &Integration) -> Result<(), FlowRefusal> {
    let name = || integration.name.clone();
    if integration.is_uninstalled() {
        return Err(FlowRefusal::UnknownIntegration);
    }
    if integration.state != IntegrationState::Enabled {
        return Err(FlowRefusal::IntegrationBlocked {
            application: name(),
            state: integration.state,
        });
    }
    if !integration.authentication.allows_authorization_flow() {
        return Err(FlowRefusal::AuthorizationFlowRequired(name()));
    }
    Ok(())
}

/// The callback of step one, held to the record's own: what [`RequestToken::issue`] may be given.
pub fn callback_of(integration: &Integration, sent: &str) -> Result<String, FlowRefusal> {
    serves_flow(integration)?;
    let record = integration.authentication.callback().and_then(Result::ok);
    if record.as_ref().is_some_and(|record| record.admits(sent)) {
        return Ok(sent.to_owned());
    }
    Err(FlowRefusal::InvalidCallback {
        too_deep: record
            .as_ref()
            .is_some_and(|record| record.is_shallower_than(sent)),
        sent: sent.chars().take(MAX_SHOWN).map(printable).collect(),
        record: record.as_ref().map_or("none", CallbackUrl::as_str).to_owned(),
    })
}

/// As much of a refused callback as the trail keeps, in characters.
const MAX_SHOWN: usize = 256;

impl RequestToken {
    /// Step one. `callback` is what [`callback_of`] gave.
    pub fn issue(
        token: RequestTokenId,
        integration: IntegrationId,
        callback: String,
        role: Option<RoleId>,
        now: UnixTime,
    ) -> Self {
        Self {
            token,
            integration,
            callback,
            role,
            issued: now,
            state: RequestTokenState::Issued,
            allowed_in: None,
        }
    }

    /// When the state it is in lapses, and with it the token.
    pub const fn lapses_at(&self) -> UnixTime {
        match self.state {
            RequestTokenState::Allowed { at, .. } => at.plus(VERIFIER_LASTS),
            _ => self.issued.plus(REQUEST_TOKEN_LASTS),
        }
    }

    pub fn has_lapsed(&self, now: UnixTime) -> bool {
        self.lapses_at() <= now
    }

    /// Step two, Allow.
    pub fn allow(self, may: MayMakeToken, now: UnixTime) -> Result<Self, FlowRefusal> {
        let state = RequestTokenState::Allowed {
            user: may.user(),
            role: may.role(),
            at: now,
        };
        self.decide(state, now)
    }

    /// Step two, Allow, by a user of another account: the access token will be that account's.
    pub fn allow_in(self, account: AccountId, may: MayMakeToken, now: UnixTime) -> Result<Self, FlowRefusal> {
        Ok(Self {
            allowed_in: Some(account),
            ..self.allow(may, now)?
        })
    }

    /// Step two, Deny.
    pub fn deny(self, now: UnixTime) -> Result<Self, FlowRefusal> {
        self.decide(RequestTokenState::Denied, now)
    }

    fn decide(self, state: RequestTokenState, now: UnixTime) -> Result<Self, FlowRefusal> {
        self.awaits_decision(now)?;
        Ok(Self { state, ..self })
    }

    /// Whether it can still be allowed or denied.
    pub fn awaits_decision(&self, now: UnixTime) -> Result<(), FlowRefusal> {
        if self.has_lapsed(now) {
            return Err(RequestTokenFault::Expired.into());
        }
        match self.state {
            RequestTokenState::Issued => Ok(()),
            _ => Err(RequestTokenFault::Decided.into()),
        }
    }

    /// Step three: the used-up token, and for whom an access token is to be made. A wrong verifier uses nothing up, for
    /// anybody can send one.
    pub fn exchange(
        self,
        caller: IntegrationId,
        verifier: VerifierAnswer,
        now: UnixTime,
    ) -> Result<(Self, EntityId, RoleId), FlowRefusal> {
        if self.integration != caller {
            return Err(RequestTokenFault::OfAnotherRecord.into());
        }
        if self.has_lapsed(now) {
            return Err(RequestTokenFault::Expired.into());
        }
        match (self.state, verifier) {
            (RequestTokenState::Exchanged, _) => Err(RequestTokenFault::Used.into()),
            (RequestTokenState::Denied, _) => Err(VerifierFault::Denied.into()),
            (RequestTokenState::Issued, _) => Err(VerifierFault::NotAllowed.into()),
            (_, VerifierAnswer::Empty) => Err(VerifierFault::Empty.into()),
            (_, VerifierAnswer::Wrong) => Err(VerifierFault::Wrong.into()),
            (RequestTokenState::Allowed { user, role, .. }, VerifierAnswer::Right) => {
                let used = Self {
                    state: RequestTokenState::Exchanged,
                    ..self
                };
                Ok((used, user, role))
            }
        }
    }
}

#[cfg(test)]
mod tests;
