//! Oracle's format models for dates (`YYYY-MM-DD HH24:MI:SS`), and the two forms in which dates are stored.
//!
//! A model writes and reads. Reading is as lenient as Oracle's: any punctuation stands for any other, and a number may
//! have fewer digits than its element.

mod reading;
mod writing;

use jiff::civil::{Date, DateTime, Weekday};

use reading::Reading;

/// Longer than any model anyone needs.
const LONGEST: usize = 200;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// A stored date or moment: `YYYY-MM-DD`, or that with `THH:MM:SSZ`.
pub(crate) fn stored(text: &str) -> Option<DateTime> {
    let date = text.get(..10)?;
    let separated = date.get(4..5) == Some("-") && date.get(7..8) == Some("-");
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<i8>().ok());
    let year = date.get(..4)?.parse::<i16>().ok()?;
    let day = Date::new(year, number(5..7)?, number(8..10)?).ok()?;
    if !separated {
        return None;
    }
    if text.len() == 10 {
        return Some(day.at(0, 0, 0, 0));
    }
    let time = jiff::civil::Time::new(number(11..13)?, number(14..16)?, number(17..19)?, 0).ok()?;
    Some(day.to_datetime(time))
}

pub(crate) fn store_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

pub(crate) fn store_moment(moment: DateTime) -> String {
    let (date, time) = (store_date(moment.date()), moment.time());
    format!(
        "{date}T{:02}:{:02}:{:02}Z",
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Case {
    Upper,
    Title,
    Lower,
}

#[derive(Clone, Debug, PartialEq)]
enum Element {
    Year4,
    Year3,
    Year2,
    /// `RR` and `RRRR`: two digits below 50 are of this century.
    RoundYear,
    IsoYear,
    Quarter,
    Month2,
    MonthShort(Case),
    MonthLong(Case),
    Day,
    DayOfYear,
    DayOfWeek,
    WeekdayShort(Case),
    WeekdayLong(Case),
    WeekOfYear,
    WeekOfMonth,
    IsoWeek,
    Hour24,
    Hour12,
    Minute,
    Second,
    SecondsOfDay,
    /// `FF`, `FF3`: so many digits; moments are kept to the second.
    Fraction(usize),
    RomanMonth(Case),
    /// `YEAR`: in words.
    YearInWords(Case),
    /// Days since the year 4713 before Christ.
    Julian,
    Century,
    Meridiem(Case, bool),
    /// `FM`: from here on, or no longer, without padding.
    Fill,
    Text(String),
}

/// A format model.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DateModel(Vec<Element>);

/// The element a word stands for, its case taken over.
type Made = fn(Case) -> Element;

/// Longest first, so that `MONTH` is not read as `MON` and `TH`.
const WORDS: &[(&str, Made)] = &[
    ("MONTH", Element::MonthLong),
    ("YEAR", Element::YearInWords),
    ("SSSSS", |_| Element::SecondsOfDay),
    ("YYYY", |_| Element::Year4),
    ("RRRR", |_| Element::RoundYear),
    ("IYYY", |_| Element::IsoYear),
    ("HH24", |_| Element::Hour24),
    ("HH12", |_| Element::Hour12),
    ("A.M.", |case| Element::Meridiem(case, true)),
    ("P.M.", |case| Element::Meridiem(case, true)),
    ("YYY", |_| Element::Year3),
    ("MON", Element::MonthShort),
    ("DDD", |_| Element::DayOfYear),
    ("DAY", Element::WeekdayLong),
    ("YY", |_| Element::Year2),
    ("RR", |_| Element::RoundYear),
    ("MM", |_| Element::Month2),
    ("MI", |_| Element::Minute),
    ("DD", |_| Element::Day),
    ("DY", Element::WeekdayShort),
    ("HH", |_| Element::Hour12),
    ("SS", |_| Element::Second),
    ("AM", |case| Element::Meridiem(case, false)),
    ("PM", |case| Element::Meridiem(case, false)),
    ("FF1", |_| Element::Fraction(1)),
    ("FF2", |_| Element::Fraction(2)),
    ("FF3", |_| Element::Fraction(3)),
    ("FF4", |_| Element::Fraction(4)),
    ("FF5", |_| Element::Fraction(5)),
    ("FF6", |_| Element::Fraction(6)),
    ("FF7", |_| Element::Fraction(7)),
    ("FF8", |_| Element::Fraction(8)),
    ("FF9", |_| Element::Fraction(9)),
    ("FF", |_| Element::Fraction(6)),
    ("RM", Element::RomanMonth),
    ("CC", |_| Element::Century),
    ("WW", |_| Element::WeekOfYear),
    ("IW", |_| Element::IsoWeek),
    ("FM", |_| Element::Fill),
    ("W", |_| Element::WeekOfMonth),
    ("Q", |_| Element::Quarter),
    ("D", |_| Element::DayOfWeek),
    ("J", |_| Element::Julian),
    // The radix character.
    ("X", |_| Element::Text(".".to_owned())),
];
/// Formats of the territory, which is America: what each is short for.
const SHORT: &[(&str, &str)] = &[
    ("DS", "fmMM/DD/YYYYfm"),
    ("DL", "fmDay, Month DD, YYYYfm"),
    ("TS", "fmHHfm:MI:SS AM"),
];

impl DateModel {
    /// # Errors
    ///
    /// What is not a format model of Oracle's, in words.
    pub(crate) fn parse(model: &str) -> Result<Self, String> {
        if model.len() > LONGEST {
            return Err(format!("A date format is at most {LONGEST} characters long."));
        }
        let mut elements = Vec::new();
        let mut rest = model;
        while let Some(first) = rest.chars().next() {
            let upper = rest.to_ascii_uppercase();
            if let Some((word, meant)) = SHORT.iter().find(|(word, _)| upper.starts_with(word)) {
                elements.extend(Self::parse(meant)?.0);
                rest = rest.get(word.len()..).unwrap_or_default();
            } else if let Some((word, element)) = WORDS.iter().find(|(word, _)| upper.starts_with(word)) {
                let (written, after) = rest.split_at_checked(word.len()).unwrap_or((rest, ""));
                elements.push(element(case_of(written)));
                rest = after;
            } else if first == '"' {
                let quoted = rest.get(1..).unwrap_or_default();
                let (text, after) = quoted
                    .split_once('"')
                    .ok_or("A quotation in a date format does not end; close it with a double quote.")?;
                elements.push(Element::Text(text.to_owned()));
                rest = after;
            } else if first.is_alphanumeric() {
                return Err(format!(
                    "`{model}` is not a date format: `{rest}` is no element of one."
                ));
            } else {
                elements.push(Element::Text(first.to_string()));
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
        Ok(Self(elements))
    }

    /// Whether it says anything of the time of day.
    pub(crate) fn has_time(&self) -> bool {
        self.0.iter().any(|element| {
            matches!(
                element,
                Element::Hour24
                    | Element::Hour12
                    | Element::Minute
                    | Element::Second
                    | Element::SecondsOfDay
                    | Element::Fraction(_)
                    | Element::Meridiem(..)
            )
        })
    }

    pub(crate) fn write(&self, moment: DateTime) -> String {
        let mut text = String::new();
        let mut padded = true;
        for element in &self.0 {
            if *element == Element::Fill {
                padded = !padded;
            } else {
                text.push_str(&element.write(moment, padded));
            }
        }
        text
    }

    /// The moment that `text` says; what it does not say is the first day of `now`'s month, at midnight.
    ///
    /// # Errors
    ///
    /// Where the text does not fit the model, in words.
    pub(crate) fn read(&self, text: &str, now: DateTime) -> Result<DateTime, String> {
        let mut read = Reading::new(text, now);
        for element in &self.0 {
            if !read.take(element) {
                return Err(format!("`{text}` is not a date in the format that is asked for."));
            }
        }
        read.finish()
            .ok_or_else(|| format!("`{text}` is not a date of the calendar."))
    }
}

pub(crate) fn seconds_of_day(moment: DateTime) -> i32 {
    let time = moment.time();
    i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second())
}

/// The weekday with this name or its first three letters.
pub(crate) fn weekday(name: &str) -> Option<Weekday> {
    let index = named(&DAYS, name).filter(|(_, length)| *length == name.len())?.0;
    Weekday::from_monday_one_offset(index).ok()
}

/// Which of the names `text` begins with, counted from one, and how long it was; whole names before their first letters.
fn named(names: &[&str], text: &str) -> Option<(i8, usize)> {
    let begins = |name: &str| {
        text.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let whole = names
        .iter()
        .position(|name| begins(name))
        .map(|index| (index, names.get(index)));
    let found = whole
        .map(|(index, name)| (index, name.map_or(3, |name| name.len())))
        .or_else(|| {
            let short = names.iter().position(|name| name.get(..3).is_some_and(begins))?;
            Some((short, 3))
        });
    found.and_then(|(index, length)| Some((i8::try_from(index + 1).ok()?, length)))
}

fn case_of(written: &str) -> Case {
    let mut letters = written.chars().filter(|letter| letter.is_alphabetic());
    match (letters.next(), letters.next()) {
        (Some(first), _) if first.is_lowercase() => Case::Lower,
        (_, Some(second)) if second.is_lowercase() => Case::Title,
        _ => Case::Upper,
    }
}

#[cfg(test)]
mod tests;
