//! `/rest/revoketoken`: a user revokes a token of their own, by a password or by a token.

use bytes::Bytes;
use countersign_protocol::{HeaderError, NlAuth, NlAuthError};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::json;

use super::error;
use crate::accounts::Meant;
use crate::addressed::Addressed;
use crate::login::source;
use crate::named::{authorization, text_parameter};
use crate::reply::{JSON, Reply, json};
use crate::server::Pending;

impl Meant {
    pub(crate) async fn revoke_token(&self, parts: &Parts, addressed: &Addressed) -> Reply {
        if parts.method != Method::GET {
            return error::method("GET");
        }
        let query = parts.uri.query().unwrap_or_default();
        let asked = text_parameter(query, "consumerKey").zip(text_parameter(query, "token"));
        let Some((consumer_key, token)) = asked else {
            return error::malformed("consumerKey and token are required.");
        };
        let source = source(parts, addressed);
        let authority = &self.account.authority;
        let revoked = if is_oauth(parts) {
            match self.account.log_in_to_token_service(parts, addressed).await {
                Ok(principal) => {
                    authority
                        .revoke_token_by_token(&principal, source, &consumer_key, &token)
                        .await
                }
                Err(refused) => {
                    let (at, body) = ((parts, addressed), Pending::Read(Bytes::new()));
                    let reply = self.refuse_token(&refused);
                    return self.look_into(&refused, at, body, reply).await;
                }
            }
        } else {
            match self.nl_login(parts, source).await {
                Ok(login) => {
                    let attempt = login.attempt_without_code(source);
                    authority
                        .revoke_token_by_password(&attempt, &consumer_key, &token)
                        .await
                }
                Err(refused) => return self.marked(refused),
            }
        };
        match revoked {
            Ok(()) => {
                let done = json(StatusCode::OK, JSON, &json!({ "success": true }));
                self.account.marked(done)
            }
            Err(refused) => self.refuse_service(&refused),
        }
    }
}

/// Whether the header is one of OAuth, well made or not.
fn is_oauth(parts: &Parts) -> bool {
    let Some(header) = authorization(parts) else {
        return false;
    };
    let other = matches!(
        countersign_protocol::AuthorizationHeader::parse(header),
        Err(HeaderError::Scheme(_) | HeaderError::Missing)
    );
    !other
        && matches!(
            NlAuth::parse(header),
            Err(NlAuthError::Scheme | NlAuthError::TooLong)
        )
}
