//! `BUILTIN.RELATIVE_RANGES`: the first and last day of ranges that are named from today (`TM`, `LFY`, `DAGO30`).
//!
//! Weeks begin on Sunday, and the fiscal year is the calendar year.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// More units than this lead out of the calendar.
const MOST_UNITS: i32 = 10_000;

/// The first and the last day of the range; `None` for a name this account does not know.
pub(crate) fn relative_range(name: &str, today: Date) -> Option<(Date, Date)> {
    let name = name.to_ascii_uppercase();
    if let Some(range) = counted(&name, today) {
        return Some(range);
    }
    let (which, unit) = match name.as_str() {
        "TODAY" => (0, Unit::Day),
        "YESTERDAY" => (-1, Unit::Day),
        "TOMORROW" => (1, Unit::Day),
        // From today to the end of this month.
        "TODAYTTM" => return Some((today, Unit::Months(1).range(today, 0)?.1)),
        "N4W" => return weeks(today, 1, 4),
        "TWN3W" => return weeks(today, 0, 3),
        "TBW" => return business_week(today, 0),
        "LBW" => return business_week(today, -1),
        "NBW" => return business_week(today, 1),
        _ => {
            if let Some(range) = same(&name, today) {
                return Some(range);
            }
            let to_date = name.strip_suffix("TD");
            let (which, unit) = named(to_date.unwrap_or(&name))?;
            if to_date.is_some() {
                return to_date_range(which, unit, today);
            }
            (which, unit)
        }
    };
    unit.range(today, which)
}

/// From the start of the range to the day in it that is as far in as today is.
fn to_date_range(which: i32, unit: Unit, today: Date) -> Option<(Date, Date)> {
    let (this_start, _) = unit.range(today, 0)?;
    let (start, end) = unit.range(today, which)?;
    let days = (today - this_start).get_days();
    let reached = start.checked_add(days.days()).ok()?;
    Some((start, reached.min(end)))
}

/// `DAGO30`: the day thirty days ago; `MFN1`: the day a month from now.
fn counted(name: &str, today: Date) -> Option<(Date, Date)> {
    let digits = name.find(|letter: char| letter.is_ascii_digit())?;
    let (word, count) = name.split_at_checked(digits)?;
    let count: i32 = count.parse().ok().filter(|count| *count <= MOST_UNITS)?;
    let (unit, count) = match word.strip_suffix("AGO") {
        Some(unit) => (unit, -count),
        None => (word.strip_suffix("FN")?, count),
    };
    let span = match unit {
        "D" => count.days(),
        "W" => count.weeks(),
        "M" => count.months(),
        "Q" => (count * 3).months(),
        "Y" | "FY" => count.years(),
        _ => return None,
    };
    let day = today.checked_add(span).ok()?;
    Some((day, day))
}

/// From the first day of one week to the last day of another, counted from this one.
fn weeks(today: Date, first: i32, last: i32) -> Option<(Date, Date)> {
    Some((
        Unit::Week.range(today, first)?.0,
        Unit::Week.range(today, last)?.1,
    ))
}

/// Monday to Sunday, as Oracle's help describes it.
fn business_week(today: Date, which: i32) -> Option<(Date, Date)> {
    let since_monday = i32::from(today.weekday().since(Weekday::Monday));
    let monday = today.checked_add((7 * which - since_monday).days()).ok()?;
    Some((monday, monday.checked_add(6.days()).ok()?))
}

/// The day, or the week of the day, that is today's in an earlier week, month, quarter or year: `SDLM`, `SWLFY`.
fn same(name: &str, today: Date) -> Option<(Date, Date)> {
    let ago = match name.get(2..)? {
        "LW" => 1.week(),
        "WBL" => 2.weeks(),
        "LM" => 1.month(),
        "MBL" => 2.months(),
        "LFQ" => 3.months(),
        "FQBL" => 6.months(),
        "LFY" => 1.year(),
        "FYBL" => 2.years(),
        _ => return None,
    };
    let day = today.checked_sub(ago).ok()?;
    match name.get(..2)? {
        "SD" => Some((day, day)),
        "SW" => Unit::Week.range(day, 0),
        _ => None,
    }
}

/// Ranges that are named by more than one step: how many units from this one.
const STEPPED: &[(&str, i32, Unit)] = &[
    ("WBL", -2, Unit::Week),
    ("WAN", 2, Unit::Week),
    ("MBL", -2, Unit::Months(1)),
    ("MB", -3, Unit::Months(1)),
    ("MAN", 2, Unit::Months(1)),
    ("LMLFQ", -4, Unit::Months(1)),
    ("LMFQBL", -7, Unit::Months(1)),
    ("LMLFY", -13, Unit::Months(1)),
    ("LMFYBL", -25, Unit::Months(1)),
    ("SMLFQ", -3, Unit::Months(1)),
    ("SMFQBL", -6, Unit::Months(1)),
    ("SMLFY", -12, Unit::Months(1)),
    ("SMFYBL", -24, Unit::Months(1)),
    ("FQBL", -2, Unit::Months(3)),
    ("FQB", -3, Unit::Months(3)),
    ("LFQLFY", -5, Unit::Months(3)),
    ("LFQFYBL", -9, Unit::Months(3)),
    ("SFQLFY", -4, Unit::Months(3)),
    ("SFQFYBL", -8, Unit::Months(3)),
    ("FHBL", -2, Unit::Months(6)),
    ("LFHLFY", -3, Unit::Months(6)),
    ("SFHLFY", -2, Unit::Months(6)),
    ("FYBL", -2, Unit::Months(12)),
    ("FYB", -3, Unit::Months(12)),
    ("OYBL", -2, Unit::Months(12)),
];

fn named(name: &str) -> Option<(i32, Unit)> {
    if let Some((_, which, unit)) = STEPPED.iter().find(|(stepped, ..)| *stepped == name) {
        return Some((*which, *unit));
    }
    let (which, unit) = match name {
        name if name.starts_with('T') => (0, name.get(1..)?),
        name if name.starts_with('L') => (-1, name.get(1..)?),
        name if name.starts_with('N') => (1, name.get(1..)?),
        _ => return None,
    };
    let unit = match unit {
        "W" => Unit::Week,
        "M" | "FM" => Unit::Months(1),
        "Q" | "FQ" => Unit::Months(3),
        "FH" => Unit::Months(6),
        "Y" | "FY" => Unit::Months(12),
        _ => return None,
    };
    Some((which, unit))
}

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Months(i8),
}

impl Unit {
    /// The first and last day of the unit that is `which` units after the one with this day.
    fn range(self, day: Date, which: i32) -> Option<(Date, Date)> {
        let (first, length) = match self {
            Self::Day => (day, 1.day()),
            Self::Week => {
                let since_sunday = i32::from(day.weekday().since(Weekday::Sunday));
                (day.checked_sub(since_sunday.days()).ok()?, 1.week())
            }
            Self::Months(months) => {
                let month = (day.month() - 1) / months * months + 1;
                (Date::new(day.year(), month, 1).ok()?, i32::from(months).months())
            }
        };
        let first = first.checked_add(length.checked_mul(which.into()).ok()?).ok()?;
        let next = first.checked_add(length).ok()?;
        Some((first, next.yesterday().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ranges_are_counted_from_today() {
        let today = date(2026, 11, 22); // a Sunday
        let range = |name: &str| relative_range(name, today).map(|(start, end)| format!("{start} {end}"));
        assert_eq!(range("TODAY").as_deref(), Some("2026-11-22 2026-11-22"));
        assert_eq!(range("TM").as_deref(), Some("2026-11-01 2026-11-30"));
        assert_eq!(range("LM").as_deref(), Some("2026-10-01 2026-10-31"));
        assert_eq!(range("TQ").as_deref(), Some("2026-10-01 2026-12-31"));
        assert_eq!(range("NY").as_deref(), Some("2027-01-01 2027-12-31"));
        assert_eq!(range("lfy").as_deref(), Some("2025-01-01 2025-12-31"));
        assert_eq!(range("TW").as_deref(), Some("2026-11-22 2026-11-28"));
        assert_eq!(range("LW").as_deref(), Some("2026-11-15 2026-11-21"));
        assert_eq!(range("TYTD").as_deref(), Some("2026-01-01 2026-11-22"));
        assert_eq!(range("LMTD").as_deref(), Some("2026-10-01 2026-10-22"));
        assert_eq!(range("DAGO30").as_deref(), Some("2026-10-23 2026-10-23"));
        assert_eq!(range("MFN1").as_deref(), Some("2026-12-22 2026-12-22"));
        assert_eq!(range("MBL").as_deref(), Some("2026-09-01 2026-09-30"));
        assert_eq!(range("MBLTD").as_deref(), Some("2026-09-01 2026-09-22"));
        assert_eq!(range("FYBL").as_deref(), Some("2024-01-01 2024-12-31"));
        assert_eq!(range("LFQLFY").as_deref(), Some("2025-07-01 2025-09-30"));
        assert_eq!(range("LFQFYBL").as_deref(), Some("2024-07-01 2024-09-30"));
        assert_eq!(range("SFHLFY").as_deref(), Some("2025-07-01 2025-12-31"));
        assert_eq!(range("SMLFY").as_deref(), Some("2025-11-01 2025-11-30"));
        assert_eq!(range("SDLM").as_deref(), Some("2026-10-22 2026-10-22"));
        assert_eq!(range("SDLFY").as_deref(), Some("2025-11-22 2025-11-22"));
        assert_eq!(range("SWLFY").as_deref(), Some("2025-11-16 2025-11-22"));
        assert_eq!(range("TBW").as_deref(), Some("2026-11-16 2026-11-22"));
        assert_eq!(range("LBW").as_deref(), Some("2026-11-09 2026-11-15"));
        assert_eq!(range("N4W").as_deref(), Some("2026-11-29 2026-12-26"));
        assert_eq!(range("TODAYTTM").as_deref(), Some("2026-11-22 2026-11-30"));
        assert_eq!(range("LRH"), None, "what a rolling half is nobody has told");
        assert_eq!(range("WHENEVER"), None);
        assert_eq!(range("DAGO99999999999"), None);
        assert_eq!(range("T€"), None);
    }
}
