//! What becomes of many tokens at once with the record they belong to. There may be a hundred thousand: they are noted
//! a thousand at a time, and changed by one statement.

use countersign_database::Transaction;
use countersign_model::{
    AccessToken, AccessTokenId, By, EntityId, IntegrationId, NotedRecord, SystemNote, TokenChange,
    system_notes,
};

use crate::page::Place;
use crate::token_row::read;
use crate::{MAX_ROWS, StoreError, TokenFilter, notes, tokens};

/// The states of a token that its indexes tell apart.
const STATES: [&str; 2] = ["revoked_at IS NULL", "revoked_at IS NOT NULL"];

/// Revokes the tokens of an integration record that are not.
pub(crate) async fn revoke_of(
    transaction: &mut Transaction<'_>,
    integration: IntegrationId,
    by: &By,
) -> Result<(), StoreError> {
    let filter = TokenFilter {
        integration: Some(integration),
        ..TokenFilter::default()
    };
    let revoke = |token: AccessToken| {
        let record = NotedRecord::AccessToken(token.id);
        let after = token.clone().apply(TokenChange::Revoke, by.at)?;
        Ok(system_notes(by, record, Some(&token), Some(&after)))
    };
    note_each(transaction, &filter, false, revoke).await?;
    let sql = "UPDATE access_token SET inactive = 1, revoked_at = ?2
               WHERE integration = ?1 AND revoked_at IS NULL";
    let values = [integration.get().into(), by.at.millis().into()];
    transaction.execute(sql, &values).await?;
    Ok(())
}

/// Deletes the tokens of a user, with their secrets.
pub(crate) async fn delete_of(
    transaction: &mut Transaction<'_>,
    user: EntityId,
    by: &By,
) -> Result<(), StoreError> {
    let filter = TokenFilter {
        user: Some(user),
        ..TokenFilter::default()
    };
    let delete = |token: AccessToken| {
        let record = NotedRecord::AccessToken(token.id);
        Ok(system_notes(by, record, Some(&token), None))
    };
    for revoked in [false, true] {
        note_each(transaction, &filter, revoked, delete).await?;
    }
    for state in STATES {
        let secrets = format!(
            "DELETE FROM sealed_secret WHERE owner_kind = 'token'
             AND owner IN (SELECT token_id FROM access_token WHERE entity = ?1 AND {state})"
        );
        transaction.execute(&secrets, &[user.get().into()]).await?;
        let uses = format!(
            "DELETE FROM token_use WHERE token IN (SELECT id FROM access_token WHERE entity = ?1 AND {state})"
        );
        transaction.execute(&uses, &[user.get().into()]).await?;
        let tokens = format!("DELETE FROM access_token WHERE entity = ?1 AND {state}");
        transaction.execute(&tokens, &[user.get().into()]).await?;
    }
    Ok(())
}

/// Deletes every token with its secret and its uses, and notes none of them: what a refresh does.
pub(crate) async fn delete_all(transaction: &mut Transaction<'_>) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM sealed_secret WHERE owner_kind = 'token'",
        "DELETE FROM token_use",
        "DELETE FROM access_token",
    ] {
        transaction.execute(sql, &[]).await?;
    }
    Ok(())
}

async fn note_each(
    transaction: &mut Transaction<'_>,
    filter: &TokenFilter,
    revoked: bool,
    notes_of: impl Fn(AccessToken) -> Result<Vec<SystemNote>, StoreError>,
) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let place = Place::after_id(after.map_or(0, AccessTokenId::get));
        let page = tokens::page(filter, revoked, &place, MAX_ROWS);
        let page = page.rows(transaction, read).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        let notes: Vec<Vec<SystemNote>> = page.into_iter().map(&notes_of).collect::<Result<_, _>>()?;
        notes::append(transaction, &notes.concat()).await?;
    }
}
