//! What an account is made with. The default has everything on and everything allowed.

use countersign_model::{Feature, Governance, IntegrationState, Level, Permission, Subtab, TestAccount};

/// Change what a test is about, and take the rest from the default.
#[derive(Clone, Debug)]
pub struct Blueprint {
    pub account: &'static str,
    pub storage: Storage,
    pub features: Vec<Feature>,
    /// Requests that may run at once, where the contract does not say.
    pub concurrency: u32,
    /// What says how many requests may run at once, in place of `concurrency`.
    pub contract: Option<Governance>,
    /// The mark of a test account.
    pub test_account: Option<TestAccount>,
    pub integration_state: IntegrationState,
    /// The box of that name on the integration record.
    pub token_based_authentication: bool,
    pub integration_concurrency: Option<u32>,
    pub permissions: Vec<(Permission, Level)>,
    pub web_services_only: bool,
    pub give_access: bool,
}

/// Where the account's data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// Gone with the account: quick.
    Memory,
    /// In a temporary folder, so that the account can be restarted and its files looked into.
    Folder,
}

impl Default for Blueprint {
    fn default() -> Self {
        Self {
            account: "1234567_SB1",
            storage: Storage::Memory,
            features: Feature::ALL.to_vec(),
            concurrency: 100,
            contract: None,
            test_account: None,
            integration_state: IntegrationState::Enabled,
            token_based_authentication: true,
            integration_concurrency: None,
            permissions: vec![
                (Permission::LogInUsingAccessTokens, Level::Full),
                (Permission::RestWebServices, Level::Full),
                (Permission::SoapWebServices, Level::Full),
                (Permission::Customers, Level::Full),
            ],
            web_services_only: false,
            give_access: true,
        }
    }
}

impl Blueprint {
    /// The same with one permission at another level, or not at all.
    pub fn permit(mut self, permission: Permission, level: impl Into<Option<Level>>) -> Self {
        self.permissions.retain(|(known, _)| *known != permission);
        self.permissions
            .extend(level.into().map(|level| (permission, level)));
        self
    }

    /// The same with every permission for records, as far as each goes.
    pub fn permit_records(self) -> Self {
        let records = Permission::ALL
            .iter()
            .filter(|permission| matches!(permission.subtab(), Subtab::Lists | Subtab::Transactions));
        records.fold(self, |blueprint, permission| {
            blueprint.permit(*permission, permission.levels().last().copied())
        })
    }

    /// The same without one feature.
    pub fn without(mut self, feature: Feature) -> Self {
        self.features.retain(|known| *known != feature);
        self
    }
}
