//! The request as it goes out: to the account's own host, signed at that moment.

use countersign_client::{Destination, Outgoing};
use countersign_protocol::{Request as Signed, Stamp};
use countersign_vault::ServiceKind;
use countersign_world::nonce;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request};

use super::Journey;
use crate::book::Keyed;
use crate::pace::Paced;
use crate::payload::Payload;
use crate::proxy::Account;
use crate::refusal::{Refusal, sentence};

impl Journey<'_> {
    /// The request as it goes out, with a stamp of this moment.
    pub(super) fn signed(
        &mut self,
        keyed: &Keyed,
        account: &Account,
    ) -> Result<(Destination, Request<Outgoing>), Refusal> {
        let url = format!("{}{}", self.origin(keyed), self.target);
        let destination = Destination::resolve(&url, &keyed.account, None);
        let destination = destination.map_err(|error| Refusal::bad_request(sentence(&error)))?;
        let now = account.skew.corrected(self.shared.clock.now()).seconds();
        let nonce = nonce(&*self.shared.entropy);
        let stamp = Stamp::new(u64::try_from(now).unwrap_or_default(), nonce.as_str());
        let stamp = stamp.map_err(|error| Refusal::unavailable(sentence(&error)))?;
        let mut headers = self.headers.clone();
        // An error has to be read to be understood, and links to be found.
        if self.links.is_some() || matches!(self.call.service(), ServiceKind::Restlet | ServiceKind::Soap) {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        let sign = |form: &[u8]| -> Result<HeaderValue, Refusal> {
            let request = Signed::new(self.method.as_str(), destination.url());
            let request = request.map_err(|error| Refusal::bad_request(sentence(&error)))?;
            let content_type = self
                .headers
                .get(CONTENT_TYPE)
                .and_then(|value| value.to_str().ok());
            let header = keyed.signer.sign(&request.with_body(content_type, form), &stamp);
            let mut header = HeaderValue::from_str(&header)
                .map_err(|_| Refusal::unavailable("The credentials make no header."))?;
            header.set_sensitive(true);
            Ok(header)
        };
        let (authorization, body) = match &mut self.payload {
            Payload::Kept(bytes) => (Some(sign(&[])?), Outgoing::from(bytes.clone())),
            Payload::Form(form) => (Some(sign(form)?), Outgoing::from(form.clone())),
            Payload::Envelope(envelope) => {
                let envelope = envelope.signed(&keyed.signer.passport(&stamp));
                (None, Outgoing::from(envelope))
            }
            Payload::Streamed(streamed) => {
                let streamed = streamed
                    .take()
                    .ok_or_else(|| Refusal::unavailable("The body is gone."))?;
                let paced = Paced::new(streamed, self.shared.clock.clone());
                (Some(sign(&[])?), Outgoing::streamed(paced))
            }
        };
        // Last of all: nothing of the caller's stands in its place.
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        let mut request = Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = destination
            .url()
            .parse()
            .map_err(|_| Refusal::bad_request("The address cannot be sent."))?;
        *request.headers_mut() = headers;
        Ok((destination, request))
    }

    /// Scheme and host of the service that is called: the account's own, or its local server.
    pub(super) fn origin(&self, keyed: &Keyed) -> String {
        match &keyed.server {
            Some(server) => server.to_string(),
            None => format!("https://{}", keyed.account.host(self.call.service().service())),
        }
    }
}
