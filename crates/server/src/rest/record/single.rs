//! One record, whole or in part.

use countersign_model::Level;
use countersign_records::json::{self as record_json, Expands, Style};
use countersign_records::{Key, Kind, Record, Value as RecordValue};
use http::StatusCode;
use serde_json::Value;

use super::super::error;
use super::path::key;
use super::service::{SINGULAR, Service, may};
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
        self.expand_references(&record, &mut body, &expanded).await?;
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
            let expandable = self
                .of
                .field(name)
                .filter(|field| matches!(field.kind, Kind::Subrecord(_) | Kind::Ref(_)));
            match (self.of.sublist(name), expandable) {
                (Some(_), _) | (None, Some(_)) => {}
                (None, None) => return Err(self.no_field(name, "expand")),
            }
        }
        Ok(())
    }

    /// In place of a reference the record it names, one level deep, where its type is here. Whoever may not view it may not
    /// see it here either.
    async fn expand_references(
        &self,
        record: &Record,
        body: &mut Value,
        expanded: &[&str],
    ) -> Result<(), Reply> {
        let base = self.base();
        for name in expanded {
            let Some(RecordValue::Reference(reference)) = record.get(name) else {
                continue;
            };
            let target = self.of.field(name).and_then(|field| field.target());
            let named = reference.record_type.as_deref().or(target);
            let of = named.and_then(|name| self.server.records.record_type(name));
            let Some((of, id)) = of.zip(reference.id()) else {
                continue;
            };
            may(self.asking, of, Level::View).map_err(|detail| error::denied(&detail))?;
            let referred = self.server.records.get(of, Key::Internal(id)).await;
            let referred = referred.map_err(error::records)?;
            let style = Style {
                simple_enums: self.flag("simpleEnumFormat"),
                ..Style::plain(&base)
            };
            let mut written = record_json::write(&referred, of, style);
            if let (Some(written), Some(called)) = (written.as_object_mut(), &reference.name) {
                written.insert("refName".to_owned(), called.as_str().into());
            }
            if let Some(body) = body.as_object_mut() {
                body.insert((*name).to_owned(), written);
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
