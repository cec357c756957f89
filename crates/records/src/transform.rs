//! One record made into another: an order into a fulfilment, an invoice, its payment.

use countersign_spelling::nearest;

use crate::calculation::{Expression, Scope};
use crate::changes::Changes;
use crate::error::RecordsError;
use crate::field::{Field, Initial, Kind};
use crate::record::{Line, Record, Stamp, Values};
use crate::record_type::{Mapping, RecordType, Transform};
use crate::save;
use crate::table::Table;
use crate::value::{Reference, Value};

/// Makes a record of type `to` from the one called `id`, with what `over` says on top. Gives the id of the new one.
pub(crate) fn transform(
    table: &Table<'_>,
    id: i64,
    to: &RecordType,
    over: Changes,
    stamp: Stamp,
) -> Result<i64, RecordsError> {
    let changes = made_of(table, id, to, over)?;
    save::create(&table.of(to), &changes, stamp)
}

/// What a record of type `to` is made with.
pub(crate) fn made_of(
    table: &Table<'_>,
    id: i64,
    to: &RecordType,
    over: Changes,
) -> Result<Changes, RecordsError> {
    let of = table.record_type;
    let Some(rule) = of.transform(&to.script_id) else {
        let possible = of.transforms.iter().map(|transform| transform.to.as_str());
        return Err(RecordsError::NoTransform {
            from: of.name.clone(),
            to: to.name.clone(),
            nearest: nearest(&to.name, possible),
        });
    };
    let record = table.load(id)?;
    let mut changes = body(&record, of, to, rule);
    let has_lines = lines(&record, of, to, rule, &mut changes);
    if !has_lines && over.lines().next().is_none() {
        return Err(RecordsError::NothingLeft {
            record_type: of.name.clone(),
            id,
            to: to.name.clone(),
        });
    }
    changes.overlay(over);
    Ok(changes)
}

fn body(record: &Record, of: &RecordType, to: &RecordType, rule: &Transform) -> Changes {
    let mut changes = Changes::new();
    for field in &to.fields {
        if let Some(value) = copied(&of.fields, &record.values, field) {
            changes.insert(&field.name, Some(value));
        }
    }
    if to.field("createdFrom").is_some() {
        let itself = Value::Reference(Reference::to(record.id));
        changes.insert("createdFrom", Some(itself));
    }
    for mapping in rule.maps.iter().filter(|mapping| mapping.sublist.is_none()) {
        if let Some(value) = mapped(mapping, record, None) {
            changes.insert(&mapping.field, Some(value));
        }
    }
    changes
}

/// Adds the lines of the new record. False when there should be some and none is left.
fn lines(record: &Record, of: &RecordType, to: &RecordType, rule: &Transform, changes: &mut Changes) -> bool {
    let mut wanted = false;
    let mut found = false;
    for target in &to.sublists {
        let maps: Vec<_> = rule
            .maps
            .iter()
            .filter(|mapping| mapping.sublist.as_ref() == Some(&target.name))
            .collect();
        wanted |= !maps.is_empty();
        let mut add = |line: Option<(&[std::sync::Arc<Field>], &Line)>| {
            let mut made = Changes::new();
            if let Some((fields, line)) = line {
                for field in &target.fields {
                    if let Some(value) = copied(fields, &line.values, field) {
                        made.insert(&field.name, Some(value));
                    }
                }
                if target.field("orderLine").is_some() {
                    made.insert("orderLine", Some(Value::Integer(line.number)));
                }
            }
            for mapping in &maps {
                let value = mapped(mapping, record, line.map(|(_, line)| line));
                let left = value.as_ref().and_then(Value::number);
                let is_price = target
                    .field(&mapping.field)
                    .is_some_and(|field| field.kind == Kind::Rate);
                if !is_price && left.is_some_and(|left| left <= 0.0) {
                    return;
                }
                made.insert(&mapping.field, value);
            }
            found = true;
            *changes = std::mem::take(changes).add_line(&target.name, made);
        };
        match of.sublist(&target.name) {
            Some(source) => {
                for line in record.lines(&source.name) {
                    add(Some((&source.fields, line)));
                }
            }
            None if !maps.is_empty() => add(None),
            None => {}
        }
    }
    found || !wanted
}

/// The value of the field that is called alike, where it may be taken over: not what a record has for itself.
fn copied(fields: &[std::sync::Arc<Field>], values: &Values, to: &Field) -> Option<Value> {
    let own = matches!(
        to.initial,
        Some(Initial::Numbered { .. } | Initial::Today | Initial::PeriodOf(_) | Initial::DueOn { .. })
    );
    if to.read_only || to.unique || own {
        return None;
    }
    let from = fields.iter().find(|field| field.name == to.name)?;
    // An invoice's account is what is owed on, its payment's account where the money goes.
    if let (Some(Initial::Literal(own)), Some(Initial::Literal(other))) = (&to.initial, &from.initial)
        && own != other
    {
        return None;
    }
    let same_kind = match (&from.kind, &to.kind) {
        (Kind::Enum(_), Kind::Enum(_)) => true,
        (from, to) => from == to,
    };
    let value = values.get(&to.name).filter(|_| same_kind)?.clone();
    to.accept(value).ok().flatten()
}

fn mapped(mapping: &Mapping, record: &Record, line: Option<&Line>) -> Option<Value> {
    match &mapping.value {
        Expression::Field(name) if name == "id" => Some(Value::Reference(Reference::to(record.id))),
        Expression::Field(name) => line
            .and_then(|line| line.get(name))
            .or_else(|| record.get(name))
            .cloned(),
        expression => {
            let lines = |sublist: &str| record.lines(sublist).iter().collect();
            let scope = Scope {
                line: line.map(|line| &line.values),
                body: &record.values,
                lines: &lines,
            };
            Some(Value::Decimal(expression.evaluate(scope)))
        }
    }
}
