//! A data folder whose accounts answer: another is founded beside them, and all are copied.

use std::path::{Path, PathBuf};

use countersign_admin::{
    AccountJson, AppliedJson, BackupJson, BoxFuture, ConsumerJson, DataFolder, FoundedJson, Founder,
    MadeConsumerJson, MadeTokenJson, Problem, TokenCredentialsJson,
};
use countersign_protocol::AccountId;
use countersign_server::Accounts;

use crate::backup;
use crate::failure::Failure;
use crate::folder::{Folder, World, keyring};
use crate::founding::{self, Made, Newcomer, Ready};
use crate::foundling::{self, Founding};
use crate::running;

/// To be made only by the process that has the folder to itself.
pub(crate) struct AccountsFolder {
    path: PathBuf,
    accounts: Accounts,
    world: World,
    concurrency: Option<u32>,
    /// One account is founded at a time.
    turn: tokio::sync::Mutex<()>,
}

impl AccountsFolder {
    /// The accounts of this folder are told that they are kept there.
    pub(crate) fn keep(accounts: &Accounts, folder: &Folder, world: &World, concurrency: Option<u32>) {
        accounts.kept_in(std::sync::Arc::new(Self {
            path: folder.path().to_owned(),
            accounts: accounts.clone(),
            world: world.clone(),
            concurrency,
            turn: tokio::sync::Mutex::default(),
        }));
    }

    async fn begin(&self, id: AccountId, founder: Founder) -> Result<FoundedJson, Failure> {
        let _turn = self.turn.lock().await;
        if self.accounts.get(&id).is_some() {
            return Err(Failure::unusable(format!("there is an account {id} already")));
        }
        let founding = Founding::begin(&self.path, id.clone())?;
        let made = match founder {
            Founder::Empty { company_name } => {
                let newcomer = Newcomer {
                    company: company_name,
                    file: None,
                };
                founding::found(founding, newcomer, &self.world).await?
            }
            Founder::File { file, company_name } => {
                let newcomer = Newcomer {
                    company: company_name,
                    file: Some(&file),
                };
                founding::found(founding, newcomer, &self.world).await?
            }
            Founder::Ready {
                company_name,
                demonstration_records,
            } => {
                let ready = Ready {
                    company: company_name,
                    is_empty: !demonstration_records,
                    is_test: true,
                };
                founding::found_ready(founding, ready, &self.world).await?
            }
        };
        running::open_in(
            &self.accounts,
            &self.path,
            || keyring(&self.path),
            &self.world,
            self.concurrency,
        )
        .await?;
        let account = self.accounts.get(&id);
        let account =
            account.ok_or_else(|| Failure::unusable(format!("account {id} was founded and is gone")))?;
        Ok(FoundedJson {
            account: AccountJson::of(&account.authority().snapshot().account),
            made: json(&made),
        })
    }
}

impl AccountsFolder {
    async fn end(&self, id: &AccountId) -> Result<(), Failure> {
        let _turn = self.turn.lock().await;
        if self.accounts.all().len() < 2 {
            let message = format!("account {id} is the only one here");
            return Err(Failure::unusable(message).hint("stop the server and remove the data folder"));
        }
        let Some(account) = self.accounts.remove(id) else {
            return Err(Failure::unusable(format!("there is no account {id}")));
        };
        running::close_one(&account).await?;
        foundling::throw_away(&self.path, id)
    }
}

impl DataFolder for AccountsFolder {
    fn found(&self, id: AccountId, founder: Founder) -> BoxFuture<'_, Result<FoundedJson, Problem>> {
        Box::pin(async move {
            let founded = self.begin(id, founder).await;
            founded.map_err(|failure| failure.to_problem())
        })
    }

    fn remove(&self, id: AccountId) -> BoxFuture<'_, Result<(), Problem>> {
        Box::pin(async move { self.end(&id).await.map_err(|failure| failure.to_problem()) })
    }

    fn back_up(&self, to: PathBuf) -> BoxFuture<'_, Result<BackupJson, Problem>> {
        Box::pin(async move {
            let accounts = backup::write(&self.accounts, &self.path, &to).await;
            let accounts = accounts.map_err(|failure| failure.to_problem())?;
            Ok(BackupJson {
                folder: shown(&to),
                accounts: accounts.iter().map(AccountId::to_string).collect(),
            })
        })
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn json(made: &Made) -> AppliedJson {
    AppliedJson {
        dry_run: false,
        steps: Vec::new(),
        integrations: made
            .consumers
            .iter()
            .map(|made| MadeConsumerJson {
                integration: made.integration.clone(),
                credentials: ConsumerJson::from(&made.consumer),
            })
            .collect(),
        tokens: made
            .tokens
            .iter()
            .map(|made| MadeTokenJson {
                token_name: made.token_name.clone(),
                integration: made.integration.clone(),
                credentials: TokenCredentialsJson::from(&made.token),
                consumer: Some(ConsumerJson::from(&made.consumer)),
            })
            .collect(),
    }
}

impl std::fmt::Debug for AccountsFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccountsFolder({})", self.path.display())
    }
}
