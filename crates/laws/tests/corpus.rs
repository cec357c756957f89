//! Every target over its corpus, and over inputs made from it: on the stable toolchain, the same each time.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a corpus that cannot be read fails the test, and an input that breaks a law is shown"
)]

use std::path::Path;

use countersign_laws::{TARGETS, Target};

/// Inputs made for each target.
const GENERATED: usize = 20_000;
const LONGEST: usize = 2_000;

/// Pieces that parsers stumble over.
const PIECES: [&str; 24] = [
    "%", "%2", "%zz", "%00", "%FF", "&", "&&", "=", "==", "+", "\"", "\\", ",", ", ", "\r\n", "#", "?",
    "://", "@", "<!", "]]>", "&#x0;", "\u{feff}", "\u{201d}",
];

#[test]
fn every_target_holds_over_its_corpus() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "the corpus of {name} is missing");
        corpus.iter().for_each(|input| hold(name, target, input));
    }
}

#[test]
fn every_target_holds_over_generated_inputs() {
    for (seed, (name, target)) in TARGETS.into_iter().enumerate() {
        let corpus = corpus(name);
        let mut random = Random(seed as u64 + 1);
        for _ in 0..GENERATED {
            hold(name, target, &mutated(&corpus, &mut random));
        }
    }
}

/// Runs one input and shows it where a law is broken.
fn hold(name: &str, target: Target, input: &[u8]) {
    if let Err(broken) = std::panic::catch_unwind(|| target(input)) {
        eprintln!("{name} breaks on:\n{}", input.escape_ascii());
        std::panic::resume_unwind(broken);
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(name);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| std::fs::read(file).expect("a corpus file can be read"))
        .collect()
}

/// A corpus input, changed in one to eight places.
fn mutated(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = random.one_of(corpus).clone();
    for _ in 0..=random.below(7) {
        let at = random.below(input.len());
        let end = (at + random.below(3)).min(input.len());
        match random.below(5) {
            0 => input[at..end].fill(random.below(255) as u8),
            1 => drop(input.drain(at..end)),
            2 => input
                .splice(at..at, random.one_of(&PIECES).bytes())
                .for_each(drop),
            3 => input.truncate(at),
            _ => {
                let other = random.one_of(corpus);
                let from = random.below(other.len());
                input.splice(at..at, other[from..].iter().copied()).for_each(drop);
            }
        }
        input.truncate(LONGEST);
    }
    input
}

/// xorshift64*: small, and the same everywhere.
struct Random(u64);

impl Random {
    /// From 0 to `most`.
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % (most + 1)
    }

    fn one_of<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len() - 1)]
    }
}
