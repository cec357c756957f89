//! Does one operation a given number of times, for `bench/instructions` to count what each time costs.

use std::hint::black_box;

use countersign_bench::test_request::{self, NONCE, TIMESTAMP};
use countersign_bench::unit;
use countersign_protocol::{Needs, Scratch, Signer, Stamp, Unverified};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [operation, times] = arguments.as_slice() else {
        return Err("usage: repeat hash|sign|verify TIMES".into());
    };
    let times: u32 = times.parse()?;
    let mut operation = operation_named(operation)?;
    for _ in 0..times {
        operation();
    }
    Ok(())
}

fn operation_named(name: &str) -> Result<Box<dyn FnMut()>, String> {
    let signer = Signer::new(&test_request::credentials());
    let stamp = Stamp::new(TIMESTAMP, NONCE).map_err(|error| error.to_string())?;
    let mut scratch = Scratch::new();
    match name {
        "hash" => Ok(Box::new(compressions(unit::base_string().len()))),
        "sign" => Ok(Box::new(move || {
            black_box(signer.sign_into(&test_request::request(), black_box(&stamp), &mut scratch));
        })),
        "verify" => {
            let header = signer.sign(&test_request::request(), &stamp);
            let key = test_request::signing_key();
            Ok(Box::new(move || {
                let request = black_box(test_request::request());
                let unverified = Unverified::parse(request, black_box(&header), Needs::Token).expect("it is signed");
                let now = TIMESTAMP.cast_signed();
                black_box(unverified.check_stamp(now).expect("it is stamped now"));
                black_box(unverified.verify(&key, &mut scratch).expect("it is signed"));
            }))
        }
        other => Err(format!("no operation is called {other}")),
    }
}

/// The SHA-256 compressions of one signature, and nothing around them: whole blocks, the padded rest, and one for
/// the outer hash of HMAC.
fn compressions(message: usize) -> impl FnMut() {
    let blocks = vec![[0x61; 64]; message / 64];
    let rest = vec![[0x61; 64]; if message % 64 < 56 { 1 } else { 2 }];
    let mut state = [0; 8];
    move || {
        for blocks in [&*blocks, &*rest, &[[0x61; 64]]] {
            sha2::block_api::compress256(black_box(&mut state), black_box(blocks));
        }
    }
}
