//! A query: WITH, SELECT or a union of them, and how many rows of it.

use sqlparser::ast;

use crate::error::QueryError;
use crate::term::{Body, Order, OrderBy, Output, Query, Term};
use crate::value::Value;

use super::scope::{Place, Scope};
use super::value::shown;
use super::{Common, Result, Translator};

impl Translator<'_> {
    pub(super) fn query(&mut self, query: &ast::Query, outer: Option<&Scope<'_>>) -> Result<Query> {
        self.deeper(|translator| {
            let commons = translator.commons.len();
            let result = translator.query_here(query, outer);
            translator.commons.truncate(commons);
            result
        })
    }

    fn query_here(&mut self, query: &ast::Query, outer: Option<&Scope<'_>>) -> Result<Query> {
        if !query.locks.is_empty() || query.for_clause.is_some() {
            return Err(QueryError::unsupported(
                "FOR",
                "Leave it out: SuiteQL only reads.",
            ));
        }
        if query.settings.is_some() || query.format_clause.is_some() || !query.pipe_operators.is_empty() {
            return Err(QueryError::unsupported("SETTINGS, FORMAT or |>", "Leave it out."));
        }
        let with = query
            .with
            .as_ref()
            .map_or(Ok(Vec::new()), |with| self.with(with))?;
        let order = order_expressions(query.order_by.as_ref())?;
        let (limit, offset) = self.row_limits(query)?;
        let (body, outputs, order, top) = match query.body.as_ref() {
            ast::SetExpr::Select(select) => {
                let selected = self.select(select, order, outer)?;
                (selected.body, selected.outputs, selected.order, selected.limit)
            }
            body => {
                let inner = self.set(body, outer)?;
                let order = self.order_of_union(order, &inner.outputs)?;
                let plain = inner.order.is_empty()
                    && inner.limit.is_none()
                    && inner.offset.is_none()
                    && inner.with.is_empty();
                let only_nested = order.is_empty() && limit.is_none() && offset.is_none() && with.is_empty();
                if only_nested {
                    return Ok(inner);
                }
                if !plain {
                    return Err(QueryError::unsupported(
                        "ORDER BY, FETCH or WITH both inside and outside of parentheses",
                        "Make the inner query a table: SELECT * FROM (…).",
                    ));
                }
                (inner.body, inner.outputs, order, None)
            }
        };
        if top.is_some() && limit.is_some() {
            return Err(QueryError::unsupported(
                "TOP together with FETCH",
                "Use one of them.",
            ));
        }
        let limit = limit.or(top);
        Ok(Query {
            with,
            body,
            order,
            limit,
            offset,
            outputs,
        })
    }

    fn with(&mut self, with: &ast::With) -> Result<Vec<(usize, Query)>> {
        if with.recursive {
            return Err(QueryError::unsupported("WITH RECURSIVE", "Leave RECURSIVE out."));
        }
        let mut queries = Vec::new();
        for common in &with.cte_tables {
            let mut query = self.query(&common.query, None)?;
            rename(&mut query.outputs, &common.alias)?;
            let (name, id) = (common.alias.name.value.to_lowercase(), self.id());
            let outputs = query.outputs.clone();
            self.commons.push(Common { name, id, outputs });
            queries.push((id, query));
        }
        Ok(queries)
    }

    /// UNION, INTERSECT, MINUS, and queries in parentheses.
    fn set(&mut self, body: &ast::SetExpr, outer: Option<&Scope<'_>>) -> Result<Query> {
        self.deeper(|translator| match body {
            ast::SetExpr::Query(query) => translator.query(query, outer),
            ast::SetExpr::Select(select) => {
                let selected = translator.select(select, &[], outer)?;
                Ok(Query {
                    with: Vec::new(),
                    body: selected.body,
                    order: Vec::new(),
                    limit: selected.limit,
                    offset: None,
                    outputs: selected.outputs,
                })
            }
            ast::SetExpr::SetOperation {
                op,
                set_quantifier,
                left,
                right,
            } => {
                let operator = set_operator(*op, *set_quantifier)?;
                if let ast::SetExpr::SetOperation { op: inner, .. } = right.as_ref() {
                    return Err(QueryError::unsupported(
                        format!("order between {op} and {inner}"),
                        "Put one of them into parentheses.",
                    ));
                }
                let left = translator.set(left, outer)?;
                let right = translator.set(right, outer)?;
                let outputs = united(&left, &right)?;
                let (left, right) = (Box::new(left), Box::new(right));
                Ok(Query {
                    with: Vec::new(),
                    body: Body::Compound {
                        operator,
                        left,
                        right,
                    },
                    order: Vec::new(),
                    limit: None,
                    offset: None,
                    outputs,
                })
            }
            ast::SetExpr::Values(_) | ast::SetExpr::Table(_) => Err(QueryError::unsupported(
                "VALUES or TABLE",
                "Write SELECT … FROM dual.",
            )),
            _ => Err(QueryError::NotOneSelect),
        })
    }

    fn order_of_union(&mut self, order: &[ast::OrderByExpr], outputs: &[Output]) -> Result<Vec<Order>> {
        let by = |expression: &ast::OrderByExpr| {
            let position = position(&expression.expr, outputs)?;
            let position = position.ok_or_else(|| {
                QueryError::invalid(
                    format!("A union cannot be sorted by {}", shown(&expression.expr)),
                    "Sort by the name or the number of a column of its first query.",
                )
            })?;
            order_item(expression, OrderBy::Position(position), false)
        };
        order.iter().map(by).collect()
    }

    /// FETCH and OFFSET.
    fn row_limits(&mut self, query: &ast::Query) -> Result<(Option<Term>, Option<Term>)> {
        let offset = match &query.limit_clause {
            None => None,
            Some(ast::LimitClause::LimitOffset {
                limit: None,
                offset,
                limit_by,
            }) if limit_by.is_empty() => offset
                .as_ref()
                .map(|offset| self.count(&offset.value))
                .transpose()?,
            Some(_) => {
                return Err(QueryError::unsupported(
                    "LIMIT",
                    "Use FETCH FIRST n ROWS ONLY, or the query parameter ?limit=n.",
                ));
            }
        };
        let limit = match &query.fetch {
            None => None,
            Some(fetch) if fetch.with_ties || fetch.percent => {
                return Err(not_emulated("FETCH … PERCENT and WITH TIES"));
            }
            Some(fetch) => Some(match &fetch.quantity {
                Some(quantity) => self.count(quantity)?,
                None => self.literal(Value::Integer(1))?,
            }),
        };
        Ok((limit, offset))
    }

    /// A number of rows: a literal or a parameter.
    pub(super) fn count(&mut self, expression: &ast::Expr) -> Result<Term> {
        let nowhere = Scope::new(self.id(), None);
        let term = self.value(expression, &nowhere, Place::WHERE)?;
        let count = match self.constant(&term) {
            Some(Value::Integer(count)) if *count >= 0 => Some(*count),
            Some(Value::Text(text)) => text.trim().parse().ok().filter(|count: &i64| *count >= 0),
            _ => None,
        };
        let count = count.ok_or_else(|| {
            QueryError::invalid(
                format!("{} is not a number of rows", shown(expression)),
                "Write a whole number, zero or more.",
            )
        })?;
        self.literal(Value::Integer(count))
    }
}

pub(super) fn not_emulated(what: &str) -> QueryError {
    QueryError::NotEmulated {
        what: what.to_owned(),
        next: "Use another form, or a NetSuite account.".to_owned(),
    }
}

pub(super) fn rename(outputs: &mut [Output], alias: &ast::TableAlias) -> Result<()> {
    if alias.columns.is_empty() {
        return Ok(());
    }
    if alias.columns.len() != outputs.len() {
        return Err(QueryError::invalid(
            format!(
                "{} names {} columns for {}",
                alias.name,
                alias.columns.len(),
                outputs.len()
            ),
            "Name each column.",
        ));
    }
    for (output, column) in outputs.iter_mut().zip(&alias.columns) {
        output.name = column.name.value.to_lowercase();
    }
    Ok(())
}

fn order_expressions(order: Option<&ast::OrderBy>) -> Result<&[ast::OrderByExpr]> {
    match order {
        None => Ok(&[]),
        Some(ast::OrderBy {
            kind: ast::OrderByKind::Expressions(expressions),
            interpolate: None,
        }) => Ok(expressions),
        Some(_) => Err(QueryError::unsupported("ORDER BY ALL", "Name what to sort by.")),
    }
}

/// Oracle sorts NULL as the greatest value.
pub(super) fn order_item(expression: &ast::OrderByExpr, by: OrderBy, never_null: bool) -> Result<Order> {
    if expression.with_fill.is_some() {
        return Err(QueryError::unsupported("WITH FILL", "Leave it out."));
    }
    let descending = expression.options.asc == Some(false);
    let nulls_first = expression.options.nulls_first.unwrap_or(descending);
    Ok(Order {
        by,
        descending,
        nulls_first: (!never_null).then_some(nulls_first),
    })
}

/// Which output is meant by a number, or by a name that is one's alias.
pub(super) fn position(expression: &ast::Expr, outputs: &[Output]) -> Result<Option<usize>> {
    match expression {
        ast::Expr::Value(value) => {
            let ast::Value::Number(digits, _) = &value.value else {
                return Ok(None);
            };
            let position = digits
                .parse()
                .ok()
                .filter(|position| (1..=outputs.len()).contains(position));
            position.map(Some).ok_or_else(|| {
                QueryError::invalid(
                    format!("There is no column number {digits} to sort by"),
                    format!("The query has {} columns.", outputs.len()),
                )
            })
        }
        ast::Expr::Identifier(name) => {
            let name = name.value.to_lowercase();
            Ok(outputs
                .iter()
                .position(|output| output.name == name)
                .map(|index| index + 1))
        }
        _ => Ok(None),
    }
}

fn set_operator(operator: ast::SetOperator, quantifier: ast::SetQuantifier) -> Result<&'static str> {
    use ast::{SetOperator as Op, SetQuantifier as All};
    match (operator, quantifier) {
        (Op::Union, All::None | All::Distinct) => Ok(" UNION "),
        (Op::Union, All::All) => Ok(" UNION ALL "),
        (Op::Intersect, All::None | All::Distinct) => Ok(" INTERSECT "),
        (Op::Minus | Op::Except, All::None | All::Distinct) => Ok(" EXCEPT "),
        _ => Err(QueryError::unsupported(
            format!("{operator} {quantifier}"),
            "Use UNION, UNION ALL, INTERSECT or MINUS.",
        )),
    }
}

/// The columns of a union: the names of its first query, and a kind where both agree.
fn united(left: &Query, right: &Query) -> Result<Vec<Output>> {
    if left.outputs.len() != right.outputs.len() {
        return Err(QueryError::invalid(
            format!(
                "The queries of a union have {} and {} columns",
                left.outputs.len(),
                right.outputs.len()
            ),
            "Select as many in each.",
        ));
    }
    let both = left.outputs.iter().zip(&right.outputs);
    Ok(both
        .map(|(left, right)| Output {
            name: left.name.clone(),
            kind: super::conversion::united_kind(left.kind.as_ref(), right.kind.as_ref()),
        })
        .collect())
}
