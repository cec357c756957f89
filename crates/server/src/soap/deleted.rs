//! getDeleted: what was deleted, out of the account's system notes.

use countersign_model::{Level, Permission};
use countersign_records::{Deletion, DeletionQuery};
use countersign_soap::{DeletedFilter, Detail, Element, SearchError, Status, Xml};

use super::read::unreadable;
use super::service::{Answered, Refused, Service, required};

impl Service<'_> {
    /// By a permission of its own, which is for every type.
    pub(super) async fn get_deleted(&self, operation: &Element) -> Answered {
        let filter = required(operation, "getDeletedFilter")?;
        if let Err(denied) = self.principal.require(Permission::DeletedRecords, Level::Full) {
            let text = format!("Permission Violation: {denied}");
            return Ok(unsuccessful(Detail::new("INSUFFICIENT_PERMISSION", text)));
        }
        let filter = match DeletedFilter::read(filter, self.server.records.catalog()) {
            Ok(filter) => filter,
            Err(SearchError::NotEmulated(feature)) => return Err(Refused::NotEmulated(feature)),
            Err(SearchError::Wrong(text)) => return Ok(unsuccessful(Detail::new("USER_ERROR", text))),
        };
        let index = operation.text_of("pageIndex").unwrap_or("1").parse();
        let Some(index) = index.ok().filter(|index: &u32| *index > 0) else {
            return Ok(unsuccessful(no_page()));
        };
        let size = self.preferences.page_size;
        let query = DeletionQuery {
            types: filter.types,
            during: filter.during,
            limit: size,
            offset: u64::from(index - 1) * u64::from(size),
        };
        let page = self.server.records.deletions(query).await;
        let page = page.map_err(|error| unreadable(&error))?;
        let pages = page.total.div_ceil(u64::from(size));
        if u64::from(index) > pages.max(1) {
            return Ok(unsuccessful(no_page()));
        }
        Ok(result(&Ok(()), |xml| {
            for (name, count) in [
                ("totalRecords", page.total),
                ("pageSize", u64::from(size)),
                ("totalPages", pages),
                ("pageIndex", u64::from(index)),
            ] {
                xml.leaf(&format!("platformCore:{name}"), &count.to_string());
            }
            xml.element("platformCore:deletedRecordList", &[], |xml| {
                page.deletions.iter().for_each(|deletion| write(xml, deletion));
            });
        }))
    }
}

fn write(xml: &mut Xml, deletion: &Deletion) {
    let at = jiff::Timestamp::from_millisecond(deletion.at.millis()).unwrap_or_default();
    let id = deletion.id.to_string();
    xml.element("platformCore:deletedRecord", &[], |xml| {
        xml.leaf("platformCore:deletedDate", &format!("{at:.3}"));
        let mut attributes = vec![("internalId", id.as_str())];
        attributes.extend(deletion.external_id.as_deref().map(|id| ("externalId", id)));
        attributes.extend([
            ("type", deletion.record_type.name.as_str()),
            ("xsi:type", "platformCore:RecordRef"),
        ]);
        xml.element("platformCore:record", &attributes, |xml| {
            if let Some(name) = &deletion.name {
                xml.leaf("platformCore:name", name);
            }
        });
    });
}

fn no_page() -> Detail {
    Detail::new(
        "INVALID_PAGE_INDEX",
        "There is no page of that pageIndex; the first is 1.",
    )
}

fn unsuccessful(detail: Detail) -> Xml {
    result(&Err(vec![detail]), |_| {})
}

fn result(status: &Status, content: impl FnOnce(&mut Xml)) -> Xml {
    let mut xml = Xml::new();
    xml.element("platformCore:getDeletedResult", &[], |xml| {
        xml.status(status);
        content(xml);
    });
    xml
}
