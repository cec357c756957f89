//! Roles, compared and planned.

use super::planner::{Described, Planner, planned};
use super::step::{Action, Change, Step};
use crate::folded;
use crate::role::LABELS;
use countersign_model::{
    FieldErrors, Role, RoleDraft, RoleEdit, RoleForm, RoleId, StandardRole, Word, differences,
};

impl Planner<'_> {
    pub(super) fn compare_roles(&mut self) {
        for (number, part) in (1..).zip(&self.file.roles) {
            let name = folded(&part.form.name);
            let now = self.roles.present.get(&name).copied();
            if now.is_none() && StandardRole::named(&part.form.name).is_ok() {
                let message = "is a standard role, which this account does not have.";
                self.mistakes.add(part.entry.mistake("name", message));
                self.roles.refused.insert(name);
                continue;
            }
            match saved(now, part.form.clone(), RoleId::new(-number)) {
                Ok(after) => {
                    self.roles.described.insert(name, Described { now, after });
                }
                Err(errors) => {
                    part.entry.refused(LABELS, errors.iter(), &mut self.mistakes);
                    self.roles.refused.insert(name);
                }
            }
        }
    }

    /// Roles as they will be; inactive ones that a new token needs are active until it is made.
    pub(super) fn plan_roles(&mut self) {
        for part in &self.file.roles {
            let name = folded(&part.form.name);
            let Some(Described { now, after }) = self.roles.described.get(&name) else {
                continue;
            };
            let mut early = after.clone();
            early.inactive &= !self.needed_on.roles.contains(&name);
            if *now != Some(&early) {
                let changes = changes(*now, &early);
                let form = with_inactive(&part.form, early.inactive);
                let (step, action) = match now {
                    None => (Step::AddRole(form), Action::Add),
                    Some(role) => (edit(role, form), Action::Change),
                };
                self.steps
                    .push(planned(step, action, "role", &after.name, changes));
            }
            if early != *after {
                let changes = changes(Some(&early), after);
                let step = edit(after, part.form.clone());
                self.late
                    .push(planned(step, Action::Change, "role", &after.name, changes));
            }
        }
    }
}

fn saved(now: Option<&Role>, form: RoleForm, id: RoleId) -> Result<Role, FieldErrors> {
    match now {
        None => Ok(RoleDraft::parse(form)?.into_role(id)),
        Some(now) => Ok(RoleEdit::parse(now, form)?.into_role()),
    }
}

fn with_inactive(form: &RoleForm, inactive: bool) -> RoleForm {
    RoleForm {
        inactive,
        ..form.clone()
    }
}

fn edit(role: &Role, form: RoleForm) -> Step {
    Step::EditRole {
        role: role.name.clone(),
        form,
    }
}

fn changes(before: Option<&Role>, after: &Role) -> Vec<Change> {
    differences(before, Some(after))
        .into_iter()
        .map(Change::from)
        .collect()
}
