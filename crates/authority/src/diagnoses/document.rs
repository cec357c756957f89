//! A diagnosis as it is kept with its row: JSON, of a bounded length.

use countersign_diagnose::{BaseStrings, Diagnosis, Finding, Proof};
use serde_json::{Value, json};

/// Findings beyond this length are left off, and counted.
const LONGEST: usize = 64 * 1024;

/// The first finding is there always, the others as far as there is room.
pub(super) fn of(diagnosis: &Diagnosis) -> String {
    let (mut findings, mut length) = (Vec::new(), 0);
    for finding in &diagnosis.findings {
        let finding = finding_json(finding);
        length += finding.to_string().len();
        if !findings.is_empty() && length > LONGEST {
            break;
        }
        findings.push(finding);
    }
    let left_off = diagnosis.findings.len() - findings.len();
    json!({
        "signature": diagnosis.signature.as_str(),
        "tried": diagnosis.tried,
        "baseString": diagnosis.base_string,
        "findings": findings,
        "leftOff": left_off,
    })
    .to_string()
}

fn finding_json(finding: &Finding) -> Value {
    let fix = &finding.fix;
    let code = fix
        .code
        .iter()
        .map(|hint| json!({ "language": hint.language, "code": hint.code }));
    let together = finding.together_with.iter().map(|mistake| mistake.id());
    json!({
        "mistake": finding.mistake.id(),
        "sure": finding.certainty.as_str(),
        "cause": finding.cause,
        "detail": finding.mistake.detail_word(),
        "togetherWith": together.collect::<Vec<_>>(),
        "proof": proof(&finding.proof),
        "fix": {
            "sentence": fix.sentence,
            "path": fix.path,
            "code": code.collect::<Vec<_>>(),
        },
    })
}

fn proof(proof: &Proof) -> Value {
    match proof {
        Proof::BaseStrings(strings) => base_strings(strings),
        Proof::MadeOf(of) => json!({ "kind": "madeOf", "of": of }),
        Proof::Header { text, caret } => json!({ "kind": "header", "text": text, "caret": caret }),
        Proof::Value { name, value, problem } => {
            json!({ "kind": "value", "name": name, "value": value, "problem": problem })
        }
        Proof::Signature { sent, problem } => {
            json!({ "kind": "signature", "sent": sent, "problem": problem })
        }
        Proof::Records => json!({ "kind": "records" }),
        Proof::RuledOut { tried } => json!({ "kind": "ruledOut", "tried": tried }),
    }
}

fn base_strings(strings: &BaseStrings) -> Value {
    json!({
        "kind": "baseStrings",
        "signed": strings.signed,
        "expected": strings.expected,
        "start": strings.start,
        "signedEnd": strings.signed_end,
        "expectedEnd": strings.expected_end,
    })
}
