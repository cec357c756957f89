//! An explanation to be sent to somebody else. Invariant: no secret, no signature, no base string and no value of a
//! parameter is in it, and of keys the last four characters.

use countersign_capture::CapturedRequest;
use countersign_diagnose::Finding;
use countersign_model::Masked;

use super::Explained;
use super::case::Sent;
use crate::table::{plain, wrapped};

/// Mail programs break longer lines.
const ROOM: usize = 76;

/// The most findings that are listed.
const MOST: usize = 5;

pub(crate) fn of(explained: &Explained<'_>) -> Vec<String> {
    let mut lines = vec![
        "A call to NetSuite by token-based authentication is refused.".to_owned(),
        String::new(),
    ];
    let mut field = |label: &str, text: String| {
        if text.is_empty() {
            return;
        }
        for (number, line) in wrapped(&plain(&text), ROOM - 16).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            lines.push(format!("{label:14}  {line}"));
        }
    };
    let Sent {
        account,
        consumer_key,
        token,
        timestamp,
        method,
        nonce,
    } = &explained.case.sent;
    let masked = |key: &Option<String>| {
        key.as_deref()
            .map(|key| Masked::of(key).to_string())
            .unwrap_or_default()
    };
    field("Request", request(explained.request));
    field("Host", explained.request.authority().to_owned());
    field("Account", account.clone().unwrap_or_default());
    field("Consumer key", masked(consumer_key));
    field("Token ID", masked(token));
    field("Signed with", method.clone().unwrap_or_default());
    let time = explained.case.sent.time().map(|time| format!(" ({time})"));
    field(
        "Timestamp",
        timestamp
            .as_ref()
            .map(|timestamp| format!("{timestamp}{}", time.unwrap_or_default()))
            .unwrap_or_default(),
    );
    let length = nonce
        .as_ref()
        .map(|nonce| format!("{} characters", nonce.chars().count()));
    field("Nonce", length.unwrap_or_default());
    if let (Some(answer), Some(meaning)) = (&explained.request.answer, &explained.meaning) {
        let code = answer.code().unwrap_or_default().code;
        let status = answer.status.map(|status| status.to_string()).unwrap_or_default();
        field("Answer", format!("{status} {code}").trim().to_owned());
        field("It means", meaning.sentence.clone());
    }
    let findings = &explained.case.diagnosis.findings;
    for (number, finding) in findings.iter().take(MOST).enumerate() {
        let label = if number == 0 { "Found" } else { "" };
        field(label, found(finding));
    }
    if findings.is_empty() {
        let text = match explained.case.is_right() {
            true => "The request is right: its signature belongs to it.",
            false => "Nothing wrong can be seen in the request.",
        };
        field("Found", text.to_owned());
    }
    for unchecked in &explained.case.unchecked {
        field("Not checked", unchecked.clone());
    }
    lines.push(String::new());
    lines.extend(question(explained));
    lines.push(String::new());
    lines.push("No secret and no signature is in this text; keys are cut to their end.".to_owned());
    lines
}

/// Method and path, and of the parameters their names: values may be business of the account.
fn request(request: &CapturedRequest) -> String {
    let method = request.method.as_deref().unwrap_or("?");
    let Some(address) = request.address() else {
        return "a SOAP envelope".to_owned();
    };
    let (path, query) = address.target.split_once('?').unwrap_or((address.target, ""));
    // Script and deployment say which RESTlet it is.
    let names = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "script" | "deploy" => format!("{name}={value}"),
            _ => name.to_owned(),
        }
    });
    let names: Vec<String> = names.collect();
    let names = match names.is_empty() {
        true => String::new(),
        false => format!(" with {}", names.join(", ")),
    };
    format!("{method} {path}{names}")
}

/// By its title: the cause as it is told at the desk may quote the request.
fn found(finding: &Finding) -> String {
    format!(
        "{}: {} ({}; Detail {})",
        finding.mistake.id(),
        finding.mistake.title(),
        finding.certainty,
        finding.mistake.detail_word()
    )
}

fn question(explained: &Explained<'_>) -> Vec<String> {
    let look = "Please look the call up in Setup > Users/Roles > User Management > View Login Audit Trail: tick Use \
                Advanced Search, add Detail under Results, and send what Detail says.";
    let mut lines = wrapped(look, ROOM);
    let path = explained
        .case
        .diagnosis
        .findings
        .first()
        .and_then(|finding| finding.fix.path);
    if let Some(path) = path {
        lines.extend(wrapped(&format!("Then: {path}"), ROOM));
    }
    lines
}
