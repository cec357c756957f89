//! SuiteTalk, the SOAP web services, over the declared record types.
//!
//! * [`Schemas`] writes the WSDL and the XSDs of any version a client names. The files are ours; the names of
//!   namespaces, types, elements and operations in them are those clients are written against.
//! * [`Envelope`] is a request, read once within bounds: no document type, no entity, bounded depth, size and count.
//! * [`read_record`] turns a record element into [`Changes`](countersign_records::Changes), [`write_record`] a record
//!   into its element.
//! * [`Search`] is a `XSearch`, `XSearchBasic` or `XSearchAdvanced` as filters over the types it reaches and those it
//!   joins, and the `searchId` that says the same again for the next page.
//! * [`operations`] are those of NetSuite, each with whether it is answered.
//!
//! Elements are matched by their local names: real clients put the same element into different namespaces. What is
//! written bears NetSuite's own prefixes: some clients look for them in the text.

mod custom_record;
mod deleted;
mod element;
mod envelope;
mod escaped;
mod names;
mod namespace;
mod record;
mod schema;
mod search;
mod status;

pub use custom_record::{CUSTOM_RECORD, custom_record_type, is_custom_record, number_of};
pub use deleted::DeletedFilter;
pub use element::{Element, ElementError};
pub use envelope::{Envelope, EnvelopeError, Preferences};
pub use escaped::Xml;
pub use names::{is_list, visible_fields};
pub use namespace::Namespace;
pub use record::read::{Target, read_record};
pub use record::value::key;
pub use record::write::{write_draft, write_record};
pub use schema::Schemas;
pub use schema::operations::{Emulated, Operation, operations};
pub use search::{Beside, Joined, Reached, Search, SearchError};
pub use status::{Detail, Status};
