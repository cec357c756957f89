//! Somebody else's signer: a program that reads a question as JSON and prints a signature.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use crate::failure::Failure;

/// How long it may take over one vector.
const TIME: Duration = Duration::from_secs(10);

/// The most that is read of an answer, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// What came of a question.
pub(crate) enum Answer {
    Printed(String),
    /// None: the program ended badly, said nothing, or took too long.
    None(String),
}

/// Runs the command in a shell. An error is one that no other vector would be spared.
pub(crate) async fn ask(command: &str, question: &str) -> Result<Answer, Failure> {
    let broken = |error: &dyn std::fmt::Display| {
        Failure::unusable(format!("the signer {command:?} cannot be run: {error}"))
            .hint("it is run by sh, reads one vector as JSON, and prints the signature; docs/conformance.md has an example")
    };
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // A group of its own, so that what the shell started ends with it.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| broken(&error))?;
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let answered = tokio::time::timeout(TIME, converse(&mut child, question)).await;
    let Ok(answered) = answered else {
        // A group that is gone needs no end.
        let _ = group.map(|group| kill_process_group(group, Signal::KILL));
        return Ok(Answer::None(format!("no answer within {} s", TIME.as_secs())));
    };
    let (status, text) = answered.map_err(|error| broken(&error))?;
    match status.code() {
        Some(0) if text.trim().is_empty() => Ok(Answer::None("it printed nothing".to_owned())),
        Some(0) => Ok(Answer::Printed(text)),
        Some(126) => Err(broken(&"it may not be executed (exit status 126)")),
        Some(127) => Err(broken(&"there is no such command (exit status 127)")),
        _ => Ok(Answer::None(format!("it ended with {status}"))),
    }
}

/// Writes and reads at once: a program may print before it has read all.
async fn converse(child: &mut Child, question: &str) -> std::io::Result<(ExitStatus, String)> {
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let write = async {
        if let Some(mut input) = input {
            // A signer that does not read to the end is no error of its own.
            let _ = input.write_all(question.as_bytes()).await;
        }
    };
    let read = async {
        let mut bytes = Vec::new();
        if let Some(output) = output {
            output.take(LONGEST).read_to_end(&mut bytes).await?;
        }
        Ok::<_, std::io::Error>(bytes)
    };
    let ((), bytes) = tokio::join!(write, read);
    let text = String::from_utf8_lossy(&bytes?).into_owned();
    Ok((child.wait().await?, text))
}
