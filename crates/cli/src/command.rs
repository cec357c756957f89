//! The command line. The doc comments are the help texts.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

/// Token-based authentication (TBA) for NetSuite, both ends of the wire.
///
/// Run a local account that verifies every signed call and names the mistake when one is refused, and sign calls to
/// real accounts. Start with `countersign demo`, which shows the whole way in two seconds.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Exit codes:
  0  done
  1  done, and the answer is no: a call was refused, a vector failed
  2  the command line makes no sense
  3  something given cannot be used: credentials, a file, a data folder, a key
  4  nobody answered
  5  the system did not play along: disk, port, memory

Countersign is independent of Oracle and NetSuite.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// What to log to standard error: error, warn, info, debug, or a filter such as countersign_server=debug. Without
    /// it, serve logs each request (info), the others warnings
    #[arg(long, global = true, env = "COUNTERSIGN_LOG", value_name = "LEVEL")]
    pub(crate) log: Option<String>,

    /// Log as JSON, a line an event
    #[arg(long, global = true)]
    pub(crate) log_json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole way: five steps of set-up, a signed REST call, a SOAP call, and a wrong one refused
    Demo(Demo),
    /// Run the local account
    Serve(Serve),
    /// Make a signed call, like curl
    Call(Call),
    /// Print a signature without sending anything
    Sign(Sign),
    /// Test a signer and a verifier against known answers
    Conformance(Conformance),
    /// Show the Login Audit Trail of a running account
    Audit(Audit),
    /// Look after the keys that seal an account's secrets
    Key(Key),
    /// Print a completion script for your shell
    ///
    /// For bash: countersign completions bash > ~/.local/share/bash-completion/completions/countersign
    Completions { shell: clap_complete::Shell },
}

/// Show the whole way in a temporary folder: features, integration record, role and user, access token, first call.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the account in this folder and leave it running
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) keep: Option<PathBuf>,

    /// Print one JSON object for machines
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run the local account. The first start makes its key, an administrator and a ready token, and prints them once.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where the account is kept; made when it is not there
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,

    /// Start a new account from this file (see docs/account-file.md)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) account: Option<PathBuf>,

    /// Requests that may run at once, for REST, SOAP and RESTlets together
    #[arg(long, value_name = "N", default_value_t = countersign_authority::DEVELOPMENT_CONCURRENCY, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) concurrency: u32,

    /// Another host name this account answers to (can be repeated)
    #[arg(long, value_name = "NAME")]
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

/// Make a signed call. A path goes to the account's own host; a URL must be of that account or of this machine.
///
/// Example: countersign call GET '/services/rest/record/v1/customer?limit=3' --credentials .env
#[derive(Debug, Args)]
pub(crate) struct Call {
    /// GET, POST, PUT, PATCH, DELETE …
    pub(crate) method: http::Method,

    /// A path, or a whole URL
    pub(crate) url: String,

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
    /// NETSUITE_* variables of the environment are read
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) credentials: Option<PathBuf>,
}

/// Print a signature: for an HTTP request, a SOAP TokenPassport, or a SuiteAnalytics Connect password.
///
/// Example: countersign sign GET /services/rest/record/v1/customer/1 --credentials .env --explain
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The method of the request to sign
    #[arg(required_unless_present = "as_kind")]
    pub(crate) method: Option<http::Method>,

    /// The URL or path of the request to sign
    #[arg(required_unless_present = "as_kind")]
    pub(crate) url: Option<String>,

    /// What to make instead of an Authorization header
    #[arg(long = "as", value_name = "KIND", id = "as_kind")]
    pub(crate) kind: Option<SignKind>,

    /// A form body to sign with the request; @FILE reads a file, @- standard input
    #[arg(long, value_name = "DATA")]
    pub(crate) form: Option<String>,

    /// The SOAP endpoint's version
    #[arg(long, value_name = "YYYY_N", default_value = "2025_2")]
    pub(crate) soap_version: countersign_protocol::EndpointVersion,

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

/// Run our signer and verifier, or somebody else's signer, over test vectors.
///
/// Prints a line a vector, and at the end `N passed, M failed`.
#[derive(Debug, Args)]
pub(crate) struct Conformance {
    /// A vectors file; without it the ones built in
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) vectors: Option<PathBuf>,

    /// Grade this signer: it gets each vector as JSON on standard input and prints the header or the signature
    #[arg(long, value_name = "CMD")]
    pub(crate) exec: Option<String>,

    /// Print a JSON object a vector and one for the total
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show the Login Audit Trail, newest first: every login, and for a refused one the Detail word and the reason.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// The data folder of the account
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    /// Only logins that failed
    #[arg(long)]
    pub(crate) failures: bool,

    /// How many rows
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Look after the keys that seal an account's secrets. The account must not be running.
#[derive(Debug, Args)]
pub(crate) struct Key {
    /// The data folder of the account
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) action: KeyAction,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum KeyAction {
    /// Open every secret once and say how many did
    Check,
    /// Make a new data key and seal every secret with it; can be stopped and run again
    Rotate,
    /// Make a new key file and wrap the data keys with it
    Rewrap,
}
