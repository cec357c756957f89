//! Users, compared and planned, with the roles they hide and the passwords they are given.

use super::planner::{Described, Future, Planner, planned};
use super::present::Kept;
use super::step::{Action, Change, NamedUserForm, Step};
use crate::folded;
use crate::user::{LABELS, UserPart};
use countersign_model::{AssignedRole, EntityId, RoleId, User, UserDraft, UserEdit, UserForm, differences};
use std::collections::HashMap;

impl Planner<'_> {
    pub(super) fn compare_users(&mut self, future: &Future) {
        let passwords = self.present.users.iter();
        let passwords: HashMap<EntityId, Kept> =
            passwords.map(|found| (found.user.id, found.password)).collect();
        let mut changed = Vec::new();
        for (number, part) in (1..).zip(&self.file.users) {
            let name = folded(&part.form.name);
            let now = self.users.present.get(&name).copied();
            let Some(roles) = self.role_ids(part, now) else {
                self.users.refused.insert(name);
                continue;
            };
            let hidden: Vec<RoleId> = part
                .hidden_roles
                .iter()
                .filter_map(|role| self.role_id(&role.value))
                .collect();
            let form = UserForm {
                roles,
                ..part.form.clone()
            };
            let saved = match now {
                None => UserDraft::parse(form).map(|draft| draft.into_user(EntityId::new(-number))),
                Some(now) => UserEdit::parse(now, form).map(UserEdit::into_user),
            };
            let mut after = match saved {
                Ok(saved) => saved,
                Err(errors) => {
                    part.entry.refused(LABELS, errors.iter(), &mut self.mistakes);
                    self.users.refused.insert(name);
                    continue;
                }
            };
            let hide = |assigned: &mut AssignedRole| assigned.hidden = hidden.contains(&assigned.role);
            after.roles.iter_mut().for_each(hide);
            if now != Some(&after) {
                changed.push(part);
            }
            let kept = now
                .and_then(|now| passwords.get(&now.id).copied())
                .unwrap_or_default();
            if sets_password(part, kept) {
                part.check_password(&future.password_policy, &mut self.mistakes);
            }
            self.users.described.insert(name, Described { now, after });
        }
        self.check_licences(&changed, future);
    }

    /// The roles of the file by their ids. The same ones in another order are no change.
    fn role_ids(&mut self, part: &UserPart, now: Option<&User>) -> Option<Vec<RoleId>> {
        let mut ids = Vec::new();
        for role in &part.roles {
            let place = (role.place, "roles");
            let found = self
                .roles
                .find(&part.entry, place, &role.value, &mut self.mistakes);
            ids.extend(found.map(|role| role.id));
        }
        if ids.len() < part.roles.len() {
            return None;
        }
        let current: Vec<RoleId> = now
            .iter()
            .flat_map(|now| &now.roles)
            .map(|assigned| assigned.role)
            .collect();
        let same = current.len() == ids.len() && current.iter().all(|role| ids.contains(role));
        Some(if same { current } else { ids })
    }

    fn role_id(&self, name: &str) -> Option<RoleId> {
        self.roles.after(&folded(name)).map(|role| role.id)
    }

    /// Whether the boxes that cost a licence may be as the file has them.
    fn check_licences(&mut self, changed: &[&UserPart], future: &Future) {
        let described = self.users.described.values();
        let now = described
            .clone()
            .filter_map(|user| user.now)
            .filter(|user| user.takes_licence())
            .count();
        let after = described.filter(|user| user.after.takes_licence()).count();
        let elsewhere = self.present.licences_taken as usize;
        let all = elsewhere.saturating_sub(now) + after;
        for part in changed {
            let Some(user) = self.users.after(&folded(&part.form.name)) else {
                continue;
            };
            let others = all.saturating_sub(usize::from(user.takes_licence()));
            let others = u32::try_from(others).unwrap_or(u32::MAX);
            if let Err(error) = user.check_concurrent_user(&future.features, future.governance, others) {
                let mistake = part
                    .entry
                    .mistake("concurrent_web_services_user", error.to_string());
                self.mistakes.add(mistake);
            }
        }
    }

    pub(super) fn plan_users(&mut self) {
        let names: HashMap<RoleId, String> = self
            .roles
            .present
            .values()
            .copied()
            .chain(self.roles.described.values().map(|role| &role.after))
            .map(|role| (role.id, role.name.clone()))
            .collect();
        let kept: HashMap<EntityId, Kept> = self
            .present
            .users
            .iter()
            .map(|found| (found.user.id, found.password))
            .collect();
        let named = |role: RoleId| {
            names
                .get(&role)
                .cloned()
                .unwrap_or_else(|| format!("role {role}"))
        };
        let (mut steps, mut late) = (Vec::new(), Vec::new());
        // Licences are given back before others take them.
        let mut parts: Vec<&UserPart> = self.file.users.iter().collect();
        parts.sort_by_key(|part| {
            let described = self.users.described.get(&folded(&part.form.name));
            !described
                .is_some_and(|user| user.now.is_some_and(User::takes_licence) && !user.after.takes_licence())
        });
        for part in parts {
            let name = folded(&part.form.name);
            let Some(Described { now, after }) = self.users.described.get(&name) else {
                continue;
            };
            let form = |user: &User| {
                let roles = user.roles.iter().map(|assigned| named(assigned.role)).collect();
                let form = UserForm {
                    inactive: user.inactive,
                    ..part.form.clone()
                };
                NamedUserForm::new(form, roles)
            };
            let mut early = after.clone();
            early.inactive &= !self.needed_on.users.contains(&name);
            if shown(*now) != shown(Some(&early)) {
                let changes = changes(*now, &early, &named);
                let form = form(&early);
                let (step, action) = match now {
                    None => (Step::AddUser(form), Action::Add),
                    Some(user) => (
                        Step::EditUser {
                            user: user.name.clone(),
                            form,
                        },
                        Action::Change,
                    ),
                };
                steps.push(planned(step, action, "user", &after.name, changes));
            }
            for AssignedRole { role, hidden } in after.roles.iter().copied() {
                let was = now
                    .and_then(|now| now.assignment(role))
                    .is_some_and(|assigned| assigned.hidden);
                if was != hidden {
                    let role = named(role);
                    let word = |hidden| Some(if hidden { "hidden" } else { "shown" });
                    let changes = vec![Change::new(&format!("Role {role}"), word(was), word(hidden))];
                    let step = Step::HideRole {
                        user: after.name.clone(),
                        role,
                        hidden,
                    };
                    steps.push(planned(step, Action::Change, "user", &after.name, changes));
                }
            }
            let kept = now.and_then(|now| kept.get(&now.id).copied()).unwrap_or_default();
            if let Some(password) = part.password.as_ref().filter(|_| sets_password(part, kept)) {
                let old = (kept != Kept::Nothing).then_some("set");
                let new = if old.is_some() { "changed" } else { "set" };
                let step = Step::SetPassword {
                    user: after.name.clone(),
                    password: password.duplicate(),
                    must_change: part.must_change,
                };
                let changes = vec![Change::new("Password", old, Some(new))];
                steps.push(planned(step, Action::Change, "user", &after.name, changes));
            }
            if early != *after {
                let step = Step::EditUser {
                    user: after.name.clone(),
                    form: form(after),
                };
                let changes = changes(Some(&early), after, &named);
                late.push(planned(step, Action::Change, "user", &after.name, changes));
            }
        }
        self.steps.append(&mut steps);
        self.late.append(&mut late);
    }
}

/// A password that is to be changed at the next login is a first one: set again, it would undo what its user chose.
fn sets_password(part: &UserPart, kept: Kept) -> bool {
    part.password.is_some() && (kept == Kept::Nothing || (kept == Kept::Other && !part.must_change))
}

/// The user without what the form does not say.
fn shown(user: Option<&User>) -> Option<User> {
    user.map(|user| {
        let mut user = user.clone();
        user.id = EntityId::new(0);
        user.roles.iter_mut().for_each(|assigned| assigned.hidden = false);
        user
    })
}

/// As the model tells them, but roles by name.
fn changes(before: Option<&User>, after: &User, named: &impl Fn(RoleId) -> String) -> Vec<Change> {
    let roles = |user: &User| {
        let names: Vec<String> = user.roles.iter().map(|assigned| named(assigned.role)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let by_id = ["Roles", "Hidden Roles"];
    let all = differences(before, Some(after)).into_iter();
    let mut changes: Vec<Change> = all
        .filter(|found| !by_id.contains(&&*found.field))
        .map(Change::from)
        .collect();
    let (old, new) = (before.and_then(roles), roles(after));
    if old != new {
        changes.push(Change {
            field: "Roles".to_owned(),
            old,
            new,
        });
    }
    changes
}
