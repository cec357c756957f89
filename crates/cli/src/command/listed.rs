//! Values of closed lists on the command line: `rest-web-services` for `REST Web Services`, in any spelling.

use std::ffi::OsStr;
use std::marker::PhantomData;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};
use countersign_admin::{GrantJson, Named};
use countersign_model::{Level, Permission, PermissionSet, Word};
use countersign_spelling::nearest;

/// Reads a word of a list. Help and completions list them all.
#[derive(Clone)]
pub(super) struct OneOf<T>(PhantomData<T>);

impl<T> OneOf<T> {
    pub(super) const fn list() -> Self {
        Self(PhantomData)
    }
}

impl<T: Word + Send + Sync> TypedValueParser for OneOf<Named<T>> {
    type Value = Named<T>;

    fn parse_ref(&self, cmd: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Named<T>, Error> {
        match find(&value.to_string_lossy()) {
            Some(word) => Ok(Named(word)),
            // Its error lists the values, and the nearest.
            None => PossibleValuesParser::new(spellings::<T>())
                .parse_ref(cmd, arg, value)
                .and(Err(Error::new(ErrorKind::InvalidValue).with_cmd(cmd))),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(spellings::<T>().map(PossibleValue::new)))
    }
}

fn spellings<T: Word>() -> impl Iterator<Item = String> {
    // A word that is empty on its page cannot be asked for.
    T::WORDS
        .iter()
        .map(|known| dashed(known.word()))
        .filter(|word| !word.is_empty())
}

/// The word that is meant: all of it, or its first part where no other begins so.
fn find<T: Word>(typed: &str) -> Option<T> {
    let typed = dashed(typed);
    let mut all = T::WORDS.iter().copied();
    if let Some(exact) = all.find(|known| !typed.is_empty() && dashed(known.word()) == typed) {
        return Some(exact);
    }
    let begins = |known: &T| dashed(known.word()).starts_with(&format!("{typed}-"));
    let mut beginning = T::WORDS.iter().copied().filter(begins);
    beginning
        .next()
        .filter(|_| beginning.next().is_none() && !typed.is_empty())
}

/// `E-Commerce Management Center` is `e-commerce-management-center`.
fn dashed(word: &str) -> String {
    let parts = word.split(|letter: char| !letter.is_ascii_alphanumeric());
    let parts: Vec<_> = parts
        .filter(|part| !part.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    parts.join("-")
}

/// PERMISSION=LEVEL.
pub(super) fn grant(text: &str) -> Result<GrantJson, String> {
    let (name, level) = text.rsplit_once('=').ok_or(
        "write PERMISSION=LEVEL, such as 'REST Web Services=Full'; the levels are View, Create, Edit, Full",
    )?;
    let level: Level =
        find(level).ok_or_else(|| format!("{level:?} is no level: View, Create, Edit, Full"))?;
    let permission = permission(name)?;
    match PermissionSet::none().grant(permission.0, level) {
        Ok(_) => Ok(GrantJson {
            permission,
            level: Named(level),
        }),
        Err(not_offered) => Err(not_offered.to_string()),
    }
}

pub(super) fn permission(name: &str) -> Result<Named<Permission>, String> {
    if let Some(permission) = find(name) {
        return Ok(Named(permission));
    }
    let meant = nearest(name, Permission::ALL.iter().map(|known| known.label()));
    let next = match meant.is_empty() {
        true => "; `countersign role permissions` lists them all".to_owned(),
        false => format!("; did you mean {}?", meant.join(" or ")),
    };
    Err(format!("there is no permission {name:?}{next}"))
}

#[cfg(test)]
mod tests {
    use countersign_model::{Center, Feature};

    use super::*;

    #[test]
    fn a_word_is_found_in_any_spelling() {
        for typed in [
            "REST Web Services",
            "rest-web-services",
            "rest web services",
            "rest",
        ] {
            assert_eq!(find(typed), Some(Feature::RestWebServices), "{typed}");
        }
        assert_eq!(find("e-commerce-management-center"), Some(Center::Ecommerce));
        assert_eq!(find::<Feature>(""), None);
        assert_eq!(find::<Feature>("re"), None);
    }

    #[test]
    fn a_permission_goes_with_its_level() {
        let grant = grant("REST Web Services=full").unwrap();
        assert_eq!(
            (grant.permission.0, grant.level.0),
            (Permission::RestWebServices, Level::Full)
        );
        assert!(
            super::grant("REST Web Services")
                .unwrap_err()
                .contains("PERMISSION=LEVEL")
        );
        assert!(
            permission("REST Web Servces")
                .unwrap_err()
                .contains("did you mean REST Web Services?")
        );
    }
}
