//! Standard output that cannot be written: a full disk is an error, a reader that went away is not.

use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::machine::{Machine, Run, account_toml, env, given};

#[test]
fn an_answer_that_cannot_be_written_ends_with_five() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--account", &file]);
    let credentials = machine.write("account.env", &env(&given(), serving.url()));
    let full = |arguments: &[&str]| {
        let mut command = machine.command(arguments);
        command.stdout(OpenOptions::new().write(true).open("/dev/full").unwrap());
        let run = Run::of(&mut command);
        assert_eq!(run.code, 5, "{arguments:?}: {}", run.err);
        assert!(
            run.err.contains("cannot write to standard output"),
            "{arguments:?}: {}",
            run.err
        );
    };
    full(&["--help"]);
    full(&["call", "--help"]);
    full(&["--version"]);
    full(&["completions", "zsh"]);
    full(&["conformance"]);
    full(&["conformance", "--json"]);
    full(&["demo"]);
    full(&["demo", "--json"]);
    full(&["audit", "--data", data]);
    full(&["audit", "--data", data, "--json"]);
    full(&["sign", "GET", "/x", "--credentials", &credentials]);
    full(&["sign", "GET", "/x", "--explain", "--credentials", &credentials]);
    full(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials]);
    full(&[
        "call",
        "GET",
        "/rest/tokeninfo",
        "--json",
        "--credentials",
        &credentials,
    ]);
    serving.stop().ends_with(0);
    for action in ["check", "rotate", "rewrap"] {
        full(&["key", action, "--data", data]);
    }
    full(&["serve", "--data", data, "--listen", ":0"]);
    full(&["serve", "--data", "new", "--listen", ":0"]);
    full(&["serve", "--data", data, "--listen", ":0", "--json"]);
}

#[test]
fn a_trail_that_is_followed_ends_quietly_with_its_reader() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--account", &file]);
    let credentials = machine.write("account.env", &env(&given(), serving.url()));
    let call = || {
        machine
            .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials])
            .ends_with(0)
    };
    call();
    let mut following = machine
        .command(&["audit", "--data", data, "--follow", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(following.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    // What comes later is printed as it comes, once.
    call();
    let mut second = String::new();
    out.read_line(&mut second).unwrap();
    assert_ne!(line, second);
    let row: serde_json::Value = serde_json::from_str(&second).unwrap();
    assert_eq!(row["status"], "Success");
    drop(out);
    call();
    let output = following.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success(), "{:?}", output.status);
}
