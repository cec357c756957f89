//! Account files on this machine: read and parsed, with every mistake told at its place.

use std::path::Path;

use countersign_account_file::{AccountFile, FileErrors};

use crate::failure::Failure;
use crate::text;

/// The text of a file, or of standard input where it is `-`.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let cannot = |why: &str| Failure::unusable(format!("cannot read {shown}: {why}"));
    let largest = AccountFile::MAX_BYTES as u64;
    let read = || match path == Path::new("-") {
        true => text::read(std::io::stdin(), largest + 1),
        false => text::read(std::fs::File::open(path)?, largest + 1),
    };
    // Opening a pipe would wait for somebody to write into it.
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(cannot("it is not a regular file"));
    }
    let mut text = read().map_err(|error| cannot(&error.to_string()))?;
    match text.len() as u64 > largest {
        true => Err(cannot("it is larger than 16 MiB")),
        false => Ok(std::mem::take(&mut *text)),
    }
}

pub(crate) fn read(path: &Path) -> Result<AccountFile, Failure> {
    Ok(AccountFile::parse(&text(path)?)?)
}

impl From<FileErrors> for Failure {
    fn from(errors: FileErrors) -> Self {
        let lines = errors.to_string().replace('\n', "\n  ");
        Self::unusable(format!("the account file is wrong:\n  {lines}"))
            .hint("docs/account-file.md lists every field; nothing was done")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_field_is_named_with_its_line_and_no_value_is_shown() {
        let file = "[account]\nid = \"1234567\"\n\n[[token]]\nname = \"x\"\nsecret = \"s3cret\"\n";
        let failure = Failure::from(AccountFile::parse(file).unwrap_err());
        let text = format!("{failure:?}");
        assert!(text.contains("line 6") && text.contains("secret"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}
