//! `countersign completions SHELL`.

use clap::CommandFactory as _;

use crate::command::Cli;
use crate::failure::Exit;
use crate::output;

pub(crate) fn run(shell: clap_complete::Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "countersign", &mut script);
    output::send(&script);
    Exit::Success
}
