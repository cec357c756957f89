//! Reads credentials and bodies from where a command says they are.

use std::io::Read as _;
use std::path::Path;

use bytes::Bytes;
use countersign_client::{Connection, ConnectionError, GivenCredentials};
use countersign_world::environment;
use zeroize::Zeroizing;

use crate::command::CredentialsFrom;
use crate::failure::Failure;
use crate::output;
use crate::text;

const HINT: &str =
    "give a .env file with --credentials FILE, or set the NETSUITE_* variables; call --help shows both";

/// Where the file is all there is.
const FILE_HINT: &str = "give a file with all five values, as .env or JSON; run --help shows an example";

/// Looked for in the current folder when nothing else is given.
const DOT_ENV: &str = ".env";

/// The most that is read of a credentials file.
const LARGEST: u64 = 64 * 1024;

/// From the file that was named; or else the environment, where any of its variables is set; or else `.env`.
pub(super) fn read(from: &CredentialsFrom) -> Result<Connection, Failure> {
    match text(from)? {
        Some((name, text)) => Connection::parse(&text).map_err(|error| unusable(&name, &error)),
        None if !is_in_environment() => Err(Failure::unusable(
            "there are no credentials: no .env in this folder, and none of NETSUITE_ACCOUNT_ID, NETSUITE_CONSUMER_KEY, NETSUITE_CONSUMER_SECRET, NETSUITE_TOKEN_ID and NETSUITE_TOKEN_SECRET is set",
        )
        .hint(HINT)),
        None => Connection::from_environment(environment::variable)
            .map_err(|error| unusable("the environment", &error)),
    }
}

/// From this file, or standard input where it is `-`.
pub(super) fn of_file(path: &Path) -> Result<Connection, Failure> {
    let hinted = |failure: Failure| failure.hint(FILE_HINT);
    let (name, text) = read_file(path).map_err(hinted)?;
    Connection::parse(&text).map_err(|error| hinted(unusable(&name, &error)))
}

/// The same, as far as they are given: nothing has to be.
pub(super) fn read_given(from: &CredentialsFrom) -> Result<GivenCredentials, Failure> {
    match text(from)? {
        Some((name, text)) => GivenCredentials::parse(&text).map_err(|error| unusable(&name, &error)),
        None => GivenCredentials::from_environment(environment::variable)
            .map_err(|error| unusable("the environment", &error)),
    }
}

/// The file they are in, by its name. None where the environment holds them.
fn text(from: &CredentialsFrom) -> Result<Option<(String, Zeroizing<String>)>, Failure> {
    if let Some(path) = &from.credentials {
        return read_file(path).map(Some);
    }
    if is_in_environment() || !Path::new(DOT_ENV).is_file() {
        return Ok(None);
    }
    output::complain("Using the credentials in .env.");
    read_file(Path::new(DOT_ENV)).map(Some)
}

fn is_in_environment() -> bool {
    Connection::variables().any(|name| environment::variable(name).is_some())
}

fn read_file(path: &Path) -> Result<(String, Zeroizing<String>), Failure> {
    let is_input = path == Path::new("-");
    let name = if is_input {
        "standard input".into()
    } else {
        path.to_string_lossy()
    };
    let read = match is_input {
        true => text::read(std::io::stdin(), LARGEST),
        false => std::fs::File::open(path).and_then(|file| text::read(file, LARGEST)),
    };
    let text = read.map_err(|error| {
        Failure::unusable(format!("the credentials in {name} cannot be read: {error}")).hint(HINT)
    })?;
    Ok((name.into_owned(), text))
}

fn unusable(name: &str, error: &ConnectionError) -> Failure {
    Failure::unusable(format!("the credentials in {name} cannot be used: {error}")).hint(HINT)
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
