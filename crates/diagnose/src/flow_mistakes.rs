//! Mistakes of the authorization flow that stand in the header of its first and third step.

use countersign_protocol::{AuthorizationHeader, HeaderError, Refusal};

use crate::finding::{Certainty, Proof};
use crate::mistake::Mistake;
use crate::report::Report;

/// A step that is a call of the application's own. The second is a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlowStep {
    RequestToken,
    AccessToken,
}

impl FlowStep {
    pub(crate) fn of(path: &str) -> Option<Self> {
        if path.ends_with("/rest/requesttoken") {
            Some(Self::RequestToken)
        } else if path.ends_with("/rest/accesstoken") {
            Some(Self::AccessToken)
        } else {
            None
        }
    }

    const fn needs(self) -> &'static str {
        match self {
            Self::RequestToken => "oauth_callback",
            Self::AccessToken => "oauth_verifier",
        }
    }
}

impl Report {
    /// What a step needs beside the usual parameters.
    pub(crate) fn add_flow_step(&mut self, step: FlowStep, header: &AuthorizationHeader<'_>) {
        let name = step.needs();
        if header.other(name).is_some() {
            return;
        }
        let (mistake, cause) = match step {
            FlowStep::RequestToken => (
                Mistake::CallbackMissing,
                "The first step was sent without oauth_callback.",
            ),
            FlowStep::AccessToken => (
                Mistake::VerifierWrong,
                "The third step was sent without oauth_verifier.",
            ),
        };
        self.add_value(mistake, cause, name, "", "not sent");
    }

    /// What an empty parameter says of a step.
    pub(crate) fn add_flow_refusal(&mut self, step: FlowStep, refusal: &Refusal) {
        let Refusal::Parameter(HeaderError::Empty(name)) = refusal else {
            return;
        };
        match (step, name.as_str()) {
            (FlowStep::RequestToken, "oauth_callback") => {
                let cause = "The first step was sent with an empty oauth_callback.";
                self.add_value(Mistake::CallbackMissing, cause, name, "", "empty");
            }
            (FlowStep::AccessToken, "oauth_verifier") => {
                let cause = "The verifier is empty: as it is when the user denied access.";
                let proof = Proof::Value {
                    name: name.clone(),
                    value: String::new(),
                    problem: "empty".to_owned(),
                };
                self.add(Mistake::Denied, Certainty::Likely, cause, proof);
            }
            _ => {}
        }
    }
}
