//! `countersign token` and `countersign api-key`.

use clap::{Args, Subcommand};
use countersign_admin::GrantJson;

use super::at::{At, Out, Sure};
use super::examples;
use super::integration::Length;
use super::listed::grant;
use super::words::yes_no;

/// Look after access tokens
///
/// Setup > Users/Roles > Access Tokens. A token is named by its internal id or its exact name.
#[derive(Debug, Args)]
#[command(after_long_help = examples::TOKEN)]
pub(crate) struct Token {
    #[command(subcommand)]
    pub(crate) action: TokenAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenAction {
    /// List access tokens
    #[command(after_help = "Example:\n  countersign token list --application 'Warehouse Sync' --revoked=no")]
    List {
        /// How the name begins; the list is then sorted by name
        #[arg(long)]
        name: Option<String>,
        /// Only those of this integration record
        #[arg(long, value_name = "RECORD")]
        application: Option<String>,
        /// Only those of this user
        #[arg(long)]
        user: Option<String>,
        /// Only those with this role
        #[arg(long)]
        role: Option<String>,
        /// Only revoked ones, or with =no only the others
        #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
        revoked: Option<bool>,
        #[command(flatten)]
        length: Length,
    },
    /// Show an access token
    #[command(after_help = "Example:\n  countersign token show 3")]
    Show {
        /// Internal id or exact name
        token: String,
    },
    /// Create an access token, and print its ID and secret once
    #[command(
        after_help = "Example:\n  countersign token create --application 'Warehouse Sync' --user 'Ada Byron' \\\n    --role Integrator >> .env"
    )]
    Create {
        /// The integration record that may use it
        #[arg(long, value_name = "RECORD")]
        application: String,
        /// Whom it logs in
        #[arg(long)]
        user: String,
        /// The role it logs in with, one of that user's
        #[arg(long)]
        role: String,
        /// Its name [default: application, user and role]
        #[arg(long, value_name = "NAME")]
        token_name: Option<String>,
        #[command(flatten)]
        out: Out,
    },
    /// Give an access token another name
    #[command(after_help = "Example:\n  countersign token rename 3 'Warehouse Sync, nightly'")]
    Rename {
        /// Internal id or exact name
        token: String,
        /// Its new name
        name: String,
    },
    /// Refuse an access token's logins, until it is activated again
    #[command(after_help = "Example:\n  countersign token inactivate 3")]
    Inactivate {
        /// Internal id or exact name
        token: String,
    },
    /// Let an access token log in again
    #[command(after_help = "Example:\n  countersign token activate 3")]
    Activate {
        /// Internal id or exact name
        token: String,
    },
    /// Revoke an access token, for ever
    #[command(after_help = "Example:\n  countersign token revoke 3")]
    Revoke {
        /// Internal id or exact name
        token: String,
        #[command(flatten)]
        sure: Sure,
    },
}

/// Look after keys to the admin API of a running account
///
/// A key goes into the header Authorization: Bearer, and acts for its user and role within its scopes. It is named by its
/// internal id or its exact name.
#[derive(Debug, Args)]
#[command(after_long_help = examples::API_KEY)]
pub(crate) struct ApiKey {
    #[command(subcommand)]
    pub(crate) action: ApiKeyAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyAction {
    /// List keys
    #[command(after_help = "Example:\n  countersign api-key list")]
    List {
        #[command(flatten)]
        length: Length,
    },
    /// Create a key, and print it once
    #[command(
        after_help = "Example:\n  countersign api-key create Rotation --user 'Ada Byron' --role Administrator \\\n    --scope 'Access Token Management=Full' --out key.env"
    )]
    Create {
        /// What it is for
        name: String,
        /// Whom it acts for
        #[arg(long)]
        user: String,
        /// The role it acts in, one of that user's
        #[arg(long)]
        role: String,
        /// What it may do; no more than its user may in its role (can be repeated)
        #[arg(long = "scope", value_name = "PERMISSION=LEVEL", value_parser = grant, required = true)]
        scopes: Vec<GrantJson>,
        /// For how many days it is valid: 1 to 366
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        expires_in_days: u32,
        #[command(flatten)]
        out: Out,
    },
    /// Revoke a key, for ever
    #[command(after_help = "Example:\n  countersign api-key revoke Rotation")]
    Revoke {
        /// Internal id or exact name
        key: String,
        #[command(flatten)]
        sure: Sure,
    },
}
