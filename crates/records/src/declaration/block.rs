//! What an unindented line opens, while the lines below it are read: a field may name one that stands below it.

use std::collections::HashMap;
use std::sync::Arc;

use super::DeclarationError;
use super::field::{Mention, MustBe, field, name, spaced};
use super::line::{Line, LineError};
use super::rules;
use crate::calculation::Calculation;
use crate::catalog::Catalog;
use crate::column::storage;
use crate::field::{Field, Kind, Shape};
use crate::record_type::{LINES, RecordType, Sublist};

/// SQLite takes 2,000 columns in a table; the types have a few of their own.
const MOST_FIELDS: usize = 1900;

pub(super) enum Block {
    Record(Draft),
    /// Of the named type or family; drafted as the first of them.
    Extension(String, Draft),
    View(Draft),
    Shape(Shape),
}

pub(super) struct Draft {
    record_type: RecordType,
    line: usize,
    /// Fields the type had before this block.
    known: usize,
    /// With the sublist whose lines mention something.
    mentions: Vec<(Option<String>, Mention)>,
    /// The sublist that is open, and how far its line is indented.
    sublist: Option<(String, usize)>,
}

impl Block {
    pub(super) fn add(
        &mut self,
        line: &mut Line<'_>,
        number: usize,
        shapes: &[Arc<Shape>],
    ) -> Result<(), LineError> {
        match self {
            Self::Record(draft) | Self::Extension(_, draft) | Self::View(draft) => {
                draft.add(line, number, shapes)
            }
            Self::Shape(shape) => {
                let column = line.column();
                let field = field(line, number, shapes, &mut Vec::new())?;
                if shape.field(&field.name).is_some() {
                    return Err((column, format!("the name {} is taken", field.name)));
                }
                let simple = field.kind.is_text() || matches!(field.kind, Kind::Bool | Kind::Enum(_));
                if !simple {
                    return Err((column, "a subrecord holds text, boxes and choices".to_owned()));
                }
                shape.fields.push(Arc::new(field));
                Ok(())
            }
        }
    }

    /// What can be checked only when every field is known.
    pub(super) fn finish(self, file: &str, catalog: &mut Catalog) -> Result<(), DeclarationError> {
        match self {
            Self::Shape(shape) => catalog.shapes.push(Arc::new(shape)),
            Self::View(draft) => {
                let view = draft.finish(file, catalog)?;
                catalog.views.push(Arc::new(view.into()));
            }
            Self::Record(draft) => {
                let record_type = draft.finish(file, catalog)?;
                catalog.types.push(Arc::new(record_type));
            }
            Self::Extension(name, draft) => {
                let known = draft.known;
                let extended = draft.finish(file, catalog)?;
                let added: Vec<_> = extended.fields.iter().skip(known).cloned().collect();
                for record_type in &mut catalog.types {
                    let is_it = record_type.script_id.eq_ignore_ascii_case(&name);
                    if is_it {
                        *record_type = Arc::new(extended.clone());
                    } else if record_type.table.eq_ignore_ascii_case(&name) {
                        extend(Arc::make_mut(record_type), &added, &extended.sublists);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Adds what another member of the family was extended by.
fn extend(record_type: &mut RecordType, added: &[Arc<Field>], sublists: &[Sublist]) {
    for field in added {
        if record_type.field_in_any_case(&field.name).is_none() {
            record_type.fields.push(Arc::clone(field));
        }
    }
    for sublist in &mut record_type.sublists {
        let same = sublists.iter().find(|other| other.name == sublist.name);
        let custom = same.iter().flat_map(|other| &other.fields);
        for field in custom.filter(|field| field.is_custom()) {
            if sublist.field(&field.name).is_none() {
                sublist.fields.push(Arc::clone(field));
            }
        }
    }
}

impl Draft {
    pub(super) fn new(record_type: RecordType, line: usize) -> Self {
        Self {
            known: record_type.fields.len(),
            record_type,
            line,
            mentions: Vec::new(),
            sublist: None,
        }
    }

    fn add(&mut self, line: &mut Line<'_>, number: usize, shapes: &[Arc<Shape>]) -> Result<(), LineError> {
        let inside = match &self.sublist {
            Some((name, indent)) if line.indent > *indent => Some(name.clone()),
            _ => None,
        };
        if inside.is_none() {
            self.sublist = None;
            if line.skip_word("sublist") {
                return self.open_sublist(line);
            }
            if line.skip_word("transform") {
                self.record_type.transforms.push(rules::transform(line)?);
                return Ok(());
            }
            if line.skip_word("post") {
                self.record_type.postings.push(rules::posting(line)?);
                return Ok(());
            }
        }
        let column = line.column();
        let mut mentions = Vec::new();
        let field = field(line, number, shapes, &mut mentions)?;
        self.mentions
            .extend(mentions.into_iter().map(|mention| (inside.clone(), mention)));
        let fields = match inside {
            Some(sublist) => {
                let sublist = self
                    .record_type
                    .sublists
                    .iter_mut()
                    .find(|other| other.name == sublist);
                sublist.map(|sublist| &mut sublist.fields)
            }
            None => Some(&mut self.record_type.fields),
        };
        let Some(fields) = fields else {
            return Ok(());
        };
        let reserved = ["id", "links", "externalid"].contains(&field.script_id.as_str());
        if reserved || fields.iter().any(|other| other.script_id == field.script_id) {
            return Err((column, format!("the name {} is taken", field.name)));
        }
        if fields.len() >= MOST_FIELDS {
            return Err((column, format!("a record has at most {MOST_FIELDS} fields")));
        }
        fields.push(Arc::new(field));
        Ok(())
    }

    /// Or opens again one that the type has.
    fn open_sublist(&mut self, line: &mut Line<'_>) -> Result<(), LineError> {
        let column = line.column();
        let name = name(line, "the sublist's name, as item")?.to_owned();
        let indent = line.indent;
        if self.record_type.sublist(&name).is_none() {
            let script_id = name.to_ascii_lowercase();
            if self.record_type.field_in_any_case(&name).is_some() {
                return Err((column, format!("the name {name} is taken")));
            }
            let mut sublist = Sublist {
                table: format!("{}_{script_id}", self.record_type.script_id),
                parent_column: self.record_type.script_id.clone(),
                label: line.optional_text().unwrap_or_else(|| spaced(&name)),
                script_id,
                name: name.clone(),
                key: "line".to_owned(),
                is_negative: false,
                fields: Vec::new(),
            };
            while !line.is_at_end() {
                if line.skip_word("negative") {
                    sublist.is_negative = true;
                } else if line.skip_word("key") {
                    line.mark('=')?;
                    line.word("a name")?.clone_into(&mut sublist.key);
                } else if line.skip_word("in") {
                    line.mark('=')?;
                    if !self.record_type.is_transaction() || !line.skip_word(LINES) {
                        return line.expected("`transactionline`, in a type that lies in `transaction`");
                    }
                    LINES.clone_into(&mut sublist.table);
                    self.record_type.table.clone_into(&mut sublist.parent_column);
                } else {
                    return line.expected("`in=`, `key=` or `negative`");
                }
            }
            self.record_type.sublists.push(sublist);
        } else if !line.is_at_end() {
            return line.expected("nothing: the sublist is declared above");
        }
        self.sublist = Some((name, indent));
        Ok(())
    }

    fn finish(self, file: &str, catalog: &Catalog) -> Result<RecordType, DeclarationError> {
        let error = |line, column, reason| DeclarationError {
            file: file.to_owned(),
            line,
            column,
            reason,
        };
        let record_type = &self.record_type;
        for (sublist, mention) in &self.mentions {
            let name = &mention.name;
            let of_line = sublist
                .as_ref()
                .and_then(|sublist| record_type.sublist(sublist)?.field(name));
            let field = of_line.or_else(|| record_type.field(name));
            let (good, what) = match mention.must_be {
                MustBe::ABox => (field.is_some_and(|field| field.kind == Kind::Bool), "box"),
                MustBe::There => (field.is_some() || record_type.sublist(name).is_some(), "field"),
            };
            if !good {
                let reason = format!("{name} is no {what} of this record");
                return Err(error(mention.line, mention.column, reason));
            }
        }
        let naming = record_type.field(&record_type.naming_field);
        let is_named = record_type.naming_field == "id" || naming.is_some_and(|field| field.kind.is_text());
        if !is_named {
            let reason = "`named=` must name a text field of this record, or id";
            return Err(error(self.line, 1, reason.to_owned()));
        }
        if let Some(reason) = wrong_name(record_type).or_else(|| clash(record_type, catalog)) {
            return Err(error(self.line, 1, reason));
        }
        Ok(self.record_type)
    }
}

/// A name in a sum or posting that leads nowhere.
fn wrong_name(record_type: &RecordType) -> Option<String> {
    let fields = record_type
        .fields
        .iter()
        .chain(record_type.sublists.iter().flat_map(|sublist| &sublist.fields));
    for field in fields {
        let Some(Calculation::Amount(expression)) = &field.calculation else {
            continue;
        };
        for (sublist, of_line) in expression.sums() {
            let found = record_type
                .sublist(sublist)
                .and_then(|sublist| sublist.field(of_line));
            if found.is_none() {
                return Some(format!("{sublist}.{of_line} is no field of this record's lines"));
            }
        }
    }
    let each = record_type
        .postings
        .iter()
        .filter_map(|posting| posting.each.as_ref());
    each.filter(|each| record_type.sublist(each).is_none())
        .map(|each| format!("{each} is no sublist of this record"))
        .next()
}

/// A column that two members of a family, or two sublists of one table, would store in different ways; or two fields
/// of one type in one column.
fn clash(record_type: &RecordType, catalog: &Catalog) -> Option<String> {
    let mut known: HashMap<(&str, &str), &Field> = HashMap::new();
    for other in catalog
        .types
        .iter()
        .filter(|other| other.script_id != record_type.script_id)
    {
        for (table, field) in columns(other) {
            known.entry((table, field.column())).or_insert(field);
        }
    }
    for (table, field) in columns(record_type) {
        if let Some(other) = known.get(&(table, field.column()))
            && storage(&other.kind) != storage(&field.kind)
        {
            return Some(format!(
                "{}: another type stores {table}.{} differently",
                field.name,
                field.column()
            ));
        }
    }
    let mut own: Vec<_> = columns(record_type)
        .filter(|(table, field)| field.is_own() && *table == record_type.table)
        .map(|(_, field)| field.column())
        .collect();
    own.extend(record_type.constants.iter().map(|(column, _)| column.as_str()));
    own.sort_unstable();
    own.windows(2).find_map(|pair| match pair {
        [one, other] if one == other => Some(format!("two fields have the column {one}")),
        _ => None,
    })
}

fn columns(record_type: &RecordType) -> impl Iterator<Item = (&str, &Field)> {
    let body = record_type
        .fields
        .iter()
        .map(|field| (record_type.table.as_str(), field.as_ref()));
    let lines = record_type.sublists.iter().flat_map(|sublist| {
        sublist
            .fields
            .iter()
            .map(|field| (sublist.table.as_str(), field.as_ref()))
    });
    body.chain(lines)
}
