use super::*;

fn curl(text: &str) -> CapturedRequest {
    read(Form::Curl, text).unwrap()
}

fn error(text: &str) -> String {
    read(Form::Curl, text).unwrap_err().to_string()
}

#[test]
fn a_command_is_the_request_that_curl_would_send() {
    let request =
        curl("$ curl -sSX PUT --header='a: b' https://a.example/x?y=1 -d c=1 --data-urlencode 'd=e f&' -k");
    assert_eq!(request.method.as_deref(), Some("PUT"));
    assert_eq!(request.url.as_deref(), Some("https://a.example/x?y=1"));
    assert_eq!(request.header("A"), Some("b"));
    assert_eq!(request.body, b"c=1&d=e%20f%26");
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );

    let request = curl("curl -G https://a.example/x#f -d c=1 --url-query 'q=a b' -H 'Content-Type:'");
    assert_eq!(request.method.as_deref(), Some("GET"));
    assert_eq!(request.url.as_deref(), Some("https://a.example/x?q=a%20b&c=1#f"));
    assert_eq!(request.header("content-type"), None);

    let request = curl("curl --json '{}' https://a.example/ -ume:pass -bJSESSIONID=1");
    assert_eq!(request.method.as_deref(), Some("POST"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.authorization(), ["Basic -"]);
    assert!(request.has_session_cookie());
}

#[test]
fn a_header_of_the_command_replaces_curls_own() {
    let request = curl("curl https://a.example/ -d '{}' -H 'content-type: application/json'");
    assert_eq!(
        request.headers_of("content-type").collect::<Vec<_>>(),
        ["application/json"]
    );
}

#[test]
fn an_unquoted_ampersand_is_told() {
    let request = curl("curl https://a.example/x?script=1&deploy=1 -H 'a: b'");
    assert_eq!(request.url.as_deref(), Some("https://a.example/x?script=1"));
    assert!(
        request.assumptions[0].contains("line 1, column 34 is not quoted"),
        "{:?}",
        request.assumptions
    );
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    for (text, message) in [
        ("wget x", "line 1, column 1: the command does not begin with curl"),
        (
            "curl -H",
            "line 1, column 6: the option -H is the last word, its value is missing",
        ),
        (
            "curl -H 'no colon' https://a/",
            "line 1, column 6: this header has no colon: expected 'Name: value'",
        ),
        ("curl -s", "the command has no address: expected https://…"),
        (
            "curl https://a/ https://b/",
            "line 1, column 17: this is a second address, behind that of line 1, column 6: one request is expected",
        ),
    ] {
        assert_eq!(error(text), format!("read as a curl command: {message}"));
    }
}
