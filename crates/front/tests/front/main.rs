//! The front through real sockets.

mod limits;
mod serving;
mod smuggling;
mod stage;
