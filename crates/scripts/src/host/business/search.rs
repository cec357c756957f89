//! `search.*`: a search of `N/search` as one SuiteQL statement, and its rows as results.
//!
//! A search says what it wants by names of fields and joins; [`scope`] finds the tables and columns they mean, [`condition`]
//! writes filters, [`statement`] the whole. What it reads is bounded as any statement: in time, rows and by what the role sees.

mod address;
mod condition;
pub(super) mod date;
mod definition;
mod filter;
mod formula;
mod global;
mod join;
mod result;
mod scope;
mod statement;
mod term;
mod transaction;
mod unkept;

use countersign_suiteql::Page;
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) use self::definition::Definition;
use self::statement::Search;
use super::Business;

/// Which results of a search.
#[derive(Deserialize)]
pub(super) struct Running {
    search: Definition,
    start: usize,
    size: usize,
}

impl Business {
    /// `search.check`: an error where the search cannot be run; the names in it that the account keeps nothing in.
    pub(super) fn check_search(&self, definition: &Definition) -> Result<Value, HostError> {
        Ok(json!(Search::of(self, definition)?.unkept))
    }

    /// `search.run`: some of the results, and how many there are.
    pub(super) fn run_search(&self, running: &Running) -> Result<Value, HostError> {
        let search = Search::of(self, &running.search)?;
        let page = Page {
            limit: running.size,
            offset: running.start,
        };
        let rows = self.ask(search.statement.clone(), search.parameters.clone(), page)?;
        let results: Vec<Value> = rows.rows.iter().map(|row| search.result(row)).collect();
        Ok(json!({ "results": results, "total": rows.total }))
    }
}
