//! Access tokens: what is done to them, and how they are found. A row outlives its token: revoking keeps it for audit.

use countersign_database::{Transaction, Value};
use countersign_model::{
    AccessToken, AccessTokenId, By, EntityId, IntegrationId, NotedRecord, RoleId, TokenChange, TokenEdit,
    TokenEditForm, TokenId, TokenMaker,
};

use crate::column::name_key;
use crate::page::{Direction, Page, Place, Select};
use crate::token_row::{COLUMNS, TABLE, read, replace};
use crate::{MAX_ROWS, Store, StoreError, features, notes, roles, users};

/// Which access tokens to list.
#[derive(Clone, Debug, Default)]
pub struct TokenFilter {
    pub user: Option<EntityId>,
    pub role: Option<RoleId>,
    pub integration: Option<IntegrationId>,
    pub revoked: Option<bool>,
    /// How the name begins, upper and lower case aside; the list is then in the order of the names.
    pub name: Option<String>,
    pub direction: Direction,
}

/// Who changes a token, and so whether the rules let them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// Whoever owns the process: no permission is asked.
    Owner,
    /// This user in this role: their own tokens, or others' as the permissions say.
    User { user: EntityId, role: RoleId },
}

impl Store {
    /// Saves the Edit page: name and Inactive. `edit` is given the token as it is stored now, so that no two edits
    /// overwrite each other.
    pub async fn edit_token(
        &self,
        token: AccessTokenId,
        edit: impl FnOnce(TokenEditForm) -> TokenEditForm + Send + 'static,
        keeper: Keeper,
        by: By,
    ) -> Result<AccessToken, StoreError> {
        let save = async move |transaction: &mut Transaction<'_>| {
            let before = changeable(transaction, token, keeper).await?;
            let form = edit(TokenEditForm::from(&before));
            let after = TokenEdit::parse(&before, &form)?.into_access_token();
            save(transaction, &before, &after, &by).await?;
            Ok(after)
        };
        self.database.write(save).await
    }

    /// Activates, inactivates or revokes a token; revoking is for ever.
    pub async fn change_token_state(
        &self,
        token: AccessTokenId,
        change: TokenChange,
        keeper: Keeper,
        by: By,
    ) -> Result<AccessToken, StoreError> {
        let change = async move |transaction: &mut Transaction<'_>| {
            let before = changeable(transaction, token, keeper).await?;
            let after = before.clone().apply(change, by.at)?;
            save(transaction, &before, &after, &by).await?;
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
            let place =
                Place::after(snapshot, TABLE, (filter.name.as_deref(), filter.direction), after).await?;
            if let Some(revoked) = filter.revoked {
                return page(&filter, revoked, &place, limit).rows(snapshot, read).await;
            }
            let mut found = Vec::new();
            for revoked in [false, true] {
                let page = page(&filter, revoked, &place, limit);
                found.extend(page.rows(snapshot, read).await?);
            }
            match place.is_by_name() {
                true => found.sort_by_cached_key(|token| (name_key(&token.name), token.id)),
                false => found.sort_by_key(|token| token.id),
            }
            if place.direction() == Direction::Down {
                found.reverse();
            }
            found.truncate(limit.min(MAX_ROWS) as usize);
            Ok(found)
        };
        self.database.read(list).await
    }
}

pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Vec<AccessToken>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM access_token ORDER BY id");
    snapshot.rows(&sql, &[], read).await
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

/// The token with this value in a column that is unique.
async fn find(
    transaction: &mut Transaction<'_>,
    column: &str,
    value: Value<'_>,
) -> Result<Option<AccessToken>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM access_token WHERE {column} = ?1");
    transaction.row(&sql, &[value], read).await
}

/// The token, where its keeper may change it.
async fn changeable(
    transaction: &mut Transaction<'_>,
    id: AccessTokenId,
    keeper: Keeper,
) -> Result<AccessToken, StoreError> {
    let token = find(transaction, "id", id.get().into()).await?;
    let token = token.ok_or(StoreError::Unknown(NotedRecord::AccessToken(id)))?;
    if let Keeper::User { user, role } = keeper {
        let user = users::require(transaction, user).await?;
        let role = roles::require(transaction, role).await?;
        let features = features::on(transaction).await?;
        let its_role = roles::find(transaction, token.role).await?;
        let maker = TokenMaker {
            user: &user,
            role: &role,
            features: &features,
        };
        maker.may_change(&token, its_role.as_ref())?;
    }
    Ok(token)
}

/// Writes a token that was changed, with the notes. One that is as before is not written.
async fn save(
    transaction: &mut Transaction<'_>,
    before: &AccessToken,
    after: &AccessToken,
    by: &By,
) -> Result<(), StoreError> {
    let record = NotedRecord::AccessToken(after.id);
    if notes::write(transaction, by, record, Some(before), Some(after)).await? {
        replace(transaction, after).await?;
    }
    Ok(())
}
