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
    // It is said once how that is done here.
    assert_eq!(
        shown
            .matches("Here it is done by countersign\naccount, integration")
            .count(),
        1,
        "{shown}"
    );
    let one = audit(&["--limit", "1"]).out;
    assert!(one.ends_with("1 shown; more with --limit.\n"), "{one}");
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

#[test]
fn every_column_of_the_trail_can_be_searched() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--account", &file]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let caller = serving.caller(&given());
    runtime.block_on(caller.get(CUSTOMER).send());
    let mut thief = given();
    thief.token_secret = "wrong".to_owned();
    runtime.block_on(
        serving
            .caller(&thief)
            .get("/services/rest/record/v1/customer/1")
            .send(),
    );
    let found = |arguments: &[&str]| {
        let all = [&["audit", "--data", data, "--json"], arguments].concat();
        let rows = machine.run(&all).ends_with(0).json();
        rows["rows"].as_array().unwrap().len()
    };
    let trail = |found: &dyn Fn(&[&str]) -> usize| {
        assert_eq!(found(&[]), 2);
        for (filter, fits, fits_not) in [
            ("--status", "success", "failure"),
            ("--user", "Ada Byron", ""),
            ("--role", "Integrator", "Administrator"),
            ("--since", "1h", "2100-01-01"),
            ("--until", "2100-01-01T00:00:00Z", "1h"),
            ("--email-address", "ada@example.com", "bob@example.com"),
            ("--ip-address", "127.0.0.0/8", "192.0.2.1"),
            ("--request-uri", "record/v1", "nowhere"),
            ("--application-name", "warehouse", "shop"),
            ("--token-name", "ready", "other"),
            ("--detail", "InvalidSignature", "token_rejected"),
            ("--service", "rest", "soap"),
        ] {
            assert!(found(&[filter, fits]) > 0, "{filter} {fits}");
            if filter != "--status" && !fits_not.is_empty() {
                assert_eq!(found(&[filter, fits_not]), 0, "{filter} {fits_not}");
            }
        }
        assert_eq!(found(&["--status", "failure"]), 1);
        assert_eq!(found(&["--failures", "--service", "rest", "--since", "1h"]), 1);
    };
    trail(&found);
    let run = |arguments: &[&str]| machine.run(&[&["audit", "--data", data], arguments].concat());
    assert_eq!(
        run(&["--token-name", "other"]).ends_with(0).out,
        "No login fits.\n"
    );
    assert!(
        run(&["--ip-address", "nowhere"])
            .ends_with(3)
            .err
            .contains("ipAddress")
    );
    assert!(run(&["--detail", "Nonsense"]).ends_with(3).err.contains("detail"));
    assert!(
        run(&["--user", "Nobody"])
            .ends_with(3)
            .err
            .contains("there is no user")
    );
    assert!(run(&["--service", "fax"]).ends_with(2).err.contains("restlet"));
    let executions = run(&["executions", "--application", "Warehouse Sync"])
        .ends_with(0)
        .out;
    assert!(
        executions.contains("200 Finished") && executions.contains(CUSTOMER),
        "{executions}"
    );
    assert!(
        run(&["--failures", "notes"])
            .ends_with(2)
            .err
            .contains("about logins")
    );
    serving.stop().ends_with(0);
    trail(&found);
    assert_eq!(run(&["executions"]).ends_with(0).out, executions);
}

#[test]
fn a_long_trail_is_read_page_after_page() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--account", &file]);
    let caller = serving.caller(&given());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for _ in 0..510 {
            caller.get("/rest/tokeninfo").send().await;
        }
    });
    let audit = |arguments: &[&str]| {
        let all = [&["audit", "--data", data], arguments].concat();
        machine.run(&all).ends_with(0)
    };
    let rows = |limit: &str| {
        audit(&["--json", "--limit", limit]).json()["rows"]
            .as_array()
            .unwrap()
            .len()
    };
    let lines = |arguments: &[&str]| audit(arguments).out.lines().count();
    let check = || {
        assert_eq!(rows("505"), 505);
        assert_eq!(rows("100000"), 510);
        assert_eq!(lines(&["--csv"]), 511, "one line of titles");
        assert_eq!(lines(&["--csv", "--limit", "502"]), 503);
        assert!(audit(&["--csv", "--limit", "1"]).out.starts_with("Date,"));
    };
    check();
    serving.stop().ends_with(0);
    check();
}
