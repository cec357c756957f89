//! `POST …/salesOrder/5/!transform/invoice`: one record becomes another.

use std::sync::Arc;

use countersign_model::Level;

use super::super::error;
use super::path::key;
use super::service::{Service, may};
use super::unknown_type;
use crate::reply::Reply;
use crate::server::Pending;

impl Service<'_> {
    pub(super) async fn transform(&self, id: &str, to: &str, body: Pending) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let records = &self.server.records;
        let to = records
            .record_type(to)
            .map(Arc::clone)
            .ok_or_else(|| unknown_type(to))?;
        may(self.principal, &to, Level::Create).map_err(|detail| error::denied(&detail))?;
        let over = self.changes(&to, body).await?;
        let made = records
            .transform(&self.of, key(id)?, &to, over, self.stamp())
            .await;
        Ok(self.written(&to, made.map_err(error::records)?))
    }
}
