//! What the search for a signature says, as findings.

use crate::evidence::NonceHistory;
use crate::finding::{Certainty, Proof};
use crate::mistake::{Group, Mistake};
use crate::output_variants::Reading;
use crate::plain_wording::plain;
use crate::report::Report;
use crate::scene::Scene;
use crate::search::{Match, Outcome};
use crate::vendor_example::{is_printed_nonce, is_printed_signature};
use crate::wording::Case;
use crate::words::shape;

impl Report {
    pub(crate) fn add_printed_signature(&mut self, signature: &str, nonce: &str) {
        if is_printed_signature(signature) {
            self.add_vendor_example(Certainty::Proved, nonce);
        }
    }

    /// A hint and no proof: it stands behind what is proved.
    pub(crate) fn add_printed_nonce(&mut self, nonce: &str) {
        if is_printed_nonce(nonce) {
            self.add_vendor_example(Certainty::Likely, nonce);
        }
    }

    fn add_vendor_example(&mut self, certainty: Certainty, nonce: &str) {
        let cause = "These values are printed in Oracle's manual, and the signature does not belong to them.";
        let proof = Proof::Value {
            name: "nonce".to_owned(),
            value: nonce.to_owned(),
            problem: "printed in a manual".to_owned(),
        };
        self.add(Mistake::StaleVendorExample, certainty, cause, proof);
    }

    pub(crate) fn add_unreadable_signature(&mut self, signature: &str) {
        let shape = shape(signature);
        let cause =
            format!("The signature has {shape}: it is no SHA-256 digest in base64, which has 44 characters.");
        let proof = Proof::Signature {
            sent: None,
            problem: format!("{shape} where a digest is expected"),
        };
        self.add(Mistake::SignatureUnreadable, Certainty::Proved, cause, proof);
    }

    /// Every mistake that gives the signature that was sent, and how its digest was written.
    pub(crate) fn add_explained(
        &mut self,
        scene: &Scene<'_>,
        sent: &str,
        reading: &Reading,
        outcome: &Outcome<'_>,
    ) {
        let without = |all: &[Mistake], mistake: Mistake| {
            let others = all.iter().chain(&reading.mistakes).copied();
            others.filter(|other| *other != mistake).collect()
        };
        for found in &outcome.matches {
            for mistake in found.mistakes.iter().copied() {
                let case = Case {
                    right: &scene.right,
                    wrong: found.base.as_ref().unwrap_or(&scene.right),
                    made_of: found.made_of.as_deref(),
                    redaction: &self.redaction,
                };
                let (cause, proof) = (case.cause(mistake), self.proof(scene, found, mistake));
                let together = without(&found.mistakes, mistake);
                self.add_together(mistake, Certainty::Proved, cause, proof, together);
            }
        }
        let first = outcome.matches.first().map(|found| found.mistakes.as_slice());
        for mistake in reading.mistakes.iter().copied() {
            // Known to be a signature, so it may be shown.
            let proof = Proof::Signature {
                sent: Some(sent.to_owned()),
                problem: mistake.title().to_owned(),
            };
            let together = without(first.unwrap_or_default(), mistake);
            self.add_together(mistake, Certainty::Proved, plain(mistake), proof, together);
        }
    }

    fn proof(&self, scene: &Scene<'_>, found: &Match<'_>, mistake: Mistake) -> Proof {
        let is_of_base = matches!(mistake.group(), Group::BaseString | Group::Passport);
        match (&found.base, &found.made_of) {
            (Some(base), made_of) if is_of_base || made_of.is_none() => {
                self.base_strings(&base.to_bytes(), &scene.right.to_bytes())
            }
            (_, made_of) => Proof::MadeOf(made_of.clone().unwrap_or_default()),
        }
    }

    /// What the form of a signature says, where nothing is proved.
    pub(crate) fn add_form(&mut self, reading: &Reading) {
        let by_length = match reading.length() {
            20 => Some(Mistake::Sha1Computed),
            64 => Some(Mistake::Sha512Computed),
            _ => None,
        };
        for mistake in reading.mistakes.iter().copied().chain(by_length) {
            let proof = Proof::Signature {
                sent: None,
                problem: mistake.title().to_owned(),
            };
            self.add(mistake, Certainty::Likely, plain(mistake), proof);
        }
    }

    /// What cannot be proved: another secret, another nonce, a changed request. Which of the two secrets is wrong is
    /// never said without other calls that prove one of them right.
    pub(crate) fn add_unexplained(&mut self, scene: &Scene<'_>, outcome: &Outcome<'_>) {
        let tried = outcome.tried;
        let no_known = if outcome.is_cut_short {
            format!("No known mistake fits so far ({tried} signatures tried, not all there are)")
        } else {
            format!("No known mistake fits ({tried} signatures tried)")
        };
        let known = &scene.evidence.known;
        let (consumer_is_right, token_is_right) = (
            known.elsewhere.consumer_secret_is_right,
            known.elsewhere.token_secret_is_right,
        );
        let mut guess = |mistake, certainty, guess: &str| {
            self.add(
                mistake,
                certainty,
                format!("{no_known}: {guess}."),
                Proof::RuledOut { tried },
            );
        };
        if !scene.token.is_empty() && !token_is_right {
            if consumer_is_right {
                let text =
                    "other calls prove the consumer secret right, so the token secret is likely another";
                guess(Mistake::WrongTokenSecret, Certainty::Likely, text);
            } else {
                let text = "one of the two secrets may not be the right one, perhaps the token secret";
                guess(Mistake::WrongTokenSecret, Certainty::Possible, text);
            }
        }
        if !consumer_is_right {
            if token_is_right {
                let text =
                    "other calls prove the token secret right, so the consumer secret is likely another";
                guess(Mistake::WrongConsumerSecret, Certainty::Likely, text);
            } else {
                let text = "one of the two secrets may not be the right one, perhaps the consumer secret";
                guess(Mistake::WrongConsumerSecret, Certainty::Possible, text);
            }
        }
        let text = "the request may have been changed after it was signed";
        guess(Mistake::Tampered, Certainty::Possible, text);
        let text = "the nonce that was signed may be another than the one that was sent";
        guess(Mistake::NonceRecomputed, Certainty::Possible, text);
        if matches!(known.nonce, NonceHistory::Unused) {
            let proof = Proof::RuledOut { tried };
            self.add(
                Mistake::NonceBurn,
                Certainty::Possible,
                plain(Mistake::NonceBurn),
                proof,
            );
        }
    }
}
