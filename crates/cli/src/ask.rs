//! Questions to whoever sits at the terminal. A password is never echoed, and never an argument: every process of the
//! machine can read those.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use countersign_protocol::Secret;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

use crate::command::Sure;
use crate::failure::Failure;

/// The longest line that is taken for a password, in bytes.
const LARGEST: u64 = 4096;

/// An error where [`sure`] could ask nobody: for what is said before a long way to the question.
pub(crate) fn can_be_sure(what: &str, sure: &Sure) -> Result<(), Failure> {
    match sure.yes || io::stdin().is_terminal() {
        true => Ok(()),
        false => {
            let message = format!("{what} cannot be taken back, and nobody can be asked here");
            Err(Failure::usage(message).hint("add --yes"))
        }
    }
}

/// Asks before something that cannot be taken back. `what` completes "… cannot be taken back".
pub(crate) fn sure(what: &str, sure: &Sure) -> Result<(), Failure> {
    can_be_sure(what, sure)?;
    if sure.yes {
        return Ok(());
    }
    match agreed(&format!("{what} cannot be taken back. Go on?"))? {
        true => Ok(()),
        false => Err(Failure::refused("nothing was changed")),
    }
}

/// Asks yes or no on the terminal. Where there is none, nobody agrees.
pub(crate) fn agreed(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    prompt(&format!("{question} [y/N] "));
    let mut answer = String::new();
    let read = io::stdin().lock().take(LARGEST).read_line(&mut answer);
    read.map_err(|error| Failure::system("read your answer", &error))?;
    Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
}

/// A new password: asked for twice on a terminal, or else the first line of standard input.
pub(crate) fn new_password(of: &str) -> Result<Secret, Failure> {
    new_secret("password", of)
}

/// The same of a secret that is called otherwise.
pub(crate) fn new_secret(what: &str, of: &str) -> Result<Secret, Failure> {
    if !io::stdin().is_terminal() {
        let password = line()?.unwrap_or_default();
        if password.is_empty() {
            let message = format!("standard input holds no {what}");
            return Err(
                Failure::unusable(message).hint("give it as the first line, or run this in a terminal")
            );
        }
        return Ok(Secret::new(password.as_str()));
    }
    let first = hidden(&format!("New {what} of {of}: "))?;
    let again = hidden("The same again: ")?;
    match *first == *again {
        true => Ok(Secret::new(first.as_str())),
        false => Err(Failure::unusable(format!(
            "these are two {what}s; nothing was changed"
        ))),
    }
}

/// A line that is typed in sight.
pub(crate) fn shown(question: &str) -> Result<Zeroizing<String>, Failure> {
    prompt(question);
    let typed = line()?;
    if typed.is_none() {
        crate::output::complain("");
    }
    typed.ok_or_else(ended)
}

/// Whether somebody sits at a terminal who can be asked.
pub(crate) fn is_possible() -> bool {
    io::stdin().is_terminal()
}

/// A line that is typed without being shown. A signal that ends the program gives the terminal back as it was.
pub(crate) fn hidden(question: &str) -> Result<Zeroizing<String>, Failure> {
    let quiet = Quiet::begin().map_err(|error| Failure::system("hide what you type", &error))?;
    prompt(question);
    let typed = line();
    drop(quiet);
    crate::output::complain("");
    typed?.ok_or_else(ended)
}

fn ended() -> Failure {
    Failure::unusable("the input ended before the question was answered; nothing was done")
        .hint("run the command again, and end each answer with Enter")
}

/// None where the input is at its end, as by Ctrl-D.
fn line() -> Result<Option<Zeroizing<String>>, Failure> {
    let mut line = Zeroizing::new(String::new());
    let read = io::stdin().lock().take(LARGEST).read_line(&mut line);
    let length = read.map_err(|error| Failure::system("read what you type", &error))?;
    let text = || Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned());
    Ok((length > 0).then(text))
}

fn prompt(question: &str) {
    let mut terminal = io::stderr().lock();
    // Where it cannot be shown, there is nowhere to say so.
    let _ = terminal
        .write_all(question.as_bytes())
        .and_then(|()| terminal.flush());
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Quiet(Termios);

impl Quiet {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        end_by_signals(&before)?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        // Ctrl-Z would leave the terminal silent; zero is no key (_POSIX_VDISABLE).
        quiet.special_codes[SpecialCodeIndex::VSUSP] = 0;
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}

/// From the first hidden question on, a signal ends the program at once and not before the terminal is as it was: a signal
/// that is caught once is never again left to the system.
fn end_by_signals(before: &Termios) -> io::Result<()> {
    static CAUGHT: AtomicBool = AtomicBool::new(false);
    if CAUGHT.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    for kind in [
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ] {
        let (mut caught, before) = (signal(kind)?, before.clone());
        tokio::spawn(async move {
            if caught.recv().await.is_some() {
                let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &before);
                crate::output::complain("");
                // Whoever asked waits for a line that may never come. The code is what shells say of the signal.
                std::process::exit(128 + kind.as_raw_value());
            }
        });
    }
    Ok(())
}
