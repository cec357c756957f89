//! A login with a password, decided and written down in one transaction.
//!
//! Invariant: writers take turns, also those of other nodes. So of two guesses at once each counts, the fifth locks, and
//! the right password that comes after it finds the lock; and of two logins with one code only the first finds it unused.

use countersign_database::Transaction;
use countersign_model::{
    By, EntityId, FeatureSet, Lock, MayLogInByPassword, PasswordDenied, PasswordHash, RecoveryCodeHash, Role,
    RoleId, SecondFactor, Settings, TimeStep, User,
};

use crate::accesses::{self, Access};
use crate::{Conflict, Store, StoreError, features, passwords, roles, second_factors, settings, users};

/// Who wants in.
#[derive(Clone, Debug)]
pub struct PasswordLogin {
    pub user: EntityId,
    pub role: RoleId,
    /// The hash the password was compared with, which takes too long to be done in a transaction. Where another stands
    /// there by now, nothing is decided.
    pub compared: Option<PasswordHash>,
}

/// What is stored at the moment of the decision.
#[derive(Clone, Debug)]
pub struct PasswordAttempt {
    pub user: User,
    pub role: Role,
    pub features: FeatureSet,
    pub settings: Settings,
    pub access: Access,
}

/// What came of it.
#[derive(Debug)]
pub struct Decision {
    pub outcome: Result<MayLogInByPassword, PasswordDenied>,
    /// The code that was found right, and is used up with this login, whatever its outcome.
    pub used: Option<UsedCode>,
}

/// What can be used once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsedCode {
    /// The code of an authenticator app at this step.
    Step(TimeStep),
    Recovery(RecoveryCodeHash),
}

impl Store {
    /// Asks `decide`, which holds the stored state against [`may_log_in_by_password`](countersign_model::may_log_in_by_password), and writes
    /// what follows: the count of failures, the lock with its note, the code that is used up. A code that cannot be used
    /// any more turns the decision into [`PasswordDenied::WrongCode`], and so does a second factor without a code.
    ///
    /// `decide` runs in the transaction: it may compute and not wait.
    pub async fn decide_password_login<F>(
        &self,
        login: PasswordLogin,
        by: By,
        decide: F,
    ) -> Result<Result<MayLogInByPassword, PasswordDenied>, StoreError>
    where
        F: FnOnce(&PasswordAttempt) -> Decision + Send + 'static,
    {
        let decide = async move |transaction: &mut Transaction<'_>| {
            let attempt = attempt(transaction, &login).await?;
            let Decision { mut outcome, used } = decide(&attempt);
            let passed = match used {
                Some(used) => use_up(transaction, &attempt, &used, &by).await?,
                None => !outcome.as_ref().is_ok_and(MayLogInByPassword::two_factor),
            };
            if !passed {
                let user = attempt.user.name.clone();
                outcome = Err(PasswordDenied::WrongCode { user });
            }
            let lock = attempt.access.lock;
            let after = match &outcome {
                Ok(_) => lock.succeeded(by.at),
                Err(denied) if denied.counts_as_failure() => lock.failed(by.at),
                Err(_) => lock,
            };
            keep_lock(transaction, attempt.user, (lock, after), &by).await?;
            Ok(outcome)
        };
        self.database.write(decide).await
    }
}

async fn attempt(
    transaction: &mut Transaction<'_>,
    login: &PasswordLogin,
) -> Result<PasswordAttempt, StoreError> {
    let user = users::require(transaction, login.user).await?;
    let access = accesses::of(transaction, &user).await?;
    if access.password.as_ref().map(|password| &password.hash) != login.compared.as_ref() {
        return Err(Conflict::Password.into());
    }
    Ok(PasswordAttempt {
        role: roles::require(transaction, login.role).await?,
        features: features::on(transaction).await?,
        settings: settings::require(transaction).await?,
        user,
        access,
    })
}

/// Tells whether the code could still be used.
async fn use_up(
    transaction: &mut Transaction<'_>,
    attempt: &PasswordAttempt,
    used: &UsedCode,
    by: &By,
) -> Result<bool, StoreError> {
    let (user, before) = (attempt.user.id, attempt.access.factor);
    // The first code of an app completes its enrolment, which is not done by a login.
    if !before.is_enrolled() {
        return Ok(false);
    }
    let after: Option<SecondFactor> = match used {
        UsedCode::Step(step) => before.use_code(*step, by.at),
        UsedCode::Recovery(code) if second_factors::take_code(transaction, user, code).await? => {
            before.use_recovery_code()
        }
        UsedCode::Recovery(_) => None,
    };
    let Some(after) = after else { return Ok(false) };
    second_factors::write(transaction, user, after).await?;
    second_factors::note(transaction, by, user, before, after).await?;
    Ok(true)
}

/// A lock that has ended stays where it stands: it is over without a change.
async fn keep_lock(
    transaction: &mut Transaction<'_>,
    user: User,
    (before, after): (Lock, Lock),
    by: &By,
) -> Result<(), StoreError> {
    if after.failures() != before.failures() {
        passwords::set_failures(transaction, user.id, after.failures()).await?;
    }
    if after.until().is_none() || after.until() == before.until() {
        return Ok(());
    }
    let locked = User {
        locked_until: after.until(),
        ..user.clone()
    };
    users::save(transaction, &user, &locked, by).await
}
