//! The accounting periods of three calendar years: last year, this one and the next, with their quarters.

use countersign_world::UnixTime;
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use super::Seed;
use crate::error::RecordsError;
use crate::record::Stamp;
use crate::value::day_of;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

pub(super) fn add(seed: &Seed<'_>, now: UnixTime, stamp: Stamp) -> Result<usize, RecordsError> {
    let of = seed.declared("accountingPeriod")?;
    let this_year = day_of(now).map_or(1970, Date::year);
    let mut added = 0;
    for year in [this_year - 1, this_year, this_year + 1] {
        let whole = format!("FY {year}");
        let Some(body) = period(&whole, (year, 1, 12), None) else {
            continue;
        };
        added += seed.add(of, &body, stamp)?;
        for quarter in 1..=4_i8 {
            let name = format!("Q{quarter} {year}");
            let first = quarter * 3 - 2;
            if let Some(body) = period(&name, (year, first, first + 2), Some(&whole)) {
                added += seed.add(of, &body, stamp)?;
            }
            for (month, word) in (1_i8..)
                .zip(MONTHS)
                .skip((first - 1).unsigned_abs().into())
                .take(3)
            {
                if let Some(body) = period(&format!("{word} {year}"), (year, month, month), Some(&name)) {
                    added += seed.add(of, &body, stamp)?;
                }
            }
        }
    }
    Ok(added)
}

/// From the first month to the last. Nothing for a year outside the calendar.
fn period(name: &str, (year, first, last): (i16, i8, i8), parent: Option<&str>) -> Option<Map<String, Json>> {
    let start = Date::new(year, first, 1).ok()?;
    let end = Date::new(year, last, 1).ok()?.last_of_month();
    let mut body = json!({
        "externalId": name,
        "periodName": name,
        "startDate": start.to_string(),
        "endDate": end.to_string(),
        "isYear": last - first == 11,
        "isQuarter": last - first == 2,
    });
    if let (Some(parent), Some(body)) = (parent, body.as_object_mut()) {
        body.insert("parent".to_owned(), json!({ "externalId": parent }));
    }
    body.as_object().cloned()
}
