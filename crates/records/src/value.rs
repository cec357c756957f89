//! What a field of a record can hold.

use std::collections::BTreeMap;
use std::fmt;

use countersign_model::printable;
use countersign_world::UnixTime;
use jiff::Timestamp;
use jiff::civil::Date;

/// Which record: by the number NetSuite gave it, or by the name its owner gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Internal(i64),
    External(String),
}

impl Key {
    /// The `{id}` of a REST path: digits, or `eid:` and an external id.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("eid:") {
            Some(external) => Self::external(external),
            None => number_of(text).map(Self::Internal),
        }
    }

    /// None where nobody can have given a record this name.
    pub fn external(id: &str) -> Option<Self> {
        is_external_id(id).then(|| Self::External(id.to_owned()))
    }
}

/// One line of characters that are seen. Attack: two names that look alike, or one that turns around the line it is shown in.
pub(crate) fn is_external_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| printable(letter) == letter)
}

/// Of an internal ID or a line, in its one spelling: `01` and `+1` name nothing.
pub fn number_of(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internal(id) => write!(f, "{id}"),
            Self::External(id) => write!(f, "eid:{id}"),
        }
    }
}

/// A pointer to another record. Read from the store, its key is always internal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub key: Key,
    /// NetSuite's `refName`: for people, never looked up.
    pub name: Option<String>,
    /// The REST name of what it points to, where the field allows several types (`item`, `transaction`, `entity`) and
    /// the record was read with names.
    pub record_type: Option<String>,
}

impl Reference {
    pub const fn to(id: i64) -> Self {
        Self {
            key: Key::Internal(id),
            name: None,
            record_type: None,
        }
    }

    /// Absent for an external key that was not resolved yet.
    pub const fn id(&self) -> Option<i64> {
        match self.key {
            Key::Internal(id) => Some(id),
            Key::External(_) => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Integer(i64),
    Decimal(f64),
    Bool(bool),
    Date(Date),
    /// To the second.
    DateTime(UnixTime),
    /// The id of one of the field's choices.
    Choice(String),
    Reference(Reference),
    References(Vec<Reference>),
    /// What stands in a record's place, such as an address: values by camelCase name.
    Subrecord(BTreeMap<String, Value>),
}

impl Value {
    /// What a calculation sees: a box is 1 or 0, and what has no number is nothing.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "calculations are in doubles")]
            Self::Integer(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            Self::Bool(on) => Some(f64::from(u8::from(*on))),
            _ => None,
        }
    }
}

/// As the system notes show it: ids for references, NetSuite's `T` and `F` for boxes.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Choice(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Decimal(number) => write!(f, "{number}"),
            Self::Bool(on) => f.write_str(if *on { "T" } else { "F" }),
            Self::Date(date) => write!(f, "{date}"),
            Self::DateTime(time) => f.write_str(&iso(*time)),
            Self::Reference(reference) => write!(f, "{}", reference.key),
            Self::References(references) => {
                for (place, reference) in references.iter().enumerate() {
                    let comma = if place == 0 { "" } else { "," };
                    write!(f, "{comma}{}", reference.key)?;
                }
                Ok(())
            }
            Self::Subrecord(values) => {
                for (place, (name, value)) in values.iter().enumerate() {
                    let comma = if place == 0 { "" } else { ", " };
                    write!(f, "{comma}{name}: {value}")?;
                }
                Ok(())
            }
        }
    }
}

/// `2026-10-31T08:00:00Z`: the one form of a moment, in the store and in JSON. Text in this form sorts by time for the
/// years [`in_calendar`] allows.
pub(crate) fn iso(time: UnixTime) -> String {
    Timestamp::from_second(time.seconds())
        .unwrap_or_default()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

pub(crate) fn parse_iso(text: &str) -> Option<UnixTime> {
    let timestamp: Timestamp = text.parse().ok()?;
    Some(UnixTime::from_seconds(timestamp.as_second()))
}

/// The day a moment falls on, in UTC.
pub(crate) fn day_of(time: UnixTime) -> Option<Date> {
    let timestamp = Timestamp::from_second(time.seconds()).ok()?;
    Some(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// The years that four digits can say.
pub(crate) fn in_calendar(date: Date) -> bool {
    (1..=9999).contains(&date.year())
}
