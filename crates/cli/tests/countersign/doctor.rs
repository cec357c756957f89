//! `countersign doctor`: what is wrong, whose it is, and where to click.

use std::fs;

use serde_json::{Value, json};

use crate::connections::{Stage, hexadecimal};
use crate::machine::{Machine, env};

#[test]
fn a_healthy_connection_ends_with_zero_and_each_probe_has_a_line() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    // This role may not use SuiteQL, and the doctor says so.
    let run = stage.run(&["doctor", "acme"]);
    assert_eq!(run.code, 21, "{}{}", run.out, run.err);
    for title in [
        "Account ID",
        "Signature",
        "Address",
        "Clock",
        "Login",
        "REST",
        "SuiteQL",
        "RESTlets",
        "SOAP",
    ] {
        assert!(run.out.contains(title), "{}", run.out);
    }
    assert!(
        run.out.contains("Manage Roles > Edit > Permissions"),
        "{}",
        run.out
    );
    let check = stage.run(&["connection", "check", "acme"]).ends_with(0);
    assert!(
        check.out.contains("countersign doctor asks it") && !check.out.contains("could not work"),
        "{}",
        check.out
    );
    let word = stage.run(&["doctor", "acme", "--detail", "token_rejected"]);
    assert!(word.err.contains("--detail was not needed"), "{}", word.err);
}

#[test]
fn a_feature_that_is_off_is_the_one_cause_and_not_the_role() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    stage
        .administer(&["account", "features", "--disable", "rest-web-services"])
        .ends_with(0);
    let run = stage.run(&["doctor", "acme"]);
    assert_eq!(run.code, 20, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("The feature REST Web Services is off"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("the role may not use REST"), "{}", run.out);
}

#[test]
fn credentials_of_a_local_account_in_a_file_find_their_server() {
    let machine = Machine::new();
    let serving = machine.serve("data", &[]);
    let with = machine.write("with.env", &env(&serving.application(), serving.url()));
    let without = machine.write("without.env", &env(&serving.application(), ""));
    for (file, data) in [(&with, "elsewhere"), (&without, "data")] {
        let run = machine.run(&["doctor", "--credentials", file, "--data", data]);
        assert!(run.out.contains("the login works"), "{}{}", run.out, run.err);
    }
    let lost = ["doctor", "--credentials", &without, "--data", "elsewhere"];
    let lost = machine.run(&lost).ends_with(3);
    assert!(lost.err.contains("never sent to NetSuite"), "{}", lost.err);
}

#[test]
fn a_token_that_was_revoked_is_theirs_and_the_word_of_the_trail_names_it() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    stage
        .administer(&["token", "revoke", "Ready", "--yes"])
        .ends_with(0);
    let run = stage.run(&["doctor", "acme", "--json"]);
    assert_eq!(run.code, 20, "{}", run.out);
    assert_eq!(run.json()["whose"], "theirs");
    // A local account knows, and is asked by the command that is named.
    let elsewhere = stage.run(&["doctor", "acme"]).out;
    assert!(elsewhere.contains("audit why (with the --data"), "{elsewhere}");
    let file = stage
        .machine
        .write("acme.env", &env(&hexadecimal(), stage.serving.url()));
    let run = stage.administer(&["doctor", "--credentials", &file]).out;
    let (_, why) = run.split_once("the local account says: ").unwrap();
    let why: Vec<&str> = why.lines().next().unwrap().split(' ').skip(1).collect();
    let why = stage.machine.run(&why).ends_with(0).out;
    assert!(why.contains("token_revoked"), "{why}");
    let told = stage.run(&["doctor", "acme", "--detail", "token_rejected"]);
    assert!(
        told.out.contains("1. The token was revoked") && told.out.contains("Access Tokens > New"),
        "{}",
        told.out
    );
    assert!(!told.out.contains("--detail WORD"), "{}", told.out);
    let listed = stage.run(&["connection", "show", "acme"]).out;
    assert!(listed.contains("failing since"), "{listed}");
    let status = stage.run(&["status"]).ends_with(1);
    assert!(status.err.contains("doctor"), "{}", status.err);
}

#[test]
fn what_is_redacted_holds_no_name_and_no_id() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    for format in [&["--redact"][..], &["--redact", "--json"]] {
        let out = stage.run(&[&["doctor", "acme"][..], format].concat()).out;
        for hidden in ["acme", "1234567", "Honeycomb", "Integrator", "127.0.0.1"] {
            assert!(!out.contains(hidden), "{hidden} in {out}");
        }
        assert!(out.contains("ogin works"), "{out}");
    }
    let proxy = stage.machine.proxy("here", &[]);
    let bundled = stage.run(&["doctor", "--bundle", "for-support.json"]);
    let text = fs::read_to_string(stage.machine.path("for-support.json")).unwrap();
    assert_eq!((bundled.code, &bundled.out), (21, &text), "{}", bundled.err);
    for hidden in ["acme", "1234567", "Honeycomb", "Integrator", "127.0.0.1"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    let bundle: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(bundle["checkups"][0]["title"], "Connection 1");
    assert_eq!(
        (&bundle["connections"]["healthy"], &bundle["proxy"]["accounts"]),
        (&json!(1), &json!([]))
    );
    let twice = stage
        .run(&["doctor", "--bundle", "for-support.json"])
        .ends_with(3);
    assert!(twice.err.contains("is there already"), "{}", twice.err);
    proxy.stop().ends_with(0);
}

#[test]
fn credentials_that_are_not_kept_are_looked_at_and_are_yours_where_they_never_worked() {
    let stage = Stage::new();
    let mut wrong = hexadecimal();
    wrong.consumer_secret = "5ec2e703".repeat(8);
    let text = env(&wrong, "");
    let run = stage.input(
        &["doctor", "--credentials", "-", "--server", stage.serving.url()],
        &text,
    );
    assert_eq!(run.code, 10, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("Reset Credentials") && run.out.contains("View Login Audit Trail"),
        "{}",
        run.out
    );
    let gone = stage.input(
        &["doctor", "--credentials", "-", "--server", "http://127.0.0.1:1"],
        &text,
    );
    assert_eq!(gone.code, 12, "{}", gone.out);
    assert!(!gone.out.contains(&wrong.consumer_secret));
}

#[test]
fn a_word_of_the_trail_is_explained_without_any_account() {
    let stage = Stage::new();
    let run = stage
        .run(&["doctor", "--detail", "EntityOrRoleDisabled"])
        .ends_with(0);
    assert!(run.out.contains("Manage Roles"), "{}", run.out);
    assert!(run.out.contains("\n  role_inactive\n    "), "{}", run.out);
    stage.run(&["doctor", "--detail", "hello"]).ends_with(3);
}
