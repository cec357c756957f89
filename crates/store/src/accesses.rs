//! What a user proves themselves with, read as a whole: password, count of failures, second factor. Beside the user, whom
//! every login by token reads and none of this.

use countersign_database::{Row, Transaction};
use countersign_model::{EntityId, Lock, Password, RecoveryCodeHash, SecondFactor, User};

use crate::{Store, StoreError, passwords, second_factors, users};

/// The most entities of one email address that are looked at.
const MAX_SHARING: u32 = 100;

/// What is stored of a user's proofs at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub password: Option<Password>,
    pub lock: Lock,
    pub factor: SecondFactor,
    /// Of the last secret an authenticator app was given; 0 before the first. The next is sealed for one more.
    pub factor_generation: u64,
    /// Those that are left.
    pub recovery_codes: Vec<RecoveryCodeHash>,
}

impl Store {
    pub async fn access(&self, user: EntityId) -> Result<Access, StoreError> {
        let read = async move |snapshot: &mut Transaction<'_>| {
            let user = users::require(snapshot, user).await?;
            of(snapshot, &user).await
        };
        self.database.read(read).await
    }

    /// Whom a login with this email address means, upper and lower case of ASCII letters aside. Entities may share one;
    /// only one of them is meant: of those that can log in, the lowest internal id. Where none can, the one that comes
    /// nearest is given, so that the Login Audit Trail can say what is missing.
    pub async fn user_by_login(&self, email: String) -> Result<Option<(User, Access)>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| {
            // No stored text holds a NUL, and PostgreSQL does not even take one in a question.
            if email.contains('\0') {
                return Ok(None);
            }
            let sql = "SELECT sharing.id
                       FROM (SELECT id, give_access, inactive FROM entity WHERE lower(email) = ?1 ORDER BY id LIMIT ?2)
                            AS sharing
                            LEFT JOIN password ON password.entity = sharing.id
                       ORDER BY give_access DESC, inactive, CASE WHEN password.entity IS NULL THEN 1 ELSE 0 END,
                                sharing.id
                       LIMIT 1";
            let id = |row: &Row<'_>| row.integer("id");
            let email = email.to_ascii_lowercase();
            let id = snapshot
                .row(sql, &[(&email).into(), MAX_SHARING.into()], id)
                .await?;
            let Some(id) = id else { return Ok(None) };
            let user = users::require(snapshot, EntityId::new(id)).await?;
            let access = of(snapshot, &user).await?;
            Ok(Some((user, access)))
        };
        self.database.read(find).await
    }
}

/// What is stored of this user.
pub(crate) async fn of(transaction: &mut Transaction<'_>, user: &User) -> Result<Access, StoreError> {
    let stored = passwords::find(transaction, user.id).await?;
    let (password, failures) = stored.map_or((None, 0), |(password, failures)| (Some(password), failures));
    let recovery_codes = second_factors::recovery_codes(transaction, user.id).await?;
    let (factor, factor_generation) =
        second_factors::find(transaction, user.id, recovery_codes.len()).await?;
    Ok(Access {
        password,
        lock: Lock::stored(failures, user.locked_until),
        factor,
        factor_generation,
        recovery_codes,
    })
}
