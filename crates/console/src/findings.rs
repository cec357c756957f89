//! What a checkup found, as a list of what was asked, and what to do about it.

use countersign_doctor::{Cause, Finding, Findings, State};
use countersign_web::{Markup, html};

/// The causes that are shown of one line.
const CAUSES: usize = 4;

pub(crate) fn lines(findings: &Findings) -> Markup {
    html! {
        ol.checks.probes {
            @for line in &findings.lines { (line_of(line)) }
        }
    }
}

fn line_of(line: &Finding) -> Markup {
    let (class, word) = match line.state {
        State::Fine => ("passed", "Fine"),
        State::Note => ("passed", "Fine, note"),
        State::Failed => ("refused", "Failed"),
        State::Spared => ("unreached", "Not tested"),
    };
    html! {
        li class=(class) {
            span.outcome { (word) }
            div {
                strong { (line.probe.title()) } ": " (line.seen)
                @if let Some(said) = &line.said { span.sub { "The account said: " (said) } }
                @if let Some((shown, _)) = line.causes.split_at_checked(CAUSES.min(line.causes.len())) { (causes(shown)) }
                @if let Some(look) = line.look { p.help { "Which of them it is stands in the account: " (look) "." } }
            }
        }
    }
}

/// Each with what to do, and where to click.
pub(crate) fn causes(causes: &[Cause]) -> Markup {
    html! {
        @if !causes.is_empty() {
            ol.causes {
                @for cause in causes {
                    li {
                        (cause.sentence)
                        @if let Some(fix) = &cause.fix { " " (fix) }
                        @if let Some(path) = cause.path { span.path { (path) } }
                    }
                }
            }
        }
    }
}
