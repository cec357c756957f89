//! `serve --account FILE`: a whole account from a file, with given and with made credentials.

use crate::machine::{Machine, Run, account_toml, env, given};

#[test]
fn given_credentials_call_the_account_and_its_customers_are_there() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--account", &file]);
    assert_eq!(serving.start["account"], "1234567_SB1");
    let credentials = machine.write(".env", &env(&given(), serving.url()));
    let call = |method, path| {
        let run = machine.run(&["call", method, path, "--json", "--credentials", &credentials]);
        run.ends_with(0).json()
    };
    let info = call("GET", "/rest/tokeninfo");
    assert_eq!(
        (&info["body"]["companyName"], &info["body"]["roleName"]),
        (&"Honeycomb".into(), &"Integrator".into())
    );
    let acme = call("GET", "/services/rest/record/v1/customer/eid:acme");
    assert_eq!(acme["body"]["companyName"], "Acme");
    let all = call("GET", "/services/rest/record/v1/customer");
    assert_eq!(all["body"]["totalResults"], 1, "only what the file says");
    serving.stop().ends_with(0);

    // A second start needs the file no more, and takes none.
    let again = machine
        .run(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            data,
            "--account",
            &file,
        ])
        .ends_with(3);
    assert!(
        again.err.contains("holds account 1234567_SB1 already"),
        "{}",
        again.err
    );
    let second = machine.serve(data, &[]);
    assert_eq!(second.start["account"], "1234567_SB1");
}

#[test]
fn an_account_begins_with_the_demonstration_company_where_its_file_says_so_and_without_it_where_the_command_does()
 {
    let machine = Machine::new();
    let customers = |credentials: &str| {
        let all = [
            "call",
            "GET",
            "/services/rest/record/v1/customer",
            "--json",
            "--credentials",
            credentials,
        ];
        machine.run(&all).ends_with(0).json()["body"]["totalResults"].clone()
    };
    let text = account_toml(&given()).replace(
        "company_name = \"Honeycomb\"\n",
        "company_name = \"Honeycomb\"\ndemonstration_records = true\n",
    );
    let file = machine.write("account.toml", &text);
    let data = machine.path("described");
    let described = machine.serve(data.to_str().unwrap(), &["--account", &file]);
    let credentials = machine.write("described.env", &env(&given(), described.url()));
    assert_eq!(
        customers(&credentials),
        26,
        "those of the company, and the file's"
    );

    let data = machine.path("empty");
    let empty = machine.serve(data.to_str().unwrap(), &["--empty"]);
    let credentials = machine.write("empty.env", &env(&empty.application(), empty.url()));
    assert_eq!(customers(&credentials), 0);
}

#[test]
fn a_start_shows_what_it_made_and_not_what_it_was_given() {
    let machine = Machine::new();
    let mut text = account_toml(&given());
    text.push_str("\n[[integration]]\nname = \"Without a token\"\n");
    let file = machine.write("account.toml", &text);
    let data = machine.path("data");
    let serving = machine.serve(data.to_str().unwrap(), &["--account", &file]);
    assert_eq!(serving.start["tokens"], serde_json::json!([]));
    let pair = &serving.start["integrations"][0];
    assert_eq!(pair["integration"], "Without a token");
    assert_eq!(pair["NETSUITE_CONSUMER_SECRET"].as_str().map(str::len), Some(64));
    let link = serving.start["signInLink"].as_str().unwrap();
    assert!(link.starts_with(serving.url()), "{link}");
}

#[test]
fn what_the_file_leaves_out_is_made_and_shown_once() {
    let machine = Machine::new();
    let text = account_toml(&given());
    let text: String = text
        .lines()
        .filter(|line| !line.starts_with("token_") && !line.starts_with("consumer_"))
        .map(|line| format!("{line}\n"))
        .collect();
    let file = machine.write("account.toml", &text);
    let data = machine.path("data");
    let serving = machine.serve(data.to_str().unwrap(), &["--account", &file]);
    let application = serving.application();
    assert!(application.token_secret.starts_with("10ca1") && application.token_secret.len() == 64);
    let credentials = machine.write(".env", &env(&application, serving.url()));
    machine
        .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials])
        .ends_with(0);
}

#[test]
fn features_that_are_not_listed_are_off() {
    let machine = Machine::new();
    let text = account_toml(&given()).replace(
        "company_name",
        "features = [\"Token-based Authentication\", \"SOAP Web Services\"]\ncompany_name",
    );
    let file = machine.write("account.toml", &text);
    let data = machine.path("data");
    let serving = machine.serve(data.to_str().unwrap(), &["--account", &file]);
    let credentials = machine.write(".env", &env(&given(), serving.url()));
    machine
        .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials])
        .ends_with(0);
    let rest = machine
        .run(&[
            "call",
            "GET",
            "/services/rest/record/v1/customer",
            "--credentials",
            &credentials,
        ])
        .ends_with(1);
    assert!(rest.err.contains("HTTP 403"), "{}", rest.err);
}

/// What is wrong in the file, and what the error must name.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "id = \"1234567_SB1\"",
        "id = \"12 34\"",
        "line 2, column 6: account: id",
    ),
    ("company_name", "company", "line 3"),
    (
        "\"Customers\" = \"Full\"",
        "\"Unicorns\" = \"Full\"",
        "permissions names no permission",
    ),
    (
        "\"Customers\" = \"Full\"",
        "\"Customers\" = \"Most\"",
        "permissions",
    ),
    (
        "user = \"Ada Byron\"",
        "user = \"Nobody\"",
        "user names \"Nobody\"",
    ),
    (
        "integration = \"Warehouse Sync\"",
        "integration = \"None\"",
        "integration names \"None\"",
    ),
    (
        "role = \"Integrator\"",
        "role = \"Sleeper\"",
        "role names \"Sleeper\"",
    ),
    ("token_id = \"given-token-id\"", "", "token_id"),
    ("consumer_key = \"given-consumer-key\"", "", "consumer_key"),
    ("companyName = \"Acme\"", "companyNaem = \"Acme\"", "companyNaem"),
    ("email = \"ada@example.com\"", "email = \"nobody\"", "email"),
    ("[account]", "[account", "line 1"),
];

#[test]
fn a_mistake_in_the_file_is_named_and_can_be_corrected() {
    for (right, wrong, named) in WRONG {
        let machine = Machine::new();
        let text = account_toml(&given());
        assert!(text.contains(right), "{right}");
        let file = machine.write("account.toml", &text.replacen(right, wrong, 1));
        let data = machine.path("data");
        let data = data.to_str().unwrap();
        let arguments = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            data,
            "--account",
            &file,
        ];
        let run = machine.run(&arguments).ends_with(3);
        assert!(run.err.contains(named), "{named}: {}", run.err);

        let file = machine.write("account.toml", &text);
        let serving = machine.serve(data, &["--account", &file]);
        assert_eq!(
            serving.start["new"], true,
            "{wrong}: the corrected file starts the account"
        );
        let credentials = machine.write(".env", &env(&given(), serving.url()));
        machine
            .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials])
            .ends_with(0);
    }
}

/// A start that this file does not let begin.
fn refused(machine: &Machine, file: &str) -> Run {
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let run = machine.run(&["serve", "--listen", ":0", "--data", data, "--account", file]);
    run.ends_with(3)
}

#[test]
fn secrets_and_names_that_cannot_be_are_refused_and_nothing_is_left() {
    let machine = Machine::new();
    let right = account_toml(&given());
    let secret = given().token_secret;
    for (from, to, why) in [
        (secret.as_str(), "", "1 to 256 visible"),
        (secret.as_str(), "a b", "1 to 256 visible"),
        ("Honeycomb", "Honey\\ncomb", "one line"),
        ("Honeycomb", "\\u001b[2J", "one line"),
    ] {
        let text = right.replace(from, to);
        assert_ne!(text, right);
        let file = machine.write("account.toml", &text);
        let run = refused(&machine, &file);
        assert!(run.err.contains(why), "{}", run.err);
        assert!(!machine.path("data/accounts").exists());
    }
}

#[test]
fn an_error_moves_no_cursor() {
    let machine = Machine::new();
    let file = machine.write("account.toml", "[account]\n\"a\\u001b[2J\\u202eb\" = 1\n");
    let run = refused(&machine, &file);
    assert!(!run.err.contains(['\u{1b}', '\u{202e}']), "{:?}", run.err);
}
