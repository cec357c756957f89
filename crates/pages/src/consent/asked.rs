//! What stands in the address of the consent page.

use countersign_model::{FlowState, RequestTokenId, RoleId};
use countersign_protocol::percent_encode;
use countersign_web::Filled;

use super::PATH;

/// The request token and the state are the application's; the rest is of the page's own links.
pub(super) struct Asked {
    pub(super) token: RequestTokenId,
    pub(super) state: Option<FlowState>,
    /// The role to be looked at in place of the proposed one.
    pub(super) role: Option<RoleId>,
    pub(super) is_choosing_role: bool,
    /// Came again from here, with the cookies that no other site sends.
    pub(super) has_arrived: bool,
    /// As the application gave it, without what the page's own links add.
    pub(super) address: String,
}

impl Asked {
    pub(super) fn read(query: &str) -> Result<Self, String> {
        let query = Filled::of_query(query);
        let token = RequestTokenId::parse(query.text("oauth_token"))
            .map_err(|_| "The address has no oauth_token. Begin again in the application.".to_owned())?;
        let state = Some(query.text("state")).filter(|state| !state.is_empty());
        let state = state.map(str::parse::<FlowState>).transpose();
        let state = state.map_err(|error| format!("{error}. The application must send another."))?;
        let kept = ["oauth_token", "state", "company"].into_iter();
        let kept = kept.filter(|name| query.has(name));
        let kept: Vec<String> = kept
            .map(|name| format!("{name}={}", percent_encode(query.text(name))))
            .collect();
        Ok(Self {
            token,
            state,
            role: query.number("role").map(RoleId::new),
            is_choosing_role: query.has("roles"),
            has_arrived: query.has("arrived"),
            address: format!("{PATH}?{}", kept.join("&")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_keeps_what_the_application_sent_and_nothing_else() {
        let token = "a".repeat(64);
        let query =
            format!("state=a1&x=%22&oauth_token={token}&company=1234567%5FSB1&role=7&roles=&arrived=");
        let asked = Asked::read(&query).unwrap();
        assert_eq!(
            asked.address,
            format!("{PATH}?oauth_token={token}&state=a1&company=1234567_SB1")
        );
        assert_eq!(asked.role, Some(RoleId::new(7)));
        assert!(asked.is_choosing_role && asked.has_arrived);
        assert!(Asked::read("state=a1").is_err());
        assert!(Asked::read(&format!("oauth_token={token}&state=a-1")).is_err());
    }
}
