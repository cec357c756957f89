//! Page sessions: signing in, switching the role, signing out.

use std::sync::Arc;

use countersign_bearer::{BearerKind, BearerSecret};
use countersign_model::{LoginDenied, Role, RoleId, Session, SessionHash, Surface, TokenRefused, User, Via};
use countersign_protocol::Secret;

use super::{AdministrationError, RequestedBy};
use crate::attempt::Source;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden, Holding};
use crate::password_login::{LoggedInByPassword, PasswordAttempt, PasswordRefused};

/// The sign-in page, as filled in.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    pub email: &'a str,
    pub password: &'a Secret,
    /// None lets the account choose one the user has.
    pub role: Option<RoleId>,
    /// A verification code of an authenticator app, or a recovery code.
    pub code: Option<&'a str>,
    pub source: Source<'a>,
}

/// A session that has begun or goes on, with what its cookie holds: handed over here and kept nowhere.
#[derive(Debug)]
pub struct BegunSession {
    pub caller: Caller,
    pub cookie: Secret,
}

/// Why a session does not go on in another role, or gives no consent in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleNotOpen {
    #[error(transparent)]
    Denied(#[from] LoginDenied),
    #[error("There is no such role.")]
    Unknown,
    #[error(transparent)]
    Token(TokenRefused),
    #[error("The role {0} asks for two-factor authentication: sign in anew with a verification code.")]
    TwoFactor(String),
}

impl Authority {
    /// Begins a session for whoever gives the right password, and the code where their role asks for one.
    pub async fn sign_in(&self, sign_in: &SignIn<'_>) -> Result<BegunSession, PasswordRefused> {
        let attempt = PasswordAttempt {
            surface: Surface::Page,
            email: sign_in.email,
            password: sign_in.password,
            role: sign_in.role,
            code: sign_in.code,
            source: sign_in.source,
        };
        let LoggedInByPassword { user, role, may } = self.log_in_by_password(&attempt).await?;
        let (cookie, hash) = self.new_cookie()?;
        let new = countersign_model::NewSession::of(&may, hash);
        let begun = self.store.begin_session(new, self.clock.now()).await;
        let session = begun.map_err(AdministrationError::from)?;
        Ok(BegunSession {
            caller: Caller::of_session(
                session,
                Holding {
                    user: Arc::new(user),
                    role,
                    snapshot: self.snapshot(),
                },
                (Via::Api, sign_in.source.ip),
            ),
            cookie,
        })
    }

    /// As [`sign_in`](Self::sign_in), on the way to the consent page: where no role is asked for, in the one the
    /// application proposes, if the user has it.
    pub async fn sign_in_to_authorize(
        &self,
        sign_in: &SignIn<'_>,
        RequestedBy { home, token }: RequestedBy<'_>,
    ) -> Result<BegunSession, PasswordRefused> {
        let asked = home.store.request_token(token.clone()).await;
        let proposed = asked
            .map_err(AdministrationError::from)?
            .and_then(|token| token.role);
        let found = self.store.user_by_login(sign_in.email.to_owned()).await;
        let found = found.map_err(AdministrationError::from)?;
        let has = |role: &RoleId| {
            let assignment = found.as_ref().and_then(|(user, _)| user.assignment(*role));
            assignment.is_some_and(|assigned| !assigned.hidden)
        };
        let role = sign_in.role.or(proposed.filter(has));
        self.sign_in(&SignIn { role, ..*sign_in }).await
    }

    /// Goes on in another role of the user's, under a new cookie.
    pub async fn switch_role(
        &self,
        caller: &Caller,
        role: RoleId,
        source: Source<'_>,
    ) -> Result<Result<BegunSession, RoleNotOpen>, AdministrationError> {
        let old = caller.require_session()?.hash.clone();
        let user = caller.holding().map(|holding| Arc::clone(&holding.user));
        let user = user.ok_or(Forbidden::NoUser)?;
        let (cookie, hash) = self.new_cookie()?;
        let now = self.clock.now();
        let (snapshot, address) = (self.snapshot(), source.ip);
        let mandatory = snapshot.settings.mandatory_two_factor;
        let Some(switched_to) = snapshot.role(role).cloned() else {
            return Ok(Err(RoleNotOpen::Unknown));
        };
        let holding = Holding {
            user,
            role: switched_to,
            snapshot: Arc::clone(&snapshot),
        };
        let switch = move |session: Session, user: &User, role: &Role, features: &_| {
            let scene = countersign_model::LoginScene {
                features,
                ..snapshot.scene(Surface::Page, address, now)
            };
            scene.may_stay(user, role)?;
            if role.web_services_only {
                let role = role.name.clone();
                return Err(LoginDenied::WebServicesOnlyOnPage { role }.into());
            }
            if role.requires_two_factor(mandatory) && !session.two_factor_passed {
                return Err(RoleNotOpen::TwoFactor(role.name.clone()));
            }
            Ok(session.switched(hash, role.id, now))
        };
        let switched = self.store.switch_role(old, role, switch).await?;
        Ok(switched.map(|session| BegunSession {
            caller: Caller::of_session(session, holding, (Via::Api, address)),
            cookie,
        }))
    }

    pub async fn sign_out(&self, caller: &Caller) -> Result<(), AdministrationError> {
        let session = caller.require_any_session()?.id;
        Ok(self.store.end_session(session).await?)
    }

    fn new_cookie(&self) -> Result<(Secret, SessionHash), AdministrationError> {
        let made = BearerSecret::make(BearerKind::Session, &*self.entropy);
        let hash = SessionHash::parse(made.digest())?;
        Ok((made.into_secret(), hash))
    }
}
