//! System Notes: who changed what, when, from where, and from which value to which.

use crate::word::words;
use crate::{AccessTokenId, ApiKeyId, EntityId, IntegrationId, RoleId, User};
use countersign_world::UnixTime;
use std::fmt;

/// The way a change came in: the note's Context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    Cli,
    Page,
    Api,
    /// The start of the account itself, from a file or from nothing.
    Start,
}

words!(Via, "context" { Cli => "cli", Page => "page", Api => "api", Start => "start" });

/// Who makes a change, as the notes will say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// None for whoever owns the process: the operating system knows them, the account does not.
    pub user: Option<EntityId>,
    pub name: String,
    pub via: Via,
}

/// Who and when: given with every change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub actor: Actor,
    pub at: UnixTime,
}

impl By {
    /// A user, in their own name.
    pub fn user(user: &User, via: Via, at: UnixTime) -> Self {
        Self {
            actor: Actor {
                user: Some(user.id),
                name: user.name.clone(),
                via,
            },
            at,
        }
    }
}

/// The record a note is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotedRecord {
    /// The account itself: its founding, its features, its settings.
    Account,
    Integration(IntegrationId),
    Role(RoleId),
    User(EntityId),
    AccessToken(AccessTokenId),
    ApiKey(ApiKeyId),
}

impl fmt::Display for NotedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account => f.write_str("account"),
            Self::Integration(id) => write!(f, "integration record {id}"),
            Self::Role(id) => write!(f, "role {id}"),
            Self::User(id) => write!(f, "user {id}"),
            Self::AccessToken(id) => write!(f, "access token {id}"),
            Self::ApiKey(id) => write!(f, "API key {id}"),
        }
    }
}

/// The note's Type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteType {
    Create,
    Change,
    Delete,
}

words!(NoteType, "system note type" { Create => "Create", Change => "Change", Delete => "Delete" });

/// One line of a record's System Notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemNote {
    pub by: By,
    pub record: NotedRecord,
    pub note_type: NoteType,
    /// The field, as the page calls it.
    pub field: String,
    pub old_value: Option<String>,
    /// Never a secret.
    pub new_value: Option<String>,
}
