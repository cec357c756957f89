//! Reads credentials and bodies from where a command says they are.

use std::io::Read as _;
use std::path::Path;

use bytes::Bytes;
use countersign_client::{Connection, ConnectionError};
use countersign_world::environment;
use zeroize::Zeroizing;

use crate::command::CredentialsFrom;
use crate::failure::Failure;

const HINT: &str = "give a .env file with --credentials FILE, or set the NETSUITE_* variables";

/// The most that is read of a credentials file.
const LARGEST: u64 = 64 * 1024;

pub(super) fn read(from: &CredentialsFrom) -> Result<Connection, Failure> {
    let connection = match &from.credentials {
        None => Connection::from_environment(environment::variable),
        Some(path) => {
            let mut text = Zeroizing::new(String::new());
            let read = if path == Path::new("-") {
                std::io::stdin().take(LARGEST).read_to_string(&mut text)
            } else {
                std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text))
            };
            read.map_err(|error| {
                Failure::unusable(format!("cannot read {}: {error}", path.display())).hint(HINT)
            })?;
            Connection::parse(&text)
        }
    };
    connection.map_err(|error: ConnectionError| {
        Failure::unusable(format!("the credentials cannot be used: {error}")).hint(HINT)
    })
}

/// The text itself, or what `@FILE` and `@-` stand for.
pub(super) fn body(data: Option<&str>) -> Result<Bytes, Failure> {
    let Some(data) = data else { return Ok(Bytes::new()) };
    let Some(file) = data.strip_prefix('@') else {
        return Ok(Bytes::copy_from_slice(data.as_bytes()));
    };
    let mut body = Vec::new();
    let read = if file == "-" {
        std::io::stdin().read_to_end(&mut body).map(drop)
    } else {
        std::fs::read(file).map(|read| body = read)
    };
    read.map_err(|error| Failure::unusable(format!("cannot read the body from {file}: {error}")))?;
    Ok(body.into())
}
