//! One record, whole or in part.

use countersign_model::Level;
use countersign_records::json::{self as record_json, Expands};
use countersign_records::{Kind, Record};
use http::StatusCode;
use serde_json::Value;

use super::super::error;
use super::path::key;
use super::service::{SINGULAR, Service};
use crate::reply::{self, Reply};

impl Service<'_> {
    pub(super) async fn get(&self, id: &str) -> Result<Reply, Reply> {
        self.require(Level::View)?;
        let record = self.found(id).await?;
        let expanded = self.names("expand");
        self.check_expanded(&expanded)?;
        let expanded: Vec<_> = expanded.iter().map(String::as_str).collect();
        let base = self.base();
        let style = self.style(&base, Expands::Named(&expanded));
        let mut body = record_json::write(&record, &self.of, style);
        if self.parameter("fields").is_some() {
            self.keep_only(&mut body, &self.names("fields"))?;
        }
        Ok(reply::json(StatusCode::OK, SINGULAR, &body))
    }

    pub(super) async fn found(&self, id: &str) -> Result<Record, Reply> {
        let found = self.server.records.get(&self.of, key(id)?).await;
        found.map_err(error::records)
    }

    fn check_expanded(&self, names: &[String]) -> Result<(), Reply> {
        for name in names {
            let subrecord = self
                .of
                .field(name)
                .map(|field| matches!(field.kind, Kind::Subrecord(_)));
            match (self.of.sublist(name), subrecord) {
                (Some(_), _) | (None, Some(true)) => {}
                (None, Some(false)) => {
                    return Err(error::not_emulated("record/v1 with expand of a reference"));
                }
                (None, None) => return Err(self.no_field(name, "expand")),
            }
        }
        Ok(())
    }

    /// `?fields=`: the named fields, beside `links` and `id`.
    fn keep_only(&self, body: &mut Value, wanted: &[String]) -> Result<(), Reply> {
        let is_there = |name: &str| {
            let field = self.of.field(name).filter(|field| !field.hidden);
            name == "id" || field.is_some() || self.of.sublist(name).is_some()
        };
        if let Some(unknown) = wanted.iter().find(|name| !is_there(name)) {
            return Err(self.no_field(unknown, "fields"));
        }
        if let Some(object) = body.as_object_mut() {
            object.retain(|name, _| {
                name == "links" || name == "id" || wanted.iter().any(|other| other == name)
            });
        }
        Ok(())
    }
}
