//! Credentials that are entered: read, tried on the account, and only then kept.

use countersign_client::Logins;
use countersign_doctor::{Advice, Findings, History, Identity, ProbeResults, SameKeyElsewhere, Warning};
use countersign_protocol::{AccountId, Credentials, Environment};
use countersign_vault::{ConnectionId, Given, Label, SameKey};
use serde_json::json;

use crate::ask;
use crate::checkup::{self, Depth};
use crate::command::{Entered, EnvironmentKind, Sure, VaultAt};
use crate::entry::{self, Typed};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, CYAN};
use crate::paste;
use crate::table::{self, Cell};
use crate::vault_folder::VaultFolder;

/// What was entered, and what the account says of it.
struct Tried {
    given: Given,
    results: ProbeResults,
    findings: Findings,
}

impl Tried {
    fn works(&self) -> bool {
        self.results.logs_in()
            && self
                .findings
                .identity
                .as_ref()
                .is_none_or(|identity| identity.is_of(&self.given.credentials.account))
    }
}

pub(super) async fn add(
    at: &VaultAt,
    world: &World,
    (name, entered): (ConnectionId, Entered),
    unverified: bool,
    as_json: bool,
) -> Result<Exit, Failure> {
    let folder = VaultFolder::make(at, world).await?;
    if folder.vault.connection(name.clone()).await.is_ok() {
        let replace = paste::command_on(&["connection", "move", name.as_str()], &folder.data);
        return Err(
            Failure::refused(format!("there is a connection {name} already")).hint(format!(
                "choose another name, or give it other values with: {replace}"
            )),
        );
    }
    let tried = enter(&folder, world, &entered, unverified).await?;
    let works = tried.works();
    let account = tried.given.credentials.account.clone();
    let by = VaultFolder::by(world);
    let made = folder
        .vault
        .add(name.clone(), tried.given, Label::default(), by.clone())
        .await?;
    if works {
        let kept = (&name, made.current.generation);
        tried
            .findings
            .write_down(&tried.results, &folder.vault, kept, by)
            .await?;
    }
    let come = Come::New { works };
    report(
        &folder,
        world,
        (&name, &account),
        (&tried.findings, come),
        as_json,
    )
    .await
}

/// Another account's values in the place of all that a connection signs with.
pub(super) async fn move_to(
    folder: &VaultFolder,
    world: &World,
    (name, entered): (ConnectionId, Entered),
    sure: &Sure,
    as_json: bool,
) -> Result<Exit, Failure> {
    let before = super::known(folder, &name).await?;
    // Before anybody types five values in vain.
    ask::can_be_sure(&format!("Moving connection {name}"), sure)?;
    let callers = match super::callers_of(folder, &name).await? {
        Some(callers) => {
            format!(", and what is granted for it to {callers}, who reach the new account from then on")
        }
        None => "; nothing is granted for it".to_owned(),
    };
    output::complain(&output::printable(&format!(
        "Connection {name} is moved away from account {}: all five values are those of the account it is to have. Its name and \
         its audit stay{callers}. What it signs with now is forgotten.",
        before.account
    )));
    let tried = enter(folder, world, &entered, false).await?;
    let account = tried.given.credentials.account.clone();
    let what = match account == before.account {
        true => format!("Giving connection {name} other credentials of account {account}"),
        false => format!(
            "Moving connection {name} from account {} to {account}",
            before.account
        ),
    };
    ask::sure(&what, sure)?;
    let by = VaultFolder::by(world);
    let moved = folder
        .vault
        .replace(name.clone(), tried.given, by.clone())
        .await?;
    let kept = (&name, moved.current.generation);
    tried
        .findings
        .write_down(&tried.results, &folder.vault, kept, by)
        .await?;
    let come = Come::From(before.account);
    report(folder, world, (&name, &account), (&tried.findings, come), as_json).await
}

/// Reads the values and tries them. On a terminal what was typed is kept for another try.
async fn enter(
    folder: &VaultFolder,
    world: &World,
    entered: &Entered,
    unverified: bool,
) -> Result<Tried, Failure> {
    let is_typed = entered.from.is_none() && ask::is_possible();
    if !is_typed {
        let (name, text) = entry::text(entered.from.as_deref())?;
        return attempt(folder, world, entered, entry::pasted(&name, &text)?, unverified).await;
    }
    let mut typed = Typed::default();
    // One account for all tries: each may cost a failed login.
    loop {
        typed.ask()?;
        let tried = match typed.credentials() {
            Ok(credentials) => attempt(folder, world, entered, credentials, unverified).await,
            Err(failure) => Err(failure),
        };
        match tried {
            Ok(tried) => return Ok(tried),
            Err(failure) => {
                failure.print();
                if !ask::agreed("Nothing is kept. Enter the values again?")? {
                    return Err(Failure::refused("nothing was kept"));
                }
            }
        }
    }
}

async fn attempt(
    folder: &VaultFolder,
    world: &World,
    entered: &Entered,
    credentials: Credentials,
    unverified: bool,
) -> Result<Tried, Failure> {
    let account = credentials.account.clone();
    match_environment(&account, entered.environment)?;
    let given = Given {
        server: server_of(folder, entered, &credentials)?,
        credentials,
    };
    let results = checkup::look(
        &given.credentials,
        given.server.as_ref(),
        (Depth::Whole, None),
        world,
        &Logins::by_account(),
    )
    .await?;
    let findings = Findings::of(&results, History::default(), &[], None);
    let tried = Tried {
        given,
        results,
        findings,
    };
    if tried.works() || unverified {
        return Ok(tried);
    }
    let why = checkup::why(&folder.data, &account, tried.given.server.as_ref());
    let (seen, causes) = checkup::reason(&tried.findings, why.as_deref());
    let message = format!("nothing was kept: {seen}");
    let failure = match checkup::is_unanswered(&tried.results) {
        true => Failure::no_connection(message),
        false => Failure::refused(message),
    };
    Err(match causes {
        None => failure,
        Some(causes) => failure.hint(causes),
    })
}

/// Where calls go. Credentials of a local account never go to NetSuite.
fn server_of(
    folder: &VaultFolder,
    entered: &Entered,
    credentials: &Credentials,
) -> Result<Option<countersign_protocol::LocalServer>, Failure> {
    if entered.server.is_some() || !credentials.are_local() {
        return Ok(entered.server.clone());
    }
    let account = &credentials.account;
    folder.local_server(account).map(Some).ok_or_else(|| {
        let message = format!("these credentials are of a local account, and {} holds no account {account}", folder.data.display());
        Failure::unusable(message).hint(
            "give the address of its server with --server http://127.0.0.1:PORT; they are never sent to NetSuite",
        )
    })
}

/// Attack, or accident: the values of production pasted where a sandbox was meant.
fn match_environment(account: &AccountId, wanted: Option<EnvironmentKind>) -> Result<(), Failure> {
    let Some(wanted) = wanted else { return Ok(()) };
    let (kind, named) = match account.environment() {
        Environment::Production => (EnvironmentKind::Production, "a production account"),
        Environment::Sandbox => (EnvironmentKind::Sandbox, "a sandbox"),
        Environment::ReleasePreview => (EnvironmentKind::ReleasePreview, "a release preview"),
    };
    if kind == wanted {
        return Ok(());
    }
    let message = format!("nothing was kept: {account} is the ID of {named}");
    Err(Failure::refused(message)
        .hint("paste the values of the account that is meant, or leave out --environment"))
}

/// How a connection came to its credentials.
enum Come {
    New {
        /// Whether a login worked.
        works: bool,
    },
    /// From this account, with a login that worked.
    From(AccountId),
}

/// Who the token is, and what is to be known about it.
async fn report(
    folder: &VaultFolder,
    world: &World,
    (name, account): (&ConnectionId, &AccountId),
    (findings, come): (&Findings, Come),
    as_json: bool,
) -> Result<Exit, Failure> {
    let connection = folder.vault.connection(name.clone()).await?;
    let same_key = elsewhere(folder.vault.others_with_its_key(name.clone()).await?);
    let same_token = elsewhere(folder.vault.others_with_its_token(name.clone()).await?);
    let advice = Advice {
        account,
        is_local: connection.server.is_some(),
        identity: findings.identity.as_ref(),
        same_key: &same_key,
        same_token: &same_token,
        stored: Some(connection.current.stored),
        now: world.clock.now(),
    };
    let warnings = advice.warnings();
    let works = matches!(come, Come::From(_) | Come::New { works: true });
    if as_json {
        let mut value = checkup::json(findings, false);
        if let Some(object) = value.as_object_mut() {
            object.insert("connection".to_owned(), json!(name.as_str()));
            object.insert("account".to_owned(), json!(account.as_str()));
            object.insert("verified".to_owned(), json!(works));
            if let Come::From(before) = &come {
                object.insert("accountBefore".to_owned(), json!(before.as_str()));
            }
            object.insert("warnings".to_owned(), checkup::warnings_json(&warnings));
        }
        output::say_json(&value)?;
        return Ok(Exit::Success);
    }
    let title = match &come {
        Come::New { works: true } => format!("Connection {name} is kept: the login works"),
        Come::New { works: false } => format!("Connection {name} is kept, and no login with it has worked"),
        Come::From(before) if before == account => {
            format!("Connection {name} has other credentials of its account: the login works")
        }
        Come::From(before) => {
            format!("Connection {name} is moved from account {before} to {account}: the login works")
        }
    };
    let text = |of: fn(&Identity) -> &String| findings.identity.as_ref().map(of).cloned().unwrap_or_default();
    let kind = match account.environment() {
        Environment::Production => "production",
        Environment::Sandbox => "sandbox",
        Environment::ReleasePreview => "release preview",
    };
    let limit = findings.concurrency_limit;
    let fields = [
        ("Account", Cell::from(format!("{account}, {kind}"))),
        ("Server", table::or_empty(connection.server.as_ref())),
        ("Company", text(|identity| &identity.company_name).into()),
        ("Role", text(|identity| &identity.role_name).into()),
        ("User (internal ID)", text(|identity| &identity.user_id).into()),
        (
            "Concurrency limit",
            Cell::from(limit.map_or_else(
                || "not told: accounts tell it to the role Administrator only".to_owned(),
                |limit| limit.to_string(),
            )),
        ),
    ];
    table::fields(&title, &fields)?;
    for line in findings.failed().filter(|_| works) {
        let text = format!("{}: {}", line.probe.title(), line.seen);
        output::complain(&format!("{CYAN}note:{CYAN:#} {}", output::printable(&text)));
    }
    complain(&warnings);
    Ok(Exit::Success)
}

pub(crate) fn complain(warnings: &[Warning]) {
    for warning in warnings {
        output::complain(&format!(
            "{CYAN}note:{CYAN:#} {}",
            output::printable(&warning.sentence())
        ));
    }
}

fn elsewhere(others: Vec<SameKey>) -> Vec<SameKeyElsewhere> {
    let others = others.into_iter().map(|other| SameKeyElsewhere {
        connection: other.id.to_string(),
        account: other.account,
    });
    others.collect()
}
