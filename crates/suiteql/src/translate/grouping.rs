//! GROUP BY: what rows are grouped by, and ROLLUP, CUBE and GROUPING SETS, which group them in several ways at once.

use std::collections::BTreeSet;

use sqlparser::ast;

use crate::error::QueryError;
use crate::schema::Kind;
use crate::term::{Body, Node, Order, OrderBy, Output, Query, Select, Term, pieces};

use super::query::not_emulated;
use super::scope::{Place, Scope};
use super::{Result, Translator};

/// Ways to group one SELECT; CUBE doubles them with each column.
const MOST_SETS: usize = 64;

/// What rows are grouped by.
pub(super) struct Grouping {
    /// Everything that is named, once.
    pub(super) terms: Vec<Term>,
    /// One for each way to group: places in `terms`.
    sets: Vec<BTreeSet<usize>>,
}

impl Translator<'_> {
    pub(super) fn grouping(&mut self, groups: &ast::GroupByExpr, scope: &Scope<'_>) -> Result<Grouping> {
        let ast::GroupByExpr::Expressions(expressions, modifiers) = groups else {
            return Err(QueryError::unsupported("GROUP BY ALL", "Name what to group by."));
        };
        if !modifiers.is_empty() {
            return Err(QueryError::unsupported("modifier of GROUP BY", "Leave it out."));
        }
        let mut grouping = Grouping {
            terms: Vec::new(),
            sets: vec![BTreeSet::new()],
        };
        for expression in expressions {
            let ways = match expression {
                ast::Expr::Rollup(parts) => {
                    let parts = self.parts(parts, scope, &mut grouping.terms)?;
                    (0..=parts.len())
                        .rev()
                        .map(|kept| parts.iter().take(kept).flatten().copied().collect())
                        .collect()
                }
                ast::Expr::Cube(parts) => {
                    let parts = self.parts(parts, scope, &mut grouping.terms)?;
                    if parts.len() >= MOST_SETS.ilog2() as usize {
                        return Err(too_many());
                    }
                    (0..1_usize << parts.len())
                        .rev()
                        .map(|chosen| {
                            let parts = parts.iter().rev().enumerate();
                            let kept = parts.filter(|(bit, _)| chosen >> bit & 1 == 1);
                            kept.flat_map(|(_, part)| part).copied().collect()
                        })
                        .collect()
                }
                ast::Expr::GroupingSets(sets) => self.parts(sets, scope, &mut grouping.terms)?,
                plain => vec![self.part(std::slice::from_ref(plain), scope, &mut grouping.terms)?],
            };
            grouping.cross(&ways)?;
        }
        Ok(grouping)
    }

    fn parts(
        &mut self,
        parts: &[Vec<ast::Expr>],
        scope: &Scope<'_>,
        terms: &mut Vec<Term>,
    ) -> Result<Vec<BTreeSet<usize>>> {
        parts.iter().map(|part| self.part(part, scope, terms)).collect()
    }

    fn part(
        &mut self,
        part: &[ast::Expr],
        scope: &Scope<'_>,
        terms: &mut Vec<Term>,
    ) -> Result<BTreeSet<usize>> {
        let mut places = BTreeSet::new();
        for expression in part {
            let term = self.value(expression, scope, Place::GROUP)?;
            let known = terms.iter().position(|known| *known == term);
            places.insert(known.unwrap_or(terms.len()));
            if known.is_none() {
                terms.push(term);
            }
        }
        Ok(places)
    }
}

impl Grouping {
    /// Each way so far, together with each of these.
    fn cross(&mut self, ways: &[BTreeSet<usize>]) -> Result<()> {
        if self.sets.len() * ways.len() > MOST_SETS {
            return Err(too_many());
        }
        let both = |set: &BTreeSet<usize>| ways.iter().map(|way| set | way).collect::<Vec<_>>();
        self.sets = self.sets.iter().flat_map(both).collect();
        Ok(())
    }

    /// One SELECT, or one for each way to group with the rows of all: what a way leaves out is NULL in its rows.
    pub(super) fn body(self, select: Select, order: &[Order], outputs: &[Output]) -> Result<Body> {
        let [_, _, ..] = self.sets.as_slice() else {
            return Ok(Body::Select(Box::new(select)));
        };
        if order.iter().any(|order| matches!(order.by, OrderBy::Term(_))) {
            return Err(not_emulated(
                "ORDER BY something that ROLLUP or CUBE does not select",
            ));
        }
        let mut made: Option<Body> = None;
        for set in &self.sets {
            let body = Body::Select(Box::new(self.grouped(&select, set)));
            made = Some(match made {
                None => body,
                Some(before) => Body::Compound {
                    operator: " UNION ALL ",
                    left: Box::new(of_body(before, outputs)),
                    right: Box::new(of_body(body, outputs)),
                },
            });
        }
        Ok(made.unwrap_or_else(|| Body::Select(Box::new(select))))
    }

    fn grouped(&self, select: &Select, set: &BTreeSet<usize>) -> Select {
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        for (place, term) in self.terms.iter().enumerate() {
            if set.contains(&place) {
                &mut kept
            } else {
                &mut gone
            }
            .push(term.clone());
        }
        let mut select = select.clone();
        for output in &mut select.outputs {
            *output = output.without(&gone);
        }
        select.having = select.having.map(|having| having.without(&gone));
        if kept.is_empty() {
            // Grouped by nothing, which SQLite sees only where something is aggregated.
            let some = Term {
                kind: Some(Kind::Integer),
                node: Node::Aggregate(pieces!["count(*)"]),
            };
            let always = Term::condition(pieces!["(", some, " >= 0)"]);
            select.having = Some(match select.having {
                None => always,
                Some(having) => Term::condition(pieces!["(", having, " AND ", always, ")"]),
            });
        }
        select.group = kept;
        select
    }
}

fn of_body(body: Body, outputs: &[Output]) -> Query {
    Query {
        with: Vec::new(),
        body,
        order: Vec::new(),
        limit: None,
        offset: None,
        outputs: outputs.to_vec(),
    }
}

fn too_many() -> QueryError {
    QueryError::TooMuch {
        what: "The number of ways to group",
        most: MOST_SETS,
    }
}
