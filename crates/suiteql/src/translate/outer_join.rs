//! WHERE: its conditions one by one, of which those marked with `(+)` are joins in Oracle's syntax.

use sqlparser::ast;

use crate::error::QueryError;
use crate::term::{FromItem, Term, source_ids};

use super::scope::{Place, Scope};
use super::{Result, Translator};

impl Translator<'_> {
    /// What WHERE leaves of the rows, and how many of them by ROWNUM. Marked conditions become joins in `from`.
    pub(super) fn filter(
        &mut self,
        condition: Option<&ast::Expr>,
        scope: &Scope<'_>,
        from: &mut Vec<FromItem>,
    ) -> Result<(Vec<Term>, Option<Term>)> {
        let Some(condition) = condition else {
            return Ok((Vec::new(), None));
        };
        let mut filter = Vec::new();
        let mut joins: Vec<(usize, Term)> = Vec::new();
        let mut most = None;
        for condition in conjuncts(condition) {
            if let Some(rows) = self.rownum_limit(condition, scope)? {
                most = Some(most.map_or(rows, |most: i64| most.min(rows)));
                continue;
            }
            self.marked = Some(Vec::new());
            let term = self.condition(condition, scope, Place::WHERE);
            let mut marked = self.marked.take().unwrap_or_default();
            let term = term?;
            marked.sort_unstable();
            marked.dedup();
            match marked.as_slice() {
                [] => filter.push(term),
                [source] => {
                    check_side(condition)?;
                    joins.push((*source, term));
                }
                _ => {
                    return Err(misplaced(
                        "A condition marks two tables with (+)",
                        "Mark the columns of one of them.",
                    ));
                }
            }
        }
        if !joins.is_empty() {
            *from = joined(std::mem::take(from), joins)?;
        }
        let first = most
            .map(|rows| self.literal(crate::value::Value::Integer(rows)))
            .transpose()?;
        Ok((filter, first))
    }
}

pub(super) fn misplaced(what: &str, next: &str) -> QueryError {
    QueryError::invalid(what, next)
}

/// The conditions that all must hold, from left to right.
fn conjuncts(condition: &ast::Expr) -> Vec<&ast::Expr> {
    let mut waiting = vec![condition];
    let mut found = Vec::new();
    while let Some(next) = waiting.pop() {
        match next {
            ast::Expr::BinaryOp {
                left,
                op: ast::BinaryOperator::And,
                right,
            } => waiting.extend([&**right, &**left]),
            ast::Expr::Nested(inner) => waiting.push(inner),
            other => found.push(other),
        }
    }
    found
}

/// SuiteQL takes the mark on the right side of `=` only: on the left it would be a right outer join.
fn check_side(condition: &ast::Expr) -> Result<()> {
    let ast::Expr::BinaryOp { left, right, .. } = condition else {
        return Ok(());
    };
    let is_column =
        |side: &ast::Expr| matches!(side, ast::Expr::Identifier(_) | ast::Expr::CompoundIdentifier(_));
    if matches!(left.as_ref(), ast::Expr::OuterJoin(_)) && is_column(right) {
        return Err(QueryError::unsupported(
            "right outer join with (+)",
            "Swap the sides of the condition, so that (+) stands on the right.",
        ));
    }
    Ok(())
}

/// The sources again, the marked ones behind those they are joined to.
fn joined(from: Vec<FromItem>, joins: Vec<(usize, Term)>) -> Result<Vec<FromItem>> {
    if from
        .iter()
        .any(|item| !item.on.is_empty() || matches!(item.source, crate::term::Source::Joined(_)))
    {
        return Err(QueryError::unsupported(
            "(+) beside JOIN",
            "Use one kind of join in a query: JOIN … ON, or commas and (+).",
        ));
    }
    let own = source_ids(&from);
    let (mut waiting, mut placed): (Vec<FromItem>, Vec<FromItem>) = from.into_iter().partition(|item| {
        let ids = source_ids(std::slice::from_ref(item));
        joins.iter().any(|(source, _)| ids.contains(source))
    });
    while !waiting.is_empty() {
        let ids = source_ids(&placed);
        let is_ready = |item: &FromItem| {
            let this = source_ids(std::slice::from_ref(item));
            let mut ready = true;
            for (_, term) in joins.iter().filter(|(source, _)| this.contains(source)) {
                term.each_column(&mut |column| {
                    let is_own = own.contains(&column.source);
                    ready &= !is_own || this.contains(&column.source) || ids.contains(&column.source);
                });
            }
            ready
        };
        let next = waiting.iter().position(is_ready);
        let Some(next) = next.filter(|_| !placed.is_empty()) else {
            return Err(misplaced(
                "The tables are joined in a circle with (+)",
                "Leave one table unmarked.",
            ));
        };
        let mut item = waiting.remove(next);
        let this = source_ids(std::slice::from_ref(&item));
        item.join = " LEFT JOIN ";
        item.on = joins
            .iter()
            .filter(|(source, _)| this.contains(source))
            .map(|(_, term)| term.clone())
            .collect();
        placed.push(item);
    }
    Ok(placed)
}
