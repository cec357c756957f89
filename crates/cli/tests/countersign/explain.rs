//! `countersign explain`: what is wrong with a request, told so that a person can act on it.

use countersign_protocol::{Credentials, Request, Secret, Signer, Stamp, percent_encode};
use countersign_testkit::Application;
use serde_json::{Value, json};

use crate::canary::{canary, needles};
use crate::machine::{Machine, env};

const HOST: &str = "1234567-sb1.suitetalk.api.netsuite.com";
const CUSTOMER: &str = "/services/rest/record/v1/customer";

/// The values the snapshots are made with.
fn application() -> Application {
    Application {
        account: "1234567_SB1".to_owned(),
        consumer_key: "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4".to_owned(),
        consumer_secret: "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd".to_owned(),
        token_id: "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82".to_owned(),
        token_secret: "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2".to_owned(),
    }
}

fn header(application: &Application, method: &str, url: &str, form: Option<&str>) -> String {
    let signer = Signer::new(&Credentials {
        account: application.account.parse().unwrap(),
        consumer_key: application.consumer_key.clone(),
        consumer_secret: Secret::new(&application.consumer_secret),
        token: application.token_id.clone(),
        token_secret: Secret::new(&application.token_secret),
    });
    let request = Request::new(method, url).unwrap();
    let content_type = form.map(|_| "application/x-www-form-urlencoded");
    let request = request.with_body(content_type, form.unwrap_or_default().as_bytes());
    signer.sign(&request, &Stamp::new(1_700_000_000, "Qm4vT7xK2pLr9sWd").unwrap())
}

const SENT_AT: [&str; 2] = ["--sent-at", "2023-11-14T22:13:25Z"];

/// Explains a text with the usual credentials; everything as it is printed.
fn explained(text: &str, more: &[&str]) -> String {
    let machine = Machine::new();
    machine.write("request.txt", text);
    machine.write(
        "account.env",
        &env(&application(), "").replace("NETSUITE_BASE_URL=\n", ""),
    );
    let arguments = [
        &["explain", "request.txt", "--credentials", "account.env"],
        &SENT_AT[..],
        more,
    ]
    .concat();
    let run = machine.run(&arguments);
    let lines = run.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let too_wide: Vec<&str> = lines
        .lines()
        // An address and a line of code are there to be copied whole.
        .filter(|line| line.chars().count() > 80 && !line.contains("https://") && !line.contains("'"))
        .collect();
    assert!(too_wide.is_empty(), "{too_wide:#?}");
    format!("{lines}\n{}exit code {}\n", run.err, run.code)
}

fn lines(method: &str, url: &str, header: &str, more: &str) -> String {
    format!("{method} {url}\nAuthorization: {header}\n{more}")
}

fn customer(query: &str) -> String {
    format!("https://{HOST}{CUSTOMER}{query}")
}

#[test]
fn a_query_that_is_not_signed_is_shown() {
    let header = header(&application(), "GET", &customer(""), None);
    let request = lines(
        "GET",
        &customer("?limit=5&q=companyName%20IS%20Acme"),
        &header,
        "User-Agent: python-requests/2.31\n",
    );
    insta::assert_snapshot!("query_not_signed", explained(&request, &[]));
}

#[test]
fn a_wrong_secret_says_what_was_ruled_out() {
    let other = Application {
        token_secret: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff".to_owned(),
        ..application()
    };
    let header = header(&other, "GET", &customer("?limit=5"), None);
    insta::assert_snapshot!(
        "wrong_secret",
        explained(&lines("GET", &customer("?limit=5"), &header, ""), &[])
    );
}

#[test]
fn a_header_that_cannot_be_read_is_shown_with_a_caret() {
    let header =
        header(&application(), "GET", &customer(""), None).replace("\", oauth_nonce=\"", ", oauth_nonce=\"");
    insta::assert_snapshot!(
        "header_syntax",
        explained(&lines("GET", &customer(""), &header, ""), &[])
    );
}

#[test]
fn an_older_algorithm_is_told_with_a_line_of_code() {
    let header = header(&application(), "GET", &customer(""), None).replace("HMAC-SHA256", "HMAC-SHA1");
    insta::assert_snapshot!(
        "algorithm",
        explained(
            &lines("GET", &customer(""), &header, "User-Agent: node-fetch\n"),
            &[]
        )
    );
}

#[test]
fn a_clock_that_is_wrong_is_told_by_how_much() {
    let machine = Machine::new();
    let header = header(&application(), "GET", &customer(""), None);
    let answer = "HTTP/1.1 401 Unauthorized\nDate: Tue, 14 Nov 2023 23:13:20 GMT\n\n{\"title\":\"Unauthorized\",\"status\":401,\
                  \"o:errorDetails\":[{\"detail\":\"Invalid login attempt.\",\"o:errorCode\":\"INVALID_LOGIN\"}]}";
    let request = machine.write("request.txt", &lines("GET", &customer(""), &header, ""));
    let answer = machine.write("answer.txt", answer);
    let credentials = machine.write("account.env", &env(&application(), ""));
    let run = machine
        .run(&[
            "explain",
            &request,
            "--response",
            &answer,
            "--credentials",
            &credentials,
        ])
        .ends_with(1);
    insta::assert_snapshot!("clock", run.out);
}

#[test]
fn a_right_request_that_is_refused_is_told_what_remains() {
    let machine = Machine::new();
    let header = header(&application(), "GET", &customer(""), None);
    let dump = format!(
        "> GET {CUSTOMER} HTTP/1.1\n> Host: {HOST}\n> Authorization: {header}\n>\n< HTTP/1.1 401 Unauthorized\n\
         < Date: Tue, 14 Nov 2023 22:13:21 GMT\n< WWW-Authenticate: OAuth realm=\"1234567_SB1\", error=\"token_rejected\"\n<\n"
    );
    let request = machine.write("call.txt", &dump);
    let credentials = machine.write("account.env", &env(&application(), ""));
    let run = machine
        .run(&["explain", &request, "--credentials", &credentials])
        .ends_with(0);
    insta::assert_snapshot!("what_remains", run.out);
}

#[test]
fn what_works_in_postman_is_set_beside_what_fails_in_code() {
    let url = customer("?limit=5");
    let curl = format!(
        "curl '{url}' -H 'Authorization: {}' -X POST",
        header(&application(), "GET", &url, None).replace("1234567_SB1", "1234567_sb1")
    );
    let setting = |key: &str, value: &str| json!({ "key": key, "value": value, "type": "string" });
    let application = application();
    let auth = json!({ "type": "oauth1", "oauth1": [
        setting("realm", "1234567_SB1"), setting("signatureMethod", "HMAC-SHA256"),
        setting("consumerKey", &application.consumer_key), setting("consumerSecret", &application.consumer_secret),
        setting("token", &application.token_id), setting("tokenSecret", &application.token_secret),
    ] });
    let collection = json!({ "info": { "name": "NetSuite" }, "item": [
        { "name": "Customers", "request": { "method": "GET", "header": [], "url": { "raw": url }, "auth": auth } }
    ] });
    let machine = Machine::new();
    let collection = machine.write("collection.json", &collection.to_string());
    insta::assert_snapshot!("compared", explained(&curl, &["--compare", &collection]));
    // The collection alone holds its secrets.
    let run = machine.run(&["explain", &collection]).ends_with(0);
    assert!(run.out.contains("its signature is right"), "{}", run.out);
}

#[test]
fn an_envelope_without_secrets_is_told_what_can_be_seen() {
    let envelope = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header><tokenPassport>\
        <account>1234567_SB1</account><consumerKey>0123456789abcdef</consumerKey><token>fedcba9876543210</token>\
        <nonce>abc</nonce><timestamp>1700000000123</timestamp><signature algorithm=\"HMAC-SHA256\">\
        3f5c9a8e7d6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1e0d9c8b7a6f5e4d3c2b1a09</signature></tokenPassport></soap:Header><soap:Body/></soap:Envelope>";
    let machine = Machine::new();
    let run = machine
        .run_with_input(&["explain", SENT_AT[0], SENT_AT[1]], envelope)
        .ends_with(1);
    insta::assert_snapshot!("envelope", run.out);
}

#[test]
fn the_secrets_alone_are_enough_and_those_of_another_token_are_noted() {
    let machine = Machine::new();
    let Application {
        consumer_secret,
        token_secret,
        ..
    } = application();
    let header = header(&application(), "GET", &customer(""), None);
    let request = machine.write("request.txt", &lines("GET", &customer("?limit=5"), &header, ""));
    let secrets =
        format!("NETSUITE_CONSUMER_SECRET={consumer_secret}\nNETSUITE_TOKEN_SECRET={token_secret}\n");
    let env = machine.write("secrets.env", &secrets);
    let run = machine
        .run(&["explain", &request, "--credentials", &env])
        .ends_with(1);
    assert!(run.out.contains("query_not_signed"), "{}", run.out);
    let env = machine.write(
        "secrets.env",
        &format!("{secrets}NETSUITE_TOKEN_ID=another-token-id\nNETSUITE_ACCOUNT_ID=7654321\n"),
    );
    let run = machine
        .run(&["explain", &request, "--credentials", &env])
        .ends_with(1);
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("the token ID …0d82, the credentials have …n-id"),
        "{flat}"
    );
    assert!(
        flat.contains("goes to account 1234567_SB1, the credentials are of 7654321"),
        "{flat}"
    );
}

#[test]
fn a_command_that_the_shell_cuts_is_told() {
    let url = "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=6&deploy=1";
    let curl = format!(
        "curl {url} -H 'Authorization: {}'",
        header(&application(), "GET", url, None)
    );
    let machine = Machine::new();
    let file = machine.write("request.txt", &curl);
    let run = machine.run(&["explain", &file]).ends_with(1);
    insta::assert_snapshot!("cut_by_the_shell", run.out);
}

#[test]
fn a_text_for_support_has_no_secret_and_no_signature() {
    let header = header(&application(), "GET", &customer("?q=secretproject"), None);
    let text = explained(
        &lines("GET", &customer("?q=secretproject&limit=1"), &header, ""),
        &["--for-support"],
    );
    let signature = header
        .split("oauth_signature=\"")
        .nth(1)
        .unwrap()
        .trim_end_matches('"');
    for hidden in [
        signature,
        "secretproject",
        &application().consumer_key,
        &application().token_id,
        "Qm4vT7xK2pLr9sWd",
    ] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    insta::assert_snapshot!("for_support", text);
}

#[test]
fn an_answer_alone_is_translated_with_its_request() {
    for (answer, sentence) in [
        (
            "HTTP/1.1 302 Found\nLocation: https://rest.na2.netsuite.com/x\n\n<html>",
            "sends the caller to rest.na2.netsuite.com",
        ),
        (
            "HTTP/1.1 429 Too Many Requests\n\n{\"o:errorDetails\":[{\"o:errorCode\":\"CONCURRENCY_LIMIT_EXCEEDED\"}]}",
            "no login failure",
        ),
        (
            "{\"error\":{\"code\":\"SSS_INVALID_SCRIPTLET_ID\",\"message\":\"x\"}}",
            "no such script or deployment",
        ),
        (
            "<Envelope><Body><Fault><faultstring>Ambiguous authentication</faultstring></Fault></Body></Envelope>",
            "second way of logging in",
        ),
    ] {
        let machine = Machine::new();
        let answer = machine.write("answer.txt", answer);
        let header = header(&application(), "GET", &customer(""), None);
        let request = lines("GET", &customer(""), &header, "");
        let text = explained(&request, &["--response", &answer]);
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(sentence), "{text}");
    }
}

#[test]
fn of_several_requests_the_failing_one_is_taken_or_asked_for() {
    let machine = Machine::new();
    let entry = |path: &str, status: u16| {
        let header = header(&application(), "GET", &customer(path), None);
        json!({ "startedDateTime": "2023-11-14T22:13:22Z",
            "request": { "method": "GET", "url": customer(path), "headers": [{ "name": "authorization", "value": header }] },
            "response": { "status": status, "headers": [] } })
    };
    let har = |entries: Vec<Value>| json!({ "log": { "entries": entries } }).to_string();
    let credentials = machine.write("account.env", &env(&application(), ""));
    let explain = |har: &str, more: &[&str]| {
        let file = machine.write("session.har", har);
        machine.run(&[&["explain", &file, "--credentials", &credentials], more].concat())
    };
    let one = har(vec![entry("/1", 200), entry("/2", 401), entry("/3", 200)]);
    assert!(explain(&one, &[]).ends_with(0).out.contains("customer/2"));
    let two = har(vec![entry("/1", 200), entry("/2", 401), entry("/3", 403)]);
    let run = explain(&two, &[]).ends_with(2);
    assert!(run.err.contains("holds 2 requests that failed:"), "{}", run.err);
    assert!(
        run.err.contains("  2  401  GET https://") && run.err.contains("--entry N"),
        "{}",
        run.err
    );
    assert!(
        explain(&two, &["--entry", "3"])
            .ends_with(0)
            .out
            .contains("customer/3")
    );
    explain(&two, &["--entry", "4"]).ends_with(2);
}

#[test]
fn what_cannot_be_read_says_how_to_get_a_good_one() {
    let machine = Machine::new();
    for (text, code, message) in [
        ("", 3, "it is empty"),
        ("hello", 3, "it is nothing that is known here"),
        (
            "curl -H \"Authorization: $AUTH\" https://a.example/",
            3,
            "the value of the variable $AUTH is not in the text",
        ),
        ("OAuth realm=\"1\"", 3, "its method and its URL are missing"),
        ("{\"log\":{\"entries\":[", 3, "the JSON ends in the middle"),
    ] {
        let run = machine.run_with_input(&["explain"], text).ends_with(code);
        assert!(
            run.err.contains(message) && run.err.contains("next: "),
            "{text}: {}",
            run.err
        );
    }
    for argument in ["curl https://a.example/", "https://a.example/x"] {
        let run = machine.run(&["explain", argument]).ends_with(2);
        assert!(run.err.contains("not as an argument"), "{}", run.err);
    }
    machine.run(&["explain", "nowhere.txt"]).ends_with(3);
    machine.run(&["explain", "-", "--credentials", "-"]).ends_with(2);
}

#[test]
fn no_secret_is_in_what_is_explained() {
    let machine = Machine::new();
    let application = canary();
    let needles = needles(&application);
    let Application {
        consumer_secret,
        token_secret,
        ..
    } = &application;
    let credentials = machine.write("account.env", &env(&application, ""));
    let right = header(&application, "GET", &customer(""), None);
    let both = percent_encode(format!(
        "{}&{}",
        percent_encode(consumer_secret),
        percent_encode(token_secret)
    ));
    let encoded = percent_encode(token_secret);
    let requests = [
        lines("GET", &customer("?limit=5"), &right, ""),
        lines(
            "GET",
            &customer(""),
            &format!(
                "OAuth realm=\"1234567_SB1\", oauth_consumer_key=\"k\", oauth_token=\"t\", oauth_signature_method=\"PLAINTEXT\", oauth_timestamp=\"1700000000\", oauth_nonce=\"abcdef\", oauth_signature=\"{both}\""
            ),
            "",
        ),
        lines("GET", &customer(&format!("?token_secret={encoded}")), &right, ""),
        lines(
            "GET",
            &customer(""),
            &right.replace("oauth_token=\"", &format!("oauth_token=\"{encoded}")),
            "",
        ),
        lines("GET", &customer(""), &format!("Bearer {token_secret}"), ""),
        lines(
            "POST",
            &customer(""),
            &right,
            &format!("Content-Type: application/x-www-form-urlencoded\n\nsecret={encoded}"),
        ),
        format!(
            "curl '{}' -u 'user:{token_secret}' -H 'X: {consumer_secret}'",
            customer("")
        ),
    ];
    for request in requests {
        let file = machine.write("request.txt", &request);
        let beside = machine.write("other.txt", &lines("GET", &customer("?limit=6"), &right, ""));
        for more in [
            &["--json"][..],
            &["--for-support"],
            &[],
            &["--compare", &beside],
            &["--compare", &beside, "--json"],
        ] {
            for credentials in [&["--credentials", &credentials][..], &[]] {
                let run = machine.run(&[&["explain", &file, "--log", "trace"], credentials, more].concat());
                assert!(!run.err.contains("panicked"), "{}", run.err);
                let text = format!("{}{}", run.out, run.err);
                // Without the credentials nobody can tell a secret from any other value of a URL or a token ID.
                let is_hidden = ["token_secret=", "canary-token-id\""];
                let is_known =
                    !credentials.is_empty() || !is_hidden.iter().any(|place| request.contains(place));
                let found = needles.find(text.as_bytes()).filter(|_| is_known);
                assert_eq!(found, None, "{more:?} {request}");
            }
        }
    }
}

#[test]
fn an_identifier_that_is_not_the_credentials_own_is_no_right_request() {
    let other = Application {
        consumer_key: "{{consumerKey}}".to_owned(),
        ..application()
    };
    let header = header(&other, "GET", &customer(""), None);
    let told = explained(&lines("GET", &customer(""), &header, ""), &[]);
    assert!(told.contains("consumer_key_unknown"), "{told}");
    assert!(told.ends_with("exit code 1\n"), "{told}");
}
