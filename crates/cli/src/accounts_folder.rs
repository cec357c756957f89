//! A data folder whose accounts answer: another is founded beside them, and all are copied.

use std::path::{Path, PathBuf};

use countersign_account_file::AccountFile;
use countersign_admin::{
    AccountJson, AppliedJson, BackupJson, BoxFuture, ConsumerJson, DataFolder, FoundedJson, MadeConsumerJson,
    MadeTokenJson, Problem, TokenCredentialsJson,
};
use countersign_protocol::AccountId;
use countersign_server::Accounts;

use crate::backup;
use crate::failure::Failure;
use crate::folder::{Folder, World, keyring};
use crate::founding::{self, Made, Newcomer};
use crate::foundling::Founding;
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

    async fn begin(
        &self,
        id: AccountId,
        company: Option<String>,
        file: Option<&AccountFile>,
    ) -> Result<FoundedJson, Failure> {
        let _turn = self.turn.lock().await;
        if self.accounts.get(&id).is_some() {
            return Err(Failure::unusable(format!("there is an account {id} already")));
        }
        let founding = Founding::begin(&self.path, id.clone())?;
        let made = founding::found(founding, Newcomer { company, file }, &self.world).await?;
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

impl DataFolder for AccountsFolder {
    fn found(
        &self,
        id: AccountId,
        company_name: Option<String>,
        file: Option<AccountFile>,
    ) -> BoxFuture<'_, Result<FoundedJson, Problem>> {
        Box::pin(async move {
            let founded = self.begin(id, company_name, file.as_ref()).await;
            founded.map_err(|failure| failure.to_problem())
        })
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
