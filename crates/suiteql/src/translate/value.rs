//! Expressions that give a value.

use sqlparser::ast;

use crate::error::QueryError;
use crate::functions::Internal;
use crate::schema::Kind;
use crate::term::{Class, Node, Piece, Term, pieces};
use crate::value::Value;

use super::conversion::{call, list};
use super::outer_join::misplaced;
use super::scope::{Place, Scope};
use super::{Result, Translator};

/// Operands of one chain of `+`, `-`, `*`, `/`: the tree is as deep as the chain is long.
const LONGEST_CHAIN: usize = 200;

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

    fn signed(
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
    fn concatenation(&mut self, expression: &ast::Expr, scope: &Scope<'_>, place: Place) -> Result<Term> {
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
    fn arithmetic(&mut self, expression: &ast::Expr, scope: &Scope<'_>, place: Place) -> Result<Term> {
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

    fn case(
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

    fn cast(&mut self, value: Term, target: &ast::DataType) -> Result<Term> {
        let name = target.to_string().to_uppercase();
        let word = name.split(['(', ' ']).next().unwrap_or_default();
        match word {
            "VARCHAR" | "VARCHAR2" | "NVARCHAR2" | "NVARCHAR" | "CHAR" | "CHARACTER" | "CLOB" => {
                self.text_of(value)
            }
            "NUMBER" | "NUMERIC" | "DECIMAL" | "DEC" | "FLOAT" | "REAL" | "DOUBLE" => self.number_of(value),
            "INTEGER" | "INT" | "SMALLINT" => {
                let value = self.number_of(value)?;
                Ok(call(Kind::Integer, Internal::RoundNumber, vec![value]))
            }
            "DATE" => self.date_of(value),
            "TIMESTAMP" => self.moment_of(value),
            _ => Err(QueryError::unsupported(
                format!("CAST to {word}"),
                "Cast to VARCHAR, NUMBER, INTEGER, DATE or TIMESTAMP.",
            )),
        }
    }

    fn extract(&mut self, field: &ast::DateTimeField, value: Term) -> Result<Term> {
        let unit = field.to_string().to_uppercase();
        if !["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"].contains(&unit.as_str()) {
            return Err(QueryError::unsupported(
                format!("EXTRACT({unit} …)"),
                "Extract YEAR, MONTH, DAY, HOUR, MINUTE or SECOND, or use TO_CHAR.",
            ));
        }
        let (unit, date) = (self.text(&unit)?, self.date_of(value)?);
        Ok(call(Kind::Integer, Internal::Extract, vec![unit, date]))
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

fn check_chain(length: usize, what: &str, most: usize) -> Result<()> {
    if length > most {
        return Err(QueryError::invalid(
            format!("More than {most} {what} follow each other"),
            "Put some of them into parentheses.",
        ));
    }
    Ok(())
}

fn is_arithmetic(operator: &ast::BinaryOperator) -> bool {
    use ast::BinaryOperator as Op;
    matches!(operator, Op::Plus | Op::Minus | Op::Multiply | Op::Divide)
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

/// `Integer` or `Number`.
pub(super) fn number_kind(term: &Term) -> Kind {
    match term.kind {
        Some(Kind::Integer | Kind::Reference { .. }) => Kind::Integer,
        _ => Kind::Number,
    }
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
