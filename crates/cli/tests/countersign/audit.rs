//! `countersign audit`.

use crate::machine::{Machine, account_toml, env, given};

const CUSTOMER: &str = "/services/rest/record/v1/customer";

#[test]
fn the_trail_shows_who_came_in_and_why_somebody_did_not() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--account", &file]);
    let audit = |arguments: &[&str]| {
        machine
            .run(&[&["audit", "--data", data], arguments].concat())
            .ends_with(0)
    };
    assert_eq!(audit(&[]).out, "The Login Audit Trail is empty.\n");

    let credentials = machine.write(".env", &env(&given(), serving.url()));
    machine
        .run(&["call", "GET", CUSTOMER, "--credentials", &credentials])
        .ends_with(0);
    let mut thief = given();
    thief.consumer_key = "nobody".to_owned();
    let wrong = machine.write("wrong.env", &env(&thief, serving.url()));
    machine
        .run(&["call", "GET", CUSTOMER, "--credentials", &wrong])
        .ends_with(1);

    let shown = audit(&[]).out;
    let (first, second) = (
        shown.find("consumer_key_unknown").unwrap(),
        shown.find("Success").unwrap(),
    );
    assert!(first < second, "newest first:\n{shown}");
    assert!(
        shown.contains("No integration record of this account has this consumer key."),
        "{shown}"
    );
    assert!(shown.contains("Warehouse Sync, Ada Byron"), "{shown}");

    let failures = audit(&["--failures", "--json"]).json();
    let rows = failures["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["status"], &rows[0]["detail"]),
        (&"Failure".into(), &"consumer_key_unknown".into())
    );
    assert_eq!(
        audit(&["--limit", "1", "--json"]).json()["rows"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    serving.stop().ends_with(0);

    let run = machine.run(&["audit", "--data", data]).ends_with(4);
    assert!(run.err.contains("next:  start it with: "), "{}", run.err);
    assert_eq!(machine.serve(data, &[]).start["new"], false);
}

#[test]
fn the_trail_is_kept_over_a_restart_and_a_kill() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let mut serving = machine.serve(data, &["--account", &file]);
    let rows = || {
        let json = machine
            .run(&["audit", "--data", data, "--json"])
            .ends_with(0)
            .json();
        json["rows"].as_array().unwrap().len()
    };
    for round in 1..=3 {
        let credentials = machine.write(".env", &env(&given(), serving.url()));
        machine
            .run(&["call", "GET", CUSTOMER, "--credentials", &credentials])
            .ends_with(0);
        // Asking for the trail waits for its rows to be written.
        assert_eq!(rows(), round);
        if round == 2 {
            serving.kill();
        } else {
            serving.stop().ends_with(0);
        }
        serving = machine.serve(data, &[]);
        assert_eq!(rows(), round);
    }
}
