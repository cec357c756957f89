//! The account, written as a file, a page after the other: however large it is, few records are held.

use std::sync::Arc;

use countersign_account_file::FileWriter;
use countersign_protocol::Secret;
use countersign_store::{SealedSecret, SecretOwner, SetupPage, SetupPages, StoreError};

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};
use crate::secrets::SecretError;

/// An account that is being written. What was written before an error is no account.
#[derive(Debug)]
pub struct Export {
    authority: Arc<Authority>,
    with_secrets: bool,
    pages: SetupPages,
    writer: FileWriter,
}

impl Authority {
    /// The account as a file, of one moment, for an Administrator; with its secrets for the owner only. Passwords are
    /// never in it.
    pub async fn export(
        self: Arc<Self>,
        caller: &Caller,
        with_secrets: bool,
    ) -> Result<Export, AdministrationError> {
        caller.require_administrator()?;
        if with_secrets && !caller.is_owner() {
            return Err(Forbidden::Owner.into());
        }
        let mut pages = self.store.walk(with_secrets);
        let head = match pages.recv().await.transpose()? {
            Some(SetupPage::Head(head)) => head,
            _ => return Err(StoreError::NoAccount.into()),
        };
        Ok(Export {
            writer: FileWriter::begin(&head.account, &head.features, &head.settings, &head.roles),
            authority: self,
            with_secrets,
            pages,
        })
    }
}

impl Export {
    /// The next part of the text; None at its end.
    pub async fn next(&mut self) -> Result<Option<String>, AdministrationError> {
        loop {
            // A page of records that no file can say adds nothing.
            let written = self.writer.take();
            if !written.is_empty() {
                return Ok(Some(written));
            }
            match self.pages.recv().await.transpose()? {
                None => return Ok(None),
                Some(page) => self.write(&page)?,
            }
        }
    }

    fn write(&mut self, page: &SetupPage) -> Result<(), SecretError> {
        match page {
            SetupPage::Head(_) => {}
            SetupPage::Users(users) => users.iter().for_each(|user| self.writer.user(user)),
            SetupPage::Integrations(records) => {
                for (record, sealed) in records {
                    let secret = match &record.credentials {
                        None => None,
                        Some(pair) => {
                            let owner = SecretOwner::Integration(pair.consumer_key.clone());
                            self.secret(&owner, pair.generation, sealed.as_ref())?
                        }
                    };
                    self.writer.integration(record, secret.as_ref());
                }
            }
            SetupPage::Tokens(tokens) => {
                for (token, sealed) in tokens {
                    let owner = SecretOwner::AccessToken(token.token_id.clone());
                    let secret = self.secret(&owner, token.secret_generation, sealed.as_ref())?;
                    self.writer.token(token, secret.as_ref());
                }
            }
        }
        Ok(())
    }

    fn secret(
        &self,
        owner: &SecretOwner,
        generation: u64,
        sealed: Option<&SealedSecret>,
    ) -> Result<Option<Secret>, SecretError> {
        if !self.with_secrets {
            return Ok(None);
        }
        let sealed = sealed.ok_or_else(|| SecretError::Missing(owner.record()))?;
        let secret = self.authority.secrets.unseal(owner, generation, sealed);
        secret.map(Some)
    }
}
