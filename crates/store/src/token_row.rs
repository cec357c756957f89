//! The row of an access token: how it is written and read back.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{AccessToken, AccessTokenId, EntityId, IntegrationId, RoleId, TokenId, TokenState};

use crate::StoreError;
use crate::column::{count, counted, name_key, optional_time, time, update};

pub(crate) const TABLE: &str = "access_token";

pub(crate) const COLUMNS: &str =
    "id, name, token_id, entity, role, integration, inactive, revoked_at, secret_generation, created,
     created_by";

const WRITTEN: [&str; 12] = [
    "id",
    "name",
    "name_key",
    "token_id",
    "entity",
    "role",
    "integration",
    "inactive",
    "revoked_at",
    "secret_generation",
    "created",
    "created_by",
];

/// A new row.
pub(crate) async fn insert(transaction: &mut Transaction<'_>, token: &AccessToken) -> Result<(), StoreError> {
    let key = name_key(&token.name);
    Ok(transaction
        .insert_all(TABLE, WRITTEN, &[values(token, &key)])
        .await?)
}

/// The row of a token that was changed.
pub(crate) async fn replace(
    transaction: &mut Transaction<'_>,
    token: &AccessToken,
) -> Result<(), StoreError> {
    let key = name_key(&token.name);
    update(transaction, TABLE, WRITTEN, &values(token, &key)).await
}

fn values<'a>(token: &'a AccessToken, key: &'a String) -> [Value<'a>; 12] {
    let (inactive, revoked_at) = stored(token.state);
    [
        token.id.get().into(),
        (&token.name).into(),
        key.into(),
        token.token_id.as_str().into(),
        token.user.get().into(),
        token.role.get().into(),
        token.integration.get().into(),
        inactive.into(),
        revoked_at.into(),
        counted(token.secret_generation).into(),
        token.created.millis().into(),
        token.created_by.map(EntityId::get).into(),
    ]
}

pub(crate) fn read(row: &Row<'_>) -> Result<AccessToken, StoreError> {
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
        created_by: row.optional_integer("created_by")?.map(EntityId::new),
    })
}

/// The Inactive box and the time of revocation: a revoked token also shows as inactive.
fn stored(state: TokenState) -> (bool, Option<i64>) {
    match state {
        TokenState::Active => (false, None),
        TokenState::Inactive => (true, None),
        TokenState::Revoked { at } => (true, Some(at.millis())),
    }
}
