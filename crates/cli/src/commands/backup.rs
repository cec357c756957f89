//! `countersign backup` and `countersign restore`.

use countersign_admin::{BackupInput, BackupJson};
use serde_json::json;

use crate::admin_client::AdminClient;
use crate::backup;
use crate::command::{Backup, Restore};
use crate::failure::{Exit, Failure};
use crate::folder::KEYS;
use crate::output;
use crate::vault_folder;

pub(crate) async fn write(command: Backup) -> Result<Exit, Failure> {
    let to = std::path::absolute(&command.to).map_err(Failure::unusable)?;
    let folder = to
        .to_str()
        .ok_or_else(|| Failure::unusable("the folder's name is not text in UTF-8"))?;
    let input = BackupInput {
        folder: folder.to_owned(),
    };
    let copy = async |client: &AdminClient| {
        let backup: BackupJson = client.post("/backup", &input).await?;
        Ok((backup, client.data().join(KEYS)))
    };
    let (backup, keys) = AdminClient::with(command.data, None, copy).await?;
    if command.json {
        output::say_json(&serde_json::to_value(&backup).map_err(Failure::unusable)?)?;
    } else {
        let connections = match vault_folder::is_in(std::path::Path::new(&backup.folder)) {
            true => " and the connections, sealed as they are,",
            false => "",
        };
        output::say(&format!(
            "Copied {}{connections} to {}.\nThe keys are not in it: keep {} apart, without them no secret of the copy opens.",
            backup.accounts.join(", "),
            backup.folder,
            keys.display()
        ))?;
    }
    Ok(Exit::Success)
}

pub(crate) async fn restore(command: Restore) -> Result<Exit, Failure> {
    let Some(keys) = command.key else {
        return Err(Failure::unusable(
            "a backup holds no key, and without it none of its secrets can be opened",
        )
        .hint("name the keys folder of the data folder that was copied, with --key KEYS"));
    };
    let (opened, unreadable) = backup::restore(&command.backup, &keys, &command.data).await?;
    let data = command.data.display();
    if command.json {
        output::say_json(&json!({ "data": command.data, "opened": opened, "unreadable": unreadable }))?;
    } else {
        output::say(&format!("{data} is made; {opened} secrets open."))?;
    }
    for record in &unreadable {
        output::complain(&format!("does not open: {record}"));
    }
    Ok(if unreadable.is_empty() {
        Exit::Success
    } else {
        Exit::Refused
    })
}
