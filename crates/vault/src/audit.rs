//! Who did what to the vault. A change and its row are written together or not at all.

use countersign_database::{Row, Transaction, Value};
use countersign_world::UnixTime;

use crate::audit_chain;
use crate::{MAX_ROWS, Vault, VaultError};

const MAX_ACTOR: usize = 100;

/// Who asks for a change, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    pub actor: String,
    pub at: UnixTime,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    ConnectionAdded,
    ConnectionImported,
    ConnectionExported,
    ConnectionLabelled,
    ConnectionRemoved,
    ConnectionSuperseded,
    CredentialsReplaced,
    LoginWorked,
    LoginFailed,
    AccountUnreached,
    AccountReached,
    RotationStaged,
    RotationVerified,
    RotationSwitched,
    RotationFellBack,
    RotationSettled,
    RotationDropped,
    CallerAdded,
    CallerRevoked,
    GrantAdded,
    GrantRevoked,
    IntegrationAdded,
    IntegrationChanged,
    IntegrationRemoved,
    SessionOpened,
    CallerEntrusted,
    TokenRecognised,
    LinkMade,
    LinkUsed,
    LinkWithdrawn,
}

impl Action {
    pub const ALL: [Self; 30] = [
        Self::ConnectionAdded,
        Self::ConnectionImported,
        Self::ConnectionExported,
        Self::ConnectionLabelled,
        Self::ConnectionRemoved,
        Self::ConnectionSuperseded,
        Self::CredentialsReplaced,
        Self::LoginWorked,
        Self::LoginFailed,
        Self::AccountUnreached,
        Self::AccountReached,
        Self::RotationStaged,
        Self::RotationVerified,
        Self::RotationSwitched,
        Self::RotationFellBack,
        Self::RotationSettled,
        Self::RotationDropped,
        Self::CallerAdded,
        Self::CallerRevoked,
        Self::GrantAdded,
        Self::GrantRevoked,
        Self::IntegrationAdded,
        Self::IntegrationChanged,
        Self::IntegrationRemoved,
        Self::SessionOpened,
        Self::CallerEntrusted,
        Self::TokenRecognised,
        Self::LinkMade,
        Self::LinkUsed,
        Self::LinkWithdrawn,
    ];

    /// As it is stored and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ConnectionAdded => "connection added",
            Self::ConnectionImported => "connection imported",
            Self::ConnectionExported => "connection exported",
            Self::ConnectionLabelled => "connection labelled",
            Self::ConnectionRemoved => "connection removed",
            Self::ConnectionSuperseded => "connection superseded",
            Self::CredentialsReplaced => "credentials replaced",
            Self::LoginWorked => "login worked",
            Self::LoginFailed => "login failed",
            Self::AccountUnreached => "account not reached",
            Self::AccountReached => "account reached again",
            Self::RotationStaged => "rotation staged",
            Self::RotationVerified => "rotation verified",
            Self::RotationSwitched => "rotation switched",
            Self::RotationFellBack => "rotation fell back",
            Self::RotationSettled => "rotation settled",
            Self::RotationDropped => "rotation dropped",
            Self::CallerAdded => "caller added",
            Self::CallerRevoked => "caller revoked",
            Self::GrantAdded => "grant added",
            Self::GrantRevoked => "grant revoked",
            Self::IntegrationAdded => "integration added",
            Self::IntegrationChanged => "integration changed",
            Self::IntegrationRemoved => "integration removed",
            Self::SessionOpened => "session opened",
            Self::CallerEntrusted => "caller entrusted",
            Self::TokenRecognised => "token recognised",
            Self::LinkMade => "link made",
            Self::LinkUsed => "link used",
            Self::LinkWithdrawn => "link withdrawn",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub id: i64,
    pub at: UnixTime,
    pub actor: String,
    pub action: Action,
    /// `connection acme`, `caller 3`, `grant 5`.
    pub subject: String,
    pub detail: String,
}

/// Which rows are wanted, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFilter {
    pub subject: Option<String>,
    /// Only those older than this row.
    pub before: Option<i64>,
    pub limit: u32,
}

impl Default for AuditFilter {
    /// Everything, as far as one answer goes.
    fn default() -> Self {
        Self {
            subject: None,
            before: None,
            limit: MAX_ROWS,
        }
    }
}

impl Vault {
    pub async fn audit(&self, filter: AuditFilter) -> Result<Vec<AuditRow>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let mut values = vec![
                filter.before.unwrap_or(i64::MAX).into(),
                filter.limit.min(MAX_ROWS).into(),
            ];
            values.extend(filter.subject.as_deref().map(Value::from));
            let of_subject = match filter.subject {
                Some(_) => "subject = ?3 AND",
                None => "",
            };
            let sql = format!(
                "SELECT id, at, actor, action, subject, detail FROM audit
                 WHERE {of_subject} id < ?1 ORDER BY id DESC LIMIT ?2"
            );
            snapshot.rows(&sql, &values, row).await
        };
        self.database.read(list).await
    }

    /// Grows with every change to the vault: whoever keeps something of it in memory asks for this.
    pub async fn revision(&self) -> Result<i64, VaultError> {
        let last = async move |snapshot: &mut Transaction<'_>| {
            let sql = "SELECT MAX(id) AS id FROM audit";
            let last = snapshot.row(sql, &[], |row| row.optional_integer("id")).await?;
            Ok::<_, VaultError>(last.flatten().unwrap_or(0))
        };
        self.database.read(last).await
    }
}

/// Writes down what is done in this transaction; gives the row's id.
pub(crate) async fn write(
    transaction: &mut Transaction<'_>,
    by: &By,
    action: Action,
    subject: String,
    detail: String,
) -> Result<i64, VaultError> {
    let sql = "SELECT id, digest FROM audit ORDER BY id DESC LIMIT 1";
    let last = transaction.row(sql, &[], |row| {
        Ok::<_, VaultError>((row.integer("id")?, row.bytes("digest")?))
    });
    let (last, before) = last.await?.unwrap_or_default();
    let row = AuditRow {
        id: last + 1,
        at: by.at,
        actor: by
            .actor
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_ACTOR)
            .collect(),
        action,
        subject,
        detail,
    };
    let digest = audit_chain::digest(&before, &row);
    let columns = [
        ("id", row.id.into()),
        ("at", row.at.millis().into()),
        ("actor", (&row.actor).into()),
        ("action", action.word().into()),
        ("subject", (&row.subject).into()),
        ("detail", (&row.detail).into()),
        ("digest", (&digest).into()),
    ];
    transaction.insert("audit", columns).await?;
    Ok(row.id)
}

pub(crate) fn row(row: &Row<'_>) -> Result<AuditRow, VaultError> {
    let word = row.text("action")?;
    let action = Action::ALL.into_iter().find(|action| action.word() == word);
    Ok(AuditRow {
        id: row.integer("id")?,
        at: UnixTime::from_millis(row.integer("at")?),
        actor: row.text("actor")?,
        action: action.ok_or_else(|| VaultError::unreadable("audit action")(&word))?,
        subject: row.text("subject")?,
        detail: row.text("detail")?,
    })
}
