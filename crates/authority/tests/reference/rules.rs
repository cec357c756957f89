//! The account as its rules say, in sets and lists: no store, no secret, no signature. Written from what is known of
//! NetSuite, and never by asking the model that it is held against: of that it has the nouns alone.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Feature, Permission, Surface, TokenChange};

use crate::step::{Deed, IntegrationPage, Login, Nonce, Pair, RolePage, Step, UserPage, Who};

/// Requests the account of the tests may run at once: the highest tier with ten licences.
const CONCURRENCY: u32 = 120;
/// Those whose box asks for the SuiteCloud terms.
const WITH_TERMS: [Feature; 6] = [
    Feature::ClientSuiteScript,
    Feature::ServerSuiteScript,
    Feature::SoapWebServices,
    Feature::RestWebServices,
    Feature::TokenBasedAuthentication,
    Feature::OAuth2,
];
const ADMINISTRATOR: usize = 0;
const WINDOW: i64 = 300;

/// Records keep their place in these lists for ever.
#[derive(Debug)]
pub(crate) struct Rules {
    now: i64,
    pub(crate) on: BTreeSet<Feature>,
    pub(crate) integrations: Vec<Integration>,
    pub(crate) roles: Vec<Role>,
    pub(crate) users: Vec<User>,
    pub(crate) tokens: Vec<Token>,
    keys: Vec<Key>,
    stamps: Vec<Stamp>,
    used: BTreeSet<(Claim, Stamp)>,
}

#[derive(Debug)]
pub(crate) struct Integration {
    pub(crate) name: &'static str,
    pub(crate) enabled: bool,
    pub(crate) installed: bool,
    pub(crate) token_based_authentication: bool,
    concurrency_limit: Option<u32>,
    /// How many it has had.
    pub(crate) pairs: usize,
}

#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) name: &'static str,
    administrator: bool,
    pub(crate) inactive: bool,
    web_services_only: bool,
    pub(crate) permissions: BTreeSet<Permission>,
}

#[derive(Debug)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) deleted: bool,
    pub(crate) inactive: bool,
    pub(crate) give_access: bool,
    /// And whether the user hides it.
    pub(crate) roles: BTreeMap<usize, bool>,
    global_permissions: BTreeSet<Permission>,
    failures: u32,
    locked_until: i64,
}

#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) user: usize,
    role: usize,
    pub(crate) integration: usize,
    pub(crate) state: TokenState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenState {
    Active,
    Inactive,
    Revoked,
    /// With its user.
    Deleted,
}

#[derive(Debug)]
struct Key {
    user: usize,
    role: usize,
    scopes: BTreeSet<Permission>,
    revoked: bool,
}

/// Timestamp and nonce.
pub(crate) type Stamp = (i64, String);
/// Whose nonce it is: integration record, which of its pairs, token.
type Claim = (usize, usize, usize);

pub(crate) fn pick<T>(list: &[T], number: u8) -> usize {
    usize::from(number) % list.len()
}

impl Rules {
    pub(crate) const INTEGRATOR: [Permission; 2] =
        [Permission::LogInUsingAccessTokens, Permission::UserAccessTokens];

    /// As the testkit makes an account: one record of each, everything on, and the role Administrator.
    pub(crate) fn of_ready_account(now: i64) -> Self {
        let integration = Integration {
            name: "Warehouse Sync",
            enabled: true,
            installed: true,
            token_based_authentication: true,
            concurrency_limit: None,
            pairs: 1,
        };
        let role = |name, permissions: &[Permission]| Role {
            name,
            administrator: name == "Administrator",
            inactive: false,
            web_services_only: false,
            permissions: permissions.iter().copied().collect(),
        };
        let user = User {
            name: "Ada Byron",
            deleted: false,
            inactive: false,
            give_access: true,
            roles: BTreeMap::from([(1, false)]),
            global_permissions: BTreeSet::new(),
            failures: 0,
            locked_until: 0,
        };
        let token = Token {
            user: 0,
            role: 1,
            integration: 0,
            state: TokenState::Active,
        };
        Self {
            now,
            on: Feature::ALL.iter().copied().collect(),
            integrations: vec![integration],
            roles: vec![role("Administrator", &[]), role("Integrator", &Self::INTEGRATOR)],
            users: vec![user],
            tokens: vec![token],
            keys: Vec::new(),
            stamps: Vec::new(),
            used: BTreeSet::new(),
        }
    }

    /// The deed, with most roles it picks replaced by one the user has: most pairs of the two would be refused.
    pub(crate) fn likely(&self, deed: &Deed) -> Deed {
        let mut deed = deed.clone();
        if let Step::HideRole { user, role, .. }
        | Step::CreateToken { user, role, .. }
        | Step::MakeKey { user, role, .. } = &mut deed.step
        {
            let of_user: Vec<usize> = self.users[pick(&self.users, *user)]
                .roles
                .keys()
                .copied()
                .collect();
            if *role % 4 > 0 && !of_user.is_empty() {
                let place = of_user[pick(&of_user, *role)];
                *role = place.try_into().expect("there are fewer roles");
            }
        }
        deed
    }

    /// Does what the rules allow, and tells whether they did.
    pub(crate) fn administer(&mut self, Deed { by, step }: &Deed) -> bool {
        let key = match by {
            Who::Key(number) if !self.keys.is_empty() => Some(pick(&self.keys, *number)),
            _ => None,
        };
        if key.is_some_and(|key| !self.admits(key)) {
            return false;
        }
        self.administer_as(key, step).is_some()
    }

    /// Nothing is changed before the last question.
    fn administer_as(&mut self, key: Option<usize>, step: &Step) -> Option<()> {
        let may = |permission| key.is_none_or(|key| self.key_may(key, permission)).then_some(());
        match step {
            Step::SaveFeatures { check, clear, agreed } => {
                may(Permission::EnableFeatures)?;
                self.save_features(check, clear, *agreed)
            }
            Step::AddIntegration(page) => {
                may(Permission::IntegrationApplication)?;
                self.save_integration(None, page)
            }
            Step::EditIntegration(which, page) => {
                may(Permission::IntegrationApplication)?;
                self.save_integration(Some(pick(&self.integrations, *which)), page)
            }
            Step::EnableIntegration(which) | Step::BlockIntegration(which) => {
                may(Permission::IntegrationApplication)?;
                let enabled = matches!(step, Step::EnableIntegration(_));
                let record = self.installed(*which)?;
                let changes = record.enabled != enabled;
                record.enabled = enabled;
                changes.then_some(())
            }
            Step::UninstallIntegration(which) => {
                may(Permission::IntegrationApplication)?;
                self.installed(*which)?.installed = false;
                let which = pick(&self.integrations, *which);
                for token in &mut self.tokens {
                    if token.integration == which && token.state != TokenState::Deleted {
                        token.state = TokenState::Revoked;
                    }
                }
                Some(())
            }
            Step::ResetCredentials(which) => {
                // An Administrator's alone, and a key is never that.
                key.is_none().then_some(())?;
                let record = self.installed(*which)?;
                record.token_based_authentication.then_some(())?;
                record.pairs += 1;
                Some(())
            }
            Step::AddRole(page) => {
                may(Permission::ManageRoles)?;
                self.save_role(key, None, page)
            }
            Step::EditRole(which, page) => {
                may(Permission::ManageRoles)?;
                self.save_role(key, Some(pick(&self.roles, *which)), page)
            }
            Step::AddUser(page) => {
                may(Permission::ManageUsers)?;
                self.save_user(key, None, page)
            }
            Step::EditUser(which, page) => {
                let which = self.changeable_user(key, *which)?;
                self.save_user(key, Some(which), page)
            }
            Step::DeleteUser(which) => {
                let which = self.changeable_user(key, *which)?;
                self.users[which].deleted = true;
                let theirs = self.tokens.iter_mut().filter(|token| token.user == which);
                theirs.for_each(|token| token.state = TokenState::Deleted);
                Some(())
            }
            Step::Unlock(which) => {
                let which = self.changeable_user(key, *which)?;
                (self.users[which].failures, self.users[which].locked_until) = (0, 0);
                Some(())
            }
            Step::HideRole { user, role, hidden } => {
                let (user, role) = (pick(&self.users, *user), pick(&self.roles, *role));
                *self.existing(user)?.roles.get_mut(&role)? = *hidden;
                Some(())
            }
            Step::FailPasswords { user, times } => {
                let (user, now) = (pick(&self.users, *user), self.now);
                let user = self.existing(user)?;
                for _ in 0..*times {
                    // While locked nothing counts.
                    if user.locked_until <= now {
                        user.failures += 1;
                    }
                    if user.failures == 5 {
                        (user.failures, user.locked_until) = (0, now + 30 * 60);
                    }
                }
                Some(())
            }
            Step::CreateToken {
                integration,
                user,
                role,
            } => {
                let (integration, user) = (pick(&self.integrations, *integration), pick(&self.users, *user));
                let role = pick(&self.roles, *role);
                may(Permission::AccessTokenManagement)?;
                if let Some(key) = key {
                    let by = &self.keys[key];
                    let own = by.user == user;
                    let as_administrator = self.roles[by.role].administrator;
                    let allowed = match (own, self.roles[role].administrator) {
                        (true, _) => as_administrator,
                        (false, is_for_administrator) => !is_for_administrator,
                    };
                    allowed.then_some(())?;
                }
                self.create_token(integration, user, role)
            }
            Step::CreateOwnToken { integration } => {
                let by = &self.keys[key?];
                may(Permission::UserAccessTokens)?;
                self.create_token(pick(&self.integrations, *integration), by.user, by.role)
            }
            Step::ChangeToken(which, change) => {
                let token = self.changeable_token(key, *which)?;
                let state = match change {
                    TokenChange::Activate => TokenState::Active,
                    TokenChange::Inactivate => TokenState::Inactive,
                    TokenChange::Revoke => TokenState::Revoked,
                };
                let changes = token.state != state;
                token.state = state;
                changes.then_some(())
            }
            Step::EditToken { token, inactive, .. } => {
                let token = self.changeable_token(key, *token)?;
                token.state = match inactive {
                    true => TokenState::Inactive,
                    false => TokenState::Active,
                };
                Some(())
            }
            Step::ListTokens => self.sees_tokens_of(key).map(drop),
            Step::MakeKey { user, role, scopes } => {
                let (user, role) = (pick(&self.users, *user), pick(&self.roles, *role));
                let held = self.keys_scopes(user, role);
                let scopes = scopes
                    .as_ref()
                    .map_or(held.clone(), |asked| asked.iter().copied().collect());
                let has_role = self.users[user].roles.contains_key(&role);
                let allowed =
                    !self.users[user].deleted && has_role && !scopes.is_empty() && scopes.is_subset(&held);
                allowed.then(|| {
                    self.keys.push(Key {
                        user,
                        role,
                        scopes,
                        revoked: false,
                    });
                })
            }
            Step::RevokeKey(which) => {
                let which = (!self.keys.is_empty()).then(|| pick(&self.keys, *which))?;
                self.keys[which].revoked = true;
                Some(())
            }
            Step::Pass(seconds) => {
                self.now += i64::from(*seconds);
                Some(())
            }
            Step::Nothing => Some(()),
            Step::LogIn(_) | Step::Replay(_) => None,
        }
    }

    /// All the user may do in the role.
    pub(crate) fn keys_scopes(&self, user: usize, role: usize) -> BTreeSet<Permission> {
        let all = crate::step::PERMISSIONS.into_iter();
        all.filter(|permission| self.may(user, role, *permission))
            .collect()
    }

    /// Whose tokens are listed: everybody's, or one user's.
    fn sees_tokens_of(&self, key: Option<usize>) -> Option<Option<usize>> {
        let Some(key) = key else { return Some(None) };
        if self.key_may(key, Permission::AccessTokenManagement) {
            return Some(None);
        }
        let own = self.key_may(key, Permission::UserAccessTokens);
        own.then_some(Some(self.keys[key].user))
    }

    /// Which tokens a list shows, where there is one.
    pub(crate) fn listed(&self, by: Who) -> Option<Vec<usize>> {
        let key = match by {
            Who::Key(number) if !self.keys.is_empty() => Some(pick(&self.keys, number)),
            _ => None,
        };
        if key.is_some_and(|key| !self.admits(key)) {
            return None;
        }
        let of = self.sees_tokens_of(key)?;
        let there = self.tokens.iter().enumerate();
        let there = there.filter(|(_, token)| token.state != TokenState::Deleted);
        let there = there.filter(|(_, token)| of.is_none_or(|user| token.user == user));
        Some(there.map(|(place, _)| place).collect())
    }

    fn may(&self, user: usize, role: usize, permission: Permission) -> bool {
        let (role, global) = (&self.roles[role], &self.users[user].global_permissions);
        role.administrator
            || role.permissions.contains(&permission)
            || (self.on.contains(&Feature::GlobalPermissions) && global.contains(&permission))
    }

    fn may_log_in(&self, user: usize, role: usize) -> bool {
        self.may(user, role, Permission::LogInUsingAccessTokens)
            || self.may(user, role, Permission::UserAccessTokens)
    }

    /// Whoever has the key may still come in. A lock keeps nobody out who is in.
    fn admits(&self, key: usize) -> bool {
        let Key {
            user, role, revoked, ..
        } = &self.keys[key];
        let holder = &self.users[*user];
        let usable = !holder.deleted && !holder.inactive && holder.give_access && !self.roles[*role].inactive;
        !revoked && usable && holder.roles.get(role) == Some(&false)
    }

    /// Within its scopes, and within what its user may now.
    fn key_may(&self, key: usize, permission: Permission) -> bool {
        let Key {
            user, role, scopes, ..
        } = &self.keys[key];
        scopes.contains(&permission) && self.may(*user, *role, permission)
    }

    fn save_features(&mut self, check: &[Feature], clear: &[Feature], agreed: bool) -> Option<()> {
        let mut after = self.on.clone();
        for feature in check {
            let asks_for_terms = WITH_TERMS.contains(feature) && !self.on.contains(feature);
            let wrong = clear.contains(feature) || (asks_for_terms && !agreed);
            (!wrong).then(|| after.insert(*feature))?;
        }
        for feature in clear {
            after.remove(feature);
        }
        let stands =
            !after.contains(&Feature::ServerSuiteScript) || after.contains(&Feature::ClientSuiteScript);
        stands.then(|| self.on = after)
    }

    fn installed(&mut self, which: u8) -> Option<&mut Integration> {
        let which = pick(&self.integrations, which);
        Some(&mut self.integrations[which]).filter(|record| record.installed)
    }

    fn save_integration(&mut self, which: Option<usize>, page: &IntegrationPage) -> Option<()> {
        let before = which.map(|which| &self.integrations[which]);
        before.is_none_or(|record| record.installed).then_some(())?;
        let others = self.integrations.iter().enumerate();
        let others = others.filter(|(place, record)| record.installed && Some(*place) != which);
        let others: Vec<_> = others.map(|(_, record)| record).collect();
        is_free(page.name, others.iter().map(|record| record.name)).then_some(())?;
        let is_https = |url: &str| url.starts_with("https://");
        let callback = page.callback.map_or(!page.authorization_flow, is_https);
        callback.then_some(())?;
        let taken: u32 = others.iter().filter_map(|record| record.concurrency_limit).sum();
        // One always stays for those without a limit of their own.
        let fits = page
            .concurrency_limit
            .is_none_or(|limit| limit > 0 && taken + limit < CONCURRENCY);
        fits.then_some(())?;
        let pairs = before.map_or(0, |record| record.pairs);
        let after = Integration {
            name: page.name,
            enabled: !page.blocked,
            installed: true,
            token_based_authentication: page.token_based_authentication,
            concurrency_limit: page.concurrency_limit,
            // The first is made when the box is checked for the first time.
            pairs: pairs.max(usize::from(page.token_based_authentication)),
        };
        put(&mut self.integrations, which, after)
    }

    /// Nobody gives what they may not do themselves; what was there may stay.
    fn may_give(
        &self,
        key: Option<usize>,
        before: Option<&BTreeSet<Permission>>,
        after: &[Permission],
    ) -> Option<()> {
        let had = |permission| before.is_some_and(|before| before.contains(permission));
        let mut new = after.iter().filter(|permission| !had(permission));
        new.all(|permission| key.is_none_or(|key| self.key_may(key, *permission)))
            .then_some(())
    }

    fn save_role(&mut self, key: Option<usize>, which: Option<usize>, page: &RolePage) -> Option<()> {
        (which != Some(ADMINISTRATOR)).then_some(())?;
        let before = which.map(|which| &self.roles[which].permissions);
        self.may_give(key, before, &page.permissions)?;
        let others = self
            .roles
            .iter()
            .enumerate()
            .filter(|(place, _)| Some(*place) != which);
        is_free(page.name, others.map(|(_, role)| role.name)).then_some(())?;
        let after = Role {
            name: page.name,
            administrator: false,
            inactive: page.inactive,
            web_services_only: page.web_services_only,
            permissions: page.permissions.iter().copied().collect(),
        };
        put(&mut self.roles, which, after)
    }

    fn existing(&mut self, user: usize) -> Option<&mut User> {
        Some(&mut self.users[user]).filter(|user| !user.deleted)
    }

    /// Only an Administrator changes one, and a key is never that.
    fn changeable_user(&self, key: Option<usize>, which: u8) -> Option<usize> {
        let which = pick(&self.users, which);
        let user = &self.users[which];
        let may = key.is_none_or(|key| {
            self.key_may(key, Permission::ManageUsers) && !user.roles.contains_key(&ADMINISTRATOR)
        });
        (may && !user.deleted).then_some(which)
    }

    fn save_user(&mut self, key: Option<usize>, which: Option<usize>, page: &UserPage) -> Option<()> {
        let others = self.users.iter().enumerate();
        let others = others.filter(|(place, user)| !user.deleted && Some(*place) != which);
        is_free(page.name, others.map(|(_, user)| user.name)).then_some(())?;
        let before = which.map(|which| &self.users[which]);
        let hidden = |role| {
            before
                .and_then(|user| user.roles.get(role))
                .copied()
                .unwrap_or(false)
        };
        let asked: Vec<usize> = page.roles.iter().map(|role| pick(&self.roles, *role)).collect();
        let roles: BTreeMap<usize, bool> = asked.iter().map(|role| (*role, hidden(role))).collect();
        let gets_administrator = roles.contains_key(&ADMINISTRATOR)
            && !before.is_some_and(|user| user.roles.contains_key(&ADMINISTRATOR));
        let wrong = (page.give_access && roles.is_empty())
            || roles.len() < asked.len()
            || (gets_administrator && key.is_some());
        (!wrong).then_some(())?;
        let had = before.map(|user| &user.global_permissions);
        self.may_give(key, had, &page.global_permissions)?;
        let after = User {
            name: page.name,
            deleted: false,
            inactive: page.inactive,
            give_access: page.give_access,
            roles,
            global_permissions: page.global_permissions.iter().copied().collect(),
            failures: before.map_or(0, |user| user.failures),
            locked_until: before.map_or(0, |user| user.locked_until),
        };
        put(&mut self.users, which, after)
    }

    /// What is asked whoever makes it: a token that could never log in is not made.
    fn create_token(&mut self, integration: usize, user: usize, role: usize) -> Option<()> {
        let (record, holder) = (&self.integrations[integration], &self.users[user]);
        let possible = self.on.contains(&Feature::TokenBasedAuthentication)
            && (record.installed && record.enabled && record.token_based_authentication)
            && (!holder.deleted && !holder.inactive && holder.give_access)
            && (holder.roles.contains_key(&role) && !self.roles[role].inactive)
            && self.may_log_in(user, role);
        possible.then(|| {
            self.tokens.push(Token {
                user,
                role,
                integration,
                state: TokenState::Active,
            });
        })
    }

    /// One's own with User Access Tokens, others' with Access Token Management, an Administrator's as one only; and never
    /// one that was revoked.
    fn changeable_token(&mut self, key: Option<usize>, which: u8) -> Option<&mut Token> {
        let which = pick(&self.tokens, which);
        let token = &self.tokens[which];
        if let Some(key) = key {
            let by = &self.keys[key];
            let (own, as_administrator) = (token.user == by.user, self.roles[by.role].administrator);
            let manages = self.key_may(key, Permission::AccessTokenManagement);
            let may = match own {
                true => self.key_may(key, Permission::UserAccessTokens) || (manages && as_administrator),
                false => manages && (as_administrator || !self.roles[token.role].administrator),
            };
            may.then_some(())?;
        }
        let is_over = matches!(token.state, TokenState::Revoked | TokenState::Deleted);
        (!is_over).then(|| &mut self.tokens[which])
    }

    /// When the call is stamped, and with what.
    pub(crate) fn stamp(&mut self, login: &Login) -> Stamp {
        let timestamp = self.now + login.seconds_off;
        let recent: Vec<_> = self.stamps.iter().rev().take(4).collect();
        let stamp = match login.nonce {
            Nonce::Again(number) if !recent.is_empty() => recent[pick(&recent, number)].clone(),
            Nonce::Short => (timestamp, "short".to_owned()),
            _ => (timestamp, format!("nonce{:06}", self.stamps.len())),
        };
        self.stamps.push(stamp.clone());
        stamp
    }

    /// The call, with the places of what it names, which later records do not change.
    pub(crate) fn named(&self, login: &Login) -> Login {
        let token = login.token.map(|token| pick(&self.tokens, token));
        let own = token.map_or(0, |token| self.tokens[token].integration);
        let integration = login
            .integration
            .map_or(own, |number| pick(&self.integrations, number));
        Login {
            token: token.map(|place| place.try_into().expect("there are fewer tokens")),
            integration: integration.try_into().ok(),
            ..login.clone()
        }
    }

    /// What the Login Audit Trail says of the call: its word, or nothing for a success.
    pub(crate) fn log_in(&mut self, login: &Login, stamp: &Stamp) -> &'static str {
        let soap = login.surface == Surface::Soap;
        let restlet = login.surface == Surface::Restlet;
        if !login.realm_is_right {
            return if soap {
                "(login failure: account)"
            } else {
                "(login failure)"
            };
        }
        if (stamp.0 - self.now).abs() > WINDOW {
            return "InvalidTimestamp";
        }
        if stamp.1.len() < 6 {
            return "nonce_rejected";
        }
        if !self.on.contains(&Feature::TokenBasedAuthentication) {
            return "FeatureDisabled";
        }
        let caller = login.integration.map_or(0, usize::from);
        let record = &self.integrations[caller];
        // The key of a pair that was reset is nobody's.
        let is_known = match login.pair {
            Pair::Current => record.pairs > 0,
            Pair::First => record.pairs == 1,
            Pair::Unknown => false,
        };
        if !is_known || !record.installed {
            return "consumer_key_unknown";
        }
        if !record.enabled || !record.token_based_authentication {
            return "consumer_key_refused";
        }
        let Some(place) = login.token.map(usize::from) else {
            return "token_rejected";
        };
        let token = &self.tokens[place];
        if token.integration != caller || token.state != TokenState::Active {
            return "token_rejected";
        }
        if !login.consumer_secret_is_right || !login.token_secret_is_right {
            return "InvalidSignature";
        }
        let (user, role) = (&self.users[token.user], &self.roles[token.role]);
        if user.inactive || !user.give_access {
            return "permission_denied";
        }
        if user.locked_until > self.now {
            return "temporary_locked";
        }
        if role.inactive || user.roles.get(&token.role) != Some(&false) {
            return "permission_denied";
        }
        if !self.may_log_in(token.user, token.role) || (restlet && role.web_services_only) {
            return "permission_denied";
        }
        if !self.used.insert(((caller, record.pairs, place), stamp.clone())) {
            return if restlet { "nonce_used" } else { "NonceUsed" };
        }
        "Success"
    }
}

/// Whether a record may have this name. Upper and lower case are one.
fn is_free(name: &str, mut others: impl Iterator<Item = &'static str>) -> bool {
    !name.is_empty() && !others.any(|other| other.eq_ignore_ascii_case(name))
}

fn put<T>(list: &mut Vec<T>, which: Option<usize>, record: T) -> Option<()> {
    match which {
        Some(which) => list[which] = record,
        None => list.push(record),
    }
    Some(())
}
