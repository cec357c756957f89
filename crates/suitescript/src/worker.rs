//! A script in a process of its own: this program, started again, with the host at the other end of its pipes.
//!
//! The child has no environment, no file but its pipes, can open neither another nor a connection, and has limits of the system's on
//! memory and processor time. It is killed when its time is over, whatever it does. API Secrets stay in the parent.

mod child;
mod message;

use std::cell::Cell;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use countersign_world::Clock;

use self::message::{Asked, FromChild, Order, read, write};
use crate::call::{Call, Limits, Outcome, Returned, Thrown};
use crate::host::Host;
use crate::meter::Limit;
use crate::runtime::{ended_by, of_netsuite, too_long};
use crate::secrets::Secrets;
use crate::{bounded, governance};

pub use child::serve_script;

/// What the child has to say itself that its time is over, with the place in the script.
const MARGIN: Duration = Duration::from_millis(500);

/// What is started for a script: it must do nothing but [`serve_script`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub path: PathBuf,
    pub arguments: Vec<String>,
}

/// What the pipes of a child ended with.
enum Ended {
    Outcome(Outcome),
    /// It ended without one.
    Silent,
    /// It asked for more than a script can have paid for.
    Greedy,
}

impl Program {
    /// Starts the program, answers what its script asks of the host, and stops it when its time is over.
    pub(crate) fn run(
        &self,
        call: &Call,
        limits: &Limits,
        host: &Arc<dyn Host>,
        clock: &dyn Clock,
    ) -> Outcome {
        let start = clock.elapsed();
        let took = || clock.elapsed().saturating_sub(start);
        // How many usage units it used, only the child knew; these are what it must have.
        let spent = Cell::new(0);
        let ended = |result: Thrown| Outcome {
            result: Err(result),
            units: spent.get(),
            took: took(),
        };
        let (child, pipes) = match self.start() {
            Ok(started) => started,
            Err(error) => {
                let message = format!("The script could not be run: its process did not start: {error}");
                return ended(of_netsuite("UNEXPECTED_ERROR", &message, Vec::new()));
            }
        };
        let order = Order {
            call: call.clone(),
            limits: limits.clone(),
        };
        let (was_stopped, last) = watched(child, limits.time.saturating_add(MARGIN), || {
            converse(&order, &*Secrets::of(Arc::clone(host)), &spent, pipes)
        });
        match last {
            Ok(Ended::Outcome(outcome)) => Outcome {
                result: outcome
                    .result
                    .and_then(|returned| of_bounded_length(returned, limits)),
                units: outcome.units.clamp(spent.get(), limits.units),
                took: took(),
            },
            Ok(Ended::Greedy) => ended(ended_by(Limit::Units, limits, Vec::new())),
            Ok(Ended::Silent) if was_stopped => ended(ended_by(Limit::Time, limits, Vec::new())),
            // The system took it for its memory or its processor time, or the engine broke: it is the script's end alone.
            Ok(Ended::Silent) => ended(ended_by(Limit::Memory, limits, Vec::new())),
            Err(_) if was_stopped => ended(ended_by(Limit::Time, limits, Vec::new())),
            Err(error) => {
                let message =
                    format!("The script could not be run: its process cannot be understood: {error}");
                ended(of_netsuite("UNEXPECTED_ERROR", &message, Vec::new()))
            }
        }
    }

    fn start(&self) -> io::Result<(Child, (ChildStdin, ChildStdout))> {
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(stdin), Some(stdout)) => Ok((child, (stdin, stdout))),
            _ => Err(io::Error::other("it has no pipes")),
        }
    }
}

/// Does `work`, and kills the child when its time is over, or `work` is done. Says which it was.
fn watched<T>(mut child: Child, time: Duration, work: impl FnOnce() -> T) -> (bool, T) {
    let (done, is_done) = channel::<()>();
    std::thread::scope(|scope| {
        let watch = scope.spawn(move || {
            let is_over = is_done.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
            let _ = child.kill();
            let _ = child.wait();
            is_over
        });
        let result = work();
        drop(done);
        (watch.join().unwrap_or(false), result)
    })
}

/// What the child holds a script to, whatever became of the child.
fn of_bounded_length(returned: Returned, limits: &Limits) -> Result<Returned, Thrown> {
    let length = match &returned {
        Returned::Nothing => 0,
        Returned::Text(text) | Returned::Json(text) => text.len(),
        Returned::Response { content, .. } => content.len(),
    };
    match length > limits.text {
        true => Err(too_long("returned", length, limits)),
        false => Ok(returned),
    }
}

/// Gives the child its order and answers it until it is done. `spent` counts the usage units that it must have used.
///
/// Attack: a script breaks the engine, which counts them, and sends mail or writes files until its time is over.
fn converse(
    order: &Order,
    host: &dyn Host,
    spent: &Cell<u32>,
    (mut stdin, stdout): (ChildStdin, ChildStdout),
) -> io::Result<Ended> {
    let mut stdout = BufReader::new(stdout);
    let mut said = write(&mut stdin, order);
    loop {
        match said.and_then(|()| read(&mut stdout)) {
            Ok(FromChild::Ask(Asked { name, arguments })) => {
                let more = spent.get().saturating_add(governance::least(&name));
                if more > order.limits.units {
                    return Ok(Ended::Greedy);
                }
                spent.set(more);
                let answer = host.call(&name, bounded::read(&arguments)?);
                said = write(&mut stdin, &message::Answer::of(answer));
            }
            Ok(FromChild::Outcome(outcome)) => return Ok(Ended::Outcome(outcome)),
            Err(error) if is_end(&error) => return Ok(Ended::Silent),
            Err(error) => return Err(error),
        }
    }
}

fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe
    )
}
