//! The password of a user: how old it is, and whether it must be changed. The hash is opaque here.

use crate::difference::Fields;
use crate::{Noted, NotedField, PasswordHash, PasswordPolicy};
use countersign_world::UnixTime;
use std::time::Duration;

/// How many earlier passwords are remembered, so that none of them comes back.
pub const OLD_PASSWORDS: usize = 10;

/// Stands beside the [`User`](crate::User), not in it: logins by token, which read the user, never need it. Tokens go
/// on working after it has expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password {
    pub hash: PasswordHash,
    pub set_at: UnixTime,
    /// Require Password Change on Next Login.
    pub must_change: bool,
    /// The newest first.
    pub earlier: Vec<PasswordHash>,
}

impl Password {
    pub fn first(hash: PasswordHash, must_change: bool, now: UnixTime) -> Self {
        Self {
            hash,
            set_at: now,
            must_change,
            earlier: Vec::new(),
        }
    }

    /// The password after it was replaced.
    pub fn changed(self, hash: PasswordHash, must_change: bool, now: UnixTime) -> Self {
        let mut earlier = self.earlier;
        earlier.insert(0, self.hash);
        earlier.truncate(OLD_PASSWORDS);
        Self {
            hash,
            set_at: now,
            must_change,
            earlier,
        }
    }

    /// Every hash a new password must not match.
    pub fn used_before(&self) -> impl Iterator<Item = &PasswordHash> {
        std::iter::once(&self.hash).chain(&self.earlier)
    }

    pub fn expires_at(&self, policy: &PasswordPolicy) -> Option<UnixTime> {
        const DAY: u64 = 24 * 60 * 60;
        let days = policy.expires_after_days?;
        Some(self.set_at.plus(Duration::from_secs(u64::from(days) * DAY)))
    }

    pub fn is_expired(&self, policy: &PasswordPolicy, now: UnixTime) -> bool {
        self.expires_at(policy).is_some_and(|end| end <= now)
    }
}

impl Noted for Password {
    /// That it was changed, not to what: its value in the notes of its user is the moment it was set.
    fn noted_fields(&self) -> Vec<NotedField> {
        Fields::default()
            .with("Password", format_args!("set at {}", self.set_at))
            .check_box("Require Password Change on Next Login", self.must_change)
            .list()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences;

    fn hash(number: usize) -> PasswordHash {
        PasswordHash::parse(format!("hash{number}")).unwrap()
    }

    #[test]
    fn a_password_expires_after_the_policys_days() {
        let set = UnixTime::from_seconds(1_700_000_000);
        let password = Password::first(hash(0), false, set);
        let policy = PasswordPolicy {
            expires_after_days: Some(2),
            ..PasswordPolicy::default()
        };
        let end = set.plus(Duration::from_secs(2 * 86_400));
        assert_eq!(password.expires_at(&policy), Some(end));
        assert!(!password.is_expired(&policy, UnixTime::from_millis(end.millis() - 1)));
        assert!(password.is_expired(&policy, end));
        let never = PasswordPolicy {
            expires_after_days: None,
            ..policy
        };
        assert!(!password.is_expired(&never, UnixTime::from_millis(i64::MAX)));
    }

    #[test]
    fn a_note_says_that_a_password_was_changed_and_not_to_what() {
        let before = Password::first(hash(0), false, UnixTime::from_seconds(1));
        let after = before.clone().changed(hash(1), false, UnixTime::from_seconds(2));
        let notes = differences(Some(&before), Some(&after));
        assert_eq!((notes.len(), &*notes[0].field), (1, "Password"));
        assert!(!format!("{notes:?}").contains("hash"));
    }

    #[test]
    fn the_last_passwords_are_remembered_and_no_more() {
        let now = UnixTime::from_seconds(1);
        let first = Password::first(hash(0), true, now);
        let last = (1..=20).fold(first, |password, number| {
            password.changed(hash(number), false, now)
        });
        let used: Vec<_> = last.used_before().cloned().collect();
        let expected: Vec<_> = (10..=20).rev().map(hash).collect();
        assert_eq!(used, expected);
    }
}
