//! `countersign conformance --diagnose`, and what a foreign signer does wrong.

use countersign_conformance::{Diagnosed, diagnosed};
use countersign_diagnose::{Diagnosis, Finding};
use countersign_vectors::Vector;
use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::output::{self, BOLD, DIM, printable};

/// Names the mistakes of each vector, a line of JSON or a paragraph each.
pub(crate) async fn run(vectors: &[Vector], as_json: bool) -> Result<Exit, Failure> {
    for vector in vectors {
        let diagnosed = diagnosed(vector).await;
        if as_json {
            output::say_json(&line(vector, &diagnosed))?;
        } else {
            paragraph(vector, &diagnosed)?;
        }
    }
    Ok(Exit::Success)
}

fn line(vector: &Vector, diagnosed: &Diagnosed) -> Value {
    let Diagnosis {
        findings,
        tried,
        ruled_out,
        ..
    } = &diagnosed.diagnosis;
    let ruled_out: Vec<&str> = ruled_out.iter().map(|mistake| mistake.id()).collect();
    let mut line = json!({
        "id": vector.id,
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "tried": tried,
        "ruledOut": ruled_out,
    });
    if let (Some(why), Some(line)) = (&diagnosed.state_unknown, line.as_object_mut()) {
        line.insert("stateUnknown".to_owned(), json!(why.to_string()));
    }
    line
}

fn finding(finding: &Finding) -> Value {
    let together: Vec<&str> = finding.together_with.iter().map(|mistake| mistake.id()).collect();
    json!({
        "mistake": finding.mistake.id(),
        "sure": finding.certainty.as_str(),
        "cause": finding.cause,
        "togetherWith": together,
    })
}

fn paragraph(vector: &Vector, diagnosed: &Diagnosed) -> Result<(), Failure> {
    let Vector { id, name, .. } = vector;
    output::say(&format!("{BOLD}{}{BOLD:#}  {}", printable(id), printable(name)))?;
    let findings = &diagnosed.diagnosis.findings;
    if findings.is_empty() {
        output::say(&format!("    {DIM}no mistake{DIM:#}"))?;
    }
    for Finding {
        mistake,
        cause,
        certainty,
        ..
    } in findings
    {
        output::say(&format!("    {certainty}  {mistake}: {}", printable(cause)))?;
    }
    diagnosed.state_unknown.as_ref().map_or(Ok(()), |why| {
        let why = printable(&why.to_string());
        output::say(&format!(
            "    {DIM}the account's state was left out: {why}{DIM:#}"
        ))
    })
}
