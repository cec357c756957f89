//! Lists: the ids of a page, and how many there are in all.

use std::sync::Arc;

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use crate::error::RecordsError;
use crate::filter::Filter;
use crate::join::Join;
use crate::known::{Asked, Known};
use crate::record_type::RecordType;
use crate::records::Records;
use crate::state::State;
use crate::table::Table;

/// Which records to list.
#[derive(Clone, Debug)]
pub struct Query {
    pub filter: Option<Filter>,
    /// Each of these too.
    pub joins: Vec<Join>,
    /// At most [`Query::LARGEST_PAGE`] are given, whatever is asked.
    pub limit: u32,
    pub offset: u64,
}

impl Query {
    /// NetSuite's page, by default and at most.
    pub const LARGEST_PAGE: u32 = 1000;
}

impl Default for Query {
    fn default() -> Self {
        Self {
            filter: None,
            joins: Vec::new(),
            limit: Self::LARGEST_PAGE,
            offset: 0,
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Ascending.
    pub ids: Vec<i64>,
    /// Of all pages together.
    pub total: u64,
}

impl Records {
    pub async fn list(&self, of: &Arc<RecordType>, query: Query) -> Result<Page, RecordsError> {
        let own = query.filter.iter().map(|filter| (filter, of));
        let joined = query.joins.iter().flat_map(|join| &join.to);
        let joined = joined.filter_map(|(of, filter)| filter.as_ref().map(|filter| (filter, of)));
        for (filter, of) in own.chain(joined) {
            if filter.record_type() != of.name {
                return Err(RecordsError::OtherFilter {
                    made_for: filter.record_type().to_owned(),
                    used_for: of.name.clone(),
                });
            }
        }
        let known = Arc::clone(&self.known);
        self.read(of, move |table| table.page(&query, &known)).await
    }
}

impl Table<'_> {
    fn page(&self, query: &Query, known: &Known) -> Result<Page, RecordsError> {
        let (from, values) = self.listed(query);
        let asked = Asked::of(State::of(self.connection)?, &format!("{from} {values:?}"));
        let limit = query.limit.min(Query::LARGEST_PAGE);
        // A page that begins where one was seen to end does not pass over what is before it.
        let beginning = known.beginning(&asked, query.offset);
        let (after, passed) = match beginning {
            Some(id) => (id, 0),
            None => (i64::MIN, query.offset),
        };
        let bound = |after| [Sql::Integer(after)].into_iter().chain(values.iter().cloned());
        let passed = i64::try_from(passed).unwrap_or(i64::MAX);
        let of_page = [Sql::Integer(limit.into()), Sql::Integer(passed)];
        let ids: Vec<i64> = self
            .connection
            .prepare_cached(&format!(
                "SELECT listed.id {from} ORDER BY listed.id LIMIT ? OFFSET ?"
            ))?
            .query_map(params_from_iter(bound(after).chain(of_page)), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let count = ids.len() as u64;
        let is_full = count == u64::from(limit);
        if let Some(last) = ids.last()
            && is_full
        {
            known.keep_beginning(&asked, query.offset.saturating_add(count), *last);
        }
        let total = known.total(&asked, || {
            if !is_full && (count > 0 || query.offset == 0) {
                return Ok(query.offset + count);
            }
            let count: i64 = self
                .connection
                .prepare_cached(&format!("SELECT count(*) {from}"))?
                .query_one(params_from_iter(bound(i64::MIN)), |row| row.get(0))?;
            Ok::<_, RecordsError>(u64::try_from(count).unwrap_or_default())
        })?;
        Ok(Page { ids, total })
    }

    /// What is listed, after the id that is the first parameter, and the values of the other parameters. The ids are compared
    /// also where all are counted: then SQLite goes through the rows as they lie, which is several times as fast as by another
    /// index of theirs.
    fn listed(&self, query: &Query) -> (String, Vec<Sql>) {
        let (mut condition, mut values) = match &query.filter {
            Some(filter) => filter.to_sql(),
            None => ("1".to_owned(), Vec::new()),
        };
        for join in &query.joins {
            let (joined, more) = join.to_sql(self.record_type);
            condition.push_str(" AND ");
            condition.push_str(&joined);
            values.extend(more);
        }
        let from = format!(
            r#"FROM "{}" AS listed WHERE listed.id > ? AND {condition}{}"#,
            self.record_type.table,
            self.record_type.and_of_type()
        );
        (from, values)
    }
}
