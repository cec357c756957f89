//! `countersign doctor`.

use std::collections::BTreeMap;

use anstyle::Style;
use countersign_client::Logins;
use countersign_doctor::{Findings, History, Neighbour, Probe, ProbeResults, Restlet, State};
use countersign_protocol::{Credentials, LocalServer};
use countersign_vault::{Connection, ConnectionId, Health, MAX_ROWS};
use serde_json::{Value, json};

use super::bundle::Bundle;
use crate::checkup::{self, Depth};
use crate::command::Doctor;
use crate::entry;
use crate::failure::{Exit, Failure};
use crate::folder::{self, World};
use crate::output::{self, BOLD, DIM};
use crate::sheet::Sheet;
use crate::vault_folder::{self, VaultFolder};

/// How many other connections of an account are tried, to tell what is the account's and what the connection's.
const NEIGHBOURS: usize = 4;

pub(crate) async fn run(doctor: Doctor) -> Result<Exit, Failure> {
    let world = World::system();
    if let Some(path) = &doctor.credentials {
        return of_file(&doctor, path, &world).await;
    }
    if let (true, Some(word)) = (doctor.names.is_empty(), &doctor.detail) {
        return explain(word, doctor.json);
    }
    let mut bundle = doctor.bundle.as_deref().map(Bundle::begin).transpose()?;
    let folder = VaultFolder::open(&doctor.at, &world).await?;
    let names = match doctor.names.is_empty() {
        false => doctor.names.clone(),
        true => {
            let all = folder.vault.connections(None, MAX_ROWS).await?.into_iter();
            all.filter(is_open).map(|one| one.id).collect()
        }
    };
    if names.is_empty() && !doctor.json {
        output::complain("There is no connection to look at.");
    }
    let mut exit = Exit::Success;
    let mut ward = Ward::new();
    for (number, name) in names.iter().enumerate() {
        let depth = (Depth::Whole, doctor.restlet.as_ref());
        let findings = ward
            .examine(&folder, &world, name, depth, doctor.detail.as_deref())
            .await?;
        let title = match doctor.redact {
            true => format!("Connection {}", number + 1),
            false => format!("Connection {name}"),
        };
        match &mut bundle {
            Some(bundle) => bundle.add(as_json(&format!("Connection {}", number + 1), &findings, true)),
            None => {
                let one = super::connection::known(&folder, name).await?;
                let why = checkup::why(&folder.data, &one.account, one.server.as_ref());
                tell(&doctor, &title, &findings, why.as_deref())?;
            }
        }
        if exit == Exit::Success {
            exit = checkup::exit(&findings);
        }
    }
    if let Some(bundle) = bundle {
        bundle.finish(&folder, &names, &world).await?;
    }
    Ok(exit)
}

async fn of_file(doctor: &Doctor, path: &std::path::Path, world: &World) -> Result<Exit, Failure> {
    let (name, text) = entry::text(Some(path))?;
    let credentials = entry::pasted(&name, &text)?;
    let server = server_of(doctor, &text, &credentials)?;
    let depth = (Depth::Whole, doctor.restlet.as_ref());
    let logins = Logins::by_account();
    let results = checkup::look(&credentials, server.as_ref(), depth, world, &logins).await?;
    let findings = Findings::of(&results, History::default(), &[], doctor.detail.as_deref());
    let title = match doctor.redact {
        true => "Credentials".to_owned(),
        false => format!("Credentials in {name}"),
    };
    let data = folder::chosen(doctor.at.data.clone())?;
    let why = checkup::why(&data, &credentials.account, server.as_ref());
    tell(doctor, &title, &findings, why.as_deref())?;
    Ok(checkup::exit(&findings))
}

/// Where calls go: to the server that is named, to one of this machine that the file names, or to that of the data folder.
/// Credentials of a local account never go to NetSuite.
fn server_of(doctor: &Doctor, text: &str, credentials: &Credentials) -> Result<Option<LocalServer>, Failure> {
    if doctor.server.is_some() {
        return Ok(doctor.server.clone());
    }
    let in_file = countersign_client::Connection::parse(text).ok();
    let in_file = in_file.and_then(|connection| connection.base_url?.parse::<LocalServer>().ok());
    if in_file.is_some() || !credentials.are_local() {
        return Ok(in_file);
    }
    let data = folder::chosen(doctor.at.data.clone())?;
    let server = vault_folder::local_server(&data, &credentials.account);
    server.map(Some).ok_or_else(|| {
        let (data, account) = (data.display(), &credentials.account);
        let message = format!(
            "these credentials are of a local account and are never sent to NetSuite, and {data} holds no account {account}"
        );
        Failure::unusable(message).hint("give the address of its server with --server http://127.0.0.1:PORT")
    })
}

fn tell(doctor: &Doctor, title: &str, findings: &Findings, why: Option<&str>) -> Result<(), Failure> {
    let login = findings.line(Probe::Login).map(|line| line.state);
    if doctor.detail.is_some() && login == Some(State::Fine) {
        output::complain("The login works now: --detail was not needed, and nothing was taken from it.");
    }
    if !doctor.json {
        return checkup::print(title, findings, doctor.redact, why);
    }
    output::say_json(&as_json(title, findings, doctor.redact))
}

fn as_json(title: &str, findings: &Findings, redact: bool) -> Value {
    let mut value = checkup::json(findings, redact);
    if let Some(object) = value.as_object_mut() {
        object.insert("title".to_owned(), json!(title));
    }
    value
}

/// What a word of the Login Audit Trail means, without calling anybody.
fn explain(word: &str, as_json: bool) -> Result<Exit, Failure> {
    let causes = Findings::of_word(word);
    if causes.is_empty() {
        return Err(Failure::unusable(format!(
            "{word:?} is no word of the Login Audit Trail that is known here"
        ))
        .hint("copy what stands in its column Detail, such as token_rejected"));
    }
    if as_json {
        let causes: Vec<Value> = causes.iter().map(checkup::cause_json).collect();
        output::say_json(&json!({ "detail": word, "causes": causes }))?;
        return Ok(Exit::Success);
    }
    let mut sheet = Sheet::new();
    sheet.paragraph(
        0,
        &format!("In the column Detail {word} stands for:"),
        Style::new(),
    );
    for cause in &causes {
        sheet.gap();
        sheet.line(format!("  {BOLD}{}{BOLD:#}", cause.code));
        sheet.paragraph(4, &cause.sentence, Style::new());
        if let Some(fix) = &cause.fix {
            sheet.paragraph(4, fix, Style::new());
        }
        if let Some(path) = cause.path {
            sheet.paragraph(4, path, DIM);
        }
    }
    sheet.say()?;
    Ok(Exit::Success)
}

/// One connection, with those beside it where it is refused.
pub(super) async fn examine(
    folder: &VaultFolder,
    world: &World,
    name: &ConnectionId,
    depth: (Depth, Option<&Restlet>),
    word: Option<&str>,
) -> Result<Findings, Failure> {
    Ward::new().examine(folder, world, name, depth, word).await
}

/// What is known of several connections in one run. Invariant: however many of an account are looked at, every login that
/// failed is counted.
struct Ward {
    logins: Logins,
    /// Whether a login worked, of those that were tried.
    tried: BTreeMap<ConnectionId, bool>,
}

impl Ward {
    fn new() -> Self {
        Self {
            logins: Logins::by_account(),
            tried: BTreeMap::new(),
        }
    }

    async fn examine(
        &mut self,
        folder: &VaultFolder,
        world: &World,
        name: &ConnectionId,
        depth: (Depth, Option<&Restlet>),
        word: Option<&str>,
    ) -> Result<Findings, Failure> {
        let connection = super::connection::known(folder, name).await?;
        let results = self.look(folder, world, &connection, depth).await?;
        let neighbours = match results.is_refused() {
            true => self.neighbours(folder, world, &connection).await?,
            false => Vec::new(),
        };
        let history = History {
            last_success: connection.last_success,
        };
        let findings = Findings::of(&results, history, &neighbours, word);
        let kept = (name, connection.current.generation);
        findings
            .write_down(&results, &folder.vault, kept, VaultFolder::by(world))
            .await?;
        Ok(findings)
    }

    async fn look(
        &mut self,
        folder: &VaultFolder,
        world: &World,
        connection: &Connection,
        depth: (Depth, Option<&Restlet>),
    ) -> Result<ProbeResults, Failure> {
        let opened = folder.vault.open(connection.id.clone()).await?;
        let server = opened.server.as_ref();
        let results = checkup::look(&opened.credentials, server, depth, world, &self.logins).await?;
        if results.logs_in() || results.is_refused() {
            self.tried.insert(connection.id.clone(), results.logs_in());
        }
        Ok(results)
    }

    /// The other connections of the account, tried where they were not yet.
    async fn neighbours(
        &mut self,
        folder: &VaultFolder,
        world: &World,
        of: &Connection,
    ) -> Result<Vec<Neighbour>, Failure> {
        let same_key = folder.vault.others_with_its_key(of.id.clone()).await?;
        let all = folder.vault.connections(None, MAX_ROWS).await?.into_iter();
        let others = all.filter(|one| one.account == of.account && one.id != of.id && is_open(one));
        let mut neighbours = Vec::new();
        for other in others.take(NEIGHBOURS) {
            if !self.tried.contains_key(&other.id) {
                self.look(folder, world, &other, (Depth::Login, None)).await?;
            }
            if let Some(works) = self.tried.get(&other.id) {
                neighbours.push(Neighbour {
                    works: *works,
                    is_of_same_integration: same_key.iter().any(|same| same.id == other.id),
                });
            }
        }
        Ok(neighbours)
    }
}

fn is_open(connection: &Connection) -> bool {
    !matches!(connection.health, Health::Superseded { .. })
}
