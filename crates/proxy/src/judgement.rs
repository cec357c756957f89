//! What an answer says of the call: was it let in, was its login refused, was the account busy.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use countersign_capture::Fault;
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
    /// `idle_time` is how long what has to be read may stand still.
    pub(crate) async fn of(service: ServiceKind, response: Response<Incoming>, idle_time: Duration) -> Self {
        let (head, mut rest) = response.into_parts();
        let mut ahead = VecDeque::new();
        let judgement = match by_status(service, head.status) {
            Some(judgement) => judgement,
            None => {
                let mut length = 0;
                let mut is_whole = false;
                while length < READ {
                    // Attack: an error that is begun and never ends, and keeps its slot.
                    let Ok(frame) = tokio::time::timeout(idle_time, rest.frame()).await else {
                        break;
                    };
                    match frame {
                        Some(Ok(frame)) => {
                            if let Ok(data) = frame.into_data() {
                                length += data.len();
                                ahead.push_back(data);
                            }
                        }
                        // Where it breaks off, the caller will see that too.
                        Some(Err(_)) => break,
                        None => {
                            is_whole = true;
                            break;
                        }
                    }
                }
                let read: Vec<u8> = ahead.iter().flatten().copied().collect();
                match std::str::from_utf8(&read) {
                    Ok(body) if is_whole => by_error(service, body),
                    _ => Judgement::Unclear,
                }
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

/// By what the account itself calls its error: its message may quote the caller.
fn by_error(service: ServiceKind, body: &str) -> Judgement {
    let fault = match service {
        ServiceKind::Soap => Fault::of_soap(body),
        ServiceKind::Restlet => Fault::of_restlet(body),
        ServiceKind::Rest | ServiceKind::SuiteQl => None,
    };
    match fault {
        Some(fault) if fault.is_busy() => Judgement::Busy,
        Some(fault) if fault.is_login_refused() => Judgement::LoginRefused,
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
            (Soap, 500, "<code>WS_REQUEST_BLOCKED</code>", Unclear),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let judged = by_status(service, status).unwrap_or_else(|| by_error(service, body));
            assert_eq!(judged, expected, "{service} {status} {body}");
        }
    }

    fn fault(string: &str, name: &str, content: &str) -> String {
        format!(
            "<e:Envelope xmlns:e=\"x\"><e:Body><e:Fault><faultcode>e:Server.userException</faultcode><faultstring>{string}\
             </faultstring><detail><p:{name} xmlns:p=\"y\">{content}</p:{name}><n:hostname>h</n:hostname></detail></e:Fault>\
             </e:Body></e:Envelope>"
        )
    }

    #[test]
    fn a_true_fault_is_believed_by_its_name_or_its_code() {
        for (name, code, expected) in [
            (
                "exceededConcurrentRequestLimitFault",
                "WS_REQUEST_BLOCKED",
                Judgement::Busy,
            ),
            ("fault", "WS_REQUEST_BLOCKED", Judgement::Busy),
            ("invalidCredentialsFault", "USER_ERROR", Judgement::LoginRefused),
            ("fault", "INVALID_LOGIN_CREDENTIALS", Judgement::LoginRefused),
            (
                "insufficientPermissionFault",
                "INSUFFICIENT_PERMISSION",
                Judgement::Unclear,
            ),
            ("unexpectedErrorFault", "USER_ERROR", Judgement::Unclear),
        ] {
            let content = format!("<p:code>{code}</p:code><p:message>m</p:message>");
            let body = fault("m", name, &content);
            assert_eq!(by_error(ServiceKind::Soap, &body), expected, "{body}");
            let cut = body.get(..body.len() - 1).unwrap();
            assert_eq!(by_error(ServiceKind::Soap, cut), Judgement::Unclear, "{cut}");
        }
    }

    #[test]
    fn the_words_of_a_fault_mean_nothing_where_a_caller_can_put_them() {
        for word in [
            "WS_REQUEST_BLOCKED",
            "exceededConcurrentRequestLimitFault",
            "invalidCredentialsFault",
            "INVALID_LOGIN_CREDENTIALS",
        ] {
            let usual = "<p:code>USER_ERROR</p:code>";
            for content in [
                format!("{usual}<p:message>{word}</p:message>"),
                format!("{usual}<p:message>&lt;code&gt;{word}&lt;/code&gt;</p:message>"),
                format!("{usual}<p:message type=\"{word}\"/>"),
                format!("{usual}<p:{word}/>"),
                format!("{usual}<p:message><code>{word}</code></p:message>"),
                format!("<p:code>The type {word} is not known.</p:code>"),
            ] {
                let body = fault(word, "unexpectedErrorFault", &content);
                assert_eq!(by_error(ServiceKind::Soap, &body), Judgement::Unclear, "{body}");
            }
            let operation = format!("<e:Envelope xmlns:e=\"x\"><e:Body><{word}/></e:Body></e:Envelope>");
            assert_eq!(by_error(ServiceKind::Soap, &operation), Judgement::Unclear);
        }
        for word in ["SSS_REQUEST_LIMIT_EXCEEDED", "INVALID_LOGIN"] {
            for body in [
                serde_json::json!({ "error": { "code": "UNEXPECTED_ERROR", "message": word } }).to_string(),
                serde_json::json!({ "error": { "code": format!("NO_{word}"), "message": "" } }).to_string(),
                serde_json::json!({ "code": word, word: { "code": word } }).to_string(),
                format!("error code: UNEXPECTED_ERROR\nerror message: error code: {word}"),
                format!("<error><code>UNEXPECTED_ERROR</code><message>{word}</message></error>"),
                word.to_owned(),
            ] {
                assert_eq!(
                    by_error(ServiceKind::Restlet, &body),
                    Judgement::Unclear,
                    "{body}"
                );
            }
        }
    }
}
