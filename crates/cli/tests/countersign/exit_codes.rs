//! The exit codes that `--help` documents, each met.

use crate::machine::{Machine, env, given};

#[test]
fn every_documented_exit_code_is_met_and_no_other() {
    let machine = Machine::new();
    let credentials = machine.write("account.env", &env(&given(), "http://127.0.0.1:9"));
    let cases: &[(i32, &[&str])] = &[
        (0, &["--version"]),
        (0, &["--help"]),
        (0, &["completions", "bash"]),
        (1, &["conformance", "--exec", "true", "--only", "connect"]),
        (2, &[]),
        (2, &["fly"]),
        (2, &["call"]),
        (2, &["serve", "--concurrency", "0"]),
        (2, &["audit", "--limit", "0"]),
        (
            2,
            &[
                "call",
                "GET",
                "/x",
                "-H",
                "no colon",
                "--credentials",
                &credentials,
            ],
        ),
        (3, &["call", "GET", "/x"]),
        (3, &["call", "GET", "/x", "--credentials", "nowhere.env"]),
        (3, &["sign", "GET", "/x", "--credentials", "/"]),
        (3, &["key", "check", "--data", "nowhere"]),
        (3, &["serve", "--account", "nowhere.toml"]),
        (3, &["explain", "nowhere.txt"]),
        (4, &["call", "GET", "/x", "--credentials", &credentials]),
        (3, &["audit", "--data", "nowhere"]),
        (3, &["conformance", "--exec", "/nowhere/signer"]),
        (2, &["serve", "--log", "loud"]),
        (
            5,
            &["serve", "--data", "/proc/nowhere", "--listen", "127.0.0.1:0"],
        ),
    ];
    let help = machine.run(&["--help"]).out;
    let (_, documented) = help.split_once("Exit codes:\n").unwrap();
    let documented: Vec<i32> = documented
        .lines()
        .map_while(|line| line.trim_start().split(' ').next()?.parse().ok())
        .collect();
    assert_eq!(documented, [0, 1, 2, 3, 4, 5]);
    for (code, arguments) in cases {
        let run = machine.run(arguments);
        assert_eq!(run.code, *code, "{arguments:?}: {}{}", run.out, run.err);
        assert!(!run.err.contains("panicked"), "{}", run.err);
    }
    let met: std::collections::BTreeSet<i32> = cases.iter().map(|(code, _)| *code).collect();
    assert_eq!(met.into_iter().collect::<Vec<_>>(), documented);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let machine = Machine::new();
    let mut child = machine
        .command(&["conformance"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success(), "{:?}", output.status);
}
