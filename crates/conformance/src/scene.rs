//! The state of the account that a vector is about, read from its context. docs/conformance.md lists keys and values.

use std::net::IpAddr;

use countersign_model::{Feature, IntegrationState, Level, Permission};
use countersign_protocol::AccountId;
use countersign_vectors::Vector;
use serde_json::Value;

/// What of an account is not as in the usual one, where everything is on, enabled, assigned and allowed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scene {
    pub(crate) account: Option<AccountId>,
    pub(crate) features: Vec<(Feature, bool)>,
    pub(crate) integration: IntegrationScene,
    pub(crate) token: TokenScene,
    pub(crate) user: UserScene,
    pub(crate) role: RoleScene,
    pub(crate) client_ip: Option<IpAddr>,
    pub(crate) request_token: RequestTokenScene,
    /// Requests that may still run at once.
    pub(crate) free_requests: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct IntegrationScene {
    pub(crate) absent: bool,
    pub(crate) state: StateOfIntegration,
    /// The record's callback URL.
    pub(crate) callback: Option<String>,
    pub(crate) boxes: Boxes,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StateOfIntegration {
    #[default]
    Enabled,
    Blocked,
    WaitingForApproval,
    Uninstalled,
}

/// The boxes of the Authentication subtab that a vector speaks of.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Boxes {
    pub(crate) token_based_authentication: Option<bool>,
    pub(crate) authorization_flow: Option<bool>,
    pub(crate) issue_token_endpoint: Option<bool>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct TokenScene {
    pub(crate) place: PlaceOfToken,
    pub(crate) state: StateOfToken,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PlaceOfToken {
    #[default]
    Here,
    Absent,
    /// It belongs to another integration record of the account.
    OfAnotherIntegration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StateOfToken {
    #[default]
    Active,
    Inactive,
    Revoked,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct UserScene {
    pub(crate) state: StateOfUser,
    /// In seconds since 1970.
    pub(crate) locked_until: Option<i64>,
    /// The field IP Address Restriction.
    pub(crate) ip_rules: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StateOfUser {
    #[default]
    Active,
    Inactive,
    WithoutAccess,
    Deleted,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct RoleScene {
    pub(crate) inactive: bool,
    pub(crate) not_assigned: bool,
    pub(crate) hidden: bool,
    pub(crate) web_services_only: bool,
    pub(crate) two_factor_required: bool,
    pub(crate) permissions: Option<Vec<(Permission, Level)>>,
}

/// The request token of the authorization flow.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestTokenScene {
    /// Its id, where it is not the one the request names.
    pub(crate) id: Option<String>,
    pub(crate) absent: bool,
    pub(crate) state: StateOfRequestToken,
    /// The verifier it was allowed with, where it is not the one the request names.
    pub(crate) verifier: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StateOfRequestToken {
    /// Nobody has allowed or denied it.
    Issued,
    #[default]
    Allowed,
    Denied,
    Used,
    Expired,
}

/// A context that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SceneError {
    #[error("its context has the key {key:?}, which says nothing about an account here")]
    Key { key: String },
    #[error("its context has {key:?} = {value}, but {expected} is expected")]
    Value {
        key: String,
        value: Value,
        expected: &'static str,
    },
}

impl Scene {
    pub(crate) fn of(vector: &Vector) -> Result<Self, SceneError> {
        let mut scene = Self::default();
        for (key, value) in vector.context.iter().filter(|(_, value)| !value.is_null()) {
            let said = scene.take(key, value).map_err(|expected| SceneError::Value {
                key: key.clone(),
                value: value.clone(),
                expected,
            })?;
            if !said {
                return Err(SceneError::Key { key: key.clone() });
            }
        }
        Ok(scene)
    }

    /// The scene as far as its context can be understood.
    pub(crate) fn known_part(vector: &Vector) -> Self {
        let mut scene = Self::default();
        for (key, value) in vector.context.iter().filter(|(_, value)| !value.is_null()) {
            scene.take(key, value).ok();
        }
        scene
    }

    /// Takes one key in; false where there is no such key. The error says what its value must be.
    fn take(&mut self, key: &str, value: &Value) -> Result<bool, &'static str> {
        match key {
            "account" => self.account = Some(account(value)?),
            "feature" | "features" => self.features = features(value)?,
            "integration" => self.integration.absent = is_absent(value)?,
            "integration_state" => self.integration.state = state_of_integration(value)?,
            "integration_boxes" => self.integration.boxes = Boxes::read(value)?,
            "callback" => self.integration.callback = Some(text(value)?.to_owned()),
            "token" => self.token.place = place_of_token(value)?,
            "token_state" => self.token.state = state_of_token(value)?,
            "entity_state" | "user_state" => self.user.state = state_of_user(value)?,
            "user_locked_until" => {
                self.user.locked_until = Some(value.as_i64().ok_or("a time in seconds since 1970")?);
            }
            "ip_rules" => self.user.ip_rules = Some(ip_rules(value)?),
            "client_ip" => self.client_ip = Some(text(value)?.parse().map_err(|_| "an IP address")?),
            "role_state" => self.role.inactive = is_inactive(value)?,
            "role_assigned" => self.role.not_assigned = !boolean(value)?,
            "role_hidden" => self.role.hidden = boolean(value)?,
            "role_flags" => self.role.take_flags(value)?,
            "role_permissions" => self.role.permissions = Some(permissions(value)?),
            "request_token" => match word(value).as_deref() {
                Ok("absent") => self.request_token.absent = true,
                _ => self.request_token.id = Some(text(value)?.to_owned()),
            },
            "request_token_state" => self.request_token.state = state_of_request_token(value)?,
            "verifier" => self.request_token.verifier = Some(text(value)?.to_owned()),
            "free_requests" => {
                let free = value.as_u64().and_then(|free| u32::try_from(free).ok());
                self.free_requests = Some(free.ok_or("a number of requests")?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Boxes {
    fn read(value: &Value) -> Result<Self, &'static str> {
        const EXPECTED: &str = "an object with boxes of the Authentication subtab, each true or false";
        let mut boxes = Self::default();
        for (name, value) in value.as_object().ok_or(EXPECTED)? {
            let field = match folded(name).as_str() {
                "tokenbasedauthentication" => &mut boxes.token_based_authentication,
                "authorizationflow" | "tbaauthorizationflow" => &mut boxes.authorization_flow,
                "issuetokenendpoint" | "tbaissuetokenendpoint" => &mut boxes.issue_token_endpoint,
                _ => return Err(EXPECTED),
            };
            *field = Some(boolean(value)?);
        }
        Ok(boxes)
    }
}

impl RoleScene {
    fn take_flags(&mut self, value: &Value) -> Result<(), &'static str> {
        const EXPECTED: &str = "a list of web_services_only, two_factor_required, inactive, hidden";
        for flag in value.as_array().ok_or(EXPECTED)? {
            let field = match word(flag)?.as_str() {
                "webservicesonly" | "webservicesonlyrole" => &mut self.web_services_only,
                "twofactorrequired" | "twofactorauthenticationrequired" => &mut self.two_factor_required,
                "inactive" => &mut self.inactive,
                "hidden" => &mut self.hidden,
                _ => return Err(EXPECTED),
            };
            *field = true;
        }
        Ok(())
    }
}

/// A word without what people write it differently with: case, spaces, underscores, hyphens.
fn folded(text: &str) -> String {
    let letters = text.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn text(value: &Value) -> Result<&str, &'static str> {
    value.as_str().ok_or("a text")
}

fn word(value: &Value) -> Result<String, &'static str> {
    text(value).map(folded)
}

fn boolean(value: &Value) -> Result<bool, &'static str> {
    value.as_bool().ok_or("true or false")
}

fn account(value: &Value) -> Result<AccountId, &'static str> {
    text(value)?.parse().map_err(|_| "an account ID")
}

fn is_absent(value: &Value) -> Result<bool, &'static str> {
    match word(value)?.as_str() {
        "absent" => Ok(true),
        "present" => Ok(false),
        _ => Err("absent or present"),
    }
}

fn is_inactive(value: &Value) -> Result<bool, &'static str> {
    match word(value)?.as_str() {
        "inactive" => Ok(true),
        "active" => Ok(false),
        _ => Err("active or inactive"),
    }
}

fn state_of_integration(value: &Value) -> Result<StateOfIntegration, &'static str> {
    let word = word(value)?;
    if word == "uninstalled" {
        return Ok(StateOfIntegration::Uninstalled);
    }
    let state = IntegrationState::ALL
        .iter()
        .find(|state| folded(state.label()) == word);
    match state.ok_or("Enabled, Blocked, Waiting for Approval or Uninstalled")? {
        IntegrationState::Enabled => Ok(StateOfIntegration::Enabled),
        IntegrationState::Blocked => Ok(StateOfIntegration::Blocked),
        IntegrationState::WaitingForApproval => Ok(StateOfIntegration::WaitingForApproval),
    }
}

fn place_of_token(value: &Value) -> Result<PlaceOfToken, &'static str> {
    match word(value)?.as_str() {
        "present" => Ok(PlaceOfToken::Here),
        "absent" => Ok(PlaceOfToken::Absent),
        "otherintegration" | "ofanotherintegration" | "anotherintegration" => {
            Ok(PlaceOfToken::OfAnotherIntegration)
        }
        _ => Err("present, absent or other integration"),
    }
}

fn state_of_token(value: &Value) -> Result<StateOfToken, &'static str> {
    match word(value)?.as_str() {
        "active" => Ok(StateOfToken::Active),
        "inactive" => Ok(StateOfToken::Inactive),
        "revoked" => Ok(StateOfToken::Revoked),
        _ => Err("active, inactive or revoked"),
    }
}

fn state_of_user(value: &Value) -> Result<StateOfUser, &'static str> {
    match word(value)?.as_str() {
        "active" => Ok(StateOfUser::Active),
        "inactive" => Ok(StateOfUser::Inactive),
        "noaccess" | "withoutaccess" => Ok(StateOfUser::WithoutAccess),
        "deleted" | "absent" => Ok(StateOfUser::Deleted),
        _ => Err("active, inactive, without access or deleted"),
    }
}

fn state_of_request_token(value: &Value) -> Result<StateOfRequestToken, &'static str> {
    match word(value)?.as_str() {
        "issued" | "new" => Ok(StateOfRequestToken::Issued),
        "allowed" | "authorized" => Ok(StateOfRequestToken::Allowed),
        "denied" => Ok(StateOfRequestToken::Denied),
        "used" | "exchanged" => Ok(StateOfRequestToken::Used),
        "expired" | "lapsed" => Ok(StateOfRequestToken::Expired),
        _ => Err("issued, allowed, denied, used or expired"),
    }
}

/// A list of entries, or the field as it is written.
fn ip_rules(value: &Value) -> Result<String, &'static str> {
    const EXPECTED: &str = "a list of addresses, ranges and networks";
    let Some(entries) = value.as_array() else {
        return Ok(value.as_str().ok_or(EXPECTED)?.to_owned());
    };
    let entries: Option<Vec<_>> = entries.iter().map(Value::as_str).collect();
    Ok(entries.ok_or(EXPECTED)?.join(", "))
}

/// Which features are on: an object says so one by one; `off` alone is about Token-based Authentication.
fn features(value: &Value) -> Result<Vec<(Feature, bool)>, &'static str> {
    const EXPECTED: &str = "on, off, or an object with features by their names, each true or false";
    if let Some(word) = value.as_str() {
        let on = match folded(word).as_str() {
            "on" => true,
            "off" => false,
            _ => return Err(EXPECTED),
        };
        return Ok(vec![(Feature::TokenBasedAuthentication, on)]);
    }
    let named = |(name, on): (&String, &Value)| {
        let is = |feature: &Feature| {
            folded(feature.label()) == folded(name) || feature.id().eq_ignore_ascii_case(name)
        };
        let feature = Feature::ALL.iter().copied().find(is).ok_or(EXPECTED)?;
        Ok((feature, boolean(on)?))
    };
    value
        .as_object()
        .ok_or(EXPECTED)?
        .into_iter()
        .map(named)
        .collect()
}

/// A list of permissions, each at its highest level, or an object with their levels.
fn permissions(value: &Value) -> Result<Vec<(Permission, Level)>, &'static str> {
    const EXPECTED: &str = "a list of permissions this account has, or an object with their levels";
    let permission = |name: &str| {
        let is = |known: &Permission| folded(known.label()) == folded(name) || known.id() == name;
        Permission::ALL.iter().copied().find(is).ok_or(EXPECTED)
    };
    if let Some(levels) = value.as_object() {
        let leveled = |(name, level): (&String, &Value)| {
            let is = |known: &Level| {
                level
                    .as_str()
                    .is_some_and(|level| folded(level) == folded(known.label()))
            };
            Ok((
                permission(name)?,
                Level::ALL.iter().copied().find(is).ok_or(EXPECTED)?,
            ))
        };
        return levels.iter().map(leveled).collect();
    }
    let highest = |name: &Value| {
        let permission = permission(text(name)?)?;
        Ok((permission, *permission.levels().last().ok_or(EXPECTED)?))
    };
    value.as_array().ok_or(EXPECTED)?.iter().map(highest).collect()
}

#[cfg(test)]
mod tests;
