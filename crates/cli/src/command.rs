//! The command line. The doc comments are the help texts: the first paragraph of a command is its line in the list.

mod account;
mod at;
mod audit;
mod connection;
mod examples;
mod explain;
mod integration;
mod lever;
mod lifecycle;
mod listed;
mod proxy;
mod record;
mod role;
mod script;
mod token;
mod user;
mod vault;
mod way_in;
mod words;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

pub(crate) use account::{Account, AccountAction, Governance, SetUpAction};
pub(crate) use at::{At, Out, Sure};
pub(crate) use audit::{Audit, Executions, Logins, OtherAudit, Watch, WhichLogin};
pub(crate) use connection::{
    Connection, ConnectionAction, Doctor, Entered, EnvironmentKind, Passphrase, Status,
};
pub(crate) use explain::Explain;
pub(crate) use integration::{Integration, IntegrationAction, Length};
pub(crate) use lever::{ClockTurn, FaultAction, Lever, LeverAction};
pub(crate) use lifecycle::{Apply, Backup, Create, Export, LifecycleAction, Restore};
pub(crate) use proxy::{
    AuditWhen, Caller, CallerAction, Exec, Governor, GrantAction, GrantAdd, GrantCommand, MethodWord,
    ProxyCommand, ServiceWord,
};
pub(crate) use record::{How, Record, RecordAction, RecordType, RecordTypeAction};
pub(crate) use role::{Role, RoleAction};
pub(crate) use script::{Logs, Script, ScriptAction, SecretAction};
pub(crate) use token::{ApiKey, ApiKeyAction, Token, TokenAction};
pub(crate) use user::{User, UserAction};
pub(crate) use vault::VaultAt;
pub(crate) use way_in::{Env, Form, Run};
pub(crate) use words::When;

use crate::{listen, output};

/// Find out why NetSuite refuses a login by token (TBA, OAuth 1.0a): a local account, a signer, a diagnosis.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = examples::PROGRAM)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// What to log to standard error: off, error, warn, info, debug, trace, or a filter such as
    /// countersign_server=debug. Without it, serve logs each request (info) and the other
    /// commands log warnings
    #[arg(long, global = true, help_heading = "Log", env = "COUNTERSIGN_LOG", value_name = "LEVEL", value_parser = output::log_filter)]
    pub(crate) log: Option<String>,

    /// Log as JSON, one line per event
    #[arg(long, global = true, help_heading = "Log")]
    pub(crate) log_json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(Run),
    Explain(Box<Explain>),
    Mistakes(Mistakes),
    Coverage(CoverageAsked),
    Demo(Demo),
    Serve(Serve),
    Env(Env),
    Watch(Watch),
    Audit(Audit),
    Call(Call),
    Sign(Sign),
    Conformance(Conformance),
    Connection(Connection),
    Status(Status),
    Doctor(Box<Doctor>),
    Account(Account),
    Integration(Integration),
    Role(Role),
    User(User),
    Token(Token),
    ApiKey(ApiKey),
    Governance(Governance),
    RecordType(RecordType),
    Record(Record),
    Script(Script),
    Logs(Logs),
    Lever(Lever),
    Proxy(Box<ProxyCommand>),
    Governor(Governor),
    Exec(Exec),
    Caller(Caller),
    Grant(GrantCommand),
    Key(Key),
    Backup(Backup),
    Restore(Restore),
    #[command(hide = true)]
    ScriptWorker(ScriptWorker),
    /// Print a completion script for your shell
    ///
    /// It completes commands, flags, files, the words of closed lists such as features, and the names of connections, accounts
    /// and callers of the data folder.
    #[command(after_long_help = examples::COMPLETIONS)]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// Show the whole way: five steps of set-up, a signed REST call, a SOAP call, and a wrong call refused
///
/// It makes an account in a temporary folder with what the guides ask for (features, integration record, role and user,
/// access token), calls it over real HTTP, and shows the Login Audit Trail. Nothing is left behind.
#[derive(Debug, Args)]
#[command(after_long_help = examples::DEMO)]
pub(crate) struct Demo {
    /// Keep the account in this folder and leave it running
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) keep: Option<PathBuf>,

    /// Print one JSON object for machines
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run local accounts
///
/// The first start makes an account with its key, an administrator and a ready token, and prints the token's values once.
/// Later starts print the address of every account in the data folder; each also has a host name of its own, such as
/// 1234567-sb1.localhost. Ctrl-C waits for running requests to finish; a second Ctrl-C stops at once.
#[derive(Debug, Args)]
#[command(after_long_help = examples::SERVE)]
pub(crate) struct Serve {
    /// The data folder, where accounts are kept; for the first account an empty folder, or one that is not there yet
    /// [default: ~/.local/share/countersign, or countersign below $XDG_DATA_HOME]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// The address to listen on: HOST:PORT, :PORT or PORT. Port 0 takes a free one, and the same one at later starts
    /// [default: the port that was free the last time, or 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", value_parser = listen::parse)]
    pub(crate) listen: Option<SocketAddr>,

    /// A second address, written as for --listen: for calls with TLS, and as the proxy that `countersign run` and `env` lead
    /// programs to. On port 443 it takes the calls of programs that a hosts file sends here [default: a free port of
    /// 127.0.0.1, and the same one at later starts]
    #[arg(long, value_name = "ADDR", value_parser = listen::parse)]
    pub(crate) tls: Option<SocketAddr>,

    /// Let programs that come through the proxy reach hosts that are not NetSuite's, too
    #[arg(long)]
    pub(crate) allow_other_hosts: bool,

    /// Let scripts call this host too, with N/https and N/http; several times for several [default: only the account's own]
    #[arg(long, value_name = "HOST")]
    pub(crate) script_may_call: Vec<String>,

    /// Where scripts run: in threads of this process, or each in a process of its own, which the system limits and which can
    /// always be stopped. Choose process for scripts that you do not trust
    #[arg(long, value_name = "WHERE", value_enum, default_value_t = Isolate::Thread)]
    pub(crate) isolate: Isolate,

    /// How long a script may run, in seconds; NetSuite gives a RESTlet five minutes
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) script_time_limit: u64,

    /// Create a new account from this file, beside the existing ones (see docs/account-file.md)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) account: Option<PathBuf>,

    /// Create the first account without the records of the demonstration company; an account file decides this itself
    #[arg(long, conflicts_with = "account")]
    pub(crate) empty: bool,

    /// How many requests of an account may run at once, instead of what its service tier gives
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) concurrency: Option<u32>,

    /// Another host name of this machine to answer to (can be repeated)
    #[arg(long, value_name = "NAME", value_parser = words::host_name)]
    pub(crate) host: Vec<String>,

    /// A proxy whose X-Forwarded-* headers are believed, as an address or network (can be repeated)
    #[arg(long, value_name = "NETWORK")]
    pub(crate) trust: Vec<countersign_front::Network>,

    /// Listen without TLS on an address that others can reach
    #[arg(long)]
    pub(crate) allow_plain_http: bool,

    /// Print the start as one JSON object for machines
    #[arg(long)]
    pub(crate) json: bool,
}

/// Make a signed call, like curl
///
/// A path goes to the account's own host, or to NETSUITE_BASE_URL where that is given; a URL must be of that account or of
/// this machine. No redirect is followed.
#[derive(Debug, Args)]
#[command(after_long_help = examples::CALL)]
pub(crate) struct Call {
    /// GET, POST, PUT, PATCH, DELETE …
    #[arg(value_parser = words::method)]
    pub(crate) method: http::Method,

    /// A path, or a whole URL
    pub(crate) url: String,

    /// A parameter to add to the query, NAME=VALUE, as plain text (can be repeated)
    #[arg(long, value_name = "NAME=VALUE", value_parser = words::parameter)]
    pub(crate) query: Vec<(String, String)>,

    /// A header, NAME: VALUE (can be repeated)
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    pub(crate) headers: Vec<String>,

    /// The body; @FILE reads a file, @- standard input
    #[arg(short, long, value_name = "DATA")]
    pub(crate) data: Option<String>,

    /// Try again while the account is busy, this many times, each time signed anew
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub(crate) retry: u32,

    /// Show status and headers of the answer too
    #[arg(short, long)]
    pub(crate) include: bool,

    /// Print status, headers and body as one JSON object
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) credentials: CredentialsFrom,
}

/// Where the credentials come from: never from the command line, which every process on the machine can read.
#[derive(Debug, Args)]
pub(crate) struct CredentialsFrom {
    /// A .env or JSON file with the account ID and the four credentials; - for standard input. Without it the
    /// NETSUITE_* variables of the environment are read, or .env in this folder where there are none
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, env = "COUNTERSIGN_CREDENTIALS")]
    pub(crate) credentials: Option<PathBuf>,
}

/// Print a signature without sending anything
///
/// For an HTTP request it is the value of its Authorization header; with --as, a SOAP TokenPassport or the password of a
/// SuiteAnalytics Connect session. Each is good once, within five minutes.
#[derive(Debug, Args)]
#[command(after_long_help = examples::SIGN)]
pub(crate) struct Sign {
    /// The method of the request to sign
    #[arg(required_unless_present = "as_kind", value_parser = words::method)]
    pub(crate) method: Option<http::Method>,

    /// The URL or path of the request to sign
    #[arg(required_unless_present = "as_kind")]
    pub(crate) url: Option<String>,

    /// What to make instead of an Authorization header
    #[arg(long = "as", value_name = "KIND", id = "as_kind", conflicts_with_all = ["method", "url", "form"])]
    pub(crate) kind: Option<SignKind>,

    /// A form body to sign with the request; @FILE reads a file, @- standard input
    #[arg(long, value_name = "DATA")]
    pub(crate) form: Option<String>,

    /// The SOAP endpoint's version, for a passport [default: 2025_2]
    #[arg(long, value_name = "YYYY_N", conflicts_with_all = ["method", "url"])]
    pub(crate) soap_version: Option<countersign_protocol::EndpointVersion>,

    /// The timestamp to sign with, in seconds since 1970, instead of now
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timestamp: Option<u64>,

    /// The nonce to sign with, instead of a random one
    #[arg(long, value_name = "TEXT")]
    pub(crate) nonce: Option<String>,

    /// Show how the signature comes about: parameters, base string, the shape of the key
    #[arg(long)]
    pub(crate) explain: bool,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) credentials: CredentialsFrom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignKind {
    /// The tokenPassport element of a SOAP header
    Passport,
    /// The password of a SuiteAnalytics Connect session
    ConnectPassword,
}

/// Test a signer and a verifier against known answers
///
/// Runs our own over the test vectors, somebody else's signer with --exec, or whole accounts with --server. Prints one
/// line per vector, and at the end `N passed, M failed, K not covered`. docs/conformance.md describes what a signer is given
/// and may answer, and which states of an account a vector can ask for.
#[derive(Debug, Args)]
#[command(after_long_help = examples::CONFORMANCE)]
pub(crate) struct Conformance {
    /// A vectors file; without it the ones built in
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) vectors: Option<PathBuf>,

    /// Grade this signer, run by sh: it gets each vector as JSON on standard input and prints the header or the
    /// signature, within 10 seconds
    #[arg(long, value_name = "CMD")]
    pub(crate) exec: Option<String>,

    /// Send the request of each vector of FILE, or of each built-in vector, over HTTP to a new account in the state that the
    /// vector describes; judge the answer and the Login Audit Trail
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, num_args = 0..=1, conflicts_with_all = ["exec", "vectors"])]
    pub(crate) server: Option<Option<PathBuf>>,

    /// Name the mistake of each vector's request from what was sent and the account's state, the most specific first, without
    /// looking at what the vector says about it
    #[arg(long, conflicts_with_all = ["exec", "server"])]
    pub(crate) diagnose: bool,

    /// Only vectors of this kind of signature
    #[arg(long, value_name = "KIND")]
    pub(crate) only: Option<Signed>,

    /// Print one JSON object per vector, and one for the total
    #[arg(long)]
    pub(crate) json: bool,
}

/// List the mistakes that can be named, or explain one
///
/// Each has an id that never changes; the Login Audit Trail, the admin API and `conformance --diagnose` give it.
#[derive(Debug, Args)]
#[command(after_long_help = examples::MISTAKES)]
pub(crate) struct Mistakes {
    /// The one to explain, by its id
    pub(crate) id: Option<String>,

    /// Print one JSON object per mistake
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where scripts run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Isolate {
    Thread,
    Process,
}

/// Run the one SuiteScript that comes in on standard input: started by the account for a script in a process of its own
#[derive(Debug, Args)]
pub(crate) struct ScriptWorker {
    /// Instead, print NetSuite's modules and what there is of each, as JSON
    #[arg(long)]
    pub(crate) members: bool,
}

/// List the services, record types and SuiteQL functions that are emulated, and those that answer 501
///
/// The lists come from the program itself. Types say how deep they go: stored and validated; defaulted, sourced and totalled;
/// transformed, with general-ledger lines.
#[derive(Debug, Args)]
#[command(after_long_help = examples::COVERAGE)]
pub(crate) struct CoverageAsked {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a vector's signature travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Signed {
    /// An Authorization header
    Header,
    /// The tokenPassport of a SOAP envelope
    Passport,
    /// The password of a SuiteAnalytics Connect session
    Connect,
}

/// Look after the keys that seal the secrets of every account of a data folder
///
/// The accounts must not be running. The keys folder is what a backup needs beside the rest: without it no secret can be
/// opened again.
#[derive(Debug, Args)]
#[command(after_long_help = examples::KEY)]
pub(crate) struct Key {
    /// The data folder
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) action: KeyAction,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum KeyAction {
    /// Open every secret once and say how many did
    #[command(after_help = "Example:\n  countersign key check")]
    Check,
    /// Make a new data key and seal every secret with it; can be stopped and run again
    #[command(after_help = "Example:\n  countersign key rotate")]
    Rotate,
    /// Make a new key file and wrap the data keys with it
    #[command(after_help = "Example:\n  countersign key rewrap")]
    Rewrap,
}
