//! The front through real sockets.

mod gate;
mod limits;
mod serving;
mod smuggling;
mod stage;
