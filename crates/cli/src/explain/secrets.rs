//! The secrets a request is explained with. Invariant: none of them is in anything that is printed.

use countersign_capture::SigningSettings;
use countersign_client::GivenCredentials;
use countersign_protocol::{AccountId, Secret, percent_encode};
use serde_json::Value;
use zeroize::Zeroizing;

/// A shorter secret would stand in every other word by chance.
const SHORTEST: usize = 6;

/// Of so much of a secret a piece is taken for it: what is cut to fit a line may end inside.
const PIECE: usize = 12;

const INSTEAD: &str = "(secret)";

#[derive(Default)]
pub(crate) struct Secrets {
    pub(crate) consumer: Option<Secret>,
    pub(crate) token: Option<Secret>,
    pub(crate) names: Names,
}

/// Whose secrets they are, as far as the credentials say it.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) account: Option<AccountId>,
    pub(crate) consumer_key: Option<String>,
    pub(crate) token: Option<String>,
}

impl Names {
    /// What stands for a setting of a tool, by Postman's name for it.
    pub(crate) fn of(&self, setting: &str) -> Option<String> {
        match setting {
            "realm" => self.account.as_ref().map(|account| account.as_str().to_owned()),
            "consumerKey" => self.consumer_key.clone(),
            "token" => self.token.clone(),
            _ => None,
        }
    }
}

impl Secrets {
    pub(crate) fn typed(consumer: Option<Secret>, token: Option<Secret>) -> Self {
        Self {
            consumer,
            token,
            names: Names::default(),
        }
    }

    pub(crate) fn given(credentials: GivenCredentials) -> Self {
        Self {
            consumer: credentials.consumer_secret,
            token: credentials.token_secret,
            names: Names {
                account: credentials.account,
                consumer_key: credentials.consumer_key,
                token: credentials.token,
            },
        }
    }

    /// Takes what is missing from the settings of a tool.
    pub(crate) fn complete(&mut self, settings: &mut SigningSettings) {
        self.consumer = self.consumer.take().or_else(|| settings.consumer_secret.take());
        self.token = self.token.take().or_else(|| settings.token_secret.take());
    }

    pub(crate) fn both(&self) -> Option<(&Secret, &Secret)> {
        self.consumer.as_ref().zip(self.token.as_ref())
    }

    /// A text without the secrets, as they are or encoded once or twice.
    pub(crate) fn clean(&self, text: &str) -> String {
        let mut cleaned = text.to_owned();
        for secret in [&self.consumer, &self.token].into_iter().flatten() {
            let plain = secret.expose().trim();
            // One that is also a key is shown shortened as such.
            let names = [&self.names.consumer_key, &self.names.token];
            let is_name = names.into_iter().any(|name| name.as_deref() == Some(plain));
            if plain.len() >= SHORTEST && !is_name {
                cleaned = without(&cleaned, plain);
            }
        }
        cleaned
    }

    /// The same for every text of a JSON value.
    pub(crate) fn cleaned(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.clean(&text)),
            Value::Array(values) => values.into_iter().map(|value| self.cleaned(value)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (name, self.cleaned(value)))
                .collect(),
            other => other,
        }
    }
}

/// A text without a secret, or the beginning of one.
fn without(text: &str, secret: &str) -> String {
    let once = Zeroizing::new(percent_encode(secret));
    let twice = Zeroizing::new(percent_encode(once.as_str()));
    let forms = [secret, once.as_str(), twice.as_str()];
    let pieces = forms.map(|form| {
        let end = form.char_indices().nth(PIECE).map_or(form.len(), |(at, _)| at);
        form.get(..end).unwrap_or(form)
    });
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = pieces.into_iter().filter_map(|piece| rest.find(piece)).min() {
        let (before, from) = rest.split_at(at);
        // Several forms may begin alike: the one that goes on longest is the one that stands there.
        let same = |form: &str| {
            let same = from.chars().zip(form.chars()).take_while(|(a, b)| a == b);
            same.map(|(character, _)| character.len_utf8()).sum::<usize>()
        };
        let length = forms.into_iter().map(same).max().unwrap_or_default();
        cleaned.push_str(before);
        cleaned.push_str(INSTEAD);
        rest = from.get(length..).unwrap_or_default();
    }
    cleaned.push_str(rest);
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_in_every_form_and_when_it_is_cut() {
        let secrets = Secrets::typed(Some(Secret::new("0123456789&abcdef")), Some(Secret::new("short")));
        for (text, cleaned) in [
            ("a 0123456789&abcdef b", "a (secret) b"),
            ("q=0123456789%26abcdef", "q=(secret)"),
            ("q%3D0123456789%2526abcdef&", "q%3D(secret)&"),
            ("0123456789%26abcdef0123456789&abcdef", "(secret)(secret)"),
            ("this 0123456789&ab…", "this (secret)…"),
            ("short 0123456789", "short 0123456789"),
        ] {
            assert_eq!(secrets.clean(text), cleaned, "{text}");
        }
    }
}
