//! Grows a ledger to many nonces and prints what a claim costs: `cargo run --release --example pause -- 10000000`.
//! With a second argument, a folder, every claim is journalled there.

use std::path::Path;
use std::time::Duration;

use countersign_ledger::{Ledger, Nonce};
use countersign_world::{Clock, SystemClock, SystemEntropy, UnixTime};

const START: i64 = 1_767_225_600;

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let claims: i64 = arguments.next().as_deref().unwrap_or("1000000").parse()?;
    let now = UnixTime::from_seconds(START);
    let window = Duration::from_secs(300);
    let ledger = match arguments.next() {
        Some(folder) => Ledger::open(Path::new(&folder), window, now, &SystemEntropy)?,
        None => Ledger::in_memory([7; 16], window),
    };

    let clock = SystemClock::new();
    let key = "5f1c2a3b4d5e6f708192a3b4c5d6e7f85f1c2a3b4d5e6f708192a3b4c5d6e7f8";
    let mut took = Vec::new();
    for number in 0..claims {
        let nonce = format!("{number:020}");
        let claim = Nonce {
            consumer_key: key,
            token: key,
            timestamp: START - 300 + number % 600,
            nonce: &nonce,
        };
        let before = clock.elapsed();
        let _proof = ledger.claim(&claim, now)?;
        took.push((clock.elapsed() - before).as_nanos());
    }
    let per_nonce = ledger.bytes() as f64 / ledger.count() as f64;
    let before = clock.elapsed();
    ledger.sync(UnixTime::from_seconds(START + 700))?;
    let drop_all = clock.elapsed() - before;

    took.sort_unstable();
    let part = |of: usize| took.get((took.len() - 1) * of / 1000).copied().unwrap_or(0);
    println!("claims         {claims}");
    println!("median         {} ns (reading the clock included)", part(500));
    println!("99.9 %         {} ns", part(999));
    println!("longest        {} ns", part(1000));
    println!("memory         {per_nonce:.1} bytes a nonce");
    println!("drop all       {} us", drop_all.as_micros());
    Ok(())
}
