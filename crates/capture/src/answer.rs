//! An answer as it was caught, and the error code in it, wherever the service puts one.

use std::fmt;

use serde_json::{Value, json};

use crate::encoding::decode;
use crate::error::CaptureError;
use crate::fault::Parts;
use crate::log;
use crate::moment;
use crate::reading::MAX_CAPTURE;

/// Status, headers and body, as far as they were caught.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CapturedAnswer {
    pub status: Option<u16>,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// An error code with its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerCode {
    /// `INVALID_LOGIN`; empty where there is only a message.
    pub code: String,
    pub message: String,
}

pub(crate) fn is_status_line(line: &str) -> bool {
    status_of(line).is_some()
}

fn status_of(line: &str) -> Option<u16> {
    let rest = line.trim().strip_prefix("HTTP/")?;
    let (version, rest) = rest.split_once(' ')?;
    let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let status = rest.split_whitespace().next()?.parse().ok()?;
    (is_version && (100..1000).contains(&status)).then_some(status)
}

impl CapturedAnswer {
    /// Reads what was saved of an answer: status line, headers and body, or the body alone.
    pub fn read(bytes: &[u8]) -> Result<Self, CaptureError> {
        if bytes.len() > MAX_CAPTURE {
            return Err(CaptureError::unrecognised("the answer is larger than 32 MiB"));
        }
        let source = decode(bytes)?;
        let text = source.text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            return Err(CaptureError::unrecognised("the answer is empty")
                .advised("save it with its status line and headers: curl -i, or curl -v 2>&1"));
        }
        let is_verbose = text
            .lines()
            .any(|line| line.strip_prefix("< ").is_some_and(is_status_line));
        if is_verbose {
            let lines = text
                .lines()
                .filter(|line| !line.starts_with("* ") && !line.starts_with("> ") && !line.starts_with("{ ["))
                .map(|line| {
                    line.strip_prefix("< ")
                        .unwrap_or(if line == "<" { "" } else { line })
                });
            return Ok(Self::of_dump(&lines.collect::<Vec<_>>().join("\n")));
        }
        let mut answer = Self::of_dump(text);
        if answer.status.is_none() && answer.code().is_none() && !answer.is_page() {
            answer.pick_out();
        }
        Ok(answer)
    }

    /// What a program printed of an answer, or a message alone: status, code and message are found by their names.
    fn pick_out(&mut self) {
        let text = log::plain(&self.body);
        let first = |names: &[&str], is_meant: fn(&str) -> bool| {
            let mut values = names.iter().flat_map(|name| log::labelled(&text, name, 0));
            values.find(|(_, value)| is_meant(value)).map(|(_, value)| value)
        };
        let is_code = |value: &str| {
            let is_word = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            !value.is_empty() && value.bytes().all(is_word) && !value.starts_with("ERR_")
        };
        let is_status = |value: &str| number_of(value).is_some();
        let status = first(&["status", "statusCode"], is_status).and_then(number_of);
        let code = first(&["o:errorCode", "errorCode", "code"], is_code);
        let is_message = |value: &str| !value.is_empty();
        let named = first(&["detail", "message"], is_message).filter(|_| code.is_some());
        let alone = || text.lines().count() == 1 && !text.contains(['{', '<']);
        let message = named.or_else(|| alone().then(|| text.trim()));
        self.status = status;
        if code.is_some() || message.is_some() {
            let error = json!({ "error": { "code": code.unwrap_or_default(), "message": message } });
            self.body = error.to_string();
        }
    }

    /// With a status line, or the body alone. Of several the last counts: what is before it is 100 or a proxy's.
    pub(crate) fn of_dump(text: &str) -> Self {
        let mut answer = Self::default();
        let mut rest = text.trim_start();
        while let Some(status) = rest.lines().next().and_then(status_of) {
            answer.status = Some(status);
            answer.headers.clear();
            let mut end = 0;
            for (number, line) in rest.split_inclusive('\n').enumerate() {
                end += line.len();
                if line.trim().is_empty() {
                    break;
                }
                if number > 0
                    && let Some((name, value)) = line.split_once(':')
                {
                    answer
                        .headers
                        .push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
            rest = rest.get(end..).unwrap_or_default();
        }
        answer.body = rest.to_owned();
        answer
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The server's clock when it answered, in seconds since 1970.
    pub fn date(&self) -> Option<i64> {
        self.header("date").and_then(moment::of_date_header)
    }

    /// Whether the body is a page for people.
    pub fn is_page(&self) -> bool {
        let start: String = self.body.trim_start().chars().take(512).collect();
        let start = start.to_ascii_lowercase();
        let is_typed = self
            .header("content-type")
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"));
        is_typed || start.starts_with("<!doctype html") || start.starts_with("<html")
    }

    /// The error code of any of NetSuite's services, and its message.
    pub fn code(&self) -> Option<AnswerCode> {
        let body = self.body.trim();
        match body.chars().next() {
            Some('{' | '[') => of_json(body),
            Some('<') if !self.is_page() => of_xml(body),
            _ => of_text(body),
        }
    }
}

/// A status at the beginning of a text.
fn number_of(text: &str) -> Option<u16> {
    let number = text.split(',').next()?.trim().parse().ok()?;
    (100..600).contains(&number).then_some(number)
}

/// The REST envelope, `{"error": {…}}` of a RESTlet, or one of these in a text of another.
fn of_json(body: &str) -> Option<AnswerCode> {
    let value: Value = serde_json::from_str(body).ok()?;
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(detail) = value.pointer("/o:errorDetails/0") {
        return Some(AnswerCode {
            code: text(detail, "o:errorCode").unwrap_or_default(),
            message: text(detail, "detail").unwrap_or_default(),
        });
    }
    let error = value.get("error").unwrap_or(&value);
    let code = text(error, "code").or_else(|| text(&value, "o:errorCode"));
    let message = text(error, "message").or_else(|| text(&value, "title"));
    if code.is_none() && message.is_none() {
        return None;
    }
    Some(AnswerCode {
        code: code.unwrap_or_default(),
        message: message.unwrap_or_default(),
    })
}

/// A SOAP fault, or `<error>` of a RESTlet; what people saved may be cut off.
fn of_xml(body: &str) -> Option<AnswerCode> {
    let parts = Parts::read(body)?;
    let message = match parts.message.is_empty() {
        true => &parts.fault,
        false => &parts.message,
    };
    let answer = AnswerCode {
        code: parts.any_code().to_owned(),
        message: message.clone(),
    };
    (answer != AnswerCode::default()).then_some(answer)
}

/// `error code: X` and `error message: Y`, from the beginning: another text may quote them.
fn of_text(body: &str) -> Option<AnswerCode> {
    let line = |text: &str| text.lines().next().unwrap_or_default().trim().to_owned();
    let rest = body.strip_prefix("error code:")?;
    // The two may stand on one line.
    let (code, message) = rest.split_once("error message:").unwrap_or((rest, ""));
    Some(AnswerCode {
        code: line(code),
        message: line(message),
    })
}

impl fmt::Debug for CapturedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CapturedAnswer")
            .field("status", &self.status)
            .field("code", &self.code().map(|code| code.code))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_every_service_is_found() {
        for (body, code, message) in [
            (
                r#"{"title":"Unauthorized","status":401,"o:errorDetails":[{"detail":"Invalid login attempt.","o:errorCode":"INVALID_LOGIN"}]}"#,
                "INVALID_LOGIN",
                "Invalid login attempt.",
            ),
            (
                r#"{"error" : {"code" : "INVALID_LOGIN_ATTEMPT","message" : "Invalid login attempt."}}"#,
                "INVALID_LOGIN_ATTEMPT",
                "Invalid login attempt.",
            ),
            (
                "<?xml version='1.0'?><error><code>INVALID_REQUEST</code><message>a &amp; b</message></error>",
                "INVALID_REQUEST",
                "a & b",
            ),
            (
                "error code: SSS_REQUEST_LIMIT_EXCEEDED\nerror message: Request Limit Exceeded",
                "SSS_REQUEST_LIMIT_EXCEEDED",
                "Request Limit Exceeded",
            ),
            (
                r#"<soapenv:Envelope xmlns:soapenv="s"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Server.userException</faultcode><faultstring>Invalid login attempt.</faultstring><detail><f:invalidCredentialsFault xmlns:f="x"><f:code>USER_ERROR</f:code><f:message>Invalid login attempt.</f:message></f:invalidCredentialsFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"#,
                "USER_ERROR",
                "Invalid login attempt.",
            ),
            (
                "<e:Envelope xmlns:e='s'><e:Body><e:Fault><faultstring>Ambiguous authentication</faultstring></e:Fault></e:Body></e:Envelope>",
                "",
                "Ambiguous authentication",
            ),
        ] {
            let answer = CapturedAnswer {
                body: body.to_owned(),
                ..CapturedAnswer::default()
            };
            let expected = AnswerCode {
                code: code.to_owned(),
                message: message.to_owned(),
            };
            assert_eq!(answer.code(), Some(expected), "{body}");
        }
        for body in ["", "hello", "{}", "[1]", "<html><body>no</body></html>"] {
            let answer = CapturedAnswer {
                body: body.to_owned(),
                ..CapturedAnswer::default()
            };
            assert_eq!(answer.code(), None, "{body}");
        }
    }

    #[test]
    fn an_answer_is_picked_out_of_what_a_program_printed() {
        for (text, status, code) in [
            (
                "AxiosError {\n  code: 'ERR_BAD_REQUEST', status: 401, data: { 'o:errorDetails': [ { detail: 'Invalid login attempt.', 'o:errorCode': 'INVALID_LOGIN' } ] }\n}",
                Some(401),
                "INVALID_LOGIN",
            ),
            (
                "{'status': 429, 'o:errorDetails': [{'detail': 'Too many.', 'o:errorCode': 'CONCURRENCY_LIMIT_EXCEEDED'}]}",
                Some(429),
                "CONCURRENCY_LIMIT_EXCEEDED",
            ),
            (
                "error: \"{\\\"error\\\":{\\\"code\\\":\\\"INVALID_LOGIN_ATTEMPT\\\",\\\"message\\\":\\\"No.\\\"}}\"",
                None,
                "INVALID_LOGIN_ATTEMPT",
            ),
            ("Please correct the data center", None, ""),
        ] {
            let answer = CapturedAnswer::read(text.as_bytes()).unwrap();
            assert_eq!(
                (answer.status, answer.code().unwrap().code.as_str()),
                (status, code),
                "{text}"
            );
        }
        assert_eq!(CapturedAnswer::read(b"a\nb").unwrap().code(), None);
    }

    #[test]
    fn the_last_of_several_answers_counts() {
        let answer = CapturedAnswer::read(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/2 302\r\nlocation: https://a/\r\n\r\nbody",
        )
        .unwrap();
        assert_eq!(answer.status, Some(302));
        assert_eq!(answer.header("Location"), Some("https://a/"));
        assert_eq!(answer.body, "body");
    }
}
