use super::*;

fn kind(text: &str) -> Kind {
    Meaning::of(&CapturedAnswer::read(text.as_bytes()).unwrap()).kind
}

#[test]
fn answers_are_told_apart() {
    for (text, expected) in [
        ("HTTP/1.1 204 No Content\n\n", Kind::Success),
        (
            "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: OAuth realm=\"1\", error=\"token_rejected\"\n\n",
            Kind::LoginRefused,
        ),
        (
            "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"1\", error=\"invalid_token\"\n\n",
            Kind::OtherCredentials,
        ),
        (
            "{\"error\":{\"code\":\"INVALID_REQUEST\",\"message\":\"x\"}}",
            Kind::HeaderRefused,
        ),
        (
            "{\"error\":{\"code\":\"USER_ERROR\",\"message\":\"Your current role does not have permission to perform this action.\"}}",
            Kind::NotPermitted,
        ),
        (
            "<Envelope><Body><Fault><faultstring>Invalid login attempt.</faultstring><detail><f><code>USER_ERROR</code></f></detail></Fault></Body></Envelope>",
            Kind::LoginRefused,
        ),
        (
            "<Envelope><Body><Fault><faultstring>Ambiguous authentication</faultstring></Fault></Body></Envelope>",
            Kind::Ambiguous,
        ),
        (
            "HTTP/1.1 302 Found\nLocation: https://system.na1.netsuite.com/x\n\n<html>",
            Kind::WrongHost,
        ),
        (
            "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html>",
            Kind::WrongHost,
        ),
        ("HTTP/1.1 403 Forbidden\n\n<html>", Kind::WrongHost),
        ("HTTP/1.1 405 Method Not Allowed\n\n", Kind::RequestWrong),
        ("HTTP/1.1 429 Too Many Requests\n\n", Kind::Concurrency),
        (
            "error code: SSS_REQUEST_LIMIT_EXCEEDED\nerror message: x",
            Kind::Concurrency,
        ),
        ("HTTP/1.1 503 Service Unavailable\n\n", Kind::ServerFailed),
        ("hello", Kind::Unknown),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
}

#[test]
fn a_redirect_names_its_host() {
    let answer =
        CapturedAnswer::read(b"HTTP/1.1 302 Found\nLocation: https://rest.na2.netsuite.com/a?b=1\n\n");
    let meaning = Meaning::of(&answer.unwrap());
    assert!(
        meaning.sentence.contains("to rest.na2.netsuite.com:"),
        "{}",
        meaning.sentence
    );
}
