//! Finds out what a capture is, and has it read.

use serde_json::Value;

use crate::captured::{CapturedRequest, Form, soap_like};
use crate::encoding::{Decoded, decode};
use crate::error::{CaptureError, Place};
use crate::{curl, har, header_lines, http_dump, log, postman, powershell, soap};

/// The largest capture that is read, in bytes: a HAR file of a long session.
pub const MAX_CAPTURE: usize = 32 * 1024 * 1024;

/// The largest of any other form.
const MAX_TEXT: usize = 4 * 1024 * 1024;

/// Reads every request of a capture; most forms hold one. Without a form it finds out which it is, and where it is none, or
/// nothing that is signed is found in it, whether a signed request is somewhere in the text.
pub fn read(bytes: &[u8], form: Option<Form>) -> Result<Vec<CapturedRequest>, CaptureError> {
    if bytes.len() > MAX_CAPTURE {
        let problem = format!("it is larger than {} MiB", MAX_CAPTURE / 1024 / 1024);
        return Err(CaptureError::unrecognised(problem));
    }
    let source = decode(bytes)?;
    let text = source.text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(CaptureError::unrecognised("it is empty"));
    }
    if let Some(form) = form {
        return read_as(form, text, bytes.len(), source.rest);
    }
    let read = detected(text).and_then(|form| read_as(form, text, bytes.len(), source.rest));
    let is_left = match &read {
        Ok(requests) => !requests.iter().any(is_signed_or_command),
        Err(_) => true,
    };
    if is_left && text.len() <= MAX_TEXT && log::is_like(text) {
        return log::read(text).map(|request| vec![request]);
    }
    read
}

/// A command without a header may be one that the shell cuts: that is what is to be told.
fn is_signed_or_command(request: &CapturedRequest) -> bool {
    let is_command = matches!(request.form, Form::Curl | Form::CurlCmd | Form::PowerShell);
    is_command
        || !request.authorization().is_empty()
        || request.envelope().is_some()
        || request.signing.is_some()
}

fn read_as(form: Form, text: &str, length: usize, rest: &[u8]) -> Result<Vec<CapturedRequest>, CaptureError> {
    if !matches!(form, Form::Har | Form::Postman) && length > MAX_TEXT {
        let problem = format!("it is larger than {} MiB", MAX_TEXT / 1024 / 1024);
        return Err(CaptureError::of(form, None, problem));
    }
    let is_text = rest.is_empty() || form == Form::Http;
    if !is_text {
        let at = Place::of(text, text.len());
        return Err(CaptureError::of(form, at, "it is not text from here on"));
    }
    let one = |request: CapturedRequest| vec![request];
    match form {
        Form::Curl | Form::CurlCmd => curl::read(form, text).map(one),
        Form::PowerShell => powershell::read(text).map(one),
        Form::Http => http_dump::read(&Decoded {
            text: text.into(),
            rest,
        })
        .map(one),
        Form::Har => har::read(text),
        Form::Postman => postman::read(text),
        Form::Lines => header_lines::read(text).map(one),
        Form::Soap => Ok(one(soap::read(text))),
        Form::Log => log::read(text).map(one),
    }
}

fn detected(text: &str) -> Result<Form, CaptureError> {
    let start = text.trim_start();
    if start.starts_with('{') {
        return of_json(start);
    }
    if soap_like(start) {
        return Ok(Form::Soap);
    }
    if is_powershell(start) {
        return Ok(Form::PowerShell);
    }
    let first_words = start.split_whitespace().take(4);
    if first_words.into_iter().any(curl::is_curl) && !is_verbose(start) {
        let is_windows = is_for_windows(start);
        return Ok(if is_windows { Form::CurlCmd } else { Form::Curl });
    }
    if is_http(start) {
        return Ok(Form::Http);
    }
    if header_lines::is_like(start) {
        return Ok(Form::Lines);
    }
    let problem = "it is nothing that is known here";
    Err(CaptureError::unrecognised(problem))
}

fn of_json(text: &str) -> Result<Form, CaptureError> {
    // What is cut off is most likely the larger of the two.
    let Ok(root) = serde_json::from_str::<Value>(text) else {
        let is_har = text.get(..2048).unwrap_or(text).contains("\"log\"");
        return Ok(if is_har { Form::Har } else { Form::Postman });
    };
    match root.as_object() {
        Some(object) if object.contains_key("log") => Ok(Form::Har),
        Some(object) if postman::is_like(object) => Ok(Form::Postman),
        _ => Err(CaptureError::unrecognised(
            "it is JSON, but neither a HAR file nor a Postman export",
        )),
    }
}

/// The first quote tells: Windows knows no single ones, and browsers write a caret before the double ones.
fn is_for_windows(text: &str) -> bool {
    match text.find(['\'', '"']).and_then(|at| text.split_at_checked(at)) {
        Some((_, rest)) if rest.starts_with('\'') => false,
        Some((before, _)) if before.ends_with('^') => true,
        _ => text.lines().any(|line| line.trim_end().ends_with(" ^")),
    }
}

fn is_powershell(text: &str) -> bool {
    text.lines()
        .take(50)
        .filter_map(|line| {
            line.split_whitespace()
                .find(|word| *word != "=" && !word.starts_with('$'))
        })
        .any(powershell::is_command)
}

/// What curl -v prints, the command above it or not. A line of a body may begin with the same sign.
fn is_verbose(text: &str) -> bool {
    text.lines()
        .any(|line| line.strip_prefix("> ").is_some_and(http_dump::is_request_line))
}

/// A request line with its header lines below it, or the lines of curl -v. Lines in a looser order are another form.
fn is_http(text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line.starts_with("//")
    });
    let is_request = lines.next().is_some_and(http_dump::is_request_line);
    let is_head = lines.take_while(|line| !line.trim().is_empty()).all(|line| {
        let name = line.split_once(':').map(|(name, _)| name);
        line.starts_with([' ', '\t']) || name.is_some_and(|name| !name.contains([' ', '"']))
    });
    is_verbose(text) || is_request && is_head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_told_from_the_others() {
        for (text, form) in [
            ("$ curl -X GET https://a.example", Form::Curl),
            ("curl ^\"https://a.example^\"", Form::CurlCmd),
            ("curl https://a.example ^\r\n -k", Form::CurlCmd),
            (
                "$r = Invoke-WebRequest -Uri \"https://a.example\"",
                Form::PowerShell,
            ),
            ("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", Form::Http),
            ("* Trying\n> GET /x HTTP/1.1\n> Host: a\n>\n", Form::Http),
            (
                "$ curl -v x\n* Trying\n> GET /x HTTP/1.1\n> Host: a\n>\n",
                Form::Http,
            ),
            (
                "GET https://a.example/\nAuthorization: OAuth a=\"b\",\n c=\"d\"",
                Form::Http,
            ),
            ("{\"log\":{\"entries\":[]}}", Form::Har),
            ("{\"info\":{},\"item\":[]}", Form::Postman),
            (
                "{\"method\":\"GET\",\"url\":\"https://a/\",\"header\":[]}",
                Form::Postman,
            ),
            ("GET https://a.example/x\nOAuth a=\"b\"", Form::Lines),
            (
                "Request URL: https://a.example/\nAuthorization: OAuth x",
                Form::Lines,
            ),
            ("\u{feff}<?xml version=\"1.0\"?><soap:Envelope/>", Form::Soap),
        ] {
            assert_eq!(detected(text.trim_start_matches('\u{feff}')), Ok(form), "{text}");
        }
        for text in ["hello", "{}", "<html>"] {
            assert!(detected(text).is_err(), "{text}");
        }
    }
}
