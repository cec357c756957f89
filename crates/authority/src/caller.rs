//! Who administers the account, and what they may.
//!
//! A [`Caller`] is made in three ways, each from a proof: whoever owns the data folder, a page session, a key to the
//! admin API. An access token is none of them. Every use case asks its caller first.

use std::net::IpAddr;
use std::sync::Arc;

use countersign_model::{
    Actor, ApiKey, By, EntityId, Level, Permission, PermissionSet, Rights, Role, RoleId, Session, User, Via,
};
use countersign_store::StoreError;
use countersign_world::UnixTime;

use crate::audience::Listener;
use crate::snapshot::Snapshot;

mod proof;

/// Somebody who administers, for the time of one request.
#[derive(Clone, Debug)]
pub struct Caller {
    name: String,
    via: Via,
    /// None where it is not known, as over a Unix socket.
    address: Option<IpAddr>,
    standing: Standing,
}

#[derive(Clone, Debug)]
enum Standing {
    /// Whoever may open the data folder owns the account.
    Owner,
    Session(Box<Session>, Holding),
    /// With no more than the key's scopes.
    Key(Box<ApiKey>, Holding),
}

/// A user in a role, as they stand when the caller is made: a right that is taken away is gone at the next request.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    pub(crate) user: Arc<User>,
    pub(crate) role: Arc<Role>,
    pub(crate) snapshot: Arc<Snapshot>,
}

impl Holding {
    fn rights(&self) -> Rights<'_> {
        Rights::of(&self.user, &self.role, &self.snapshot.features)
    }
}

/// Why somebody does not become a caller.
#[derive(Debug, thiserror::Error)]
pub enum CallerRefused {
    /// No such session or key. Also what one of another account is.
    #[error("there is no such session or key")]
    Unknown,
    /// There was one; whoever has it may know why it is over.
    #[error("{0}")]
    Over(String),
    #[error(transparent)]
    Failed(#[from] StoreError),
}

/// Why a caller may not do what they ask for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    #[error(
        "This needs the permission {permission} at level {level}, which neither the role nor the scope of the key may lack. \
         Set it at Setup > Users/Roles > User Management > Manage Roles > Edit > Permissions > {}.", .permission.subtab()
    )]
    Permission { permission: Permission, level: Level },
    #[error(
        "Only an Administrator gives others a permission they lack themselves: {permission} at level {level}. A key gives \
         none beyond its scopes."
    )]
    Beyond { permission: Permission, level: Level },
    #[error("Only an Administrator may do this.")]
    Administrator,
    #[error("Only whoever owns the data folder may do this: use the command line where the account runs.")]
    Owner,
    #[error(
        "This is about one's own user, and whoever owns the data folder is none. Use a session or a key."
    )]
    NoUser,
    #[error("A key cannot do this. Sign in with a password.")]
    Key,
    #[error("A new password, or a second factor, must be set first.")]
    Limited,
}

impl Caller {
    pub(crate) fn of_owner(name: String, via: Via) -> Self {
        Self {
            name,
            via,
            address: None,
            standing: Standing::Owner,
        }
    }

    pub(crate) fn of_session(
        session: Session,
        holding: Holding,
        (via, address): (Via, Option<IpAddr>),
    ) -> Self {
        Self {
            name: holding.user.name.clone(),
            via,
            address,
            standing: Standing::Session(Box::new(session), holding),
        }
    }

    /// None for whoever owns the data folder.
    pub(crate) const fn holding(&self) -> Option<&Holding> {
        match &self.standing {
            Standing::Owner => None,
            Standing::Session(_, holding) | Standing::Key(_, holding) => Some(holding),
        }
    }

    /// Who and when, for the system notes.
    pub(crate) fn by(&self, at: UnixTime) -> By {
        By {
            actor: Actor {
                user: self.user(),
                name: self.name.clone(),
                via: self.via,
            },
            at,
        }
    }

    /// None for whoever owns the data folder.
    pub fn user(&self) -> Option<EntityId> {
        match &self.standing {
            Standing::Owner => None,
            Standing::Session(session, _) => Some(session.user),
            Standing::Key(key, _) => Some(key.user),
        }
    }

    pub fn role(&self) -> Option<RoleId> {
        match &self.standing {
            Standing::Owner => None,
            Standing::Session(session, _) => Some(session.role),
            Standing::Key(key, _) => Some(key.role),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn session(&self) -> Option<&Session> {
        match &self.standing {
            Standing::Session(session, _) => Some(session),
            _ => None,
        }
    }

    /// As whom they follow calls; none for whoever owns the data folder.
    pub(crate) fn listener(&self) -> Option<Listener> {
        match &self.standing {
            Standing::Owner => None,
            Standing::Session(session, _) => Some(Listener::Session(session.id)),
            Standing::Key(key, _) => Some(Listener::Key(key.id)),
        }
    }

    pub fn is_owner(&self) -> bool {
        matches!(self.standing, Standing::Owner)
    }

    /// Whether their role is an Administrator's. What a key may is said by its scopes nevertheless.
    pub fn is_administrator(&self) -> bool {
        self.holding().is_none_or(|holding| holding.role.administrator)
    }

    pub fn allows(&self, permission: Permission, level: Level) -> bool {
        match &self.standing {
            Standing::Owner => true,
            Standing::Session(session, holding) => session.allows(holding.rights(), permission, level),
            Standing::Key(key, holding) => key.allows(holding.rights(), permission, level),
        }
    }

    /// All they may do.
    pub fn permissions(&self) -> PermissionSet {
        let held = Permission::ALL.iter().filter_map(|permission| {
            let levels = permission.levels().iter().rev();
            let level = levels.copied().find(|level| self.allows(*permission, *level))?;
            Some((*permission, level))
        });
        held.fold(PermissionSet::none(), |set, (permission, level)| {
            set.clone().grant(permission, level).unwrap_or(set)
        })
    }

    pub(crate) fn require(&self, permission: Permission, level: Level) -> Result<(), Forbidden> {
        match self.allows(permission, level) {
            true => Ok(()),
            false if self.is_limited() => Err(Forbidden::Limited),
            false => Err(Forbidden::Permission { permission, level }),
        }
    }

    /// Attack: whoever manages roles gives their own role what they lack. So nobody gives more than they may themselves;
    /// what was there `before` may stay.
    pub(crate) fn require_to_give(
        &self,
        before: &[(Permission, Level)],
        after: &[(Permission, Level)],
    ) -> Result<(), Forbidden> {
        let had = |permission, level| {
            before
                .iter()
                .any(|(known, at)| *known == permission && *at >= level)
        };
        let beyond = after
            .iter()
            .find(|(permission, level)| !had(*permission, *level) && !self.allows(*permission, *level));
        match beyond {
            Some(&(permission, level)) => Err(Forbidden::Beyond { permission, level }),
            None => Ok(()),
        }
    }

    /// An Administrator in that role, or whoever owns the data folder. A key reaches no further than its scopes, and
    /// no scope is this.
    pub fn require_administrator(&self) -> Result<(), Forbidden> {
        match &self.standing {
            Standing::Owner => Ok(()),
            Standing::Session(..) if self.is_limited() => Err(Forbidden::Limited),
            Standing::Session(_, holding) if holding.role.administrator => Ok(()),
            Standing::Session(..) => Err(Forbidden::Administrator),
            Standing::Key(..) => Err(Forbidden::Key),
        }
    }

    /// The user somebody acts for, in which role.
    pub(crate) fn require_user(&self) -> Result<(EntityId, RoleId), Forbidden> {
        if self.is_limited() {
            return Err(Forbidden::Limited);
        }
        self.user().zip(self.role()).ok_or(Forbidden::NoUser)
    }

    /// A session that nothing has to be set in first.
    pub(crate) fn require_session(&self) -> Result<&Session, Forbidden> {
        match self.require_any_session()? {
            _ if self.is_limited() => Err(Forbidden::Limited),
            session => Ok(session),
        }
    }

    /// A session, also one in which a password or a second factor has still to be set.
    pub(crate) fn require_any_session(&self) -> Result<&Session, Forbidden> {
        match &self.standing {
            Standing::Session(session, _) => Ok(session),
            Standing::Owner => Err(Forbidden::NoUser),
            Standing::Key(..) => Err(Forbidden::Key),
        }
    }

    /// Where a password or a second factor has to be set before anything else.
    pub fn is_limited(&self) -> bool {
        self.session().is_some_and(Session::is_limited)
    }
}
