//! ROWNUM: the number of a row as it passes WHERE, before anything is sorted or grouped.

use sqlparser::ast;

use crate::error::QueryError;
use crate::value::Value;

use super::scope::{Place, Scope};
use super::{Result, Translator};

impl Translator<'_> {
    /// How many rows a condition on ROWNUM leaves; `None` for any other condition.
    ///
    /// A row that is refused is not counted, so that `ROWNUM > 1` leaves none.
    pub(super) fn rownum_limit(&mut self, condition: &ast::Expr, scope: &Scope<'_>) -> Result<Option<i64>> {
        use ast::BinaryOperator as Op;
        match condition {
            ast::Expr::BinaryOp { left, op, right } => {
                let (number, op) = match (is_rownum(left), is_rownum(right)) {
                    (true, false) => (right, op.clone()),
                    (false, true) => (left, turned(op)),
                    _ => return Ok(None),
                };
                let number = self.row_number(number, scope)?;
                let none_unless = |holds: bool| if holds { i64::MAX } else { 0 };
                let rows = match op {
                    Op::LtEq => number,
                    Op::Lt => number.saturating_sub(1),
                    Op::Eq => i64::from(number == 1),
                    Op::Gt => none_unless(number < 1),
                    Op::GtEq => none_unless(number <= 1),
                    Op::NotEq => {
                        if number < 1 {
                            i64::MAX
                        } else {
                            number - 1
                        }
                    }
                    _ => return Err(unclear(condition)),
                };
                Ok(Some(rows.max(0)))
            }
            ast::Expr::Between {
                expr,
                negated: false,
                low,
                high,
            } if is_rownum(expr) => {
                let (low, high) = (self.row_number(low, scope)?, self.row_number(high, scope)?);
                Ok(Some(if low <= 1 { high.max(0) } else { 0 }))
            }
            _ => Ok(None),
        }
    }

    fn row_number(&mut self, expression: &ast::Expr, scope: &Scope<'_>) -> Result<i64> {
        let term = self.value(expression, scope, Place::WHERE)?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "beyond 64 bits it is as good as the last one"
        )]
        let number = match self.constant(&term) {
            Some(Value::Integer(number)) => Some(*number),
            Some(Value::Number(number)) => Some(number.floor() as i64),
            Some(Value::Text(text)) => text.trim().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| unclear(expression))
    }
}

fn is_rownum(expression: &ast::Expr) -> bool {
    match expression {
        ast::Expr::Identifier(name) => {
            name.quote_style.is_none() && name.value.eq_ignore_ascii_case("rownum")
        }
        ast::Expr::Nested(inner) => is_rownum(inner),
        _ => false,
    }
}

fn turned(operator: &ast::BinaryOperator) -> ast::BinaryOperator {
    use ast::BinaryOperator as Op;
    match operator {
        Op::Lt => Op::Gt,
        Op::LtEq => Op::GtEq,
        Op::Gt => Op::Lt,
        Op::GtEq => Op::LtEq,
        other => other.clone(),
    }
}

pub(super) fn unclear(expression: &ast::Expr) -> QueryError {
    QueryError::NotEmulated {
        what: format!("ROWNUM beside {}", super::value::shown(expression)),
        next: "Compare it with a number, as in ROWNUM <= 10, joined to the other conditions by AND."
            .to_owned(),
    }
}
