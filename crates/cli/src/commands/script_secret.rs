//! `countersign script secret`.

use std::io::IsTerminal as _;

use countersign_admin::{ApiSecretInput, ApiSecretJson};
use serde_json::json;
use zeroize::Zeroizing;

use super::administration::print_list;
use crate::admin_client::AdminClient;
use crate::ask;
use crate::command::{At, SecretAction};
use crate::failure::Failure;
use crate::output;
use crate::table::{Cell, Table, plain};
use crate::text;

/// The longest value, in bytes.
const LONGEST: u64 = 16 * 1024;

pub(super) async fn run(action: SecretAction, at: &At) -> Result<(), Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    match action {
        SecretAction::Set { id, scripts, name } => {
            let input = ApiSecretInput {
                value: value(&id)?.to_string(),
                name,
                description: None,
                scripts,
            };
            let path = path(&id);
            let put = async |client: &AdminClient| client.put::<()>(&path, &input).await;
            AdminClient::with(data, account, put).await?;
            said(
                at,
                &id,
                "kept",
                "is kept: scripts use it by this name, and nobody sees it again.",
            )
        }
        SecretAction::List => {
            let list = async |client: &AdminClient| client.get("api-secrets").await;
            let secrets: Vec<ApiSecretJson> = AdminClient::with(data, account, list).await?;
            let mut table = Table::new(&["SECRET", "NAME", "SCRIPTS"]);
            for secret in &secrets {
                let scripts: Vec<_> = secret.scripts.iter().map(ToString::to_string).collect();
                let scripts = if secret.all_scripts {
                    "all".to_owned()
                } else {
                    scripts.join(", ")
                };
                table.add([
                    Cell::from(&secret.script_id),
                    Cell::from(&secret.name),
                    Cell::from(scripts),
                ]);
            }
            print_list(&secrets, &table, false, "The account has no API Secrets.", at)
        }
        SecretAction::Remove { id } => {
            let path = path(&id);
            let remove = async |client: &AdminClient| client.delete::<()>(&path).await;
            AdminClient::with(data, account, remove).await?;
            said(at, &id, "removed", "is gone.")
        }
    }
}

fn path(id: &str) -> String {
    format!("api-secrets/{}", countersign_protocol::percent_encode(id))
}

fn said(at: &At, id: &str, done: &str, text: &str) -> Result<(), Failure> {
    match at.json {
        true => output::say_json(&json!({ done: id })),
        false => output::say(&format!("{} {text}", plain(id))),
    }
}

/// Never from the command line, which every user of the machine can read. One line break at its end is the file's.
fn value(id: &str) -> Result<Zeroizing<String>, Failure> {
    if std::io::stdin().is_terminal() {
        return ask::hidden(&format!("Value of {id}: "));
    }
    let read = text::read(std::io::stdin(), LONGEST + 1);
    let mut text = read
        .map_err(|error| Failure::unusable(format!("cannot read the value from standard input: {error}")))?;
    let end = text.strip_suffix('\n').map_or(text.len(), str::len);
    text.truncate(end);
    let end = text.strip_suffix('\r').map_or(text.len(), str::len);
    text.truncate(end);
    Ok(text)
}
