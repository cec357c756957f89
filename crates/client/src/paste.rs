//! Credentials out of whatever a person pastes: a `.env` file, JSON, an exported environment, a mail.
//!
//! A paste becomes the complete five values, with a sentence for each thing that was mended, or one sentence that says
//! what is missing or doubtful. What could be meant in two ways is never guessed. No message shows a value.

use std::collections::BTreeMap;
use std::fmt;

use countersign_protocol::{AccountId, AccountIdError, Credentials, Secret};
use zeroize::Zeroizing;

use crate::CredentialName;

mod pairs;

/// The longest text that is read, in bytes.
pub const MAX_PASTE: usize = 64 * 1024;

/// Each of NetSuite's keys, ids and secrets is this long, in hexadecimal.
const USUAL: usize = 64;
/// Hexadecimal of a length this near to the usual one has lost or won a character on its way.
const NEAR: std::ops::RangeInclusive<usize> = USUAL - 8..=USUAL + 8;

/// Five values out of a paste.
pub struct PastedCredentials {
    pub credentials: Credentials,
    /// What was mended, a sentence each, to be shown to whoever pasted.
    pub remarks: Vec<String>,
}

impl fmt::Debug for PastedCredentials {
    // A consumer key may be a secret that was pasted in its place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PastedCredentials")
            .field("account", &self.credentials.account)
            .field("remarks", &self.remarks)
            .finish_non_exhaustive()
    }
}

/// Why a paste gives no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    #[error("there is no text in the paste: copy the values again")]
    Empty,
    #[error("the paste is longer than {} KiB: paste only the part with the values", MAX_PASTE / 1024)]
    TooLong,
    #[error(
        "no value in the paste has a name: write each behind its own, as in Account ID: 1234567, Consumer Key: …, \
         Consumer Secret: …, Token ID: …, Token Secret: …"
    )]
    NoNames,
    #[error("{} missing: {}", if .0.len() == 1 { "one value is" } else { "values are" }, listed(.0))]
    Missing(Vec<CredentialName>),
    #[error("the {} is there twice with different values: leave only the right one", .0.title())]
    Doubled(CredentialName),
    #[error("the {} {problem}", name.title())]
    Doubtful {
        name: CredentialName,
        problem: &'static str,
    },
    #[error(
        "the {} has {length} characters and NetSuite's have {USUAL}: {}. Copy it again", name.title(),
        if *length < USUAL { "some were lost" } else { "some are too many" }
    )]
    Length { name: CredentialName, length: usize },
    #[error("the {} and the {} are the same: one was pasted in the other's place. Copy both again", .0.title(), .1.title())]
    Same(CredentialName, CredentialName),
    #[error("{0}")]
    Account(#[from] AccountIdError),
}

fn listed(names: &[CredentialName]) -> String {
    let sentences = names
        .iter()
        .map(|name| format!("the {} ({})", name.title(), name.found_at()));
    sentences.collect::<Vec<_>>().join(", ")
}

type Values = BTreeMap<CredentialName, Zeroizing<String>>;

impl PastedCredentials {
    pub fn read(text: &str) -> Result<Self, PasteError> {
        let mut remarks = Vec::new();
        let values = found(text, &mut remarks)?;
        let missing: Vec<_> = CredentialName::ALL
            .into_iter()
            .filter(|name| !values.contains_key(name))
            .collect();
        if !missing.is_empty() {
            return Err(PasteError::Missing(missing));
        }
        check_all(&values)?;
        let take = |name| values.get(&name).map_or("", |value| value.as_str());
        let account = account(take(CredentialName::AccountId), &mut remarks)?;
        Ok(Self {
            credentials: Credentials {
                account,
                consumer_key: take(CredentialName::ConsumerKey).to_owned(),
                consumer_secret: Secret::new(take(CredentialName::ConsumerSecret)),
                token: take(CredentialName::TokenId).to_owned(),
                token_secret: Secret::new(take(CredentialName::TokenSecret)),
            },
            remarks,
        })
    }

    /// Whether these values can be among the five, while others are still to come.
    pub fn judge(text: &str) -> Result<(), PasteError> {
        let values = found(text, &mut Vec::new())?;
        check_all(&values)?;
        let given = values.get(&CredentialName::AccountId);
        given.map_or(Ok(()), |given| account(given, &mut Vec::new()).map(|_| ()))
    }
}

/// The values that are there, each in its place.
fn found(text: &str, remarks: &mut Vec<String>) -> Result<Values, PasteError> {
    if text.len() > MAX_PASTE {
        return Err(PasteError::TooLong);
    }
    let text = pairs::in_plain_characters(text);
    if text.trim().is_empty() {
        return Err(PasteError::Empty);
    }
    let mut values = Values::new();
    for (name, value) in pairs::of(&text) {
        let value = tidy(name, &value, remarks)?;
        if value.is_empty() {
            continue;
        }
        match values.get(&name) {
            Some(other) if *other == value => (),
            Some(_) => return Err(PasteError::Doubled(name)),
            None => {
                values.insert(name, value);
            }
        }
    }
    if values.is_empty() {
        return Err(PasteError::NoNames);
    }
    put_the_account_in_its_place(&mut values, remarks);
    Ok(values)
}

fn check_all(values: &Values) -> Result<(), PasteError> {
    for (&name, value) in values {
        check(name, value)?;
        let mut before = values.iter().take_while(|(other, _)| **other != name);
        if let Some((&other, _)) = before.find(|(_, other)| *other == value) {
            return Err(PasteError::Same(other, name));
        }
    }
    Ok(())
}

/// What stands where a value was meant to be.
fn check_is_a_value(name: CredentialName, value: &str) -> Result<(), PasteError> {
    let doubtful = |problem| Err(PasteError::Doubtful { name, problem });
    let lower = value.to_ascii_lowercase();
    let is_placeholder = value.starts_with('<') || value.starts_with("${") || value.starts_with("{{");
    let is_masked = value
        .chars()
        .all(|c| matches!(c, '*' | '•' | '●' | '·' | '.' | 'x' | 'X' | '…'));
    if is_placeholder
        || is_masked
        || lower.starts_with("your")
        || value.ends_with('…')
        || value.ends_with("...")
    {
        return doubtful("is a placeholder or was hidden when it was copied: copy the value itself");
    }
    if CredentialName::of_label(value).is_some() {
        return doubtful("is the name of a value and not a value: copy what stands beside it");
    }
    Ok(())
}

/// The value without what stands around it, and in one piece.
fn tidy(
    name: CredentialName,
    value: &str,
    remarks: &mut Vec<String>,
) -> Result<Zeroizing<String>, PasteError> {
    if !value.is_empty() {
        check_is_a_value(name, value)?;
    }
    let mut pieces = value.split_whitespace();
    let first = pieces.next().unwrap_or_default();
    let rest: Vec<&str> = pieces.collect();
    let Some(next) = rest.first() else {
        return Ok(Zeroizing::new(first.to_owned()));
    };
    // The account's name or kind, a comment, an arrow.
    let is_remark =
        next.starts_with(['(', '#', '<', '[']) || next.starts_with("//") || next.starts_with("--");
    if is_remark {
        return Ok(Zeroizing::new(first.to_owned()));
    }
    if name == CredentialName::AccountId {
        let is_suffix = matches!(rest.as_slice(), [one] if is_environment(one));
        return match is_suffix {
            true => Ok(Zeroizing::new(format!("{first} {next}"))),
            false => Err(PasteError::Doubtful {
                name,
                problem: "is more than one word: leave only the ID, such as 1234567 or 1234567_SB1",
            }),
        };
    }
    let mut whole = Zeroizing::new(String::with_capacity(value.len()));
    whole.push_str(first);
    rest.iter().for_each(|piece| whole.push_str(piece));
    if whole.len() == USUAL && whole.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        remarks.push(format!(
            "A line break or space inside the {} was taken out.",
            name.title()
        ));
        return Ok(whole);
    }
    Err(PasteError::Doubtful {
        name,
        problem: "has a space or line break in it: leave only the value behind its name",
    })
}

fn is_environment(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    let number = text.strip_prefix("SB").or_else(|| text.strip_prefix("RP"));
    number.is_some_and(|number| number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An account ID is no key, and a key is no account ID: where each stands in the other's place, both are known.
fn put_the_account_in_its_place(values: &mut Values, remarks: &mut Vec<String>) {
    let is_account = |value: &str| value.len() <= AccountId::MAX_LENGTH && value.parse::<AccountId>().is_ok();
    let given = values.get(&CredentialName::AccountId);
    if given.is_none_or(|account| account.len() != USUAL || is_account(account)) {
        return;
    }
    let others = values
        .iter()
        .filter(|(name, value)| **name != CredentialName::AccountId && is_account(value));
    let others: Vec<CredentialName> = others.map(|(name, _)| *name).collect();
    if let [other] = *others.as_slice()
        && let (Some(key), Some(account)) = (values.remove(&CredentialName::AccountId), values.remove(&other))
    {
        values.insert(other, key);
        values.insert(CredentialName::AccountId, account);
        remarks.push(format!(
            "The Account ID and the {} stood in each other's place.",
            other.title()
        ));
    }
}

fn check(name: CredentialName, value: &str) -> Result<(), PasteError> {
    let doubtful = |problem| Err(PasteError::Doubtful { name, problem });
    if name == CredentialName::AccountId {
        return Ok(());
    }
    if value.starts_with("eyJ") {
        return doubtful(
            "is an OAuth 2.0 token, which expires: token-based authentication needs the one of an access token",
        );
    }
    if value.len() < USUAL / 2 && value.parse::<AccountId>().is_ok() && value.bytes().any(|byte| byte == b'_')
    {
        return doubtful("is an Account ID: look which value belongs there");
    }
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return doubtful("has a letter in it that none of NetSuite's has: copy it again");
    }
    let is_hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hexadecimal && value.len() != USUAL && NEAR.contains(&value.len()) {
        return Err(PasteError::Length {
            name,
            length: value.len(),
        });
    }
    Ok(())
}

/// The account of an ID in any form, of an address, and of the ways people write a sandbox.
fn account(text: &str, remarks: &mut Vec<String>) -> Result<AccountId, PasteError> {
    let spaced = text.replace(' ', "_");
    let digits = spaced.len() - spaced.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (company, suffix) = spaced.split_at_checked(digits).unwrap_or((&spaced, ""));
    let joined = match !company.is_empty() && is_environment(suffix) {
        true => format!("{company}_{suffix}"),
        false => spaced,
    };
    if is_environment(text) {
        return Err(PasteError::Doubtful {
            name: CredentialName::AccountId,
            problem: "is only the end of one: write the whole, such as 1234567_SB1",
        });
    }
    let account: AccountId = joined.parse()?;
    if account.as_str() != text {
        let shown = account.as_str();
        remarks.push(match text.contains(['.', '/']) {
            true => format!("The Account ID was read from an address: {shown}."),
            false => format!("The Account ID was brought into the form that is signed: {shown}."),
        });
    }
    Ok(account)
}

#[cfg(test)]
#[path = "paste/tests.rs"]
mod tests;
