//! Five values as somebody enters them: typed one after another, or pasted in whatever form they were sent.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use countersign_client::{CredentialName, GivenCredentials, MAX_PASTE, PasteError, PastedCredentials};
use countersign_protocol::{AccountId, Credentials, Secret};
use zeroize::Zeroizing;

use crate::ask;
use crate::failure::Failure;
use crate::output;
use crate::text;

/// A new token, and what else stood beside it.
pub(crate) struct NewToken {
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) account: Option<AccountId>,
    pub(crate) consumer_key: Option<String>,
    pub(crate) consumer_secret: Option<Secret>,
}

/// What was typed so far, so that one wrong value does not cost the other four.
#[derive(Default)]
pub(crate) struct Typed(BTreeMap<CredentialName, Zeroizing<String>>);

/// The text of a file, or of standard input where it is `-` or nothing.
pub(crate) fn text(from: Option<&Path>) -> Result<(String, Zeroizing<String>), Failure> {
    let path = from.filter(|path| *path != Path::new("-"));
    let name = path.map_or_else(|| "standard input".to_owned(), |path| path.display().to_string());
    let limit = MAX_PASTE as u64 + 1;
    // Room for the whole from the start: a buffer that grew would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_PASTE + 1));
    let read = match path {
        Some(path) => std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
        None => std::io::stdin().lock().take(limit).read_to_end(&mut bytes),
    };
    read.map_err(|error| Failure::unusable(format!("{name} cannot be read: {error}")))?;
    // Of a mail in another encoding the values are plain letters all the same.
    let text = text::of(bytes).unwrap_or_else(|bytes| String::from_utf8_lossy(&bytes).into_owned().into());
    Ok((name, text))
}

/// The values in a paste, after saying what was mended in it.
pub(crate) fn pasted(name: &str, text: &str) -> Result<Credentials, Failure> {
    let PastedCredentials { credentials, remarks } =
        PastedCredentials::read(text).map_err(|error| unreadable(name, &error))?;
    for remark in remarks {
        output::complain(&remark);
    }
    Ok(credentials)
}

fn unreadable(name: &str, error: &PasteError) -> Failure {
    Failure::unusable(format!("{name}: {error}"))
}

/// A token's two values, alone or among all five.
pub(crate) fn pasted_token(name: &str, text: &str) -> Result<NewToken, Failure> {
    match PastedCredentials::read(text) {
        Ok(PastedCredentials { credentials, .. }) => Ok(NewToken {
            id: credentials.token,
            secret: credentials.token_secret,
            account: Some(credentials.account),
            consumer_key: Some(credentials.consumer_key),
            consumer_secret: Some(credentials.consumer_secret),
        }),
        Err(PasteError::Missing(missing))
            if !missing.contains(&CredentialName::TokenId)
                && !missing.contains(&CredentialName::TokenSecret) =>
        {
            let given = GivenCredentials::parse(text);
            let given = given.map_err(|error| Failure::unusable(format!("{name}: {error}")))?;
            match (given.token, given.token_secret) {
                (Some(id), Some(secret)) => Ok(NewToken {
                    id,
                    secret,
                    account: given.account,
                    consumer_key: given.consumer_key,
                    consumer_secret: given.consumer_secret,
                }),
                _ => Err(unreadable(
                    name,
                    &PasteError::Missing(vec![CredentialName::TokenId, CredentialName::TokenSecret]),
                )),
            }
        }
        Err(error) => Err(unreadable(name, &error)),
    }
}

impl Typed {
    /// Asks for all five, in the order in which NetSuite shows them. What was typed before is kept where nothing is.
    pub(crate) fn ask(&mut self) -> Result<(), Failure> {
        CredentialName::ALL
            .into_iter()
            .try_for_each(|name| self.ask_for(name))
    }

    /// Asks for one value until it can be one.
    fn ask_for(&mut self, name: CredentialName) -> Result<(), Failure> {
        output::complain(&format!("{}: {}", name.title(), name.found_at()));
        let is_secret = matches!(name, CredentialName::ConsumerSecret | CredentialName::TokenSecret);
        loop {
            let kept = match self.0.contains_key(&name) {
                true => " (Enter keeps what you typed)",
                false => "",
            };
            let question = format!("{}{kept}: ", name.title());
            let typed = match is_secret {
                true => ask::hidden(&question)?,
                false => ask::shown(&question)?,
            };
            let before = match typed.trim().is_empty() {
                true => None,
                false => Some(self.0.insert(name, typed)),
            };
            let judged = match self.0.contains_key(&name) {
                true => PastedCredentials::judge(&self.text(name)),
                false => Err(PasteError::Missing(vec![name])),
            };
            let Err(error) = judged else { return Ok(()) };
            unreadable("what you typed", &error).print();
            // A wrong value does not cost the one from before.
            match before {
                Some(Some(before)) => self.0.insert(name, before),
                _ => self.0.remove(&name),
            };
        }
    }

    /// The values up to one, each behind its name.
    fn text(&self, last: CredentialName) -> Zeroizing<String> {
        let length = self.0.values().map(|value| value.len() + 32).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for (name, value) in self.0.range(..=last) {
            text.push_str(name.title());
            text.push_str(": ");
            text.push_str(value.trim());
            text.push('\n');
        }
        text
    }

    /// Read as a paste is, so that the same is mended and the same refused.
    pub(crate) fn credentials(&self) -> Result<Credentials, Failure> {
        pasted("what you typed", &self.text(CredentialName::TokenSecret))
    }
}

/// Asks for a token's two values.
pub(crate) fn typed_token() -> Result<NewToken, Failure> {
    let mut typed = Typed::default();
    typed.ask_for(CredentialName::TokenId)?;
    typed.ask_for(CredentialName::TokenSecret)?;
    let length = typed.0.values().map(|value| value.len() + 32).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for (name, value) in &typed.0 {
        text.push_str(name.variable());
        text.push('=');
        text.push_str(value.trim());
        text.push('\n');
    }
    pasted_token("what you typed", &text)
}

/// A passphrase: the first line of a file or of standard input, or else typed, twice where it is a new one.
pub(crate) fn passphrase(from: Option<&Path>, is_new: bool) -> Result<Secret, Failure> {
    if let Some(path) = from {
        let (_, text) = text(Some(path))?;
        return Ok(Secret::new(text.lines().next().unwrap_or_default()));
    }
    if !ask::is_possible() {
        let message = "nobody can be asked for the passphrase here";
        return Err(
            Failure::usage(message).hint("give it with --passphrase-from FILE, or - for standard input")
        );
    }
    match is_new {
        true => ask::new_secret("passphrase", "the export"),
        false => Ok(Secret::new(ask::hidden("Passphrase of the export: ")?.as_str())),
    }
}
