//! A filter's text to its tree. Recursive descent; `NOT` binds tighter than `AND`, `AND` tighter than `OR`.

use std::str::FromStr;

use jiff::civil::Date;

use super::tokens::{Token, tokens};
use super::tree::{Condition, Day, Node, Order, Reach, Test, Timing};
use super::{DEEPEST, FilterError, FilterProblem, LONGEST, MOST_VALUES};
use crate::field::{Choice, Kind};
use crate::record_type::RecordType;
use crate::value::parse_iso;

pub(super) fn parse(text: &str, of: &RecordType) -> Result<Node, FilterError> {
    let length = text.chars().count();
    if length > LONGEST {
        return Err(FilterError {
            position: LONGEST + 1,
            problem: FilterProblem::TooLong,
        });
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        end: length + 1,
        of,
    };
    let root = parser.any(0)?;
    match parser.peek() {
        None => Ok(root),
        Some(_) => parser.expected("AND, OR or the end"),
    }
}

struct Parser<'a> {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    of: &'a RecordType,
}

/// A value as it was written, and where.
type Written = (usize, String);

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Result<Node, FilterError> {
        let mut nodes = vec![self.all(depth)?];
        while self.skip_word("OR") {
            nodes.push(self.all(depth)?);
        }
        Ok(only_or(nodes, Node::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Node, FilterError> {
        let mut nodes = vec![self.not(depth)?];
        while self.skip_word("AND") {
            nodes.push(self.not(depth)?);
        }
        Ok(only_or(nodes, Node::All))
    }

    fn not(&mut self, depth: usize) -> Result<Node, FilterError> {
        if depth > DEEPEST {
            return Err(self.error(FilterProblem::TooDeep));
        }
        if self.skip_word("NOT") {
            return Ok(Node::Not(Box::new(self.not(depth + 1)?)));
        }
        if self.skip('(') {
            let inner = self.any(depth + 1)?;
            return match self.skip(')') {
                true => Ok(inner),
                false => self.expected("AND, OR or )"),
            };
        }
        self.condition()
    }

    fn condition(&mut self) -> Result<Node, FilterError> {
        let position = self.position();
        let name = self.word("a field's name")?;
        let (field, column, kind) = if name.eq_ignore_ascii_case("id") {
            ("id", "id", &Kind::Int)
        } else {
            match self.of.field_in_any_case(&name) {
                Some(field) => (field.name.as_str(), field.column(), &field.kind),
                None => {
                    let problem = FilterProblem::UnknownField {
                        record_type: self.of.name.clone(),
                        nearest: self.of.nearest_fields(&name),
                        name,
                    };
                    return Err(FilterError { position, problem });
                }
            }
        };
        let (field, column) = (field.to_owned(), column.to_owned());

        let position = self.position();
        let operator = self.word("an operator, as IS")?.to_ascii_uppercase();
        let (positive, negated) = match operator.strip_suffix("_NOT") {
            Some(positive) => (positive, true),
            None => (operator.as_str(), false),
        };
        let test = self.test(kind, positive)?.ok_or_else(|| FilterError {
            position,
            problem: FilterProblem::WrongOperator {
                operator: operator.clone(),
                kind: kind.word(),
                allowed: operators(kind),
            },
        })?;
        let condition = Node::Test(Condition { field, column, test });
        Ok(match negated {
            true => Node::Not(Box::new(condition)),
            false => condition,
        })
    }

    /// Nothing when a field of `kind` has no such operator.
    fn test(&mut self, kind: &Kind, operator: &str) -> Result<Option<Test>, FilterError> {
        if operator == "EMPTY" {
            return Ok(Some(Test::Empty));
        }
        if !operators(kind).contains(&operator) {
            return Ok(None);
        }
        Ok(match kind {
            Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => {
                let reach = Reach::ALL.into_iter().find(|reach| reach.word() == operator);
                let (_, text) = self.value()?;
                reach.map(|reach| Test::Text(reach, text))
            }
            Kind::Bool => Some(Test::Bool(boolean(self.value()?)?)),
            Kind::Int | Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => match operator {
                "BETWEEN" | "WITHIN" => {
                    let (from, to) = self.two_values()?;
                    Some(Test::NumberBetween(number(from)?, number(to)?))
                }
                "ANY_OF" => Some(Test::NumberIn(self.each_value(number)?)),
                _ => {
                    let order = Order::ALL.into_iter().find(|order| order.word() == operator);
                    let number = number(self.value()?)?;
                    order.map(|order| Test::Number(order, number))
                }
            },
            Kind::Date | Kind::DateTime => match operator {
                "WITHIN" => {
                    let (from, to) = self.two_values()?;
                    Some(Test::DateWithin(day(from, kind)?, day(to, kind)?))
                }
                _ => {
                    let timing = Timing::ALL.into_iter().find(|timing| timing.word() == operator);
                    let day = day(self.value()?, kind)?;
                    timing.map(|timing| Test::Date(timing, day))
                }
            },
            Kind::Ref(_) => Some(Test::RefersTo(self.each_value(parsed)?)),
            Kind::MultiRef(_) => Some(Test::RefersToAny(self.each_value(parsed)?)),
            Kind::Subrecord(_) => None,
            Kind::Enum(choices) => Some(Test::Choice(self.each_value(|value| choice(value, choices))?)),
        })
    }

    fn value(&mut self) -> Result<Written, FilterError> {
        let position = self.position();
        match self.tokens.get(self.next) {
            Some((_, Token::Word(value) | Token::Text(value))) => {
                let value = value.clone();
                self.next += 1;
                Ok((position, value))
            }
            _ => self.expected("a value"),
        }
    }

    fn two_values(&mut self) -> Result<(Written, Written), FilterError> {
        const SHAPE: &str = "two values, as [1, 42]";
        if !self.skip('[') {
            return self.expected(SHAPE);
        }
        let from = self.value()?;
        if !self.skip(',') {
            return self.expected(SHAPE);
        }
        let to = self.value()?;
        if !self.skip(']') {
            return self.expected(SHAPE);
        }
        Ok((from, to))
    }

    /// A list in square brackets, or one value without them.
    fn each_value<T>(
        &mut self,
        read: impl Fn(Written) -> Result<T, FilterError>,
    ) -> Result<Vec<T>, FilterError> {
        if !self.skip('[') {
            return Ok(vec![read(self.value()?)?]);
        }
        let mut values = Vec::new();
        loop {
            if values.len() == MOST_VALUES {
                return Err(self.error(FilterProblem::TooManyValues));
            }
            values.push(read(self.value()?)?);
            if self.skip(']') {
                return Ok(values);
            }
            if !self.skip(',') {
                return self.expected(", or ]");
            }
        }
    }

    fn word(&mut self, what: &'static str) -> Result<String, FilterError> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = word.clone();
                self.next += 1;
                Ok(word)
            }
            _ => self.expected(what),
        }
    }

    fn skip(&mut self, mark: char) -> bool {
        let found = self.peek() == Some(&Token::Mark(mark));
        self.next += usize::from(found);
        found
    }

    fn skip_word(&mut self, expected: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(expected));
        self.next += usize::from(found);
        found
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn position(&self) -> usize {
        self.tokens
            .get(self.next)
            .map_or(self.end, |(position, _)| *position)
    }

    fn error(&self, problem: FilterProblem) -> FilterError {
        FilterError {
            position: self.position(),
            problem,
        }
    }

    fn expected<T>(&self, what: &'static str) -> Result<T, FilterError> {
        Err(self.error(FilterProblem::Expected(what)))
    }
}

/// The operators of a kind, without their `_NOT`.
fn operators(kind: &Kind) -> Vec<&'static str> {
    let mut words = match kind {
        Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => {
            Reach::ALL.map(Reach::word).to_vec()
        }
        Kind::Bool => vec!["IS"],
        Kind::Int | Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => {
            let mut words = Order::ALL.map(Order::word).to_vec();
            words.extend(["BETWEEN", "WITHIN", "ANY_OF"]);
            words
        }
        Kind::Date | Kind::DateTime => {
            let mut words = Timing::ALL.map(Timing::word).to_vec();
            words.push("WITHIN");
            words
        }
        Kind::Enum(_) | Kind::Ref(_) | Kind::MultiRef(_) => vec!["ANY_OF"],
        Kind::Subrecord(_) => Vec::new(),
    };
    words.push("EMPTY");
    words
}

fn only_or(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => {
            nodes.extend(last);
            several(nodes)
        }
    }
}

fn number(value: Written) -> Result<f64, FilterError> {
    let position = value.0;
    let number: f64 = parsed(value.clone())?;
    match number.is_finite() {
        true => Ok(number),
        false => Err(FilterError {
            position,
            problem: FilterProblem::NotANumber { value: value.1 },
        }),
    }
}

fn parsed<N: FromStr>((position, value): Written) -> Result<N, FilterError> {
    value.parse().map_err(|_| FilterError {
        position,
        problem: FilterProblem::NotANumber { value },
    })
}

fn boolean((position, value): Written) -> Result<bool, FilterError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "t" => Ok(true),
        "false" | "f" => Ok(false),
        _ => Err(FilterError {
            position,
            problem: FilterProblem::NotABool { value },
        }),
    }
}

fn choice((position, value): Written, choices: &[Choice]) -> Result<String, FilterError> {
    if choices.iter().any(|choice| choice.id == value) {
        return Ok(value);
    }
    Err(FilterError {
        position,
        problem: FilterProblem::NotAChoice {
            value,
            choices: choices.iter().map(|choice| choice.id.clone()).collect(),
        },
    })
}

/// `10/31/2026` as the account's users write it, `2026-10-31`, or a moment for a field that holds one.
fn day((position, value): Written, kind: &Kind) -> Result<Day, FilterError> {
    let date = american(&value).or_else(|| iso_date(&value));
    let day = match date {
        Some(date) => Some(Day::Whole(date)),
        None if *kind == Kind::DateTime => parse_iso(&value).map(Day::Second),
        None => None,
    };
    day.ok_or(FilterError {
        position,
        problem: FilterProblem::NotADate { value },
    })
}

fn american(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let mut part = |longest| {
        parts
            .next()
            .filter(|part| part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (month, day, year) = (part(2)?, part(2)?, part(4)?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn iso_date(text: &str) -> Option<Date> {
    // Exactly ten characters: the calendar library would take the date of a longer text and drop its time.
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}
