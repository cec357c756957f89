//! Hands a request to the authority.

use countersign_authority::{LoginAttempt, Presented, Principal, PublicAnswer, Refused, Source};
use countersign_levers::Service;
use countersign_model::Surface;
use countersign_protocol::Request as Signed;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, USER_AGENT};
use http::request::Parts;

use crate::account::AccountServer;
use crate::addressed::Addressed;

impl AccountServer {
    /// Verifies the header of a REST or RESTlet request. `form` is its body where that is signed.
    pub(crate) async fn log_in(
        &self,
        surface: Surface,
        parts: &Parts,
        addressed: &Addressed,
        form: &[u8],
    ) -> Result<Principal, Refused> {
        let service = Service::of(surface);
        self.log_in_by_header((surface, service), parts, addressed, form)
            .await
    }

    /// Verifies the header of a request to a token service that takes a token. They speak as RESTlets do.
    pub(crate) async fn log_in_to_token_service(
        &self,
        parts: &Parts,
        addressed: &Addressed,
    ) -> Result<Principal, Refused> {
        let called = (Surface::Restlet, Some(Service::TokenServices));
        self.log_in_by_header(called, parts, addressed, &[]).await
    }

    async fn log_in_by_header(
        &self,
        called: (Surface, Option<Service>),
        parts: &Parts,
        addressed: &Addressed,
        form: &[u8],
    ) -> Result<Principal, Refused> {
        let content_type = parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let target = target(parts);
        let signed = Signed::received(
            parts.method.as_str(),
            addressed.scheme,
            &addressed.authority,
            target,
        );
        // A value that is not UTF-8 cannot be a header of ours: read as far as it goes, it is refused with its row.
        let headers = parts.headers.get_all(AUTHORIZATION).iter();
        let authorization: Vec<_> = headers
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        let authorization: Vec<&str> = authorization.iter().map(AsRef::as_ref).collect();
        let request = match &signed {
            Ok(request) => Ok(request.with_body(content_type, form)),
            Err(error) => Err(error),
        };
        let presented = Presented::Headers {
            request,
            authorization: &authorization,
        };
        let principal = self
            .authority
            .log_in(&attempt(called, presented, parts, addressed))
            .await;
        principal.inspect_err(|refused| self.log(called.0, parts, addressed, refused))
    }

    /// Verifies the TokenPassport of an envelope.
    pub(crate) async fn log_in_by_passport(
        &self,
        parts: &Parts,
        addressed: &Addressed,
        envelope: &str,
    ) -> Result<Principal, Refused> {
        let called = (Surface::Soap, Service::of(Surface::Soap));
        let attempt = attempt(called, Presented::Envelope(envelope), parts, addressed);
        self.authority
            .log_in(&attempt)
            .await
            .inspect_err(|refused| self.log(Surface::Soap, parts, addressed, refused))
    }

    /// Says why. What is not known is left out.
    fn log(&self, surface: Surface, parts: &Parts, addressed: &Addressed, refused: &Refused) {
        let was_let_in = matches!(refused.public, PublicAnswer::Fails(_) | PublicAnswer::Dropped);
        tracing::info!(
            account = %self.id(),
            surface = surface.label(),
            detail = refused.detail.map(|detail| detail.word(surface)),
            mistake = refused.mistake,
            reason = refused.reason,
            path = parts.uri.path(),
            application = refused.application,
            ip = addressed.client.map(tracing::field::display),
            "{}",
            if was_let_in { "answered by a test lever" } else { "login refused" }
        );
    }
}

/// The request target as it was sent: the path is signed byte by byte.
pub(crate) fn target(parts: &Parts) -> &str {
    parts
        .uri
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str)
}

fn attempt<'a>(
    (surface, service): (Surface, Option<Service>),
    presented: Presented<'a>,
    parts: &'a Parts,
    addressed: &Addressed,
) -> LoginAttempt<'a> {
    LoginAttempt {
        surface,
        service,
        presented,
        session_cookie: has_session_cookie(parts),
        source: source(parts, addressed),
    }
}

pub(crate) fn has_session_cookie(parts: &Parts) -> bool {
    let cookies = parts.headers.get_all(COOKIE).iter();
    cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .any(|cookie| cookie.trim().starts_with("JSESSIONID="))
}

/// Where a request came from, for the trail.
pub(crate) fn source<'a>(parts: &'a Parts, addressed: &Addressed) -> Source<'a> {
    Source {
        ip: addressed.client,
        user_agent: parts
            .headers
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok()),
        uri: target(parts),
    }
}
