//! Who calls, and which account they mean.
//!
//! Three ways lead in: the Unix socket in the data folder, whose opener owns the account; a key (`Authorization: Bearer
//! csk_…`); the cookie of a page session. None of them is an access token: those open services, not the administration.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use countersign_authority::{Authority, Caller, CallerRefused, Forbidden, Source};
use countersign_model::Via;
use countersign_protocol::AccountId;
use countersign_web::session_cookie;
use http::Method;
use http::header::{AUTHORIZATION, USER_AGENT};
use http::request::Parts;

use crate::Accounts;
use crate::problem::Problem;

/// Where a request came from: put into its extensions by whoever received it.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// None when it came over a Unix socket.
    pub address: Option<IpAddr>,
    /// Whether it came over TLS, as its caller sees it.
    pub secure: bool,
    /// What the system notes call the owner of the data folder; none where it did not come from them.
    pub owner: Option<String>,
}

/// What the system notes call whoever owns the data folder.
const OWNER: &str = "the owner of the data folder";

impl Arrival {
    /// From whoever owns the data folder: over its Unix socket, or in a process that has the folder to itself.
    pub fn of_owner() -> Self {
        Self {
            owner: Some(OWNER.to_owned()),
            ..Self::default()
        }
    }
}

/// What a session must send with everything that changes something: a page of another site cannot (CSRF).
pub const SAME_SITE_HEADER: &str = "x-countersign-request";

/// Somebody, at an account.
pub(crate) struct Administrator {
    pub(crate) authority: Arc<Authority>,
    pub(crate) caller: Caller,
}

/// Somebody at an account whose session may still lack a new password or a second factor: for the few calls that set
/// them, and no other.
pub(crate) struct SignedIn(pub(crate) Administrator);

/// An account, and nobody yet.
pub(crate) struct Visitor {
    pub(crate) authority: Arc<Authority>,
    pub(crate) arrival: Arrival,
    pub(crate) user_agent: Option<String>,
    pub(crate) path: String,
}

impl Visitor {
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            ip: self.arrival.address,
            user_agent: self.user_agent.as_deref(),
            uri: &self.path,
        }
    }
}

impl FromRequestParts<Arc<dyn Accounts>> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, accounts: &Arc<dyn Accounts>) -> Result<Self, Problem> {
        let authority = named(parts, accounts).await.map_err(|_| nobody())?;
        let user_agent = parts.headers.get(USER_AGENT);
        Ok(Self {
            authority,
            arrival: arrival(parts),
            user_agent: user_agent
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            path: parts.uri.path().to_owned(),
        })
    }
}

impl FromRequestParts<Arc<dyn Accounts>> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, accounts: &Arc<dyn Accounts>) -> Result<Self, Problem> {
        let SignedIn(administrator) = SignedIn::from_request_parts(parts, accounts).await?;
        if administrator.caller.is_limited() {
            return Err(Forbidden::Limited.into());
        }
        Ok(administrator)
    }
}

impl FromRequestParts<Arc<dyn Accounts>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, accounts: &Arc<dyn Accounts>) -> Result<Self, Problem> {
        let Arrival { owner, address, .. } = arrival(parts);
        let account = named(parts, accounts).await;
        if let Some(name) = owner {
            let authority = account?;
            let caller = authority.owner(name, Via::Cli);
            return Ok(Self(Administrator { authority, caller }));
        }
        let (key, cookie) = (bearer(parts), session_cookie(&parts.headers));
        let by_cookie = key.is_none() && cookie.is_some();
        // Before the account and the session are looked at: the answer tells nothing of either.
        if by_cookie && is_change(&parts.method) && !parts.headers.contains_key(SAME_SITE_HEADER) {
            return Err(Problem::forbidden(format!(
                "A session changes something only where the request has the header {SAME_SITE_HEADER}, which other \
                 sites cannot send."
            )));
        }
        // An account that is not here and a key that is not its own are one answer: nobody finds out which there are.
        let authority = account.map_err(|_| nobody())?;
        let caller = if let Some(key) = key {
            authority.caller_by_api_key(key, address).await
        } else if let Some(cookie) = cookie {
            authority.caller_by_session(cookie, address, Via::Api).await
        } else {
            return Err(nobody());
        };
        match caller {
            Ok(caller) => Ok(Self(Administrator { authority, caller })),
            Err(CallerRefused::Unknown) => Err(nobody()),
            Err(CallerRefused::Over(why)) => Err(Problem::unauthorized(why)),
            Err(CallerRefused::Failed(error)) => Err(Problem::internal(&error)),
        }
    }
}

/// Whoever owns the data folder, at no account.
pub(crate) struct OwnerOnly;

impl FromRequestParts<Arc<dyn Accounts>> for OwnerOnly {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<dyn Accounts>) -> Result<Self, Problem> {
        match arrival(parts).owner {
            Some(_) => Ok(Self),
            None => Err(Problem::forbidden(
                "Only whoever owns the data folder may do this: use the command line where the account runs.",
            )),
        }
    }
}

fn arrival(parts: &Parts) -> Arrival {
    parts.extensions.get::<Arrival>().cloned().unwrap_or_default()
}

fn nobody() -> Problem {
    Problem::unauthorized(
        "Send the header Authorization: Bearer with a key of this account, or the cookie of a session.",
    )
}

/// The account of the path, `/api/v1/accounts/{account}`.
async fn named(parts: &mut Parts, accounts: &Arc<dyn Accounts>) -> Result<Arc<Authority>, Problem> {
    let path = RawPathParams::from_request_parts(parts, &()).await;
    let path = path.map_err(|error| Problem::malformed(format!("The path cannot be read: {error}.")))?;
    let id = path.iter().find(|(name, _)| *name == "account");
    let id = id.map(|(_, value)| value).unwrap_or_default();
    let parsed: Result<AccountId, _> = id.parse();
    let authority = parsed.ok().and_then(|id| accounts.account(&id));
    authority.ok_or_else(|| {
        let shown: String = id.chars().take(AccountId::MAX_LENGTH).collect();
        Problem::not_found(format!("There is no account {shown:?} here."))
    })
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
