//! Where the browser goes after Allow or Deny.

use crate::{EntityId, FlowState, RequestTokenId, RoleId};
use countersign_protocol::{AccountId, Secret, percent_encode};

/// What the callback is told. On Deny the verifier is empty and everything else is there.
#[derive(Clone, Copy, Debug)]
pub struct Redirect<'a> {
    /// As step one was given it, perhaps with a query of its own.
    pub callback: &'a str,
    pub token: &'a RequestTokenId,
    /// None on Deny.
    pub verifier: Option<&'a Secret>,
    pub company: &'a AccountId,
    pub role: RoleId,
    pub entity: EntityId,
    pub state: Option<&'a FlowState>,
}

impl Redirect<'_> {
    /// The whole address. It holds the verifier: for the `Location` header and nothing else.
    pub fn location(&self) -> Secret {
        let mut pairs = vec![
            ("oauth_token", self.token.as_str().to_owned()),
            (
                "oauth_verifier",
                self.verifier
                    .map_or(String::new(), |verifier| verifier.expose().to_owned()),
            ),
            ("company", self.company.to_string()),
            ("role", self.role.to_string()),
            ("entity", self.entity.to_string()),
        ];
        pairs.extend(self.state.map(|state| ("state", state.to_string())));
        let mut location = self.callback.to_owned();
        for (name, value) in pairs {
            let separator = match location.split_once('?') {
                None => "?",
                Some((_, "")) => "",
                Some(_) => "&",
            };
            location.push_str(separator);
            location.push_str(name);
            location.push('=');
            location.push_str(&percent_encode(&value));
        }
        Secret::new(location)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(callback: &str, verifier: Option<&str>, state: Option<&str>) -> String {
        let verifier = verifier.map(Secret::new);
        let state = state.map(|state| state.parse::<FlowState>().unwrap());
        let redirect = Redirect {
            callback,
            token: &RequestTokenId::parse("t0+k").unwrap(),
            verifier: verifier.as_ref(),
            company: &"1234567_SB1".parse().unwrap(),
            role: RoleId::new(1001),
            entity: EntityId::new(42),
            state: state.as_ref(),
        };
        redirect.location().expose().to_owned()
    }

    #[test]
    fn parameters_follow_the_callbacks_own_query() {
        assert_eq!(
            location(
                "https://my.example.com/TBA/?callbackRequest",
                Some("v"),
                Some("s1")
            ),
            "https://my.example.com/TBA/?callbackRequest&oauth_token=t0%2Bk&oauth_verifier=v&company=1234567_SB1&role=1001&entity=42&state=s1"
        );
        assert!(
            location("http://localhost:80/cb", Some("v"), None)
                .starts_with("http://localhost:80/cb?oauth_token=")
        );
        assert!(
            location("http://localhost:80/cb?", Some("v"), None)
                .starts_with("http://localhost:80/cb?oauth_token=")
        );
    }

    #[test]
    fn deny_hands_back_an_empty_verifier() {
        let denied = location("https://my.example.com/cb", None, None);
        assert!(
            denied.contains("&oauth_verifier=&company=1234567_SB1"),
            "{denied}"
        );
        assert!(!denied.contains("state="));
    }
}
