//! Every vector of `data/` as a test of its own.

use countersign_vectors::{Outcome, Vector, VectorsError, embedded, parse, run};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> Result<(), VectorsError> {
    let mut trials = Vec::new();
    for file in embedded() {
        trials.extend(parse(file)?.iter().filter_map(trial));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// What cannot be judged from the wire alone is not a test here.
fn trial(vector: &Vector) -> Option<Trial> {
    let outcome = run(vector);
    let name = format!("{} {}", vector.id, vector.name);
    match outcome {
        Outcome::NotCovered { .. } => None,
        Outcome::Passed => Some(Trial::test(name, || Ok(()))),
        Outcome::Failed { .. } | Outcome::Unanswered { .. } => {
            Some(Trial::test(name, move || Err(Failed::from(outcome.to_string()))))
        }
    }
}
