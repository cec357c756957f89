//! From a statement as it was parsed to one that is checked: every part is either known here or refused.

mod aggregate;
mod arithmetic;
pub(crate) mod builtin;
pub(crate) mod call;
mod choice;
mod condition;
mod conversion;
mod format;
mod from;
pub(crate) mod function_names;
mod grouping;
mod outer_join;
mod query;
mod rownum;
mod scope;
mod select;
mod value;

use std::collections::HashMap;

use countersign_world::UnixTime;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sqlparser::ast;

use crate::access::Access;
use crate::date_format::DateFormat;
use crate::date_model::store_moment;
use crate::error::QueryError;
use crate::schema::{Kind, Schema};
use crate::term::{Node, Output, Query, Term};
use crate::value::Value;

/// How deep expressions and queries stand in each other; the parser counts parentheses, this counts all.
const DEEPEST: usize = 100;
/// Different literals and parameters of a statement; SQLite binds no more.
const MOST_BOUND: usize = 32_000;

/// What of the account a statement's meaning depends on.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// By the account's clock.
    pub now: UnixTime,
    pub date_format: DateFormat,
}

type Result<T, E = QueryError> = std::result::Result<T, E>;

/// A query in WITH, and what it is called.
struct Common {
    name: String,
    id: usize,
    outputs: Vec<Output>,
}

pub(crate) struct Translator<'a> {
    schema: &'a Schema,
    access: &'a Access,
    parameters: Vec<Value>,
    date_format: DateFormat,
    now: DateTime,
    bound: Vec<Value>,
    known: HashMap<String, usize>,
    commons: Vec<Common>,
    next_id: usize,
    depth: usize,
    /// Sources marked with `(+)` in the condition that is being translated; `None` where no mark may stand.
    marked: Option<Vec<usize>>,
}

impl<'a> Translator<'a> {
    pub(crate) fn new(
        schema: &'a Schema,
        access: &'a Access,
        parameters: &[serde_json::Value],
        settings: &Settings,
    ) -> Result<Self> {
        let parameters = parameters
            .iter()
            .enumerate()
            .map(|(index, json)| parameter(index, json));
        let now = Timestamp::from_second(settings.now.seconds()).unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(Self {
            schema,
            access,
            parameters: parameters.collect::<Result<_>>()?,
            date_format: settings.date_format,
            now: TimeZone::UTC.to_datetime(now),
            bound: Vec::new(),
            known: HashMap::new(),
            commons: Vec::new(),
            next_id: 0,
            depth: 0,
            marked: None,
        })
    }

    pub(crate) fn statement(&mut self, query: &ast::Query) -> Result<Query> {
        self.query(query, None)
    }

    pub(crate) fn into_bound(self) -> Vec<Value> {
        self.bound
    }

    fn id(&mut self) -> usize {
        self.next_id += 1;
        self.next_id
    }

    /// A literal, as a parameter of the SQL; the same literal is the same parameter, so that equal expressions stay equal.
    fn literal(&mut self, value: Value) -> Result<Term> {
        let (key, kind) = match &value {
            Value::Null => return Ok(Term::null()),
            Value::Text(text) if text.is_empty() => return Ok(Term::null()),
            Value::Text(text) => (format!("t{text}"), Kind::Text),
            Value::Integer(integer) => (format!("i{integer}"), Kind::Integer),
            Value::Number(number) => (format!("n{number:e}"), Kind::Number),
        };
        let index = match self.known.get(&key) {
            Some(index) => *index,
            None if self.bound.len() >= MOST_BOUND => {
                let what = "The number of literals and parameters";
                return Err(QueryError::TooMuch {
                    what,
                    most: MOST_BOUND,
                });
            }
            None => {
                self.bound.push(value);
                self.known.insert(key, self.bound.len() - 1);
                self.bound.len() - 1
            }
        };
        Ok(Term {
            kind: Some(kind),
            node: Node::Bound(index),
        })
    }

    fn text(&mut self, text: &str) -> Result<Term> {
        self.literal(Value::Text(text.to_owned()))
    }

    fn now(&mut self) -> Result<Term> {
        let now = store_moment(self.now);
        Ok(self.text(&now)?.with_kind(Kind::DateTime))
    }

    /// The value of a literal or parameter, known before the statement runs.
    fn constant(&self, term: &Term) -> Option<&Value> {
        match term.node {
            Node::Bound(index) => self.bound.get(index),
            _ => None,
        }
    }

    fn constant_text(&self, term: &Term) -> Option<&str> {
        match self.constant(term) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Runs `inner` one level deeper, or refuses.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEEPEST {
            let what = "The depth of the statement";
            return Err(QueryError::TooMuch { what, most: DEEPEST });
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }
}

fn parameter(index: usize, json: &serde_json::Value) -> Result<Value> {
    use serde_json::Value as Json;
    match json {
        Json::Null => Ok(Value::Null),
        Json::Bool(flag) => Ok(Value::from(if *flag { "T" } else { "F" })),
        Json::String(text) => Ok(Value::Text(text.clone())),
        Json::Number(number) => Ok(match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::Integer(integer),
            (None, Some(number)) => Value::Number(number),
            (None, None) => Value::Null,
        }),
        Json::Array(_) | Json::Object(_) => Err(QueryError::invalid(
            format!("Parameter {} is a list or an object", index + 1),
            "Give a text, a number, true, false or null; for IN, one placeholder for each value.",
        )),
    }
}
