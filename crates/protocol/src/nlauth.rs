//! The `Authorization: NLAuth` header, by which the token services take a password.
//!
//! Invariant: no field stands in it twice and none is empty. Its values are secrets: no message shows one.

use crate::secret::Secret;

/// The longest header that is read, in bytes.
const MAX_HEADER: usize = 8 * 1024;

/// What somebody says who they are. Nothing of it is proved.
#[derive(Debug, Default)]
pub struct NlAuth {
    pub account: Option<String>,
    pub email: Option<String>,
    /// The password.
    pub signature: Option<Secret>,
    /// The internal id of a role.
    pub role: Option<String>,
    pub application_id: Option<String>,
    /// The verification code of an authenticator app.
    pub otp: Option<Secret>,
}

/// Why a header is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NlAuthError {
    #[error("the Authorization scheme is not NLAuth")]
    Scheme,
    #[error("fields are written name=value and separated by a comma")]
    Syntax,
    #[error("a value has a character that must be percent-encoded, or a '%' without two hexadecimal digits")]
    Character,
    #[error(
        "a field is none of nlauth_account, nlauth_email, nlauth_signature, nlauth_role, nlauth_application_id and nlauth_otp"
    )]
    Unknown,
    #[error("{0} is sent twice")]
    Doubled(&'static str),
    #[error("{0} is sent with an empty value")]
    Empty(&'static str),
    #[error("the Authorization header is longer than {MAX_HEADER} bytes")]
    TooLong,
}

impl NlAuth {
    /// Parses the value of an `Authorization` header. Values may stand in double quotes.
    pub fn parse(header: &str) -> Result<Self, NlAuthError> {
        if header.len() > MAX_HEADER {
            return Err(NlAuthError::TooLong);
        }
        let header = header.trim_matches(is_blank);
        let (scheme, fields) = header.split_once(is_blank).unwrap_or((header, ""));
        if !scheme.eq_ignore_ascii_case("NLAuth") {
            return Err(NlAuthError::Scheme);
        }
        let mut parsed = Self::default();
        // No value has a comma in it: that must be percent-encoded.
        for field in fields.split(',') {
            let (name, value) = field.split_once('=').ok_or(NlAuthError::Syntax)?;
            parsed.insert(name.trim_matches(is_blank), value.trim_matches(is_blank))?;
        }
        Ok(parsed)
    }

    fn insert(&mut self, name: &str, value: &str) -> Result<(), NlAuthError> {
        let names = [
            "nlauth_account",
            "nlauth_email",
            "nlauth_signature",
            "nlauth_role",
            "nlauth_application_id",
            "nlauth_otp",
        ];
        let known = names.into_iter().find(|known| name.eq_ignore_ascii_case(known));
        let name = known.ok_or(NlAuthError::Unknown)?;
        let quoted = value.strip_prefix('"').map(|value| value.strip_suffix('"'));
        let value = quoted.unwrap_or(Some(value)).ok_or(NlAuthError::Syntax)?;
        let value = decoded(value)?;
        if value.is_empty() {
            return Err(NlAuthError::Empty(name));
        }
        let was_there = match name {
            "nlauth_account" => self.account.replace(value).is_some(),
            "nlauth_email" => self.email.replace(value).is_some(),
            "nlauth_signature" => self.signature.replace(Secret::new(value)).is_some(),
            "nlauth_role" => self.role.replace(value).is_some(),
            "nlauth_application_id" => self.application_id.replace(value).is_some(),
            _ => self.otp.replace(Secret::new(value)).is_some(),
        };
        if was_there {
            Err(NlAuthError::Doubled(name))
        } else {
            Ok(())
        }
    }
}

const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn decoded(value: &str) -> Result<String, NlAuthError> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    loop {
        rest = match rest {
            [] => break,
            [b'%', high, low, after @ ..] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                let (high, low) = digit(high).zip(digit(low)).ok_or(NlAuthError::Character)?;
                decoded.extend(u8::try_from(high * 16 + low));
                after
            }
            [byte, after @ ..] if may_stand(*byte) => {
                decoded.push(*byte);
                after
            }
            _ => return Err(NlAuthError::Character),
        };
    }
    String::from_utf8(decoded).map_err(|_| NlAuthError::Character)
}

/// What RFC 3986 leaves as it is, what encodeURIComponent does, and the sign in every email address.
const fn may_stand(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' | b'@' | b'!' | b'*' | b'\'' | b'(' | b')'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_read_in_any_order_quoted_or_not() {
        for header in [
            "NLAuth nlauth_account=1234567_SB1, nlauth_email=ada%40example.com, nlauth_signature=a%26b%2Cc%20%C3%A9, nlauth_role=3",
            "nlauth nlauth_role=\"3\",nlauth_signature=\"a%26b%2cc%20%c3%a9\" ,  nlauth_email=ada@example.com,nlauth_account=1234567_SB1",
        ] {
            let read = NlAuth::parse(header).unwrap();
            assert_eq!(read.account.as_deref(), Some("1234567_SB1"));
            assert_eq!(read.email.as_deref(), Some("ada@example.com"));
            assert_eq!(read.signature.as_ref().unwrap().expose(), "a&b,c \u{e9}");
            assert_eq!(read.role.as_deref(), Some("3"));
            assert!(read.application_id.is_none() && read.otp.is_none());
        }
    }

    #[test]
    fn what_is_doubled_empty_unknown_or_not_encoded_is_refused() {
        let error = |fields: &str| NlAuth::parse(&format!("NLAuth {fields}")).unwrap_err();
        assert_eq!(
            error("nlauth_role=3, nlauth_role=3"),
            NlAuthError::Doubled("nlauth_role")
        );
        assert_eq!(error("nlauth_email="), NlAuthError::Empty("nlauth_email"));
        assert_eq!(error("nlauth_email=\"\""), NlAuthError::Empty("nlauth_email"));
        assert_eq!(error("nlauth_mail=a"), NlAuthError::Unknown);
        assert_eq!(error("nlauth_role=3,"), NlAuthError::Syntax);
        assert_eq!(error(""), NlAuthError::Syntax);
        assert_eq!(error("nlauth_role=\"3"), NlAuthError::Syntax);
        for raw in [
            "a&b", "a b", "a+b", "50%", "%zz", "%ff", "a\"b", "\u{e9}", "a=b", "a/b",
        ] {
            assert_eq!(
                error(&format!("nlauth_signature={raw}")),
                NlAuthError::Character,
                "{raw}"
            );
        }
        assert_eq!(
            NlAuth::parse("OAuth realm=\"1\"").unwrap_err(),
            NlAuthError::Scheme
        );
        assert_eq!(
            NlAuth::parse(&"x".repeat(9000)).unwrap_err(),
            NlAuthError::TooLong
        );
    }

    proptest! {
        #[test]
        fn what_is_percent_encoded_reads_back_and_is_never_shown(password in "\\PC{1,40}") {
            let header = format!("NLAuth nlauth_signature={}", crate::percent_encode(&password));
            let read = NlAuth::parse(&header).unwrap();
            prop_assert_eq!(read.signature.as_ref().unwrap().expose(), &password);
            let shown = format!("{read:?}");
            prop_assert!(password.len() < 8 || !shown.contains(&password));
        }

        #[test]
        fn nothing_panics(header in ".*") {
            let _ = NlAuth::parse(&header);
            let _ = NlAuth::parse(&format!("NLAuth {header}"));
        }
    }
}
