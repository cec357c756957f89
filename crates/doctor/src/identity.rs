//! Who a token is.

use countersign_protocol::AccountId;
use serde_json::Value;

/// The longest text of an answer that is kept, in characters.
const LONGEST: usize = 200;

/// What `/rest/tokeninfo` says. Members that are missing are empty: NetSuite publishes no schema of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub company_name: String,
    pub company_id: String,
    pub role_name: String,
    pub role_id: String,
    pub user_id: String,
}

impl Identity {
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(body).ok()?;
        let object = value.as_object()?;
        let member = |name: &str| {
            let text = match object.get(name) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
        };
        Some(Self {
            company_name: member("companyName"),
            company_id: member("companyId"),
            role_name: member("roleName"),
            role_id: member("roleId"),
            user_id: member("entityId"),
        })
    }

    /// Whether it is somebody of this account. Where the answer does not say, nothing speaks against it.
    pub fn is_of(&self, account: &AccountId) -> bool {
        self.company_id
            .parse::<AccountId>()
            .map_or(true, |id| id == *account)
    }

    /// Whether it is an Administrator, who may do everything: role 3 in every account.
    pub fn is_administrator(&self) -> bool {
        self.role_id == "3" || self.role_name.eq_ignore_ascii_case("administrator")
    }
}
