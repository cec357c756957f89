//! How long it takes to name the mistake of a refused request: a typical one within a millisecond, and the worst that is
//! allowed, of which only the header is looked at.

use std::hint::black_box;

use countersign_bench::Suspect;
use criterion::{Criterion, criterion_group, criterion_main};

fn diagnoses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("diagnose");
    for suspect in [
        Suspect::explained(),
        Suspect::other_method(),
        Suspect::rest(),
        Suspect::restlet(),
        Suspect::nearly_too_large(),
        Suspect::too_large(),
        Suspect::right(),
    ] {
        let diagnosis = suspect.diagnosed();
        assert_eq!(diagnosis.signature, suspect.expected, "{}", suspect.name);
        println!("{}: {} signatures", suspect.name, diagnosis.tried);
        group.bench_function(suspect.name, |bencher| {
            bencher.iter(|| black_box(black_box(&suspect).diagnosed()));
        });
    }
    group.finish();
}

criterion_group!(benches, diagnoses);
criterion_main!(benches);
