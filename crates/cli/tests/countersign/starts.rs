//! Where `countersign serve` begins an account and where it listens; and how it ends when it is asked twice.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::machine::{BINARY, Machine, Run, account_toml, env, given, local, until};

#[test]
fn an_account_begins_in_an_empty_folder_only() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    fs::create_dir(data).unwrap();
    for name in [
        "thesis.txt",
        "ledger",
        "keys",
        "founding",
        "accounts",
        "keys.unfinished",
        ".git",
    ] {
        let path = machine.path("data").join(name);
        if name.contains('.') {
            fs::write(&path, "mine").unwrap();
        } else {
            fs::create_dir(&path).unwrap();
            fs::write(path.join("mine"), "mine").unwrap();
        }
        let names = || {
            let entries = fs::read_dir(data)
                .unwrap()
                .map(|entry| entry.unwrap().file_name());
            entries.collect::<std::collections::BTreeSet<_>>()
        };
        let before = names();
        for arguments in [
            &["serve", "--listen", ":0", "--data", data][..],
            &["demo", "--keep", data],
            &["key", "check", "--data", data],
            &["audit", "--data", data],
        ] {
            machine.run(arguments).ends_with(3);
        }
        assert_eq!(names(), before, "{name}");
        for folder in ["ledger", "keys", "founding", "accounts"] {
            let path = machine.path("data").join(folder);
            assert!(
                !path.exists() || path.join("mine").exists(),
                "{name}: {folder} was emptied"
            );
        }
        fs::remove_dir_all(data).unwrap();
        fs::create_dir(data).unwrap();
    }
    let root = machine
        .run(&["serve", "--listen", ":0", "--data", "/"])
        .ends_with(3);
    assert!(
        root.err.contains("an account begins in an empty folder"),
        "{}",
        root.err
    );
    machine.serve(data, &[]).stop().ends_with(0);
}

const MARK: &str = "Countersign is making an account here. A start that finds this file begins anew.\n";

#[test]
fn a_start_that_fails_leaves_no_account() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let broken = machine.write(
        "account.toml",
        // Only the account shows that there is no such role.
        &account_toml(&given()).replace("role = \"Integrator\"", "role = \"Sleeper\""),
    );
    machine
        .run(&["serve", "--listen", ":0", "--data", data, "--account", &broken])
        .ends_with(3);
    let mut names: Vec<_> = fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    // The certificate authority is the folder's and not the account's.
    assert_eq!(names, ["lock", "tls"]);
    let mode = fs::metadata(machine.path("data/lock"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    machine.serve(data, &[]).stop().ends_with(0);
}

#[test]
fn a_founding_that_was_killed_is_begun_anew() {
    let machine = Machine::new();
    let half = |name: &str, mark: Option<&str>, beside: &[&str]| {
        let founding = machine.path(name).join("founding");
        fs::create_dir_all(&founding).unwrap();
        fs::write(machine.path(name).join("lock"), "").unwrap();
        if let Some(mark) = mark {
            fs::write(founding.join("mark"), mark).unwrap();
        }
        for file in beside {
            let file = founding.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "half").unwrap();
        }
        machine.path(name).to_str().unwrap().to_owned()
    };
    for data in [
        half("before-the-mark", None, &[]),
        half("in-the-mark", Some(&MARK[..9]), &[]),
        half(
            "after-the-mark",
            Some(MARK),
            &[
                "LOCAL1/account.sqlite",
                "LOCAL1/records.sqlite-wal",
                "keys/keyring.json",
            ],
        ),
    ] {
        let serving = machine.serve(&data, &[]);
        assert_eq!(serving.start["new"], true);
        serving.stop().ends_with(0);
        assert_eq!(machine.serve(&data, &[]).start["new"], false);
    }
}

#[test]
fn an_account_that_was_put_back_beside_an_unfinished_one_is_kept() {
    let machine = Machine::new();
    let first = machine.path("first");
    let serving = machine.serve(first.to_str().unwrap(), &[]);
    let application = serving.application();
    serving.stop().ends_with(0);
    let data = machine.path("data");
    fs::create_dir_all(data.join("founding/LOCAL1")).unwrap();
    fs::write(data.join("founding/mark"), MARK).unwrap();
    fs::write(data.join("founding/LOCAL1/account.sqlite"), "half").unwrap();
    let copied = Command::new("cp")
        .arg("-a")
        .arg(format!("{}/.", first.display()))
        .arg(&data)
        .status()
        .unwrap();
    assert!(copied.success());
    let serving = machine.serve(data.to_str().unwrap(), &[]);
    assert_eq!(serving.start["new"], false);
    let credentials = machine.write(".env", &env(&application, serving.url()));
    machine
        .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials])
        .ends_with(0);
    assert!(!data.join("founding").exists());
}

#[test]
fn a_move_that_was_killed_is_finished() {
    let machine = Machine::new();
    let data = machine.path("data");
    machine.serve(data.to_str().unwrap(), &[]).stop().ends_with(0);
    fs::remove_file(data.join("port")).unwrap();
    let founding = data.join("founding");
    // Before the first rename, between the two, and after the second.
    for moved in 0..3 {
        fs::create_dir(&founding).unwrap();
        fs::write(founding.join("mark"), MARK).unwrap();
        fs::write(founding.join("whole"), "").unwrap();
        if moved < 2 {
            fs::rename(local(&data), founding.join("LOCAL1")).unwrap();
        }
        if moved < 1 {
            fs::rename(data.join("keys"), founding.join("keys")).unwrap();
            fs::remove_dir(data.join("accounts")).unwrap();
        }
        let check = machine.run(&["key", "check", "--data", data.to_str().unwrap()]);
        assert!(check.ends_with(0).out.starts_with("2 secrets open;"));
        assert!(!founding.exists() && local(&data).exists());
    }
    assert_eq!(machine.serve(data.to_str().unwrap(), &[]).start["new"], false);
}

#[test]
fn what_was_put_back_from_a_backup_is_not_replaced_by_an_account_nobody_saw() {
    let machine = Machine::new();
    let (data, other) = (machine.path("data"), machine.path("other"));
    for data in [&data, &other] {
        machine.serve(data.to_str().unwrap(), &[]).stop().ends_with(0);
    }
    let founding = data.join("founding");
    for with_keys in [true, false] {
        fs::create_dir(&founding).unwrap();
        fs::write(founding.join("mark"), MARK).unwrap();
        fs::write(founding.join("whole"), "").unwrap();
        let copied = Command::new("cp")
            .arg("-a")
            .args(with_keys.then(|| other.join("keys")))
            .arg(local(&other))
            .arg(&founding)
            .status();
        assert!(copied.unwrap().success());
        let check = machine.run(&["key", "check", "--data", data.to_str().unwrap()]);
        assert!(check.ends_with(0).out.starts_with("2 secrets open;"));
        assert!(!founding.exists());
    }
}

#[test]
fn a_file_is_no_data_folder() {
    let machine = Machine::new();
    let file = machine.write("notes.txt", "mine");
    for arguments in [
        &["serve", "--listen", ":0", "--data", &file][..],
        &["audit", "--data", &file],
        &["key", "check", "--data", &file],
    ] {
        let run = machine.run(arguments).ends_with(3);
        assert!(run.err.contains("is a file"), "{}", run.err);
        assert!(
            run.err.contains("next:  name a folder with --data DIR"),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_folder_in_use_says_where_its_account_answers() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &[]);
    for arguments in [
        &["serve", "--listen", ":0", "--data", data][..],
        // The port of the first is taken too; that is not what is wrong.
        &[
            "serve",
            "--listen",
            &serving.address().to_string(),
            "--data",
            data,
        ],
        &["key", "check", "--data", data],
    ] {
        let run = machine.run(arguments).ends_with(3);
        let address = format!(
            "in use by another countersign, which answers at {}",
            serving.url()
        );
        assert!(run.err.contains(&address), "{}", run.err);
    }
}

#[test]
fn a_port_that_was_chosen_is_taken_again_while_it_is_free() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let first = machine.serve(data, &[]);
    let address = first.address();
    first.stop().ends_with(0);
    let second = machine.serve(data, &[]);
    assert_eq!(second.address(), address);
    second.stop().ends_with(0);

    let taken = TcpListener::bind(address).unwrap();
    let third = machine.serve(data, &[]);
    assert_ne!(third.address(), address);
    let said = format!(
        "Port {}, where the accounts were before, is taken; NETSUITE_BASE_URL is {} now.",
        address.port(),
        third.url()
    );
    assert!(third.errors().contains(&said), "{}", third.errors());
    drop(taken);
}

#[test]
fn a_new_account_whose_port_is_taken_leaves_nothing_behind() {
    let machine = Machine::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for listen in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!(":{port}"),
        port,
    ] {
        let run = machine
            .run(&["serve", "--listen", &listen, "--data", "data"])
            .ends_with(5);
        assert_eq!(
            run.err.matches("cannot listen on 127.0.0.1:").count(),
            1,
            "{}",
            run.err
        );
        assert_eq!(run.err.matches("in use").count(), 1, "{}", run.err);
        assert!(!machine.path("data").exists());
    }
    for wrong in ["somewhere", "example.com:80", "http://localhost:80", "65536"] {
        machine.run(&["serve", "--listen", wrong]).ends_with(2);
    }
    for wrong in ["http://account.test", "account.test:80", "account.test/x", ""] {
        machine.run(&["serve", "--host", wrong]).ends_with(2);
    }
}

#[test]
fn a_disk_that_takes_no_more_is_the_systems_doing() {
    let machine = Machine::new();
    // Half-kibibytes that a file may have: less than a database needs.
    let script = format!("ulimit -f 40; trap '' XFSZ; exec '{BINARY}' serve --listen :0 --data data");
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(machine.home());
    Run::of(&mut command).ends_with(5);
    let data = machine.path("data");
    assert_eq!(machine.serve(data.to_str().unwrap(), &[]).start["new"], true);
}

#[test]
fn asked_twice_it_stops_without_waiting() {
    let machine = Machine::new();
    let data = machine.path("data");
    let mut serving = machine.serve(data.to_str().unwrap(), &[]);
    let head =
        "POST /services/NetSuitePort_2025_2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf";
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    // Answered in order: when a second connection was served, the first was read.
    let mut other = TcpStream::connect(serving.address()).unwrap();
    other
        .write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    other.read_to_end(&mut Vec::new()).unwrap();
    serving.signal(Signal::INT);
    until("it says what it waits for", || {
        serving
            .errors()
            .contains("Waiting for 1 request (at most 10 s); Ctrl-C again to stop now.")
    });
    serving.signal(Signal::INT);
    serving.wait().ends_with(0);
    drop(stream);
    machine.serve(data.to_str().unwrap(), &[]).stop().ends_with(0);
}

#[test]
fn a_terminal_that_closes_stops_it_unless_it_was_started_with_nohup() {
    let machine = Machine::new();
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let mut serving = machine.serve(data, &[]);
    serving.signal(Signal::HUP);
    serving.wait().ends_with(0);

    let mut command = Command::new("sh");
    let script = format!("trap '' HUP; exec '{BINARY}' serve --json --listen :0 --data '{data}'");
    command.args(["-c", &script]).current_dir(machine.home());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = [0; 1];
    child.stdout.take().unwrap().read_exact(&mut line).unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, Signal::HUP).unwrap();
    machine.run(&["audit", "--data", data]).ends_with(0);
    assert!(child.try_wait().unwrap().is_none(), "it still runs");
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn printed_commands_can_be_pasted_from_anywhere() {
    let machine = Machine::new();
    fs::create_dir(machine.path("it's $HOME")).unwrap();
    let mut child = machine
        .command(&["serve", "--listen", ":0", "--data", "it's $HOME/account"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut text = String::new();
    while !text.contains("Ctrl-C") {
        let mut some = [0; 4096];
        let read = out.read(&mut some).unwrap();
        assert!(read > 0, "{text}");
        text.push_str(std::str::from_utf8(&some[..read]).unwrap());
    }
    let values: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("NETSUITE_"))
        .collect();
    machine.write("elsewhere.env", &values.join("\n"));
    let commands: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    for command in &commands[..2] {
        let command = command.replace("--credentials .env", "--credentials elsewhere.env");
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &command])
            .env("HOME", machine.home())
            .current_dir(machine.home());
        Run::of(&mut shell).ends_with(0);
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::TERM).unwrap();
    child.wait().unwrap();
}

#[test]
fn a_call_is_offered_only_with_the_values_it_needs() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let mut child = machine
        .command(&["serve", "--listen", ":0", "--account", &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let data = machine.path(".local/share/countersign");
    until("it runs", || machine.run(&["audit"]).code == 0);
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), Signal::TERM).unwrap();
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    child.wait().unwrap();
    assert!(
        !text.contains(" call GET ") && !text.contains("NETSUITE_"),
        "{text}"
    );
    assert!(
        text.contains(&format!("It is kept in {}.", data.display())),
        "{text}"
    );
    // The usual folder needs no word.
    assert!(text.contains(" audit\n"), "{text}");
}

#[test]
fn the_log_says_who_was_refused_and_why_and_is_silent_about_commands() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let serving = machine.serve(data, &["--account", &file]);
    let mut thief = given();
    thief.token_secret.push('x');
    let wrong = machine.write("wrong.env", &env(&thief, serving.url()));
    let call = [
        "call",
        "GET",
        "/services/rest/record/v1/customer?q=secret",
        "--credentials",
        &wrong,
    ];
    machine.run(&call).ends_with(1);
    machine.run(&["audit", "--data", data]).ends_with(0);
    let log = serving.errors();
    let refused = log.lines().find(|line| line.contains("login refused")).unwrap();
    for field in [
        r#"surface="REST""#,
        r#"detail="InvalidSignature""#,
        r#"reason="The signature does not match"#,
        r#"path="/services/rest/record/v1/customer" "#,
        r#"application="Warehouse Sync""#,
        "ip=127.0.0.1",
    ] {
        assert!(refused.contains(field), "{field} is missing: {refused}");
    }
    assert!(
        !refused.contains("mistake") && !refused.contains(r#""""#),
        "{refused}"
    );
    assert!(!log.contains("/admin/"), "{log}");
}
