//! Calls of functions: those that need nothing but their arguments are in one table, the others are here.

use countersign_spelling::nearest;
use sqlparser::ast;

use crate::error::QueryError;
use crate::functions::{self, Function, Gives, Internal, Takes};
use crate::schema::Kind;
use crate::term::{Class, Piece, Term};

use super::aggregate::{AGGREGATES, WINDOWS};
use super::conversion::{call, list};
use super::function_names::{ALIASES, NOT_EMULATED, SPECIAL, names};
use super::scope::{Place, Scope};
use super::value::built_in;
use super::{Result, Translator};

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
        if name == "regexp_like" {
            return Err(QueryError::invalid(
                "REGEXP_LIKE stands where a value is expected",
                "Write CASE WHEN REGEXP_LIKE(…) THEN 'T' ELSE 'F' END.",
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
                ("nvl2", Ok([value, there, missing])) => self.nvl2(value, there, missing),
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
