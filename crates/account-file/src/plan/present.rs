//! What an account holds of the names a file mentions. More than that does no harm.

use crate::customer::CustomerKey;
use countersign_model::{AccessToken, Account, FeatureSet, Integration, Role, Settings, User};
use std::collections::BTreeSet;

/// An account, as far as a plan has to know it.
#[derive(Clone, Debug)]
pub struct Present {
    pub account: Account,
    pub features: FeatureSet,
    pub settings: Settings,
    /// What all installed integration records of the account have together as concurrency limits of their own.
    pub allocated: u32,
    /// How many users of the account take a SuiteCloud Plus licence.
    pub licences_taken: u32,
    /// Those the file mentions, and those its users have.
    pub roles: Vec<Role>,
    pub users: Vec<PresentUser>,
    /// Installed ones.
    pub integrations: Vec<PresentIntegration>,
    /// Those with an ID of the file, and all of an integration, user and role the file has a token for.
    pub tokens: Vec<PresentToken>,
    pub customers: BTreeSet<CustomerKey>,
}

/// Whether the secret the file gives for a record is the one the account keeps for it. Who can open the account's
/// secrets says so; a plan never sees them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// The account has none.
    #[default]
    Nothing,
    Same,
    /// Another one. Also where the file gives none.
    Other,
}

#[derive(Clone, Debug)]
pub struct PresentUser {
    pub user: User,
    pub password: Kept,
}

#[derive(Clone, Debug)]
pub struct PresentIntegration {
    pub integration: Integration,
    pub consumer_secret: Kept,
}

#[derive(Clone, Debug)]
pub struct PresentToken {
    pub token: AccessToken,
    pub token_secret: Kept,
}
