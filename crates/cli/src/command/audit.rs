//! `countersign audit`.

use std::str::FromStr;

use clap::{Args, Subcommand};
use countersign_admin::{
    ExecutionStatusWord, OutcomeWord, RecordKindWord, RowId, SecurityChallengeWord, SurfaceWord,
};

use super::at::At;
use super::examples;
use super::integration::Length;
use super::listed::OneOf;
use super::words::When;

/// Show the Login Audit Trail: who logged in, and why somebody was refused
///
/// Every login of the account, newest first, and for a refused one the Detail word, the mistake where it is known, and what
/// to do. It is asked of the running server, or read from the folder of one that is stopped. Times are UTC. A text
/// matches a column that contains it, in upper or lower case; a row is shown where every filter matches.
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

    /// Only logins with this outcome
    #[arg(long, value_parser = OneOf::<OutcomeWord>::list())]
    pub(crate) status: Option<OutcomeWord>,

    /// Logins of this user, by internal id or exact name
    #[arg(long)]
    pub(crate) user: Option<String>,

    /// Logins with this role, by internal id or exact name
    #[arg(long)]
    pub(crate) role: Option<String>,

    /// From this time on: 2026-11-22, 2026-11-22T05:00:00Z, or how long ago: 30s, 15m, 2h, 7d
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

    /// What the caller says it is, in its header User-Agent
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

    /// Only logins to this service
    #[arg(long, value_parser = OneOf::<SurfaceWord>::list())]
    pub(crate) service: Option<SurfaceWord>,

    /// The id of a mistake, as a refused login shows it after its Detail word
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

/// Follow the calls of a running account: a line each, and for a refused one what was wrong
///
/// A bad signature is followed by the mistake behind it as soon as that is found out, with what was signed above what
/// should have been and the first difference marked. `countersign audit why` shows the rest. Times are UTC.
#[derive(Debug, Args)]
#[command(after_long_help = examples::WATCH)]
pub(crate) struct Watch {
    #[command(flatten)]
    pub(crate) at: At,
}

/// A row of the Login Audit Trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhichLogin {
    /// The last that was refused.
    Last,
    Row(RowId),
}

impl FromStr for WhichLogin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "last" => Ok(Self::Last),
            text => text
                .parse()
                .map(Self::Row)
                .map_err(|_| "write last, or the id of a row as audit and watch show it"),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum OtherAudit {
    /// Explain why a login was refused: what went wrong, the proof, and how to mend it
    ///
    /// A refused signature is computed anew under each known mistake, until one gives the signature that was sent. That
    /// proves it: both base strings are shown, with the first difference marked.
    #[command(
        after_help = "Examples:\n  The last one that was refused:\n    countersign audit why\n\n  One of the list, by its id:\n    countersign audit --failures\n    countersign audit why 1882553344640155648"
    )]
    Why {
        /// The id of the row, or last for the last refused login
        #[arg(value_name = "ID", default_value = "last")]
        id: WhichLogin,
    },
    /// Show system notes: who changed what, when, from which value to which
    #[command(
        after_help = "Examples:\n  countersign audit notes\n  countersign audit notes role Integrator\n  countersign audit notes account --limit 10"
    )]
    Notes {
        /// Only notes of this kind of record
        #[arg(value_parser = OneOf::<RecordKindWord>::list())]
        kind: Option<RecordKindWord>,
        /// The record, by internal id or exact name; for the account itself there is none
        record: Option<String>,
        /// Only notes older than the one with this id, which ended a list that was cut off
        #[arg(long, value_name = "ID")]
        before: Option<i64>,
        #[command(flatten)]
        length: Length,
    },
    /// Show the execution log: what was called, by whom, and how it ended
    Executions(Box<Executions>),
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  countersign audit executions --application 'Warehouse Sync' --since 1h")]
pub(crate) struct Executions {
    /// Only calls of this integration record, by internal id or exact name
    #[arg(long, value_name = "RECORD")]
    pub(crate) application: Option<String>,

    /// Only calls of this service
    #[arg(long, value_parser = OneOf::<SurfaceWord>::list())]
    pub(crate) service: Option<SurfaceWord>,

    /// Only calls with this outcome: finished, failed (the service answered with an error), or rejected (for concurrency)
    #[arg(long, value_parser = OneOf::<ExecutionStatusWord>::list())]
    pub(crate) status: Option<ExecutionStatusWord>,

    /// From this time on: 2026-11-22, 2026-11-22T05:00:00Z, or how long ago: 30s, 15m, 2h, 7d
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<When>,

    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<When>,

    /// Part of the SOAP operation or of the HTTP method
    #[arg(long, value_name = "TEXT")]
    pub(crate) operation: Option<String>,

    /// The path that was asked for
    #[arg(long, value_name = "TEXT")]
    pub(crate) request_uri: Option<String>,

    #[command(flatten)]
    pub(crate) length: Length,
}
