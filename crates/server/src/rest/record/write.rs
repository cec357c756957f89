//! Making, changing and deleting records.

use countersign_model::Level;
use countersign_records::{Changes, Key, Upserted};
use http::StatusCode;

use super::super::error::{self, Detail};
use super::path::key;
use super::service::Service;
use crate::reply::{Reply, empty};
use crate::server::Pending;

impl Service<'_> {
    pub(super) async fn create(&self, body: Pending) -> Result<Reply, Reply> {
        self.require(Level::Create)?;
        let changes = self.changes(&self.of, body).await?;
        let created = self.server.records.create(&self.of, changes, self.stamp()).await;
        Ok(self.written(&self.of, created.map_err(error::records)?))
    }

    pub(super) async fn update(&self, id: &str, body: Pending) -> Result<Reply, Reply> {
        self.require(Level::Edit)?;
        let key = key(id)?;
        let changes = self.changes(&self.of, body).await?;
        let changes = self.replacing(changes)?;
        let updated = self
            .server
            .records
            .update(&self.of, key, changes, self.stamp())
            .await;
        Ok(self.written(&self.of, updated.map_err(error::records)?))
    }

    pub(super) async fn upsert(&self, id: &str, body: Pending) -> Result<Reply, Reply> {
        self.require(Level::Edit)?;
        let Key::External(external) = key(id)? else {
            let detail = "An upsert names the record by its external ID: eid:{externalId}.";
            return Err(error::error(
                StatusCode::BAD_REQUEST,
                &[Detail::new("INVALID_ID", detail).at("o:errorUrlPath", "id")],
            ));
        };
        let changes = self.changes(&self.of, body).await?;
        let changes = self.replacing(changes)?;
        let upserted = self
            .server
            .records
            .upsert(&self.of, external, changes, self.stamp())
            .await;
        let (Upserted::Created(id) | Upserted::Updated(id)) = upserted.map_err(error::records)?;
        Ok(self.written(&self.of, id))
    }

    pub(super) async fn delete(&self, id: &str) -> Result<Reply, Reply> {
        self.require(Level::Full)?;
        let deleted = self.server.records.delete(&self.of, key(id)?, self.stamp()).await;
        deleted.map_err(error::records)?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    /// `replace=item`: the lines the body does not name go. `replaceSelectedFields=true` with `fields=`: of the fields
    /// named there, those the body leaves out are cleared.
    fn replacing(&self, mut changes: Changes) -> Result<Changes, Reply> {
        for name in self.names("replace") {
            match self.of.sublist(&name) {
                Some(_) => changes.replace_lines(&name),
                None => return Err(self.no_field(&name, "replace")),
            }
        }
        if !self.flag("replaceSelectedFields") {
            return Ok(changes);
        }
        for name in self.names("fields") {
            if self.of.sublist(&name).is_some() {
                changes.replace_lines(&name);
                continue;
            }
            let field = self.of.field(&name).filter(|field| !field.hidden);
            match field {
                None => return Err(self.no_field(&name, "fields")),
                Some(field) if !field.read_only && !changes.contains(&name) => changes = changes.clear(&name),
                Some(_) => {}
            }
        }
        Ok(changes)
    }
}
