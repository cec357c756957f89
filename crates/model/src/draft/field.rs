//! The checks every form shares, and how their errors are gathered.

use crate::{IpRules, Level, Permission, PermissionSet};
use std::fmt;

/// The longest name, in characters.
pub const MAX_NAME: usize = 100;
/// The longest description or note, in characters.
pub const MAX_TEXT: usize = 1000;
/// The longest email address, in characters (RFC 5321 section 4.5.3.1.3, less its angle brackets).
pub const MAX_EMAIL: usize = 254;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's label on the page.
    pub field: &'static str,
    /// A sentence that starts where the label ends.
    pub message: String,
}

/// Everything wrong with a form. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { " " };
            write!(f, "{separator}{} {}", error.field, error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}

/// Gathers the errors of one form.
#[derive(Debug, Default)]
pub(super) struct Check(Vec<FieldError>);

impl Check {
    pub(super) fn refuse(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(FieldError {
            field,
            message: message.into(),
        });
    }

    /// A required line without control characters, white space around it cut.
    pub(super) fn name(&mut self, field: &'static str, text: &str) -> String {
        let name = text.trim();
        if name.is_empty() {
            self.refuse(field, "is required.");
        } else if name.chars().count() > MAX_NAME {
            self.refuse(field, format!("is longer than {MAX_NAME} characters."));
        } else if name.chars().any(char::is_control) {
            self.refuse(field, "must be one line without control characters.");
        }
        name.to_owned()
    }

    /// Optional text, which may have lines.
    pub(super) fn text(&mut self, field: &'static str, text: &str) -> String {
        let text = text.trim();
        if text.chars().count() > MAX_TEXT {
            self.refuse(field, format!("is longer than {MAX_TEXT} characters."));
        } else if text
            .chars()
            .any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        {
            self.refuse(field, "must not hold control characters.");
        }
        text.to_owned()
    }

    /// The shape of an address: something, one `@`, a host with a dot. Whether it exists is not asked.
    pub(super) fn email(&mut self, field: &'static str, text: &str) -> String {
        let email = text.trim();
        let allowed = |character: char| !character.is_whitespace() && !character.is_control();
        let has_shape = email.split_once('@').is_some_and(|(local, host)| {
            let labels: Vec<&str> = host.split('.').collect();
            !local.is_empty()
                && !host.contains('@')
                && labels.len() > 1
                && labels.iter().all(|label| !label.is_empty())
        });
        if email.is_empty() {
            self.refuse(field, "is required.");
        } else if email.chars().count() > MAX_EMAIL {
            self.refuse(field, format!("is longer than {MAX_EMAIL} characters."));
        } else if !has_shape || !email.chars().all(allowed) {
            self.refuse(field, "must look like name@example.com.");
        }
        email.to_owned()
    }

    /// Lines of a permissions list, each permission once and at a level it is offered at.
    pub(super) fn permissions(
        &mut self,
        field: &'static str,
        lines: &[(Permission, Level)],
    ) -> PermissionSet {
        let mut set = PermissionSet::none();
        for (permission, level) in lines.iter().copied() {
            if set.level(permission).is_some() {
                self.refuse(
                    field,
                    format!("name {permission} twice; keep one of the two lines."),
                );
                continue;
            }
            match set.clone().grant(permission, level) {
                Ok(granted) => set = granted,
                Err(error) => self.refuse(field, format!("cannot be saved: {error}.")),
            }
        }
        set
    }

    /// Addresses, or nothing at all.
    pub(super) fn ip_rules(&mut self, field: &'static str, text: &str) -> Option<IpRules> {
        if text.trim().is_empty() {
            return None;
        }
        match text.parse() {
            Ok(rules) => Some(rules),
            Err(error) => {
                self.refuse(field, error.to_string());
                None
            }
        }
    }

    /// A number within its bounds.
    pub(super) fn number(
        &mut self,
        field: &'static str,
        number: u32,
        allowed: std::ops::RangeInclusive<u32>,
    ) {
        if !allowed.contains(&number) {
            self.refuse(
                field,
                format!(
                    "must be from {} to {}; it is {number}.",
                    allowed.start(),
                    allowed.end()
                ),
            );
        }
    }

    /// The draft, if no field was refused.
    pub(super) fn finish<T>(self, draft: T) -> Result<T, FieldErrors> {
        if self.0.is_empty() {
            Ok(draft)
        } else {
            Err(FieldErrors(self.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(check: impl FnOnce(&mut Check)) -> String {
        let mut gathered = Check::default();
        check(&mut gathered);
        gathered
            .finish(())
            .map_or_else(|errors| errors.to_string(), |()| String::new())
    }

    #[test]
    fn a_name_is_one_required_line() {
        assert_eq!(
            errors(|check| assert_eq!(check.name("Name", "  Warehouse "), "Warehouse")),
            ""
        );
        assert_eq!(
            errors(|check| drop(check.name("Name", " \t "))),
            "Name is required."
        );
        assert_eq!(
            errors(|check| drop(check.name("Name", "a\r\nb"))),
            "Name must be one line without control characters."
        );
        assert_eq!(
            errors(|check| drop(check.name("Name", &"é".repeat(MAX_NAME)))),
            ""
        );
        assert_eq!(
            errors(|check| drop(check.name("Name", &"é".repeat(MAX_NAME + 1)))),
            "Name is longer than 100 characters."
        );
    }

    #[test]
    fn an_email_has_the_shape_of_one() {
        for good in ["a@b.co", " a.b+c@mail.example.com "] {
            assert_eq!(errors(|check| drop(check.email("Email", good))), "", "{good:?}");
        }
        for bad in [
            "a", "@b.co", "a@", "a@b", "a@b.", "a@@b.co", "a b@c.co", "a@b..co",
        ] {
            let message = errors(|check| drop(check.email("Email", bad)));
            assert_eq!(message, "Email must look like name@example.com.", "{bad:?}");
        }
    }
}
