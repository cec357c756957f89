//! What a foreign signer does wrong, over all the vectors it failed.

use std::collections::BTreeMap;

use countersign_diagnose::{Certainty, Diagnosis, Mistake};
use countersign_vectors::Vector;
use serde_json::json;

use crate::failure::Failure;
use crate::output;
use crate::sheet::Sheet;
use crate::tally::counted;

/// The mistakes behind one wrong signature. Where several come to the same, all are here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    Proved(Vec<Mistake>),
    /// No known mistake gives it.
    Unknown,
}

/// The vectors of each mistake.
#[derive(Default)]
pub(crate) struct SignerReport {
    failed: BTreeMap<Named, Vec<String>>,
}

impl Named {
    pub(crate) fn of(diagnosis: &Diagnosis) -> Self {
        let is_proved = |certainty| certainty == Certainty::Proved;
        let findings = diagnosis.findings.iter();
        let proved: Vec<Mistake> = findings
            .filter(|finding| is_proved(finding.certainty))
            .map(|finding| finding.mistake)
            .collect();
        if proved.is_empty() {
            Self::Unknown
        } else {
            Self::Proved(proved)
        }
    }
}

impl SignerReport {
    pub(crate) fn take(&mut self, vector: &Vector, named: Option<Named>) {
        if let Some(named) = named {
            self.failed.entry(named).or_default().push(vector.id.clone());
        }
    }

    /// The mistake that explains most vectors first, each vector under one: a signer makes few mistakes, so what
    /// explains many explains each of them.
    fn by_mistake(self) -> Vec<(Option<Mistake>, Vec<String>)> {
        let mut left = self.failed;
        let mut told = Vec::new();
        loop {
            let mut counts: BTreeMap<Mistake, usize> = BTreeMap::new();
            for (named, vectors) in &left {
                if let Named::Proved(mistakes) = named {
                    for mistake in mistakes {
                        *counts.entry(*mistake).or_default() += vectors.len();
                    }
                }
            }
            // Of those that explain as many, the one that stands first in the table.
            let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
            let Some((mistake, _)) = most else { break };
            let explains = |named: &Named| matches!(named, Named::Proved(all) if all.contains(&mistake));
            let explained = left.iter().filter(|(named, _)| explains(named));
            let mut vectors: Vec<String> = explained.flat_map(|(_, vectors)| vectors).cloned().collect();
            vectors.sort();
            told.push((Some(mistake), vectors));
            left.retain(|named, _| !explains(named));
        }
        told.extend(left.into_values().map(|vectors| (None, vectors)));
        told
    }

    pub(crate) fn say(self, as_json: bool) -> Result<(), Failure> {
        let told = self.by_mistake();
        if told.is_empty() {
            return Ok(());
        }
        if as_json {
            return told.iter().try_for_each(|(mistake, vectors)| {
                let id = mistake.map(Mistake::id);
                output::say_json(&json!({ "mistake": id, "vectors": vectors }))
            });
        }
        let mut sheet = Sheet::new();
        sheet.title("What this signer does");
        for (mistake, vectors) in told {
            sheet.gap();
            match mistake {
                Some(mistake) => sheet.beside("mistake", &format!("{mistake} ({})", mistake.title())),
                None => sheet.beside("mistake", "none that is known explains it"),
            }
            let count = counted(vectors.len() as u64, "vector");
            sheet.beside("in", &format!("{count}: {}", vectors.join(" ")));
            if let Some(mistake) = mistake {
                sheet.beside("do this", mistake.fix().sentence);
            }
        }
        sheet.gap();
        sheet.say()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mistake_that_explains_most_takes_what_it_explains() {
        let mut report = SignerReport::default();
        let vector = |id: &str| Vector {
            id: id.to_owned(),
            ..Vector::default()
        };
        let both = Named::Proved(vec![Mistake::NotSorted, Mistake::SortedBeforeEncoding]);
        report.take(&vector("2"), Some(both.clone()));
        report.take(
            &vector("1"),
            Some(Named::Proved(vec![Mistake::SortedBeforeEncoding])),
        );
        report.take(&vector("3"), Some(Named::Unknown));
        report.take(&vector("4"), None);
        assert_eq!(
            report.by_mistake(),
            [
                (
                    Some(Mistake::SortedBeforeEncoding),
                    vec!["1".to_owned(), "2".to_owned()]
                ),
                (None, vec!["3".to_owned()]),
            ]
        );
    }
}
