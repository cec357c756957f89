//! `countersign completions SHELL`, and what the shell asks at each key: the program itself answers, so that names of what
//! is kept are completed too.

use std::any::TypeId;
use std::path::PathBuf;

use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter};
use clap_complete::env::{CompleteEnv, Shells};
use countersign_diagnose::Mistake;
use countersign_protocol::AccountId;
use countersign_vault::{ConnectionId, MAX_ROWS};
use countersign_world::environment;

use crate::accounts;
use crate::command::{Cli, VaultAt};
use crate::failure::{Exit, Failure};
use crate::folder::{self, World};
use crate::output;
use crate::vault_folder::VaultFolder;

/// Set by the script, for its own calls of the program.
const VARIABLE: &str = "COUNTERSIGN_COMPLETE";

const PROGRAM: &str = "countersign";

/// Commands that take a name which is not there yet.
const NEW: [&str; 2] = ["add", "create"];

pub(crate) fn run(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let shells = Shells::builtins();
    let shell = shell.to_string();
    let shell = shells
        .completer(&shell)
        .ok_or_else(|| Failure::unusable("there is no such shell"))?;
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)
        .map_err(|error| Failure::system("write the script", &error))?;
    output::send(&script)?;
    Ok(Exit::Success)
}

/// Whether it was the script of a shell that called, which has its answer now.
pub(crate) fn answered() -> Result<bool, clap::Error> {
    let complete = CompleteEnv::with_factory(|| knowing(Cli::command())).var(VARIABLE);
    complete.try_complete(std::env::args_os(), std::env::current_dir().ok().as_deref())
}

/// The command, whose arguments know the names that are there.
fn knowing(command: Command) -> Command {
    let of = command.get_name().to_owned();
    command
        .mut_args(|argument| with_names(argument, &of))
        .mut_subcommands(knowing)
}

fn with_names(argument: Arg, of: &str) -> Arg {
    let kind = argument.get_value_parser().type_id();
    let is_new = NEW.contains(&of) && argument.is_positional();
    if is_new {
        argument
    } else if kind == TypeId::of::<ConnectionId>() {
        argument.add(ArgValueCandidates::new(|| names(connections)))
    } else if kind == TypeId::of::<AccountId>() {
        argument.add(ArgValueCandidates::new(accounts))
    } else if argument.get_id() == "caller" {
        argument.add(ArgValueCandidates::new(|| names(callers)))
    } else if of == "mistakes" && argument.get_id() == "id" {
        argument.add(ArgValueCandidates::new(|| {
            candidates(Mistake::ALL.iter().map(|one| one.id()))
        }))
    } else if argument.get_value_hint() == ValueHint::CommandWithArguments {
        argument.add(ArgValueCompleter::new(PathCompleter::any()))
    } else {
        argument
    }
}

/// Names that a shell takes as they are, as a candidate is not quoted.
fn candidates(names: impl Iterator<Item = impl AsRef<str>>) -> Vec<CompletionCandidate> {
    let is_plain = |name: &str| {
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    };
    names
        .filter(|name| is_plain(name.as_ref()))
        .map(|name| CompletionCandidate::new(name.as_ref()))
        .collect()
}

/// The data folder of the line that is being written, or the usual one.
fn data() -> Option<PathBuf> {
    let mut words = std::env::args();
    let named = words.by_ref().find_map(|word| match word.split_once('=') {
        Some(("--data", data)) => Some(Some(data.to_owned())),
        _ => (word == "--data").then_some(None),
    });
    let named = named.and_then(|data| data.or_else(|| words.next()));
    named
        .or_else(|| environment::variable("COUNTERSIGN_DATA"))
        .map(PathBuf::from)
}

fn accounts() -> Vec<CompletionCandidate> {
    let ids = folder::chosen(data()).and_then(|data| accounts::ids(&data));
    candidates(ids.unwrap_or_default().iter().map(AccountId::as_str))
}

/// What the vault of the data folder holds. A server is not asked at a key; and what cannot be read is no candidate.
fn names(of: impl AsyncFnOnce(&VaultFolder) -> Result<Vec<String>, Failure>) -> Vec<CompletionCandidate> {
    if environment::variable("COUNTERSIGN_VAULT").is_some() {
        return Vec::new();
    }
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Vec::new();
    };
    let at = VaultAt {
        data: data(),
        vault: None,
    };
    let names = runtime.block_on(async { of(&VaultFolder::open(&at, &World::system()).await?).await });
    candidates(names.unwrap_or_default().into_iter())
}

async fn connections(folder: &VaultFolder) -> Result<Vec<String>, Failure> {
    let all = folder.vault.connections(None, MAX_ROWS).await?;
    Ok(all.into_iter().map(|one| one.id.to_string()).collect())
}

async fn callers(folder: &VaultFolder) -> Result<Vec<String>, Failure> {
    let all = folder.vault.callers(None, MAX_ROWS).await?;
    Ok(all.into_iter().map(|one| one.name.to_string()).collect())
}
