//! Mistakes in the signing key: one small change of `enc(consumer secret)&enc(token secret)` each.

use std::borrow::Cow;

use countersign_protocol::Secret;
use zeroize::Zeroizing;

use crate::alphabet::Alphabet;
use crate::mistake::Mistake;
use crate::signing_key::{Key, Secrets, joined};

/// A mistake and the keys it can have led to.
pub(crate) struct KeyVariant {
    pub(crate) mistake: Mistake,
    keys: fn(&Secrets<'_>, Emit<'_>),
}

type Emit<'e> = &'e mut dyn FnMut(Key);

/// Looked at with every base string.
pub(crate) const USUAL: &[KeyVariant] = &[
    KeyVariant {
        mistake: Mistake::SecretsSwapped,
        keys: swapped,
    },
    KeyVariant {
        mistake: Mistake::RequestSecretMissing,
        keys: request_secret_missing,
    },
    KeyVariant {
        mistake: Mistake::TokenSecretMissing,
        keys: token_secret_missing,
    },
    KeyVariant {
        mistake: Mistake::ConsumerSecretMissing,
        keys: consumer_secret_missing,
    },
    KeyVariant {
        mistake: Mistake::KeyConsumerOnly,
        keys: consumer_only,
    },
    KeyVariant {
        mistake: Mistake::KeyWithoutAmpersand,
        keys: without_ampersand,
    },
    KeyVariant {
        mistake: Mistake::SecretsNotEncoded,
        keys: not_encoded,
    },
    KeyVariant {
        mistake: Mistake::KeyDoubleEncoded,
        keys: double_encoded,
    },
    KeyVariant {
        mistake: Mistake::SecretHasWhitespace,
        keys: line_break_at_the_end,
    },
    KeyVariant {
        mistake: Mistake::TokenIdAsSecret,
        keys: token_id_as_secret,
    },
    KeyVariant {
        mistake: Mistake::ConsumerKeyAsSecret,
        keys: consumer_key_as_secret,
    },
];

/// Looked at with the right base string.
pub(crate) const UNUSUAL: &[KeyVariant] = &[
    KeyVariant {
        mistake: Mistake::SecretHasWhitespace,
        keys: white_space,
    },
    KeyVariant {
        mistake: Mistake::SecretInQuotes,
        keys: in_quotes,
    },
    KeyVariant {
        mistake: Mistake::SecretCutShort,
        keys: cut_short,
    },
    KeyVariant {
        mistake: Mistake::SecretsOfOtherConnection,
        keys: of_other_connection,
    },
];

impl KeyVariant {
    pub(crate) fn each(&self, secrets: &Secrets<'_>, emit: Emit<'_>) {
        (self.keys)(secrets, emit);
    }
}

fn put(emit: Emit<'_>, text: Zeroizing<Vec<u8>>, made_of: impl Into<Cow<'static, str>>) {
    emit(Key {
        text,
        made_of: made_of.into(),
    });
}

fn swapped(secrets: &Secrets<'_>, emit: Emit<'_>) {
    if let Some((consumer, token)) = secrets.both() {
        put(
            emit,
            joined(token, consumer, Alphabet::RFC),
            "token secret & consumer secret",
        );
    }
}

fn request_secret_missing(secrets: &Secrets<'_>, emit: Emit<'_>) {
    if secrets.is_third_step {
        token_secret_missing(secrets, emit);
    }
}

fn token_secret_missing(secrets: &Secrets<'_>, emit: Emit<'_>) {
    if let Some(consumer) = secrets.consumer {
        put(
            emit,
            joined(consumer, "", Alphabet::RFC),
            "consumer secret & nothing",
        );
    }
}

fn consumer_secret_missing(secrets: &Secrets<'_>, emit: Emit<'_>) {
    if let Some(token) = secrets.token.filter(|token| !token.is_empty()) {
        put(emit, joined("", token, Alphabet::RFC), "nothing & token secret");
        put(
            emit,
            Zeroizing::new(Alphabet::RFC.encoded(token.as_bytes())),
            "the token secret alone",
        );
    }
}

fn consumer_only(secrets: &Secrets<'_>, emit: Emit<'_>) {
    if let Some(consumer) = secrets.consumer {
        put(
            emit,
            Zeroizing::new(Alphabet::RFC.encoded(consumer.as_bytes())),
            "the consumer secret alone, without '&'",
        );
        put(
            emit,
            Zeroizing::new(consumer.as_bytes().to_vec()),
            "the consumer secret alone, without '&'",
        );
    }
}

fn without_ampersand(secrets: &Secrets<'_>, emit: Emit<'_>) {
    let Some((consumer, token)) = secrets.both() else {
        return;
    };
    for alphabet in [Alphabet::RFC, Alphabet::RAW] {
        let mut key = joined(consumer, "", alphabet);
        key.pop();
        alphabet.write(token.as_bytes(), &mut key);
        put(emit, key, "consumer secret and token secret joined without '&'");
    }
}

fn not_encoded(secrets: &Secrets<'_>, emit: Emit<'_>) {
    let Some((consumer, token)) = secrets.both() else {
        return;
    };
    put(
        emit,
        joined(consumer, token, Alphabet::RAW),
        "consumer secret & token secret, neither encoded",
    );
    for alphabet in [Alphabet::SCRIPT, Alphabet::LOWER_HEX, Alphabet::TILDE]
        .into_iter()
        .chain(Alphabet::FORMS)
    {
        put(
            emit,
            joined(consumer, token, alphabet),
            "consumer secret & token secret, encoded in another way than RFC 3986",
        );
    }
}

fn double_encoded(secrets: &Secrets<'_>, emit: Emit<'_>) {
    let Some((consumer, token)) = secrets.both() else {
        return;
    };
    for first in [Alphabet::RFC, Alphabet::RAW] {
        let once = joined(consumer, token, first);
        let twice = Zeroizing::new(Alphabet::RFC.encoded(&once));
        put(
            emit,
            twice,
            "the whole key percent-encoded, with %26 where '&' belongs",
        );
    }
    let encoded = |secret: &str| Zeroizing::new(Alphabet::RFC.encoded(secret.as_bytes()));
    let mut key = Zeroizing::new(Alphabet::RFC.encoded(&encoded(consumer)));
    key.push(b'&');
    Alphabet::RFC.write(&encoded(token), &mut key);
    put(emit, key, "each secret percent-encoded twice");
}

/// Which of the two secrets a mistake was made with.
const WHICH: [(&str, bool, bool); 3] = [
    ("the consumer secret", true, false),
    ("the token secret", false, true),
    ("both secrets", true, true),
];

/// Emits keys with one or both secrets changed, each encoded as it should be and not encoded at all.
fn each_changed(
    secrets: &Secrets<'_>,
    emit: Emit<'_>,
    how: &str,
    change: impl Fn(&str) -> Option<Zeroizing<String>>,
) {
    let Some((consumer, token)) = secrets.both() else {
        return;
    };
    for (which, of_consumer, of_token) in WHICH {
        let changed = |secret: &str, is_meant: bool| match is_meant {
            true => change(secret),
            false => Some(Zeroizing::new(secret.to_owned())),
        };
        let (Some(consumer), Some(token)) = (changed(consumer, of_consumer), changed(token, of_token)) else {
            continue;
        };
        for alphabet in [Alphabet::RFC, Alphabet::RAW] {
            put(
                emit,
                joined(&consumer, &token, alphabet),
                format!("{which} {how}"),
            );
        }
    }
}

fn line_break_at_the_end(secrets: &Secrets<'_>, emit: Emit<'_>) {
    each_changed(secrets, emit, "with a line break at its end", |secret| {
        Some(Zeroizing::new(format!("{secret}\n")))
    });
}

fn white_space(secrets: &Secrets<'_>, emit: Emit<'_>) {
    const AROUND: [(&str, &str, &str); 8] = [
        ("", "\r\n", "with a line break (CR LF) at its end"),
        ("", "\r", "with a carriage return at its end"),
        ("", " ", "with a space at its end"),
        ("", "\t", "with a tab at its end"),
        ("", "\u{a0}", "with a no-break space at its end"),
        (" ", "", "with a space in front"),
        ("\n", "", "with a line break in front"),
        ("\u{feff}", "", "with a byte order mark in front"),
    ];
    for (before, after, how) in AROUND {
        each_changed(secrets, emit, how, |secret| {
            Some(Zeroizing::new(format!("{before}{secret}{after}")))
        });
    }
    each_changed(
        secrets,
        emit,
        "trimmed, though white space belongs to it",
        |secret| {
            let trimmed = secret.trim();
            (trimmed != secret).then(|| Zeroizing::new(trimmed.to_owned()))
        },
    );
}

fn in_quotes(secrets: &Secrets<'_>, emit: Emit<'_>) {
    for quote in ['"', '\'', '`'] {
        each_changed(secrets, emit, "with quotes around it", |secret| {
            Some(Zeroizing::new(format!("{quote}{secret}{quote}")))
        });
    }
}

fn cut_short(secrets: &Secrets<'_>, emit: Emit<'_>) {
    each_changed(secrets, emit, "without its last character", |secret| {
        let (at, _) = secret.char_indices().next_back()?;
        Some(Zeroizing::new(secret.get(..at)?.to_owned()))
    });
    each_changed(secrets, emit, "without its first character", |secret| {
        let mut rest = secret.chars();
        rest.next()?;
        Some(Zeroizing::new(rest.as_str().to_owned()))
    });
}

fn token_id_as_secret(secrets: &Secrets<'_>, emit: Emit<'_>) {
    if let Some(consumer) = secrets.consumer.filter(|_| !secrets.token_id.is_empty()) {
        put(
            emit,
            joined(consumer, secrets.token_id, Alphabet::RFC),
            "consumer secret & token ID",
        );
    }
}

fn consumer_key_as_secret(secrets: &Secrets<'_>, emit: Emit<'_>) {
    if let Some(token) = secrets.token {
        put(
            emit,
            joined(secrets.consumer_key, token, Alphabet::RFC),
            "consumer key & token secret",
        );
    }
    put(
        emit,
        joined(secrets.consumer_key, secrets.token_id, Alphabet::RFC),
        "consumer key & token ID",
    );
}

fn of_other_connection(secrets: &Secrets<'_>, emit: Emit<'_>) {
    for other in secrets.others {
        let others = (
            other.consumer_secret.map(Secret::expose),
            other.token_secret.map(Secret::expose),
        );
        if let Some((consumer, token)) = others.0.zip(others.1) {
            put(
                emit,
                joined(consumer, token, Alphabet::RFC),
                format!("both secrets of {}", other.name),
            );
        }
        if let Some((consumer, token)) = others.0.zip(secrets.token) {
            put(
                emit,
                joined(consumer, token, Alphabet::RFC),
                format!("the consumer secret of {}", other.name),
            );
        }
        if let Some((consumer, token)) = secrets.consumer.zip(others.1) {
            put(
                emit,
                joined(consumer, token, Alphabet::RFC),
                format!("the token secret of {}", other.name),
            );
        }
    }
}
