//! `countersign audit why`.

use std::time::Duration;

use anstyle::Style;
use countersign_admin::{
    DiagnosedLoginJson, DiagnosisCountJson, LoginJson, LoginQuery, Named, Outcome, Page, RowId,
};
use countersign_capture::language_of;
use serde_json::json;

use super::audit;
use crate::accounts;
use crate::admin_client::AdminClient;
use crate::command::{At, WhichLogin};
use crate::failure::Failure;
use crate::findings::verdict;
use crate::folder;
use crate::output::{self, DIM, RED};
use crate::sheet::Sheet;

/// How long a diagnosis under way is waited for, in steps.
const STEPS: u32 = 40;
const STEP: Duration = Duration::from_millis(50);

pub(super) async fn run(client: &AdminClient, which: WhichLogin, at: &At) -> Result<(), Failure> {
    let id = match which {
        WhichLogin::Row(id) => id,
        WhichLogin::Last => last(client).await?,
    };
    let found = diagnosed(client, id).await?;
    if at.json {
        return output::say_json(&json!(found));
    }
    let DiagnosedLoginJson { login, diagnosis } = &found;
    audit::print_head(login)?;
    if login.detail.is_none() {
        return output::say("\nIt succeeded: there is nothing to mend.");
    }
    output::say("")?;
    if login.count > 1 {
        let text = format!(
            "The row stands for {} logins; this is about one of them.\n",
            login.count
        );
        output::say(&format!("{DIM}{text}{DIM:#}"))?;
    }
    let mut sheet = Sheet::new();
    let reason = login.reason.as_deref().unwrap_or("No reason was written down.");
    match diagnosis {
        Some(diagnosis) => {
            match verdict(diagnosis) {
                Some(verdict) => sheet.paragraph(0, &verdict, RED.bold()),
                None => {
                    sheet.paragraph(0, reason, RED.bold());
                    sheet.paragraph(0, nothing_found(&diagnosis.signature), Style::new());
                }
            }
            let agent = login.user_agent.as_deref();
            sheet.findings(diagnosis, agent.and_then(language_of));
        }
        None => {
            sheet.paragraph(0, reason, RED.bold());
            let skipped = client.get::<DiagnosisCountJson>("diagnoses").await?.skipped;
            if skipped > 0 {
                let text = format!("{skipped} refused logins were not looked into: too many came at once.");
                sheet.paragraph(0, &text, DIM);
            }
        }
    }
    if let Some(page) = page_of(client, id) {
        sheet.copied("inspector", &page);
    }
    sheet.say()
}

/// Where a browser shows the same, while the account runs.
fn page_of(client: &AdminClient, id: RowId) -> Option<String> {
    let base_url = folder::address(client.data()).filter(|_| client.is_running())?;
    let page = format!("/app/setup/integration/inspector/{id}");
    if accounts::ids(client.data()).is_ok_and(|all| all.len() == 1) {
        return Some(format!("{base_url}{page}"));
    }
    let (account, (_, port)) = (client.account().ok()?, base_url.rsplit_once(':')?);
    Some(format!("http://{}.localhost:{port}{page}", account.host_label()))
}

/// Why there is no finding.
fn nothing_found(signature: &str) -> &'static str {
    match signature {
        "tooLarge" => {
            "More is signed in this request than is computed anew (8 kB): nothing was found wrong with its header, \
             and no mistake was looked for in its signature."
        }
        "secretsUnknown" => {
            "Nothing more was found out: the account does not know the secrets this was signed with."
        }
        _ => "Nothing more was found out about it.",
    }
}

async fn last(client: &AdminClient) -> Result<RowId, Failure> {
    let query = LoginQuery {
        status: Some(Named(Outcome::Failure)),
        limit: Some(1),
        ..LoginQuery::default()
    };
    let page: Page<LoginJson> = client.find(audit::TRAIL, &query).await?;
    let last = page.items.first().map(|login| login.id);
    last.ok_or_else(|| Failure::unusable("no login was refused lately, so there is nothing to explain"))
}

/// The row, and what was found out about it, which may take a moment.
async fn diagnosed(client: &AdminClient, id: RowId) -> Result<DiagnosedLoginJson, Failure> {
    let path = format!("{}/{id}", audit::TRAIL);
    let found: DiagnosedLoginJson = client.get(&path).await?;
    if found.diagnosis.is_some() {
        return Ok(found);
    }
    all_diagnosed(client).await?;
    client.get(&path).await
}

/// Waits until every refused login is looked into, or for two seconds. What is done by then is in the rows.
pub(crate) async fn all_diagnosed(client: &AdminClient) -> Result<(), Failure> {
    for _ in 0..STEPS {
        if client.get::<DiagnosisCountJson>("diagnoses").await?.waiting == 0 {
            break;
        }
        tokio::time::sleep(STEP).await;
    }
    Ok(())
}
