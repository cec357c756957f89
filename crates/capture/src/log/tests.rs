use super::*;

const HEADER: &str = r#"OAuth realm="1", oauth_consumer_key="k", oauth_signature="s%3D""#;
const URL: &str = "https://1234567.suitetalk.api.netsuite.com/x?a=b%20c&d=";

/// Each is a request with this method, address and header, as some program prints it.
fn prints() -> Vec<String> {
    let escaped = HEADER.replace('"', "\\\"");
    let escaped_url = URL.replace('/', "\\/").replace('&', "\\u0026");
    let (host, path) = ("1234567.suitetalk.api.netsuite.com", "/x?a=b%20c&d=");
    vec![
        format!(
            "Hi all,\n\n```\nPOST {URL}\nAuthorization: {HEADER}\n```\nsee https://stackoverflow.com/q/1"
        ),
        format!(
            "POST {URL}\n401\n120 ms\nRequest Headers\nAuthorization: {HEADER}\nResponse Headers\nServer: x\n"
        ),
        format!(
            "{{\n  method: 'post',\n  url: '{URL}',\n  headers: {{\n    Authorization: '{HEADER}'\n  }},\n  data: undefined\n}}"
        ),
        format!(
            "{{ hostname: '{host}', path: '{path}', method: 'POST', headers: {{ Authorization: '{HEADER}' }} }}"
        ),
        format!("{{\"method\":\"POST\",\"url\":\"{URL}\",\"headers\":{{\"Authorization\":\"{escaped}\"}}}}"),
        format!(
            "{{\"verb\":\"POST\",\"uri\":\"{escaped_url}\",\"headers\":{{\"authorization\":[\"{escaped}\"]}}}}"
        ),
        format!(
            "send: b'POST {path} HTTP/1.1\\r\\nHost: {host}\\r\\nAuthorization: {HEADER}\\r\\n\\r\\n'\nreply: 'HTTP/1.1 401 Unauthorized\\r\\n'"
        ),
        format!(
            "<- \"POST {path} HTTP/1.1\\r\\nAuthorization: {escaped}\\r\\nHost: {host}\\r\\n\\r\\n\"\n-> \"HTTP/1.1 401\\r\\n\""
        ),
        format!(
            ">> \"POST {path} HTTP/1.1[\\r][\\n]\"\n>> \"Authorization: {HEADER}[\\r][\\n]\"\n>> \"Host: {host}[\\r][\\n]\""
        ),
        format!(
            "File \"app.py\", line 3\n    requests.post('{URL}', headers={{'Authorization': '{HEADER}'}})\n401 Client Error for url: {URL}"
        ),
        format!("Array\n(\n    [method] => POST\n    [url] => {URL}\n    [Authorization] => {HEADER}\n)"),
        format!(
            "Method: POST, RequestUri: '{URL}', Version: 1.1, Headers:\n{{\n  Authorization: {HEADER}\n}}"
        ),
        format!("--> POST {URL}\nAuthorization: {HEADER}\n--> END POST\n<-- 401 {URL}?x (12ms)"),
        format!(
            "[2026-01-01 00:00:01] DEBUG: POST {URL}\n[2026-01-01 00:00:01] DEBUG: Authorization: {HEADER}"
        ),
        format!("wget --method=POST --header='Authorization: {HEADER}' '{URL}'"),
        format!("POST {URL}\nAuthorization: {HEADER}")
            .replace('&', "&amp;")
            .replace('"', "&quot;"),
        format!(
            "WWW-Authenticate: OAuth realm=\"1\", error=\"token_rejected\"\nRequest {{ method: POST, url: \"{URL}\", headers: {{\"authorization\": \"{escaped}\"}} }}"
        ),
    ]
}

#[test]
fn a_request_is_found_in_whatever_a_program_prints() {
    for text in prints() {
        let request = read(&text).unwrap();
        assert_eq!(request.method.as_deref(), Some("POST"), "{text}");
        assert_eq!(request.url.as_deref(), Some(URL), "{text}");
        assert_eq!(request.authorization(), [HEADER], "{text}");
        assert_eq!(request.body, b"", "{text}");
    }
}

/// Each request of a long log is printed in one of these ways, with a header of its own.
#[test]
fn of_a_long_log_the_last_request_is_taken_with_what_stands_beside_it() {
    const PRINTS: [fn(&str, &str, &str) -> String; 5] = [
        |method, url, header| format!("{method} {url}\nAuthorization: {header}\n401\n"),
        |method, url, header| {
            format!(
                "{{\"headers\":{{\"Authorization\":\"{}\"}},\"method\":\"{method}\",\"url\":\"{url}\"}}\n",
                header.replace('"', "\\\"")
            )
        },
        |method, url, header| {
            let (_, rest) = url.split_once("://").unwrap();
            let (host, path) = rest.split_once('/').unwrap();
            format!("{method} /{path} HTTP/1.1\nHost: {host}\nAuthorization: {header}\n\n")
        },
        |method, url, header| format!("Authorization: {header}\nmethod: {method}\nurl: {url}\n\n"),
        |method, url, header| {
            let (_, rest) = url.split_once("://").unwrap();
            let (host, path) = rest.split_once('/').unwrap();
            format!("hostname: '{host}',\npath: '/{path}',\nmethod: '{method}',\nAuthorization: '{header}'\n")
        },
    ];
    for print in PRINTS {
        let one = |number: usize| {
            let method = if number == 600 { "PUT" } else { "DELETE" };
            let url = format!("https://1234567.suitetalk.api.netsuite.com/record/{number}?a=b");
            let header = HEADER.replace("\"k\"", &format!("\"k{number}\""));
            (print(method, &url, &header), method, url, header)
        };
        let text: String = (1..=600).map(|number| one(number).0).collect();
        let request = read(&text).unwrap();
        let (print, method, url, header) = one(600);
        assert_eq!(request.url.as_deref(), Some(&*url), "{print}");
        assert_eq!(request.method.as_deref(), Some(method), "{print}");
        assert_eq!(request.authorization(), [header], "{print}");
    }
}

#[test]
fn an_address_beside_the_header_goes_before_one_far_away_and_one_of_a_page() {
    let far = "url: 'https://1234567.suitetalk.api.netsuite.com/old'\n".to_owned() + &"...\n".repeat(20);
    let text = format!(
        "{far}sending to {URL}\nAuthorization: {HEADER}\nReferer: https://1234567.app.netsuite.com/app"
    );
    assert_eq!(read(&text).unwrap().url.as_deref(), Some(URL));
}

#[test]
fn body_type_and_time_are_those_beside_the_header() {
    let text = format!(
        "post {URL} {{\n  headers: {{ 'Content-Type': 'application/x-www-form-urlencoded', Authorization: '{HEADER}' }},\n  \
         data: 'a=1&b=2'\n}}\nresponse: {{ headers: {{ date: 'Sat, 31 Jan 2026 11:00:00 GMT', 'content-type': 'text/html' }} }}"
    );
    let request = read(&text).unwrap();
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.body, b"a=1&b=2");
    assert_eq!(request.sent_at, Some(1_769_857_200));
    let text = format!("POST {URL}\n{{\"Authorization\":\"{HEADER}\",\"data\":\"{{\\\"a\\\":[1]}}\"}}");
    assert_eq!(read(&text.replace("=\"", "=\\\"")).unwrap().body, b"{\"a\":[1]}");
}

#[test]
fn a_method_is_guessed_for_commands_that_send_get_alone() {
    let said = |text: String| read(&text).unwrap().method;
    assert_eq!(
        said(format!(
            "so:\n```\ncurl '{URL}' -H 'Authorization: {HEADER}'\n```"
        ))
        .as_deref(),
        Some("GET")
    );
    assert_eq!(
        said(format!(
            "curl '{URL}' -H 'Authorization: {HEADER}' with data: 'a'"
        )),
        None
    );
    assert_eq!(
        said(format!(
            "401 Client Error for url: {URL}\n{{'Authorization': '{HEADER}'}}"
        )),
        None
    );
}

#[test]
fn a_header_keeps_what_is_wrong_with_it() {
    for header in [
        "OAuth realm=1, oauth_consumer_key=k",
        "OAuth realm=\"1\", oauth_consumer_key=\"k, oauth_signature=\"s\"",
        "OAuth realm=“1”, oauth_consumer_key=“k”",
    ] {
        let request = read(&format!("url: '{URL}', Authorization: '{header}',\n")).unwrap();
        assert_eq!(request.authorization(), [header]);
    }
}

#[test]
fn an_envelope_is_found_in_a_log() {
    let envelope = "<soap:Envelope><tokenPassport><account>1</account></tokenPassport></soap:Envelope>";
    let text = format!(
        "DEBUG Sending: {}\nreply <Envelope/>",
        envelope.replace('<', "&lt;").replace('>', "&gt;")
    );
    assert_eq!(read(&text).unwrap().envelope(), Some(envelope));
    assert!(is_like(&text) && !is_like("hello OAuth realm=\"1\", error=\"token_rejected\""));
}

#[test]
fn the_last_envelope_of_a_log_has_the_address_and_the_answer_beside_it() {
    let envelope = |account: usize| {
        format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><tokenPassport>\
             <account>{account}</account></tokenPassport></soap:Envelope>"
        )
    };
    let url =
        |account: usize| format!("https://{account}.suitetalk.api.netsuite.com/services/NetSuitePort_2024_2");
    let log: String = (1..=600)
        .map(|number| format!("HTTP Post to {}:\n{}\n\n", url(number), envelope(number)))
        .collect();
    let request = read(&format!("{log}HTTP/1.1 500 Error\nServer: x\n\n<fault/>")).unwrap();
    assert_eq!(request.envelope(), Some(&*envelope(600)));
    assert_eq!(request.url.as_deref(), Some(&*url(600)));
    assert_eq!(request.method.as_deref(), Some("POST"));
    assert_eq!(request.answer.unwrap().status, Some(500));
    assert_eq!(request.assumptions.len(), 1);
    // What is signed last is meant, be it an envelope or a header.
    let request = read(&format!("{}\nPOST {URL}\nAuthorization: {HEADER}", envelope(1))).unwrap();
    assert_eq!((request.envelope(), request.url.as_deref()), (None, Some(URL)));
    // Namespaces and other services are no address of an envelope.
    let request = read(&format!(
        "GET {URL}\n<a xmlns=\"http://a.example/\"/>\n{}",
        envelope(1)
    ))
    .unwrap();
    assert_eq!((request.url, request.method.as_deref()), (None, Some("POST")));
}
