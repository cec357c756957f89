//! `/rest/issuetoken`: a token for the user who gives the password, in their role.

use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::json;

use super::error;
use crate::accounts::Meant;
use crate::addressed::Addressed;
use crate::login::source;
use crate::named::text_parameter;
use crate::reply::{JSON, Reply, json};

impl Meant {
    pub(crate) async fn issue_token(&self, parts: &Parts, addressed: &Addressed) -> Reply {
        if parts.method != Method::GET {
            return error::method("GET");
        }
        let query = parts.uri.query().unwrap_or_default();
        let Some(consumer_key) = text_parameter(query, "consumerKey") else {
            return error::malformed("consumerKey is required.");
        };
        let name = text_parameter(query, "name").unwrap_or_default();
        let source = source(parts, addressed);
        let login = match self.nl_login(parts, source).await {
            Ok(login) => login,
            Err(refused) => return self.marked(refused),
        };
        let authority = &self.account.authority;
        let attempt = login.attempt(source);
        match authority
            .issue_token_by_password(&attempt, &consumer_key, &name)
            .await
        {
            Ok(token) => {
                let body = json!({ "tokenId": token.id.as_str(), "tokenSecret": token.secret.expose() });
                self.account.marked(json(StatusCode::OK, JSON, &body))
            }
            Err(refused) => self.refuse_service(&refused),
        }
    }
}
