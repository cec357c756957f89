//! Where connections are kept.

use std::path::PathBuf;

use clap::{Args, ValueHint};

#[derive(Debug, Default, Args)]
pub(crate) struct VaultAt {
    /// The data folder whose keys seal the connections [default: ~/.local/share/countersign, or countersign below
    /// $XDG_DATA_HOME]
    #[arg(long, global = true, help_heading = "Vault", value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// Keep connections on this PostgreSQL server instead of in the data folder: postgres://user@host/database. An address
    /// with a password belongs in the variable COUNTERSIGN_VAULT
    #[arg(long, global = true, help_heading = "Vault", value_name = "ADDRESS")]
    pub(crate) vault: Option<String>,
}
