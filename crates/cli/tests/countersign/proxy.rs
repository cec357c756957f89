//! The signing proxy, from credentials in a file to a program that never sees them.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::machine::{Machine, Run, Serving, env};

pub(crate) const CUSTOMER: &str = "/services/rest/record/v1/customer?limit=1";

/// An account that runs, and a connection to it in the same data folder.
pub(crate) fn stage(machine: &Machine) -> (String, Serving) {
    let data = machine.path("data").to_str().unwrap().to_owned();
    let serving = machine.serve(&data, &[]);
    let values = machine.write("values.env", &env(&serving.application(), serving.url()));
    machine
        .run(&["connection", "add", "acme", "--data", &data, "--from", &values])
        .ends_with(0);
    (data, serving)
}

/// A caller that may do everything, by its key.
pub(crate) fn caller(machine: &Machine, data: &str, name: &str) -> String {
    let added = machine
        .run(&["caller", "add", name, "--data", data, "--json"])
        .ends_with(0)
        .json();
    machine
        .run(&[
            "grant",
            "add",
            "--caller",
            name,
            "--connection",
            "acme",
            "--all",
            "--data",
            data,
        ])
        .ends_with(0);
    added["credentials"]["COUNTERSIGN_KEY"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Status and body of a call with this key.
pub(crate) fn get(address: SocketAddr, path: &str, key: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

#[test]
fn a_program_with_a_key_calls_an_account_whose_credentials_it_never_sees() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let proxy = machine.proxy(&data, &["--status", "127.0.0.1:0"]);
    let key = caller(&machine, &data, "nightly-sync");
    let path = format!("/c/acme{CUSTOMER}");
    let (status, answer) = get(proxy.address(), &path, &key);
    assert_eq!(status, 200, "{answer}");
    let state: SocketAddr = proxy.start["status"]
        .as_str()
        .unwrap()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    assert_eq!(get(state, "/readyz", "").0, 200);
    assert!(
        get(state, "/metrics", "")
            .1
            .contains("countersign_proxy_requests_total")
    );

    let listed = machine.run(&["caller", "list", "--data", &data]).ends_with(0).out;
    assert!(
        listed.contains("nightly-sync") && listed.contains("Active") && !listed.contains(&key),
        "{listed}"
    );
    let grants = machine
        .run(&["grant", "list", "--data", &data, "--json"])
        .ends_with(0)
        .json();
    let grant = grants["rows"][0]["id"].as_str().unwrap();
    machine
        .run(&["grant", "revoke", grant, "--data", &data, "--yes"])
        .ends_with(0);
    crate::machine::until("the grant is gone", || get(proxy.address(), &path, &key).0 == 403);
    machine
        .run(&["caller", "revoke", "nightly-sync", "--data", &data, "--yes"])
        .ends_with(0);
    crate::machine::until("the key is gone", || get(proxy.address(), &path, &key).0 == 401);
    proxy.stop().ends_with(0);
    serving.stop().ends_with(0);
}

#[test]
fn a_program_is_given_an_address_and_a_key_that_ends_with_it() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let exec = |more: &[&str], script: &str| {
        let words: [&[&str]; 3] = [
            &["exec", "--data", &data, "--connection", "acme"],
            more,
            &["--", "sh", "-c", script],
        ];
        // What the caller of exec is told by is nothing for the program.
        let mut command = machine.command(&words.concat());
        command
            .env("COUNTERSIGN_DATA", &data)
            .env("NETSUITE_TOKEN_SECRET", "hush");
        Run::of(&mut command)
    };
    let values = exec(
        &[],
        "echo $COUNTERSIGN_PROXY_URL $COUNTERSIGN_KEY; env | grep -c 'SECRET\\|TOKEN\\|COUNTERSIGN_DATA'; exit 7",
    );
    assert_eq!(values.code, 7, "{}", values.err);
    let mut lines = values.out.lines();
    let (url, key) = lines.next().unwrap().split_once(' ').unwrap();
    assert!(
        url.starts_with("http://127.0.0.1:") && url.ends_with("/c/acme") && key.starts_with("csc_"),
        "{url}"
    );
    assert_eq!(lines.next(), Some("0"));
    // With a proxy of the folder that runs, it is that one, and the key opens nothing afterwards.
    let proxy = machine.proxy(&data, &[]);
    let values = exec(&["--read-only"], "echo $COUNTERSIGN_PROXY_URL $COUNTERSIGN_KEY").ends_with(0);
    let (url, key) = values.out.trim().split_once(' ').unwrap();
    assert_eq!(url, format!("{}/c/acme", proxy.url()));
    crate::machine::until("the key is gone", || {
        get(proxy.address(), &format!("/c/acme{CUSTOMER}"), key).0 == 401
    });
    machine
        .run(&["exec", "--data", &data, "--connection", "nobody", "--", "true"])
        .ends_with(3);
    machine
        .run(&[
            "exec",
            "--data",
            &data,
            "--connection",
            "acme",
            "--",
            "no-such-program",
        ])
        .ends_with(3);
    let flag = machine
        .run(&[
            "exec",
            "--data",
            &data,
            "--connection",
            "acme",
            "--json",
            "--",
            "true",
        ])
        .ends_with(2);
    assert!(flag.err.contains("there is no flag --json"), "{}", flag.err);
    let callers = machine
        .run(&["caller", "list", "--all", "--data", &data, "--json"])
        .ends_with(0)
        .json();
    let rows = callers["rows"].as_array().unwrap();
    assert!(
        rows.len() == 4 && rows.iter().all(|row| row["revoked"] != Value::Null),
        "{callers}"
    );
    proxy.stop().ends_with(0);
    serving.stop().ends_with(0);
}

#[test]
fn a_signal_reaches_the_program_that_is_executed_and_its_key_is_revoked() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let script = "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done";
    let mut child = machine
        .command(&[
            "exec",
            "--data",
            &data,
            "--connection",
            "acme",
            "--",
            "sh",
            "-c",
            script,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, 9, "{}", run.err);
    let callers = |more: &[&str]| {
        let words = [&["caller", "list", "--data", &data, "--json"], more].concat();
        let listed = machine.run(&words).ends_with(0).json();
        listed["rows"].as_array().unwrap().clone()
    };
    assert!(callers(&[]).is_empty());
    assert_ne!(callers(&["--all"])[0]["revoked"], Value::Null);

    // Whoever is killed revokes nothing; the next one does.
    let exec = ["exec", "--data", &data, "--connection", "acme", "--"];
    let mut child = machine
        .command(&[&exec[..], &["sh", "-c", "echo $$; exec sleep 1000"]].concat())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut program = String::new();
    out.read_line(&mut program).unwrap();
    machine.run(&[&exec[..], &["true"]].concat()).ends_with(0);
    assert_eq!(callers(&[]).len(), 1, "it runs");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(callers(&[]).len(), 1);
    machine.run(&[&exec[..], &["true"]].concat()).ends_with(0);
    assert!(callers(&[]).is_empty());
    assert_eq!(callers(&["--all"]).len(), 4);

    // So does the next one where revoking failed.
    let vault = rusqlite::Connection::open(format!("{data}/connections/vault.sqlite")).unwrap();
    let full = "CREATE TRIGGER full BEFORE UPDATE ON caller BEGIN SELECT RAISE(ABORT, 'full'); END";
    vault.execute_batch(full).unwrap();
    let run = machine.run(&[&exec[..], &["true"]].concat());
    assert!(run.code != 0 && run.err.contains("is not revoked"), "{}", run.err);
    assert_eq!(callers(&[]).len(), 1);
    vault.execute_batch("DROP TRIGGER full").unwrap();
    machine.run(&[&exec[..], &["true"]].concat()).ends_with(0);
    assert!(callers(&[]).is_empty());
    let program = Pid::from_raw(program.trim().parse().unwrap()).unwrap();
    kill_process(program, Signal::KILL).unwrap();
    serving.stop().ends_with(0);
}

#[test]
fn a_proxy_that_is_killed_leaves_a_vault_that_works() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let key = caller(&machine, &data, "sync");
    let path = format!("/c/acme{CUSTOMER}");
    for _ in 0..3 {
        let proxy = machine.proxy(&data, &["--audit", "strict"]);
        let address = proxy.address();
        let calling = std::thread::spawn({
            let (path, key) = (path.clone(), key.clone());
            move || {
                // Until it is gone.
                while let Ok(mut stream) = TcpStream::connect(address) {
                    let head = format!(
                        "GET {path} HTTP/1.1\r\nHost: x.localhost\r\nConnection: close\r\nX-Countersign-Key: {key}\r\n\r\n"
                    );
                    let _ = stream.write_all(head.as_bytes());
                    let _ = stream.read_to_end(&mut Vec::new());
                }
            }
        });
        assert_eq!(get(address, &path, &key).0, 200);
        proxy.kill();
        calling.join().unwrap();
    }
    machine
        .run(&["connection", "audit", "--verify", "--data", &data])
        .ends_with(0);
    let proxy = machine.proxy(&data, &[]);
    assert_eq!(get(proxy.address(), &path, &key).0, 200);
    proxy.stop().ends_with(0);
    serving.stop().ends_with(0);
}

#[test]
fn with_a_certificate_it_takes_tls_and_answers_to_its_name() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let made = rcgen::generate_simple_self_signed(["proxy.test".to_owned()]).unwrap();
    let chain = machine.write("chain.pem", &made.cert.pem());
    let private = machine.write("key.pem", &made.signing_key.serialize_pem());
    let tls = [
        "--tls-cert",
        &*chain,
        "--tls-key",
        &*private,
        "--host",
        "proxy.test",
    ];
    let proxy = machine.proxy(&data, &tls);
    let key = caller(&machine, &data, "sync");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let address: SocketAddr = proxy.url().trim_start_matches("https://").parse().unwrap();
    for (host, status) in [("proxy.test", "200"), ("evil.example", "421")] {
        let client =
            rustls::ClientConnection::new(Arc::new(config.clone()), "proxy.test".try_into().unwrap());
        let mut stream = rustls::StreamOwned::new(client.unwrap(), TcpStream::connect(address).unwrap());
        let head = format!(
            "GET /c/acme{CUSTOMER} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Countersign-Key: {key}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{host}: {answer}"
        );
    }
    proxy.stop().ends_with(0);
    serving.stop().ends_with(0);
}

#[test]
fn an_address_that_others_reach_needs_tls() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let refused = machine
        .run(&["proxy", "--data", &data, "--listen", "0.0.0.0:0"])
        .ends_with(3);
    assert!(refused.err.contains("--tls-cert"), "{}", refused.err);
    let nothing = machine.path("nothing").to_str().unwrap().to_owned();
    machine.run(&["proxy", "--data", &nothing]).ends_with(3);
    assert!(fs::metadata(&nothing).is_err());
    serving.stop().ends_with(0);
}

/// Status and body of a page, or of a form that is sent to one.
fn page(address: SocketAddr, target: &str, cookie: &str, form: Option<&str>) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let sent = form.map_or_else(String::new, |form| {
        format!(
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            form.len()
        )
    });
    let method = if form.is_some() { "POST" } else { "GET" };
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{cookie}{sent}\r\n{}",
        form.unwrap_or_default()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

fn address(url: &str) -> SocketAddr {
    let rest = url.trim_start_matches("http://");
    rest.split('/').next().unwrap().parse().unwrap()
}

#[test]
fn a_link_of_the_command_line_signs_in_and_another_takes_credentials_which_are_then_used() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let none = machine
        .run(&["connection", "pages", "--data", &data])
        .ends_with(4);
    assert!(none.err.contains("proxy --pages"), "{}", none.err);
    let proxy = machine.proxy(&data, &["--pages", "127.0.0.1:0"]);
    let pages = address(proxy.start["pages"].as_str().unwrap());
    let link = machine
        .run(&["connection", "pages", "--data", &data, "--json"])
        .ends_with(0)
        .json();
    let link = link["link"].as_str().unwrap();
    let (_, token) = link.split_once("link=").unwrap();
    let (status, begun) = page(pages, "/sign-in", "", Some(&format!("link={token}")));
    assert_eq!(status, 303, "{begun}");
    let (_, cookie) = begun.split_once("set-cookie: ").unwrap();
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    let (status, listed) = page(pages, "/connections", &cookie, None);
    assert!(
        status == 200 && listed.contains("acme") && listed.contains("Healthy"),
        "{listed}"
    );

    let invite = ["connection", "invite", "beta", "--data", &data];
    let open = machine
        .run(&[&invite[..], &["--url", "http://connect.example.com"]].concat())
        .ends_with(2);
    assert!(open.err.contains("without TLS"), "{}", open.err);
    let public = machine.run(&[&invite[..], &["--url", "https://connect.example.com", "--json"]].concat());
    let public = public.ends_with(0).json();
    assert!(
        public["link"]
            .as_str()
            .unwrap()
            .starts_with("https://connect.example.com/connect?invitation=")
    );
    let another = machine.run(&invite).ends_with(2);
    assert!(
        another.err.contains("ends the one that is open until"),
        "{}",
        another.err
    );
    let link = machine
        .run(&[&invite[..], &["--json", "--yes"]].concat())
        .ends_with(0)
        .json();
    let link = link["link"].as_str().unwrap();
    let (_, token) = link.split_once("invitation=").unwrap();
    let application = serving.application();
    let form = format!(
        "invitation={token}&account={}&consumer-key={}&consumer-secret={}&token-id={}&token-secret={}",
        application.account,
        application.consumer_key,
        application.consumer_secret,
        application.token_id,
        application.token_secret
    );
    let (status, done) = page(address(link), "/connect", "", Some(&form));
    assert!(status == 200 && done.contains("Connected"), "{done}");
    let twice = machine
        .run(&["connection", "show", "beta", "--data", &data])
        .ends_with(0);
    assert!(
        twice.out.contains("healthy") && twice.out.contains("Company"),
        "{}",
        twice.out
    );
    let withdrawn = machine.run(&[&invite[..], &["--withdraw"]].concat()).ends_with(3);
    assert!(withdrawn.err.contains("no open link"), "{}", withdrawn.err);

    let key = caller(&machine, &data, "nightly-sync");
    crate::machine::until("the grant is in force", || {
        get(proxy.address(), &format!("/c/acme{CUSTOMER}"), &key).0 == 200
    });
    let uses = |more: &[&str]| {
        let words = [&["connection", "uses", "--data", &data][..], more].concat();
        machine.run(&words).ends_with(0)
    };
    crate::machine::until("the use is written down", || {
        let rows = uses(&["acme", "--caller", "nightly-sync", "--json"]).json();
        rows["rows"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["outcome"] == "answered")
    });
    let shown = uses(&["--since", "1h"]);
    assert!(
        shown.out.contains("nightly-sync") && shown.out.contains("/services/rest/record/v1/customer"),
        "{}",
        shown.out
    );
    assert!(uses(&["--failed", "beta"]).out.is_empty());
    assert!(uses(&["--verify"]).out.contains("follow from each other"));
    let audit = machine
        .run(&["connection", "audit", "--data", &data])
        .ends_with(0);
    assert!(
        audit.out.contains("may use connection acme: every service"),
        "{}",
        audit.out
    );
    proxy.stop().ends_with(0);
    serving.stop().ends_with(0);
}

#[test]
fn a_backup_takes_the_connections_along_sealed_and_they_open_with_its_keys_only() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let to = machine.path("copy").to_str().unwrap().to_owned();
    // As after kill -9; but whoever still writes there is left alone.
    let left = machine.path("copy.unfinished");
    fs::create_dir_all(left.join("connections")).unwrap();
    fs::write(left.join("connections/vault.sqlite"), "half of it").unwrap();
    let held = fs::File::open(&left).unwrap();
    held.lock().unwrap();
    let refused = machine.run(&["backup", &to, "--data", &data]);
    assert!(
        refused.err.contains("another command is writing"),
        "{}",
        refused.err
    );
    assert!(left.join("connections/vault.sqlite").exists());
    drop(held);
    let copied = machine.run(&["backup", &to, "--data", &data]).ends_with(0);
    assert!(copied.out.contains("connections, sealed"), "{}", copied.out);
    assert!(!left.exists());
    let stored = fs::read(machine.path("copy/connections/vault.sqlite")).unwrap();
    let secret = serving.application().token_secret;
    assert!(
        !stored
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    );
    serving.stop().ends_with(0);
    let (keys, again) = (
        format!("{data}/keys"),
        machine.path("again").to_str().unwrap().to_owned(),
    );
    machine
        .run(&["restore", &to, "--data", &again, "--key", &keys])
        .ends_with(0);
    let listed = machine
        .run(&["connection", "list", "--data", &again, "--json"])
        .ends_with(0)
        .json();
    assert_eq!(listed["rows"][0]["name"], "acme");
    let before = machine
        .run(&["key", "check", "--data", &data, "--json"])
        .ends_with(0)
        .json();
    let after = machine
        .run(&["key", "check", "--data", &again, "--json"])
        .ends_with(0)
        .json();
    assert_eq!(before["opened"], after["opened"]);
    // A data folder that holds connections and no account has keys, too.
    fs::remove_dir_all(machine.path("again/accounts")).unwrap();
    let alone = machine
        .run(&["key", "rotate", "--data", &again, "--json"])
        .ends_with(0)
        .json();
    assert_eq!(alone["sealed"], 1, "{alone}");
    machine.run(&["key", "check", "--data", &again]).ends_with(0);
}
