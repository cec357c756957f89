//! Many accounts in one running server, each for a test of its own.

use countersign_testkit::Application;
use serde_json::Value;

use crate::lifecycle::Place;
use crate::machine::{Serving, env};

const CUSTOMERS: &str = "/services/rest/record/v1/customer";
const TESTS: usize = 20;

/// An account that one command made.
struct Own<'p> {
    place: &'p Place,
    id: String,
    credentials: String,
}

impl<'p> Own<'p> {
    fn create(place: &'p Place, serving: &Serving, number: usize) -> Self {
        let id = format!("TEST{number}");
        let made = place
            .run(&["account", "create", &id, "--ready", "--json"])
            .ends_with(0)
            .json();
        let token = &made["made"]["tokens"][0];
        let value = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();
        let application = Application {
            account: id.clone(),
            consumer_key: value(&token["consumer"], "consumerKey"),
            consumer_secret: value(&token["consumer"], "consumerSecret"),
            token_id: value(&token["credentials"], "tokenId"),
            token_secret: value(&token["credentials"], "tokenSecret"),
        };
        let credentials = place
            .machine
            .write(&format!("{id}.env"), &env(&application, serving.url()));
        Self {
            place,
            id,
            credentials,
        }
    }

    fn account(&self, arguments: &[&str]) {
        let mut all = vec!["account"];
        all.extend(arguments);
        all.extend(["--account", &self.id]);
        self.place.run(&all).ends_with(0);
    }

    fn call(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["call"];
        all.extend(arguments);
        all.extend(["--json", "--credentials", &self.credentials]);
        self.place.machine.run(&all).ends_with(0).json()
    }

    fn add(&self, name: &str) {
        let body = format!("{{\"companyName\": \"{name}\"}}");
        assert_eq!(self.call(&["POST", CUSTOMERS, "--data", &body])["status"], 204);
    }

    fn has(&self, customers: u64) {
        let list = self.call(&["GET", CUSTOMERS]);
        assert_eq!(list["body"]["totalResults"], customers, "{}", self.id);
    }
}

#[test]
fn twenty_tests_at_once_have_an_account_each_that_nobody_else_touches() {
    let place = Place::new();
    let serving = place.machine.serve(&place.data, &["--empty"]);
    std::thread::scope(|scope| {
        for number in 0..TESTS {
            let (place, serving) = (&place, &serving);
            scope.spawn(move || {
                let own = Own::create(place, serving, number);
                own.has(0);
                own.add(&format!("Only in {number}"));
                own.account(&["snapshot", "one"]);
                own.add("Not in the snapshot");
                own.has(2);
                own.account(&["restore", "one", "--yes"]);
                own.has(1);
                own.account(&["reset", "--yes"]);
                own.has(0);
                place.run(&["account", "remove", &own.id, "--yes"]).ends_with(0);
            });
        }
    });
    let left = place.run(&["account", "list", "--json"]).ends_with(0).out;
    assert!(left.contains("LOCAL1") && !left.contains("TEST"), "{left}");
    let folder = std::path::Path::new(&place.data);
    assert!(!folder.join("founding").exists(), "nothing is left of them");
    serving.stop().ends_with(0);
    let accounts: Vec<_> = std::fs::read_dir(folder.join("accounts")).unwrap().collect();
    assert_eq!(accounts.len(), 1);
}

#[test]
fn an_account_that_was_removed_answers_no_more_and_its_id_may_be_used_again() {
    let place = Place::new();
    let serving = place.machine.serve(&place.data, &["--empty"]);
    let first = Own::create(&place, &serving, 1);
    place.run(&["account", "remove", "TEST1", "--yes"]).ends_with(0);
    let refused = place.machine.run(&[
        "call",
        "GET",
        CUSTOMERS,
        "--json",
        "--credentials",
        &first.credentials,
    ]);
    assert_eq!((refused.code, &refused.json()["status"]), (1, &Value::from(401)));
    let again = Own::create(&place, &serving, 1);
    again.has(0);
    let gone = place.run(&["account", "remove", "TEST2", "--yes"]).ends_with(3);
    assert!(gone.err.contains("There is no account TEST2"), "{}", gone.err);
    serving.stop().ends_with(0);
}

#[test]
fn the_only_account_is_not_removed() {
    let place = Place::new();
    place.machine.serve(&place.data, &["--empty"]).stop().ends_with(0);
    let kept = place.run(&["account", "remove", "LOCAL1", "--yes"]).ends_with(1);
    assert!(kept.err.contains("the only one here"), "{}", kept.err);
    place.machine.serve(&place.data, &[]).stop().ends_with(0);
}

#[test]
fn the_values_of_an_account_that_is_made_ready_go_to_a_file_that_a_call_takes() {
    let place = Place::new();
    let serving = place.machine.serve(&place.data, &["--empty"]);
    let file = place.machine.write("old.env", "") + ".new";
    let made = place.run(&["account", "create", "TEST1", "--ready", "--out", &file]);
    let said = made.ends_with(0).out;
    let values = std::fs::read_to_string(&file).unwrap();
    let secret = values
        .lines()
        .find_map(|line| line.strip_prefix("NETSUITE_TOKEN_SECRET="));
    assert!(said.contains(&file) && !said.contains(secret.unwrap()), "{said}");
    let called = place
        .machine
        .run(&["call", "GET", CUSTOMERS, "--json", "--credentials", &file]);
    assert_eq!(called.ends_with(0).json()["status"], 200);
    let again = place.run(&["account", "create", "TEST2", "--ready", "--out", &file]);
    assert!(
        again
            .ends_with(5)
            .err
            .contains("name a file that is not there yet")
    );
    let all = place.run(&["account", "list", "--json"]).ends_with(0).out;
    assert!(
        !all.contains("TEST2"),
        "nothing is made whose values cannot be kept: {all}"
    );
    serving.stop().ends_with(0);
}
