//! Step two of the authorization flow: what the consent page shows, Allow and Deny. For users who are signed in only.

use std::net::IpAddr;
use std::sync::Arc;

use countersign_bearer::digest;
use countersign_model::{
    FlowRefusal, FlowState, Integration, LoginScene, NotedRecord, Redirect, RequestToken, RequestTokenFault,
    RequestTokenId, Role, RoleId, Session, Surface, TokenMaker, User, VerifierHash,
};
use countersign_protocol::Secret;
use countersign_store::StoreError;

use super::{AdministrationError, RoleNotOpen};
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};
use crate::snapshot::Snapshot;

/// What a user is asked.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// The name of the integration record.
    pub application: String,
    /// Where the browser goes afterwards: host and port of the callback.
    pub callback_host: String,
    pub user: String,
    /// The roles the user may choose, by internal id. None where no role of theirs may log in by token.
    pub roles: Vec<Arc<Role>>,
    /// The one the application proposes, or the session's; where neither may be chosen, the first.
    pub chosen: Option<RoleId>,
}

/// A request token, and who issued it.
#[derive(Clone, Copy, Debug)]
pub struct RequestedBy<'a> {
    /// The account whose application asks: often, but not always, the user's own.
    pub home: &'a Authority,
    pub token: &'a RequestTokenId,
}

/// The records of a request that awaits its answer.
struct Asked {
    token: RequestToken,
    application: Integration,
    user: User,
    snapshot: Arc<Snapshot>,
}

impl Authority {
    /// # Errors
    /// [`StoreError::Flow`] where the request token is unknown, has lapsed, or was answered before.
    pub async fn authorization(
        &self,
        caller: &Caller,
        requested: RequestedBy<'_>,
        address: Option<IpAddr>,
    ) -> Result<Authorization, AdministrationError> {
        let session = full_session(caller)?;
        let asked = self.asked(session, requested).await?;
        let roles = asked.snapshot.roles();
        let is_open = |role: &&Arc<Role>| self.may_choose(&asked, session, role, address).is_ok();
        let roles: Vec<Arc<Role>> = roles.filter(is_open).map(Arc::clone).collect();
        let among = |id: &RoleId| roles.iter().any(|role| role.id == *id);
        let chosen = asked.token.role.filter(among);
        let chosen = chosen.or(Some(session.role).filter(among));
        Ok(Authorization {
            application: asked.application.name,
            callback_host: host_of(&asked.token.callback).to_owned(),
            user: asked.user.name,
            chosen: chosen.or(roles.first().map(|role| role.id)),
            roles,
        })
    }

    /// Allow: the address the browser is to go to, which holds the verifier.
    ///
    /// # Errors
    /// As of [`authorization`](Self::authorization).
    pub async fn allow_authorization(
        &self,
        caller: &Caller,
        requested: RequestedBy<'_>,
        role: RoleId,
        state: Option<&FlowState>,
        address: Option<IpAddr>,
    ) -> Result<Result<Secret, RoleNotOpen>, AdministrationError> {
        let session = full_session(caller)?;
        let asked = self.asked(session, requested).await?;
        let Some(role) = asked.snapshot.role(role) else {
            return Ok(Err(RoleNotOpen::Unknown));
        };
        if let Err(refused) = self.may_choose(&asked, session, role, address) {
            return Ok(Err(refused));
        }
        let maker = asked.maker(role);
        let may = maker
            .may_authorize(&asked.application)
            .map_err(StoreError::from)?;
        let verifier = self.new_verifier();
        let hash = VerifierHash::parse(digest(verifier.expose()))?;
        let now = requested.home.clock.now();
        let RequestedBy { home, token } = requested;
        let here = &asked.snapshot.account.id;
        let allowed = match home.account() == *here {
            true => {
                home.store
                    .allow_request_token(token.clone(), may, hash, now)
                    .await?
            }
            false => {
                let granted = (here.clone(), may);
                let allow = home
                    .store
                    .allow_request_token_in(token.clone(), granted, hash, now);
                allow.await?
            }
        };
        let redirect = Redirect {
            callback: &allowed.callback,
            token,
            verifier: Some(&verifier),
            company: &asked.snapshot.account.id,
            role: role.id,
            entity: session.user,
            state,
        };
        Ok(Ok(redirect.location()))
    }

    /// Deny: the address the browser is to go to. Its verifier is empty.
    ///
    /// # Errors
    /// As of [`authorization`](Self::authorization).
    pub async fn deny_authorization(
        &self,
        caller: &Caller,
        requested: RequestedBy<'_>,
        state: Option<&FlowState>,
    ) -> Result<Secret, AdministrationError> {
        let session = full_session(caller)?;
        let RequestedBy { home, token } = requested;
        let denied = home.store.deny_request_token(token.clone(), home.clock.now());
        let denied = denied.await?;
        let redirect = Redirect {
            callback: &denied.callback,
            token,
            verifier: None,
            company: &self.account(),
            role: session.role,
            entity: session.user,
            state,
        };
        Ok(redirect.location())
    }

    async fn asked(
        &self,
        session: &Session,
        RequestedBy { home, token }: RequestedBy<'_>,
    ) -> Result<Asked, AdministrationError> {
        let unknown = FlowRefusal::TokenRejected(RequestTokenFault::Unknown);
        let token = home.store.request_token(token.clone()).await?;
        let token = token.ok_or(StoreError::Flow(unknown))?;
        token
            .awaits_decision(home.clock.now())
            .map_err(StoreError::from)?;
        let record = NotedRecord::Integration(token.integration);
        let application = home.store.integration(token.integration).await?;
        let application = application.ok_or(StoreError::Unknown(record))?;
        Ok(Asked {
            application: self.as_it_is_here(application).await?,
            user: self.require_user(session.user).await?,
            snapshot: self.snapshot(),
            token,
        })
    }

    /// An application of another account that is installed here has a state of its own.
    async fn as_it_is_here(&self, application: Integration) -> Result<Integration, AdministrationError> {
        let Some(key) = application.consumer_key() else {
            return Ok(application);
        };
        let here = self.store.integration_by_consumer_key(key.as_str()).await?;
        let installed =
            here.filter(|record| record.is_same_definition(&application) && !record.is_uninstalled());
        Ok(installed.unwrap_or(application))
    }

    /// Whether the user may use the role now, with what they proved of themselves, and with tokens.
    fn may_choose(
        &self,
        asked: &Asked,
        session: &Session,
        role: &Role,
        address: Option<IpAddr>,
    ) -> Result<(), RoleNotOpen> {
        let scene: LoginScene<'_> =
            asked
                .snapshot
                .scene(Surface::AuthorizationFlow, address, self.clock.now());
        scene.may_stay(&asked.user, role)?;
        let mandatory = asked.snapshot.settings.mandatory_two_factor;
        if role.requires_two_factor(mandatory) && !session.two_factor_passed {
            return Err(RoleNotOpen::TwoFactor(role.name.clone()));
        }
        let may = asked.maker(role).may_authorize(&asked.application);
        may.map(drop).map_err(RoleNotOpen::Token)
    }
}

impl Asked {
    fn maker<'a>(&'a self, role: &'a Role) -> TokenMaker<'a> {
        TokenMaker {
            user: &self.user,
            role,
            features: &self.snapshot.features,
        }
    }
}

fn full_session(caller: &Caller) -> Result<&Session, Forbidden> {
    let session = caller.require_session()?;
    match caller.is_limited() {
        true => Err(Forbidden::Limited),
        false => Ok(session),
    }
}

fn host_of(callback: &str) -> &str {
    let (_, rest) = callback.split_once("://").unwrap_or_default();
    rest.split(['/', '?']).next().unwrap_or_default()
}
