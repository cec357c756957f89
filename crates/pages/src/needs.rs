//! What a page asks of whoever opens it. The use cases ask again: this decides what is shown, they decide what is done.

use countersign_authority::Caller;
use countersign_model::{Level, Permission};

/// Stated where a route is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nobody yet: the sign-in.
    Nothing,
    /// A session, also one in which a password or a second factor must be set first.
    AnySession,
    Session,
    /// One of these is enough.
    One(&'static [(Permission, Level)]),
    Administrator,
}

impl Needs {
    pub fn met_by(self, caller: &Caller) -> bool {
        match self {
            Self::Nothing => true,
            Self::AnySession => caller.session().is_some(),
            _ if caller.is_limited() => false,
            Self::Session => caller.session().is_some(),
            Self::One(permissions) => {
                let mut held = permissions.iter();
                held.any(|(permission, level)| caller.allows(*permission, *level))
            }
            Self::Administrator => caller.require_administrator().is_ok(),
        }
    }

    /// What whoever lacks it is told.
    pub(crate) fn lacking(self) -> String {
        match self {
            Self::Nothing | Self::AnySession | Self::Session => "Sign in to open this page.".to_owned(),
            Self::Administrator => "Only the role Administrator may do this.".to_owned(),
            Self::One(permissions) => {
                let named: Vec<String> = permissions
                    .iter()
                    .map(|(permission, level)| format!("{permission} ({level})"))
                    .collect();
                let named = named.join(" or ");
                format!(
                    "Your role lacks the permission {named}. An administrator adds it at Setup \u{203a} Users/Roles \u{203a} \
                     Manage Roles; load this page again afterwards."
                )
            }
        }
    }
}
