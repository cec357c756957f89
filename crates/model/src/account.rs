//! The account itself.

use countersign_protocol::AccountId;
use countersign_world::UnixTime;

/// One NetSuite account. What else it holds (features, roles, users …) refers to it by being in the same store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub company_name: String,
    pub created: UnixTime,
}
