//! The account itself.

use crate::difference::Fields;
use crate::{Noted, NotedField};
use countersign_protocol::AccountId;
use countersign_world::UnixTime;

/// One NetSuite account. What else it holds (features, settings, roles, users …) refers to it by being in the same store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub company_name: String,
    pub created: UnixTime,
}

impl Noted for Account {
    fn noted_fields(&self) -> Vec<NotedField> {
        Fields::default()
            .with("Account ID", &self.id)
            .with("Company Name", &self.company_name)
            .list()
    }
}
