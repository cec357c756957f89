//! The `countersign` binary: reads the command line, runs one command, ends with its exit code.

mod account_file;
mod accounts;
mod accounts_folder;
mod admin_client;
mod ask;
mod backup;
mod checkup;
mod child;
mod command;
mod commands;
mod entry;
mod events;
mod explain;
mod failure;
mod files;
mod findings;
mod folder;
mod founding;
mod foundling;
mod gate;
mod gauge;
mod help;
mod known_credentials;
mod lifeline;
mod listen;
mod once;
mod output;
mod paste;
mod pick;
mod process;
mod proof;
mod proxy_server;
mod running;
mod screen;
mod sheet;
mod signer;
mod soap_call;
mod table;
mod tally;
mod text;
mod vault_folder;
mod way_in;
mod welcome;

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _};

use command::{Cli, Command};
use failure::{Exit, Failure};

/// The system's own keeps what threads have freed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    process::keep_memory_private();
    match commands::completions::answered() {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(error) => error.exit(),
    }
    let (exit, typed) = match parsed() {
        Ok((cli, typed)) => (run(cli), typed),
        Err(error) => (print(&error), BTreeSet::new()),
    };
    let exit = exit.unwrap_or_else(|failure| {
        let failure = failure.naming(&typed);
        failure.print();
        failure.exit
    });
    ExitCode::from(exit.code())
}

/// The command line, and the flags that stand in it.
fn parsed() -> Result<(Cli, BTreeSet<String>), clap::Error> {
    let mut command = help::grouped(Cli::command());
    let matches = command.clone().try_get_matches()?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    let mut typed = BTreeSet::new();
    let (mut command, mut matches) = (&command, &matches);
    loop {
        let flags = command.get_arguments().filter(|argument| {
            matches
                .try_contains_id(argument.get_id().as_str())
                .unwrap_or(false)
                && matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
        });
        typed.extend(flags.filter_map(clap::Arg::get_long).map(str::to_owned));
        let below = matches.subcommand();
        let Some((command_below, matches_below)) =
            below.and_then(|(name, matches)| Some((command.find_subcommand(name)?, matches)))
        else {
            return Ok((cli, typed));
        };
        (command, matches) = (command_below, matches_below);
    }
}

/// Help and version are answers, on standard output; the rest is an error of the command line.
fn print(error: &clap::Error) -> Result<Exit, Failure> {
    let printed = error.print();
    if error.use_stderr() {
        return Ok(Exit::Usage);
    }
    output::written(printed)?;
    Ok(Exit::Success)
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    // Has no threads but its script's, and says nothing but to its parent.
    if let Command::ScriptWorker(worker) = &cli.command {
        return commands::script_worker::run(worker);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::system("start the program's threads", &error))?;
    let usual = match &cli.command {
        Command::Serve(_) => "info",
        // Where somebody watches, a line says how it stands.
        Command::Proxy(_) if !std::io::stderr().is_terminal() => "info",
        _ => "warn",
    };
    output::log_to_stderr(cli.log.as_deref().unwrap_or(usual), cli.log_json);
    runtime.block_on(async {
        match cli.command {
            Command::Demo(demo) => commands::demo::run(demo).await,
            Command::Run(run) => Box::pin(commands::run::run(run)).await,
            Command::Env(env) => commands::env::run(env).await,
            Command::Serve(serve) => commands::serve::run(serve).await,
            Command::Call(call) => commands::call::run(call).await,
            Command::Sign(sign) => commands::sign::run(sign),
            Command::Explain(explain) => commands::explain::run(*explain),
            Command::Conformance(conformance) => commands::conformance::run(conformance).await,
            Command::Coverage(asked) => commands::coverage::run(&asked),
            Command::Mistakes(mistakes) => commands::mistakes::run(&mistakes),
            Command::Connection(connection) => Box::pin(commands::connection::run(connection)).await,
            Command::Status(status) => commands::status::run(status).await,
            Command::Doctor(doctor) => Box::pin(commands::doctor::run(*doctor)).await,
            Command::Account(account) => commands::account::run(account).await,
            Command::Integration(integration) => commands::integration::run(integration).await,
            Command::Role(role) => commands::role::run(role).await,
            Command::User(user) => commands::user::run(user).await,
            Command::Token(token) => commands::token::run(token).await,
            Command::ApiKey(key) => commands::api_key::run(key).await,
            Command::Audit(audit) => commands::audit::run(audit).await,
            Command::Watch(watch) => commands::watch::run(watch).await,
            Command::Governance(governance) => commands::account::governance(governance).await,
            Command::RecordType(record_type) => commands::record_type::run(record_type).await,
            Command::Record(record) => commands::record::run(record).await,
            Command::Script(script) => commands::script::run(script).await,
            Command::Logs(logs) => commands::logs::run(logs).await,
            Command::Lever(lever) => commands::lever::run(lever).await,
            Command::Proxy(proxy) => Box::pin(commands::proxy::run(*proxy)).await,
            Command::Governor(governor) => commands::governor::run(governor).await,
            Command::Exec(exec) => Box::pin(commands::exec::run(exec)).await,
            Command::Caller(caller) => commands::caller::run(caller).await,
            Command::Grant(grant) => commands::grant::run(grant).await,
            Command::Key(key) => commands::key::run(key).await,
            Command::Backup(backup) => commands::backup::write(backup).await,
            Command::Restore(restore) => commands::backup::restore(restore).await,
            Command::ScriptWorker(worker) => commands::script_worker::run(&worker),
            Command::Completions { shell } => commands::completions::run(shell),
        }
    })
}
