//! `/rest/requesttoken` and `/rest/accesstoken`: steps one and three of the authorization flow.

use countersign_authority::{Exchanged, FlowAttempt, FlowRefused};
use countersign_front::Body;
use countersign_model::{FlowStep, RequestTokenId, Surface};
use countersign_protocol::{Request as Signed, Secret, percent_encode};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, StatusCode};

use super::error;
use crate::accounts::{Accounts, MeantInFlow, NamedRecord};
use crate::addressed::Addressed;
use crate::login::{source, target};
use crate::named;
use crate::reply::{Reply, reply};
use crate::server::{body_status, signed_body};

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

/// An application may not know its account yet: without a realm it is the one that has its record, or issued its token.
pub(crate) async fn meant_by_flow(
    accounts: &Accounts,
    parts: &Parts,
    addressed: &Addressed,
) -> Option<MeantInFlow> {
    let record = named::oauth(parts).and_then(|header| {
        let token = header.token().map(|token| RequestTokenId::parse(token.text()));
        match token {
            Some(token) => token.ok().map(NamedRecord::RequestToken),
            None => Some(NamedRecord::ConsumerKey(
                header.consumer_key()?.text().into_owned(),
            )),
        }
    });
    let realm = named::by_realm(parts);
    accounts.meant_by_record(&addressed.host, realm, record).await
}

impl MeantInFlow {
    pub(crate) async fn answer(
        &self,
        step: FlowStep,
        parts: &Parts,
        body: Body,
        addressed: &Addressed,
        accounts: &Accounts,
    ) -> Reply {
        if parts.method != Method::POST {
            return error::method("POST");
        }
        let (form, _) = match signed_body(parts, body).await {
            Ok(bodies) => bodies,
            Err(refused) => {
                return error::error(body_status(&refused), "INVALID_REQUEST", &refused.to_string());
            }
        };
        let content_type = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let (scheme, authority) = (addressed.scheme, &addressed.authority);
        let signed = Signed::received(parts.method.as_str(), scheme, authority, target(parts));
        let headers = parts.headers.get_all(AUTHORIZATION).iter();
        let headers: Vec<_> = headers
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        let headers: Vec<&str> = headers.iter().map(AsRef::as_ref).collect();
        let attempt = FlowAttempt {
            request: signed
                .as_ref()
                .map(|request| request.with_body(content_type, &form)),
            authorization: &headers,
            account: self.meant.account.id(),
            source: source(parts, addressed),
        };
        let answered = match step {
            FlowStep::RequestToken => self.request_token(&attempt).await,
            FlowStep::AccessToken => self.access_token(&attempt, accounts).await,
        };
        match answered {
            Ok(reply) => self.meant.account.marked(reply),
            Err(refused @ FlowRefused::Fault(_)) => self
                .meant
                .account
                .marked(self.refuse_step(parts, addressed, &refused)),
            Err(refused) => {
                let reply = self.meant.marked(self.refuse_step(parts, addressed, &refused));
                self.look_into_step((step, &refused), (parts, addressed), &form, reply)
            }
        }
    }

    async fn request_token(&self, attempt: &FlowAttempt<'_>) -> Result<Reply, FlowRefused> {
        let issued = self.home.authority.issue_request_token(attempt).await?;
        let mut pairs = credentials(issued.token.as_str(), &issued.secret);
        pairs.push_str("&oauth_callback_confirmed=true");
        if let Some(role) = issued.role {
            pairs.push_str(&format!("&role={role}"));
        }
        Ok(reply(StatusCode::OK, FORM, pairs))
    }

    async fn access_token(
        &self,
        attempt: &FlowAttempt<'_>,
        accounts: &Accounts,
    ) -> Result<Reply, FlowRefused> {
        let made = match self.home.authority.exchange_request_token(attempt).await? {
            Exchanged::Token(made) => made,
            Exchanged::Elsewhere(grant) => {
                let granted_in = accounts.get(grant.account());
                let gone =
                    || FlowRefused::Unavailable(format!("{} is not held here any more", grant.account()));
                let authority = granted_in.ok_or_else(gone)?.authority;
                authority.complete_grant(attempt, &grant).await?
            }
        };
        Ok(reply(
            StatusCode::OK,
            FORM,
            credentials(made.id.as_str(), &made.secret),
        ))
    }

    /// Logs why, and tells what the caller may know.
    fn refuse_step(&self, parts: &Parts, addressed: &Addressed, refused: &FlowRefused) -> Reply {
        let refusal = match refused {
            FlowRefused::Refused { refusal, .. } => refusal,
            FlowRefused::TooMany(reason) => {
                tracing::warn!(account = %self.home.id(), reason, "a request token is not issued");
                return error::unavailable(StatusCode::TOO_MANY_REQUESTS);
            }
            FlowRefused::Fault(fault) => return error::login(fault.0),
            FlowRefused::Unavailable(_) => return error::unavailable(StatusCode::SERVICE_UNAVAILABLE),
        };
        tracing::info!(
            account = %self.home.id(),
            surface = Surface::AuthorizationFlow.label(),
            detail = refusal.detail_column(),
            mistake = refusal.mistake(),
            reason = %refusal,
            path = parts.uri.path(),
            ip = addressed.client.map(tracing::field::display),
            "a step of the flow refused"
        );
        let public = refusal.public();
        let status = StatusCode::from_u16(public.status).unwrap_or(StatusCode::UNAUTHORIZED);
        error::error(status, public.code, public.message)
    }
}

fn credentials(token: &str, secret: &Secret) -> String {
    format!(
        "oauth_token={}&oauth_token_secret={}",
        percent_encode(token),
        percent_encode(secret.expose())
    )
}
