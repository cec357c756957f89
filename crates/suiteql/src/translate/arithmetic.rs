//! `+`, `-`, `*`, `/` and `||`: numbers, dates some days later, and texts joined.

use sqlparser::ast;

use crate::error::QueryError;
use crate::functions::Internal;
use crate::schema::Kind;
use crate::term::{Class, Term, pieces};
use crate::value::Value;

use super::conversion::call;
use super::scope::{Place, Scope};
use super::{Result, Translator};

/// Operands of one chain of `+`, `-`, `*`, `/`: the tree is as deep as the chain is long.
const LONGEST_CHAIN: usize = 200;

impl Translator<'_> {
    pub(super) fn signed(
        &mut self,
        sign: &ast::UnaryOperator,
        inner: &ast::Expr,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let value = self.value(inner, scope, place)?;
        let value = self.number_of(value)?;
        if *sign == ast::UnaryOperator::Plus {
            return Ok(value);
        }
        match self.constant(&value) {
            Some(Value::Integer(integer)) => self.literal(Value::Integer(integer.saturating_neg())),
            Some(Value::Number(number)) => self.literal(Value::Number(-number)),
            _ => {
                let kind = number_kind(&value);
                Ok(Term::new(kind, pieces!["(-", value, ")"]))
            }
        }
    }

    /// `a || b || c`, as one call.
    pub(super) fn concatenation(
        &mut self,
        expression: &ast::Expr,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let mut operands = Vec::new();
        let mut rest = expression;
        while let ast::Expr::BinaryOp {
            left,
            op: ast::BinaryOperator::StringConcat,
            right,
        } = rest
        {
            operands.push(&**right);
            rest = left;
        }
        operands.push(rest);
        check_chain(operands.len(), "||", 100)?;
        let mut texts = Vec::new();
        for operand in operands.into_iter().rev() {
            let value = self.value(operand, scope, place)?;
            texts.push(self.text_of(value)?);
        }
        Ok(call(Kind::Text, Internal::Concat, texts))
    }

    /// A chain of operators, from left to right.
    pub(super) fn arithmetic(
        &mut self,
        expression: &ast::Expr,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let mut links = Vec::new();
        let mut rest = expression;
        while let ast::Expr::BinaryOp { left, op, right } = rest
            && is_arithmetic(op)
        {
            links.push((op, &**right));
            rest = left;
            check_chain(links.len(), "operators", LONGEST_CHAIN)?;
        }
        let mut result = self.value(rest, scope, place)?;
        for (operator, right) in links.into_iter().rev() {
            let right = self.value(right, scope, place)?;
            result = self.calculated(result, operator, right)?;
        }
        Ok(result)
    }

    fn calculated(&mut self, left: Term, operator: &ast::BinaryOperator, right: Term) -> Result<Term> {
        use ast::BinaryOperator as Op;
        let is_date = |term: &Term| matches!(term.class(), Class::Date | Class::Moment);
        match operator {
            Op::Plus if is_date(&left) && is_date(&right) => Err(QueryError::invalid(
                "Two dates cannot be added",
                "Add a number of days to a date, or subtract one date from another.",
            )),
            Op::Plus if is_date(&right) => self.days_later(right, left),
            Op::Plus if is_date(&left) => self.days_later(left, right),
            Op::Minus if is_date(&left) && is_date(&right) => {
                Ok(call(Kind::Number, Internal::DaysBetween, vec![left, right]))
            }
            Op::Minus if is_date(&left) => {
                let days = self.number_of(right)?;
                let days = match self.constant(&days) {
                    Some(Value::Integer(days)) => self.literal(Value::Integer(days.saturating_neg()))?,
                    _ => {
                        let kind = number_kind(&days);
                        Term::new(kind, pieces!["(-", days, ")"])
                    }
                };
                self.days_later(left, days)
            }
            Op::Plus
                if self
                    .constant_text(&left)
                    .or(self.constant_text(&right))
                    .is_some_and(|text| text.trim().parse::<f64>().is_err()) =>
            {
                Err(QueryError::unsupported("`+` for texts", "Join texts with `||`."))
            }
            _ => {
                let (left, right) = (self.number_of(left)?, self.number_of(right)?);
                if *operator == Op::Divide {
                    return Ok(call(Kind::Number, Internal::Divide, vec![left, right]));
                }
                let word = match operator {
                    Op::Plus => " + ",
                    Op::Minus => " - ",
                    _ => " * ",
                };
                let kind = match (number_kind(&left), number_kind(&right)) {
                    (Kind::Integer, Kind::Integer) => Kind::Integer,
                    _ => Kind::Number,
                };
                Ok(Term::new(kind, pieces!["(", left, word, right, ")"]))
            }
        }
    }

    /// A date some days later: a date still where the days are whole by their kind.
    fn days_later(&mut self, date: Term, days: Term) -> Result<Term> {
        let days = self.number_of(days)?;
        let whole = matches!(number_kind(&days), Kind::Integer) && date.class() == Class::Date;
        let (kind, function) = if whole {
            (Kind::Date, Internal::AddDays)
        } else {
            (Kind::DateTime, Internal::AddTime)
        };
        Ok(call(kind, function, vec![date, days]))
    }
}

fn check_chain(length: usize, what: &str, most: usize) -> Result<()> {
    if length > most {
        return Err(QueryError::invalid(
            format!("More than {most} {what} follow each other"),
            "Put some of them into parentheses.",
        ));
    }
    Ok(())
}

pub(super) fn is_arithmetic(operator: &ast::BinaryOperator) -> bool {
    use ast::BinaryOperator as Op;
    matches!(operator, Op::Plus | Op::Minus | Op::Multiply | Op::Divide)
}

/// `Integer` or `Number`.
pub(super) fn number_kind(term: &Term) -> Kind {
    match term.kind {
        Some(Kind::Integer | Kind::Reference { .. }) => Kind::Integer,
        _ => Kind::Number,
    }
}
