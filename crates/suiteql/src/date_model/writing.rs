//! Writing a date, element by element.

use jiff::civil::{Date, DateTime};

use super::{Case, DAYS, Element, MONTHS, seconds_of_day};

const ROMAN: [&str; 12] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
];
/// A day whose number in Julian's count is known.
const EPOCH: Date = jiff::civil::date(2000, 1, 1);
const EPOCH_JULIAN: i64 = 2_451_545;

impl Element {
    pub(super) fn write(&self, moment: DateTime, padded: bool) -> String {
        let (date, time) = (moment.date(), moment.time());
        let (year, month, day) = (i32::from(date.year()), date.month(), date.day());
        let number = |value: i32, width: usize| {
            if padded {
                format!("{value:0width$}")
            } else {
                value.to_string()
            }
        };
        let name = |names: &[&str], number: i8, case: Case| {
            let index = usize::try_from(number - 1).unwrap_or_default();
            in_case(names.get(index).copied().unwrap_or_default(), case)
        };
        let weekday = date.weekday();
        match self {
            Self::Year4 | Self::RoundYear => number(year, 4),
            Self::Year3 => number(year.rem_euclid(1000), 3),
            Self::Year2 => number(year.rem_euclid(100), 2),
            Self::IsoYear => number(i32::from(date.iso_week_date().year()), 4),
            Self::Quarter => ((month + 2) / 3).to_string(),
            Self::Month2 => number(month.into(), 2),
            Self::MonthShort(case) => name(&MONTHS, month, *case).chars().take(3).collect(),
            Self::MonthLong(case) => pad(name(&MONTHS, month, *case), padded),
            Self::Day => number(day.into(), 2),
            Self::DayOfYear => number(date.day_of_year().into(), 3),
            Self::DayOfWeek => weekday.to_sunday_one_offset().to_string(),
            Self::WeekdayShort(case) => name(&DAYS, weekday.to_monday_one_offset(), *case)
                .chars()
                .take(3)
                .collect(),
            Self::WeekdayLong(case) => pad(name(&DAYS, weekday.to_monday_one_offset(), *case), padded),
            Self::WeekOfYear => number(i32::from((date.day_of_year() - 1) / 7 + 1), 2),
            Self::WeekOfMonth => ((day - 1) / 7 + 1).to_string(),
            Self::IsoWeek => number(date.iso_week_date().week().into(), 2),
            Self::Hour24 => number(time.hour().into(), 2),
            Self::Hour12 => number(i32::from((time.hour() + 11) % 12 + 1), 2),
            Self::Minute => number(time.minute().into(), 2),
            Self::Second => number(time.second().into(), 2),
            Self::SecondsOfDay => number(seconds_of_day(moment), 5),
            Self::Fraction(digits) => "0".repeat(*digits),
            Self::RomanMonth(case) => {
                let roman = name(&ROMAN, month, *case);
                if padded { format!("{roman:<4}") } else { roman }
            }
            Self::YearInWords(case) => in_case(&year_in_words(year), *case),
            Self::Julian => (date.duration_since(EPOCH).as_hours() / 24 + EPOCH_JULIAN).to_string(),
            Self::Century => number((year + 99).div_euclid(100), 2),
            Self::Meridiem(case, dotted) => {
                let word = match (time.hour() < 12, dotted) {
                    (true, false) => "AM",
                    (false, false) => "PM",
                    (true, true) => "A.M.",
                    (false, true) => "P.M.",
                };
                in_case(word, *case)
            }
            Self::Fill => String::new(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// `twenty twenty-four`, as Oracle writes a year: its hundreds, then the rest.
fn year_in_words(year: i32) -> String {
    const ONES: [&str; 20] = [
        "Zero",
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
        "Thirteen",
        "Fourteen",
        "Fifteen",
        "Sixteen",
        "Seventeen",
        "Eighteen",
        "Nineteen",
    ];
    const TENS: [&str; 10] = [
        "", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety",
    ];
    let word = |words: &[&'static str], number: i32| {
        let index = usize::try_from(number).unwrap_or_default();
        words.get(index).copied().unwrap_or_default()
    };
    let below_hundred = |number: i32| match (number / 10, number % 10) {
        (0 | 1, _) => word(&ONES, number).to_owned(),
        (tens, 0) => word(&TENS, tens).to_owned(),
        (tens, ones) => format!("{}-{}", word(&TENS, tens), word(&ONES, ones)),
    };
    match (year / 100, year % 100) {
        (0, rest) => below_hundred(rest),
        (hundreds, 0) if hundreds % 10 == 0 => format!("{} Thousand", below_hundred(hundreds / 10)),
        (hundreds, 0) => format!("{} Hundred", below_hundred(hundreds)),
        (hundreds, rest @ ..10) if hundreds % 10 == 0 => {
            format!(
                "{} Thousand {}",
                below_hundred(hundreds / 10),
                below_hundred(rest)
            )
        }
        (hundreds, rest @ ..10) => format!("{} Oh-{}", below_hundred(hundreds), below_hundred(rest)),
        (hundreds, rest) => format!("{} {}", below_hundred(hundreds), below_hundred(rest)),
    }
}

fn in_case(word: &str, case: Case) -> String {
    match case {
        Case::Upper => word.to_uppercase(),
        Case::Lower => word.to_lowercase(),
        Case::Title => word.to_owned(),
    }
}

/// Oracle pads names to the longest one.
fn pad(name: String, padded: bool) -> String {
    if padded { format!("{name:<9}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::year_in_words;

    #[test]
    fn a_year_is_written_in_words() {
        assert_eq!(year_in_words(1999), "Nineteen Ninety-Nine");
        assert_eq!(year_in_words(2000), "Two Thousand");
        assert_eq!(year_in_words(2009), "Two Thousand Nine");
    }
}
