//! The set-up page by page, as of one moment: for whoever writes all of it and can hold none of it.

use std::collections::HashMap;

use countersign_database::{Transaction, Value};
use countersign_model::{AccessToken, Integration, User};
use tokio::sync::mpsc;

use crate::page::Place;
use crate::{
    Head, IntegrationFilter, MAX_ROWS, SealedSecret, SecretOwner, Store, StoreError, TokenFilter, UserFilter,
    accounts, integration_row, integrations, secrets, token_row, tokens, user_row, users,
};

/// Pages that are read before the one that is taken: with the one in the reader's hand, all that is held.
const AHEAD: usize = 1;

/// A page of the set-up. Secrets are there where they were asked for.
#[derive(Debug)]
pub enum SetupPage {
    Head(Box<Head>),
    Users(Vec<User>),
    Integrations(Vec<(Integration, Option<SealedSecret>)>),
    Tokens(Vec<(AccessToken, Option<SealedSecret>)>),
}

/// Pages of the set-up, to be taken one after the other. After an error there are no more.
pub type SetupPages = mpsc::Receiver<Result<SetupPage, StoreError>>;

impl Store {
    /// The set-up as of one moment, a thousand records at a time: first the [`Head`], then users, integration records and
    /// tokens, each by internal id, without those that were uninstalled or revoked. Must be called on a tokio runtime.
    ///
    /// A connection that reads is taken until the last page is, or the pages are dropped.
    pub fn walk(&self, with_secrets: bool) -> SetupPages {
        let (to, pages) = mpsc::channel(AHEAD);
        let database = self.database.clone();
        tokio::spawn(async move {
            let reader = Reader {
                with_secrets,
                to: to.clone(),
            };
            let walk = async move |snapshot: &mut Transaction<'_>| reader.walk(snapshot).await;
            if let Err(error) = database.read(walk).await {
                // Nobody may listen any more.
                let _ = to.send(Err(error)).await;
            }
        });
        pages
    }
}

struct Reader {
    with_secrets: bool,
    to: mpsc::Sender<Result<SetupPage, StoreError>>,
}

impl Reader {
    async fn walk(&self, snapshot: &mut Transaction<'_>) -> Result<(), StoreError> {
        let head = accounts::head(snapshot).await?.ok_or(StoreError::NoAccount)?;
        let _ = self.give(snapshot, SetupPage::Head(Box::new(head))).await
            && self.users(snapshot).await?
            && self.integrations(snapshot).await?
            && self.tokens(snapshot).await?;
        Ok(())
    }

    /// As the next two: tells whether somebody still takes pages.
    async fn users(&self, snapshot: &mut Transaction<'_>) -> Result<bool, StoreError> {
        let mut id = 0;
        loop {
            let place = Place::after_id(id);
            let filter = UserFilter::default();
            let page = user_row::read_all(snapshot, &users::page(&filter, &place, MAX_ROWS)).await?;
            let Some(last) = page.last() else {
                return Ok(true);
            };
            id = last.id.get();
            if !self.give(snapshot, SetupPage::Users(page)).await {
                return Ok(false);
            }
        }
    }

    async fn integrations(&self, snapshot: &mut Transaction<'_>) -> Result<bool, StoreError> {
        let mut id = 0;
        loop {
            let place = Place::after_id(id);
            let page = integrations::page(&IntegrationFilter::default(), &place, MAX_ROWS);
            let page = page.rows(snapshot, integration_row::read).await?;
            let Some(last) = page.last() else {
                return Ok(true);
            };
            let range = [id.into(), last.id.get().into()];
            id = last.id.get();
            let owners = "SELECT consumer_key FROM integration WHERE id > ?2 AND id <= ?3";
            let mut sealed = self.secrets(snapshot, "integration", owners, range).await?;
            let mut with_secret = |record: Integration| {
                let owner = record.consumer_key().cloned().map(SecretOwner::Integration);
                let secret = owner.and_then(|owner| sealed.remove(&owner));
                (record, secret)
            };
            let page = page.into_iter().map(&mut with_secret).collect();
            if !self.give(snapshot, SetupPage::Integrations(page)).await {
                return Ok(false);
            }
        }
    }

    async fn tokens(&self, snapshot: &mut Transaction<'_>) -> Result<bool, StoreError> {
        let mut id = 0;
        loop {
            let place = Place::after_id(id);
            let page = tokens::page(&TokenFilter::default(), false, &place, MAX_ROWS);
            let page = page.rows(snapshot, token_row::read).await?;
            let Some(last) = page.last() else {
                return Ok(true);
            };
            let range = [id.into(), last.id.get().into()];
            id = last.id.get();
            let owners =
                "SELECT token_id FROM access_token WHERE id > ?2 AND id <= ?3 AND revoked_at IS NULL";
            let mut sealed = self.secrets(snapshot, "token", owners, range).await?;
            let mut with_secret = |token: AccessToken| {
                let secret = sealed.remove(&SecretOwner::AccessToken(token.token_id.clone()));
                (token, secret)
            };
            let page = page.into_iter().map(&mut with_secret).collect();
            if !self.give(snapshot, SetupPage::Tokens(page)).await {
                return Ok(false);
            }
        }
    }

    /// Those of the records after the first id, up to the second.
    async fn secrets(
        &self,
        snapshot: &mut Transaction<'_>,
        kind: &str,
        owners: &str,
        [after, last]: [Value<'_>; 2],
    ) -> Result<HashMap<SecretOwner, SealedSecret>, StoreError> {
        match self.with_secrets {
            true => secrets::among(snapshot, owners, &[kind.into(), after, last]).await,
            false => Ok(HashMap::new()),
        }
    }

    /// Waits until there is room for the page.
    async fn give(&self, snapshot: &mut Transaction<'_>, page: SetupPage) -> bool {
        snapshot.give(&self.to, Ok(page)).await
    }
}
