//! One field: its names and its properties.

use std::sync::Arc;

use super::formula;
use super::kind::{initial, kind};
use super::line::{Line, LineError};
use crate::calculation::Calculation;
use crate::field::{EXTERNAL_ID, Field, Initial, Kind, Presence, Shape};

/// Keeps names inside SQLite's and NetSuite's limits.
const LONGEST_NAME: usize = 60;

/// Columns that tables have of themselves.
const BOOKKEEPING: [&str; 13] = [
    "id",
    "uniquekey",
    "transaction",
    "linesequencenumber",
    "mainline",
    "_sublist",
    "_line",
    "_recordtype",
    "_created",
    "_createdby",
    "_modified",
    "_modifiedby",
    "externalid",
];

/// A name that a field rests on: what it must name is known when all fields are.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) name: String,
    pub(super) must_be: MustBe,
    pub(super) line: usize,
    pub(super) column: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MustBe {
    ABox,
    /// Of the line, the body, or a sublist.
    There,
}

/// Reads a field, and adds to `mentions` what it rests on.
pub(super) fn field(
    line: &mut Line<'_>,
    number: usize,
    shapes: &[Arc<Shape>],
    mentions: &mut Vec<Mention>,
) -> Result<Field, LineError> {
    let name = name(line, "the field's name, as companyName")?;
    let label = line.optional_text().unwrap_or_else(|| spaced(name));
    let kind = kind(line, shapes)?;
    let mut field = Field {
        column: match kind {
            Kind::Subrecord(_) => format!("_{}", name.to_ascii_lowercase()),
            _ => name.to_ascii_lowercase(),
        },
        ..plain(name, label, kind)
    };
    if field.kind.is_text() && line.skip('(') {
        field.max_length = line.number("a length in characters")?;
        line.mark(')')?;
    }
    while !line.is_at_end() {
        property(&mut field, line, number, mentions)?;
    }
    Ok(field)
}

/// A field with nothing but its names and kind.
pub(super) fn plain(name: &str, label: String, kind: Kind) -> Field {
    let script_id = name.to_ascii_lowercase();
    Field {
        name: name.to_owned(),
        column: script_id.clone(),
        script_id,
        label,
        max_length: kind.default_max_length(),
        kind,
        presence: Presence::Optional,
        read_only: false,
        unique: false,
        hidden: false,
        signed: false,
        initial: None,
        source: None,
        calculation: None,
        tally: None,
    }
}

/// The field every type has without saying so.
pub(super) fn external_id() -> Field {
    Field {
        unique: true,
        ..plain(EXTERNAL_ID, "External ID".to_owned(), Kind::Text)
    }
}

fn property(
    field: &mut Field,
    line: &mut Line<'_>,
    number: usize,
    mentions: &mut Vec<Mention>,
) -> Result<(), LineError> {
    let column = line.column();
    if line.skip('!') {
        let condition = if line.skip_word("if") {
            Presence::MandatoryIf
        } else if line.skip_word("unless") {
            Presence::MandatoryUnless
        } else {
            field.presence = Presence::Mandatory;
            return Ok(());
        };
        let column = line.column();
        let of = line.word("the name of a box")?;
        mentions.push(Mention {
            name: of.to_owned(),
            must_be: MustBe::ABox,
            line: number,
            column,
        });
        field.presence = condition(of.to_owned());
    } else if line.skip('=') {
        let column = line.column();
        let initial = initial(&field.kind, line)?;
        let literal = match &initial {
            Initial::Literal(value) => Some(value.clone()),
            _ => None,
        };
        if let Some(Err(problem)) = literal.map(|value| field.accept(value)) {
            return Err((column, problem.to_string()));
        }
        field.initial = Some(initial);
    } else if line.skip_word("ro") {
        field.read_only = true;
    } else if line.skip_word("unique") {
        field.unique = true;
    } else if line.skip_word("hidden") {
        field.hidden = true;
    } else if field.kind.is_number() && line.skip_word("signed") {
        field.signed = true;
    } else if line.skip_word("column") {
        line.mark('=')?;
        let column = line.column();
        field.column = line.word("a column's name")?.to_ascii_lowercase();
        if field.column.len() > LONGEST_NAME || BOOKKEEPING.contains(&field.column.as_str()) {
            return Err((column, format!("no field can have the column {}", field.column)));
        }
    } else if line.skip_word("from") {
        line.mark('=')?;
        let path = formula::path(line)?;
        mentions.push(there(&path.field, number, column));
        field.source = Some(path);
    } else if field.kind.is_number() && line.skip_word("calc") {
        line.mark('=')?;
        let calculation = Calculation::Amount(formula::expression(line)?);
        mention_inputs(&calculation, number, column, mentions);
        field.calculation = Some(calculation);
    } else if field.kind.is_number() && line.skip_word("tally") {
        line.mark('=')?;
        let tally = formula::tally(line)?;
        mentions.extend(tally.within.iter().map(|name| there(name, number, column)));
        field.tally = Some(tally);
        field.read_only = true;
    } else if matches!(field.kind, Kind::Enum(_)) && line.skip_word("when") {
        let calculation = formula::cases(line)?;
        check_choices(&field.kind, &calculation).map_err(|reason| (column, reason))?;
        mention_inputs(&calculation, number, column, mentions);
        field.calculation = Some(calculation);
    } else if field.kind.is_text() && line.skip_word("auto") {
        line.mark('=')?;
        let column = line.column();
        let pattern = line.text("a pattern, as \"SO{n}\"")?;
        let Some((before, after)) = pattern.split_once("{n}") else {
            return Err((column, "a pattern needs {n} where the number goes".to_owned()));
        };
        field.initial = Some(Initial::Numbered {
            before: before.to_owned(),
            after: after.to_owned(),
        });
    } else {
        return line.expected(match &field.kind {
            kind if kind.is_text() => "`!`, `ro`, `unique`, `hidden`, `column=`, `from=`, `=` or `auto=`",
            kind if kind.is_number() => {
                "`!`, `ro`, `unique`, `hidden`, `signed`, `column=`, `from=`, `=`, `calc=` or `tally=`"
            }
            Kind::Enum(_) => "`!`, `ro`, `unique`, `hidden`, `column=`, `from=`, `=` or `when(…)`",
            _ => "`!`, `ro`, `unique`, `hidden`, `column=`, `from=` or `=`",
        });
    }
    Ok(())
}

fn there(name: &str, line: usize, column: usize) -> Mention {
    Mention {
        name: name.to_owned(),
        must_be: MustBe::There,
        line,
        column,
    }
}

fn mention_inputs(calculation: &Calculation, line: usize, column: usize, mentions: &mut Vec<Mention>) {
    mentions.extend(
        calculation
            .inputs()
            .into_iter()
            .map(|name| there(name, line, column)),
    );
}

fn check_choices(kind: &Kind, calculation: &Calculation) -> Result<(), String> {
    if let (Kind::Enum(choices), Calculation::Choice { cases, otherwise }) = (kind, calculation) {
        for wanted in cases.iter().map(|(choice, _)| choice).chain([otherwise]) {
            if !choices.iter().any(|choice| choice.id == *wanted) {
                return Err(format!("{wanted} is no choice of this field"));
            }
        }
    }
    Ok(())
}

pub(super) fn name<'a>(line: &mut Line<'a>, what: &str) -> Result<&'a str, LineError> {
    let column = line.column();
    let name = line.word(what)?;
    // A leading underscore is for the columns every table has.
    if name.starts_with('_') || name.len() > LONGEST_NAME {
        let reason = format!("a name begins with a letter and has at most {LONGEST_NAME} characters");
        return Err((column, reason));
    }
    Ok(name)
}

/// `companyName` to `Company Name`.
pub(super) fn spaced(name: &str) -> String {
    let mut label = String::new();
    for letter in name.chars() {
        if label.is_empty() {
            label.push(letter.to_ascii_uppercase());
            continue;
        }
        if letter.is_ascii_uppercase() {
            label.push(' ');
        }
        label.push(letter);
    }
    label
}
