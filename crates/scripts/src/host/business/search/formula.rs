//! Formulas of columns and filters: Oracle's SQL with `{field}` and `{join.field}` in it.
//!
//! What is written between the names goes into the statement as it is. Attack: a formula that ends the expression it stands in.
//! Its parentheses and quotation marks must be closed within it, in order; the statement around it is checked as any other.

use countersign_suitescript::HostError;

use super::scope::Scope;
use super::term::{Kind, Term};

/// Characters of a formula, as NetSuite's field for it holds.
const LONGEST: usize = 4000;

/// The term that a formula field stands for; nothing where `name` is none. Several of one kind are told apart by numbers behind it.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    let kind = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    Some(match kind.strip_suffix('_').unwrap_or(kind) {
        "formulatext" => Kind::Text,
        "formulanumeric" | "formulapercent" => Kind::Number,
        "formulacurrency" => Kind::Amount,
        "formuladate" => Kind::Date,
        "formuladatetime" => Kind::DateTime,
        _ => return None,
    })
}

pub(super) fn term(scope: &mut Scope<'_>, kind: Kind, formula: &str) -> Result<Term, HostError> {
    if formula.trim().is_empty() || formula.chars().count() > LONGEST {
        return Err(invalid(formula));
    }
    let mut sql = String::from("(");
    let mut open = 0_u32;
    let mut quoted = None;
    let mut letters = formula.chars().peekable();
    while let Some(letter) = letters.next() {
        if let Some(mark) = quoted {
            sql.push(letter);
            if letter == mark {
                quoted = None;
            }
            continue;
        }
        match letter {
            '\'' | '"' => quoted = Some(letter),
            '(' => open += 1,
            ')' => open = open.checked_sub(1).ok_or_else(|| invalid(formula))?,
            ';' | '?' | '`' => return Err(invalid(formula)),
            '-' if letters.peek() == Some(&'-') => return Err(invalid(formula)),
            '/' if letters.peek() == Some(&'*') => return Err(invalid(formula)),
            '{' => {
                let mut name = String::new();
                loop {
                    match letters.next() {
                        Some('}') => break,
                        Some(letter) => name.push(letter),
                        None => return Err(invalid(formula)),
                    }
                }
                sql.push_str(&named(scope, name.trim()).ok_or_else(|| invalid(&name))?);
                continue;
            }
            _ => {}
        }
        sql.push(letter);
    }
    if open > 0 || quoted.is_some() {
        return Err(invalid(formula));
    }
    sql.push(')');
    Ok(Term::new(sql, kind))
}

/// What a name in braces stands for: of a select field what it shows, and its id behind `.id`.
fn named(scope: &mut Scope<'_>, name: &str) -> Option<String> {
    let name = name.to_lowercase();
    match name.as_str() {
        "today" => return Some("TRUNC(SYSDATE)".to_owned()),
        "now" => return Some("SYSDATE".to_owned()),
        _ => {}
    }
    if let Some(field) = name.strip_suffix(".id").or_else(|| name.strip_suffix("#id"))
        && let Some(term) = split(scope, field)
    {
        return Some(term.sql);
    }
    split(scope, &name).map(|term| term.text())
}

fn split(scope: &mut Scope<'_>, name: &str) -> Option<Term> {
    match name.split_once('.') {
        Some((join, field)) => scope.term(Some(join), field).ok(),
        None => scope.term(None, name).ok(),
    }
}

/// Whether an aggregate function stands in a formula, outside its texts and names.
pub(super) fn sums_up(formula: &str) -> bool {
    const AGGREGATES: [&str; 6] = ["SUM", "COUNT", "AVG", "MIN", "MAX", "MEDIAN"];
    let mut word = String::new();
    let mut until = None;
    for letter in formula.chars() {
        if let Some(end) = until {
            if letter == end {
                until = None;
            }
            continue;
        }
        match letter {
            '\'' | '"' => until = Some(letter),
            '{' => until = Some('}'),
            '(' if AGGREGATES.contains(&word.trim_end()) => return true,
            letter if letter.is_alphanumeric() || letter == '_' => {
                if word.ends_with(' ') {
                    word.clear();
                }
                word.push(letter.to_ascii_uppercase());
                continue;
            }
            letter if letter.is_whitespace() => {
                word.push(' ');
                continue;
            }
            _ => {}
        }
        word.clear();
    }
    false
}

fn invalid(formula: &str) -> HostError {
    let shown: String = formula.chars().take(100).collect();
    HostError::new(
        "SSS_INVALID_SRCH_FORMULA",
        format!(
            "Field Not Found or invalid expression in the formula: {shown}. Name fields as {{field}} or {{join.field}}."
        ),
    )
}
