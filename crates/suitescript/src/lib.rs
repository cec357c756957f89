//! SuiteScript 2.x: scripts that were written for NetSuite, run unmodified.
//!
//! A [`Call`] names a script file and what it is called with; [`run`] makes an engine of its own for it, so that nothing
//! of one execution is seen by the next, and gives an [`Outcome`]. What a script wants of the account it asks of a
//! [`Host`], which is all that it can reach: there is no file, process or network here.
//!
//! The `N/*` modules are JavaScript (`modules/*.js`), compiled into the binary. What they cannot do themselves they ask
//! of the host by name, with JSON both ways, so that the host may be in another process. What all of them are built on is
//! `modules/foundation`; `modules/shapes.tsv` lists the members of every module that NetSuite has, and what is in it and
//! not here throws.

mod bounded;
mod bytecode;
mod calculations;
mod call;
mod cipher;
mod digest;
mod encoding;
mod es_module;
mod finding;
mod governance;
mod header;
mod host;
mod members;
mod meter;
mod modules;
mod natives;
mod packing;
mod pdf;
mod priority;
mod runtime;
mod secrets;
mod stack;
mod threads;
mod turn;
mod worker;
mod zone;

pub use bounded::read as read_json;
pub use call::{Argument, Call, Limits, Outcome, Returned, Thrown};
pub use finding::Finding;
pub use governance::units;
pub use header::{ApiVersion, Header};
pub use host::{Host, HostError};
pub use members::members;
pub use runtime::run;
pub use threads::{Bounds, Full, Isolation, Threads};
pub use turn::Turns;
pub use worker::{Program, serve_script};
