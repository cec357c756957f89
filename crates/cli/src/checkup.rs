//! A checkup by the commands: made, shown, written as JSON, and turned into an exit code.

use std::path::Path;
use std::sync::Arc;

use countersign_client::{Client, Logins, Stage};
use countersign_doctor::{
    Cause, Checkup, Finding, Findings, Identity, Outcome, Probe, ProbeResults, Restlet, State, Warning, Whose,
};
use countersign_protocol::{AccountId, Credentials, EndpointVersion, LocalServer};
use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, BOLD, CYAN, DIM, GREEN, RED};
use crate::paste;
use crate::table::{self, indented, plain};
use crate::vault_folder;

/// The causes that are shown to a person; JSON has all of them.
const SHOWN: usize = 4;
/// Where what was seen begins, in characters.
const LEFT: usize = 21;
/// Those beside an error.
const TOLD: usize = 3;

/// How far a checkup goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    Login,
    Whole,
}

pub(crate) async fn look(
    credentials: &Credentials,
    server: Option<&LocalServer>,
    (depth, restlet): (Depth, Option<&Restlet>),
    world: &World,
    logins: &Logins,
) -> Result<ProbeResults, Failure> {
    let client = Client::new(credentials, Arc::clone(&world.clock), Arc::clone(&world.entropy));
    let client = Checkup::patient(client.map_err(Failure::unusable)?);
    let checkup = Checkup {
        client: &client,
        account: &credentials.account,
        server,
        clock: &*world.clock,
        restlet,
        soap_version: EndpointVersion::LATEST,
    };
    Ok(match depth {
        Depth::Login => checkup.login(logins).await,
        Depth::Whole => checkup.whole(logins).await,
    })
}

/// How a local account is asked why it refused a login: it knows. None for one at NetSuite.
pub(crate) fn why(data: &Path, account: &AccountId, server: Option<&LocalServer>) -> Option<String> {
    server.map(|_| match vault_folder::local_server(data, account) {
        Some(_) => paste::command_on(&["audit", "why", "--account", account.as_str()], data),
        None => format!(
            "{} (with the --data it was started with)",
            paste::command(&["audit", "why"])
        ),
    })
}

/// The lines of one connection, for a person. `why` is the command that asks a local account.
pub(crate) fn print(
    title: &str,
    findings: &Findings,
    redact: bool,
    why: Option<&str>,
) -> Result<(), Failure> {
    output::say(&format!("{BOLD}{}{BOLD:#}", plain(title)))?;
    for line in &findings.lines {
        print_line(line, redact, why.filter(|_| !redact))?;
    }
    Ok(())
}

fn print_line(line: &Finding, redact: bool, why: Option<&str>) -> Result<(), Failure> {
    let mark = match line.state {
        State::Fine => format!("{GREEN}ok{GREEN:#}  "),
        State::Note => format!("{CYAN}note{CYAN:#}"),
        State::Failed => format!("{RED}bad{RED:#} "),
        State::Spared => format!("{DIM}-{DIM:#}   "),
    };
    let said = line.said.as_ref().filter(|_| !redact);
    let (seen, said) = (plain(&line.seen), said.map(|said| plain(said)));
    // Beside what was seen where both fit into the line, or below it.
    let length = LEFT + seen.chars().count() + said.as_ref().map_or(0, |said| said.chars().count() + 2);
    let is_beside = table::width().is_none_or(|width| length <= width);
    let beside = said.as_ref().filter(|_| is_beside);
    let beside = beside
        .map(|said| format!("  {DIM}{said}{DIM:#}"))
        .unwrap_or_default();
    let mut lines = indented(&seen, LEFT).into_iter();
    let first = lines.next().unwrap_or_default();
    output::say(&format!(
        "  {mark}  {:<11}  {}{beside}",
        line.probe.title(),
        first.trim_start()
    ))?;
    let rest = said.filter(|_| !is_beside).map(|said| indented(&said, LEFT));
    for text in lines {
        output::say(&text)?;
    }
    for text in rest.into_iter().flatten() {
        output::say(&format!("{DIM}{text}{DIM:#}"))?;
    }
    for (number, cause) in line.causes.iter().take(SHOWN).enumerate() {
        let number = match line.causes.len() {
            1 => String::new(),
            _ => format!("{}. ", number + 1),
        };
        for text in indented(&format!("{number}{}", sentence(cause)), 8) {
            output::say(&text)?;
        }
    }
    if let Some(look) = line.look {
        let text = match why {
            Some(why) => format!("Which of them it is, the local account says: {why}"),
            None => format!(
                "Which of them it is stands in the account: {look}. With that word: doctor --detail WORD."
            ),
        };
        for text in indented(&text, 8) {
            output::say(&text)?;
        }
    }
    Ok(())
}

/// A cause, what to do about it, and where.
pub(crate) fn sentence(cause: &Cause) -> String {
    let fix = cause.fix.as_ref().map(|fix| format!(" {fix}"));
    let path = cause.path.map(|path| format!(" {path}"));
    format!(
        "{}{}{}",
        cause.sentence,
        fix.unwrap_or_default(),
        path.unwrap_or_default()
    )
}

/// What stands first of what failed, and what may be behind it. None of it where nothing failed. `why` is the command that
/// asks a local account.
pub(crate) fn reason(findings: &Findings, why: Option<&str>) -> (String, Option<String>) {
    let first = findings.failed().next();
    let seen = first.map_or_else(|| "no login worked".to_owned(), |line| line.seen.clone());
    let look = first.and_then(|line| line.look).map(|look| match why {
        Some(why) => format!("ask the local account why: {why}"),
        None => format!("see in the account which of these it is: {look}"),
    });
    let causes = first.map(|line| line.causes.iter().take(TOLD).map(sentence));
    let told: Vec<String> = look.into_iter().chain(causes.into_iter().flatten()).collect();
    (seen, (!told.is_empty()).then(|| told.join("\n       ")))
}

/// Whether no login was tried, for nobody took the call or answered it.
pub(crate) fn is_unanswered(results: &ProbeResults) -> bool {
    let is_out_of_reach = |outcome: &Outcome| match outcome {
        Outcome::Unreached { stage, .. } => *stage != Stage::Preparing,
        _ => false,
    };
    !results.logs_in()
        && !results.is_refused()
        && (is_out_of_reach(&results.address) || results.call(Probe::Login).is_some_and(is_out_of_reach))
}

/// The same as JSON. Redacted, it holds nothing that the other side or the user wrote.
pub(crate) fn json(findings: &Findings, redact: bool) -> Value {
    let lines = findings.lines.iter().map(|line| {
        json!({
            "probe": line.probe.id(),
            "tested": line.probe.tested(),
            "state": line.state.word(),
            "code": line.code,
            "seen": line.seen,
            "said": line.said.as_ref().filter(|_| !redact),
            "causes": line.causes.iter().map(cause_json).collect::<Vec<_>>(),
            "look": line.look,
        })
    });
    let identity = findings.identity.as_ref().filter(|_| !redact);
    json!({
        "healthy": findings.is_healthy(),
        "whose": findings.whose().map(Whose::word),
        "identity": identity.map(identity_json),
        "concurrencyLimit": findings.concurrency_limit,
        "findings": lines.collect::<Vec<_>>(),
    })
}

pub(crate) fn cause_json(cause: &Cause) -> Value {
    json!({
        "code": cause.code, "sentence": cause.sentence, "fix": cause.fix, "path": cause.path, "whose": cause.whose.word(),
    })
}

pub(crate) fn identity_json(identity: &Identity) -> Value {
    json!({
        "companyName": identity.company_name, "companyId": identity.company_id, "roleName": identity.role_name,
        "roleId": identity.role_id, "userId": identity.user_id,
    })
}

pub(crate) fn warnings_json(warnings: &[Warning]) -> Value {
    let one = |warning: &Warning| json!({ "code": warning.code(), "sentence": warning.sentence() });
    warnings.iter().map(one).collect()
}

/// Of what is to be mended first: the tens say whose it is.
pub(crate) fn exit(findings: &Findings) -> Exit {
    let Some(first) = findings.failed().next() else {
        return Exit::Success;
    };
    let whose = findings.whose().unwrap_or(Whose::Theirs);
    Exit::OfCheckup(match (whose, first.probe, first.code) {
        (Whose::Yours, Probe::Clock, _) | (_, _, "clock_skew" | "timestamp_timezone") => 11,
        (Whose::Yours, _, "name" | "connection" | "not_running" | "tls" | "no_answer") => 12,
        (Whose::Yours, Probe::SelfTest, _) => 13,
        (Whose::Yours, ..) => 10,
        (Whose::Theirs, Probe::Concurrency, _) => 22,
        (Whose::Theirs, _, "server_failed" | "wrong_host") => 23,
        (Whose::Theirs, _, code) if code.ends_with("not_permitted") => 21,
        (Whose::Theirs, ..) => 20,
    })
}
