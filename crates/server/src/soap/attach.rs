//! attach and detach: a contact with the company it belongs to. Files are attached by scripts.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{Changes, Key, Link, Record, RecordType, RecordsError, Reference, Value};
use countersign_soap::{Detail, Element, Xml, key};

use super::service::{Answered, Refused, Service, told};

/// The field of a contact that says whose contact it is.
const COMPANY: Link = Link::Field("company");

type Related = Result<(Record, Arc<RecordType>), Vec<Detail>>;

impl Service<'_> {
    pub(super) async fn relate(&self, operation: &Element) -> Answered {
        let is_attached = operation.name() == "attach";
        // Named with a mistake in Oracle's samples: it is the one element of the request.
        let asked = operation.children().next().ok_or_else(|| {
            let text = format!("The operation {} has no reference.", operation.name());
            Refused::Fault(super::envelope::Fault::UNREADABLE, text)
        })?;
        let child = |names: [&str; 2]| names.into_iter().find_map(|name| asked.child(name));
        let (Some(to), Some(what)) = (
            child(["attachTo", "detachFrom"]),
            child(["contact", "attachedRecord"]).or_else(|| asked.child("detachedRecord")),
        ) else {
            let text = "A reference names a record and what is attached to it or detached from it.";
            return Ok(response(&Err(vec![Detail::new("INVALID_KEY_OR_REF", text)])));
        };
        if asked.child("contactRole").is_some() {
            return Err(Refused::NotEmulated("SOAP contactRole".to_owned()));
        }
        let kind = what.attribute("type").filter(|kind| !kind.is_empty());
        let kind = kind.or_else(|| (what.name() == "contact").then_some("contact"));
        let contact = self.server.records.record_type("contact");
        let holder = self.record_type(to.attribute("type").unwrap_or_default())?;
        let of = contact.filter(|of| {
            kind.is_some_and(|kind| kind.eq_ignore_ascii_case(&of.name)) && COMPANY.relates(of, holder)
        });
        let Some(of) = of else {
            let feature = format!(
                "SOAP {} of {} and {}",
                operation.name(),
                kind.unwrap_or("a record"),
                holder.name
            );
            let text = format!(
                "Countersign does not emulate this yet: {feature}. Only contacts are attached here; scripts attach files with N/record."
            );
            let unsupported = response(&Err(vec![Detail::new("FEATURE_DISABLED", text)]));
            return Err(Refused::Unsupported(unsupported, feature));
        };
        let denied = self
            .may(holder, Level::View)
            .and_then(|()| self.may(of, Level::Edit));
        let related = match (denied, key(to), key(what)) {
            (Err(denied), ..) => Err(denied),
            (Ok(()), Some(to), Some(what)) => self.related((holder, to), (of, what), is_attached).await?,
            _ => {
                let text = "Each reference has an internalId, which is a number, or an externalId.";
                Err(vec![Detail::new("INVALID_KEY_OR_REF", text)])
            }
        };
        Ok(response(&related))
    }

    async fn related(
        &self,
        (holder, to): (&Arc<RecordType>, Key),
        (of, what): (&Arc<RecordType>, Key),
        is_attached: bool,
    ) -> Result<Related, Refused> {
        let records = &self.server.records;
        let read = match records.get(holder, to).await {
            Ok(held) => records.get(of, what).await.map(|contact| (held, contact)),
            Err(error) => Err(error),
        };
        let (held, contact) = match read {
            Ok(read) => read,
            Err(error) => return not_there(&error),
        };
        let company = match contact.get("company") {
            Some(Value::Reference(company)) => company.id(),
            _ => None,
        };
        let is_its = company == Some(held.id);
        let changes = match (is_attached, company) {
            (true, Some(_)) if !is_its => {
                let feature = "SOAP attach of a contact that belongs to another company".to_owned();
                return Err(Refused::NotEmulated(feature));
            }
            (true, _) => Changes::new().set("company", Value::Reference(Reference::to(held.id))),
            (false, _) if is_its => Changes::new().clear("company"),
            (false, _) => {
                let text = format!("The contact is not attached to {} {}.", holder.name, held.id);
                return Ok(Err(vec![Detail::new("USER_ERROR", text)]));
            }
        };
        let key = Key::Internal(contact.id);
        match records.update(of, key, changes, self.stamp()).await {
            Ok(_) => Ok(Ok((held, Arc::clone(holder)))),
            Err(error) => told(&error).map(Err),
        }
    }
}

/// What does not exist is an error of the user here.
fn not_there(error: &RecordsError) -> Result<Related, Refused> {
    match error {
        RecordsError::NotFound { .. } => Ok(Err(vec![Detail::new("USER_ERROR", format!("{error}."))])),
        error => told(error).map(Err),
    }
}

fn response(related: &Related) -> Xml {
    let mut xml = Xml::new();
    xml.element("writeResponse", &[], |xml| match related {
        Ok((record, of)) => {
            xml.status(&Ok(()));
            let id = record.id.to_string();
            let attributes = [
                ("internalId", id.as_str()),
                ("type", &of.name),
                ("xsi:type", "platformCore:RecordRef"),
            ];
            xml.element("baseRef", &attributes, |xml| {
                if let Some(name) = record.get(&of.naming_field) {
                    xml.leaf("platformCore:name", &name.to_string());
                }
            });
        }
        Err(details) => xml.status(&Err(details.clone())),
    });
    xml
}
