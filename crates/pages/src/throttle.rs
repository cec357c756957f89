//! How often somebody may fail to sign in from one address, whoever they say they are. The lock of a user comes on top.
//!
//! Attack: one address tries one password for each of many users, so that nobody is locked.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Failures that are taken at once.
const MOST: u32 = 20;
/// One is forgotten after each of these.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(15);
/// Addresses that are remembered; beyond them all share one count.
const MOST_ADDRESSES: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Throttle {
    failed: Mutex<HashMap<Option<IpAddr>, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    /// Since the process began.
    last: Duration,
}

impl Failures {
    fn at(self, now: Duration) -> u32 {
        let forgotten = now.saturating_sub(self.last).as_secs() / FORGOTTEN_AFTER.as_secs();
        self.count
            .saturating_sub(u32::try_from(forgotten).unwrap_or(u32::MAX))
    }
}

impl Throttle {
    /// How long to wait before the next try; none where one may try now.
    pub(crate) fn wait(&self, address: Option<IpAddr>, now: Duration) -> Option<Duration> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = failed.get(&address).or_else(|| failed.get(&None))?;
        (known.at(now) >= MOST).then_some(FORGOTTEN_AFTER)
    }

    pub(crate) fn failed(&self, address: Option<IpAddr>, now: Duration) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= MOST_ADDRESSES {
            failed.retain(|_, known| known.at(now) > 0);
        }
        let address = address.filter(|_| failed.len() < MOST_ADDRESSES);
        let known = failed.entry(address).or_insert(Failures { count: 0, last: now });
        *known = Failures {
            count: known.at(now).saturating_add(1),
            last: now,
        };
    }

    pub(crate) fn succeeded(&self, address: Option<IpAddr>) {
        self.failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_address_that_fails_often_waits_and_others_do_not() {
        let throttle = Throttle::default();
        let [one, other] = [1, 2].map(|last| Some(IpAddr::from([192, 0, 2, last])));
        for _ in 0..MOST {
            assert_eq!(throttle.wait(one, SECOND), None);
            throttle.failed(one, SECOND);
        }
        assert!(throttle.wait(one, SECOND).is_some());
        assert_eq!(throttle.wait(other, SECOND), None);
        assert_eq!(throttle.wait(one, SECOND + FORGOTTEN_AFTER), None);
        throttle.succeeded(one);
        assert_eq!(throttle.wait(one, SECOND), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let throttle = Throttle::default();
        for number in 0..(MOST_ADDRESSES as u32 + 100) {
            throttle.failed(Some(IpAddr::from(number.to_be_bytes())), SECOND);
        }
        assert!(throttle.failed.lock().unwrap().len() <= MOST_ADDRESSES + 1);
        assert!(
            throttle
                .wait(Some(IpAddr::from([255, 255, 255, 255])), SECOND)
                .is_some()
        );
    }
}
