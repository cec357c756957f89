//! Calls of functions: those that need nothing but their arguments are in one table, the others are here.

use sqlparser::ast;

use crate::date_model::DateModel;
use crate::error::QueryError;
use crate::functions::{self, Function, Gives, Internal, Takes};
use crate::nearest::nearest;
use crate::schema::Kind;
use crate::term::{Class, Node, Piece, Term, pieces};

use super::aggregate::{AGGREGATES, WINDOWS};
use super::conversion::{call, list};
use super::scope::{Place, Scope};
use super::value::built_in;
use super::{Result, Translator};

/// Functions that are called by another name here, or give what another gives.
const ALIASES: &[(&str, &str)] = &[
    ("nls_upper", "upper"),
    ("nls_lower", "lower"),
    ("nls_initcap", "initcap"),
    ("lengthb", "length"),
    ("lengthc", "length"),
    ("length2", "length"),
    ("length4", "length"),
    ("substrb", "substr"),
    ("to_nchar", "to_char"),
    ("to_clob", "to_char"),
    ("to_nclob", "to_char"),
    ("to_binary_double", "to_number"),
    ("to_binary_float", "to_number"),
    ("systimestamp", "sysdate"),
    ("current_date", "sysdate"),
    ("current_timestamp", "sysdate"),
    ("localtimestamp", "sysdate"),
];

/// Translated one by one, below.
const SPECIAL: &[&str] = &[
    "coalesce",
    "concat",
    "decode",
    "greatest",
    "least",
    "nullif",
    "nvl",
    "nvl2",
    "round",
    "sysdate",
    "to_char",
    "to_date",
    "to_number",
    "to_timestamp",
    "trunc",
];

/// Documented by NetSuite, and not here.
const NOT_EMULATED: &[&str] = &[
    "asciistr",
    "bfilename",
    "chartorowid",
    "compose",
    "corr",
    "corr_k",
    "corr_s",
    "covar_pop",
    "covar_samp",
    "decompose",
    "empty_blob",
    "empty_clob",
    "from_tz",
    "median",
    "new_time",
    "nlssort",
    "ora_hash",
    "regexp_instr",
    "regexp_like",
    "regexp_replace",
    "regexp_substr",
    "soundex",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "sys_extract_utc",
    "to_multi_byte",
    "to_single_byte",
    "to_timestamp_tz",
    "tz_offset",
    "unistr",
    "var_pop",
    "var_samp",
    "variance",
    "vsize",
    "width_bucket",
];

impl Translator<'_> {
    pub(super) fn function(
        &mut self,
        function: &ast::Function,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let name = function.name.to_string().to_lowercase();
        let refused = function.uses_odbc_syntax
            || !matches!(function.parameters, ast::FunctionArguments::None)
            || function.filter.is_some();
        if refused {
            return Err(QueryError::unsupported(
                format!("{name} written like this"),
                "Write name(arguments).",
            ));
        }
        if AGGREGATES.contains(&name.as_str()) || WINDOWS.contains(&name.as_str()) {
            return self.aggregate(&name, function, scope, place);
        }
        if function.over.is_some() || !function.within_group.is_empty() || function.null_treatment.is_some() {
            return Err(QueryError::unsupported(
                format!("{} over a window or group", name.to_uppercase()),
                "Only aggregate and window functions have one.",
            ));
        }
        let arguments = self.arguments(&name, &function.args, scope, place)?;
        match name.split_once('.') {
            Some(("builtin", name)) => self.builtin(name, arguments),
            Some(("builtin_result", name)) => self.builtin_result(name, arguments),
            _ => self.named_function(&name, arguments),
        }
    }

    fn named_function(&mut self, name: &str, arguments: Vec<Term>) -> Result<Term> {
        let name = ALIASES
            .iter()
            .find(|(alias, _)| *alias == name)
            .map_or(name, |(_, name)| name);
        if SPECIAL.contains(&name) {
            return self.special(name, arguments);
        }
        self.listed_function(name, arguments)
    }

    /// A function of the table.
    pub(super) fn listed_function(&mut self, name: &str, arguments: Vec<Term>) -> Result<Term> {
        let Some(function) = functions::named(name) else {
            return Err(unknown(name));
        };
        let most = function.takes.len();
        if arguments.len() > most || arguments.len() + function.optional < most {
            return Err(QueryError::arguments(name, &takes(function)));
        }
        let first = arguments.first().map(Term::class);
        let mut converted = Vec::new();
        for (argument, takes) in arguments.into_iter().zip(function.takes) {
            converted.push(match takes {
                Takes::Text => self.text_of(argument)?,
                Takes::Number => self.number_of(argument)?,
                Takes::Date => self.date_of(argument)?,
            });
        }
        let kind = match function.gives {
            Gives::Text => Kind::Text,
            Gives::Integer => Kind::Integer,
            Gives::Number => Kind::Number,
            Gives::AsFirst if first == Some(Class::Moment) => Kind::DateTime,
            Gives::AsFirst => Kind::Date,
        };
        let mut pieces = vec![
            Piece::Name(crate::render::function_name(function.name)),
            "(".into(),
        ];
        pieces.extend(list(converted));
        pieces.push(")".into());
        Ok(Term::new(kind, pieces))
    }

    fn special(&mut self, name: &str, mut arguments: Vec<Term>) -> Result<Term> {
        let wrong = |takes: &str| QueryError::arguments(name, takes);
        match (name, arguments.len()) {
            ("sysdate", 0 | 1) => self.now(),
            ("nvl", 2) | ("coalesce", 2..) => {
                let (kind, arguments) = self.alike(arguments)?;
                Ok(built_in(kind, "coalesce", arguments))
            }
            ("greatest" | "least", 1) => Ok(arguments.remove(0)),
            ("greatest" | "least", 2..) => {
                let (kind, arguments) = self.alike(arguments)?;
                Ok(built_in(
                    kind,
                    if name == "least" { "min" } else { "max" },
                    arguments,
                ))
            }
            ("decode", 3..) => self.decode(arguments),
            ("to_char", 1) => self.text_of(arguments.remove(0)),
            ("concat", 2..) => {
                let texts = arguments.into_iter().map(|argument| self.text_of(argument));
                let texts = texts.collect::<Result<_>>()?;
                Ok(call(Kind::Text, Internal::Concat, texts))
            }
            ("round" | "trunc", 1 | 2) => self.rounded(name == "round", arguments),
            _ => match (name, <[Term; 3]>::try_from(arguments)) {
                ("nvl2", Ok([value, there, missing])) => {
                    let (kind, alike) = self.alike(vec![there, missing])?;
                    let mut alike = alike.into_iter();
                    let (there, missing) = (next(&mut alike), next(&mut alike));
                    let pieces = pieces![
                        "CASE WHEN ",
                        value,
                        " IS NOT NULL THEN ",
                        there,
                        " ELSE ",
                        missing,
                        " END"
                    ];
                    Ok(Term {
                        kind,
                        node: Node::Sql(pieces),
                    })
                }
                ("to_char" | "to_number", Ok([value, model, _])) => self.with_model(name, value, model),
                (_, Ok(_)) => Err(wrong("other arguments")),
                (_, Err(arguments)) => match <[Term; 2]>::try_from(arguments) {
                    Ok([one, other]) => self.special_of_two(name, one, other),
                    Err(mut arguments) => match (name, arguments.pop(), arguments.is_empty()) {
                        ("to_number", Some(value), true) => self.number_of(value),
                        ("to_date", Some(value), true) => self.date_of(value),
                        ("to_timestamp", Some(value), true) => self.moment_of(value),
                        _ => Err(wrong("other arguments")),
                    },
                },
            },
        }
    }

    fn special_of_two(&mut self, name: &str, one: Term, other: Term) -> Result<Term> {
        match name {
            "nullif" => {
                let kind = one.kind.clone();
                let (one, other) = self.comparable(one, other)?;
                Ok(built_in(kind, "nullif", vec![one, other]))
            }
            "to_date" | "to_timestamp" if one.class() != Class::Text => self.date_of(one),
            "to_date" | "to_timestamp" => {
                let model = self.constant_text(&other).map(str::to_owned);
                let model = model.ok_or_else(|| {
                    QueryError::invalid(
                        format!("The format of {} is not a literal", name.to_uppercase()),
                        "Write it as 'YYYY-MM-DD', or give it as a parameter.",
                    )
                })?;
                let parsed = DateModel::parse(&model).map_err(|words| {
                    QueryError::invalid(words, "Use elements such as YYYY, MM, DD, HH24, MI and SS.")
                })?;
                self.read_date(one, &model, name == "to_timestamp" || parsed.has_time())
            }
            "to_char" | "to_number" => self.with_model(name, one, other),
            _ => Err(QueryError::arguments(name, "another number of arguments")),
        }
    }

    /// `TO_CHAR` and `TO_NUMBER` with a format.
    fn with_model(&mut self, name: &str, value: Term, model: Term) -> Result<Term> {
        if name == "to_number" {
            return Ok(match value.class() {
                Class::Text => call(Kind::Number, Internal::ReadNumber, vec![value, model]),
                _ => self.number_of(value)?,
            });
        }
        match value.class() {
            Class::Date | Class::Moment => {
                if let Some(written) = self.constant_text(&model) {
                    DateModel::parse(written).map_err(|words| {
                        QueryError::invalid(words, "Use elements such as YYYY, MM, DD, HH24, MI and SS.")
                    })?;
                }
                Ok(call(Kind::Text, Internal::DateText, vec![value, model]))
            }
            Class::Null => Ok(Term::null()),
            Class::Number | Class::Text => {
                let value = self.number_of(value)?;
                Ok(call(Kind::Text, Internal::NumberModel, vec![value, model]))
            }
        }
    }

    /// ROUND and TRUNC, of numbers and of dates.
    fn rounded(&mut self, round: bool, mut arguments: Vec<Term>) -> Result<Term> {
        let first = arguments.remove(0);
        let (kind, function) = match first.class() {
            Class::Date | Class::Moment if round => (Kind::Date, Internal::RoundDate),
            Class::Date | Class::Moment => (Kind::Date, Internal::CutDate),
            _ if round => (Kind::Number, Internal::RoundNumber),
            _ => (Kind::Number, Internal::CutNumber),
        };
        let mut converted = Vec::new();
        converted.push(if kind == Kind::Date {
            first
        } else {
            self.number_of(first)?
        });
        for argument in arguments {
            converted.push(if kind == Kind::Date {
                self.text_of(argument)?
            } else {
                self.number_of(argument)?
            });
        }
        Ok(call(kind, function, converted))
    }

    /// To DECODE, NULL equals NULL. A blob stands for it, which equals nothing that can be stored.
    fn decode(&mut self, arguments: Vec<Term>) -> Result<Term> {
        let mut arguments = arguments.into_iter();
        let mut value = next(&mut arguments);
        let rest: Vec<Term> = arguments.collect();
        let (pairs, otherwise) = rest.as_chunks::<2>();
        let mut searched = Vec::new();
        for [sought, _] in pairs {
            let (left, right) = self.comparable(value, sought.clone())?;
            value = left;
            searched.push(right);
        }
        let results = pairs.iter().map(|[_, result]| result.clone());
        let results = results.chain([otherwise.first().cloned().unwrap_or_else(Term::null)]);
        let (kind, results) = self.alike(results.collect())?;
        let mut results = results.into_iter();
        let mut pieces = pieces!["CASE coalesce(", value, ", x'00')"];
        for (sought, result) in searched.into_iter().zip(results.by_ref()) {
            pieces.extend(pieces![" WHEN coalesce(", sought, ", x'00') THEN ", result]);
        }
        pieces.extend(pieces![" ELSE ", next(&mut results), " END"]);
        Ok(Term {
            kind,
            node: Node::Sql(pieces),
        })
    }

    pub(super) fn arguments(
        &mut self,
        name: &str,
        arguments: &ast::FunctionArguments,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Vec<Term>> {
        let ast::FunctionArguments::List(list) = arguments else {
            return match arguments {
                ast::FunctionArguments::None => Ok(Vec::new()),
                _ => Err(QueryError::arguments(
                    name,
                    "values, not a query without its own parentheses",
                )),
            };
        };
        if !list.clauses.is_empty() {
            return Err(QueryError::arguments(name, "values only"));
        }
        let mut terms = Vec::new();
        for argument in &list.args {
            let ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(expression)) = argument else {
                return Err(QueryError::arguments(name, "values, not `*` or names"));
            };
            terms.push(self.value(expression, scope, place)?);
        }
        Ok(terms)
    }
}

/// The next of what is known to be there.
pub(super) fn next(terms: &mut impl Iterator<Item = Term>) -> Term {
    terms.next().unwrap_or_else(Term::null)
}

fn takes(function: &Function) -> String {
    let (most, least) = (function.takes.len(), function.takes.len() - function.optional);
    let plural = if most == 1 { "" } else { "s" };
    if most == least {
        format!("{most} argument{plural}")
    } else {
        format!("{least} to {most} arguments")
    }
}

/// The names of all functions there are, in lower case.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let listed = functions::all().map(|function| function.name);
    listed
        .chain(SPECIAL.iter().copied())
        .chain(ALIASES.iter().map(|(alias, _)| *alias))
        .chain(AGGREGATES.iter().copied())
        .chain(WINDOWS.iter().copied())
}

/// Those NetSuite has, and nothing here does.
pub(crate) fn missing() -> impl Iterator<Item = &'static str> {
    NOT_EMULATED.iter().copied()
}

fn unknown(name: &str) -> QueryError {
    if NOT_EMULATED.contains(&name) {
        return super::query::not_emulated(&format!("The function {}", name.to_uppercase()));
    }
    let near = nearest(name, names()).into_iter().map(|name| name.to_uppercase());
    QueryError::UnknownFunction {
        name: name.to_uppercase(),
        near: near.collect(),
    }
}
