//! Links that work once, until a time: one signs in to the pages, the other lets whoever opens it give the credentials of
//! one connection.

use std::time::Duration;

use countersign_database::{Row, Transaction, Value};
use countersign_protocol::{AccountId, Environment, LocalServer};
use countersign_world::UnixTime;

use crate::audit::{Action, write};
use crate::connection_row::{find, server};
use crate::connections::{self, subject};
use crate::observed::{note, set_health, verified};
use crate::{
    By, Connection, ConnectionId, Given, Health, Label, LinkToken, Observed, Vault, VaultError, credentials,
};

/// Links that can be open at once.
pub(crate) const MAX_OPEN: i64 = 1000;
const COLUMNS: &str = "maker, connection, number, account, environment, server, expires";

/// What a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signs in to the pages of connections.
    Pages,
    Credentials(Invitation),
}

/// For whom and what somebody gives credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub connection: ConnectionId,
    /// Whose credentials they have to be; of a connection that is there, always its own account.
    pub account: Option<AccountId>,
    /// What kind of account it has to be.
    pub environment: Option<Environment>,
    /// Of a local account.
    pub server: Option<LocalServer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkDraft {
    pub purpose: Purpose,
    pub lasts: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub purpose: Purpose,
    /// Who made it.
    pub maker: String,
    /// The number of the connection that gets new credentials; none, where one is to be made.
    number: Option<i64>,
    pub expires: UnixTime,
}

impl Link {
    /// Whether the connection was there when the link was made.
    pub const fn is_of_a_connection(&self) -> bool {
        self.number.is_some()
    }
}

impl Vault {
    /// Its token is in the answer and nowhere else. A link that was made before for the same connection ends.
    pub async fn make_link(&self, draft: LinkDraft, by: By) -> Result<(LinkToken, Link), VaultError> {
        let token = LinkToken::make(&*self.sealer.entropy);
        let digest = token.digest();
        let make = async move |transaction: &mut Transaction<'_>| {
            let sql = "DELETE FROM link WHERE expires <= ?1";
            transaction.execute(sql, &[by.at.millis().into()]).await?;
            let mut link = Link {
                purpose: draft.purpose,
                maker: by.actor.clone(),
                number: None,
                expires: by.at.plus(draft.lasts),
            };
            if let Purpose::Credentials(invitation) = &mut link.purpose {
                withdraw(transaction, &invitation.connection).await?;
                match find(transaction, &invitation.connection).await {
                    Ok(found) => {
                        link.number = Some(found.number);
                        invitation.account = Some(found.connection.account);
                        invitation.server = found.connection.server;
                    }
                    Err(VaultError::UnknownConnection(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            let sql = "SELECT COUNT(*) AS open FROM link";
            let open = transaction.row(sql, &[], |row| row.integer("open")).await?;
            if open.unwrap_or(0) >= MAX_OPEN {
                return Err(VaultError::TooManyLinks);
            }
            let invitation = match &link.purpose {
                Purpose::Pages => None,
                Purpose::Credentials(invitation) => Some(invitation),
            };
            let row = [
                ("digest", (&digest).into()),
                ("maker", (&link.maker).into()),
                ("connection", invitation.map(|one| one.connection.as_str()).into()),
                ("number", link.number.into()),
                (
                    "account",
                    invitation
                        .and_then(|one| one.account.as_ref())
                        .map(AccountId::as_str)
                        .into(),
                ),
                (
                    "environment",
                    invitation.and_then(|one| one.environment).map(word).into(),
                ),
                (
                    "server",
                    invitation
                        .and_then(|one| one.server.as_ref())
                        .map(LocalServer::as_str)
                        .into(),
                ),
                ("expires", link.expires.millis().into()),
            ];
            transaction.insert("link", row).await?;
            let detail = format!("until {}", link.expires);
            write(transaction, &by, Action::LinkMade, of(&link.purpose), detail).await?;
            Ok(link)
        };
        Ok((token, self.database.write(make).await?))
    }

    /// What a link is for, as long as it works. Looking at it does not use it up.
    pub async fn link(&self, token: &LinkToken, now: UnixTime) -> Result<Link, VaultError> {
        let digest = token.digest();
        let read = async move |snapshot: &mut Transaction<'_>| open(snapshot, &digest, now).await;
        self.database.read(read).await
    }

    /// Uses up a link to the pages; gives it.
    pub async fn redeem(&self, token: LinkToken, by: By) -> Result<Link, VaultError> {
        let digest = token.digest();
        let redeem = async move |transaction: &mut Transaction<'_>| {
            let link = open(transaction, &digest, by.at).await?;
            if link.purpose != Purpose::Pages {
                return Err(VaultError::LinkOver);
            }
            end(transaction, &digest).await?;
            let (subject, detail) = (of(&link.purpose), format!("made by {}", link.maker));
            write(transaction, &by, Action::LinkUsed, subject, detail).await?;
            Ok(link)
        };
        self.database.write(redeem).await
    }

    /// Uses up a link for the credentials it is for, which were seen to log in: of two who come with one link, the second
    /// is refused, and so is whoever brings another account's.
    pub async fn give_by_link(
        &self,
        token: LinkToken,
        given: Given,
        by: By,
    ) -> Result<Connection, VaultError> {
        credentials::check(&given)?;
        let digest = token.digest();
        let sealer = self.sealer.clone();
        let give = async move |transaction: &mut Transaction<'_>| {
            let link = open(transaction, &digest, by.at).await?;
            let Purpose::Credentials(invitation) = &link.purpose else {
                return Err(VaultError::LinkOver);
            };
            let id = invitation.connection.clone();
            if let Some(account) = &invitation.account
                && *account != given.credentials.account
            {
                return Err(VaultError::AnotherAccount {
                    id,
                    account: account.clone(),
                    given: given.credentials.account.clone(),
                });
            }
            end(transaction, &digest).await?;
            let detail = format!("made by {}", link.maker);
            write(transaction, &by, Action::LinkUsed, subject(&id), detail).await?;
            match link.number {
                None => {
                    let (label, action) = (Label::default(), Action::ConnectionAdded);
                    connections::insert(transaction, &sealer, &id, &given, &label, action, &by).await?;
                }
                // One that was removed meanwhile, and made anew, is another.
                Some(number) if find(transaction, &id).await?.number != number => {
                    return Err(VaultError::LinkOver);
                }
                Some(_) => connections::replace(transaction, &sealer, &id, given, &by).await?,
            }
            let found = find(transaction, &id).await?;
            let (number, generation) = (found.number, found.connection.current.generation);
            verified(transaction, number, generation, by.at).await?;
            note(transaction, number, &Observed::Worked, by.at).await?;
            set_health(transaction, number, &Health::Healthy).await?;
            write(transaction, &by, Action::LoginWorked, subject(&id), String::new()).await?;
            Ok(find(transaction, &id).await?.connection)
        };
        self.database.write(give).await
    }

    /// Ends the link that is open for a connection; gives whether there was one.
    pub async fn withdraw_link(&self, connection: ConnectionId, by: By) -> Result<bool, VaultError> {
        let end = async move |transaction: &mut Transaction<'_>| {
            let was_open = withdraw(transaction, &connection).await? > 0;
            if was_open {
                let subject = subject(&connection);
                write(transaction, &by, Action::LinkWithdrawn, subject, String::new()).await?;
            }
            Ok::<_, VaultError>(was_open)
        };
        self.database.write(end).await
    }

    /// The links for credentials that are open, by connection; at most a thousand are.
    pub async fn invitations(&self, now: UnixTime) -> Result<Vec<Link>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let sql = format!(
                "SELECT {COLUMNS} FROM link WHERE connection IS NOT NULL AND expires > ?1 ORDER BY connection LIMIT ?2"
            );
            let values: [Value<'_>; 2] = [now.millis().into(), MAX_OPEN.into()];
            snapshot.rows(&sql, &values, link).await
        };
        self.database.read(list).await
    }
}

/// Ends the links for a connection of this name.
pub(crate) async fn withdraw(
    transaction: &mut Transaction<'_>,
    connection: &ConnectionId,
) -> Result<u64, VaultError> {
    let sql = "DELETE FROM link WHERE connection = ?1";
    Ok(transaction.execute(sql, &[connection.as_str().into()]).await?)
}

async fn open(transaction: &mut Transaction<'_>, digest: &str, now: UnixTime) -> Result<Link, VaultError> {
    let sql = format!("SELECT {COLUMNS} FROM link WHERE digest = ?1 AND expires > ?2");
    let values = [digest.into(), now.millis().into()];
    let found = transaction.row(&sql, &values, link);
    found.await?.ok_or(VaultError::LinkOver)
}

async fn end(transaction: &mut Transaction<'_>, digest: &str) -> Result<(), VaultError> {
    let sql = "DELETE FROM link WHERE digest = ?1";
    match transaction.execute(sql, &[digest.into()]).await? {
        0 => Err(VaultError::LinkOver),
        _ => Ok(()),
    }
}

fn of(purpose: &Purpose) -> String {
    match purpose {
        Purpose::Pages => "pages".to_owned(),
        Purpose::Credentials(invitation) => subject(&invitation.connection),
    }
}

const fn word(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "production",
        Environment::Sandbox => "sandbox",
        Environment::ReleasePreview => "release preview",
    }
}

fn link(row: &Row<'_>) -> Result<Link, VaultError> {
    let unreadable = VaultError::unreadable("link");
    let environment = match row.optional_text("environment")?.as_deref() {
        None => None,
        Some("production") => Some(Environment::Production),
        Some("sandbox") => Some(Environment::Sandbox),
        Some("release preview") => Some(Environment::ReleasePreview),
        Some(other) => return Err(unreadable(&other)),
    };
    let account = row.optional_text("account")?.map(|text| text.parse());
    let purpose = match row.optional_text("connection")? {
        None => Purpose::Pages,
        Some(connection) => Purpose::Credentials(Invitation {
            connection: connection
                .try_into()
                .map_err(|error: crate::ConnectionIdError| unreadable(&error))?,
            account: account
                .transpose()
                .map_err(|error: countersign_protocol::AccountIdError| unreadable(&error))?,
            environment,
            server: server(row)?,
        }),
    };
    Ok(Link {
        purpose,
        maker: row.text("maker")?,
        number: row.optional_integer("number")?,
        expires: UnixTime::from_millis(row.integer("expires")?),
    })
}
