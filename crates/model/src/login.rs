//! Whether a user may log in by token in a role: everything that is asked of people once a signature has been found
//! good. NetSuite publishes no order for these questions; this one is ours.

use crate::{Detail, EntityId, EntityKind, Level, Permission, Role, RoleId, Surface, User};
use countersign_world::UnixTime;
use thiserror::Error;

/// Proof that [`may_log_in`] agreed. It can be had in no other way.
#[derive(Debug)]
pub struct MayLogIn {
    user: EntityId,
    role: RoleId,
}

impl MayLogIn {
    pub const fn user(&self) -> EntityId {
        self.user
    }

    pub const fn role(&self) -> RoleId {
        self.role
    }
}

/// Why not, and where in NetSuite to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoginDenied {
    #[error("{user} is inactive. Clear Inactive on the record: {} > Edit.", kind.click_path())]
    UserInactive { user: String, kind: EntityKind },
    #[error("{user} has no access. Check Give Access: {} > Edit > Access.", kind.click_path())]
    NoAccess { user: String, kind: EntityKind },
    #[error(
        "{user} is locked after five failed passwords, for another {minutes} min. Wait, or unlock with the User \
         Access Reset Tool: Setup > Users/Roles > User Management > User Access Reset Tool."
    )]
    Locked {
        user: String,
        until: UnixTime,
        minutes: u64,
    },
    #[error(
        "The role {role} is inactive. Clear Inactive: Setup > Users/Roles > User Management > Manage Roles > Edit."
    )]
    RoleInactive { role: String },
    #[error(
        "{user} no longer has the role {role} this token was created for. Add it: {} > Edit > Access > Roles, or \
         create a token for another role.", kind.click_path()
    )]
    RoleNotAssigned {
        user: String,
        role: String,
        kind: EntityKind,
    },
    #[error("{user} made the role {role} inactive for themselves. They can show it again on View My Roles.")]
    RoleHidden { user: String, role: String },
    #[error(
        "The role {role} may not log in by token{}. Add Log in using Access Tokens or User Access Tokens: Setup > \
         Users/Roles > User Management > Manage Roles > Edit > Permissions > Setup.", manager(*manages_tokens)
    )]
    LacksTbaPermission {
        role: String,
        /// It has Access Token Management, which is often mistaken for the permission to log in.
        manages_tokens: bool,
    },
    #[error(
        "{role} is a Web Services Only role, and RESTlets take none. Clear Web Services Only Role: Setup > \
         Users/Roles > User Management > Manage Roles > Edit, or create a token for another role."
    )]
    WebServicesOnlyOnRestlet { role: String },
}

const fn manager(manages_tokens: bool) -> &'static str {
    if manages_tokens {
        ": Access Token Management only manages other users' tokens"
    } else {
        ""
    }
}

impl LoginDenied {
    pub const fn detail(&self) -> Detail {
        match self {
            Self::Locked { .. } => Detail::TemporaryLocked,
            _ => Detail::PermissionDenied,
        }
    }

    /// The stable id of the mistake.
    pub const fn mistake(&self) -> &'static str {
        match self {
            Self::UserInactive { .. } => "entity_inactive",
            Self::NoAccess { .. } => "entity_without_access",
            Self::Locked { .. } => "locked",
            Self::RoleInactive { .. } => "role_inactive",
            Self::RoleNotAssigned { .. } => "role_removed",
            Self::RoleHidden { .. } => "role_hidden",
            Self::LacksTbaPermission {
                manages_tokens: true, ..
            } => "role_atm_only",
            Self::LacksTbaPermission {
                manages_tokens: false,
                ..
            } => "role_without_tba",
            Self::WebServicesOnlyOnRestlet { .. } => "web_services_only_role",
        }
    }
}

/// Whether `user` may log in by token in `role` at `now`.
pub fn may_log_in(
    user: &User,
    role: &Role,
    surface: Surface,
    now: UnixTime,
) -> Result<MayLogIn, LoginDenied> {
    let (user_name, role_name, kind) = (|| user.name.clone(), || role.name.clone(), user.kind);
    if user.inactive {
        return Err(LoginDenied::UserInactive {
            user: user_name(),
            kind,
        });
    }
    if !user.give_access {
        return Err(LoginDenied::NoAccess {
            user: user_name(),
            kind,
        });
    }
    if let Some(until) = user.locked_until.filter(|until| *until > now) {
        let minutes = until.since(now).as_secs().div_ceil(60);
        return Err(LoginDenied::Locked {
            user: user_name(),
            until,
            minutes,
        });
    }
    if role.inactive {
        return Err(LoginDenied::RoleInactive { role: role_name() });
    }
    let Some(assignment) = user.assignment(role.id) else {
        return Err(LoginDenied::RoleNotAssigned {
            user: user_name(),
            role: role_name(),
            kind,
        });
    };
    if assignment.hidden {
        return Err(LoginDenied::RoleHidden {
            user: user_name(),
            role: role_name(),
        });
    }
    if !role.logs_in_by_token() {
        let manages_tokens = role.allows(Permission::AccessTokenManagement, Level::Full);
        return Err(LoginDenied::LacksTbaPermission {
            role: role_name(),
            manages_tokens,
        });
    }
    if role.web_services_only && surface == Surface::Restlet {
        return Err(LoginDenied::WebServicesOnlyOnRestlet { role: role_name() });
    }
    Ok(MayLogIn {
        user: user.id,
        role: role.id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AssignedRole, PermissionSet};

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    fn user() -> User {
        User {
            id: EntityId::new(42),
            kind: EntityKind::Employee,
            name: "Ada Byron".into(),
            email: "ada@example.com".into(),
            give_access: true,
            inactive: false,
            roles: vec![AssignedRole {
                role: RoleId::new(1001),
                hidden: false,
            }],
            locked_until: None,
        }
    }

    fn role() -> Role {
        Role {
            id: RoleId::new(1001),
            name: "Integrator".into(),
            inactive: false,
            web_services_only: false,
            administrator: false,
            permissions: PermissionSet::none()
                .grant(Permission::LogInUsingAccessTokens, Level::Full)
                .unwrap(),
        }
    }

    fn denied(user: &User, role: &Role, surface: Surface) -> (Detail, &'static str) {
        let denied = may_log_in(user, role, surface, NOW).unwrap_err();
        (denied.detail(), denied.mistake())
    }

    #[test]
    fn a_user_with_an_assigned_role_that_logs_in_by_token_may() {
        let proof = may_log_in(&user(), &role(), Surface::Rest, NOW).unwrap();
        assert_eq!(
            (proof.user(), proof.role()),
            (EntityId::new(42), RoleId::new(1001))
        );
    }

    #[test]
    fn each_reason_has_its_detail_and_its_mistake() {
        let denied_user = |change: fn(&mut User)| {
            let mut user = user();
            change(&mut user);
            denied(&user, &role(), Surface::Rest)
        };
        let denied_role = |change: fn(&mut Role)| {
            let mut role = role();
            change(&mut role);
            denied(&user(), &role, Surface::Restlet)
        };
        let no = Detail::PermissionDenied;
        assert_eq!(denied_user(|user| user.inactive = true), (no, "entity_inactive"));
        assert_eq!(
            denied_user(|user| user.give_access = false),
            (no, "entity_without_access")
        );
        assert_eq!(denied_user(|user| user.roles.clear()), (no, "role_removed"));
        assert_eq!(
            denied_user(|user| user.roles[0].hidden = true),
            (no, "role_hidden")
        );
        assert_eq!(denied_role(|role| role.inactive = true), (no, "role_inactive"));
        assert_eq!(
            denied_role(|role| role.permissions = PermissionSet::none()),
            (no, "role_without_tba")
        );
        assert_eq!(
            denied_role(|role| {
                let manages = PermissionSet::none().grant(Permission::AccessTokenManagement, Level::Full);
                role.permissions = manages.unwrap();
            }),
            (no, "role_atm_only")
        );
        assert_eq!(
            denied_role(|role| role.web_services_only = true),
            (no, "web_services_only_role")
        );
    }

    #[test]
    fn a_web_services_only_role_works_with_web_services() {
        let role = Role {
            web_services_only: true,
            ..role()
        };
        assert!(may_log_in(&user(), &role, Surface::Rest, NOW).is_ok());
        assert!(may_log_in(&user(), &role, Surface::Soap, NOW).is_ok());
    }

    #[test]
    fn a_lock_ends_by_itself() {
        let user = User {
            locked_until: Some(NOW.plus(std::time::Duration::from_secs(61))),
            ..user()
        };
        assert_eq!(
            denied(&user, &role(), Surface::Rest),
            (Detail::TemporaryLocked, "locked")
        );
        let sentence = may_log_in(&user, &role(), Surface::Rest, NOW)
            .unwrap_err()
            .to_string();
        assert!(
            sentence.starts_with("Ada Byron is locked after five failed passwords, for another 2 min."),
            "{sentence}"
        );
        let end = user.locked_until.unwrap();
        assert!(may_log_in(&user, &role(), Surface::Rest, end).is_ok());
    }

    #[test]
    fn the_sentence_says_where_to_mend_it() {
        let vendor = User {
            kind: EntityKind::Vendor,
            inactive: true,
            ..user()
        };
        assert_eq!(
            may_log_in(&vendor, &role(), Surface::Rest, NOW)
                .unwrap_err()
                .to_string(),
            "Ada Byron is inactive. Clear Inactive on the record: Lists > Relationships > Vendors > Edit."
        );
    }
}
