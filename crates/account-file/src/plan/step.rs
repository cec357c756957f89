//! The steps of a plan. Records are named, not numbered: one that an earlier step makes has no id yet.

use crate::{GivenConsumer, GivenToken, Place};
use countersign_model::{
    Difference, FeaturesForm, IntegrationForm, RoleForm, RoleId, SettingsForm, TokenChange, TokenEditForm,
    UserForm,
};
use countersign_protocol::Secret;
use serde::Serialize;
use std::fmt;

/// Something to be done, ready for the form it is done with. Names are compared as [`folded`](crate::folded) does.
#[derive(Debug)]
pub enum Step {
    /// Every checked box is agreed to: whoever applies the file agrees.
    Features(FeaturesForm),
    Settings(SettingsForm),
    AddRole(RoleForm),
    EditRole {
        role: String,
        form: RoleForm,
    },
    AddUser(NamedUserForm),
    EditUser {
        user: String,
        form: NamedUserForm,
    },
    /// What the user does on View My Roles.
    HideRole {
        user: String,
        role: String,
        hidden: bool,
    },
    SetPassword {
        user: String,
        password: Secret,
        must_change: bool,
    },
    /// Without a given pair one is made, if the record needs one.
    AddIntegration {
        form: IntegrationForm,
        given: Option<GivenConsumer>,
    },
    /// The given pair is for a record that gets its first one.
    EditIntegration {
        integration: String,
        form: IntegrationForm,
        given: Option<GivenConsumer>,
    },
    /// Reset Credentials, with a pair that is given: the old one is dead at once.
    ReplaceCredentials {
        integration: String,
        given: GivenConsumer,
    },
    AddToken {
        integration: String,
        user: String,
        role: String,
        /// Never empty.
        name: String,
        /// Without it ID and secret are made.
        given: Option<GivenToken>,
        /// What is done to it at once.
        then: Option<TokenChange>,
    },
    EditToken {
        token: countersign_model::AccessTokenId,
        form: TokenEditForm,
    },
    RevokeToken {
        token: countersign_model::AccessTokenId,
    },
    AddCustomer {
        /// As the REST record service takes them.
        fields: serde_json::Map<String, serde_json::Value>,
        place: Place,
    },
}

/// An entity's form with its roles by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedUserForm {
    form: UserForm,
    roles: Vec<String>,
}

/// A role that a step needs is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the account has no role {name:?} any more; plan the file again")]
pub struct RoleGone {
    pub name: String,
}

impl NamedUserForm {
    pub(crate) fn new(form: UserForm, roles: Vec<String>) -> Self {
        Self { form, roles }
    }

    pub fn name(&self) -> &str {
        &self.form.name
    }

    /// The form, when every role has an id.
    pub fn form(&self, id_of: impl Fn(&str) -> Option<RoleId>) -> Result<UserForm, RoleGone> {
        let id = |name: &String| id_of(name).ok_or_else(|| RoleGone { name: name.clone() });
        Ok(UserForm {
            roles: self.roles.iter().map(id).collect::<Result<_, _>>()?,
            ..self.form.clone()
        })
    }
}

/// What a step does to its record, for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Add,
    Change,
    Revoke,
}

impl Action {
    /// As JSON has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Revoke => "revoke",
        }
    }

    const fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Change => '~',
            Self::Revoke => '-',
        }
    }
}

/// One field that will differ, in words. Never a secret: one is `set`, `changed` or `made`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl Change {
    pub(crate) fn new(field: &str, old: Option<&str>, new: Option<&str>) -> Self {
        Self {
            field: field.to_owned(),
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
        }
    }
}

impl From<Difference> for Change {
    fn from(difference: Difference) -> Self {
        Self {
            field: difference.field.into_owned(),
            old: difference.old,
            new: difference.new,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [old, new] = [&self.old, &self.new].map(|value| one_line(value.as_deref()));
        write!(f, "{} {old} → {new}", self.field)
    }
}

fn one_line(value: Option<&str>) -> String {
    const LONGEST: usize = 60;
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return "(empty)".to_owned();
    };
    let shown = |character: char| if character.is_control() { ' ' } else { character };
    let mut line: String = value.chars().take(LONGEST).map(shown).collect();
    if value.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

/// A step with what a reader wants to know before it is done.
#[derive(Debug, Serialize)]
pub struct Planned {
    #[serde(skip)]
    pub step: Step,
    pub action: Action,
    /// `role`, `integration` …
    pub record: &'static str,
    /// Empty for what an account has once.
    pub name: String,
    pub changes: Vec<Change>,
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.action.sign(), self.record)?;
        if !self.name.is_empty() {
            write!(f, " {:?}", self.name)?;
        }
        match (self.action, self.changes.as_slice()) {
            (Action::Change, [change]) => write!(f, ": {change}"),
            (Action::Change, changes) => changes.iter().try_for_each(|change| write!(f, "\n    {change}")),
            _ => Ok(()),
        }
    }
}
