//! Looking after sealed secrets while the account does not run: opening each once, sealing each anew.

use countersign_protocol::AccountId;
use countersign_seal::{Context, Keyring, OpenError, Sealed};
use countersign_store::{IntegrationFilter, MAX_ROWS, SecretOwner, Store, StoreError, TokenFilter};
use countersign_world::Entropy;

/// How many secrets are sealed anew between two looks at the progress.
const BATCH: u32 = 200;

/// What opening every secret showed.
#[derive(Debug, Default)]
pub struct Checked {
    pub opened: usize,
    /// Records whose secret is gone or does not open.
    pub unreadable: Vec<String>,
}

/// How many secrets were sealed anew.
#[derive(Debug, Default)]
pub struct Resealed {
    pub resealed: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum KeyCareError {
    #[error(
        "the secret of {record} does not open: {reason}. Nothing of it was changed; make its credentials anew, then go on"
    )]
    DoesNotOpen { record: String, reason: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens the secret of every integration record and token once, and forgets it.
pub async fn check_secrets(
    store: &Store,
    keyring: &Keyring,
    account: &AccountId,
) -> Result<Checked, StoreError> {
    let mut checked = Checked::default();
    let mut after = None;
    loop {
        let page = store
            .integrations(IntegrationFilter::default(), after, MAX_ROWS)
            .await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for pair in page.into_iter().filter_map(|record| record.credentials) {
            let owner = SecretOwner::Integration(pair.consumer_key);
            check(store, keyring, account, owner, &mut checked).await?;
        }
    }
    let mut after = None;
    loop {
        let page = store.tokens(TokenFilter::default(), after, MAX_ROWS).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for token in page {
            let owner = SecretOwner::AccessToken(token.token_id);
            check(store, keyring, account, owner, &mut checked).await?;
        }
    }
    Ok(checked)
}

async fn check(
    store: &Store,
    keyring: &Keyring,
    account: &AccountId,
    owner: SecretOwner,
    checked: &mut Checked,
) -> Result<(), StoreError> {
    let sealed = store.sealed_secret(owner.clone()).await?;
    let opens = sealed.is_some_and(|sealed| {
        let record = owner.record();
        let context = context(account, &record, &owner, sealed.generation);
        Sealed::from_bytes(&sealed.bytes)
            .and_then(|sealed| keyring.open(&context, &sealed))
            .is_ok()
    });
    if opens {
        checked.opened += 1;
    } else {
        checked.unreadable.push(name(&owner));
    }
    Ok(())
}

/// Seals every secret that is not under the current data key anew. Each is replaced in a transaction of its own, so
/// this can be stopped at any time and run again.
pub async fn reseal_secrets(
    store: &Store,
    keyring: &Keyring,
    account: &AccountId,
    entropy: &dyn Entropy,
    progress: impl Fn(usize),
) -> Result<Resealed, KeyCareError> {
    let mut resealed = 0;
    loop {
        let batch = store.secrets_not_sealed_with(keyring.current(), BATCH).await?;
        if batch.is_empty() {
            return Ok(Resealed { resealed });
        }
        for (owner, old) in batch {
            let record = owner.record();
            let context = context(account, &record, &owner, old.generation);
            let failed = |reason: String| KeyCareError::DoesNotOpen {
                record: name(&owner),
                reason,
            };
            let sealed =
                Sealed::from_bytes(&old.bytes).map_err(|error: OpenError| failed(error.to_string()))?;
            let new = keyring
                .reseal(&context, &sealed, entropy)
                .map_err(|error| failed(error.to_string()))?;
            let new = new.unwrap_or(sealed);
            if store
                .reseal(owner, old.bytes, new.as_bytes().to_vec(), new.key_version())
                .await?
            {
                resealed += 1;
            }
        }
        progress(resealed);
    }
}

fn context<'a>(account: &'a AccountId, record: &'a str, owner: &SecretOwner, generation: u64) -> Context<'a> {
    Context {
        account: account.as_str(),
        record,
        field: owner.field(),
        generation,
    }
}

/// Whose secret it is, without showing a whole key.
fn name(owner: &SecretOwner) -> String {
    match owner {
        SecretOwner::Integration(key) => format!("the integration record with consumer key {}", key.masked()),
        SecretOwner::AccessToken(token) => format!("the access token with ID {}", token.masked()),
        SecretOwner::SecondFactor(user) => format!("the authenticator app of user {user}"),
        SecretOwner::RequestToken(token) => format!("the request token {}", token.masked()),
        SecretOwner::ApiSecret(id) => format!("the API Secret {id}"),
    }
}
