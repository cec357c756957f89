//! Values that are shown once: printed as `.env` lines, or written to a new file that only its owner can read.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::admin_client::AdminClient;
use crate::command::Out;
use crate::failure::Failure;
use crate::folder::{self, private_file};
use crate::output;

/// The values, by the names that `.env` files have for them.
pub(crate) struct Once {
    lines: Vec<(&'static str, Zeroizing<String>)>,
}

impl Once {
    pub(crate) const fn new() -> Self {
        Self { lines: Vec::new() }
    }

    /// Begins with where the account is, as callers need it.
    pub(crate) fn of_connection(client: &AdminClient) -> Result<Self, Failure> {
        let address = folder::address(client.data()).filter(|_| client.is_running());
        let begun = address.map_or_else(Self::new, |url| Self::new().with("NETSUITE_BASE_URL", &url));
        Ok(begun.with("NETSUITE_ACCOUNT_ID", client.account()?.as_str()))
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.lines.push((name, Zeroizing::new(value.to_owned())));
        self
    }

    fn text(&self, what: &str) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!(
            "# {what}. Keep these values: they are not shown again.\n"
        ));
        for (name, value) in &self.lines {
            text.push_str(name);
            text.push('=');
            text.push_str(value);
            text.push('\n');
        }
        text
    }
}

/// Where they go. It is found out before they are made, so that none is made that cannot be kept.
pub(crate) enum Place {
    Shown,
    Kept(NewFile),
}

/// A file that is removed again where nothing came of it.
pub(crate) struct NewFile {
    path: PathBuf,
    file: Option<File>,
}

impl Place {
    pub(crate) fn open(out: &Out) -> Result<Self, Failure> {
        let Some(path) = &out.out else {
            return Ok(Self::Shown);
        };
        let file = private_file().create_new(true).open(path);
        let file =
            file.map_err(|error| cannot_write(path, &error).hint("name a file that is not there yet"))?;
        Ok(Self::Kept(NewFile {
            path: path.clone(),
            file: Some(file),
        }))
    }

    /// Shows or keeps the values. `what` says what they are of; `record` is what machines are told of it.
    pub(crate) fn give(self, once: &Once, what: &str, record: &Value, json: bool) -> Result<(), Failure> {
        match self {
            Self::Shown if json => {
                let values = once.lines.iter();
                let values: Map<_, _> = values
                    .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
                    .collect();
                output::say_json(&json!({ "record": record, "credentials": values })).map_err(lost)
            }
            Self::Shown => output::send(once.text(what).as_bytes()).map_err(lost),
            Self::Kept(mut file) => {
                file.write(&once.text(what))?;
                let path = file.path.display().to_string();
                match json {
                    true => output::say_json(&json!({ "record": record, "out": path })),
                    false => output::say(&format!(
                        "{what}. Its values are in {path}, and are not shown again."
                    )),
                }
            }
        }
    }

    /// Keeps a text of values, where they are to be kept. Gives the file, or none where they are to be shown.
    pub(crate) fn keep(self, text: &str) -> Result<Option<PathBuf>, Failure> {
        match self {
            Self::Shown => Ok(None),
            Self::Kept(mut file) => {
                file.write(text)?;
                Ok(Some(file.path.clone()))
            }
        }
    }
}

impl NewFile {
    fn write(&mut self, text: &str) -> Result<(), Failure> {
        let Some(mut file) = self.file.take() else {
            return Ok(());
        };
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        written.map_err(|error| lost(cannot_write(&self.path, &error)))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::system(format!("write {}", path.display()), error)
}

fn lost(failure: Failure) -> Failure {
    failure.hint("the values were made, and nobody has seen them: make new ones, and remove what has these")
}
