//! Whether a user may log in by token in a role: everything that is asked of people once a signature has been found
//! good. NetSuite publishes no order for these questions; this one is ours.

use crate::{
    Detail, EntityId, EntityKind, Feature, FeatureSet, IpRules, Level, Permission, Rights, Role, RoleId,
    Surface, User,
};
use countersign_world::UnixTime;
use std::net::IpAddr;
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

/// Where and when somebody wants in, and what the account says to that.
#[derive(Clone, Copy, Debug)]
pub struct LoginScene<'a> {
    pub surface: Surface,
    /// None when the caller came over a Unix socket.
    pub address: Option<IpAddr>,
    pub now: UnixTime,
    pub features: &'a FeatureSet,
    /// Allowed IP Addresses of Company Information; none where the field is empty.
    pub company_ip_rules: Option<&'a IpRules>,
}

impl LoginScene<'_> {
    /// What is asked of a user in whatever way they log in.
    pub(crate) fn admit_user(&self, user: &User) -> Result<(), LoginDenied> {
        let (name, kind) = (|| user.name.clone(), user.kind);
        if user.inactive {
            return Err(LoginDenied::UserInactive { user: name(), kind });
        }
        if !user.give_access {
            return Err(LoginDenied::NoAccess { user: name(), kind });
        }
        if let Some(until) = user.locked_until.filter(|until| *until > self.now) {
            let minutes = until.since(self.now).as_secs().div_ceil(60);
            return Err(LoginDenied::Locked {
                user: name(),
                until,
                minutes,
            });
        }
        let has_rules = self.features.has(Feature::IpAddressRules);
        if has_rules && !user.ip_restriction.admit(self.company_ip_rules, self.address) {
            return Err(LoginDenied::IpRule {
                user: name(),
                kind,
                address: self.address,
            });
        }
        Ok(())
    }

    /// What is asked of the role, again in whatever way.
    pub(crate) fn admit_role(&self, user: &User, role: &Role) -> Result<(), LoginDenied> {
        let (user_name, role_name) = (|| user.name.clone(), || role.name.clone());
        if role.inactive {
            return Err(LoginDenied::RoleInactive { role: role_name() });
        }
        let Some(assignment) = user.assignment(role.id) else {
            return Err(LoginDenied::RoleNotAssigned {
                user: user_name(),
                role: role_name(),
                kind: user.kind,
            });
        };
        if assignment.hidden {
            return Err(LoginDenied::RoleHidden {
                user: user_name(),
                role: role_name(),
            });
        }
        Ok(())
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
    #[error(
        "{role} is a Web Services Only role, and no page opens for one. Clear Web Services Only Role: Setup > \
         Users/Roles > User Management > Manage Roles > Edit, or choose another role."
    )]
    WebServicesOnlyOnPage { role: String },
    #[error(
        "IP Address{} does not match any of the IP Address rules specified for {user}. Change them: {} > Edit > Access > \
         IP Address Restriction, or for all at Setup > Company > Company Information > Allowed IP Addresses.",
        shown(*address), kind.click_path()
    )]
    IpRule {
        user: String,
        kind: EntityKind,
        address: Option<IpAddr>,
    },
    #[error("{feature} is off. Check it at Setup > Company > Enable Features > {} > {}.", feature.subtab(), feature.section())]
    FeatureOff { feature: Feature },
}

fn shown(address: Option<IpAddr>) -> String {
    address.map(|address| format!(" {address}")).unwrap_or_default()
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
            Self::IpRule { .. } => Detail::IpRule,
            Self::FeatureOff { .. } => Detail::FeatureDisabled,
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
            Self::WebServicesOnlyOnRestlet { .. } | Self::WebServicesOnlyOnPage { .. } => {
                "web_services_only_role"
            }
            Self::IpRule { .. } => "ip_rule",
            Self::FeatureOff { .. } => "feature_disabled",
        }
    }
}

/// Whether `user` may log in by token in `role`. A password that has expired or must be changed is no reason against it,
/// and neither is a role that needs two-factor authentication: a token stands for both.
pub fn may_log_in(user: &User, role: &Role, scene: &LoginScene<'_>) -> Result<MayLogIn, LoginDenied> {
    let feature = Feature::TokenBasedAuthentication;
    if !scene.features.has(feature) {
        return Err(LoginDenied::FeatureOff { feature });
    }
    scene.admit_user(user)?;
    scene.admit_role(user, role)?;
    let rights = Rights::of(user, role, scene.features);
    if !rights.logs_in_by_token() {
        return Err(LoginDenied::LacksTbaPermission {
            role: role.name.clone(),
            manages_tokens: rights.allows(Permission::AccessTokenManagement, Level::Full),
        });
    }
    if role.web_services_only && scene.surface == Surface::Restlet {
        return Err(LoginDenied::WebServicesOnlyOnRestlet {
            role: role.name.clone(),
        });
    }
    Ok(MayLogIn {
        user: user.id,
        role: role.id,
    })
}

#[cfg(test)]
pub(crate) mod tests;
