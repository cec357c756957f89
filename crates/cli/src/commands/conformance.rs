//! `countersign conformance`.

use std::collections::VecDeque;

use countersign_conformance::{diagnosed_answer, run as ask_account};
use countersign_vectors::{
    Outcome, Question, Step, Transport, Vector, VectorsError, embedded, parse, run as run_vector,
    signature_in,
};
use serde_json::json;

use crate::command::{Conformance, Signed};
use crate::commands::conformance_diagnosis;
use crate::commands::signer_report::{Named, SignerReport};
use crate::failure::{Exit, Failure};
use crate::output::{self, DIM, GREEN, RED};
use crate::signer::{self, Answer};
use crate::text;

/// Vectors that are put to accounts at the same time: making an account mostly waits for the disk.
const ACCOUNTS_AT_ONCE: usize = 8;

pub(crate) async fn run(conformance: Conformance) -> Result<Exit, Failure> {
    let mut vectors = read(&conformance)?;
    if let Some(only) = conformance.only {
        vectors.retain(|vector| vector.transport == transport(only));
    }
    if conformance.diagnose {
        return conformance_diagnosis::run(&vectors, conformance.json).await;
    }
    let mut tally = Tally::default();
    let mut report = SignerReport::default();
    if conformance.server.is_some() {
        ask_accounts(vectors, &mut tally, conformance.json).await?;
    } else {
        for vector in &vectors {
            let outcome = match &conformance.exec {
                None => run_vector(vector),
                Some(command) => {
                    let (outcome, named) = grade(command, vector).await?;
                    report.take(vector, named);
                    outcome
                }
            };
            tally.take(vector, &outcome, conformance.json)?;
        }
    }
    report.say(conformance.json)?;
    tally.close(conformance.json)
}

/// Each vector to an account of its own, told in their order.
async fn ask_accounts(vectors: Vec<Vector>, tally: &mut Tally, as_json: bool) -> Result<(), Failure> {
    let mut waiting = vectors.into_iter();
    let mut asked = VecDeque::new();
    loop {
        for vector in waiting.by_ref().take(ACCOUNTS_AT_ONCE - asked.len()) {
            asked.push_back(tokio::spawn(async move {
                let outcome = ask_account(&vector).await;
                (vector, outcome)
            }));
        }
        let Some(next) = asked.pop_front() else {
            return Ok(());
        };
        let (vector, outcome) = next
            .await
            .map_err(|error| Failure::unusable(format!("a vector was not judged: {error}")))?;
        tally.take(&vector, &outcome, as_json)?;
    }
}

#[derive(Default)]
struct Tally {
    passed: u32,
    failed: u32,
    not_covered: u32,
}

impl Tally {
    fn take(&mut self, vector: &Vector, outcome: &Outcome, as_json: bool) -> Result<(), Failure> {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed { .. } | Outcome::Unanswered { .. } => self.failed += 1,
            Outcome::NotCovered { .. } => self.not_covered += 1,
        }
        print(vector, outcome, as_json)
    }

    fn close(self, as_json: bool) -> Result<Exit, Failure> {
        let Self {
            passed,
            failed,
            not_covered,
        } = self;
        if as_json {
            output::say_json(&json!({ "passed": passed, "failed": failed, "notCovered": not_covered }))?;
        } else {
            output::say(&format!(
                "{passed} passed, {failed} failed, {not_covered} not covered"
            ))?;
        }
        Ok(if failed == 0 { Exit::Success } else { Exit::Refused })
    }
}

const fn transport(signed: Signed) -> Transport {
    match signed {
        Signed::Header => Transport::OauthHeader,
        Signed::Passport => Transport::SoapTokenPassport,
        Signed::Connect => Transport::ConnectTokenPassword,
    }
}

fn read(conformance: &Conformance) -> Result<Vec<Vector>, Failure> {
    let parsed = |name: &str, text: &str| {
        parse(text).map_err(|error: VectorsError| {
            Failure::unusable(format!("{name} is not a vectors file: {error}"))
        })
    };
    let file = conformance.vectors.as_ref();
    match file.or(conformance.server.as_ref().and_then(Option::as_ref)) {
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::File::open(path).and_then(|file| text::read(file, u64::MAX));
            parsed(
                &name,
                &text.map_err(|error| Failure::unusable(format!("cannot read {name}: {error}")))?,
            )
        }
        None => {
            let mut all = Vec::new();
            for file in embedded() {
                all.extend(parsed("a built-in file", file)?);
            }
            Ok(all)
        }
    }
}

/// Gives a vector to somebody else's signer. Only vectors that are there to be signed can grade one. Where it fails, its
/// mistakes are named.
async fn grade(command: &str, vector: &Vector) -> Result<(Outcome, Option<Named>), Failure> {
    let Some(question) = Question::of(vector) else {
        let why = "there is nothing to sign";
        return Ok((Outcome::NotCovered { why }, None));
    };
    let printed = match signer::ask(command, &json!(question).to_string()).await? {
        Answer::Printed(text) => text,
        Answer::None(why) => return Ok((Outcome::Unanswered { why }, None)),
    };
    let got = signature_in(&printed);
    let expected = vector.signature.clone().unwrap_or_default();
    if got == expected {
        return Ok((Outcome::Passed, None));
    }
    let named = Named::of(&diagnosed_answer(vector, &printed));
    let step = Step::Signature;
    Ok((Outcome::Failed { step, expected, got }, Some(named)))
}

fn print(vector: &Vector, outcome: &Outcome, as_json: bool) -> Result<(), Failure> {
    let Vector { id, name, note, .. } = vector;
    if as_json {
        return output::say_json(&match outcome {
            Outcome::Passed => json!({ "id": id, "name": name, "outcome": "passed" }),
            Outcome::NotCovered { why } => {
                json!({ "id": id, "name": name, "outcome": "not covered", "why": why })
            }
            Outcome::Unanswered { why } => {
                json!({ "id": id, "name": name, "outcome": "failed", "why": why, "note": note })
            }
            Outcome::Failed { step, expected, got } => json!({
                "id": id, "name": name, "outcome": "failed", "step": step.to_string(), "expected": expected, "got": got,
                "note": note,
            }),
        });
    }
    match outcome {
        Outcome::Passed => return output::say(&format!("{GREEN}ok{GREEN:#}    {id}  {name}")),
        Outcome::NotCovered { why } => {
            return output::say(&format!("{DIM}-     {id}  {name}: {why}{DIM:#}"));
        }
        Outcome::Unanswered { why } => output::say(&format!("{RED}FAIL{RED:#}  {id}  {name}: {why}"))?,
        Outcome::Failed { step, expected, got } => output::say(&format!(
            "{RED}FAIL{RED:#}  {id}  {name}: differs at the {step}\n        expected {expected}\n        got      {got}"
        ))?,
    }
    note.as_ref()
        .map_or(Ok(()), |note| output::say(&format!("        {DIM}{note}{DIM:#}")))
}
