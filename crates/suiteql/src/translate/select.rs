//! One SELECT: what it selects, groups and sorts by.

use sqlparser::ast;

use crate::error::QueryError;
use crate::term::{Body, Order, OrderBy, Output, Select, Term};
use crate::value::Value;

use super::query::{not_emulated, order_item, position};
use super::scope::{Named, NamedColumn, Place, Scope};
use super::value::shown;
use super::{Result, Translator};

/// Columns of one select; SQLite takes 2,000.
const MOST_COLUMNS: usize = 1_000;

/// What became of a SELECT, with the ORDER BY that was translated in its scope.
pub(super) struct Selected {
    pub(super) body: Body,
    pub(super) outputs: Vec<Output>,
    pub(super) order: Vec<Order>,
    pub(super) limit: Option<Term>,
}

impl Translator<'_> {
    pub(super) fn select(
        &mut self,
        select: &ast::Select,
        order: &[ast::OrderByExpr],
        outer: Option<&Scope<'_>>,
    ) -> Result<Selected> {
        refuse_clauses(select)?;
        let mut scope = Scope::new(self.id(), outer);
        let mut from = self.from(&select.from, &mut scope)?;
        let (filter, first) = self.filter(select.selection.as_ref(), &scope, &mut from)?;
        let grouping = self.grouping(&select.group_by, &scope)?;
        let group = grouping.terms.clone();
        let (terms, outputs) = self.projection(&select.projection, &scope)?;
        let having = select.having.as_ref();
        let having = having
            .map(|having| self.condition(having, &scope, Place::HAVING))
            .transpose()?;
        let distinct = match &select.distinct {
            None | Some(ast::Distinct::All) => false,
            Some(ast::Distinct::Distinct) => true,
            Some(ast::Distinct::On(_)) => {
                return Err(QueryError::unsupported(
                    "DISTINCT ON",
                    "Use DISTINCT or GROUP BY.",
                ));
            }
        };
        let order = self.order(order, &scope, &terms, &outputs, distinct)?;
        let limit = select.top.as_ref().map(|top| self.top(top)).transpose()?;
        let sorted = order.iter().filter_map(|order| match &order.by {
            OrderBy::Term(term) => Some(term),
            OrderBy::Position(_) => None,
        });
        let after_grouping: Vec<&Term> = terms.iter().chain(&having).chain(sorted).collect();
        if !group.is_empty() || having.is_some() || after_grouping.iter().any(|term| term.aggregates()) {
            let own = scope.ids();
            if let Some(what) = after_grouping
                .iter()
                .find_map(|term| term.ungrouped(&group, &own))
            {
                return Err(QueryError::NotGrouped { what });
            }
        }
        let select = Select {
            id: scope.select,
            distinct,
            outputs: terms,
            from,
            filter,
            first,
            numbered: scope.numbered.get(),
            group,
            having,
        };
        let body = grouping.body(select, &order, &outputs)?;
        Ok(Selected {
            body,
            outputs,
            order,
            limit,
        })
    }

    fn projection(
        &mut self,
        items: &[ast::SelectItem],
        scope: &Scope<'_>,
    ) -> Result<(Vec<Term>, Vec<Output>)> {
        let mut terms = Vec::new();
        let mut outputs = Vec::new();
        let mut unnamed = 0;
        let all = |source: &Named, terms: &mut Vec<Term>, outputs: &mut Vec<Output>| {
            for column in &source.columns {
                terms.push(source.term(column));
                outputs.push(output(column));
            }
        };
        for item in items {
            match item {
                ast::SelectItem::Wildcard(options) if is_plain(options) => {
                    for source in &scope.sources {
                        all(source, &mut terms, &mut outputs);
                    }
                }
                ast::SelectItem::QualifiedWildcard(
                    ast::SelectItemQualifiedWildcardKind::ObjectName(name),
                    options,
                ) if is_plain(options) => {
                    let alias = name.to_string().trim_matches('"').to_lowercase();
                    let source = scope.source(&alias);
                    let source = source.ok_or_else(|| QueryError::UnknownTable {
                        name: alias,
                        near: Vec::new(),
                    })?;
                    all(source, &mut terms, &mut outputs);
                }
                ast::SelectItem::UnnamedExpr(expression) => {
                    let term = self.value(expression, scope, Place::SELECT)?;
                    let name = column_name(expression).unwrap_or_else(|| {
                        unnamed += 1;
                        format!("expr{unnamed}")
                    });
                    outputs.push(Output {
                        name,
                        kind: term.kind.clone(),
                    });
                    terms.push(term);
                }
                ast::SelectItem::ExprWithAlias { expr, alias } => {
                    let term = self.value(expr, scope, Place::SELECT)?;
                    let (name, kind) = (alias.value.to_lowercase(), term.kind.clone());
                    outputs.push(Output { name, kind });
                    terms.push(term);
                }
                _ => return Err(QueryError::unsupported("this in SELECT", "Name each column.")),
            }
            if terms.len() > MOST_COLUMNS {
                let what = "The number of columns of a SELECT";
                return Err(QueryError::TooMuch {
                    what,
                    most: MOST_COLUMNS,
                });
            }
        }
        Ok((terms, outputs))
    }

    fn order(
        &mut self,
        order: &[ast::OrderByExpr],
        scope: &Scope<'_>,
        terms: &[Term],
        outputs: &[Output],
        distinct: bool,
    ) -> Result<Vec<Order>> {
        let mut translated = Vec::new();
        for expression in order {
            let position = match position(&expression.expr, outputs)? {
                Some(position) => Ok(position),
                None => {
                    let term = self.value(&expression.expr, scope, Place::ORDER)?;
                    let found = terms.iter().position(|output| *output == term);
                    found.map(|index| index + 1).ok_or(term)
                }
            };
            let (by, never_null) = match position {
                Ok(position) => {
                    let term = terms.get(position - 1);
                    (
                        OrderBy::Position(position),
                        term.is_some_and(|term| scope.is_never_null(term)),
                    )
                }
                Err(_) if distinct => {
                    return Err(QueryError::invalid(
                        format!(
                            "DISTINCT rows cannot be sorted by {}, which is not selected",
                            shown(&expression.expr)
                        ),
                        "Select it too.",
                    ));
                }
                Err(term) => {
                    let never_null = scope.is_never_null(&term);
                    (OrderBy::Term(term), never_null)
                }
            };
            translated.push(order_item(expression, by, never_null)?);
        }
        Ok(translated)
    }

    fn top(&mut self, top: &ast::Top) -> Result<Term> {
        if top.with_ties || top.percent {
            return Err(not_emulated("TOP … PERCENT and WITH TIES"));
        }
        match &top.quantity {
            Some(ast::TopQuantity::Constant(count)) => {
                self.literal(Value::Integer(i64::try_from(*count).unwrap_or(i64::MAX)))
            }
            Some(ast::TopQuantity::Expr(count)) => self.count(count),
            None => Err(QueryError::invalid("TOP has no number", "Write TOP 10.")),
        }
    }
}

fn output(column: &NamedColumn) -> Output {
    Output {
        name: column.name.clone(),
        kind: column.kind.clone(),
    }
}

fn column_name(expression: &ast::Expr) -> Option<String> {
    match expression {
        ast::Expr::Identifier(name) => Some(name.value.to_lowercase()),
        ast::Expr::CompoundIdentifier(names) => names.last().map(|name| name.value.to_lowercase()),
        ast::Expr::Nested(inner) => column_name(inner),
        _ => None,
    }
}

fn is_plain(options: &ast::WildcardAdditionalOptions) -> bool {
    options.opt_ilike.is_none()
        && options.opt_exclude.is_none()
        && options.opt_except.is_none()
        && options.opt_replace.is_none()
        && options.opt_rename.is_none()
        && options.opt_alias.is_none()
}

fn refuse_clauses(select: &ast::Select) -> Result<()> {
    if !select.connect_by.is_empty() {
        return Err(QueryError::NotEmulated {
            what: "CONNECT BY".to_owned(),
            next: "Join the table with itself once for each level, or follow the parents in your program."
                .to_owned(),
        });
    }
    let refused = [
        (select.into.is_some(), "INTO"),
        (select.qualify.is_some(), "QUALIFY"),
        (select.prewhere.is_some(), "PREWHERE"),
        (!select.lateral_views.is_empty(), "LATERAL VIEW"),
        (!select.cluster_by.is_empty(), "CLUSTER BY"),
        (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
        (!select.sort_by.is_empty(), "SORT BY"),
        (!select.named_window.is_empty(), "WINDOW"),
        (select.exclude.is_some(), "EXCLUDE"),
        (select.value_table_mode.is_some(), "AS STRUCT"),
        (select.select_modifiers.is_some(), "modifier of SELECT"),
        (
            !matches!(select.flavor, ast::SelectFlavor::Standard),
            "FROM before SELECT",
        ),
    ];
    match refused.iter().find(|(is_there, _)| *is_there) {
        Some((_, what)) => Err(QueryError::unsupported(*what, "Leave it out.")),
        None => Ok(()),
    }
}
