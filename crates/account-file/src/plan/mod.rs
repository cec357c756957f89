//! What has to be done for an account to be as a file says, in an order in which it can be done.
//!
//! First what is switched on, last what is switched off: a file may describe a blocked application with its tokens,
//! and a token is made while the application is enabled. What the file does not mention is left alone.

mod accounts;
mod integrations;
mod planner;
mod present;
mod roles;
mod step;
mod tokens;
mod users;

pub use present::{Kept, Present, PresentIntegration, PresentToken, PresentUser};
pub use step::{Action, Change, NamedUserForm, Planned, RoleGone, Step};

use crate::{AccountFile, FileErrors};
use planner::Planner;
use serde::Serialize;
use std::fmt;

/// Steps, in their order.
#[derive(Debug, Serialize)]
pub struct Plan {
    steps: Vec<Planned>,
}

impl Plan {
    /// Compares a file with an account. Applied and made again, a plan is empty.
    pub fn of(file: &AccountFile, present: &Present) -> Result<Self, FileErrors> {
        let steps = Planner::new(file, present).plan()?;
        Ok(Self { steps })
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Planned> {
        self.steps.iter()
    }

    pub fn into_steps(self) -> Vec<Planned> {
        self.steps
    }

    fn count(&self, action: Action) -> usize {
        self.steps
            .iter()
            .filter(|planned| planned.action == action)
            .count()
    }
}

impl fmt::Display for Plan {
    /// A line for each step, more where several fields change, and the counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("Nothing to do: the account is as the file says.");
        }
        for planned in &self.steps {
            writeln!(f, "{planned}")?;
        }
        let [add, change, revoke] =
            [Action::Add, Action::Change, Action::Revoke].map(|action| self.count(action));
        write!(f, "{add} to add, {change} to change, {revoke} to revoke")
    }
}
