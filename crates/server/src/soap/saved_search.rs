//! getSavedSearch: the searches that scripts saved, those that are one's own or for everybody.

use countersign_records::{Key, Query, Record, Value};
use countersign_soap::{Detail, Element, Status, Xml};

use super::read::unreadable;
use super::service::{Answered, Service, required};

impl Service<'_> {
    /// Of one type of search: `transaction` and `item` are whole families.
    pub(super) async fn get_saved_search(&self, operation: &Element) -> Answered {
        let records = &self.server.records;
        let Some(asked) = required(operation, "record")?.attribute("searchType") else {
            let missing = Detail::new("USER_ERROR", "Which searches? The record names a searchType.");
            return Ok(result(&Err(vec![missing]), &[]));
        };
        let Some(of) = records.record_type("savedsearch") else {
            return Ok(result(&Ok(()), &[]));
        };
        let mut found = Vec::new();
        loop {
            let query = Query {
                offset: found.len() as u64,
                ..Query::default()
            };
            let page = records
                .list(of, query)
                .await
                .map_err(|error| unreadable(&error))?;
            for id in &page.ids {
                let record = records.get(of, Key::Internal(*id)).await;
                found.push(record.map_err(|error| unreadable(&error))?);
            }
            if page.ids.is_empty() || found.len() as u64 >= page.total {
                break;
            }
        }
        found.retain(|search| self.may_load(search) && self.is_of(search, asked));
        Ok(result(&Ok(()), &found))
    }

    fn may_load(&self, search: &Record) -> bool {
        let is_own = match search.get("owner") {
            Some(Value::Reference(owner)) => owner.id() == Some(self.principal.user().id.get()),
            _ => search.created.by == self.principal.user().id.get(),
        };
        is_own || search.get("isPublic") == Some(&Value::Bool(true))
    }

    fn is_of(&self, search: &Record, asked: &str) -> bool {
        let Some(Value::Text(kept)) = search.get("recordType") else {
            return false;
        };
        let of = self.server.records.record_type(kept);
        let family = of.map_or("", |of| of.table.as_str());
        [kept.as_str(), family]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(asked))
    }
}

fn result(status: &Status, found: &[Record]) -> Xml {
    let mut xml = Xml::new();
    xml.element("platformCore:getSavedSearchResult", &[], |xml| {
        xml.status(status);
        xml.leaf("platformCore:totalRecords", &found.len().to_string());
        xml.element("platformCore:recordRefList", &[], |xml| {
            found.iter().for_each(|search| write(xml, search));
        });
    });
    xml
}

fn write(xml: &mut Xml, search: &Record) {
    let id = search.id.to_string();
    let mut attributes = vec![("internalId", id.as_str())];
    attributes.extend(search.external_id().map(|id| ("externalId", id)));
    xml.element("platformCore:recordRef", &attributes, |xml| {
        if let Some(Value::Text(title)) = search.get("title") {
            xml.leaf("platformCore:name", title);
        }
    });
}
