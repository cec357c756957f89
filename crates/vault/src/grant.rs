//! Who may use a connection, for what. Pure: what a grant opens depends on the grant, the call and the time.
//!
//! Invariant: nothing is open that is not named. An empty set opens nothing, and everything is a word of its own.

use std::collections::BTreeSet;
use std::num::NonZeroU8;

use countersign_world::UnixTime;
use serde::{Deserialize, Serialize};

use crate::call::{Call, Method, Place, ServiceKind};
use crate::{CallerId, ConnectionId, GrantId};

const MAX_TARGETS: usize = 64;
const MAX_TARGET: usize = 200;

/// What a grant opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    pub services: BTreeSet<ServiceKind>,
    pub methods: BTreeSet<Method>,
    pub targets: Targets,
    /// Only calls that surely change nothing, see [`Call::is_reading`].
    pub read_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Targets {
    Everything,
    Only(Vec<Target>),
}

/// A part of what the services offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// This path and everything below it, segment by segment: `/services/rest/record/v1/customer`. Not decoded, so
    /// without percent signs. A record is transformed into another only where the path of the other type is open too.
    Path(String),
    /// Records of one type over REST. To transform one into another type, both are needed.
    RecordType(String),
    /// One RESTlet: of one deployment, or of each it has.
    Script { script: String, deploy: Option<String> },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    #[error("a grant without {0} opens nothing: name at least one")]
    Nothing(&'static str),
    #[error("a grant has at most {MAX_TARGETS} targets: make a second grant, or name a path above them")]
    TooManyTargets,
    #[error(
        "{0:?} is not a target: a path begins with / and has no empty or dot segment and no percent sign; record types and \
         scripts are letters, digits and underscores"
    )]
    Target(String),
    #[error(
        "{target} is called over {service} only, which the grant does not open: add that service, or leave the target out"
    )]
    Unreachable { target: String, service: ServiceKind },
}

impl Scope {
    /// Whatever the connection's own role may do.
    pub fn everything() -> Self {
        Self {
            services: ServiceKind::ALL.into(),
            methods: Method::ALL.into(),
            targets: Targets::Everything,
            read_only: false,
        }
    }

    pub fn check(&self) -> Result<(), ScopeError> {
        let empty = [
            ("services", self.services.is_empty()),
            ("methods", self.methods.is_empty()),
            (
                "targets",
                matches!(&self.targets, Targets::Only(targets) if targets.is_empty()),
            ),
        ];
        if let Some((what, _)) = empty.into_iter().find(|(_, is_empty)| *is_empty) {
            return Err(ScopeError::Nothing(what));
        }
        let Targets::Only(targets) = &self.targets else {
            return Ok(());
        };
        if targets.len() > MAX_TARGETS {
            return Err(ScopeError::TooManyTargets);
        }
        if let Some(target) = targets.iter().find(|target| !target.is_well_formed()) {
            return Err(ScopeError::Target(target.shown()));
        }
        let unreachable = targets.iter().find_map(|target| {
            let service = target
                .service()
                .filter(|service| !self.services.contains(service))?;
            let target = target.shown();
            Some(ScopeError::Unreachable { target, service })
        });
        unreachable.map_or(Ok(()), Err)
    }

    fn refusal(&self, call: &Call) -> Option<Denied> {
        if !self.services.contains(&call.service()) {
            Some(Denied::Service)
        } else if !self.methods.contains(&call.method()) {
            Some(Denied::Method)
        } else if !self.targets.cover(call) {
            Some(Denied::Target)
        } else if self.read_only && !call.is_reading() {
            Some(Denied::Writing)
        } else {
            None
        }
    }
}

impl Targets {
    /// Each place of the call is under one of them: what is transformed, and what it is transformed into.
    fn cover(&self, call: &Call) -> bool {
        let Self::Only(targets) = self else { return true };
        let is_script = targets.iter().any(|target| target.is_script_of(call));
        is_script
            || call
                .places()
                .all(|place| targets.iter().any(|target| target.covers(&place)))
    }
}

impl Target {
    /// The one service that has such a target; a path may be of any.
    const fn service(&self) -> Option<ServiceKind> {
        match self {
            Self::Path(_) => None,
            Self::RecordType(_) => Some(ServiceKind::Rest),
            Self::Script { .. } => Some(ServiceKind::Restlet),
        }
    }

    fn covers(&self, place: &Place<'_>) -> bool {
        match self {
            Self::Path(path) => {
                let mut segments = place.path.iter();
                let mut prefix = path.split('/').skip(1);
                prefix.all(|part| segments.next().is_some_and(|segment| *segment == part.as_bytes()))
            }
            Self::RecordType(one) => place.record_type == Some(one.as_bytes()),
            Self::Script { .. } => false,
        }
    }

    fn is_script_of(&self, call: &Call) -> bool {
        let Self::Script { script, deploy } = self else {
            return false;
        };
        call.script.as_ref().is_some_and(|called| {
            let is_deployment = |deploy: &String| deploy.as_bytes() == called.deploy;
            called.script == script.as_bytes() && deploy.as_ref().is_none_or(is_deployment)
        })
    }

    fn is_well_formed(&self) -> bool {
        let is_word = |text: &str| {
            let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            !text.is_empty() && text.len() <= MAX_TARGET && text.bytes().all(is_known)
        };
        match self {
            Self::Path(path) => {
                let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"%?#;\\".contains(&byte);
                let mut segments = path.split('/').skip(1);
                path.starts_with('/')
                    && path.len() <= MAX_TARGET
                    && path.bytes().all(is_plain)
                    && segments.all(|segment| !matches!(segment, "" | "." | ".."))
            }
            Self::RecordType(record_type) => is_word(record_type),
            Self::Script { script, deploy } => is_word(script) && deploy.as_deref().is_none_or(is_word),
        }
    }

    fn shown(&self) -> String {
        let text = match self {
            Self::Path(text) | Self::RecordType(text) => text.clone(),
            Self::Script { script, deploy } => format!("{script} {}", deploy.as_deref().unwrap_or_default()),
        };
        text.chars().take(MAX_TARGET).collect()
    }
}

/// A grant as somebody asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantDraft {
    pub caller: CallerId,
    pub connection: ConnectionId,
    pub scope: Scope,
    /// The caller's weight where requests of several wait for the account's slots.
    pub share: NonZeroU8,
    pub expires: Option<UnixTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub id: GrantId,
    pub caller: CallerId,
    pub connection: ConnectionId,
    pub scope: Scope,
    pub share: NonZeroU8,
    pub created: UnixTime,
    pub expires: Option<UnixTime>,
}

impl Grant {
    pub fn is_active(&self, now: UnixTime) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }
}

/// Why no grant opens the call, of the grant that came nearest. A connection that is not there is `NoGrant` as well, so
/// nobody learns by it which there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Denied {
    #[error("the caller has no grant for this connection")]
    NoGrant,
    #[error("the caller's grant for this connection has expired")]
    Expired,
    #[error("the caller's grant does not name this service")]
    Service,
    #[error("the caller's grant does not name this method")]
    Method,
    #[error("the caller's grant does not name this path, record type or script")]
    Target,
    #[error("the caller's grant is for reading, and this call may write")]
    Writing,
}

/// The grant that opens the call; of several, one with the largest share. `grants` are those of one caller.
pub fn decide<'g>(
    grants: &'g [Grant],
    connection: &ConnectionId,
    call: &Call,
    now: UnixTime,
) -> Result<&'g Grant, Denied> {
    let mut nearest = Denied::NoGrant;
    let mut opens: Option<&Grant> = None;
    for grant in grants.iter().filter(|grant| grant.connection == *connection) {
        let refusal = match grant.is_active(now) {
            true => grant.scope.refusal(call),
            false => Some(Denied::Expired),
        };
        match refusal {
            Some(denied) => nearest = nearest.max(denied),
            None if opens.is_none_or(|other| other.share < grant.share) => opens = Some(grant),
            None => (),
        }
    }
    opens.ok_or(nearest)
}

#[cfg(test)]
#[path = "grant/tests.rs"]
mod tests;
