//! `countersign explain`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use countersign_capture::Form;

use super::words::When;
use super::{CredentialsFrom, examples};

/// Say what is wrong with a failing request, and prove it
///
/// Give the request in any form you have: a curl command, what curl -v prints, a HAR file, a Postman export, a PowerShell
/// command, the method and URL with the header lines, a SOAP envelope, what a program logged of it. With the credentials the
/// signature is computed again under each known mistake; the one that gives the signature that was sent is proved. Without
/// them only what stands in the header can be judged. Nothing is sent anywhere.
///
/// It ends with 0 where nothing wrong was found, with 1 where a mistake is named, with 3 where the request cannot be read.
#[derive(Debug, Args)]
#[command(after_long_help = examples::EXPLAIN)]
pub(crate) struct Explain {
    /// The file with the failing request; - or nothing for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) request: Option<PathBuf>,

    /// What the file holds, where it is taken for something else: curl, cmd, powershell, http, har, postman, lines, soap, log
    #[arg(long = "as", value_name = "FORM")]
    pub(crate) form: Option<Form>,

    /// Which request of a HAR file or Postman collection, by its number in the list that is printed where there are several
    #[arg(long, value_name = "N")]
    pub(crate) entry: Option<usize>,

    /// The method, where the file does not say it
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,

    /// The URL as your program wrote it, where the file does not say it
    #[arg(long)]
    pub(crate) url: Option<String>,

    /// When it was sent, to judge its timestamp: 2026-11-22T05:00:00Z, or how long ago: 30s, 15m, 2h
    #[arg(long, value_name = "TIME")]
    pub(crate) sent_at: Option<When>,

    /// A second request to set beside it: one that works, from Postman for example
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) compare: Option<PathBuf>,

    /// The answer it got, as curl -i saves it, or its body alone: it is explained too
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) response: Option<PathBuf>,

    /// Ask for the two secrets on the terminal instead of reading credentials
    #[arg(long, conflicts_with = "credentials")]
    pub(crate) ask: bool,

    #[command(flatten)]
    pub(crate) credentials: CredentialsFrom,

    /// Print a text to send to an administrator or to support: no secret in it, no signature, keys shortened
    #[arg(long, conflicts_with = "json")]
    pub(crate) for_support: bool,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
