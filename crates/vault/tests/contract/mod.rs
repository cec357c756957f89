//! What every vault promises, whatever database it is on. The test file of each kind has this module, an `open()`, and the
//! `Place` where a vault lies as long as its test runs.

mod audit;
mod callers;
mod connections;
mod export;
mod integrations;
mod links;
mod recognised;
mod rotation;
mod uses;

use std::collections::BTreeMap;

use countersign_protocol::{Credentials, Secret};
use countersign_vault::{
    Action, AuditFilter, By, Caller, CallerDraft, CallerKey, Connection, ConnectionId, Label, Metadata, Vault,
};
use countersign_world::UnixTime;

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

pub(crate) fn by() -> By {
    at(0)
}

/// So many seconds later.
pub(crate) fn at(seconds: i64) -> By {
    By {
        actor: "erin".into(),
        at: UnixTime::from_seconds(NOW.seconds() + seconds),
    }
}

pub(crate) fn id(text: &str) -> ConnectionId {
    text.parse().unwrap()
}

/// Four credentials as long as NetSuite's, different in each set.
pub(crate) fn values(set: &str) -> [String; 4] {
    ["consumer-key", "consumer-secret", "token-id", "token-secret"]
        .map(|name| format!("{name}-of-the-set-called-{set}-0123456789abcdef"))
}

pub(crate) fn credentials(account: &str, set: &str) -> Credentials {
    let [consumer_key, consumer_secret, token, token_secret] = values(set);
    Credentials {
        account: account.parse().unwrap(),
        consumer_key,
        consumer_secret: Secret::new(consumer_secret),
        token,
        token_secret: Secret::new(token_secret),
    }
}

pub(crate) fn label() -> Label {
    let tags = BTreeMap::from([("customer".to_owned(), "Acme".to_owned())]);
    let metadata: Metadata = [("plan".to_owned(), "gold".into())].into_iter().collect();
    Label::parse(tags, metadata).unwrap()
}

/// Account 1234567 with the set `a`.
pub(crate) async fn added(vault: &Vault, name: &str) -> Connection {
    let credentials = credentials("1234567", "a");
    vault.add(id(name), credentials, label(), by()).await.unwrap()
}

pub(crate) async fn caller(vault: &Vault, name: &str) -> (Caller, CallerKey) {
    let draft = CallerDraft {
        name: name.into(),
        expires: None,
    };
    vault.add_caller(draft, by()).await.unwrap()
}

/// What was done to a connection, newest first.
pub(crate) async fn done(vault: &Vault, name: &str) -> Vec<Action> {
    let filter = AuditFilter {
        subject: Some(format!("connection {name}")),
        limit: 100,
        before: None,
    };
    let rows = vault.audit(filter).await.unwrap();
    rows.into_iter().map(|row| row.action).collect()
}

/// Whether what opens now is this set.
pub(crate) async fn signs_with(vault: &Vault, name: &str, set: &str) -> bool {
    let opened = vault.open(id(name)).await.unwrap().credentials;
    let own = [
        &*opened.consumer_key,
        opened.consumer_secret.expose(),
        &*opened.token,
        opened.token_secret.expose(),
    ];
    own == values(set).each_ref().map(String::as_str)
}
