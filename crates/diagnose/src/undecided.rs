//! What remains where nothing is proved and nothing speaks for one mistake more than for another.

use crate::finding::{Certainty, Diagnosis, SignatureCheck};
use crate::mistake::Mistake;

impl Diagnosis {
    /// All that remains possible of a signature no known mistake explains, how much is ruled out, and what to do, in a few
    /// sentences. None where something is proved or likely.
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
            [only] => format!("What remains is {only}."),
            [first @ .., last] => format!(
                "This request alone cannot tell which it is: {}, or {last}.",
                first.join(", ")
            ),
        };
        let ruled_out = match self.ruled_out.len() {
            _ if self.is_cut_short => {
                " Not every other mistake could be looked for: the request is too large.".to_owned()
            }
            0 => String::new(),
            1 => " One other mistake is ruled out.".to_owned(),
            count => format!(" {count} other mistakes are ruled out."),
        };
        Some(format!("{remaining}{ruled_out} {}", self.advice()))
    }

    /// Where it may be either secret, the fix of one would send its reader the wrong way.
    fn advice(&self) -> String {
        let remains = |mistake| self.findings.iter().any(|finding| finding.mistake == mistake);
        if remains(Mistake::WrongTokenSecret) && remains(Mistake::WrongConsumerSecret) {
            return "Enter both secrets again, each whole and alone: a lost token secret needs a new token, a lost consumer secret \
                    needs Reset Credentials."
                .to_owned();
        }
        let fix = self.findings.first().map(|finding| finding.fix);
        let path = fix.and_then(|fix| fix.path).map(|path| format!(" {path}."));
        format!(
            "{}{}",
            fix.map_or("", |fix| fix.sentence),
            path.unwrap_or_default()
        )
    }
}
