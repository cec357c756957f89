//! `countersign lever`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use countersign_admin::{FaultKindJson, FaultServiceWord, Moment};

use super::at::At;
use super::examples;
use super::words::{moment, span};

/// Play with a running test account: its clock, and faults of its services
///
/// The account must be marked as a test account and allow the lever in its settings. Every lever that is pulled is written
/// into the System Notes, and every answer of the account says which are in force. After a restart none is.
#[derive(Debug, Args)]
#[command(after_long_help = examples::LEVER)]
pub(crate) struct Lever {
    #[command(subcommand)]
    pub(crate) action: LeverAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LeverAction {
    /// Show which levers the account allows, and what is in force
    #[command(after_help = "Example:\n  countersign lever show")]
    Show,
    /// Move the one clock of the account
    #[command(
        after_help = "Examples:\n  countersign lever clock freeze\n  countersign lever clock advance 10m\n  countersign lever clock follow-system"
    )]
    Clock {
        #[command(subcommand)]
        turn: ClockTurn,
    },
    /// Dial faults in, and remove them
    #[command(
        after_help = "Examples:\n  countersign lever fault add refuse --every 3\n  countersign lever fault list\n  countersign lever fault clear"
    )]
    Fault {
        #[command(subcommand)]
        fault: FaultAction,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClockTurn {
    /// Let the clock stand still, at what it shows or at a moment
    #[command(after_help = "Example:\n  countersign lever clock freeze 2026-11-22T05:00:00Z")]
    Freeze {
        /// Such as 2026-11-22T05:00:00Z
        #[arg(value_parser = moment)]
        moment: Option<Moment>,
    },
    /// Let the clock run on from a moment
    #[command(after_help = "Example:\n  countersign lever clock set 2026-11-22")]
    Set {
        /// Such as 2026-11-22T05:00:00Z
        #[arg(value_parser = moment)]
        moment: Moment,
    },
    /// Let the clock show a later time
    #[command(after_help = "Example:\n  countersign lever clock advance 10m")]
    Advance {
        /// Such as 90s, 5m, 2h or 1d
        #[arg(value_parser = span)]
        by: Duration,
    },
    /// Let the clock run ahead of the machine's, or behind it with a minus
    #[command(after_help = "Example:\n  countersign lever clock skew -5m")]
    Skew {
        /// Such as 5m or -5m
        #[arg(value_parser = signed_seconds, allow_negative_numbers = true, allow_hyphen_values = true)]
        by: i64,
    },
    /// Let the clock run on from what it shows
    #[command(after_help = "Example:\n  countersign lever clock resume")]
    Resume,
    /// Make the clock the machine's again
    #[command(after_help = "Example:\n  countersign lever clock follow-system")]
    FollowSystem,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FaultAction {
    /// List the rules, and how often each acted
    #[command(after_help = "Example:\n  countersign lever fault list")]
    List,
    /// Add a rule after all others; of those that fit a request, the first one acts
    #[command(
        after_help = "Examples:\n  countersign lever fault add refuse --every 3 --service rest\n  countersign lever fault add delay=500 --next 10\n  countersign lever fault add revoke-token --next 1 \\\n    --integration 'Warehouse Sync'"
    )]
    Add {
        /// refuse (for concurrency), delay=MILLISECONDS, answer=STATUS (500, 502 or 503), drop (the connection), or
        /// revoke-token
        #[arg(value_parser = fault)]
        fault: FaultKindJson,
        /// Each nth request; 1 is every one
        #[arg(
            long,
            value_name = "N",
            required_unless_present = "next",
            conflicts_with = "next"
        )]
        every: Option<u32>,
        /// This many requests, and then no more
        #[arg(long, value_name = "N")]
        next: Option<u32>,
        /// Only requests to this service
        #[arg(long)]
        service: Option<FaultService>,
        /// Only requests of this integration record
        #[arg(long, value_name = "RECORD")]
        integration: Option<String>,
    },
    /// Remove a rule
    #[command(after_help = "Example:\n  countersign lever fault remove 2")]
    Remove {
        /// Its number, as `lever fault list` shows it
        id: u64,
    },
    /// Remove every rule
    #[command(after_help = "Example:\n  countersign lever fault clear")]
    Clear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FaultService {
    Rest,
    Restlet,
    Soap,
    TokenServices,
}

impl From<FaultService> for FaultServiceWord {
    fn from(service: FaultService) -> Self {
        match service {
            FaultService::Rest => Self::Rest,
            FaultService::Restlet => Self::Restlet,
            FaultService::Soap => Self::Soap,
            FaultService::TokenServices => Self::TokenServices,
        }
    }
}

fn signed_seconds(text: &str) -> Result<i64, String> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text),
    };
    let seconds = i64::try_from(span(text)?.as_secs()).map_err(|_| "that is too far".to_owned())?;
    Ok(sign * seconds)
}

fn fault(text: &str) -> Result<FaultKindJson, String> {
    let number = |number: &str| {
        number
            .parse::<u32>()
            .map_err(|error| format!("{number:?}: {error}"))
    };
    Ok(match text.split_once('=') {
        None if text == "refuse" => FaultKindJson::RefusedForConcurrency,
        None if text == "drop" => FaultKindJson::Dropped,
        None if text == "revoke-token" => FaultKindJson::TokenRevoked,
        Some(("delay", millis)) => FaultKindJson::Delayed(number(millis)?),
        Some(("answer", status)) => {
            let status = u16::try_from(number(status)?);
            FaultKindJson::Answered(status.map_err(|_| "a fault answers 500, 502 or 503".to_owned())?)
        }
        _ => return Err("write refuse, delay=500, answer=503, drop or revoke-token".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skew_is_a_span_and_may_be_negative() {
        assert_eq!(
            (signed_seconds("-5m"), signed_seconds("1h")),
            (Ok(-300), Ok(3600))
        );
    }

    #[test]
    fn a_fault_is_one_word_with_its_number() {
        assert_eq!(fault("refuse"), Ok(FaultKindJson::RefusedForConcurrency));
        assert_eq!(fault("delay=500"), Ok(FaultKindJson::Delayed(500)));
        assert_eq!(fault("answer=503"), Ok(FaultKindJson::Answered(503)));
        for wrong in ["", "delay", "delay=", "delay=-1", "answer=99999", "break"] {
            assert!(fault(wrong).is_err(), "{wrong}");
        }
    }
}
