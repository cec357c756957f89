//! What comes with the browser to the consent page.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The longest `state`, in characters.
pub const MAX_FLOW_STATE: usize = 512;

/// The application's own `state`, handed back as it came: letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowState(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("state must be 1 to {MAX_FLOW_STATE} letters and digits")]
pub struct FlowStateError;

impl FlowState {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FlowState {
    type Err = FlowStateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if allowed && (1..=MAX_FLOW_STATE).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FlowStateError)
        }
    }
}

impl fmt::Display for FlowState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_letters_and_digits_and_no_longer_than_the_manual_says() {
        assert!("a1B2".parse::<FlowState>().is_ok());
        assert!("x".repeat(512).parse::<FlowState>().is_ok());
        for bad in ["", "a-b", "a b", "é", "a\n", &"x".repeat(513)] {
            assert_eq!(bad.parse::<FlowState>(), Err(FlowStateError), "{bad:?}");
        }
    }
}
