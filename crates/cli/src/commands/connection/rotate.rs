//! A token that is replaced while programs go on calling: stage, try, switch, try again, settle.
//!
//! Invariant: after each step exactly one set signs, and it is one that has logged in. A step that fails leads back.

use std::path::Path;

use countersign_client::Logins;
use countersign_doctor::{Findings, History};
use countersign_protocol::Credentials;
use countersign_vault::{Connection, ConnectionId, Observed, Opened};
use serde_json::json;

use super::{done, duplicate};
use crate::ask;
use crate::checkup::{self, Depth};
use crate::entry::{self, NewToken};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output;
use crate::paste;
use crate::vault_folder::VaultFolder;

pub(super) struct Rotation<'a> {
    pub(super) folder: &'a VaultFolder,
    pub(super) world: &'a World,
    pub(super) name: ConnectionId,
    pub(super) json: bool,
}

impl Rotation<'_> {
    /// Goes on from whatever step was done last.
    pub(super) async fn go_on(self, from: Option<&Path>, keep_previous: bool) -> Result<Exit, Failure> {
        let connection = self.connection().await?;
        if connection.staged.is_none() && connection.previous.is_none() {
            self.stage(from).await?;
        } else if from.is_some() {
            let message = format!("a rotation of connection {} is under way", self.name);
            return Err(Failure::refused(message)
                .hint("go on with it by leaving out --from, or end it with --drop or --fall-back"));
        }
        if self.connection().await?.staged.is_some() {
            self.try_staged().await?;
            self.folder.vault.switch(self.name.clone(), self.by()).await?;
        }
        let old = self
            .connection()
            .await?
            .previous
            .map(|set| set.token_end)
            .unwrap_or_default();
        self.watch().await?;
        if keep_previous {
            return done(
                &self.name,
                "signs with the new token; the old one is kept beside it",
                self.json,
            );
        }
        let vault = &self.folder.vault;
        let others = vault.others_with_its_previous_token(self.name.clone()).await?;
        let others: Vec<_> = others.iter().map(|other| other.id.as_str()).collect();
        vault.settle(self.name.clone(), self.by()).await?;
        let what = "signs with the new token";
        if self.json {
            output::say_json(&json!({
                "connection": self.name.as_str(),
                "done": what,
                "oldTokenEnd": old,
                "oldTokenSignsFor": others,
            }))?;
            return Ok(Exit::Success);
        }
        output::complain(&match others.is_empty() {
            true => format!(
                "Revoke the old token (…{old}) in NetSuite now: Setup > Users/Roles > Access Tokens > Edit > Revoke"
            ),
            false => format!(
                "Do not revoke the old token (…{old}) yet: {} sign with it. Rotate them first.",
                others.join(", ")
            ),
        });
        done(&self.name, what, false)
    }

    pub(super) async fn fall_back(self) -> Result<Exit, Failure> {
        self.connection().await?;
        let vault = &self.folder.vault;
        vault
            .fall_back(self.name.clone(), "asked for".to_owned(), self.by())
            .await?;
        let back = "signs with the old token again";
        let kept = "the new one is kept beside it";
        // What was known of it was known before the switch.
        let current = vault.open(self.name.clone()).await?;
        match self.tried(&current).await? {
            Tried::Works => done(&self.name, &format!("{back}, which logs in; {kept}"), self.json),
            Tried::Unanswered(why) => {
                let what = format!("{back}, which was not tried now: {why}; {kept}");
                done(&self.name, &what, self.json)
            }
            Tried::Refused { why, causes } => Err(Failure::refused(format!(
                "connection {} {back}, and it does not log in: {why}; {kept}",
                self.name
            ))
            .hint(causes)),
        }
    }

    pub(super) async fn drop_staged(self) -> Result<Exit, Failure> {
        self.connection().await?;
        self.folder
            .vault
            .drop_staged(self.name.clone(), self.by())
            .await?;
        done(
            &self.name,
            "goes on with its token; the new one is forgotten",
            self.json,
        )
    }

    async fn connection(&self) -> Result<Connection, Failure> {
        super::known(self.folder, &self.name).await
    }

    fn by(&self) -> countersign_vault::By {
        VaultFolder::by(self.world)
    }

    async fn stage(&self, from: Option<&Path>) -> Result<(), Failure> {
        let new = match from {
            None if ask::is_possible() => entry::typed_token()?,
            from => {
                let (name, text) = entry::text(from)?;
                entry::pasted_token(&name, &text)?
            }
        };
        let current = self.folder.vault.open(self.name.clone()).await?;
        if let Some(other) = beside(&new, &current.credentials, &self.name) {
            let file = from.filter(|path| *path != Path::new("-"));
            let file = file.map_or_else(|| "FILE".into(), Path::to_string_lossy);
            let words = ["connection", "move", self.name.as_str(), "--from", &*file];
            return Err(Failure::refused(other).hint(format!(
                "rotate replaces the token alone; all five values with: {}",
                paste::command_on(&words, &self.folder.data)
            )));
        }
        let NewToken { id, secret, .. } = new;
        if current.credentials.token == id {
            return Err(Failure::unusable("this is the token the connection has already").hint(
                "make a new one: Setup > Users/Roles > Access Tokens > New, with the same application, user and role",
            ));
        }
        let credentials = Credentials {
            token: id,
            token_secret: secret,
            ..duplicate(&current)
        };
        self.folder
            .vault
            .stage(self.name.clone(), credentials, self.by())
            .await?;
        Ok(())
    }

    async fn try_staged(&self) -> Result<(), Failure> {
        let staged = self.folder.vault.open_staged(self.name.clone()).await?;
        let (why, causes) = match self.tried(&staged).await? {
            Tried::Works => return Ok(()),
            Tried::Unanswered(why) => {
                let message = format!(
                    "the new token was not tried: {why}; it is kept beside the old one, which goes on signing"
                );
                return Err(Failure::no_connection(message).hint(self.goes_on("--drop")));
            }
            Tried::Refused { why, causes } => (why, causes),
        };
        self.folder
            .vault
            .drop_staged(self.name.clone(), self.by())
            .await?;
        Err(Failure::refused(format!(
            "the new token does not log in, and was forgotten: {why}; the old one goes on signing"
        ))
        .hint(causes))
    }

    /// Once more, with what signs now.
    async fn watch(&self) -> Result<(), Failure> {
        let current = self.folder.vault.open(self.name.clone()).await?;
        let (why, causes) = match self.tried(&current).await? {
            Tried::Works => return Ok(()),
            // It has logged in before the switch: there is no reason to lead back.
            Tried::Unanswered(why) => {
                let message = format!(
                    "the new token signs, and was not tried since the switch: {why}; the old one is kept beside it"
                );
                return Err(Failure::no_connection(message).hint(self.goes_on("--fall-back")));
            }
            Tried::Refused { why, causes } => (why, causes),
        };
        self.folder
            .vault
            .fall_back(self.name.clone(), why.clone(), self.by())
            .await?;
        let old = self.folder.vault.open(self.name.clone()).await?;
        let and = match self.tried(&old).await? {
            Tried::Works => "and logs in".to_owned(),
            Tried::Unanswered(why) => format!("and was not tried: {why}"),
            Tried::Refused { why, .. } => format!("and does not log in either: {why}"),
        };
        Err(Failure::refused(format!(
            "the new token stopped to work right after the switch: {why}; the old one signs again, {and}"
        ))
        .hint(causes))
    }

    /// The next step where nobody answered; `back` is the way out.
    fn goes_on(&self, back: &str) -> String {
        let words = ["connection", "rotate", self.name.as_str()];
        format!(
            "once the account answers, go on with: {}; or go back with {back}",
            paste::command_on(&words, &self.folder.data)
        )
    }

    /// Tries a login, and writes down what came of it. That nobody answers says nothing of the credentials.
    async fn tried(&self, opened: &Opened) -> Result<Tried, Failure> {
        let logins = Logins::by_account();
        let depth = (Depth::Login, None);
        let server = opened.server.as_ref();
        let results = checkup::look(&opened.credentials, server, depth, self.world, &logins).await?;
        let findings = Findings::of(&results, History::default(), &[], None);
        let kept = (&self.name, opened.generation);
        let observed = findings
            .write_down(&results, &self.folder.vault, kept, self.by())
            .await?;
        let why = checkup::why(&self.folder.data, &opened.credentials.account, server);
        let (seen, causes) = checkup::reason(&findings, why.as_deref());
        Ok(match observed {
            Some(Observed::Worked) => Tried::Works,
            Some(Observed::Failed { why }) => Tried::Refused {
                why,
                causes: causes.unwrap_or_else(|| {
                    let words = ["doctor", self.name.as_str()];
                    format!(
                        "look at the account with: {}",
                        paste::command_on(&words, &self.folder.data)
                    )
                }),
            },
            None => Tried::Unanswered(seen),
        })
    }
}

/// What came of a login.
enum Tried {
    Works,
    Refused {
        why: String,
        causes: String,
    },
    /// It was never decided on.
    Unanswered(String),
}

/// What stands beside the new token and is not the connection's; such a token would be tried with a pair it is not of.
fn beside(new: &NewToken, current: &Credentials, name: &ConnectionId) -> Option<String> {
    if let Some(account) = &new.account
        && *account != current.account
    {
        let own = &current.account;
        return Some(format!(
            "these values are of account {account}, and connection {name} is one of {own}"
        ));
    }
    let is_other_key = new
        .consumer_key
        .as_ref()
        .is_some_and(|key| *key != current.consumer_key);
    let is_other_secret = new
        .consumer_secret
        .as_ref()
        .is_some_and(|secret| secret.expose() != current.consumer_secret.expose());
    let what = match (is_other_key, is_other_secret) {
        (true, _) => "Consumer Key",
        (false, true) => "Consumer Secret",
        (false, false) => return None,
    };
    Some(format!("these values have another {what} than connection {name}"))
}
