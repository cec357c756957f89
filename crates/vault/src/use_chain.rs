//! Each use of a connection is bound to the one before it, as the rows of the audit are. The chain is one of its own: uses
//! are written in groups and forgotten after a time, from the oldest on, so it begins with the oldest that is kept.
//!
//! One digest a row, worked out while its group is written: no query more than a group has anyway.

use countersign_database::Transaction;
use sha2::{Digest as _, Sha256};

use crate::uses::{self, Use};
use crate::{AuditBroken, AuditHead, MAX_ROWS, Method, Vault, VaultError};

impl Vault {
    /// Follows the chain of what is kept. Rows from before there was one, which stand at its beginning, are passed over.
    pub async fn verify_uses(&self) -> Result<Result<AuditHead, AuditBroken>, VaultError> {
        let mut head = AuditHead::default();
        let mut last: Option<(i64, String)> = None;
        loop {
            let after = last.as_ref().map_or(0, |(id, _)| *id);
            let page = async move |snapshot: &mut Transaction<'_>| {
                let sql = format!(
                    "SELECT {}, digest FROM connection_use WHERE id > ?1 ORDER BY id LIMIT ?2",
                    uses::COLUMNS
                );
                let read = |row: &countersign_database::Row<'_>| {
                    Ok::<_, VaultError>((uses::row(row)?, row.optional_text("digest")?.unwrap_or_default()))
                };
                snapshot.rows(&sql, &[after.into(), MAX_ROWS.into()], read).await
            };
            let rows: Vec<((i64, Use), String)> = self.database.read::<_, _, VaultError>(page).await?;
            if rows.is_empty() {
                head.digest = last.map(|(_, digest)| digest).unwrap_or_default();
                return Ok(Ok(head));
            }
            for ((id, one), stored) in rows {
                // What the oldest follows from is forgotten.
                let follows = match &last {
                    None => true,
                    Some((_, before)) if before.is_empty() && stored.is_empty() => true,
                    Some((known, before)) => *known + 1 == id && digest(before, id, &one) == stored,
                };
                if !follows {
                    return Ok(Err(AuditBroken { id }));
                }
                head.rows += u64::from(!stored.is_empty());
                last = Some((id, stored));
            }
        }
    }
}

/// Where the chain ends: the last id, and its digest.
pub(crate) async fn end(transaction: &mut Transaction<'_>) -> Result<(i64, String), VaultError> {
    let sql = "SELECT id, digest FROM connection_use ORDER BY id DESC LIMIT 1";
    let last = transaction.row(sql, &[], |row| {
        Ok::<_, VaultError>((
            row.integer("id")?,
            row.optional_text("digest")?.unwrap_or_default(),
        ))
    });
    Ok(last.await?.unwrap_or_default())
}

/// In hexadecimal. Every text carries its length, so that none can run into the next.
pub(crate) fn digest(before: &str, id: i64, one: &Use) -> String {
    let mut hash = Sha256::new();
    let service = one.service.map(|kind| kind.to_string());
    let texts = [
        "countersign/use/1",
        before,
        &one.request,
        one.connection.as_str(),
        service.as_deref().unwrap_or_default(),
        one.method.map(Method::as_str).unwrap_or_default(),
        &one.path,
        &one.outcome,
    ];
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    let numbers = [
        id,
        one.at.millis(),
        one.caller.0,
        one.status.map_or(-1, i64::from),
        i64::from(one.attempts),
        uses::millis(one.waited),
        uses::millis(one.took),
    ];
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
