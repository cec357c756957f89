//! Functions over text. Places are counted in characters, from one; negative ones from the end.

use rusqlite::Result;
use rusqlite::types::Value;

use super::{Arguments, Function, Gives, LONGEST_TEXT, Takes, text_value, wrong};

const T: Takes = Takes::Text;
const N: Takes = Takes::Number;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "upper",
        takes: &[T],
        optional: 0,
        gives: Gives::Text,
        apply: |a| map(a, str::to_uppercase),
    },
    Function {
        name: "lower",
        takes: &[T],
        optional: 0,
        gives: Gives::Text,
        apply: |a| map(a, str::to_lowercase),
    },
    Function {
        name: "initcap",
        takes: &[T],
        optional: 0,
        gives: Gives::Text,
        apply: |a| map(a, initcap),
    },
    Function {
        name: "length",
        takes: &[T],
        optional: 0,
        gives: Gives::Integer,
        apply: length,
    },
    Function {
        name: "substr",
        takes: &[T, N, N],
        optional: 1,
        gives: Gives::Text,
        apply: substr,
    },
    Function {
        name: "instr",
        takes: &[T, T, N, N],
        optional: 2,
        gives: Gives::Integer,
        apply: instr,
    },
    Function {
        name: "replace",
        takes: &[T, T, T],
        optional: 1,
        gives: Gives::Text,
        apply: replace,
    },
    Function {
        name: "translate",
        takes: &[T, T, T],
        optional: 0,
        gives: Gives::Text,
        apply: translate,
    },
    Function {
        name: "lpad",
        takes: &[T, N, T],
        optional: 1,
        gives: Gives::Text,
        apply: |a| pad(a, true),
    },
    Function {
        name: "rpad",
        takes: &[T, N, T],
        optional: 1,
        gives: Gives::Text,
        apply: |a| pad(a, false),
    },
    Function {
        name: "trim",
        takes: &[T, T],
        optional: 1,
        gives: Gives::Text,
        apply: |a| trim(a, true, true),
    },
    Function {
        name: "ltrim",
        takes: &[T, T],
        optional: 1,
        gives: Gives::Text,
        apply: |a| trim(a, true, false),
    },
    Function {
        name: "rtrim",
        takes: &[T, T],
        optional: 1,
        gives: Gives::Text,
        apply: |a| trim(a, false, true),
    },
    Function {
        name: "ascii",
        takes: &[T],
        optional: 0,
        gives: Gives::Integer,
        apply: ascii,
    },
    Function {
        name: "chr",
        takes: &[N],
        optional: 0,
        gives: Gives::Text,
        apply: chr,
    },
];

fn map(arguments: &Arguments<'_, '_>, change: impl Fn(&str) -> String) -> Result<Value> {
    Ok(arguments
        .text(0)
        .map_or(Value::Null, |text| text_value(change(&text))))
}

fn initcap(text: &str) -> String {
    let mut inside = false;
    let capital = |letter: char| {
        let begins = !std::mem::replace(&mut inside, letter.is_alphanumeric());
        if begins {
            letter.to_uppercase().collect::<String>()
        } else {
            letter.to_lowercase().collect()
        }
    };
    text.chars().map(capital).collect()
}

fn length(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let length = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    Ok(arguments
        .text(0)
        .map_or(Value::Null, |text| Value::Integer(length(&text))))
}

/// The place counted from zero, or `None` before the first character.
fn place(from: i64, length: usize) -> Option<usize> {
    match from {
        0 => Some(0),
        1.. => usize::try_from(from - 1).ok(),
        _ => length.checked_sub(usize::try_from(from.unsigned_abs()).ok()?),
    }
}

fn substr(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(text), Some(from)) = (arguments.text(0), arguments.integer(1)?) else {
        return Ok(Value::Null);
    };
    let count = match (arguments.len(), arguments.integer(2)?) {
        (3, None) => return Ok(Value::Null),
        (3, Some(count)) => usize::try_from(count).unwrap_or(0),
        _ => usize::MAX,
    };
    let Some(start) = place(from, text.chars().count()) else {
        return Ok(Value::Null);
    };
    Ok(text_value(
        text.chars().skip(start).take(count).collect::<String>(),
    ))
}

fn instr(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(text), Some(sought)) = (arguments.text(0), arguments.text(1)) else {
        return Ok(Value::Null);
    };
    let from = if arguments.len() > 2 {
        arguments.integer(2)?
    } else {
        Some(1)
    };
    let nth = if arguments.len() > 3 {
        arguments.integer(3)?
    } else {
        Some(1)
    };
    let (Some(from), Some(nth)) = (from, nth) else {
        return Ok(Value::Null);
    };
    let nth = usize::try_from(nth).ok().and_then(|nth| nth.checked_sub(1));
    let nth = nth.ok_or_else(|| wrong("INSTR looks for the first occurrence or a later one.".to_owned()))?;
    let starts: Vec<usize> = text.char_indices().map(|(byte, _)| byte).collect();
    let Some(start) = place(from, starts.len()).filter(|_| from != 0) else {
        return Ok(Value::Integer(0));
    };
    let before = |byte: usize| starts.partition_point(|start| *start < byte);
    let found = if from < 0 {
        let mut back = text
            .rmatch_indices(sought.as_ref())
            .map(|(byte, _)| before(byte))
            .filter(|at| *at <= start);
        back.nth(nth)
    } else {
        let offset = starts.get(start).copied().unwrap_or(text.len());
        let rest = text.get(offset..).unwrap_or_default();
        rest.match_indices(sought.as_ref())
            .nth(nth)
            .map(|(byte, _)| before(byte + offset))
    };
    Ok(Value::Integer(
        found.map_or(0, |place| i64::try_from(place + 1).unwrap_or(0)),
    ))
}

/// Without a third argument, what is sought is removed.
fn replace(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let Some(text) = arguments.text(0) else {
        return Ok(Value::Null);
    };
    let Some(sought) = arguments.text(1) else {
        return Ok(text_value(text));
    };
    let with = arguments.text(2).unwrap_or_default();
    let grown = text.matches(sought.as_ref()).count().saturating_mul(with.len());
    if grown > LONGEST_TEXT * 256 {
        return Err(wrong(
            "REPLACE made a text that is too long. Replace less.".to_owned(),
        ));
    }
    Ok(text_value(text.replace(sought.as_ref(), &with)))
}

fn translate(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(text), Some(from), Some(to)) = (arguments.text(0), arguments.text(1), arguments.text(2)) else {
        return Ok(Value::Null);
    };
    if from.len() > LONGEST_TEXT {
        return Err(wrong(
            "TRANSLATE takes at most 4000 characters to translate.".to_owned(),
        ));
    }
    let mut table = std::collections::HashMap::new();
    let mut to = to.chars();
    for letter in from.chars() {
        let becomes = to.next();
        table.entry(letter).or_insert(becomes);
    }
    let changed = text
        .chars()
        .filter_map(|letter| table.get(&letter).copied().unwrap_or(Some(letter)));
    Ok(text_value(changed.collect::<String>()))
}

fn pad(arguments: &Arguments<'_, '_>, left: bool) -> Result<Value> {
    let (Some(text), Some(width)) = (arguments.text(0), arguments.integer(1)?) else {
        return Ok(Value::Null);
    };
    let with = if arguments.len() > 2 {
        arguments.text(2)
    } else {
        Some(" ".into())
    };
    let Some(with) = with else {
        return Ok(Value::Null);
    };
    let width = usize::try_from(width).unwrap_or(0).min(LONGEST_TEXT);
    let missing = width.saturating_sub(text.chars().count());
    let padding = with.chars().cycle().take(missing);
    let whole: String = if left {
        padding.chain(text.chars()).take(width).collect()
    } else {
        text.chars().chain(padding).take(width).collect()
    };
    Ok(text_value(whole))
}

fn trim(arguments: &Arguments<'_, '_>, left: bool, right: bool) -> Result<Value> {
    let set = if arguments.len() > 1 {
        arguments.text(1)
    } else {
        Some(" ".into())
    };
    let (Some(text), Some(set)) = (arguments.text(0), set) else {
        return Ok(Value::Null);
    };
    let set: std::collections::HashSet<char> = set.chars().collect();
    let mut rest = text.as_ref();
    if left {
        rest = rest.trim_start_matches(|letter| set.contains(&letter));
    }
    if right {
        rest = rest.trim_end_matches(|letter| set.contains(&letter));
    }
    Ok(text_value(rest))
}

fn ascii(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let first = arguments.text(0).and_then(|text| text.chars().next());
    Ok(first.map_or(Value::Null, |letter| Value::Integer(u32::from(letter).into())))
}

fn chr(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let Some(code) = arguments.integer(0)? else {
        return Ok(Value::Null);
    };
    let letter = u32::try_from(code).ok().and_then(char::from_u32);
    letter
        .map(text_value)
        .ok_or_else(|| wrong(format!("{code} is no character. CHR takes the code of one.")))
}
