//! Scripts in processes of their own. This program is such a process too, where it is started with that word.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what it expected"
)]

#[path = "suitescript/account.rs"]
#[expect(dead_code, reason = "the rest is for the other tests")]
mod account;

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use account::{Account, get};
use countersign_suitescript::{
    Bounds, Host, HostError, Isolation, Limits, Outcome, Program, Returned, Threads, serve_script,
};
use countersign_world::SystemClock;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

const WORKER: &str = "script-worker";
/// What a worker may become whose engine a script broke: it asks for what it likes, and nobody counts.
const BROKEN: &str = "broken-worker";

macro_rules! trials {
    ($($test:ident),* $(,)?) => {
        vec![$(Trial::test(stringify!($test), || {
            $test();
            Ok::<(), Failed>(())
        })),*]
    };
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some(WORKER) {
        serve_script().expect("a worker serves one script");
        return;
    }
    if std::env::args().nth(1).as_deref() == Some(BROKEN) {
        return ask_without_end();
    }
    let trials = trials![
        a_script_in_a_process_of_its_own_reaches_the_account,
        no_secret_reaches_the_process_of_a_script,
        a_loop_in_the_engine_itself_is_ended_with_its_process,
        the_process_of_a_script_has_no_environment,
        the_process_of_a_script_can_open_nothing,
        a_process_that_counts_nothing_gets_no_more_than_a_script_can_pay_for,
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn run(script: &str, parameters: Value, limits: Limits, account: &Arc<Account>) -> Outcome {
    run_before(script, parameters, limits, Arc::<Account>::clone(account))
}

fn run_before(script: &str, parameters: Value, limits: Limits, host: Arc<dyn Host>) -> Outcome {
    run_as(WORKER, script, parameters, limits, host)
}

fn run_as(worker: &str, script: &str, parameters: Value, limits: Limits, host: Arc<dyn Host>) -> Outcome {
    let program = Program {
        path: std::env::current_exe().expect("this program"),
        arguments: vec![worker.to_owned()],
    };
    let bounds = Bounds {
        threads: 1,
        waiting: 1,
        lost: 0,
    };
    let clock = Arc::new(SystemClock::new());
    let threads = Threads::new(bounds, Isolation::Process(program), clock, Arc::default()).expect("threads");
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(threads.run(get(script, parameters), limits, host))
        .expect("there is a place")
}

fn answer(outcome: Outcome) -> Value {
    match outcome.result.expect("an answer") {
        Returned::Json(json) => serde_json::from_str(&json).expect("JSON"),
        other => panic!("{other:?}"),
    }
}

fn a_script_in_a_process_of_its_own_reaches_the_account() {
    let account = Arc::new(Account::default());
    let outcome = run("echo.js", json!({ "name": "Zoë" }), Limits::default(), &account);
    let expected = json!({ "parameters": { "name": "Zoë" }, "user": "Ann Lee", "depth": 3 });
    assert_eq!(answer(outcome), expected);
    assert_eq!(account.calls_of("log.write").len(), 2);

    let outcome = run("echo.js", json!({ "fail": true }), Limits::default(), &account);
    assert_eq!(outcome.result.expect_err("it throws").name, "MY_CODE");
}

fn no_secret_reaches_the_process_of_a_script() {
    let account = Arc::new(Account::default());
    let outcome = run(
        "modules.js",
        json!({ "way": "secrets" }),
        Limits::default(),
        &account,
    );
    let hmac = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(answer(outcome)["hmac"], hmac);
    // Nor can it ask for one, whatever it takes over.
    let outcome = run(
        "environment.js",
        json!({ "call": "secret" }),
        Limits::default(),
        &account,
    );
    assert!(!format!("{outcome:?}").contains("Jefe"), "{outcome:?}");
}

/// The engine looks at no clock while it searches four thousand million places.
fn a_loop_in_the_engine_itself_is_ended_with_its_process() {
    let limits = Limits {
        time: Duration::from_millis(200),
        ..Limits::default()
    };
    let outcome = run(
        "environment.js",
        json!({ "call": "search" }),
        limits,
        &Arc::new(Account::default()),
    );
    assert_eq!(
        outcome.result.expect_err("it is ended").name,
        "SSS_TIME_LIMIT_EXCEEDED"
    );
}

fn the_process_of_a_script_has_no_environment() {
    let outcome = run(
        "environment.js",
        json!({ "call": "look" }),
        Limits::default(),
        &Arc::new(Account::default()),
    );
    let names = [
        "process",
        "std",
        "os",
        "scriptArgs",
        "Deno",
        "print",
        "console",
        "setTimeout",
        "fetch",
        "native",
        "internal",
    ];
    let expected: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!("undefined")))
        .collect();
    assert_eq!(answer(outcome), Value::Object(expected));
}

/// Looks at the process that asks, while it waits for the answer.
#[derive(Default)]
struct Watching {
    account: Account,
    seen: Mutex<Vec<(String, String)>>,
}

impl Host for Watching {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        // Whoever started a process on this thread is answered on it.
        let children = std::fs::read_to_string("/proc/thread-self/children").expect("a list");
        let child = children.split_whitespace().next().expect("a child");
        let of = |file: &str| std::fs::read_to_string(format!("/proc/{child}/{file}")).expect("a file");
        self.seen
            .lock()
            .expect("a lock")
            .push((of("limits"), of("status")));
        self.account.call(name, arguments)
    }
}

fn the_process_of_a_script_can_open_nothing() {
    let watching = Arc::new(Watching::default());
    let host = Arc::<Watching>::clone(&watching);
    answer(run_before(
        "echo.js",
        json!({ "name": "Zoë" }),
        Limits::default(),
        host,
    ));
    let seen = watching.seen.lock().expect("a lock");
    assert!(!seen.is_empty());
    for (limits, status) in seen.iter() {
        let files = limits.lines().find(|line| line.starts_with("Max open files"));
        let files: Vec<&str> = files
            .expect("a limit")
            .split_whitespace()
            .skip(3)
            .take(2)
            .collect();
        assert_eq!(files, ["0", "0"], "{limits}");
        // Which Landlock begins with.
        assert!(status.lines().any(|line| line == "NoNewPrivs:\t1"), "{status}");
    }
}

/// Each message has its length before it. The answers are read, or the pipe would be full.
fn ask_without_end() {
    let ask = json!({ "Ask": { "name": "email.send", "arguments": "{}" } }).to_string();
    let length = u32::try_from(ask.len()).expect("a short message");
    std::thread::spawn(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    let mut stdout = std::io::stdout();
    let mut say = || {
        stdout.write_all(&length.to_be_bytes())?;
        stdout.write_all(ask.as_bytes())?;
        stdout.flush()
    };
    while say().is_ok() {}
}

fn a_process_that_counts_nothing_gets_no_more_than_a_script_can_pay_for() {
    let account = Arc::new(Account::default());
    let host = Arc::<Account>::clone(&account);
    let outcome = run_as(BROKEN, "echo.js", json!({}), Limits::default(), host);
    let thrown = outcome.result.expect_err("it is ended");
    assert_eq!(thrown.name, "SSS_USAGE_LIMIT_EXCEEDED", "{thrown:?}");
    assert_eq!((account.calls_of("email.send").len(), outcome.units), (250, 5000));
}
