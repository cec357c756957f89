//! Functions over many rows: of a group, or of a window.

use sqlparser::ast;

use crate::error::QueryError;
use crate::schema::Kind;
use crate::term::{Node, OrderBy, Piece, Term, pieces};

use super::arithmetic::number_kind;
use super::conversion::list;
use super::query::{not_emulated, order_item};
use super::scope::{Place, Scope};
use super::{Result, Translator};

pub(super) const AGGREGATES: &[&str] = &[
    "approx_count_distinct",
    "avg",
    "count",
    "listagg",
    "max",
    "min",
    "sum",
];
/// Only over a window.
pub(super) const WINDOWS: &[&str] = &[
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "ntile",
    "rank",
    "row_number",
];

impl Translator<'_> {
    pub(super) fn aggregate(
        &mut self,
        name: &str,
        function: &ast::Function,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        if function.null_treatment.is_some() {
            return Err(not_emulated("IGNORE NULLS"));
        }
        let Some(over) = &function.over else {
            if WINDOWS.contains(&name) {
                return Err(QueryError::invalid(
                    format!("{} has no window", name.to_uppercase()),
                    "Write OVER (ORDER BY …) behind it.",
                ));
            }
            if !place.aggregates {
                return Err(QueryError::invalid(
                    format!("{} cannot stand in {}", name.to_uppercase(), place.clause),
                    "Use HAVING for conditions on groups, and a query in FROM for a sum of sums.",
                ));
            }
            let (kind, pieces) = self.aggregated(name, function, scope, Place::INSIDE_AGGREGATE)?;
            return Ok(Term {
                kind,
                node: Node::Aggregate(pieces),
            });
        };
        if !place.windows {
            return Err(QueryError::invalid(
                format!(
                    "{} OVER (…) cannot stand in {}",
                    name.to_uppercase(),
                    place.clause
                ),
                "Select it in a query in FROM, and use its column.",
            ));
        }
        if name == "listagg" {
            return Err(not_emulated("LISTAGG over a window"));
        }
        let (kind, mut pieces) = self.aggregated(name, function, scope, Place::INSIDE_WINDOW)?;
        pieces.extend(self.window(over, scope)?);
        Ok(Term {
            kind,
            node: Node::Window(pieces),
        })
    }

    fn aggregated(
        &mut self,
        name: &str,
        function: &ast::Function,
        scope: &Scope<'_>,
        inside: Place,
    ) -> Result<(Option<Kind>, Vec<Piece>)> {
        let (distinct, is_star) = quantifier(&function.args);
        if is_star {
            return if name == "count" && !distinct {
                Ok((Some(Kind::Integer), pieces!["count(*)"]))
            } else {
                Err(QueryError::arguments(name, "a column, not `*`"))
            };
        }
        if name != "listagg" && !function.within_group.is_empty() {
            return Err(QueryError::unsupported(
                format!("WITHIN GROUP for {}", name.to_uppercase()),
                "Leave it out.",
            ));
        }
        let arguments = self.aggregate_arguments(name, function, scope, inside)?;
        let word = if distinct { "DISTINCT " } else { "" };
        if name == "listagg" {
            return self.listagg(distinct, arguments, function, scope, inside);
        }
        let (least, most) = match name {
            "rank" | "dense_rank" | "row_number" => (0, 0),
            "lag" | "lead" => (1, 3),
            _ => (1, 1),
        };
        if !(least..=most).contains(&arguments.len()) {
            return Err(QueryError::arguments(
                name,
                &format!("{least} to {most} arguments"),
            ));
        }
        let (called, kind, arguments) = self.typed(name, arguments)?;
        let word = if name == "approx_count_distinct" {
            "DISTINCT "
        } else {
            word
        };
        let mut pieces = pieces![called, "(", word];
        pieces.extend(list(arguments));
        pieces.push(")".into());
        Ok((kind, pieces))
    }

    fn aggregate_arguments(
        &mut self,
        name: &str,
        function: &ast::Function,
        scope: &Scope<'_>,
        inside: Place,
    ) -> Result<Vec<Term>> {
        let ast::FunctionArguments::List(arguments) = &function.args else {
            return Ok(Vec::new());
        };
        let plain = ast::FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments.args.clone(),
            clauses: arguments.clauses.clone(),
        };
        self.arguments(name, &ast::FunctionArguments::List(plain), scope, inside)
    }

    /// The function of SQLite, what it gives, and its arguments as it needs them.
    fn typed(
        &mut self,
        name: &str,
        mut arguments: Vec<Term>,
    ) -> Result<(&'static str, Option<Kind>, Vec<Term>)> {
        let first = arguments.first().and_then(|argument| argument.kind.clone());
        Ok(match name {
            "count" | "approx_count_distinct" => ("count", Some(Kind::Integer), arguments),
            "rank" => ("rank", Some(Kind::Integer), arguments),
            "dense_rank" => ("dense_rank", Some(Kind::Integer), arguments),
            "row_number" => ("row_number", Some(Kind::Integer), arguments),
            "ntile" => ("ntile", Some(Kind::Integer), arguments),
            "sum" | "avg" => {
                let numbers = arguments.into_iter().map(|argument| self.number_of(argument));
                let numbers: Vec<Term> = numbers.collect::<Result<_>>()?;
                let kind = numbers.first().map_or(Kind::Number, number_kind);
                if name == "sum" {
                    ("sum", Some(kind), numbers)
                } else {
                    ("avg", Some(Kind::Number), numbers)
                }
            }
            "min" => ("min", first, arguments),
            "max" => ("max", first, arguments),
            "first_value" => ("first_value", first, arguments),
            "last_value" => ("last_value", first, arguments),
            _ => {
                if arguments.len() == 3
                    && let Some(default) = arguments.pop()
                {
                    let value = arguments.remove(0);
                    let (_, alike) = self.alike(vec![value, default])?;
                    let mut alike = alike.into_iter();
                    arguments.splice(0..0, alike.next());
                    arguments.extend(alike);
                }
                (if name == "lag" { "lag" } else { "lead" }, first, arguments)
            }
        })
    }

    /// `LISTAGG(value, separator) WITHIN GROUP (ORDER BY …)`.
    fn listagg(
        &mut self,
        distinct: bool,
        arguments: Vec<Term>,
        function: &ast::Function,
        scope: &Scope<'_>,
        inside: Place,
    ) -> Result<(Option<Kind>, Vec<Piece>)> {
        let mut arguments = arguments.into_iter();
        let (Some(value), separator, None) = (arguments.next(), arguments.next(), arguments.next()) else {
            return Err(QueryError::arguments("listagg", "a value and a separator"));
        };
        if distinct {
            return Err(not_emulated("LISTAGG(DISTINCT …)"));
        }
        let value = self.text_of(value)?;
        let separator = separator.map_or(Ok(Term::null()), |separator| self.text_of(separator))?;
        let mut pieces = pieces!["group_concat(", value, ", coalesce(", separator, ", '')"];
        pieces.extend(self.sorted(&function.within_group, scope, inside)?);
        pieces.push(")".into());
        Ok((Some(Kind::Text), pieces))
    }

    fn window(&mut self, over: &ast::WindowType, scope: &Scope<'_>) -> Result<Vec<Piece>> {
        let ast::WindowType::WindowSpec(window) = over else {
            return Err(QueryError::unsupported(
                "named windows",
                "Write the window behind OVER.",
            ));
        };
        if window.window_name.is_some() {
            return Err(QueryError::unsupported(
                "named windows",
                "Write the window behind OVER.",
            ));
        }
        let mut pieces = pieces![" OVER ("];
        let mut partitions = Vec::new();
        for partition in &window.partition_by {
            partitions.push(self.value(partition, scope, Place::INSIDE_WINDOW)?);
        }
        if !partitions.is_empty() {
            pieces.push("PARTITION BY ".into());
            pieces.extend(list(partitions));
        }
        pieces.extend(self.sorted(&window.order_by, scope, Place::INSIDE_WINDOW)?);
        if let Some(frame) = &window.window_frame {
            pieces.extend(self.frame(frame, scope)?);
        }
        pieces.push(")".into());
        Ok(pieces)
    }

    fn sorted(&mut self, order: &[ast::OrderByExpr], scope: &Scope<'_>, inside: Place) -> Result<Vec<Piece>> {
        let mut pieces = Vec::new();
        for expression in order {
            let term = self.value(&expression.expr, scope, inside)?;
            let item = order_item(expression, OrderBy::Position(0), false)?;
            let direction = if item.descending { " DESC" } else { " ASC" };
            let nulls = if item.nulls_first == Some(true) {
                " NULLS FIRST"
            } else {
                " NULLS LAST"
            };
            let before = if pieces.is_empty() { " ORDER BY " } else { ", " };
            pieces.extend(pieces![before, term, direction, nulls]);
        }
        Ok(pieces)
    }

    fn frame(&mut self, frame: &ast::WindowFrame, scope: &Scope<'_>) -> Result<Vec<Piece>> {
        let units = match frame.units {
            ast::WindowFrameUnits::Rows => " ROWS",
            ast::WindowFrameUnits::Range => " RANGE",
            ast::WindowFrameUnits::Groups => " GROUPS",
        };
        let mut pieces = pieces![units];
        if frame.end_bound.is_some() {
            pieces.push(" BETWEEN".into());
        }
        pieces.extend(self.frame_bound(&frame.start_bound, scope)?);
        if let Some(end) = &frame.end_bound {
            pieces.push(" AND".into());
            pieces.extend(self.frame_bound(end, scope)?);
        }
        Ok(pieces)
    }

    fn frame_bound(&mut self, bound: &ast::WindowFrameBound, scope: &Scope<'_>) -> Result<Vec<Piece>> {
        let (distance, word) = match bound {
            ast::WindowFrameBound::CurrentRow => return Ok(pieces![" CURRENT ROW"]),
            ast::WindowFrameBound::Preceding(None) => return Ok(pieces![" UNBOUNDED PRECEDING"]),
            ast::WindowFrameBound::Following(None) => return Ok(pieces![" UNBOUNDED FOLLOWING"]),
            ast::WindowFrameBound::Preceding(Some(distance)) => (distance, " PRECEDING"),
            ast::WindowFrameBound::Following(Some(distance)) => (distance, " FOLLOWING"),
        };
        let term = self.value(distance, scope, Place::INSIDE_WINDOW)?;
        let is_count = matches!(self.constant(&term), Some(crate::value::Value::Integer(0..)));
        if !is_count {
            return Err(QueryError::invalid(
                "The frame of a window is not a number of rows",
                "Write a whole number.",
            ));
        }
        Ok(pieces![" ", term, word])
    }
}

/// Whether only different values count, and whether `*` is asked for.
fn quantifier(arguments: &ast::FunctionArguments) -> (bool, bool) {
    let ast::FunctionArguments::List(list) = arguments else {
        return (false, false);
    };
    let distinct = matches!(list.duplicate_treatment, Some(ast::DuplicateTreatment::Distinct));
    let is_star = matches!(
        list.args.as_slice(),
        [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard)]
    );
    (distinct, is_star)
}
