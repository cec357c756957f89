//! Sums over the records that refer to one, and which records are a part of whose sums.

use std::collections::{BTreeMap, BTreeSet};

use crate::calculation::{Tally, TallySource};
use crate::error::RecordsError;
use crate::record::Record;
use crate::record_type::RecordType;
use crate::table::Table;
use crate::value::Value;

impl Table<'_> {
    /// For the record `id`, or for the line of that number in it.
    pub(crate) fn tally(&self, tally: &Tally, id: i64, line: Option<i64>) -> Result<f64, RecordsError> {
        let mut sum = 0.0;
        for source in &tally.sources {
            if let Some(sql) = self.tally_sql(tally, source) {
                let mut statement = self.connection.prepare_cached(&sql)?;
                let part: Option<f64> = match &tally.by_line {
                    Some(_) => statement.query_row((id, line), |row| row.get(0))?,
                    None => statement.query_row([id], |row| row.get(0))?,
                };
                sum += part.unwrap_or_default();
            }
        }
        Ok(sum)
    }

    /// Nothing where the source is not declared.
    fn tally_sql(&self, tally: &Tally, source: &TallySource) -> Option<String> {
        let of = self.catalog.get(&source.record_type)?;
        let only = match of.in_family {
            true => format!(" AND b._recordtype = '{}'", of.script_id),
            false => String::new(),
        };
        let Some(sublist) = &source.sublist else {
            let (field, by) = (of.field(&source.field)?, of.field(&tally.by)?);
            return Some(format!(
                r#"SELECT total(b."{}") FROM "{}" AS b WHERE b."{}" = ?1{only}"#,
                field.column(),
                of.table,
                by.column()
            ));
        };
        let sublist = of.sublist(sublist)?;
        let field = sublist.field(&source.field)?;
        let among = match sublist.is_shared() {
            true => format!(" AND l._sublist = '{}'", sublist.script_id),
            false => String::new(),
        };
        let condition = match &tally.by_line {
            Some(by_line) => format!(
                r#"b."{}" = ?1 AND l."{}" = ?2"#,
                of.field(&tally.by)?.column(),
                sublist.field(by_line)?.column()
            ),
            None => format!(r#"l."{}" = ?1"#, sublist.field(&tally.by)?.column()),
        };
        Some(format!(
            r#"SELECT total(l."{}") * {} FROM "{}" AS b JOIN "{}" AS l ON l."{}" = b.id
               WHERE {condition}{only}{among}"#,
            field.column(),
            sublist.sign(field),
            of.table,
            sublist.table,
            sublist.parent_column
        ))
    }

    /// Records that sum up this one, as it was or as it is.
    pub(crate) fn tallied_by(
        &self,
        before: Option<&Record>,
        after: Option<&Record>,
    ) -> Vec<(&RecordType, BTreeSet<i64>)> {
        let mut found = BTreeMap::new();
        for other in self.catalog.types() {
            let of_lines = other.sublists.iter().flat_map(|sublist| &sublist.fields);
            for tally in other
                .fields
                .iter()
                .chain(of_lines)
                .filter_map(|field| field.tally.as_ref())
            {
                for source in &tally.sources {
                    if self.is_source(source) {
                        let ids = [before, after].into_iter().flatten();
                        let ids = ids.flat_map(|record| referred(record, tally, source));
                        let entry = found
                            .entry(other.script_id.as_str())
                            .or_insert_with(|| (other.as_ref(), BTreeSet::new()));
                        entry.1.extend(ids);
                    }
                }
            }
        }
        found.into_values().collect()
    }
}

impl Table<'_> {
    pub(crate) fn is_source(&self, source: &TallySource) -> bool {
        source
            .record_type
            .eq_ignore_ascii_case(&self.record_type.script_id)
    }
}

pub(crate) fn referred(record: &Record, tally: &Tally, source: &TallySource) -> Vec<i64> {
    let id = |value: &Value| match value {
        Value::Reference(reference) => reference.id(),
        _ => None,
    };
    match &source.sublist {
        Some(sublist) if tally.by_line.is_none() => record
            .lines(sublist)
            .iter()
            .filter_map(|line| line.get(&tally.by).and_then(id))
            .collect(),
        _ => record.get(&tally.by).and_then(id).into_iter().collect(),
    }
}
