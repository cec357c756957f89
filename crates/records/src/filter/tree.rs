//! A parsed filter: fields that exist, tested in ways their kinds allow.

use std::fmt;

use countersign_world::UnixTime;
use jiff::civil::Date;

use crate::value::iso;

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Two or more, all true.
    All(Vec<Self>),
    /// Two or more, one true.
    Any(Vec<Self>),
    Not(Box<Self>),
    Test(Condition),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The camelCase name; `id` for the internal id.
    pub(super) field: String,
    pub(super) column: String,
    pub(super) test: Test,
}

impl Condition {
    pub fn field(&self) -> &str {
        &self.field
    }

    pub const fn test(&self) -> &Test {
        &self.test
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Empty,
    /// Without regard to ASCII case.
    Text(Reach, String),
    Bool(bool),
    Number(Order, f64),
    /// Both ends included.
    NumberBetween(f64, f64),
    NumberIn(Vec<f64>),
    Date(Timing, Day),
    /// Both ends included.
    DateWithin(Day, Day),
    /// The reference points to one of these.
    RefersTo(Vec<i64>),
    /// One of the references points to one of these.
    RefersToAny(Vec<i64>),
    Choice(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Is,
    Contain,
    StartWith,
    EndWith,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    After,
    Before,
    On,
    OnOrAfter,
    OnOrBefore,
}

/// A whole day, or one second of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    Whole(Date),
    Second(UnixTime),
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (nodes, word) = match self {
            Self::Test(condition) => return condition.fmt(f),
            Self::Not(node) => return write!(f, "NOT ({node})"),
            Self::All(nodes) => (nodes, " AND "),
            Self::Any(nodes) => (nodes, " OR "),
        };
        for (place, node) in nodes.iter().enumerate() {
            if place > 0 {
                f.write_str(word)?;
            }
            match node {
                Self::Test(_) | Self::Not(_) => write!(f, "{node}")?,
                Self::All(_) | Self::Any(_) => write!(f, "({node})")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.field)?;
        match &self.test {
            Test::Empty => f.write_str("EMPTY"),
            Test::Text(reach, text) => write!(f, "{} {}", reach.word(), quoted(text)),
            Test::Bool(on) => write!(f, "IS {on}"),
            Test::Number(order, number) => write!(f, "{} {number}", order.word()),
            Test::NumberBetween(from, to) => write!(f, "BETWEEN [{from}, {to}]"),
            Test::NumberIn(numbers) => write!(f, "ANY_OF [{}]", listed(numbers)),
            Test::Date(timing, day) => write!(f, "{} {day}", timing.word()),
            Test::DateWithin(from, to) => write!(f, "WITHIN [{from}, {to}]"),
            Test::RefersTo(ids) | Test::RefersToAny(ids) => write!(f, "ANY_OF [{}]", listed(ids)),
            Test::Choice(ids) => {
                let ids: Vec<_> = ids.iter().map(|id| quoted(id)).collect();
                write!(f, "ANY_OF [{}]", ids.join(", "))
            }
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(date) => write!(f, "\"{date}\""),
            Self::Second(time) => write!(f, "\"{}\"", iso(*time)),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

fn listed(values: &[impl ToString]) -> String {
    let values: Vec<_> = values.iter().map(ToString::to_string).collect();
    values.join(", ")
}

impl Reach {
    pub(super) const ALL: [Self; 4] = [Self::Is, Self::Contain, Self::StartWith, Self::EndWith];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Is => "IS",
            Self::Contain => "CONTAIN",
            Self::StartWith => "START_WITH",
            Self::EndWith => "END_WITH",
        }
    }
}

impl Order {
    pub(super) const ALL: [Self; 5] = [
        Self::Equal,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Less,
        Self::LessOrEqual,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Equal => "EQUAL",
            Self::Greater => "GREATER",
            Self::GreaterOrEqual => "GREATER_OR_EQUAL",
            Self::Less => "LESS",
            Self::LessOrEqual => "LESS_OR_EQUAL",
        }
    }
}

impl Timing {
    pub(super) const ALL: [Self; 5] = [
        Self::After,
        Self::Before,
        Self::On,
        Self::OnOrAfter,
        Self::OnOrBefore,
    ];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::After => "AFTER",
            Self::Before => "BEFORE",
            Self::On => "ON",
            Self::OnOrAfter => "ON_OR_AFTER",
            Self::OnOrBefore => "ON_OR_BEFORE",
        }
    }
}
