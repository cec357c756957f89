//! Access tokens, compared and planned. One with an ID in the file is found by it; another by its application, user,
//! role and name.

use super::planner::{Planner, planned};
use super::present::{Kept, PresentToken};
use super::step::{Action, Change, Planned, Step};
use crate::folded;
use crate::place::Place;
use crate::token::{GivenToken, LABELS, TokenPart};
use countersign_model::{
    AccessToken, AssignedRole, EntityId, FeatureSet, FieldErrors, Integration, IntegrationId,
    IntegrationState, Role, RoleId, TokenChange, TokenDraft, TokenEdit, TokenEditForm, TokenForm, TokenId,
    User,
};
use std::collections::{HashMap, HashSet};

/// Whose a token is.
type Owner = (IntegrationId, EntityId, RoleId);

/// The tokens of the account, by what they are found by.
struct Found<'a> {
    by_id: HashMap<&'a TokenId, &'a PresentToken>,
    by_owner: HashMap<Owner, Vec<&'a PresentToken>>,
}

impl<'a> Found<'a> {
    /// A token whose ID the file gives is found by that alone.
    fn of(tokens: &'a [PresentToken], given: &HashSet<&TokenId>) -> Self {
        let by_id = tokens
            .iter()
            .map(|found| (&found.token.token_id, found))
            .collect();
        let mut by_owner: HashMap<Owner, Vec<_>> = HashMap::new();
        for found in tokens
            .iter()
            .filter(|found| !given.contains(&found.token.token_id))
        {
            by_owner.entry(owner(&found.token)).or_default().push(found);
        }
        Self { by_id, by_owner }
    }

    /// The token a table without an ID means: one that still works before one that was revoked, which only a table
    /// that wants a revoked one can mean.
    fn named(&self, owner: Owner, name: &str, revoked: bool) -> Option<&'a PresentToken> {
        let of_owner = self.by_owner.get(&owner)?.iter().copied();
        let named = of_owner.filter(|found| folded(&found.token.name) == folded(name));
        let named = named.filter(|found| revoked || !found.token.is_revoked());
        named.min_by_key(|found| (found.token.is_revoked(), found.token.id))
    }
}

const fn owner(token: &AccessToken) -> Owner {
    (token.integration, token.user, token.role)
}

impl Planner<'_> {
    /// `features` are those that are on while tokens are made.
    pub(super) fn compare_tokens(&mut self, features: &FeatureSet) -> Vec<Planned> {
        let given: HashSet<&TokenId> = self.file.tokens.iter().filter_map(TokenPart::token_id).collect();
        let found = Found::of(&self.present.tokens, &given);
        let mut unnamed: HashMap<(Owner, String), Place> = HashMap::new();
        let mut steps = Vec::new();
        for part in &self.file.tokens {
            let Some((integration, user, role)) = self.records(part) else {
                continue;
            };
            let name = match name_of(part, &integration, &user, &role) {
                Ok(name) => name,
                Err(errors) => {
                    part.entry.refused(LABELS, errors.iter(), &mut self.mistakes);
                    continue;
                }
            };
            let of = (integration.id, user.id, role.id);
            let present = match part.token_id() {
                Some(id) => found.by_id.get(id).copied(),
                None => {
                    if let Some(earlier) = unnamed.insert((of, folded(&name)), part.entry.place) {
                        let message = format!(
                            "is that of the token at {earlier}, of the same application, user and role: give them names of \
                             their own, or their token_id and token_secret."
                        );
                        self.mistakes.add(part.entry.mistake("name", message));
                        continue;
                    }
                    found.named(of, &name, part.revoked)
                }
            };
            if let Some(present) = present {
                self.compare_token(part, present, of, &mut steps);
                continue;
            }
            let form = TokenForm {
                application: &integration,
                user: &user,
                role: &role,
                features,
                name: &part.name,
            };
            match TokenDraft::parse(form) {
                Ok(draft) => {
                    self.needed_on.integrations.insert(folded(&part.integration));
                    self.needed_on.users.insert(folded(&part.user));
                    self.needed_on.roles.insert(folded(&part.role));
                    steps.push(added(part, draft.name()));
                }
                Err(errors) => part.entry.refused(LABELS, errors.iter(), &mut self.mistakes),
            }
        }
        steps
    }

    /// The records of a token as they will be while it is made: those of the file switched on.
    fn records(&mut self, part: &TokenPart) -> Option<(Integration, User, Role)> {
        let at = |field| (part.entry.place_of(field), field);
        let entry = &part.entry;
        let integration =
            self.integrations
                .find(entry, at("integration"), &part.integration, &mut self.mistakes);
        let user = self.users.find(entry, at("user"), &part.user, &mut self.mistakes);
        let role = self.roles.find(entry, at("role"), &part.role, &mut self.mistakes);
        let (mut integration, mut user, mut role) = (integration?.clone(), user?.clone(), role?.clone());
        let blocked = integration.state == IntegrationState::Blocked;
        if blocked
            && self
                .integrations
                .described
                .contains_key(&folded(&part.integration))
        {
            integration.state = IntegrationState::Enabled;
        }
        user.inactive &= !self.users.described.contains_key(&folded(&part.user));
        role.inactive &= !self.roles.described.contains_key(&folded(&part.role));
        Some((integration, user, role))
    }

    fn compare_token(&mut self, part: &TokenPart, found: &PresentToken, of: Owner, steps: &mut Vec<Planned>) {
        let token = &found.token;
        if owner(token) != of {
            let message = "is the ID of a token of another application, user or role.";
            self.mistakes.add(part.entry.mistake("token_id", message));
            return;
        }
        if part.given.is_some() && found.token_secret != Kept::Same {
            let message =
                "is not the secret this token has. A token keeps its secret: give another token_id as well.";
            self.mistakes.add(part.entry.mistake("token_secret", message));
            return;
        }
        if token.is_revoked() {
            if !part.revoked {
                let message = "is the ID of a revoked token, and a revoked token stays revoked.";
                self.mistakes.add(part.entry.mistake("token_id", message));
            }
            return;
        }
        if part.revoked {
            let changes = vec![Change::new("State", Some(token.state.label()), Some("Revoked"))];
            let step = Step::RevokeToken { token: token.id };
            steps.push(planned(step, Action::Revoke, "token", &token.name, changes));
            return;
        }
        let form = TokenEditForm {
            // Found by its name, it keeps the case it has.
            name: if part.given.is_some() {
                part.name.clone()
            } else {
                String::new()
            },
            inactive: part.inactive,
        };
        match TokenEdit::parse(token, &form).map(TokenEdit::into_access_token) {
            Ok(after) if after == *token => {}
            Ok(after) => {
                let [old, new] = [token, &after].map(|token| (token.name.as_str(), token.state.label()));
                let fields = [("Token Name", old.0, new.0), ("State", old.1, new.1)].into_iter();
                let changes = fields.filter(|(_, old, new)| old != new);
                let changes = changes.map(|(field, old, new)| Change::new(field, Some(old), Some(new)));
                let step = Step::EditToken {
                    token: token.id,
                    form,
                };
                steps.push(planned(step, Action::Change, "token", old.0, changes.collect()));
            }
            Err(errors) => part.entry.refused(LABELS, errors.iter(), &mut self.mistakes),
        }
    }
}

fn added(part: &TokenPart, name: &str) -> Planned {
    let then = match (part.revoked, part.inactive) {
        (true, _) => Some(TokenChange::Revoke),
        (false, true) => Some(TokenChange::Inactivate),
        (false, false) => None,
    };
    let word = if part.given.is_some() { "set" } else { "made" };
    let state = then.map_or("Active", TokenChange::label);
    let changes = [
        ("Application Name", part.integration.as_str()),
        ("User", &part.user),
        ("Role", &part.role),
        ("State", state),
        ("Token Secret", word),
    ];
    let changes = changes.map(|(field, new)| Change::new(field, None, Some(new)));
    let step = Step::AddToken {
        integration: part.integration.clone(),
        user: part.user.clone(),
        role: part.role.clone(),
        name: name.to_owned(),
        given: part.given.as_ref().map(GivenToken::duplicate),
        then,
    };
    planned(step, Action::Add, "token", name, changes.into())
}

/// The name of the token, also of one that could not be made any more: what stands in its way is switched on.
fn name_of(
    part: &TokenPart,
    integration: &Integration,
    user: &User,
    role: &Role,
) -> Result<String, FieldErrors> {
    let mut integration = integration.clone();
    integration.state = IntegrationState::Enabled;
    integration.authentication.token_based_authentication = true;
    let role = Role {
        administrator: true,
        inactive: false,
        ..role.clone()
    };
    let user = User {
        give_access: true,
        inactive: false,
        roles: vec![AssignedRole {
            role: role.id,
            hidden: false,
        }],
        ..user.clone()
    };
    let draft = TokenDraft::parse(TokenForm {
        application: &integration,
        user: &user,
        role: &role,
        features: &FeatureSet::none(),
        name: &part.name,
    })?;
    Ok(draft.name().to_owned())
}
