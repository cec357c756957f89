//! Whether somebody may log in with a password: to the pages, or by NLAuth to the token services. No API takes a
//! password here, so one is of use only where tokens are made.

use crate::{
    Detail, EntityId, Feature, LoginDenied, LoginScene, Password, PasswordPolicy, Role, RoleId, SecondFactor,
    Surface, User,
};
use thiserror::Error;

/// What came of comparing the password, and the code that came with it. The comparing is done elsewhere, and takes the
/// same time for an email nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordAnswer {
    pub password_is_right: bool,
    pub code: CodeAnswer,
}

/// The verification code of an authenticator app, or a recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeAnswer {
    NotGiven,
    Right,
    /// Not the code of this moment, or used before.
    Wrong,
}

/// What a password login is decided from.
#[derive(Clone, Copy, Debug)]
pub struct PasswordScene<'a> {
    pub scene: LoginScene<'a>,
    pub policy: &'a PasswordPolicy,
    /// Whether the account holds to NetSuite's rule for highly privileged roles.
    pub mandatory_two_factor: bool,
}

/// Proof that [`may_log_in_by_password`] agreed. It can be had in no other way.
#[derive(Debug)]
pub struct MayLogInByPassword {
    user: EntityId,
    role: RoleId,
    two_factor: bool,
    must_change: bool,
    must_enrol: bool,
}

impl MayLogInByPassword {
    pub const fn user(&self) -> EntityId {
        self.user
    }

    pub const fn role(&self) -> RoleId {
        self.role
    }

    /// Whether a second factor was asked for and given.
    pub const fn two_factor(&self) -> bool {
        self.two_factor
    }

    /// The page must let the user do nothing but set a new password.
    pub const fn must_change(&self) -> bool {
        self.must_change
    }

    /// The role asks for a second factor and the user has none: the page must let them do nothing but set one up.
    pub const fn must_enrol(&self) -> bool {
        self.must_enrol
    }
}

/// Why not. The sentences are for the account's own pages, not for whoever tried.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PasswordDenied {
    #[error(
        "No user of this account has this email address with access. Check the address, and the account it was sent to."
    )]
    UnknownEmail,
    #[error("The password is wrong. After five wrong ones the user is locked for 30 minutes.")]
    WrongPassword,
    #[error("{user} has no password yet. Set one: Edit > Access > Manually Assign or Change Password.")]
    NoPassword { user: String },
    #[error(
        "The password of {user} has expired or must be changed. They can do so on the pages; their tokens go on working."
    )]
    MustChange { user: String },
    #[error("{user} must give the verification code of an authenticator app: the role {role} requires it.")]
    TwoFactorRequired { user: String, role: String },
    #[error(
        "The role {role} requires two-factor authentication, and {user} has set up none yet. They can on the pages, at \
         Settings > Manage Two-Factor Authentication."
    )]
    NotEnrolled { user: String, role: String },
    #[error("The verification code of {user} is wrong, or was used before.")]
    WrongCode { user: String },
    #[error("{service} takes no password. Use a token.")]
    ServiceTakesNone { service: Surface },
    #[error(transparent)]
    Login(#[from] LoginDenied),
}

/// What whoever tried is told: the same for an unknown email, a wrong password and a locked user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRefusal {
    /// As the token services answer.
    pub code: &'static str,
    pub message: &'static str,
    /// Whether the same request with a verification code could succeed.
    pub asks_for_code: bool,
}

const INVALID: PasswordRefusal = PasswordRefusal {
    code: "INVALID_LOGIN_CREDENTIALS",
    message: "You have entered an invalid email address or password. Please try again.",
    asks_for_code: false,
};

const TWO_FACTOR: PasswordRefusal = PasswordRefusal {
    code: "TWO_FA_REQD",
    message: "two-factor authentication required",
    asks_for_code: true,
};

impl PasswordDenied {
    pub const fn detail(&self) -> Detail {
        match self {
            Self::UnknownEmail | Self::WrongPassword | Self::NoPassword { .. } => Detail::WrongPassword,
            Self::MustChange { .. } => Detail::PasswordExpired,
            Self::TwoFactorRequired { .. } | Self::NotEnrolled { .. } => Detail::TwoFactorRequired,
            Self::WrongCode { .. } => Detail::WrongVerificationCode,
            Self::ServiceTakesNone { .. } => Detail::NotTokenBased,
            Self::Login(denied) => denied.detail(),
        }
    }

    /// The stable id of the mistake.
    pub const fn mistake(&self) -> &'static str {
        match self {
            Self::UnknownEmail => "email_unknown",
            Self::WrongPassword => "password_wrong",
            Self::NoPassword { .. } => "password_unset",
            Self::MustChange { .. } => "password_expired",
            Self::TwoFactorRequired { .. } => "otp_missing",
            Self::NotEnrolled { .. } => "otp_not_set_up",
            Self::WrongCode { .. } => "otp_wrong",
            Self::ServiceTakesNone { .. } => "nlauth",
            Self::Login(denied) => denied.mistake(),
        }
    }

    pub const fn public(&self) -> PasswordRefusal {
        match self {
            Self::TwoFactorRequired { .. } | Self::WrongCode { .. } => TWO_FACTOR,
            Self::NotEnrolled { .. } => PasswordRefusal {
                asks_for_code: false,
                ..TWO_FACTOR
            },
            _ => INVALID,
        }
    }

    /// Whether it counts towards the lock: guesses do, everything else does not.
    pub const fn counts_as_failure(&self) -> bool {
        matches!(self, Self::WrongPassword | Self::WrongCode { .. })
    }
}

/// Whether `user` may log in with a password in `role`. Nothing is said about user or role before the password is right:
/// only a lock comes first, and whoever tries cannot tell the two apart.
pub fn may_log_in_by_password(
    user: &User,
    role: &Role,
    password: Option<&Password>,
    factor: SecondFactor,
    answer: PasswordAnswer,
    at: &PasswordScene<'_>,
) -> Result<MayLogInByPassword, PasswordDenied> {
    let (scene, name) = (&at.scene, || user.name.clone());
    let on_pages = match scene.surface {
        Surface::Page => true,
        Surface::TokenService => false,
        service => return Err(PasswordDenied::ServiceTakesNone { service }),
    };
    if user.is_locked(scene.now) {
        scene.admit_user(user)?;
    }
    let password = password.ok_or_else(|| PasswordDenied::NoPassword { user: name() })?;
    if !answer.password_is_right {
        return Err(PasswordDenied::WrongPassword);
    }
    scene.admit_user(user)?;
    scene.admit_role(user, role)?;
    if on_pages && role.web_services_only {
        let role = role.name.clone();
        return Err(LoginDenied::WebServicesOnlyOnPage { role }.into());
    }
    if let Some(feature) = scene
        .surface
        .feature()
        .filter(|feature: &Feature| !scene.features.has(*feature))
    {
        return Err(LoginDenied::FeatureOff { feature }.into());
    }
    let second_factor = if role.requires_two_factor(at.mandatory_two_factor) {
        second_factor(user, role, factor, answer.code, on_pages)?
    } else {
        SecondFactorGiven::NotAsked
    };
    let must_change = password.must_change || password.is_expired(at.policy, scene.now);
    if must_change && !on_pages {
        return Err(PasswordDenied::MustChange { user: name() });
    }
    Ok(MayLogInByPassword {
        user: user.id,
        role: role.id,
        two_factor: second_factor == SecondFactorGiven::Passed,
        must_change,
        must_enrol: second_factor == SecondFactorGiven::ToBeSetUp,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SecondFactorGiven {
    NotAsked,
    Passed,
    ToBeSetUp,
}

/// Only the pages can be entered without a second factor one must have: where else could one set it up?
fn second_factor(
    user: &User,
    role: &Role,
    factor: SecondFactor,
    code: CodeAnswer,
    on_pages: bool,
) -> Result<SecondFactorGiven, PasswordDenied> {
    let (user, role) = (user.name.clone(), role.name.clone());
    match (factor.is_enrolled(), code) {
        (false, _) if on_pages => Ok(SecondFactorGiven::ToBeSetUp),
        (false, _) => Err(PasswordDenied::NotEnrolled { user, role }),
        (true, CodeAnswer::NotGiven) => Err(PasswordDenied::TwoFactorRequired { user, role }),
        (true, CodeAnswer::Wrong) => Err(PasswordDenied::WrongCode { user }),
        (true, CodeAnswer::Right) => Ok(SecondFactorGiven::Passed),
    }
}

#[cfg(test)]
mod tests;
