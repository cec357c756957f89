//! The second factor of a user: an authenticator app (RFC 6238: six digits, thirty seconds, each once) and recovery
//! codes. The app's secret and the codes' hashes are kept elsewhere; here is what may be done with them.

use crate::difference::Fields;
use crate::{Noted, NotedField};
use countersign_world::UnixTime;

/// Recovery codes that are made together.
pub const RECOVERY_CODES: u8 = 10;
/// The length of a time step, in seconds.
const STEP: i64 = 30;

/// The number of a time step, as the code is computed from it (RFC 6238 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeStep(u64);

impl TimeStep {
    pub const fn get(self) -> u64 {
        self.0
    }

    /// From the store.
    pub const fn stored(step: u64) -> Self {
        Self(step)
    }

    /// The steps whose codes are taken now: the current one and one on either side, for clocks that differ.
    pub fn accepted(now: UnixTime) -> impl Iterator<Item = Self> {
        let current = now.seconds().div_euclid(STEP);
        (-1..=1).filter_map(move |off| u64::try_from(current.saturating_add(off)).ok().map(Self))
    }
}

/// Whether a user has a second factor, and how far it is used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondFactor {
    #[default]
    None,
    /// A secret was shown and no code has come back yet. Nothing is asked for until one has.
    Pending,
    Enrolled {
        since: UnixTime,
        /// The newest step whose code was used.
        last_step: TimeStep,
        recovery_codes_left: u8,
    },
}

impl SecondFactor {
    pub const fn is_enrolled(self) -> bool {
        matches!(self, Self::Enrolled { .. })
    }

    /// The state after the right code of `step`, if that code may be used: each once, and none older than one used
    /// before. The first right code completes the enrolment.
    pub fn use_code(self, step: TimeStep, now: UnixTime) -> Option<Self> {
        match self {
            Self::None => None,
            Self::Pending => Some(Self::Enrolled {
                since: now,
                last_step: step,
                recovery_codes_left: RECOVERY_CODES,
            }),
            Self::Enrolled {
                since,
                last_step,
                recovery_codes_left,
            } => (step > last_step).then_some(Self::Enrolled {
                since,
                last_step: step,
                recovery_codes_left,
            }),
        }
    }

    /// The state after a right recovery code. The caller removes that code in the same transaction.
    pub fn use_recovery_code(self) -> Option<Self> {
        match self {
            Self::Enrolled {
                since,
                last_step,
                recovery_codes_left,
            } => Some(Self::Enrolled {
                since,
                last_step,
                recovery_codes_left: recovery_codes_left.checked_sub(1)?,
            }),
            _ => None,
        }
    }

    /// The state after new recovery codes were made.
    pub const fn with_new_recovery_codes(self) -> Self {
        match self {
            Self::Enrolled { since, last_step, .. } => Self::Enrolled {
                since,
                last_step,
                recovery_codes_left: RECOVERY_CODES,
            },
            other => other,
        }
    }
}

impl Noted for SecondFactor {
    /// A code that was used is no change somebody made; that fewer recovery codes are left is one to see.
    fn noted_fields(&self) -> Vec<NotedField> {
        let (state, left) = match self {
            Self::None => ("", None),
            Self::Pending => ("Pending", None),
            Self::Enrolled {
                recovery_codes_left, ..
            } => ("Enrolled", Some(recovery_codes_left)),
        };
        Fields::default()
            .with("Two-Factor Authentication", state)
            .optional("Recovery Codes Left", left)
            .list()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_of_the_neighbouring_steps_is_taken() {
        let steps: Vec<u64> = TimeStep::accepted(UnixTime::from_seconds(59))
            .map(TimeStep::get)
            .collect();
        assert_eq!(steps, [0, 1, 2]);
        let at_the_start: Vec<_> = TimeStep::accepted(UnixTime::from_seconds(0)).collect();
        assert_eq!(at_the_start.len(), 2);
    }

    #[test]
    fn enrolment_is_complete_with_the_first_right_code() {
        let now = UnixTime::from_seconds(60);
        assert_eq!(SecondFactor::None.use_code(TimeStep(2), now), None);
        assert!(!SecondFactor::Pending.is_enrolled());
        let enrolled = SecondFactor::Pending.use_code(TimeStep(2), now).unwrap();
        assert!(enrolled.is_enrolled());
        assert_eq!(enrolled.use_code(TimeStep(2), now), None, "the same code again");
    }

    #[test]
    fn there_are_as_many_recovery_codes_as_were_made() {
        let mut factor = SecondFactor::Pending
            .use_code(TimeStep(2), UnixTime::from_seconds(60))
            .unwrap();
        for _ in 0..RECOVERY_CODES {
            factor = factor.use_recovery_code().unwrap();
        }
        assert_eq!(factor.use_recovery_code(), None);
        assert!(factor.with_new_recovery_codes().use_recovery_code().is_some());
    }

    proptest! {
        #[test]
        fn no_step_is_used_twice(steps in prop::collection::vec(0..20_u64, 0..40)) {
            let mut factor = SecondFactor::Pending;
            let mut used = Vec::new();
            for step in steps {
                if let Some(after) = factor.use_code(TimeStep(step), UnixTime::from_seconds(60)) {
                    factor = after;
                    prop_assert!(used.iter().all(|earlier| *earlier < step));
                    used.push(step);
                }
            }
        }
    }
}
