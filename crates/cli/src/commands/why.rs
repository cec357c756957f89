//! `countersign audit why`.

use std::time::Duration;

use countersign_admin::{
    DiagnosedLoginJson, DiagnosisCountJson, LoginJson, LoginQuery, Named, Outcome, Page,
};
use serde_json::json;

use super::audit;
use crate::admin_client::AdminClient;
use crate::command::{At, WhichLogin};
use crate::failure::Failure;
use crate::findings;
use crate::output::{self, DIM};

/// How long a diagnosis under way is waited for, in steps.
const STEPS: u32 = 20;
const STEP: Duration = Duration::from_millis(100);

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
    match diagnosis {
        Some(diagnosis) => {
            if diagnosis.findings.is_empty() {
                findings::say_reason(login.reason.as_deref().unwrap_or_default())?;
            }
            findings::print(diagnosis)
        }
        None => {
            findings::say_reason(login.reason.as_deref().unwrap_or("No reason was written down."))?;
            let count: DiagnosisCountJson = client.get("diagnoses").await?;
            match count.skipped {
                0 => Ok(()),
                skipped => output::say(&format!(
                    "{DIM}{skipped} refused logins were not looked into: too many came at once.{DIM:#}"
                )),
            }
        }
    }
}

async fn last(client: &AdminClient) -> Result<i64, Failure> {
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
async fn diagnosed(client: &AdminClient, id: i64) -> Result<DiagnosedLoginJson, Failure> {
    let path = format!("{}/{id}", audit::TRAIL);
    let mut found: DiagnosedLoginJson = client.get(&path).await?;
    for _ in 0..STEPS {
        if found.diagnosis.is_some() {
            break;
        }
        // Asked for before the row is read again: what is done by then is in the row.
        let is_done = client.get::<DiagnosisCountJson>("diagnoses").await?.waiting == 0;
        found = client.get(&path).await?;
        if is_done {
            break;
        }
        tokio::time::sleep(STEP).await;
    }
    Ok(found)
}
