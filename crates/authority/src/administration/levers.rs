//! Test levers, each pulled with its note.
//!
//! Invariant: no lever acts that no system note tells of. What puts a lever in force is taken back where it cannot be
//! noted; what only lets go of one is noted first.

use countersign_levers::{FaultId, FaultRule, FaultState, LeverError, LeversState};
use countersign_model::{By, Lever, LeverSays};
use countersign_store::StoreError;
use countersign_world::{ClockMove, ClockSetting};

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

impl Authority {
    /// What the account may be played with, and what is in force.
    pub fn levers(&self, caller: &Caller) -> Result<LeversState, Forbidden> {
        caller.require_administrator()?;
        Ok(self.levers.state())
    }

    /// Moves the one clock of the account.
    pub async fn turn_clock(
        &self,
        caller: &Caller,
        moved: ClockMove,
    ) -> Result<LeversState, AdministrationError> {
        caller.require_administrator()?;
        let _pulling = self.pulling.lock().await;
        let by = caller.by(self.clock.now());
        let (setting, said) = (self.levers.clock_setting(), self.levers.state().clock.says);
        self.levers.turn_clock(moved)?;
        let state = self.levers.state();
        let noted = self.note_lever(Lever::Clock, Some(said), Some(state.clock.says.clone()), by);
        if let Err(error) = noted.await {
            // Refused only where the settings forbid the lever by now, which has put the clock back too.
            let _ = self.levers.turn_clock(back_to(setting));
            return Err(error.into());
        }
        Ok(state)
    }

    /// Adds a fault rule after all others.
    pub async fn add_fault(
        &self,
        caller: &Caller,
        rule: FaultRule,
    ) -> Result<FaultState, AdministrationError> {
        caller.require_administrator()?;
        let _pulling = self.pulling.lock().await;
        let by = caller.by(self.clock.now());
        let id = self.levers.add_fault(rule)?;
        if let Err(error) = self
            .note_lever(Lever::Faults, None, Some(rule.to_string()), by)
            .await
        {
            let _ = self.levers.remove_fault(id);
            return Err(error.into());
        }
        self.fault(caller, id)
    }

    /// A rule and what became of it.
    pub fn fault(&self, caller: &Caller, id: FaultId) -> Result<FaultState, AdministrationError> {
        caller.require_administrator()?;
        let mut faults = self.levers.state().faults.into_iter();
        let found = faults.find(|fault| fault.id == id);
        Ok(found.ok_or(LeverError::NoSuchRule(id))?)
    }

    /// Removes a rule; gives what became of it.
    pub async fn remove_fault(
        &self,
        caller: &Caller,
        id: FaultId,
    ) -> Result<FaultState, AdministrationError> {
        caller.require_administrator()?;
        let _pulling = self.pulling.lock().await;
        self.levers.permit(Lever::Faults)?;
        let said = self.fault(caller, id)?.rule.to_string();
        let by = caller.by(self.clock.now());
        self.note_lever(Lever::Faults, Some(said), None, by).await?;
        Ok(self.levers.remove_fault(id)?)
    }

    /// Removes every rule; gives how many there were.
    pub async fn clear_faults(&self, caller: &Caller) -> Result<usize, AdministrationError> {
        caller.require_administrator()?;
        let _pulling = self.pulling.lock().await;
        self.levers.permit(Lever::Faults)?;
        let by = caller.by(self.clock.now());
        let faults = self.levers.state().faults;
        let rules: Vec<String> = faults.iter().map(|fault| fault.rule.to_string()).collect();
        let said = (!rules.is_empty()).then(|| rules.join("; "));
        self.note_lever(Lever::Faults, said, None, by).await?;
        Ok(self.levers.clear_faults()?)
    }

    async fn note_lever(
        &self,
        lever: Lever,
        said: Option<String>,
        says: Option<String>,
        by: By,
    ) -> Result<(), StoreError> {
        let of = |says| LeverSays { lever, says };
        self.store.note_lever(of(said), of(says), by).await
    }
}

const fn back_to(setting: ClockSetting) -> ClockMove {
    match setting {
        ClockSetting::Running { ahead_millis } => ClockMove::Skew { ahead_millis },
        ClockSetting::Frozen { at } => ClockMove::FreezeAt(at),
    }
}
