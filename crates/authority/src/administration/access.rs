//! What users prove themselves with: passwords and second factors.

use countersign_credential::{AuthenticatorSecret, RecoveryCodes, VerificationCode};
use countersign_model::{
    EntityId, Password, PasswordDenied, PasswordDraft, PasswordForm, SecondFactor, Session, User,
    WantedPassword,
};
use countersign_protocol::Secret;
use countersign_store::{Access, Decision, NewPassword, PasswordLogin, SecretOwner};
use countersign_world::UnixTime;

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::Caller;

/// What an authenticator app is given: shown here and never again.
#[derive(Debug)]
pub struct NewAuthenticator {
    /// In base32, to be typed.
    pub secret: Secret,
    /// What a QR code holds.
    pub address: Secret,
}

/// How somebody proves who they are, as far as others may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// When the password was set; none where there is none.
    pub password_set: Option<UnixTime>,
    /// Require Password Change on Next Login.
    pub must_change: bool,
    /// Failed passwords in a row.
    pub failures: u32,
    /// Until when they lock the user; none where they do not, or no longer.
    pub locked_until: Option<UnixTime>,
    pub factor: SecondFactor,
}

impl Authority {
    /// The User Access Reset Tool, before anything is reset.
    pub async fn proofs(&self, caller: &Caller, id: EntityId) -> Result<Proofs, AdministrationError> {
        self.user(caller, id).await?;
        self.proofs_of(id).await
    }

    /// The same of whoever asks.
    pub async fn own_proofs(&self, caller: &Caller) -> Result<Proofs, AdministrationError> {
        let user = caller.require_any_session()?.user;
        self.proofs_of(user).await
    }

    async fn proofs_of(&self, user: EntityId) -> Result<Proofs, AdministrationError> {
        let Access {
            password,
            lock,
            factor,
            ..
        } = self.store.access(user).await?;
        let now = self.clock.now();
        Ok(Proofs {
            must_change: password.as_ref().is_some_and(|password| password.must_change),
            password_set: password.map(|password| password.set_at),
            failures: lock.failures(),
            locked_until: lock.until().filter(|until| *until > now),
            factor,
        })
    }

    /// Manually Assign or Change Password. The user's page sessions end; their tokens go on working.
    pub async fn set_password(
        &self,
        caller: &Caller,
        id: EntityId,
        password: &Secret,
        must_change: bool,
    ) -> Result<(), AdministrationError> {
        let user = self.may_change(caller, id).await?;
        let access = self.store.access(id).await?;
        let new = self
            .new_password(&user, &access, password, None, must_change)
            .await?;
        let by = caller.by(self.clock.now());
        self.store.set_password(id, new, None, by).await?;
        self.take_in_change().await;
        Ok(())
    }

    /// Change Password, by the user themselves, who gives the present one. None where that is wrong, or the user is locked.
    pub async fn change_own_password(
        &self,
        caller: &Caller,
        current: &Secret,
        password: &Secret,
    ) -> Result<Option<()>, AdministrationError> {
        let session = caller.require_any_session()?;
        let Some((user, access)) = self.proved_again(caller, session, current).await? else {
            return Ok(None);
        };
        let new = self
            .new_password(&user, &access, password, Some(current), false)
            .await?;
        let by = caller.by(self.clock.now());
        self.store
            .set_password(user.id, new, Some(session.id), by)
            .await?;
        self.take_in_change().await;
        Ok(Some(()))
    }

    /// The user of a session, who gave their present password. None where that is wrong, or the user is locked.
    async fn proved_again(
        &self,
        caller: &Caller,
        session: &Session,
        password: &Secret,
    ) -> Result<Option<(User, Access)>, AdministrationError> {
        let user = self.require_user(session.user).await?;
        let access = self.store.access(user.id).await?;
        let hash = access.password.as_ref().map(|password| &password.hash);
        let is_right = self.passwords.matches(password, hash).await?;
        if !is_right {
            // Attack: whoever finds a session open guesses the password in it. Each guess counts as one at the sign-in.
            let guess = PasswordLogin {
                user: user.id,
                role: session.role,
                compared: hash.cloned(),
            };
            let by = caller.by(self.clock.now());
            let wrong = |_: &_| Decision {
                outcome: Err(PasswordDenied::WrongPassword),
                used: None,
            };
            drop(self.store.decide_password_login(guess, by, wrong).await?);
            self.take_in_change().await;
        }
        let is_proved = is_right && !user.is_locked(self.clock.now());
        Ok(is_proved.then_some((user, access)))
    }

    /// Held against the policy of this moment and every password of the user that is remembered.
    async fn new_password(
        &self,
        user: &User,
        access: &Access,
        password: &Secret,
        current: Option<&Secret>,
        must_change: bool,
    ) -> Result<NewPassword, AdministrationError> {
        let policy = self.snapshot().settings.password_policy;
        let wanted = |used_before| PasswordForm {
            wanted: WantedPassword {
                password,
                current,
                email: &user.email,
                used_before,
            },
            confirmation: password,
        };
        // What is wrong at a glance is said before anything slow is done.
        PasswordDraft::parse(wanted(false), &policy)?;
        let earlier: Vec<_> = access
            .password
            .iter()
            .flat_map(Password::used_before)
            .cloned()
            .collect();
        let used_before = self.passwords.matches_any(password, &earlier).await?;
        PasswordDraft::parse(wanted(used_before), &policy)?;
        Ok(NewPassword {
            hash: self.passwords.hash(password, &*self.entropy).await?,
            must_change,
            replaces: access.password.as_ref().map(|password| password.hash.clone()),
        })
    }

    /// Begins to set up an authenticator app for the user who asks.
    pub async fn begin_second_factor(
        &self,
        caller: &Caller,
    ) -> Result<NewAuthenticator, AdministrationError> {
        let user = caller.require_any_session()?.user;
        let access = self.store.access(user).await?;
        let secret = AuthenticatorSecret::make(&*self.entropy);
        let owner = SecretOwner::SecondFactor(user);
        let generation = access.factor_generation.saturating_add(1);
        let sealed = self
            .secrets
            .seal(&owner, generation, &secret.to_seal(), &*self.entropy)?;
        let by = caller.by(self.clock.now());
        self.store.begin_second_factor(user, sealed, by).await?;
        let account = &self.snapshot().account;
        let issuer = format!("{} ({})", account.company_name, account.id);
        let email = self.require_user(user).await?.email;
        Ok(NewAuthenticator {
            secret: secret.to_type(),
            address: secret.address(&issuer, &email),
        })
    }

    /// The first code of the app completes its set-up, and gives the recovery codes, shown here and never again. None
    /// where the code is wrong.
    pub async fn confirm_second_factor(
        &self,
        caller: &Caller,
        code: &str,
    ) -> Result<Option<RecoveryCodes>, AdministrationError> {
        let session = caller.require_any_session()?;
        let access = self.store.access(session.user).await?;
        let now = self.clock.now();
        let app = match access.factor {
            SecondFactor::Pending => self.authenticator(session.user, &access).await?,
            _ => None,
        };
        let step = app
            .zip(VerificationCode::typed(code))
            .and_then(|(app, code)| app.step_of(&code, now));
        let Some(step) = step else { return Ok(None) };
        let codes = RecoveryCodes::make(&*self.entropy);
        let hashes = codes.hashes()?;
        let (generation, keep) = (access.factor_generation, Some(session.id));
        let by = caller.by(now);
        self.store
            .confirm_second_factor(session.user, generation, step, hashes, keep, by)
            .await?;
        Ok(Some(codes))
    }

    /// New recovery codes for the user who asks, and gives their present password; the old ones are good for nothing from
    /// here on. None where the password is wrong, or the user is locked.
    ///
    /// Attack: whoever finds a session open takes codes along, and comes in with them when it is over.
    pub async fn replace_recovery_codes(
        &self,
        caller: &Caller,
        password: &Secret,
    ) -> Result<Option<RecoveryCodes>, AdministrationError> {
        let session = caller.require_session()?;
        if self.proved_again(caller, session, password).await?.is_none() {
            return Ok(None);
        }
        let codes = RecoveryCodes::make(&*self.entropy);
        let by = caller.by(self.clock.now());
        self.store
            .replace_recovery_codes(session.user, codes.hashes()?, by)
            .await?;
        Ok(Some(codes))
    }

    /// Reset 2FA Settings: the user sets up an app anew at the next sign-in that asks for one.
    pub async fn remove_second_factor(
        &self,
        caller: &Caller,
        id: EntityId,
    ) -> Result<(), AdministrationError> {
        self.may_change(caller, id).await?;
        let by = caller.by(self.clock.now());
        self.store.remove_second_factor(id, by).await?;
        Ok(())
    }
}
