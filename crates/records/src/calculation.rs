//! What is worked out and not given: paths to other records, expressions over a record and its lines, choices that
//! follow from them, and sums over other records. Declared in the language of `declaration`, evaluated while a record
//! is settled.

use crate::field::Kind;
use crate::record::{Line, Values};
use crate::value::Value;

/// `entity.subsidiary`: a field of the record that a reference points to; `subsidiary` alone: a field of the body, for
/// a line. `entity.addressBook.addressBookAddress if defaultBilling`: of the first of its lines whose box is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub field: String,
    /// A field, or the sublist of `of_line`.
    pub of_referred: Option<String>,
    pub of_line: Option<CheckedLine>,
}

/// A field of the line whose box is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedLine {
    pub field: String,
    pub checked: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Calculation {
    Amount(Expression),
    /// The first choice whose condition is met.
    Choice {
        cases: Vec<(String, Vec<Condition>)>,
        otherwise: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Number(f64),
    /// Of the line, or of the body where the line has no such field. Nothing counts as zero.
    Field(String),
    /// Over the lines of a sublist.
    Sum(String, String),
    Of(Box<Self>, Operator, Box<Self>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Plus,
    Minus,
    Times,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    Is(String, String),
    Compared(Expression, Comparison, Expression),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The sum of a field over records, or lines of records, that refer to this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub sources: Vec<TallySource>,
    /// The field that refers here: of the line where the source has a sublist, of the body where it has none.
    pub by: String,
    /// For a sum that belongs to a line: the source's line field with the number of the line here. Then `by` is a
    /// field of the source's body.
    pub by_line: Option<String>,
    /// A field of the same line, which the sum does not pass.
    pub within: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TallySource {
    pub record_type: String,
    pub sublist: Option<String>,
    pub field: String,
}

/// What an expression can see.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) line: Option<&'a Values>,
    pub(crate) body: &'a Values,
    pub(crate) lines: &'a dyn Fn(&str) -> Vec<&'a Line>,
}

impl Scope<'_> {
    fn value(&self, field: &str) -> Option<&Value> {
        let of_line = self.line.and_then(|line| line.get(field));
        of_line.or_else(|| self.body.get(field))
    }
}

impl Calculation {
    /// Nothing where the kind of the field cannot hold it, which the declaration rules out.
    pub(crate) fn value(&self, kind: &Kind, scope: Scope<'_>) -> Value {
        match (self, kind) {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "an integer field holds whole numbers"
            )]
            (Self::Amount(expression), Kind::Int) => Value::Integer(expression.evaluate(scope) as i64),
            (Self::Amount(expression), _) => Value::Decimal(expression.evaluate(scope)),
            (Self::Choice { cases, otherwise }, _) => {
                let met = cases
                    .iter()
                    .find(|(_, conditions)| conditions.iter().all(|condition| condition.is_met(scope)));
                Value::Choice(met.map_or(otherwise, |(choice, _)| choice).clone())
            }
        }
    }

    /// The fields and sublists it reads.
    pub fn inputs(&self) -> Vec<&str> {
        let mut names = Vec::new();
        match self {
            Self::Amount(expression) => expression.inputs(&mut names),
            Self::Choice { cases, .. } => {
                for condition in cases.iter().flat_map(|(_, conditions)| conditions) {
                    match condition {
                        Condition::Is(field, _) => names.push(field.as_str()),
                        Condition::Compared(left, _, right) => {
                            left.inputs(&mut names);
                            right.inputs(&mut names);
                        }
                    }
                }
            }
        }
        names
    }
}

impl Expression {
    pub(crate) fn evaluate(&self, scope: Scope<'_>) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Field(field) => scope.value(field).and_then(Value::number).unwrap_or_default(),
            Self::Sum(sublist, field) => (scope.lines)(sublist)
                .iter()
                .filter_map(|line| line.values.get(field)?.number())
                .sum(),
            Self::Of(left, operator, right) => {
                let (left, right) = (left.evaluate(scope), right.evaluate(scope));
                match operator {
                    Operator::Plus => left + right,
                    Operator::Minus => left - right,
                    Operator::Times => left * right,
                }
            }
        }
    }

    /// The sublists and fields it sums over.
    pub(crate) fn sums(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Number(_) | Self::Field(_) => Vec::new(),
            Self::Sum(sublist, field) => vec![(sublist, field)],
            Self::Of(left, _, right) => [left.sums(), right.sums()].concat(),
        }
    }

    fn inputs<'e>(&'e self, names: &mut Vec<&'e str>) {
        match self {
            Self::Number(_) => {}
            Self::Field(field) => names.push(field),
            Self::Sum(sublist, _) => names.push(sublist),
            Self::Of(left, _, right) => {
                left.inputs(names);
                right.inputs(names);
            }
        }
    }
}

impl Condition {
    fn is_met(&self, scope: Scope<'_>) -> bool {
        // Sums of cents in doubles miss a whole cent by less than this.
        const NOTHING: f64 = 0.000_001;
        match self {
            Self::Is(field, choice) => {
                matches!(scope.value(field), Some(Value::Choice(id)) if id == choice)
            }
            Self::Compared(left, comparison, right) => {
                let difference = left.evaluate(scope) - right.evaluate(scope);
                match comparison {
                    Comparison::Less => difference < -NOTHING,
                    Comparison::LessOrEqual => difference <= NOTHING,
                    Comparison::Greater => difference > NOTHING,
                    Comparison::GreaterOrEqual => difference >= -NOTHING,
                }
            }
        }
    }
}
