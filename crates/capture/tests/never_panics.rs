//! Whatever is given is read or refused, in every form.

use countersign_capture::{CapturedAnswer, Form, Meaning, Place, compare, read};
use proptest::prelude::*;

/// Pieces that make the parsers go deep.
const PIECES: &[&str] = &[
    "curl ",
    "Invoke-WebRequest ",
    "-H ",
    "--data-urlencode ",
    "--json ",
    "-G ",
    "-u",
    "'",
    "\"",
    "\\",
    "\n",
    "\r\n",
    "^",
    "^\"",
    "`",
    "$'",
    "\\u",
    "\\ud83d",
    "\\x",
    "$(",
    "${",
    "@{",
    "}",
    "=",
    "&",
    "|",
    "#",
    "://",
    "https://",
    "a.example",
    "/x?y=1",
    "?",
    "GET ",
    "POST ",
    " HTTP/1.1",
    "HTTP/1.1 401 X",
    "> ",
    "< ",
    "* ",
    "Host: a",
    "Authorization: ",
    "OAuth ",
    "realm=\"1\"",
    "oauth_nonce=\"x\", ",
    "method: '",
    "url => ",
    "\\\"",
    "&quot;",
    "data: {",
    "Content-Length: 3",
    "{\"log\":{\"entries\":[",
    "]}}",
    "{\"item\":[{\"request\":",
    "{\"url\":\"{{a}}\"",
    "<Envelope><Header>",
    "<tokenPassport>",
    "\u{feff}",
    "\u{e9}",
    "error code: ",
    "$([char]233)",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn hold(bytes: &[u8]) {
    let forms = Form::ALL.into_iter().map(Some).chain([None]);
    let mut all = Vec::new();
    for form in forms {
        match read(bytes, form) {
            Ok(requests) => {
                assert!(!requests.is_empty());
                all.extend(requests.into_iter().take(3));
            }
            Err(error) => {
                assert!(!error.problem.is_empty() && !error.advice.is_empty());
                let lines = bytes.len() + 1;
                assert!(
                    error
                        .at
                        .is_none_or(|Place { line, column }| line >= 1 && column >= 1 && line <= lines)
                );
            }
        }
    }
    for request in &all {
        let _ = (
            request.authority(),
            request.envelope(),
            request.language(),
            format!("{request:?}"),
        );
        let comparison = compare(request, request);
        assert!(comparison.differences.is_empty(), "{:?}", comparison.differences);
    }
    if let Ok(answer) = CapturedAnswer::read(bytes) {
        assert!(!Meaning::of(&answer).sentence.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_or_refused(text in text()) {
        hold(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        hold(&bytes);
    }

    /// A request that is written as a curl command is read as the request it was.
    #[test]
    fn a_quoted_command_reads_back(value in "[ -~\u{e9}\u{1f600}]{0,40}", body in "[ -~\n]{1,40}") {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
        let header = format!("X: {value}");
        let command = format!("curl https://a.example/ -H {} --data-raw {}", quoted(&header), quoted(&body));
        let requests = read(command.as_bytes(), None).unwrap();
        prop_assert_eq!(requests[0].header("x"), Some(value.trim()));
        prop_assert_eq!(&requests[0].body, body.as_bytes());
    }

    /// The same for Windows' command prompt, as Chrome writes it, but for backslashes, which count only before a quote.
    #[test]
    fn a_command_for_windows_reads_back(value in "[!-\\[\\]-~]{1,40}") {
        let mut escaped = String::new();
        for c in value.replace('"', "\\\"").chars() {
            if !c.is_ascii_alphanumeric() {
                escaped.push('^');
            }
            escaped.push(c);
        }
        let command = format!("curl ^\"https://a.example/^\" ^\r\n  -H ^\"X: a{escaped}^\"");
        let requests = read(command.as_bytes(), None).unwrap();
        let expected = format!("a{value}");
        prop_assert_eq!(requests[0].header("x"), Some(expected.as_str()));
    }
}
