//! IP address rules: from where an account, or one user, may be logged in to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use thiserror::Error;

/// The most addresses and ranges of one list.
pub const MAX_IP_RULES: usize = 200;
/// The longest text of one list, in characters.
const MAX_LENGTH: usize = 4000;

/// One entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRange {
    from: IpAddr,
    to: IpAddr,
}

/// A list of allowed addresses. An empty one, and the word NONE, admit nobody; that no list was given at all is
/// another thing, and for [`IpRestriction`](crate::IpRestriction) to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpRules(Vec<IpRange>);

/// Why a text is not a list of addresses. A sentence that starts where the field's label ends.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IpRuleError {
    #[error(
        "has {0:?}, which is no address (198.51.100.7), range (198.51.100.7-198.51.100.20) or network (198.51.100.0/24)."
    )]
    Entry(String),
    #[error("has NONE beside other entries; NONE stands alone.")]
    None,
    #[error("is longer than {MAX_LENGTH} characters.")]
    TooLong,
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

    /// Addresses, ranges and networks, separated by commas or white space; `ALL` stands for every address, `NONE` for
    /// no address.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.chars().count() > MAX_LENGTH {
            return Err(IpRuleError::TooLong);
        }
        let separates = |character: char| character == ',' || character.is_whitespace();
        let mut entries = text.split(separates).filter(|entry| !entry.is_empty()).peekable();
        if entries
            .next_if(|entry| entry.eq_ignore_ascii_case("NONE"))
            .is_some()
        {
            let alone = entries.peek().is_none();
            return if alone {
                Ok(Self::default())
            } else {
                Err(IpRuleError::None)
            };
        }
        let mut rules = Vec::new();
        for entry in entries {
            if entry.eq_ignore_ascii_case("ALL") {
                rules.extend(["0.0.0.0/0", "::/0"].iter().filter_map(|network| range(network)));
            } else if entry.eq_ignore_ascii_case("NONE") {
                return Err(IpRuleError::None);
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
        let from = from.parse().ok()?;
        let to = match to.parse() {
            Ok(to) => to,
            Err(_) => last_octet(from, to)?,
        };
        return (same_family(from, to) && from <= to).then_some(IpRange { from, to });
    }
    let Some((address, mask)) = entry.split_once('/') else {
        let address = entry.parse().ok()?;
        return Some(IpRange {
            from: address,
            to: address,
        });
    };
    match address.parse().ok()? {
        IpAddr::V4(address) => {
            let host = host_bits_v4(mask)?;
            let bits = address.to_bits();
            Some(IpRange {
                from: IpAddr::V4((bits & !host).into()),
                to: IpAddr::V4((bits | host).into()),
            })
        }
        IpAddr::V6(address) => {
            let host = u128::MAX.checked_shr(prefix(mask, 128)?).unwrap_or(0);
            let bits = address.to_bits();
            Some(IpRange {
                from: IpAddr::V6((bits & !host).into()),
                to: IpAddr::V6((bits | host).into()),
            })
        }
    }
}

/// The end of the short form `198.51.100.7-20`.
fn last_octet(from: IpAddr, digits: &str) -> Option<IpAddr> {
    let IpAddr::V4(from) = from else { return None };
    let [a, b, c, _] = from.octets();
    let octet = prefix(digits, 255).and_then(|number| u8::try_from(number).ok())?;
    Some(IpAddr::from([a, b, c, octet]))
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
        if self.0.is_empty() {
            return f.write_str("NONE");
        }
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
        assert!(!admits("", "198.51.100.7") && !admits("none", "198.51.100.7"));
        assert!(!admits("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn the_short_forms_of_the_manual_are_taken() {
        assert!(admits("192.0.2.80-99 203.0.113.5", "192.0.2.99"));
        assert!(admits("192.0.2.80-99\n203.0.113.5", "203.0.113.5"));
        assert!(!admits("192.0.2.80-99", "192.0.2.100"));
        assert_eq!("NONE, 1.2.3.4".parse::<IpRules>(), Err(IpRuleError::None));
        assert_eq!("1.2.3.4 none".parse::<IpRules>(), Err(IpRuleError::None));
        assert_eq!(" ".repeat(4001).parse::<IpRules>(), Err(IpRuleError::TooLong));
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
            "1.2.3.4-256",
            "1.2.3.4-3",
            "::1-5",
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
