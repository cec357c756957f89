//! `countersign lever`: what a running test account is played with.

use countersign_admin::{ClockInput, FaultJson, FaultRuleJson, FaultWhenJson, LeversJson};
use serde_json::json;

use crate::admin_client::AdminClient;
use crate::command::{At, ClockTurn, FaultAction, Lever, LeverAction};
use crate::failure::{Exit, Failure};
use crate::output;
use crate::paste;
use crate::pick::Pick;

const CLOCK: &str = "levers/clock";
const FAULTS: &str = "levers/faults";

pub(crate) async fn run(Lever { action, at }: Lever) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| {
        must_run(client)?;
        match action {
            LeverAction::Show => show(&client.get("levers").await?, &at),
            LeverAction::Clock { turn } => {
                let turned: LeversJson = client.put(CLOCK, &input(turn)).await?;
                match at.json {
                    true => output::say_json(&json!(turned)),
                    false => output::say(&format!("Now {}.", turned.clock.says)),
                }
            }
            LeverAction::Fault { fault } => play(client, fault, &at).await,
        }
    })
    .await?;
    Ok(Exit::Success)
}

/// A lever is in force as long as the process in which it was pulled.
fn must_run(client: &AdminClient) -> Result<(), Failure> {
    if client.is_running() {
        return Ok(());
    }
    let start = paste::command_on(&["serve"], client.data());
    let message = format!(
        "no account runs in {}, and a lever acts on running ones only",
        client.data().display()
    );
    Err(Failure::no_connection(message).hint(format!("start it with: {start}")))
}

fn input(turn: ClockTurn) -> ClockInput {
    match turn {
        ClockTurn::Freeze { moment: None } => ClockInput::Freeze,
        ClockTurn::Freeze { moment: Some(at) } => ClockInput::FreezeAt { at },
        ClockTurn::Set { moment: at } => ClockInput::Set { at },
        ClockTurn::Advance { by } => ClockInput::Advance {
            seconds: by.as_secs(),
        },
        ClockTurn::Skew { by } => ClockInput::Skew { seconds: by },
        ClockTurn::Resume => ClockInput::Resume,
        ClockTurn::FollowSystem => ClockInput::FollowSystem,
    }
}

async fn play(client: &AdminClient, action: FaultAction, at: &At) -> Result<(), Failure> {
    match action {
        FaultAction::List => {
            let rules: Vec<FaultJson> = client.get(FAULTS).await?;
            list(&rules, at)
        }
        FaultAction::Add {
            fault,
            every,
            next,
            service,
            integration,
        } => {
            let integration = match integration {
                Some(named) => Some(Pick::Integration.id(client, &named).await?),
                None => None,
            };
            let rule = FaultRuleJson {
                service: service.map(Into::into),
                integration,
                when: match (every, next) {
                    (Some(every), _) => FaultWhenJson::Every(every),
                    (None, next) => FaultWhenJson::Next(next.unwrap_or(1)),
                },
                fault,
            };
            let added: FaultJson = client.post(FAULTS, &rule).await?;
            told(&added, "Rule", at)
        }
        FaultAction::Remove { id } => {
            let removed: FaultJson = client.delete(&format!("{FAULTS}/{id}")).await?;
            told(&removed, "Removed rule", at)
        }
        FaultAction::Clear => {
            client.delete::<()>(FAULTS).await?;
            list(&[], at)
        }
    }
}

fn told(fault: &FaultJson, what: &str, at: &At) -> Result<(), Failure> {
    match at.json {
        true => output::say_json(&json!(fault)),
        false => output::say(&format!("{what} {}: {}.", fault.id, fault.says)),
    }
}

fn list(rules: &[FaultJson], at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(rules));
    }
    if rules.is_empty() {
        return output::say("There are no fault rules.");
    }
    for rule in rules {
        output::say(&format!("{}  {}", rule.id, rule.says))?;
    }
    Ok(())
}

fn show(levers: &LeversJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(levers));
    }
    match levers.allowed.as_slice() {
        [] => output::say("Allowed:   nothing; this is no test account")?,
        allowed => output::say(&format!("Allowed:   {}", allowed.join(", ")))?,
    }
    output::say(&format!("The clock: {}, {}", levers.clock.now, levers.clock.says))?;
    match levers.in_force.is_empty() {
        true => output::say("In force:  nothing"),
        false => output::say(&format!("In force:  {}", levers.in_force.join("\n           "))),
    }
}
