//! `countersign conformance`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use countersign_protocol::AuthorizationHeader;
use countersign_vectors::{
    Expect, Outcome, Step, Transport, Vector, VectorsError, embedded, parse, run as run_vector,
};
use serde_json::{Value, json};

use crate::command::Conformance;
use crate::failure::{Exit, Failure};
use crate::output::{self, DIM, GREEN, RED};

pub(crate) fn run(conformance: Conformance) -> Result<Exit, Failure> {
    let vectors = read(&conformance)?;
    let (mut passed, mut failed, mut not_covered) = (0_u32, 0_u32, 0_u32);
    for (vector, source) in &vectors {
        let outcome = match &conformance.exec {
            None => run_vector(vector),
            Some(command) => grade(command, vector, source)?,
        };
        match outcome {
            Outcome::Passed => passed += 1,
            Outcome::Failed { .. } => failed += 1,
            Outcome::NotCovered { .. } => not_covered += 1,
        }
        print(vector, &outcome, conformance.json);
    }
    if conformance.json {
        output::say_json(&json!({ "passed": passed, "failed": failed, "notCovered": not_covered }));
    } else {
        if not_covered > 0 {
            output::say(&format!("{DIM}{not_covered} not covered{DIM:#}"));
        }
        output::say(&format!("{passed} passed, {failed} failed"));
    }
    Ok(if failed == 0 { Exit::Success } else { Exit::Refused })
}

fn read(conformance: &Conformance) -> Result<Vec<(Vector, Value)>, Failure> {
    let parsed = |name: &str, text: &str| {
        parse(text).map_err(|error: VectorsError| {
            Failure::unusable(format!("{name} is not a vectors file: {error}"))
        })
    };
    match &conformance.vectors {
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path);
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

/// Gives a vector to somebody else's signer. Only vectors that are there to be signed can grade one.
fn grade(command: &str, vector: &Vector, source: &Value) -> Result<Outcome, Failure> {
    let hmac_sha256 = matches!(
        vector.signature_method.as_deref(),
        None | Some("HMAC-SHA256" | "HMAC_SHA256")
    );
    let signable = vector.transport != Transport::OauthHeader || vector.oauth_params.is_some();
    if vector.expect == Expect::Refuse || !signable || !hmac_sha256 {
        return Ok(Outcome::NotCovered {
            why: "there is nothing to sign",
        });
    }
    let broken = |error: &dyn std::fmt::Display| {
        Failure::unusable(format!("the signer {command:?} cannot be run: {error}"))
            .hint("it reads one vector as JSON from standard input")
    };
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| broken(&error))?;
    if let Some(mut input) = child.stdin.take() {
        // A signer that does not read to the end is no error of its own.
        let _ = input.write_all(source.to_string().as_bytes());
    }
    let answer = child.wait_with_output().map_err(|error| broken(&error))?;
    let text = String::from_utf8_lossy(&answer.stdout);
    let got = signature_in(text.trim());
    let expected = vector.signature.clone().unwrap_or_default();
    Ok(if got == expected {
        Outcome::Passed
    } else {
        Outcome::Failed {
            step: Step::Signature,
            expected,
            got,
        }
    })
}

/// The signature in what a signer printed: a header, a token password, or just the signature.
fn signature_in(text: &str) -> String {
    let header = text.strip_prefix("Authorization:").unwrap_or(text).trim();
    if let Ok(parsed) = AuthorizationHeader::parse(header) {
        return parsed
            .signature()
            .map(|signature| signature.text().into_owned())
            .unwrap_or_default();
    }
    if let Ok(password) = countersign_protocol::ConnectPassword::parse(text) {
        return password.signature.to_owned();
    }
    text.to_owned()
}

fn print(vector: &Vector, outcome: &Outcome, as_json: bool) {
    let Vector { id, name, .. } = vector;
    if as_json {
        output::say_json(&match outcome {
            Outcome::Passed => json!({ "id": id, "name": name, "outcome": "passed" }),
            Outcome::NotCovered { why } => {
                json!({ "id": id, "name": name, "outcome": "not covered", "why": why })
            }
            Outcome::Failed { step, expected, got } => {
                json!({ "id": id, "name": name, "outcome": "failed", "step": step.to_string(), "expected": expected, "got": got })
            }
        });
        return;
    }
    match outcome {
        Outcome::Passed => output::say(&format!("{GREEN}ok{GREEN:#}    {id}  {name}")),
        Outcome::NotCovered { why } => output::say(&format!("{DIM}-     {id}  {name}: {why}{DIM:#}")),
        Outcome::Failed { step, expected, got } => {
            output::say(&format!("{RED}FAIL{RED:#}  {id}  {name}: differs at the {step}"));
            output::say(&format!("        expected {expected}"));
            output::say(&format!("        got      {got}"));
        }
    }
}
