//! `countersign completions SHELL`.

use clap::CommandFactory as _;

use crate::command::Cli;
use crate::failure::{Exit, Failure};
use crate::output;

pub(crate) fn run(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "countersign", &mut script);
    output::send(&script)?;
    Ok(Exit::Success)
}
