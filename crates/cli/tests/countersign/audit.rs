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

    assert!(shown.contains(" UTC  REST     Success\n"), "{shown}");
    assert!(
        shown.contains("Warehouse Sync, Ada Byron, 127.0.0.1  "),
        "{shown}"
    );
    // Where the page is not there yet, it is said once what can be done here.
    assert_eq!(
        shown.matches("This version has no setup pages").count(),
        1,
        "{shown}"
    );
    let one = audit(&["--limit", "1"]).out;
    assert!(
        one.ends_with("1 shown; more with --limit, up to 1000.\n"),
        "{one}"
    );
    assert!(
        !audit(&["--limit", "2"]).out.contains("more with"),
        "these are all"
    );

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

    // Stopped, its folder is read.
    assert_eq!(audit(&[]).out, shown);
    let run = machine.run(&["audit", "--data", data, "--follow"]).ends_with(4);
    assert!(run.err.contains("next:  start it with: "), "{}", run.err);
    assert_eq!(machine.serve(data, &[]).start["new"], false);
}

#[test]
fn a_refusal_names_its_mistake_beside_the_detail_word() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--account", &file]);
    let caller = serving.caller(&given());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(caller.get(CUSTOMER).send());
    assert_eq!(
        machine
            .run(&["audit", "--data", data, "--failures"])
            .ends_with(0)
            .out,
        "No login was refused.\n"
    );
    runtime.block_on(
        caller
            .get(CUSTOMER)
            .oauth("oauth_timestamp", "1767225600000")
            .send(),
    );
    let shown = machine
        .run(&["audit", "--data", data, "--failures"])
        .ends_with(0)
        .out;
    assert!(
        shown.contains("Failure  InvalidTimestamp  timestamp_milliseconds\n"),
        "{shown}"
    );
    assert!(
        shown.contains("    The timestamp is in milliseconds: send seconds.\n"),
        "{shown}"
    );
}

#[test]
fn a_folder_of_somebody_else_is_not_taken_for_one_that_does_not_run() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    let machine = Machine::new();
    let data = machine.path("data");
    let serving = machine.serve(data.to_str().unwrap(), &[]);
    std::fs::set_permissions(machine.home(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = machine.command(&["audit", "--data", data.to_str().unwrap()]);
    if rustix::process::geteuid().is_root() {
        command.uid(65534).gid(65534);
    } else {
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o000)).unwrap();
    }
    let run = command.output();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    // Where nobody may run the binary there is nothing to see.
    if let Ok(output) = run {
        let run = crate::machine::Run::from(output).ends_with(3);
        assert!(
            run.err.contains("cannot be read: Permission denied"),
            "{}",
            run.err
        );
        assert!(
            run.err.contains("next:  run this as the user whose folder it is"),
            "{}",
            run.err
        );
    }
    serving.stop().ends_with(0);
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
