//! Sums that stay within a field: what a record takes of the lines of another is there to be taken.

use std::collections::BTreeMap;

use crate::calculation::{Tally, TallySource};
use crate::error::{FieldError, Problem};
use crate::field::Field;
use crate::record::{Line, Record};
use crate::record_type::RecordType;
use crate::table::Table;
use crate::tally::referred;
use crate::value::Value;

/// What sums of decimals may be off by.
const ROUNDING: f64 = 1e-6;

/// A sum over lines of this table, for each line of another record.
struct Sum<'a> {
    of: &'a RecordType,
    sublist: &'a str,
    field: &'a Field,
    tally: &'a Tally,
    source: &'a TallySource,
    /// The field of the source's lines with the number of the line there.
    by_line: &'a str,
    within: &'a str,
}

impl Table<'_> {
    /// What `after`, a record of this table, takes of the lines of another beyond what they have. `lines` are those of that
    /// record as it is with `after`.
    pub(crate) fn beyond(
        &self,
        after: &Record,
        of: &RecordType,
        (id, lines): (i64, &BTreeMap<String, Vec<Line>>),
    ) -> Vec<FieldError> {
        let sums = of.sublists.iter().flat_map(|sublist| {
            let fields = sublist.fields.iter();
            fields.flat_map(|field| self.sums_of(of, &sublist.name, field))
        });
        let here = sums.filter(|sum| referred(after, sum.tally, sum.source).contains(&id));
        here.flat_map(|sum| {
            let there = lines.get(sum.sublist).map_or(&[][..], Vec::as_slice);
            sum.beyond(after, id, there)
        })
        .collect()
    }

    fn sums_of<'a>(&self, of: &'a RecordType, sublist: &'a str, field: &'a Field) -> Vec<Sum<'a>> {
        let Some(tally) = &field.tally else {
            return Vec::new();
        };
        let (Some(within), Some(by_line)) = (&tally.within, &tally.by_line) else {
            return Vec::new();
        };
        let sources = tally.sources.iter().filter(|source| self.is_source(source));
        let sum = |source| Sum {
            of,
            sublist,
            field,
            tally,
            source,
            by_line,
            within,
        };
        sources.map(sum).collect()
    }
}

impl Sum<'_> {
    fn beyond(&self, after: &Record, id: i64, there: &[Line]) -> Vec<FieldError> {
        let Some(from) = &self.source.sublist else {
            return Vec::new();
        };
        let named = |line: &Line| match line.get(self.by_line) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        };
        let mut taken: BTreeMap<i64, f64> = BTreeMap::new();
        for line in after.lines(from) {
            if let Some(number) = named(line) {
                *taken.entry(number).or_default() += amount(line, &self.source.field);
            }
        }
        let wrong = |(place, line): (usize, &Line)| {
            let number = named(line)?;
            let error = |field: &str, problem| FieldError {
                path: format!("{from}.items[{place}].{field}"),
                problem,
            };
            let target = Line::place(there, number).and_then(|place| there.get(place));
            let Some(target) = target else {
                return Some(error(self.by_line, Problem::NoSuchLine { key: number }));
            };
            let (sum, limit) = (amount(target, &self.field.name), amount(target, self.within));
            let own = taken.get(&number).copied().unwrap_or_default();
            let more_than_remains = || Problem::MoreThanRemains {
                left: (limit - (sum - own)).max(0.0),
                record_type: self.of.name.clone(),
                id,
            };
            (sum > limit + ROUNDING).then(|| error(&self.source.field, more_than_remains()))
        };
        after.lines(from).iter().enumerate().filter_map(wrong).collect()
    }
}

fn amount(line: &Line, field: &str) -> f64 {
    line.get(field).and_then(Value::number).unwrap_or_default()
}
