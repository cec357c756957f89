//! The child's side: limits first, then the script, then the end.

use std::io::{self, Stdin, Stdout};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_world::SystemClock;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde_json::Value;

use super::message::{Answer, Asked, FromChild, Order, read, write};
use crate::call::Limits;
use crate::host::{Host, HostError};
use crate::runtime::run_beside_secrets;

/// Address space beside what the engine may take: the program itself, its threads, and texts on their way.
const BESIDE: u64 = 1024 * 1024 * 1024;

/// Stack of the thread that the engine runs on.
const STACK: usize = 4 * 1024 * 1024;

/// Runs the one script that comes in on standard input, and says on standard output what came of it: for a process that was started
/// for that alone.
///
/// # Errors
/// When the limits cannot be set, or the pipes end.
pub fn serve_script() -> io::Result<()> {
    let mut stdin = io::stdin();
    let Order { call, limits } = read(&mut stdin)?;
    bound(&limits)?;
    let parent = Arc::new(Parent(Mutex::new((stdin, io::stdout()))));
    let host: Arc<dyn Host> = Arc::<Parent>::clone(&parent);
    let outcome = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || run_beside_secrets(&call, &limits, &host, Arc::new(SystemClock::new())))?
        .join()
        .map_err(|_| io::Error::other("the engine panicked"))?;
    let (_, stdout) = &mut *parent.0.lock().unwrap_or_else(PoisonError::into_inner);
    write(stdout, &FromChild::Outcome(outcome))
}

/// What the system sees to, whatever the engine does. A whole second of processor time beside the script's own is for the start.
fn bound(limits: &Limits) -> io::Result<()> {
    let set = |resource, most| {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)
    };
    set(Resource::Core, 0)?;
    set(Resource::Cpu, limits.time.as_secs().saturating_add(2))?;
    set(Resource::As, (limits.memory as u64).saturating_add(BESIDE))?;
    confine()?;
    // Its pipes are open already, and nothing is ever opened beside them: no file, no connection.
    Ok(set(Resource::Nofile, 0)?)
}

/// Of the file system nothing is left, and nobody's memory can be looked into, as far as the kernel knows how: Landlock is in Linux
/// since 5.13, and learnt more later.
///
/// Attack: a script breaks the engine, and reads the key of the data folder or the memory of the account, whose user it runs as.
#[cfg(target_os = "linux")]
fn confine() -> io::Result<()> {
    use landlock::{ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, Scope};

    const KNOWN: ABI = ABI::V6;
    let confined = Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(KNOWN)))
        .and_then(|rules| rules.scope(Scope::from_all(KNOWN)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    confined.map(drop).map_err(io::Error::other)
}

#[cfg(not(target_os = "linux"))]
fn confine() -> io::Result<()> {
    Ok(())
}

/// The host at the other end of the pipes.
struct Parent(Mutex<(Stdin, Stdout)>);

impl Host for Parent {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        let (stdin, stdout) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = FromChild::Ask(Asked {
            name: name.to_owned(),
            arguments: arguments.to_string(),
        });
        let answer = write(stdout, &ask).and_then(|()| read::<Answer>(stdin));
        match answer {
            Ok(answer) => answer.given(),
            Err(error) => Err(HostError::new(
                "UNEXPECTED_ERROR",
                format!("The account cannot be asked: {error}"),
            )),
        }
    }
}
