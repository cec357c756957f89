//! The language record types are declared in: a line a type, a line a field.
//!
//! ```text
//! # A comment.
//! subrecord Address
//!   city                  text(50)
//!
//! view entity "Entity" named=entityId
//!   entityId              text
//!
//! record SalesOrder "Sales Order" in=transaction is(type=SalesOrd) named=tranId tier=2 may=TRAN_SALESORD
//!   tranId     "Order #"  text(45)  ro unique auto="SO{n}"
//!   entity     "Customer" ref(customer) !
//!   subsidiary            ref(subsidiary) from=entity.subsidiary
//!   tranDate   "Date"     date =today
//!   total                 currency ro calc=sum(item.amount)
//!   status                enum(B:"Pending Fulfillment", H:"Closed") ro when(H: total <= 0, B)
//!   sublist item "Items" in=transactionline negative
//!     item                ref(item) !
//!     quantity            float =1 signed
//!     rate                rate from=item.basePrice
//!     amount              currency calc=quantity*rate column=foreignamount signed
//!     quantityBilled      float ro tally=invoice.item.quantity by=createdFrom.orderLine
//!   transform invoice item.quantity=quantity-quantityBilled
//!   post debit account total
//!   post credit item.incomeAccount amount each item
//!
//! extend SalesOrder
//!   custbody_channel      text
//! ```
//!
//! * `record` opens a type with its SOAP name and its label. `named=` is the field its references show, or `id`; `soap=`
//!   the middle of its SOAP namespace; `tier=` how deep it goes, see [`Tier`](crate::Tier); `may=` the permission that
//!   guards it. The REST name (`salesOrder`) and the script id (`salesorder`) follow.
//! * `in=` puts a type into the table of a family, `is(column=id, …)` says in columns of that table which member it is,
//!   `view=` shows it through a `view` together with others. A reference may name a type, a family's table or a view.
//!   `nonposting`: its ledger lines are for reading only.
//! * Each line that is indented declares a field: its camelCase name, a label where the name does not say it, its
//!   kind, and what else is true of it. Lines that are indented deeper, below `sublist`, are the fields of its lines.
//!   A sublist has a table of its own, named after the record and itself, or lies in the one of all transactions; `key=`
//!   is what REST calls a line's number, otherwise `line`.
//! * Kinds: `text`, `textarea`, `email`, `phone`, `url` (each with an optional length in brackets), `date`, `datetime`,
//!   `bool`, `int`, `float`, `currency`, `rate`, `percent`, `enum(id:"label", …)`, `ref(type)`, `multiref(type)`,
//!   `sub(subrecord)`.
//! * `!` mandatory, `!if box` and `!unless box` when a box is or is not checked, `ro` read-only, `unique`, `hidden` from
//!   REST and SOAP, `column=` where its column is not called like it.
//! * `=` the value when none is given: a literal, or `today`, `created`, `modified`, `period(dateField)`,
//!   `due(dateField, termsField)`. `auto="SO{n}"`:
//!   the next free number. `from=` copies: `entity.subsidiary` from the record a reference points to, a single name from
//!   the body to its lines; again when that changes; always where the field is `ro`. `a.sublist.field if box` copies from the
//!   first line of the other record whose box is checked.
//! * `calc=` works out an amount with `+`, `-`, `*`, brackets and `sum(sublist.field)`; a field that is not `ro` may be
//!   given instead. `when(choice: conditions, …, choice)` works out a choice; conditions are `a < b`, `<=`, `>`, `>=` and
//!   `field is choice`, joined by `and`.
//! * `tally=type.sublist.field by=field` is the sum over the lines of other records whose `field` refers to this one;
//!   `type.field` over the records themselves; `by=field.lineField` for a field of a line, whose number is in `lineField`.
//!   Several sources are joined by `+`. `within=field` behind it: no write makes the sum of a line pass that field of it.
//! * `transform` names what a record can become, with what is not simply called the same in both: `field=value`,
//!   `sublist.field=value`. `id` is the record itself. A line whose mapped number is not above zero is left out, unless it is
//!   a rate.
//! * `post debit|credit account amount` says what a type posts; `each sublist` once a line; `a or b`: the first path that
//!   leads to an account.
//! * `extend` adds fields to a type, or to every type of a family.
//!
//! Every type has an `externalId` and an internal id without saying so. Identifiers are the only part of a declaration
//! that reaches SQL, and they are letters, digits and `_`.

mod block;
mod field;
mod formula;
mod kind;
mod line;
mod parser;
mod rules;

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
