//! `countersign doctor`: what is wrong, whose it is, and where to click.

use crate::connections::{Stage, hexadecimal};
use crate::machine::env;

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
    stage.run(&["connection", "check", "acme"]).ends_with(0);
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
    let told = stage.run(&["doctor", "acme", "--detail", "token_rejected"]);
    assert!(
        told.out.contains("revoked") && told.out.contains("Access Tokens > New"),
        "{}",
        told.out
    );
    let listed = stage.run(&["connection", "show", "acme"]).out;
    assert!(listed.contains("failing since"), "{listed}");
    let status = stage.run(&["status"]);
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
    stage.run(&["doctor", "--detail", "hello"]).ends_with(3);
}
