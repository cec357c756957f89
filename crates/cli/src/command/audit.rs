//! `countersign audit`.

use clap::{Args, Subcommand};
use countersign_admin::{
    ExecutionStatusWord, OutcomeWord, RecordKindWord, SecurityChallengeWord, SurfaceWord,
};

use super::at::At;
use super::examples;
use super::integration::Length;
use super::listed::OneOf;
use super::words::When;

/// Show the Login Audit Trail: who logged in, and why somebody was refused
///
/// Every login of the account, newest first, and for a refused one the Detail word, the mistake where it is known, and what
/// to do. It is asked of the running server, or read from the folder of one that is stopped. Times are UTC. A text fits
/// where its column holds it, upper and lower case aside; a row is shown where everything fits.
#[derive(Debug, Args)]
#[command(after_long_help = examples::AUDIT)]
pub(crate) struct Audit {
    #[command(subcommand)]
    pub(crate) other: Option<OtherAudit>,

    #[command(flatten)]
    pub(crate) logins: Box<Logins>,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct Logins {
    /// Only logins that failed
    #[arg(long, conflicts_with = "status")]
    pub(crate) failures: bool,

    /// How the login ended
    #[arg(long, value_parser = OneOf::<OutcomeWord>::list())]
    pub(crate) status: Option<OutcomeWord>,

    /// Logins of this user, by internal id or exact name
    #[arg(long)]
    pub(crate) user: Option<String>,

    /// Logins with this role, by internal id or exact name
    #[arg(long)]
    pub(crate) role: Option<String>,

    /// From this time on: 2026-11-22, 2026-11-22T05:00:00Z, or so long ago: 30s, 15m, 2h, 7d
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<When>,

    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<When>,

    /// The whole email address
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email_address: Option<String>,

    /// Addresses, ranges and networks, with commas between them
    #[arg(long, value_name = "ADDRESSES")]
    pub(crate) ip_address: Option<String>,

    /// The user agent
    #[arg(long, value_name = "TEXT")]
    pub(crate) user_agent: Option<String>,

    /// The path that was asked for
    #[arg(long, value_name = "TEXT")]
    pub(crate) request_uri: Option<String>,

    /// How the second factor went, where one was asked for
    #[arg(long, value_name = "OUTCOME", value_parser = OneOf::<SecurityChallengeWord>::list())]
    pub(crate) security_challenge: Option<SecurityChallengeWord>,

    /// The token-based application's name
    #[arg(long, value_name = "TEXT")]
    pub(crate) application_name: Option<String>,

    /// The access token's name
    #[arg(long, value_name = "TEXT")]
    pub(crate) token_name: Option<String>,

    /// A word of the Detail column, in any service's spelling
    #[arg(long, value_name = "WORD")]
    pub(crate) detail: Option<String>,

    /// The service
    #[arg(long, value_parser = OneOf::<SurfaceWord>::list())]
    pub(crate) service: Option<SurfaceWord>,

    /// The id of a mistake
    #[arg(long, value_name = "ID")]
    pub(crate) mistake: Option<String>,

    /// How many rows [default: 20, and all of them with --csv]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,

    /// Go on with each new row until Ctrl-C, oldest first
    #[arg(long, conflicts_with = "csv")]
    pub(crate) follow: bool,

    /// Print comma-separated values (RFC 4180), every column
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OtherAudit {
    /// Show system notes: who changed what, when, from which value to which
    Notes {
        /// Only notes of this kind of record
        #[arg(value_parser = OneOf::<RecordKindWord>::list())]
        kind: Option<RecordKindWord>,
        /// The record, by internal id or exact name; none of the account itself
        record: Option<String>,
        /// How many at most, up to 500
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
    },
    /// Show the execution log: what was called, by whom, and how it ended
    Executions(Box<Executions>),
}

#[derive(Debug, Args)]
pub(crate) struct Executions {
    /// Only calls of this integration record, by internal id or exact name
    #[arg(long, value_name = "RECORD")]
    pub(crate) application: Option<String>,

    /// The service
    #[arg(long, value_parser = OneOf::<SurfaceWord>::list())]
    pub(crate) service: Option<SurfaceWord>,

    /// How the login ended
    #[arg(long, value_parser = OneOf::<ExecutionStatusWord>::list())]
    pub(crate) status: Option<ExecutionStatusWord>,

    /// From this time on: 2026-11-22, 2026-11-22T05:00:00Z, or so long ago: 30s, 15m, 2h, 7d
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<When>,

    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<When>,

    /// The SOAP operation, or the HTTP method
    #[arg(long, value_name = "TEXT")]
    pub(crate) operation: Option<String>,

    /// The path that was asked for
    #[arg(long, value_name = "TEXT")]
    pub(crate) request_uri: Option<String>,

    #[command(flatten)]
    pub(crate) length: Length,
}
