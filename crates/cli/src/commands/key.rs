//! `countersign key`.

use countersign_authority::{Resealed, check_secrets, reseal_secrets};
use serde_json::json;

use crate::command::{Key, KeyAction};
use crate::failure::{Exit, Failure};
use crate::folder::{self, Folder, World};
use crate::output;

pub(crate) async fn run(key: Key) -> Result<Exit, Failure> {
    let folder = Folder::open(&folder::of_account(key.data)?)?;
    let World { entropy, .. } = World::system();
    let mut keyring = folder.files().keyring(&*entropy)?;
    let store = folder.files().store()?;
    let account = store
        .setup()
        .await?
        .ok_or_else(|| Failure::unusable("the data folder holds no account"))?
        .account
        .id;
    match key.action {
        KeyAction::Check => {
            let checked = check_secrets(&store, &keyring, &account).await?;
            let current = keyring.current();
            if key.json {
                output::say_json(&json!({
                    "opened": checked.opened, "unreadable": checked.unreadable, "dataKey": current,
                }))?;
            } else {
                let (opened, verb) = (
                    secrets(checked.opened),
                    if checked.opened == 1 { "opens" } else { "open" },
                );
                output::say(&format!(
                    "{opened} {verb}; the current data key is number {current}"
                ))?;
                for record in &checked.unreadable {
                    output::complain(&format!("does not open: {record}"));
                }
            }
            Ok(if checked.unreadable.is_empty() {
                Exit::Success
            } else {
                Exit::Refused
            })
        }
        KeyAction::Rotate => {
            let is_unfinished = keyring.versions().count() > 1;
            let current = if is_unfinished {
                keyring.current()
            } else {
                keyring.rotate(&*entropy)?
            };
            if is_unfinished {
                output::complain(&format!(
                    "Going on with data key {current}, which an earlier rotation made."
                ));
            }
            let progress = |done: usize| output::complain(&format!("{} sealed", secrets(done)));
            let Resealed { resealed } =
                reseal_secrets(&store, &keyring, &account, &*entropy, progress).await?;
            let old: Vec<u32> = keyring.versions().filter(|version| *version != current).collect();
            for version in &old {
                keyring.retire(*version, &*entropy)?;
            }
            if key.json {
                output::say_json(&json!({ "sealed": resealed, "dataKey": current, "dropped": old }))?;
            } else {
                let dropped = match old.len() {
                    1 => "1 old data key".to_owned(),
                    number => format!("{number} old data keys"),
                };
                let sealed = secrets(resealed);
                output::say(&format!(
                    "{sealed} sealed with data key {current}; {dropped} dropped"
                ))?;
            }
            Ok(Exit::Success)
        }
        KeyAction::Rewrap => {
            keyring.rewrap(&*entropy)?;
            if key.json {
                output::say_json(&json!({ "dataKey": keyring.current() }))?;
            } else {
                output::say("The data keys are wrapped with a new key file. Back up the keys folder anew.")?;
            }
            Ok(Exit::Success)
        }
    }
}

fn secrets(number: usize) -> String {
    match number {
        1 => "1 secret".to_owned(),
        number => format!("{number} secrets"),
    }
}
