//! `countersign key`.

use countersign_authority::{Resealed, check_secrets, reseal_secrets};
use countersign_store::Store as _;

use crate::command::{Key, KeyAction};
use crate::failure::{Exit, Failure};
use crate::folder::{self, Folder, World};
use crate::output;

pub(crate) async fn run(key: Key) -> Result<Exit, Failure> {
    let path = folder::chosen(key.data)?;
    if !folder::holds_account(&path) {
        return Err(Failure::unusable(format!("{} holds no account", path.display()))
            .hint("name its folder with --data DIR"));
    }
    let folder = Folder::open(&path)?;
    let World { entropy, .. } = World::system();
    let mut keyring = folder.keyring(&*entropy)?;
    let store = folder.store()?;
    let setup = store.setup().await.map_err(Failure::unusable)?;
    let account = setup
        .ok_or_else(|| Failure::unusable("the data folder holds no account"))?
        .account
        .id;
    match key.action {
        KeyAction::Check => {
            let checked = check_secrets(&*store, &keyring, &account)
                .await
                .map_err(Failure::unusable)?;
            output::say(&format!(
                "{} secrets open; the current data key is number {}",
                checked.opened,
                keyring.current()
            ));
            for record in &checked.unreadable {
                output::complain(&format!("does not open: {record}"));
            }
            Ok(if checked.unreadable.is_empty() {
                Exit::Success
            } else {
                Exit::Refused
            })
        }
        KeyAction::Rotate => {
            let unfinished = keyring.versions().count() > 1;
            let current = if unfinished {
                keyring.current()
            } else {
                keyring.rotate(&*entropy).map_err(Failure::unusable)?
            };
            if unfinished {
                output::say(&format!(
                    "Going on with data key {current}, which an earlier rotation made."
                ));
            }
            let progress = |done: usize| output::complain(&format!("{done} secrets sealed"));
            let Resealed { resealed } = reseal_secrets(&*store, &keyring, &account, &*entropy, progress)
                .await
                .map_err(Failure::unusable)?;
            let old: Vec<u32> = keyring.versions().filter(|version| *version != current).collect();
            for version in &old {
                keyring.retire(*version, &*entropy).map_err(Failure::unusable)?;
            }
            output::say(&format!(
                "{resealed} secrets sealed with data key {current}; {} old data keys dropped",
                old.len()
            ));
            Ok(Exit::Success)
        }
        KeyAction::Rewrap => {
            keyring.rewrap(&*entropy).map_err(Failure::unusable)?;
            output::say("The data keys are wrapped with a new key file. Back up the keys folder anew.");
            Ok(Exit::Success)
        }
    }
}
