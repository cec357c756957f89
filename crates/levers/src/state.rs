//! What is in force, in words and for programs.

use countersign_world::{ClockSetting, UnixTime};
use jiff::SignedDuration;
use serde::Serialize;

use crate::faults::FaultState;

/// What an account is played with now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeversState {
    /// The levers that the account's settings allow.
    pub allowed: Vec<&'static str>,
    pub clock: ClockState,
    /// Spent rules too.
    pub faults: Vec<FaultState>,
    /// Whether ids and credentials are made from a seed.
    pub seeded_credentials: bool,
    /// A sentence for each lever in force; none where the account behaves as any other.
    pub in_force: Vec<String>,
}

/// What the account's clock does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockState {
    pub mode: &'static str,
    /// RFC 3339, in UTC.
    pub now: String,
    /// How far it is ahead of the machine's now; behind where negative.
    pub ahead_millis: i64,
    /// The same in words.
    pub says: String,
}

impl ClockState {
    pub(crate) fn of(setting: ClockSetting, system: UnixTime) -> Self {
        let now = setting.shown(system);
        let says = match setting {
            ClockSetting::SYSTEM => "the clock is the machine's".to_owned(),
            ClockSetting::Frozen { at } => format!("the clock is frozen at {at}"),
            ClockSetting::Running { ahead_millis } => {
                let by = SignedDuration::from_millis(ahead_millis).abs();
                let side = if ahead_millis < 0 { "behind" } else { "ahead of" };
                format!("the clock runs {by:#} {side} the machine's")
            }
        };
        Self {
            mode: mode(setting),
            now: now.to_string(),
            ahead_millis: now.millis().saturating_sub(system.millis()),
            says,
        }
    }
}

/// The word for a setting in the state and in the header.
pub(crate) const fn mode(setting: ClockSetting) -> &'static str {
    match setting {
        ClockSetting::SYSTEM => "system",
        ClockSetting::Running { .. } => "moved",
        ClockSetting::Frozen { .. } => "frozen",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixTime = UnixTime::from_seconds(1_767_268_800);

    fn says(setting: ClockSetting) -> String {
        ClockState::of(setting, NOON).says
    }

    #[test]
    fn a_clock_says_what_it_does() {
        assert_eq!(says(ClockSetting::SYSTEM), "the clock is the machine's");
        assert_eq!(
            says(ClockSetting::Frozen { at: NOON }),
            "the clock is frozen at 2026-01-01T12:00:00Z"
        );
        assert_eq!(
            says(ClockSetting::Running {
                ahead_millis: 5_400_500
            }),
            "the clock runs 1h 30m 500ms ahead of the machine's"
        );
        assert_eq!(
            says(ClockSetting::Running {
                ahead_millis: -600_000
            }),
            "the clock runs 10m behind the machine's"
        );
    }
}
