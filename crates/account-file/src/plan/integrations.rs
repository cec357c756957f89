//! Integration records, compared and planned, with the pairs they are given.

use super::planner::{Described, Future, Planner, planned};
use super::step::{Action, Change, Step};
use crate::folded;
use crate::integration::{GivenConsumer, IntegrationPart, LABELS};
use countersign_model::{
    ApplicationId, ConsumerKey, Credentials, FieldErrors, Integration, IntegrationDraft, IntegrationEdit,
    IntegrationForm, IntegrationId, IntegrationState, Origin, differences,
};
use countersign_world::UnixTime;
use std::collections::HashMap;

const NO_TIME: UnixTime = UnixTime::from_seconds(0);

impl Planner<'_> {
    pub(super) fn compare_integrations(&mut self, future: &Future) {
        let keys: HashMap<&ConsumerKey, IntegrationId> = self
            .present
            .integrations
            .iter()
            .filter_map(|found| Some((found.integration.consumer_key()?, found.integration.id)))
            .collect();
        let allocated = self.allocated_after();
        for (number, part) in (1..).zip(&self.file.integrations) {
            let name = folded(&part.form.name);
            let now = self.integrations.present.get(&name).copied();
            let id = now.map_or(IntegrationId::new(-number), |now| now.id);
            let holder = part
                .given
                .as_ref()
                .and_then(|given| keys.get(&given.consumer_key));
            if holder.is_some_and(|holder| *holder != id) {
                let message = "is the key of another integration record of the account.";
                self.mistakes.add(part.entry.mistake("consumer_key", message));
            }
            let own = part.form.concurrency_limit.unwrap_or_default();
            let others = allocated.saturating_sub(own);
            let changed = now.is_none_or(|now| now.concurrency_limit != part.form.concurrency_limit);
            let saved = save(part, now, id).and_then(|(after, draft)| {
                if changed {
                    draft.check_allocation(future.governance, others)?;
                }
                Ok(after)
            });
            match saved {
                Ok(after) => {
                    self.integrations.described.insert(name, Described { now, after });
                }
                Err(errors) => {
                    part.entry.refused(LABELS, errors.iter(), &mut self.mistakes);
                    self.integrations.refused.insert(name);
                }
            }
        }
        self.check_replaced();
    }

    /// Only where a record was made can its pair be replaced.
    fn check_replaced(&mut self) {
        for part in &self.file.integrations {
            let described = self.integrations.described.get(&folded(&part.form.name));
            let now = described.and_then(|described| described.now);
            let foreign = now.filter(|now| now.origin != Origin::ThisAccount);
            if let Some(now) = foreign.filter(|now| self.replaced(part, now).is_some()) {
                let message = format!(
                    "cannot be replaced here: the record was installed from {}.",
                    now.origin
                );
                self.mistakes.add(part.entry.mistake("consumer_key", message));
            }
        }
    }

    /// What all records will have together as limits of their own.
    pub(super) fn allocated_after(&self) -> u32 {
        let parts = self.file.integrations.iter();
        let change = |allocated: u32, part: &IntegrationPart| {
            let now = self.integrations.present.get(&folded(&part.form.name));
            let now = now.and_then(|now| now.concurrency_limit).unwrap_or_default();
            allocated
                .saturating_sub(now)
                .saturating_add(part.form.concurrency_limit.unwrap_or_default())
        };
        parts.fold(self.present.allocated, change)
    }

    /// The pair that takes the place of the one the record has.
    fn replaced<'p>(&self, part: &'p IntegrationPart, now: &Integration) -> Option<&'p GivenConsumer> {
        let given = part.given.as_ref()?;
        let key = now.consumer_key()?;
        let same = self.kept_pairs.contains(&now.id);
        (*key != given.consumer_key || !same).then_some(given)
    }

    pub(super) fn plan_integrations(&mut self) {
        let (mut steps, mut late) = (Vec::new(), Vec::new());
        let mut parts: Vec<_> = self.file.integrations.iter().collect();
        // What is lowered is free for those that are raised.
        parts.sort_by_key(|part| {
            let described = self.integrations.described.get(&folded(&part.form.name));
            let now = described.and_then(|described| described.now?.concurrency_limit);
            now <= part.form.concurrency_limit
        });
        for part in parts {
            let name = folded(&part.form.name);
            let Some(Described { now, after }) = self.integrations.described.get(&name) else {
                continue;
            };
            let mut early = after.clone();
            if self.needed_on.integrations.contains(&name) && after.state == IntegrationState::Blocked {
                early.state = IntegrationState::Enabled;
            }
            let form = |record: &Integration| IntegrationForm {
                state: record.state,
                ..part.form.clone()
            };
            let first = part.given.as_ref().map(GivenConsumer::duplicate);
            let saved = |record: &Integration| IntegrationForm::from(record);
            match now {
                None => {
                    let step = Step::AddIntegration {
                        form: form(&early),
                        given: first,
                    };
                    let mut changes = changes(None, &early);
                    changes.extend(pair_of_new(part));
                    steps.push(planned(step, Action::Add, "integration", &after.name, changes));
                }
                Some(now) if saved(now) != saved(&early) => {
                    let needs_pair = now.credentials.is_none();
                    let mut changes = changes(Some(now), &early);
                    if needs_pair {
                        changes.extend(pair_of_new(part));
                    }
                    let step = Step::EditIntegration {
                        integration: now.name.clone(),
                        form: form(&early),
                        given: first.filter(|_| needs_pair),
                    };
                    steps.push(planned(step, Action::Change, "integration", &after.name, changes));
                }
                Some(_) => {}
            }
            if let Some(given) = now.and_then(|now| self.replaced(part, now)) {
                let step = Step::ReplaceCredentials {
                    integration: after.name.clone(),
                    given: given.duplicate(),
                };
                let old = now
                    .and_then(Integration::consumer_key)
                    .map(|key| key.masked().to_string());
                let new = given.consumer_key.masked().to_string();
                let mut changes = vec![Change::new("Consumer Secret", Some("set"), Some("changed"))];
                if old.as_ref() != Some(&new) {
                    changes.insert(0, Change::new("Consumer Key", old.as_deref(), Some(&new)));
                }
                steps.push(planned(step, Action::Change, "integration", &after.name, changes));
            }
            if early != *after {
                let changes = changes(Some(&early), after);
                let step = Step::EditIntegration {
                    integration: after.name.clone(),
                    form: form(after),
                    given: None,
                };
                late.push(planned(step, Action::Change, "integration", &after.name, changes));
            }
        }
        self.steps.append(&mut steps);
        self.late.append(&mut late);
    }
}

/// A record as it will be, and the form it was checked with.
type Saved = (Integration, IntegrationDraft);

fn save(part: &IntegrationPart, now: Option<&Integration>, id: IntegrationId) -> Result<Saved, FieldErrors> {
    let draft = IntegrationDraft::parse(part.form.clone())?;
    let Some(now) = now else {
        let first = part
            .given
            .as_ref()
            .map(|given| Credentials::first(given.consumer_key.clone()));
        let none = ApplicationId::from_bytes([0; 16]);
        return Ok((draft.clone().into_integration(id, none, first, NO_TIME), draft));
    };
    let edit = IntegrationEdit::parse(now, part.form.clone())?;
    Ok((edit.into_integration(None, NO_TIME), draft))
}

fn pair_of_new(part: &IntegrationPart) -> Vec<Change> {
    let word = match (&part.given, part.form.authentication.token_based_authentication) {
        (Some(_), _) => "set",
        (None, true) => "made",
        (None, false) => return Vec::new(),
    };
    let secret = Change::new("Consumer Secret", None, Some(word));
    match part.given {
        Some(_) => vec![secret],
        None => vec![Change::new("Consumer Key", None, Some(word)), secret],
    }
}

fn changes(before: Option<&Integration>, after: &Integration) -> Vec<Change> {
    differences(before, Some(after))
        .into_iter()
        .map(Change::from)
        .collect()
}
