//! The body of a call, as far as it has to be known to sign it and to send it again.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use countersign_client::Sending;
use countersign_front::{Body, BodyError, MediaType};
use countersign_protocol::EndpointVersion;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;

use crate::envelope::{Envelope, EnvelopeError};
use crate::headers::SOAP_ACTION;
use crate::refusal::{Refusal, sentence};

/// How much of a body of unknown length is read ahead: one that ends within can be sent again.
const AHEAD: usize = 64 * 1024;

pub(crate) enum Payload {
    /// All of it.
    Kept(Bytes),
    /// All of it, and a part of what is signed (RFC 5849 section 3.4.1.3.1).
    Form(Bytes),
    Envelope(Envelope),
    /// Too large to be kept: it can be sent once, and is gone then.
    Streamed(Option<Streamed>),
}

impl Payload {
    /// The body of a REST or RESTlet call.
    pub(crate) async fn read(headers: &HeaderMap, body: Body, kept: u64, read: u64) -> Result<Self, Refusal> {
        if MediaType::of(headers).is("application/x-www-form-urlencoded") {
            refuse_encoding(headers)?;
            let form = body.collect(read).await?;
            let is_oauth = |name: &str| {
                name.get(..6)
                    .is_some_and(|start| start.eq_ignore_ascii_case("oauth_"))
            };
            if form_urlencoded::parse(&form).any(|(name, _)| is_oauth(&name)) {
                return Err(countersign_vault::CallRefused::OauthParameter.into());
            }
            return Ok(Self::Form(form));
        }
        match body.size_hint().exact() {
            Some(0) => Ok(Self::Kept(Bytes::new())),
            Some(length) if length <= kept => Ok(Self::Kept(body.collect(kept).await?)),
            Some(_) => Ok(Self::Streamed(Some(Streamed::of(VecDeque::new(), body)))),
            None => Self::read_ahead(body).await,
        }
    }

    async fn read_ahead(mut body: Body) -> Result<Self, Refusal> {
        let mut read = VecDeque::new();
        let mut length = 0;
        while length < AHEAD {
            let Some(frame) = body.frame().await else {
                let whole: Vec<u8> = read
                    .iter()
                    .flat_map(|part: &Bytes| part.iter().copied())
                    .collect();
                return Ok(Self::Kept(whole.into()));
            };
            if let Ok(data) = frame?.into_data() {
                length += data.len();
                read.push_back(data);
            }
        }
        Ok(Self::Streamed(Some(Streamed::of(read, body))))
    }

    /// A SOAP envelope.
    pub(crate) async fn read_envelope(
        headers: &HeaderMap,
        body: Body,
        read: u64,
        version: EndpointVersion,
    ) -> Result<Self, Refusal> {
        refuse_encoding(headers)?;
        let media_type = MediaType::of(headers);
        let charset = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let charset = charset.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("charset")
                .then(|| value.trim().trim_matches('"').to_owned())
        });
        let is_xml = media_type.is("text/xml")
            || media_type.is("application/soap+xml")
            || media_type.is("application/xml");
        if !is_xml {
            return Err(Refusal::bad_request(
                "A SOAP request has Content-Type: text/xml; charset=utf-8, and no attachments.",
            ));
        }
        if charset.is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8")) {
            return Err(refused(EnvelopeError::Encoding));
        }
        let envelope = Envelope::read(&body.collect(read).await?, version).map_err(refused)?;
        // What was judged is the body; whoever dispatches by the header must come to the same.
        let action = headers
            .get(SOAP_ACTION)
            .map(|action| action.to_str().unwrap_or("?").trim_matches('"').trim());
        let names_it =
            |action: &str| action.rsplit(['/', '#', ':']).next() == Some(envelope.operation.as_str());
        match action {
            Some(action) if !action.is_empty() && !names_it(action) => Err(Refusal::bad_request(format!(
                "The SOAPAction header names another operation than the envelope, which holds {}.",
                envelope.operation
            ))),
            _ => Ok(Self::Envelope(envelope)),
        }
    }

    /// Whether it is a form with a field of one of these names, in whatever case.
    pub(crate) fn has_field(&self, names: &[&str]) -> bool {
        let Self::Form(form) = self else { return false };
        form_urlencoded::parse(form).any(|(name, _)| names.iter().any(|one| name.eq_ignore_ascii_case(one)))
    }

    /// Whether how long it takes to send it is its caller's to say.
    pub(crate) const fn sending(&self) -> Sending {
        match self {
            Self::Streamed(_) => Sending::Upload,
            Self::Kept(_) | Self::Form(_) | Self::Envelope(_) => Sending::Held,
        }
    }

    /// Whether it is still there to be sent.
    pub(crate) const fn is_there(&self) -> bool {
        !matches!(self, Self::Streamed(None))
    }
}

fn refuse_encoding(headers: &HeaderMap) -> Result<(), Refusal> {
    let is_plain = |value: &http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    match headers.get_all(CONTENT_ENCODING).iter().all(is_plain) {
        true => Ok(()),
        false => Err(Refusal::new(
            http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "BAD_REQUEST",
            "A form or a SOAP envelope has to be read to be signed: send it without Content-Encoding.",
        )),
    }
}

fn refused(error: EnvelopeError) -> Refusal {
    Refusal::bad_request(sentence(&error))
}

/// A body of which a part has come already. Trailers do not go on.
pub(crate) struct Streamed {
    ahead: VecDeque<Bytes>,
    rest: Body,
}

impl Streamed {
    const fn of(ahead: VecDeque<Bytes>, rest: Body) -> Self {
        Self { ahead, rest }
    }
}

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Some(data) = self.ahead.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match Pin::new(&mut self.rest).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) if frame.is_trailers() => Poll::Ready(None),
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ahead.is_empty() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.ahead.is_empty() {
            true => self.rest.size_hint(),
            // Only a body of unknown length was read ahead.
            false => SizeHint::default(),
        }
    }
}
