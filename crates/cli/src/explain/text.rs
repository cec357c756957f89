//! An explanation for people: the mistake in one sentence first, then what proves it and what to do.

use anstyle::Style;
use countersign_admin::DiagnosisJson;
use countersign_capture::{CapturedAnswer, CapturedRequest, Meaning};
use countersign_diagnose::{Certainty, SignatureCheck};
use countersign_model::Masked;

use super::case::{Case, address};
use super::diagnosis::shown;
use super::{Explained, Other};
use crate::findings::verdict;
use crate::output::{BOLD, CYAN, DIM, GREEN, RED};
use crate::sheet::Sheet;
use crate::table::plain;

pub(crate) fn of(explained: &Explained<'_>) -> Vec<String> {
    let mut sheet = Sheet::new();
    sheet.request(explained.request, &explained.case);
    let diagnosis = shown(&explained.case.diagnosis);
    sheet.verdict(&diagnosis);
    sheet.findings(&diagnosis, explained.case.language);
    sheet.list("Not checked", &explained.case.unchecked);
    if let (Some(answer), Some(meaning)) = (&explained.request.answer, &explained.meaning) {
        sheet.answer(answer, meaning, explained);
    }
    if let Some(other) = &explained.other {
        sheet.comparison(other);
    }
    sheet.into_lines()
}

impl Sheet {
    fn request(&mut self, request: &CapturedRequest, case: &Case) {
        // Not broken: it is there to be copied.
        self.line(format!("{CYAN}{}{CYAN:#}", plain(&address(request))));
        let mut told = vec![format!("read as {}", request.form.title())];
        let sent = &case.sent;
        let masked = |what: &str, key: &Option<String>| {
            key.as_deref().map(|key| format!("{what} {}", Masked::of(key)))
        };
        told.extend(masked("consumer key", &sent.consumer_key));
        told.extend(masked("token", &sent.token));
        told.extend(sent.time().map(|time| format!("signed for {time}")));
        self.paragraph(0, &told.join(", "), DIM);
        for remark in &case.remarks {
            self.paragraph(0, &format!("Note: {remark}"), Style::new());
        }
    }

    fn verdict(&mut self, diagnosis: &DiagnosisJson) {
        self.gap();
        let (text, style) = match (verdict(diagnosis), diagnosis.signature.as_str()) {
            (Some(verdict), _) => (verdict, RED),
            (None, "right") => (
                "Nothing is wrong with this request: its signature is right with these secrets.".to_owned(),
                GREEN,
            ),
            (None, "tooLarge" | "secretsUnknown") => (
                "Nothing wrong can be seen, but the signature was not checked.".to_owned(),
                Style::new(),
            ),
            (None, _) => ("Nothing wrong was found.".to_owned(), GREEN),
        };
        self.paragraph(0, &text, style.bold());
    }

    fn list(&mut self, title: &str, sentences: &[String]) {
        if sentences.is_empty() {
            return;
        }
        self.title(title);
        for sentence in sentences {
            self.paragraph(2, sentence, Style::new());
        }
    }

    fn answer(&mut self, answer: &CapturedAnswer, meaning: &Meaning, explained: &Explained<'_>) {
        self.gap();
        let code = answer.code().unwrap_or_default();
        let status = answer.status.map(|status| status.to_string()).unwrap_or_default();
        let named = [status.as_str(), code.code.as_str()].join(" ");
        self.line(format!("{BOLD}The answer{BOLD:#} {}", plain(named.trim())));
        self.paragraph(2, &meaning.sentence, Style::new());
        let is_named = explained
            .case
            .diagnosis
            .findings
            .iter()
            .any(|finding| finding.certainty == Certainty::Proved);
        if meaning.kind.is_logged_in() {
            if is_named {
                let text = "NetSuite let this login in, so what is named above is not what it objects to.";
                self.paragraph(2, text, Style::new());
            }
        } else if is_named && meaning.look.is_some() {
            self.paragraph(2, "What is named above is reason enough for it.", Style::new());
            return;
        }
        if let Some(look) = meaning.look {
            self.paragraph(
                2,
                "The reason stands in the account's Login Audit Trail:",
                Style::new(),
            );
            self.paragraph(4, look, DIM);
        }
        if meaning.causes.is_empty() {
            return;
        }
        let title = if meaning.look.is_some() && explained.case.is_right() {
            "The request being right, this remains, the likeliest first:"
        } else {
            "What it can be, the likeliest first:"
        };
        self.paragraph(2, title, Style::new());
        for cause in meaning.causes {
            let word = cause.word.map(|word| format!("{word}: ")).unwrap_or_default();
            self.paragraph(4, &format!("{word}{}", cause.sentence), Style::new());
            if let Some(path) = cause.path {
                self.paragraph(6, path, DIM);
            }
        }
    }

    fn comparison(&mut self, other: &Other) {
        let Other { case, comparison } = other;
        self.title("Beside the other request");
        let verdict = match (case.diagnosis.findings.first(), case.diagnosis.signature) {
            (Some(finding), _) if finding.certainty != Certainty::Possible => {
                format!("The other one has a mistake of its own: {}", finding.cause)
            }
            (Some(_), _) => "The other one's signature is not right with these secrets either.".to_owned(),
            (None, SignatureCheck::Right) => {
                "The other one's signature is right with these secrets.".to_owned()
            }
            (None, _) => "Of the other one the signature was not checked.".to_owned(),
        };
        self.paragraph(2, &verdict, Style::new());
        if comparison.differences.is_empty() {
            let text = "Nothing that is signed differs, and the headers have the same form: what differs is the key, or \
                        how the signature is computed.";
            self.paragraph(2, text, Style::new());
        }
        for difference in &comparison.differences {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "(not there)".to_owned());
            self.gap();
            self.paragraph(2, &difference.what, BOLD);
            self.beside("  this", &value(&difference.first));
            self.beside("  the other", &value(&difference.second));
            self.paragraph(4, difference.means, Style::new());
        }
        self.gap();
        let Some((this, other)) = &comparison.base_strings else {
            return;
        };
        if this == other {
            let text = "With the same timestamp and nonce both have the same base string.";
            self.paragraph(2, text, Style::new());
            return;
        }
        let text = "What each has to sign, with the same timestamp and nonce:";
        self.paragraph(2, text, Style::new());
        self.base_strings(("  this", this), ("  the other", other));
    }
}
