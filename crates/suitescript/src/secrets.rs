//! API Secrets are used on this side of the host: what a script holds is how a text is made, never the text.
//!
//! A script's `SecureString` is a list of steps, as JSON `{"$secure": [step, …]}`; its `SecretKey` names a secret. The steps are
//! taken here, when a request leaves or a digest is made, so that no value of a secret is ever in the engine, nor in the
//! process of a worker.

use std::sync::Arc;

use countersign_world::{Entropy as _, SystemEntropy};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::calculations::{joined, read};
use crate::cipher::{self, BLOCK, Padding};
use crate::digest::Algorithm;
use crate::encoding::Encoding;
use crate::host::{Host, HostError};

/// A host that answers `crypto.hmac`, `crypto.encrypt` and `crypto.decrypt`, and puts texts where a call has steps.
pub(crate) struct Secrets(Arc<dyn Host>);

/// Steps that a script may write, and secrets it may name in them; each is cheap, and they are taken one after another.
const MOST_STEPS: usize = 1000;

/// Of a text that steps make, in bytes.
const LONGEST: usize = 10 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(
    tag = "op",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
enum Step {
    /// Text, in which `{custsecret_…}` stands for the secret of that name.
    Append {
        input: String,
        encoding: String,
    },
    AppendSecure {
        steps: Vec<Step>,
    },
    /// The text as it is read in one encoding, written in another.
    Convert {
        from: String,
        to: String,
    },
    Hash {
        algorithm: String,
        result_encoding: String,
    },
    Hmac {
        algorithm: String,
        key: Key,
        result_encoding: String,
    },
    Replace {
        pattern: String,
        replacement: String,
    },
}

/// `crypto.createSecretKey`.
#[derive(Deserialize)]
struct Key {
    id: String,
    encoding: String,
}

#[derive(Deserialize)]
struct KeyedDigest {
    algorithm: String,
    key: Key,
    /// Texts, each with its encoding.
    parts: Vec<(String, String)>,
    encoding: String,
}

/// What `crypto.createCipher` and `createDecipher` are given.
#[derive(Deserialize)]
struct Ciphered {
    key: Key,
    padding: String,
    /// Of what is deciphered, in hexadecimal: every text is ciphered with one of its own.
    #[serde(default)]
    iv: String,
    /// Texts, each with its encoding.
    parts: Vec<(String, String)>,
    encoding: String,
}

impl Secrets {
    pub(crate) fn of(host: Arc<dyn Host>) -> Arc<dyn Host> {
        Arc::new(Self(host))
    }

    fn secret(&self, id: &str) -> Result<Zeroizing<String>, HostError> {
        match self.0.call("secret", json!({ "id": id }))? {
            Value::String(value) => Ok(Zeroizing::new(value)),
            _ => Err(HostError::new("UNEXPECTED_ERROR", format!("{id} is no secret."))),
        }
    }

    fn key(&self, key: &Key) -> Result<Zeroizing<Vec<u8>>, HostError> {
        let value = self.secret(&key.id)?;
        Encoding::named(&key.encoding)?.decode(&value).map(Zeroizing::new)
    }

    fn keyed_digest(&self, arguments: Value) -> Result<Value, HostError> {
        let asked: KeyedDigest = read("crypto.hmac", arguments)?;
        let bytes = joined(&asked.parts)?;
        let digest = Algorithm::named(&asked.algorithm)?.hmac(&self.key(&asked.key)?, &bytes);
        Ok(json!(Encoding::named(&asked.encoding)?.encode(&digest)))
    }

    fn encrypt(&self, arguments: Value) -> Result<Value, HostError> {
        let asked: Ciphered = read("crypto.createCipher", arguments)?;
        let mut iv = [0; BLOCK];
        SystemEntropy.fill(&mut iv);
        let (padding, clear) = (Padding::named(&asked.padding)?, joined(&asked.parts)?);
        let ciphertext = cipher::encrypt(&self.key(&asked.key)?, &iv, padding, &clear)?;
        let ciphertext = Encoding::named(&asked.encoding)?.encode(&ciphertext);
        Ok(json!({ "ciphertext": ciphertext, "iv": Encoding::Hex.encode(&iv) }))
    }

    fn decrypt(&self, arguments: Value) -> Result<Value, HostError> {
        let asked: Ciphered = read("crypto.createDecipher", arguments)?;
        let iv = Encoding::Hex
            .decode(&asked.iv)
            .ok()
            .and_then(|iv| <[u8; BLOCK]>::try_from(iv).ok());
        let iv = iv.ok_or_else(|| {
            let message =
                "crypto.createDecipher: iv is not the one of a CipherPayload, 32 hexadecimal digits.";
            HostError::new("SSS_INVALID_TYPE_ARG", message)
        })?;
        let (padding, ciphered) = (Padding::named(&asked.padding)?, joined(&asked.parts)?);
        let clear = cipher::decrypt(&self.key(&asked.key)?, &iv, padding, &ciphered)?;
        Ok(json!(Encoding::named(&asked.encoding)?.encode(&clear)))
    }

    fn taken(&self, steps: &[Step], left: &mut usize) -> Result<Zeroizing<String>, HostError> {
        let mut text = Zeroizing::new(String::new());
        for step in steps {
            one_less(left)?;
            match step {
                Step::Append { input, encoding } => {
                    let decoded = Zeroizing::new(Encoding::named(encoding)?.decode(input)?);
                    let input = Zeroizing::new(String::from_utf8_lossy(&decoded).into_owned());
                    text.push_str(&self.filled(&input, left)?);
                }
                Step::AppendSecure { steps } => text.push_str(&self.taken(steps, left)?),
                Step::Convert { from, to } => {
                    let bytes = Zeroizing::new(Encoding::named(from)?.decode(&text)?);
                    text = Zeroizing::new(Encoding::named(to)?.encode(&bytes));
                }
                Step::Hash {
                    algorithm,
                    result_encoding,
                } => {
                    let digest = Algorithm::named(algorithm)?.hash(text.as_bytes());
                    text = Zeroizing::new(Encoding::named(result_encoding)?.encode(&digest));
                }
                Step::Hmac {
                    algorithm,
                    key,
                    result_encoding,
                } => {
                    let digest = Algorithm::named(algorithm)?.hmac(&self.key(key)?, text.as_bytes());
                    text = Zeroizing::new(Encoding::named(result_encoding)?.encode(&digest));
                }
                Step::Replace { pattern, replacement } if !pattern.is_empty() => {
                    // Attack: a million letters, and a million more in the place of each.
                    let added = text.matches(pattern).count().saturating_mul(replacement.len());
                    fits(text.len().saturating_add(added))?;
                    text = Zeroizing::new(text.replace(pattern, replacement));
                }
                Step::Replace { .. } => {}
            }
            fits(text.len())?;
        }
        Ok(text)
    }

    /// A text with the secrets that it names in braces; each is a step.
    fn filled(&self, text: &str, left: &mut usize) -> Result<Zeroizing<String>, HostError> {
        let mut filled = Zeroizing::new(String::with_capacity(text.len()));
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            match after.split_once('}') {
                Some((name, after)) if is_name(name) => {
                    one_less(left)?;
                    filled.push_str(&self.secret(name)?);
                    fits(filled.len())?;
                    rest = after;
                }
                _ => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The arguments of a call, with a text in the place of each list of steps.
    fn opened(&self, value: Value, left: &mut usize) -> Result<Value, HostError> {
        Ok(match value {
            Value::Object(mut members) => match members.remove("$secure") {
                Some(steps) => {
                    let steps: Vec<Step> = read("SecureString", steps)?;
                    json!(self.taken(&steps, left)?.as_str())
                }
                None => Value::Object(
                    members
                        .into_iter()
                        .map(|(name, value)| Ok((name, self.opened(value, left)?)))
                        .collect::<Result<Map<_, _>, HostError>>()?,
                ),
            },
            Value::Array(values) => Value::Array(
                values
                    .into_iter()
                    .map(|value| self.opened(value, left))
                    .collect::<Result<_, _>>()?,
            ),
            other => other,
        })
    }
}

fn one_less(left: &mut usize) -> Result<(), HostError> {
    *left = left
        .checked_sub(1)
        .ok_or_else(|| HostError::new("UNEXPECTED_ERROR", "The secure string has too many steps."))?;
    Ok(())
}

fn fits(bytes: usize) -> Result<(), HostError> {
    match bytes > LONGEST {
        false => Ok(()),
        true => Err(HostError::new(
            "UNEXPECTED_ERROR",
            "The secure string is longer than 10 MB.",
        )),
    }
}

/// A script id of an API Secret, or the GUID of a credential field.
fn is_name(name: &str) -> bool {
    let is_guid = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.starts_with("custsecret") || is_guid
}

impl Host for Secrets {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        match name {
            "crypto.hmac" => self.keyed_digest(arguments),
            "crypto.encrypt" => self.encrypt(arguments),
            "crypto.decrypt" => self.decrypt(arguments),
            // Only what a request is made of: nothing else that leaves a script may have a secret in it.
            "http.send" | "http.restlet" => {
                let arguments = self.opened(arguments, &mut { MOST_STEPS })?;
                self.0.call(name, arguments)
            }
            // The value itself is for nobody.
            "secret" => Err(HostError::new("UNEXPECTED_ERROR", "No script may read a secret.")),
            _ => self.0.call(name, arguments),
        }
    }
}
