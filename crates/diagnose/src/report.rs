//! Where findings are collected: each mistake once, every word cleaned of secrets.

use crate::evidence::Presented;
use crate::finding::{BaseStrings, Certainty, Finding, Proof};
use crate::fixes::fix;
use crate::mistake::Mistake;
use crate::redaction::Redaction;
use crate::words::clipped;

pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    pub(crate) redaction: Redaction,
    words: Words,
}

/// What the parameters are called where they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    OfHeader,
    OfPassport,
}

impl Words {
    pub(crate) const fn of(presented: Presented<'_>) -> Self {
        match presented {
            Presented::Headers(_) => Self::OfHeader,
            Presented::Envelope(_) | Presented::Passport(_) => Self::OfPassport,
        }
    }

    /// A header's name for a parameter, in these words.
    fn name(self, of_header: &str) -> &str {
        match (self, of_header) {
            (Self::OfPassport, "realm") => "account",
            (Self::OfPassport, "oauth_timestamp") => "timestamp",
            (Self::OfPassport, "oauth_nonce") => "nonce",
            (Self::OfPassport, "oauth_signature_method") => "signature algorithm",
            _ => of_header,
        }
    }
}

impl Report {
    pub(crate) const fn new(redaction: Redaction, words: Words) -> Self {
        Self {
            findings: Vec::new(),
            redaction,
            words,
        }
    }

    /// Adds a finding; of a mistake that is named already the first stands.
    pub(crate) fn add(
        &mut self,
        mistake: Mistake,
        certainty: Certainty,
        cause: impl Into<String>,
        proof: Proof,
    ) {
        self.add_together(mistake, certainty, cause, proof, Vec::new());
    }

    /// The same for a mistake that was made together with others.
    pub(crate) fn add_together(
        &mut self,
        mistake: Mistake,
        certainty: Certainty,
        cause: impl Into<String>,
        proof: Proof,
        together_with: Vec<Mistake>,
    ) {
        if let Some(known) = self
            .findings
            .iter_mut()
            .find(|finding| finding.mistake == mistake)
        {
            let new = together_with
                .into_iter()
                .filter(|other| !known.together_with.contains(other));
            known.together_with.extend(new.collect::<Vec<_>>());
            return;
        }
        self.findings.push(Finding {
            mistake,
            cause: self.redaction.clean(cause),
            proof: self.cleaned(proof),
            fix: fix(mistake),
            certainty,
            together_with,
        });
    }

    /// A mistake that stands in what was sent, shown by a value of it.
    pub(crate) fn add_value(
        &mut self,
        mistake: Mistake,
        cause: impl Into<String>,
        name: &str,
        value: &str,
        problem: &str,
    ) {
        let proof = Proof::Value {
            name: name.to_owned(),
            value: value.to_owned(),
            problem: problem.to_owned(),
        };
        self.add(mistake, Certainty::Proved, cause, proof);
    }

    pub(crate) fn base_strings(&self, signed: &[u8], expected: &[u8]) -> Proof {
        let text = |bytes| self.redaction.clean_sent(String::from_utf8_lossy(bytes));
        Proof::BaseStrings(Box::new(BaseStrings::new(text(signed), text(expected))))
    }

    /// A piece of the request, fit for a sentence.
    pub(crate) fn sent(&self, text: &str) -> String {
        clipped(&self.redaction.clean_sent(text))
    }

    /// What an error says, which may quote the request.
    pub(crate) fn said(&self, mistake: Mistake, error: &str) -> String {
        let text = if self.redaction.is_secret_sent {
            mistake.title()
        } else {
            error
        };
        let mut characters = text.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).chain(['.']).collect()
    }

    fn cleaned(&self, proof: Proof) -> Proof {
        let clean = |text: String| self.redaction.clean(text);
        match proof {
            Proof::Value { name, value, problem } => {
                let value = if value.is_empty() {
                    value
                } else {
                    self.sent(&value)
                };
                Proof::Value {
                    name: clean(self.words.name(&name).to_owned()),
                    value,
                    problem: clean(problem),
                }
            }
            Proof::MadeOf(what) => Proof::MadeOf(clean(what)),
            Proof::Signature { sent, problem } => Proof::Signature {
                sent: sent.map(|sent| self.sent(&sent)),
                problem: clean(problem),
            },
            // Base strings are cleaned before they are compared, headers are masked.
            other => other,
        }
    }
}
