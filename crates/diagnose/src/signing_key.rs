//! The secrets that are known, and the signing key that is right for them.

use std::borrow::Cow;

use countersign_protocol::Secret;
use zeroize::Zeroizing;

use crate::alphabet::Alphabet;
use crate::evidence::{Evidence, OtherSecrets};

/// The text of a signing key, and what it was made of in words that give nothing away.
pub(crate) struct Key {
    pub(crate) text: Zeroizing<Vec<u8>>,
    pub(crate) made_of: Cow<'static, str>,
}

/// All that a signer can have made a key of.
pub(crate) struct Secrets<'a> {
    pub(crate) consumer: Option<&'a str>,
    /// None where it is not known; empty where there is no token.
    pub(crate) token: Option<&'a str>,
    pub(crate) consumer_key: &'a str,
    pub(crate) token_id: &'a str,
    pub(crate) others: &'a [OtherSecrets<'a>],
    /// The third step of the authorization flow, whose token is a request token.
    pub(crate) is_third_step: bool,
}

impl<'a> Secrets<'a> {
    pub(crate) fn of(evidence: &'a Evidence<'a>, consumer_key: &'a str, token_id: &'a str) -> Self {
        let known = &evidence.known;
        let no_token = token_id.is_empty().then_some("");
        let path = evidence.target.split('?').next().unwrap_or_default();
        Self {
            consumer: known.consumer_secret.map(Secret::expose),
            token: known.token_secret.map(Secret::expose).or(no_token),
            consumer_key,
            token_id,
            others: known.others,
            is_third_step: path.ends_with("/rest/accesstoken"),
        }
    }

    /// The key of RFC 5849 section 3.4.2, where both secrets are known.
    pub(crate) fn right_key(&self) -> Option<Zeroizing<Vec<u8>>> {
        let (consumer, token) = self.both()?;
        Some(joined(consumer, token, Alphabet::RFC))
    }

    pub(crate) fn both(&self) -> Option<(&'a str, &'a str)> {
        self.consumer.zip(self.token)
    }
}

/// Both secrets encoded, with `&` between them.
pub(crate) fn joined(consumer: &str, token: &str, alphabet: Alphabet) -> Zeroizing<Vec<u8>> {
    // Enough for every byte escaped twice, so that the buffer never moves and leaves a copy behind.
    let mut key = Zeroizing::new(Vec::with_capacity(5 * (consumer.len() + token.len()) + 3));
    alphabet.write(consumer.as_bytes(), &mut key);
    key.push(b'&');
    alphabet.write(token.as_bytes(), &mut key);
    key
}
