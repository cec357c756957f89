//! The exit codes that `--help` documents, each met.

use crate::connections::{Stage, hexadecimal};
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
fn what_is_not_there_ends_with_three_and_a_list_of_nothing_with_zero() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    let phrase = stage.machine.write("phrase.txt", "plum tractor quiet lagoon\n");
    let values = stage.machine.write("values.env", &env(&hexadecimal(), ""));
    let unknown: &[&[&str]] = &[
        &["connection", "show", "nope"],
        &["connection", "check", "nope"],
        &["connection", "rotate", "nope", "--from", &values],
        &["connection", "rotate", "nope", "--drop"],
        &["connection", "move", "nope", "--from", &values, "--yes"],
        &["connection", "remove", "nope", "--yes"],
        &[
            "connection",
            "export",
            "nope",
            "--to",
            "x",
            "--passphrase-from",
            &phrase,
        ],
        &["connection", "invite", "nope", "--withdraw"],
        &["connection", "uses", "nope"],
        &["connection", "uses", "--caller", "nope"],
        &["connection", "audit", "nope"],
        &["doctor", "nope"],
        &["exec", "--connection", "nope", "--", "true"],
        &["caller", "revoke", "nope", "--yes"],
        &[
            "grant",
            "add",
            "--caller",
            "nope",
            "--connection",
            "acme",
            "--all",
        ],
        &["grant", "list", "--caller", "nope"],
        &["grant", "revoke", "99", "--yes"],
    ];
    let unknown_in_account: &[&[&str]] = &[
        &["integration", "show", "nope"],
        &["integration", "show", "999"],
        &["integration", "uninstall", "nope", "--yes"],
        &["role", "show", "nope"],
        &["user", "show", "nope"],
        &["user", "delete", "nope", "--yes"],
        &["token", "show", "nope"],
        &["token", "revoke", "999", "--yes"],
        &["api-key", "revoke", "nope", "--yes"],
        &["script", "show", "nope"],
        &["logs", "--script", "nope"],
        &["account", "remove", "7654321", "--yes"],
    ];
    for words in unknown {
        let run = stage.run(words);
        assert_eq!(run.code, 3, "{words:?}: {}{}", run.out, run.err);
        assert!(run.err.contains("there is no "), "{words:?}: {}", run.err);
    }
    for words in unknown_in_account {
        let run = stage.administer(words);
        assert_eq!(run.code, 3, "{words:?}: {}{}", run.out, run.err);
        assert!(
            run.err.to_lowercase().contains("there is no "),
            "{words:?}: {}",
            run.err
        );
    }
    stage.run(&["connection", "remove", "acme", "--yes"]).ends_with(0);
    let empty: &[&[&str]] = &[
        &["connection", "list"],
        &["connection", "uses"],
        &["connection", "uses", "--verify"],
        &["caller", "list"],
        &["grant", "list"],
        &["status"],
        &["doctor"],
    ];
    for words in empty {
        let run = stage.run(words);
        assert_eq!(run.code, 0, "{words:?}: {}{}", run.out, run.err);
        let said = [&*run.out, &*run.err].concat();
        assert!(
            said.contains("no connection")
                || said.contains("no caller")
                || said.contains("no grant")
                || said.contains("No use")
                || said.contains("no row yet"),
            "{words:?}: {said}"
        );
    }
    for words in [
        &["integration", "list", "--name", "nope"][..],
        &["api-key", "list"],
        &["script", "list"],
        &["logs"],
    ] {
        stage.administer(words).ends_with(0);
    }
    // Of one that was removed, what was done with it is still there.
    let audit = stage.run(&["connection", "audit", "acme"]).ends_with(0);
    assert!(audit.out.contains("connection removed"), "{}", audit.out);
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
