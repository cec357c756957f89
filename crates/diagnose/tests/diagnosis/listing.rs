//! Every finding as it is read: one call for each mistake, its cause, its proof and its fix.

use std::fmt::Write as _;

use crate::faulty_signers::cases;
use countersign_diagnose::{Finding, OtherSecrets, Proof};
use countersign_protocol::Secret;

fn told(finding: &Finding) -> String {
    let mut text = format!(
        "{} ({})\n  {}\n",
        finding.mistake, finding.certainty, finding.cause
    );
    match &finding.proof {
        Proof::BaseStrings(strings) => {
            let (signed, expected) = strings.difference();
            writeln!(text, "  signed: {signed}\n  expected: {expected}").unwrap();
        }
        Proof::MadeOf(what) => writeln!(text, "  made of: {what}").unwrap(),
        Proof::Header { text: header, caret } => {
            writeln!(text, "  {header}\n  {}^", " ".repeat(*caret)).unwrap();
        }
        Proof::Value { name, value, problem } => writeln!(text, "  {name}={value:?}: {problem}").unwrap(),
        Proof::Signature { sent, problem } => {
            writeln!(
                text,
                "  signature {}: {problem}",
                sent.as_deref().unwrap_or("not shown")
            )
            .unwrap();
        }
        Proof::Records => writeln!(text, "  the account's records").unwrap(),
        Proof::RuledOut { .. } => writeln!(text, "  all that could be computed was ruled out").unwrap(),
    }
    write!(text, "  {}", finding.fix.sentence).unwrap();
    if let Some(path) = finding.fix.path {
        write!(text, "\n  {path}").unwrap();
    }
    text.push('\n');
    text
}

#[test]
fn all_findings_as_they_are_read() {
    let other = Secret::new("other-token-secret");
    let others = [OtherSecrets {
        name: "Staging",
        consumer_secret: None,
        token_secret: Some(&other),
    }];
    let mut text = String::new();
    for (mistake, call) in cases() {
        let diagnosis = call.diagnosed(&others);
        let finding = diagnosis
            .findings
            .iter()
            .find(|finding| finding.mistake.id() == mistake);
        text.push_str(&told(finding.unwrap()));
        text.push('\n');
    }
    insta::assert_snapshot!(without_counts(&text));
}

/// How many signatures were tried changes with every new mistake, and says nothing here.
fn without_counts(text: &str) -> String {
    let mut pieces = text.split(" signatures tried");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |before, after| {
        let number = before.trim_end_matches(|digit: char| digit.is_ascii_digit());
        format!("{number}N signatures tried{after}")
    })
}
