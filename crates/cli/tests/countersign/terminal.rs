//! Somebody at a terminal: what a program asks, what is typed, and how the terminal is left.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::connections::{Stage, hexadecimal};
use crate::machine::{BINARY, Machine};

/// A real terminal: what it is sent it shows, unless the program switches that off.
struct Terminal {
    running: Child,
    keyboard: ChildStdin,
    screen: ChildStdout,
    shown: String,
}

impl Terminal {
    /// Runs a line of a shell, in which `countersign` is the binary; then tells its code and how the terminal is.
    fn begin(machine: &Machine, line: &str) -> Self {
        let line = line.replace("countersign", BINARY);
        let script = format!("trap : INT; sh -c 'echo pid $$.; exec {line}'; echo code $?.; stty -a");
        let plain = machine.command(&[]);
        let mut terminal = Command::new("timeout");
        terminal.args(["--foreground", "300", "script", "-qefc", &script, "/dev/null"]);
        terminal.env_clear();
        terminal.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        terminal
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .current_dir(machine.home());
        let mut running = terminal.spawn().unwrap();
        let (keyboard, screen) = (running.stdin.take().unwrap(), running.stdout.take().unwrap());
        Self {
            running,
            keyboard,
            screen,
            shown: String::new(),
        }
    }

    /// What was shown up to this, from the last time on.
    #[track_caller]
    fn until(&mut self, end: &str) -> String {
        let from = self.shown.len();
        while !self.shown[from..].ends_with(end) {
            let mut byte = [0];
            assert_eq!(
                self.screen.read(&mut byte).unwrap(),
                1,
                "it ended: {}",
                self.shown
            );
            self.shown.push(char::from(byte[0]));
        }
        self.shown[from..].to_owned()
    }

    /// Types when it is asked: before, the terminal shows it by itself.
    #[track_caller]
    fn answer(&mut self, question: &str, keys: &str) -> String {
        let shown = self.until(question);
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        shown
    }

    fn pid(&mut self) -> Pid {
        self.until("pid ");
        let pid = self.until(".");
        Pid::from_raw(pid.trim_end_matches('.').parse().unwrap()).unwrap()
    }

    /// The code it ended with. The terminal shows again what is typed.
    #[track_caller]
    fn ends_with(mut self, code: u8) -> String {
        self.until(&format!("code {code}."));
        drop(self.keyboard);
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).unwrap();
        let state = String::from_utf8_lossy(&rest);
        let has = |mode: &str| state.split_whitespace().any(|word| word == mode);
        assert!(has("echo") && has("isig"), "{state}");
        assert!(state.contains("susp = ^Z"), "{state}");
        self.running.wait().unwrap();
        self.shown
    }
}

#[test]
fn a_secret_that_is_typed_is_not_shown_and_each_value_is_judged_when_it_is_typed() {
    let stage = Stage::new();
    let server = stage.serving.url();
    let add = format!("countersign connection add acme --server {server} --data here");
    let mut terminal = Terminal::begin(&stage.machine, &add);
    let values = hexadecimal();
    terminal.answer("Company Information\r\nAccount ID: ", "\n");
    let needed = terminal.answer(
        "\nAccount ID: ",
        "https://system.netsuite.com/app/center/card.nl\n",
    );
    assert!(
        needed.contains("one value is missing: the Account ID"),
        "{needed}"
    );
    let address = terminal.answer("\nAccount ID: ", &format!("{}\n", values.account));
    assert!(
        address.contains("is not one of an account at NetSuite"),
        "{address}"
    );
    terminal.answer("reset\r\nConsumer Key: ", &format!("{}\n", values.consumer_key));
    terminal.answer(
        "reset\r\nConsumer Secret: ",
        &format!("{}\n", &values.consumer_secret[..60]),
    );
    let short = terminal.answer("\nConsumer Secret: ", &format!("{}\n", values.consumer_secret));
    assert!(short.contains("the Consumer Secret has 60 characters"), "{short}");
    terminal.answer("saved\r\nToken ID: ", &format!("{}\n", values.token_id));
    terminal.answer("saved\r\nToken Secret: ", &format!("{}\n", values.token_secret));
    let shown = terminal.ends_with(0);
    assert!(shown.contains(&values.token_id), "{shown}");
    assert!(!shown.contains(&values.consumer_secret[..60]) && !shown.contains(&values.token_secret));
    stage.run(&["connection", "show", "acme"]).ends_with(0);

    let file = stage.machine.write("same.env", &crate::machine::env(&values, ""));
    let moving = format!("countersign connection move acme --from {file} --server {server} --data here");
    let mut terminal = Terminal::begin(&stage.machine, &moving);
    let told = terminal.answer("Go on? [y/N] ", "n\n");
    assert!(told.contains("moved away from account 1234567_SB1"), "{told}");
    assert!(told.contains("nothing is granted for it"), "{told}");
    terminal.ends_with(1);
}

#[test]
fn a_hidden_question_ends_at_once_by_a_key_a_signal_or_the_end_and_the_terminal_is_as_it_was() {
    let machine = Machine::new();
    let export = machine.write("any.sealed", "any");
    let ask = format!("countersign connection import {export} --data here");
    let question = "Passphrase of the export: ";
    let mut terminal = Terminal::begin(&machine, &ask);
    terminal.answer(question, "half a phra\u{3}");
    let shown = terminal.ends_with(130);
    assert!(!shown.contains("half"), "{shown}");

    let mut terminal = Terminal::begin(&machine, &ask);
    let pid = terminal.pid();
    terminal.until(question);
    kill_process(pid, Signal::TERM).unwrap();
    terminal.ends_with(143);

    let mut terminal = Terminal::begin(&machine, &ask);
    terminal.answer(question, "\u{4}");
    let shown = terminal.ends_with(3);
    assert!(
        shown.contains("the input ended before the question was answered"),
        "{shown}"
    );
}
