//! What parent and child say to each other: JSON, each with its length in four bytes before it.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::{Call, Limits, Outcome};
use crate::host::HostError;

/// Of one message, in bytes: a call of the host at its longest, and what is around it.
const LONGEST: u32 = 64 * 1024 * 1024;

/// What the child is to do.
#[derive(Deserialize, Serialize)]
pub(super) struct Order {
    pub(super) call: Call,
    pub(super) limits: Limits,
}

#[derive(Deserialize, Serialize)]
pub(super) enum FromChild {
    Ask(Asked),
    Outcome(Outcome),
}

/// A call of the host.
#[derive(Deserialize, Serialize)]
pub(super) struct Asked {
    pub(super) name: String,
    /// As JSON, which is read with more care than what this program says itself: a script made it.
    pub(super) arguments: String,
}

#[derive(Deserialize, Serialize)]
pub(super) enum Answer {
    Given(Value),
    Refused { name: String, message: String },
}

impl Answer {
    pub(super) fn of(answer: Result<Value, HostError>) -> Self {
        match answer {
            Ok(value) => Self::Given(value),
            Err(HostError { name, message }) => Self::Refused { name, message },
        }
    }

    pub(super) fn given(self) -> Result<Value, HostError> {
        match self {
            Self::Given(value) => Ok(value),
            Self::Refused { name, message } => Err(HostError { name, message }),
        }
    }
}

pub(super) fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len()).ok().filter(|length| *length <= LONGEST);
    let length = length.ok_or_else(|| io::Error::other("a message is longer than 64 MB"))?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(&json)?;
    to.flush()
}

pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > LONGEST {
        return Err(io::Error::other("a message is longer than 64 MB"));
    }
    let mut json = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut json)?;
    if json.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&json)?)
}
