//! An explanation for people: the mistake in one sentence first, then what proves it and what to do.

use anstyle::Style;
use countersign_capture::{CapturedAnswer, CapturedRequest, Meaning};
use countersign_diagnose::{Certainty, CodeHint, Finding, Proof, SignatureCheck};
use countersign_model::Masked;

use super::case::{Case, address};
use super::{Explained, Other};
use crate::output::{BOLD, CYAN, DIM, GREEN, RED};
use crate::proof::{Parting, marked, parting};
use crate::table::{plain, width, wrapped};

/// Where the output is no terminal, or a wider one than is read well.
const WIDTH: usize = 80;

/// Labels are as wide as the longest.
const LABEL: usize = 11;

pub(crate) fn of(explained: &Explained<'_>) -> Vec<String> {
    let room = width().unwrap_or(WIDTH).clamp(40, WIDTH);
    let mut page = Page {
        lines: Vec::new(),
        room,
    };
    page.request(explained.request, &explained.case);
    page.verdict(explained);
    page.findings(&explained.case);
    page.list("Not checked", &explained.case.unchecked);
    if let (Some(answer), Some(meaning)) = (&explained.request.answer, &explained.meaning) {
        page.answer(answer, meaning, explained);
    }
    if let Some(other) = &explained.other {
        page.comparison(other);
    }
    page.lines
}

struct Page {
    lines: Vec<String>,
    room: usize,
}

impl Page {
    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn gap(&mut self) {
        self.line("");
    }

    /// A paragraph below the left margin.
    fn paragraph(&mut self, indent: usize, text: &str, style: Style) {
        let margin = " ".repeat(indent);
        for line in wrapped(&plain(text), self.room.saturating_sub(indent)) {
            self.line(format!("{margin}{style}{line}{style:#}"));
        }
    }

    /// A label, and beside it a text that may go on below.
    fn beside(&mut self, label: &str, text: &str) {
        let room = self.room.saturating_sub(LABEL + 4);
        for (number, line) in wrapped(&plain(text), room).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.line(format!("  {DIM}{label:LABEL$}{DIM:#}  {line}"));
        }
    }

    fn region(&mut self, label: &str, text: &str, region: std::ops::Range<usize>, style: Style) {
        let room = self.room.saturating_sub(LABEL + 4);
        for (number, line) in marked(text, region, room, style).into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.line(format!("  {DIM}{label:LABEL$}{DIM:#}  {line}"));
        }
    }

    fn list(&mut self, title: &str, sentences: &[String]) {
        if sentences.is_empty() {
            return;
        }
        self.gap();
        self.line(format!("{BOLD}{title}{BOLD:#}"));
        for sentence in sentences {
            self.paragraph(2, sentence, Style::new());
        }
    }

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

    /// What is wrong, in a sentence.
    fn verdict(&mut self, explained: &Explained<'_>) {
        let case = &explained.case;
        self.gap();
        let (text, style) = match (case.diagnosis.findings.first(), case.diagnosis.signature) {
            (Some(finding), _) if finding.certainty != Certainty::Possible => (finding.cause.clone(), RED),
            (Some(_), _) => {
                let tried = case.diagnosis.tried;
                let text = format!(
                    "The signature is not that of this request with these secrets, and none of {tried} signatures with \
                     known mistakes is the one that was sent."
                );
                (text, RED)
            }
            (None, SignatureCheck::Right) => (
                "Nothing is wrong with this request: its signature is right with these secrets.".to_owned(),
                GREEN,
            ),
            (None, SignatureCheck::TooLarge | SignatureCheck::SecretsUnknown) => (
                "Nothing wrong can be seen, but the signature was not checked.".to_owned(),
                Style::new(),
            ),
            (None, _) => ("Nothing wrong was found.".to_owned(), GREEN),
        };
        self.paragraph(0, &text, style.bold());
    }

    /// The first in full, others as far as they say something new.
    fn findings(&mut self, case: &Case) {
        let mut findings = case.diagnosis.findings.iter();
        let first = findings
            .as_slice()
            .first()
            .filter(|first| first.certainty != Certainty::Possible);
        if let Some(first) = first {
            findings.next();
            self.finding(first, case.language);
        }
        let rest: Vec<&Finding> = findings.collect();
        let (sure, unsure): (Vec<&Finding>, Vec<&Finding>) = rest
            .into_iter()
            .partition(|finding| finding.certainty == Certainty::Proved);
        self.others("Proved as well", &sure);
        let title = if first.is_some() {
            "Less sure"
        } else {
            "What remains"
        };
        self.others(title, &unsure);
    }

    fn others(&mut self, title: &str, findings: &[&Finding]) {
        if findings.is_empty() {
            return;
        }
        self.gap();
        self.line(format!("{BOLD}{title}{BOLD:#}"));
        for finding in findings {
            let id = finding.mistake.id();
            let sure = match finding.certainty {
                Certainty::Proved => String::new(),
                other => format!(", {other}"),
            };
            self.paragraph(2, &format!("{id}{sure}"), BOLD);
            self.paragraph(4, &without_preamble(&finding.cause), Style::new());
            self.paragraph(4, finding.fix.sentence, Style::new());
            if let Some(path) = finding.fix.path {
                self.paragraph(4, path, DIM);
            }
        }
    }

    fn finding(&mut self, finding: &Finding, language: Option<&str>) {
        self.gap();
        self.beside(
            "mistake",
            &format!("{} ({})", finding.mistake.id(), finding.mistake.title()),
        );
        self.beside("how sure", sureness(finding));
        if !finding.together_with.is_empty() {
            let ids: Vec<&str> = finding.together_with.iter().map(|mistake| mistake.id()).collect();
            self.beside("with", &ids.join(", "));
        }
        self.proof(&finding.proof);
        self.gap();
        self.beside("do this", finding.fix.sentence);
        if let Some(path) = finding.fix.path {
            self.beside("where", path);
        }
        self.code(finding.fix.code, language);
        self.beside(
            "audit trail",
            &format!("Detail {}", finding.mistake.detail_word()),
        );
    }

    /// In the caller's language where it is known, or else in every one there is.
    fn code(&mut self, hints: &[CodeHint], language: Option<&str>) {
        let is_known = language.is_some_and(|language| hints.iter().any(|hint| hint.language == language));
        let hints = hints
            .iter()
            .filter(|hint| !is_known || Some(hint.language) == language);
        for hint in hints {
            // Code is not wrapped: it is there to be copied.
            self.line(format!("  {DIM}{:LABEL$}{DIM:#}  {}", hint.language, hint.code));
        }
    }

    fn proof(&mut self, proof: &Proof) {
        match proof {
            Proof::BaseStrings(strings) => {
                self.gap();
                self.base_strings(("you signed", &strings.signed), ("right is", &strings.expected));
            }
            Proof::MadeOf(what) => self.beside("proof", &format!("the signature comes out with {what}")),
            Proof::Header { text, caret } => {
                self.gap();
                let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
                self.region("header", text, byte(*caret)..byte(*caret + 1), RED);
            }
            Proof::Value { name, value, problem } => {
                let value = if value.is_empty() {
                    String::new()
                } else {
                    format!(" {value}")
                };
                self.beside("proof", &format!("{name}{value}: {problem}"));
            }
            Proof::Signature { sent, problem } => {
                if let Some(sent) = sent {
                    self.beside("signature", sent);
                }
                self.beside("proof", problem);
            }
            Proof::Records => self.beside("proof", "the account's records"),
            Proof::RuledOut { tried } => {
                self.beside(
                    "tried",
                    &format!("{tried} signatures with known mistakes, none is the one sent"),
                );
            }
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
        self.gap();
        self.line(format!("{BOLD}Beside the other request{BOLD:#}"));
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

    fn base_strings(&mut self, (one_label, one): (&str, &str), (other_label, other): (&str, &str)) {
        let Parting {
            one: of_one,
            other: of_other,
            is_first_of_several,
        } = parting(one, other);
        self.region(one_label, one, of_one, RED);
        self.region(other_label, other, of_other, GREEN);
        if is_first_of_several {
            self.beside("", "(the first place where they differ; --json has both in full)");
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

fn sureness(finding: &Finding) -> &'static str {
    match (finding.certainty, &finding.proof) {
        (Certainty::Proved, Proof::BaseStrings(_) | Proof::MadeOf(_) | Proof::Signature { .. }) => {
            "proved: with this mistake the signature comes out exactly as it was sent"
        }
        (Certainty::Proved, _) => "proved: it stands in what was sent",
        (Certainty::Likely, _) => "likely: what was sent speaks for it",
        (Certainty::Possible, _) => "possible: nothing speaks against it",
    }
}
