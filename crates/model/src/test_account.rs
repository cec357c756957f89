//! The mark of a test account, and what may be played with in one.

use crate::difference::Fields;
use crate::word::words;
use crate::{Noted, NotedField};

/// A way to play with an account. Off everywhere but in an account marked for it, and visible where it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lever {
    /// Freeze, advance or skew the one clock of the account.
    Clock,
    /// Refuse, delay or drop requests; revoke tokens under way.
    Faults,
    /// Make ids and credentials from the seed: anybody who knows it knows them.
    Determinism,
    /// Reset to a snapshot.
    Reset,
    /// Tell callers who are refused which mistake they made.
    NamedMistakes,
}

words!(Lever, "test lever" {
    Clock => "Clock",
    Faults => "Faults",
    Determinism => "Deterministic credentials",
    Reset => "Reset",
    NamedMistakes => "Named mistakes",
});

/// The mark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestAccount {
    /// Each once.
    pub levers: Vec<Lever>,
    /// What ids and credentials are made from, while [`Lever::Determinism`] is allowed.
    pub seed: Option<u64>,
}

impl TestAccount {
    pub(crate) fn levers_text(&self) -> String {
        let labels: Vec<&str> = self.levers.iter().map(|lever| lever.label()).collect();
        labels.join(", ")
    }
}

/// What a lever does, in words, for the System Notes of the account; nothing of one that rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeverSays {
    pub lever: Lever,
    pub says: Option<String>,
}

impl Noted for LeverSays {
    fn noted_fields(&self) -> Vec<NotedField> {
        let field = format!("Test Lever: {}", self.lever);
        Fields::default()
            .with(field, self.says.as_deref().unwrap_or_default())
            .list()
    }
}
