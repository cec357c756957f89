//! `countersign serve`: the first start, later starts, the end, and addresses it does not take.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::machine::{Machine, Run, account_toml, env, given, local, until};

#[test]
fn the_first_start_shows_a_ready_token_and_later_ones_nothing_secret() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let first = machine.serve(data, &[]);
    assert_eq!(first.start["new"], true);
    let application = first.application();
    let caller_env = machine.write(".env", &env(&application, first.url()));
    machine
        .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &caller_env])
        .ends_with(0);
    first.stop().ends_with(0);

    let second = machine.serve(data, &[]);
    assert_eq!(second.start["new"], false);
    assert_eq!(second.start["tokens"], serde_json::json!([]));
    let caller_env = machine.write(".env", &env(&application, second.url()));
    machine
        .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &caller_env])
        .ends_with(0);
    second.stop().ends_with(0);
}

/// Starts without `--json`, waits for the last line of the welcome, and stops it.
fn start_and_stop(machine: &Machine, data: &str, arguments: &[&str]) -> Run {
    let mut child = machine
        .command(&["serve", "--listen", "127.0.0.1:0", "--data", data])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains("Ctrl-C") {
        let mut some = [0; 1024];
        let read = out.read(&mut some).unwrap();
        assert!(read > 0, "it ended: {}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&some[..read]);
    }
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    out.read_to_end(&mut text).unwrap();
    let mut run = Run::from(child.wait_with_output().unwrap());
    run.out = String::from_utf8(text).unwrap();
    run
}

#[test]
fn the_welcome_is_an_address_a_link_five_values_and_a_line_to_paste() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let first = start_and_stop(&machine, data, &[]).ends_with(0).out;
    assert!(
        first.starts_with("Account LOCAL1 answers at http://127.0.0.1:"),
        "{first}"
    );
    for line in [
        "/app/login/onetime.nl?company=LOCAL1&code=",
        "NETSUITE_BASE_URL=http://127.0.0.1:",
        "NETSUITE_ACCOUNT_ID=LOCAL1",
        "NETSUITE_CONSUMER_KEY=10ca1",
        "NETSUITE_CONSUMER_SECRET=10ca1",
        "NETSUITE_TOKEN_ID=10ca1",
        "NETSUITE_TOKEN_SECRET=10ca1",
        " call GET '/services/rest/record/v1/customer?limit=3' --credentials .env",
        " audit --data ",
        "Stopped after 0 requests.",
    ] {
        assert!(first.contains(line), "{line} is missing:\n{first}");
    }

    let second = start_and_stop(&machine, data, &[]).ends_with(0).out;
    let lines: Vec<&str> = second.lines().collect();
    assert!(lines[0].starts_with("Account LOCAL1 answers at http://127.0.0.1:"));
    let place = format!("It is kept in {data}.");
    assert!(
        lines[1].starts_with("Programs that call NetSuite's own hosts come in at https://127.0.0.1:"),
        "{second}"
    );
    let run = format!(" run --data {data} -- CMD");
    assert!(lines[1].ends_with(&run), "{second}");
    assert_eq!(
        lines[2..],
        [
            place.as_str(),
            "Stop it with Ctrl-C.",
            "Stopped after 0 requests."
        ]
    );
}

#[test]
fn with_several_accounts_the_welcome_says_where_each_is_and_which_is_new() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    machine.serve(data, &[]).stop().ends_with(0);
    let text = account_toml(&given());
    let lines = text.lines().filter(|line| !line.starts_with("token_"));
    let file = machine.write("sandbox.toml", &lines.collect::<Vec<_>>().join("\n"));
    let said = start_and_stop(&machine, data, &["--account", &file])
        .ends_with(0)
        .out;
    assert!(
        said.starts_with("2 accounts answer at http://127.0.0.1:"),
        "{said}"
    );
    for line in [
        "\n  1234567_SB1  http://1234567-sb1.localhost:",
        "\n  LOCAL1       http://local1.localhost:",
        "\nThe values of the token Ready of account 1234567_SB1, shown this once.",
        "\nNETSUITE_ACCOUNT_ID=1234567_SB1\n",
        " audit --account 1234567_SB1 --data ",
        "\nOpen account 1234567_SB1 in a browser: this link works once, within an hour.",
        "http://1234567-sb1.localhost:",
        "/app/login/onetime.nl?company=1234567_SB1&code=",
    ] {
        assert!(said.contains(line), "{line} is missing:\n{said}");
    }
}

#[test]
fn asked_to_stop_it_lets_a_request_end() {
    let machine = Machine::new();
    let data = machine.path("data");
    let mut serving = machine.serve(data.to_str().unwrap(), &[]);
    let caller = serving.caller(&serving.application());
    let bytes = caller
        .post("/services/rest/record/v1/customer", r#"{"companyName":"Last"}"#)
        .sign()
        .bytes;
    let (most, rest) = bytes.split_at(bytes.len() - 1);
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream.write_all(most).unwrap();
    // Let in, as the running account says.
    let audit = ["audit", "--data", data.to_str().unwrap()];
    until("the request is let in", || {
        machine.run(&audit).out.contains("Success")
    });
    serving.signal(Signal::TERM);
    until("nobody else is taken", || {
        TcpStream::connect(serving.address()).is_err()
    });
    stream.write_all(rest).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    serving.wait().ends_with(0);
    assert!(!data.join("admin.sock").exists());
}

#[test]
fn an_interrupt_stops_it_too() {
    let machine = Machine::new();
    let data = machine.path("data");
    let mut serving = machine.serve(data.to_str().unwrap(), &[]);
    serving.signal(Signal::INT);
    serving.wait().ends_with(0);
}

#[test]
fn an_address_that_others_reach_needs_a_word() {
    let machine = Machine::new();
    let run = machine
        .run(&["serve", "--listen", "0.0.0.0:0", "--data", "data"])
        .ends_with(3);
    assert!(run.err.contains("--allow-plain-http"), "{}", run.err);
    assert!(!machine.path("data").exists(), "nothing was begun");
}

#[test]
fn a_port_that_is_taken_begins_no_account() {
    let machine = Machine::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = machine
        .run(&["serve", "--listen", &address, "--data", "data"])
        .ends_with(5);
    assert!(run.err.contains("--listen 127.0.0.1:0"), "{}", run.err);
    drop(taken);
    let data = machine.path("data");
    let serving = machine.serve(data.to_str().unwrap(), &[]);
    assert_eq!(
        serving.start["new"], true,
        "the first real start is still the first"
    );
}

#[test]
fn the_admin_socket_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let machine = Machine::new();
    let data = machine.path("data");
    let _serving = machine.serve(data.to_str().unwrap(), &[]);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("admin.sock")), 0o600);
    assert_eq!(mode(&data.join("accounts")), 0o700);
    assert_eq!(mode(&local(&data)), 0o700);
    assert_eq!(mode(&local(&data).join("account.sqlite")), 0o600);
    assert_eq!(mode(&local(&data).join("records.sqlite")), 0o600);
    assert_eq!(mode(&data.join("keys/countersign.key")), 0o600);
}
