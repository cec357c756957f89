//! What became of a program's calls: the rows that the Login Audit Trails got meanwhile, by mistake.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anstyle::Style;
use countersign_admin::{DiagnosedLoginJson, LoginJson, LoginQuery, Page, RowId};
use countersign_protocol::AccountId;

use crate::accounts;
use crate::admin_client::AdminClient;
use crate::commands::{audit, why};
use crate::failure::Failure;
use crate::findings;
use crate::output::{self, BOLD, DIM, GREEN, RED};
use crate::sheet::Sheet;
use crate::table::plain;

/// Mistakes that are shown.
const MOST: usize = 10;

/// Where the trails ended when the program began; a trail that was empty is not among them.
pub(crate) struct Tally {
    data: PathBuf,
    last: BTreeMap<AccountId, RowId>,
}

/// The logins since then, of every account.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    pub(crate) all: u64,
    refused: u64,
    /// In the order in which the program made them.
    mistakes: Vec<Refused>,
}

/// Logins that were refused for the same.
#[derive(Debug)]
struct Refused {
    account: AccountId,
    /// `REST  InvalidSignature`
    title: String,
    mistake: Option<String>,
    times: u64,
    /// The last of them.
    row: DiagnosedLoginJson,
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
            last.extend(page.items.first().map(|row| (account, row.id)));
        }
        Ok(Self {
            data: data.to_owned(),
            last,
        })
    }

    pub(crate) async fn end(&self) -> Result<Logins, Failure> {
        let mut logins = Logins::default();
        for account in accounts::ids(&self.data)? {
            let (data, asked) = (Some(self.data.clone()), Some(account.clone()));
            AdminClient::with(data, asked, async |client| {
                self.add(&mut logins, client, account).await
            })
            .await?;
        }
        Ok(logins)
    }

    async fn add(
        &self,
        logins: &mut Logins,
        client: &AdminClient,
        account: AccountId,
    ) -> Result<(), Failure> {
        let last = self.last.get(&account).copied();
        let since = async || audit::rows_after(client, LoginQuery::default(), last).await;
        let mut rows = since().await?;
        if rows
            .iter()
            .any(|row| row.detail.is_some() && row.mistake.is_none())
        {
            // The mistake behind a signature is named behind the answer.
            why::all_diagnosed(client).await?;
            rows = since().await?;
        }
        logins.all += rows.iter().map(|row| u64::from(row.count)).sum::<u64>();
        for row in rows.into_iter().rev().filter(|row| row.detail.is_some()) {
            logins.refuse(&account, row);
        }
        for refused in logins.mistakes.iter_mut().take(MOST) {
            if refused.account == account {
                refused.row = client
                    .get(&format!("{}/{}", audit::TRAIL, refused.row.login.id))
                    .await?;
            }
        }
        Ok(())
    }
}

impl Logins {
    fn refuse(&mut self, account: &AccountId, row: LoginJson) {
        let times = u64::from(row.count);
        self.refused += times;
        let title = format!(
            "{}  {}",
            row.service.0.label(),
            row.detail.as_deref().unwrap_or_default()
        );
        let is_same = |known: &&mut Refused| {
            known.account == *account && known.title == title && known.mistake == row.mistake
        };
        let known = self.mistakes.iter_mut().find(is_same);
        if let Some(known) = known {
            known.times += times;
            known.row.login = row;
            return;
        }
        self.mistakes.push(Refused {
            account: account.clone(),
            title,
            mistake: row.mistake.clone(),
            times,
            row: DiagnosedLoginJson {
                login: row,
                diagnosis: None,
            },
        });
    }

    /// Says it on standard error: standard output is the program's. `why` gives the command that shows all there is to a
    /// row, where its account is there to be asked later.
    pub(crate) fn tell(&self, why: impl Fn(&AccountId, RowId) -> Option<String>) {
        let colour = if self.refused == 0 { GREEN } else { RED };
        let (all, refused) = (counted(self.all, "login"), format!("{} refused", self.refused));
        output::complain(&format!(
            "\n{BOLD}countersign:{BOLD:#} {all}, {colour}{refused}{colour:#}"
        ));
        for refused in self.mistakes.iter().take(MOST) {
            refused.tell(why(&refused.account, refused.row.login.id));
        }
        let more = self.mistakes.len().saturating_sub(MOST);
        if more > 0 {
            output::complain(&format!(
                "\n  {DIM}and {}{DIM:#}",
                counted(more as u64, "other mistake")
            ));
        }
    }
}

impl Refused {
    fn tell(&self, why: Option<String>) {
        let Self {
            title, times, row, ..
        } = self;
        output::complain(&format!("\n  {times} x {RED}{}{RED:#}", plain(title)));
        let mut sheet = Sheet::below(2);
        match row.diagnosis.as_ref().and_then(findings::leading) {
            Some(finding) => sheet.brief(finding),
            None => {
                sheet.paragraph(2, row.login.reason.as_deref().unwrap_or_default(), Style::new());
                let guesses = row.diagnosis.iter().flat_map(|found| &found.findings);
                let guesses: Vec<&str> = guesses.map(|finding| finding.mistake.as_str()).collect();
                if !guesses.is_empty() {
                    sheet.beside("possible", &guesses.join(", "));
                }
            }
        }
        if let Some(why) = why {
            sheet.copied("more", &why);
        }
        sheet.complain();
    }
}

pub(crate) fn counted(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}
