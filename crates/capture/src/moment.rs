//! When something was sent, in seconds since 1970.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// `2026-01-31T12:00:00.000+01:00`, as HAR files have it.
pub(crate) fn of_rfc_3339(text: &str) -> Option<i64> {
    let timestamp: Timestamp = text.parse().ok()?;
    Some(timestamp.as_second())
}

/// `Sat, 31 Jan 2026 12:00:00 GMT`, as the `Date` header has it.
pub(crate) fn of_date_header(text: &str) -> Option<i64> {
    let timestamp = DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(timestamp.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_give_the_same_second() {
        let seconds = Some(1_769_857_200);
        assert_eq!(of_rfc_3339("2026-01-31T12:00:00.123+01:00"), seconds);
        assert_eq!(of_date_header("Sat, 31 Jan 2026 11:00:00 GMT"), seconds);
        assert_eq!(of_date_header("yesterday"), None);
    }
}
