//! How often somebody may fail to log in with a password from one address, whoever they say they are and wherever passwords are
//! taken. The lock of a user comes on top.
//!
//! Attack: one address tries one password for each of many users, so that nobody is locked. Who logs in is forgiven
//! nothing: between guesses, the guesser could log in as somebody they may be.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::network::{Network, network};

/// Failures that are taken at once.
const MOST: u32 = 20;
/// One is forgotten after each of these.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(15);
/// Networks that are remembered; beyond them all share one count.
const MOST_NETWORKS: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Throttle {
    failed: Mutex<HashMap<Option<Network>, Failures>>,
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
        let known = failed.get(&address.map(network)).or_else(|| failed.get(&None))?;
        (known.at(now) >= MOST).then_some(FORGOTTEN_AFTER)
    }

    pub(crate) fn failed(&self, address: Option<IpAddr>, now: Duration) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.len() >= MOST_NETWORKS {
            failed.retain(|_, known| known.at(now) > 0);
        }
        let address = address.map(network).filter(|_| failed.len() < MOST_NETWORKS);
        let known = failed.entry(address).or_insert(Failures { count: 0, last: now });
        *known = Failures {
            count: known.at(now).saturating_add(1),
            last: now,
        };
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
    }

    #[test]
    fn addresses_of_one_ipv6_network_and_an_ipv4_address_in_both_spellings_are_counted_together() {
        let throttle = Throttle::default();
        let address = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for host in 0..MOST {
            throttle.failed(address(&format!("2001:db8:0:1::{host:x}")), SECOND);
            throttle.failed(address("::ffff:192.0.2.1"), SECOND);
        }
        for waiting in ["2001:db8:0:1:ffff::1", "192.0.2.1"] {
            assert!(throttle.wait(address(waiting), SECOND).is_some(), "{waiting}");
        }
        for other in ["2001:db8:0:2::1", "192.0.2.2"] {
            assert_eq!(throttle.wait(address(other), SECOND), None, "{other}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let throttle = Throttle::default();
        for number in 0..(MOST_NETWORKS as u32 + 100) {
            throttle.failed(Some(IpAddr::from(number.to_be_bytes())), SECOND);
        }
        assert!(throttle.failed.lock().unwrap().len() <= MOST_NETWORKS + 1);
        assert!(
            throttle
                .wait(Some(IpAddr::from([255, 255, 255, 255])), SECOND)
                .is_some()
        );
    }
}
