//! Declarations to record types.

use std::sync::Arc;

use super::DeclarationError;
use super::line::{Line, LineError};
use crate::catalog::RecordType;
use crate::field::{Choice, Field, Initial, Kind, Presence};
use crate::value::{Reference, Value};

/// Keeps names inside SQLite's and NetSuite's limits.
const LONGEST_NAME: usize = 60;

/// SQLite takes 2,000 columns in a table; the types have a few of their own.
const MOST_FIELDS: usize = 1900;

/// Tables of the store that a type must not be named like.
const RESERVED: [&str; 2] = ["systemnote", "refinery_schema_history"];

/// Adds the types `text` declares to `types`.
pub(crate) fn parse(
    file: &str,
    text: &str,
    types: &mut Vec<Arc<RecordType>>,
) -> Result<(), DeclarationError> {
    let mut open: Option<Draft> = None;
    for (number, line) in text.lines().enumerate().map(|(place, line)| (place + 1, line)) {
        let error = |(column, reason)| DeclarationError {
            file: file.to_owned(),
            line: number,
            column,
            reason,
        };
        let mut line = Line::read(line).map_err(error)?;
        if line.is_at_end() {
            continue;
        }
        if line.indented {
            let Some(draft) = &mut open else {
                return Err(error((
                    line.column(),
                    "a field needs a record above it".to_owned(),
                )));
            };
            draft.add_field(&mut line, number).map_err(error)?;
        } else {
            if let Some(draft) = open.take() {
                types.push(Arc::new(draft.finish(file)?));
            }
            open = Some(record(&mut line, number, types).map_err(error)?);
        }
    }
    if let Some(draft) = open {
        types.push(Arc::new(draft.finish(file)?));
    }
    Ok(())
}

/// A type whose fields are still being read: a field may name one that stands below it.
struct Draft {
    record_type: RecordType,
    line: usize,
    /// Names of boxes that conditions rest on, and where they were named.
    boxes: Vec<(String, usize, usize)>,
}

fn record(line: &mut Line<'_>, number: usize, types: &[Arc<RecordType>]) -> Result<Draft, LineError> {
    if !line.skip_word("record") {
        return line.expected("`record`, or a field indented under one");
    }
    let column = line.column();
    let soap_name = name(line, "the record's name, as SalesOrder")?.to_owned();
    let script_id = soap_name.to_ascii_lowercase();
    let known = types.iter().any(|record_type| record_type.script_id == script_id);
    if known || RESERVED.contains(&script_id.as_str()) {
        return Err((column, format!("the name {soap_name} is taken")));
    }
    let mut record_type = RecordType {
        name: lower_first(&soap_name),
        script_id,
        label: line.optional_text().unwrap_or_else(|| spaced(&soap_name)),
        soap_name,
        soap_namespace: None,
        naming_field: String::new(),
        fields: vec![Arc::new(external_id())],
    };
    while !line.is_at_end() {
        let target = if line.skip_word("named") {
            &mut record_type.naming_field
        } else if line.skip_word("soap") {
            record_type.soap_namespace.get_or_insert_default()
        } else {
            return line.expected("`named=` or `soap=`");
        };
        line.mark('=')?;
        line.word("a name")?.clone_into(target);
    }
    Ok(Draft {
        record_type,
        line: number,
        boxes: Vec::new(),
    })
}

impl Draft {
    fn add_field(&mut self, line: &mut Line<'_>, number: usize) -> Result<(), LineError> {
        let column = line.column();
        let name = name(line, "the field's name, as companyName")?;
        let taken = name.eq_ignore_ascii_case("id") || self.record_type.field_in_any_case(name).is_some();
        if taken {
            return Err((column, format!("the name {name} is taken")));
        }
        if self.record_type.fields.len() >= MOST_FIELDS {
            return Err((column, format!("a record has at most {MOST_FIELDS} fields")));
        }
        let label = line.optional_text().unwrap_or_else(|| spaced(name));
        let kind = kind(line)?;
        let mut field = Field {
            name: name.to_owned(),
            script_id: name.to_ascii_lowercase(),
            label,
            max_length: kind.default_max_length(),
            kind,
            presence: Presence::Optional,
            read_only: false,
            unique: false,
            initial: None,
        };
        if is_text(&field.kind) && line.skip('(') {
            field.max_length = line.number("a length in characters")?;
            line.mark(')')?;
        }
        while !line.is_at_end() {
            self.add_property(&mut field, line, number)?;
        }
        self.record_type.fields.push(Arc::new(field));
        Ok(())
    }

    fn add_property(
        &mut self,
        field: &mut Field,
        line: &mut Line<'_>,
        number: usize,
    ) -> Result<(), LineError> {
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
            self.boxes.push((of.to_owned(), number, column));
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
        } else if is_text(&field.kind) && line.skip_word("auto") {
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
            return line.expected("`!`, `ro`, `unique`, `=` or, for text, `auto=`");
        }
        Ok(())
    }

    /// What can be checked only when every field is known.
    fn finish(self, file: &str) -> Result<RecordType, DeclarationError> {
        let error = |line, column, reason| DeclarationError {
            file: file.to_owned(),
            line,
            column,
            reason,
        };
        for (of, line, column) in &self.boxes {
            let condition = self.record_type.field(of);
            if condition.is_none_or(|field| field.kind != Kind::Bool) {
                return Err(error(*line, *column, format!("{of} is no box of this record")));
            }
        }
        let naming = self.record_type.field(&self.record_type.naming_field);
        if naming.is_none_or(|field| !is_text(&field.kind)) {
            let reason = "`named=` must name a text field of this record";
            return Err(error(self.line, 1, reason.to_owned()));
        }
        Ok(self.record_type)
    }
}

fn kind(line: &mut Line<'_>) -> Result<Kind, LineError> {
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

fn initial(kind: &Kind, line: &mut Line<'_>) -> Result<Initial, LineError> {
    let literal = |value| Ok(Initial::Literal(value));
    match kind {
        Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => {
            literal(Value::Text(line.text("text in quotes")?))
        }
        Kind::Bool if line.skip_word("true") => literal(Value::Bool(true)),
        Kind::Bool if line.skip_word("false") => literal(Value::Bool(false)),
        Kind::Bool => line.expected("`true` or `false`"),
        Kind::Date if line.skip_word("today") => Ok(Initial::Today),
        Kind::Date => line.expected("`today`"),
        Kind::DateTime if line.skip_word("created") => Ok(Initial::Created),
        Kind::DateTime if line.skip_word("modified") => Ok(Initial::Modified),
        Kind::DateTime => line.expected("`created` or `modified`"),
        Kind::Int => literal(Value::Integer(line.number("a whole number")?)),
        Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => {
            literal(Value::Decimal(line.number("a number")?))
        }
        Kind::Enum(_) => literal(Value::Choice(line.id()?.to_owned())),
        Kind::Ref(_) => {
            let mut reference = Reference::to(line.number("an internal id")?);
            if line.skip(':') {
                reference.name = Some(line.text("the record's name in quotes")?);
            }
            literal(Value::Reference(reference))
        }
        Kind::MultiRef(_) => line.expected("no `=`: a multiple select begins empty"),
    }
}

fn name<'a>(line: &mut Line<'a>, what: &str) -> Result<&'a str, LineError> {
    let column = line.column();
    let name = line.word(what)?;
    // A leading underscore is for the columns every table has.
    if name.starts_with('_') || name.len() > LONGEST_NAME {
        let reason = format!("a name begins with a letter and has at most {LONGEST_NAME} characters");
        return Err((column, reason));
    }
    Ok(name)
}

fn external_id() -> Field {
    Field {
        name: "externalId".to_owned(),
        script_id: "externalid".to_owned(),
        label: "External ID".to_owned(),
        kind: Kind::Text,
        max_length: Kind::Text.default_max_length(),
        presence: Presence::Optional,
        read_only: false,
        unique: true,
        initial: None,
    }
}

const fn is_text(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url
    )
}

/// `SalesOrder` to `salesOrder`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// `companyName` to `Company Name`.
fn spaced(name: &str) -> String {
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
