//! How often memory is asked for, counted; a process of its own, as counting takes time. Ends with 1 where a warm
//! signature or verification asks at all.

use std::alloc::System;
use std::process::ExitCode;

use countersign_bench::{Signing, test_request};
use countersign_protocol::{Needs, Scratch, Signer, Unverified};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: usize = 1000;

fn main() -> ExitCode {
    let signer = Signer::new(&test_request::credentials());
    let (request, stamp) = (test_request::request(), test_request::stamp());
    let header = signer.sign(&request, &stamp);
    let key = test_request::signing_key();
    let (mut signing, mut scratch) = (Signing::new(), Scratch::new());

    println!("Allocations a call, once the buffers have grown:\n");
    let signed = allocations("sign into a buffer", || {
        signer.sign_into(&request, &stamp, &mut scratch);
    });
    let verified = allocations("read a header and verify it", || {
        let unverified = Unverified::parse(request, &header, Needs::Token).expect("it is signed");
        unverified.verify(&key, &mut scratch).expect("it is right");
    });
    allocations("make a nonce and sign into a buffer", || {
        signing.sign();
    });
    allocations("sign into a String of its own", || {
        signer.sign(&request, &stamp);
    });
    if signed + verified == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn allocations(name: &str, mut operation: impl FnMut()) -> usize {
    operation();
    let region = Region::new(ALLOCATOR);
    (0..CALLS).for_each(|_| operation());
    let change = region.change();
    let count = change.allocations + change.reallocations;
    println!("{name:<40} {:.2}", count as f64 / CALLS as f64);
    count
}
