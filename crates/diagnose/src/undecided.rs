//! What remains where nothing is proved and nothing speaks for one mistake more than for another.

use crate::finding::{Certainty, Diagnosis, SignatureCheck};
use crate::mistake::Mistake;

/// Of the mistakes that are ruled out so many are named.
const NAMED: usize = 5;

impl Diagnosis {
    /// All that remains possible of a signature no known mistake explains, and what is ruled out, in two sentences. None
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
        let named: Vec<&str> = self
            .ruled_out
            .iter()
            .take(NAMED)
            .map(|mistake| mistake.title())
            .collect();
        let others = self.ruled_out.len().saturating_sub(NAMED);
        Some(match (named.is_empty(), others) {
            (true, _) => remaining,
            (false, 0) => format!("{remaining} Ruled out: {}.", named.join(", ")),
            (false, _) => format!("{remaining} Ruled out: {} and {others} more.", named.join(", ")),
        })
    }
}
