//! `countersign doctor --bundle`: what can be sent to others when something is wrong. It holds our own sentences, versions and
//! counts; no name, no ID, no address, and no word of the other side.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use countersign_proxy::Survey;
use countersign_vault::{ConnectionId, MAX_ROWS};
use serde_json::{Value, json};

use super::connection::short_word;
use super::governor;
use crate::failure::Failure;
use crate::folder::{World, private_file};
use crate::output;
use crate::vault_folder::VaultFolder;

/// A file that is not there yet, and what is to be in it.
pub(super) struct Bundle {
    path: PathBuf,
    checkups: Vec<Value>,
}

impl Bundle {
    /// # Errors
    /// The file is there already: it is said before anybody is asked anything.
    pub(super) fn begin(path: &Path) -> Result<Self, Failure> {
        if path.exists() {
            let message = format!("{} is there already, and is left as it is", path.display());
            return Err(Failure::unusable(message).hint("name a file that is not there yet"));
        }
        Ok(Self {
            path: path.to_owned(),
            checkups: Vec::new(),
        })
    }

    /// A checkup, redacted.
    pub(super) fn add(&mut self, checkup: Value) {
        self.checkups.push(checkup);
    }

    /// Shows all of it, and then writes it. `names` are the connections in the order of their checkups.
    pub(super) async fn finish(
        self,
        folder: &VaultFolder,
        names: &[ConnectionId],
        world: &World,
    ) -> Result<(), Failure> {
        let mut states: BTreeMap<&str, u64> = BTreeMap::new();
        let all = folder.vault.connections(None, MAX_ROWS).await?;
        for one in &all {
            *states.entry(short_word(&one.health)).or_default() += 1;
        }
        // Where none runs, there is nothing to say of it.
        let proxy = governor::look(&folder.data).await.ok();
        let proxy = proxy.and_then(|seen| serde_json::from_value(seen).ok());
        let bundle = json!({
            "countersign": env!("CARGO_PKG_VERSION"),
            "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            "at": world.clock.now().to_string(),
            "connections": states,
            "checkups": self.checkups,
            "proxy": proxy.map(|survey| unnamed(survey, names)),
        });
        let text = serde_json::to_string_pretty(&bundle).map_err(Failure::unusable)?;
        let text = output::printable(&text);
        output::say(&text)?;
        let file = private_file().create_new(true).open(&self.path);
        file.and_then(|mut file| writeln!(file, "{text}"))
            .map_err(|error| Failure::system(format!("write {}", self.path.display()), &error))?;
        output::complain(&format!(
            "This is in {}, and nothing else: read it before you send it.",
            self.path.display()
        ));
        Ok(())
    }
}

/// The numbers of a survey. Accounts and callers are counted, connections called as their checkups are.
fn unnamed(mut survey: Survey, names: &[ConnectionId]) -> Survey {
    for (account, one) in survey.accounts.iter_mut().enumerate() {
        one.account = format!("Account {}", account + 1);
        one.server = one.server.as_ref().map(|_| "this machine".to_owned());
        for (number, caller) in one.callers.iter_mut().enumerate() {
            caller.caller = format!("Caller {}", number + 1);
        }
        for connection in &mut one.connections {
            let place = names
                .iter()
                .position(|name| name.as_str() == connection.connection);
            connection.connection = place.map_or_else(
                || "Another connection".to_owned(),
                |place| format!("Connection {}", place + 1),
            );
        }
    }
    survey
}
