//! What became of a program's calls: the rows that the Login Audit Trails and the execution logs got meanwhile, refusals by
//! mistake and the others by answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anstyle::Style;
use countersign_admin::{
    DiagnosedLoginJson, ExecutionJson, ExecutionQuery, LoginJson, LoginQuery, Page, RowId,
};
use countersign_diagnose::Mistake;
use countersign_model::ExecutionStatus;
use countersign_protocol::AccountId;

use crate::accounts;
use crate::admin_client::AdminClient;
use crate::commands::{audit, why};
use crate::failure::Failure;
use crate::findings;
use crate::output::{self, BOLD, DIM, GREEN, RED};
use crate::sheet::Sheet;
use crate::table::plain;

/// Below an account.
const EXECUTIONS: &str = "execution-log";

/// Rows of one page of it.
const PAGE: u32 = 500;

/// Mistakes that are shown.
const MOST: usize = 10;

/// Where the trails and logs ended when the program began.
pub(crate) struct Tally {
    data: PathBuf,
    last: BTreeMap<AccountId, Last>,
}

/// The newest rows of an account; none of what was empty.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    login: Option<RowId>,
    execution: Option<RowId>,
}

/// The logins since then, of every account.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    pub(crate) all: u64,
    refused: u64,
    /// How those who were known were answered, and how often.
    answers: BTreeMap<Answer, u64>,
    /// In the order in which the program made them.
    mistakes: Vec<Refused>,
}

/// The end of a request that was let in, or turned away for concurrency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Answer {
    is_turned_away: bool,
    /// 0 where there was no answer.
    status: u16,
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
            let newest_execution = ExecutionQuery {
                limit: Some(1),
                ..ExecutionQuery::default()
            };
            let ends = AdminClient::with(Some(data.to_owned()), Some(account.clone()), async |client| {
                let logins: Page<LoginJson> = client.find(audit::TRAIL, &newest).await?;
                let executions: Page<ExecutionJson> = client.find(EXECUTIONS, &newest_execution).await?;
                Ok(Last {
                    login: logins.items.first().map(|row| row.id),
                    execution: executions.items.first().map(|row| row.id),
                })
            });
            last.insert(account, ends.await?);
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
        let Last {
            login: last,
            execution,
        } = self.last.get(&account).copied().unwrap_or_default();
        for row in executions_after(client, execution).await? {
            let answer = Answer {
                is_turned_away: row.status.0 == ExecutionStatus::Rejected,
                status: row.http_status,
            };
            *logins.answers.entry(answer).or_default() += 1;
        }
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
        let answers: Vec<String> = self
            .answers
            .iter()
            .map(|(answer, times)| answer.told(*times))
            .collect();
        let answers = match answers.is_empty() {
            true => String::new(),
            false => format!("; answers: {}", answers.join(", ")),
        };
        output::complain(&format!(
            "\n{BOLD}countersign:{BOLD:#} {all}, {colour}{refused}{colour:#}{answers}"
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

impl Answer {
    /// `2 x 200`
    fn told(self, times: u64) -> String {
        let colour = match self.status {
            200..400 if !self.is_turned_away => GREEN,
            _ => RED,
        };
        let status = match self.status {
            0 => "no answer".to_owned(),
            status => status.to_string(),
        };
        let why = if self.is_turned_away {
            " for concurrency"
        } else {
            ""
        };
        format!("{times} x {colour}{status}{colour:#}{why}")
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
                // It says what did not come of the refusal, and is no cause of it.
                let guesses = guesses.filter(|finding| finding.mistake != Mistake::NonceBurn.id());
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

/// Rows that came after one, or all of them.
async fn executions_after(client: &AdminClient, last: Option<RowId>) -> Result<Vec<ExecutionJson>, Failure> {
    let mut query = ExecutionQuery {
        limit: Some(PAGE),
        ..ExecutionQuery::default()
    };
    let mut rows = Vec::new();
    loop {
        let page: Page<ExecutionJson> = client.find(EXECUTIONS, &query).await?;
        rows.extend(page.items.into_iter().filter(|row| Some(row.id) > last));
        query.before = page.next.filter(|next| Some(*next) > last);
        if query.before.is_none() {
            return Ok(rows);
        }
    }
}

pub(crate) fn counted(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}
