//! How a program written for NetSuite is led to a local account.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::examples;

/// Run a program written for NetSuite, unchanged, against a local account
///
/// Its calls to NetSuite's hosts land in the account, and no other host is reached, unless it is named in NO_PROXY. The
/// program needs no change: it is told by environment variables that most HTTP libraries read, and Node programs by a small
/// hook. Nothing on this machine is changed. At the end it says how many logins there were, and why some were refused.
#[derive(Debug, Args)]
#[command(after_long_help = examples::RUN)]
pub(crate) struct Run {
    /// The data folder whose accounts are called: of a running server, or opened for this run [default:
    /// ~/.local/share/countersign, or countersign below $XDG_DATA_HOME]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// Call a new account made from this file instead, which is gone afterwards (see docs/account-file.md)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) account: Option<PathBuf>,

    /// Call a new account instead that knows these credentials, the program's own: a .env or JSON file with the account ID and
    /// the four values; - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["account", "give_credentials"])]
    pub(crate) credentials: Option<PathBuf>,

    /// Call a new account instead, that of --account or a ready one, and give the program the values of its first token as
    /// NETSUITE_* variables
    #[arg(long)]
    pub(crate) give_credentials: bool,

    /// Let the program reach hosts that are not NetSuite's, too
    #[arg(long)]
    pub(crate) allow_other_hosts: bool,

    /// The program and its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true, value_name = "CMD", value_hint = ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<OsString>,
}

/// Print the variables by which `run` leads a program to the local accounts
///
/// They lead to the running server of the data folder. No secret is among them.
#[derive(Debug, Args)]
#[command(after_long_help = examples::ENV)]
pub(crate) struct Env {
    /// The data folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// How they are written
    #[arg(long = "for", value_name = "FORM", default_value = "shell")]
    pub(crate) form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Commands of a shell
    Shell,
    /// Instructions of a Dockerfile
    Docker,
    /// Lines for the file that $GITHUB_ENV names
    Github,
    /// Lines of a .env file
    Dotenv,
}
