//! Test levers: what a marked test account may be played with.
//!
//! [`Levers`] belongs to one account: its clock, the faults dialled in, the seed of its credentials. What the settings
//! do not allow is refused; what is in force is said in words and on every answer ([`LEVERS_HEADER`]). Nothing is kept:
//! a start begins with the machine's time and no faults, so no lever outlives the process in which it was pulled.

mod call;
mod fault;
mod faults;
mod levers;
mod seeded;
mod state;

pub use call::{Call, Service};
pub use fault::{Delay, Fault, FaultRule, ServerError, When, WrongFault};
pub use faults::{FaultId, FaultState, Faults, TooManyRules};
pub use levers::{LEVERS_HEADER, LeverError, Levers, MISTAKE_HEADER};
pub use seeded::{Credential, SeededBytes, SeededCredentials};
pub use state::{ClockState, LeversState};
