//! The accounts of a data folder: which are there, and the one that is meant.

use std::io::ErrorKind;
use std::path::Path;

use countersign_protocol::AccountId;

use crate::failure::Failure;

/// The folder in which each account has one, under its ID.
pub(crate) const ACCOUNTS: &str = "accounts";

/// The accounts that are in their place, by ID.
pub(crate) fn ids(folder: &Path) -> Result<Vec<AccountId>, Failure> {
    let accounts = folder.join(ACCOUNTS);
    let failed = |error| Failure::system(format!("read {}", accounts.display()), &error);
    let entries = match std::fs::read_dir(&accounts) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        entries => entries.map_err(failed)?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        // A file is none of ours, whoever put it there; a folder may be an account under a name we would not find.
        if !entry.path().is_dir() {
            continue;
        }
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.parse::<AccountId>().ok());
        match id.filter(|id| name == id.as_str()) {
            Some(id) => ids.push(id),
            None => {
                let message = format!(
                    "{} is no account: its name is not an account ID",
                    entry.path().display()
                );
                return Err(Failure::unusable(message).hint(
                    "give it the account's ID as its name, such as 1234567_SB1, or move it elsewhere",
                ));
            }
        }
    }
    ids.sort();
    Ok(ids)
}

/// The one of these that is meant: the one that was asked for, or the only one.
pub(crate) fn choose(ids: &[AccountId], asked: Option<&AccountId>) -> Result<AccountId, Failure> {
    let all = || ids.iter().map(AccountId::as_str).collect::<Vec<_>>().join(", ");
    match (asked, ids) {
        (Some(asked), _) if ids.contains(asked) => Ok(asked.clone()),
        (Some(asked), _) => {
            let message = format!("account {asked} is not in the data folder");
            Err(Failure::unusable(message).hint(format!("the accounts there are {}", all())))
        }
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(
            Failure::unusable(format!("the data folder holds {} accounts", ids.len()))
                .hint(format!("name one with --account: {}", all())),
        ),
    }
}
