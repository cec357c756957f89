//! FROM: tables the caller may see, queries, and how they are joined.

use countersign_spelling::nearest;
use sqlparser::ast;

use crate::error::QueryError;
use crate::schema::{AnyOf, DUAL, Kind, RowRule};
use crate::term::{BoundRule, FromItem, Node, Source};

use super::query::rename;
use super::scope::{Named, NamedColumn, Place, Scope};
use super::{Result, Translator};

/// SQLite joins no more in one select.
const MOST_SOURCES: usize = 60;

impl Translator<'_> {
    pub(super) fn from(
        &mut self,
        tables: &[ast::TableWithJoins],
        scope: &mut Scope<'_>,
    ) -> Result<Vec<FromItem>> {
        if tables.is_empty() {
            return Err(QueryError::invalid(
                "FROM is missing",
                "Write FROM and a table; FROM dual for none.",
            ));
        }
        let mut from = Vec::new();
        for table in tables {
            let mut joined = self.table_with_joins(table, scope)?;
            let is_one_sided = |item: &FromItem| matches!(item.join, " RIGHT JOIN " | " FULL JOIN ");
            if !from.is_empty() && joined.iter().any(is_one_sided) {
                joined = vec![FromItem {
                    join: "",
                    source: Source::Joined(joined),
                    on: Vec::new(),
                }];
            }
            if let Some(first) = joined.first_mut() {
                first.join = " JOIN ";
            }
            from.append(&mut joined);
        }
        if scope.sources.len() > MOST_SOURCES {
            return Err(QueryError::TooMuch {
                what: "The number of tables in FROM",
                most: MOST_SOURCES,
            });
        }
        Ok(from)
    }

    fn table_with_joins(
        &mut self,
        table: &ast::TableWithJoins,
        scope: &mut Scope<'_>,
    ) -> Result<Vec<FromItem>> {
        let mut from = vec![FromItem {
            join: "",
            source: self.factor(&table.relation, scope)?,
            on: Vec::new(),
        }];
        for join in &table.joins {
            let (word, constraint) = join_word(&join.join_operator)?;
            let source = self.factor(&join.relation, scope)?;
            let on = match constraint {
                ast::JoinConstraint::On(condition) => vec![self.condition(condition, scope, Place::ON)?],
                ast::JoinConstraint::None
                    if matches!(join.join_operator, ast::JoinOperator::CrossJoin(_)) =>
                {
                    Vec::new()
                }
                ast::JoinConstraint::None => {
                    return Err(QueryError::invalid(
                        "A join has no ON",
                        "Write on which columns to join.",
                    ));
                }
                ast::JoinConstraint::Using(_) | ast::JoinConstraint::Natural => {
                    return Err(QueryError::unsupported(
                        "USING or NATURAL",
                        "Write the condition with ON.",
                    ));
                }
            };
            from.push(FromItem {
                join: word,
                source,
                on,
            });
        }
        Ok(from)
    }

    fn factor(&mut self, factor: &ast::TableFactor, scope: &mut Scope<'_>) -> Result<Source> {
        match factor {
            ast::TableFactor::Table {
                name,
                alias,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => {
                let [ast::ObjectNamePart::Identifier(name)] = name.0.as_slice() else {
                    return Err(QueryError::UnknownTable {
                        name: name.to_string(),
                        near: Vec::new(),
                    });
                };
                self.table(&name.value, alias.as_ref(), scope)
            }
            ast::TableFactor::Derived {
                lateral: false,
                subquery,
                alias,
                sample: None,
            } => {
                let mut query = self.query(subquery, scope.outer)?;
                if let Some(alias) = alias {
                    rename(&mut query.outputs, alias)?;
                }
                let id = self.id();
                add(
                    scope,
                    Named {
                        id,
                        alias: alias
                            .as_ref()
                            .map(|alias| alias.name.value.to_lowercase())
                            .unwrap_or_default(),
                        table: "query".to_owned(),
                        columns: NamedColumn::of_outputs(&query.outputs),
                    },
                )?;
                Ok(Source::Derived {
                    id,
                    query: Box::new(query),
                })
            }
            ast::TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => self.deeper(|translator| {
                let from = translator.table_with_joins(table_with_joins, scope)?;
                Ok(Source::Joined(from))
            }),
            _ => Err(QueryError::unsupported("this in FROM", "Use a table or a query.")),
        }
    }

    fn table(
        &mut self,
        written: &str,
        alias: Option<&ast::TableAlias>,
        scope: &mut Scope<'_>,
    ) -> Result<Source> {
        if alias.is_some_and(|alias| !alias.columns.is_empty() || alias.at.is_some()) {
            return Err(QueryError::unsupported(
                "column names for a table",
                "Name them in SELECT.",
            ));
        }
        let name = written.to_lowercase();
        let called = alias.map_or_else(|| name.clone(), |alias| alias.name.value.to_lowercase());
        let id = self.id();
        let named = |table: &str, columns| Named {
            id,
            alias: called.clone(),
            table: table.to_owned(),
            columns,
        };
        if let Some(common) = self.commons.iter().rev().find(|common| common.name == name) {
            let with = common.id;
            add(scope, named(&name, NamedColumn::of_outputs(&common.outputs)))?;
            return Ok(Source::Common { id, with });
        }
        if name == DUAL {
            let dummy = NamedColumn {
                name: "dummy".to_owned(),
                column: "dummy".to_owned(),
                kind: Some(Kind::Text),
                never_null: true,
            };
            add(scope, named(&name, vec![dummy]))?;
            return Ok(Source::Dual { id });
        }
        let Some(table) = self.schema.table(&name).filter(|table| !table.is_for_display) else {
            if self.schema.is_missing(&name) {
                return Err(QueryError::NotEmulated {
                    what: format!("The table {written}"),
                    next: "Query another table, or a NetSuite account.".to_owned(),
                });
            }
            let seen = self.schema.queried().map(|table| table.name.as_str());
            let seen = seen.filter(|name| self.access.rules(name).is_some());
            return Err(QueryError::UnknownTable {
                near: nearest(&name, seen),
                name: written.to_owned(),
            });
        };
        let Some(rules) = self.access.rules(&name) else {
            return Err(QueryError::Hidden { table: name });
        };
        let columns = table.columns.iter().map(|column| NamedColumn {
            name: column.name.clone(),
            column: column.name.clone(),
            kind: Some(column.kind.clone()),
            never_null: column.never_null,
        });
        add(scope, named(&name, columns.collect()))?;
        let rules: Vec<&RowRule> = table.rows.iter().chain(rules).collect();
        Ok(Source::Table {
            id,
            source: table.source.clone(),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            rules: self.rules(&rules)?,
        })
    }

    pub(super) fn rules(&mut self, rules: &[&RowRule]) -> Result<Vec<BoundRule>> {
        let mut bound = Vec::new();
        for rule in rules {
            let (of, any_of) = match &rule.any_of {
                AnyOf::Values(values) => (None, values),
                AnyOf::Rows {
                    source,
                    column,
                    values,
                } => (Some((source.clone(), column.clone())), values),
            };
            let mut values = Vec::new();
            for value in any_of {
                if let Node::Bound(index) = self.literal(value.clone())?.node {
                    values.push(index);
                }
            }
            bound.push(BoundRule {
                column: rule.column.clone(),
                of,
                values,
            });
        }
        Ok(bound)
    }
}

/// A name stands for one source.
fn add(scope: &mut Scope<'_>, named: Named) -> Result<()> {
    if !named.alias.is_empty() && scope.source(&named.alias).is_some() {
        return Err(QueryError::invalid(
            format!("Two tables are called {}", named.alias),
            "Give one of them an alias.",
        ));
    }
    scope.sources.push(named);
    Ok(())
}

fn join_word(operator: &ast::JoinOperator) -> Result<(&'static str, &ast::JoinConstraint)> {
    use ast::JoinOperator as Join;
    match operator {
        Join::Join(on) | Join::Inner(on) | Join::CrossJoin(on) => Ok((" JOIN ", on)),
        Join::Left(on) | Join::LeftOuter(on) => Ok((" LEFT JOIN ", on)),
        Join::Right(on) | Join::RightOuter(on) => Ok((" RIGHT JOIN ", on)),
        Join::FullOuter(on) => Ok((" FULL JOIN ", on)),
        _ => Err(QueryError::unsupported(
            "this kind of join",
            "Use JOIN, LEFT JOIN, RIGHT JOIN, FULL JOIN or CROSS JOIN.",
        )),
    }
}
