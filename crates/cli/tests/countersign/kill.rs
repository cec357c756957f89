//! `kill -9` at random moments of 200 writes: nothing that was answered is lost, and no nonce can be used twice.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign_testkit::{Caller, Signed};
use countersign_world::{Entropy, SeededEntropy, environment};

use crate::machine::{Machine, Serving, account_toml, env, given};

const CUSTOMER: &str = "/services/rest/record/v1/customer";
const WRITES: usize = 200;
const WRITERS: usize = 4;

/// A request that makes a customer of its own name.
#[derive(Clone)]
struct Write {
    name: String,
    signed: Signed,
    /// Where the new customer is, once it was answered.
    location: Option<String>,
}

/// Repeatable moments. `COUNTERSIGN_KILL_SEED` chooses others.
pub(crate) struct Moments(SeededEntropy);

impl Moments {
    #[expect(clippy::print_stdout, reason = "a failure is repeated with this seed")]
    pub(crate) fn new() -> Self {
        let chosen = environment::variable("COUNTERSIGN_KILL_SEED").and_then(|seed| seed.parse().ok());
        let seed = chosen.unwrap_or(20_260_101);
        println!("COUNTERSIGN_KILL_SEED={seed}");
        Self(SeededEntropy::new(seed))
    }

    pub(crate) fn up_to(&self, most: u64) -> u64 {
        let mut random = [0; 8];
        self.0.fill(&mut random);
        u64::from_le_bytes(random) % (most + 1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_answered_is_lost_and_no_nonce_is_good_twice() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let data = data.to_str().unwrap();
    let moments = Moments::new();
    machine.serve(data, &["--account", &file]).stop().ends_with(0);

    let (mut answered, mut round) = (Vec::new(), 0);
    while answered.len() < WRITES {
        let serving = machine.serve(data, &["--concurrency", "100"]);
        let enough = 2 + moments.up_to(12) as usize;
        let writes = write_until_killed(
            serving,
            round,
            enough,
            Duration::from_micros(moments.up_to(4_000)),
        )
        .await;

        let serving = machine.serve(data, &["--concurrency", "100"]);
        let caller = serving.caller(&given());
        for write in &writes {
            is_kept_once(&caller, &serving, write).await;
        }
        answered.extend(writes.into_iter().filter(|write| write.location.is_some()));
        // This server dies too, at the start of the next round.
        serving.kill();
        round += 1;
    }
    println!("{} writes were answered in {round} rounds", answered.len());

    let serving = machine.serve(data, &["--concurrency", "100"]);
    let caller = serving.caller(&given());
    for write in &answered {
        is_kept_once(&caller, &serving, write).await;
    }
    let failures = machine
        .run(&["audit", "--data", data, "--failures", "--json", "--limit", "1000"])
        .json();
    for row in failures["rows"].as_array().unwrap() {
        assert_eq!(row["detail"], "NonceUsed", "{row}");
    }
    serving.stop().ends_with(0);
    machine.run(&["key", "check", "--data", data]).ends_with(0);
    for file in ["account.sqlite", "records.sqlite"] {
        is_sound(&Path::new(data).join("accounts/1234567_SB1").join(file));
    }
}

/// Some writers at once. The server is killed a moment after enough of them were answered.
async fn write_until_killed(serving: Serving, round: usize, enough: usize, moment: Duration) -> Vec<Write> {
    let answered = Arc::new(AtomicUsize::new(0));
    let caller = serving.caller(&given());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (answered, caller) = (Arc::clone(&answered), caller.clone());
            tokio::spawn(async move {
                let mut writes = Vec::new();
                for number in 0.. {
                    let name = format!("Customer {round}.{writer}.{number}");
                    let signed = caller
                        .post(CUSTOMER, &format!("{{\"companyName\":\"{name}\"}}"))
                        .sign();
                    let answer = signed.send_to_mortal().await;
                    let location = answer.as_ref().map(|answer| {
                        assert_eq!(answer.status, 204, "{}", answer.text());
                        answer.header("location").unwrap().to_owned()
                    });
                    answered.fetch_add(usize::from(location.is_some()), Ordering::Relaxed);
                    writes.push(Write {
                        name,
                        signed,
                        location,
                    });
                    if answer.is_none() {
                        break;
                    }
                }
                writes
            })
        })
        .collect();
    let waiting = async {
        while answered.load(Ordering::Relaxed) < enough {
            tokio::task::yield_now().await;
        }
    };
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, waiting)
        .await
        .expect("writes are answered");
    tokio::time::sleep(moment).await;
    serving.kill();
    let mut writes = Vec::new();
    for writer in writers {
        writes.extend(writer.await.unwrap());
    }
    writes
}

/// An answered write is there and its request is refused. One that got no answer happens at most once, however often
/// its request is sent again.
async fn is_kept_once(caller: &Caller, serving: &Serving, write: &Write) {
    let again = write.signed.to(serving.address());
    match &write.location {
        Some(location) => {
            let (_, path) = location.split_at(location.find("/services/").unwrap());
            let answer = caller.get(path).send().await;
            assert_eq!(answer.status, 200, "{} was answered and is lost", write.name);
            assert_eq!(answer.json()["companyName"], write.name.as_str());
            assert_eq!(again.send().await.status, 401, "{} was let in twice", write.name);
        }
        None => {
            let first = again.send().await.status;
            assert!(matches!(first, 204 | 401), "{first}");
            assert_eq!(again.send().await.status, 401, "{} was let in twice", write.name);
            let q = format!("companyName IS \"{}\"", write.name)
                .replace(' ', "%20")
                .replace('"', "%22");
            let found = caller.get(&format!("{CUSTOMER}?q={q}")).send().await.json();
            assert!(
                found["totalResults"].as_u64().unwrap() <= 1,
                "{} happened twice",
                write.name
            );
        }
    }
}

fn is_sound(database: &Path) {
    let database = rusqlite::Connection::open(database).unwrap();
    let verdict: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
}

#[test]
fn a_first_start_that_is_killed_is_made_again_as_a_whole() {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let moments = Moments::new();
    for round in 0..12 {
        let data = machine.path(&format!("data-{round}"));
        let data = data.to_str().unwrap();
        let mut first = machine
            .command(&[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data",
                data,
                "--account",
                &file,
            ])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(moments.up_to(120_000)));
        first.kill().unwrap();
        first.wait().unwrap();

        // It either was finished, or begins anew.
        let again = machine.run(&["key", "check", "--data", data]);
        let finished = again.out.starts_with("2 secrets open");
        let arguments: &[&str] = if finished { &[] } else { &["--account", &file] };
        let serving = machine.serve(data, arguments);
        assert_eq!(serving.start["new"], !finished);
        let credentials = machine.write(".env", &env(&given(), serving.url()));
        machine
            .run(&["call", "GET", "/rest/tokeninfo", "--credentials", &credentials])
            .ends_with(0);
    }
}
