//! What runs through the proxy, as its operator watches it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::machine::{BINARY, Machine, Run, until};
use crate::proxy::{CUSTOMER, caller, stage};

#[test]
fn whoever_owns_the_folder_sees_who_runs_and_who_waits_while_programs_call() {
    let machine = Machine::new();
    let (data, serving) = stage(&machine);
    let none = machine.run(&["governor", "--data", &data]).ends_with(4);
    assert!(none.err.contains("countersign proxy"), "{}", none.err);
    let account = serving.application().account;
    let proxy = machine.proxy(&data, &["--limit", &format!("{account}=1")]);
    let key = caller(&machine, &data, "nightly-sync");
    let quiet = machine.run(&["governor", "--data", &data]).ends_with(0);
    assert!(quiet.out.starts_with("Nothing was called yet."), "{}", quiet.out);

    let address = proxy.address();
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let key = key.clone();
            // Until the proxy is gone.
            std::thread::spawn(move || {
                while let Ok(mut stream) = TcpStream::connect(address) {
                    let head = format!(
                        "GET /c/acme{CUSTOMER} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Countersign-Key: {key}\r\n\r\n"
                    );
                    let _ = stream.write_all(head.as_bytes());
                    let _ = stream.read_to_end(&mut Vec::new());
                }
            })
        })
        .collect();
    let look = || {
        let looked = machine.run(&["governor", "--json", "--data", &data]).ends_with(0);
        looked.json()["accounts"][0].clone()
    };
    until("somebody waits while others were served", || {
        let one = look();
        one["running"] == 1
            && one["waiting"].as_u64() > Some(0)
            && one["requestsPerSecond"].as_f64() > Some(0.0)
    });
    let one = look();
    assert_eq!(
        (&one["account"], &one["limit"]),
        (&Value::from(&*account), &Value::from(1))
    );
    assert_eq!(
        (&one["limitFrom"], &one["slots"]),
        (&Value::from("operator"), &Value::from(1))
    );
    assert_eq!(one["callers"][0]["caller"], "nightly-sync");
    assert_eq!(one["connections"][0]["logins"], "tried");
    let shown = machine.run(&["governor", "--data", &data]).ends_with(0).out;
    for part in [
        &*format!("{account} at {}   limit 1, set at the start\n", serving.url()),
        "of 1 slots in use",
        "requests/s",
        "last minute:",
        "nightly-sync",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains(&key) && !shown.contains('\u{1b}'), "{shown}");

    // An object a look, and an end without a word when nobody reads any more.
    let mut child = machine
        .command(&["governor", "--watch", "--json", "--data", &data])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let moments: Vec<Value> = (0..2)
        .map(|_| {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            serde_json::from_str::<Value>(&line).unwrap()["at"].clone()
        })
        .collect();
    assert_ne!(moments[0], moments[1]);
    drop(out);
    let ended = Run::from(child.wait_with_output().unwrap());
    assert_eq!((ended.code, &*ended.err), (0, ""));

    on_a_terminal(&machine, &data, &account);

    // A log of lines, which ends with the proxy.
    let mut child = machine
        .command(&["governor", "--watch", "--data", &data])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..2 {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(
            line.contains(&format!("Z  {account}  ")) && line.contains("of 1 slots"),
            "{line}"
        );
    }
    proxy.stop().ends_with(0);
    out.read_to_string(&mut String::new()).unwrap();
    Run::from(child.wait_with_output().unwrap()).ends_with(4);
    callers.into_iter().for_each(|calling| calling.join().unwrap());
    serving.stop().ends_with(0);
}

/// On the other screen, in place, until Ctrl-C; then all is as it was, below it the last picture.
fn on_a_terminal(machine: &Machine, data: &str, account: &str) {
    // In place of the shell, which Ctrl-C would end too.
    let line = format!("exec {BINARY} governor --watch --data {data}");
    let plain = machine.command(&[]);
    let mut terminal = Command::new("timeout");
    terminal.args(["--foreground", "300", "script", "-qefc", &line, "/dev/null"]);
    terminal.env_clear();
    terminal.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    terminal
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .current_dir(machine.home());
    let mut running = terminal.spawn().unwrap();
    let (mut keyboard, mut screen) = (running.stdin.take().unwrap(), running.stdout.take().unwrap());
    let mut shown = String::new();
    while shown.matches("Ctrl-C ends it").count() < 2 {
        let mut bytes = [0; 1024];
        let count = screen.read(&mut bytes).unwrap();
        assert_ne!(count, 0, "it ended: {shown}");
        shown.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    keyboard.write_all(b"\x03").unwrap();
    drop(keyboard);
    let mut rest = Vec::new();
    screen.read_to_end(&mut rest).unwrap();
    shown.push_str(&String::from_utf8_lossy(&rest));
    let ended = running.wait().unwrap();
    assert!(ended.success(), "{ended}: {shown}");
    assert!(shown.starts_with("\u{1b}[?1049h\u{1b}[?25l"), "{shown}");
    assert!(shown.contains("\u{1b}[H"), "{shown}");
    let (_, left) = shown.split_once("\u{1b}[?25h\u{1b}[?1049l").unwrap();
    assert!(left.contains(account) && left.contains("slots in use"), "{left}");
    assert!(!left.contains("Ctrl-C ends it"), "{left}");
}
