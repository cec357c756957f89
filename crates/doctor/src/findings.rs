//! The lines of one connection: what each probe came to.

use crate::judge::Judge;
use crate::likely::{self, History, Neighbour};
use crate::{Cause, Finding, Identity, Probe, ProbeResults, State, Whose};

/// The lines of one connection, in the order of the probes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    pub lines: Vec<Finding>,
    pub identity: Option<Identity>,
    pub concurrency_limit: Option<u32>,
}

impl Findings {
    /// `word` is the Detail that the Login Audit Trail has for the refused login, where somebody read it there.
    pub fn of(
        results: &ProbeResults,
        history: History,
        neighbours: &[Neighbour],
        word: Option<&str>,
    ) -> Self {
        let judge = Judge {
            results,
            history,
            neighbours,
            word,
        };
        Self {
            lines: Probe::ALL.into_iter().map(|probe| judge.line(probe)).collect(),
            identity: results.identity.clone(),
            concurrency_limit: results.concurrency_limit,
        }
    }

    /// What a word of the Login Audit Trail can mean for credentials that are kept here; nothing where it is none.
    pub fn of_word(word: &str) -> Vec<Cause> {
        likely::of_word(word).into_iter().map(Cause::of).collect()
    }

    pub fn line(&self, probe: Probe) -> Option<&Finding> {
        self.lines.iter().find(|line| line.probe == probe)
    }

    pub fn failed(&self) -> impl Iterator<Item = &Finding> {
        self.lines.iter().filter(|line| line.state == State::Failed)
    }

    pub fn is_healthy(&self) -> bool {
        self.failed().next().is_none()
    }

    /// Who has to act first. Nothing where nobody has to.
    pub fn whose(&self) -> Option<Whose> {
        let first = self.failed().next()?;
        Some(first.causes.first().map_or(Whose::Theirs, |cause| cause.whose))
    }
}
