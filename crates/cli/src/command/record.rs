//! `countersign record-type` and `countersign record`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::at::At;
use super::examples;

/// Look after record types: list them, and bring in those of your own account
///
/// Custom records, custom fields and custom lists come from the objects of an SDF project, or from what the metadata
/// catalogue of your account answered. REST, SuiteQL, SOAP and the metadata catalogue then have them at once.
#[derive(Debug, Args)]
#[command(after_long_help = examples::RECORD_TYPE)]
pub(crate) struct RecordType {
    #[command(subcommand)]
    pub(crate) action: RecordTypeAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordTypeAction {
    /// List the record types, and the fields that the account added to them
    #[command(after_help = "Examples:\n  countersign record-type list\n  countersign record-type list --own")]
    List {
        /// Only what the account has of its own
        #[arg(long)]
        own: bool,
    },
    /// Bring in record types, fields and lists from files
    ///
    /// A file is an SDF object (XML), the answer of the metadata catalogue (JSON Schema or OpenAPI), or what `record-type
    /// export` wrote; of a folder, such as a project's Objects, every .xml, .json and .record file is read. What is not
    /// taken is listed. Brought in again, a file changes nothing.
    #[command(
        after_help = "Examples:\n  countersign record-type import src/Objects --dry-run\n  countersign record-type import custbody_channel.xml customer.schema.json"
    )]
    Import {
        /// Files and folders
        #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// Write what the account has of its own, for the import of another
    #[command(after_help = "Example:\n  countersign record-type export > own.record")]
    Export,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct How {
    /// Only say what would happen
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Leave out what is wrong, and take the rest; without it, one mistake is enough that nothing is written
    #[arg(long)]
    pub(crate) skip_bad: bool,
}

/// Bring in records
///
/// Single records are made and changed over REST: `countersign call POST …`.
#[derive(Debug, Args)]
#[command(after_long_help = examples::RECORD)]
pub(crate) struct Record {
    #[command(subcommand)]
    pub(crate) action: RecordAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordAction {
    /// Make records of the rows of a CSV file
    ///
    /// The first line names fields, by name, script id or label. A row with the `id` or `externalId` of an existing record
    /// changes that record; an empty cell leaves its field alone. A reference is named by `entity.id`, `entity.externalId` or
    /// `entity.name`; under `entity` alone digits are an id and anything else a name. Several in one cell are separated by |.
    #[command(
        after_help = "Examples:\n  countersign record import customer customers.csv --dry-run\n  countersign record import customrecord_shelf shelves.csv --skip-bad"
    )]
    Import {
        /// The record type, by its REST name
        #[arg(value_name = "TYPE")]
        record_type: String,
        /// The file; - for standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
}
