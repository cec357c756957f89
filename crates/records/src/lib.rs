//! Business records: what a record type is, declared once in a line a field, and everything that follows from it.
//!
//! A declaration (`declarations/*.record`, its language in [`declaration`]) gives a type its table, its validation,
//! its REST JSON, its list filter and its journal. A further type costs its declaration and nothing else.
//!
//! * [`Catalog`] holds the declared types; a [`RecordType`] has [`Field`]s.
//! * [`Records`] holds the rows: create, read, update, delete, list. One SQLite file an account.
//! * [`Filter`] is the `q` parameter of a REST list, parsed and typed.
//! * [`json`] turns a [`Record`] into REST JSON and a request body into [`Changes`].
//!
//! What differs from NetSuite, on purpose:
//! * A reference to a type that is not declared yet is kept as its id, with its `refName` when one was ever given;
//!   nothing checks that it exists. A reference to a declared type is checked and shows that record's own name.
//! * Record type names are taken in any letter case; JSON property names are not.
//! * Days begin at midnight UTC: an account has no time zone yet.
//! * Text is compared without regard to case for ASCII letters only.

mod catalog;
mod changes;
mod column;
pub mod declaration;
mod error;
mod field;
pub mod filter;
mod journal;
pub mod json;
mod nearest;
mod record;
mod records;
mod save;
mod schema;
mod seed;
mod table;
mod value;

pub use catalog::{Catalog, RecordType};
pub use changes::Changes;
pub use declaration::DeclarationError;
pub use error::{FieldError, Problem, RecordsError};
pub use field::{Choice, Field, Initial, Kind, Presence};
pub use filter::{Filter, FilterError};
pub use journal::{Action, SystemNote};
pub use nearest::nearest;
pub use record::{Record, Stamp};
pub use records::{Page, Query, Records, Upserted};
pub use value::{Key, Reference, Value};
