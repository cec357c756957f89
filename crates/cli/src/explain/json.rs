//! An explanation for programs. Keys are shortened as they are for people.

use countersign_admin::DiagnosisJson;
use countersign_capture::{CapturedAnswer, CapturedRequest, Cause, Meaning};
use countersign_model::Masked;
use serde_json::{Value, json};

use super::case::{Case, address};
use super::diagnosis::shown;
use super::{Explained, Other};

pub(crate) fn of(explained: &Explained<'_>) -> Value {
    let DiagnosisJson {
        signature,
        tried,
        base_string,
        findings,
        ..
    } = shown(&explained.case.diagnosis);
    let answer = explained.request.answer.as_ref().zip(explained.meaning.as_ref());
    json!({
        "request": request(explained.request, &explained.case),
        "signature": signature,
        "tried": tried,
        "findings": findings,
        "baseString": base_string,
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
    let DiagnosisJson {
        signature, findings, ..
    } = shown(&case.diagnosis);
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
        "signature": signature,
        "findings": findings,
        "remarks": case.remarks,
        "differences": differences,
        "baseStrings": base_strings,
    })
}
