//! `countersign watch`.

use anstyle::Style;
use countersign_admin::{CallJson, DiagnosedLoginJson, MissedJson, NamedCallJson, RowId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::audit;
use crate::admin_client::AdminClient;
use crate::command::Watch;
use crate::failure::{Exit, Failure};
use crate::output::{self, DIM, GREEN, RED};
use crate::running::StopRequests;
use crate::sheet::Sheet;
use crate::table::plain;

pub(crate) async fn run(Watch { at }: Watch) -> Result<Exit, Failure> {
    let mut stop = StopRequests::catch()?;
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| {
        client.must_run("no call can be watched")?;
        let mut events = client.follow("calls").await?;
        if !at.json {
            let account = client.account()?;
            output::say(&format!(
                "{DIM}Calls to {account} from now on. Stop with Ctrl-C.{DIM:#}"
            ))?;
        }
        let mut seen = Seen::default();
        loop {
            let event = tokio::select! {
                event = events.next() => event?,
                () = stop.next() => return Ok(()),
            };
            let Some((name, data)) = event else {
                return Err(Failure::no_connection("the account has stopped"));
            };
            match at.json {
                true => print_json(client, &name, &data).await?,
                false => seen.print(client, &name, &data).await?,
            }
        }
    })
    .await?;
    Ok(Exit::Success)
}

/// What was told already.
#[derive(Default)]
struct Seen {
    /// Refusals that nobody looked into.
    skipped: u64,
}

impl Seen {
    async fn print(&mut self, client: &AdminClient, name: &str, data: &str) -> Result<(), Failure> {
        match name {
            "call" => {
                let call: CallJson = read(data)?;
                print_call(&call)?;
                self.print_skipped(call.skipped.unwrap_or_default())
            }
            "named" => {
                let NamedCallJson { row, .. } = read(data)?;
                let found = diagnosed(client, row).await?;
                let diagnosis = found.diagnosis.as_ref();
                match diagnosis.and_then(|diagnosis| diagnosis.findings.first()) {
                    Some(first) => {
                        output::say(&format!(
                            "  {DIM}row {row}, {}{DIM:#}",
                            plain(&found.login.request_uri)
                        ))?;
                        let mut sheet = Sheet::below(2);
                        sheet.brief(first);
                        sheet.say()
                    }
                    None => Ok(()),
                }
            }
            "missed" => {
                let MissedJson { events } = read(data)?;
                output::say(&format!(
                    "{DIM}{events} missed: they came faster than they are shown{DIM:#}"
                ))
            }
            _ => Ok(()),
        }
    }

    fn print_skipped(&mut self, skipped: u64) -> Result<(), Failure> {
        if skipped <= self.skipped {
            return Ok(());
        }
        let more = skipped - self.skipped;
        self.skipped = skipped;
        output::say(&format!(
            "  {DIM}{more} refused calls are not looked into: too many at once{DIM:#}"
        ))
    }
}

fn print_call(call: &CallJson) -> Result<(), Failure> {
    let time = audit::moment(&call.date.to_string());
    let time = time.split(' ').nth(1).unwrap_or_default();
    let status = call
        .status
        .map_or_else(|| "cut".to_owned(), |status| status.to_string());
    let colour = if call.status.is_some_and(|status| status < 400) {
        GREEN
    } else {
        RED
    };
    let service = call.service.0.label();
    let words = [call.detail.as_deref(), call.mistake.as_deref()];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    let took = format!("{:.1} ms", call.microseconds as f64 / 1000.0);
    output::say(&format!(
        "{DIM}{time}{DIM:#}  {colour}{status}{colour:#}  {service:<8} {} {}  {DIM}{took}{DIM:#}{}{RED}{}{RED:#}",
        plain(&call.method),
        plain(&call.path),
        if words.is_empty() { "" } else { "  " },
        words.join(" "),
    ))?;
    match (&call.reason, call.detail.is_some() && call.mistake.is_none()) {
        // What is wrong follows as soon as it is known.
        (Some(_), true) | (None, _) => Ok(()),
        (Some(reason), false) => {
            let mut sheet = Sheet::below(2);
            sheet.paragraph(2, reason, Style::new());
            sheet.say()
        }
    }
}

/// A line an event; of a call that is named, with what was found out.
async fn print_json(client: &AdminClient, name: &str, data: &str) -> Result<(), Failure> {
    let mut event: Value = read(data)?;
    if let Some(members) = event.as_object_mut() {
        members.insert("event".to_owned(), json!(name));
        if let Some(row) = members
            .get("row")
            .and_then(Value::as_str)
            .and_then(|row| row.parse().ok())
            .filter(|_| name == "named")
        {
            let found = diagnosed(client, row).await?;
            members.insert("diagnosis".to_owned(), json!(found.diagnosis));
        }
    }
    output::say_json(&event)
}

async fn diagnosed(client: &AdminClient, row: RowId) -> Result<DiagnosedLoginJson, Failure> {
    client.get(&format!("{}/{row}", audit::TRAIL)).await
}

fn read<T: DeserializeOwned>(data: &str) -> Result<T, Failure> {
    serde_json::from_str(data)
        .map_err(|error| Failure::unusable(format!("the account's answer cannot be read: {error}")))
}
