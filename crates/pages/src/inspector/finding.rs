//! What a diagnosis found out, for a reader: the mistake, what proves it, what to do; and what was ruled out where nothing
//! fits.

use countersign_authority::KeptDiagnosis;
use countersign_diagnose::{Certainty, FindingJson, FixJson, Mistake, ProofJson};
use countersign_model::printable;
use countersign_web::{Markup, facts, html};

use super::difference::difference;
use super::in_words;

/// The first finding in full, the others as far as they say something new.
pub(super) fn findings(kept: &KeptDiagnosis) -> Markup {
    let leading = kept.leading();
    let rest = kept.findings.iter().skip(usize::from(leading.is_some()));
    // That the nonce may be used again goes with every bad signature: it is no mistake that could be the one.
    let (nonce, rest): (Vec<_>, Vec<_>) = rest.partition(|finding| is_of(finding, Mistake::NonceBurn));
    let (proved, guessed): (Vec<_>, Vec<_>) = rest.into_iter().partition(|finding| is_proved(finding));
    let guesses = if leading.is_some() {
        "Less sure"
    } else {
        "What remains possible"
    };
    html! {
        @match leading {
            Some(finding) => (whole(finding)),
            None => (nothing_fits(kept)),
        }
        (others("Proved as well", &proved))
        (others(guesses, &guessed))
        @for finding in nonce { p.help { "Note: " (shown(&finding.cause)) " " (finding.fix.sentence) } }
        @if kept.left_off > 0 { p.help { "And " (kept.left_off) " more." } }
        @if leading.is_none() { (ruled_out(&kept.ruled_out)) }
    }
}

fn is_of(finding: &FindingJson, mistake: Mistake) -> bool {
    finding.mistake == mistake.id()
}

fn is_proved(finding: &FindingJson) -> bool {
    finding.sure == Certainty::Proved.as_str()
}

fn whole(finding: &FindingJson) -> Markup {
    let together: Vec<String> = finding.together_with.iter().map(|id| words(id)).collect();
    html! {
        p.cause { (shown(&finding.cause)) }
        (facts(&[
            ("Mistake", html! { (words(&finding.mistake)) " " code { (finding.mistake) } }),
            ("How sure", html! { (sureness(finding)) }),
        ]))
        @if !together.is_empty() { p.help { "Made together with: " (together.join("; ")) "." } }
        (proof(&finding.proof))
        h3 { "What to do" }
        (fix(&finding.fix))
    }
}

fn nothing_fits(kept: &KeptDiagnosis) -> Markup {
    let text = match kept.signature.as_str() {
        "tooLarge" => {
            "More is signed in this request than is computed anew (8 kB): nothing was found wrong with its header, and no \
             mistake was looked for in its signature."
                .to_owned()
        }
        "secretsUnknown" => {
            "Nothing more was found out: the account does not know the secrets this was signed with.".to_owned()
        }
        "unexplained" => format!(
            "The signature is not that of this request with the secrets known here, and none of {} signatures with known \
             mistakes is the one that was sent.",
            kept.tried
        ),
        _ => "Nothing more was found out about it.".to_owned(),
    };
    html! { p.cause { (text) } }
}

fn others(title: &str, findings: &[&FindingJson]) -> Markup {
    html! {
        @if !findings.is_empty() {
            h3 { (title) }
            ul.links {
                @for finding in findings {
                    li {
                        strong { (words(&finding.mistake)) } " " code { (finding.mistake) }
                        span.help { (shown(&finding.cause)) " " (finding.fix.sentence) @if let Some(path) = &finding.fix.path { " " (path) "." } }
                    }
                }
            }
        }
    }
}

fn ruled_out(mistakes: &[String]) -> Markup {
    html! {
        @if !mistakes.is_empty() {
            details.more {
                summary { "Ruled out: " (mistakes.len()) " mistakes" }
                ul.many { @for id in mistakes { li { (words(id)) } } }
            }
        }
    }
}

fn proof(proof: &ProofJson) -> Markup {
    let line = |text: String| html! { p { (text) } };
    let (title, shown) = match proof {
        ProofJson::BaseStrings(strings) => ("The two base strings", difference(strings)),
        ProofJson::MadeOf { of } => (
            "Proof",
            line(format!(
                "The signature that was sent comes out with {}.",
                shown(of)
            )),
        ),
        ProofJson::Header { text, caret } => ("Where in the header", header(text, *caret)),
        ProofJson::Value { name, value, problem } => (
            "Proof",
            line(format!("{} {}: {}", shown(name), shown(value), shown(problem))),
        ),
        ProofJson::Signature { sent, problem } => (
            "Proof",
            html! { @if let Some(sent) = sent { p { code { (shown(sent)) } } } p { (shown(problem)) } },
        ),
        ProofJson::Records => (
            "Proof",
            line("The account\u{2019}s own records say so.".to_owned()),
        ),
        ProofJson::RuledOut { tried } => (
            "Tried",
            line(format!(
                "{tried} signatures with known mistakes; none is the one that was sent."
            )),
        ),
    };
    html! { h3 { (title) } (shown) }
}

fn header(text: &str, caret: usize) -> Markup {
    let before: String = text.chars().take(caret).map(printable).collect();
    let at: String = text.chars().skip(caret).take(1).map(printable).collect();
    let after: String = text
        .chars()
        .skip(caret.saturating_add(1))
        .map(printable)
        .collect();
    html! {
        p.base {
            (before)
            span.here { span.unseen { " here: " } span aria-hidden="true" { "\u{25b6}" } }
            @if at.is_empty() { span.gap { "it ends here" } } @else { del { (at) } }
            (after)
        }
    }
}

fn fix(FixJson { sentence, path, code }: &FixJson) -> Markup {
    html! {
        p { (sentence) }
        @if let Some(path) = path { p { strong { (path) } } }
        @if !code.is_empty() {
            details.more {
                summary { "In code" }
                dl.hints {
                    @for hint in code { div { dt { (hint.language) } dd { code { (hint.code) } } } }
                }
            }
        }
    }
}

fn words(id: &str) -> String {
    in_words(id).unwrap_or_else(|| id.to_owned())
}

fn shown(text: &str) -> String {
    text.chars().map(printable).collect()
}

/// How sure it is, and why that can be.
fn sureness(finding: &FindingJson) -> &'static str {
    let is_computed = matches!(
        finding.proof,
        ProofJson::BaseStrings(_) | ProofJson::MadeOf { .. } | ProofJson::Signature { .. }
    );
    if is_proved(finding) {
        return if is_computed {
            "Proved: with this mistake the signature comes out exactly as it was sent"
        } else {
            "Proved: it stands in what was sent"
        };
    }
    if finding.sure == Certainty::Possible.as_str() {
        "Possible: nothing speaks against it"
    } else {
        "Likely: what was sent speaks for it"
    }
}
