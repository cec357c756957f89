//! One turn: so many requests over a few connections, as fast as they are answered.

use std::net::TcpStream;
use std::thread::scope;
use std::time::Duration;

use countersign_world::{Clock as _, SystemClock};

use crate::Connection;

/// What was measured.
pub struct Turn {
    pub requests: u32,
    pub time: Duration,
    /// Of each request, shortest first.
    latencies: Vec<Duration>,
    /// Of the server.
    pub processor_time: Duration,
}

impl Turn {
    pub fn rate(&self) -> f64 {
        f64::from(self.requests) / self.time.as_secs_f64()
    }

    /// The latency that so many of a thousand requests stay below.
    pub fn latency(&self, per_mille: usize) -> Duration {
        self.latencies[(self.latencies.len() - 1) * per_mille / 1000]
    }
}

/// `request` makes method, target, headers and body of the request with that number. Its time is the client's own: the
/// requests of a turn are made before it begins.
pub fn turn(
    connections: u32,
    connect: impl Fn() -> Connection<TcpStream> + Sync,
    processor_time: impl Fn() -> Duration,
    request: impl Fn(u32) -> (&'static str, String, String, String) + Sync,
    requests: u32,
) -> Turn {
    let clock = SystemClock::new();
    let prepared: Vec<Vec<_>> = (0..connections)
        .map(|first| {
            (first..requests)
                .step_by(connections as usize)
                .map(&request)
                .collect()
        })
        .collect();
    let (begun, spent) = (clock.elapsed(), processor_time());
    let mut latencies: Vec<Duration> = scope(|scope| {
        let threads: Vec<_> = prepared
            .iter()
            .map(|requests| {
                let (connect, clock) = (&connect, &clock);
                scope.spawn(move || {
                    let mut connection = connect();
                    let ask = |(method, target, headers, body): &(&str, String, String, String)| {
                        let sent = clock.elapsed();
                        let (status, answer) = connection.ask(method, target, headers, body);
                        assert_eq!(200, status, "{answer}");
                        clock.elapsed() - sent
                    };
                    requests.iter().map(ask).collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("it is answered"))
            .collect()
    });
    latencies.sort();
    Turn {
        requests,
        time: clock.elapsed() - begun,
        latencies,
        processor_time: processor_time() - spent,
    }
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
