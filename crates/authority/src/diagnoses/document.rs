//! A diagnosis as it is kept with its row: JSON, of a bounded length.

use countersign_diagnose::{Diagnosis, FindingJson, Mistake, leading};
use serde::{Deserialize, Serialize};

use super::request::KeptRequest;

/// Findings beyond this length are left off, and counted.
const LONGEST: usize = 64 * 1024;

/// All that is kept of a refusal beside its row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptDiagnosis {
    pub request: KeptRequest,
    /// The word of a [`SignatureCheck`](countersign_diagnose::SignatureCheck).
    pub signature: String,
    /// Signatures that were computed.
    pub tried: u32,
    /// Ids of the mistakes that were looked for and are none of this request's; empty where one is proved, or where not all
    /// could be looked for.
    pub ruled_out: Vec<String>,
    pub base_string: Option<String>,
    /// The most specific first. The first is there always, the others as far as there is room.
    pub findings: Vec<FindingJson>,
    /// Findings there was no room for.
    pub left_off: usize,
}

impl KeptDiagnosis {
    pub(super) fn of(diagnosis: &Diagnosis, request: KeptRequest) -> Self {
        let (mut findings, mut length) = (Vec::new(), 0);
        for finding in &diagnosis.findings {
            let finding = FindingJson::from(finding);
            length += serde_json::to_string(&finding).map_or(0, |text| text.len());
            if !findings.is_empty() && length > LONGEST {
                break;
            }
            findings.push(finding);
        }
        let ids = |mistakes: &[Mistake]| mistakes.iter().map(|mistake| mistake.id().to_owned()).collect();
        Self {
            request,
            signature: diagnosis.signature.as_str().to_owned(),
            tried: diagnosis.tried,
            ruled_out: ids(&diagnosis.ruled_out),
            base_string: diagnosis.base_string.clone(),
            left_off: diagnosis.findings.len() - findings.len(),
            findings,
        }
    }

    pub fn read(document: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(document)
    }

    /// Nothing in it can fail to be JSON.
    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The finding that is told in full: the first, unless nothing fits and it is one guess of several.
    pub fn leading(&self) -> Option<&FindingJson> {
        leading(&self.signature, &self.findings)
    }
}
