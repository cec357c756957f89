//! The signing proxy, and who may call through it.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::{NonZeroU8, NonZeroU32};
use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum, ValueHint};
use countersign_protocol::AccountId;
use countersign_vault::{ConnectionId, GrantId, Target};

use super::at::{Out, Sure};
use super::examples;
use super::vault::VaultAt;
use super::words::{grant_id, host_name, limit, record_type, script, share, target_path};
use crate::listen;

/// Call accounts for programs that hold no credentials
///
/// A program calls /c/CONNECTION/ with NetSuite's own path behind it and a key of its own. The proxy checks its
/// grants, waits for a slot of the account, and signs the request when it sends it. Changes in the vault take effect within a
/// second. Ctrl-C waits for running requests to finish; a second Ctrl-C stops at once.
#[derive(Debug, Args)]
#[command(after_long_help = examples::PROXY)]
pub(crate) struct ProxyCommand {
    #[command(flatten)]
    pub(crate) at: VaultAt,

    /// The address to listen on: HOST:PORT, :PORT or PORT; port 0 takes a free one. One that others can reach needs
    /// --tls-cert
    #[arg(long, value_name = "ADDR", value_parser = listen::parse, default_value = "127.0.0.1:8090")]
    pub(crate) listen: SocketAddr,

    /// A Unix socket to listen on too, for programs of this user
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) socket: Option<PathBuf>,

    /// The certificate chain to listen with TLS, as PEM
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// Its private key, as PEM
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Another host name the proxy is called by (can be repeated)
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    pub(crate) host: Vec<String>,

    /// Serve the pages of connections on this address, for a person with a browser; `countersign connection pages` makes the
    /// link that signs in. Beyond this machine it needs --tls-cert and --host
    #[arg(long, value_name = "ADDR", value_parser = listen::parse, num_args = 0..=1, default_missing_value = "127.0.0.1:8091")]
    pub(crate) pages: Option<SocketAddr>,

    /// The address for /healthz, /readyz, /metrics and /governor, which ask for no key
    #[arg(long, value_name = "ADDR", value_parser = listen::parse)]
    pub(crate) status: Option<SocketAddr>,

    /// How many requests an account runs at once, ACCOUNT=N, instead of finding it out (can be repeated)
    #[arg(long, value_name = "ACCOUNT=N", value_parser = limit)]
    pub(crate) limit: Vec<(AccountId, NonZeroU32)>,

    /// Slots of each account to leave to programs that do not call through here
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) reserve: u32,

    /// Seconds a request may wait for a slot, where its caller does not say
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub(crate) wait: u64,

    /// When the rows that say who used a connection are written
    #[arg(long, value_name = "WHEN", default_value = "grouped")]
    pub(crate) audit: AuditWhen,

    /// Make the links in answers lead back through the proxy, also where the caller does not ask for it
    #[arg(long)]
    pub(crate) rewrite_links: bool,

    /// With TLS, accept addresses of local accounts on this machine from callers that administer connections; without TLS
    /// they are always accepted
    #[arg(long)]
    pub(crate) local_servers: bool,

    /// Tell accounts of the trace of a call, in the header traceparent. Traces go to the collector in
    /// OTEL_EXPORTER_OTLP_ENDPOINT, where it is set
    #[arg(long)]
    pub(crate) pass_traceparent: bool,

    /// Seconds that running requests have to finish when the proxy stops
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) grace: u64,

    /// Print the start as one JSON object for machines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditWhen {
    /// Many rows at once, after the answers
    Grouped,
    /// A row before each call as well: what cannot be written down is not sent
    Strict,
}

/// Show what runs at each account through the proxy now
///
/// Of each account that was called: its slots and how many are taken, the limit and who said so, who waits and for how long,
/// requests a second, what the last minute brought, each caller's part, and connections whose logins are stopped. It asks
/// the proxy of the data folder over a socket that only its owner can open.
#[derive(Debug, Args)]
#[command(after_long_help = examples::GOVERNOR)]
pub(crate) struct Governor {
    /// The data folder of the proxy [default: ~/.local/share/countersign, or countersign below $XDG_DATA_HOME]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// Look again each second until Ctrl-C: in place on a terminal, or else a line for each account
    #[arg(short, long)]
    pub(crate) watch: bool,

    /// Print one JSON object per look
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run a program with an address and a key instead of credentials
///
/// The program calls the proxy that runs for this data folder, or one that is started for it. Its key opens one connection.
/// It is revoked when the program ends, and expires after 24 hours in any case. Signals and the exit code are passed on.
#[derive(Debug, Args)]
#[command(after_long_help = examples::EXEC)]
pub(crate) struct Exec {
    #[command(flatten)]
    pub(crate) at: VaultAt,

    /// The connection it may use
    #[arg(long, value_name = "NAME")]
    pub(crate) connection: ConnectionId,

    /// Let it only read
    #[arg(long)]
    pub(crate) read_only: bool,

    /// The program and its arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true, value_name = "CMD", value_hint = ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<OsString>,
}

/// Look after the programs that may call through the proxy
///
/// A caller has a key, and may do what its grants name. It is named by its id or its exact name.
#[derive(Debug, Args)]
#[command(after_long_help = examples::CALLER)]
pub(crate) struct Caller {
    #[command(subcommand)]
    pub(crate) action: CallerAction,

    #[command(flatten)]
    pub(crate) at: VaultAt,

    /// Print JSON for machines
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CallerAction {
    /// Add a caller, and print its key once
    #[command(
        after_help = "Example:\n  countersign caller add nightly-sync --expires-in-days 90 --out sync.env"
    )]
    Add {
        /// What it is
        name: String,
        /// For how many days its key is valid [default: until it is revoked]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3660))]
        expires_in_days: Option<u32>,
        /// Let it make, change and remove connections through Nango's API
        #[arg(long)]
        administers: bool,
        #[command(flatten)]
        out: Out,
    },
    /// List the callers whose keys open something
    #[command(after_help = "Examples:\n  countersign caller list\n  countersign caller list --all")]
    List {
        /// Also those that were revoked or have expired, and those that `exec` made and revoked
        #[arg(long)]
        all: bool,
    },
    /// Revoke a caller's key and grants, for good
    #[command(after_help = "Example:\n  countersign caller revoke nightly-sync")]
    Revoke {
        /// Id or exact name
        caller: String,
        #[command(flatten)]
        sure: Sure,
    },
}

/// Look after what callers may do
///
/// A grant opens one connection to one caller, for what it names and nothing else.
#[derive(Debug, Args)]
#[command(after_long_help = examples::GRANT)]
pub(crate) struct GrantCommand {
    #[command(subcommand)]
    pub(crate) action: GrantAction,

    #[command(flatten)]
    pub(crate) at: VaultAt,

    /// Print JSON for machines
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GrantAction {
    /// Let a caller use a connection
    #[command(
        after_help = "Example:\n  countersign grant add --caller nightly-sync --connection acme \\\n    --service rest \\\n    --record customer --read-only"
    )]
    Add(Box<GrantAdd>),
    /// List grants
    #[command(after_help = "Example:\n  countersign grant list --caller nightly-sync")]
    List {
        /// Only those of this caller: id or exact name
        #[arg(long)]
        caller: Option<String>,
    },
    /// Revoke a grant, for good
    #[command(after_help = "Example:\n  countersign grant revoke 3")]
    Revoke {
        /// Its id
        #[arg(value_parser = grant_id)]
        grant: GrantId,
        #[command(flatten)]
        sure: Sure,
    },
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("services").args(["service", "all"]).required(true)))]
pub(crate) struct GrantAdd {
    /// Who: id or exact name
    #[arg(long)]
    pub(crate) caller: String,

    /// The connection it may use
    #[arg(long, value_name = "NAME")]
    pub(crate) connection: ConnectionId,

    /// A service it may call (can be repeated)
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Vec<ServiceWord>,

    /// Open every service
    #[arg(long)]
    pub(crate) all: bool,

    /// A method it may use (can be repeated) [default: all]
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Vec<MethodWord>,

    /// A path it may call, and all below it (can be repeated); without --path, --record and --script, every path
    #[arg(long, value_name = "PATH", value_parser = target_path)]
    pub(crate) path: Vec<Target>,

    /// A type of record it may use over REST (can be repeated)
    #[arg(long, value_name = "TYPE", value_parser = record_type)]
    pub(crate) record: Vec<Target>,

    /// A RESTlet it may call, SCRIPT or SCRIPT:DEPLOY (can be repeated)
    #[arg(long, value_name = "SCRIPT", value_parser = script)]
    pub(crate) script: Vec<Target>,

    /// Only calls that surely change nothing
    #[arg(long)]
    pub(crate) read_only: bool,

    /// Its weight where requests of several callers wait for the account's slots: 1 to 255
    #[arg(long, value_name = "N", default_value = "1", value_parser = share)]
    pub(crate) share: NonZeroU8,

    /// For how many days it is valid [default: until it is revoked]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub(crate) expires_in_days: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServiceWord {
    /// REST web services, except SuiteQL
    Rest,
    Suiteql,
    Restlet,
    Soap,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MethodWord {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}
