//! get, getList and getAll.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{Key, Query, Record, RecordType, RecordsError};
use countersign_soap::{Detail, Element, Xml, key, write_record};

use super::envelope::Fault;
use super::service::{Answered, Refused, Service, listed, required, told};

/// A record with its type, or what is wrong.
type Read = Result<(Record, Arc<RecordType>), Vec<Detail>>;

/// A type with a key, or why there is none.
pub(super) type Referred = Result<(Arc<RecordType>, Key), Vec<Detail>>;

impl Service<'_> {
    pub(super) async fn get(&self, operation: &Element) -> Answered {
        let read = self.read(required(operation, "baseRef")?).await?;
        let mut xml = Xml::new();
        self.write_read(&mut xml, &read);
        Ok(xml)
    }

    pub(super) async fn get_list(&self, operation: &Element) -> Answered {
        let mut content = Xml::new();
        for base_ref in listed(operation, "baseRef")? {
            let read = self.read(base_ref).await?;
            self.write_read(&mut content, &read);
        }
        let mut xml = Xml::new();
        xml.element("readResponseList", &[], |xml| {
            xml.status(&Ok(()));
            xml.push(content.as_str());
        });
        Ok(xml)
    }

    /// Every record of a type with few of them.
    pub(super) async fn get_all(&self, operation: &Element) -> Answered {
        let asked = required(operation, "record")?
            .attribute("recordType")
            .unwrap_or_default();
        let of = self.record_type(asked)?;
        let mut xml = Xml::new();
        if let Err(denied) = self.may(of, Level::View) {
            xml.element("platformCore:getAllResult", &[], |xml| xml.status(&Err(denied)));
            return Ok(xml);
        }
        let page = self.server.records.list(of, Query::default()).await;
        let page = page.map_err(|error| unreadable(&error))?;
        if page.total > page.ids.len() as u64 {
            let text = format!(
                "There are {} records of type {}: search for them.",
                page.total, of.name
            );
            return Err(Refused::Fault(Fault::RECORD_COUNT, text));
        }
        let mut records = Xml::new();
        for id in page.ids {
            if let Some(record) = self.found(of, id).await? {
                write_record(
                    &mut records,
                    "platformCore:record",
                    &record,
                    of,
                    self.schemas(),
                    true,
                );
            }
        }
        xml.element("platformCore:getAllResult", &[], |xml| {
            xml.status(&Ok(()));
            xml.leaf("platformCore:totalRecords", &page.total.to_string());
            xml.element("platformCore:recordList", &[], |xml| xml.push(records.as_str()));
        });
        Ok(xml)
    }

    async fn read(&self, base_ref: &Element) -> Result<Read, Refused> {
        let (of, key) = match self.referred(base_ref)? {
            Ok(referred) => referred,
            Err(details) => return Ok(Err(details)),
        };
        if let Err(denied) = self.may(&of, Level::View) {
            return Ok(Err(denied));
        }
        match self.server.records.get(&of, key).await {
            Ok(record) => Ok(Ok((record, of))),
            Err(error) => told(&error).map(Err),
        }
    }

    fn write_read(&self, xml: &mut Xml, read: &Read) {
        xml.element("readResponse", &[], |xml| match read {
            Ok((record, of)) => {
                xml.status(&Ok(()));
                write_record(xml, "record", record, of, self.schemas(), true);
            }
            Err(details) => xml.status(&Err(details.clone())),
        });
    }

    /// The type and the key of a `RecordRef` or a `CustomRecordRef`.
    pub(super) fn referred(&self, base_ref: &Element) -> Result<Referred, Refused> {
        let of = match base_ref.xsi_type() {
            None | Some("RecordRef") => self.record_type(base_ref.attribute("type").unwrap_or_default())?,
            Some("CustomRecordRef") => match self.custom_record_type(Some(base_ref)) {
                Ok(of) => of,
                Err(details) => return Ok(Err(details)),
            },
            Some(other) => return Err(Refused::NotEmulated(format!("SOAP {other}"))),
        };
        let key = key(base_ref).ok_or_else(|| {
            let text = "Please enter value(s) for: internalId or externalId, of which the first is a number.";
            vec![Detail::new("INVALID_KEY_OR_REF", text)]
        });
        Ok(key.map(|key| (Arc::clone(of), key)))
    }

    /// A record of a page; nothing where it was deleted since the page was made.
    pub(super) async fn found(&self, of: &Arc<RecordType>, id: i64) -> Result<Option<Record>, Refused> {
        match self.server.records.get(of, Key::Internal(id)).await {
            Ok(record) => Ok(Some(record)),
            Err(RecordsError::NotFound { .. }) => Ok(None),
            Err(error) => Err(unreadable(&error)),
        }
    }
}

/// For errors that no caller can mend.
pub(super) fn unreadable(error: &RecordsError) -> Refused {
    match told(error) {
        Err(refused) => refused,
        Ok(_) => Refused::Fault(Fault::UNEXPECTED, error.to_string()),
    }
}
