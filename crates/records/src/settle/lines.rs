//! The lines of a record that is settled: taken from the changes, then each completed.

use std::collections::HashSet;

use super::Settling;
use super::value::{amount, calculated, default, is_required, take};
use crate::calculation::Scope;
use crate::changes::{Changes, LineChanges, LineEdit, MOST_LINES};
use crate::error::{Problem, RecordsError};
use crate::field::Kind;
use crate::record::{Line, Values};
use crate::record_type::Sublist;
use crate::value::Value;

impl<'a> Settling<'a> {
    pub(super) fn take_lines(&mut self) -> Result<(), RecordsError> {
        let changes = self.changes;
        for (name, changes) in changes.lines() {
            match self.table.record_type.sublist(name) {
                Some(sublist) => self.take_sublist(sublist, changes)?,
                None => {
                    let nearest = self.table.record_type.nearest_fields(name);
                    self.wrong(name, Problem::Unknown { nearest });
                }
            }
        }
        Ok(())
    }

    fn take_sublist(&mut self, sublist: &'a Sublist, changes: &'a LineChanges) -> Result<(), RecordsError> {
        let mut lines = self.lines.remove(&sublist.name).unwrap_or_default();
        let mut next = 1 + lines.iter().map(|line| line.number).max().unwrap_or_default();
        if changes.replaces {
            let named: HashSet<i64> = changes.edits.iter().filter_map(LineEdit::changed).collect();
            lines.retain(|line| named.contains(&line.number));
        }
        for (place, edit) in changes.edits.iter().enumerate() {
            let path = format!("{}.items[{place}]", sublist.name);
            match edit {
                LineEdit::Remove(number) => match Line::place(&lines, *number) {
                    Some(place) => drop(lines.remove(place)),
                    None => self.wrong(path, Problem::NoSuchLine { key: *number }),
                },
                LineEdit::Change(number, changes) if self.before.is_some() => {
                    let line = Line::place(&lines, *number).and_then(|place| lines.get_mut(place));
                    match line {
                        Some(line) => self.take_line(sublist, changes, line, &path)?,
                        None => self.wrong(path, Problem::NoSuchLine { key: *number }),
                    }
                }
                // A record that is made anew may come with the line numbers of the one it was read from.
                LineEdit::Add(changes) | LineEdit::Change(_, changes) => {
                    if lines.len() >= MOST_LINES {
                        return Err(RecordsError::too_many_lines(path));
                    }
                    let mut line = Line {
                        number: next,
                        row: None,
                        values: Values::new(),
                    };
                    self.take_line(sublist, changes, &mut line, &path)?;
                    lines.push(line);
                    next += 1;
                }
            }
        }
        self.lines.insert(sublist.name.clone(), lines);
        Ok(())
    }

    fn take_line(
        &mut self,
        sublist: &'a Sublist,
        changes: &'a Changes,
        line: &mut Line,
        path: &str,
    ) -> Result<(), RecordsError> {
        let said = self.said.entry((&sublist.name, line.number)).or_default();
        said.push(changes);
        for (name, value) in changes.iter() {
            let taken = match sublist.field(name) {
                Some(field) => take(self.table, field, value, &mut line.values)?,
                None => Some(Problem::Unknown {
                    nearest: sublist.nearest_fields(name),
                }),
            };
            if let Some(problem) = taken {
                self.wrong(format!("{path}.{name}"), problem);
            }
        }
        Ok(())
    }

    pub(super) fn complete_lines(&mut self) -> Result<(), RecordsError> {
        for sublist in &self.table.record_type.sublists {
            let mut lines = self.lines.remove(&sublist.name).unwrap_or_default();
            for (place, line) in lines.iter_mut().enumerate() {
                self.complete_line(sublist, line)?;
                for field in &sublist.fields {
                    let empty = !line.values.contains_key(&field.name);
                    if empty && is_required(field, &line.values, &self.values) {
                        let path = format!("{}.items[{place}].{}", sublist.name, field.name);
                        self.wrong(path, Problem::Missing);
                    }
                }
            }
            self.lines.insert(sublist.name.clone(), lines);
        }
        Ok(())
    }

    fn complete_line(&self, sublist: &Sublist, line: &mut Line) -> Result<(), RecordsError> {
        let before = self
            .before
            .and_then(|record| record.line(&sublist.name, line.number));
        let said = self.said.get(&(sublist.name.as_str(), line.number));
        let given = |name: &str| said.is_some_and(|said| said.iter().any(|changes| changes.contains(name)));
        for field in &sublist.fields {
            let empty = !line.values.contains_key(&field.name);
            if let Some(path) = &field.source {
                let moved = match before {
                    Some(old) => old.get(&path.field) != line.values.get(&path.field),
                    None => empty,
                };
                if field.is_derived() || (moved && !given(&field.name)) {
                    match self.follow(path, Some((sublist, &line.values)))? {
                        Some(value) => drop(line.values.insert(field.name.clone(), value)),
                        None if field.is_derived() => drop(line.values.remove(&field.name)),
                        None => {}
                    }
                }
            }
            let empty = !line.values.contains_key(&field.name);
            if let Some(initial) = &field.initial
                && empty
                && before.is_none()
                && !given(&field.name)
                && let Some(value) = default(self.table, field, initial, self.stamp)?
            {
                line.values.insert(field.name.clone(), value);
            } else if empty && field.kind == Kind::Bool {
                line.values.insert(field.name.clone(), Value::Bool(false));
            }
            if let Some(tally) = &field.tally {
                let sum = match self.before {
                    Some(record) => self.table.tally(tally, record.id, Some(line.number))?,
                    None => 0.0,
                };
                line.values.insert(field.name.clone(), amount(field, sum));
            }
            if let Some(calculation) = &field.calculation {
                let inputs_moved = before.is_none_or(|old| {
                    calculation
                        .inputs()
                        .into_iter()
                        .any(|name| old.get(name) != line.values.get(name))
                });
                if field.read_only || (inputs_moved && !given(&field.name)) {
                    let scope = Scope {
                        line: Some(&line.values),
                        body: &self.values,
                        lines: &|_| Vec::new(),
                    };
                    let value = calculated(field, calculation, scope);
                    line.values.insert(field.name.clone(), value);
                }
            }
        }
        Ok(())
    }
}
