//! The account itself: its features and settings.

use super::planner::{Future, Planner, planned};
use super::step::{Action, Change, Planned, Step};
use countersign_model::{
    Account, Feature, FeatureSet, FeaturesDraft, FeaturesForm, SettingsDraft, SettingsForm, differences,
};

/// The steps of the account, before and after all others.
pub(super) struct AccountSteps {
    pub(super) early: Vec<Planned>,
    pub(super) late: Vec<Planned>,
}

impl Planner<'_> {
    pub(super) fn compare_account(&mut self) -> (Future, AccountSteps) {
        let mut steps = AccountSteps {
            early: Vec::new(),
            late: Vec::new(),
        };
        self.compare_id();
        let features = self.compare_features(&mut steps);
        let settings = &self.present.settings;
        let form = SettingsForm::of(&self.present.account, settings);
        let form = self.file.settings.over(&self.file.account, form);
        let mut future = Future {
            features,
            governance: settings.governance,
            password_policy: settings.password_policy,
        };
        let draft = match SettingsDraft::parse(form.clone()) {
            Ok(draft) => draft,
            Err(errors) => {
                self.file
                    .settings
                    .refused(&self.file.account, &errors, &mut self.mistakes);
                return (future, steps);
            }
        };
        let before = settings.governance.limit();
        future.governance = draft.settings().governance;
        future.password_policy = draft.settings().password_policy;
        let renamed = Account {
            company_name: draft.company_name().to_owned(),
            ..self.present.account.clone()
        };
        let mut changes = differences(Some(&self.present.account), Some(&renamed));
        changes.extend(differences(Some(settings), Some(draft.settings())));
        if !changes.is_empty() {
            let changes = changes.into_iter().map(Change::from).collect();
            let step = planned(Step::Settings(form), Action::Change, "settings", "", changes);
            // Shares of integration records are lowered before the whole is.
            if future.governance.limit() < before {
                let allocated = self.allocated_after();
                if let Err(errors) = draft.check_allocation(allocated) {
                    self.file
                        .settings
                        .refused(&self.file.account, &errors, &mut self.mistakes);
                }
                steps.late.insert(0, step);
            } else {
                steps.early.push(step);
            }
        }
        (future, steps)
    }

    fn compare_id(&mut self) {
        let (wanted, found) = (&self.file.account.id, &self.present.account.id);
        if wanted != found {
            let message = format!("is {wanted}, and this account is {found}.");
            self.mistakes.add(self.file.account.entry.mistake("id", message));
        }
    }

    /// What will be on.
    fn compare_features(&mut self, steps: &mut AccountSteps) -> FeatureSet {
        let current = &self.present.features;
        let Some(listed) = &self.file.account.features else {
            return current.clone();
        };
        let mut listed: Vec<Feature> = listed.iter().map(|feature| feature.value).collect();
        listed.sort_unstable();
        let check: Vec<Feature> = listed
            .iter()
            .copied()
            .filter(|feature| !current.has(*feature))
            .collect();
        let clear: Vec<Feature> = current
            .iter()
            .filter(|feature| !listed.contains(feature))
            .collect();
        let changes = |features: &[Feature], [old, new]: [&str; 2]| -> Vec<Change> {
            let change = |feature: &Feature| Change::new(feature.label(), Some(old), Some(new));
            features.iter().map(change).collect()
        };
        if !check.is_empty() {
            let changes = changes(&check, ["off", "on"]);
            let form = FeaturesForm {
                agreed: check.clone(),
                check: check.clone(),
                clear: Vec::new(),
            };
            steps.early.push(planned(
                Step::Features(form),
                Action::Change,
                "features",
                "",
                changes,
            ));
        }
        if !clear.is_empty() {
            let changes = changes(&clear, ["on", "off"]);
            let form = FeaturesForm {
                check: Vec::new(),
                clear: clear.clone(),
                agreed: Vec::new(),
            };
            steps.late.push(planned(
                Step::Features(form),
                Action::Change,
                "features",
                "",
                changes,
            ));
        }
        let form = FeaturesForm {
            agreed: check.clone(),
            check,
            clear,
        };
        // The file's own list was held to its prerequisites when it was read.
        FeaturesDraft::parse(current, form).map_or_else(|_| current.clone(), |draft| draft.features().clone())
    }
}
