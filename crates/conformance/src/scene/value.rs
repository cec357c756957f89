//! The values of a vector's context. An error says what one should have been.

use countersign_model::{Feature, IntegrationState, Level, Permission};
use countersign_protocol::AccountId;
use serde_json::Value;

use super::{PlaceOfToken, StateOfIntegration, StateOfRequestToken, StateOfToken, StateOfUser};

/// A word without what people write it differently with: case, spaces, underscores, hyphens.
pub(super) fn folded(text: &str) -> String {
    let letters = text.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

pub(super) fn text(value: &Value) -> Result<&str, &'static str> {
    value.as_str().ok_or("a text")
}

pub(super) fn word(value: &Value) -> Result<String, &'static str> {
    text(value).map(folded)
}

pub(super) fn boolean(value: &Value) -> Result<bool, &'static str> {
    value.as_bool().ok_or("true or false")
}

pub(super) fn account(value: &Value) -> Result<AccountId, &'static str> {
    text(value)?.parse().map_err(|_| "an account ID")
}

pub(super) fn is_absent(value: &Value) -> Result<bool, &'static str> {
    match word(value)?.as_str() {
        "absent" => Ok(true),
        "present" => Ok(false),
        _ => Err("absent or present"),
    }
}

pub(super) fn is_inactive(value: &Value) -> Result<bool, &'static str> {
    match word(value)?.as_str() {
        "inactive" => Ok(true),
        "active" => Ok(false),
        _ => Err("active or inactive"),
    }
}

pub(super) fn state_of_integration(value: &Value) -> Result<StateOfIntegration, &'static str> {
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

pub(super) fn place_of_token(value: &Value) -> Result<PlaceOfToken, &'static str> {
    match word(value)?.as_str() {
        "present" => Ok(PlaceOfToken::Here),
        "absent" => Ok(PlaceOfToken::Absent),
        "otherintegration" | "ofanotherintegration" | "anotherintegration" => {
            Ok(PlaceOfToken::OfAnotherIntegration)
        }
        _ => Err("present, absent or other integration"),
    }
}

pub(super) fn state_of_token(value: &Value) -> Result<StateOfToken, &'static str> {
    match word(value)?.as_str() {
        "active" => Ok(StateOfToken::Active),
        "inactive" => Ok(StateOfToken::Inactive),
        "revoked" => Ok(StateOfToken::Revoked),
        _ => Err("active, inactive or revoked"),
    }
}

pub(super) fn state_of_user(value: &Value) -> Result<StateOfUser, &'static str> {
    match word(value)?.as_str() {
        "active" => Ok(StateOfUser::Active),
        "inactive" => Ok(StateOfUser::Inactive),
        "noaccess" | "withoutaccess" => Ok(StateOfUser::WithoutAccess),
        "deleted" | "absent" => Ok(StateOfUser::Deleted),
        _ => Err("active, inactive, without access or deleted"),
    }
}

pub(super) fn state_of_request_token(value: &Value) -> Result<StateOfRequestToken, &'static str> {
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
pub(super) fn ip_rules(value: &Value) -> Result<String, &'static str> {
    const EXPECTED: &str = "a list of addresses, ranges and networks";
    let Some(entries) = value.as_array() else {
        return Ok(value.as_str().ok_or(EXPECTED)?.to_owned());
    };
    let entries: Option<Vec<_>> = entries.iter().map(Value::as_str).collect();
    Ok(entries.ok_or(EXPECTED)?.join(", "))
}

/// Which features are on: an object says so one by one; `off` alone is about Token-based Authentication.
pub(super) fn features(value: &Value) -> Result<Vec<(Feature, bool)>, &'static str> {
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
pub(super) fn permissions(value: &Value) -> Result<Vec<(Permission, Level)>, &'static str> {
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
