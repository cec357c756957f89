//! `countersign connection`, `countersign status` and `countersign doctor`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use countersign_doctor::Restlet;
use countersign_protocol::LocalServer;
use countersign_vault::ConnectionId;

use super::at::Sure;
use super::examples;
use super::vault::VaultAt;
use super::words::When;

/// Keep connections to accounts: an account and its four credentials, sealed
///
/// A connection is verified before it is kept, and signs from then on without anybody seeing its secrets. They are typed,
/// or read from a file or standard input in whatever form they were sent to you; never given on the command line.
#[derive(Debug, Args)]
#[command(after_long_help = examples::CONNECTION)]
pub(crate) struct Connection {
    #[command(subcommand)]
    pub(crate) action: ConnectionAction,

    #[command(flatten)]
    pub(crate) at: VaultAt,

    /// Print JSON for machines
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectionAction {
    /// Verify credentials, and keep them as a connection
    ///
    /// Asks for the five values in NetSuite's words and order, with the page each is on; or reads them from --from. They
    /// are tried on the account first: nothing is kept that does not log in, unless --unverified says so.
    #[command(
        after_help = "Examples:\n  countersign connection add acme\n  countersign connection add acme-sandbox --from mail.txt --environment sandbox\n  pbpaste | countersign connection add acme --from -"
    )]
    Add {
        /// How to call it: letters, digits, dots, hyphens and underscores
        name: ConnectionId,
        #[command(flatten)]
        entered: Entered,
        /// Keep it although no login worked
        #[arg(long)]
        unverified: bool,
    },
    /// List the connections
    #[command(after_help = "Example:\n  countersign connection list")]
    List,
    /// Show a connection, without its secrets
    #[command(after_help = "Example:\n  countersign connection show acme")]
    Show {
        /// Its name
        name: ConnectionId,
    },
    /// Try a login with a connection, and keep the result
    #[command(after_help = "Example:\n  countersign connection check acme")]
    Check {
        /// Its name
        name: ConnectionId,
    },
    /// Replace the token of a connection without a failed call
    ///
    /// The new token is kept beside the old one, tried, switched to, tried again, and only then is the old one forgotten.
    /// Where the new one fails, the old one goes on signing. A rotation that was interrupted goes on where it was.
    #[command(
        after_help = "Examples:\n  countersign connection rotate acme --from new-token.env\n  countersign connection rotate acme --fall-back"
    )]
    Rotate {
        /// Its name
        name: ConnectionId,
        /// The new Token ID and Token Secret, or all five values; - for standard input. Without it they are asked for
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        from: Option<PathBuf>,
        /// Go back to the token before the last switch
        #[arg(long, conflicts_with_all = ["from", "drop"])]
        fall_back: bool,
        /// Forget the new token that was entered and not yet switched to
        #[arg(long, conflicts_with = "from")]
        drop: bool,
        /// Keep the old token after the switch; the next rotate forgets it
        #[arg(long)]
        keep_previous: bool,
    },
    /// Give a connection another account: all five values anew
    ///
    /// Its name, its audit and what callers are granted for it stay: they reach the other account from then on. The
    /// credentials it has are forgotten once the new ones have logged in and you have agreed.
    #[command(after_help = "Example:\n  countersign connection move acme --from production.env")]
    Move {
        /// Its name
        name: ConnectionId,
        #[command(flatten)]
        entered: Entered,
        #[command(flatten)]
        sure: Sure,
    },
    /// Forget a connection with its secrets, and revoke what was granted for it
    #[command(after_help = "Example:\n  countersign connection remove acme --yes")]
    Remove {
        /// Its name
        name: ConnectionId,
        #[command(flatten)]
        sure: Sure,
    },
    /// Write connections into a file, sealed by a passphrase
    #[command(
        after_help = "Examples:\n  countersign connection export acme beta --to connections.sealed\n  countersign connection export --to all.sealed --passphrase-from phrase.txt"
    )]
    Export {
        /// Which connections; without any, all of them
        names: Vec<ConnectionId>,
        /// The new file
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        to: PathBuf,
        #[command(flatten)]
        passphrase: Passphrase,
    },
    /// Read connections from a file that `export` wrote, all of them or none
    ///
    /// Callers, grants and the audit are not in the file. A name that is taken is not replaced: nothing is imported then.
    #[command(after_help = "Example:\n  countersign connection import connections.sealed")]
    Import {
        /// The file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        from: PathBuf,
        #[command(flatten)]
        passphrase: Passphrase,
    },
    /// Make a link that signs in to the pages of connections, once
    ///
    /// They are served by a proxy of this data folder that runs with --pages. Send the link to nobody: it opens everything
    /// the pages can do, for a quarter of an hour, to the first who presses its button.
    #[command(after_help = "Example:\n  countersign connection pages")]
    Pages,
    /// Make a link with which somebody else gives the credentials of one connection
    ///
    /// An administrator of the account opens it in a browser: one page with the steps in NetSuite beside the fields. What is
    /// entered is tried before it is kept, and shown to nobody again. It works once, and ends a link that was made before for
    /// the same connection. A proxy of this data folder has to run.
    #[command(
        after_help = "Examples:\n  countersign connection invite acme\n  countersign connection invite acme-sandbox --environment sandbox --hours 72 \\\n    --url https://connect.example.com\n  countersign connection invite acme --withdraw"
    )]
    Invite {
        /// The connection: a new name, or one that is to get new credentials of its own account
        name: ConnectionId,
        /// For how many hours it works
        #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=720))]
        hours: u64,
        /// What kind of account it has to be: any other is refused
        #[arg(long, value_name = "KIND")]
        environment: Option<EnvironmentKind>,
        /// The address at which others reach the proxy: https, unless it is this machine [default: where it listens]
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// The server of a local account, such as http://127.0.0.1:8080
        #[arg(long, value_name = "URL")]
        server: Option<LocalServer>,
        /// End the link that is open for the connection
        #[arg(long, conflicts_with_all = ["hours", "environment", "url", "server"])]
        withdraw: bool,
        #[command(flatten)]
        sure: Sure,
    },
    /// Show what connections were used for, newest first
    ///
    /// One row per request: which program called what, and what came of it. No body and no query is kept.
    #[command(
        after_help = "Examples:\n  countersign connection uses acme\n  countersign connection uses --caller nightly-sync --failed --since 2026-11-01"
    )]
    Uses {
        /// Only those of this connection
        name: Option<ConnectionId>,
        /// Only those of this caller: its id or its exact name
        #[arg(long, value_name = "CALLER")]
        caller: Option<String>,
        /// Only those from this time on: 2026-11-22T05:00:00Z, 2026-11-22, or how long ago: 2h, 7d
        #[arg(long, value_name = "TIME")]
        since: Option<When>,
        /// Only those that failed
        #[arg(long)]
        failed: bool,
        /// How many rows at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// Follow the chain that binds each row to the one before it, and say where it ends
        #[arg(long, conflicts_with_all = ["name", "caller", "since", "failed"])]
        verify: bool,
    },
    /// Show who did what to connections, callers and grants, newest first
    #[command(
        after_help = "Examples:\n  countersign connection audit acme\n  countersign connection audit --verify\n  countersign connection audit --verify --noted 5f1c0e…"
    )]
    Audit {
        /// Only what was done to this connection
        name: Option<ConnectionId>,
        /// How many rows at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// Follow the chain that binds each row to those before it, and say where it ends
        #[arg(long, conflicts_with = "name")]
        verify: bool,
        /// An end that --verify printed earlier (can be repeated). Fails if the chain no longer contains it: rows were cut off,
        /// or this is an older copy of the connections
        #[arg(long, value_name = "DIGEST", requires = "verify")]
        noted: Vec<String>,
    },
}

/// Values as somebody enters them.
#[derive(Debug, Args)]
pub(crate) struct Entered {
    /// A .env file, JSON, a Postman or Nango export, or a mail with the five values; - for standard input. Without it they
    /// are asked for
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) from: Option<PathBuf>,

    /// The server of a local account, such as http://127.0.0.1:8080 [default: NetSuite's own hosts, or for credentials of
    /// a local account the server of the data folder]
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<LocalServer>,

    /// What kind of account it has to be: any other is refused
    #[arg(long, value_name = "KIND")]
    pub(crate) environment: Option<EnvironmentKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvironmentKind {
    Production,
    Sandbox,
    ReleasePreview,
}

#[derive(Debug, Args)]
pub(crate) struct Passphrase {
    /// The passphrase, as the first line of a file; - for standard input. Without it, it is asked for
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_from: Option<PathBuf>,
}

/// Show all connections at a glance
///
/// As they were last seen: no account is called. It ends with 1 if a connection fails, and with 0 if none does.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  countersign status")]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) at: VaultAt,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Find out what is wrong between this machine and an account
///
/// Asks one thing after another, each on top of what worked: the account ID, the signature, the host, the clock, the login,
/// REST, SuiteQL, RESTlets, SOAP, the concurrency limit. Says what was seen, which causes remain, and where to click. It
/// stops before failed logins could lock a user, and changes nothing in the account.
#[derive(Debug, Args)]
#[command(after_long_help = examples::DOCTOR)]
pub(crate) struct Doctor {
    /// Which connections; without any, all of them
    pub(crate) names: Vec<ConnectionId>,

    /// Look at credentials that are not kept here: a file with the five values, - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "names")]
    pub(crate) credentials: Option<PathBuf>,

    /// The server of a local account, for --credentials
    #[arg(long, value_name = "URL", requires = "credentials")]
    pub(crate) server: Option<LocalServer>,

    /// The word in the Detail column of the Login Audit Trail for the refused login: it names the cause. Given
    /// alone, it is explained and nobody is called
    #[arg(long, value_name = "WORD")]
    pub(crate) detail: Option<String>,

    /// Call this RESTlet instead of one that is not there: its script and deployment IDs
    #[arg(long, value_name = "SCRIPT,DEPLOY", value_parser = restlet)]
    pub(crate) restlet: Option<Restlet>,

    /// Leave out names, account IDs and everything the other side said, so that the output can be sent to others
    #[arg(long)]
    pub(crate) redact: bool,

    /// Write what --redact leaves, with versions, states of connections and what runs in the proxy, into this new file, for
    /// whoever helps you; all of it is printed, too
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["credentials", "json"])]
    pub(crate) bundle: Option<PathBuf>,

    /// Print one JSON object per connection
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) at: VaultAt,
}

/// They stand in a URL as they are.
fn restlet(text: &str) -> Result<Restlet, String> {
    let is_id = |text: &str| {
        (1..=100).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match text.split_once(',') {
        Some((script, deploy)) if is_id(script) && is_id(deploy) => Ok(Restlet {
            script: script.to_owned(),
            deploy: deploy.to_owned(),
        }),
        _ => Err("write it as SCRIPT,DEPLOY, such as 6,1 or customscript_sync,customdeploy1".to_owned()),
    }
}
