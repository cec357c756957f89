//! `account.toml`: a whole account in a file. docs/account-file.md explains every field.

use std::collections::BTreeMap;

use countersign_model::{
    Authentication, EntityKind, Feature, IntegrationForm, IntegrationState, Level, Permission, RoleForm,
    UserForm,
};
use countersign_protocol::AccountId;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// A file as it was read; names are resolved when the account is made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountFile {
    pub(crate) account: AccountTable,
    #[serde(default, rename = "integration")]
    pub(crate) integrations: Vec<IntegrationTable>,
    #[serde(default, rename = "role")]
    pub(crate) roles: Vec<RoleTable>,
    #[serde(default, rename = "user")]
    pub(crate) users: Vec<UserTable>,
    #[serde(default, rename = "token")]
    pub(crate) tokens: Vec<TokenTable>,
    /// Fields as the REST record service takes them.
    #[serde(default, rename = "customer")]
    pub(crate) customers: Vec<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountTable {
    pub(crate) id: String,
    #[serde(default = "local_company")]
    pub(crate) company_name: String,
    /// Labels of Enable Features; without the list every one is on.
    pub(crate) features: Option<Vec<String>>,
}

fn local_company() -> String {
    "Local Company".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegrationTable {
    pub(crate) name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    note: String,
    /// Enabled or Blocked.
    state: Option<String>,
    concurrency_limit: Option<u32>,
    #[serde(default = "yes")]
    token_based_authentication: bool,
    /// Without both a new pair is made.
    pub(crate) consumer_key: Option<String>,
    pub(crate) consumer_secret: Option<Zeroizing<String>>,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleTable {
    name: String,
    #[serde(default)]
    web_services_only: bool,
    /// Permission label to level.
    #[serde(default)]
    permissions: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserTable {
    kind: Option<String>,
    name: String,
    email: String,
    #[serde(default = "yes")]
    give_access: bool,
    /// Names of roles.
    pub(crate) roles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenTable {
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) integration: String,
    pub(crate) user: String,
    pub(crate) role: String,
    /// Without both a new pair is made.
    pub(crate) token_id: Option<String>,
    pub(crate) token_secret: Option<Zeroizing<String>>,
}

impl AccountFile {
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        // toml quotes the line it stumbled over, and that line may hold a secret: only place and reason are shown.
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1);
            Failure::unusable(format!(
                "the account file cannot be read: line {line}: {}",
                without_value(error.message())
            ))
            .hint("docs/account-file.md lists every field")
        })
    }

    /// On one line, as every page and answer shows it.
    pub(crate) fn company_name(&self) -> Result<&str, Failure> {
        const LONGEST: usize = 100;
        let name = self.account.company_name.as_str();
        let length = name.chars().count();
        if name.trim().is_empty() || length > LONGEST || name.contains(char::is_control) {
            let message = format!("account.company_name: a name is 1 to {LONGEST} characters on one line");
            return Err(Failure::unusable(message));
        }
        Ok(name)
    }

    pub(crate) fn account_id(&self) -> Result<AccountId, Failure> {
        self.account
            .id
            .parse()
            .map_err(|error| Failure::unusable(format!("account.id: {error}")))
    }

    pub(crate) fn features(&self) -> Result<Vec<Feature>, Failure> {
        match &self.account.features {
            None => Ok(Feature::ALL.to_vec()),
            Some(labels) => labels
                .iter()
                .map(|label| word("account.features", label))
                .collect(),
        }
    }
}

impl IntegrationTable {
    pub(crate) fn form(&self) -> Result<IntegrationForm, Failure> {
        let state = self
            .state
            .as_deref()
            .map_or(Ok(IntegrationState::Enabled), |state| {
                word("integration.state", state)
            })?;
        Ok(IntegrationForm {
            name: self.name.clone(),
            description: self.description.clone(),
            note: self.note.clone(),
            state,
            authentication: Authentication {
                token_based_authentication: self.token_based_authentication,
                ..Authentication::default()
            },
            concurrency_limit: self.concurrency_limit,
        })
    }
}

impl RoleTable {
    pub(crate) fn form(&self) -> Result<RoleForm, Failure> {
        let permission = |(label, level): (&String, &String)| {
            let permission = Permission::ALL
                .iter()
                .find(|known| known.label() == label)
                .copied();
            let permission = permission.ok_or_else(|| {
                let known: Vec<_> = Permission::ALL.iter().map(|known| known.label()).collect();
                Failure::unusable(format!("role.permissions: {label:?} is not a permission here"))
                    .hint(known.join(", "))
            })?;
            Ok((permission, word::<Level>("role.permissions", level)?))
        };
        Ok(RoleForm {
            name: self.name.clone(),
            web_services_only: self.web_services_only,
            permissions: self
                .permissions
                .iter()
                .map(permission)
                .collect::<Result<_, Failure>>()?,
            ..RoleForm::default()
        })
    }
}

impl UserTable {
    pub(crate) fn form(&self, roles: Vec<countersign_model::RoleId>) -> Result<UserForm, Failure> {
        let kind = self
            .kind
            .as_deref()
            .map_or(Ok(EntityKind::Employee), |kind| word("user.kind", kind))?;
        Ok(UserForm {
            kind,
            name: self.name.clone(),
            email: self.email.clone(),
            give_access: self.give_access,
            roles,
            ..UserForm::default()
        })
    }
}

/// A value of the wrong type is quoted, and it may be a secret that lacks its quotes: what was expected is enough.
fn without_value(message: &str) -> String {
    let expected = message
        .strip_prefix("invalid ")
        .and_then(|message| message.rsplit_once(", expected "));
    expected.map_or_else(
        || message.to_owned(),
        |(_, expected)| format!("expected {expected}"),
    )
}

fn word<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Failure>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error| Failure::unusable(format!("{field}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_field_is_named_with_its_line_and_no_value_is_shown() {
        let file = "[account]\nid = \"1234567\"\n\n[[token]]\nname = \"x\"\nsecret = \"s3cret\"\n";
        let Err(failure) = AccountFile::parse(file) else {
            panic!("the file has an unknown field")
        };
        let text = format!("{failure:?}");
        assert!(text.contains("line 6") && text.contains("secret"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }

    #[test]
    fn features_are_all_on_unless_they_are_listed() {
        let file = |features| {
            AccountFile::parse(&format!("[account]\nid = \"1\"\n{features}"))
                .unwrap()
                .features()
        };
        assert_eq!(file("").unwrap(), Feature::ALL);
        assert_eq!(
            file("features = [\"REST Web Services\"]").unwrap(),
            [Feature::RestWebServices]
        );
        assert!(file("features = [\"Rest\"]").is_err());
    }
}
