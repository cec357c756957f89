//! `countersign sign`: the same header, passport and password every time, and how they come about.

use countersign_testkit::Application;

use crate::machine::{Machine, Run, env};

/// The values of Oracle's documentation.
fn documented() -> Application {
    Application {
        account: "1234567_SB1".to_owned(),
        consumer_key: "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4".to_owned(),
        consumer_secret: "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd".to_owned(),
        token_id: "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82".to_owned(),
        token_secret: "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2".to_owned(),
    }
}

const STAMP: [&str; 4] = ["--timestamp", "1508242306", "--nonce", "fjaLirsIcCGVZWzBX0pg"];

fn sign(arguments: &[&str]) -> Run {
    let machine = Machine::new();
    let credentials = env(&documented(), "").replace("NETSUITE_BASE_URL=\n", "");
    let arguments = [&["sign"], arguments, &STAMP, &["--credentials", "-"]].concat();
    machine.run_with_input(&arguments, &credentials).ends_with(0)
}

#[test]
fn a_header_is_printed_and_nothing_else() {
    let path = "/services/rest/record/v1/customer?limit=3";
    let run = sign(&["GET", path]);
    assert!(
        run.out
            .starts_with("OAuth realm=\"1234567_SB1\", oauth_consumer_key=\"71cc02b7"),
        "{}",
        run.out
    );
    assert_eq!(run.out.lines().count(), 1);
    let whole = sign(&[
        "GET",
        &format!("https://1234567-sb1.suitetalk.api.netsuite.com{path}"),
    ]);
    assert_eq!(run.out, whole.out, "a path is on the account's own host");
    assert_ne!(run.out, sign(&["POST", path]).out);
}

#[test]
fn an_explanation_shows_every_step_and_no_secret() {
    let url =
        "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1&q=a+b";
    let run = sign(&["PUT", url, "--explain"]);
    assert!(run.out.starts_with(&format!("url\n  {url}\n")), "{}", run.out);
    for line in [
        "  deploy=1\n",
        "  q=a%20b\n",
        "  oauth_nonce=fjaLirsIcCGVZWzBX0pg\n",
        "  PUT&https%3A%2F%2F1234567-sb1.restlets.api.netsuite.com%2Fapp%2Fsite%2Fhosting%2Frestlet.nl&deploy%3D1%26",
        "  consumer secret (64 hexadecimal digits) & token secret (64 hexadecimal digits)\n",
    ] {
        assert!(run.out.contains(line), "{line} is missing:\n{}", run.out);
    }
    let Application {
        consumer_secret,
        token_secret,
        ..
    } = documented();
    assert!(!run.out.contains(&consumer_secret) && !run.out.contains(&token_secret));

    let json = sign(&["PUT", url, "--explain", "--json"]).json();
    let names: Vec<&String> = json.as_object().unwrap().keys().collect();
    let (raw, header) = (
        json["signature"].as_str().unwrap(),
        json["Authorization"].as_str().unwrap(),
    );
    let encoded = countersign_protocol::percent_encode(raw);
    assert!(
        header.contains(&format!("oauth_signature=\"{encoded}\"")),
        "{header}"
    );
    assert!(
        run.out.contains(&format!("\n  {raw}\n  {encoded} ")),
        "{}",
        run.out
    );
    assert_eq!(json["url"], url);
    for name in ["Authorization", "parameters", "baseString", "key"] {
        assert!(names.iter().any(|known| *known == name), "{names:?}");
    }
}

#[test]
fn a_path_without_a_base_url_is_said_to_be_at_netsuite() {
    let hint = "NETSUITE_BASE_URL is not set";
    assert!(sign(&["GET", "/x", "--explain"]).out.contains(hint));
    let url = "https://1234567-sb1.suitetalk.api.netsuite.com/x";
    assert!(!sign(&["GET", url, "--explain"]).out.contains(hint));
    let machine = Machine::new();
    let credentials = env(&documented(), "http://127.0.0.1:8080");
    let arguments = ["sign", "GET", "/x", "--explain", "--credentials", "-"];
    let run = machine.run_with_input(&arguments, &credentials).ends_with(0);
    assert!(
        run.out.starts_with("url\n  http://127.0.0.1:8080/x\n"),
        "{}",
        run.out
    );
    assert!(!run.out.contains(hint), "{}", run.out);
}

#[test]
fn a_form_is_signed_with_the_request() {
    let url = "https://1234567-sb1.restlets.api.netsuite.com/x";
    let run = sign(&["POST", url, "--form", "a=1&b=%26", "--explain"]);
    assert!(run.out.contains("  a=1\n  b=%26\n"), "{}", run.out);
}

#[test]
fn a_passport_and_a_connect_password_share_their_signature() {
    let passport = sign(&["--as", "passport"]).out;
    assert!(
        passport.contains("<platformCore:nonce>fjaLirsIcCGVZWzBX0pg</platformCore:nonce>"),
        "{passport}"
    );
    let signature = passport
        .split_once("algorithm=\"HMAC-SHA256\">")
        .and_then(|(_, rest)| rest.split('<').next())
        .unwrap();
    let password = sign(&["--as", "connect-password"]).out;
    assert!(
        password
            .trim_end()
            .ends_with(&format!("&1508242306&{signature}&HMAC-SHA256")),
        "{password}"
    );
    let older = sign(&["--as", "passport", "--soap-version", "2021_1"]).out;
    assert!(older.contains("urn:core_2021_1.platform"), "{older}");
    let explained = sign(&["--as", "passport", "--explain", "--json"]).json();
    assert!(
        explained["baseString"]
            .as_str()
            .unwrap()
            .starts_with("1234567_SB1&71cc02b7")
    );
}

#[test]
fn without_a_stamp_every_signature_is_another() {
    let machine = Machine::new();
    let credentials = machine.write(".env", &env(&documented(), ""));
    let once = || {
        machine
            .run(&["sign", "GET", "/x", "--credentials", &credentials])
            .ends_with(0)
            .out
    };
    assert_ne!(once(), once());
}

#[test]
fn what_cannot_be_signed_with_is_refused() {
    let machine = Machine::new();
    let credentials = machine.write(".env", &env(&documented(), ""));
    let refused = |arguments: &[&str], code| {
        machine
            .run(&[&["sign", "--credentials", &credentials], arguments].concat())
            .ends_with(code)
    };
    refused(&["GET", "/x", "--nonce", "short"], 3);
    refused(&["GET", "/x", "--nonce", "with space"], 3);
    refused(&["GET", "/x", "--timestamp", "0"], 3);
    refused(&["GET", "/x", "--timestamp", "now"], 2);
    refused(&["GET"], 2);
    refused(&["--as", "telegram"], 2);
    // What would be ignored.
    refused(&["GET", "/x", "--as", "passport"], 2);
    refused(&["--as", "passport", "--form", "a=1"], 2);
    refused(&["GET", "/x", "--soap-version", "2021_1"], 2);
    refused(&["--as", "connect-password", "--soap-version", "2021_1"], 2);
    refused(&["GET", "https://evil.example/x"], 3);
}
