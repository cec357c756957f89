//! The five values as somebody typed or pasted them. The two secrets are never shown again; the others are, so that one
//! wrong value does not cost the rest.

use countersign_client::{CredentialName, GivenCredentials, PasteError, PastedCredentials};
use countersign_protocol::Credentials;
use countersign_web::{Filled, sentence};
use zeroize::Zeroizing;

/// In which field of a form each value is.
pub(crate) const fn field(name: CredentialName) -> &'static str {
    match name {
        CredentialName::AccountId => "account",
        CredentialName::ConsumerKey => "consumer-key",
        CredentialName::ConsumerSecret => "consumer-secret",
        CredentialName::TokenId => "token-id",
        CredentialName::TokenSecret => "token-secret",
    }
}

pub(crate) const fn is_secret(name: CredentialName) -> bool {
    matches!(name, CredentialName::ConsumerSecret | CredentialName::TokenSecret)
}

/// The field for all values at once.
pub(crate) const PASTE: &str = "paste";

/// What may be shown again of what was typed, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) account: String,
    pub(crate) consumer_key: String,
    pub(crate) token_id: String,
    /// Sentences that start where the label ends.
    pub(crate) wrong: Vec<(CredentialName, String)>,
}

/// Values that can be tried, or what is wrong with them.
pub(crate) struct Typed {
    pub(crate) shown: Shown,
    pub(crate) credentials: Result<Credentials, String>,
    /// What was mended, a sentence each.
    pub(crate) remarks: Vec<String>,
}

impl Shown {
    pub(crate) fn value(&self, name: CredentialName) -> &str {
        match name {
            CredentialName::AccountId => &self.account,
            CredentialName::ConsumerKey => &self.consumer_key,
            CredentialName::TokenId => &self.token_id,
            CredentialName::ConsumerSecret | CredentialName::TokenSecret => "",
        }
    }

    pub(crate) fn wrong(&self, name: CredentialName) -> Option<&str> {
        let found = self.wrong.iter().find(|(wrong, _)| *wrong == name);
        found.map(|(_, text)| text.as_str())
    }
}

impl Typed {
    /// Read as a paste is, so that the same is mended and the same refused.
    pub(crate) fn of(form: &Filled) -> Self {
        let pasted = form.text(PASTE).trim();
        let text = match pasted.is_empty() {
            false => Zeroizing::new(pasted.to_owned()),
            true => labelled(form),
        };
        let mut shown = match pasted.is_empty() {
            true => Shown {
                account: plain(form.text(field(CredentialName::AccountId))),
                consumer_key: plain(form.text(field(CredentialName::ConsumerKey))),
                token_id: plain(form.text(field(CredentialName::TokenId))),
                wrong: Vec::new(),
            },
            false => of_paste(&text),
        };
        match PastedCredentials::read(&text) {
            Ok(PastedCredentials { credentials, remarks }) => Self {
                shown: Shown {
                    account: credentials.account.to_string(),
                    consumer_key: credentials.consumer_key.clone(),
                    token_id: credentials.token.clone(),
                    wrong: Vec::new(),
                },
                credentials: Ok(credentials),
                remarks,
            },
            Err(error) => {
                shown.wrong = beside(&error);
                Self {
                    shown,
                    credentials: Err(sentence(&error)),
                    remarks: Vec::new(),
                }
            }
        }
    }
}

/// As long as any value may be, without what a page cannot show.
fn plain(text: &str) -> String {
    let letters = text.trim().chars().filter(|letter| !letter.is_control());
    letters.take(512).collect()
}

/// What can be told of a paste that is not whole. A key is shown only where it cannot be a secret in its place.
fn of_paste(text: &str) -> Shown {
    let given = GivenCredentials::parse(text).ok();
    let account = given.and_then(|given| given.account);
    Shown {
        account: account.map(|account| account.to_string()).unwrap_or_default(),
        ..Shown::default()
    }
}

fn labelled(form: &Filled) -> Zeroizing<String> {
    let value = |name| form.text(field(name)).trim();
    let length = CredentialName::ALL
        .into_iter()
        .map(|name| value(name).len() + 32)
        .sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for name in CredentialName::ALL {
        text.push_str(name.title());
        text.push_str(": ");
        // A line break would begin another value.
        text.extend(
            value(name)
                .chars()
                .map(|letter| if letter.is_control() { ' ' } else { letter }),
        );
        text.push('\n');
    }
    text
}

/// What is wrong, beside the field it is wrong with; nothing where it is with none of them.
fn beside(error: &PasteError) -> Vec<(CredentialName, String)> {
    match error {
        PasteError::Missing(names) => {
            let missing = |name: &CredentialName| (*name, format!("is missing: {}.", name.found_at()));
            names.iter().map(missing).collect()
        }
        PasteError::Doubled(name) => vec![(*name, "is there twice with different values.".to_owned())],
        PasteError::Doubtful { name, problem } => vec![(*name, sentence_end(problem))],
        PasteError::Length { name, length } => {
            vec![(
                *name,
                format!("has {length} characters, and NetSuite\u{2019}s have 64. Copy it again."),
            )]
        }
        PasteError::Same(one, other) => vec![(
            *other,
            format!(
                "is the same as the {}: one was pasted in the other\u{2019}s place.",
                one.title()
            ),
        )],
        PasteError::Account(error) => vec![(
            CredentialName::AccountId,
            format!("cannot be one: {}", sentence_end(&error.to_string())),
        )],
        PasteError::Empty | PasteError::NoNames => CredentialName::ALL
            .map(|name| (name, format!("is missing: {}.", name.found_at())))
            .to_vec(),
        PasteError::TooLong => Vec::new(),
    }
}

fn sentence_end(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Filled {
        let body: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Filled::of_nobody(body.join("&").as_bytes())
    }

    #[test]
    fn what_was_typed_comes_back_but_for_the_secrets() {
        let typed = Typed::of(&form(&[
            ("account", "1234567"),
            ("consumer-key", &"a".repeat(64)),
            ("consumer-secret", &"b".repeat(64)),
            ("token-id", "c".repeat(60).as_str()),
            ("token-secret", &"d".repeat(64)),
        ]));
        assert!(typed.credentials.is_err());
        assert_eq!(typed.shown.account, "1234567");
        assert!(typed.shown.wrong(CredentialName::TokenId).is_some());
        let all = format!("{:?}", typed.shown);
        assert!(!all.contains("bbb") && !all.contains("ddd"), "{all}");
    }

    #[test]
    fn a_paste_stands_for_all_fields() {
        let paste = format!(
            "Account+ID%3A+1234567_SB1%0AConsumer+Key%3A+{}%0AConsumer+Secret%3A+{}%0AToken+ID%3A+{}%0AToken+Secret%3A+{}",
            "a".repeat(64),
            "b".repeat(64),
            "c".repeat(64),
            "d".repeat(64)
        );
        let typed = Typed::of(&form(&[("paste", &paste), ("account", "")]));
        assert_eq!(
            typed.credentials.expect("it is whole").account.as_str(),
            "1234567_SB1"
        );
        let missing = Typed::of(&form(&[]));
        assert_eq!(missing.shown.wrong.len(), 5);
    }
}
