//! What all users prove themselves with, row for row, as a sandbox refresh copies it. The secrets of authenticator apps
//! are among the sealed ones.

use std::fmt;

use countersign_database::{Row, Transaction, Value};
use countersign_model::EntityId;

use crate::StoreError;

/// Passwords, second factors and recovery codes of every user.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Proofs {
    passwords: Vec<PasswordRow>,
    factors: Vec<FactorRow>,
    codes: Vec<(i64, String)>,
}

#[derive(Clone, PartialEq, Eq)]
struct PasswordRow {
    entity: i64,
    hash: String,
    set_at: i64,
    must_change: bool,
    earlier: String,
    failures: i64,
}

#[derive(Clone, PartialEq, Eq)]
struct FactorRow {
    entity: i64,
    state: String,
    generation: i64,
    since: Option<i64>,
    last_step: Option<i64>,
}

impl Proofs {
    /// The users whose authenticator app has a secret, with its generation.
    pub fn authenticators(&self) -> impl Iterator<Item = (EntityId, u64)> {
        let with_secret = self.factors.iter().filter(|factor| factor.state != "none");
        with_secret.map(|factor| (EntityId::new(factor.entity), factor.generation.cast_unsigned()))
    }
}

/// Hashes are for nobody to read.
impl fmt::Debug for Proofs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Proofs({} passwords, {} second factors)",
            self.passwords.len(),
            self.factors.len()
        )
    }
}

pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Proofs, StoreError> {
    let sql = "SELECT entity, hash, set_at, must_change, earlier, failures FROM password ORDER BY entity";
    let password = |row: &Row<'_>| {
        Ok::<_, StoreError>(PasswordRow {
            entity: row.integer("entity")?,
            hash: row.text("hash")?,
            set_at: row.integer("set_at")?,
            must_change: row.boolean("must_change")?,
            earlier: row.text("earlier")?,
            failures: row.integer("failures")?,
        })
    };
    let passwords = snapshot.rows(sql, &[], password).await?;
    let sql = "SELECT entity, state, generation, since, last_step FROM second_factor ORDER BY entity";
    let factor = |row: &Row<'_>| {
        Ok::<_, StoreError>(FactorRow {
            entity: row.integer("entity")?,
            state: row.text("state")?,
            generation: row.integer("generation")?,
            since: row.optional_integer("since")?,
            last_step: row.optional_integer("last_step")?,
        })
    };
    let factors = snapshot.rows(sql, &[], factor).await?;
    let sql = "SELECT entity, hash FROM recovery_code ORDER BY entity, hash";
    let code = |row: &Row<'_>| Ok::<_, StoreError>((row.integer("entity")?, row.text("hash")?));
    let codes = snapshot.rows(sql, &[], code).await?;
    Ok(Proofs {
        passwords,
        factors,
        codes,
    })
}

/// For users who have none yet.
pub(crate) async fn insert(transaction: &mut Transaction<'_>, proofs: &Proofs) -> Result<(), StoreError> {
    let columns = ["entity", "hash", "set_at", "must_change", "earlier", "failures"];
    let rows: Vec<[Value<'_>; 6]> = proofs
        .passwords
        .iter()
        .map(|row| {
            [
                row.entity.into(),
                (&row.hash).into(),
                row.set_at.into(),
                row.must_change.into(),
                (&row.earlier).into(),
                row.failures.into(),
            ]
        })
        .collect();
    transaction.insert_all("password", columns, &rows).await?;
    let columns = ["entity", "state", "generation", "since", "last_step"];
    let rows: Vec<[Value<'_>; 5]> = proofs
        .factors
        .iter()
        .map(|row| {
            [
                row.entity.into(),
                (&row.state).into(),
                row.generation.into(),
                row.since.into(),
                row.last_step.into(),
            ]
        })
        .collect();
    transaction.insert_all("second_factor", columns, &rows).await?;
    let rows: Vec<[Value<'_>; 2]> = proofs
        .codes
        .iter()
        .map(|(entity, hash)| [(*entity).into(), hash.into()])
        .collect();
    Ok(transaction
        .insert_all("recovery_code", ["entity", "hash"], &rows)
        .await?)
}
