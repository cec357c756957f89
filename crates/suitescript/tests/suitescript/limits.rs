//! Scripts that take more than there is. Each ends by itself, and what it took comes back.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_suitescript::{Bounds, Call, Full, Host, HostError, Isolation, Limits, Threads, Thrown};
use countersign_world::SystemClock;
use serde_json::{Value, json};

use crate::account::{Account, get, outcome, returned, short, thrown};

/// What a script that takes this ends with, after a short time.
fn ended(how: &str) -> Thrown {
    let account = Arc::new(Account::default());
    outcome(&get("greedy.js", json!({ "how": how })), &short(), &account)
        .result
        .unwrap_err()
}

#[test]
fn a_loop_without_end_is_ended_where_it_is_and_cannot_be_caught() {
    let thrown = ended("loop");
    assert_eq!(thrown.name, "SSS_TIME_LIMIT_EXCEEDED");
    assert!(
        thrown.stack[0].starts_with("loop(/SuiteScripts/greedy.js:"),
        "{:?}",
        thrown.stack
    );
}

#[test]
fn a_regular_expression_that_backtracks_is_ended() {
    assert_eq!(ended("backtrack").name, "SSS_TIME_LIMIT_EXCEEDED");
}

#[test]
fn more_memory_than_there_may_be_is_not_given() {
    // On a slow machine it takes its time.
    let limits = Limits {
        time: Duration::from_secs(60),
        ..short()
    };
    for how in ["memory", "longString"] {
        let account = Arc::new(Account::default());
        let outcome = outcome(&get("greedy.js", json!({ "how": how })), &limits, &account);
        assert_eq!(
            outcome.result.unwrap_err().name,
            "SSS_MEMORY_USAGE_EXCEEDED",
            "{how}"
        );
    }
}

#[test]
fn a_recursion_without_end_is_an_error_of_the_script() {
    let thrown = thrown("greedy.js", json!({ "how": "recursion" }));
    assert!(thrown.message.starts_with("RangeError: "), "{}", thrown.message);
    // It can be caught, as in any JavaScript.
    assert_eq!(
        returned("greedy.js", json!({ "how": "caughtRecursion" })),
        json!("RangeError")
    );
}

#[test]
fn usage_units_are_counted_and_when_they_are_gone_the_script_ends() {
    let account = Arc::new(Account::default());
    let limits = Limits {
        units: 100,
        ..Limits::default()
    };
    let outcome = outcome(&get("greedy.js", json!({ "how": "units" })), &limits, &account);
    assert_eq!(outcome.result.unwrap_err().name, "SSS_USAGE_LIMIT_EXCEEDED");
    assert_eq!(outcome.units, 100);
    // Five mails of twenty units, and no sixth, although the script caught what it could.
    assert_eq!(account.calls_of("email.send").len(), 5);
    let remaining: Vec<Value> = account
        .calls_of("log.write")
        .iter()
        .map(|call| call["details"].clone())
        .collect();
    assert_eq!(remaining, ["80", "60", "40", "20", "0"]);
}

#[test]
fn a_text_longer_than_netsuite_guarantees_is_refused_both_ways() {
    let account = Arc::new(Account::default());
    let limits = Limits {
        text: 1024 * 1024,
        ..Limits::default()
    };
    let long = "x".repeat(1024 * 1024);
    let came_in = outcome(&get("echo.js", json!({ "name": long })), &limits, &account);
    assert!(came_in.result.unwrap_err().message.contains("was given 1048"));
    let went_out = outcome(&get("greedy.js", json!({ "how": "answer" })), &limits, &account);
    assert!(went_out.result.unwrap_err().message.contains("returned 1048"));
}

/// Five hundred scripts that would never end, beside those that do their work.
#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_greedy_scripts_at_once_end_and_others_are_served_between_them() {
    let bounds = Bounds {
        threads: 4,
        waiting: 600,
        lost: 1,
    };
    let threads = Arc::new(
        Threads::new(
            bounds,
            Isolation::Thread,
            Arc::new(SystemClock::new()),
            Arc::default(),
        )
        .unwrap(),
    );
    let host: Arc<dyn Host> = Arc::new(Account::default());
    let limits = Limits {
        time: Duration::from_millis(20),
        memory: 8 * 1024 * 1024,
        ..Limits::default()
    };
    let before = resident();
    let mut calls = tokio::task::JoinSet::new();
    for at in 0..500 {
        let how = [
            "loop",
            "backtrack",
            "memory",
            "longString",
            "recursion",
            "pollute",
        ][at % 6];
        let (threads, host, limits) = (Arc::clone(&threads), Arc::clone(&host), limits.clone());
        calls.spawn(async move {
            threads
                .run(get("greedy.js", json!({ "how": how })), limits, host)
                .await
        });
    }
    while let Some(outcome) = calls.join_next().await {
        let outcome = outcome.unwrap().expect("there is a place in the queue");
        assert!(outcome.result.is_err(), "{outcome:?}");
    }
    let outcome = threads
        .run(get("echo.js", json!({})), Limits::default(), Arc::clone(&host))
        .await
        .expect("there is a place");
    outcome.result.expect("a script that does its work is served");
    assert_eq!(threads.lost(), 0);
    // Each took up to 8 MB, so that leaking a tenth of them would be seen.
    let grown = resident().saturating_sub(before);
    assert!(grown < 100 * 1024 * 1024, "{grown} bytes are still taken");
}

/// Remembers the scheduling policy and priority that a script's thread had at each line of its log, and lets go on.
#[cfg(target_os = "linux")]
#[derive(Default)]
struct Watchful(Mutex<Vec<(String, String)>>);

#[cfg(target_os = "linux")]
impl Host for Watchful {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        if name == "log.write" {
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            let numbers = stat.rsplit_once(')').unwrap().1.split_whitespace();
            let [nice, policy] = [16, 38].map(|at| numbers.clone().nth(at).unwrap().to_owned());
            self.0.lock().unwrap().push((policy, nice));
        }
        Account::default().call(name, arguments)
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn scripts_of_a_crowd_run_where_nothing_else_does_and_no_script_after_them_does() {
    const IDLE: &str = "5";
    // More than take turns at the same time on this machine.
    let crowd = std::thread::available_parallelism().map_or(1, usize::from) + 10;
    let bounds = Bounds {
        threads: crowd,
        waiting: crowd,
        lost: 1,
    };
    let clock = Arc::new(SystemClock::new());
    let threads = Arc::new(Threads::new(bounds, Isolation::Thread, clock, Arc::default()).unwrap());
    let limits = Limits {
        time: Duration::from_secs(120),
        ..Limits::default()
    };
    let host = Arc::new(Watchful::default());
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..crowd {
        let (threads, host, limits) = (Arc::clone(&threads), Arc::clone(&host), limits.clone());
        let call = get("greedy.js", json!({ "how": "work" }));
        calls.spawn(async move { threads.run(call, limits, host).await });
    }
    while let Some(outcome) = calls.join_next().await {
        outcome.unwrap().expect("there is a place").result.unwrap();
    }
    let seen = std::mem::take(&mut *host.0.lock().unwrap());
    assert!(seen.iter().any(|(policy, _)| policy == IDLE), "{seen:?}");

    for _ in 0..crowd {
        let host = Arc::clone(&host);
        let outcome = threads.run(get("echo.js", json!({})), limits.clone(), host);
        outcome.await.expect("there is a place").result.unwrap();
    }
    let seen = host.0.lock().unwrap();
    let own = &seen[0];
    assert_ne!(own.0, IDLE);
    assert!(seen.iter().all(|one| one == own), "{seen:?}");
}

/// Bytes of memory that this process has.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").map_or(0, |text| {
        text.split(' ')
            .nth(1)
            .and_then(|pages| pages.parse().ok())
            .unwrap_or(0)
    });
    pages * 4096
}

/// Answers `log.write` only when it is let.
struct Stubborn(Mutex<std::sync::mpsc::Receiver<()>>);

impl Host for Stubborn {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        if name == "log.write" {
            let _ = self.0.lock().unwrap().recv();
        }
        Account::default().call(name, arguments)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_does_not_come_back_is_replaced_and_then_no_more_until_one_does() {
    let (let_go, waits) = std::sync::mpsc::channel();
    let bounds = Bounds {
        threads: 1,
        waiting: 4,
        lost: 1,
    };
    let threads = Threads::new(
        bounds,
        Isolation::Thread,
        Arc::new(SystemClock::new()),
        Arc::default(),
    )
    .unwrap();
    let stubborn: Arc<dyn Host> = Arc::new(Stubborn(Mutex::new(waits)));
    let limits = Limits {
        time: Duration::from_millis(100),
        ..Limits::default()
    };
    let call: Call = get("echo.js", json!({}));

    // On a slow machine a script may be ended before it asks for anything, and its thread comes back.
    for lost in 1..=2 {
        while threads.lost() < lost {
            let outcome = threads
                .run(call.clone(), limits.clone(), Arc::clone(&stubborn))
                .await
                .unwrap();
            assert_eq!(outcome.result.unwrap_err().name, "SSS_TIME_LIMIT_EXCEEDED");
        }
    }
    // The second was not replaced.
    assert_eq!(
        threads
            .run(call.clone(), limits.clone(), Arc::new(Account::default()))
            .await,
        Err(Full)
    );
    drop(let_go);
    // Their scripts end at last, and scripts are served again.
    let calm: Arc<dyn Host> = Arc::new(Account::default());
    while threads.run(call.clone(), limits.clone(), Arc::clone(&calm)).await == Err(Full) {
        tokio::task::yield_now().await;
    }
    while threads.lost() > 0 {
        tokio::task::yield_now().await;
    }
}
