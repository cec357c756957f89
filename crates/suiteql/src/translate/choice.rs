//! Values of which one is chosen: CASE, DECODE and NVL2.

use sqlparser::ast;

use crate::term::{Node, Term, pieces};

use super::call::next;
use super::scope::{Place, Scope};
use super::{Result, Translator};

impl Translator<'_> {
    pub(super) fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        branches: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
        scope: &Scope<'_>,
        place: Place,
    ) -> Result<Term> {
        let mut conditions = Vec::new();
        let mut results = Vec::new();
        for branch in branches {
            conditions.push(match operand {
                None => self.condition(&branch.condition, scope, place)?,
                Some(operand) => {
                    let operand = self.value(operand, scope, place)?;
                    let value = self.value(&branch.condition, scope, place)?;
                    let (operand, value) = self.comparable(operand, value)?;
                    Term::condition(pieces![operand, " = ", value])
                }
            });
            results.push(self.value(&branch.result, scope, place)?);
        }
        results.push(match otherwise {
            Some(otherwise) => self.value(otherwise, scope, place)?,
            None => Term::null(),
        });
        let (kind, results) = self.alike(results)?;
        let mut pieces = pieces!["CASE"];
        let mut results = results.into_iter();
        for (condition, result) in conditions.into_iter().zip(results.by_ref()) {
            pieces.extend(pieces![" WHEN ", condition, " THEN ", result]);
        }
        if let Some(otherwise) = results.next() {
            pieces.extend(pieces![" ELSE ", otherwise]);
        }
        pieces.push(" END".into());
        Ok(Term {
            kind,
            node: Node::Sql(pieces),
        })
    }

    pub(super) fn nvl2(&mut self, value: Term, there: Term, missing: Term) -> Result<Term> {
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

    /// To DECODE, NULL equals NULL. A blob stands for it, which equals nothing that can be stored.
    pub(super) fn decode(&mut self, arguments: Vec<Term>) -> Result<Term> {
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
}
