//! Something that is measured, and the measurement that repeats on a noisy machine: all contenders in turn, many
//! rounds of short batches, and of each the best.

use std::hint::black_box;
use std::time::Duration;

use countersign_world::{Clock as _, SystemClock};

/// Rounds of the interleaved measurement.
pub const ROUNDS: u32 = 2000;
/// Calls per batch: a tenth of a millisecond falls between two interruptions, and its inputs stay in the cache, where
/// a server finds what it has just received.
pub const BATCH: u32 = 128;

/// A named operation that can be run many times.
pub struct Contender<'a> {
    pub name: &'static str,
    run: Box<Run<'a>>,
}

/// Makes so many calls and says how long they took.
type Run<'a> = dyn FnMut(&SystemClock, u32) -> Duration + 'a;

impl<'a> Contender<'a> {
    pub fn new<T>(name: &'static str, mut operation: impl FnMut() -> T + 'a) -> Self {
        Self::with_input(name, || (), move |()| operation())
    }

    /// An operation that needs a new input every time, such as a header that was never used. Making the inputs is
    /// not measured.
    pub fn with_input<I, T>(
        name: &'static str,
        mut prepare: impl FnMut() -> I + 'a,
        mut operation: impl FnMut(&I) -> T + 'a,
    ) -> Self {
        let run = move |clock: &SystemClock, calls| {
            let inputs: Vec<I> = (0..calls).map(|_| prepare()).collect();
            let start = clock.elapsed();
            for input in &inputs {
                black_box(operation(black_box(input)));
            }
            clock.elapsed() - start
        };
        Self {
            name,
            run: Box::new(run),
        }
    }

    /// How long so many calls take.
    pub fn time(&mut self, clock: &SystemClock, calls: u64) -> Duration {
        let mut left = calls;
        let mut total = Duration::ZERO;
        while left > 0 {
            let batch = u32::try_from(left).unwrap_or(BATCH).min(BATCH);
            total += (self.run)(clock, batch);
            left -= u64::from(batch);
        }
        total
    }
}

/// The best nanoseconds per call of each contender, in their order.
pub fn interleaved(contenders: &mut [Contender<'_>]) -> Vec<f64> {
    let clock = SystemClock::new();
    let mut best = vec![Duration::MAX; contenders.len()];
    for _ in 0..ROUNDS {
        for (best, contender) in best.iter_mut().zip(contenders.iter_mut()) {
            *best = (*best).min(contender.time(&clock, u64::from(BATCH)));
        }
    }
    best.into_iter()
        .map(|best| best.as_secs_f64() * 1e9 / f64::from(BATCH))
        .collect()
}
