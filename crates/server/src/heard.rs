//! What is told of a call besides its answer: to the diagnosis, and to whoever follows the account's calls.

use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{
    AnsweredCall, Authority, FlowRefused, Received, Refused, RefusedCall, SentCredentials,
};
use countersign_levers::MISTAKE_HEADER;
use countersign_model::{FlowStep, RequestUri, Surface};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderName, Method, Request, Response, Uri};

use crate::accounts::{Meant, MeantInFlow};
use crate::addressed::Addressed;
use crate::login::{has_session_cookie, target};
use crate::reply::{Reply, is_dropped, with};
use crate::server::Pending;

/// Goes with an answer as far as the server, and no further.
#[derive(Clone)]
struct Heard {
    authority: Arc<Authority>,
    surface: Surface,
    refused: Option<RefusedCall>,
}

/// A call, as its line shows it.
pub(crate) struct Line {
    method: Method,
    uri: Uri,
}

impl Meant {
    /// Hands a refusal of a header to the diagnosis.
    pub(crate) async fn look_into(
        &self,
        refused: &Refused,
        (parts, addressed): (&Parts, &Addressed),
        body: Pending,
        reply: Reply,
    ) -> Reply {
        let body = match body {
            Pending::Read(form) => form,
            // A body that was signed and should not be. Attack: were it waited for only where the signature was wrong,
            // one that never comes would tell whether there is such a key. More than is looked at is not read.
            Pending::Unread(body) => {
                let body = body.collect(Received::MOST_OF_A_BODY as u64).await;
                body.unwrap_or_default()
            }
        };
        let received = received((parts, addressed), &body, of_headers(parts));
        self.named(refused, received, reply).await
    }

    /// The same of a TokenPassport.
    pub(crate) async fn look_into_envelope(
        &self,
        refused: &Refused,
        at: (&Parts, &Addressed),
        envelope: &str,
        reply: Reply,
    ) -> Reply {
        let received = received(at, &[], SentCredentials::of_envelope(envelope));
        self.named(refused, received, reply).await
    }

    /// Attack: only where the account's name is open may a header tell that it is held here, and plays.
    async fn named(&self, refused: &Refused, received: Received, mut reply: Reply) -> Reply {
        let authority = &self.account.authority;
        let mistake = match self.is_open {
            true => authority.named_mistake(refused, received).await,
            false => {
                authority.diagnose(refused, received);
                None
            }
        };
        if authority.is_followed() {
            reply.extensions_mut().insert(RefusedCall {
                row: refused.row.map(|row| row.id),
                detail: refused.detail,
                mistake: refused.mistake.map(str::to_owned),
                reason: refused.reason.clone(),
                skipped: authority.skipped_diagnoses(),
            });
        }
        match mistake {
            Some(mistake) => with(reply, HeaderName::from_static(MISTAKE_HEADER), mistake),
            None => reply,
        }
    }

    /// Says whose call it was, where anybody follows.
    pub(crate) fn heard(&self, surface: Surface, mut reply: Reply) -> Reply {
        let authority = &self.account.authority;
        if authority.is_followed() {
            let refused = reply.extensions_mut().remove::<RefusedCall>();
            reply.extensions_mut().insert(Heard {
                authority: Arc::clone(authority),
                surface,
                refused,
            });
        }
        reply
    }
}

impl MeantInFlow {
    /// Hands a refused step to the diagnosis of the account whose trail it is in.
    pub(crate) fn look_into_step(
        &self,
        (step, refused): (FlowStep, &FlowRefused),
        at: (&Parts, &Addressed),
        body: &[u8],
        mut reply: Reply,
    ) -> Reply {
        let FlowRefused::Refused { refusal, row } = refused else {
            return reply;
        };
        let (authority, asked) = (&self.home.authority, self.meant.account.id());
        let received = received(at, body, of_headers(at.0));
        authority.diagnose_step(step, asked, refused, received);
        // Whoever follows the account that was asked cannot look up rows of another.
        if self.home.id() == asked && authority.is_followed() {
            reply.extensions_mut().insert(RefusedCall {
                row: row.map(|row| row.id),
                detail: Some(refusal.detail()),
                mistake: refusal.mistake().map(str::to_owned),
                reason: refusal.to_string(),
                skipped: authority.skipped_diagnoses(),
            });
        }
        reply
    }
}

impl Line {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
        }
    }

    /// Tells whoever follows, of the query no more than the trail keeps.
    pub(crate) fn tell<B>(self, reply: &mut Response<B>, took: Duration) {
        let Some(heard) = reply.extensions_mut().remove::<Heard>() else {
            return;
        };
        heard.authority.tell_call(AnsweredCall {
            at: heard.authority.now(),
            surface: heard.surface,
            method: self.method.to_string(),
            path: RequestUri::of(self.uri.path_and_query().map_or("/", PathAndQuery::as_str)),
            status: (!is_dropped(reply)).then(|| reply.status().as_u16()),
            micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            refused: heard.refused,
        });
    }
}

fn of_headers(parts: &Parts) -> SentCredentials {
    let headers = parts.headers.get_all(AUTHORIZATION).iter();
    let headers = headers.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    SentCredentials::Headers(headers.collect())
}

fn received((parts, addressed): (&Parts, &Addressed), body: &[u8], credentials: SentCredentials) -> Received {
    let content_type = parts.headers.get(CONTENT_TYPE);
    let body = body.get(..body.len().min(Received::MOST_OF_A_BODY));
    Received {
        method: parts.method.to_string(),
        scheme: addressed.scheme,
        authority: addressed.authority.clone(),
        target: target(parts).to_owned(),
        content_type: content_type
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        body: body.unwrap_or_default().to_vec(),
        credentials,
        session_cookie: has_session_cookie(parts),
        ip: addressed.client,
    }
}
