//! `countersign key`: secrets stay good under new keys, also when a rotation is killed half-way.

use std::fmt::Write as _;
use std::fs;

use countersign_testkit::Application;

use crate::machine::{Machine, account_toml, env, given};

#[test]
fn tokens_are_good_after_check_rotate_and_rewrap() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    machine.serve(data, &["--account", &file]).stop().ends_with(0);
    let key = |action| machine.run(&["key", action, "--data", data]).ends_with(0).out;
    let works = || {
        let serving = machine.serve(data, &[]);
        let credentials = machine.write(".env", &env(&given(), serving.url()));
        machine
            .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials])
            .ends_with(0);
        serving.stop().ends_with(0);
    };
    assert_eq!(key("check"), "2 secrets open; the current data key is number 1\n");
    assert_eq!(
        key("rotate"),
        "4 secrets sealed with data key 2; 1 old data key dropped\n"
    );
    works();
    let old_key = fs::read(machine.path("data/keys/countersign.key")).unwrap();
    key("rewrap");
    assert_ne!(
        fs::read(machine.path("data/keys/countersign.key")).unwrap(),
        old_key
    );
    works();
    assert_eq!(
        key("rotate"),
        "4 secrets sealed with data key 3; 1 old data key dropped\n"
    );
    assert_eq!(key("check"), "2 secrets open; the current data key is number 3\n");
    works();
}

#[test]
fn key_care_for_machines_is_one_json_object() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    machine.serve(data, &[]).stop().ends_with(0);
    let key = |action| {
        machine
            .run(&["key", action, "--data", data, "--json"])
            .ends_with(0)
            .json()
    };
    let json = |text| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(key("check"), json(r#"{"opened":2,"unreadable":[],"dataKey":1}"#));
    assert_eq!(key("rotate"), json(r#"{"sealed":4,"dataKey":2,"dropped":[1]}"#));
    assert_eq!(key("rewrap"), json(r#"{"dataKey":2}"#));
}

#[test]
fn a_secret_that_does_not_open_is_named_and_the_others_are_checked() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    machine.serve(data, &["--account", &file]).stop().ends_with(0);
    let database =
        rusqlite::Connection::open(machine.path("data/accounts/1234567_SB1/account.sqlite")).unwrap();
    database
        .execute_batch("UPDATE sealed_secret SET generation = 2 WHERE owner_kind = 'token'")
        .unwrap();
    database.close().unwrap();
    let run = machine.run(&["key", "check", "--data", data]).ends_with(1);
    assert!(run.out.starts_with("1 secret opens;"), "{}", run.out);
    assert_eq!(
        run.err,
        "does not open: account 1234567_SB1: the access token with ID …n-id\n"
    );
    machine.run(&["key", "rotate", "--data", data]).ends_with(3);
    // The call is refused through no fault of the caller's, and nothing else suffers.
    let serving = machine.serve(data, &[]);
    let credentials = machine.write(".env", &env(&given(), serving.url()));
    let call = machine
        .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials])
        .ends_with(1);
    assert!(call.err.contains("HTTP 503"), "{}", call.err);
}

/// An account with many tokens, so that a rotation takes a while.
fn with_tokens(machine: &Machine, tokens: usize) -> Vec<Application> {
    let mut text = account_toml(&given());
    let mut applications = vec![given()];
    for number in 1..tokens {
        let application = Application {
            token_id: format!("token-id-{number:03}"),
            token_secret: format!("token-secret-{number:03}"),
            ..given()
        };
        write!(
            text,
            "\n[[token]]\nname = \"{number}\"\nintegration = \"Warehouse Sync\"\nuser = \"Ada Byron\"\n\
             role = \"Integrator\"\ntoken_id = \"{}\"\ntoken_secret = \"{}\"\n",
            application.token_id, application.token_secret
        )
        .unwrap();
        applications.push(application);
    }
    let file = machine.write("account.toml", &text);
    let data = machine.path("data");
    machine
        .serve(data.to_str().unwrap(), &["--account", &file])
        .stop()
        .ends_with(0);
    applications
}

#[tokio::test]
async fn a_rotation_killed_half_way_goes_on_where_it_stopped() {
    const TOKENS: usize = 60;
    let machine = Machine::new();
    let applications = with_tokens(&machine, TOKENS);
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    for round in 0..6 {
        let mut rotation = machine
            .command(&["key", "rotate", "--data", data])
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(15 * round));
        rotation.kill().unwrap();
        rotation.wait().unwrap();
        let check = machine.run(&["key", "check", "--data", data]).ends_with(0);
        assert!(
            check.out.starts_with(&format!("{} secrets open;", TOKENS + 1)),
            "{}",
            check.out
        );
    }
    machine.run(&["key", "rotate", "--data", data]).ends_with(0);
    let serving = machine.serve(data, &[]);
    for application in applications {
        let answer = serving.caller(&application).get("/rest/tokeninfo").send().await;
        assert_eq!(answer.status, 200, "{}", application.token_id);
    }
}
