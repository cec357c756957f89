//! Each row of the audit is bound to all rows before it, so that none can be changed or taken out unnoticed.
//!
//! The rows at the end can be cut off, and whoever writes the whole table anew writes a chain that holds: against both helps
//! only a head that was noted elsewhere.

use std::fmt;

use countersign_database::Transaction;
use sha2::{Digest as _, Sha256};

use crate::audit;
use crate::{AuditRow, MAX_ROWS, Vault, VaultError};

/// Where the chain ends: note it elsewhere, and compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditHead {
    pub rows: u64,
    /// The digest of the last row in hexadecimal; empty where there is none.
    pub digest: String,
}

/// The first row that does not follow from those before it: it, or one before it, was changed or is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit was changed at or before row {id}: compare it with a backup")]
pub struct AuditBroken {
    pub id: i64,
}

impl Vault {
    /// Whether a row of this digest, in hexadecimal, is in the chain. One that ended the chain once and is not there any more
    /// was cut off, or the whole vault is of a day before it.
    pub async fn audit_holds(&self, digest: &str) -> Result<bool, VaultError> {
        let bytes = (0..digest.len()).step_by(2).map(|at| {
            let pair = digest.get(at..at + 2)?;
            u8::from_str_radix(pair, 16).ok()
        });
        let Some(bytes) = bytes.collect::<Option<Vec<u8>>>() else {
            return Ok(false);
        };
        let found = async move |snapshot: &mut Transaction<'_>| {
            let sql = "SELECT id FROM audit WHERE digest = ?1";
            let id = snapshot
                .row(sql, &[(&bytes).into()], |row| row.integer("id"))
                .await?;
            Ok::<_, VaultError>(id.is_some())
        };
        self.database.read(found).await
    }

    /// Follows the whole chain, a page at a time.
    pub async fn verify_audit(&self) -> Result<Result<AuditHead, AuditBroken>, VaultError> {
        let mut head = AuditHead::default();
        let (mut last, mut before) = (0, Vec::new());
        loop {
            let page = async move |snapshot: &mut Transaction<'_>| {
                let sql = "SELECT id, at, actor, action, subject, detail, digest FROM audit
                           WHERE id > ?1 ORDER BY id LIMIT ?2";
                let read = |row: &countersign_database::Row<'_>| Ok((audit::row(row)?, row.bytes("digest")?));
                snapshot.rows(sql, &[last.into(), MAX_ROWS.into()], read).await
            };
            let rows: Vec<(AuditRow, Vec<u8>)> = self.database.read::<_, _, VaultError>(page).await?;
            if rows.is_empty() {
                head.digest = Hex(&before).to_string();
                return Ok(Ok(head));
            }
            for (row, stored) in rows {
                if row.id != last + 1 || digest(&before, &row) != stored {
                    return Ok(Err(AuditBroken { id: row.id }));
                }
                head.rows += 1;
                (last, before) = (row.id, stored);
            }
        }
    }
}

/// Every text carries its length, so that none can run into the next.
pub(crate) fn digest(before: &[u8], row: &AuditRow) -> Vec<u8> {
    let mut hash = Sha256::new();
    let texts = [&*row.actor, row.action.word(), &*row.subject, &*row.detail];
    for bytes in [b"countersign/audit/1", before]
        .into_iter()
        .chain(texts.map(str::as_bytes))
    {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hash.update(row.id.to_be_bytes());
    hash.update(row.at.millis().to_be_bytes());
    hash.finalize().to_vec()
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
