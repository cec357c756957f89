//! Which account a command is about, and what it prints: the same flags on all of them.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use countersign_protocol::AccountId;

#[derive(Debug, Args)]
#[command(next_help_heading = "Which account")]
pub(crate) struct At {
    /// The data folder
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// Which account, where the data folder has several
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) account: Option<AccountId>,

    /// Print JSON for machines
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
}

/// Where values go that are shown once.
#[derive(Debug, Args)]
pub(crate) struct Out {
    /// Write the values to this new file, which only you can read, instead of printing them
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
}

/// For what cannot be taken back.
#[derive(Debug, Args)]
pub(crate) struct Sure {
    /// Do not ask; needed where nobody can be asked
    #[arg(long)]
    pub(crate) yes: bool,
}
