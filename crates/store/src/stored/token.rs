//! Access tokens.

use super::row::{Row, count, optional_time, time};
use crate::StoreError;
use countersign_model::{AccessToken, AccessTokenId, EntityId, IntegrationId, RoleId, TokenId, TokenState};

pub(crate) fn token(row: &dyn Row) -> Result<AccessToken, StoreError> {
    let state = match (row.boolean("inactive")?, optional_time(row, "revoked_at")?) {
        (_, Some(at)) => TokenState::Revoked { at },
        (true, None) => TokenState::Inactive,
        (false, None) => TokenState::Active,
    };
    Ok(AccessToken {
        id: AccessTokenId::new(row.integer("id")?),
        name: row.text("name")?,
        token_id: TokenId::parse(row.text("token_id")?)
            .map_err(|error| StoreError::unreadable("access token")(&error))?,
        user: EntityId::new(row.integer("entity")?),
        role: RoleId::new(row.integer("role")?),
        integration: IntegrationId::new(row.integer("integration")?),
        state,
        secret_generation: count(row, "secret_generation")?,
        created: time(row, "created")?,
    })
}

/// The Inactive box and the time of revocation: a revoked token also shows as inactive.
pub(crate) fn token_state(state: TokenState) -> (bool, Option<i64>) {
    match state {
        TokenState::Active => (false, None),
        TokenState::Inactive => (true, None),
        TokenState::Revoked { at } => (true, Some(at.millis())),
    }
}
