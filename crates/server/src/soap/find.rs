//! search and searchMoreWithId: whole records, or rows of the columns that were asked for.

use std::sync::Arc;

use countersign_model::Level;
use countersign_records::{Join, Query, Record, RecordType};
use countersign_soap::{Beside, Detail, Element, Reached, Search, SearchError, Xml, write_record};

use super::read::unreadable;
use super::service::{Answered, Refused, Service, required};

/// A part of what is found.
pub(super) struct Found {
    pub(super) records: Vec<(Record, Arc<RecordType>)>,
    /// Of all pages together.
    pub(super) total: u64,
}

const RESULT: &str = "platformCore:searchResult";

impl Service<'_> {
    pub(super) async fn search(&self, operation: &Element) -> Answered {
        let criteria = required(operation, "searchRecord")?;
        match Search::read(criteria, self.server.records.catalog(), self.preferences) {
            Ok(search) => self.page(search, 1).await,
            Err(SearchError::NotEmulated(feature)) => Err(Refused::NotEmulated(feature)),
            Err(SearchError::Wrong(text)) => Ok(unsuccessful(Detail::new("USER_ERROR", text))),
        }
    }

    pub(super) async fn search_more(&self, operation: &Element) -> Answered {
        let id = operation.text_of("searchId").unwrap_or_default();
        let Some(search) = Search::from_id(id, self.server.id().as_str(), self.server.records.catalog())
        else {
            let text = "The searchId is not one that a search of this account gave.";
            return Ok(unsuccessful(Detail::new("INVALID_JOB_ID", text)));
        };
        match operation
            .text_of("pageIndex")
            .and_then(|index| index.parse().ok())
        {
            Some(index @ 1..) => self.page(search, index).await,
            _ => Ok(unsuccessful(no_page())),
        }
    }

    async fn page(&self, mut search: Search, index: u32) -> Answered {
        // A role sees the types it may view, and asks nothing of others.
        if let Err(denied) = self.visible(&mut search.reached) {
            return Ok(unsuccessful(denied));
        }
        for joined in &mut search.joined {
            if let Err(denied) = self.visible(&mut joined.to) {
                return Ok(unsuccessful(denied));
            }
        }
        let size = search.page_size;
        let offset = u64::from(index - 1) * u64::from(size);
        let Found { records, total } = self.find(&search.reached, &search.joins(), size, offset).await?;
        let pages = total.div_ceil(u64::from(size));
        if u64::from(index) > pages.max(1) {
            return Ok(unsuccessful(no_page()));
        }
        let list = match search.gives_rows() {
            true => self.rows(&search, &records).await?,
            false => self.whole(&search, &records),
        };
        let mut xml = Xml::new();
        xml.element(RESULT, &[], |xml| {
            xml.status(&Ok(()));
            xml.leaf("platformCore:totalRecords", &total.to_string());
            xml.leaf("platformCore:pageSize", &size.to_string());
            xml.leaf("platformCore:totalPages", &pages.to_string());
            xml.leaf("platformCore:pageIndex", &index.to_string());
            xml.leaf("platformCore:searchId", &search.id(self.server.id().as_str()));
            xml.push(list.as_str());
        });
        Ok(xml)
    }

    /// Leaves the types that the role may view. The refusal where that are none.
    fn visible(&self, types: &mut Reached) -> Result<(), Detail> {
        let mut denied = None;
        for (of, filter) in std::mem::take(types) {
            match self.may(&of, Level::View) {
                Ok(()) => types.push((of, filter)),
                Err(details) => denied = details.into_iter().next(),
            }
        }
        denied.filter(|_| types.is_empty()).map_or(Ok(()), Err)
    }

    fn whole(&self, search: &Search, records: &[(Record, Arc<RecordType>)]) -> Xml {
        let mut xml = Xml::new();
        xml.element("platformCore:recordList", &[], |xml| {
            for (record, of) in records {
                let has_lines = !search.body_fields_only;
                write_record(xml, "platformCore:record", record, of, self.schemas(), has_lines);
            }
        });
        xml
    }

    async fn rows(&self, search: &Search, records: &[(Record, Arc<RecordType>)]) -> Answered {
        let mut rows = Xml::new();
        for (record, of) in records {
            let beside = self.beside(search, record, of).await?;
            search.write_row(&mut rows, record, of, &beside, self.version);
        }
        let mut xml = Xml::new();
        xml.element("platformCore:searchRowList", &[], |xml| xml.push(rows.as_str()));
        Ok(xml)
    }

    /// The other records that columns of a row are taken from: those that the role may view.
    async fn beside(
        &self,
        search: &Search,
        record: &Record,
        of: &RecordType,
    ) -> Result<Vec<Beside>, Refused> {
        let catalog = self.server.records.catalog();
        let mut beside = Vec::new();
        for (join, field, to) in search.referred(record) {
            let target = of.field(field).and_then(|field| field.target());
            let named = to.record_type.as_deref().or(target);
            let Some((of, id)) = named.and_then(|name| catalog.get(name)).zip(to.id()) else {
                continue;
            };
            if self.may(of, Level::View).is_ok()
                && let Some(record) = self.found(of, id).await?
            {
                beside.extend(search.beside(join, record, Arc::clone(of), catalog));
            }
        }
        Ok(beside)
    }

    /// Type by type, and in each in the order of their ids.
    pub(super) async fn find(
        &self,
        reached: &Reached,
        joins: &[Join],
        limit: u32,
        offset: u64,
    ) -> Result<Found, Refused> {
        let (mut left, mut offset) = (limit, offset);
        let mut found = Found {
            records: Vec::new(),
            total: 0,
        };
        for (of, filter) in reached {
            let query = Query {
                filter: filter.clone(),
                joins: joins.to_vec(),
                limit: left,
                offset,
            };
            let page = self.server.records.list(of, query).await;
            let page = page.map_err(|error| unreadable(&error))?;
            found.total += page.total;
            offset = offset.saturating_sub(page.total);
            left = left.saturating_sub(u32::try_from(page.ids.len()).unwrap_or(left));
            for id in page.ids {
                let record = self.found(of, id).await?;
                found
                    .records
                    .extend(record.map(|record| (record, Arc::clone(of))));
            }
        }
        Ok(found)
    }
}

fn no_page() -> Detail {
    Detail::new(
        "INVALID_PAGE_INDEX",
        "The search has no page of that pageIndex; the first is 1.",
    )
}

fn unsuccessful(detail: Detail) -> Xml {
    let mut xml = Xml::new();
    xml.element(RESULT, &[], |xml| xml.status(&Err(vec![detail])));
    xml
}
