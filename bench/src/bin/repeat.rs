//! Does one operation a given number of times: `bench/instructions` counts what each time costs.

use std::hint::black_box;

use countersign_bench::Suspect;
use countersign_bench::test_request::{self, TIMESTAMP};
use countersign_protocol::{Needs, Scratch, Signer, Unverified};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, times] = arguments.as_slice() else {
        return Err("usage: repeat compress|sign|verify|diagnose-rest|diagnose-restlet TIMES".into());
    };
    let mut operation = named(name).ok_or("no such operation")?;
    for _ in 0..times.parse::<u32>()? {
        operation();
    }
    Ok(())
}

fn named(name: &str) -> Option<Box<dyn FnMut()>> {
    let signer = Signer::new(&test_request::credentials());
    let (request, stamp) = (test_request::request, test_request::stamp());
    let mut scratch = Scratch::new();
    Some(match name {
        "compress" => Box::new(compressions(test_request::base_string().len())),
        "sign" => Box::new(move || {
            black_box(signer.sign_into(&request(), black_box(&stamp), &mut scratch));
        }),
        "verify" => {
            let (header, key) = (signer.sign(&request(), &stamp), test_request::signing_key());
            Box::new(move || {
                let parsed = Unverified::parse(test_request::received(), black_box(&header), Needs::Token);
                let unverified = parsed.expect("it is signed");
                black_box(
                    unverified
                        .check_stamp(TIMESTAMP.cast_signed())
                        .expect("it is stamped now"),
                );
                black_box(unverified.verify(&key, &mut scratch).expect("it is right"));
            })
        }
        "diagnose-rest" => Box::new(diagnoses(Suspect::rest())),
        "diagnose-restlet" => Box::new(diagnoses(Suspect::restlet())),
        _ => return None,
    })
}

/// What SHA-256 itself does for one signature: the whole blocks, the rest with its padding, and the outer hash.
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

fn diagnoses(suspect: Suspect) -> impl FnMut() {
    move || {
        black_box(black_box(&suspect).diagnosed());
    }
}
