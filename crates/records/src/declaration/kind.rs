//! What a field can hold, and what it begins with.

use std::sync::Arc;

use super::field::name;
use super::line::{Line, LineError};
use crate::field::{Choice, Initial, Kind, Shape};
use crate::value::{Reference, Value};

pub(super) fn kind(line: &mut Line<'_>, shapes: &[Arc<Shape>]) -> Result<Kind, LineError> {
    let column = line.column();
    Ok(match line.word("a kind, as text or ref(customer)")? {
        "text" => Kind::Text,
        "textarea" => Kind::TextArea,
        "email" => Kind::Email,
        "phone" => Kind::Phone,
        "url" => Kind::Url,
        "date" => Kind::Date,
        "datetime" => Kind::DateTime,
        "bool" => Kind::Bool,
        "int" => Kind::Int,
        "float" => Kind::Float,
        "currency" => Kind::Currency,
        "rate" => Kind::Rate,
        "percent" => Kind::Percent,
        "enum" => Kind::Enum(choices(line)?),
        "ref" => Kind::Ref(target(line)?),
        "multiref" => Kind::MultiRef(target(line)?),
        "sub" => {
            let wanted = target(line)?;
            let shape = shapes
                .iter()
                .find(|shape| shape.name.eq_ignore_ascii_case(&wanted));
            match shape {
                Some(shape) => Kind::Subrecord(Arc::clone(shape)),
                None => return Err((column, format!("there is no subrecord {wanted} above"))),
            }
        }
        other => return Err((column, format!("there is no kind {other}"))),
    })
}

fn choices(line: &mut Line<'_>) -> Result<Vec<Choice>, LineError> {
    let mut choices: Vec<Choice> = Vec::new();
    line.mark('(')?;
    loop {
        let column = line.column();
        let id = line.id()?.to_owned();
        if choices.iter().any(|choice| choice.id == id) {
            return Err((column, format!("the choice {id} is there twice")));
        }
        line.mark(':')?;
        let label = line.text("the choice's label in quotes")?;
        choices.push(Choice { id, label });
        if line.skip(')') {
            return Ok(choices);
        }
        line.mark(',')?;
    }
}

fn target(line: &mut Line<'_>) -> Result<String, LineError> {
    line.mark('(')?;
    let target = name(line, "a record type")?.to_owned();
    line.mark(')')?;
    Ok(target)
}

pub(super) fn initial(kind: &Kind, line: &mut Line<'_>) -> Result<Initial, LineError> {
    let literal = |value| Ok(Initial::Literal(value));
    match kind {
        Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => {
            literal(Value::Text(line.text("text in quotes")?))
        }
        Kind::Bool if line.skip_word("true") => literal(Value::Bool(true)),
        Kind::Bool if line.skip_word("false") => literal(Value::Bool(false)),
        Kind::Bool => line.expected("`true` or `false`"),
        Kind::Date if line.skip_word("today") => Ok(Initial::Today),
        Kind::Date if line.skip_word("due") => {
            line.mark('(')?;
            let date = line.word("a field with a date")?.to_owned();
            line.mark(',')?;
            let terms = line.word("a field with terms")?.to_owned();
            line.mark(')')?;
            Ok(Initial::DueOn { date, terms })
        }
        Kind::Date => line.expected("`today` or `due(dateField, termsField)`"),
        Kind::DateTime if line.skip_word("created") => Ok(Initial::Created),
        Kind::DateTime if line.skip_word("modified") => Ok(Initial::Modified),
        Kind::DateTime => line.expected("`created` or `modified`"),
        Kind::Int => literal(Value::Integer(line.number("a whole number")?)),
        Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => {
            literal(Value::Decimal(line.number("a number")?))
        }
        Kind::Enum(_) => literal(Value::Choice(line.id()?.to_owned())),
        Kind::Ref(_) if line.skip_word("period") => {
            line.mark('(')?;
            let of = line.word("a field with a date")?.to_owned();
            line.mark(')')?;
            Ok(Initial::PeriodOf(of))
        }
        Kind::Ref(_) => {
            let mut reference = Reference::to(line.number("an internal id")?);
            if line.skip(':') {
                reference.name = Some(line.text("the record's name in quotes")?);
            }
            literal(Value::Reference(reference))
        }
        Kind::MultiRef(_) | Kind::Subrecord(_) => line.expected("no `=`: this kind of field begins empty"),
    }
}
