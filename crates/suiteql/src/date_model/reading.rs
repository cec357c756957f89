//! Reading a date, element by element, as leniently as Oracle does.

use jiff::civil::{Date, DateTime};

use super::{DAYS, Element, MONTHS, named};

/// What was read of a text so far.
pub(super) struct Reading<'a> {
    rest: &'a str,
    now: DateTime,
    year: i16,
    month: i8,
    day: i8,
    day_of_year: Option<i16>,
    hour: i8,
    minute: i8,
    second: i8,
    afternoon: Option<bool>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str, now: DateTime) -> Self {
        Self {
            rest: text.trim(),
            now,
            year: now.date().year(),
            month: now.date().month(),
            day: 1,
            day_of_year: None,
            hour: 0,
            minute: 0,
            second: 0,
            afternoon: None,
        }
    }

    /// Whether the rest began with what the element asks for.
    pub(super) fn take(&mut self, element: &Element) -> bool {
        match element {
            Element::Text(text) => return self.take_punctuation(text),
            Element::Fill => return true,
            _ => {}
        }
        self.rest = self.rest.trim_start();
        match element {
            Element::Year4 | Element::IsoYear => self.number(4).map(|year| self.year = year),
            Element::Year3 => self
                .number(3)
                .map(|year| self.year = self.now.date().year() / 1000 * 1000 + year),
            Element::Year2 => self
                .number(2)
                .map(|year| self.year = self.now.date().year() / 100 * 100 + year),
            Element::RoundYear => self.number(4).map(|year| {
                self.year = match year {
                    0..50 => 2000 + year,
                    50..100 => 1900 + year,
                    _ => year,
                }
            }),
            Element::Month2 => self.small(2).map(|month| self.month = month),
            Element::MonthShort(_) | Element::MonthLong(_) => {
                self.name(&MONTHS).map(|month| self.month = month)
            }
            Element::Day => self.small(2).map(|day| self.day = day),
            Element::DayOfYear => self.number(3).map(|day| self.day_of_year = Some(day)),
            Element::WeekdayShort(_) | Element::WeekdayLong(_) => self.name(&DAYS).map(|_| ()),
            Element::DayOfWeek => self.small(1).map(|_| ()),
            Element::Hour24 => self.small(2).map(|hour| self.hour = hour),
            Element::Hour12 => self.small(2).filter(|hour| (1..=12).contains(hour)).map(|hour| {
                self.hour = hour;
                self.afternoon.get_or_insert(false);
            }),
            Element::Minute => self.small(2).map(|minute| self.minute = minute),
            Element::Second => self.small(2).map(|second| self.second = second),
            Element::Fraction(_) => self.fraction(),
            Element::Meridiem(..) => self.meridiem(),
            _ => None,
        }
        .is_some()
    }

    fn take_punctuation(&mut self, text: &str) -> bool {
        for expected in text.chars() {
            let Some(found) = self.rest.chars().next() else {
                return true;
            };
            let fits = if expected.is_alphanumeric() {
                found == expected
            } else {
                !found.is_alphanumeric()
            };
            if !fits {
                return false;
            }
            self.rest = self.rest.get(found.len_utf8()..).unwrap_or_default();
        }
        true
    }

    fn number(&mut self, most: usize) -> Option<i16> {
        let digits = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (number, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        number.parse().ok()
    }

    /// Any number of digits, which are not kept.
    fn fraction(&mut self) -> Option<()> {
        let digits = self.rest.bytes().take(9).take_while(u8::is_ascii_digit).count();
        self.rest = self.rest.get(digits..)?;
        Some(())
    }

    fn small(&mut self, most: usize) -> Option<i8> {
        self.number(most).and_then(|number| i8::try_from(number).ok())
    }

    fn name(&mut self, names: &[&str]) -> Option<i8> {
        let (number, length) = named(names, self.rest)?;
        self.rest = self.rest.get(length..)?;
        Some(number)
    }

    fn meridiem(&mut self) -> Option<()> {
        let letters: String = self
            .rest
            .chars()
            .take(4)
            .filter(|letter| *letter != '.')
            .take(2)
            .collect();
        let afternoon = match letters.to_ascii_uppercase().as_str() {
            "AM" => false,
            "PM" => true,
            _ => return None,
        };
        let length = if self.rest.get(1..2) == Some(".") { 4 } else { 2 };
        self.rest = self.rest.get(length..)?;
        self.afternoon = Some(afternoon);
        Some(())
    }

    pub(super) fn finish(self) -> Option<DateTime> {
        if !self.rest.trim().is_empty() {
            return None;
        }
        let hour = match self.afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let date = match self.day_of_year {
            Some(day) => jiff::civil::date(self.year, 1, 1)
                .with()
                .day_of_year(day)
                .build()
                .ok()?,
            None => Date::new(self.year, self.month, self.day).ok()?,
        };
        let time = jiff::civil::Time::new(hour, self.minute, self.second, 0).ok()?;
        (date.year() > 0).then(|| date.to_datetime(time))
    }
}
