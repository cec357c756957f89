//! How a vector ended.

use std::fmt;

/// What running a vector showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// The first step at which we differ from the vector.
    Failed {
        step: Step,
        expected: String,
        got: String,
    },
    /// There was no answer to compare.
    Unanswered {
        why: String,
    },
    /// It needs something this run does not have.
    NotCovered {
        why: &'static str,
    },
}

/// The steps of a signature in their order, then those of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Request,
    Parameters,
    BaseString,
    Signature,
    Header,
    Verification,
    Refusal,
    /// What a server answered.
    Answer,
    /// What a server wrote in the Login Audit Trail.
    AuditTrail,
    /// The same request once more, signed rightly: a refusal uses nothing up.
    Again,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Parameters => "parameters",
            Self::BaseString => "base string",
            Self::Signature => "signature",
            Self::Header => "header",
            Self::Verification => "verification",
            Self::Refusal => "refusal",
            Self::Answer => "answer",
            Self::AuditTrail => "Login Audit Trail",
            Self::Again => "same request signed rightly",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Unanswered { why } => f.write_str(why),
            Self::NotCovered { why } => write!(f, "not covered: {why}"),
            Self::Failed { step, expected, got } => {
                write!(
                    f,
                    "differs at the {step}\n  expected {expected}\n  got      {got}"
                )
            }
        }
    }
}

/// Goes on only where two values are equal.
pub fn same(step: Step, expected: impl fmt::Display, got: impl fmt::Display) -> Result<(), Outcome> {
    let (expected, got) = (expected.to_string(), got.to_string());
    if expected == got {
        Ok(())
    } else {
        Err(Outcome::Failed { step, expected, got })
    }
}
