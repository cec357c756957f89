//! The language record types are declared in: a line a type, a line a field.
//!
//! ```text
//! # A comment.
//! record SalesOrder "Sales Order" soap=sales named=tranId
//!   tranId     "Order #"  text(45)  ro unique auto="SO{n}"
//!   entity     "Customer" ref(customer) !
//!   tranDate   "Date"     date =today
//!   status                enum(A:"Pending Approval", B:"Pending Fulfillment") =A
//!   subsidiary            ref(subsidiary) =1:"Parent Company"
//!   rush                  bool
//!   rushReason            text !if rush
//! ```
//!
//! * `record` opens a type with its SOAP name and its label. `named=` is the field its references show; `soap=` the
//!   middle of its SOAP namespace. The REST name (`salesOrder`) and the script id (`salesorder`) follow.
//! * Each line that is indented declares a field: its camelCase name, a label where the name does not say it, its
//!   kind, and what else is true of it.
//! * Kinds: `text`, `textarea`, `email`, `phone`, `url` (each with an optional length in brackets), `date`, `datetime`,
//!   `bool`, `int`, `float`, `currency`, `rate`, `percent`, `enum(id:"label", …)`, `ref(type)`, `multiref(type)`.
//! * `!` mandatory, `!if box` and `!unless box` when a box is or is not checked, `ro` read-only, `unique`.
//! * `=` the value when none is given: a literal, or `today`, `created`, `modified`. `auto="SO{n}"`: the next free
//!   number.
//!
//! Every type has an `externalId` and an internal id without saying so. Identifiers are the only part of a declaration
//! that reaches SQL, and they are letters, digits and `_`.

mod line;
mod parser;

pub(crate) use parser::parse;

/// A declaration that cannot be read. Line and column count from 1, in characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {reason}")]
pub struct DeclarationError {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub reason: String,
}
