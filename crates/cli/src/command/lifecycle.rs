//! The life of accounts: their files, snapshots, sandboxes and copies.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use countersign_protocol::AccountId;

use super::at::{Out, Sure};
use super::examples;

#[derive(Debug, Subcommand)]
pub(crate) enum LifecycleAction {
    Apply(Apply),
    Export(Export),
    Create(Create),
    /// Delete an account with everything in it, its snapshots too
    #[command(after_help = "Example:\n  countersign account remove TEST7 --yes")]
    Remove {
        /// Its account ID
        id: AccountId,
        #[command(flatten)]
        sure: Sure,
    },
    /// Save the account as it is at this moment, while it goes on working
    #[command(after_help = "Example:\n  countersign account snapshot before-the-tests")]
    Snapshot {
        /// What to call it
        name: String,
    },
    /// List the snapshots of the account
    #[command(after_help = "Example:\n  countersign account snapshots")]
    Snapshots,
    /// Put the account back to a snapshot; it must be marked as a test account with the lever Reset
    #[command(after_help = "Example:\n  countersign account restore before-the-tests --yes")]
    Restore {
        /// The snapshot, as `account snapshots` lists it
        name: String,
        #[command(flatten)]
        sure: Sure,
    },
    /// Put the account back to what it was when it was created
    #[command(after_help = "Example:\n  countersign account reset --yes")]
    Reset {
        #[command(flatten)]
        sure: Sure,
    },
    /// Refresh a sandbox from its production: set-up and records are copied, integration records kept, tokens gone
    #[command(after_help = "Example:\n  countersign account refresh 1234567_SB1")]
    Refresh {
        /// The sandbox or release preview, such as 1234567_SB1
        sandbox: AccountId,
        #[command(flatten)]
        sure: Sure,
    },
}

/// Create another account in the data folder
///
/// Empty, with every feature on, or as an account file says. Keys, secrets and tokens that are made are printed once.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign account create 1234567_SB1 --company 'Honeycomb'\n  countersign account create 1234567_RP1 --from account.toml\n  countersign account create TEST7 --ready --json"
)]
pub(crate) struct Create {
    /// Its account ID, such as 1234567, 1234567_SB1 or 1234567_RP1
    pub(crate) id: AccountId,

    /// The name of its company [default: that of the file, or Local Company]
    #[arg(long, value_name = "NAME")]
    pub(crate) company: Option<String>,

    /// The account file to create it from; - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) from: Option<PathBuf>,

    /// With a token that may change every record, marked as a test account with every lever but Determinism: for a test
    /// that takes an account of its own
    #[arg(long, conflicts_with = "from")]
    pub(crate) ready: bool,

    /// With the records of the demonstration company
    #[arg(long, requires = "ready")]
    pub(crate) demonstration_records: bool,

    #[command(flatten)]
    pub(crate) out: Out,
}

/// Copy a whole data folder, without its keys, running or stopped
///
/// The copy has every change that was answered before it, and the connections that are kept in the folder, sealed as they
/// are. Back up the keys separately: without them no secret of the copy can be opened.
#[derive(Debug, Args)]
#[command(after_long_help = examples::BACKUP)]
pub(crate) struct Backup {
    /// The copy: a folder that is not there yet
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) to: PathBuf,

    /// The data folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Make a data folder from a backup and the keys that belong to it
#[derive(Debug, Args)]
#[command(after_long_help = examples::RESTORE)]
pub(crate) struct Restore {
    /// The copy that `countersign backup` made
    #[arg(value_name = "BACKUP", value_hint = ValueHint::DirPath)]
    pub(crate) backup: PathBuf,

    /// The data folder to make: one that is not there yet
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) data: PathBuf,

    /// The keys folder of the data folder that was copied
    #[arg(long, value_name = "KEYS", value_hint = ValueHint::DirPath)]
    pub(crate) key: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Change an account to what a file says, after showing what that changes
///
/// What the file does not mention stays, and applied again the file changes nothing. Keys, secrets and tokens that are made
/// are printed once. docs/account-file.md describes the file.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign account apply account.toml --dry-run\n  countersign account apply account.toml --yes"
)]
pub(crate) struct Apply {
    /// The account file; - for standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,

    /// Only show what would change
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) sure: Sure,
}

/// Write an account as a file
///
/// Passwords are never in it: the account keeps their hashes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  countersign account export --secrets --out account.toml")]
pub(crate) struct Export {
    /// With the secrets of integration records and tokens
    #[arg(long)]
    pub(crate) secrets: bool,

    /// Write a new file, which only you can read
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
}
