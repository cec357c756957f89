//! `search.global`: everything the role sees that is called something with these words in it.

use std::collections::BTreeMap;

use countersign_model::Level;
use countersign_records::{RecordType, TableInfo};
use countersign_suiteql::{Page, Value as Cell};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Business;
use super::super::shape::script_name;

/// Results of one search, as NetSuite gives.
const MOST_RESULTS: usize = 1000;
/// Words that are looked for.
const MOST_WORDS: usize = 20;
/// Columns that words are looked for in, besides what a record is called.
const LOOKED_AT: [&str; 7] = [
    "altname",
    "companyname",
    "email",
    "phone",
    "displayname",
    "upccode",
    "otherrefnum",
];
/// What a result says besides its name and type, the first two that its table has.
const SAID: [&str; 6] = [
    "email",
    "phone",
    "entity",
    "trandate",
    "displayname",
    "description",
];

#[derive(Deserialize)]
pub(in super::super) struct Everywhere {
    keywords: String,
}

/// Words, and of which types: `cu: harbor` is of those whose name begins with `cu`.
struct Wanted<'k> {
    prefix: Option<&'k str>,
    words: Vec<String>,
}

impl<'k> Wanted<'k> {
    fn read(keywords: &'k str) -> Self {
        let (prefix, rest) = match keywords.split_once(':') {
            Some((prefix, rest)) if !prefix.trim().is_empty() => (Some(prefix.trim()), rest),
            _ => (None, keywords),
        };
        let bare = |word: &str| word.trim_matches(['%', '"']).to_owned();
        let words = rest.split_whitespace().map(bare).filter(|word| !word.is_empty());
        Self {
            prefix,
            words: words.take(MOST_WORDS).collect(),
        }
    }

    fn is_of(&self, of: &RecordType) -> bool {
        let begins = |name: &str| {
            let prefix = self.prefix.unwrap_or_default().to_lowercase();
            name.to_lowercase().starts_with(&prefix)
        };
        begins(&of.label) || begins(script_name(of))
    }
}

impl Business {
    /// In the order of the types' declarations, the records of a table by their internal ids.
    pub(in super::super) fn search_everything(&self, given: &Everywhere) -> Result<Value, HostError> {
        let wanted = Wanted::read(&given.keywords);
        let mut results = Vec::new();
        if wanted.words.is_empty() {
            return Ok(json!({ "results": results }));
        }
        let mut tables: Vec<(&str, BTreeMap<&str, &RecordType>)> = Vec::new();
        // What has no permission of its own is the account's machinery.
        let seen = |of: &&std::sync::Arc<RecordType>| {
            of.permission.is_some() && wanted.is_of(of) && (self.may)(of, Level::View).is_ok()
        };
        for of in self.records.types().filter(seen) {
            match tables.iter_mut().find(|(table, _)| *table == of.table) {
                Some((_, types)) => drop(types.insert(&of.script_id, of)),
                None => tables.push((&of.table, BTreeMap::from([(of.script_id.as_str(), of.as_ref())]))),
            }
        }
        for (name, types) in tables {
            if let Some(table) = self.table(name) {
                self.search_table(table, &types, &wanted, &mut results)?;
            }
        }
        Ok(json!({ "results": results }))
    }

    fn search_table(
        &self,
        table: &TableInfo,
        types: &BTreeMap<&str, &RecordType>,
        wanted: &Wanted<'_>,
        results: &mut Vec<Value>,
    ) -> Result<(), HostError> {
        let has = |name: &str| table.columns.iter().any(|column| column.name == name);
        let left = MOST_RESULTS.saturating_sub(results.len());
        let Some(display) = table.display.as_deref().filter(|name| left > 0 && has(name)) else {
            return Ok(());
        };
        let columns: Vec<&str> = std::iter::once(display)
            .chain(LOOKED_AT.into_iter().filter(|name| has(name)))
            .collect();
        let said: Vec<String> = SAID
            .into_iter()
            .filter(|name| *name != display && has(name))
            .map(|name| match name {
                "entity" => "BUILTIN.DF(t.entity)".to_owned(),
                name => format!("t.{name}"),
            })
            .chain(["NULL".to_owned(), "NULL".to_owned()])
            .take(2)
            .collect();
        let (kind, only) = told(types);
        let mut parameters: Vec<Value> = Vec::new();
        let mut conditions = only;
        for word in &wanted.words {
            let either: Vec<String> = columns
                .iter()
                .map(|column| format!("INSTR(UPPER(t.{column}), UPPER(?)) > 0"))
                .collect();
            parameters.extend(columns.iter().map(|_| Value::from(word.as_str())));
            conditions.push(format!("({})", either.join(" OR ")));
        }
        let statement = format!(
            "SELECT t.id AS c0, {kind} AS c1, t.{display} AS c2, {} AS c3, {} AS c4 FROM {} t WHERE {} ORDER BY t.id",
            said.first().map_or("NULL", String::as_str),
            said.get(1).map_or("NULL", String::as_str),
            table.name,
            conditions.join(" AND ")
        );
        let page = Page {
            limit: left,
            offset: 0,
        };
        for row in self.ask(statement, parameters, page)?.rows {
            let cell = |at: usize| row.get(at).and_then(Cell::to_text);
            let of = cell(1).and_then(|name| types.get(name.as_str()).copied());
            let Some((id, of)) = cell(0).zip(of) else { continue };
            let shown = [cell(2), Some(of.label.clone()), cell(3), cell(4)];
            let values: Vec<Value> = shown
                .into_iter()
                .map(|text| json!([text.unwrap_or_default()]))
                .collect();
            results.push(json!({ "id": id, "recordType": script_name(of), "values": values }));
        }
        Ok(())
    }
}

/// What says of which of these types a row of their table is, and what keeps the rows of others out.
fn told(types: &BTreeMap<&str, &RecordType>) -> (String, Vec<String>) {
    let tests: Vec<(String, &str)> = types
        .values()
        .filter(|of| of.in_family)
        .map(|of| {
            let all = of
                .constants
                .iter()
                .filter(|(column, _)| !matches!(column.as_str(), "posting" | "recordtype"));
            let all: Vec<String> = all
                .map(|(column, value)| format!("t.{column} = '{value}'"))
                .collect();
            (all.join(" AND "), of.script_id.as_str())
        })
        .collect();
    if tests.is_empty() {
        let only = types.keys().next().copied().unwrap_or_default();
        return (format!("'{only}'"), Vec::new());
    }
    let cases: Vec<String> = tests
        .iter()
        .map(|(test, name)| format!("WHEN {test} THEN '{name}'"))
        .collect();
    let any: Vec<String> = tests.iter().map(|(test, _)| format!("({test})")).collect();
    (
        format!("CASE {} END", cases.join(" ")),
        vec![format!("({})", any.join(" OR "))],
    )
}
