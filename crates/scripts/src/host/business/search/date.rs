//! Dates of filters: as the account writes them, and those that are named from today.

use countersign_suitescript::HostError;
use jiff::civil::{Date, DateTime};
use serde_json::Value;

use super::term::Sql;

/// A day, a moment, or a range of days: where it begins and where it ends.
pub(super) struct When {
    pub(super) start: Sql,
    pub(super) end: Sql,
    pub(super) has_time: bool,
}

impl When {
    pub(super) fn read(value: &Value) -> Result<Self, HostError> {
        let text = value.as_str().unwrap_or_default().trim();
        if let Some(day) = day(text) {
            let sql = Sql::bound("TO_DATE(?, 'YYYY-MM-DD')", vec![day.to_string().into()]);
            return Ok(Self {
                start: sql.clone(),
                end: sql,
                has_time: false,
            });
        }
        if let Some(moment) = moment(text) {
            let written = moment.strftime("%Y-%m-%d %H:%M:%S").to_string();
            let sql = Sql::bound("TO_DATE(?, 'YYYY-MM-DD HH24:MI:SS')", vec![written.into()]);
            return Ok(Self {
                start: sql.clone(),
                end: sql,
                has_time: true,
            });
        }
        let name = text.to_lowercase();
        if let Some(range) = name.strip_prefix("startof").and_then(named) {
            let start = Sql::plain(format!("BUILTIN.RELATIVE_RANGES('{range}', 'START')"));
            return Ok(Self {
                start: start.clone(),
                end: start,
                has_time: false,
            });
        }
        if let Some(range) = named(&name) {
            let edge = |which| Sql::plain(format!("BUILTIN.RELATIVE_RANGES('{range}', '{which}')"));
            return Ok(Self {
                start: edge("START"),
                end: edge("END"),
                has_time: false,
            });
        }
        let message = format!("Invalid date value {text} (must be M/D/YYYY).");
        Err(HostError::new("INVALID_DATE_VALUE", message))
    }
}

/// `2026-11-22` or `11/22/2026`.
pub(in super::super) fn day(text: &str) -> Option<Date> {
    if let Ok(date) = Date::strptime("%Y-%m-%d", text) {
        return Some(date);
    }
    Date::strptime("%m/%d/%Y", text)
        .ok()
        .filter(|date| date.year() > 0)
}

/// `11/22/2026 3:05 pm`, with seconds or without.
pub(in super::super) fn moment(text: &str) -> Option<DateTime> {
    let upper = text.to_uppercase();
    [
        "%m/%d/%Y %I:%M %p",
        "%m/%d/%Y %I:%M:%S %p",
        "%m/%d/%Y %H:%M",
        "%m/%d/%Y %H:%M:%S",
        "%Y-%m-%dT%H:%M:%SZ",
    ]
    .iter()
    .find_map(|form| DateTime::strptime(form, &upper).ok())
}

/// What `BUILTIN.RELATIVE_RANGES` calls a range that a search names, in lower case.
pub(in super::super) fn named(name: &str) -> Option<String> {
    if let Some(base) = name.strip_suffix("todate") {
        return Some(format!("{}TD", plain(base)?));
    }
    if let Some(code) = plain(name) {
        return Some(code.to_owned());
    }
    let at = name.find(|letter: char| letter.is_ascii_digit())?;
    let (word, count) = name.split_at_checked(at)?;
    let count: u16 = count.parse().ok()?;
    let unit = COUNTED.iter().find(|(counted, _)| *counted == word)?.1;
    Some(format!("{unit}{count}"))
}

fn plain(name: &str) -> Option<&'static str> {
    let found = NAMED.iter().find(|(known, _)| *known == name);
    found.map(|(_, code)| *code)
}

const COUNTED: &[(&str, &str)] = &[
    ("daysago", "DAGO"),
    ("daysfromnow", "DFN"),
    ("weeksago", "WAGO"),
    ("weeksfromnow", "WFN"),
    ("monthsago", "MAGO"),
    ("monthsfromnow", "MFN"),
    ("quartersago", "QAGO"),
    ("quartersfromnow", "QFN"),
    ("yearsago", "YAGO"),
    ("yearsfromnow", "YFN"),
];

const NAMED: &[(&str, &str)] = &[
    ("today", "TODAY"),
    ("yesterday", "YESTERDAY"),
    ("tomorrow", "TOMORROW"),
    ("thisweek", "TW"),
    ("lastweek", "LW"),
    ("nextweek", "NW"),
    ("weekbeforelast", "WBL"),
    ("weekafternext", "WAN"),
    ("thisbusinessweek", "TBW"),
    ("lastbusinessweek", "LBW"),
    ("nextbusinessweek", "NBW"),
    ("thismonth", "TM"),
    ("lastmonth", "LM"),
    ("nextmonth", "NM"),
    ("monthbeforelast", "MBL"),
    ("monthafternext", "MAN"),
    ("thisquarter", "TQ"),
    ("lastquarter", "LQ"),
    ("thisfiscalquarter", "TFQ"),
    ("lastfiscalquarter", "LFQ"),
    ("nextfiscalquarter", "NFQ"),
    ("fiscalquarterbeforelast", "FQBL"),
    ("thisfiscalhalf", "TFH"),
    ("lastfiscalhalf", "LFH"),
    ("nextfiscalhalf", "NFH"),
    ("thisyear", "TY"),
    ("lastyear", "LY"),
    ("nextyear", "NY"),
    ("thisfiscalyear", "TFY"),
    ("lastfiscalyear", "LFY"),
    ("nextfiscalyear", "NFY"),
    ("fiscalyearbeforelast", "FYBL"),
    ("samedaylastweek", "SDLW"),
    ("samedaylastmonth", "SDLM"),
    ("samedaylastfiscalyear", "SDLFY"),
    ("samemonthlastfiscalyear", "SMLFY"),
    ("twodaysago", "DAGO2"),
    ("threedaysago", "DAGO3"),
    ("fourdaysago", "DAGO4"),
    ("fivedaysago", "DAGO5"),
    ("tendaysago", "DAGO10"),
    ("thirtydaysago", "DAGO30"),
    ("sixtydaysago", "DAGO60"),
    ("ninetydaysago", "DAGO90"),
];

#[cfg(test)]
mod tests {
    use super::{day, moment, named};

    #[test]
    fn a_date_is_read_as_the_account_writes_it() {
        assert_eq!(
            day("2/9/2026").map(|day| day.to_string()).as_deref(),
            Some("2026-02-09")
        );
        assert_eq!(
            day("2026-02-09").map(|day| day.to_string()).as_deref(),
            Some("2026-02-09")
        );
        assert_eq!(day("9.2.2026"), None);
        let read = moment("2/9/2026 3:05 pm").map(|moment| moment.to_string());
        assert_eq!(read.as_deref(), Some("2026-02-09T15:05:00"));
    }

    #[test]
    fn a_range_is_named_as_in_a_search() {
        assert_eq!(named("thismonth").as_deref(), Some("TM"));
        assert_eq!(named("lastmonthtodate").as_deref(), Some("LMTD"));
        assert_eq!(named("daysago17").as_deref(), Some("DAGO17"));
        assert_eq!(named("someday"), None);
        assert_eq!(named("daysago9999999"), None);
    }
}
