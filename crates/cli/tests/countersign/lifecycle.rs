//! The life of accounts: a file applied and written, snapshots, a sandbox refreshed, a data folder copied.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use countersign_testkit::Application;

use crate::machine::{Machine, account_toml, env, given};

const INFO: &str = "/rest/tokeninfo";
const CUSTOMERS: &str = "/services/rest/record/v1/customer";

/// The account of `given`, marked so that it may be put back.
pub(crate) fn marked() -> String {
    format!(
        "{}\n[settings]\ntest_account = true\ntest_levers = [\"Reset\"]\n",
        account_toml(&given())
    )
}

pub(crate) struct Place {
    pub(crate) machine: Machine,
    pub(crate) data: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let machine = Machine::new();
        let data = machine.path("data").to_str().unwrap().to_owned();
        Self { machine, data }
    }

    /// A command on the data folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> crate::machine::Run {
        let mut all = arguments.to_vec();
        all.extend(["--data", &self.data]);
        self.machine.run(&all)
    }

    fn call(&self, application: &Application, url: &str, path: &str) -> crate::machine::Run {
        let credentials = self.machine.write("call.env", &env(application, url));
        self.machine
            .run(&["call", "GET", path, "--json", "--credentials", &credentials])
    }
}

#[test]
fn an_account_that_is_written_and_founded_anew_is_written_the_same() {
    let place = Place::new();
    let file = place.machine.write("account.toml", &account_toml(&given()));
    let serving = place.machine.serve(&place.data, &["--account", &file]);
    let written = place.machine.path("written.toml");
    let out = written.to_str().unwrap();
    place
        .run(&["account", "export", "--secrets", "--out", out])
        .ends_with(0);
    assert_eq!(
        fs::metadata(&written).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let without = place.run(&["account", "export"]).ends_with(0).out;
    assert!(!without.contains(&given().token_secret), "{without}");
    serving.stop().ends_with(0);
    let text = fs::read_to_string(&written).unwrap();
    assert_eq!(
        place.run(&["account", "export", "--secrets"]).ends_with(0).out,
        text,
        "stopped"
    );
    let again = place.run(&["account", "export", "--out", out]).ends_with(3);
    assert!(again.err.contains("is there already"), "{}", again.err);

    let other = place.machine.path("other");
    let other = other.to_str().unwrap();
    let serving = place.machine.serve(other, &["--account", out]);
    let again = place
        .machine
        .run(&["account", "export", "--secrets", "--data", other])
        .ends_with(0);
    assert_eq!(again.out, text);
    place.call(&given(), serving.url(), INFO).ends_with(0);
}

#[test]
fn a_file_is_shown_then_applied_and_then_changes_nothing() {
    let place = Place::new();
    let file = place.machine.write("account.toml", &account_toml(&given()));
    let serving = place.machine.serve(&place.data, &["--account", &file]);
    let more = account_toml(&given())
        + "\n[[token]]\nname = \"Second\"\nintegration = \"Warehouse Sync\"\nuser = \"Ada Byron\"\nrole = \"Integrator\"\n\
           [[user]]\nname = \"Grace\"\nemail = \"grace@example.com\"\nroles = [\"CEO\"]\n\
           [[customer]]\ncompanyName = \"Later\"\n";
    let file = place.machine.write("more.toml", &more);
    let plan = place.run(&["account", "apply", &file, "--dry-run"]).ends_with(0);
    assert!(
        plan.out.contains("+ user \"Grace\"") && plan.out.contains("3 to add, 0 to change"),
        "{}",
        plan.out
    );
    let asked = place.run(&["account", "apply", &file]).ends_with(2);
    assert!(asked.err.contains("--yes"), "{}", asked.err);
    let applied = place
        .run(&["account", "apply", &file, "--yes", "--json"])
        .ends_with(0)
        .json();
    let made = &applied["tokens"][0];
    let second = Application {
        token_id: made["credentials"]["tokenId"].as_str().unwrap().to_owned(),
        token_secret: made["credentials"]["tokenSecret"].as_str().unwrap().to_owned(),
        ..given()
    };
    place.call(&second, serving.url(), INFO).ends_with(0);
    let all = place.call(&second, serving.url(), CUSTOMERS).ends_with(0).json();
    assert_eq!(all["body"]["totalResults"], 2);
    let again = place.run(&["account", "apply", &file, "--yes"]).ends_with(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    serving.stop().ends_with(0);
    let stopped = place.run(&["account", "apply", &file, "--yes"]).ends_with(0);
    assert!(stopped.out.contains("Nothing to do"), "{}", stopped.out);
}

#[test]
fn every_mistake_of_a_file_is_told_with_its_place_and_nothing_is_done() {
    let place = Place::new();
    let file = place.machine.write("account.toml", &account_toml(&given()));
    let _serving = place.machine.serve(&place.data, &["--account", &file]);
    let wrong = account_toml(&given())
        .replace("roles = [\"Integrator\"]", "roles = [\"Integrater\"]")
        .replace("companyName = \"Acme\"", "companyNaem = \"Acme\"");
    let file = place.machine.write("wrong.toml", &wrong);
    let run = place.run(&["account", "apply", &file, "--yes"]).ends_with(3);
    assert!(
        run.err.contains("line 21, column 10") && run.err.contains("Integrater"),
        "{}",
        run.err
    );
    assert!(run.err.contains("companyNaem"), "{}", run.err);
}

#[test]
fn an_account_goes_back_to_a_snapshot_and_a_used_nonce_stays_used() {
    let place = Place::new();
    let file = place.machine.write("account.toml", &marked());
    let serving = place.machine.serve(&place.data, &["--account", &file]);
    place.run(&["account", "snapshot", "before"]).ends_with(0);
    place.run(&["account", "snapshot", "before"]).ends_with(1);
    place.run(&["account", "snapshot", "../out"]).ends_with(3);

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let caller = serving.caller(&given());
    let stamp = now();
    let once = || {
        let call = caller.get(INFO).oauth("oauth_nonce", "used-before-the-restore");
        runtime
            .block_on(call.oauth("oauth_timestamp", &stamp).send())
            .status
    };
    assert_eq!(once(), 200);

    let more = marked()
        + "\n[[token]]\nname = \"Second\"\nintegration = \"Warehouse Sync\"\nuser = \"Ada Byron\"\n\
        role = \"Integrator\"\ntoken_id = \"second\"\ntoken_secret = \"second-secret\"\n[[customer]]\ncompanyName = \"Later\"\n";
    let file = place.machine.write("more.toml", &more);
    place.run(&["account", "apply", &file, "--yes"]).ends_with(0);
    let second = Application {
        token_id: "second".to_owned(),
        token_secret: "second-secret".to_owned(),
        ..given()
    };
    place.call(&second, serving.url(), INFO).ends_with(0);
    place.run(&["account", "restore", "before"]).ends_with(2);
    place.run(&["account", "restore", "before", "--yes"]).ends_with(0);
    place.call(&second, serving.url(), INFO).ends_with(1);
    let all = place.call(&given(), serving.url(), CUSTOMERS).ends_with(0).json();
    assert_eq!(all["body"]["totalResults"], 1);
    assert_eq!(once(), 401, "the ledger does not go back");
    place.run(&["account", "reset", "--yes"]).ends_with(0);
    place.call(&given(), serving.url(), INFO).ends_with(0);
    serving.stop().ends_with(0);
    let listed = place.run(&["account", "snapshots"]).ends_with(0);
    assert!(
        listed.out.contains("before") && listed.out.contains("founded"),
        "{}",
        listed.out
    );
    let serving = place.machine.serve(&place.data, &[]);
    place.call(&given(), serving.url(), INFO).ends_with(0);
}

fn now() -> String {
    use countersign_world::Clock as _;
    countersign_world::SystemClock::new().now().seconds().to_string()
}

#[test]
fn an_account_that_is_not_marked_is_not_put_back() {
    let place = Place::new();
    let file = place.machine.write("account.toml", &account_toml(&given()));
    let _serving = place.machine.serve(&place.data, &["--account", &file]);
    place.run(&["account", "snapshot", "before"]).ends_with(0);
    let run = place.run(&["account", "restore", "before", "--yes"]);
    assert!(run.code == 1 && run.err.contains("Reset"), "{}", run.err);
}

#[test]
fn a_sandbox_is_refreshed_and_shares_its_consumer_key_with_production() {
    let place = Place::new();
    let production = Application {
        account: "1234567".to_owned(),
        ..given()
    };
    let file = place.machine.write("production.toml", &account_toml(&production));
    let serving = place.machine.serve(&place.data, &["--account", &file]);
    let created = place
        .run(&["account", "create", "1234567_SB1", "--json"])
        .ends_with(0)
        .json();
    assert_eq!(created["account"]["environment"], "Sandbox");
    place.run(&["account", "create", "1234567_SB1"]).ends_with(1);
    place
        .run(&["account", "refresh", "1234567_SB1", "--yes"])
        .ends_with(0);
    let token = "[account]\nid = \"1234567_SB1\"\n[[token]]\nname = \"Sandbox\"\nintegration = \"Warehouse Sync\"\n\
        user = \"Ada Byron\"\nrole = \"Integrator\"\ntoken_id = \"sandbox-token\"\ntoken_secret = \"sandbox-secret\"\n";
    let file = place.machine.write("sandbox.toml", token);
    place.run(&["account", "apply", &file, "--yes"]).ends_with(0);
    let sandbox = Application {
        account: "1234567_SB1".to_owned(),
        token_id: "sandbox-token".to_owned(),
        token_secret: "sandbox-secret".to_owned(),
        ..production.clone()
    };
    let acme = place.call(
        &sandbox,
        serving.url(),
        "/services/rest/record/v1/customer/eid:acme",
    );
    assert_eq!(acme.ends_with(0).json()["body"]["companyName"], "Acme");
    place.call(&production, serving.url(), INFO).ends_with(0);

    let other = Application {
        consumer_key: "another-key".to_owned(),
        consumer_secret: "another-secret".to_owned(),
        ..production.clone()
    };
    let file = place.machine.write("reset.toml", &account_toml(&other));
    place.run(&["account", "apply", &file, "--yes"]).ends_with(0);
    place.call(&other, serving.url(), INFO).ends_with(0);
    place.call(&sandbox, serving.url(), INFO).ends_with(1);
    let renewed = Application {
        consumer_key: other.consumer_key.clone(),
        consumer_secret: other.consumer_secret.clone(),
        ..sandbox.clone()
    };
    place.call(&renewed, serving.url(), INFO).ends_with(0);

    place
        .run(&["account", "refresh", "1234567_SB1", "--yes"])
        .ends_with(0);
    place.call(&renewed, serving.url(), INFO).ends_with(1);
    place
        .run(&["account", "refresh", "1234567", "--yes"])
        .ends_with(1);
}

#[test]
fn a_data_folder_is_copied_while_it_works_and_comes_back_with_its_key() {
    let place = Place::new();
    let file = place.machine.write("account.toml", &account_toml(&given()));
    let serving = place.machine.serve(&place.data, &["--account", &file]);
    let before = account_toml(&given()) + "\n[[customer]]\ncompanyName = \"Answered before\"\n";
    let file = place.machine.write("before.toml", &before);
    place.run(&["account", "apply", &file, "--yes"]).ends_with(0);
    let backup = place.machine.path("backup");
    let backup = backup.to_str().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let caller = serving.caller(&given());
    let calls = runtime.spawn(async move {
        for number in 0..200 {
            let body = serde_json::json!({ "companyName": format!("During {number}") });
            let answer = caller.post(CUSTOMERS, &body.to_string()).send().await;
            assert!(answer.status < 400, "{}", answer.text());
        }
    });
    place.run(&["backup", backup]).ends_with(0);
    runtime.block_on(calls).unwrap();
    place.run(&["backup", backup]).ends_with(1);
    serving.stop().ends_with(0);
    assert!(!place.machine.path("backup/keys").exists());

    let elsewhere = place.machine.path("elsewhere");
    let elsewhere = elsewhere.to_str().unwrap();
    let restore = |more: &[&str]| {
        let mut arguments = vec!["restore", backup, "--data", elsewhere];
        arguments.extend(more);
        place.machine.run(&arguments)
    };
    let without = restore(&[]).ends_with(3);
    assert!(without.err.contains("key"), "{}", without.err);
    let keys = place.machine.path("data/keys");
    restore(&["--key", keys.to_str().unwrap()]).ends_with(0);
    let serving = place.machine.serve(elsewhere, &[]);
    let filter = format!("{CUSTOMERS}?q=companyName%20IS%20%22Answered%20before%22");
    let found = place.call(&given(), serving.url(), &filter).ends_with(0).json();
    assert_eq!(found["body"]["totalResults"], 1);
}
