//! Clocks of other places, for `format.Timezone`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// Year, month, day, hour, minute and second that a clock shows there. What is beyond the calendar is its end.
pub(crate) fn clock(millis: i64, name: &str) -> [i16; 6] {
    let at = Timestamp::from_millisecond(millis).unwrap_or(match millis {
        ..0 => Timestamp::MIN,
        0.. => Timestamp::MAX,
    });
    let clock = named(name).to_datetime(at);
    [
        clock.year(),
        clock.month().into(),
        clock.day().into(),
        clock.hour().into(),
        clock.minute().into(),
        clock.second().into(),
    ]
}

/// The milliseconds since 1970 at which a clock there shows this; `None` for what no clock shows. Of an hour that is there twice
/// it is the first.
pub(crate) fn instant([year, month, day, hour, minute, second]: [i16; 6], name: &str) -> Option<i64> {
    let small = |number: i16| i8::try_from(number).ok();
    let clock = DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    );
    let zoned = named(name).to_zoned(clock.ok()?).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// A zone by its key (`America/Los_Angeles`) or its name in the enumeration (`AMERICA_LOS_ANGELES`); GMT for one that is neither,
/// as `format.format` is documented.
fn named(name: &str) -> TimeZone {
    let zones = TimeZoneDatabase::bundled();
    let key = match name {
        key if key.contains('/') => key.to_owned(),
        // The only one with a hyphen.
        "US_EAST_INDIANA" => "US/East-Indiana".to_owned(),
        name => name
            .replacen('_', "/", 1)
            .replace("GMT_PLUS_", "GMT+")
            .replace("GMT_MINUS_", "GMT-"),
    };
    zones.get(&key).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn every_zone_of_the_enumeration_is_known() {
        let shape = crate::modules::shape("N/format").unwrap();
        let zones = shape.enumeration("Timezone").unwrap();
        let zones: std::collections::BTreeMap<String, String> = serde_json::from_str(zones).unwrap();
        let unknown: Vec<_> = zones
            .values()
            .filter(|zone| named(zone).iana_name().is_none_or(|name| name == "UTC"))
            .collect();
        assert_eq!(unknown, Vec::<&String>::new());
    }
}
