//! What modules ask for that needs no account: digests, encodings, packed files, documents, random bytes and time zones.

use std::sync::Arc;

use countersign_world::{SystemEntropy, hex};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::digest::Algorithm;
use crate::encoding::Encoding;
use crate::host::{Host, HostError};
use crate::packing::{Archive, Gzip};
use crate::pdf::Document;
use crate::zone;

/// Answers those calls, and passes on the rest.
pub(crate) struct Calculations(Arc<dyn Host>);

/// Bytes that are made at once.
const MOST_RANDOM: usize = 64 * 1024;

#[derive(Deserialize)]
struct Hash {
    algorithm: String,
    /// Texts, each with its encoding.
    parts: Vec<(String, String)>,
    encoding: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Convert {
    text: String,
    input_encoding: String,
    output_encoding: String,
}

#[derive(Deserialize)]
struct Random {
    size: usize,
}

#[derive(Deserialize)]
struct Clock {
    millis: i64,
    timezone: String,
}

#[derive(Deserialize)]
struct Instant {
    clock: [i16; 6],
    timezone: String,
}

impl Calculations {
    pub(crate) fn beside(host: Arc<dyn Host>) -> Arc<dyn Host> {
        Arc::new(Self(host))
    }
}

impl Host for Calculations {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        match name {
            "crypto.hash" => {
                let asked: Hash = read(name, arguments)?;
                let bytes = joined(&asked.parts)?;
                let digest = Algorithm::named(&asked.algorithm)?.hash(&bytes);
                Ok(json!(Encoding::named(&asked.encoding)?.encode(&digest)))
            }
            "encode.convert" => {
                let asked: Convert = read(name, arguments)?;
                let bytes = Encoding::named(&asked.input_encoding)?.decode(&asked.text)?;
                Ok(json!(Encoding::named(&asked.output_encoding)?.encode(&bytes)))
            }
            "crypto.random" => {
                let asked: Random = read(name, arguments)?;
                Ok(json!(hex(&SystemEntropy, asked.size.min(MOST_RANDOM))))
            }
            "compress.gzip" => Ok(json!(read::<Gzip>(name, arguments)?.packed()?)),
            "compress.gunzip" => Ok(json!(read::<Gzip>(name, arguments)?.unpacked()?)),
            "render.pdf" => Ok(json!(read::<Document>(name, arguments)?.printed()?)),
            "compress.archive" => Ok(json!(read::<Archive>(name, arguments)?.packed()?)),
            "format.clock" => {
                let asked: Clock = read(name, arguments)?;
                Ok(json!(zone::clock(asked.millis, &asked.timezone)))
            }
            "format.instant" => {
                let asked: Instant = read(name, arguments)?;
                Ok(json!(zone::instant(asked.clock, &asked.timezone)))
            }
            _ => self.0.call(name, arguments),
        }
    }
}

/// The bytes of texts that are each in an encoding.
pub(crate) fn joined(parts: &[(String, String)]) -> Result<Vec<u8>, HostError> {
    let mut bytes = Vec::new();
    for (text, encoding) in parts {
        bytes.extend(Encoding::named(encoding)?.decode(text)?);
    }
    Ok(bytes)
}

/// Arguments that a module makes of what a script gave it, and so may be of any kind.
pub(crate) fn read<T: DeserializeOwned>(name: &str, arguments: Value) -> Result<T, HostError> {
    serde_json::from_value(arguments).map_err(|error| {
        HostError::new(
            "SSS_INVALID_TYPE_ARG",
            format!("{name} was given something else: {error}"),
        )
    })
}
