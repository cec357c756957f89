//! Oracle's functions over regular expressions. A pattern is matched in time linear in the text: what would take longer,
//! back references and looking around, is refused.

use std::borrow::Cow;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rusqlite::Result;
use rusqlite::types::Value;

use super::{Arguments, Function, Gives, LONGEST_TEXT, Takes, text_value, wrong};

const T: Takes = Takes::Text;
const N: Takes = Takes::Number;
/// What a compiled pattern may take, in bytes.
const LARGEST: usize = 1 << 20;
const LONGEST_PATTERN: usize = 512;
/// Where the pattern stands among the arguments.
const PATTERN: usize = 1;

pub(super) const FUNCTIONS: &[Function] = &[
    // 1 or 0; the translation makes a condition of it.
    Function {
        name: "regexp_like",
        takes: &[T, T, T],
        optional: 1,
        gives: Gives::Integer,
        apply: like,
    },
    Function {
        name: "regexp_substr",
        takes: &[T, T, N, N, T, N],
        optional: 4,
        gives: Gives::Text,
        apply: substr,
    },
    Function {
        name: "regexp_replace",
        takes: &[T, T, T, N, N, T],
        optional: 4,
        gives: Gives::Text,
        apply: replace,
    },
    Function {
        name: "regexp_instr",
        takes: &[T, T, N, N, N, T],
        optional: 4,
        gives: Gives::Integer,
        apply: instr,
    },
    Function {
        name: "regexp_count",
        takes: &[T, T, N, T],
        optional: 2,
        gives: Gives::Integer,
        apply: count,
    },
];

/// A pattern with the options it was compiled for.
struct Compiled {
    options: String,
    regex: Regex,
}

/// `None` where the pattern is NULL. A pattern that is the same for every row is compiled once.
fn pattern(arguments: &Arguments<'_, '_>, options: usize) -> Result<Option<Arc<Compiled>>> {
    if arguments.text(PATTERN).is_none() {
        return Ok(None);
    }
    let options = arguments.text(options).unwrap_or_default();
    let text = arguments.text(PATTERN).unwrap_or_default();
    let known = arguments.0.get_or_create_aux(1, |_| compile(&text, &options))?;
    if known.options == options {
        return Ok(Some(known));
    }
    Ok(Some(Arc::new(compile(&text, &options)?)))
}

fn compile(text: &str, options: &str) -> Result<Compiled> {
    if text.len() > LONGEST_PATTERN {
        return Err(wrong(format!(
            "A pattern is longer than {LONGEST_PATTERN} bytes. Use a shorter one."
        )));
    }
    let mut builder = RegexBuilder::new(text);
    builder.size_limit(LARGEST).dfa_size_limit(LARGEST);
    for option in options.chars() {
        match option {
            'i' => builder.case_insensitive(true),
            'c' => builder.case_insensitive(false),
            'n' => builder.dot_matches_new_line(true),
            'm' => builder.multi_line(true),
            'x' => builder.ignore_whitespace(true),
            _ => {
                return Err(wrong(format!(
                    "`{option}` is no option of a pattern. Use i, c, n, m or x."
                )));
            }
        };
    }
    let regex = builder.build().map_err(|_| {
        wrong(format!(
            "`{text}` is not a pattern that can be matched here. Leave out back references and looking around."
        ))
    })?;
    let options = options.to_owned();
    Ok(Compiled { options, regex })
}

/// Text and pattern; `None` where one of them is NULL.
fn matched<'a>(
    arguments: &'a Arguments<'_, '_>,
    options: usize,
) -> Result<Option<(Cow<'a, str>, Arc<Compiled>)>> {
    let compiled = pattern(arguments, options)?;
    Ok(arguments.text(0).zip(compiled))
}

/// Where the search begins, in bytes; the argument counts characters from one.
fn start(arguments: &Arguments<'_, '_>, index: usize, text: &str) -> Result<usize> {
    let position = arguments.integer(index)?.unwrap_or(1);
    let before =
        usize::try_from(position - 1).map_err(|_| wrong("A position in a text begins at 1.".to_owned()))?;
    let byte = text.char_indices().nth(before).map(|(byte, _)| byte);
    Ok(byte.unwrap_or(text.len()))
}

/// Which occurrence is meant, from zero.
fn occurrence(arguments: &Arguments<'_, '_>, index: usize) -> Result<usize> {
    let number = arguments.integer(index)?.unwrap_or(1);
    usize::try_from(number - 1).map_err(|_| wrong("An occurrence is counted from 1.".to_owned()))
}

fn like(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let Some((text, compiled)) = matched(arguments, 2)? else {
        return Ok(Value::Null);
    };
    Ok(Value::Integer(i64::from(compiled.regex.is_match(&text))))
}

fn substr(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let Some((text, compiled)) = matched(arguments, 4)? else {
        return Ok(Value::Null);
    };
    let (start, nth) = (start(arguments, 2, &text)?, occurrence(arguments, 3)?);
    let group = usize::try_from(arguments.integer(5)?.unwrap_or(0)).unwrap_or(usize::MAX);
    let found = compiled
        .regex
        .captures_iter(text.get(start..).unwrap_or_default())
        .nth(nth)
        .and_then(|captures| Some(captures.get(group)?.as_str().to_owned()));
    Ok(found.map_or(Value::Null, text_value))
}

fn instr(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let Some((text, compiled)) = matched(arguments, 5)? else {
        return Ok(Value::Null);
    };
    let (start, nth) = (start(arguments, 2, &text)?, occurrence(arguments, 3)?);
    let behind = arguments.integer(4)?.unwrap_or(0) != 0;
    let found = compiled
        .regex
        .find_iter(text.get(start..).unwrap_or_default())
        .nth(nth);
    let place = found.map_or(0, |found| {
        let byte = start + if behind { found.end() } else { found.start() };
        text.get(..byte).unwrap_or_default().chars().count() + 1
    });
    Ok(Value::Integer(i64::try_from(place).unwrap_or(i64::MAX)))
}

fn count(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let Some((text, compiled)) = matched(arguments, 3)? else {
        return Ok(Value::Null);
    };
    let start = start(arguments, 2, &text)?;
    let found = compiled
        .regex
        .find_iter(text.get(start..).unwrap_or_default())
        .count();
    Ok(Value::Integer(i64::try_from(found).unwrap_or(i64::MAX)))
}

/// Of every occurrence, or the one that is named; `\1` is the first group.
fn replace(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let Some(text) = arguments.text(0) else {
        return Ok(Value::Null);
    };
    let Some(compiled) = pattern(arguments, 5)? else {
        return Ok(text_value(text));
    };
    let with = arguments.text(2).unwrap_or_default();
    let begins = start(arguments, 3, &text)?;
    let only = arguments.integer(4)?.unwrap_or(0);
    let (before, rest) = text.split_at_checked(begins).unwrap_or((&text, ""));
    let mut made = before.to_owned();
    let mut behind = 0;
    for (index, captures) in compiled.regex.captures_iter(rest).enumerate() {
        let Some(whole) = captures.get(0) else { continue };
        if only != 0 && i64::try_from(index + 1).ok() != Some(only) {
            continue;
        }
        made.push_str(rest.get(behind..whole.start()).unwrap_or_default());
        fill(&mut made, &with, &captures);
        behind = whole.end();
        if made.len() > LONGEST_TEXT {
            return Err(wrong(format!(
                "A text became longer than {LONGEST_TEXT} characters. Use shorter ones."
            )));
        }
    }
    made.push_str(rest.get(behind..).unwrap_or_default());
    Ok(text_value(made))
}

fn fill(made: &mut String, with: &str, captures: &regex::Captures<'_>) {
    let mut letters = with.chars().peekable();
    while let Some(letter) = letters.next() {
        let group = letters.peek().and_then(|next| next.to_digit(10));
        match (letter, group) {
            ('\\', Some(group)) => {
                letters.next();
                let found = usize::try_from(group).ok().and_then(|group| captures.get(group));
                made.push_str(found.map_or("", |found| found.as_str()));
            }
            ('\\', None) if letters.peek() == Some(&'\\') => {
                letters.next();
                made.push('\\');
            }
            _ => made.push(letter),
        }
    }
}
