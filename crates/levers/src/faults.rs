//! The fault dial: rules, asked once a request. The same requests in the same order get the same faults.
//!
//! While no rule waits for a request, asking is one atomic load.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::call::Call;
use crate::fault::{Fault, FaultRule, When};

/// What a rule is removed by. Never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FaultId(u64);

impl FaultId {
    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A rule and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultState {
    pub id: FaultId,
    pub rule: FaultRule,
    /// Requests that it looked at and that were of its kind.
    pub matched: u64,
    /// Requests that got its fault.
    pub fired: u64,
    /// Whether it waits for no further request.
    pub spent: bool,
    /// The same in words.
    pub says: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} fault rules are set, and there can be no more: remove one, or clear them all",
    Faults::MOST
)]
pub struct TooManyRules;

/// The rules of one account.
#[derive(Debug, Default)]
pub struct Faults {
    /// Invariant: how many rules of the dial are not spent. Changed with its lock held.
    waiting: AtomicUsize,
    dial: Mutex<Dial>,
}

#[derive(Debug, Default)]
struct Dial {
    last_id: u64,
    /// In the order in which they were added.
    rules: Vec<Dialled>,
}

#[derive(Debug)]
struct Dialled {
    id: FaultId,
    rule: FaultRule,
    matched: u64,
    fired: u64,
}

impl Faults {
    /// How many rules there can be.
    pub const MOST: usize = 32;

    /// Adds a rule after all others. Where there are too many, the oldest spent one makes room.
    pub fn add(&self, rule: FaultRule) -> Result<FaultId, TooManyRules> {
        let mut dial = self.dial();
        if dial.rules.len() >= Self::MOST {
            let spent = dial.rules.iter().position(Dialled::is_spent);
            dial.rules.remove(spent.ok_or(TooManyRules)?);
        }
        dial.last_id += 1;
        let id = FaultId(dial.last_id);
        dial.rules.push(Dialled {
            id,
            rule,
            matched: 0,
            fired: 0,
        });
        self.count(&dial);
        Ok(id)
    }

    /// The fault this request gets. To be asked once a request.
    ///
    /// Every rule that matches counts the request. Of those that are due, the first one added fires; the others have
    /// missed their turn, save that a rule for the next requests waits for another.
    pub fn next(&self, call: Call) -> Option<Fault> {
        if self.waiting() == 0 {
            return None;
        }
        let mut dial = self.dial();
        let mut given = None;
        for dialled in dial.rules.iter_mut().filter(|dialled| dialled.rule.matches(call)) {
            if dialled.is_spent() {
                continue;
            }
            dialled.matched += 1;
            if given.is_none() && dialled.is_due() {
                dialled.fired += 1;
                given = Some(dialled.rule.fault);
            }
        }
        self.count(&dial);
        given
    }

    /// Removes a rule; gives what became of it, or None where there is none with this id.
    pub fn remove(&self, id: FaultId) -> Option<FaultState> {
        let mut dial = self.dial();
        let found = dial.rules.iter().position(|dialled| dialled.id == id)?;
        let removed = dial.rules.remove(found);
        self.count(&dial);
        Some(removed.state())
    }

    /// Removes all rules; gives how many there were.
    pub fn clear(&self) -> usize {
        let mut dial = self.dial();
        let removed = dial.rules.drain(..).count();
        self.count(&dial);
        removed
    }

    /// All rules, spent ones too, in the order in which they were added.
    pub fn list(&self) -> Vec<FaultState> {
        self.dial().rules.iter().map(Dialled::state).collect()
    }

    /// How many rules wait for requests.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    fn count(&self, dial: &Dial) {
        let waiting = dial.rules.iter().filter(|dialled| !dialled.is_spent()).count();
        self.waiting.store(waiting, Ordering::Release);
    }

    fn dial(&self) -> MutexGuard<'_, Dial> {
        self.dial.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dialled {
    fn left(&self) -> Option<u32> {
        match self.rule.when {
            When::Every(_) => None,
            When::Next(n) => {
                let left = u64::from(n.get()).saturating_sub(self.fired);
                Some(u32::try_from(left).unwrap_or(u32::MAX))
            }
        }
    }

    fn is_spent(&self) -> bool {
        self.left() == Some(0)
    }

    /// Asked after the request was counted.
    fn is_due(&self) -> bool {
        match self.rule.when {
            When::Every(n) => self.matched.is_multiple_of(u64::from(n.get())),
            When::Next(_) => true,
        }
    }

    fn state(&self) -> FaultState {
        let times = match self.fired {
            1 => "once".to_owned(),
            fired => format!("{fired} times"),
        };
        FaultState {
            id: self.id,
            rule: self.rule,
            matched: self.matched,
            fired: self.fired,
            spent: self.is_spent(),
            says: format!("{}; fired {times}", self.rule.sentence(self.left())),
        }
    }
}

#[cfg(test)]
mod tests;
