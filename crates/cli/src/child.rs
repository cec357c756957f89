//! The program that is run: started with what leads it here, told of signals, and waited for.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::failure::{Exit, Failure};
use crate::running::ignores_hangup;
use crate::way_in::UNSET;

/// Signals to this process, caught from its making on.
pub(crate) struct Signals(mpsc::UnboundedReceiver<Signal>);

impl Signals {
    pub(crate) fn catch() -> Result<Self, Failure> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let all = [
            (SignalKind::interrupt(), Signal::INT),
            (SignalKind::quit(), Signal::QUIT),
            (SignalKind::terminate(), Signal::TERM),
            (SignalKind::user_defined1(), Signal::USR1),
            (SignalKind::user_defined2(), Signal::USR2),
            (SignalKind::hangup(), Signal::HUP),
        ];
        for (kind, number) in all {
            if number == Signal::HUP && ignores_hangup() {
                continue;
            }
            let mut caught =
                signal(kind).map_err(|error| Failure::system("catch the signals to a process", &error))?;
            let sender = sender.clone();
            tokio::spawn(
                async move { while caught.recv().await.is_some() && sender.send(number).is_ok() {} },
            );
        }
        Ok(Self(receiver))
    }
}

/// Starts a program with these variables beside its own, but for those that it is not to have.
pub(crate) fn start(
    command: &[OsString],
    variables: &[(&str, String)],
    without: impl Iterator<Item = OsString>,
) -> Result<Child, Failure> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(Failure::usage("there is no program to run"));
    };
    let mut command = Command::new(program);
    for name in without {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .env_remove(UNSET);
    command.spawn().map_err(|error| {
        let program = program.to_string_lossy();
        match error.kind() {
            ErrorKind::NotFound if program.starts_with('-') => {
                Failure::usage(format!("there is no flag {program} before the program to run"))
                    .hint("flags of countersign come before --, and after it the program and its own")
            }
            ErrorKind::NotFound => Failure::unusable(format!("there is no program {program:?}"))
                .hint("write it as you would in a shell, after --"),
            _ => Failure::unusable(format!("the program {program:?} cannot be started: {error}")),
        }
    })
}

/// Waits for the program, and hands on every signal.
pub(crate) async fn wait(mut child: Child, signals: &mut Signals) -> Result<Exit, Failure> {
    loop {
        tokio::select! {
            ended = child.wait() => {
                let status = ended.map_err(|error| Failure::system("wait for the program", &error))?;
                return Ok(Exit::OfProgram(code(status)));
            }
            Some(signal) = signals.0.recv() => {
                let pid = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
                if let Some(pid) = pid.filter(|_| !has_it_already(signal)) {
                    // A program that is gone needs none.
                    let _ = kill_process(pid, signal);
                }
            }
        }
    }
}

/// A key that is pressed goes to all programs in the terminal's foreground, this one and the child.
fn has_it_already(signal: Signal) -> bool {
    let from_keyboard = matches!(signal, Signal::INT | Signal::QUIT);
    let groups = [tcgetpgrp(std::io::stdin()), tcgetpgrp(std::io::stderr())];
    from_keyboard && groups.into_iter().flatten().any(|group| group == getpgrp())
}

/// As shells say it.
fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| Some(128 + status.signal()?));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}
