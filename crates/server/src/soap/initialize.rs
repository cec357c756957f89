//! initialize and initializeList: a record made of another one, which the caller changes and adds.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{Changes, Field, Key, Presence, Record, RecordType, Reference, Value};
use countersign_soap::{Detail, Element, Xml, key, write_draft};

use super::service::{Answered, Refused, Service, listed, required, told};

/// What NetSuite begins for somebody, and not from another transaction.
const BEGUN_FOR: [(&str, &str); 11] = [
    ("cashSale", "customer"),
    ("customerRefund", "customer"),
    ("estimate", "customer"),
    ("purchaseOrder", "vendor"),
    ("salesOrder", "customer"),
    ("vendorCredit", "vendor"),
    ("creditMemo", "customer"),
    ("customerPayment", "customer"),
    ("invoice", "customer"),
    ("vendorBill", "vendor"),
    ("vendorPayment", "vendor"),
];

type Initialized = Result<(Record, Arc<RecordType>), Vec<Detail>>;

impl Service<'_> {
    pub(super) async fn initialize(&self, operation: &Element) -> Answered {
        let initialized = self.initialized(required(operation, "initializeRecord")?).await?;
        let mut xml = Xml::new();
        self.write_initialized(&mut xml, &initialized);
        Ok(xml)
    }

    pub(super) async fn initialize_list(&self, operation: &Element) -> Answered {
        let mut content = Xml::new();
        for asked in listed(operation, "initializeRecord")? {
            let initialized = self.initialized(asked).await?;
            self.write_initialized(&mut content, &initialized);
        }
        let mut xml = Xml::new();
        xml.element("readResponseList", &[], |xml| {
            xml.status(&Ok(()));
            xml.push(content.as_str());
        });
        Ok(xml)
    }

    async fn initialized(&self, asked: &Element) -> Result<Initialized, Refused> {
        for part in ["auxReference", "referenceList"] {
            if asked.child(part).is_some_and(|part| !part.is_nil()) {
                return Err(Refused::NotEmulated(format!("SOAP initialize {part}")));
            }
        }
        let to = self.record_type(asked.text_of("type").unwrap_or_default())?;
        let Some(reference) = asked.child("reference") else {
            let text = "Please enter value(s) for: reference, the record to initialize from.";
            return Ok(Err(vec![Detail::new("INVALID_INITIALIZE_REF", text)]));
        };
        let of = self.record_type(reference.attribute("type").unwrap_or_default())?;
        let Some(key) = key(reference) else {
            let text = "The reference has an internalId, which is a number, or an externalId.";
            return Ok(Err(vec![Detail::new("INVALID_KEY_OR_REF", text)]));
        };
        let denied = self
            .may(of, Level::View)
            .and_then(|()| self.may(to, Level::Create));
        if let Err(denied) = denied {
            return Ok(Err(denied));
        }
        let records = &self.server.records;
        let begun = BEGUN_FOR.contains(&(to.name.as_str(), of.name.as_str()));
        let drafted = match begun.then(|| field_of(to, of)).flatten() {
            Some(field) => match self.begun(of, key, field).await? {
                Ok(changes) => records.draft(to, changes, self.stamp()).await,
                Err(details) => return Ok(Err(details)),
            },
            None => records.draft_from(of, key, to, self.stamp()).await,
        };
        match drafted {
            Ok(record) => Ok(Ok((record, Arc::clone(to)))),
            Err(error) => told(&error).map(Err),
        }
    }

    /// All that is known of a record that is begun for somebody.
    async fn begun(
        &self,
        of: &Arc<RecordType>,
        key: Key,
        field: &Field,
    ) -> Result<Result<Changes, Vec<Detail>>, Refused> {
        match self.server.records.get(of, key).await {
            Ok(somebody) => {
                let whom = Value::Reference(Reference::to(somebody.id));
                Ok(Ok(Changes::new().set(&field.name, whom)))
            }
            Err(error) => told(&error).map(Err),
        }
    }

    fn write_initialized(&self, xml: &mut Xml, initialized: &Initialized) {
        xml.element("readResponse", &[], |xml| match initialized {
            Ok((record, of)) => {
                xml.status(&Ok(()));
                write_draft(xml, "record", record, of, self.schemas());
            }
            Err(details) => xml.status(&Err(details.clone())),
        });
    }
}

/// The field that says for whom a record is.
fn field_of<'t>(to: &'t RecordType, of: &RecordType) -> Option<&'t Field> {
    let is_for = |field: &&Arc<Field>| {
        field.presence == Presence::Mandatory
            && field
                .target()
                .is_some_and(|target| target.eq_ignore_ascii_case(&of.name))
    };
    to.fields.iter().find(is_for).map(AsRef::as_ref)
}
