//! What a slot costs that nobody else wants: to be had and given back, beside a semaphore that knows no callers, no shares
//! and no refusals; and with callers that wait.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use countersign_governor::{Answer, Ask, End, Governor, Limit, Schedule, Settings, Verdict};
use countersign_world::SystemClock;
use criterion::{Criterion, criterion_group, criterion_main};
use tokio::sync::Semaphore;

const SLOTS: u32 = 15;
const PATIENCE: Duration = Duration::from_secs(60);

fn limit() -> Limit {
    NonZeroU32::new(SLOTS).map_or(Limit::Unknown, Limit::Set)
}

fn free(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let semaphore = Arc::new(Semaphore::new(SLOTS as usize));
    let governor = Governor::new(Settings::of(limit()), Arc::new(SystemClock::new()));
    let caller: Arc<str> = "nightly-sync".into();
    let mut group = criterion.benchmark_group("a free slot");
    group.bench_function("tokio's semaphore", |bencher| {
        bencher.to_async(&runtime).iter(|| async {
            black_box(semaphore.clone().acquire_owned().await).expect("it is open");
        });
    });
    group.bench_function("the governor", |bencher| {
        bencher.to_async(&runtime).iter(|| async {
            let mut permit = governor.acquire(Ask::of(caller.clone(), PATIENCE)).await;
            if let Ok(permit) = &mut permit {
                permit.answered();
            }
            black_box(permit).expect("a slot is free");
        });
    });
    group.finish();
}

/// A slot goes from one request to the next of so many callers, each of which waits again at once.
fn wanted(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a slot that callers wait for");
    for callers in [4_usize, 64, 1000] {
        let settings = Settings {
            queue: 2 * callers,
            ..Settings::of(limit())
        };
        let mut schedule = Schedule::new(&settings);
        let asks: Vec<Ask> = (0..callers)
            .map(|name| Ask::of(format!("caller {name}"), Duration::MAX))
            .collect();
        let mut now = Duration::ZERO;
        let mut held = Vec::new();
        for ask in asks
            .iter()
            .chain(asks.iter().cycle().take(callers.max(SLOTS as usize)))
        {
            if let Ok(Answer::Granted(slot)) = schedule.ask(ask, now) {
                held.push(slot);
            }
        }
        let mut next = asks.iter().cycle();
        group.bench_function(format!("{callers} callers"), |bencher| {
            bencher.iter(|| {
                now += Duration::from_micros(100);
                let slot = held.swap_remove(0);
                schedule.release(slot, End::Answered, now);
                while let Some((_, verdict)) = schedule.verdict() {
                    if let Verdict::Granted(slot) = verdict {
                        held.push(slot);
                    }
                }
                if let Some(ask) = next.next() {
                    let _ = black_box(schedule.ask(ask, now));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, free, wanted);
criterion_main!(benches);
