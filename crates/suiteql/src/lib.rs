//! SuiteQL over an account's records: parsed, checked and typed, written anew for SQLite, and run read-only within limits.
//!
//! Invariant: the SQL that SQLite is given holds no text of the statement. Names come from the [`Schema`], every literal is
//! a bound parameter, and what this crate does not know is refused. Behind that a [`Reader`] allows SQLite to read the
//! schema's columns and nothing else.
//!
//! ```
//! use countersign_suiteql::{Access, Column, DateFormat, Kind, Schema, Settings, Statement, Table};
//! use countersign_world::UnixTime;
//!
//! let schema = Schema::new(vec![Table::new("customer", [
//!     Column::id(),
//!     Column::new("companyname", Kind::Text),
//! ])])?;
//! let settings = Settings { now: UnixTime::from_seconds(1_700_000_000), date_format: DateFormat::default() };
//! let statement = Statement::parse("SELECT id, companyname AS Name FROM customer WHERE id = ?")?;
//! let plan = statement.translate(&schema, &Access::everything(&schema), &[7.into()], &settings)?;
//! assert_eq!(plan.columns().iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["id", "name"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod answer;
mod coverage;
mod date_format;
mod date_model;
mod error;
mod functions;
mod number_model;
mod plan;
mod reader;
mod relative_range;
mod render;
mod room;
mod schema;
mod snapshot;
mod statement;
mod term;
mod translate;
mod value;

pub use access::Access;
pub use answer::RestItems;
pub use coverage::{Functions, functions};
pub use date_format::DateFormat;
pub use error::QueryError;
pub use plan::{OutputColumn, Plan};
pub use reader::{Limits, Page, Reader, Rows};
pub use schema::{AnyOf, Column, Kind, RowRule, Schema, SchemaError, Table};
pub use snapshot::{Portion, Snapshot};
pub use statement::Statement;
pub use translate::Settings;
pub use value::Value;
