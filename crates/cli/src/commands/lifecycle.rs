//! The life of accounts: their files, snapshots and sandboxes.

use std::io::Write as _;
use std::path::Path;

use bytes::Bytes;
use countersign_account_file::AccountFile;
use countersign_admin::{
    AppliedJson, ApplyQuery, ConsumerJson, ExportQuery, FoundInput, FoundedJson, MadeTokenJson,
    RecordTypeJson, SnapshotInput, SnapshotJson,
};
use countersign_protocol::{AccountId, percent_encode};
use http::Method;
use serde_json::json;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::administration::print_list;
use crate::account_file;
use crate::admin_client::{AdminClient, with_query};
use crate::ask;
use crate::command::{Apply, At, Create, Export, LifecycleAction};
use crate::failure::Failure;
use crate::folder;
use crate::once::Place;
use crate::output::{self, GREEN, RED};
use crate::table::{Cell, Table, moment};

const TOML: &str = "text/toml";

pub(super) async fn run(action: LifecycleAction, at: &At) -> Result<(), Failure> {
    let account = at.account.clone();
    match action {
        LifecycleAction::Apply(apply) => {
            let text = account_file::text(&apply.file)?;
            // Every mistake that needs no account is told without one; the file says which account it is about.
            let file = AccountFile::parse(&text)?;
            let named = account.unwrap_or_else(|| file.account_id().clone());
            let apply = async |client: &AdminClient| self::apply(client, &apply, &text, at.json).await;
            AdminClient::with(at.data.clone(), Some(named), apply).await
        }
        LifecycleAction::Export(export) => {
            let export = async |client: &AdminClient| self::export(client, &export, at.json).await;
            AdminClient::with(at.data.clone(), account, export).await
        }
        LifecycleAction::Create(create) => self::create(create, at).await,
        LifecycleAction::Remove { id, sure } => {
            ask::sure(&format!("Removing account {id} with everything of it"), &sure)?;
            let path = format!("/accounts/{id}");
            let remove = async |client: &AdminClient| client.delete::<()>(&path).await;
            AdminClient::with(at.data.clone(), None, remove).await?;
            match at.json {
                true => output::say_json(&json!({ "done": true })),
                false => output::say(&format!("Removed account {id}.")),
            }
        }
        LifecycleAction::Snapshot { name } => {
            let input = SnapshotInput { name };
            let take = async |client: &AdminClient| client.post("snapshots", &input).await;
            let taken: SnapshotJson = AdminClient::with(at.data.clone(), account, take).await?;
            match at.json {
                true => output::say_json(&json!(taken)),
                false => output::say(&format!("Saved as {}.", taken.name)),
            }
        }
        LifecycleAction::Snapshots => {
            let list = async |client: &AdminClient| client.get("snapshots").await;
            let snapshots: Vec<SnapshotJson> = AdminClient::with(at.data.clone(), account, list).await?;
            let mut table = Table::new(&["NAME", "MADE", "SIZE"]);
            for snapshot in &snapshots {
                table.add([
                    Cell::from(&snapshot.name),
                    Cell::from(moment(snapshot.made)),
                    Cell::from(format!("{} KiB", snapshot.bytes.div_ceil(1024))),
                ]);
            }
            print_list(&snapshots, &table, false, "There is no snapshot.", at)
        }
        LifecycleAction::Restore { name, sure } => {
            ask::sure(&format!("Putting the account back to {name}"), &sure)?;
            let path = format!("snapshots/{}/restore", percent_encode(&name));
            go_back(at, account, &path, &format!("Put back to {name}.")).await
        }
        LifecycleAction::Reset { sure } => {
            ask::sure("Resetting the account", &sure)?;
            let done = "Put back to what it was when it was founded.";
            go_back(at, account, "reset", done).await
        }
        LifecycleAction::Refresh { sandbox, sure } => {
            ask::sure(&format!("Refreshing {sandbox}"), &sure)?;
            let done = format!("Refreshed {sandbox} from {}.", sandbox.company());
            go_back(at, Some(sandbox), "refresh", &done).await
        }
    }
}

/// Puts another state in place of the present one.
async fn go_back(at: &At, account: Option<AccountId>, path: &str, done: &str) -> Result<(), Failure> {
    let go = async |client: &AdminClient| client.post::<()>(path, &()).await;
    AdminClient::with(at.data.clone(), account, go).await?;
    match at.json {
        true => output::say_json(&json!({ "done": true })),
        false => output::say(done),
    }
}

async fn create(create: Create, at: &At) -> Result<(), Failure> {
    let text = create.from.as_deref().map(account_file::text).transpose()?;
    let input = FoundInput {
        account_id: create.id.to_string(),
        company_name: create.company,
        file: text,
        ready: create.ready,
        demonstration_records: create.demonstration_records,
    };
    let place = Place::open(&create.out)?;
    let create = async |client: &AdminClient| {
        let founded: FoundedJson = client.post("/accounts", &input).await?;
        Ok::<_, Failure>((founded, address(client)))
    };
    let (founded, base_url) = AdminClient::with(at.data.clone(), None, create).await?;
    let id = &founded.account.account_id;
    let values = made_values(&founded.made, id, base_url.as_deref());
    if let Some(path) = place.keep(
        &values
            .iter()
            .map(|values| values.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
    )? {
        return match at.json {
            true => {
                output::say_json(&json!({ "account": founded.account, "baseUrl": base_url, "out": path }))
            }
            false => output::say(&format!(
                "{GREEN}Founded account {id}.{GREEN:#} What was made is in {}, and is not shown again.",
                path.display()
            )),
        };
    }
    if at.json {
        let mut told = json!(founded);
        if let Some(told) = told.as_object_mut() {
            told.insert("baseUrl".to_owned(), json!(base_url));
        }
        return output::say_json(&told);
    }
    output::say(&format!("{GREEN}Founded account {id}.{GREEN:#}"))?;
    show_values(&values)
}

async fn apply(client: &AdminClient, apply: &Apply, text: &str, json: bool) -> Result<(), Failure> {
    let body = Bytes::copy_from_slice(text.as_bytes());
    let sent = async |dry_run| {
        let path = with_query("apply", &ApplyQuery { dry_run })?;
        let applied: AppliedJson = client.send(Method::POST, &path, TOML, body.clone()).await?;
        Ok::<_, Failure>(applied)
    };
    // Where nobody is asked and nothing is to be looked at, one call is enough.
    if !(json && apply.sure.yes) {
        let plan = sent(true).await?;
        if apply.dry_run || plan.steps.is_empty() {
            return match json {
                true => output::say_json(&json!(plan)),
                false => show_plan(&plan),
            };
        }
        if !json {
            show_plan(&plan)?;
        }
        if !apply.sure.yes && !ask::agreed("Apply?")? {
            return Err(
                Failure::usage("nothing was done").hint("say --yes to apply the file without being asked")
            );
        }
    }
    let applied = sent(false).await?;
    if json {
        return output::say_json(&json!(applied));
    }
    output::say(&format!("{GREEN}Applied.{GREEN:#}"))?;
    show_values(&made_values(
        &applied,
        client.account()?.as_str(),
        address(client).as_deref(),
    ))
}

/// The values of what was made, as lines of a `.env` file with a line above that says what they are of.
fn made_values(applied: &AppliedJson, account: &str, base_url: Option<&str>) -> Vec<Zeroizing<String>> {
    let tokens = applied.tokens.iter().map(|made| {
        let (name, values) = (output::printable(&made.token_name), env(made, account, base_url));
        format!("# The values of the token {name}, shown this once:\n{values}\n")
    });
    let pairs = applied.integrations.iter().map(|made| {
        let (name, values) = (output::printable(&made.integration), pair(&made.credentials));
        format!("# The pair of the integration record {name}, shown this once:\n{values}\n")
    });
    tokens.chain(pairs).map(Zeroizing::new).collect()
}

fn show_values(values: &[Zeroizing<String>]) -> Result<(), Failure> {
    for values in values {
        output::say("")?;
        output::send(values.as_bytes())?;
    }
    Ok(())
}

/// The steps, coloured by what they do, and their counts.
fn show_plan(plan: &AppliedJson) -> Result<(), Failure> {
    for step in &plan.steps {
        let line = output::printable(&step.text);
        match step.action.as_str() {
            "add" => output::say(&format!("{GREEN}{line}{GREEN:#}"))?,
            "revoke" => output::say(&format!("{RED}{line}{RED:#}"))?,
            _ => output::say(&line)?,
        }
    }
    let count = |action| plan.steps.iter().filter(|step| step.action == action).count();
    match plan.steps.is_empty() {
        true => output::say("Nothing to do: the account is as the file says.")?,
        false => output::say(&format!(
            "{} to add, {} to change, {} to revoke",
            count("add"),
            count("change"),
            count("revoke")
        ))?,
    }
    Ok(())
}

/// Where the accounts answer, while they do.
fn address(client: &AdminClient) -> Option<String> {
    folder::address(client.data()).filter(|_| client.is_running())
}

fn env(made: &MadeTokenJson, account: &str, base_url: Option<&str>) -> String {
    let base_url = base_url.map(|url| format!("NETSUITE_BASE_URL={url}\n"));
    let consumer = made.consumer.as_ref().map(|consumer| pair(consumer) + "\n");
    format!(
        "{}NETSUITE_ACCOUNT_ID={account}\n{}NETSUITE_TOKEN_ID={}\nNETSUITE_TOKEN_SECRET={}",
        base_url.unwrap_or_default(),
        consumer.unwrap_or_default(),
        made.credentials.token_id,
        made.credentials.token_secret
    )
}

fn pair(consumer: &ConsumerJson) -> String {
    format!(
        "NETSUITE_CONSUMER_KEY={}\nNETSUITE_CONSUMER_SECRET={}",
        consumer.consumer_key, consumer.consumer_secret
    )
}

async fn export(client: &AdminClient, export: &Export, json: bool) -> Result<(), Failure> {
    let query = ExportQuery {
        secrets: export.secrets,
    };
    let path = with_query("export", &query)?;
    match &export.out {
        None => client.pour(&path, output::send).await?,
        Some(out) => {
            write_new(client, &path, out).await?;
            match json {
                true => output::say_json(&json!({ "file": out }))?,
                false => output::say(&format!("Written to {}.", out.display()))?,
            }
        }
    }
    let types: Vec<RecordTypeJson> = client.get("record-types").await?;
    if types.iter().any(|of| of.own || !of.own_fields.is_empty()) {
        output::complain(
            "The account has record types, fields or lists of its own, which are not in the file: \
             `countersign record-type export` writes them.",
        );
    }
    Ok(())
}

/// A new file of mode 0600, there when it is whole: what is there already is never overwritten.
async fn write_new(client: &AdminClient, path: &str, out: &Path) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::unusable(format!("cannot write {}: {error}", out.display()))
            .hint("name a file that is not there yet")
    };
    if out.exists() {
        return Err(Failure::unusable(format!("{} is there already", out.display()))
            .hint("name a file that is not there yet"));
    }
    let folder = out.parent().filter(|folder| *folder != Path::new(""));
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(cannot)?;
    let take = |part: &[u8]| file.write_all(part).map_err(cannot);
    client.pour(path, take).await?;
    file.as_file().sync_all().map_err(cannot)?;
    file.persist_noclobber(out).map_err(|error| cannot(error.error))?;
    Ok(())
}
