//! An account as a file: read with every mistake named at its line and column ([`AccountFile`]), compared with what an
//! account is ([`Plan`]), and written from what it is ([`FileWriter`]).
//!
//! Nothing here reads a file, asks for the time or changes an account. `docs/account-file.md` describes the format.

mod account_file;
mod customer;
mod entry;
mod export;
mod integration;
mod mistake;
mod place;
mod plan;
mod role;
mod settings;
mod table;
mod token;
mod user;
mod word;

pub use account_file::{AccountFile, Mentions};
pub use customer::{Customer, CustomerKey};
pub use export::FileWriter;
pub use integration::GivenConsumer;
pub use mistake::{FileError, FileErrors};
pub use place::Place;
pub use plan::{
    Action, Change, Kept, NamedUserForm, Plan, Planned, Present, PresentIntegration, PresentToken,
    PresentUser, RoleGone, Step,
};
pub use token::GivenToken;

/// A name as names are compared: upper and lower case aside, without white space around it.
pub fn folded(name: &str) -> String {
    name.trim().chars().flat_map(char::to_lowercase).collect()
}
