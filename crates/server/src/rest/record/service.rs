//! One request to one type: who asks, what they may, what their query and body say.

use std::sync::Arc;

use countersign_model::{Level, Permission};
use countersign_records::json::{self as record_json, Draft, Expands, Style};
use countersign_records::{FieldError, RecordType, Stamp};
use countersign_suitescript::read_json;
use http::StatusCode;
use http::request::Parts;
use serde_json::{Map, Value};

use super::super::error::{self, Detail};
use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::asking::Asking;
use crate::reply::{Reply, empty, with};
use crate::server::Pending;

pub(super) const SINGULAR: &str = "application/vnd.oracle.resource+json; type=singular; charset=UTF-8";
pub(in crate::rest) const COLLECTION: &str =
    "application/vnd.oracle.resource+json; type=collection; charset=UTF-8";

pub(super) struct Service<'r> {
    pub(super) server: &'r AccountServer,
    pub(super) asking: Asking<'r>,
    pub(super) parts: &'r Parts,
    pub(super) addressed: &'r Addressed,
    /// Of the query.
    pub(super) parameters: Vec<(String, String)>,
    pub(super) of: Arc<RecordType>,
}

/// Whether the role may have to do with records of a type. One without a permission of its own is an administrator's.
pub(crate) fn may(asking: Asking<'_>, of: &RecordType, level: Level) -> Result<(), String> {
    let permission = of.permission.as_deref().map(Permission::by_id);
    match permission {
        Some(Ok(permission)) => asking
            .require(permission, level)
            .map_err(|denied| denied.to_string()),
        _ if asking.role.administrator => Ok(()),
        _ => Err(format!("Only an Administrator may use {} here.", of.label)),
    }
}

impl Service<'_> {
    pub(super) fn require(&self, level: Level) -> Result<(), Reply> {
        may(self.asking, &self.of, level).map_err(|detail| error::denied(&detail))
    }

    /// 204, and where the record is.
    pub(super) fn written(&self, of: &RecordType, id: i64) -> Reply {
        let location = format!("{}/{}/{id}", self.base(), of.name);
        with(empty(StatusCode::NO_CONTENT), http::header::LOCATION, &location)
    }

    /// The URL of the record service.
    pub(super) fn base(&self) -> String {
        base(self.addressed)
    }

    pub(super) fn stamp(&self) -> Stamp {
        Stamp {
            at: self.server.authority.now(),
            by: self.asking.user.id.get(),
        }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let given = self.parameters.iter().find(|(other, _)| other == name);
        given.map(|(_, value)| value.as_str())
    }

    /// The names of a parameter that lists some.
    pub(super) fn names(&self, parameter: &str) -> Vec<String> {
        let listed = self.parameter(parameter).unwrap_or_default();
        let names = listed.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(ToOwned::to_owned).collect()
    }

    /// `true`, in the spelling of any client: Python's is `True`.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.parameter(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("t"))
    }

    pub(super) fn style<'s>(&self, base: &'s str, expands: Expands<'s>) -> Style<'s> {
        Style {
            base,
            expands: match self.flag("expandSubResources") {
                true => Expands::Everything,
                false => expands,
            },
            simple_enums: self.flag("simpleEnumFormat"),
        }
    }

    pub(super) async fn object(&self, body: Pending) -> Result<Map<String, Value>, Reply> {
        let bytes = body.read().await.map_err(|error| error::body(&error))?;
        if bytes.is_empty() {
            return Ok(Map::new());
        }
        let wrong = |why: &dyn std::fmt::Display| {
            let detail = format!("The request body is not a JSON object: {why}.");
            error::one(StatusCode::BAD_REQUEST, "INVALID_CONTENT", detail)
        };
        let text = std::str::from_utf8(&bytes).map_err(|error| wrong(&error))?;
        match read_json(text) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(wrong(&"it is another value")),
            Err(error) => Err(wrong(&error)),
        }
    }

    /// The body as changes of a record of type `of`.
    pub(super) async fn changes(
        &self,
        of: &RecordType,
        body: Pending,
    ) -> Result<countersign_records::Changes, Reply> {
        let object = self.object(body).await?;
        self.judged(record_json::read_leniently(&object, of))
    }

    /// What was read, judged as strictly as the two validation headers ask. NetSuite ignores an unknown name unless it
    /// is asked not to, and refuses a wrong value unless it is asked not to. What is no line is refused in any case.
    pub(super) fn judged(&self, draft: Draft) -> Result<countersign_records::Changes, Reply> {
        let strictness = |name: &str, otherwise: &'static str| {
            let value = self.parts.headers.get(name);
            let value = value.and_then(|value| value.to_str().ok());
            value.unwrap_or(otherwise).eq_ignore_ascii_case("error")
        };
        let refused = |errors: Vec<FieldError>| match errors.is_empty() {
            true => Ok(()),
            false => Err(error::fields(&errors)),
        };
        refused(draft.not_lines)?;
        if strictness("x-netsuite-propertynamevalidation", "warning") {
            refused(draft.unknown)?;
        }
        if strictness("x-netsuite-propertyvaluevalidation", "error") {
            refused(draft.wrong)?;
        }
        Ok(draft.changes)
    }

    /// That the type has no such field, in a parameter of the query.
    pub(super) fn no_field(&self, name: &str, parameter: &str) -> Reply {
        let detail = format!("Invalid field {name:?} for resource {:?}.", self.of.name);
        error::error(
            StatusCode::BAD_REQUEST,
            &[Detail::new("NONEXISTENT_FIELD", detail).at("o:errorQueryParam", parameter)],
        )
    }
}

pub(super) fn base(addressed: &Addressed) -> String {
    format!("{}/services/rest/record/v1", addressed.base_url())
}
