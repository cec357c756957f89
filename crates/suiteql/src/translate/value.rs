//! Expressions that give a value.

use sqlparser::ast;

use crate::error::QueryError;
use crate::schema::Kind;
use crate::term::{Node, Piece, Term, pieces};
use crate::value::Value;

use super::arithmetic::is_arithmetic;
use super::conversion::list;
use super::outer_join::misplaced;
use super::scope::{Place, Scope};
use super::{Result, Translator};

impl Translator<'_> {
    pub(super) fn value(&mut self, expression: &ast::Expr, scope: &Scope<'_>, place: Place) -> Result<Term> {
        self.deeper(|translator| translator.value_here(expression, scope, place))
    }

    fn value_here(&mut self, expression: &ast::Expr, scope: &Scope<'_>, place: Place) -> Result<Term> {
        match expression {
            ast::Expr::Identifier(name) => self.name(name, scope),
            ast::Expr::CompoundIdentifier(names) => match names.as_slice() {
                [table, column] => scope.column_of(&table.value.to_lowercase(), &column.value.to_lowercase()),
                _ => Err(QueryError::unsupported(
                    "names of more than two parts",
                    "Write table.column.",
                )),
            },
            ast::Expr::Nested(inner) => self.value(inner, scope, place),
            ast::Expr::Value(value) => self.written(&value.value),
            ast::Expr::UnaryOp {
                op: op @ (ast::UnaryOperator::Minus | ast::UnaryOperator::Plus),
                expr,
            } => self.signed(op, expr, scope, place),
            ast::Expr::BinaryOp {
                op: ast::BinaryOperator::StringConcat,
                ..
            } => self.concatenation(expression, scope, place),
            ast::Expr::BinaryOp { op, .. } if is_arithmetic(op) => self.arithmetic(expression, scope, place),
            ast::Expr::Function(function) => self.function(function, scope, place),
            ast::Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(
                operand.as_deref(),
                conditions,
                else_result.as_deref(),
                scope,
                place,
            ),
            ast::Expr::Cast {
                kind: ast::CastKind::Cast,
                expr,
                data_type,
                array: false,
                format: None,
            } => {
                let value = self.value(expr, scope, place)?;
                self.cast(value, data_type)
            }
            ast::Expr::Extract { field, expr, .. } => {
                let value = self.value(expr, scope, place)?;
                self.extract(field, value)
            }
            ast::Expr::Ceil {
                expr,
                field: ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime),
            } => self.plain_call("ceil", &[expr], scope, place),
            ast::Expr::Floor {
                expr,
                field: ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime),
            } => self.plain_call("floor", &[expr], scope, place),
            ast::Expr::Substring {
                expr,
                substring_from: Some(from),
                substring_for,
                special: true,
                ..
            } => {
                let mut arguments = vec![&**expr, &**from];
                arguments.extend(substring_for.as_deref());
                self.plain_call("substr", &arguments, scope, place)
            }
            ast::Expr::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters: None,
            } => {
                let name = match trim_where {
                    None | Some(ast::TrimWhereField::Both) => "trim",
                    Some(ast::TrimWhereField::Leading) => "ltrim",
                    Some(ast::TrimWhereField::Trailing) => "rtrim",
                };
                let mut arguments = vec![&**expr];
                arguments.extend(trim_what.as_deref());
                self.plain_call(name, &arguments, scope, place)
            }
            ast::Expr::Subquery(query) => {
                let query = self.query(query, Some(scope))?;
                let [output] = query.outputs.as_slice() else {
                    return Err(QueryError::invalid(
                        format!("A query used as a value has {} columns", query.outputs.len()),
                        "Select one.",
                    ));
                };
                let kind = output.kind.clone();
                Ok(Term {
                    kind,
                    node: Node::Sql(pieces!["(", query, ")"]),
                })
            }
            ast::Expr::OuterJoin(inner) => self.outer_column(inner, scope, place),
            ast::Expr::TypedString(_) | ast::Expr::Interval(_) => Err(QueryError::unsupported(
                "date and interval literals",
                "Use TO_DATE('2024-01-31', 'YYYY-MM-DD'), and add days as numbers.",
            )),
            ast::Expr::Prior(_) => Err(super::query::not_emulated("CONNECT BY")),
            _ if is_condition(expression) => Err(QueryError::invalid(
                "A condition stands where a value is expected",
                "Write CASE WHEN … THEN 'T' ELSE 'F' END.",
            )),
            _ => Err(QueryError::unsupported(
                shown(expression),
                "Write it with the functions SuiteQL has.",
            )),
        }
    }

    fn name(&mut self, name: &ast::Ident, scope: &Scope<'_>) -> Result<Term> {
        let folded = name.value.to_lowercase();
        if name.quote_style.is_none() {
            match folded.as_str() {
                "rownum" => {
                    if scope.sources.is_empty() {
                        return Err(super::rownum::unclear(&ast::Expr::Identifier(name.clone())));
                    }
                    scope.numbered.set(true);
                    let node = Node::Rownum(scope.select);
                    return Ok(Term {
                        kind: Some(Kind::Integer),
                        node,
                    });
                }
                "sysdate" | "current_date" | "systimestamp" | "current_timestamp" | "localtimestamp" => {
                    return self.now();
                }
                _ => {}
            }
        }
        scope.column(&folded)
    }

    fn written(&mut self, value: &ast::Value) -> Result<Term> {
        use ast::Value as Written;
        match value {
            Written::Null => Ok(Term::null()),
            Written::Number(digits, false) => match (digits.parse::<i64>(), digits.parse::<f64>()) {
                (Ok(integer), _) => self.literal(Value::Integer(integer)),
                (_, Ok(number)) if number.is_finite() => self.literal(Value::Number(number)),
                _ => Err(QueryError::invalid(
                    "A number cannot be read",
                    "Write digits with a point.",
                )),
            },
            Written::SingleQuotedString(text) | Written::NationalStringLiteral(text) => self.text(text),
            Written::QuoteDelimitedStringLiteral(quoted)
            | Written::NationalQuoteDelimitedStringLiteral(quoted) => self.text(&quoted.value),
            Written::Placeholder(name) => {
                let index = name
                    .strip_prefix('?')
                    .and_then(|number| number.parse::<usize>().ok());
                let value = index
                    .and_then(|index| self.parameters.get(index.checked_sub(1)?))
                    .cloned();
                let value = value
                    .ok_or_else(|| QueryError::unsupported("named parameters", "Write `?` for each."))?;
                self.literal(value)
            }
            _ => Err(QueryError::unsupported(
                "this kind of literal",
                "Write a number or a text in single quotes.",
            )),
        }
    }

    fn plain_call(
        &mut self,
        name: &str,
        arguments: &[&ast::Expr],
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let mut terms = Vec::new();
        for argument in arguments {
            terms.push(self.value(argument, scope, place)?);
        }
        self.listed_function(name, terms)
    }

    fn outer_column(&mut self, inner: &ast::Expr, scope: &Scope<'_>, place: Place) -> Result<Term> {
        let term = self.value(inner, scope, place)?;
        let Node::Column(column) = &term.node else {
            return Err(misplaced(
                "(+) stands behind something that is no column",
                "Write it behind a column.",
            ));
        };
        let is_own = scope.ids().contains(&column.source);
        match &mut self.marked {
            Some(marked) if is_own && place.clause == "WHERE" => marked.push(column.source),
            _ => {
                return Err(misplaced(
                    "(+) stands outside of WHERE",
                    "Use it in WHERE, or LEFT JOIN … ON.",
                ));
            }
        }
        Ok(term)
    }
}

fn is_condition(expression: &ast::Expr) -> bool {
    matches!(
        expression,
        ast::Expr::BinaryOp { .. }
            | ast::Expr::IsNull(_)
            | ast::Expr::IsNotNull(_)
            | ast::Expr::InList { .. }
            | ast::Expr::InSubquery { .. }
            | ast::Expr::Between { .. }
            | ast::Expr::Like { .. }
            | ast::Expr::Exists { .. }
            | ast::Expr::UnaryOp {
                op: ast::UnaryOperator::Not,
                ..
            }
    )
}

/// An expression in an error: short, and found without walking it, for it may be as deep as a statement is long.
pub(super) fn shown(expression: &ast::Expr) -> String {
    let short: String = match expression {
        ast::Expr::Identifier(name) => name.value.clone(),
        ast::Expr::CompoundIdentifier(names) => names
            .iter()
            .map(|name| name.value.as_str())
            .collect::<Vec<_>>()
            .join("."),
        ast::Expr::Value(value) => value.to_string(),
        ast::Expr::Function(function) => function.name.to_string() + "(…)",
        _ => "such an expression".to_owned(),
    };
    short.chars().take(80).collect()
}

/// `name(a, b)` of SQLite's own.
pub(super) fn built_in(kind: Option<Kind>, name: &'static str, arguments: Vec<Term>) -> Term {
    let mut pieces: Vec<Piece> = pieces![name, "("];
    pieces.extend(list(arguments));
    pieces.push(")".into());
    Term {
        kind,
        node: Node::Sql(pieces),
    }
}
