//! What an answer says of the call: was it let in, was its login refused, was the account busy.

use std::collections::VecDeque;

use bytes::Bytes;
use countersign_vault::ServiceKind;
use http::{Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

/// How much of an error is read to understand it.
const READ: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// Whatever the answer is, the login was accepted.
    LetIn,
    /// Says nothing of the login.
    Unclear,
    LoginRefused,
    /// Refused for concurrency, and not executed.
    Busy,
    /// The account, or something before it, does not work now.
    Unavailable,
}

/// An answer of which a part may have been read.
pub(crate) struct Judged {
    pub(crate) judgement: Judgement,
    pub(crate) head: http::response::Parts,
    pub(crate) ahead: VecDeque<Bytes>,
    pub(crate) rest: Incoming,
}

impl Judged {
    pub(crate) async fn of(service: ServiceKind, response: Response<Incoming>) -> Self {
        let (head, mut rest) = response.into_parts();
        let mut ahead = VecDeque::new();
        let judgement = match by_status(service, head.status) {
            Some(judgement) => judgement,
            None => {
                let mut length = 0;
                // Where it breaks off, the caller will see that too.
                while length < READ
                    && let Some(Ok(frame)) = rest.frame().await
                {
                    if let Ok(data) = frame.into_data() {
                        length += data.len();
                        ahead.push_back(data);
                    }
                }
                let read: Vec<u8> = ahead.iter().flatten().copied().collect();
                by_words(service, &read)
            }
        };
        Self {
            judgement,
            head,
            ahead,
            rest,
        }
    }
}

/// None where the body has to be looked at.
fn by_status(service: ServiceKind, status: StatusCode) -> Option<Judgement> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(Judgement::Busy),
        StatusCode::UNAUTHORIZED => Some(Judgement::LoginRefused),
        StatusCode::BAD_REQUEST if service == ServiceKind::Restlet => None,
        // A header that cannot be read is refused like a body that cannot.
        StatusCode::BAD_REQUEST => Some(Judgement::Unclear),
        StatusCode::INTERNAL_SERVER_ERROR if service == ServiceKind::Soap => None,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            Some(Judgement::Unavailable)
        }
        _ if status.is_server_error() => Some(Judgement::Unclear),
        _ => Some(Judgement::LetIn),
    }
}

fn by_words(service: ServiceKind, body: &[u8]) -> Judgement {
    let has = |word: &str| memchr::memmem::find(body, word.as_bytes()).is_some();
    match service {
        ServiceKind::Soap if has("WS_REQUEST_BLOCKED") || has("exceededConcurrentRequestLimitFault") => {
            Judgement::Busy
        }
        ServiceKind::Soap if has("invalidCredentialsFault") => Judgement::LoginRefused,
        ServiceKind::Restlet if has("SSS_REQUEST_LIMIT_EXCEEDED") => Judgement::Busy,
        ServiceKind::Restlet if has("INVALID_LOGIN") => Judgement::LoginRefused,
        _ => Judgement::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_says_it_in_its_own_way() {
        use Judgement::{Busy, LetIn, LoginRefused, Unavailable, Unclear};
        use ServiceKind::{Rest, Restlet, Soap, SuiteQl};
        for (service, status, body, expected) in [
            (Rest, 200, "", LetIn),
            (Rest, 404, "", LetIn),
            (Rest, 403, "", LetIn),
            (Rest, 400, "SSS_REQUEST_LIMIT_EXCEEDED", Unclear),
            (Rest, 401, "", LoginRefused),
            (SuiteQl, 429, "", Busy),
            (Rest, 500, "WS_REQUEST_BLOCKED", Unclear),
            (Rest, 503, "", Unavailable),
            (
                Restlet,
                400,
                "{\"error\":{\"code\":\"SSS_REQUEST_LIMIT_EXCEEDED\"}}",
                Busy,
            ),
            (
                Restlet,
                400,
                "{\"error\":{\"code\":\"INVALID_REQUEST\"}}",
                Unclear,
            ),
            (Restlet, 401, "", LoginRefused),
            (Soap, 200, "", LetIn),
            (Soap, 500, "<code>WS_REQUEST_BLOCKED</code>", Busy),
            (
                Soap,
                500,
                "<platformFaults:invalidCredentialsFault>",
                LoginRefused,
            ),
            (Soap, 500, "<platformFaults:insufficientPermissionFault>", Unclear),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let judged = by_status(service, status).unwrap_or_else(|| by_words(service, body.as_bytes()));
            assert_eq!(judged, expected, "{service} {status} {body}");
        }
    }
}
