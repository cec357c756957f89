//! An explanation for programs. Keys are shortened as they are for people.

use countersign_capture::{CapturedAnswer, CapturedRequest, Cause, Meaning};
use countersign_diagnose::{Finding, Proof, SignatureCheck};
use countersign_model::Masked;
use serde_json::{Value, json};

use super::case::{Case, address};
use super::{Explained, Other};

pub(crate) fn of(explained: &Explained<'_>) -> Value {
    let answer = explained.request.answer.as_ref().zip(explained.meaning.as_ref());
    json!({
        "request": request(explained.request, &explained.case),
        "signature": signature(explained.case.diagnosis.signature),
        "tried": explained.case.diagnosis.tried,
        "findings": findings(&explained.case),
        "baseString": explained.case.diagnosis.base_string,
        "remarks": explained.case.remarks,
        "unchecked": explained.case.unchecked,
        "answer": answer.map(|(answer, meaning)| self::answer(answer, meaning)),
        "comparison": explained.other.as_ref().map(comparison),
    })
}

fn request(request: &CapturedRequest, case: &Case) -> Value {
    let masked = |key: &Option<String>| key.as_deref().map(|key| Masked::of(key).to_string());
    json!({
        "form": request.form.as_str(),
        "name": request.name,
        "address": address(request),
        "account": case.sent.account,
        "consumerKey": masked(&case.sent.consumer_key),
        "token": masked(&case.sent.token),
        "timestamp": case.sent.timestamp,
    })
}

const fn signature(check: SignatureCheck) -> &'static str {
    match check {
        SignatureCheck::NotReached => "not_reached",
        SignatureCheck::Right => "right",
        SignatureCheck::Explained => "explained",
        SignatureCheck::Unexplained => "unexplained",
        SignatureCheck::TooLarge => "too_large",
        SignatureCheck::SecretsUnknown => "secrets_unknown",
    }
}

fn findings(case: &Case) -> Vec<Value> {
    case.diagnosis.findings.iter().map(finding).collect()
}

fn finding(finding: &Finding) -> Value {
    let ids: Vec<&str> = finding.together_with.iter().map(|mistake| mistake.id()).collect();
    let code: Vec<Value> = finding
        .fix
        .code
        .iter()
        .map(|hint| json!({ "language": hint.language, "code": hint.code }))
        .collect();
    json!({
        "mistake": finding.mistake.id(),
        "sure": finding.certainty.as_str(),
        "cause": finding.cause,
        "detail": finding.mistake.detail_word(),
        "togetherWith": ids,
        "proof": proof(&finding.proof),
        "fix": { "sentence": finding.fix.sentence, "path": finding.fix.path, "code": code },
    })
}

fn proof(proof: &Proof) -> Value {
    match proof {
        Proof::BaseStrings(strings) => {
            let (signed, expected) = strings.difference();
            json!({
                "kind": "base_strings",
                "signed": strings.signed,
                "expected": strings.expected,
                "difference": { "at": strings.start, "signed": signed, "expected": expected },
            })
        }
        Proof::MadeOf(what) => json!({ "kind": "made_of", "what": what }),
        Proof::Header { text, caret } => json!({ "kind": "header", "text": text, "caret": caret }),
        Proof::Value { name, value, problem } => {
            json!({ "kind": "value", "name": name, "value": value, "problem": problem })
        }
        Proof::Signature { sent, problem } => {
            json!({ "kind": "signature", "sent": sent, "problem": problem })
        }
        Proof::Records => json!({ "kind": "records" }),
        Proof::RuledOut { tried } => json!({ "kind": "ruled_out", "tried": tried }),
    }
}

fn answer(answer: &CapturedAnswer, meaning: &Meaning) -> Value {
    let code = answer.code().unwrap_or_default();
    let cause =
        |cause: &Cause| json!({ "detail": cause.word, "sentence": cause.sentence, "path": cause.path });
    let causes: Vec<Value> = meaning.causes.iter().map(cause).collect();
    json!({
        "status": answer.status,
        "code": code.code,
        "message": code.message,
        "kind": meaning.kind.as_str(),
        "sentence": meaning.sentence,
        "look": meaning.look,
        "causes": causes,
    })
}

fn comparison(other: &Other) -> Value {
    let Other { case, comparison } = other;
    let differences: Vec<Value> = comparison
        .differences
        .iter()
        .map(|difference| {
            json!({
                "what": difference.what,
                "this": difference.first,
                "other": difference.second,
                "means": difference.means,
            })
        })
        .collect();
    let base_strings = comparison
        .base_strings
        .as_ref()
        .map(|(this, other)| json!({ "this": this, "other": other }));
    json!({
        "signature": signature(case.diagnosis.signature),
        "findings": findings(case),
        "remarks": case.remarks,
        "differences": differences,
        "baseStrings": base_strings,
    })
}
