//! `countersign integration`.

use clap::{Args, Subcommand};
use countersign_admin::{IntegrationInput, IntegrationStateWord};

use super::at::{At, Out, Sure};
use super::examples;
use super::listed::OneOf;
use super::words::{OrNone, yes_no};

/// Look after integration records: the applications that may call, each with its consumer key
///
/// Setup > Integration > Manage Integrations. A record is named by its internal id or its exact name. It works on a running
/// account, at once, and on one that is stopped.
#[derive(Debug, Args)]
#[command(after_long_help = examples::INTEGRATION)]
pub(crate) struct Integration {
    #[command(subcommand)]
    pub(crate) action: IntegrationAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IntegrationAction {
    /// List integration records
    #[command(after_help = "Example:\n  countersign integration list --state blocked")]
    List {
        /// How the name begins; the list is then sorted by name
        #[arg(long)]
        name: Option<String>,
        /// Enabled, blocked, or waiting for approval
        #[arg(long, value_parser = OneOf::<IntegrationStateWord>::list())]
        state: Option<IntegrationStateWord>,
        #[command(flatten)]
        length: Length,
    },
    /// Show an integration record
    #[command(after_help = "Example:\n  countersign integration show 'Warehouse Sync'")]
    Show {
        /// Internal id or exact name
        record: String,
    },
    /// Create an integration record, and print its consumer key and secret once
    #[command(
        after_help = "Examples:\n  countersign integration create 'Warehouse Sync' >> .env\n  countersign integration create 'Web Shop' --tba-authorization-flow \\\n    --callback-url https://shop.example/connected"
    )]
    Create {
        /// Its name, which no other record has
        name: String,
        #[command(flatten)]
        fields: Box<IntegrationFields>,
        #[command(flatten)]
        out: Out,
    },
    /// Change an integration record; what is not given stays
    #[command(
        after_help = "Examples:\n  countersign integration edit 'Warehouse Sync' --concurrency-limit 5\n  countersign integration edit 'Web Shop' --tba-authorization-flow=no \\\n    --callback-url none"
    )]
    Edit {
        /// Internal id or exact name
        record: String,
        /// A new name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        fields: Box<IntegrationFields>,
        #[command(flatten)]
        out: Out,
    },
    /// Make a new consumer key and secret, and print them once; the old pair stops working at once
    #[command(
        after_help = "Example:\n  countersign integration reset-credentials 'Warehouse Sync' --out new.env"
    )]
    ResetCredentials {
        /// Internal id or exact name
        record: String,
        #[command(flatten)]
        sure: Sure,
        #[command(flatten)]
        out: Out,
    },
    /// Refuse the application's logins, until it is enabled again
    #[command(after_help = "Example:\n  countersign integration block 'Warehouse Sync'")]
    Block {
        /// Internal id or exact name
        record: String,
    },
    /// Let the application log in again
    #[command(after_help = "Example:\n  countersign integration enable 'Warehouse Sync'")]
    Enable {
        /// Internal id or exact name
        record: String,
    },
    /// Revoke the application's tokens and take its record out of the lists, for ever
    #[command(after_help = "Example:\n  countersign integration uninstall 'Warehouse Sync'")]
    Uninstall {
        /// Internal id or exact name
        record: String,
        #[command(flatten)]
        sure: Sure,
    },
}

/// How much of a list.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Length {
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
}

#[derive(Debug, Args)]
pub(crate) struct IntegrationFields {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Enabled, blocked, or waiting for approval
    #[arg(long, value_parser = OneOf::<IntegrationStateWord>::list())]
    state: Option<IntegrationStateWord>,

    /// A note
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    /// Its own share of the requests that the account runs at once; none to share what is left with the others
    #[arg(long, value_name = "N|none")]
    concurrency_limit: Option<OrNone<u32>>,

    /// Token-based Authentication; checked on a new record
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    token_based_authentication: Option<bool>,

    /// TBA: IssueToken Endpoint
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    tba_issue_token_endpoint: Option<bool>,

    /// TBA: Authorization Flow, which needs a callback URL
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    tba_authorization_flow: Option<bool>,

    /// Where the authorization flow sends people back to
    #[arg(long, value_name = "URL|none")]
    callback_url: Option<OrNone<String>>,

    /// OAuth 2.0 Authorization Code Grant: stored, but not emulated
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    authorization_code_grant: Option<bool>,

    /// User Credentials: stored, but not emulated
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    user_credentials: Option<bool>,
}

impl IntegrationFields {
    pub(crate) fn input(self, name: Option<String>) -> IntegrationInput {
        IntegrationInput {
            name,
            description: self.description,
            state: self.state,
            note: self.note,
            concurrency_limit: self.concurrency_limit.map(|limit| limit.0),
            token_based_authentication: self.token_based_authentication,
            tba_issue_token_endpoint: self.tba_issue_token_endpoint,
            tba_authorization_flow: self.tba_authorization_flow,
            callback_url: self.callback_url.map(|url| url.0),
            authorization_code_grant: self.authorization_code_grant,
            user_credentials: self.user_credentials,
        }
    }
}
