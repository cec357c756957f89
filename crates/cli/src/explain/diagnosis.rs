//! A diagnosis made here, in the form in which an account gives one.

use countersign_admin::DiagnosisJson;
use countersign_diagnose::{Diagnosis, FindingJson};

pub(super) fn shown(diagnosis: &Diagnosis) -> DiagnosisJson {
    let ruled_out = diagnosis.ruled_out.iter();
    DiagnosisJson {
        request: None,
        signature: diagnosis.signature.as_str().to_owned(),
        tried: diagnosis.tried,
        ruled_out: ruled_out.map(|mistake| mistake.id().to_owned()).collect(),
        base_string: diagnosis.base_string.clone(),
        findings: diagnosis.findings.iter().map(FindingJson::from).collect(),
        left_off: 0,
    }
}
