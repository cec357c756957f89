//! A diagnosis made here, in the form in which an account gives one.

use countersign_admin::{CodeHintJson, DiagnosisJson, FindingJson, FixJson, ProofJson};
use countersign_diagnose::{CodeHint, Diagnosis, Finding, Fix, Proof};

pub(super) fn shown(diagnosis: &Diagnosis) -> DiagnosisJson {
    DiagnosisJson {
        signature: diagnosis.signature.as_str().to_owned(),
        tried: diagnosis.tried,
        base_string: diagnosis.base_string.clone(),
        findings: diagnosis.findings.iter().map(finding).collect(),
        left_off: 0,
    }
}

fn finding(finding: &Finding) -> FindingJson {
    let together = finding.together_with.iter();
    FindingJson {
        mistake: finding.mistake.id().to_owned(),
        sure: finding.certainty.to_string(),
        cause: finding.cause.clone(),
        detail: finding.mistake.detail_word().to_owned(),
        together_with: together.map(|mistake| mistake.id().to_owned()).collect(),
        proof: proof(&finding.proof),
        fix: fix(finding.fix),
    }
}

fn proof(proof: &Proof) -> ProofJson {
    match proof.clone() {
        Proof::BaseStrings(strings) => ProofJson::BaseStrings {
            signed: strings.signed,
            expected: strings.expected,
            start: strings.start,
            signed_end: strings.signed_end,
            expected_end: strings.expected_end,
        },
        Proof::MadeOf(of) => ProofJson::MadeOf { of },
        Proof::Header { text, caret } => ProofJson::Header { text, caret },
        Proof::Value { name, value, problem } => ProofJson::Value { name, value, problem },
        Proof::Signature { sent, problem } => ProofJson::Signature { sent, problem },
        Proof::Records => ProofJson::Records,
        Proof::RuledOut { tried } => ProofJson::RuledOut { tried },
    }
}

fn fix(Fix { sentence, path, code }: Fix) -> FixJson {
    let hint = |CodeHint { language, code }: &CodeHint| CodeHintJson {
        language: (*language).to_owned(),
        code: (*code).to_owned(),
    };
    FixJson {
        sentence: sentence.to_owned(),
        path: path.map(str::to_owned),
        code: code.iter().map(hint).collect(),
    }
}
