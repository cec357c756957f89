//! Conditions: true, false, or unknown where NULL is compared.

use sqlparser::ast;

use crate::error::QueryError;
use crate::functions::Internal;
use crate::term::{Class, Piece, Query, Term, pieces};

use super::conversion::{call_pieces, list};
use super::scope::{Place, Scope};
use super::value::shown;
use super::{Result, Translator};

/// Values of one IN list.
const MOST_LISTED: usize = 1_000;

impl Translator<'_> {
    pub(super) fn condition(
        &mut self,
        expression: &ast::Expr,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        self.deeper(|translator| translator.condition_here(expression, scope, place))
    }

    fn condition_here(&mut self, expression: &ast::Expr, scope: &Scope<'_>, place: Place) -> Result<Term> {
        use ast::BinaryOperator as Op;
        match expression {
            ast::Expr::Nested(inner) => self.condition(inner, scope, place),
            ast::Expr::BinaryOp {
                op: op @ (Op::And | Op::Or),
                ..
            } => self.chain(expression, op, scope, place),
            ast::Expr::BinaryOp { left, op, right } => {
                let operator = comparison(op).ok_or_else(|| not_a_condition(expression))?;
                let left = self.value(left, scope, place)?;
                let right = self.value(right, scope, place)?;
                let (left, right) = self.comparable(left, right)?;
                Ok(Term::condition(pieces!["(", left, operator, right, ")"]))
            }
            ast::Expr::UnaryOp {
                op: ast::UnaryOperator::Not,
                expr,
            } => {
                let inner = self.condition(expr, scope, place)?;
                Ok(Term::condition(pieces!["(NOT ", inner, ")"]))
            }
            ast::Expr::IsNull(inner) => self.is_null(inner, " IS NULL)", scope, place),
            ast::Expr::IsNotNull(inner) => self.is_null(inner, " IS NOT NULL)", scope, place),
            ast::Expr::Between {
                expr,
                negated,
                low,
                high,
            } => {
                let low = self.between_side(expr, low, " >= ", scope, place)?;
                let high = self.between_side(expr, high, " <= ", scope, place)?;
                let both = Term::condition(pieces!["(", low, " AND ", high, ")"]);
                Ok(negate(both, *negated))
            }
            ast::Expr::InList { expr, list, negated } => {
                let inside = self.in_list(expr, list, scope, place)?;
                Ok(negate(inside, *negated))
            }
            ast::Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => {
                let value = self.value(expr, scope, place)?;
                let query = self.query(subquery, Some(scope))?;
                let value = self.as_column_of(value, &query)?;
                Ok(negate(
                    Term::condition(pieces!["(", value, " IN (", query, "))"]),
                    *negated,
                ))
            }
            ast::Expr::Like {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => {
                let mut arguments = Vec::new();
                for side in [expr, pattern] {
                    let side = self.value(side, scope, place)?;
                    arguments.push(self.text_of(side)?);
                }
                if let Some(escape) = escape_char {
                    arguments.push(self.like_escape(escape)?);
                }
                let like = Term::condition(call_pieces(Internal::Like.name(), arguments));
                Ok(negate(like, *negated))
            }
            ast::Expr::Function(function) if is_pattern(function) => {
                let arguments = self.arguments("regexp_like", &function.args, scope, place)?;
                let found = self.listed_function("regexp_like", arguments)?;
                Ok(Term::condition(pieces!["(", found, " = 1)"]))
            }
            ast::Expr::Exists { subquery, negated } => {
                let query = self.query(subquery, Some(scope))?;
                Ok(negate(Term::condition(pieces!["EXISTS (", query, ")"]), *negated))
            }
            ast::Expr::AnyOp { .. } | ast::Expr::AllOp { .. } => {
                Err(super::query::not_emulated("A comparison with ANY or ALL"))
            }
            ast::Expr::ILike { .. } | ast::Expr::RLike { .. } | ast::Expr::SimilarTo { .. } => Err(
                QueryError::unsupported("ILIKE, RLIKE or SIMILAR TO", "Use UPPER(…) LIKE '…'."),
            ),
            ast::Expr::IsTrue(_)
            | ast::Expr::IsFalse(_)
            | ast::Expr::IsNotTrue(_)
            | ast::Expr::IsNotFalse(_) => Err(QueryError::unsupported("IS TRUE", "Compare with 'T' or 'F'.")),
            _ => Err(not_a_condition(expression)),
        }
    }

    /// All links of a chain of AND or of OR, without a level for each.
    fn chain(
        &mut self,
        expression: &ast::Expr,
        operator: &ast::BinaryOperator,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let mut links = Vec::new();
        let mut rest = expression;
        while let ast::Expr::BinaryOp { left, op, right } = rest
            && op == operator
        {
            links.push(&**right);
            rest = left;
        }
        links.push(rest);
        let mut conditions = Vec::new();
        for link in links.into_iter().rev() {
            conditions.push(self.condition(link, scope, place)?);
        }
        let word = if *operator == ast::BinaryOperator::And {
            " AND "
        } else {
            " OR "
        };
        Ok(balanced(conditions, word))
    }

    fn is_null(
        &mut self,
        inner: &ast::Expr,
        test: &'static str,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let value = self.value(inner, scope, place)?;
        Ok(Term::condition(pieces!["(", value, test]))
    }

    fn between_side(
        &mut self,
        value: &ast::Expr,
        end: &ast::Expr,
        operator: &'static str,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let value = self.value(value, scope, place)?;
        let end = self.value(end, scope, place)?;
        let (value, end) = self.comparable(value, end)?;
        Ok(Term::condition(pieces![value, operator, end]))
    }

    fn in_list(
        &mut self,
        value: &ast::Expr,
        listed: &[ast::Expr],
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        if listed.len() > MOST_LISTED {
            return Err(QueryError::TooMuch {
                what: "The number of values in one IN list",
                most: MOST_LISTED,
            });
        }
        let mut value = self.value(value, scope, place)?;
        let mut members = Vec::new();
        for member in listed {
            let member = self.value(member, scope, place)?;
            let (left, right) = self.comparable(value, member)?;
            value = left;
            members.push(right);
        }
        // A later member may have changed what the value is compared as.
        let mut alike = Vec::new();
        for member in members {
            alike.push(self.comparable(value.clone(), member)?.1);
        }
        let mut pieces = pieces!["(", value, " IN ("];
        pieces.extend(list(alike));
        pieces.push("))".into());
        Ok(Term::condition(pieces))
    }

    /// The value, comparable with the one column of the query.
    fn as_column_of(&mut self, value: Term, query: &Query) -> Result<Term> {
        let [output] = query.outputs.as_slice() else {
            return Err(QueryError::invalid(
                format!("The query of IN has {} columns", query.outputs.len()),
                "Select one.",
            ));
        };
        let column = Term {
            kind: output.kind.clone(),
            node: crate::term::Node::Null,
        };
        let target = column.class();
        if value.class() == target || target == Class::Null || value.class() == Class::Null {
            return Ok(value);
        }
        let (value, other) = self.comparable(value, column.clone())?;
        if other == column {
            Ok(value)
        } else {
            Err(QueryError::invalid(
                "IN compares a value with a query's column of another kind",
                "Convert the column in the query with TO_CHAR, TO_NUMBER or TO_DATE.",
            ))
        }
    }

    fn like_escape(&mut self, escape: &ast::ValueWithSpan) -> Result<Term> {
        let text = escape
            .value
            .clone()
            .into_string()
            .filter(|text| text.chars().count() == 1);
        let text =
            text.ok_or_else(|| QueryError::invalid("ESCAPE takes one character", "Write ESCAPE '\\'."))?;
        self.text(&text)
    }
}

fn negate(condition: Term, negated: bool) -> Term {
    if negated {
        Term::condition(pieces!["(NOT ", condition, ")"])
    } else {
        condition
    }
}

/// Halves of halves: SQLite limits how deep an expression is, and a thousand conditions in a row would be that deep.
fn balanced(mut conditions: Vec<Term>, word: &'static str) -> Term {
    if conditions.len() <= 1 {
        return conditions.pop().unwrap_or_else(Term::null);
    }
    let right = conditions.split_off(conditions.len() / 2);
    let (left, right) = (balanced(conditions, word), balanced(right, word));
    Term::condition(vec![
        Piece::from("("),
        left.into(),
        word.into(),
        right.into(),
        ")".into(),
    ])
}

/// `REGEXP_LIKE(…)`, which is no value.
fn is_pattern(function: &ast::Function) -> bool {
    function.over.is_none() && function.name.to_string().eq_ignore_ascii_case("regexp_like")
}

fn comparison(operator: &ast::BinaryOperator) -> Option<&'static str> {
    use ast::BinaryOperator as Op;
    Some(match operator {
        Op::Eq => " = ",
        Op::NotEq => " <> ",
        Op::Lt => " < ",
        Op::LtEq => " <= ",
        Op::Gt => " > ",
        Op::GtEq => " >= ",
        _ => return None,
    })
}

fn not_a_condition(expression: &ast::Expr) -> QueryError {
    QueryError::invalid(
        format!("{} is not a condition", shown(expression)),
        "Compare it with something, as in isinactive = 'F'.",
    )
}
