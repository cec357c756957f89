//! What the translation itself calls: operators and conversions whose meaning in Oracle is not SQLite's.

use jiff::ToSpan;
use jiff::civil::DateTime;
use rusqlite::Result;
use rusqlite::types::{Value, ValueRef};

use super::{Apply, Arguments, date, number, number_value, read_number, text_value, wrong};
use crate::date_model::{DateModel, store_date, store_moment};

/// Each of them once: the word in [`Internal`], the name in a statement, and what it does.
macro_rules! internal {
    ($($word:ident $name:literal => $apply:expr,)*) => {
        /// A call the translation makes.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) enum Internal {
            $($word,)*
        }

        impl Internal {
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$word => $name,)*
                }
            }
        }

        /// By their whole names.
        pub(super) const FUNCTIONS: &[(&str, Apply)] = &[$(($name, $apply),)*];
    };
}

internal! {
    Divide "ns_divide" => number::divide,
    Like "ns_like" => like,
    Concat "ns_concat" => concat,
    NumberText "ns_number_text" => |a| {
        Ok(a.text(0).map_or(Value::Null, |text| text_value(as_text(&text))))
    },
    DateText "ns_date_text" => date_text,
    ReadNumber "ns_read_number" => number_read,
    ReadDate "ns_read_date" => |a| {
        Ok(read(a)?.map_or(Value::Null, |moment| Value::Text(store_date(moment.date()))))
    },
    ReadMoment "ns_read_moment" => |a| {
        Ok(read(a)?.map_or(Value::Null, |moment| Value::Text(store_moment(moment))))
    },
    NumberModel "ns_number_model" => number_model,
    Midnight "ns_midnight" => |a| {
        Ok(a.date(0)?
            .map_or(Value::Null, |moment| Value::Text(store_moment(moment))))
    },
    AddDays "ns_add_days" => |a| {
        Ok(date::add_days(a)?.map_or(Value::Null, |moment| Value::Text(store_date(moment.date()))))
    },
    AddTime "ns_add_time" => |a| {
        Ok(date::add_days(a)?.map_or(Value::Null, |moment| Value::Text(store_moment(moment))))
    },
    DaysBetween "ns_days_between" => date::days_between,
    RoundNumber "ns_round_number" => |a| to_decimals(a, super::round_to),
    CutNumber "ns_cut_number" => |a| to_decimals(a, number::cut_to),
    RoundDate "ns_round_date" => |a| to_unit(a, true),
    CutDate "ns_cut_date" => |a| to_unit(a, false),
    CutText "ns_cut_text" => cut_text,
    Extract "ns_extract" => extract,
}

/// A number as a text has no zero before its point.
fn as_text(number: &str) -> String {
    let (sign, digits) = number
        .strip_prefix('-')
        .map_or(("", number), |digits| ("-", digits));
    let digits = digits
        .strip_prefix('0')
        .filter(|digits| digits.starts_with('.'))
        .unwrap_or(digits);
    format!("{sign}{digits}")
}

/// As many letters of a text as there is room for.
fn cut_text(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(text), Some(room)) = (arguments.text(0), arguments.number(1)?) else {
        return Ok(Value::Null);
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of a float saturates"
    )]
    let room = room as usize;
    Ok(text_value(text.chars().take(room).collect::<String>()))
}

/// NULL is the empty text here, and only here.
fn concat(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let parts = (0..arguments.len()).filter_map(|index| arguments.text(index));
    Ok(text_value(parts.fold(String::new(), |whole, part| whole + &part)))
}

/// `LIKE`: `%`, `_`, case matters. The third argument is the escape character.
fn like(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(text), Some(pattern)) = (arguments.text(0), arguments.text(1)) else {
        return Ok(Value::Null);
    };
    let escape = arguments.text(2).and_then(|escape| escape.chars().next());
    let mut places = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        places.push(if Some(letter) == escape {
            let literal = letters.next();
            Place::Letter(
                literal
                    .ok_or_else(|| wrong("The pattern of LIKE ends with its escape character.".to_owned()))?,
            )
        } else {
            match letter {
                '%' => Place::Any,
                '_' => Place::One,
                letter => Place::Letter(letter),
            }
        });
    }
    if places.len() > MOST_PLACES {
        return Err(wrong(format!(
            "A pattern of LIKE has at most {MOST_PLACES} characters."
        )));
    }
    Ok(Value::Integer(matches_places(&text, &places).into()))
}

/// So that matching, at worst their product with the text's length, stays short.
const MOST_PLACES: usize = 1000;

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Any,
    One,
    Letter(char),
}

/// Goes back to the last `%` only: no text takes longer than its length times the pattern's.
fn matches_places(text: &str, places: &[Place]) -> bool {
    let mut rest = text.chars();
    let mut at = 0;
    let mut again: Option<(std::str::Chars<'_>, usize)> = None;
    loop {
        if places.get(at) == Some(&Place::Any) {
            at += 1;
            again = Some((rest.clone(), at));
            continue;
        }
        let before = rest.clone();
        match (rest.next(), places.get(at)) {
            (None, None) => return true,
            (Some(_), Some(Place::One)) => at += 1,
            (Some(letter), Some(Place::Letter(expected))) if letter == *expected => at += 1,
            (None, _) => return false,
            _ => {
                rest = before;
                let Some((from, after)) = &mut again else {
                    return false;
                };
                if from.next().is_none() {
                    return false;
                }
                rest.clone_from(from);
                at = *after;
            }
        }
    }
}

fn date_text(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(moment), Some(model)) = (arguments.date(0)?, arguments.text(1)) else {
        return Ok(Value::Null);
    };
    Ok(text_value(DateModel::parse(&model).map_err(wrong)?.write(moment)))
}

/// Arguments: the text, its model, and the moment it is now.
fn read(arguments: &Arguments<'_, '_>) -> Result<Option<DateTime>> {
    let (Some(text), Some(model), Some(now)) = (arguments.text(0), arguments.text(1), arguments.date(2)?)
    else {
        return Ok(None);
    };
    DateModel::parse(&model)
        .and_then(|model| model.read(&text, now))
        .map(Some)
        .map_err(wrong)
}

/// With a model, currency signs and thousands separators are left out.
fn number_read(arguments: &Arguments<'_, '_>) -> Result<Value> {
    if let ValueRef::Integer(integer) = arguments.raw(0) {
        return Ok(Value::Integer(integer));
    }
    let Some(text) = arguments.text(0) else {
        return Ok(Value::Null);
    };
    if arguments.len() < 2 {
        return number_value(read_number(&text)?);
    }
    let plain: String = text
        .chars()
        .filter(|letter| !matches!(letter, '$' | ','))
        .collect();
    number_value(read_number(&plain)?)
}

fn number_model(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(number), Some(model)) = (arguments.number(0)?, arguments.text(1)) else {
        return Ok(Value::Null);
    };
    Ok(text_value(
        crate::number_model::write(number, &model).map_err(wrong)?,
    ))
}

fn to_decimals(arguments: &Arguments<'_, '_>, round: impl Fn(f64, i64) -> f64) -> Result<Value> {
    let decimals = if arguments.len() > 1 {
        arguments.integer(1)?
    } else {
        Some(0)
    };
    match (arguments.number(0)?, decimals) {
        (Some(number), Some(decimals)) => number_value(round(number, decimals)),
        _ => Ok(Value::Null),
    }
}

/// The date at the start of its day, month, quarter, year or week; rounded, at the nearest one.
fn to_unit(arguments: &Arguments<'_, '_>, nearest: bool) -> Result<Value> {
    let model = if arguments.len() > 1 {
        arguments.text(1)
    } else {
        Some("DD".into())
    };
    let (Some(moment), Some(model)) = (arguments.date(0)?, model) else {
        return Ok(Value::Null);
    };
    let cut = |moment: DateTime| start_of(moment, &model.to_ascii_uppercase());
    let unknown = || {
        wrong(format!(
            "`{model}` is no unit to cut a date to: use DD, D, IW, W, WW, MM, Q or YYYY."
        ))
    };
    let start = cut(moment).ok_or_else(unknown)?;
    if !nearest {
        return Ok(Value::Text(store_date(start.date())));
    }
    let half = match model.to_ascii_uppercase().as_str() {
        "DD" | "DDD" | "J" => moment.checked_add(12.hours()),
        "MM" | "MON" | "MONTH" => moment.checked_add(if moment.day() > 15 { 1.month() } else { 0.months() }),
        "Q" => moment.checked_add(if moment.day() > 15 { 2.months() } else { 1.month() }),
        "D" | "DAY" | "DY" | "IW" | "W" | "WW" => moment.checked_add((3.days()).hours(12)),
        _ => moment.checked_add(6.months()),
    };
    let rounded = half.ok().and_then(cut).ok_or_else(unknown)?;
    Ok(Value::Text(store_date(rounded.date())))
}

fn start_of(moment: DateTime, unit: &str) -> Option<DateTime> {
    let date = moment.date();
    let month = |month: i8| jiff::civil::Date::new(date.year(), month, 1).ok();
    let back = |days: i8| date.checked_sub(i32::from(days).days()).ok();
    let start = match unit {
        "DD" | "DDD" | "J" => Some(date),
        "D" | "DAY" | "DY" => back(date.weekday().to_sunday_zero_offset()),
        "IW" => back(date.weekday().to_monday_zero_offset()),
        // Weeks that begin with the month, and with the year.
        "W" => back((date.day() - 1) % 7),
        "WW" => back(i8::try_from((date.day_of_year() - 1) % 7).ok()?),
        "MM" | "MON" | "MONTH" => month(date.month()),
        "Q" => month((date.month() - 1) / 3 * 3 + 1),
        "YYYY" | "YEAR" | "YY" | "Y" | "RRRR" | "SYYYY" | "IYYY" => month(1),
        _ => None,
    };
    start.map(|date| date.at(0, 0, 0, 0))
}

/// Arguments: the unit, the date.
fn extract(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(unit), Some(moment)) = (arguments.text(0), arguments.date(1)?) else {
        return Ok(Value::Null);
    };
    let number: i64 = match unit.as_ref() {
        "YEAR" => moment.year().into(),
        "MONTH" => moment.month().into(),
        "DAY" => moment.day().into(),
        "HOUR" => moment.hour().into(),
        "MINUTE" => moment.minute().into(),
        _ => moment.second().into(),
    };
    Ok(Value::Integer(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts_and_case_matters() {
        use Place::{Any, Letter, One};
        assert!(matches_places("Acme", &[Letter('A'), Any]));
        assert!(!matches_places("acme", &[Letter('A'), Any]));
        assert!(matches_places("Acme", &[Any, Letter('m'), One]));
        assert!(matches_places("aab", &[Any, Letter('a'), Letter('b')]));
        assert!(!matches_places("", &[One]));
        assert!(matches_places("", &[Any]));
        assert!(!matches_places("abc", &[Letter('a'), Letter('b')]));
    }

    #[test]
    fn a_pattern_made_to_be_slow_is_not() {
        let text = "a".repeat(20_000);
        let places: Vec<Place> = [Place::Any, Place::Letter('a')]
            .into_iter()
            .cycle()
            .take(900)
            .chain([Place::Letter('b')])
            .collect();
        assert!(!matches_places(&text, &places));
    }

    #[test]
    fn every_call_of_the_translation_is_registered_and_is_no_other_function() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        crate::functions::register(&connection).unwrap();
        for (name, _) in FUNCTIONS {
            let sql = "SELECT count(*) FROM pragma_function_list WHERE name = ?1";
            let registered: u32 = connection.query_row(sql, [name], |row| row.get(0)).unwrap();
            assert_eq!(registered, 1, "{name}");
            let public = name.strip_prefix(super::super::PREFIX).unwrap();
            assert!(
                super::super::named(public).is_none(),
                "{name} is a function of SuiteQL, too"
            );
        }
    }
}
