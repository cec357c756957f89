//! `countersign run` and `env`: what the program gets, what it keeps, and how it ends.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use countersign_testkit::Application;
use rustix::process::{Pid, Signal, kill_process};

use crate::machine::{self, Machine, Run, account_toml, given, until};
use crate::needles::Needles;

fn sh<'a>(flags: &[&'a str], script: &'a str) -> Vec<&'a str> {
    [&["run"], flags, &["--", "sh", "-c", script]].concat()
}

#[test]
fn the_exit_code_and_the_output_are_the_programs() {
    let machine = Machine::new();
    let run = machine.run(&sh(&["--data", "data"], "echo out; echo err >&2; exit 42"));
    assert_eq!((run.code, run.out.as_str()), (42, "out\n"), "{}", run.err);
    assert!(run.err.contains("\nerr\n"), "{}", run.err);
    assert!(
        run.err.contains("countersign: 0 logins, 0 refused"),
        "{}",
        run.err
    );
    let killed = machine.run(&sh(&["--data", "data"], "kill -9 $$"));
    assert_eq!(killed.code, 137, "{}", killed.err);
}

#[test]
fn a_program_that_cannot_be_started_is_said_to_be_none() {
    let machine = Machine::new();
    let run = machine.run(&["run", "--data", "data", "--", "no-such-program"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("\nerror: there is no program"), "{}", run.err);
    machine.run(&["run"]).ends_with(2);
}

#[test]
fn the_first_run_makes_an_account_and_shows_its_values_once_on_standard_error() {
    let machine = Machine::new();
    let first = machine
        .run(&sh(&["--data", "data"], "env | grep -c NETSUITE_"))
        .err;
    assert!(first.contains("NETSUITE_ACCOUNT_ID=LOCAL1\n"), "{first}");
    assert!(first.contains("shown this once"), "{first}");
    assert!(!first.contains("NETSUITE_BASE_URL"), "{first}");
    let second = machine.run(&sh(&["--data", "data"], "true")).ends_with(0).err;
    assert!(!second.contains("NETSUITE_"), "{second}");
}

#[test]
fn a_program_gets_credentials_only_where_that_was_asked_for() {
    let machine = Machine::new();
    let names = "env | grep ^NETSUITE_ | cut -d= -f1 | sort | tr '\\n' ' '";
    let without = machine.run(&sh(&["--data", "data"], names)).ends_with(0);
    assert_eq!(without.out, "");
    let with = machine.run(&sh(&["--give-credentials"], names)).ends_with(0);
    assert_eq!(
        with.out,
        "NETSUITE_ACCOUNT_ID NETSUITE_CONSUMER_KEY NETSUITE_CONSUMER_SECRET NETSUITE_TOKEN_ID NETSUITE_TOKEN_SECRET "
    );
    assert!(!with.err.contains("NETSUITE_"), "{}", with.err);

    let file = machine.write("account.toml", &account_toml(&given()));
    let run = machine
        .run(&sh(&["--give-credentials", "--account", &file], "true"))
        .ends_with(3);
    assert!(run.err.contains("the account file has them"), "{}", run.err);
    let left: Vec<_> = fs::read_dir(machine.path("tmp")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!machine.path(".local").exists());
}

#[test]
fn an_account_can_know_the_credentials_a_program_has() {
    let machine = Machine::new();
    let own = Application {
        consumer_secret: r#"a "quoted\" secret"#.replace(' ', "_"),
        ..given()
    };
    machine.write("own.env", &machine::env(&own, ""));
    let url = "https://1234567-sb1.restlets.api.netsuite.com/rest/tokeninfo";
    let script = format!(
        "curl -s --fail -H \"Authorization: $({} sign --credentials own.env GET {url})\" {url}",
        env!("CARGO_BIN_EXE_countersign")
    );
    let run = machine
        .run(&sh(&["--credentials", "own.env"], &script))
        .ends_with(0);
    assert!(run.out.contains("Integration Role"), "{}", run.out);
    assert!(run.err.contains("countersign: 1 login, 0 refused"), "{}", run.err);
    assert!(
        !run.err.contains("NETSUITE_"),
        "the values are known: {}",
        run.err
    );

    // Of another account the host is named, and the program may say of its answer what it likes.
    let elsewhere =
        "curl -s -o /dev/null https://7654321.suitetalk.api.netsuite.com/services/rest/record/v1/customer";
    let run = machine
        .run(&sh(&["--credentials", "own.env"], elsewhere))
        .ends_with(0);
    assert!(
        run.err.contains(
            "1 connection to 7654321.suitetalk.api.netsuite.com, and no account here has this host"
        ),
        "{}",
        run.err
    );
    assert!(!run.err.contains("neither HTTPS_PROXY"), "{}", run.err);

    let half = machine.write("half.env", "NETSUITE_ACCOUNT_ID=1234567\n");
    let run = machine.run(&sh(&["--credentials", &half], "true")).ends_with(3);
    assert!(run.err.contains("NETSUITE_CONSUMER_KEY"), "{}", run.err);
    let missing = machine
        .run(&sh(&["--credentials", "missing.env"], "true"))
        .ends_with(3);
    for run in [run, missing] {
        assert!(
            run.err.contains("run --help") && !run.err.contains("call --help"),
            "{}",
            run.err
        );
    }
    machine
        .run(&sh(&["--credentials", "own.env", "--give-credentials"], "true"))
        .ends_with(2);
}

#[test]
fn calls_that_were_let_in_are_counted_by_their_answers() {
    let machine = Machine::new();
    machine.write("own.env", &machine::env(&given(), ""));
    let customer = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer";
    let call = |url: &str| {
        let binary = machine::BINARY;
        format!(
            "curl -s -o /dev/null -H \"Authorization: $({binary} sign --credentials own.env GET {url})\" {url}"
        )
    };
    let (there, nowhere) = (
        call(&format!("{customer}/1")),
        call(&format!("{customer}/999999")),
    );
    let script = format!("{there}; {there}; {nowhere}");
    let run = machine
        .run(&sh(&["--credentials", "own.env"], &script))
        .ends_with(0);
    let told = "countersign: 3 logins, 0 refused; answers: 2 x 200, 1 x 404";
    assert!(run.err.contains(told), "{}", run.err);

    // Of one that nothing explains, what remains is told, and no more.
    let mut other = given();
    other.token_secret = "another".repeat(9);
    machine.write("other.env", &machine::env(&other, ""));
    let script = there.replace("own.env", "other.env");
    let run = machine
        .run(&sh(&["--credentials", "own.env"], &script))
        .ends_with(0);
    assert!(run.err.contains("countersign: 1 login, 1 refused"), "{}", run.err);
    assert!(run.err.contains("This request alone cannot tell"), "{}", run.err);
    assert!(
        run.err.contains("nonce_recomputed") && !run.err.contains("nonce_burn"),
        "{}",
        run.err
    );
}

#[test]
fn what_leads_a_program_here_is_in_its_environment_and_nowhere_else() {
    let machine = Machine::new();
    let script = "for n in HTTPS_PROXY NO_PROXY REQUESTS_CA_BUNDLE NODE_OPTIONS COUNTERSIGN_GATE SSL_CERT_DIR; do \
                  eval echo \\\"$n=\\$$n\\\"; done; cat \"$SSL_CERT_FILE\" \"$NODE_EXTRA_CA_CERTS\" | grep -c BEGIN";
    let mut command = machine.command(&sh(&["--data", "data"], script));
    command
        .env("NO_PROXY", "db.internal,.netsuite.com")
        .env("NODE_OPTIONS", "--no-warnings")
        .env("SSL_CERT_DIR", "/etc/ssl/certs");
    let run = Run::of(&mut command).ends_with(0);
    let public = machine.path("data/tls/public");
    let public = public.to_str().unwrap();
    let value = |name: &str| {
        let line = run
            .out
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap().to_owned()
    };
    assert!(
        value("HTTPS_PROXY").starts_with("http://127.0.0.1:"),
        "{}",
        run.out
    );
    assert_eq!(value("NO_PROXY"), "localhost,127.0.0.1,::1,db.internal");
    assert!(value("REQUESTS_CA_BUNDLE").ends_with("/tls/public/bundle.pem"));
    assert!(value("NODE_OPTIONS").starts_with("--no-warnings --require="));
    assert_eq!(value("SSL_CERT_DIR"), "");
    let names: Vec<_> = fs::read_dir(public)
        .unwrap()
        .flatten()
        .map(|file| file.file_name())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn where_the_program_stands_does_not_change_what_it_loads() {
    let machine = Machine::new();
    let script = "mkdir elsewhere && cd elsewhere && mkdir -p data/tls/public && echo planted > data/tls/public/bundle.pem && \
                  grep -c planted \"$SSL_CERT_FILE\"; echo \"$NODE_OPTIONS\" | grep -c -- '--require=/'; \
                  echo \"$NODE_EXTRA_CA_CERTS\" | grep -c ^/";
    let run = machine.run(&sh(&["--data", "data"], script)).ends_with(0);
    assert_eq!(run.out, "0\n1\n1\n", "{}", run.err);
}

#[test]
fn the_folder_of_a_run_that_leaves_nothing_is_its_owners_alone() {
    let machine = Machine::new();
    let script = "stat -c %a \"$(dirname \"$(dirname \"$(dirname \"$SSL_CERT_FILE\")\")\")\"";
    let run = machine.run(&sh(&["--give-credentials"], script)).ends_with(0);
    assert_eq!(run.out, "700\n", "{}", run.err);
}

#[test]
fn a_variable_cannot_be_smuggled_into_a_file_of_lines() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &[]);
    for form in ["github", "dotenv"] {
        let mut command = machine.command(&["env", "--for", form, "--data", data]);
        command.env("NO_PROXY", "db.internal\nLD_PRELOAD=/tmp/x.so");
        let run = Run::of(&mut command).ends_with(3);
        assert_eq!(run.out, "", "{form}");
    }
    serving.stop().ends_with(0);
}

#[test]
fn a_signal_reaches_the_program_and_its_end_is_the_end() {
    let machine = Machine::new();
    let script = "trap 'exit 7' TERM; trap 'echo hup' HUP; echo ready; while :; do sleep 0.05; done";
    let mut child = machine
        .command(&sh(&["--give-credentials"], script))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::HUP).unwrap();
    line.clear();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "hup\n");
    kill_process(pid, Signal::TERM).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, 7, "{}", run.err);
    assert_eq!(fs::read_dir(machine.path("tmp")).unwrap().count(), 0);
}

#[test]
fn a_running_server_is_found_and_env_prints_the_same_way_in() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &[]);
    let gate = serving.start["tls"].as_str().unwrap().replace("https:", "http:");
    let found = machine
        .run(&sh(&["--data", data], "echo $HTTPS_PROXY"))
        .ends_with(0);
    assert_eq!(found.out.trim(), gate);

    let shell = machine.run(&["env", "--data", data]).ends_with(0).out;
    assert!(shell.contains(&format!("export HTTPS_PROXY={gate}\n")), "{shell}");
    assert!(shell.ends_with("unset SSL_CERT_DIR\n"), "{shell}");
    let docker = machine
        .run(&["env", "--for", "docker", "--data", data])
        .ends_with(0)
        .out;
    assert!(
        docker.contains("ENV SSL_CERT_FILE=/countersign/bundle.pem\n"),
        "{docker}"
    );
    assert!(docker.contains("/tls/public:/countersign:ro"), "{docker}");
    for form in ["github", "dotenv"] {
        let lines = machine
            .run(&["env", "--for", form, "--data", data])
            .ends_with(0)
            .out;
        assert!(lines.contains(&format!("HTTPS_PROXY={gate}\n")), "{lines}");
    }
    let others = machine
        .run(&sh(&["--data", data, "--allow-other-hosts"], "true"))
        .ends_with(3);
    assert!(others.err.contains("serve --allow-other-hosts"), "{}", others.err);

    serving.stop().ends_with(0);
    let run = machine.run(&["env", "--data", data]).ends_with(4);
    assert!(run.err.contains("start it with: "), "{}", run.err);
    let again = machine.serve(data, &[]);
    assert_eq!(
        again.start["tls"],
        gate.replace("http:", "https:"),
        "the same port as before"
    );
}

#[test]
fn after_a_kill_the_next_run_goes_on() {
    let machine = Machine::new();
    let mut child = machine
        .command(&sh(&["--data", "data"], "echo $$; sleep 30"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let program = Pid::from_raw(line.trim().parse().unwrap()).unwrap();
    kill_process(program, Signal::KILL).unwrap();
    until("the program is gone", || {
        kill_process(program, Signal::CONT).is_err()
    });
    let key = fs::read(machine.path("data/tls/ca-key.pem")).unwrap();
    machine.run(&sh(&["--data", "data"], "true")).ends_with(0);
    assert_eq!(fs::read(machine.path("data/tls/ca-key.pem")).unwrap(), key);
}

#[test]
fn the_key_of_the_authority_is_in_its_file_and_nowhere_else() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data_text = data.to_str().unwrap();
    let serving = machine.serve(data_text, &["--log", "trace"]);
    let key = data.join("tls/ca-key.pem");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&key).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    // What comes before it is the same in every key of this kind.
    let needles = Needles::of([("the key of the authority", &body[50..88])]);
    let mut found = Vec::new();
    for arguments in [
        sh(
            &["--data", data_text, "--log", "trace"],
            "env; curl -sk https://localhost/ || true",
        ),
        vec!["env", "--data", data_text, "--log", "trace"],
        vec!["env", "--for", "docker", "--data", data_text],
    ] {
        let run = machine.run(&arguments).ends_with(0);
        found.extend(needles.find(run.out.as_bytes()));
        found.extend(needles.find(run.err.as_bytes()));
    }
    let run = serving.stop();
    found.extend(needles.find(run.out.as_bytes()));
    found.extend(needles.find(run.err.as_bytes()));
    found.extend(needles.find_below(machine.home(), &[key]));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_authority_that_others_can_read_stops_the_start_and_an_open_proxy_too() {
    let machine = Machine::new();
    machine.run(&sh(&["--data", "data"], "true")).ends_with(0);
    let key = machine.path("data/tls/ca-key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let run = machine.run(&sh(&["--data", "data"], "echo started")).ends_with(3);
    assert!(run.err.contains("can be read by others"), "{}", run.err);
    assert_eq!(run.out, "");

    let open = [
        "serve",
        "--data",
        "other",
        "--tls",
        "0.0.0.0:0",
        "--allow-other-hosts",
    ];
    let run = machine.run(&open).ends_with(3);
    assert!(
        run.err.contains("could reach every host through it"),
        "{}",
        run.err
    );
    assert!(!machine.path("other").exists());
}
