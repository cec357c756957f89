//! `countersign explain`.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use countersign_capture::{
    CaptureError, CapturedAnswer, CapturedRequest, Comparison, Form, MAX_CAPTURE, Meaning, compare, read,
};
use countersign_protocol::Secret;

use super::credentials;
use crate::command::Explain;
use crate::explain::{Case, Explained, Other, Secrets, address, json, support, text};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::{ask, output};

/// The most requests of a capture that are listed to choose from.
const LISTED: usize = 40;

pub(crate) fn run(explain: Explain) -> Result<Exit, Failure> {
    let is_input = explain
        .request
        .as_deref()
        .is_none_or(|path| path == Path::new("-"));
    let credentials_from_input = explain.credentials.credentials.as_deref() == Some(Path::new("-"));
    if is_input && (explain.ask || credentials_from_input) {
        let message = "standard input can hold the request or the secrets, not both";
        return Err(Failure::usage(message).hint("give the request in a file"));
    }
    let now = World::system().clock.now();
    let path = explain.request.as_deref().unwrap_or(Path::new("-"));
    let mut request = pick(path, capture(path, explain.form)?, explain.entry)?;
    complete(&mut request, &explain);
    let other = explain.compare.as_deref().map(|path| {
        let other = capture(path, None)?;
        pick(path, other, None)
    });
    let mut other = other.transpose()?;
    let answer = explain.response.as_deref().map(answer).transpose()?;
    let secrets = secrets(&explain, &mut request)?;
    let sent_at = explain.sent_at.map(|when| when.moment(now).0.seconds());

    request.answer = answer.or(request.answer);
    let case = Case::of(&mut request, &secrets, now, sent_at)?;
    let other = other.as_mut().map(|other| {
        let case = Case::of(other, &secrets, now, None)?;
        let comparison: Comparison = compare(&request, other);
        Ok::<_, Failure>(Other { case, comparison })
    });
    let explained = Explained {
        request: &request,
        case,
        meaning: request.answer.as_ref().map(Meaning::of),
        other: other.transpose()?,
    };
    let exit = match explained.case.diagnosis.findings.is_empty() {
        true => Exit::Success,
        false => Exit::Refused,
    };
    exit.told(print(&explain, &explained, &secrets))
}

fn print(explain: &Explain, explained: &Explained<'_>, secrets: &Secrets) -> Result<(), Failure> {
    // Once more over the whole: whatever was quoted from a file, a secret that is known does not get out.
    if explain.json {
        return output::say_json(&secrets.cleaned(json::of(explained)));
    }
    let lines = if explain.for_support {
        support::of(explained)
    } else {
        text::of(explained)
    };
    output::say(&secrets.clean(&lines.join("\n")))
}

/// Reads a capture and everything in it.
fn capture(path: &Path, form: Option<Form>) -> Result<Vec<CapturedRequest>, Failure> {
    let (name, bytes) = bytes(path)?;
    read(&bytes, form).map_err(|error| unreadable("the request", &name, &error))
}

fn answer(path: &Path) -> Result<CapturedAnswer, Failure> {
    let (name, bytes) = bytes(path)?;
    CapturedAnswer::read(&bytes).map_err(|error| unreadable("the answer", &name, &error))
}

fn unreadable(what: &str, name: &str, error: &CaptureError) -> Failure {
    Failure::unusable(format!("{what} in {name} cannot be read: {error}")).hint(error.advice)
}

fn bytes(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let most = u64::try_from(MAX_CAPTURE).unwrap_or(u64::MAX) + 1;
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        if std::io::stdin().is_terminal() {
            output::complain("Paste the request, then press Ctrl-D on a line of its own.");
        }
        let read = std::io::stdin().take(most).read_to_end(&mut bytes);
        read.map_err(|error| Failure::system("read standard input", &error))?;
        return Ok(("standard input".to_owned(), in_utf8(bytes)));
    }
    let name = path.to_string_lossy().into_owned();
    if is_request_itself(&name) {
        let message = "a request is given in a file or on standard input, not as an argument: every process of this \
                       machine can read those";
        return Err(
            Failure::usage(message).hint("save it as request.txt, then: countersign explain request.txt")
        );
    }
    let read = std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| {
        Failure::unusable(format!("{name} cannot be read: {error}"))
            .hint("give the file with the failing request, or - for standard input")
    })?;
    Ok((name, in_utf8(bytes)))
}

/// What PowerShell saved; other bytes are as they were.
fn in_utf8(bytes: Vec<u8>) -> Vec<u8> {
    match crate::text::of(bytes.into()) {
        Ok(mut text) => std::mem::take(&mut *text).into_bytes(),
        Err(mut bytes) => std::mem::take(&mut *bytes),
    }
}

fn is_request_itself(argument: &str) -> bool {
    let first = argument.split_whitespace().next().unwrap_or_default();
    let has_more = argument.trim().contains(char::is_whitespace);
    let is_url = argument.starts_with("https://") || argument.starts_with("http://");
    is_url
        || has_more
            && [
                "curl", "curl.exe", "OAuth", "GET", "POST", "PUT", "PATCH", "DELETE",
            ]
            .contains(&first)
}

/// The one that is meant: the only one, the one that was named, or the only one that failed.
fn pick(
    path: &Path,
    mut requests: Vec<CapturedRequest>,
    entry: Option<usize>,
) -> Result<CapturedRequest, Failure> {
    let count = requests.len();
    if let Some(entry) = entry {
        let at = entry.checked_sub(1).filter(|at| *at < count);
        let at = at.ok_or_else(|| {
            Failure::usage(format!("there is no entry {entry}: the file has {count}"))
                .hint("entries are counted from 1")
        })?;
        return Ok(requests.swap_remove(at));
    }
    let failed = |request: &CapturedRequest| {
        let status = request.answer.as_ref().and_then(|answer| answer.status);
        status.is_none_or(|status| status >= 300)
    };
    let failing: Vec<usize> = (0..count)
        .filter(|at| requests.get(*at).is_some_and(failed))
        .collect();
    match (count, failing.as_slice()) {
        (1, _) => Ok(requests.swap_remove(0)),
        (_, [only]) => Ok(requests.swap_remove(*only)),
        _ => Err(several(path, &requests, &failing)),
    }
}

fn several(path: &Path, requests: &[CapturedRequest], failing: &[usize]) -> Failure {
    let shown: Vec<usize> = if failing.is_empty() {
        (0..requests.len()).collect()
    } else {
        failing.to_vec()
    };
    let mut lines = Vec::new();
    for at in shown.iter().take(LISTED) {
        let Some(request) = requests.get(*at) else {
            continue;
        };
        let status = request.answer.as_ref().and_then(|answer| answer.status);
        let status = status.map(|status| format!("  {status}")).unwrap_or_default();
        let name = request
            .name
            .as_ref()
            .map(|name| format!("  {name}"))
            .unwrap_or_default();
        let shown = address(request);
        lines.push(format!("\n  {:>3}{status}  {shown}{name}", at + 1));
    }
    if shown.len() > LISTED {
        lines.push(format!("\n  and {} more", shown.len() - LISTED));
    }
    let what = if failing.is_empty() {
        "requests, and none failed"
    } else {
        "requests that failed"
    };
    let path = path.display();
    Failure::usage(format!("{path} holds {} {what}:{}", shown.len(), lines.concat()))
        .hint("choose one with --entry N")
}

/// What the flags say beats what the file says.
fn complete(request: &mut CapturedRequest, explain: &Explain) {
    if let Some(method) = &explain.method {
        request.method = Some(method.clone());
    }
    if let Some(url) = &explain.url {
        request.url = Some(url.clone());
    }
}

/// From the terminal, from where credentials are given, or from the export itself, which may hold them.
fn secrets(explain: &Explain, request: &mut CapturedRequest) -> Result<Secrets, Failure> {
    if explain.ask {
        let secret = |question: &str| {
            let typed = ask::hidden(question)?;
            Ok::<_, Failure>((!typed.trim().is_empty()).then(|| Secret::new(typed.trim())))
        };
        let consumer = secret("Consumer secret (Enter where you do not have it): ")?;
        let token = secret("Token secret (Enter where you do not have it): ")?;
        return Ok(Secrets::typed(consumer, token));
    }
    let mut secrets = Secrets::given(credentials::read_given(&explain.credentials)?);
    if let Some(settings) = request.signing.as_mut() {
        secrets.complete(settings);
    }
    Ok(secrets)
}
