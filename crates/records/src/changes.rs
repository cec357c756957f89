//! What a caller wants of a record: fields to set, fields to clear, lines to add, change or drop, and the rest left
//! alone.

use std::collections::BTreeMap;

use crate::error::RecordsError;
use crate::value::Value;

/// That one sublist has, and that one request names.
pub(crate) const MOST_LINES: usize = 10_000;

/// PATCH semantics: a field or sublist that is absent here keeps what it has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    fields: BTreeMap<String, Option<Value>>,
    lines: BTreeMap<String, LineChanges>,
}

/// What a caller wants of one sublist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineChanges {
    /// Lines that are not named go.
    pub replaces: bool,
    pub edits: Vec<LineEdit>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum LineEdit {
    Add(Changes),
    Change(i64, Changes),
    Remove(i64),
}

impl LineEdit {
    /// The number of the line, where one that is there is changed.
    pub(crate) const fn changed(&self) -> Option<i64> {
        match self {
            Self::Change(number, _) => Some(*number),
            Self::Add(_) | Self::Remove(_) => None,
        }
    }
}

impl Changes {
    pub fn new() -> Self {
        Self::default()
    }

    /// `field` by its camelCase name.
    #[must_use]
    pub fn set(mut self, field: &str, value: Value) -> Self {
        self.insert(field, Some(value));
        self
    }

    #[must_use]
    pub fn clear(mut self, field: &str) -> Self {
        self.insert(field, None);
        self
    }

    /// A further line of `sublist`.
    #[must_use]
    pub fn add_line(mut self, sublist: &str, line: Self) -> Self {
        self.edit(sublist, LineEdit::Add(line));
        self
    }

    pub fn edit(&mut self, sublist: &str, edit: LineEdit) {
        self.lines_of(sublist).edits.push(edit);
    }

    /// Drops the lines of `sublist` that no edit names.
    pub fn replace_lines(&mut self, sublist: &str) {
        self.lines_of(sublist).replaces = true;
    }

    fn lines_of(&mut self, sublist: &str) -> &mut LineChanges {
        self.lines.entry(sublist.to_owned()).or_default()
    }

    pub(crate) fn insert(&mut self, field: &str, value: Option<Value>) {
        self.fields.insert(field.to_owned(), value);
    }

    /// Takes over what `over` says; of the rest it keeps its own.
    pub(crate) fn overlay(&mut self, over: Self) {
        self.fields.extend(over.fields);
        self.lines.extend(over.lines);
    }

    /// Refuses more lines than a record may have. Asked before the transaction: others wait for its end.
    pub(crate) fn check_length(&self) -> Result<(), RecordsError> {
        let is_kept = |edit: &&LineEdit| !matches!(edit, LineEdit::Remove(_));
        let is_long = |changes: &LineChanges| changes.edits.iter().filter(is_kept).count() > MOST_LINES;
        match self.lines().find(|(_, changes)| is_long(changes)) {
            Some((sublist, _)) => Err(RecordsError::too_many_lines(format!("{sublist}.items"))),
            None => Ok(()),
        }
    }

    pub fn contains(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Value>)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    pub fn lines(&self) -> impl Iterator<Item = (&str, &LineChanges)> {
        self.lines.iter().map(|(name, lines)| (name.as_str(), lines))
    }
}
