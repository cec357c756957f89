//! What became of a program's calls: the rows that the Login Audit Trails got meanwhile.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_admin::{LoginJson, LoginQuery, Page};
use countersign_protocol::AccountId;

use crate::accounts;
use crate::admin_client::AdminClient;
use crate::commands::audit;
use crate::failure::Failure;
use crate::output::{self, BOLD, DIM, GREEN, RED};

/// The mistake behind a signature is named behind the answer; this long is waited for it.
const NAMING: Duration = Duration::from_millis(250);

/// Reasons that are shown.
const MOST_REASONS: usize = 10;

/// Where the trails ended when the program began.
pub(crate) struct Tally {
    data: PathBuf,
    last: BTreeMap<AccountId, i64>,
}

/// The logins since then, of every account.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    pub(crate) all: u64,
    refused: Vec<LoginJson>,
}

impl Tally {
    pub(crate) async fn begin(data: &Path) -> Result<Self, Failure> {
        let mut last = BTreeMap::new();
        for account in accounts::ids(data)? {
            let newest = LoginQuery {
                limit: Some(1),
                ..LoginQuery::default()
            };
            let page: Page<LoginJson> =
                AdminClient::with(Some(data.to_owned()), Some(account.clone()), async |client| {
                    client.find(audit::TRAIL, &newest).await
                })
                .await?;
            last.insert(account, page.items.first().map_or(0, |row| row.id));
        }
        Ok(Self {
            data: data.to_owned(),
            last,
        })
    }

    pub(crate) async fn end(&self) -> Result<Logins, Failure> {
        let logins = self.logins().await?;
        if logins.refused.iter().all(|row| row.mistake.is_some()) {
            return Ok(logins);
        }
        tokio::time::sleep(NAMING).await;
        self.logins().await
    }

    async fn logins(&self) -> Result<Logins, Failure> {
        let mut logins = Logins::default();
        for account in accounts::ids(&self.data)? {
            let last = self.last.get(&account).copied().unwrap_or(0);
            let rows = AdminClient::with(Some(self.data.clone()), Some(account), async |client| {
                audit::rows_after(client, LoginQuery::default(), last).await
            })
            .await?;
            logins.all += rows.iter().map(|row| u64::from(row.count)).sum::<u64>();
            // Oldest first, as the program made them.
            logins
                .refused
                .extend(rows.into_iter().rev().filter(|row| row.detail.is_some()));
        }
        Ok(logins)
    }
}

impl Logins {
    /// Says it on standard error: standard output is the program's.
    pub(crate) fn tell(&self) {
        let refused: u64 = self.refused.iter().map(|row| u64::from(row.count)).sum();
        let colour = if refused == 0 { GREEN } else { RED };
        let (all, refused) = (counted(self.all, "login"), format!("{refused} refused"));
        output::complain(&format!(
            "\n{BOLD}countersign:{BOLD:#} {all}, {colour}{refused}{colour:#}"
        ));
        let mut reasons: Vec<(String, String, u64)> = Vec::new();
        for row in &self.refused {
            let (title, reason) = (title(row), row.reason.clone().unwrap_or_default());
            match reasons
                .iter_mut()
                .find(|known| known.0 == title && known.1 == reason)
            {
                Some((.., times)) => *times += u64::from(row.count),
                None => reasons.push((title, reason, u64::from(row.count))),
            }
        }
        for (title, reason, times) in reasons.iter().take(MOST_REASONS) {
            output::complain(&format!("  {times} x {RED}{}{RED:#}", output::printable(title)));
            output::complain(&format!("      {}", output::printable(reason)));
        }
        let more = reasons.len().saturating_sub(MOST_REASONS);
        if more > 0 {
            output::complain(&format!(
                "  {DIM}and {}{DIM:#}",
                counted(more as u64, "other reason")
            ));
        }
    }

    pub(crate) const fn are_refused(&self) -> bool {
        !self.refused.is_empty()
    }
}

/// `REST InvalidSignature wrong_token_secret`
fn title(row: &LoginJson) -> String {
    let detail = row.detail.as_deref().unwrap_or_default();
    let mistake = row.mistake.as_deref().filter(|mistake| *mistake != detail);
    let words = [Some(row.service.0.label()), Some(detail), mistake];
    words.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

pub(crate) fn counted(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}
