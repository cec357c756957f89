//! Gathers the steps of a plan: first every record as it will be, then the tokens that need them, then the steps.

use super::present::{Kept, Present, PresentIntegration, PresentUser};
use super::step::{Action, Change, Planned, Step};
use crate::entry::Entry;
use crate::mistake::{FileErrors, Mistakes};
use crate::place::Place;
use crate::table::shown;
use crate::{AccountFile, folded};
use countersign_model::{FeatureSet, Governance, Integration, IntegrationId, PasswordPolicy, Role, User};
use countersign_spelling::{nearest, suggestion};
use std::collections::{HashMap, HashSet};

/// A record the file describes.
pub(super) struct Described<'a, T> {
    /// As the account has it.
    pub(super) now: Option<&'a T>,
    /// As it will be. One that is new has an id below 0, which no record has.
    pub(super) after: T,
}

/// The records of one kind by their folded name: those of the file, and those of the account beside them.
pub(super) struct Names<'a, T> {
    pub(super) described: HashMap<String, Described<'a, T>>,
    pub(super) present: HashMap<String, &'a T>,
    /// Described, and refused: who names one of them has made no mistake of their own.
    pub(super) refused: HashSet<String>,
}

impl<'a, T> Names<'a, T> {
    fn of(present: impl Iterator<Item = (&'a str, &'a T)>) -> Self {
        Self {
            described: HashMap::new(),
            present: present.map(|(name, record)| (folded(name), record)).collect(),
            refused: HashSet::new(),
        }
    }

    /// As the record will be.
    pub(super) fn after(&self, name: &str) -> Option<&T> {
        let described = self.described.get(name).map(|described| &described.after);
        described.or_else(|| self.present.get(name).copied())
    }

    /// A mistake for a name that nothing has.
    fn unknown(&self, entry: &Entry, place: Place, field: &'static str, name: &str, mistakes: &mut Mistakes) {
        let mut known: Vec<&str> = self
            .described
            .keys()
            .chain(self.present.keys())
            .map(String::as_str)
            .collect();
        known.sort_unstable();
        let near = suggestion(&nearest(name, known));
        let end = if near.is_empty() { "." } else { &near };
        let message = format!(
            "names {}, which is neither in the file nor in the account{end}",
            shown(name)
        );
        mistakes.add(entry.mistake_at(place, field, message));
    }

    /// The record with this name, or a mistake.
    pub(super) fn find(
        &self,
        entry: &Entry,
        (place, field): (Place, &'static str),
        name: &str,
        mistakes: &mut Mistakes,
    ) -> Option<&T> {
        let folded = folded(name);
        if self.refused.contains(&folded) {
            return None;
        }
        let found = self.after(&folded);
        if found.is_none() {
            self.unknown(entry, place, field, name, mistakes);
        }
        found
    }
}

/// Folded names of records that have to be switched on while tokens are made.
#[derive(Default)]
pub(super) struct NeededOn {
    pub(super) roles: HashSet<String>,
    pub(super) users: HashSet<String>,
    pub(super) integrations: HashSet<String>,
}

/// What the account itself will be.
pub(super) struct Future {
    pub(super) features: FeatureSet,
    pub(super) governance: Governance,
    pub(super) password_policy: PasswordPolicy,
}

pub(super) struct Planner<'a> {
    pub(super) file: &'a AccountFile,
    pub(super) present: &'a Present,
    pub(super) mistakes: Mistakes,
    pub(super) roles: Names<'a, Role>,
    pub(super) users: Names<'a, User>,
    pub(super) integrations: Names<'a, Integration>,
    /// Records whose consumer secret is the one the file gives.
    pub(super) kept_pairs: HashSet<IntegrationId>,
    pub(super) needed_on: NeededOn,
    pub(super) steps: Vec<Planned>,
    /// What switches off, and comes after everything else.
    pub(super) late: Vec<Planned>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(file: &'a AccountFile, present: &'a Present) -> Self {
        let user = |PresentUser { user, .. }: &'a PresentUser| (user.name.as_str(), user);
        let integration = |PresentIntegration { integration, .. }: &'a PresentIntegration| {
            (integration.name.as_str(), integration)
        };
        let installed = present
            .integrations
            .iter()
            .filter(|found| !found.integration.is_uninstalled());
        let kept = present
            .integrations
            .iter()
            .filter(|found| found.consumer_secret == Kept::Same);
        Self {
            file,
            present,
            mistakes: Mistakes::default(),
            roles: Names::of(present.roles.iter().map(|role| (role.name.as_str(), role))),
            users: Names::of(present.users.iter().map(user)),
            integrations: Names::of(installed.map(integration)),
            kept_pairs: kept.map(|found| found.integration.id).collect(),
            needed_on: NeededOn::default(),
            steps: Vec::new(),
            late: Vec::new(),
        }
    }

    pub(super) fn plan(mut self) -> Result<Vec<Planned>, FileErrors> {
        let (future, account) = self.compare_account();
        self.compare_roles();
        self.compare_users(&future);
        self.compare_integrations(&future);
        // What switches off comes after them.
        let features = future.features.clone();
        let features = features
            .enable(self.present.features.iter())
            .unwrap_or(future.features.clone());
        let tokens = self.compare_tokens(&features);
        if !self.mistakes.is_empty() {
            return Err(self.mistakes.into_errors());
        }
        self.steps.extend(account.early);
        self.plan_roles();
        self.plan_users();
        self.plan_integrations();
        self.steps.extend(tokens);
        self.plan_customers();
        self.steps.append(&mut self.late);
        self.steps.extend(account.late);
        Ok(self.steps)
    }

    fn plan_customers(&mut self) {
        for customer in self.file.customers() {
            if !self.present.customers.contains(&customer.key) {
                let step = Step::AddCustomer {
                    fields: customer.fields.clone(),
                    place: customer.place,
                };
                let name = customer.key.to_string();
                self.steps
                    .push(planned(step, Action::Add, "customer", &name, Vec::new()));
            }
        }
    }
}

pub(super) fn planned(
    step: Step,
    action: Action,
    record: &'static str,
    name: &str,
    changes: Vec<Change>,
) -> Planned {
    Planned {
        step,
        action,
        record,
        name: name.to_owned(),
        changes,
    }
}
