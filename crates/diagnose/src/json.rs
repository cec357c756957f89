//! A finding as JSON: the one form in which it is kept, sent and shown.

use serde::{Deserialize, Serialize};

use crate::finding::{BaseStrings, Certainty, CodeHint, Finding, Proof, SignatureCheck};

/// A mistake, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FindingJson {
    /// Its stable id.
    pub mistake: String,
    /// `proved`, `likely` or `possible`.
    pub sure: String,
    /// What happened, in one sentence.
    pub cause: String,
    /// NetSuite's word in the Detail column; ours in parentheses.
    pub detail: String,
    /// Mistakes made together with it.
    pub together_with: Vec<String>,
    pub proof: ProofJson,
    pub fix: FixJson,
}

/// The finding that is told in full: the first, unless `signature` is unexplained and it is one guess of several.
pub fn leading<'f>(signature: &str, findings: &'f [FindingJson]) -> Option<&'f FindingJson> {
    let nothing_fits = signature == SignatureCheck::Unexplained.as_str();
    let first = findings.first();
    first.filter(|first| !(nothing_fits && first.sure == Certainty::Possible.as_str()))
}

/// What shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ProofJson {
    BaseStrings(BaseStringsJson),
    /// The signature that was sent comes out with a key or hash made of this.
    MadeOf {
        of: String,
    },
    /// A place in the header, in characters; its values are replaced by dots.
    Header {
        text: String,
        caret: usize,
    },
    /// A value that was sent, and what is wrong about it.
    Value {
        name: String,
        value: String,
        problem: String,
    },
    /// How the signature was written.
    Signature {
        sent: Option<String>,
        problem: String,
    },
    /// The account's own records.
    Records,
    /// Nothing but that so many signatures with known mistakes were computed, and none is the one that was sent.
    RuledOut {
        tried: u32,
    },
}

/// The signature that was sent is that of `signed`; the request as it arrived gives `expected`. They differ from byte `start`
/// on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BaseStringsJson {
    pub signed: String,
    pub expected: String,
    pub start: usize,
    pub signed_end: usize,
    pub expected_end: usize,
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FixJson {
    pub sentence: String,
    /// Where to click in NetSuite.
    pub path: Option<String>,
    /// What to write instead, by language.
    pub code: Vec<CodeHintJson>,
}

/// A line of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeHintJson {
    pub language: String,
    pub code: String,
}

impl From<&Finding> for FindingJson {
    fn from(finding: &Finding) -> Self {
        let fix = &finding.fix;
        let together = finding.together_with.iter();
        Self {
            mistake: finding.mistake.id().to_owned(),
            sure: finding.certainty.as_str().to_owned(),
            cause: finding.cause.clone(),
            detail: finding.mistake.detail_word().to_owned(),
            together_with: together.map(|mistake| mistake.id().to_owned()).collect(),
            proof: ProofJson::from(&finding.proof),
            fix: FixJson {
                sentence: fix.sentence.to_owned(),
                path: fix.path.map(str::to_owned),
                code: fix.code.iter().map(CodeHintJson::from).collect(),
            },
        }
    }
}

impl From<&CodeHint> for CodeHintJson {
    fn from(hint: &CodeHint) -> Self {
        Self {
            language: hint.language.to_owned(),
            code: hint.code.to_owned(),
        }
    }
}

impl From<&Proof> for ProofJson {
    fn from(proof: &Proof) -> Self {
        match proof.clone() {
            Proof::BaseStrings(strings) => Self::BaseStrings(BaseStringsJson::from(*strings)),
            Proof::MadeOf(of) => Self::MadeOf { of },
            Proof::Header { text, caret } => Self::Header { text, caret },
            Proof::Value { name, value, problem } => Self::Value { name, value, problem },
            Proof::Signature { sent, problem } => Self::Signature { sent, problem },
            Proof::Records => Self::Records,
            Proof::RuledOut { tried } => Self::RuledOut { tried },
        }
    }
}

impl From<BaseStrings> for BaseStringsJson {
    fn from(strings: BaseStrings) -> Self {
        Self {
            signed: strings.signed,
            expected: strings.expected,
            start: strings.start,
            signed_end: strings.signed_end,
            expected_end: strings.expected_end,
        }
    }
}
