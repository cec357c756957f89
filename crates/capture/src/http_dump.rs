//! A request as it went over the wire, also as `curl -v` prints it or a `.http` file has it, with the answer behind it.

use countersign_protocol::Scheme;

use crate::answer::CapturedAnswer;
use crate::captured::{Address, CapturedRequest, Form};
use crate::encoding::Decoded;
use crate::error::{CaptureError, Place};

/// Of more folded lines nobody needs to read.
const MAX_ASSUMPTIONS: usize = 5;

/// Whether a line is a request line: a method, a target, and perhaps a version.
pub(crate) fn is_request_line(line: &str) -> bool {
    request_line(line).is_some()
}

fn request_line(line: &str) -> Option<(&str, &str)> {
    let (method, rest) = line.trim().split_once(' ')?;
    let is_method =
        !method.is_empty() && method.len() <= 16 && method.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = rest.trim();
    let target = match rest.rsplit_once(' ') {
        Some((target, version)) if version.starts_with("HTTP/") => target.trim(),
        _ => rest,
    };
    let is_target = target.starts_with('/') || Address::of(target).is_some();
    (is_method && is_target).then_some((method, target))
}

pub(crate) fn read(source: &Decoded<'_>) -> Result<CapturedRequest, CaptureError> {
    let text = &*source.text;
    let is_verbose = text
        .lines()
        .any(|line| line.strip_prefix("> ").is_some_and(is_request_line));
    if is_verbose {
        return verbose(text);
    }
    let (start, (method, target)) = first_line(text)?;
    let head = text.get(start..).unwrap_or_default();
    let (head, behind) = split_head(head);
    let mut request = CapturedRequest::new(Form::Http);
    headers(text, start, head, &mut request)?;
    let (body, answer) = split_answer(behind);
    let body = body
        .strip_suffix("\r\n")
        .or_else(|| body.strip_suffix('\n'))
        .unwrap_or(body);
    request.body = match (source.rest, exact_length(&request)) {
        (b"", Some(length)) if behind.is_char_boundary(length) && length <= behind.len() => {
            behind.get(..length).unwrap_or(body).as_bytes().to_vec()
        }
        (b"", _) => body.as_bytes().to_vec(),
        (binary, _) => binary.to_vec(),
    };
    request.answer = answer.map(CapturedAnswer::of_dump);
    address(&mut request, method, target, None)?;
    Ok(request)
}

/// The request line and where what follows it begins. Remarks of a `.http` file may stand before it.
fn first_line(text: &str) -> Result<(usize, (&str, &str)), CaptureError> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let content = line.trim();
        if let Some(found) = request_line(content) {
            return Ok((end, found));
        }
        if !(content.is_empty() || content.starts_with('#') || content.starts_with("//")) {
            let problem = "expected a request line such as GET /path HTTP/1.1";
            return Err(CaptureError::of(Form::Http, Place::of(text, start), problem));
        }
    }
    let problem = "no request line was found: expected one such as GET /path HTTP/1.1";
    Err(CaptureError::of(Form::Http, None, problem))
}

/// The header lines, and what follows the empty line.
fn split_head(text: &str) -> (&str, &str) {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            let (head, rest) = text.split_at_checked(end).unwrap_or((text, ""));
            return (head, rest.get(line.len()..).unwrap_or_default());
        }
        end += line.len();
    }
    (text, "")
}

fn headers(text: &str, start: usize, head: &str, request: &mut CapturedRequest) -> Result<(), CaptureError> {
    let mut end = start;
    for line in head.split_inclusive('\n') {
        let at = end;
        end += line.len();
        header(text, line, at, request)?;
    }
    Ok(())
}

/// One header line. What begins with white space goes on the header before.
fn header(text: &str, line: &str, at: usize, request: &mut CapturedRequest) -> Result<(), CaptureError> {
    let content = line.trim_end_matches(['\r', '\n']);
    if content.starts_with([' ', '\t'])
        && let Some((_, value)) = request.headers.last_mut()
    {
        value.push(' ');
        value.push_str(content.trim());
        if request.assumptions.len() < MAX_ASSUMPTIONS {
            let line = Place::of(text, at).line;
            request.assumptions.push(format!(
                "Line {line} is taken to go on the header above it; NetSuite refuses a header that was sent on two lines."
            ));
        }
        return Ok(());
    }
    let (name, value) = content
        .split_once(':')
        .filter(|(name, _)| !name.trim().is_empty())
        .ok_or_else(|| {
            CaptureError::of(
                Form::Http,
                Place::of(text, at),
                "expected a header, 'Name: value', or an empty line before the body",
            )
        })?;
    request
        .headers
        .push((name.trim().to_owned(), value.trim().to_owned()));
    Ok(())
}

/// What stands before an answer that follows, and the answer.
fn split_answer(text: &str) -> (&str, Option<&str>) {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if crate::answer::is_status_line(line) {
            let (body, answer) = text.split_at_checked(end).unwrap_or((text, ""));
            return (body, Some(answer));
        }
        end += line.len();
    }
    (text, None)
}

fn exact_length(request: &CapturedRequest) -> Option<usize> {
    request.header("content-length")?.parse().ok()
}

/// What `curl -v` prints: `> ` before what is sent, `< ` before what comes, `* ` before its own remarks.
fn verbose(text: &str) -> Result<CapturedRequest, CaptureError> {
    let mut request = CapturedRequest::new(Form::Http);
    let mut line_and_target = None;
    let (mut answer, mut is_answered) = (String::new(), false);
    let mut scheme = None;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let at = end;
        end += line.len();
        let content = line.trim_end_matches(['\r', '\n']);
        if let Some(sent) = content.strip_prefix('>') {
            let sent = sent.strip_prefix(' ').unwrap_or(sent);
            if let Some(found) = request_line(sent) {
                // A second request is a redirect that was followed, or a retry: the last one is looked at.
                if line_and_target.is_some() {
                    request = CapturedRequest::new(Form::Http);
                    request
                        .assumptions
                        .push("Several requests are in the dump; the last one is looked at.".to_owned());
                    answer.clear();
                    is_answered = false;
                }
                line_and_target = Some(found);
            } else if !sent.trim().is_empty() && line_and_target.is_some() {
                header(text, sent, at, &mut request)?;
            }
        } else if let Some(received) = content
            .strip_prefix('<')
            .filter(|rest| rest.is_empty() || rest.starts_with(' '))
        {
            is_answered = true;
            answer.push_str(received.strip_prefix(' ').unwrap_or(received));
            answer.push('\n');
        } else if content.starts_with("* ") {
            let is_tls = ["SSL connection", "port 443", "ALPN"]
                .iter()
                .any(|sign| content.contains(sign));
            if is_tls {
                scheme = Some(Scheme::Https);
            } else if content.contains(" port ") {
                scheme.get_or_insert(Scheme::Http);
            }
        } else if is_answered && !content.starts_with("{ [") && !content.starts_with("} [") {
            answer.push_str(line);
        }
    }
    let Some((method, target)) = line_and_target else {
        let problem = "no request was found: expected lines that begin with > and a space";
        return Err(CaptureError::of(Form::Http, None, problem));
    };
    if exact_length(&request).is_some_and(|length| length > 0) {
        let why = "The body is taken as empty: curl -v does not print what it sends.";
        request.assumptions.push(why.to_owned());
    }
    request.answer = is_answered.then(|| CapturedAnswer::of_dump(&answer));
    address(&mut request, method, target, scheme)?;
    Ok(request)
}

/// The URL of a target: from the Host header, and with the scheme that is said or likely.
fn address(
    request: &mut CapturedRequest,
    method: &str,
    target: &str,
    scheme: Option<Scheme>,
) -> Result<(), CaptureError> {
    request.method = Some(method.to_owned());
    if target.contains("://") && !target.starts_with('/') {
        if Address::of(target).is_none() {
            let problem = "the address in the request line is not one: expected https://…";
            return Err(CaptureError::of(Form::Http, None, problem));
        }
        request.url = Some(target.to_owned());
        return Ok(());
    }
    let Some(host) = request
        .header("host")
        .map(str::to_owned)
        .filter(|host| !host.is_empty())
    else {
        let problem = "the Host header is missing: without it nobody knows which address was signed";
        return Err(CaptureError::of(Form::Http, None, problem));
    };
    let scheme = scheme.unwrap_or_else(|| likely_scheme(&host));
    request.url = Some(format!("{scheme}://{host}{target}"));
    Ok(())
}

/// TLS, but to this machine.
pub(crate) fn likely_scheme(host: &str) -> Scheme {
    let name = host.split(':').next().unwrap_or_default();
    let is_local = matches!(name, "127.0.0.1" | "localhost")
        || name.ends_with(".localhost")
        || host.starts_with("[::1]");
    if is_local { Scheme::Http } else { Scheme::Https }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::decode;

    fn dump(text: &str) -> Result<CapturedRequest, CaptureError> {
        read(&decode(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_request_and_its_answer_are_read() {
        let request = dump(
            "POST /x?a=1 HTTP/1.1\r\nHost: 1234567.example\r\nContent-Length: 3\r\n\r\nb=2\r\n\r\nHTTP/1.1 401 Unauthorized\r\nDate: Sat, 31 Jan 2026 11:00:00 GMT\r\n\r\n{}",
        )
        .unwrap();
        assert_eq!(request.url.as_deref(), Some("https://1234567.example/x?a=1"));
        assert_eq!(request.body, b"b=2");
        let answer = request.answer.unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (Some(401), "{}"));
        assert_eq!(answer.date(), Some(1_769_857_200));
    }

    #[test]
    fn what_curl_v_prints_is_read() {
        let request = dump(
            "* Connected to 127.0.0.1 (127.0.0.1) port 8080\n> GET /x HTTP/1.1\n> Host: 127.0.0.1:8080\n> Authorization: OAuth a=\"b\"\n>\n* remark\n< HTTP/1.1 401 Unauthorized\n< Content-Type: text/plain\n<\n{ [5 bytes data]\nhello\n* end\n",
        )
        .unwrap();
        assert_eq!(request.url.as_deref(), Some("http://127.0.0.1:8080/x"));
        assert_eq!(request.authorization(), ["OAuth a=\"b\""]);
        let answer = request.answer.unwrap();
        assert_eq!((answer.status, answer.body.trim()), (Some(401), "hello"));
    }

    #[test]
    fn a_http_file_is_read() {
        let request =
            dump("### list\nGET https://a.example/x\nAuthorization: OAuth a=\"b\",\n  c=\"d\"\n").unwrap();
        assert_eq!(request.url.as_deref(), Some("https://a.example/x"));
        assert_eq!(request.authorization(), ["OAuth a=\"b\", c=\"d\""]);
        assert_eq!(request.assumptions.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        for (text, message) in [
            (
                "GET /x HTTP/1.1\nHost\n\n",
                "line 2, column 1: expected a header, 'Name: value', or an empty line before the body",
            ),
            (
                "GET /x HTTP/1.1\nA: b\n\n",
                "the Host header is missing: without it nobody knows which address was signed",
            ),
            (
                "hello\n",
                "line 1, column 1: expected a request line such as GET /path HTTP/1.1",
            ),
        ] {
            assert_eq!(
                dump(text).unwrap_err().to_string(),
                format!("read as an HTTP dump: {message}")
            );
        }
    }
}
