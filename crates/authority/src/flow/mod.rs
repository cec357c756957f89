//! Steps one and three of the authorization flow, which applications call. Step two is a page: `administration`.
//!
//! What a caller can learn from time is kept small, as at a login: the secrets are looked for and a signature is computed
//! whoever the caller says they are, and what is wrong is answered after it.

mod abroad;
mod access_token;
mod refused;
mod request_token;
mod step;

use countersign_model::{Origin, RequestTokenId};

use crate::authority::Authority;

pub use abroad::Grant;
pub use access_token::Exchanged;
pub use refused::FlowRefused;
pub use request_token::IssuedRequestToken;
pub use step::FlowAttempt;

pub(crate) use step::FIRST;

impl Authority {
    /// Whether an installed integration record has this consumer key: where several accounts could be meant.
    pub async fn has_consumer_key(&self, consumer_key: &str) -> bool {
        let found = self.directory.integration_by_key(consumer_key).await;
        let found = found.ok().flatten();
        found.is_some_and(|known| !known.record.is_uninstalled())
    }

    /// Whether that record was made here: users of other accounts may grant its application access as well.
    pub async fn made_consumer_key(&self, consumer_key: &str) -> bool {
        let found = self.directory.integration_by_key(consumer_key).await;
        let found = found.ok().flatten();
        found
            .is_some_and(|known| known.record.origin == Origin::ThisAccount && !known.record.is_uninstalled())
    }

    /// Whether the request token was issued here.
    pub async fn has_request_token(&self, token: &RequestTokenId) -> bool {
        let read = async || self.store.request_token(token.clone()).await;
        let found = self.directory.in_line(read).await;
        found.is_ok_and(|token| token.is_some())
    }
}
