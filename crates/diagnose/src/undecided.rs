//! What remains where nothing is proved and nothing speaks for one mistake more than for another.

use crate::finding::{Certainty, Diagnosis, SignatureCheck};
use crate::mistake::Mistake;

impl Diagnosis {
    /// All that remains possible of a signature no known mistake explains, and how much is ruled out, in two sentences. None
    /// where something is proved or likely.
    pub fn undecided(&self) -> Option<String> {
        let is_open = |certainty| certainty == Certainty::Possible;
        if self.signature != SignatureCheck::Unexplained
            || !self.findings.iter().all(|finding| is_open(finding.certainty))
        {
            return None;
        }
        let remaining: Vec<&str> = self
            .findings
            .iter()
            // It says what did not come of the refusal, and is no cause of it.
            .filter(|finding| finding.mistake != Mistake::NonceBurn)
            .map(|finding| finding.mistake.title())
            .collect();
        let remaining = match remaining.as_slice() {
            [] => return None,
            [only] => format!("Only possible: {only}."),
            [first @ .., last] => format!(
                "Only possible, and not to be told apart by this request: {}, or {last}.",
                first.join(", ")
            ),
        };
        Some(match self.ruled_out.len() {
            0 => remaining,
            count => format!("{remaining} Ruled out: {count} other mistakes that are known."),
        })
    }
}
