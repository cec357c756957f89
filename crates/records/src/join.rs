//! A condition on other records than those that are listed: on what they refer to, or on what refers to them.

use std::sync::Arc;

use rusqlite::types::Value as Sql;

use crate::catalog::Catalog;
use crate::field::{Field, Kind};
use crate::filter::Filter;
use crate::record_type::{RecordType, Sublist};

/// Met by a record to which one of the joined is related. Where several things are asked of them, one must answer all.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// In any of these ways.
    pub by: &'static [Link],
    /// What may be joined, each with what is asked of it.
    pub to: Vec<(Arc<RecordType>, Option<Filter>)>,
}

/// How two records are related. Each names a field by its camelCase name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// A field of what is listed refers to what is joined.
    Field(&'static str),
    /// A field of its lines does.
    Line(&'static str),
    /// A field of what is joined refers to what is listed.
    Back(&'static str),
    /// A field of its lines does.
    BackLine(&'static str),
}

impl Link {
    /// Records of type `of` and of type `to` can be related so.
    pub fn relates(self, of: &RecordType, to: &RecordType) -> bool {
        match self {
            Self::Field(name) => leads(of, name, to),
            Self::Back(name) => leads(to, name, of),
            Self::Line(name) => lines(of, name, to).next().is_some(),
            Self::BackLine(name) => lines(to, name, of).next().is_some(),
        }
    }
}

impl Join {
    /// Over rows of `of`, which are called `listed`.
    pub(crate) fn to_sql(&self, of: &RecordType) -> (String, Vec<Sql>) {
        let (mut ways, mut values) = (Vec::new(), Vec::new());
        for (to, filter) in &self.to {
            let related = self.by.iter().filter_map(|link| link.to_sql(of, to)).collect();
            let Some(related) = any(related) else {
                continue;
            };
            let (asked, more) = match filter {
                Some(filter) => filter.to_sql(),
                None => ("1".to_owned(), Vec::new()),
            };
            let (table, only) = (&to.table, to.and_of_type());
            ways.push(format!(
                r#"EXISTS (SELECT 1 FROM "{table}" AS joined WHERE {related} AND {asked}{only})"#
            ));
            values.extend(more);
        }
        match ways.is_empty() {
            true => ("0".to_owned(), values),
            false => (format!("({})", ways.join(" OR ")), values),
        }
    }
}

impl Link {
    /// True of a row `joined` that is related to the row `listed`.
    fn to_sql(self, of: &RecordType, to: &RecordType) -> Option<String> {
        match self {
            Self::Field(name) if leads(of, name, to) => points("listed", of.field(name)?, "joined"),
            Self::Back(name) if leads(to, name, of) => points("joined", to.field(name)?, "listed"),
            Self::Line(name) => {
                let ways = lines(of, name, to).map(|(sublist, field)| {
                    let (table, parent, column) = (&sublist.table, &sublist.parent_column, field.column());
                    format!(r#"joined.id IN (SELECT "{column}" FROM "{table}" WHERE "{parent}" = listed.id)"#)
                });
                any(ways.collect())
            }
            Self::BackLine(name) => {
                let ways = lines(to, name, of).map(|(sublist, field)| {
                    let (table, parent, column) = (&sublist.table, &sublist.parent_column, field.column());
                    format!(r#"joined.id IN (SELECT "{parent}" FROM "{table}" WHERE "{column}" = listed.id)"#)
                });
                any(ways.collect())
            }
            Self::Field(_) | Self::Back(_) => None,
        }
    }
}

/// The field `name` of a record of type `from` may refer to one of type `to`.
fn leads(from: &RecordType, name: &str, to: &RecordType) -> bool {
    from.field(name).is_some_and(|field| refers(field, to))
}

/// The fields of that name in the lines of a type that may refer to a record of type `to`.
fn lines<'t>(
    from: &'t RecordType,
    name: &'t str,
    to: &'t RecordType,
) -> impl Iterator<Item = (&'t Sublist, &'t Field)> {
    let fields = from.sublists.iter().filter_map(move |sublist| {
        let field = sublist.field(name)?;
        Some((sublist, field.as_ref()))
    });
    fields.filter(move |(_, field)| matches!(field.kind, Kind::Ref(_)) && refers(field, to))
}

fn refers(field: &Field, to: &RecordType) -> bool {
    field
        .target()
        .is_some_and(|target| Catalog::may_point(target, to))
}

fn points(from: &str, field: &Field, to: &str) -> Option<String> {
    let column = field.column();
    match field.kind {
        Kind::Ref(_) => Some(format!(r#"{from}."{column}" = {to}.id"#)),
        Kind::MultiRef(_) => Some(format!(
            r#"{to}.id IN (SELECT value FROM json_each({from}."{column}"))"#
        )),
        _ => None,
    }
}

fn any(ways: Vec<String>) -> Option<String> {
    (!ways.is_empty()).then(|| format!("({})", ways.join(" OR ")))
}
