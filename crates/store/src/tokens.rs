//! Access tokens. A row outlives its token: revoking keeps it for audit.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    AccessToken, AccessTokenId, By, EntityId, IntegrationId, NotedRecord, RoleId, TokenChange, TokenDraft,
    TokenId, TokenState,
};

use crate::column::{count, counted, name_key, next_id, optional_time, time};
use crate::page::{Page, Place, Select};
use crate::{MAX_ROWS, SealedSecret, SecretOwner, Store, StoreError, notes, roles, secrets};

const TABLE: &str = "access_token";

const COLUMNS: &str =
    "id, name, token_id, entity, role, integration, inactive, revoked_at, secret_generation, created,
     created_by";

/// Which access tokens to list.
#[derive(Clone, Debug, Default)]
pub struct TokenFilter {
    pub user: Option<EntityId>,
    pub role: Option<RoleId>,
    pub integration: Option<IntegrationId>,
    pub revoked: Option<bool>,
    /// How the name begins, upper and lower case aside; the list is then in the order of the names.
    pub name: Option<String>,
}

impl Store {
    /// `secret` is the Token Secret, sealed for [`SecretOwner::AccessToken`] of `token_id`.
    pub async fn issue_token(
        &self,
        draft: TokenDraft,
        token_id: TokenId,
        secret: SealedSecret,
        by: By,
    ) -> Result<AccessToken, StoreError> {
        let issue = async move |transaction: &mut Transaction<'_>| {
            require_owners(transaction, &draft).await?;
            let id = AccessTokenId::new(next_id(transaction, TABLE, 0).await?);
            let token = AccessToken {
                secret_generation: secret.generation,
                ..draft.into_access_token(id, token_id, &by)
            };
            insert(transaction, &token).await?;
            let owner = SecretOwner::AccessToken(token.token_id.clone());
            secrets::insert(transaction, &owner, &secret).await?;
            notes::created(transaction, &by, NotedRecord::AccessToken(id), &token.name).await?;
            Ok(token)
        };
        self.database.write(issue).await
    }

    pub async fn change_token_state(
        &self,
        token: AccessTokenId,
        change: TokenChange,
        by: By,
    ) -> Result<AccessToken, StoreError> {
        let change = async move |transaction: &mut Transaction<'_>| {
            let record = NotedRecord::AccessToken(token);
            let before = find(transaction, "id", token.get().into()).await?;
            let before = before.ok_or(StoreError::Unknown(record))?;
            let old_state = before.state.label();
            let after = before.apply(change, by.at)?;
            let (inactive, revoked_at) = stored(after.state);
            let sql = "UPDATE access_token SET inactive = ?2, revoked_at = ?3 WHERE id = ?1";
            let values = [token.get().into(), inactive.into(), revoked_at.into()];
            transaction.execute(sql, &values).await?;
            notes::changed(
                transaction,
                &by,
                record,
                "State",
                (old_state, after.state.label()),
            )
            .await?;
            Ok(after)
        };
        self.database.write(change).await
    }

    pub async fn token(&self, id: AccessTokenId) -> Result<Option<AccessToken>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| find(snapshot, "id", id.get().into()).await;
        self.database.read(find).await
    }

    /// The token with this Token ID.
    pub async fn token_by_id(&self, token_id: &str) -> Result<Option<AccessToken>, StoreError> {
        let Ok(token_id) = TokenId::parse(token_id) else {
            return Ok(None);
        };
        let find = async move |snapshot: &mut Transaction<'_>| {
            find(snapshot, "token_id", token_id.as_str().into()).await
        };
        self.database.read(find).await
    }

    /// A page of at most `limit` tokens: those after the token `after`, by internal id.
    pub async fn tokens(
        &self,
        filter: TokenFilter,
        after: Option<AccessTokenId>,
        limit: u32,
    ) -> Result<Vec<AccessToken>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let after = after.map(AccessTokenId::get);
            let place = Place::after(snapshot, TABLE, filter.name.as_deref(), after).await?;
            if let Some(revoked) = filter.revoked {
                return page(&filter, revoked, &place, limit).rows(snapshot, token).await;
            }
            let mut found = Vec::new();
            for revoked in [false, true] {
                let page = page(&filter, revoked, &place, limit);
                found.extend(page.rows(snapshot, token).await?);
            }
            match place.is_by_name() {
                true => found.sort_by_cached_key(|token| (name_key(&token.name), token.id)),
                false => found.sort_by_key(|token| token.id),
            }
            found.truncate(limit.min(MAX_ROWS) as usize);
            Ok(found)
        };
        self.database.read(list).await
    }
}

pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Vec<AccessToken>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM access_token ORDER BY id");
    snapshot.rows(&sql, &[], token).await
}

/// Tokens that are revoked, or those that are not: they have indexes of their own, so that a page of the few does not read
/// past the many.
pub(crate) fn page<'a>(filter: &TokenFilter, revoked: bool, place: &'a Place, limit: u32) -> Select<'a> {
    let state = match revoked {
        true => "revoked_at IS NOT NULL",
        false => "revoked_at IS NULL",
    };
    let page = Page::after(place).among(state);
    let integration = filter.integration.map(IntegrationId::get);
    let role = filter.role.map(RoleId::get);
    // A user has few tokens, an integration record may have many, and a role nearly all.
    let page = match (filter.user, integration) {
        (Some(user), _) => page
            .with("entity", Some(user.get()))
            .checking("integration", integration)
            .checking("role", role),
        (None, Some(_)) => page.with("integration", integration).checking("role", role),
        (None, None) => page.with("role", role),
    };
    page.select(COLUMNS, TABLE, limit)
}

async fn require_owners(transaction: &mut Transaction<'_>, draft: &TokenDraft) -> Result<(), StoreError> {
    let (integration, user) = (draft.integration(), draft.user());
    let sql = "SELECT 1 AS found FROM integration WHERE id = ?1";
    if !transaction.exists(sql, &[integration.get().into()]).await? {
        return Err(StoreError::Unknown(NotedRecord::Integration(integration)));
    }
    let sql = "SELECT 1 AS found FROM entity WHERE id = ?1";
    if !transaction.exists(sql, &[user.get().into()]).await? {
        return Err(StoreError::Unknown(NotedRecord::User(user)));
    }
    roles::require(transaction, draft.role()).await
}

/// The token with this value in a column that is unique.
async fn find(
    transaction: &mut Transaction<'_>,
    column: &str,
    value: Value<'_>,
) -> Result<Option<AccessToken>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM access_token WHERE {column} = ?1");
    transaction.row(&sql, &[value], token).await
}

async fn insert(transaction: &mut Transaction<'_>, token: &AccessToken) -> Result<(), StoreError> {
    let (inactive, revoked_at) = stored(token.state);
    let key = name_key(&token.name);
    let row = [
        ("id", token.id.get().into()),
        ("name", (&token.name).into()),
        ("name_key", (&key).into()),
        ("token_id", token.token_id.as_str().into()),
        ("entity", token.user.get().into()),
        ("role", token.role.get().into()),
        ("integration", token.integration.get().into()),
        ("inactive", inactive.into()),
        ("revoked_at", revoked_at.into()),
        ("secret_generation", counted(token.secret_generation).into()),
        ("created", token.created.millis().into()),
        ("created_by", token.created_by.map(EntityId::get).into()),
    ];
    Ok(transaction.insert(TABLE, row).await?)
}

fn token(row: &Row<'_>) -> Result<AccessToken, StoreError> {
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
