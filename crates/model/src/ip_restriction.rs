//! The IP address rules of one user, and how they add to the company's.

use crate::IpRules;
use std::net::IpAddr;

/// The two fields on the Access subtab of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpRestriction {
    /// The box Inherit IP Rules from Company.
    pub inherit_from_company: bool,
    /// The field IP Address Restriction; none where it is empty.
    pub own: Option<IpRules>,
}

impl Default for IpRestriction {
    fn default() -> Self {
        Self {
            inherit_from_company: true,
            own: None,
        }
    }
}

impl IpRestriction {
    /// Whether the user may log in from there. The box checked: from the company's addresses and their own. The box
    /// clear: from their own, or from the company's where they have none. A company without rules admits every address.
    /// Who came without an address came over a Unix socket, which the operating system guards.
    pub fn admit(&self, company: Option<&IpRules>, address: Option<IpAddr>) -> bool {
        let Some(address) = address else { return true };
        let by_company = || company.is_none_or(|rules| rules.admit(address));
        match &self.own {
            None => by_company(),
            Some(own) => own.admit(address) || (self.inherit_from_company && by_company()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_cases_of_the_manual() {
        let rules = |text: &str| text.parse::<IpRules>().unwrap();
        let (office, home, else_where) = ("192.0.2.1", "198.51.100.7", "203.0.113.9");
        let company = rules(office);
        let admits = |inherit_from_company, own: Option<&str>, company: Option<&IpRules>| {
            let restriction = IpRestriction {
                inherit_from_company,
                own: own.map(rules),
            };
            [office, home, else_where]
                .map(|address| restriction.admit(company, Some(address.parse().unwrap())))
        };
        let restricted = Some(&company);
        assert_eq!(admits(true, None, restricted), [true, false, false]);
        assert_eq!(admits(true, Some(home), restricted), [true, true, false]);
        assert_eq!(admits(false, Some(home), restricted), [false, true, false]);
        assert_eq!(admits(false, None, restricted), [true, false, false]);
        assert_eq!(admits(true, None, None), [true, true, true]);
        assert_eq!(admits(false, Some("NONE"), None), [false, false, false]);
        assert!(IpRestriction::default().admit(Some(&rules("NONE")), None));
    }
}
