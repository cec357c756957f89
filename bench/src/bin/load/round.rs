//! One round: so many good requests, and beside each a badly signed one or none.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::scope;
use std::time::Duration;

use countersign_bench::{Diagnoses, Server};
use countersign_protocol::{Credentials, Request, Scheme, Secret, Signer, Stamp};
use countersign_world::{Clock as _, SystemClock, SystemEntropy, nonce};

const URI: &str = "/rest/tokeninfo";
const GOOD_CONNECTIONS: u32 = 4;
/// A refused caller who sends a lot waits for the answer, so that many of them wait at the same time.
const BAD_CONNECTIONS: u32 = 256;
/// Where they come from, if not from one place.
const SOURCES: u32 = 10_000;

/// Who sends badly signed requests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    Nobody,
    /// Whoever sends the good ones.
    SameSource,
    /// Ten thousand others.
    OtherSources,
}

/// What was measured.
#[derive(Clone, Default)]
pub struct Round {
    pub good: u32,
    pub bad: u32,
    /// Until the last good request was answered.
    pub time: Duration,
    /// Of each good request, shortest first.
    pub latencies: Vec<Duration>,
    /// Of the server, until then.
    pub processor_time: Duration,
    pub diagnoses: Diagnoses,
}

impl Round {
    /// Requests a second, good and bad.
    pub fn rate(&self) -> f64 {
        f64::from(self.good + self.bad) / self.time.as_secs_f64()
    }

    pub fn good_rate(&self) -> f64 {
        f64::from(self.good) / self.time.as_secs_f64()
    }

    /// The latency that so many of a thousand good requests stay below.
    pub fn latency(&self, per_mille: usize) -> Duration {
        self.latencies[(self.latencies.len() - 1) * per_mille / 1000]
    }
}

pub fn round(server: &Server, good: u32, bad: Bad) -> Round {
    let clock = SystemClock::new();
    let diagnoses = || match bad {
        Bad::Nobody => Diagnoses::default(),
        Bad::SameSource | Bad::OtherSources => server.diagnoses(),
    };
    let (before, spent) = (diagnoses(), server.processor_time());
    let (answered, turns) = channel();
    let (turns, refused) = (Mutex::new(turns), AtomicU32::new(0));
    let (turns, refused) = (&turns, &refused);
    let mut round = scope(|scope| {
        if bad != Bad::Nobody {
            for place in 0..BAD_CONNECTIONS {
                scope.spawn(move || send_bad(server, place, bad, turns, refused));
            }
        }
        let begun = clock.elapsed();
        let threads: Vec<_> = (0..GOOD_CONNECTIONS)
            .map(|_| {
                let answered = answered.clone();
                scope.spawn(move || {
                    let turn = || answered.send(()).expect("the other end outlives this");
                    send_good(server, good / GOOD_CONNECTIONS, turn)
                })
            })
            .collect();
        let mut latencies = Vec::new();
        for thread in threads {
            latencies.extend(thread.join().expect("they are let in"));
        }
        latencies.sort();
        let round = Round {
            good: latencies.len() as u32,
            bad: refused.load(Ordering::Relaxed),
            time: clock.elapsed() - begun,
            latencies,
            processor_time: server.processor_time() - spent,
            ..Round::default()
        };
        // Those who are late need not catch up: no more is measured.
        drop(answered);
        while turns.lock().is_ok_and(|turns| turns.try_recv().is_ok()) {}
        round
    });
    let after = diagnoses();
    round.diagnoses = Diagnoses {
        made: after.made - before.made,
        skipped: after.skipped - before.skipped,
    };
    round
}

fn send_good(server: &Server, requests: u32, turn: impl Fn()) -> Vec<Duration> {
    let (clock, signer) = (SystemClock::new(), Signer::new(&server.credentials()));
    let mut connection = server.connect();
    (0..requests)
        .map(|_| {
            turn();
            let header = format!("Authorization: {}\r\n", sign(&signer, &clock));
            let begun = clock.elapsed();
            let (status, body) = connection.get(URI, &header);
            assert_eq!(200, status, "{body}");
            clock.elapsed() - begun
        })
        .collect()
}

/// One request for each good one, until there are no more. No secret that the account knows explains its signature: that is
/// the dearest diagnosis.
fn send_bad(server: &Server, place: u32, bad: Bad, turns: &Mutex<Receiver<()>>, refused: &AtomicU32) {
    let clock = SystemClock::new();
    let signer = Signer::new(&Credentials {
        token_secret: Secret::new("0".repeat(64)),
        ..server.credentials()
    });
    let mut connection = server.connect();
    let mut sent = place;
    let turn = || turns.lock().is_ok_and(|turns| turns.recv().is_ok());
    while turn() {
        let mut headers = format!("Authorization: {}\r\n", sign(&signer, &clock));
        if bad == Bad::OtherSources {
            let [.., high, low] = (sent % SOURCES).to_be_bytes();
            headers.push_str(&format!("X-Forwarded-For: 10.1.{high}.{low}\r\n"));
        }
        let (status, body) = connection.get(URI, &headers);
        assert_eq!(401, status, "{body}");
        refused.fetch_add(1, Ordering::Relaxed);
        sent += BAD_CONNECTIONS;
    }
}

fn sign(signer: &Signer, clock: &SystemClock) -> String {
    let nonce = nonce(&SystemEntropy);
    let stamp =
        Stamp::new(clock.now().seconds().unsigned_abs(), nonce.as_str()).expect("now, and a fresh nonce");
    let request = Request::received("GET", Scheme::Http, "localhost", URI).expect("it is well-formed");
    signer.sign(&request, &stamp)
}
