//! `countersign connection`: entered in any form, tried before it is kept, and never seen again.

use std::fs;
use std::path::Path;

use countersign_testkit::Application;

use crate::machine::{Machine, Run, Serving, account_toml, env};

/// Values of NetSuite's form.
pub(crate) fn hexadecimal() -> Application {
    Application {
        account: "1234567_SB1".to_owned(),
        consumer_key: "c0ffee01".repeat(8),
        consumer_secret: "5ec2e701".repeat(8),
        token_id: "70cede01".repeat(8),
        token_secret: "5ec2e702".repeat(8),
    }
}

/// A served account that has these values, and the data folder of a machine that will have connections to it.
pub(crate) struct Stage {
    pub(crate) machine: Machine,
    pub(crate) serving: Serving,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let machine = Machine::new();
        let file = machine.write("account.toml", &account_toml(&hexadecimal()));
        let account = machine.path("account");
        let serving = machine.serve(account.to_str().unwrap(), &["--account", &file]);
        Self { machine, serving }
    }

    /// A command on the connections, which lie in a folder of their own.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.machine.run(&self.with_data(arguments))
    }

    pub(crate) fn input(&self, arguments: &[&str], input: &str) -> Run {
        self.machine.run_with_input(&self.with_data(arguments), input)
    }

    fn with_data<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--data", "here"]].concat()
    }

    pub(crate) fn add(&self, name: &str, application: &Application) -> Run {
        let text = env(application, self.serving.url());
        let add = [
            "connection",
            "add",
            name,
            "--json",
            "--from",
            "-",
            "--server",
            self.serving.url(),
        ];
        self.input(&add, &text)
    }

    /// A command on the account itself.
    pub(crate) fn administer(&self, arguments: &[&str]) -> Run {
        self.machine.run(&[arguments, &["--data", "account"]].concat())
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let list = self.run(&["connection", "list", "--json"]).json();
        let rows = list["rows"].as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn a_connection_is_tried_and_shown_and_its_secrets_are_nowhere() {
    let stage = Stage::new();
    let application = hexadecimal();
    let added = stage.add("acme", &application).ends_with(0);
    let value = added.json();
    assert_eq!(value["identity"]["companyName"], "Honeycomb");
    assert_eq!(value["identity"]["roleName"], "Integrator");
    assert_eq!(
        (&value["account"], &value["verified"]),
        (&"1234567_SB1".into(), &true.into())
    );
    let shown = stage.run(&["connection", "show", "acme"]).ends_with(0);
    assert!(
        shown.out.contains("healthy") && shown.out.contains("…de01"),
        "{}",
        shown.out
    );
    let status = stage.run(&["status"]).ends_with(0);
    assert!(
        status.out.contains("1234567_SB1") && status.out.contains("acme"),
        "{}",
        status.out
    );
    let audit = stage.run(&["connection", "audit", "acme"]).ends_with(0);
    assert!(
        audit.out.contains("login worked") && audit.out.contains("connection added"),
        "{}",
        audit.out
    );
    let verify = ["connection", "audit", "--verify"];
    let end = stage
        .run(&[&verify[..], &["--json"]].concat())
        .ends_with(0)
        .json();
    let noted = |digest: &str| stage.run(&[&verify[..], &["--noted", digest]].concat());
    noted(end["digest"].as_str().unwrap()).ends_with(0);
    let older = noted(&"0".repeat(64)).ends_with(1);
    assert!(older.err.contains("an older day"), "{}", older.err);

    let said = [added.out, added.err, shown.out, status.out, audit.out].concat();
    let mut files = said.into_bytes();
    for name in ["connections", "connections/..", "keys"] {
        for entry in fs::read_dir(stage.machine.path("here").join(name)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                files.extend(fs::read(path).unwrap());
            }
        }
    }
    for secret in [
        &application.consumer_secret,
        &application.token_secret,
        &application.token_id,
    ] {
        assert!(
            !files
                .windows(secret.len())
                .any(|window| window == secret.as_bytes()),
            "{secret}"
        );
    }
}

#[test]
fn an_account_can_begin_where_connections_are_already() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    let key = fs::read(stage.machine.path("here/keys/countersign.key")).unwrap();
    stage.machine.serve("here", &[]).stop().ends_with(0);
    assert_eq!(
        fs::read(stage.machine.path("here/keys/countersign.key")).unwrap(),
        key
    );
    stage.run(&["connection", "check", "acme"]).ends_with(0);
}

/// A paste, and what the refusal says; nothing where it makes a connection.
fn pastes() -> Vec<(&'static str, String, Option<&'static str>)> {
    let Application {
        consumer_key: key,
        consumer_secret: secret,
        token_id: token,
        token_secret,
        ..
    } = hexadecimal();
    let broken = format!("{}\n  {}", &key[..40], &key[40..]);
    vec![
        (
            "a shell script of a Windows machine, with comments",
            format!(
                "# NetSuite\r\nexport NETSUITE_ACCOUNT_ID=1234567-sb1\r\nexport NETSUITE_CONSUMER_KEY=\"{key}\" # key\r\n\
                 export NETSUITE_CONSUMER_SECRET='{secret}'\r\nexport NETSUITE_TOKEN_ID={token}\r\nexport NETSUITE_TOKEN_SECRET={token_secret}\r\n"
            ),
            None,
        ),
        (
            "a mail with smart quotes and a sandbox in words",
            format!(
                "Hi! Here you go:\n\nAccount ID: 1234567 SB1\nConsumer Key: \u{201c}{key}\u{201d}\nConsumer Secret: \u{201c}{secret}\u{201d}\n\
                 Token ID: \u{2018}{token}\u{2019}\nToken Secret: \u{2018}{token_secret}\u{2019}\n"
            ),
            None,
        ),
        (
            "JSON with other names",
            format!(
                r#"{{"realm": "1234567_SB1", "client_id": "{key}", "client_secret": "{secret}", "accessToken": "{token}", "accessTokenSecret": "{token_secret}"}}"#
            ),
            None,
        ),
        (
            "JSON with a trailing comma",
            format!(
                "{{\n  \"accountId\": \"1234567_SB1\",\n  \"consumerKey\": \"{key}\",\n  \"consumerSecret\": \"{secret}\",\n  \
                 \"tokenId\": \"{token}\",\n  \"tokenSecret\": \"{token_secret}\",\n}}"
            ),
            None,
        ),
        (
            "a page copied with its address, and an HTML entity for the line's end",
            format!(
                "Account ID: https://1234567-sb1.app.netsuite.com/app/center/card.nl\nCONSUMER KEY / CLIENT ID\n{key}\n\
                 CONSUMER SECRET / CLIENT SECRET\n{secret}\nTOKEN ID&nbsp;\n{token}\nTOKEN SECRET&nbsp;\n{token_secret}\n"
            ),
            None,
        ),
        (
            "a value broken over two lines",
            format!(
                "Account ID: 1234567_SB1\nConsumer Key: {broken}\nConsumer Secret: {secret}\nToken ID: {token}\nToken Secret: {token_secret}\n"
            ),
            None,
        ),
        (
            "the account ID and the key in each other's place",
            format!(
                "Account ID: {key}\nConsumer Key: 1234567_SB1\nConsumer Secret: {secret}\nToken ID: {token}\nToken Secret: {token_secret}\n"
            ),
            None,
        ),
        (
            "the two secrets in each other's place",
            format!(
                "Account ID: 1234567_SB1\nConsumer Key: {key}\nConsumer Secret: {token_secret}\nToken ID: {token}\nToken Secret: {secret}\n"
            ),
            Some("the login was refused"),
        ),
        (
            "a secret that lost its last letters",
            format!(
                "Account ID: 1234567_SB1\nConsumer Key: {key}\nConsumer Secret: {secret}\nToken ID: {token}\nToken Secret: {}\n",
                &token_secret[..60]
            ),
            Some("the Token Secret has 60 characters"),
        ),
        (
            "one value forgotten",
            format!(
                "Account ID: 1234567_SB1\nConsumer Key: {key}\nConsumer Secret: {secret}\nToken ID: {token}\n"
            ),
            Some("one value is missing: the Token Secret"),
        ),
        (
            "a value hidden when it was copied",
            format!(
                "Account ID: 1234567_SB1\nConsumer Key: {key}\nConsumer Secret: ••••••••\nToken ID: {token}\nToken Secret: {token_secret}\n"
            ),
            Some("the Consumer Secret is a placeholder or was hidden"),
        ),
        (
            "a template nobody filled in",
            "NETSUITE_ACCOUNT_ID=<your account>\nNETSUITE_CONSUMER_KEY=${KEY}\n".to_owned(),
            Some("is a placeholder"),
        ),
    ]
}

#[test]
fn every_messy_paste_leads_to_a_healthy_connection_or_one_clear_sentence() {
    let stage = Stage::new();
    for (number, (what, paste, refusal)) in pastes().into_iter().enumerate() {
        let name = format!("paste-{number}");
        let add = [
            "connection",
            "add",
            &name,
            "--from",
            "-",
            "--server",
            stage.serving.url(),
        ];
        let run = stage.input(&add, &paste);
        match refusal {
            None => {
                assert_eq!(run.code, 0, "{what}: {}", run.err);
                assert!(run.out.contains("the login works"), "{what}: {}", run.out);
            }
            Some(sentence) => {
                assert!([1, 3].contains(&run.code), "{what}: {}", run.out);
                assert!(run.err.contains(sentence), "{what}: {}", run.err);
                assert!(!run.err.contains(&hexadecimal().token_secret), "{what}");
                assert!(!stage.names().contains(&name), "{what}");
            }
        }
    }
    let text = env(&hexadecimal(), stage.serving.url());
    let mut powershell = vec![0xff, 0xfe];
    powershell.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let path = stage.machine.path("powershell.env");
    fs::write(&path, powershell).unwrap();
    let path = path.to_str().unwrap();
    stage
        .run(&[
            "connection",
            "add",
            "powershell",
            "--from",
            path,
            "--server",
            stage.serving.url(),
        ])
        .ends_with(0);
    stage
        .machine
        .run(&["call", "GET", "/rest/tokeninfo", "--credentials", path])
        .ends_with(0);
}

#[test]
fn nothing_is_kept_that_does_not_log_in_unless_somebody_says_so() {
    let stage = Stage::new();
    let mut wrong = hexadecimal();
    wrong.token_secret = "5ec2e703".repeat(8);
    let refused = stage.add("acme", &wrong).ends_with(1);
    assert!(
        refused.err.contains("nothing was kept: the login was refused"),
        "{}",
        refused.err
    );
    assert!(
        refused.err.contains("Setup > Users/Roles > Access Tokens"),
        "{}",
        refused.err
    );
    assert!(stage.names().is_empty());
    let text = env(&wrong, stage.serving.url());
    let add = [
        "connection",
        "add",
        "acme",
        "--unverified",
        "--from",
        "-",
        "--server",
        stage.serving.url(),
    ];
    let kept = stage.input(&add, &text).ends_with(0);
    assert!(kept.out.contains("no login with it has worked"), "{}", kept.out);
    let twice = stage.add("acme", &hexadecimal()).ends_with(1);
    assert!(
        twice.err.contains("there is a connection acme already"),
        "{}",
        twice.err
    );
    let moving = [
        "connection",
        "move",
        "acme",
        "--from",
        "-",
        "--server",
        stage.serving.url(),
    ];
    let text = env(&hexadecimal(), "");
    let unasked = stage.input(&moving, &text).ends_with(2);
    assert!(unasked.err.contains("add --yes"), "{}", unasked.err);
    let moved = stage
        .input(&[&moving[..], &["--yes"]].concat(), &text)
        .ends_with(0);
    assert!(moved.err.contains("Its name and its audit stay"), "{}", moved.err);
    assert!(
        moved
            .out
            .contains("has other credentials of its account: the login works"),
        "{}",
        moved.out
    );
}

#[test]
fn production_is_not_kept_where_a_sandbox_was_meant() {
    let stage = Stage::new();
    let text = env(&hexadecimal(), "");
    let add = [
        "connection",
        "add",
        "acme",
        "--from",
        "-",
        "--environment",
        "production",
        "--server",
        stage.serving.url(),
    ];
    let refused = stage.input(&add, &text).ends_with(1);
    assert!(
        refused.err.contains("1234567_SB1 is the ID of a sandbox"),
        "{}",
        refused.err
    );
    assert!(stage.names().is_empty());
}

#[test]
fn credentials_of_a_local_account_find_its_server_and_never_go_to_netsuite() {
    let machine = Machine::new();
    let serving = machine.serve("data", &[]);
    let text = env(&serving.application(), serving.url());
    let add = |data: &str| {
        machine.run_with_input(
            &[
                "connection",
                "add",
                "local",
                "--json",
                "--from",
                "-",
                "--data",
                data,
            ],
            &text,
        )
    };
    let elsewhere = add("elsewhere").ends_with(3);
    assert!(
        elsewhere.err.contains("never sent to NetSuite"),
        "{}",
        elsewhere.err
    );
    let added = add("data").ends_with(0);
    assert_eq!(added.json()["verified"], true);
    let shown = machine
        .run(&["connection", "show", "local", "--json", "--data", "data"])
        .json();
    assert_eq!(shown["server"], serving.url());
    let far = [
        "connection",
        "add",
        "far",
        "--from",
        "-",
        "--server",
        "https://evil.example",
        "--data",
        "data",
    ];
    assert!(
        machine
            .run_with_input(&far, &text)
            .ends_with(2)
            .err
            .contains("on this machine")
    );
    // The account goes on beside the connections, and so does the next start.
    drop(serving);
    machine.serve("data", &[]).stop().ends_with(0);
}

/// A second token of the same user, as its owner is given it.
fn new_token(stage: &Stage) -> String {
    let create = [
        "token",
        "create",
        "--application",
        "Warehouse Sync",
        "--user",
        "Ada Byron",
        "--role",
        "Integrator",
        "--out",
        "new.env",
    ];
    stage.administer(&create).ends_with(0);
    stage.machine.path("new.env").to_str().unwrap().to_owned()
}

#[test]
fn a_token_is_replaced_and_the_old_one_can_be_revoked() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    let file = new_token(&stage);
    let rotated = stage
        .run(&["connection", "rotate", "acme", "--from", &file])
        .ends_with(0);
    assert!(
        rotated.err.contains("Revoke the old token (…de01)"),
        "{}",
        rotated.err
    );
    stage
        .administer(&["token", "revoke", "Ready", "--yes"])
        .ends_with(0);
    stage.run(&["connection", "check", "acme"]).ends_with(0);
    let audit = stage.run(&["connection", "audit", "acme"]).out;
    for step in [
        "rotation staged",
        "rotation verified",
        "rotation switched",
        "rotation settled",
    ] {
        assert!(audit.contains(step), "{audit}");
    }
}

#[test]
fn a_new_token_that_does_not_log_in_leaves_the_old_one_signing() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    let values = format!(
        "NETSUITE_TOKEN_ID={}\nNETSUITE_TOKEN_SECRET={}\n",
        "70cede02".repeat(8),
        "5ec2e709".repeat(8)
    );
    let refused = stage
        .input(&["connection", "rotate", "acme", "--from", "-"], &values)
        .ends_with(1);
    assert!(
        refused.err.contains("the old one goes on signing"),
        "{}",
        refused.err
    );
    stage.run(&["connection", "check", "acme"]).ends_with(0);
}

#[test]
fn five_values_of_another_account_or_pair_are_no_rotation() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    let token = ("70cede03".repeat(8), "5ec2e704".repeat(8));
    let other = |change: fn(&mut Application)| {
        let mut values = hexadecimal();
        (values.token_id, values.token_secret) = token.clone();
        change(&mut values);
        stage.machine.write("other.env", &env(&values, ""))
    };
    for (change, said) in [
        (
            (|own| own.account = "7654321".to_owned()) as fn(&mut Application),
            "are of account 7654321, and connection acme is one of 1234567_SB1",
        ),
        (
            |own| own.consumer_key = "c0ffee09".repeat(8),
            "another Consumer Key",
        ),
        (
            |own| own.consumer_secret = "5ec2e709".repeat(8),
            "another Consumer Secret",
        ),
    ] {
        let file = other(change);
        let refused = stage
            .run(&["connection", "rotate", "acme", "--from", &file])
            .ends_with(1);
        assert!(refused.err.contains(said), "{}", refused.err);
        assert!(
            refused.err.contains("connection move acme --from"),
            "{}",
            refused.err
        );
        let shown = stage.run(&["connection", "show", "acme", "--json"]).json();
        assert!(shown["staged"].is_null() && shown["current"]["tokenEnd"] == "de01");
    }
}

#[test]
fn what_a_stopped_server_did_not_try_is_not_called_refused_and_goes_on_later() {
    let Stage { machine, serving } = Stage::new();
    let url = serving.url().to_owned();
    let add = |name: &str| {
        let words = [
            "connection",
            "add",
            name,
            "--from",
            "-",
            "--server",
            &url,
            "--data",
            "here",
        ];
        machine.run_with_input(&words, &env(&hexadecimal(), ""))
    };
    add("acme").ends_with(0);
    serving.stop().ends_with(0);
    let values = format!(
        "NETSUITE_TOKEN_ID={}\nNETSUITE_TOKEN_SECRET={}\n",
        "70cede02".repeat(8),
        "5ec2e709".repeat(8)
    );
    let rotate = ["connection", "rotate", "acme", "--from", "-", "--data", "here"];
    for run in [add("beta"), machine.run_with_input(&rotate, &values)] {
        let run = run.ends_with(4);
        assert!(run.err.contains("nobody answers"), "{}", run.err);
        assert!(!run.err.contains("does not log in"), "{}", run.err);
        assert!(run.err.contains("next:"), "{}", run.err);
    }
    let show = ["connection", "show", "acme", "--json", "--data", "here"];
    let shown = machine.run(&show).json();
    assert_eq!(shown["health"], "healthy");
    assert_eq!(shown["staged"]["tokenEnd"], "de02");
    let why = shown["unreached"]["why"].as_str().unwrap_or_default();
    assert!(why.contains("nobody answers"), "{shown}");
    // That says nothing of the credentials, and is not kept from whoever looks.
    let status = machine.run(&["status", "--data", "here"]).ends_with(0);
    assert!(status.out.contains("healthy"), "{}", status.out);
    assert!(status.out.contains("not reached since"), "{}", status.out);
}

#[test]
fn a_name_nobody_has_a_full_page_and_a_clash_say_what_to_do_next() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    for words in [
        &["connection", "show", "nope"][..],
        &["connection", "rotate", "nope", "--fall-back"],
        &["connection", "export", "nope", "--to", "nope.sealed"],
        &["doctor", "nope"],
    ] {
        let run = stage.run(words).ends_with(3);
        assert!(run.err.contains("there is no connection nope"), "{}", run.err);
        assert!(run.err.contains("connection list"), "{}", run.err);
    }
    let cut = stage.run(&["connection", "audit", "--limit", "1"]).ends_with(0);
    assert!(cut.err.contains("more with --limit"), "{}", cut.err);
    let whole = stage.run(&["connection", "audit"]).ends_with(0);
    assert!(!whole.err.contains("--limit"), "{}", whole.err);

    let phrase = stage.machine.write("phrase.txt", "plum tractor quiet lagoon\n");
    let with = ["--passphrase-from", &phrase];
    let unasked = ["connection", "export", "--to", "all.sealed"];
    stage.run(&unasked).ends_with(2);
    assert!(!stage.machine.path("all.sealed").exists());
    let export = [&unasked[..], &with].concat();
    stage.run(&export).ends_with(0);
    let twice = stage.run(&export).ends_with(5);
    assert!(twice.err.contains("is there already"), "{}", twice.err);
    assert!(twice.err.contains("another file with --to"), "{}", twice.err);
    let import = [&["connection", "import", "all.sealed"][..], &with].concat();
    let clash = stage.run(&import).ends_with(1);
    assert!(clash.err.contains("connection remove acme"), "{}", clash.err);
    assert!(!clash.err.contains("rename"), "{}", clash.err);
    assert!(
        clash.err.contains("revokes its grants, and the file brings none"),
        "{}",
        clash.err
    );
    stage
        .run(&["caller", "add", "sync", "--out", "sync.env"])
        .ends_with(0);
    stage
        .run(&[
            "grant",
            "add",
            "--caller",
            "sync",
            "--connection",
            "acme",
            "--all",
        ])
        .ends_with(0);
    let remove = stage.run(&["connection", "remove", "acme"]).ends_with(2);
    assert!(
        remove.err.contains("granted for it to caller sync"),
        "{}",
        remove.err
    );
}

#[test]
fn an_old_token_that_is_kept_can_be_gone_back_to() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    let file = new_token(&stage);
    stage
        .run(&["connection", "rotate", "acme", "--keep-previous", "--from", &file])
        .ends_with(0);
    let back = stage
        .run(&["connection", "rotate", "acme", "--fall-back"])
        .ends_with(0);
    assert!(
        back.out.contains("signs with the old token again, which logs in"),
        "{}",
        back.out
    );
    let shown = stage.run(&["connection", "show", "acme", "--json"]).json();
    assert_eq!(
        (&shown["current"]["tokenEnd"], &shown["health"]),
        (&"de01".into(), &"healthy".into())
    );
    stage.run(&["connection", "rotate", "acme"]).ends_with(0);
    let shown = stage.run(&["connection", "show", "acme", "--json"]).json();
    assert_ne!(shown["current"]["tokenEnd"], "de01");
    assert!(shown["previous"].is_null() && shown["staged"].is_null());
}

#[test]
fn an_export_is_sealed_and_goes_into_another_vault() {
    let stage = Stage::new();
    stage.add("acme", &hexadecimal()).ends_with(0);
    let phrase = stage.machine.write("phrase.txt", "plum tractor quiet lagoon\n");
    let export = [
        "connection",
        "export",
        "--to",
        "all.sealed",
        "--passphrase-from",
        &phrase,
    ];
    stage.run(&export).ends_with(0);
    let twice = stage.run(&export).ends_with(5);
    assert!(twice.err.contains("all.sealed"), "{}", twice.err);
    let sealed = fs::read_to_string(stage.machine.path("all.sealed")).unwrap();
    assert!(!sealed.contains(&hexadecimal().token_secret));
    let there = ["--data", "there"];
    let import = ["connection", "import", "all.sealed", "--passphrase-from", &phrase];
    stage.machine.run(&[&import[..], &there].concat()).ends_with(0);
    stage
        .machine
        .run(&[&["connection", "check", "acme"][..], &there].concat())
        .ends_with(0);
    let wrong = stage.machine.write("wrong.txt", "another passphrase\n");
    let import = [
        "connection",
        "import",
        "all.sealed",
        "--passphrase-from",
        &wrong,
        "--data",
        "third",
    ];
    stage.machine.run(&import).ends_with(3);
    stage.run(&["connection", "remove", "acme", "--yes"]).ends_with(0);
    assert!(stage.names().is_empty());
}

#[test]
fn a_password_of_the_vaults_server_is_not_taken_from_the_command_line() {
    let machine = Machine::new();
    let list = [
        "connection",
        "list",
        "--vault",
        "postgres://me:hunter2@localhost/x",
    ];
    let refused = machine.run(&list).ends_with(2);
    assert!(
        refused.err.contains("COUNTERSIGN_VAULT") && !refused.err.contains("hunter2"),
        "{}",
        refused.err
    );
}

#[test]
fn keys_that_are_rotated_go_on_opening_connections_and_lost_ones_are_not_made_anew() {
    let machine = Machine::new();
    let serving = machine.serve("data", &[]);
    let text = env(&serving.application(), serving.url());
    let add = ["connection", "add", "local", "--from", "-", "--data", "data"];
    machine.run_with_input(&add, &text).ends_with(0);
    serving.stop().ends_with(0);
    let rotated = machine
        .run(&["key", "rotate", "--json", "--data", "data"])
        .ends_with(0);
    assert_eq!(rotated.json()["dropped"].as_array().unwrap().len(), 1);
    let serving = machine.serve("data", &[]);
    machine
        .run(&["connection", "check", "local", "--data", "data"])
        .ends_with(0);
    drop(serving);
    fs::remove_dir_all(machine.path("data/keys")).unwrap();
    fs::remove_dir_all(machine.path("data/accounts")).unwrap();
    let add = ["connection", "add", "other", "--from", "-", "--data", "data"];
    let refused = machine.run_with_input(&add, &text).ends_with(3);
    assert!(refused.err.contains("has no key any more"), "{}", refused.err);
    assert!(!Path::new(&machine.path("data/keys")).exists());
}
