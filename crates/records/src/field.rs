//! One field of a record type: its names, its kind, and which values it takes.

use countersign_world::UnixTime;

use crate::error::Problem;
use crate::value::{Value, day_of, in_calendar};

/// Beyond this a double no longer holds every cent.
const LARGEST_AMOUNT: f64 = 1e13;

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
    /// Points to a record of the named type, declared or not.
    Ref(String),
    MultiRef(String),
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
    pub initial: Option<Initial>,
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
            Kind::Currency => (number * 100.0).round() / 100.0,
            _ => number,
        };
        // One zero only: `-0` would be written differently and mean the same.
        Ok(Value::Decimal(number + 0.0))
    }

    /// The column that holds the field.
    pub(crate) fn column(&self) -> &str {
        match self.initial {
            Some(Initial::Created) => "_created",
            Some(Initial::Modified) => "_modified",
            _ => &self.script_id,
        }
    }

    /// The field has a column of its own, and not one that every type has.
    pub(crate) fn is_own(&self) -> bool {
        !matches!(self.initial, Some(Initial::Created | Initial::Modified))
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
        }
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
