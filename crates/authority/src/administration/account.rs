//! The account itself: Enable Features, and its settings.

use countersign_model::{Account, FeatureSet, FeaturesForm, Level, Permission, Settings, SettingsForm};

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

impl Authority {
    pub fn features(&self, caller: &Caller) -> Result<FeatureSet, Forbidden> {
        caller.require(Permission::EnableFeatures, Level::Full)?;
        Ok(self.snapshot().features.clone())
    }

    /// Saves Enable Features: every box or none.
    pub async fn save_features(
        &self,
        caller: &Caller,
        form: FeaturesForm,
    ) -> Result<FeatureSet, AdministrationError> {
        caller.require(Permission::EnableFeatures, Level::Full)?;
        let on = self
            .store
            .change_features(form, caller.by(self.clock.now()))
            .await?;
        self.take_in_change().await;
        Ok(on)
    }

    pub fn settings(&self, caller: &Caller) -> Result<(Account, Settings), Forbidden> {
        caller.require(Permission::SetUpCompany, Level::View)?;
        let snapshot = self.snapshot();
        Ok((snapshot.account.clone(), snapshot.settings.clone()))
    }

    /// Saves the settings, as `edit` makes them of what is stored. The mark of a test account is an Administrator's to
    /// give: whoever may turn the account's clock may come in as anybody.
    pub async fn save_settings(
        &self,
        caller: &Caller,
        edit: impl Fn(SettingsForm) -> SettingsForm + Send + 'static,
    ) -> Result<(Account, Settings), AdministrationError> {
        caller.require(Permission::SetUpCompany, Level::Full)?;
        let snapshot = self.snapshot();
        let before = SettingsForm::of(&snapshot.account, &snapshot.settings);
        let after = edit(before.clone());
        let mark = |form: SettingsForm| (form.test_account, form.levers, form.seed);
        if mark(before) != mark(after) {
            caller.require_administrator()?;
        }
        let by = caller.by(self.clock.now());
        let saved = self.store.change_settings(edit, by).await?;
        self.take_in_change().await;
        Ok(saved)
    }
}
