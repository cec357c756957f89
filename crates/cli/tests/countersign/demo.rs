//! `countersign demo`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::machine::{Machine, Run};

#[test]
fn the_demo_shows_the_five_steps_three_calls_and_their_rows() {
    let machine = Machine::new();
    let run = machine.run(&["demo"]).ends_with(0);
    for line in [
        "1. Enable features",
        "2. Integration record",
        "3. Role and user",
        "4. Access token",
        "5. First call",
        "200 OK  3 of 25 customers",
        "serverTime 20",
        "401 Unauthorized  INVALID_LOGIN",
        "REST     Failure  InvalidSignature\n",
        "another token secret",
        "SOAP     Success",
    ] {
        assert!(run.out.contains(line), "{line} is missing:\n{}", run.out);
    }
    assert!(!run.out.contains('\u{1b}'), "colour without a terminal");
    assert_eq!(run.err, "");
}

#[test]
fn the_demo_for_machines_is_one_json_object() {
    let machine = Machine::new();
    let result = machine.run(&["demo", "--json"]).ends_with(0).json();
    let statuses: Vec<&Value> = result["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["status"])
        .collect();
    assert_eq!(statuses, [&Value::from(200), &200.into(), &401.into()]);
    let details: Vec<&Value> = result["loginAuditTrail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["detail"])
        .collect();
    assert_eq!(
        details,
        [&Value::from("InvalidSignature"), &Value::Null, &Value::Null]
    );
    assert!(result["milliseconds"].as_u64().unwrap() < 10_000);
}

#[test]
fn the_demo_needs_no_certificates_of_the_machine() {
    let machine = Machine::new();
    let mut command = machine.command(&["demo", "--json"]);
    command
        .env("SSL_CERT_FILE", "/dev/null")
        .env("SSL_CERT_DIR", "/nowhere");
    Run::of(&mut command).ends_with(0);
}

#[test]
fn the_demo_leaves_nothing_behind() {
    let machine = Machine::new();
    machine.run(&["demo"]).ends_with(0);
    let left: Vec<_> = std::fs::read_dir(machine.path("tmp")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!machine.path(".local").exists());
}

#[test]
fn a_kept_demo_goes_on_and_can_be_served_later() {
    let machine = Machine::new();
    let data = machine.path("kept");
    let data = data.to_str().unwrap();
    let mut child = machine
        .command(&["demo", "--json", "--keep", data])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let result: Value = serde_json::from_str(&line).unwrap();
    let token = &result["token"];
    let values: Vec<String> = token
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_str().unwrap()))
        .collect();
    let env = machine.write(".env", &values.join("\n"));
    let call = ["call", "GET", "/rest/tokeninfo", "--credentials", &env];
    machine.run(&call).ends_with(0);
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));

    machine.run(&["demo", "--keep", data]).ends_with(3);
    let serving = machine.serve(data, &[]);
    assert_eq!(serving.start["new"], false);
    let rows = machine
        .run(&["audit", "--data", data, "--json"])
        .ends_with(0)
        .json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 4);
}
