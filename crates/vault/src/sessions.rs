//! Sessions: a token with which somebody else gives the credentials of one connection, once.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign_bearer::digest;
use countersign_database::Transaction;
use countersign_protocol::Secret;
use countersign_world::{Entropy, UnixTime, hex};

use crate::audit::{Action, write};
use crate::{By, CallerId, ConnectionId, IntegrationKey, Label, Metadata, Vault, VaultError};

/// Sessions that can be open at once.
pub(crate) const MAX_OPEN: i64 = 10_000;
const PREFIX: &str = "nango_connect_session_";
const BYTES: usize = 32;

/// Shown once, where it was made. The vault keeps its digest.
#[derive(Debug)]
pub struct SessionToken(Secret);

impl SessionToken {
    fn make(entropy: &dyn Entropy) -> Self {
        Self(Secret::new(format!("{PREFIX}{}", hex(entropy, BYTES))))
    }

    /// As it came in a request; none where it cannot be one.
    pub fn presented(text: &str) -> Option<Self> {
        let random = text.strip_prefix(PREFIX)?;
        let is_one = random.len() == 2 * BYTES
            && random
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_one.then(|| Self(Secret::new(text)))
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    fn digest(&self) -> String {
        digest(self.expose())
    }
}

/// A session as a caller asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDraft {
    pub caller: CallerId,
    /// The connection that gets new credentials; none, where one is to be made.
    pub connection: Option<ConnectionId>,
    /// Under which of them a connection may be made; empty: any.
    pub integrations: Vec<IntegrationKey>,
    /// What the connection is found by.
    pub tags: BTreeMap<String, String>,
    pub lasts: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub caller: CallerId,
    pub connection: Option<ConnectionId>,
    pub integrations: Vec<IntegrationKey>,
    pub tags: BTreeMap<String, String>,
    pub expires: UnixTime,
}

impl Session {
    pub fn allows(&self, key: &IntegrationKey) -> bool {
        self.integrations.is_empty() || self.integrations.contains(key)
    }
}

impl Vault {
    /// Its token is in the answer and nowhere else.
    pub async fn open_session(
        &self,
        draft: SessionDraft,
        by: By,
    ) -> Result<(SessionToken, Session), VaultError> {
        let label = Label::parse(draft.tags, Metadata::new())?;
        let token = SessionToken::make(&*self.sealer.entropy);
        let digest = token.digest();
        let session = Session {
            caller: draft.caller,
            connection: draft.connection,
            integrations: draft.integrations,
            tags: label.tags().clone(),
            expires: by.at.plus(draft.lasts),
        };
        let keys: Vec<&str> = session.integrations.iter().map(IntegrationKey::as_str).collect();
        let integrations = serde_json::to_string(&keys);
        let integrations = integrations.map_err(|error| VaultError::unreadable("session")(&error))?;
        let tags = label.tags_json();
        let open = async move |transaction: &mut Transaction<'_>| {
            let sql = "DELETE FROM connect_session WHERE expires <= ?1";
            transaction.execute(sql, &[by.at.millis().into()]).await?;
            let sql = "SELECT COUNT(*) AS open FROM connect_session";
            let open = transaction.row(sql, &[], |row| row.integer("open"));
            if open.await?.unwrap_or(0) >= MAX_OPEN {
                return Err(VaultError::TooManySessions);
            }
            let row = [
                ("digest", (&digest).into()),
                ("caller", session.caller.0.into()),
                (
                    "connection",
                    session.connection.as_ref().map(ConnectionId::as_str).into(),
                ),
                ("integrations", (&integrations).into()),
                ("tags", (&tags).into()),
                ("expires", session.expires.millis().into()),
            ];
            transaction.insert("connect_session", row).await?;
            let detail = match &session.connection {
                Some(connection) => format!("for connection {connection}"),
                None => "for a new connection".to_owned(),
            };
            let subject = format!("caller {}", session.caller);
            write(transaction, &by, Action::SessionOpened, subject, detail).await?;
            Ok(session)
        };
        Ok((token, self.database.write(open).await?))
    }

    /// The session this is the token of, while it lasts and its caller administers connections.
    pub async fn session(&self, token: &SessionToken, now: UnixTime) -> Result<Session, VaultError> {
        let digest = token.digest();
        let find = async move |snapshot: &mut Transaction<'_>| {
            let sql = "SELECT s.caller, s.connection, s.integrations, s.tags, s.expires
                       FROM connect_session s JOIN caller c ON c.id = s.caller
                       WHERE s.digest = ?1 AND s.expires > ?2 AND c.administers = 1 AND c.revoked IS NULL
                         AND (c.expires IS NULL OR c.expires > ?2)";
            let unreadable = VaultError::unreadable("session");
            let values = [(&digest).into(), now.millis().into()];
            let found = snapshot.row(sql, &values, |row| {
                let keys: Vec<String> =
                    serde_json::from_str(&row.text("integrations")?).map_err(|error| unreadable(&error))?;
                let keys = keys.into_iter().map(TryInto::try_into).collect::<Result<_, _>>();
                let connection = row.optional_text("connection")?.map(TryInto::try_into);
                let tags = serde_json::from_str(&row.text("tags")?);
                Ok::<_, VaultError>(Session {
                    caller: CallerId(row.integer("caller")?),
                    connection: connection
                        .transpose()
                        .map_err(|error: crate::ConnectionIdError| unreadable(&error))?,
                    integrations: keys.map_err(|error: crate::IntegrationKeyError| unreadable(&error))?,
                    tags: tags.map_err(|error| unreadable(&error))?,
                    expires: UnixTime::from_millis(row.integer("expires")?),
                })
            });
            found.await?.ok_or(VaultError::SessionOver)
        };
        self.database.read(find).await
    }

    /// Ends a session that was used.
    pub async fn end_session(&self, token: SessionToken, now: UnixTime) -> Result<(), VaultError> {
        let end = async move |transaction: &mut Transaction<'_>| end(transaction, &token, now).await;
        self.database.write(end).await
    }
}

/// Uses a session up: of two who come with one token, the second is refused.
pub(crate) async fn end(
    transaction: &mut Transaction<'_>,
    token: &SessionToken,
    now: UnixTime,
) -> Result<(), VaultError> {
    let sql = "DELETE FROM connect_session WHERE digest = ?1 AND expires > ?2";
    let digest = token.digest();
    match transaction
        .execute(sql, &[(&digest).into(), now.millis().into()])
        .await?
    {
        0 => Err(VaultError::SessionOver),
        _ => Ok(()),
    }
}
