//! The state of the account that a vector is about, read from its context. docs/conformance.md lists keys and values.

use std::net::IpAddr;

use countersign_model::{Feature, Level, Permission};
use countersign_protocol::AccountId;
use countersign_vectors::Vector;
use serde_json::Value;

use self::value::{
    account, boolean, features, folded, ip_rules, is_absent, is_inactive, permissions, place_of_token,
    state_of_integration, state_of_request_token, state_of_token, state_of_user, text, word,
};

mod value;

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

#[cfg(test)]
mod tests;
