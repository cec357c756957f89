//! Known secrets go through every command, and are then looked for in everything that came of it.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use countersign_testkit::Application;
use countersign_world::{SeededEntropy, hex};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::machine::{Machine, Run, account_toml, env};
use crate::needles::Needles;

const CUSTOMER: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";

/// Secrets with characters that every encoding writes in its own way.
pub(crate) fn canary() -> Application {
    let entropy = SeededEntropy::new(0xca9a91);
    let secret = || format!("{}/+%&=~{}", hex(&entropy, 16), hex(&entropy, 16));
    Application {
        account: "1234567_SB1".to_owned(),
        consumer_key: "canary-consumer-key".to_owned(),
        consumer_secret: secret(),
        token_id: "canary-token-id".to_owned(),
        token_secret: secret(),
    }
}

pub(crate) fn needles(application: &Application) -> Needles {
    Needles::of([
        ("the consumer secret", application.consumer_secret.as_str()),
        ("the token secret", application.token_secret.as_str()),
    ])
}

/// What commands printed, to be looked through.
#[derive(Default)]
pub(crate) struct Outputs(Vec<(String, Vec<u8>)>);

impl Outputs {
    pub(crate) fn keep(&mut self, command: &[&str], run: &Run) {
        assert!(!run.err.contains("panicked"), "{command:?}: {}", run.err);
        let text = format!("{}\n{}", run.out, run.err);
        self.0.push((command.join(" "), text.into_bytes()));
    }

    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.0.push((name.to_owned(), bytes));
    }

    pub(crate) fn find(&self, needles: &Needles) -> Vec<String> {
        let find = |(command, text): &(String, Vec<u8>)| {
            needles
                .find(text)
                .map(|what| format!("output of {command}: {what}"))
        };
        self.0.iter().filter_map(find).collect()
    }
}

#[tokio::test]
async fn every_command_keeps_given_secrets_to_itself() {
    let machine = Machine::new();
    let application = canary();
    let needles = needles(&application);
    let file = machine.write("account.toml", &account_toml(&application));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let mut outputs = Outputs::default();

    for (number, log) in [["--log", "trace"], ["--log", "debug"]].iter().enumerate() {
        // Its standard output is the welcome, which may show them once. Its log may not.
        let first: &[&str] = if number == 0 {
            &["--account", &file, "--log-json"]
        } else {
            &[]
        };
        let serving = machine.serve(data, &[first, &log[..]].concat());
        let credentials = machine.write(".env", &env(&application, serving.url()));
        let mut run = |arguments: &[&str]| {
            for tail in [&["--log", "trace"][..], &["--log", "trace", "--log-json"], &[]] {
                let arguments = [arguments, tail].concat();
                outputs.keep(&arguments, &machine.run(&arguments));
            }
        };
        let with = |arguments: &[&'static str]| -> Vec<String> {
            let credentials = ["--credentials", &credentials];
            arguments
                .iter()
                .chain(&credentials)
                .map(|word| (*word).to_owned())
                .collect()
        };
        for arguments in [
            with(&["call", "GET", CUSTOMER]),
            with(&["call", "GET", CUSTOMER, "--json"]),
            with(&["call", "GET", CUSTOMER, "--include"]),
            with(&["call", "GET", RESTLET]),
            with(&["call", "POST", CUSTOMER, "-d", "{\"companyName\":\"Acme\"}"]),
            with(&["call", "POST", CUSTOMER, "-d", "{"]),
            with(&["call", "GET", "/nowhere"]),
            with(&["call", "GET", "https://evil.example/"]),
            with(&["call", "GET", "http://127.0.0.1:9/"]),
            with(&["call", "GET", CUSTOMER, "-H", "Authorization: x"]),
            with(&["sign", "GET", CUSTOMER]),
            with(&["sign", "GET", CUSTOMER, "--explain"]),
            with(&["sign", "GET", CUSTOMER, "--explain", "--json"]),
            with(&["sign", "--as", "passport", "--explain"]),
            with(&["sign", "--as", "connect-password", "--explain", "--json"]),
            with(&["sign", "GET", CUSTOMER, "--nonce", "short"]),
        ] {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            run(&arguments);
        }
        wrong_calls(&serving.caller(&application)).await;
        run(&["audit", "--data", data]);
        run(&["audit", "--data", data, "--json"]);
        run(&["audit", "--data", data, "--failures", "--limit", "1000"]);
        run(&["key", "check", "--data", data]);
        assert_eq!(needles.find_in_process(serving.pid()), Vec::<String>::new());
        outputs.add("the log of serve", serving.errors().into_bytes());
        assert!(serving.errors().contains("login refused"), "something was logged");
        outputs.keep(&["the end of serve"], &serving.stop());
        for action in ["check", "rotate", "rewrap", "check"] {
            let arguments = ["key", action, "--data", data, "--log", "trace"];
            outputs.keep(&arguments, &machine.run(&arguments).ends_with(0));
        }
    }

    let allowed = [PathBuf::from(&file), machine.path(".env")];
    assert!(
        needles.find(&fs::read(&file).unwrap()).is_some(),
        "the needles are the right ones"
    );
    let mut found = outputs.find(&needles);
    found.extend(needles.find_below(machine.home(), &allowed));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Logins that are refused, and carry a secret where it does not belong.
async fn wrong_calls(caller: &countersign_testkit::Caller) {
    let Application {
        consumer_secret,
        token_secret,
        ..
    } = &caller.application;
    let both = format!("{consumer_secret}&{token_secret}");
    let in_header = countersign_protocol::percent_encode(&both);
    let password = countersign_protocol::percent_encode(token_secret);
    for target in [CUSTOMER, RESTLET] {
        let get = || caller.get(target);
        let plaintext = in_header.clone();
        let calls = [
            get().badly_signed(),
            get()
                .oauth("oauth_signature_method", "PLAINTEXT")
                .rewrite(move |header| {
                    let (start, _) = header.split_once("oauth_signature=").unwrap();
                    format!("{start}oauth_signature=\"{plaintext}\"")
                }),
            get().authorization(token_secret),
            get().authorization(&format!("Bearer {token_secret}")),
            get().authorization(&format!("Token {token_secret} {consumer_secret}")),
            get().authorization(&format!("NLAuth nlauth_account=1, nlauth_signature={password}")),
            get().authorization(&format!("OAuth {token_secret}")),
            get().authorization(&format!("OAuth {password}=\"1\", {password}=\"2\"")),
            get().authorization(&format!("OAuth {password}=\"\"")),
            get().authorization(&format!("OAuth realm=\"{password}")),
            get().oauth("oauth_token", token_secret),
            get().oauth("oauth_consumer_key", consumer_secret),
            get().oauth("oauth_version", token_secret),
            get().oauth("oauth_signature_method", token_secret),
            get().oauth("oauth_timestamp", token_secret),
            get().oauth("oauth_nonce", token_secret),
            get().oauth("token_secret", token_secret),
            get().realm(password.as_str()),
            get().header("Cookie", &format!("JSESSIONID={password}")),
            get().header("X-Token-Secret", token_secret),
            get().with_target(|target| {
                format!(
                    "{target}{}token_secret={password}",
                    if target.contains('?') { '&' } else { '?' }
                )
            }),
        ];
        for call in calls {
            call.send().await;
        }
    }
    let soap = || caller.soap("getServerTime");
    let escaped = token_secret.replace('&', "&amp;");
    for call in [
        soap()
            .signature(&both.replace('&', "&amp;"))
            .algorithm("PLAINTEXT"),
        soap().signature(&escaped),
        soap().field("account", token_secret),
        soap().field("consumerKey", consumer_secret),
        soap().field("token", token_secret),
        soap().field("nonce", token_secret),
        soap().field("timestamp", token_secret),
        soap().algorithm(&escaped),
        soap().beside(&format!(
            "<passport><email>a@b.example</email><password>{escaped}</password></passport>"
        )),
        soap().beside(&format!("<a>{escaped}</b>")),
        soap().beside("&undefined;"),
    ] {
        call.send().await;
    }
}

#[test]
fn made_secrets_are_in_the_welcome_and_nowhere_else() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let mut outputs = Outputs::default();
    let serving = machine.serve(data, &["--log", "trace"]);
    let application = serving.application();
    let needles = needles(&application);
    let credentials = machine.write(".env", &env(&application, serving.url()));
    for arguments in [
        &["call", "GET", CUSTOMER, "--credentials", &credentials][..],
        &["audit", "--data", data, "--json"],
        &["completions", "bash"],
        &["conformance"],
    ] {
        outputs.keep(arguments, &machine.run(arguments).ends_with(0));
    }
    assert_eq!(needles.find_in_process(serving.pid()), Vec::<String>::new());
    outputs.add("the log of serve", serving.errors().into_bytes());
    serving.stop().ends_with(0);
    let second = machine.serve(data, &[]);
    outputs.add("the second start", second.start.to_string().into_bytes());
    second.stop().ends_with(0);
    let mut found = outputs.find(&needles);
    found.extend(needles.find_below(machine.home(), &[machine.path(".env")]));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_key_is_in_its_file_and_nowhere_else() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--log", "trace"]);
    let key_file = machine.path("data/keys/countersign.key");
    let text = fs::read_to_string(&key_file).unwrap();
    let key = text
        .split(|c: char| c.is_whitespace() || c == '"' || c == ':')
        .max_by_key(|word| word.len())
        .unwrap();
    let needles = Needles::of([("the key", key)]);
    let log = serving.errors();
    assert_eq!(needles.find(log.as_bytes()), None);
    assert_eq!(needles.find_in_process(serving.pid()), Vec::<String>::new());
    serving.stop().ends_with(0);
    let mut outputs = Outputs::default();
    // A key file where something else belongs.
    let key_file = key_file.to_str().unwrap();
    for arguments in [
        &["key", "check", "--data", data][..],
        &["call", "GET", "/x", "--credentials", key_file],
        &["serve", "--data", "other", "--account", key_file],
        &["conformance", "--vectors", key_file],
    ] {
        outputs.keep(arguments, &machine.run(arguments));
    }
    let mut found = outputs.find(&needles);
    found.extend(needles.find_below(machine.home(), &[PathBuf::from(key_file)]));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_kept_demo_shows_its_secrets_once_and_a_killed_one_leaves_none() {
    use std::io::{BufRead as _, BufReader};
    let machine = Machine::new();
    let data = machine.path("kept");
    let data = data.to_str().unwrap();
    let mut child = machine
        .command(&["demo", "--json", "--keep", data, "--log", "trace"])
        .stdout(Stdio::piped())
        .stderr(fs::File::create(machine.path("demo.err")).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let mut result: Value = serde_json::from_str(&line).unwrap();
    let token = result["token"].take();
    let secret = |name: &str| token[name].as_str().unwrap();
    let needles = Needles::of([
        ("the consumer secret", secret("NETSUITE_CONSUMER_SECRET")),
        ("the token secret", secret("NETSUITE_TOKEN_SECRET")),
    ]);
    assert_eq!(
        needles.find(result.to_string().as_bytes()),
        None,
        "beside the token"
    );
    assert_eq!(needles.find_in_process(child.id()), Vec::<String>::new());
    kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
    child.wait().unwrap();
    assert_eq!(needles.find_below(machine.home(), &[]), Vec::<String>::new());
}
