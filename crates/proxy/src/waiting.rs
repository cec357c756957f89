//! How long a caller's request may wait, and which of the caller's own goes first: said in headers.

use std::time::Duration;

use countersign_governor::Priority;
use http::{HeaderMap, HeaderName};

use crate::refusal::Refusal;
use crate::settings::LONGEST_WAIT;

const WAIT: HeaderName = HeaderName::from_static("x-countersign-wait");
const PRIORITY: HeaderName = HeaderName::from_static("x-countersign-priority");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) patience: Duration,
    pub(crate) priority: Priority,
}

/// `X-Countersign-Wait: SECONDS` and `X-Countersign-Priority: urgent`, `normal` or `background`.
pub(crate) fn asked(headers: &HeaderMap, usual: Duration) -> Result<Waiting, Refusal> {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let patience = match text(&WAIT) {
        None => usual,
        Some(seconds) => match seconds.parse().map(Duration::from_secs) {
            Ok(time) if time <= LONGEST_WAIT => time,
            _ => {
                return Err(Refusal::bad_request(format!(
                    "X-Countersign-Wait must be a whole number of seconds, at most {}.",
                    LONGEST_WAIT.as_secs()
                )));
            }
        },
    };
    let priority = match text(&PRIORITY) {
        None | Some("normal") => Priority::Normal,
        Some("urgent") => Priority::Urgent,
        Some("background") => Priority::Background,
        Some(_) => {
            return Err(Refusal::bad_request(
                "X-Countersign-Priority must be urgent, normal or background.",
            ));
        }
    };
    Ok(Waiting { patience, priority })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_says_how_long_it_waits_within_bounds() {
        let of = |name: HeaderName, value: &str| {
            let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
            asked(&headers, Duration::from_secs(30)).map_err(|refusal| refusal.status.as_u16())
        };
        assert_eq!(of(WAIT, "0").unwrap().patience, Duration::ZERO);
        assert_eq!(of(PRIORITY, "urgent").unwrap().priority, Priority::Urgent);
        for (name, value) in [(WAIT, "601"), (WAIT, "-1"), (WAIT, "soon"), (PRIORITY, "first")] {
            assert_eq!(of(name, value), Err(400));
        }
    }
}
