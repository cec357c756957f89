//! Several accounts in one data folder: production and its sandbox, each with credentials, nonces and a trail of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_testkit::Application;
use countersign_world::{Entropy as _, SeededEntropy};
use serde_json::{Value, json};

use crate::machine::{Machine, Serving, account_toml, env, given};

const TOKEN_INFO: &str = "/rest/tokeninfo";

/// The same integration record, user and Token ID as in the sandbox, with secrets of its own.
fn production() -> Application {
    Application {
        account: "1234567".to_owned(),
        consumer_secret: "production-consumer-secret".to_owned(),
        token_secret: "production-token-secret".to_owned(),
        ..given()
    }
}

fn place(data: &str, id: &str) -> PathBuf {
    Path::new(data).join("accounts").join(id)
}

fn file(machine: &Machine, application: &Application) -> String {
    machine.write(
        &format!("{}.toml", application.account),
        &account_toml(application),
    )
}

/// A data folder with both; served, and stopped again.
fn both(machine: &Machine) -> String {
    let data = machine.path("data").to_str().unwrap().to_owned();
    for application in [production(), given()] {
        let serving = machine.serve(&data, &["--account", &file(machine, &application)]);
        assert_eq!(serving.start["new"], true);
        assert_eq!(serving.start["account"], application.account.as_str());
        let link = serving.start["signInLink"].as_str().unwrap();
        assert!(
            link.contains(&format!("?company={}&code=", application.account)),
            "{link}"
        );
        serving.stop().ends_with(0);
    }
    data
}

/// Calls with the client users have.
fn call(machine: &Machine, serving: &Serving, application: &Application, base_url: &str) -> (i32, Value) {
    let base_url = if base_url.is_empty() {
        serving.url()
    } else {
        base_url
    };
    let credentials = machine.write("call.env", &env(application, base_url));
    let run = machine.run(&["call", "GET", TOKEN_INFO, "--json", "--credentials", &credentials]);
    (run.code, run.json()["body"]["companyId"].clone())
}

fn local(serving: &Serving, label: &str) -> String {
    format!("http://{label}.localhost:{}", serving.address().port())
}

#[test]
fn production_and_sandbox_answer_side_by_side() {
    let machine = Machine::new();
    let data = both(&machine);
    let serving = machine.serve(&data, &[]);
    let accounts = json!([
        { "account": "1234567", "url": local(&serving, "1234567") },
        { "account": "1234567_SB1", "url": local(&serving, "1234567-sb1") },
    ]);
    assert_eq!(serving.start["accounts"], accounts);
    assert_eq!(serving.start["account"], "1234567", "the oldest");
    assert_eq!(serving.start["new"], false);
    let (of_production, of_sandbox) = (json!("1234567"), json!("1234567_SB1"));
    assert_eq!(
        call(&machine, &serving, &production(), ""),
        (0, of_production.clone())
    );
    assert_eq!(call(&machine, &serving, &given(), ""), (0, of_sandbox.clone()));
    // By their own host names too, which no name server knows.
    let sandbox = local(&serving, "1234567-sb1");
    assert_eq!(call(&machine, &serving, &given(), &sandbox), (0, of_sandbox));
    assert_eq!(
        call(&machine, &serving, &production(), &local(&serving, "1234567")),
        (0, of_production)
    );
    assert_eq!(
        call(&machine, &serving, &production(), &sandbox),
        (1, Value::Null)
    );

    let rows = |id: &str| {
        let run = machine
            .run(&["audit", "--data", &data, "--account", id, "--json"])
            .ends_with(0);
        let rows = run.json()["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| row["mistake"].clone()).collect::<Vec<_>>()
    };
    let check = || {
        assert_eq!(rows("1234567"), [Value::Null, Value::Null]);
        assert_eq!(
            rows("1234567-sb1"),
            [json!("realm_host_mismatch"), Value::Null, Value::Null]
        );
        for (arguments, said) in [
            (&[][..], "the data folder holds 2 accounts"),
            (
                &["--account", "7654321"],
                "account 7654321 is not in the data folder",
            ),
        ] {
            let run = machine
                .run(&[&["audit", "--data", &data], arguments].concat())
                .ends_with(3);
            assert!(
                run.err.contains(said) && run.err.contains("1234567, 1234567_SB1"),
                "{}",
                run.err
            );
        }
    };
    check();
    serving.stop().ends_with(0);
    check();
    machine
        .run(&["audit", "--data", &data, "--account", "shop"])
        .ends_with(2);
}

#[tokio::test]
async fn a_nonce_is_used_once_in_each_account_also_after_a_kill() {
    let machine = Machine::new();
    let data = both(&machine);
    let mut serving = machine.serve(&data, &[]);
    let mut sent = Vec::new();
    for application in [production(), given()] {
        let caller = serving.caller(&application);
        let signed = caller
            .get(TOKEN_INFO)
            .oauth("oauth_nonce", "one-and-the-same")
            .sign();
        assert_eq!(signed.send().await.status, 200, "{}", application.account);
        sent.push(signed);
    }
    for _ in 0..2 {
        for signed in &sent {
            assert_eq!(signed.to(serving.address()).send().await.status, 401);
        }
        serving.kill();
        serving = machine.serve(&data, &[]);
    }
}

#[test]
fn the_keys_of_a_data_folder_are_those_of_every_account() {
    let machine = Machine::new();
    let data = both(&machine);
    let key = |action| machine.run(&["key", action, "--data", &data]).ends_with(0).out;
    assert_eq!(key("check"), "4 secrets open; the current data key is number 1\n");
    assert_eq!(
        key("rotate"),
        "8 secrets sealed with data key 2; 1 old data key dropped\n"
    );
    key("rewrap");
    assert_eq!(key("check"), "4 secrets open; the current data key is number 2\n");
    let serving = machine.serve(&data, &[]);
    for application in [production(), given()] {
        assert_eq!(
            call(&machine, &serving, &application, ""),
            (0, json!(application.account))
        );
    }
}

#[test]
fn a_rotation_that_cannot_reach_every_account_is_not_begun() {
    let machine = Machine::new();
    let data = both(&machine);
    let sandbox = place(&data, "1234567_SB1").join("account.sqlite");
    fs::rename(&sandbox, machine.path("aside")).unwrap();
    let run = machine.run(&["key", "rotate", "--data", &data]).ends_with(3);
    assert!(run.err.contains("account 1234567_SB1: "), "{}", run.err);
    fs::rename(machine.path("aside"), sandbox).unwrap();
    let check = machine.run(&["key", "check", "--data", &data]).ends_with(0);
    assert_eq!(check.out, "4 secrets open; the current data key is number 1\n");
}

#[test]
fn one_account_that_cannot_be_read_stops_the_start_and_is_named() {
    let machine = Machine::new();
    let data = both(&machine);
    let refused = |said: &str| {
        let run = machine
            .run(&["serve", "--listen", ":0", "--data", &data])
            .ends_with(3);
        assert!(run.err.contains(said), "{}", run.err);
    };
    let sandbox = place(&data, "1234567_SB1");
    let preview = Application {
        account: "1234567_RP1".to_owned(),
        ..given()
    };
    let preview = file(&machine, &preview);
    for file in ["account.sqlite", "records.sqlite"] {
        let kept = fs::read(sandbox.join(file)).unwrap();
        fs::write(
            sandbox.join(file),
            "no database at all, but a shopping list".repeat(50),
        )
        .unwrap();
        refused("account 1234567_SB1: ");
        // Nor is another begun, whose values would be shown to nobody.
        machine
            .run(&["serve", "--listen", ":0", "--data", &data, "--account", &preview])
            .ends_with(3);
        assert!(!place(&data, "1234567_RP1").exists());
        fs::write(sandbox.join(file), kept).unwrap();
    }
    // One account under two names would be one account twice.
    let copy = place(&data, "1234567_SB2");
    fs::rename(&sandbox, &copy).unwrap();
    refused("account 1234567_SB2: ");
    refused("holds account 1234567_SB1");
    fs::rename(&copy, place(&data, "1234567-sb1")).unwrap();
    refused("its name is not an account ID");
    fs::rename(place(&data, "1234567-sb1"), sandbox).unwrap();
    // The account that was opened before was closed again: it need not refuse what it cannot remember.
    let serving = machine.serve(&data, &[]);
    for application in [production(), given()] {
        assert_eq!(
            call(&machine, &serving, &application, ""),
            (0, json!(application.account))
        );
    }
}

#[test]
fn no_account_is_begun_beside_others_whose_key_is_gone() {
    let machine = Machine::new();
    let data = machine.path("data").to_str().unwrap().to_owned();
    machine
        .serve(&data, &["--account", &file(&machine, &production())])
        .stop()
        .ends_with(0);
    let keys = Path::new(&data).join("keys");
    fs::rename(&keys, machine.path("keys")).unwrap();
    let sandbox = file(&machine, &given());
    let run = machine
        .run(&["serve", "--listen", ":0", "--data", &data, "--account", &sandbox])
        .ends_with(3);
    assert!(run.err.contains("has no key any more"), "{}", run.err);
    assert!(!keys.exists() && !place(&data, "1234567_SB1").exists());
    assert!(!Path::new(&data).join("founding").exists());

    // Nor where the keys are there and the accounts are gone.
    fs::rename(machine.path("keys"), &keys).unwrap();
    fs::rename(Path::new(&data).join("accounts"), machine.path("accounts")).unwrap();
    let run = machine
        .run(&["serve", "--listen", ":0", "--data", &data])
        .ends_with(3);
    assert!(run.err.contains("accounts is gone"), "{}", run.err);
}

#[test]
fn a_second_account_whose_start_is_killed_is_whole_or_not_there() {
    let machine = Machine::new();
    let data = machine.path("data").to_str().unwrap().to_owned();
    machine
        .serve(&data, &["--account", &file(&machine, &production())])
        .stop()
        .ends_with(0);
    let keys = fs::read(Path::new(&data).join("keys/keyring.json")).unwrap();
    let sandbox = file(&machine, &given());
    let moments = SeededEntropy::new(20_260_102);
    for _ in 0..12 {
        let mut random = [0; 8];
        moments.fill(&mut random);
        let mut killed = machine
            .command(&["serve", "--listen", ":0", "--data", &data, "--account", &sandbox])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(u64::from_le_bytes(random) % 120_000));
        killed.kill().unwrap();
        killed.wait().unwrap();

        let check = machine.run(&["key", "check", "--data", &data]).ends_with(0);
        let secrets = if place(&data, "1234567_SB1").exists() {
            "4 secrets"
        } else {
            "2 secrets"
        };
        assert!(check.out.starts_with(secrets), "{}", check.out);
        assert!(!Path::new(&data).join("founding").exists());
        assert_eq!(
            fs::read(Path::new(&data).join("keys/keyring.json")).unwrap(),
            keys
        );
        let serving = machine.serve(&data, &[]);
        assert_eq!(call(&machine, &serving, &production(), ""), (0, json!("1234567")));
        serving.stop().ends_with(0);
        let _ = fs::remove_dir_all(place(&data, "1234567_SB1"));
    }
}

#[test]
fn a_folder_in_the_way_of_a_new_account_is_left_alone() {
    let machine = Machine::new();
    let data = machine.path("data").to_str().unwrap().to_owned();
    machine
        .serve(&data, &["--account", &file(&machine, &production())])
        .stop()
        .ends_with(0);
    let mine = Path::new(&data).join("founding/mine");
    fs::create_dir_all(&mine).unwrap();
    let sandbox = file(&machine, &given());
    let run = machine
        .run(&["serve", "--listen", ":0", "--data", &data, "--account", &sandbox])
        .ends_with(3);
    assert!(run.err.contains("is in the way"), "{}", run.err);
    assert_eq!(
        machine.serve(&data, &[]).start["accounts"][0]["account"],
        "1234567"
    );
    assert!(mine.exists());
}
