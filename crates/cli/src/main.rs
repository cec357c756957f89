//! The `countersign` binary: reads the command line, runs one command, ends with its exit code.

mod account_file;
mod command;
mod commands;
mod failure;
mod folder;
mod founding;
mod output;
mod running;
mod soap_call;

use std::process::ExitCode;

use clap::Parser as _;

use command::{Cli, Command};
use failure::{Exit, Failure};

fn main() -> ExitCode {
    // A core would hold every open secret. Where the limit cannot be set there is none to set.
    let none = rustix::process::Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);

    let cli = Cli::parse();
    let exit = match run(cli) {
        Ok(exit) => exit,
        Err(failure) => {
            failure.print();
            failure.exit
        }
    };
    ExitCode::from(exit.code())
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::system("start the program's threads", &error))?;
    let usual = if matches!(cli.command, Command::Serve(_)) {
        "info"
    } else {
        "warn"
    };
    output::log_to_stderr(cli.log.as_deref().unwrap_or(usual), cli.log_json);
    runtime.block_on(async {
        match cli.command {
            Command::Demo(demo) => commands::demo::run(demo).await,
            Command::Serve(serve) => commands::serve::run(serve).await,
            Command::Call(call) => commands::call::run(call).await,
            Command::Sign(sign) => commands::sign::run(sign),
            Command::Conformance(conformance) => commands::conformance::run(conformance),
            Command::Audit(audit) => commands::audit::run(audit).await,
            Command::Key(key) => commands::key::run(key).await,
            Command::Completions { shell } => Ok(commands::completions::run(shell)),
        }
    })
}
