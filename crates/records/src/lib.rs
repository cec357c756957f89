//! Business records: what a record type is, declared once in a line a field, and everything that follows from it.
//!
//! A declaration (`declarations/*.record`, its language in [`declaration`]) gives a type its table, its validation,
//! its REST JSON, its list filter and its journal. A further type costs its declaration and nothing else.
//!
//! * [`Catalog`] holds the declared types and what an account has of its own; a [`RecordType`] has [`Field`]s,
//!   [`Sublist`]s, [`Transform`]s and [`Posting`]s. [`Catalog::tables`] describes the tables for a query language.
//! * [`Records`] holds the rows: create, read, update, transform, delete, list. One SQLite file an account. Each write is
//!   one transaction with its system notes, its ledger lines and what follows for other records.
//! * [`Records::declare`] adds types, fields and lists of an account's own, which lie beside its records.
//! * [`Filter`] is the `q` parameter of a REST list, parsed and typed.
//! * [`Records::ask`] runs a SuiteQL statement, within what [`Records::sight`] says its caller sees.
//! * [`Records::together`] does several writes in one transaction; a [`Together`] also reads and writes what files hold.
//! * [`Records::add_rows`] makes records of the rows of a CSV file.
//! * [`json`] turns a [`Record`] into REST JSON and a request body into [`Changes`]; [`metadata`] describes types as JSON
//!   Schema and OpenAPI.
//!
//! What differs from NetSuite, on purpose:
//! * A reference to a type that is not declared yet is kept as its id, with its `refName` when one was ever given;
//!   nothing checks that it exists. A reference to a declared type is checked and shows that record's own name.
//! * Record type names are taken in any letter case; JSON property names are not.
//! * Days begin at midnight UTC: an account has no time zone yet.
//! * Text is compared without regard to case for ASCII letters only.

mod availability;
mod cabinet;
mod calculation;
mod catalog;
mod cents;
mod changes;
mod column;
pub mod declaration;
mod deletion;
mod derived;
mod draft;
mod error;
mod field;
pub mod filter;
mod join;
mod journal;
pub mod json;
mod known;
mod learnt;
mod ledger;
mod lines;
mod list;
pub mod metadata;
mod openapi;
mod own;
mod queries;
mod record;
mod record_type;
mod records;
mod reference;
mod rows;
mod save;
mod schema;
mod script_log;
mod seed;
mod settle;
mod state;
mod table;
mod tables;
mod tally;
mod together;
mod transform;
mod value;
mod within;

pub use availability::Availability;
pub use cabinet::{CabinetFile, LARGEST_FILE, is_cabinet_path};
pub use calculation::{Calculation, Comparison, Condition, Expression, Operator, Path, Tally, TallySource};
pub use catalog::Catalog;
pub use changes::{Changes, LineChanges, LineEdit};
pub use declaration::DeclarationError;
pub use deletion::{Deletion, DeletionQuery, Deletions, Span};
pub use error::{FieldError, Problem, RecordsError};
pub use field::{Choice, Field, Initial, Kind, Presence, Shape};
pub use filter::{Filter, FilterError};
pub use join::{Join, Link};
pub use journal::{Action, SystemNote};
pub use list::{Page, Query};
pub use openapi::openapi;
pub use own::{Declaration, Declared, ListValue, ListValues};
pub use queries::{AskError, Question};
pub use record::{Line, Record, Stamp};
pub use record_type::{Mapping, Posting, RecordType, Side, Sublist, Tier, Transform, View};
pub use records::{Records, Upserted};
pub use rows::{BadCell, Rows, RowsDone};
pub use script_log::{
    LONGEST_LOG_DETAILS, LONGEST_LOG_TITLE, LogLevel, ScriptLogEntry, ScriptLogLine, ScriptLogQuery,
};
pub use state::State;
pub use tables::{ChoiceInfo, ColumnInfo, ColumnKind, TableInfo, TargetInfo};
pub use together::Together;
pub use value::{Key, Reference, Value, number_of};
