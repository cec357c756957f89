//! What a password must be: the account's own settings, and what NetSuite never lets go of.

use crate::word::words;
use countersign_protocol::Secret;

/// The longest password, in characters. Ours: hashing a longer one would cost the account more than its caller.
pub const MAX_PASSWORD: u32 = 128;

/// The Password Policy of General Preferences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PasswordStrength {
    #[default]
    Strong,
    Medium,
    Weak,
}

words!(PasswordStrength, "password policy" { Strong => "Strong", Medium => "Medium", Weak => "Weak" });

impl PasswordStrength {
    /// The fewest characters, and the lowest value of Minimum Password Length.
    pub const fn min_length(self) -> u32 {
        match self {
            Self::Strong => 10,
            Self::Medium => 8,
            Self::Weak => 6,
        }
    }

    /// Of the four kinds upper case, lower case, digit and other.
    pub const fn kinds(self) -> usize {
        match self {
            Self::Strong => 3,
            Self::Medium => 2,
            Self::Weak => 0,
        }
    }
}

/// The three password fields of General Preferences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    pub strength: PasswordStrength,
    /// Minimum Password Length, never below that of the policy.
    pub min_length: u32,
    /// Password Expiration in Days, 1 to 365; none where passwords do not expire.
    pub expires_after_days: Option<u32>,
}

impl Default for PasswordPolicy {
    /// NetSuite's own.
    fn default() -> Self {
        Self {
            strength: PasswordStrength::Strong,
            min_length: PasswordStrength::Strong.min_length(),
            expires_after_days: Some(180),
        }
    }
}

/// A password somebody wants, with what it is measured against.
#[derive(Clone, Copy, Debug)]
pub struct WantedPassword<'a> {
    pub password: &'a Secret,
    /// The one being replaced, where whoever changes it knows it.
    pub current: Option<&'a Secret>,
    pub email: &'a str,
    /// Whether its hash is among those of earlier passwords.
    pub used_before: bool,
}

impl PasswordPolicy {
    /// Everything wrong with it, each a sentence that starts where the field's label ends. Easily guessed and leaked
    /// passwords, of which NetSuite keeps lists, are not looked for.
    pub fn faults(&self, wanted: WantedPassword<'_>) -> Vec<String> {
        let password = wanted.password.expose();
        let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
        let mut faults = Vec::new();
        if !password
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic())
        {
            faults.push("must be of ASCII letters, digits, signs and spaces only.".to_owned());
        }
        let min_length = self.min_length.max(self.strength.min_length());
        if length < min_length {
            faults.push(format!("must have {min_length} characters or more."));
        }
        if length > MAX_PASSWORD {
            faults.push(format!("must have {MAX_PASSWORD} characters or fewer."));
            return faults;
        }
        if kinds(password) < self.strength.kinds() {
            faults.push(format!(
                "must have {} of these four: upper-case letters, lower-case letters, digits, other signs.",
                self.strength.kinds()
            ));
        }
        if has_email(password, wanted.email) {
            faults.push("must not hold the email address or what stands before its @.".to_owned());
        }
        let little = |current: &Secret| {
            // A longer one was never a password here, and would cost the comparison its bound.
            current.expose().chars().count() > MAX_PASSWORD as usize
                || distance(current.expose(), password) >= 2
        };
        if wanted.used_before {
            faults.push("was used before; choose one that never was.".to_owned());
        } else if !wanted.current.is_none_or(little) {
            faults.push("must differ from the last one in more than one character.".to_owned());
        }
        faults
    }
}

fn kinds(password: &str) -> usize {
    let has = |kind: fn(&u8) -> bool| usize::from(password.bytes().any(|byte| kind(&byte)));
    has(u8::is_ascii_uppercase)
        + has(u8::is_ascii_lowercase)
        + has(u8::is_ascii_digit)
        + has(|byte| byte.is_ascii_punctuation() || *byte == b' ')
}

/// A name of fewer than three letters is in too many passwords by chance.
fn has_email(password: &str, email: &str) -> bool {
    let (password, email) = (password.to_lowercase(), email.to_lowercase());
    let name = email.split('@').next().unwrap_or_default();
    (!email.is_empty() && password.contains(&email)) || (name.chars().count() >= 3 && password.contains(name))
}

/// Characters to insert, delete or replace to come from one to the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, character) in from.chars().enumerate() {
        let mut above_left = line;
        let mut left = line + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (above, other) in row.iter_mut().skip(1).zip(to.chars()) {
            let replaced = above_left + usize::from(character != other);
            above_left = *above;
            left = replaced.min(above_left + 1).min(left + 1);
            *above = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn faults(policy: PasswordPolicy, password: &str, current: Option<&str>) -> usize {
        policy
            .faults(WantedPassword {
                password: &Secret::new(password),
                current: current.map(Secret::new).as_ref(),
                email: "ada@example.com",
                used_before: false,
            })
            .len()
    }

    fn policy(strength: PasswordStrength) -> PasswordPolicy {
        PasswordPolicy {
            strength,
            min_length: strength.min_length(),
            expires_after_days: None,
        }
    }

    #[test]
    fn each_policy_has_its_length_and_its_kinds() {
        let (strong, medium, weak) = (
            policy(PasswordStrength::Strong),
            policy(PasswordStrength::Medium),
            policy(PasswordStrength::Weak),
        );
        assert_eq!(faults(strong, "Correct-horse", None), 0);
        assert_eq!(faults(strong, "correct-horse", None), 1);
        assert_eq!(faults(strong, "Corr-h1", None), 1);
        assert_eq!(faults(medium, "correct1", None), 0);
        assert_eq!(faults(medium, "correcth", None), 1);
        assert_eq!(faults(weak, "corect", None), 0);
        assert_eq!(faults(weak, "corec", None), 1);
        let longer = PasswordPolicy {
            min_length: 14,
            ..strong
        };
        assert_eq!(faults(longer, "Correct-horse", None), 1);
    }

    #[test]
    fn the_examples_of_the_manual_hold() {
        let strong = policy(PasswordStrength::Strong);
        assert_eq!(faults(strong, "MyWord!145", Some("MyWord!123")), 0);
        assert_eq!(faults(strong, "MyWord!124", Some("MyWord!123")), 1);
    }

    #[test]
    fn the_email_and_foreign_letters_are_refused() {
        let strong = policy(PasswordStrength::Strong);
        assert_eq!(faults(strong, "Is-ADA-here-1", None), 1);
        assert_eq!(faults(strong, "Pässword-12345", None), 1);
        assert_eq!(faults(strong, &"Aa1-".repeat(33), None), 1);
    }

    proptest! {
        #[test]
        fn distance_is_a_distance(a in "[ab]{0,6}", b in "[ab]{0,6}", c in "[ab]{0,6}") {
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
            prop_assert!(distance(&a, &c) <= distance(&a, &b) + distance(&b, &c));
        }

        #[test]
        fn no_password_makes_the_policy_fail(password in ".*", current in ".*") {
            faults(PasswordPolicy::default(), &password, Some(&current));
        }
    }
}
