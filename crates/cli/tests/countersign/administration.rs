//! Commands that change an account, on one that runs and on one that is stopped.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::machine::{Machine, Run, Serving, account_toml, given, local};

/// A machine with a started account, which then runs or not.
struct Account {
    machine: Machine,
    data: String,
    serving: Option<Serving>,
}

impl Account {
    fn running() -> Self {
        let machine = Machine::new();
        let data = machine.path("data").to_str().unwrap().to_owned();
        let serving = Some(machine.serve(&data, &[]));
        Self {
            machine,
            data,
            serving,
        }
    }

    fn stopped() -> Self {
        let mut account = Self::running();
        account.serving.take().unwrap().stop().ends_with(0);
        account
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.machine.run(&[arguments, &["--data", &self.data]].concat())
    }

    #[track_caller]
    fn does(&self, arguments: &[&str]) -> String {
        self.run(arguments).ends_with(0).out
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--json"]].concat()).ends_with(0).json()
    }

    #[track_caller]
    fn refuses(&self, arguments: &[&str], code: i32, says: &str) {
        let run = self.run(arguments).ends_with(code);
        assert!(run.err.contains(says), "{arguments:?}: {}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
    }

    /// Both kinds, one after the other.
    fn each(test: impl Fn(&Self)) {
        test(&Self::running());
        test(&Self::stopped());
    }
}

#[test]
fn three_commands_make_an_application_that_can_call() {
    Account::each(|account| {
        account.does(&[
            "role",
            "create",
            "Integrator",
            "--minimum-permissions",
            "rest",
            "--permission",
            "Customers=Full",
        ]);
        account.does(&[
            "user",
            "create",
            "Ada Byron",
            "--email",
            "ada@example.com",
            "--role",
            "Integrator",
        ]);
        let pair = account.does(&["integration", "create", "Warehouse Sync"]);
        let token = account.does(&[
            "token",
            "create",
            "--application",
            "Warehouse Sync",
            "--user",
            "Ada Byron",
            "--role",
            "Integrator",
        ]);
        for lines in [&pair, &token] {
            assert!(
                lines.starts_with("# ") && lines.contains("are not shown again.\n"),
                "{lines}"
            );
        }
        // A stopped account does not know where it will answer.
        let credentials = account.machine.write(".env", &format!("{pair}{token}"));
        let again = account
            .serving
            .is_none()
            .then(|| account.machine.serve(&account.data, &[]));
        let serving = account.serving.as_ref().or(again.as_ref()).unwrap();
        let mut command = account.machine.command(&[
            "call",
            "GET",
            &format!("{}/services/rest/record/v1/customer", serving.url()),
            "--credentials",
            &credentials,
        ]);
        let run = Run::of(&mut command).ends_with(0);
        assert!(run.out.contains("totalResults"), "{}", run.out);
    });
}

#[test]
fn an_integration_record_is_changed_blocked_reset_and_uninstalled() {
    Account::each(|account| {
        let made = account.json(&[
            "integration",
            "create",
            "Warehouse Sync",
            "--concurrency-limit",
            "2",
        ]);
        assert_eq!(made["record"]["concurrencyLimit"], 2);
        assert!(made["credentials"]["NETSUITE_CONSUMER_SECRET"].is_string());
        let edit = [
            "integration",
            "edit",
            "warehouse sync",
            "--concurrency-limit",
            "none",
            "--note",
            "ours",
        ];
        let edited = account.json(&edit);
        assert_eq!(
            (&edited["concurrencyLimit"], &edited["note"]),
            (&Value::Null, &"ours".into())
        );
        assert_eq!(
            account.does(&["integration", "block", "Warehouse Sync"]),
            "Warehouse Sync is blocked.\n"
        );
        assert!(
            account
                .does(&["integration", "list", "--state", "blocked"])
                .contains("Warehouse Sync")
        );
        account.does(&["integration", "enable", "Warehouse Sync"]);
        assert!(
            account
                .does(&["integration", "show", "Warehouse Sync"])
                .contains("Enabled")
        );

        let reset = ["integration", "reset-credentials", "Warehouse Sync"];
        account.refuses(&reset, 2, "add --yes");
        let new = account.json(&[&reset[..], &["--yes"]].concat());
        assert_ne!(new["credentials"], made["credentials"]);
        account.refuses(&["integration", "uninstall", "Warehouse Sync"], 2, "add --yes");
        account.does(&["integration", "uninstall", "Warehouse Sync", "--yes"]);
        account.refuses(
            &["integration", "show", "Warehouse Sync"],
            3,
            "there is no integration record",
        );
        let notes = account.does(&["audit", "notes", "integration", "2"]);
        assert!(
            notes.contains("by the owner of the data folder") && notes.contains("Blocked → Enabled"),
            "{notes}"
        );
        assert_eq!(notes.matches("Consumer Key").count(), 2, "{notes}");
    });
}

#[test]
fn a_wrong_field_is_named_by_its_flag_and_nothing_is_saved() {
    Account::each(|account| {
        let create = [
            "integration",
            "create",
            "Web Shop",
            "--tba-authorization-flow",
            "--callback-url=ftp://shop",
            "--out",
            "shop.env",
        ];
        account.refuses(&create, 3, "error: --callback-url must start with https://");
        assert!(!account.machine.path("shop.env").exists(), "nothing was made");
        account.refuses(&["integration", "create", " "], 3, "error: Name is required");
        account.refuses(
            &["account", "settings", "--minimum-password-length", "3", "--idle-session-timeout-in-minutes", "5"],
            3,
            "--minimum-password-length must be from 10 to 128; it is 3.\n       --idle-session-timeout-in-minutes must",
        );
        assert_eq!(
            account.json(&["integration", "list"])["rows"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    });
}

#[test]
fn values_that_are_shown_once_can_go_to_a_file_of_ones_own() {
    let account = Account::running();
    let out = account.machine.path("shop.env");
    let create = ["integration", "create", "Web Shop", "--out", "shop.env"];
    let said = account.does(&create);
    let kept = std::fs::read_to_string(&out).unwrap();
    let secret = kept
        .lines()
        .find_map(|line| line.strip_prefix("NETSUITE_CONSUMER_SECRET="))
        .unwrap();
    assert!(!said.contains(secret) && said.contains("shop.env"), "{said}");
    assert_eq!(out.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // One that is there is not overwritten, and nothing is made that could not be kept.
    account.refuses(
        &["integration", "create", "Other", "--out", "shop.env"],
        5,
        "cannot write shop.env",
    );
    assert_eq!(std::fs::read_to_string(&out).unwrap(), kept);
    assert_eq!(
        account.json(&["integration", "list"])["rows"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(!account.serving.as_ref().unwrap().errors().contains(secret));
}

#[test]
fn a_role_begins_with_a_template_and_keeps_what_is_not_changed() {
    Account::each(|account| {
        let create = [
            "role",
            "create",
            "Integrator",
            "--minimum-permissions",
            "rest",
            "--permission",
        ];
        let role = account.json(&[&create[..], &["customers=view"]].concat());
        let names = |role: &Value| {
            let grants = role["permissions"].as_array().unwrap().iter();
            let grants =
                grants.map(|grant| format!("{}={}", grant["permission"], grant["level"]).replace('"', ""));
            grants.collect::<Vec<_>>()
        };
        assert!(names(&role).contains(&"Customers=View".to_owned()), "{role}");
        assert!(
            names(&role).contains(&"REST Web Services=Full".to_owned()),
            "{role}"
        );
        let edit = [
            "role",
            "edit",
            "Integrator",
            "--permission",
            "Customers=Full",
            "--remove-permission",
            "rest-web-services",
        ];
        let edited = names(&account.json(&edit));
        assert!(edited.contains(&"Customers=Full".to_owned()), "{edited:?}");
        assert!(
            !edited.iter().any(|grant| grant.starts_with("REST")),
            "{edited:?}"
        );
        assert_eq!(edited.len(), names(&role).len() - 1);

        account.refuses(
            &["role", "create", "X", "--permission", "Custmers=Full"],
            2,
            "did you mean Customers?",
        );
        account.refuses(
            &["role", "create", "X", "--customizes", "acountant"],
            2,
            "'accountant'",
        );
        account.refuses(
            &["role", "edit", "Administrator", "--inactive"],
            3,
            "cannot be changed",
        );
        assert!(
            account
                .does(&["role", "permissions", "--subtab", "setup"])
                .contains("Access Token Management")
        );
        assert!(account.does(&["role", "list"]).contains("Integrator"));
    });
}

#[test]
fn a_user_is_made_given_roles_and_a_password_and_deleted() {
    Account::each(|account| {
        let ada = account.json(&[
            "user",
            "create",
            "Ada Byron",
            "--email",
            "ada@example.com",
            "--role",
            "Integration Role",
        ]);
        assert_eq!(
            (&ada["giveAccess"], &ada["type"]),
            (&true.into(), &"Employee".into())
        );
        let given = account.json(&["user", "give-role", "Ada Byron", "administrator"]);
        assert_eq!(given["roles"].as_array().unwrap().len(), 2);
        account.does(&["user", "take-role", "Ada Byron", "Administrator"]);
        account.refuses(
            &["user", "take-role", "Ada Byron", "Administrator"],
            3,
            "does not have the role",
        );
        account.does(&[
            "user",
            "edit",
            "Ada Byron",
            "--ip-address-restriction",
            "192.0.2.7",
        ]);
        assert!(account.does(&["user", "show", "Ada Byron"]).contains("192.0.2.7"));

        let password = |text: &str| {
            let arguments = [
                "user",
                "password",
                "Ada Byron",
                "--data",
                &account.data,
                "--log",
                "trace",
            ];
            account.machine.run_with_input(&arguments, text)
        };
        let run = password("Correct-Horse-9-Battery\nmore\n").ends_with(0);
        assert!(
            !format!("{}{}", run.out, run.err).contains("Correct-Horse"),
            "{}",
            run.err
        );
        let run = password("short\n").ends_with(3);
        assert!(
            run.err.contains("Password must have 10 characters or more"),
            "{}",
            run.err
        );
        assert!(password("").ends_with(3).err.contains("holds no password"));
        account.does(&["user", "unlock", "Ada Byron"]);
        account.does(&["user", "remove-second-factor", "Ada Byron"]);
        account.refuses(&["user", "delete", "Ada Byron"], 2, "add --yes");
        account.does(&["user", "delete", "Ada Byron", "--yes"]);
        account.refuses(&["user", "show", "Ada Byrom"], 3, "list them with");
        assert!(!account.does(&["user", "list"]).contains("Ada"));
    });
}

#[test]
fn a_token_is_renamed_stopped_for_a_while_and_revoked() {
    Account::each(|account| {
        let create = [
            "token",
            "create",
            "--application",
            "Ready Integration",
            "--user",
            "Iris Integration",
            "--role",
            "Integration Role",
        ];
        let made = account.json(&[&create[..], &["--token-name", "Second"]].concat());
        assert_eq!(made["record"]["tokenName"], "Second");
        assert!(made["credentials"]["NETSUITE_TOKEN_SECRET"].is_string());
        account.does(&["token", "rename", "Second", "Nightly"]);
        assert_eq!(
            account.does(&["token", "inactivate", "Nightly"]),
            "Nightly is inactive.\n"
        );
        assert!(account.does(&["token", "show", "nightly"]).contains("Inactive"));
        assert_eq!(account.json(&["token", "activate", "Nightly"])["inactive"], false);
        account.refuses(&["token", "revoke", "Nightly"], 2, "add --yes");
        account.does(&["token", "revoke", "Nightly", "--yes"]);
        assert!(account.run(&["token", "activate", "Nightly"]).code != 0);
        let rows = |arguments: &[&str]| account.json(arguments)["rows"].as_array().unwrap().len();
        assert_eq!(rows(&["token", "list"]), 2);
        assert_eq!(rows(&["token", "list", "--limit", "1"]), 1);
        assert_eq!(
            rows(&["token", "list", "--revoked", "--user", "Iris Integration"]),
            1
        );
        assert_eq!(rows(&["token", "list", "--revoked=no", "--application", "1"]), 1);
        assert!(
            account
                .does(&["token", "list", "--limit", "1"])
                .ends_with("1 shown; more with --limit.\n")
        );
        account.refuses(&["token", "show", "99"], 3, "99");
    });
}

#[test]
fn a_name_that_several_have_is_asked_for_by_id() {
    let account = Account::running();
    let create = [
        "token",
        "create",
        "--application",
        "1",
        "--user",
        "2",
        "--role",
        "Integration Role",
        "--token-name",
        "Twin",
    ];
    account.does(&create);
    account.does(&create);
    account.refuses(
        &["token", "show", "Twin"],
        3,
        "2 access tokens are called \"Twin\"",
    );
    account.refuses(
        &["token", "show", "Twin"],
        3,
        "next:  give the internal id of one: 2 (…",
    );
    account.refuses(&["user", "show", "Iris"], 3, "did you mean Iris Integration?");
    account.refuses(
        &["integration", "show", "Redy Integration"],
        3,
        "did you mean Ready Integration?",
    );
}

#[test]
fn a_key_opens_the_api_until_it_is_revoked() {
    Account::each(|account| {
        let create = [
            "api-key",
            "create",
            "Rotation",
            "--user",
            "Alex Administrator",
            "--role",
            "Administrator",
            "--scope",
            "Access Token Management=Full",
        ];
        let made = account.does(&[&create[..], &["--expires-in-days", "30"]].concat());
        assert!(made.contains("\nCOUNTERSIGN_API_KEY=csk_"), "{made}");
        account.refuses(
            &[&create[..], &["--expires-in-days", "900"]].concat(),
            3,
            "--expires-in-days must be from 1 to 366",
        );
        assert!(account.does(&["api-key", "list"]).contains("Active"));
        account.refuses(&["api-key", "revoke", "Rotation"], 2, "add --yes");
        account.does(&["api-key", "revoke", "Rotation", "--yes"]);
        assert!(account.does(&["api-key", "list"]).contains("Revoked"));
    });
}

#[test]
fn an_account_shows_and_changes_features_and_settings() {
    Account::each(|account| {
        let shown = account.json(&["account", "show"]);
        assert_eq!(shown["settings"]["accountId"], "LOCAL1");
        assert!(account.does(&["account", "list"]).contains("LOCAL1"));
        account.refuses(
            &["account", "features", "--disable", "client-suitescript"],
            3,
            "while Server SuiteScript is on",
        );
        account.does(&["account", "features", "--disable", "soap"]);
        account.refuses(
            &["account", "features", "--enable", "soap"],
            3,
            "SuiteCloud Terms of Service",
        );
        let all = account.json(&["account", "features", "--enable", "soap-web-services", "--agree"]);
        let soap = all["rows"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["feature"] == "SOAP Web Services");
        assert_eq!(soap.unwrap()["enabled"], true);
        let settings = account.json(&[
            "account",
            "settings",
            "--service-tier",
            "Premium",
            "--password-expiration-in-days",
            "none",
        ]);
        assert_eq!(
            (
                &settings["concurrencyLimit"],
                &settings["passwordExpirationInDays"]
            ),
            (&15.into(), &Value::Null)
        );
        assert_eq!(account.json(&["account", "settings"]), settings);
        assert_eq!(account.json(&["governance"])["accountConcurrencyLimit"], 15);
        assert!(
            account
                .does(&["governance"])
                .contains("Account concurrency limit  15")
        );
        let notes = account.json(&["audit", "notes", "account", "--limit", "2"]);
        assert_eq!(notes["rows"].as_array().unwrap().len(), 2);
        account.refuses(&["audit", "notes", "role"], 2, "name it after its kind");
    });
}

#[test]
fn what_is_made_and_typed_is_in_no_log() {
    let machine = Machine::new();
    let data = machine.path("data").to_str().unwrap().to_owned();
    let serving = machine.serve(&data, &["--log", "trace"]);
    let run = |arguments: &[&str], input: &str| {
        let arguments = [arguments, &["--data", &data, "--log", "trace"]].concat();
        machine.run_with_input(&arguments, input).ends_with(0)
    };
    let mut runs = vec![run(&["user", "password", "2"], "Correct-Horse-9-Battery\n")];
    let mut secrets = vec!["Correct-Horse-9-Battery".to_owned()];
    let mut made = |arguments: &[&str], name: &str| {
        let run = run(arguments, "");
        let value = run.out.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        secrets.push(value.to_owned());
        // Its standard output shows the value, once; its log may not.
        runs.push(Run {
            out: String::new(),
            ..run
        });
    };
    made(&["integration", "create", "Shop"], "NETSUITE_CONSUMER_SECRET=");
    made(
        &["integration", "reset-credentials", "Shop", "--yes"],
        "NETSUITE_CONSUMER_SECRET=",
    );
    let token = [
        "token",
        "create",
        "--application",
        "Shop",
        "--user",
        "2",
        "--role",
        "1000",
    ];
    made(&token, "NETSUITE_TOKEN_SECRET=");
    let key = [
        "api-key",
        "create",
        "Key",
        "--user",
        "1",
        "--role",
        "3",
        "--scope",
        "User Access Tokens=Full",
    ];
    made(&key, "COUNTERSIGN_API_KEY=");
    let logs = runs.iter().map(|run| format!("{}{}", run.out, run.err));
    let logs: Vec<String> = logs.chain([serving.errors()]).collect();
    for secret in &secrets {
        assert!(!logs.iter().any(|log| log.contains(secret.as_str())), "{secret}");
    }
    // And a log there was.
    assert!(serving.errors().contains("reset-credentials"));
}

#[test]
fn an_account_is_chosen_where_the_folder_has_several() {
    let mut account = Account::stopped();
    let file = account.machine.write("sandbox.toml", &account_toml(&given()));
    account.serving = Some(account.machine.serve(&account.data, &["--account", &file]));
    account.refuses(&["user", "list"], 3, "the data folder holds 2 accounts");
    account.refuses(
        &["user", "list", "--account", "1234567_SB2"],
        3,
        "the accounts there are",
    );
    assert!(
        account
            .does(&["user", "list", "--account", "1234567_SB1"])
            .contains("Ada Byron")
    );
    assert_eq!(
        account.json(&["account", "list"])["rows"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    account.serving.take().unwrap().stop().ends_with(0);
    assert!(
        account
            .does(&["user", "list", "--account", "1234567_SB1"])
            .contains("Ada Byron")
    );
}

#[test]
fn what_another_process_has_open_is_not_changed_behind_its_back() {
    let account = Account::running();
    let data = std::path::Path::new(&account.data);
    std::fs::remove_file(data.join("admin.sock")).unwrap();
    account.refuses(&["user", "list"], 3, "is in use by another countersign");
    assert!(local(data).exists());
}
