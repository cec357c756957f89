//! Logins with a password: to the pages, and by NLAuth to the token services. No other service takes one.
//!
//! Attack: whoever guesses passwords learns from an answer nothing but that a guess failed. An email nobody has costs a
//! comparison too, which is by far the most of the time an answer takes; what is wrong with user or role is looked at once the
//! password is right. Not hidden: a failure of a user there is is counted in a short transaction of its own, and whoever
//! measures very many answers may tell it from none.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign_credential::{AuthenticatorSecret, VerificationCode, recovery_code_hash};
use countersign_model::{
    By, CodeAnswer, EntityId, LoginDenied, LoginRole, LoginRow, LoginStatus, LoginUser, MayLogInByPassword,
    PasswordAnswer, PasswordDenied, PasswordScene, Role, RoleId, SecurityChallenge, Surface, User, Via,
    may_log_in_by_password,
};
use countersign_protocol::Secret;
use countersign_store::{Access, Conflict, Decision, PasswordLogin, SecretOwner, StoreError, UsedCode};
use countersign_world::UnixTime;

use crate::administration::AdministrationError;
use crate::attempt::Source;
use crate::authority::Authority;
use crate::snapshot::Snapshot;

/// How often a login is decided anew where the password was changed while it was compared.
const ATTEMPTS: usize = 3;

/// Somebody who comes with a password.
#[derive(Debug)]
pub struct PasswordAttempt<'a> {
    /// [`Surface::Page`] or [`Surface::TokenService`].
    pub surface: Surface,
    pub email: &'a str,
    pub password: &'a Secret,
    /// None lets the account choose one the user has.
    pub role: Option<RoleId>,
    /// A verification code, or a recovery code.
    pub code: Option<&'a str>,
    pub source: Source<'a>,
}

/// What came of an attempt, before its row is written.
pub(crate) struct Judged {
    pub(crate) user: Option<User>,
    role: Option<Arc<Role>>,
    pub(crate) outcome: Result<MayLogInByPassword, PasswordDenied>,
    at: UnixTime,
}

/// Somebody who came in with a password.
#[derive(Debug)]
pub struct LoggedInByPassword {
    pub user: User,
    pub role: Arc<Role>,
    pub may: MayLogInByPassword,
}

/// Why somebody did not.
#[derive(Debug, thiserror::Error)]
pub enum PasswordRefused {
    /// What [`PasswordDenied::public`] says is for the caller, the rest for the account's own pages.
    #[error(transparent)]
    Denied(#[from] PasswordDenied),
    /// Nothing was compared: too many logins from the address failed.
    #[error("Too many logins from your address failed. Wait {} seconds and try again.", wait.as_secs())]
    TooOften { wait: Duration },
    #[error(transparent)]
    Failed(#[from] AdministrationError),
}

impl Authority {
    /// Lets somebody in, or refuses them. Either way the Login Audit Trail gets its row, and a refusal's row is durable
    /// before this returns.
    pub async fn log_in_by_password(
        &self,
        attempt: &PasswordAttempt<'_>,
    ) -> Result<LoggedInByPassword, PasswordRefused> {
        let judged = self.judge(attempt).await?;
        self.note(attempt, judged).await
    }

    /// Counts a login with a password that failed against the address that it came from.
    pub fn count_failed_password(&self, address: Option<IpAddr>) {
        self.throttle.failed(address, self.clock.elapsed());
    }

    /// Decides, and writes what the decision changes of the user; the row is still to be [written](Self::note).
    pub(crate) async fn judge(&self, attempt: &PasswordAttempt<'_>) -> Result<Judged, PasswordRefused> {
        if let Some(wait) = self.throttle.wait(attempt.source.ip, self.clock.elapsed()) {
            return Err(PasswordRefused::TooOften { wait });
        }
        let now = self.clock.now();
        let snapshot = self.snapshot();
        let mut attempts = ATTEMPTS;
        loop {
            let found = self.store.user_by_login(attempt.email.to_owned()).await;
            let found = found.map_err(AdministrationError::from)?;
            attempts -= 1;
            let decided = self.decide(attempt, found.as_ref(), &snapshot, now).await;
            match decided {
                Err(AdministrationError::Store(StoreError::Conflict(Conflict::Password))) if attempts > 0 => {
                }
                decided => {
                    let (outcome, role) = decided?;
                    return Ok(Judged {
                        user: found.map(|(user, _)| user),
                        role,
                        outcome,
                        at: now,
                    });
                }
            }
        }
    }

    /// Writes the row of a login that was judged, and counts one that failed.
    pub(crate) async fn note(
        &self,
        attempt: &PasswordAttempt<'_>,
        judged: Judged,
    ) -> Result<LoggedInByPassword, PasswordRefused> {
        if judged.outcome.is_err() {
            self.count_failed_password(attempt.source.ip);
        }
        self.note_uncounted(attempt, judged).await
    }

    pub(crate) async fn note_uncounted(
        &self,
        attempt: &PasswordAttempt<'_>,
        judged: Judged,
    ) -> Result<LoggedInByPassword, PasswordRefused> {
        self.write_row(attempt, &judged).await?;
        let Judged {
            user, role, outcome, ..
        } = judged;
        let may = outcome?;
        match user.zip(role) {
            Some((user, role)) => Ok(LoggedInByPassword { user, role, may }),
            None => Err(PasswordDenied::UnknownEmail.into()),
        }
    }

    async fn decide(
        &self,
        attempt: &PasswordAttempt<'_>,
        found: Option<&(User, Access)>,
        snapshot: &Arc<Snapshot>,
        now: UnixTime,
    ) -> Result<(Result<MayLogInByPassword, PasswordDenied>, Option<Arc<Role>>), AdministrationError> {
        let hash = found.and_then(|(_, access)| access.password.as_ref().map(|password| &password.hash));
        let password_is_right = self.passwords.matches(attempt.password, hash).await?;
        let Some((user, access)) = found else {
            return Ok((Err(PasswordDenied::UnknownEmail), None));
        };
        let chosen = chosen_role(attempt, user, snapshot, now);
        // Attack: guesses that name a role nobody has must count like any other, so they are decided in one there is.
        let decided_in = chosen.clone().or_else(|| snapshot.roles().next().cloned());
        let missing = chosen.is_none().then(|| no_such_role(attempt.role, user));
        let Some(role) = decided_in else {
            return Ok((Err(no_such_role(attempt.role, user).into()), None));
        };
        let (code, used) = match &missing {
            Some(_) => (CodeAnswer::NotGiven, None),
            None => self.code(attempt, user.id, access, now).await?,
        };
        let answer = PasswordAnswer {
            password_is_right,
            code,
        };
        let login = PasswordLogin {
            user: user.id,
            role: role.id,
            compared: hash.cloned(),
        };
        let via = match attempt.surface {
            Surface::Page => Via::Page,
            _ => Via::Api,
        };
        let by = By::user(user, via, now);
        let (surface, address, snapshot) = (attempt.surface, attempt.source.ip, Arc::clone(snapshot));
        let decide = move |stored: &countersign_store::PasswordAttempt| {
            let scene = PasswordScene {
                scene: countersign_model::LoginScene {
                    features: &stored.features,
                    ..snapshot.scene(surface, address, now)
                },
                policy: &snapshot.settings.password_policy,
                mandatory_two_factor: snapshot.settings.mandatory_two_factor,
            };
            let access = &stored.access;
            let (password, factor) = (access.password.as_ref(), access.factor);
            let outcome =
                may_log_in_by_password(&stored.user, &stored.role, password, factor, answer, &scene);
            match missing {
                Some(denied) if password_is_right => Decision {
                    outcome: Err(denied.into()),
                    used: None,
                },
                _ => Decision { outcome, used },
            }
        };
        let outcome = self.store.decide_password_login(login, by, decide).await?;
        if outcome.as_ref().is_err_and(PasswordDenied::counts_as_failure) {
            // The failure may have locked the user, which logins by token must see at once.
            self.take_in_change().await;
        }
        Ok((outcome, chosen))
    }

    /// Whether the code is right, and what is used up with it.
    async fn code(
        &self,
        attempt: &PasswordAttempt<'_>,
        user: EntityId,
        access: &Access,
        now: UnixTime,
    ) -> Result<(CodeAnswer, Option<UsedCode>), AdministrationError> {
        let Some(typed) = attempt.code.filter(|typed| !typed.trim().is_empty()) else {
            return Ok((CodeAnswer::NotGiven, None));
        };
        let right = if let Some(code) = VerificationCode::typed(typed) {
            let app = self.authenticator(user, access).await?;
            app.and_then(|app| app.step_of(&code, now)).map(UsedCode::Step)
        } else {
            let typed = recovery_code_hash(typed);
            typed
                .filter(|hash| access.recovery_codes.contains(hash))
                .map(UsedCode::Recovery)
        };
        Ok(match right {
            Some(used) => (CodeAnswer::Right, Some(used)),
            None => (CodeAnswer::Wrong, None),
        })
    }

    /// What the user's authenticator app shares with the account.
    pub(crate) async fn authenticator(
        &self,
        user: EntityId,
        access: &Access,
    ) -> Result<Option<AuthenticatorSecret>, AdministrationError> {
        if access.factor == countersign_model::SecondFactor::None {
            return Ok(None);
        }
        let owner = SecretOwner::SecondFactor(user);
        let secret = self.secrets.open(owner, access.factor_generation).await?;
        Ok(AuthenticatorSecret::opened(&secret))
    }

    async fn write_row(
        &self,
        attempt: &PasswordAttempt<'_>,
        judged: &Judged,
    ) -> Result<(), AdministrationError> {
        let (status, security_challenge) = match &judged.outcome {
            Ok(may) if may.two_factor() => (LoginStatus::Success, SecurityChallenge::Passed),
            Ok(_) => (LoginStatus::Success, SecurityChallenge::NotAsked),
            Err(denied) => {
                let status = LoginStatus::Failure {
                    detail: denied.detail(),
                    reason: denied.to_string(),
                    mistake: Some(denied.mistake().to_owned()),
                };
                let asked = matches!(
                    denied,
                    PasswordDenied::TwoFactorRequired { .. } | PasswordDenied::WrongCode { .. }
                );
                let challenge = if asked {
                    SecurityChallenge::Failed
                } else {
                    SecurityChallenge::NotAsked
                };
                (status, challenge)
            }
        };
        let row = LoginRow {
            user: judged.user.as_ref().map(LoginUser::from),
            role: judged.role.as_deref().map(LoginRole::from),
            security_challenge,
            ..attempt.source.row(attempt.surface, status, judged.at)
        };
        self.audit_trail.append_durably(row).await?;
        Ok(())
    }
}

/// The role that was asked for; else the first that is open to the user; else the first they have, so that the trail can
/// say why it is not.
fn chosen_role(
    attempt: &PasswordAttempt<'_>,
    user: &User,
    snapshot: &Snapshot,
    now: UnixTime,
) -> Option<Arc<Role>> {
    if let Some(asked) = attempt.role {
        return snapshot.role(asked).cloned();
    }
    let scene = snapshot.scene(attempt.surface, attempt.source.ip, now);
    let open = scene
        .roles_open_to(user, snapshot.roles().map(AsRef::as_ref))
        .next();
    let first = open
        .map(|role| role.id)
        .or(user.roles.first().map(|assigned| assigned.role));
    snapshot.role(first?).cloned()
}

/// The role that was asked for is none of this account's, or the user has none.
fn no_such_role(asked: Option<RoleId>, user: &User) -> LoginDenied {
    LoginDenied::RoleNotAssigned {
        user: user.name.clone(),
        role: asked.map_or_else(|| "any".to_owned(), |id| format!("with internal id {id}")),
        kind: user.kind,
    }
}
