//! A new password, as it is filled in.

use super::field::{Check, FieldErrors};
use crate::{PasswordPolicy, WantedPassword};
use countersign_protocol::Secret;

/// The fields Password and Confirm Password.
#[derive(Clone, Copy, Debug)]
pub struct PasswordForm<'a> {
    pub wanted: WantedPassword<'a>,
    pub confirmation: &'a Secret,
}

/// Proof that a password may be hashed and set. The password is where it was.
#[derive(Debug)]
pub struct PasswordDraft(());

impl PasswordDraft {
    pub fn parse(form: PasswordForm<'_>, policy: &PasswordPolicy) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        for fault in policy.faults(form.wanted) {
            check.refuse("Password", fault);
        }
        if form.confirmation.expose() != form.wanted.password.expose() {
            check.refuse("Confirm Password", "is not the same as Password.");
        }
        check.finish(Self(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_shows_the_password() {
        let (password, confirmation) = (Secret::new("s3cret"), Secret::new("other"));
        let form = PasswordForm {
            wanted: WantedPassword {
                password: &password,
                current: None,
                email: "ada@example.com",
                used_before: true,
            },
            confirmation: &confirmation,
        };
        let errors = PasswordDraft::parse(form, &PasswordPolicy::default()).unwrap_err();
        assert_eq!(
            errors.to_string(),
            "Password must have 10 characters or more. Password must have 3 of these four: upper-case letters, \
             lower-case letters, digits, other signs. Password was used before; choose one that never was. Confirm \
             Password is not the same as Password."
        );
        assert!(!format!("{form:?} {errors:?}").contains("s3cret"));
    }
}
