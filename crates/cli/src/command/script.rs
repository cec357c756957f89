//! `countersign script` and `countersign logs`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::at::At;
use super::examples;
use super::words::When;

/// Work with RESTlets: deploy them, list them, try one
///
/// A script that is deployed runs where it is called: /app/site/hosting/restlet.nl?script=…&deploy=… on the account's RESTlet
/// host, signed as any call. Its files lie in the account's file cabinet, scripts and deployments are records.
#[derive(Debug, Args)]
#[command(after_long_help = examples::SCRIPT)]
pub(crate) struct Script {
    #[command(subcommand)]
    pub(crate) action: ScriptAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScriptAction {
    /// Put scripts into the account
    ///
    /// A file with the header of a RESTlet becomes the script customscript_NAME with the deployment customdeploy1, released for
    /// every role. Of an SDF project (a folder with FileCabinet and Objects in it, or in its src), the objects say which scripts
    /// and deployments there are. Any other folder goes to /SuiteScripts as it is. Deployed again, files take the place of those
    /// that are there.
    ///
    /// Each script is read first: nothing is deployed if one is not JavaScript, or asks for a module or file that is not there.
    #[command(
        after_help = "Examples:\n  countersign script deploy orders.js\n  countersign script deploy my-project --watch"
    )]
    Deploy {
        /// A script file, a folder of scripts, or an SDF project
        #[arg(value_name = "FILE|FOLDER", value_hint = ValueHint::AnyPath)]
        path: PathBuf,
        /// Go on, and deploy again whenever a file changes
        #[arg(long)]
        watch: bool,
        /// Deploy also a script that fails at every call
        #[arg(long)]
        force: bool,
    },
    /// List the scripts and their deployments
    #[command(after_help = "Example:\n  countersign script list")]
    List,
    /// Show a script, its deployments and its file
    #[command(after_help = "Example:\n  countersign script show customscript_orders")]
    Show {
        /// By its number or script id
        script: String,
    },
    /// Take a script and its deployments away; its file stays in the file cabinet
    #[command(after_help = "Example:\n  countersign script remove customscript_orders")]
    Remove {
        /// By its number or script id
        script: String,
    },
    /// Set parameters of a deployment, or show those it has
    ///
    /// They are what a script reads with getParameter(). T and F set a box, and NAME= removes a value. An SDF project
    /// that is deployed again sets the parameters of its objects; a single file leaves them as they are.
    #[command(
        after_help = "Examples:\n  countersign script parameter customscript_orders custscript_limit=50 \\\n    custscript_is_test=T\n  countersign script parameter customscript_orders"
    )]
    Parameter {
        /// By its number or script id
        script: String,
        /// Parameters by their script ids
        #[arg(value_name = "NAME=VALUE", value_parser = pair)]
        parameters: Vec<(String, String)>,
        /// The deployment, by its number or script id [default: the first]
        #[arg(long, value_name = "ID")]
        deploy: Option<String>,
    },
    /// Take a deployment out of use: calls of it are refused, and all of it stays
    ///
    /// The same as clearing the box Deployed in NetSuite. Deploy the script again to put it back into use.
    #[command(after_help = "Example:\n  countersign script undeploy customscript_orders")]
    Undeploy {
        /// By its number or script id
        script: String,
        /// The deployment, by its number or script id [default: the first]
        #[arg(long, value_name = "ID")]
        deploy: Option<String>,
    },
    /// Keep secrets that scripts use and nobody sees (Setup > Company > API Secrets)
    ///
    /// N/crypto and N/https take them by their script id; the value never reaches a script.
    #[command(
        after_help = "Example:\n  countersign script secret set custsecret_shop --script customscript_orders \\\n    < shop.key"
    )]
    Secret {
        #[command(subcommand)]
        action: SecretAction,
    },
    /// Call a script for a quick try, and show what it returned, what it wrote and what it used
    ///
    /// It is called without a signature, as an Administrator of the account or as whoever is named. Where a script fails,
    /// the line that failed is shown. Ctrl-C stops waiting; the script runs on until its own time limit
    /// (`serve --script-time-limit`), and `countersign logs` has what it logged then.
    #[command(
        after_help = "Examples:\n  countersign script call customscript_orders id=7\n  countersign script call customscript_orders --method POST --body '{\"item\": 7}'"
    )]
    Call {
        /// By its number or script id
        script: String,
        /// Parameters of the address, for GET and DELETE
        #[arg(value_name = "NAME=VALUE", value_parser = pair)]
        parameters: Vec<(String, String)>,
        /// GET, POST, PUT or DELETE [default: GET, or POST with a body]
        #[arg(long, value_parser = ["GET", "POST", "PUT", "DELETE"], ignore_case = true)]
        method: Option<String>,
        /// The body of POST and PUT, JSON
        #[arg(long, value_name = "JSON")]
        body: Option<String>,
        /// Give the body to the script as text, as with Content-Type: text/plain
        #[arg(long, requires = "body")]
        text: bool,
        /// How long to wait for the script, in seconds
        #[arg(long, value_name = "SECONDS", default_value = "310", value_parser = clap::value_parser!(u64).range(1..=86400))]
        timeout: u64,
        /// The deployment, by its number or script id [default: the first]
        #[arg(long, value_name = "ID")]
        deploy: Option<String>,
        /// As this user, by internal id
        #[arg(long, value_name = "ID")]
        user: Option<i64>,
        /// In this role, by internal id
        #[arg(long, value_name = "ID")]
        role: Option<i64>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SecretAction {
    /// Keep a value, in place of the one before: it is asked for, or read from standard input, sealed, and never shown again
    #[command(
        after_help = "Example:\n  countersign script secret set custsecret_shop --script customscript_orders \\\n    < shop.key"
    )]
    Set {
        /// Its script id, custsecret_ and a name
        id: String,
        /// A script that may use it (can be repeated) [default: every script]
        #[arg(long = "script", value_name = "ID")]
        scripts: Vec<String>,
        /// What lists call it
        #[arg(long)]
        name: Option<String>,
    },
    /// List the secrets, without their values
    #[command(after_help = "Example:\n  countersign script secret list")]
    List,
    /// Take a secret away
    #[command(after_help = "Example:\n  countersign script secret remove custsecret_shop")]
    Remove {
        /// Its script id
        id: String,
    },
}

/// Show what scripts wrote into their execution log
///
/// What N/log wrote, and each error that nobody caught, the last at the end. Times are UTC. A line is kept for thirty days.
#[derive(Debug, Args)]
#[command(after_long_help = examples::LOGS)]
pub(crate) struct Logs {
    /// Go on, and show each line as it comes
    #[arg(long, short)]
    pub(crate) follow: bool,

    /// Of this script, by its number or script id
    #[arg(long, value_name = "ID")]
    pub(crate) script: Option<String>,

    /// This level and those above it
    #[arg(long, value_parser = ["DEBUG", "AUDIT", "ERROR", "EMERGENCY", "SYSTEM"], ignore_case = true)]
    pub(crate) level: Option<String>,

    /// From this time on: 2026-11-22, 2026-11-22T05:00:00Z, or how long ago: 30s, 15m, 2h, 7d
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<When>,

    /// How many lines at most
    #[arg(long, value_name = "COUNT", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=500))]
    pub(crate) limit: u32,

    #[command(flatten)]
    pub(crate) at: At,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text
        .split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| "write it as NAME=VALUE".to_owned())
}
