//! Every built-in vector put to an account.
#![expect(clippy::expect_used, reason = "without a runtime there is no test")]

use countersign_conformance::run;
use countersign_vectors::{Outcome, Vector, VectorsError, embedded, parse};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> Result<(), VectorsError> {
    let mut trials = Vec::new();
    for file in embedded() {
        trials.extend(parse(file)?.into_iter().map(trial));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trial(vector: Vector) -> Trial {
    let name = format!("{} {}", vector.id, vector.name);
    Trial::test(name, move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome = runtime.expect("a runtime can be made").block_on(run(&vector));
        match outcome {
            Outcome::Passed | Outcome::NotCovered { .. } => Ok(()),
            Outcome::Failed { .. } | Outcome::Unanswered { .. } => Err(Failed::from(outcome.to_string())),
        }
    })
}
