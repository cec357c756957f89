//! What a diagnosis found out, for a reader: the mistake in one sentence, what proves it, and what to do. It looks the same
//! wherever a mistake is named.

use anstyle::Style;
use countersign_admin::DiagnosisJson;
use countersign_diagnose::{BaseStringsJson, CodeHintJson, FindingJson, FixJson, Mistake, ProofJson};

use crate::output::{BOLD, DIM, GREEN, RED};
use crate::proof::{Parting, parting};
use crate::sheet::Sheet;

const PROVED: &str = "proved";
const POSSIBLE: &str = "possible";

/// The finding that is told in full. Where none is more than a guess, there is none.
pub(crate) fn leading(diagnosis: &DiagnosisJson) -> Option<&FindingJson> {
    countersign_diagnose::leading(&diagnosis.signature, &diagnosis.findings)
}

/// What is wrong, in one sentence. None where there are no findings.
pub(crate) fn verdict(diagnosis: &DiagnosisJson) -> Option<String> {
    if let Some(first) = leading(diagnosis) {
        return Some(first.cause.clone());
    }
    let tried = diagnosis.tried;
    (!diagnosis.findings.is_empty()).then(|| {
        format!(
            "The signature is not that of this request with the secrets known here, and none of {tried} signatures with \
             known mistakes is the one that was sent."
        )
    })
}

impl Sheet {
    /// The findings below the verdict: the first in full, the others as far as they say something new. Lines of code are
    /// in the caller's language where it is known.
    pub(crate) fn findings(&mut self, diagnosis: &DiagnosisJson, language: Option<&str>) {
        let first = leading(diagnosis);
        if let Some(first) = first {
            self.finding(first, language);
        }
        let rest = diagnosis.findings.iter().skip(usize::from(first.is_some()));
        // That the nonce may be used again goes with every bad signature: it is no mistake that could be the one.
        let (nonce, rest): (Vec<_>, Vec<_>) =
            rest.partition(|finding| finding.mistake == Mistake::NonceBurn.id());
        let (proved, guessed): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|finding| finding.sure == PROVED);
        self.others("Proved as well", &proved);
        let title = if first.is_some() {
            "Less sure"
        } else {
            "What remains"
        };
        self.others(title, &guessed);
        for finding in nonce {
            self.beside("note", &format!("{} {}", finding.cause, finding.fix.sentence));
        }
        if diagnosis.left_off > 0 {
            self.paragraph(2, &format!("and {} more", diagnosis.left_off), DIM);
        }
    }

    /// A finding in short: mistake, cause, where the base strings part, and what to do.
    pub(crate) fn brief(&mut self, finding: &FindingJson) {
        let FindingJson {
            mistake,
            sure,
            cause,
            proof,
            fix,
            ..
        } = finding;
        self.line(format!("  {BOLD}{mistake}{BOLD:#} {DIM}({sure}){DIM:#}"));
        self.paragraph(2, cause, Style::new());
        if let ProofJson::BaseStrings(BaseStringsJson { signed, expected, .. }) = proof {
            self.parting(("you signed", signed), ("right is", expected));
        }
        self.beside("do this", &fix.sentence);
    }

    /// Two base strings, with the first place marked where they differ.
    pub(crate) fn base_strings(
        &mut self,
        (one_label, one): (&str, &str),
        (other_label, other): (&str, &str),
    ) {
        if self.parting((one_label, one), (other_label, other)) {
            self.beside("", "(the first place where they differ; --json has both in full)");
        }
    }

    /// Gives whether they differ again further on.
    fn parting(&mut self, (one_label, one): (&str, &str), (other_label, other): (&str, &str)) -> bool {
        let Parting {
            one: of_one,
            other: of_other,
            is_first_of_several,
        } = parting(one, other);
        self.region(one_label, one, of_one, RED);
        self.region(other_label, other, of_other, GREEN);
        is_first_of_several
    }

    fn finding(&mut self, finding: &FindingJson, language: Option<&str>) {
        let FindingJson {
            mistake,
            detail,
            together_with,
            proof,
            fix,
            ..
        } = finding;
        self.gap();
        let title = mistake.parse().map(Mistake::title).ok();
        let title = title.map(|title| format!(" ({title})")).unwrap_or_default();
        self.beside("mistake", &format!("{mistake}{title}"));
        self.beside("how sure", sureness(finding));
        if !together_with.is_empty() {
            self.beside("with", &together_with.join(", "));
        }
        self.proof(proof);
        self.gap();
        self.fix(fix, language);
        self.beside("audit trail", &format!("Detail {detail}"));
    }

    fn others(&mut self, title: &str, findings: &[&FindingJson]) {
        if findings.is_empty() {
            return;
        }
        self.title(title);
        for finding in findings {
            let FindingJson {
                mistake,
                sure,
                cause,
                fix,
                ..
            } = finding;
            let sure = if sure == PROVED {
                String::new()
            } else {
                format!(", {sure}")
            };
            self.paragraph(2, &format!("{mistake}{sure}"), BOLD);
            self.paragraph(4, &without_preamble(cause), Style::new());
            self.paragraph(4, &fix.sentence, Style::new());
            if let Some(path) = &fix.path {
                self.paragraph(4, path, DIM);
            }
        }
    }

    fn proof(&mut self, proof: &ProofJson) {
        match proof {
            ProofJson::BaseStrings(BaseStringsJson { signed, expected, .. }) => {
                self.gap();
                self.base_strings(("you signed", signed), ("right is", expected));
            }
            ProofJson::MadeOf { of } => {
                self.beside("proof", &format!("the signature comes out with {of}"));
            }
            ProofJson::Header { text, caret } => {
                self.gap();
                let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
                self.region("header", text, byte(*caret)..byte(caret.saturating_add(1)), RED);
            }
            ProofJson::Value { name, value, problem } => {
                let value = if value.is_empty() {
                    String::new()
                } else {
                    format!(" {value}")
                };
                self.beside("proof", &format!("{name}{value}: {problem}"));
            }
            ProofJson::Signature { sent, problem } => {
                if let Some(sent) = sent {
                    self.beside("signature", sent);
                }
                self.beside("proof", problem);
            }
            ProofJson::Records => self.beside("proof", "the account's records"),
            ProofJson::RuledOut { tried } => {
                self.beside(
                    "tried",
                    &format!("{tried} signatures with known mistakes, none is the one sent"),
                );
            }
        }
    }

    /// What to do: in the caller's language where it is known, or else in every one there is.
    fn fix(&mut self, fix: &FixJson, language: Option<&str>) {
        let FixJson { sentence, path, code } = fix;
        self.beside("do this", sentence);
        if let Some(path) = path {
            self.beside("where", path);
        }
        let is_known = language.is_some_and(|language| code.iter().any(|hint| hint.language == language));
        for CodeHintJson { language: of, code } in code {
            if !is_known || Some(of.as_str()) == language {
                self.copied(of, code);
            }
        }
    }
}

/// What each of several guesses begins with is said once, above.
fn without_preamble(cause: &str) -> String {
    let Some((_, guess)) = cause
        .strip_prefix("No known mistake fits")
        .and_then(|rest| rest.split_once("): "))
    else {
        return cause.to_owned();
    };
    let mut letters = guess.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// How sure it is, and why that can be.
fn sureness(finding: &FindingJson) -> &'static str {
    match (finding.sure.as_str(), &finding.proof) {
        (PROVED, ProofJson::BaseStrings(_) | ProofJson::MadeOf { .. } | ProofJson::Signature { .. }) => {
            "proved: with this mistake the signature comes out exactly as it was sent"
        }
        (PROVED, _) => "proved: it stands in what was sent",
        (POSSIBLE, _) => "possible: nothing speaks against it",
        _ => "likely: what was sent speaks for it",
    }
}
