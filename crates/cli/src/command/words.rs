//! Words of the command line that are checked where they are read.

use std::num::{NonZeroU8, NonZeroU32};
use std::str::FromStr;
use std::time::Duration;

use countersign_admin::Moment;
use countersign_protocol::{AccountId, AccountIdError};
use countersign_vault::{GrantId, Target};
use countersign_world::UnixTime;
use http::Method;

/// A method in any case: methods are upper case on the wire, and `get` would be one that no server knows.
pub(super) fn method(text: &str) -> Result<Method, String> {
    Method::from_bytes(text.to_ascii_uppercase().as_bytes())
        .map_err(|_| "write a method such as GET or POST".to_owned())
}

/// NAME=VALUE, plain.
pub(super) fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// A box that is checked or cleared.
pub(super) fn yes_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" => Ok(true),
        "no" | "false" | "off" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

/// A value, or `none` for an empty field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OrNone<T>(pub(crate) Option<T>);

impl<T: FromStr<Err: std::fmt::Display>> FromStr for OrNone<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("none") {
            return Ok(Self(None));
        }
        let value = text
            .parse()
            .map_err(|error| format!("{error}; `none` empties the field"));
        value.map(|value| Self(Some(value)))
    }
}

/// A moment on the calendar, or so long ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    At(UnixTime),
    Ago(Duration),
}

impl When {
    pub(crate) fn moment(self, now: UnixTime) -> Moment {
        match self {
            Self::At(time) => Moment(time),
            Self::Ago(span) => {
                let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
                Moment(UnixTime::from_millis(now.millis().saturating_sub(span)))
            }
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let at = moment(text).map(|Moment(time)| Self::At(time));
        at.or_else(|_| span(text).map(Self::Ago)).map_err(|_| {
            "write a time such as 2026-11-22T05:00:00Z or 2026-11-22, or how long ago: 30s, 15m, 2h, 7d"
                .to_owned()
        })
    }
}

/// A moment on the calendar; a day alone is its beginning in UTC.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let moment = text.parse().or_else(|_| format!("{text}T00:00:00Z").parse());
    moment.map_err(|_| "write a time such as 2026-11-22T05:00:00Z or 2026-11-22".to_owned())
}

/// So long, in one unit: `90s`, `15m`, `2h`, `7d`.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    let seconds = || {
        let unit = text.chars().last()?;
        let seconds: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => return None,
        };
        let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
        count.checked_mul(seconds)
    };
    let seconds = seconds().ok_or_else(|| "write a number and its unit: 90s, 5m, 2h or 1d".to_owned())?;
    Ok(Duration::from_secs(seconds))
}

/// A host as a caller names it in `Host`, without scheme, port and path.
pub(super) fn host_name(text: &str) -> Result<String, String> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_address = text
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::Ipv6Addr>()
        .is_ok();
    if text.len() <= 253 && text.split('.').all(is_label) {
        Ok(text.to_owned())
    } else if is_address {
        Err("an address of this machine is answered to anyway; leave it out".to_owned())
    } else {
        Err("write a host name such as account.test, without scheme, port or path".to_owned())
    }
}

/// `1234567_SB1=5`
pub(super) fn limit(text: &str) -> Result<(AccountId, NonZeroU32), String> {
    let (account, limit) = text
        .split_once('=')
        .ok_or("write ACCOUNT=N, such as 1234567_SB1=5")?;
    let account = account
        .parse()
        .map_err(|error: AccountIdError| error.to_string())?;
    let limit = limit
        .parse()
        .map_err(|_| "the limit must be a whole number from 1 on".to_owned())?;
    Ok((account, limit))
}

pub(super) fn share(text: &str) -> Result<NonZeroU8, String> {
    text.parse()
        .map_err(|_| "a share must be a whole number from 1 to 255; 1 is the usual one".to_owned())
}

pub(super) fn grant_id(text: &str) -> Result<GrantId, String> {
    let id: Result<i64, _> = text.parse();
    id.map(GrantId::from)
        .map_err(|_| "the id of a grant must be a number: see `countersign grant list`".to_owned())
}

pub(super) fn target_path(text: &str) -> Result<Target, String> {
    Ok(Target::Path(text.to_owned()))
}

pub(super) fn record_type(text: &str) -> Result<Target, String> {
    Ok(Target::RecordType(text.to_owned()))
}

/// `12` or `customscript_sync:customdeploy1`
pub(super) fn script(text: &str) -> Result<Target, String> {
    let (script, deploy) = match text.split_once(':') {
        Some((script, deploy)) => (script, Some(deploy.to_owned())),
        None => (text, None),
    };
    Ok(Target::Script {
        script: script.to_owned(),
        deploy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_upper_case_however_it_is_written() {
        assert_eq!(method("get"), Ok(Method::GET));
        assert_eq!(method("Patch"), Ok(Method::PATCH));
        assert!(method("GET /").is_err() && method("").is_err());
    }

    #[test]
    fn a_time_is_a_moment_a_day_or_so_long_ago() {
        let now = UnixTime::from_millis(1_000_000);
        let at = |text: &str| text.parse::<When>().unwrap().moment(now).0.millis();
        assert_eq!(at("1970-01-01T00:00:01Z"), 1000);
        assert_eq!(at("1970-01-02"), 86_400_000);
        assert_eq!(at("15m"), 100_000);
        for wrong in ["", "m", "15", "-5m", "yesterday", "99999999999999999999d"] {
            assert!(wrong.parse::<When>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_span_is_a_number_and_its_unit() {
        assert_eq!(span("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(span("2d"), Ok(Duration::from_secs(172_800)));
        for wrong in ["", "5", "m", "-5m", "99999999999999999999d", "1 h"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn none_empties_a_field() {
        assert_eq!("none".parse(), Ok(OrNone::<u32>(None)));
        assert_eq!("5".parse(), Ok(OrNone(Some(5_u32))));
        assert!("five".parse::<OrNone<u32>>().is_err());
    }

    #[test]
    fn a_host_is_a_name_and_nothing_around_it() {
        for name in [
            "account",
            "account.test",
            "my_box-1.internal",
            "1234567-sb1.suitetalk.api.netsuite.com",
        ] {
            assert_eq!(host_name(name), Ok(name.to_owned()));
        }
        for other in [
            "",
            "http://account",
            "account:8080",
            "account/x",
            "a b",
            "-a",
            "a..b",
            "*.test",
            "[::1]",
            "::1",
        ] {
            assert!(host_name(other).is_err(), "{other}");
        }
    }
}
