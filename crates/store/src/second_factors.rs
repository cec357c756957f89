//! Second factors: how far an authenticator app's codes are used up, and which recovery codes are left. The app's secret
//! is among the sealed ones.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    By, EntityId, NotedRecord, RECOVERY_CODES, RecoveryCodeHash, SecondFactor, SessionId, TimeStep,
};
use countersign_world::UnixTime;

use crate::accesses::{self, Access};
use crate::column::{count, counted, optional_time};
use crate::{Conflict, SealedSecret, SecretOwner, Store, StoreError, notes, secrets, sessions, users};

const WHAT: &str = "second factor";

/// Recovery codes are made together.
type RecoveryCodes = [RecoveryCodeHash; RECOVERY_CODES as usize];

impl Store {
    /// Keeps the secret that an authenticator app is shown, sealed for [`SecretOwner::SecondFactor`] and the generation
    /// after [`Access::factor_generation`]. Nothing is asked for until a code has come back; until then another secret
    /// may take its place. Who has a second factor removes it first.
    pub async fn begin_second_factor(
        &self,
        user: EntityId,
        secret: SealedSecret,
        by: By,
    ) -> Result<(), StoreError> {
        let begin = async move |transaction: &mut Transaction<'_>| {
            let before = access(transaction, user).await?;
            if before.factor.is_enrolled() || secret.generation != before.factor_generation + 1 {
                return Err(Conflict::SecondFactor.into());
            }
            let sql = "INSERT INTO second_factor (entity, state, generation) VALUES (?1, 'pending', ?2)
                       ON CONFLICT (entity) DO UPDATE SET state = 'pending', generation = excluded.generation";
            let values = [user.get().into(), counted(secret.generation).into()];
            transaction.execute(sql, &values).await?;
            let owner = SecretOwner::SecondFactor(user);
            secrets::replace(transaction, &owner, &secret).await?;
            note(transaction, &by, user, before.factor, SecondFactor::Pending).await
        };
        self.database.write(begin).await
    }

    /// The first right code has come back: it was of `step`, and made with the secret of this generation. The user's
    /// sessions end, but for `keep`, in which it was given.
    pub async fn confirm_second_factor(
        &self,
        user: EntityId,
        generation: u64,
        step: TimeStep,
        codes: RecoveryCodes,
        keep: Option<SessionId>,
        by: By,
    ) -> Result<SecondFactor, StoreError> {
        let confirm = async move |transaction: &mut Transaction<'_>| {
            let before = access(transaction, user).await?;
            let after = before.factor.use_code(step, by.at);
            let after = after
                .filter(|_| before.factor == SecondFactor::Pending && before.factor_generation == generation)
                .ok_or(Conflict::SecondFactor)?;
            write(transaction, user, after).await?;
            replace_codes(transaction, user, &codes).await?;
            sessions::end_others(transaction, user, keep).await?;
            if let Some(keep) = keep {
                sessions::enrolled(transaction, keep).await?;
            }
            note(transaction, &by, user, before.factor, after).await?;
            Ok(after)
        };
        self.database.write(confirm).await
    }

    /// The old ones are good for nothing from here on.
    pub async fn replace_recovery_codes(
        &self,
        user: EntityId,
        codes: RecoveryCodes,
        by: By,
    ) -> Result<SecondFactor, StoreError> {
        let replace = async move |transaction: &mut Transaction<'_>| {
            let before = access(transaction, user).await?.factor;
            if !before.is_enrolled() {
                return Err(Conflict::SecondFactor.into());
            }
            replace_codes(transaction, user, &codes).await?;
            let after = before.with_new_recovery_codes();
            note(transaction, &by, user, before, after).await?;
            Ok(after)
        };
        self.database.write(replace).await
    }

    /// Its secret and its recovery codes go with it. Nothing where there is none.
    pub async fn remove_second_factor(&self, user: EntityId, by: By) -> Result<(), StoreError> {
        let remove = async move |transaction: &mut Transaction<'_>| {
            let before = access(transaction, user).await?.factor;
            write(transaction, user, SecondFactor::None).await?;
            replace_codes(transaction, user, &[]).await?;
            secrets::delete(transaction, &SecretOwner::SecondFactor(user)).await?;
            note(transaction, &by, user, before, SecondFactor::None).await
        };
        self.database.write(remove).await
    }
}

/// The factor of a user who has so many recovery codes left, and the generation of its secret.
pub(crate) async fn find(
    transaction: &mut Transaction<'_>,
    user: EntityId,
    codes_left: usize,
) -> Result<(SecondFactor, u64), StoreError> {
    let unreadable = StoreError::unreadable(WHAT);
    let recovery_codes_left = u8::try_from(codes_left).map_err(|error| unreadable(&error))?;
    let factor = |row: &Row<'_>| {
        let generation = count(row, "generation")?;
        let factor = match row.text("state")?.as_str() {
            "enrolled" => SecondFactor::Enrolled {
                since: optional_time(row, "since")?.ok_or_else(|| unreadable(&"since when is missing"))?,
                last_step: TimeStep::stored(count(row, "last_step")?),
                recovery_codes_left,
            },
            "pending" => SecondFactor::Pending,
            _ => SecondFactor::None,
        };
        Ok::<_, StoreError>((factor, generation))
    };
    let sql = "SELECT state, generation, since, last_step FROM second_factor WHERE entity = ?1";
    let found = transaction.row(sql, &[user.get().into()], factor).await?;
    Ok(found.unwrap_or_default())
}

pub(crate) async fn recovery_codes(
    transaction: &mut Transaction<'_>,
    user: EntityId,
) -> Result<Vec<RecoveryCodeHash>, StoreError> {
    let sql = "SELECT hash FROM recovery_code WHERE entity = ?1 ORDER BY hash";
    let code = |row: &Row<'_>| {
        let code = RecoveryCodeHash::parse(row.text("hash")?);
        code.map_err(|error| StoreError::unreadable("recovery code")(&error))
    };
    transaction.rows(sql, &[user.get().into()], code).await
}

/// Uses up a recovery code; tells whether it was still there.
pub(crate) async fn take_code(
    transaction: &mut Transaction<'_>,
    user: EntityId,
    code: &RecoveryCodeHash,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM recovery_code WHERE entity = ?1 AND hash = ?2";
    let values = [user.get().into(), code.as_str().into()];
    Ok(transaction.execute(sql, &values).await? == 1)
}

/// The state, without the recovery codes.
pub(crate) async fn write(
    transaction: &mut Transaction<'_>,
    user: EntityId,
    factor: SecondFactor,
) -> Result<(), StoreError> {
    let (state, since, last_step) = match factor {
        SecondFactor::None => ("none", None, None),
        SecondFactor::Pending => ("pending", None, None),
        SecondFactor::Enrolled { since, last_step, .. } => ("enrolled", Some(since), Some(last_step)),
    };
    let sql = "UPDATE second_factor SET state = ?2, since = ?3, last_step = ?4 WHERE entity = ?1";
    let values = [
        user.get().into(),
        state.into(),
        since.map(UnixTime::millis).into(),
        last_step.map(|step| counted(step.get())).into(),
    ];
    transaction.execute(sql, &values).await?;
    Ok(())
}

/// On the record of the user.
pub(crate) async fn note(
    transaction: &mut Transaction<'_>,
    by: &By,
    user: EntityId,
    before: SecondFactor,
    after: SecondFactor,
) -> Result<(), StoreError> {
    let record = NotedRecord::User(user);
    notes::write(transaction, by, record, Some(&before), Some(&after)).await?;
    Ok(())
}

async fn access(transaction: &mut Transaction<'_>, user: EntityId) -> Result<Access, StoreError> {
    let user = users::require(transaction, user).await?;
    accesses::of(transaction, &user).await
}

async fn replace_codes(
    transaction: &mut Transaction<'_>,
    user: EntityId,
    codes: &[RecoveryCodeHash],
) -> Result<(), StoreError> {
    let sql = "DELETE FROM recovery_code WHERE entity = ?1";
    transaction.execute(sql, &[user.get().into()]).await?;
    let row = |code| [user.get().into(), RecoveryCodeHash::as_str(code).into()];
    let rows: Vec<[Value<'_>; 2]> = codes.iter().map(row).collect();
    transaction
        .insert_all("recovery_code", ["entity", "hash"], &rows)
        .await?;
    Ok(())
}
