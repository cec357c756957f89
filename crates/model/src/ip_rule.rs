//! IP address rules: from where an account, or one user, may be logged in to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use thiserror::Error;

/// The most addresses and ranges of one list.
pub const MAX_IP_RULES: usize = 200;

/// One entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRange {
    from: IpAddr,
    to: IpAddr,
}

/// A list of allowed addresses. Without the feature, or without a list, every address is allowed; that is the
/// caller's to know: an empty list admits nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpRules(Vec<IpRange>);

/// Why a text is not a list of addresses. A sentence that starts where the field's label ends.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IpRuleError {
    #[error(
        "has {0:?}, which is no address (198.51.100.7), range (198.51.100.7-198.51.100.20) or network (198.51.100.0/24)."
    )]
    Entry(String),
    #[error("has more than {MAX_IP_RULES} addresses and ranges.")]
    TooMany,
}

impl IpRules {
    pub fn admit(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        // Addresses of different families never compare as inside each other: V4 sorts before V6 as a whole.
        self.0
            .iter()
            .any(|range| same_family(range.from, address) && (range.from..=range.to).contains(&address))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

const fn same_family(a: IpAddr, b: IpAddr) -> bool {
    a.is_ipv4() == b.is_ipv4()
}

impl FromStr for IpRules {
    type Err = IpRuleError;

    /// Addresses, ranges and networks, separated by commas; `ALL` stands for every address.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rules = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            if entry.eq_ignore_ascii_case("ALL") {
                rules.extend(["0.0.0.0/0", "::/0"].iter().filter_map(|network| range(network)));
            } else {
                let clipped = || entry.chars().take(60).collect();
                rules.push(range(entry).ok_or_else(|| IpRuleError::Entry(clipped()))?);
            }
            if rules.len() > MAX_IP_RULES {
                return Err(IpRuleError::TooMany);
            }
        }
        Ok(Self(rules))
    }
}

fn range(entry: &str) -> Option<IpRange> {
    if let Some((from, to)) = entry.split_once('-') {
        let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        return (same_family(from, to) && from <= to).then_some(IpRange { from, to });
    }
    let Some((address, mask)) = entry.split_once('/') else {
        let address = entry.parse().ok()?;
        return Some(IpRange {
            from: address,
            to: address,
        });
    };
    match address.trim().parse().ok()? {
        IpAddr::V4(address) => {
            let host = host_bits_v4(mask.trim())?;
            let bits = address.to_bits();
            Some(IpRange {
                from: IpAddr::V4((bits & !host).into()),
                to: IpAddr::V4((bits | host).into()),
            })
        }
        IpAddr::V6(address) => {
            let host = u128::MAX.checked_shr(prefix(mask.trim(), 128)?).unwrap_or(0);
            let bits = address.to_bits();
            Some(IpRange {
                from: IpAddr::V6((bits & !host).into()),
                to: IpAddr::V6((bits | host).into()),
            })
        }
    }
}

/// The bits a prefix length (24) or a netmask (255.255.255.0) leaves free.
fn host_bits_v4(mask: &str) -> Option<u32> {
    if let Ok(mask) = mask.parse::<std::net::Ipv4Addr>() {
        let host = !mask.to_bits();
        return (host & host.wrapping_add(1) == 0).then_some(host);
    }
    Some(u32::MAX.checked_shr(prefix(mask, 32)?).unwrap_or(0))
}

fn prefix(digits: &str, most: u32) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|prefix| plain && *prefix <= most)
}

impl fmt::Display for IpRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, IpRange { from, to }) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            if from == to {
                write!(f, "{comma}{from}")?;
            } else {
                write!(f, "{comma}{from}-{to}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn admits(rules: &str, address: &str) -> bool {
        rules.parse::<IpRules>().unwrap().admit(address.parse().unwrap())
    }

    #[test]
    fn addresses_ranges_networks_and_masks_admit_what_is_inside() {
        let rules = "203.0.113.0/24, 198.51.100.7-198.51.100.9, 192.0.2.1, 10.0.0.0/255.0.0.0, 2001:db8::/32";
        for inside in [
            "203.0.113.255",
            "198.51.100.8",
            "192.0.2.1",
            "10.9.8.7",
            "2001:db8:1::1",
            "::ffff:192.0.2.1",
        ] {
            assert!(admits(rules, inside), "{inside}");
        }
        for outside in [
            "203.0.114.0",
            "198.51.100.10",
            "192.0.2.2",
            "11.0.0.0",
            "2001:db9::",
            "::1",
        ] {
            assert!(!admits(rules, outside), "{outside}");
        }
    }

    #[test]
    fn all_admits_everybody_and_an_empty_list_nobody() {
        assert!(admits("ALL", "198.51.100.7") && admits("all", "2001:db8::1"));
        assert!(!admits("", "198.51.100.7"));
        assert!(!admits("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn what_is_no_rule_is_shown() {
        for text in [
            "x",
            "1.2.3",
            "1.2.3.4-1.2.3.3",
            "1.2.3.4-::1",
            "1.2.3.4/33",
            "1.2.3.4/",
            "1.2.3.4/255.0.255.0",
            "::1/129",
            "1.2.3.4/+8",
        ] {
            assert_eq!(text.parse::<IpRules>(), Err(IpRuleError::Entry(text.to_owned())));
        }
        assert_eq!(
            "1.1.1.1,".repeat(201).parse::<IpRules>(),
            Err(IpRuleError::TooMany)
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_the_same(from: u32, to: u32, prefix in 0..=32_u32) {
            let (from, to) = (std::net::Ipv4Addr::from(from.min(to)), std::net::Ipv4Addr::from(from.max(to)));
            let rules: IpRules = format!("{from}-{to},{from}/{prefix}").parse().unwrap();
            prop_assert_eq!(rules.to_string().parse::<IpRules>().unwrap(), rules);
        }
    }
}
