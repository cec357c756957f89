//! `countersign audit why` and `countersign watch`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use countersign_testkit::{Application, Call};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::machine::{Machine, Run, Serving, account_toml, given};

/// The line with the address of the page that shows the same.
const PAGE: &str = "  inspector ";

const CUSTOMER: &str = "/services/rest/record/v1/customer";

struct Stage {
    machine: Machine,
    serving: Serving,
    data: String,
    runtime: Runtime,
}

impl Stage {
    fn new() -> Self {
        let machine = Machine::new();
        let file = machine.write("account.toml", &account_toml(&given()));
        let data = machine.path("data").to_str().unwrap().to_owned();
        let serving = machine.serve(&data, &["--account", &file]);
        Self {
            machine,
            serving,
            data,
            runtime: Runtime::new().unwrap(),
        }
    }

    fn call(&self, application: &Application, bend: impl FnOnce(Call) -> Call) -> u16 {
        let call = self
            .serving
            .caller(application)
            .get(&format!("{CUSTOMER}?limit=5"));
        self.runtime.block_on(bend(call).send()).status
    }

    /// Signed without its query.
    fn without_query(&self) {
        let url = format!("{}{CUSTOMER}", self.serving.url());
        assert_eq!(self.call(&given(), |call| call.signed_as(&url)), 401);
    }

    fn why(&self, arguments: &[&str]) -> Run {
        self.machine
            .run(&[&["audit", "why", "--data", &self.data], arguments].concat())
    }
}

#[test]
fn the_last_refusal_is_explained_with_its_proof_and_its_fix() {
    let stage = Stage::new();
    stage.why(&[]).ends_with(3);
    stage.without_query();
    let run = stage.why(&[]).ends_with(0);
    for text in [
        "Failure  InvalidSignature  query_not_signed\n",
        "The URL was signed without its query: limit is missing from the signature.\n",
        "  mistake      query_not_signed (",
        "  how sure     proved: ",
        "  you signed   …",
        "^ missing here\n",
        "  right is     …",
        "limit%3D5",
        "^^^",
        "  do this      Sign the query",
        "  audit trail  Detail InvalidSignature\n",
    ] {
        assert!(run.out.contains(text), "{text:?} is missing:\n{}", run.out);
    }
    // But for lines of code, and the path in the head.
    let long = run.out.lines().skip(2).filter(|line| line.chars().count() > 80);
    let long = long.filter(|line| !line.starts_with("               "));
    let long: Vec<&str> = long.filter(|line| !line.starts_with(PAGE)).collect();
    assert!(long.is_empty(), "{long:#?}");
    assert!(!run.out.contains('\u{1b}'), "no colour where no terminal reads");

    let shown = stage.why(&["--json"]).ends_with(0).json();
    assert_eq!(shown["mistake"], "query_not_signed");
    assert_eq!(shown["diagnosis"]["findings"][0]["sure"], "proved");
    let id = shown["id"].as_str().unwrap().to_owned();
    let page = format!("{}/app/setup/integration/inspector/{id}\n", stage.serving.url());
    assert!(run.out.ends_with(&page), "{}", run.out);
    let list = stage.machine.run(&["audit", "--data", &stage.data]).ends_with(0);
    assert!(list.out.contains(&format!("  row {id}\n")), "{}", list.out);
    stage.call(&given(), |call| call.oauth("oauth_version", "2.0"));
    assert_eq!(stage.why(&[&id]).ends_with(0).out, run.out, "by its id");
    assert_eq!(
        stage.why(&["last", "--json"]).ends_with(0).json()["mistake"],
        "version"
    );
    stage.why(&["7"]).ends_with(3);
    stage.why(&["yesterday"]).ends_with(2);

    let Stage {
        machine,
        serving,
        data,
        ..
    } = stage;
    serving.stop().ends_with(0);
    let stopped = machine.run(&["audit", "why", &id, "--data", &data]).ends_with(0);
    let lines = run.out.lines().filter(|line| !line.starts_with(PAGE));
    assert!(
        lines.eq(stopped.out.lines()),
        "stopped, its folder is read, and no page shows it"
    );
}

#[test]
fn what_cannot_be_proved_is_said_to_be_possible() {
    let stage = Stage::new();
    let mut wrong = given();
    wrong.token_secret.push('x');
    stage.call(&wrong, |call| call);
    stage.call(&wrong, Call::badly_signed);
    let out = stage.why(&[]).ends_with(0).out;
    assert!(
        out.contains("\nWhat remains\n  wrong_token_secret, possible\n"),
        "{out}"
    );
}

#[test]
fn calls_are_watched_as_they_come_until_ctrl_c() {
    let stage = Stage::new();
    for json in [false, true] {
        let mut command = stage.machine.command(&["watch", "--data", &stage.data]);
        if json {
            command.arg("--json");
        }
        let mut watch = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
        let mut next = || lines.next().unwrap().unwrap();
        if json {
            // Nothing is said at the start; a call before the feed is open would not be seen.
            std::thread::sleep(std::time::Duration::from_millis(500));
        } else {
            assert_eq!(next(), "Calls to 1234567_SB1 from now on. Stop with Ctrl-C.");
        }
        stage.call(&given(), |call| call);
        let first = next();
        stage.without_query();
        if json {
            let first: Value = serde_json::from_str(&first).unwrap();
            assert_eq!((&first["event"], &first["status"]), (&"call".into(), &200.into()));
            let mut events = [next(), next()].map(|line| serde_json::from_str::<Value>(&line).unwrap());
            events.sort_by_key(|event| event["event"].to_string());
            assert_eq!(events[0]["detail"], "InvalidSignature");
            assert_eq!(events[1]["mistake"], "query_not_signed");
            assert!(events[1]["diagnosis"]["findings"].is_array());
        } else {
            assert!(
                first.contains("  200  REST     GET /services/rest/record/v1/customer  "),
                "{first}"
            );
            let mut seen = String::new();
            while !(seen.contains("    right is     ")
                && seen.contains("401  REST")
                && seen.contains("    do this"))
            {
                seen.push_str(&next());
                seen.push('\n');
            }
            assert!(seen.contains("    query_not_signed (proved)\n"), "{seen}");
            assert!(seen.lines().all(|line| line.chars().count() <= 100), "{seen}");
        }
        let pid = Pid::from_child(&watch);
        kill_process(pid, Signal::INT).unwrap();
        let ended = watch.wait().unwrap();
        assert_eq!(ended.code(), Some(0));
    }
}

#[test]
fn a_stop_waits_for_no_watcher_and_the_watcher_says_so() {
    let stage = Stage::new();
    let mut command = stage.machine.command(&["watch", "--data", &stage.data]);
    let mut watch = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("Calls to"));
    let Stage {
        machine,
        serving,
        data,
        ..
    } = stage;
    let stopped = serving.stop().ends_with(0);
    assert!(!stopped.err.contains("Waiting for"), "{}", stopped.err);
    assert_eq!(watch.wait().unwrap().code(), Some(4));
    let run = machine.run(&["watch", "--data", &data]).ends_with(4);
    assert!(run.err.contains("next:  start it with: "), "{}", run.err);
}
