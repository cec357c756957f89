//! The levers of one account, and the settings that allow them.
//!
//! Invariant: what the settings do not allow is not in force. Whoever pulls a lever and whoever takes the permission
//! away hold the same lock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_model::{Lever, Settings, TestAccount};
use countersign_protocol::AccountId;
use countersign_world::{AccountClock, Clock, ClockMove, ClockSetting, OutsideClock, UnixTime};

use crate::call::Call;
use crate::fault::{Fault, FaultRule};
use crate::faults::{FaultId, FaultState, Faults, TooManyRules};
use crate::seeded::SeededCredentials;
use crate::state::{ClockState, LeversState, mode};

/// The header that stands on every answer while a lever is in force.
pub const LEVERS_HEADER: &str = "x-countersign-levers";

/// The header of a refusal that names the caller's mistake, where [`Lever::NamedMistakes`] is allowed.
pub const MISTAKE_HEADER: &str = "x-countersign-mistake";

/// Why a lever was not pulled. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeverError {
    #[error(
        "this account is no test account, so nothing in it can be played with: mark it as one in its settings and \
         allow the lever \"{_0}\""
    )]
    NoTestAccount(Lever),
    #[error("this test account does not allow the lever \"{_0}\": add it to the levers in its settings")]
    NotAllowed(Lever),
    #[error(transparent)]
    Clock(#[from] OutsideClock),
    #[error(transparent)]
    Faults(#[from] TooManyRules),
    #[error("there is no fault rule {}: list the rules to see their ids", _0.get())]
    NoSuchRule(FaultId),
}

/// What one account is played with.
#[derive(Debug)]
pub struct Levers {
    account: AccountId,
    clock: Arc<AccountClock>,
    faults: Faults,
    /// A copy of what `marked` says, to be read without its lock.
    seeded: AtomicBool,
    /// The same of another lever.
    names_mistakes: AtomicBool,
    marked: Mutex<Option<TestAccount>>,
}

impl Levers {
    /// How long the ledger of an account whose clock can be moved knows a nonce after it could have expired: so far the
    /// clock can go back and the ledger still tells a used nonce from an unused one.
    pub const NONCES_KEPT: Duration = Duration::from_secs(3600);

    /// All at rest: the clock goes with `system`, and there are no faults.
    pub fn for_account(account: AccountId, settings: &Settings, system: Arc<dyn Clock>) -> Self {
        let levers = Self {
            account,
            clock: Arc::new(AccountClock::new(system)),
            faults: Faults::default(),
            seeded: AtomicBool::new(false),
            names_mistakes: AtomicBool::new(false),
            marked: Mutex::new(None),
        };
        levers.take_in(settings);
        levers
    }

    /// To be called after each change of the settings, and before it is answered: what they no longer allow is put
    /// back at once.
    pub fn take_in(&self, settings: &Settings) {
        let mut marked = self.marked();
        marked.clone_from(&settings.test_account);
        if !settings.allows_lever(Lever::Clock) {
            // Following the machine is never refused.
            let _shown = self.clock.turn(ClockMove::FollowSystem);
        }
        if !settings.allows_lever(Lever::Faults) {
            self.faults.clear();
        }
        self.seeded.store(seed(&marked).is_some(), Ordering::Release);
        let names_mistakes = settings.allows_lever(Lever::NamedMistakes);
        self.names_mistakes.store(names_mistakes, Ordering::Release);
    }

    /// Whether the settings allow a lever; the refusal that all levers share where they do not.
    pub fn permit(&self, lever: Lever) -> Result<(), LeverError> {
        permitted(&self.marked(), lever)
    }

    /// The one clock of the account, for everything in it that asks for the time. It cannot be moved from there.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as _
    }

    /// The machine's time, while the account's clock shows it; None while the clock is moved.
    pub fn unmoved_time(&self) -> Option<UnixTime> {
        (self.clock.setting() == ClockSetting::SYSTEM).then(|| self.clock.system_now())
    }

    pub fn clock_setting(&self) -> ClockSetting {
        self.clock.setting()
    }

    /// Moves the clock; gives what it shows then.
    pub fn turn_clock(&self, moved: ClockMove) -> Result<UnixTime, LeverError> {
        let marked = self.marked();
        permitted(&marked, Lever::Clock)?;
        Ok(self.clock.turn(moved)?)
    }

    /// The time to sync the account's ledger with: what has not expired by it is kept. (The ledger is opened with what
    /// the clock shows, which at a start is the machine's time.)
    ///
    /// Where the clock can be moved, that is an hour before the earlier of its time and the machine's, so that going
    /// ahead and back again loses no nonce and refuses nobody.
    pub fn ledger_time(&self) -> UnixTime {
        let now = self.clock.now();
        match self.permit(Lever::Clock) {
            Ok(()) => now.min(self.clock.system_now()).minus(Self::NONCES_KEPT),
            Err(_) => now,
        }
    }

    pub fn add_fault(&self, rule: FaultRule) -> Result<FaultId, LeverError> {
        let marked = self.marked();
        permitted(&marked, Lever::Faults)?;
        Ok(self.faults.add(rule)?)
    }

    pub fn remove_fault(&self, id: FaultId) -> Result<FaultState, LeverError> {
        self.permit(Lever::Faults)?;
        self.faults.remove(id).ok_or(LeverError::NoSuchRule(id))
    }

    /// Gives how many rules there were.
    pub fn clear_faults(&self) -> Result<usize, LeverError> {
        self.permit(Lever::Faults)?;
        Ok(self.faults.clear())
    }

    /// The fault a request gets: [`Faults::next`].
    pub fn next_fault(&self, call: Call) -> Option<Fault> {
        self.faults.next(call)
    }

    /// Whether callers who are refused are told which mistake they made.
    pub fn names_mistakes(&self) -> bool {
        self.names_mistakes.load(Ordering::Acquire)
    }

    /// What ids and credentials are to be made from; None where they are to be random.
    pub fn credentials(&self) -> Option<SeededCredentials> {
        let seed = seed(&self.marked())?;
        Some(SeededCredentials::new(self.account.clone(), seed))
    }

    pub fn state(&self) -> LeversState {
        let marked = self.marked();
        let setting = self.clock.setting();
        let clock = ClockState::of(setting, self.clock.system_now());
        let faults = self.faults.list();
        let seeded_credentials = seed(&marked).is_some();
        let mut in_force = Vec::new();
        if setting != ClockSetting::SYSTEM {
            in_force.push(clock.says.clone());
        }
        let waiting = faults.iter().filter(|fault| !fault.spent);
        in_force.extend(waiting.map(|fault| fault.says.clone()));
        if seeded_credentials {
            let says = "ids and credentials are made from the account's seed: whoever knows it knows them";
            in_force.push(says.to_owned());
        }
        if self.names_mistakes() {
            let says = "callers who are refused are told their mistake in a header: whoever calls may learn what is wrong";
            in_force.push(says.to_owned());
        }
        let allowed = marked.iter().flat_map(|test| &test.levers);
        LeversState {
            allowed: allowed.map(|lever| lever.label()).collect(),
            clock,
            faults,
            seeded_credentials,
            in_force,
        }
    }

    /// What [`LEVERS_HEADER`] says: `clock=frozen; faults=2; credentials=seeded`. None while no lever is in force,
    /// which costs four loads to find out.
    pub fn header(&self) -> Option<String> {
        let setting = self.clock.setting();
        let waiting = self.faults.waiting();
        let parts = [
            (setting != ClockSetting::SYSTEM).then(|| format!("clock={}", mode(setting))),
            (waiting > 0).then(|| format!("faults={waiting}")),
            self.seeded
                .load(Ordering::Acquire)
                .then(|| "credentials=seeded".to_owned()),
            self.names_mistakes().then(|| "mistakes=named".to_owned()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    fn marked(&self) -> MutexGuard<'_, Option<TestAccount>> {
        self.marked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn permitted(marked: &Option<TestAccount>, lever: Lever) -> Result<(), LeverError> {
    match marked {
        None => Err(LeverError::NoTestAccount(lever)),
        Some(test) if !test.levers.contains(&lever) => Err(LeverError::NotAllowed(lever)),
        Some(_) => Ok(()),
    }
}

fn seed(marked: &Option<TestAccount>) -> Option<u64> {
    permitted(marked, Lever::Determinism).ok()?;
    marked.as_ref()?.seed
}

#[cfg(test)]
mod tests;
