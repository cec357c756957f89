//! add, update, upsert and delete, each also over a list. Every record of a list is a transaction of its own, as in
//! NetSuite: one that is refused holds no other up.

use countersign_model::Level;
use countersign_records::{Key, RecordType, Upserted};
use countersign_soap::{
    CUSTOM_RECORD, Detail, Element, Target, Xml, is_custom_record, number_of, read_record,
};

use super::service::{Answered, Refused, Service, listed, required, told};

/// The reference to what was written.
struct BaseRef {
    record_type: String,
    /// Of a custom record type.
    type_id: Option<usize>,
    key: Key,
    external_id: Option<String>,
}

type Written = Result<BaseRef, Vec<Detail>>;

impl Service<'_> {
    pub(super) async fn write(&self, operation: &Element) -> Answered {
        let written = self
            .written(operation.name(), required(operation, "record")?)
            .await?;
        let mut xml = Xml::new();
        write_response(&mut xml, &written);
        Ok(xml)
    }

    pub(super) async fn write_list(&self, operation: &Element) -> Answered {
        let verb = operation.name().trim_end_matches("List");
        let mut content = Xml::new();
        for record in listed(operation, "record")? {
            write_response(&mut content, &self.written(verb, record).await?);
        }
        Ok(list(&content))
    }

    pub(super) async fn delete(&self, operation: &Element) -> Answered {
        let deleted = self.deleted(required(operation, "baseRef")?).await?;
        let mut xml = Xml::new();
        write_response(&mut xml, &deleted);
        Ok(xml)
    }

    pub(super) async fn delete_list(&self, operation: &Element) -> Answered {
        let mut content = Xml::new();
        for base_ref in listed(operation, "baseRef")? {
            write_response(&mut content, &self.deleted(base_ref).await?);
        }
        Ok(list(&content))
    }

    async fn written(&self, verb: &str, element: &Element) -> Result<Written, Refused> {
        let of = match element.xsi_type().unwrap_or_default() {
            CUSTOM_RECORD => match self.custom_record_type(element.child("recType")) {
                Ok(of) => of,
                Err(details) => return Ok(Err(details)),
            },
            name => self.record_type(name)?,
        };
        let level = if verb == "add" { Level::Create } else { Level::Edit };
        if let Err(denied) = self.may(of, level) {
            return Ok(Err(denied));
        }
        let Target {
            internal_id,
            external_id,
            changes,
        } = match read_record(element, of, self.preferences) {
            Ok(target) => target,
            Err(details) => return Ok(Err(details)),
        };
        let (records, stamp) = (&self.server.records, self.stamp());
        let key = internal_id
            .map(Key::Internal)
            .or_else(|| external_id.clone().map(Key::External));
        let id = match (verb, key, &external_id) {
            ("add", ..) => records.create(of, changes, stamp).await,
            ("upsert", _, Some(external)) => {
                let upserted = records.upsert(of, external.clone(), changes, stamp).await;
                upserted.map(|(Upserted::Created(id) | Upserted::Updated(id))| id)
            }
            ("upsert", ..) => {
                let text = "This operation requires the externalId of the record.";
                return Ok(Err(vec![Detail::new("EXTERNALID_REQD", text)]));
            }
            (_, Some(key), _) => records.update(of, key, changes, stamp).await,
            (_, None, _) => {
                let text = "An update names the record by its internalId or externalId.";
                return Ok(Err(vec![Detail::new("INVALID_KEY_OR_REF", text)]));
            }
        };
        match id {
            Ok(id) => Ok(Ok(self.base_ref(of, Key::Internal(id), external_id))),
            Err(error) => told(&error).map(Err),
        }
    }

    async fn deleted(&self, element: &Element) -> Result<Written, Refused> {
        let (of, key) = match self.referred(element)? {
            Ok(referred) => referred,
            Err(details) => return Ok(Err(details)),
        };
        if let Err(denied) = self.may(&of, Level::Full) {
            return Ok(Err(denied));
        }
        match self.server.records.delete(&of, key.clone(), self.stamp()).await {
            Ok(()) => Ok(Ok(self.base_ref(&of, key, None))),
            Err(error) => told(&error).map(Err),
        }
    }

    fn base_ref(&self, of: &RecordType, key: Key, external_id: Option<String>) -> BaseRef {
        let catalog = self.server.records.catalog();
        BaseRef {
            record_type: of.name.clone(),
            type_id: is_custom_record(of).then(|| number_of(of, catalog)).flatten(),
            key,
            external_id,
        }
    }
}

fn write_response(xml: &mut Xml, written: &Written) {
    xml.element("writeResponse", &[], |xml| {
        let base_ref = match written {
            Ok(base_ref) => base_ref,
            Err(details) => return xml.status(&Err(details.clone())),
        };
        xml.status(&Ok(()));
        let (internal, external) = match &base_ref.key {
            Key::Internal(id) => (Some(id.to_string()), base_ref.external_id.as_deref()),
            Key::External(id) => (None, Some(id.as_str())),
        };
        let mut attributes = Vec::new();
        attributes.extend(internal.as_deref().map(|id| ("internalId", id)));
        attributes.extend(external.map(|id| ("externalId", id)));
        let type_id = base_ref.type_id.map(|number| number.to_string());
        match &type_id {
            Some(number) => {
                attributes.push(("typeId", number));
                attributes.push(("xsi:type", "platformCore:CustomRecordRef"));
            }
            None => {
                attributes.push(("type", &base_ref.record_type));
                attributes.push(("xsi:type", "platformCore:RecordRef"));
            }
        }
        xml.element("baseRef", &attributes, |_| {});
    });
}

fn list(content: &Xml) -> Xml {
    let mut xml = Xml::new();
    xml.element("writeResponseList", &[], |xml| {
        xml.status(&Ok(()));
        xml.push(content.as_str());
    });
    xml
}
