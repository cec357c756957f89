//! How far an account's clock is from ours, as its answers tell.
//!
//! Attack: whoever can answer for the account could move our timestamps. So no more than [`MOST`] is believed, and the
//! middle one of several answers counts.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use countersign_protocol::AccountId;
use countersign_world::UnixTime;
use http::HeaderMap;
use http::header::DATE;

/// The furthest correction, in seconds.
const MOST: i64 = 600;
/// What the way there and whole seconds explain, in seconds.
const LEAST: i64 = 20;
const SAMPLES: usize = 5;

/// Of one account.
#[derive(Debug, Default)]
pub(crate) struct Skew {
    samples: Mutex<Samples>,
}

#[derive(Debug, Default)]
struct Samples {
    seconds: VecDeque<i64>,
    told: i64,
}

impl Skew {
    /// The account's time, as far as it is believed.
    pub(crate) fn corrected(&self, now: UnixTime) -> UnixTime {
        let samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        match correction(samples.middle()) {
            seconds @ 0.. => now.plus(Duration::from_secs(seconds.unsigned_abs())),
            seconds => now.minus(Duration::from_secs(seconds.unsigned_abs())),
        }
    }

    /// Takes in what an answer says of the time.
    pub(crate) fn learn(&self, headers: &HeaderMap, now: UnixTime, account: &AccountId) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let Some(date) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else {
            return;
        };
        let Ok(since) = date.duration_since(UNIX_EPOCH) else {
            return;
        };
        let Ok(theirs) = i64::try_from(since.as_secs()) else {
            return;
        };
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        samples.seconds.push_back(theirs.saturating_sub(now.seconds()));
        if samples.seconds.len() > SAMPLES {
            samples.seconds.pop_front();
        }
        let middle = samples.middle();
        let news = (middle - samples.told).abs() >= LEAST;
        if !news {
            return;
        }
        samples.told = middle;
        if middle.abs() > MOST {
            tracing::warn!(%account, seconds = middle, "the account's clock is too far from this machine's to be followed: set this machine's clock");
        } else {
            tracing::warn!(%account, seconds = middle, "the account's clock differs from this machine's; timestamps are corrected by it");
        }
    }
}

impl Samples {
    fn middle(&self) -> i64 {
        let mut sorted: Vec<i64> = self.seconds.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }
}

const fn correction(seconds: i64) -> i64 {
    match seconds.abs() {
        LEAST..=MOST => seconds,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    fn after(samples: &[i64]) -> i64 {
        let skew = Skew::default();
        let account = "1234567".parse().unwrap();
        for seconds in samples {
            let moment = UNIX_EPOCH + Duration::from_secs((NOW.seconds() + seconds).unsigned_abs());
            let mut headers = HeaderMap::new();
            headers.insert(DATE, httpdate::fmt_http_date(moment).parse().unwrap());
            skew.learn(&headers, NOW, &account);
        }
        skew.corrected(NOW).seconds() - NOW.seconds()
    }

    #[test]
    fn an_accounts_clock_is_followed_a_few_minutes_and_not_further() {
        assert_eq!(after(&[]), 0);
        assert_eq!(after(&[2, -1, 3]), 0);
        assert_eq!(after(&[400]), 400);
        assert_eq!(after(&[-400, -401]), -400);
        assert_eq!(after(&[601]), 0);
        assert_eq!(after(&[-86_400, -86_400]), 0);
    }

    #[test]
    fn one_false_date_among_others_moves_nothing() {
        assert_eq!(after(&[0, 1, 0, 500]), 0);
        assert_eq!(after(&[300, 300, 300, 300, 300, 0, 0, 0]), 0);
    }

    #[test]
    fn what_is_no_date_is_nothing() {
        let skew = Skew::default();
        for text in ["", "yesterday", "Thu, 01 Jan 1900 00:00:00 GMT"] {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, text.parse().unwrap());
            skew.learn(&headers, NOW, &"1234567".parse().unwrap());
        }
        assert_eq!(skew.corrected(NOW), NOW);
    }
}
