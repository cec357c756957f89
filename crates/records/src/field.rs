//! One field of a record type: its names, its kind, and which values it takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_spelling::nearest;
use countersign_world::UnixTime;

use crate::calculation::{Calculation, Path, Tally};
use crate::cents::to_cents;
use crate::error::Problem;
use crate::value::{Value, day_of, in_calendar, is_external_id};

/// Beyond this a double no longer holds every cent.
pub(crate) const LARGEST_AMOUNT: f64 = 1e13;

/// Every type has a field of this name.
pub(crate) const EXTERNAL_ID: &str = "externalId";
/// What the names of custom fields begin with; the underscore behind it is a custom of most accounts, not all.
const CUSTOM: [&str; 6] = [
    "custbody",
    "custcol",
    "custentity",
    "custevent",
    "custitem",
    "custrecord",
];

/// Targets one multiple select may hold.
const MOST_REFERENCES: usize = 1000;

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Text,
    TextArea,
    Email,
    Phone,
    Url,
    Date,
    DateTime,
    Bool,
    Int,
    Float,
    Currency,
    Rate,
    Percent,
    Enum(Vec<Choice>),
    /// Points to a record of the named type, family or view; of a type that is declared or not.
    Ref(String),
    MultiRef(String),
    Subrecord(Arc<Shape>),
}

/// What a subrecord holds: text, boxes and choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    pub name: String,
    pub fields: Vec<Arc<Field>>,
}

/// One value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub id: String,
    pub label: String,
}

/// When a field must have a value; the condition is the name of a box on the same record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    Optional,
    Mandatory,
    MandatoryIf(String),
    MandatoryUnless(String),
}

/// Where a value comes from that the caller did not give.
#[derive(Clone, Debug, PartialEq)]
pub enum Initial {
    Literal(Value),
    /// The day of the write.
    Today,
    /// The moment the record was made.
    Created,
    /// The moment of its last change.
    Modified,
    /// The accounting period that the day in the named field falls in.
    PeriodOf(String),
    /// As many days after the day in one field as the terms in another say.
    DueOn {
        date: String,
        terms: String,
    },
    /// The next free number, between two texts.
    Numbered {
        before: String,
        after: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// As REST and SOAP write it: `companyName`.
    pub name: String,
    /// As scripts, searches and SuiteQL write it: `companyname`. Also the name of its column.
    pub script_id: String,
    pub label: String,
    pub kind: Kind,
    /// In characters; for the kinds that are text.
    pub max_length: usize,
    pub presence: Presence,
    pub read_only: bool,
    /// No two records of the type have the same value.
    pub unique: bool,
    /// Kept and queried, and in no REST or SOAP body.
    pub hidden: bool,
    /// Lies in its column with the sign of its sublist: what a sale brings in is negative in `transactionline`.
    pub signed: bool,
    pub initial: Option<Initial>,
    /// Copied from here where the caller gives nothing, and again when what it is copied from changes.
    pub source: Option<Path>,
    pub calculation: Option<Calculation>,
    /// The sum of what other records say of this one.
    pub tally: Option<Tally>,
    pub(crate) column: String,
}

impl Field {
    /// A value as it is stored: an amount rounded to cents, a moment to its second, an empty text nothing at all.
    ///
    /// # Errors
    /// The reason this field cannot hold the value.
    pub fn accept(&self, value: Value) -> Result<Option<Value>, Problem> {
        let wrong = || Problem::NotA {
            expected: self.kind.expectation(),
        };
        match (&self.kind, value) {
            (Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url, Value::Text(text)) => {
                self.accept_text(text)
            }
            (Kind::Bool, value @ Value::Bool(_)) | (Kind::Int, value @ Value::Integer(_)) => Ok(Some(value)),
            (
                Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent,
                value @ (Value::Decimal(_) | Value::Integer(_)),
            ) => self.accept_number(&value).map(Some),
            (Kind::Date, Value::Date(date)) if in_calendar(date) => Ok(Some(Value::Date(date))),
            (Kind::DateTime, Value::DateTime(time)) if day_of(time).is_some_and(in_calendar) => {
                Ok(Some(Value::DateTime(UnixTime::from_seconds(time.seconds()))))
            }
            (Kind::Enum(choices), Value::Choice(id)) => {
                if choices.iter().any(|choice| choice.id == id) {
                    return Ok(Some(Value::Choice(id)));
                }
                let choices = choices.iter().map(|choice| choice.id.clone()).collect();
                Err(Problem::NotAChoice { choices })
            }
            (Kind::Ref(_), value @ Value::Reference(_)) => Ok(Some(value)),
            (Kind::MultiRef(_), Value::References(references)) => match references.len() {
                0 => Ok(None),
                1..=MOST_REFERENCES => Ok(Some(Value::References(references))),
                _ => Err(Problem::TooLong {
                    limit: MOST_REFERENCES,
                }),
            },
            (Kind::Subrecord(shape), Value::Subrecord(values)) => shape.accept(values),
            _ => Err(wrong()),
        }
    }

    fn accept_text(&self, text: String) -> Result<Option<Value>, Problem> {
        // NetSuite knows no difference between an empty text and none.
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > self.max_length {
            return Err(Problem::TooLong {
                limit: self.max_length,
            });
        }
        if self.is_external_id() && !is_external_id(&text) {
            return Err(Problem::NotA {
                expected: "one line of characters that are seen",
            });
        }
        let unprintable = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        let well_formed = match self.kind {
            Kind::Email => is_email(&text),
            Kind::Phone => text.chars().count() >= 7,
            Kind::Url => ["http://", "https://", "ftp://", "file://"]
                .iter()
                .any(|scheme| text.starts_with(scheme)),
            _ => true,
        };
        if !well_formed || text.contains(unprintable) {
            return Err(Problem::NotA {
                expected: self.kind.expectation(),
            });
        }
        Ok(Some(Value::Text(text)))
    }

    fn accept_number(&self, value: &Value) -> Result<Value, Problem> {
        let number = match value {
            #[expect(
                clippy::cast_precision_loss,
                reason = "an integer too large for it is refused below"
            )]
            Value::Integer(number) => *number as f64,
            Value::Decimal(number) => *number,
            _ => f64::NAN,
        };
        if !number.is_finite() || number.abs() > LARGEST_AMOUNT {
            return Err(Problem::NotA {
                expected: self.kind.expectation(),
            });
        }
        let number = match self.kind {
            Kind::Currency => to_cents(number),
            _ => number,
        };
        // One zero only: `-0` would be written differently and mean the same.
        Ok(Value::Decimal(number + 0.0))
    }

    /// The column that holds the field.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The field is written; the moments of every record are written once and seen through a column of this name.
    pub(crate) fn is_own(&self) -> bool {
        !matches!(self.initial, Some(Initial::Created | Initial::Modified))
    }

    /// The account added it: `custbody_…`, `custcol_…`, and so on.
    pub fn is_custom(&self) -> bool {
        CUSTOM
            .iter()
            .any(|beginning| self.script_id.starts_with(beginning))
    }

    /// The field every type has: its owner's own name of a record.
    pub(crate) fn is_external_id(&self) -> bool {
        self.name == EXTERNAL_ID
    }

    /// Written from other fields only.
    pub(crate) fn is_derived(&self) -> bool {
        self.read_only && (self.calculation.is_some() || self.tally.is_some() || self.source.is_some())
    }

    /// The named type, family or view of a reference.
    pub fn target(&self) -> Option<&str> {
        match &self.kind {
            Kind::Ref(target) | Kind::MultiRef(target) => Some(target),
            _ => None,
        }
    }
}

impl Shape {
    pub fn field(&self, name: &str) -> Option<&Arc<Field>> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(crate) fn nearest_fields(&self, wrong: &str) -> Vec<String> {
        nearest(wrong, self.fields.iter().map(|field| field.name.as_str()))
    }

    fn accept(&self, values: BTreeMap<String, Value>) -> Result<Option<Value>, Problem> {
        let mut accepted = BTreeMap::new();
        for (name, value) in values {
            let inside = |problem| Problem::Inside {
                field: name.clone(),
                problem: Box::new(problem),
            };
            let field = self.field(&name).ok_or_else(|| {
                inside(Problem::Unknown {
                    nearest: self.nearest_fields(&name),
                })
            })?;
            if let Some(value) = field.accept(value).map_err(inside)? {
                accepted.insert(name, value);
            }
        }
        Ok((!accepted.is_empty()).then_some(Value::Subrecord(accepted)))
    }
}

impl Kind {
    /// What a value of this kind looks like to the person who writes one.
    pub const fn expectation(&self) -> &'static str {
        match self {
            Self::Text | Self::TextArea => "text without control characters",
            Self::Email => "an e-mail address, as name@example.com",
            Self::Phone => "a phone number of seven characters or more",
            Self::Url => "a link that begins with http://, https://, ftp:// or file://",
            Self::Date => "a date, as 2026-10-31",
            Self::DateTime => "a date and time, as 2026-10-31T08:00:00Z",
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Float | Self::Currency | Self::Rate | Self::Percent => "a number below ten trillion",
            Self::Enum(_) => "one of the field's values, as {\"id\": \"…\"}",
            Self::Ref(_) => "a record, as {\"id\": \"…\"} or {\"externalId\": \"…\"}",
            Self::MultiRef(_) => "records, as {\"items\": [{\"id\": \"…\"}]}",
            Self::Subrecord(_) => "a subrecord, as {\"…\": \"…\"}",
        }
    }

    /// The word a declaration uses.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::TextArea => "textarea",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Currency => "currency",
            Self::Rate => "rate",
            Self::Percent => "percent",
            Self::Enum(_) => "enum",
            Self::Ref(_) => "ref",
            Self::MultiRef(_) => "multiref",
            Self::Subrecord(_) => "sub",
        }
    }

    pub const fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Int | Self::Float | Self::Currency | Self::Rate | Self::Percent
        )
    }

    pub(crate) const fn is_text(&self) -> bool {
        matches!(
            self,
            Self::Text | Self::TextArea | Self::Email | Self::Phone | Self::Url
        )
    }

    pub(crate) const fn default_max_length(&self) -> usize {
        match self {
            Self::TextArea => 4000,
            Self::Email => 254,
            Self::Phone => 32,
            Self::Url => 1000,
            _ => 300,
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    plain(name) && plain(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}
