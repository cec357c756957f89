//! Paths, expressions, conditions and tallies.

use super::line::{Line, LineError};
use crate::calculation::{
    Calculation, CheckedLine, Comparison, Condition, Expression, Operator, Path, Tally, TallySource,
};

/// Brackets inside each other.
const DEEPEST: usize = 16;

pub(super) fn path(line: &mut Line<'_>) -> Result<Path, LineError> {
    let field = line.word("a field")?.to_owned();
    let of_referred = match line.skip('.') {
        true => Some(line.word("a field of the record it points to")?.to_owned()),
        false => None,
    };
    let of_line = match of_referred.is_some() && line.skip('.') {
        true => Some(checked_line(line)?),
        false => None,
    };
    Ok(Path {
        field,
        of_referred,
        of_line,
    })
}

fn checked_line(line: &mut Line<'_>) -> Result<CheckedLine, LineError> {
    let field = line.word("a field of its lines")?.to_owned();
    if !line.skip_word("if") {
        return line.expected("`if` and a box of its lines");
    }
    let checked = line.word("a box of its lines")?.to_owned();
    Ok(CheckedLine { field, checked })
}

pub(super) fn expression(line: &mut Line<'_>) -> Result<Expression, LineError> {
    sum(line, 0)
}

fn sum(line: &mut Line<'_>, depth: usize) -> Result<Expression, LineError> {
    let mut left = product(line, depth)?;
    loop {
        let operator = if line.skip('+') {
            Operator::Plus
        } else if line.skip('-') {
            Operator::Minus
        } else {
            return Ok(left);
        };
        left = Expression::Of(Box::new(left), operator, Box::new(product(line, depth)?));
    }
}

fn product(line: &mut Line<'_>, depth: usize) -> Result<Expression, LineError> {
    let mut left = term(line, depth)?;
    while line.skip('*') {
        left = Expression::Of(Box::new(left), Operator::Times, Box::new(term(line, depth)?));
    }
    Ok(left)
}

fn term(line: &mut Line<'_>, depth: usize) -> Result<Expression, LineError> {
    if depth > DEEPEST {
        return line.expected("fewer brackets");
    }
    if line.skip('(') {
        let inner = sum(line, depth + 1)?;
        line.mark(')')?;
        return Ok(inner);
    }
    if let Ok(number) = line.number("a number") {
        return Ok(Expression::Number(number));
    }
    let name = line.word("a field, a number or sum(sublist.field)")?;
    if name == "sum" && line.skip('(') {
        let sublist = line.word("a sublist")?.to_owned();
        line.mark('.')?;
        let field = line.word("a field of its lines")?.to_owned();
        line.mark(')')?;
        return Ok(Expression::Sum(sublist, field));
    }
    Ok(Expression::Field(name.to_owned()))
}

/// What follows `when`: `(G: billed >= quantity and billed > 0, B)`.
pub(super) fn cases(line: &mut Line<'_>) -> Result<Calculation, LineError> {
    line.mark('(')?;
    let mut cases = Vec::new();
    loop {
        let choice = line.id()?.to_owned();
        if line.skip(')') {
            return Ok(Calculation::Choice {
                cases,
                otherwise: choice,
            });
        }
        line.mark(':')?;
        let mut conditions = vec![condition(line)?];
        while line.skip_word("and") {
            conditions.push(condition(line)?);
        }
        line.mark(',')?;
        cases.push((choice, conditions));
    }
}

fn condition(line: &mut Line<'_>) -> Result<Condition, LineError> {
    let left = expression(line)?;
    if let Expression::Field(field) = &left
        && line.skip_word("is")
    {
        return Ok(Condition::Is(field.clone(), line.id()?.to_owned()));
    }
    let comparison = match (line.skip('<'), line.skip('>')) {
        (true, false) if line.skip('=') => Comparison::LessOrEqual,
        (true, false) => Comparison::Less,
        (false, true) if line.skip('=') => Comparison::GreaterOrEqual,
        (false, true) => Comparison::Greater,
        _ => return line.expected("`is`, `<`, `<=`, `>` or `>=`"),
    };
    Ok(Condition::Compared(left, comparison, expression(line)?))
}

/// What follows `tally=`.
pub(super) fn tally(line: &mut Line<'_>) -> Result<Tally, LineError> {
    let mut sources = Vec::new();
    loop {
        let record_type = line.word("a record type")?.to_owned();
        line.mark('.')?;
        let first = line.word("a field, or a sublist")?.to_owned();
        let (sublist, field) = match line.skip('.') {
            true => (Some(first), line.word("a field of its lines")?.to_owned()),
            false => (None, first),
        };
        sources.push(TallySource {
            record_type,
            sublist,
            field,
        });
        if !line.skip('+') {
            break;
        }
    }
    if !line.skip_word("by") {
        return line.expected("`by=` and the field that refers here");
    }
    line.mark('=')?;
    let by = path(line)?;
    let within = match line.skip_word("within") {
        true => {
            line.mark('=')?;
            Some(line.word("a field of the same line")?.to_owned())
        }
        false => None,
    };
    Ok(Tally {
        sources,
        by: by.field,
        by_line: by.of_referred,
        within,
    })
}
