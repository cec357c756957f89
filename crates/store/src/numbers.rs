//! The internal ids that come next, for whoever makes something of them before it is stored.

use countersign_database::{Row, Transaction};
use countersign_model::{AccessTokenId, IntegrationId};

use crate::{Store, StoreError, integration_row, token_row};

impl Store {
    /// What the next integration record will be, unless another one comes before it.
    pub async fn next_integration_id(&self) -> Result<IntegrationId, StoreError> {
        Ok(IntegrationId::new(self.next(integration_row::TABLE).await?))
    }

    /// What the next access token will be, unless another one comes before it.
    pub async fn next_token_id(&self) -> Result<AccessTokenId, StoreError> {
        Ok(AccessTokenId::new(self.next(token_row::TABLE).await?))
    }

    async fn next(&self, table: &'static str) -> Result<i64, StoreError> {
        let next = async move |snapshot: &mut Transaction<'_>| {
            let sql = "SELECT id FROM last_id WHERE of_table = ?1";
            let id = |row: &Row<'_>| row.integer("id");
            let last = snapshot.row(sql, &[table.into()], id).await?;
            Ok(last.unwrap_or(0) + 1)
        };
        self.database.read(next).await
    }
}
